"""The one way in: keep a capture as a WARC record, then read that record into rows."""

from archive.ingest.files import read_file
from archive.ingest.keep import Keeper
from archive.ingest.read import Ingest

__all__ = ["Ingest", "Keeper", "read_file"]
