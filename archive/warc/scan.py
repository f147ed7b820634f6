"""All captures of a WARC file in its order, whoever wrote it, and what had to be passed over."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from archive.errors import DamageError
from archive.model import Held, Place
from archive.warc.held import ANSWERS, belongs, held, provenance_of
from archive.warc.members import OPEN, Fault, Member, members
from archive.warc.record import Record, parse

Skip = Callable[[Fault], None]

_WAITING = 16
"""Requests remembered until their response comes: wget writes them directly before it."""


@dataclass(slots=True)
class _Group:
    # a response and the records that belong to it, while the file is read
    member: Member
    answer: Record
    request: Record | None = None
    metadata: Record | None = None


def scan(path: Path, file: str = "", skip: Skip | None = None) -> Iterator[Held]:
    """Every capture in the WARC file at `path`, in order; `file` is its name in places ("warc/<folder>/<name>").

    Damaged stretches and records that are no capture of a page (dns, segments, a tool's own notes) are passed over, and
    `skip` is told where and why. Raises StorageError where the file cannot be opened. Memory: one record.
    """
    file = file or _file_of(path)
    report = skip or _silent
    group: _Group | None = None
    waiting: list[tuple[Member, Record]] = []
    provenance = "imported"
    for member in members(path):
        if isinstance(member, Fault):
            report(member)
            continue
        try:
            record = parse(member.data)
        except DamageError as error:
            report(Fault(member.offset, member.length, str(error)))
            continue
        kind = record.type
        if kind in ANSWERS and _is_page(record):
            yield from _finish(group, file, provenance, report)
            group = _Group(member, record, request=_fetch(waiting, record))
        elif kind == "request":
            if group and group.request is None and belongs(record, group.answer):
                group.request = record
            else:
                waiting.append((member, record))
                _forget(waiting, _WAITING, report)
        elif kind == "metadata" and group and group.metadata is None and belongs(record, group.answer):
            group.metadata = record
        elif kind == "warcinfo":
            provenance = provenance_of(record)
        else:
            report(Fault(member.offset, member.length, f"a {kind or 'nameless'} record of {record.url or 'no URL'}"))
    yield from _finish(group, file, provenance, report)
    _forget(waiting, 0, report)


def _finish(group: _Group | None, file: str, provenance: str, report: Skip) -> Iterator[Held]:
    if group is None:
        return
    place = Place(file, group.member.offset, group.member.length, group.answer.id)
    try:
        yield held(place, group.answer, group.request, group.metadata, provenance)
    except DamageError as error:
        report(Fault(place.offset, place.length, str(error)))


def _fetch(waiting: list[tuple[Member, Record]], answer: Record) -> Record | None:
    for index, (_, request) in enumerate(waiting):
        if belongs(request, answer):
            del waiting[index]
            return request
    return None


def _forget(waiting: list[tuple[Member, Record]], keep: int, report: Skip) -> None:
    while len(waiting) > keep:
        member, request = waiting.pop(0)
        report(Fault(member.offset, member.length, f"a request without its response: {request.url}"))


def _is_page(record: Record) -> bool:
    return record.url.lower().startswith(("http://", "https://", "urn:baotinh:")) and not record.get(
        "warc-segment-number"
    )


def _file_of(path: Path) -> str:
    name = path.name.removesuffix(OPEN)
    return f"warc/{path.parent.name}/{name}" if path.parent.parent.name == "warc" else str(path.with_name(name))


def _silent(fault: Fault) -> None:
    """Passes over a fault nobody asked for."""
