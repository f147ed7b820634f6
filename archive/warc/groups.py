"""All records of a file that belong to given captures: to take them out, or to take only them along."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from archive.errors import DamageError
from archive.warc.captures import ANSWERS
from archive.warc.members import Fault
from archive.warc.record import Record, bare
from archive.warc.scan import Parsed, is_page, records

WAY_OUT: Final = "put back a good copy of the file; 'baotinh verify --full' names all that is damaged"


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


def chosen(path: Path, answers: Iterable[str]) -> tuple[Groups, list[tuple[int, int]]]:
    """The same, and offset and length of every record of the groups and of the file's warcinfo, in its order.

    The file is read once. A record that comes before the answer it belongs to is remembered until that has come.
    Raises DamageError where an answer is missing and the file cannot be read throughout.
    """
    wanted = frozenset(answers)
    groups, places, waiting = Groups(set(wanted)), [], _Waiting()
    fault: Fault | None = None
    for item in records(path):
        if isinstance(item, Fault):
            fault = fault or item
            continue
        record = item.record
        if record.type in ANSWERS:
            groups.note(record, wanted)
        if record.type == "warcinfo" or groups.holds(record):
            places.append((item.offset, item.length))
        else:
            waiting.add(item)
    if fault and groups.captures < len(wanted):
        raise DamageError(f"{path}: the record at byte {fault.offset} cannot be read ({fault.reason}); {WAY_OUT}")
    places += [(item.offset, item.length) for item in waiting.items if groups.holds(item.record)]
    return groups, sorted(places)


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
            self.items.append(Parsed(item.offset, item.length, replace(record, block=b"")))


def ties(record: Record) -> set[str]:
    """The ids of the records that `record` says it belongs to."""
    return {bare(value) for value in (*record.all("warc-concurrent-to"), record.get("warc-refers-to"))} - {""}
