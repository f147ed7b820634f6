"""The log of what was done to the archive: one JSON line per event, each naming the digest of the line before.

Event types are PREMIS terms: capture, ingestion, message digest calculation, fixity check, validation, modification,
replication, accession, deaccession, deletion. The chain proves the order of events and that none was changed or taken
out; printed heads (`head`) prove that the end was not cut off.
"""

from __future__ import annotations

import hashlib
import json
import os
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from archive.disk import append as append_bytes
from archive.disk import locked, make_folder, opened, refused, replace_file
from archive.errors import DamageError, StorageError, UsageError
from archive.messages.message import Message

NAME = "manifest/events.jsonl"
HEAD = "manifest/events.head"
"""Number and digest of the last line: without it, a change of that line or its loss would go unseen."""

SOFTWARE = "baotinh/0.1.0"
ACCEPTED: Final = "accepted as it is"
"""Outcome of the event by which somebody took something damaged for what it should be, with a reason."""

WAY_OUT: Final = Message("bring back the log, or `baotinh recover --accept` goes on behind the gap")
REMADE = "made again"
"""Outcome of the event that tells that the head was missing or changed when the next event was entered."""

FIRST = "sha256:" + "0" * 64
"""What the first event names as the line before it."""

Detail = Mapping[str, object]
"""What JSON can hold: names, numbers, lists."""


@dataclass(frozen=True, slots=True)
class Event:
    """One event as it stands in the log. `at` is UTC; `prev` and `digest` (of the line itself) are "sha256:<hex>"."""

    seq: int
    at: str
    type: str
    object: str
    outcome: str
    detail_json: str
    operator: str
    software: str
    prev: str
    digest: str


def append(root: Path, type: str, object: str, outcome: str, detail: Detail | None = None) -> Event:  # noqa: A002 - PREMIS names
    """Adds an event to the log of the archive at `root`, durably, and gives it back.

    `object` is what it happened to: a file relative to the archive, a URL, a run. A torn last line, left by a power
    cut, is moved to a file of its own first, and that is an event too. Raises StorageError, and DamageError where the
    end is not the one that the head knows of: nothing is written to such a log before somebody has taken it as it is.
    """
    return _append(root, (type, object, outcome, detail or {}), goes_on=False)


def accept(root: Path, reason: str) -> str:
    """Takes a log of which the end was lost or changed as it is, with a reason that stands in it for good; what is
    wrong with its end, "" where nothing is.

    The event follows from the last line that the head knows of, so that the gap stays to be seen. Raises UsageError
    where no reason is given, StorageError.
    """
    if not reason.strip():
        raise UsageError("{name}: say with --reason why it is taken as it is; the log keeps it", name=NAME)
    path = root / NAME
    with opened(path, os.O_RDONLY | os.O_CREAT) as descriptor:
        last, _ = _end(descriptor, os.fstat(descriptor).st_size)
    wrong = _lost(root, path, last)
    if wrong:
        _append(root, ("modification", NAME, ACCEPTED, {"reason": reason, "lost": wrong}), goes_on=True)
    return wrong


def refuse_loss(root: Path) -> None:
    """Raises DamageError where nothing may be written to the log, for its end was lost or changed."""
    path = root / NAME
    last = b""
    if path.exists():
        with opened(path, os.O_RDONLY) as descriptor:
            last, _ = _end(descriptor, os.fstat(descriptor).st_size)
    if wrong := _lost(root, path, last):
        raise DamageError("{wrong}; {way_out}", wrong=wrong, way_out=WAY_OUT)


def _lost(root: Path, path: Path, last: bytes) -> str:
    """What is wrong with the end of a log with this `last` line, by its head; "" for nothing."""
    said = _said(root)
    number = _next(path, last) - 1
    if said is None:
        return Message("{head}: missing or changed, so lines may be lost", head=root / HEAD) if number > 1 else ""
    # who wrote the last line may have died before its head was written
    if said in ((number, _digest(last) if last else FIRST), (number - 1, _before(last))):
        return ""
    return Message(
        "{path}: ends with event {number}, but its head knows of {said}: its end was cut off or changed",
        path=path,
        number=number,
        said=said[0],
    )


