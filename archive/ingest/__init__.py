"""The one way in: keep a capture as a WARC record, then read that record into rows.

What reads is loaded when it is asked for: a crawler's first process keeps, and never parses a page.
"""

from typing import TYPE_CHECKING

from archive.ingest.keep import Keeper

if TYPE_CHECKING:
    from archive.ingest.pipeline import Ingest, read_file

__all__ = ["Ingest", "Keeper", "read_file"]


def __getattr__(name: str) -> object:
    """`Ingest` or `read_file` (PEP 562)."""
    if name == "Ingest":
        from archive.ingest.pipeline import Ingest

        return Ingest
    if name == "read_file":
        from archive.ingest.pipeline import read_file

        return read_file
    raise AttributeError(f"module {__name__} has no attribute {name}")
