"""Keeps, reads, finds and cites what Vietnam's provincial press publishes; `Archive` opens an archive for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archive import light
from archive.errors import ArchiveError, NothingFound, QueryError, UsageError

if TYPE_CHECKING:
    from archive.api import Archive

__all__ = ["Archive", "ArchiveError", "NothingFound", "QueryError", "UsageError"]

light.install()  # before anything below imports sqlite-utils


def __getattr__(name: str) -> object:
    # Loaded when asked for: a crawl imports this package and needs nothing of it.
    if name == "Archive":
        from archive.api import Archive

        return Archive
    raise AttributeError(f"module 'archive' has no attribute '{name}'")