def _append(root: Path, told: tuple[str, str, str, Detail], *, goes_on: bool) -> Event:
    path = root / NAME
    make_folder(path.parent)
    with locked(path) as descriptor:
        size = os.fstat(descriptor).st_size
        last, torn = _end(descriptor, size)
        wrong, said = _lost(root, path, last), _said(root)
        if wrong and not goes_on:
            raise DamageError("{wrong}; {way_out}", wrong=wrong, way_out=WAY_OUT)
        seq, prev = _next(path, last), _digest(last) if last else FIRST
        entries = [told]
        if said is None and wrong:  # that the end which stood here cannot be known stays in the log
            entries.insert(0, ("modification", HEAD, REMADE, {}))
        elif said is not None and wrong:
            seq, prev = said[0] + 1, said[1]
        elif said is not None and said != (seq - 1, prev):
            # who wrote the last line died before its head: two such deaths must not look like a loss
            replace_file(root / HEAD, _head(f"{seq - 1} {prev}").encode())
        if torn:
            size -= len(torn)
            about = {"bytes": len(torn), "kept_in": _lay_aside(path, torn), "sha256": hashlib.sha256(torn).hexdigest()}
            os.ftruncate(descriptor, size)
            entries.insert(0, ("modification", NAME, "repaired", about))
        for entry in entries:
            line = _line(root, seq, prev, *entry)
            event = _enter(root, descriptor, size, line)
            size, seq, prev = size + len(line), seq + 1, event.digest
        return event


def _enter(root: Path, descriptor: int, size: int, line: bytes) -> Event:
    # The head follows each line: a crash leaves it one line behind at most, which is no damage.
    append_bytes(descriptor, line, size, root / NAME)
    os.fsync(descriptor)
    event = _parse(line)
    try:
        replace_file(root / HEAD, _head(f"{event.seq} {event.digest}").encode())
    except StorageError:  # a disk that had room for the one and not for the other: both or none
        os.ftruncate(descriptor, size)
        raise
    return event


def scan(root: Path) -> tuple[tuple[Event, ...], tuple[str, ...]]:
    """The events that can be read, and a sentence for each break in the log."""
    found: list[Event] = []
    bad: list[str] = []
    for item in walk(root):
        found.append(item) if isinstance(item, Event) else bad.append(item)
    return tuple(found), tuple(bad)


def walk(root: Path) -> Iterator[Event | str]:
    """The log in order: each event that can be read, and a sentence where it breaks. Memory: one event."""
    path = root / NAME
    prev, last = FIRST, None
    number, seq = 0, 1
    for line in _lines(path):
        if not line.endswith(b"\n"):
            yield Message("{path}: the last line is torn", path=path)
            continue
        number += 1
        try:
            event = _parse(line)
        except DamageError as error:
            yield Message("{path}: line {number}: {error}", path=path, number=number, error=error)
            prev, seq = _digest(line), seq + 1
            continue
        if event.prev != prev:
            yield Message(
                "{path}: line {number} does not follow from line {before}: one of the two was changed",
                path=path,
                number=number,
                before=number - 1,
            )
        if event.seq != seq:
            yield Message(
                "{path}: line {number} says it is event {seq}, and not {wanted}",
                path=path,
                number=number,
                seq=event.seq,
                wanted=seq,
            )
        prev, last, seq = event.digest, event, event.seq + 1
        yield event
    if number or path.exists():
        yield from _check_head(root, last, prev)


