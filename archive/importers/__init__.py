"""Brings what other tools and other people kept into the archive: WARC, ARC, WACZ, BagIt, saved HTML, JSON Lines."""

from archive.importers.bring import bring
from archive.importers.brought import Brought

__all__ = ["Brought", "bring"]
