"""The one way in: keep a capture as a WARC record, then read that record into rows."""

from archive.ingest.keep import Keeper
from archive.ingest.read import Ingest

__all__ = ["Ingest", "Keeper"]
