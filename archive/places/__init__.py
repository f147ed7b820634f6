"""Vietnam's administrative units before and after 1 July 2025: who became what, and which of them a text names."""

from __future__ import annotations

from archive.places.provinces import (
    MERGERS,
    PROVINCES,
    PROVINCES_34,
    PROVINCES_63,
    Province,
    now,
    on,
    province,
    province_now,
    then_and_now,
)

__all__ = [
    "MERGERS",
    "PROVINCES",
    "PROVINCES_34",
    "PROVINCES_63",
    "Province",
    "now",
    "on",
    "province",
    "province_now",
    "then_and_now",
]
