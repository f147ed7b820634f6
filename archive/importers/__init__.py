"""What other tools and other people kept, brought in: WARC, ARC, WACZ, BagIt, saved HTML; tables of articles."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from archive.custody.manifest import digest_of
from archive.errors import UsageError
from archive.holdings import Holdings
from archive.importers.intake import Imported, Kind, imported_before, kind_of
from archive.importers.packages import bring_bag, bring_wacz
from archive.importers.pages import bring_folder, folder_digest
from archive.importers.warc import bring_arc, bring_warc
from archive.sources.model import IMPORTED

Importer = Callable[[Holdings, Path, str, str], Iterator[Imported]]

IMPORTERS: dict[Kind, Importer] = {
    "warc": bring_warc,
    "arc": bring_arc,
    "wacz": bring_wacz,
    "bag": bring_bag,
    "html": bring_folder,
}
"""How each kind of file is brought in: called with holdings, path, source and the file's digest."""

_PACKAGES = frozenset[Kind]({"wacz", "bag"})  # of several files, of which some may have been brought in before


def import_path(holdings: Holdings, path: Path, source: str = IMPORTED) -> Iterator[Imported]:
    """What became of the file or folder at `path`: each WARC file made from it, ready to be read by `archive.ingest`.

    What has been brought in before, by its digest, is named and not brought again. Raises UsageError where `path` is
    nothing that can be brought in, NothingFound where it holds no page, DamageError where it is unsound, StorageError.
    """
    if not path.exists():
        raise UsageError("{path} is not there; name a WARC or WACZ file or a folder of saved pages", path=path)
    kind = kind_of(path)
    if kind == "lines":
        raise UsageError("{path}: rows of fields and no pages; `baotinh import` brings them in", path=path)
    if kind is None:
        if not path.stat().st_size:
            raise UsageError("{path} is empty; fetch it again", path=path)
        told = "{path} is no WARC, ARC, WACZ or saved HTML page; `baotinh import` takes JSON, CSV and texts"
        raise UsageError(told, path=path)
    digest = folder_digest(path) if path.is_dir() else digest_of(path)
    before = () if kind in _PACKAGES else tuple(imported_before(holdings.root, digest))
    yield from before or IMPORTERS[kind](holdings, path, source, digest)


__all__ = ["Imported", "import_path"]
