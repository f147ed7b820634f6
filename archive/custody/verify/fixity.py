"""Files against manifest and event log: the same names, the same bytes; and what a verification found, as values."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from archive.custody import events, manifest
from archive.custody.events import Event
from archive.holdings import settings_files
from archive.messages.message import Message
from archive.restorer import FILE as RESTORER
from archive.search import query_files
from archive.search.saved import FOLDER, Saved
from archive.warc.members import OPEN

Level = Literal["quick", "full"]

Problem = Literal[
    "changed",  # the bytes of a file are not those that were recorded
    "missing",  # a file that was recorded is not there
    "unlisted",  # a closed file that no manifest line and no event knows
    "unreadable",  # a stretch of a WARC file holds no record
    "digest",  # a record's own digest does not fit its bytes
    "chain",  # the event log was changed or cut
    "manifest",  # a line of the manifest is none
    "text",  # a stored text is not what its record shows
    "row",  # database and WARC disagree
    "duplicate",  # a record bears the id of another one
    "index",  # CDXJ and WARC disagree
    "database",  # SQLite finds its own file unsound
    "open",  # a file left open by a process that died
    "unsealed",  # a database that a process which died has left without its seal
    "pending",  # a takedown that was begun and not brought to its end
]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it should be: the file (relative to the archive), where in it, what, and what to do."""

    file: str
    problem: Problem
    detail: str
    offset: int | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """A verification: what was looked at (files, bytes, WARC records) and what was found.

    `notes` are remarks that need no one to act: files still being written, what they came with.
    """

    level: Level
    began: str
    ended: str
    files: int
    bytes: int
    records: int
    findings: tuple[Finding, ...]
    notes: tuple[str, ...] = ()
    unlogged: str = ""  # why the result is not in the log, where it should be

    @property
    def clean(self) -> bool:
        """Whether nothing was found."""
        return not self.findings


def log_findings(root: Path, log: events.Log) -> Iterator[Finding]:
    """Breaks in the chain of events, and lines of the manifest that are none."""
    for sentence in log.breaks:
        file = events.HEAD if sentence.startswith(str(root / events.HEAD)) else events.NAME
        yield Finding(file, "chain", sentence)
    for sentence in manifest.scan(root)[1]:
        yield Finding(manifest.NAME, "manifest", sentence)


def compared(root: Path, file: str, recorded: str, told: str) -> tuple[str, tuple[Finding, ...]]:
    """The digest of a closed file if it is neither the manifest's nor the log's ("" if it is one), and what is wrong.

    Where two of the three agree, the third is the damage.
    """
    path = root / file
    if not path.exists():
        if told:
            return "", (Finding(file, "missing", "named in manifest and event log, and not there"),)
        unknown = Message("names {file}, which is not there, and which no event knows", file=file)
        return "", (Finding(manifest.NAME, "manifest", unknown),)
    digest = manifest.digest_of(path)
    if digest == recorded == told:
        return "", ()
    if digest == recorded:
        message = "the event that closed {file} is missing or names {told}, the file has {digest}"
        detail = Message(message, file=file, told=told or "no digest", digest=digest)
        return "", (Finding(events.NAME, "changed", detail),)
    if digest == told:
        wrong = "{file}: the line says {recorded}, file and log {digest}"
        found = Message(wrong, file=file, recorded=recorded, digest=digest)
        return "", (Finding(manifest.NAME, "changed", found),)
    return digest, ()


def name_findings(root: Path, recorded: dict[str, str], told: dict[str, dict[str, Any]]) -> Iterator[Finding]:
    """Closed files that the manifest does not know, and files the log has closed that are gone from both."""
    for path in sorted(root.glob("warc/*/*.warc.gz")):
        file = path.relative_to(root).as_posix()
        if file in told and file not in recorded:
            no_line = "has no line for {file}, which an event has closed; `baotinh recover` writes it again"
            yield Finding(manifest.NAME, "manifest", Message(no_line, file=file))
        elif file not in recorded:
            foreign = Message("not in {name}; bring foreign files in with `baotinh ingest`", name=manifest.NAME)
            yield Finding(file, "unlisted", foreign)
    for file in sorted(set(told) - set(recorded)):
        if not (root / file).exists() and not (root / (file + OPEN)).exists():
            yield Finding(file, "missing", "closed according to the event log, and neither there nor in the manifest")


def settings_findings(root: Path, log: events.Log) -> Iterator[Finding]:
    """Settings and sources of the operator that are not as they were last recorded, by crawl, ingest or `init`.

    The restorer's model too, which is recorded when it is trained and at no other time.
    """
    last = dict(log.last)
    for path in settings_files(root):
        file = path.relative_to(root).as_posix()
        event = last.pop(file, None)
        digest = json.loads(event.detail_json).get("digest") if event else None
        if event and digest and digest != manifest.digest_of(path):
            message = "not as recorded on {at} (event {seq}); the next crawl records what you changed"
            yield Finding(file, "changed", Message(message, at=event.at[:10], seq=event.seq))
    yield from _restorer_findings(root, last.pop(RESTORER, None))
    for file, event in last.items():
        if file.endswith((".toml", ".json")) and not (root / file).exists():
            gone = Message("recorded on {at} (event {seq}) and not there", at=event.at[:10], seq=event.seq)
            yield Finding(file, "missing", gone)


def _restorer_findings(root: Path, event: Event | None) -> Iterator[Finding]:
    path = root / RESTORER
    values = {"again": "`baotinh rebuild restorer` makes it again"}
    if event is None:
        if path.exists():
            yield Finding(RESTORER, "unlisted", Message("no event tells of its training; {again}", **values))
        return
    values |= {"at": event.at[:10], "seq": str(event.seq)}
    if not path.exists():
        yield Finding(RESTORER, "missing", Message("trained on {at} (event {seq}) and not there; {again}", **values))
    elif json.loads(event.detail_json).get("digest") != manifest.digest_of(path):
        yield Finding(RESTORER, "changed", Message("not as trained on {at} (event {seq}); {again}", **values))


def query_findings(root: Path) -> Iterator[Finding]:
    """Saved queries that are not what was written: each look changes them, so they hold a digest of their own."""
    for path in sorted(root.glob(f"{FOLDER}/*.json")):
        if not query_files.is_whole(path, {*Saved.__dataclass_fields__, "exact"}):
            detail = "not what was saved; save the query again with --force"
            yield Finding(path.relative_to(root).as_posix(), "changed", detail)


def aside_findings(root: Path, log: events.Log) -> Iterator[Finding]:
    """Bytes laid aside by recovery that are not what the event of that day says."""
    for event in log.aside:
        detail = json.loads(event.detail_json)
        file, digest = str(detail["kept_in"]), detail.get("sha256", "")
        if digest and not (root / file).exists():
            yield Finding(file, "missing", Message("laid aside according to event {seq}", seq=event.seq))
        elif digest and manifest.digest_of(root / file) != f"sha256:{digest}":
            yield Finding(file, "changed", Message("not the bytes that event {seq} laid aside", seq=event.seq))
