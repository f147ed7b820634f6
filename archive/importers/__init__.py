"""What other tools and other people kept, brought in: WARC, ARC, WACZ, BagIt, saved HTML; tables of articles."""

from archive.importers.bring import import_path
from archive.importers.intake import Imported

__all__ = ["Imported", "import_path"]
