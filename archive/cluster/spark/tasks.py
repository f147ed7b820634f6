"""The tasks of a re-reading: ranges of WARC records are read, sources with common addresses grouped, and each group
filed as a rebuild would.
"""

from __future__ import annotations

import pickle
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from itertools import chain, groupby, islice
from pathlib import Path

import sqlite_utils

from archive.cluster.spark.tables import COLUMNS, Part, open_store, rows, write_part
from archive.custody.withheld import REASON, Withheld
from archive.holdings import Holdings
from archive.ingest.articles import ArticleWriter
from archive.ingest.filing import Filing
from archive.ingest.pipeline import BATCH
from archive.ingest.reread import without_withheld
from archive.model import StoredCapture
from archive.processes import packed
from archive.restorer import Loader
from archive.sources import Register
from archive.store import open_database, writing
from archive.warc import cdxj
from archive.warc.members import OPEN, locate
from archive.warc.reader import captures, records, scan
from archive.worker.page import Page, identity, refused_page
from archive.worker.parse import parse_capture
from archive.worker.pool import WorkerPool, without_wire


@dataclass(frozen=True, slots=True)
class Range:
    """Captures of one WARC file ("warc/<source>/<name>"), by the offsets of their responses; `end` is behind them."""

    file: str
    offsets: tuple[int, ...]
    end: int


