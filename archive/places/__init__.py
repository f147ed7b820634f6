"""Vietnam's administrative units before and after 1 July 2025: who became what, and which of them a text names."""

from __future__ import annotations

from archive.places.mentions import Mention, mentions
from archive.places.provinces import (
    MERGERS,
    PROVINCES,
    PROVINCES_34,
    PROVINCES_63,
    Place,
    Province,
    became,
    made_of,
    now,
    on,
    place,
    province,
    province_now,
    then_and_now,
)

__all__ = [
    "MERGERS",
    "PROVINCES",
    "PROVINCES_34",
    "PROVINCES_63",
    "Mention",
    "Place",
    "Province",
    "became",
    "made_of",
    "mentions",
    "now",
    "on",
    "place",
    "province",
    "province_now",
    "then_and_now",
]
