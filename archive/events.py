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

from archive.disk import append as append_bytes
from archive.disk import locked, make_folder, replace_file
from archive.errors import DamageError, StorageError

NAME = "manifest/events.jsonl"
HEAD = "manifest/events.head"
"""Number and digest of the last line: without it, a change of that line or its loss would go unseen."""

SOFTWARE = "baotinh/0.1.0"
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
    cut, is moved to a file of its own first, and that is an event too. Raises StorageError, DamageError.
    """
    path = root / NAME
    make_folder(path.parent)
    with locked(path) as descriptor:
        data = path.read_bytes()
        torn = data[data.rfind(b"\n") + 1 :]
        if torn:
            data = data[: -len(torn)]
            aside = _lay_aside(path, torn)
            os.ftruncate(descriptor, len(data))
            detail = {"bytes": len(torn), "kept_in": aside, "sha256": hashlib.sha256(torn).hexdigest()}
            repair = _line(root, data, "modification", NAME, "repaired", detail)
            append_bytes(descriptor, repair, len(data), path)
            data += repair
        line = _line(root, data, type, object, outcome, detail or {})
        append_bytes(descriptor, line, len(data), path)
        os.fsync(descriptor)
        event = _parse(line)
        replace_file(root / HEAD, _head(f"{event.seq} {event.digest}").encode())
    return event


def read(root: Path) -> tuple[Event, ...]:
    """All events in order; raises DamageError naming the first line that is broken or breaks the chain."""
    events, bad = scan(root)
    if bad:
        raise DamageError(bad[0])
    return events


def scan(root: Path) -> tuple[tuple[Event, ...], tuple[str, ...]]:
    """The events that can be read, and a sentence for each break in the log."""
    path = root / NAME
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return (), ()
    except OSError as error:
        raise StorageError(f"{path}: {error.strerror}") from error
    events: list[Event] = []
    bad: list[str] = []
    if data and not data.endswith(b"\n"):
        bad.append(f"{path}: the last line is torn")
    prev = FIRST
    for number, line in enumerate(data.split(b"\n")[:-1], start=1):
        try:
            event = _parse(line + b"\n")
        except DamageError as error:
            bad.append(f"{path}: line {number}: {error}")
            prev = _digest(line + b"\n")
            continue
        if event.prev != prev:
            bad.append(f"{path}: line {number} does not follow from line {number - 1}: one of the two was changed")
        if event.seq != number:
            bad.append(f"{path}: line {number} says it is event {event.seq}")
        prev = event.digest
        events.append(event)
    return tuple(events), (*bad, *_check_head(root, events, prev))


def head(root: Path) -> str:
    """The digest "sha256:<hex>" of the log's last line, or FIRST for an empty log: to be printed and kept elsewhere."""
    path = root / NAME
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return FIRST
    except OSError as error:
        raise StorageError(f"{path}: {error.strerror}") from error
    return _last_digest(data)


def _check_head(root: Path, events: list[Event], last: str) -> Iterator[str]:
    # Between the two writes of `append` the head is one event behind: a crash there is no damage.
    path = root / HEAD
    seq = events[-1].seq if events else 0
    before = events[-1].prev if events else FIRST
    try:
        found = path.read_text("ascii", "replace")
    except FileNotFoundError:
        if seq > 1:
            yield f"{path}: missing, so the end of {NAME} cannot be checked"
        return
    said, _, _ = found.rpartition(" ")
    if found != _head(said):
        yield f"{path}: not what was written there"
    elif said not in {f"{seq} {last}", f"{seq - 1} {before}"}:
        yield f"{root / NAME}: ends with {seq} {last}, but its head was {said}: the last line was changed or lost"


def _head(said: str) -> str:
    # with a digest of its own, so that a changed head is not taken for a changed log
    return f"{said} {hashlib.sha256(said.encode()).hexdigest()[:16]}\n"


def _line(root: Path, before: bytes, type_: str, object_: str, outcome: str, detail: Detail) -> bytes:
    event = {
        "at": datetime.now(UTC).isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z",
        "detail": dict(detail),
        "object": object_,
        "operator": _operator(root),
        "outcome": outcome,
        "prev": _last_digest(before),
        "seq": before.count(b"\n") + 1,
        "software": SOFTWARE,
        "type": type_,
    }
    return (json.dumps(event, ensure_ascii=False, sort_keys=True) + "\n").encode()


def _parse(line: bytes) -> Event:
    try:
        event = json.loads(line)
        detail = json.dumps(event.pop("detail"), ensure_ascii=False, sort_keys=True)
        return Event(**event, detail_json=detail, digest=_digest(line))
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise DamageError(f"not an event: {line[:60]!r}") from error


def _last_digest(data: bytes) -> str:
    if not data:
        return FIRST
    start = data.rfind(b"\n", 0, len(data) - 1) + 1
    return _digest(data[start:])


def _digest(line: bytes) -> str:
    return f"sha256:{hashlib.sha256(line).hexdigest()}"


def _lay_aside(path: Path, torn: bytes) -> str:
    name = f"{path.name}.torn-{hashlib.sha256(torn).hexdigest()[:12]}"
    (path.parent / name).write_bytes(torn)
    return f"manifest/{name}"


def _operator(root: Path) -> str:
    # read each time: events are rare, and the log must name who answers today
    try:
        return str(tomllib.loads((root / "archive.toml").read_text()).get("operator", ""))
    except (OSError, ValueError):
        return ""
