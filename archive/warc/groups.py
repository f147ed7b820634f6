"""All records of a file that belong to given captures: to take them out, or to take only them along."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from archive.warc.held import ANSWERS
from archive.warc.members import Fault
from archive.warc.record import Record, bare
from archive.warc.scan import is_page, records


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
        ties = {bare(value) for value in (*record.all("warc-concurrent-to"), record.get("warc-refers-to"))} - {""}
        if record.type in {"request", "metadata"}:
            return bool(ties & self.ids) if ties else (record.url, record.get("warc-date")) in self.events
        return False


def groups_of(path: Path, answers: Iterable[str]) -> Groups:
    """The records of the file at `path` that belong to the response records with the ids `answers`."""
    wanted = set(answers)
    groups = Groups(set(wanted))
    for item in records(path):
        if isinstance(item, Fault) or item.record.type not in ANSWERS:
            continue
        record = item.record
        groups.answers += is_page(record)
        if record.id not in wanted:
            continue
        groups.captures += 1
        groups.events.add((record.url, record.get("warc-date")))
        groups.ids |= {bare(value) for value in record.all("warc-concurrent-to")}
        if record.type == "conversion":
            groups.ids.add(bare(record.get("warc-refers-to")))  # the line that the page was made from
    return groups
