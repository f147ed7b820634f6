"""One frontier out of two: of each URL the better known row stays, whichever of the two it comes from."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from archive.custody import events, manifest, seals
from archive.custody.events import closed_events
from archive.custody.takedown import adopt, carry_over, history_of, is_kin, is_needed, mode_of, numbers
from archive.disk import opened
from archive.errors import ArchiveError, DamageError, UsageError
from archive.holdings import Holdings
from archive.importers.packages import check_sources, import_sources
from archive.ingest.pipeline import Ingest, read_file
from archive.messages.message import Message
from archive.sources import Register
from archive.store import open_database, opened_to_write, writing
from archive.store.writes import copy_runs
from archive.warc.writer import PartFile
from archive.worker.pool import per_core
from crawler.border import mend
from crawler.frontier.store import FrontierStore

_NAMES = (
    "key", "source", "url", "kind", "priority", "depth", "hops", "via", "published", "found_at", "state", "reason",
    "attempts", "not_before", "run", "record",
)  # fmt: skip
_VISIT = "first_at, last_at, times, changes, status, etag, last_modified, every, due, gone_at"
_COLUMNS = ", ".join(f"urls.{name}" for name in _NAMES)
_EVERY = (
    f"SELECT {_COLUMNS}, authorities.name, urls.id, {_VISIT} FROM urls"  # noqa: S608 - our own words, here and below
    " JOIN authorities ON authorities.id = authority LEFT JOIN visits ON visits.url_id = urls.id ORDER BY urls.id"
)
_MINE = (
    f"SELECT urls.id, {_COLUMNS}, {_VISIT} FROM urls"  # noqa: S608
    " LEFT JOIN visits ON visits.url_id = urls.id WHERE key = ?"
)
_UNLESS_THERE = "WHERE NOT EXISTS (SELECT 1 FROM {table} WHERE ({names}) = ({marks}))"
_OTHERS = {  # of tables that hang on no URL: their columns, and which of two rows stays
    "decisions": ("at, run, source, host, decision, detail", _UNLESS_THERE),
    "days": (
        "source, day, requests",
        "WHERE true ON CONFLICT (source, day) DO UPDATE SET requests = max(requests, excluded.requests)",
    ),
    "listing_visits": ("source, url, at, run, listed, fresh, mark", "WHERE true ON CONFLICT DO NOTHING"),
    "absences": (
        "authority, number, source, at, status, target, title, shingles, record",
        "WHERE true ON CONFLICT (authority, number) DO UPDATE SET at = excluded.at, status = excluded.status,"
        " target = excluded.target, title = excluded.title, shingles = excluded.shingles, record = excluded.record"
        " WHERE (excluded.at, excluded.record) > (absences.at, absences.record)",
    ),
    "backfills": (
        "source, pattern, began, position, dry",
        "WHERE true ON CONFLICT (source, pattern) DO UPDATE"
        " SET began = excluded.began, position = excluded.position, dry = excluded.dry"
        " WHERE excluded.position > position OR (excluded.position = position AND excluded.began > began)",
    ),
}
_WEIGHT = {"done": 3, "failed": 2, "excluded": 1, "todo": 0}
_WIDTH = len(_NAMES)
_BATCH = 1000


def merge_frontiers(rows: FrontierStore, theirs: sqlite3.Connection) -> int:
    """Adds the frontier `theirs` to `rows`; gives back how many URLs were new, or are better known now.

    Better known is what was visited later; then what has ended; then the greater row, so that any order of merging
    comes to the same. Claims are not taken over: their runs are not here.
    """
    changed = 0
    for number, values in enumerate(theirs.execute(_EVERY)):
        changed += _url(rows, theirs, values)
        if number % _BATCH == _BATCH - 1:
            rows.commit()
    _robots(rows, theirs)
    for table, (names, conflict) in _OTHERS.items():
        for line in theirs.execute(f"SELECT {names} FROM {table}"):  # noqa: S608
            _add(rows, table, names, line, conflict)
    rows.commit()
    return changed


def _url(rows: FrontierStore, theirs: sqlite3.Connection, values: tuple[object, ...]) -> bool:
    url, name, their_id, visit = values[:_WIDTH], str(values[_WIDTH]), values[_WIDTH + 1], values[_WIDTH + 2 :]
    mine = rows.read(_MINE, (url[0],)).fetchone()
    if mine is not None and _knowledge(mine[1 : _WIDTH + 1], mine[_WIDTH + 1 :]) >= _knowledge(url, visit):
        _history(rows, theirs, mine[0], their_id)
        return False
    authority = rows.authority(f"{name}/", str(url[1]))
    if mine is None:
        marks = ", ".join("?" * (_WIDTH + 1))
        names = ", ".join(_NAMES)
        rows.write(f"INSERT INTO urls ({names}, authority) VALUES ({marks})", (*url, authority))  # noqa: S608
        row_id = cast(int, rows.read("SELECT last_insert_rowid()").fetchone()[0])
    else:
        row_id = mine[0]
        sets = ", ".join(f"{name} = ?" for name in _NAMES)
        rows.write(f"UPDATE urls SET {sets}, authority = ? WHERE id = ?", (*url, authority, row_id))  # noqa: S608
    if visit[0] is not None:
        marks = ", ".join("?" * len(visit))
        rows.write(
            f"INSERT OR REPLACE INTO visits (url_id, source, {_VISIT}) VALUES (?, ?, {marks})",  # noqa: S608
            (row_id, url[1], *visit),
        )
    _history(rows, theirs, row_id, their_id)
    return True


def _knowledge(url: tuple[object, ...], visit: tuple[object, ...]) -> tuple[object, ...]:
    return (visit[1] or 0, _WEIGHT[str(url[10])], *(str(value) for value in url[1:]))


def _history(rows: FrontierStore, theirs: sqlite3.Connection, mine: object, their_id: object) -> None:
    for line in theirs.execute("SELECT at, run, event, detail FROM history WHERE url_id = ?", (their_id,)):
        _add(rows, "history", "url_id, at, run, event, detail", (mine, *line))


def _add(
    rows: FrontierStore, table: str, names: str, values: tuple[object, ...], conflict: str = _UNLESS_THERE
) -> None:
    marks = ", ".join("?" * len(values))
    condition = conflict.format(table=table, names=names, marks=marks)
    again = values if conflict is _UNLESS_THERE else ()
    rows.write(f"INSERT INTO {table} ({names}) SELECT {marks} {condition}", (*values, *again))


def _robots(rows: FrontierStore, theirs: sqlite3.Connection) -> None:
    fields = "robots_at, robots_verdict, robots_note, robots_text, robots_record, closed_since, not_before"
    for name, source, *values in theirs.execute(f"SELECT name, source, {fields} FROM authorities"):  # noqa: S608
        number = rows.authority(f"{name}/", source)
        sets = ", ".join(f"{field.strip()} = ?" for field in fields.split(","))
        rows.write(
            f"UPDATE authorities SET {sets} WHERE id = ? AND robots_at < ?",  # noqa: S608 - our own words
            (*values, number, values[0]),
        )


@dataclass(frozen=True, slots=True)
class Merged:
    """What a merge of one shard has brought."""

    shard: str
    files: int  # WARC files copied
    known: int  # WARC files that were here already
    captures: int
    new: int  # articles
    urls: int  # URLs of the frontier that were new here or are better known now
    sources: tuple[str, ...]  # ids of source files copied
    notes: tuple[str, ...] = ()


def merge(holdings: Holdings, shard: Path) -> Merged:
    """Makes the archive at `shard` part of `holdings`; the shard itself is only mended, never changed.

    Raises SourceError where a source file of the shard holds a host of another one here, SchemaError where its frontier
    is of another schema, LockedError where a crawl of one of its sources runs in either, DamageError where a file of
    the shard is not what its manifest says or bears the name of another file here, StorageError.
    """
    other = Holdings.open(shard)
    if other.root.resolve() == holdings.root.resolve():
        raise UsageError("{shard}: an archive cannot be merged into itself", shard=shard)
    names = sorted(path.name for path in other.warc.iterdir() if path.is_dir()) if other.warc.is_dir() else []
    with ExitStack() as locks:
        locks.enter_context(seals.hold(holdings.root))
        for name in names:
            locks.enter_context(other.lock(f"crawl-{name}"))
            locks.enter_context(holdings.lock(f"crawl-{name}"))
        if other.frontier.exists():
            FrontierStore(other.frontier).close()  # sound, and of this schema: before anything of it is here
        check_sources(holdings, other.sources)
        mend(other.root)
        files = manifest.read(other.root)
        told = closed_events(other.root)
        sources, notes = import_sources(holdings, other.sources)
        notes += adopt(holdings, other.root, shown_too=True)  # before anything of it is here
        copied, more = _bring_all(holdings, other, files, told)
        notes += more
        captures, new = _read(holdings, [file for file in files if file.startswith("warc/")])
        notes += _bring_runs(holdings, other)
        urls = _merge_frontier(holdings, other)
    detail = {"files": len(copied), "captures": captures, "urls": urls, "head": events.head(other.root)}
    events.append(holdings.root, "accession", str(shard), "merged", detail)
    return Merged(str(shard), len(copied), len(files) - len(copied), captures, new, urls, sources, notes)


def _bring_all(
    holdings: Holdings, other: Holdings, files: dict[str, str], told: dict[str, dict[str, Any]]
) -> tuple[list[str], tuple[str, ...]]:
    """Copies what is not here yet, and carries takedowns over into what is; the names of copies, and notes."""
    root, ours, copied, notes = holdings.root, numbers(holdings.root, other.root), list[str](), list[str]()
    for file, digest in sorted(files.items()):
        detail = {**told.get(file, {}), **history_of(other.root, file).detail()}
        rule = ours.get(detail.pop("takedown", -1))
        if "sealed_from" in detail and not is_needed(root, detail, rule):
            notes.append(
                Message(
                    "{file}: not brought, for what was sealed there is erased or shown here", file=other.root / file
                )
            )
            continue
        if rule is not None:
            detail["takedown"] = rule.seq
        here = manifest.read(root).get(file)
        if here is None or not (root / file).exists() or here == digest:
            if _bring(holdings, other, file, file, digest, detail):
                copied.append(file)
        elif is_kin(root, other.root, file):
            if carry_over(holdings, other.root, file):
                message = "{file}: overwritten where the file of {other} is, by a takedown"
                notes.append(Message(message, file=root / file, other=other.root))
        elif "sealed_from" not in detail:
            raise DamageError(
                "{file}: a file of this name is here with other bytes; one of them was changed: "
                "`baotinh verify` in both archives shows which",
                file=other.root / file,
            )
        elif _bring(holdings, other, file, _other_name(other.root, file), digest, detail):
            copied.append(file)
    return copied, tuple(notes)


def _other_name(root: Path, file: str) -> str:
    """The name here of what was sealed there, where a file of ours was sealed by an event of the same number."""
    first = history_of(root, file).digests[0].removeprefix("sha256:")
    return f"{file.removesuffix('.warc.gz')}-{first[:16]}.warc.gz"


def _bring(holdings: Holdings, other: Holdings, file: str, name: str, digest: str, told: dict[str, Any]) -> bool:
    """Copies a closed file to `name`, checking its digest while it is read; False where it is here already.

    `told` is what the shard's log says of the file (run, captures): it stands in our log too, for `verify` asks for it.
    """
    here = manifest.read(holdings.root).get(name)
    if here == digest and (holdings.root / name).exists():
        return False
    origin = other.root / file
    with PartFile(holdings.root, name, mode_of(name)) as part, opened(origin, os.O_RDONLY) as descriptor:
        while piece := os.pread(descriptor, manifest.PIECE, part.length):
            part.write(piece)
        if part.digest != digest:
            raise DamageError(
                "{origin}: not what its manifest says; `baotinh verify` on the shard shows the damage", origin=origin
            )
        part.settle()
        if here is None:
            manifest.add(holdings.root, name, digest)
        elif here != digest:  # a merge that was cut off has written the line, and a takedown came since
            manifest.replace(holdings.root, name, name, digest)
        detail = {**told, "bytes": part.length, "digest": digest, "from": str(other.root)}
        events.append(holdings.root, "accession", name, "copied", detail)
        part.name()  # last: a file that has its name has its line and its event
    return True


def _read(holdings: Holdings, files: list[str]) -> tuple[int, int]:
    register = Register.load(holdings.sources)
    captures, before = 0, _articles(holdings)
    with per_core(holdings.root, register) as readers, Ingest(holdings, register) as ingest:
        for file in files:
            for outcomes in read_file(ingest, readers, holdings.root, holdings.root / file, lambda _fault: None):
                captures += len(outcomes)
    return captures, _articles(holdings) - before


def _articles(holdings: Holdings) -> int:
    with opened_to_write(holdings.database) as db:  # made where there is none, and sealed as it is left
        return int(db["articles"].count)


def _bring_runs(holdings: Holdings, other: Holdings) -> tuple[str, ...]:
    """Copies what the shard knows of its runs; a note where its database cannot be read, which nothing else needs."""
    if not other.database.exists():
        return ()
    try:
        theirs = open_database(other.database, readonly=True)
    except ArchiveError as error:
        return (Message("the runs of {other} were not brought: {error}", other=other.root, error=error),)
    try:
        with opened_to_write(holdings.database) as db, writing(db):
            copy_runs(theirs, db)
    finally:
        theirs.close()
    return ()


def _merge_frontier(holdings: Holdings, other: Holdings) -> int:
    if not other.frontier.exists():
        return 0
    rows = FrontierStore(holdings.frontier)
    theirs = sqlite3.connect(other.frontier, timeout=60)
    try:
        return merge_frontiers(rows, theirs)
    finally:
        theirs.close()
        rows.close()


def shards(paths: list[Path]) -> Iterator[Path]:
    """Each of `paths` once, checked to be archives before the first is merged."""
    for path in dict.fromkeys(path.absolute() for path in paths):
        Holdings.open(path)
        yield path