def of(root: Path, *types: str, about: str = "") -> Iterator[Event]:
    """The events of the given types (and object, if given) in order, the chain not checked; others are not even parsed.

    Memory: one event.
    """
    marks = [f'"type": {json.dumps(name)}'.encode() for name in types]
    named = f'"object": {json.dumps(about, ensure_ascii=False)}'.encode() if about else b""
    for line in _lines(root / NAME):
        if named in line and any(mark in line for mark in marks):
            try:
                event = _parse(line)
            except DamageError:
                continue  # for `walk` to tell
            if event.type in types and about in ("", event.object):
                yield event


@dataclass(frozen=True, slots=True)
class Log:
    """What the log tells of the holdings, from one reading of it.

    `closed`: the detail of the last event that closed each file still held (bytes, captures, digest); `last`: the last
    event that recorded each file of settings, model or corpus; `aside`: events that laid bytes aside; `accepted`:
    events by which damage was taken as it is; `full`: how many full verifications there were; `breaks`: a sentence for
    each break in the chain.
    """

    closed: dict[str, dict[str, Any]]
    last: dict[str, Event]
    aside: tuple[Event, ...]
    accepted: tuple[Event, ...]
    full: int
    breaks: tuple[str, ...]


def read_log(root: Path) -> Log:
    """What the log tells, as far as it can be read."""
    closed: dict[str, dict[str, Any]] = {}
    last: dict[str, Event] = {}
    aside: dict[str, Event] = {}  # by the file that keeps the bytes
    accepted: list[Event] = []
    full = 0
    breaks: list[str] = []
    for item in walk(root):
        if isinstance(item, str):
            breaks.append(item)
            continue
        if item.outcome == ACCEPTED:
            accepted.append(item)
        if (item.object, item.outcome) == (HEAD, REMADE):
            when = f"{item.at[:10]} (event {item.seq})"
            breaks.append(
                Message("{head}: missing or changed on {when}: lines may be lost", head=root / HEAD, when=when)
            )
        full += item.type == "fixity check" and '"level": "full"' in item.detail_json
        in_warc = item.object.startswith(("warc/", "sealed/"))
        if in_warc and item.type in {"message digest calculation", "accession"}:
            closed[item.object] = json.loads(item.detail_json)
        elif item.type in {"accession", "modification"}:
            last[item.object] = item
        elif item.type == "deletion":
            closed.pop(item.object, None)
            last.pop(item.object, None)
            aside.pop(item.object, None)
        if '"kept_in"' in item.detail_json:
            aside[str(json.loads(item.detail_json).get("kept_in"))] = item
    return Log(closed, last, tuple(aside.values()), tuple(accepted), full, tuple(breaks))


def closed_events(root: Path) -> dict[str, dict[str, Any]]:
    """The detail of the last event that closed each file, as far as the log can be read: bytes, captures, digest."""
    return read_log(root).closed


def last_checks(root: Path, files: set[str]) -> dict[str, str]:
    """When each of `files` was last read as a whole: checked alone or with all others, or digested on closing."""
    last: dict[str, str] = {}
    closed: set[str] = set()
    for event in scan(root)[0]:
        if event.type in {"message digest calculation", "accession"} and event.object in files:
            closed.add(event.object)
            last[event.object] = event.at
        elif event.type == "fixity check":
            checked = closed if event.object == "archive" else {event.object}
            last.update(dict.fromkeys(checked, event.at))
    return last


def _lines(path: Path) -> Iterator[bytes]:
    try:
        with path.open("rb") as stream:
            yield from stream
    except FileNotFoundError:
        return
    except OSError as error:
        raise refused(path, error) from error


def head(root: Path) -> str:
    """The digest "sha256:<hex>" of the log's last line, or FIRST for an empty log: to be printed and kept elsewhere."""
    path = root / NAME
    if not path.exists():
        return FIRST
    with opened(path, os.O_RDONLY) as descriptor:
        last, torn = _end(descriptor, os.fstat(descriptor).st_size)
    return _digest(torn or last) if torn or last else FIRST


