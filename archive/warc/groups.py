"""All records of a file that belong to given captures: to take them out, or to take only them along."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final, NoReturn

from archive.custody import events
from archive.errors import DamageError
from archive.messages.message import Message
from archive.warc.captures import ANSWERS
from archive.warc.members import Fault
from archive.warc.reader import Parsed, is_page, records
from archive.warc.record import Record, bare

WAY_OUT: Final = Message("put back a good copy of the file; 'baotinh verify --full' names all that is damaged")


@dataclass(slots=True)
class Groups:
    """The ids of the response records wanted and of all records tied to them.

    `captures` counts those of them found in the file, `answers` all response records in it.
    """

    ids: set[str]
    captures: int = 0
    answers: int = 0
    events: set[tuple[str, str]] = field(
        default_factory=set
    )  # URL and date, for makers that tie records by nothing else

    def holds(self, record: Record) -> bool:
        """Whether `record` is one of them."""
        if record.id in self.ids:
            return True
        if record.type in {"request", "metadata"}:
            tied = ties(record)
            return bool(tied & self.ids) if tied else (record.url, record.get("warc-date")) in self.events
        return False

    def note(self, record: Record, wanted: Set[str]) -> None:
        """Counts an answer, and learns what is tied to one that is `wanted`."""
        self.answers += is_page(record)
        if record.id not in wanted:
            return
        self.captures += 1
        self.events.add((record.url, record.get("warc-date")))
        self.ids |= {bare(value) for value in record.all("warc-concurrent-to")}
        if record.type == "conversion":
            self.ids.add(bare(record.get("warc-refers-to")))  # the line that the page was made from


def groups_of(path: Path, answers: Iterable[str]) -> Groups:
    """The records of the file at `path` that belong to the response records with the ids `answers`."""
    wanted = frozenset(answers)
    groups = Groups(set(wanted))
    for item in records(path):
        if not isinstance(item, Fault) and item.record.type in ANSWERS:
            groups.note(item.record, wanted)
    return groups


def came_damaged(root: Path, file: str) -> frozenset[int]:
    """The offsets of the stretches of `file` that could not be read when it came, or was changed last, by the log."""
    faults: list[int] = []
    for event in events.of(root, "message digest calculation", "accession", about=file):
        faults = json.loads(event.detail_json).get("faults", [])
    return frozenset(faults)


def chosen(path: Path, answers: Iterable[str], known: Set[int] = frozenset()) -> tuple[Groups, list[tuple[int, int]]]:
    """The same, and offset and length of every record of the groups and of the file's warcinfo, in its order.

    The file is read once. A record that comes before the answer it belongs to is remembered until that has come.
    Raises DamageError where an answer is missing, and where beside a record wanted something cannot be read that may
    belong to it; of the stretches `known` (`came_damaged`) nothing else is to be had.
    """
    wanted = frozenset(answers)
    groups, waiting = Groups(set(wanted)), _Waiting()
    found, faults = list[Parsed](), list[Fault]()
    for item in records(path):
        if isinstance(item, Fault):
            faults.append(item)
            continue
        record = item.record
        if record.type in ANSWERS:
            groups.note(record, wanted)
        if record.type == "warcinfo" or groups.holds(record):
            found.append(_without_block(item))
        else:
            waiting.add(item)
    found += [item for item in waiting.items if groups.holds(item.record)]
    found.sort(key=lambda item: item.offset)
    fresh = [one for one in faults if one.offset not in known]
    if groups.captures < len(wanted) and not faults:
        missing = len(wanted) - groups.captures
        message = "{path}: {missing} of the records that the database names are not in it; {way_out}"
        raise DamageError(message, path=path, missing=missing, way_out=WAY_OUT)
    if groups.captures < len(wanted):
        _refuse(path, (fresh or faults)[0])
    edges = {edge for run in _runs(found) if not _is_complete(run) for edge in (run[0].offset, _end(run[-1]))}
    for one in fresh:
        if one.offset in edges or one.offset + one.length in edges:
            _refuse(path, one)
    return groups, [(item.offset, item.length) for item in found]


def _runs(items: Iterable[Parsed]) -> Iterator[list[Parsed]]:
    """`items`, in order, by stretches without a gap; what a file says of itself is none."""
    run: list[Parsed] = []
    for item in (one for one in items if one.record.type != "warcinfo"):
        if run and _end(run[-1]) != item.offset:
            yield run
            run = []
        run.append(item)
    if run:
        yield run


def _is_complete(run: list[Parsed]) -> bool:
    """Whether each answer of a stretch has what our own files have with it: damage beside it is another capture's."""
    kinds = Counter("answer" if item.record.type in ANSWERS else item.record.type for item in run)
    return kinds["answer"] <= min(kinds["request"], kinds["metadata"])


def _end(item: Parsed) -> int:
    return item.offset + item.length


def _without_block(item: Parsed) -> Parsed:
    return Parsed(item.offset, item.length, replace(item.record, block=b""))


def _refuse(path: Path, fault: Fault) -> NoReturn:
    message = "{path}: the record at byte {offset} cannot be read ({reason}); {way_out}"
    raise DamageError(message, path=path, offset=fault.offset, reason=fault.reason, way_out=WAY_OUT)


def copied(path: Path, places: Iterable[tuple[int, int]]) -> Iterator[bytes]:
    """The bytes at each of `places`, as they stand in the file."""
    with path.open("rb") as file:
        for offset, length in places:
            file.seek(offset)
            yield file.read(length)


class _Waiting:
    # Records without their blocks that may belong to an answer yet to come; of answers only what a page is made from.

    def __init__(self) -> None:
        self.items: list[Parsed] = []
        self._passed: set[int] = set()  # hashes of the ids of answers that nobody wants

    def add(self, item: Parsed) -> None:
        """Remembers an unwanted record, unless it belongs to an answer that is unwanted too."""
        record = item.record
        if record.type in ANSWERS:
            self._passed.add(hash(record.id))
            while self.items and record.id in ties(self.items[-1].record):
                self.items.pop()
        tied = {hash(tie) for tie in ties(record)}
        if record.type not in ANSWERS - {"resource"} and not (tied and tied <= self._passed):
            self.items.append(_without_block(item))


def ties(record: Record) -> set[str]:
    """The ids of the records that `record` says it belongs to."""
    return {bare(value) for value in (*record.all("warc-concurrent-to"), record.get("warc-refers-to"))} - {""}
