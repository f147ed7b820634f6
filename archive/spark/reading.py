"""What a task does: reads the captures of a range, each in a process of its own kind, under limits.

A page that costs that process its life is tried again alone, then it is unread; the task goes on
(`archive.opening.readers`). A task that dies with its machine is Spark's to repeat.
"""

from __future__ import annotations

import pickle
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

from archive.barred import Barred
from archive.ingest.withheld import withheld
from archive.model import Held
from archive.opening.opened import open_page
from archive.opening.page import Page, refused_page
from archive.opening.readers import Readers
from archive.restorer import Loader
from archive.sources import Register
from archive.spark.ranges import Range
from archive.spark.stores import open_store
from archive.warc.members import locate
from archive.warc.scan import captures, records


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
    barred = Barred.load(root)
    with Readers(root, register, 1, read_spot) as readers:
        for one in ranges:
            with _bytes(root, warcs, one) as (path, moved):
                spots = [Spot(at, path, one.file, offset, moved) for at, offset in enumerate(one.offsets)]
                for answer in readers.read(spots):
                    held, page = answer.held, answer.page
                    if held is None or page is None:
                        held, page = _refused(answer.item, register, answer.reason)
                    else:
                        page = withheld(page, barred)
                    yield (page.source_id, page.captured_at, held.place.record_id), pack(held, page)


def read_spot(_root: Path, register: Register, learnt: Loader, spot: Spot) -> tuple[Held, Page]:
    """The capture at `spot` as today's parsers read it."""
    held = held_at(spot)
    return held, open_page(held, register, learnt)


def held_at(spot: Spot) -> Held:
    """The capture whose response lies at `spot`."""
    first = () if spot.offset == spot.moved else (next(records(spot.path)),)  # the file's warcinfo: who made it
    found = captures(chain(first, records(spot.path, spot.offset - spot.moved)), spot.file)
    held = next(found)
    return replace(held, place=replace(held.place, offset=spot.offset))


def pack(held: Held, page: Page) -> bytes:
    """What filing needs of a capture; the source is looked up there."""
    reading = page.reading
    if reading is not None and reading.unlikely is None:  # where it is not, its pointers stand in its text
        reading = replace(reading, links=())
    return pickle.dumps((_light(held), replace(page, source=None, reading=reading)), pickle.HIGHEST_PROTOCOL)


def unpack(packed: bytes) -> tuple[Held, Page]:
    """What `pack` packed, without the page's source."""
    found: tuple[Held, Page] = pickle.loads(packed)  # noqa: S301 - our own tasks wrote it
    return found


def _light(held: Held) -> Held:
    return replace(held, capture=replace(held.capture, request=b"", response=b""))


def _refused(spot: Spot, register: Register, reason: str) -> tuple[Held, Page]:
    held = held_at(spot)
    return held, refused_page(held, register, reason)


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