def ranges(holdings: Holdings, count: int, source: str = "") -> list[Range]:
    """All captures of the archive (of `source`, where given) in about `count` ranges of as many bytes each.

    A file without index part is read once to find its captures.
    """
    files = [(path, _offsets(holdings.root, path)) for path in holdings.warcs() if source in ("", path.parent.name)]
    whole = sum(path.stat().st_size for path, offsets in files if offsets)
    most = max(1, whole // max(1, count))
    return [one for path, offsets in files for one in _cut(holdings.root, path, offsets, most)]


def _cut(root: Path, path: Path, offsets: list[int], most: int) -> Iterator[Range]:
    file, size = path.relative_to(root).as_posix().removesuffix(OPEN), path.stat().st_size
    begun: list[int] = []
    for offset in offsets:
        if begun and offset - begun[0] >= most:
            yield Range(file, tuple(begun), offset)
            begun = []
        begun.append(offset)
    if begun:
        yield Range(file, tuple(begun), size)


def _offsets(root: Path, path: Path) -> list[int]:
    part = cdxj.part_of(root, path)
    if part.exists() and not path.name.endswith(OPEN):
        return sorted(cdxj.parse_line(line).offset for line in part.read_bytes().splitlines())
    return [stored.place.offset for stored in scan(path)]


@dataclass(frozen=True, slots=True)
class Spot:
    """A capture to read: its number in the range, and where its bytes lie: `moved` from the start of their file."""

    id: int
    path: Path
    file: str
    offset: int
    moved: int = 0


def read_ranges(
    root: Path, register: Register, warcs: str, ranges: Iterable[Range]
) -> Iterator[tuple[tuple[str, str, str], bytes]]:
    """Every capture of `ranges` as what it is sorted by (source, time, record) and its packed page.

    `warcs` is the address where the WARC files lie, "" for the archive at `root`.
    """
    withheld = Withheld.load(root)
    with WorkerPool(root, register, 1, read_spot) as readers:
        for one in ranges:
            with _bytes(root, warcs, one) as (path, moved):
                spots = [Spot(at, path, one.file, offset, moved) for at, offset in enumerate(one.offsets)]
                for answer in readers.read(spots):
                    stored, page = answer.stored, answer.page
                    if stored is None or page is None:
                        stored, page = _refused(answer.item, register, answer.reason)
                    else:
                        page = without_withheld(page, withheld)
                    yield (page.source_id, page.captured_at, stored.place.record_id), pack(stored, page)


def read_spot(_root: Path, register: Register, learnt: Loader, spot: Spot) -> tuple[StoredCapture, Page]:
    """The capture at `spot` as today's parsers read it."""
    stored = stored_at(spot)
    return stored, parse_capture(stored, register, learnt)


def stored_at(spot: Spot) -> StoredCapture:
    """The capture whose response lies at `spot`."""
    first = () if spot.offset == spot.moved else (next(records(spot.path)),)  # the file's warcinfo: who made it
    found = captures(chain(first, records(spot.path, spot.offset - spot.moved)), spot.file)
    stored = next(found)
    return replace(stored, place=replace(stored.place, offset=spot.offset))


def pack(stored: StoredCapture, page: Page) -> bytes:
    """What filing needs of a capture; the source is looked up there."""
    reading = page.reading
    if reading is not None and reading.unlikely is None:  # where it is not, its pointers stand in its text
        reading = replace(reading, links=())
    return bytes(packed((without_wire(stored), replace(page, source=None, reading=reading))))


def unpack(packed: bytes) -> tuple[StoredCapture, Page]:
    """What `pack` packed, without the page's source."""
    found: tuple[StoredCapture, Page] = pickle.loads(packed)  # noqa: S301 - our own tasks wrote it
    return found


def _refused(spot: Spot, register: Register, reason: str) -> tuple[StoredCapture, Page]:
    stored = stored_at(spot)
    return stored, refused_page(stored, register, reason)


@contextmanager
def _bytes(root: Path, warcs: str, one: Range) -> Iterator[tuple[Path, int]]:
    """A file with the bytes of the range, and how far they are moved: the WARC itself, or a copy of the range."""
    if not warcs:
        yield locate(root, one.file), 0
        return
    store = open_store(warcs)
    start = one.offsets[0]
    with tempfile.NamedTemporaryFile(suffix=".warc.gz") as copy:
        head = store.read(one.file, 0, min(start, 1 << 16)) if start else b""
        first = _first_member(head)
        copy.write(first)
        copy.write(store.read(one.file, start, one.end))
        copy.flush()
        yield Path(copy.name), start - len(first)


def _first_member(head: bytes) -> bytes:
    if not head:
        return b""
    with tempfile.NamedTemporaryFile(suffix=".warc.gz") as copy:
        copy.write(head)
        copy.flush()
        found = next(records(Path(copy.name)))
        return head[: found.length] if found.offset == 0 else b""


def addresses(packed: bytes) -> Iterator[tuple[str, frozenset[str]]]:
    """The addresses that a page is filed by, each with its source."""
    _, page = unpack(packed)
    keys = {page.url_key} if page.article is None else {page.url_key, identity(page.article, page)}
    return ((key, frozenset({page.source_id})) for key in keys)


def groups(shared: Iterable[Iterable[str]]) -> dict[str, str]:
    """For each source that shares an address with others the first of all that hang together so.

    >>> groups([("b", "c"), ("x", "y"), ("c", "a")])
    {'b': 'a', 'c': 'a', 'x': 'x', 'y': 'x', 'a': 'a'}
    """
    parents: dict[str, str] = {}

    def first(source: str) -> str:
        while parents.setdefault(source, source) != source:
            source = parents[source]
        return source

    for sources in shared:
        roots = [first(source) for source in sources]
        for root in roots:
            parents[root] = min(roots)
    return {source: first(source) for source in list(parents)}


def file_groups(register: Register, out: str, pages: Iterable[tuple[tuple[str, str, str], bytes]]) -> Iterator[Part]:
    """The tables of every group of sources among `pages`, sorted by group, time and record, written to `out`."""
    for _, of_group in groupby(pages, key=lambda one: one[0][0]):
        with tempfile.TemporaryDirectory() as folder, closing(open_database(Path(folder) / "archive.sqlite")) as db:
            _file(db, register, (packed for _, packed in of_group))
            yield from write_tables(db, out)


def _file(db: sqlite_utils.Database, register: Register, pages: Iterable[bytes]) -> None:
    # In order of time no capture comes late, so none is read again to give a text its first place.
    shelf = ArticleWriter(db, register, lambda _capture: None)
    filing = Filing(db, shelf)
    waiting = iter(pages)
    while batch := list(islice(waiting, BATCH)):
        with writing(db):
            for packed in batch:
                stored, page = unpack(packed)
                page = replace(page, source=register.find(page.source_id))
                if page.reason != REASON and filing.known(stored, page) is None:
                    filing.file(stored, page)
            shelf.finish()


def write_tables(db: sqlite_utils.Database, out: str) -> Iterator[Part]:
    """Writes the tables of the database to `out`, file by file."""
    store = open_store(out)
    for table in COLUMNS:
        for (source, month), found in groupby(rows(db, table), key=lambda row: row[:2]):
            yield write_part(store, table, source, month, (row[2] for row in found))
