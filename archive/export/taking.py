"""A selection written to a file or folder in one of FORMS, whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import sqlite_utils

from archive import manifest
from archive.errors import NothingFound, UsageError
from archive.export.about import About
from archive.export.beside import beside
from archive.export.chosen import Chosen
from archive.export.formats import FORMATS, text_writer
from archive.export.parquet import write_parquet
from archive.export.plain import write_text
from archive.export.several import ChosenOfSeveral
from archive.export.warc import write_warc
from archive.holdings import Holdings
from archive.package import write_wacz
from archive.search.held import Held
from archive.store.reads import Stored

FORMS: Final = (*FORMATS, "parquet", "text", "warc", "wacz")
"""Every form of an export; those of FORMATS are text and can go to standard output."""

RECORDS: Final = ("warc", "wacz")
"""Forms that hold all captures of an article, and so know no revision of it."""


@dataclass(frozen=True, slots=True)
class Taken:
    """An export that was written. `digest` is of the file; of a folder, of its manifest.json; `bytes` of all files."""

    path: str
    form: str
    articles: int
    bytes: int
    digest: str
    about: About
    altered: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def take(
    holdings: Holdings | None,
    held: Held,
    chosen: Chosen | ChosenOfSeveral,
    form: str,
    path: Path,
    *,
    force: bool = False,
    base: str = "",
    bom: bool = False,
    advance: Callable[[], None] | None = None,
) -> Taken:
    """What was written to `path` in one of FORMS; of several archives `chosen`, without `holdings`, none of RECORDS.

    `base` is the address of the reading room for permalinks of references, `bom` begins a CSV with a byte order mark,
    `advance` is called for every article but in RECORDS. "text" gives a ZIP file where `path` ends with .zip, else a
    folder. Raises UsageError where `path` exists and `force` is not set, for an unknown form, for WARC records as of a
    day; NothingFound where nothing was chosen; StorageError. What stood at `path` then stands as it was.
    """
    if form not in FORMS:
        raise UsageError(f"there is no form '{form}': {', '.join(FORMS)}")
    if form in RECORDS and chosen.about.as_of:
        raise UsageError(f"{form} holds every capture of an article: leave out the day it is to be as of")
    if not len(chosen):
        raise NothingFound("no article to export")
    if form == "wacz":
        count, archive, db, one = len(chosen), *_of_one(form, holdings, held, chosen)
        title = one.about.query or one.about.corpus or archive.settings.operator
        names = [public_id for _, public_id in one.ids(db)]
        write_wacz(archive, path, title=title, description=one.about.sentence(), articles=names, force=force)
    else:
        with beside(path, force) as part:
            count = _written(holdings, held, chosen, form, path, part, base, bom, advance)
    size, digest = _measured(path)
    return Taken(str(path), form, count, size, digest, chosen.about, chosen.altered, chosen.missing, chosen.notes)


def _of_one(
    form: str, holdings: Holdings | None, held: Held, chosen: Chosen | ChosenOfSeveral
) -> tuple[Holdings, sqlite_utils.Database, Chosen]:
    """What records are taken from; raises UsageError for several archives."""
    if holdings is None or isinstance(chosen, ChosenOfSeveral) or not isinstance(held, sqlite_utils.Database):
        raise UsageError(f"{form} holds records, which are each archive's own: export it from one archive")
    return holdings, held, chosen


def _written(
    holdings: Holdings | None,
    held: Held,
    chosen: Chosen | ChosenOfSeveral,
    form: str,
    path: Path,
    part: Path,
    base: str,
    bom: bool,
    advance: Callable[[], None] | None,
) -> int:
    if form == "warc":
        archive, db, one = _of_one(form, holdings, held, chosen)
        own = [own for own, _ in one.ids(db)]
        write_warc(archive.root, db, own, part, path.name, one.about)
        return len(own)
    articles = _counted(chosen.articles(held), advance)
    if form == "parquet":
        return write_parquet(articles, part, chosen.about)
    if form == "text":
        return write_text(articles, part, chosen.about, zipped=path.suffix == ".zip")
    with part.open("w", encoding="utf-8", newline="") as out:
        return text_writer(form, base, bom)(articles, out)


def _counted(articles: Iterator[Stored], advance: Callable[[], None] | None) -> Iterator[Stored]:
    for stored in articles:
        if advance:
            advance()
        yield stored


def _measured(path: Path) -> tuple[int, str]:
    if path.is_dir():
        size = sum(file.stat().st_size for file in path.rglob("*") if file.is_file())
        return size, manifest.digest_of(path / "manifest.json")
    return path.stat().st_size, manifest.digest_of(path)
