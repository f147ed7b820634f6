"""Where the records lie that a takedown takes out of the WARC files. Every file is read: a page may lie in several."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Set
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from archive.barred import Barred, plain
from archive.disk import opened
from archive.holdings import Holdings
from archive.ingest.withheld import withheld_among
from archive.model import Held
from archive.opening.page import timestamp
from archive.opening.readers import per_core
from archive.sources import Register
from archive.store import open_database
from archive.store.lookups import is_filed
from archive.text.urls import url_key
from archive.warc.members import OPEN, Fault
from archive.warc.scan import scan
from archive.warc.torn import heads

SEALED = "sealed"
"""The folder of what was sealed, each file under the name it had in `warc`."""


@dataclass(slots=True)
class Marked:
    """What is to be taken out of one file: response records by their ids, with the addresses they were captured at, and
    the offsets of `stretches` that are no capture and name the page: damage, and what other tools have noted of it.
    """

    ids: set[str] = field(default_factory=set)
    stretches: set[int] = field(default_factory=set)
    urls: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class _Answer:
    file: str
    url: str


def places(
    holdings: Holdings, url_keys: Set[str], record_ids: Set[str], *, only_open: bool = False, sealed: bool = False
) -> dict[str, Marked]:
    """What is to be taken out, by file: what was captured under one of `url_keys`, the responses with `record_ids`, the
    revisits of either, and what has no row in the database and shows, when it is read, an article with one of the keys.

    With `only_open`, of the files that are being written; with `sealed`, of what earlier takedowns have sealed too.
    Raises StorageError.
    """
    wanted = frozenset(map(plain, url_keys))
    marked: defaultdict[str, Marked] = defaultdict(Marked)
    found: dict[str, _Answer] = {}  # by record id
    revisits: dict[str, tuple[str, _Answer]] = {}  # the original's id with it

    def not_filed() -> Iterator[Held]:
        for path in (*holdings.warcs(), *(kept_apart(holdings.root) if sealed else ())):
            if only_open and not path.name.endswith(OPEN):
                continue
            file = path.relative_to(holdings.root).as_posix()
            passed_over: list[Fault] = []
            for held in scan(path, file, passed_over.append):
                record_id, answer = held.place.record_id, _Answer(file, held.capture.url)
                if record_id in record_ids or plain(url_key(answer.url)) in wanted:
                    found[record_id] = answer
                elif held.revisit_of:
                    revisits[record_id] = held.revisit_of, answer
                elif not has_row(held):
                    yield held
            if named := naming(path, passed_over, wanted):
                marked[file].stretches = named

    register = Register.load(holdings.sources)
    with _filed(holdings.database) as has_row, per_core(holdings.root, register) as readers:
        for held in withheld_among(readers, not_filed(), Barred(wanted)):
            found[held.place.record_id] = _Answer(held.place.file, held.capture.url)
    # A revisit of what is taken out, at whatever address, stands for the same content.
    while more := {
        one: answer for one, (original, answer) in revisits.items() if original in found and one not in found
    }:
        found |= more
    for record_id, answer in found.items():
        marked[answer.file].ids.add(record_id)
        marked[answer.file].urls.add(answer.url)
    return dict(marked)


def kept_apart(root: Path) -> list[Path]:
    """The WARC files that were sealed."""
    return sorted((root / SEALED).rglob("*.warc.gz"))


def naming(path: Path, stretches: Iterable[Fault], wanted: Set[str]) -> set[int]:
    """The offsets of those `stretches` of the file at `path` in which a record of one of the pages `wanted` begins."""
    named = set()
    for one in stretches:
        with opened(path, os.O_RDONLY) as descriptor:
            data = os.pread(descriptor, one.length, one.offset)
        if names(data, wanted):
            named.add(one.offset)
    return named


def names(stretch: bytes, wanted: Set[str]) -> bool:
    """Whether a record of one of the pages `wanted` begins in `stretch` (packed).

    The address may be one that a tool has made of the page's: "urn:text:https://...".
    """
    addresses = (record.url for record in heads(stretch))
    return any(plain(url_key(address[max(address.find("http"), 0) :])) in wanted for address in addresses)


@contextmanager
def _filed(database: Path) -> Iterator[Callable[[Held], bool]]:
    """Tells whether a capture has a row: what a takedown bars has none, nor has what nobody has read yet."""
    if not database.exists():
        yield lambda _held: False
        return
    with closing(open_database(database, readonly=True)) as db:
        yield lambda held: is_filed(db, held.place.record_id, url_key(held.capture.url), timestamp(held.capture.began))