def _end(descriptor: int, size: int) -> tuple[bytes, bytes]:
    # the last whole line, and what stands behind it without an end; only the end of the file is read
    reach = 1 << 14
    while True:
        data = os.pread(descriptor, reach, max(0, size - reach))
        whole, torn = data[: data.rfind(b"\n") + 1], data[data.rfind(b"\n") + 1 :]
        start = whole.rfind(b"\n", 0, -1) + 1 if whole else 0
        if reach >= size or start:
            return whole[start:], torn
        reach *= 4


def _next(path: Path, last: bytes) -> int:
    # the number of the next event: told by the last line; counted where that one was damaged
    if not last:
        return 1
    try:
        return _parse(last).seq + 1
    except DamageError:
        return path.read_bytes().count(b"\n") + 1


def _check_head(root: Path, event: Event | None, last: str) -> Iterator[str]:
    # Between the two writes of `append` the head is one event behind: a crash there is no damage.
    path = root / HEAD
    seq = event.seq if event else 0
    before = event.prev if event else FIRST
    try:
        found = path.read_text("ascii", "replace")
    except FileNotFoundError:
        if seq > 1:
            yield Message("{path}: missing, so the end of {name} cannot be checked", path=path, name=NAME)
        return
    said, _, _ = found.rpartition(" ")
    if found != _head(said):
        yield Message("{path}: not what was written there", path=path)
    elif said not in {f"{seq} {last}", f"{seq - 1} {before}"}:
        yield Message(
            "{name}: ends with {seq} {last}, but its head was {said}: the last line was changed or lost",
            name=root / NAME,
            seq=seq,
            last=last,
            said=said,
        )


def _head(said: str) -> str:
    # with a digest of its own, so that a changed head is not taken for a changed log
    return f"{said} {hashlib.sha256(said.encode()).hexdigest()[:16]}\n"


def _said(root: Path) -> tuple[int, str] | None:
    # number and digest of the last line as the head has them; None where it is missing or was changed
    try:
        found = (root / HEAD).read_text("ascii", "replace")
    except FileNotFoundError:
        return None
    said, _, _ = found.rpartition(" ")
    number, _, digest = said.partition(" ")
    return (int(number), digest) if found == _head(said) and number.isdigit() else None


def _before(last: bytes) -> str:
    # the digest that the last line names as the one before it
    try:
        return _parse(last).prev if last else FIRST
    except DamageError:
        return ""


def _line(root: Path, seq: int, prev: str, type_: str, object_: str, outcome: str, detail: Detail) -> bytes:
    event = {
        "at": datetime.now(UTC).isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z",
        "detail": dict(detail),
        "object": object_,
        "operator": _operator(root),
        "outcome": outcome,
        "prev": prev,
        "seq": seq,
        "software": SOFTWARE,
        "type": type_,
    }
    # A file name that is no UTF-8 has lone surrogates for its bytes: they stand escaped, as JSON allows.
    return (json.dumps(event, ensure_ascii=False, sort_keys=True) + "\n").encode("utf-8", "backslashreplace")


def _parse(line: bytes) -> Event:
    try:
        event = json.loads(line)
        detail = json.dumps(event.pop("detail"), ensure_ascii=False, sort_keys=True)
        return Event(**event, detail_json=detail, digest=_digest(line))
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise DamageError("not an event: {line}", line=repr(line[:60])) from error


def _digest(line: bytes) -> str:
    return f"sha256:{hashlib.sha256(line).hexdigest()}"


def _lay_aside(path: Path, torn: bytes) -> str:
    name = f"{path.name}.torn-{hashlib.sha256(torn).hexdigest()[:12]}"
    replace_file(path.parent / name, torn)
    return f"manifest/{name}"


def _operator(root: Path) -> str:
    # read each time: events are rare, and the log must name who answers today
    try:
        return str(tomllib.loads((root / "archive.toml").read_text()).get("operator", ""))
    except (OSError, ValueError):
        return ""
