"""Brings what other tools and other people kept into the archive: WARC, ARC, WACZ, BagIt, saved HTML, JSON Lines."""

from archive.importers.bring import import_path
from archive.importers.intake import Imported

__all__ = ["Imported", "import_path"]
