"""A takedown taken back: sealed records in their places again, byte for byte, and rows for what has none."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from archive.custody import events, manifest
from archive.custody.takedown.locate import SEALED, kept_apart, naming, settled
from archive.custody.takedown.tombstones import (
    Rewritten,
    Stretch,
    as_detail,
    begun_by,
    is_gone,
    overwrite,
    remove,
    stretches_of,
)
from archive.custody.verify.fixity import closed_events
from archive.custody.withheld import Rule, rules, without_www
from archive.disk import opened
from archive.errors import DamageError, LingeringError
from archive.holdings import Holdings
from archive.ingest import Ingest
from archive.ingest.articles import ArticleWriter
from archive.ingest.pipeline import read_file, read_held
from archive.ingest.reread import Refiling, read_again, readable, unreadable
from archive.model import Article, Place, StoredCapture
from archive.sources import Register
from archive.store import queries, writing
from archive.store.database import opened_to_change
from archive.store.teasers import articles_linking_to, forget_readings, last_reading
from archive.text.urls import url_key
from archive.warc import cdxj
from archive.warc import reader as warc
from archive.warc.members import Fault
from archive.warc.scan import Parsed, records, scan
from archive.warc.writer import PartFile
from archive.worker.pool import WorkerPool, per_core


def unseal(holdings: Holdings, rule: Rule) -> tuple[Rewritten, ...]:
    """Puts back what earlier takedowns of the pages of `rule` have sealed. Raises StorageError, DamageError."""
    root = holdings.root
    closed = closed_events(root)
    earlier = {one.seq for one in rules(root) if {*one.url_keys} & {*rule.url_keys} and one.seq < rule.seq}
    copies: defaultdict[str, list[str]] = defaultdict(list)  # by the file that they return to
    for name, detail in closed.items():
        if detail.get("sealed_from") and detail.get("takedown") in earlier:
            copies[str(detail["sealed_from"])].append(name)
    returned = [_put_back(root, file, sealed, rule) for file, sealed in copies.items()]
    wanted = {*map(without_www, rule.url_keys)}
    for path in kept_apart(root):
        name = path.relative_to(root).as_posix()
        if "sealed_from" not in closed.get(name, {}) or "stretches" not in closed[name]:
            returned += [_bring_back(root, name, closed.get(name, {}), rule)] if _holds(path, wanted) else []
    return tuple(one for one in returned if one.stretches or one.captures)


def _put_back(root: Path, file: str, sealed: list[str], rule: Rule) -> Rewritten:
    """Overwrites the tombstones of what the files `sealed` keep with the records themselves, and removes these."""
    closed, begun = closed_events(root), file in begun_by(root, rule)
    edits: dict[int, bytes] = {}
    stretches: list[Stretch] = []
    for name in filter(lambda name: (root / name).exists(), sealed):  # not where it was removed, and nothing told of it
        for one in stretches_of(closed[name]):
            with opened(root / name, os.O_RDONLY) as descriptor:
                data = os.pread(descriptor, one.length, one.at)
            erased = is_gone(root / name, one.at, one.length)
            if not erased and one.offset not in edits and (begun or not _lies(root / file, one, data)):
                edits[one.offset] = data
                stretches.append(one)
    captures = sum(one.capture for one in stretches)
    if edits:
        before = closed.get(file, {})
        came_back = {one.offset for one in stretches if not one.capture}
        detail: dict[str, Any] = {
            "captures": int(before.get("captures", 0)) + captures,
            "faults": sorted({*before.get("faults", ())} | came_back),
            "stretches": as_detail(stretches),
        }
        overwrite(root, file, edits, rule, detail)
        cdxj.change(root, file, more=[cdxj.line_of(held) for held in _held(root, file, stretches)])
    for name in sealed:
        digest = manifest.read(root).get(name, "")
        manifest.drop(root, name)
        remove(root, name, digest, rule, returned_to=file)
    return Rewritten(file, sealed[0], captures, tuple(stretches))


def _lies(path: Path, one: Stretch, data: bytes) -> bool:
    """Whether what was sealed stands in its place, for an archive that was merged had sealed it."""
    with opened(path, os.O_RDONLY) as descriptor:
        return os.pread(descriptor, one.length, one.offset) == data


def _held(root: Path, file: str, stretches: Iterable[Stretch]) -> Iterator[StoredCapture]:
    for one in stretches:
        first = next(records(root / file, one.offset), None)
        if one.capture and isinstance(first, Parsed):
            yield warc.read(root, Place(file, one.offset, first.length, one.id))


def _bring_back(root: Path, file: str, detail: dict[str, Any], rule: Rule) -> Rewritten:
    """What became of a sealed `file` of an earlier program, which had written its WARC file anew: it comes back whole
    under a name of its own.
    """
    new = f"warc/{file.removeprefix(f'{SEALED}/').removesuffix('.warc.gz')}.unsealed.warc.gz"
    digest = manifest.read(root).get(file, "")
    captures = sum(1 for _ in scan(root / file, file))
    with PartFile(root, new) as part, opened(root / file, os.O_RDONLY) as descriptor:
        while piece := os.pread(descriptor, manifest.PIECE, part.length):
            part.write(piece)
        part.settle()
        about = {"bytes": part.length, "captures": captures, "digest": part.digest, "takedown": rule.seq}
        about |= {"replaces": file, "replaced_digest": digest, "faults": detail.get("faults", [])}
        events.append(root, "message digest calculation", new, "closed", about)
        part.name()
        manifest.replace(root, file, new, part.digest)
    remove(root, file, digest, rule, replaced_by=new)
    return Rewritten(new, file, captures, ())


def read_in(holdings: Holdings, rule: Rule) -> tuple[int, tuple[str, ...]]:
    """Gives rows again to what `rule` has brought back, and boxes to what had pointed to it: how many captures were
    read, and the records that cannot be read.
    """
    if not holdings.database.exists():
        return 0, ()
    register, damaged = Register.load(holdings.sources), list[str]()
    with per_core(holdings.root, register) as readers:
        count = _refile(holdings, register, readers, rule, damaged)
        _read_pointing_again(holdings, register, readers, rule, damaged)
    return count, tuple(damaged)


def _refile(holdings: Holdings, register: Register, readers: WorkerPool, rule: Rule, damaged: list[str]) -> int:
    """Reads the captures that `rule` lists, those that have returned, and what came in meanwhile."""
    root, count = holdings.root, 0
    left = sorted({*holdings.warcs()} - {root / file for file in settled(holdings)})
    returned = {file: stretches_of(detail) for file, detail in begun_by(root, rule).items()}
    found = (*_listed(root, rule, damaged), *(one for file in returned for one in _held(root, file, returned[file])))
    held = {one.place.record_id: one for one in found}.values()
    with Ingest(holdings, register, brief=True) as ingest:
        for outcomes in read_held(ingest, readers, (one for one in held if not ingest.has(one))):
            count += len(outcomes)
        for path in left:
            for outcomes in read_file(ingest, readers, root, path, lambda _fault: None, only_new=True):
                count += len(outcomes)
    return count


def _read_pointing_again(
    holdings: Holdings, register: Register, readers: WorkerPool, rule: Rule, damaged: list[str]
) -> None:
    """Reads the articles again of which boxes pointed to a page of `rule`: the takedown has cut that line out."""
    root = holdings.root
    with suppress(LingeringError), opened_to_change(holdings.database) as db:

        def reread(capture: int) -> Article | None:
            return read_again(readers, root, [queries.capture(db, capture)])[0].article

        shelf = ArticleWriter(db, register, reread)
        for article in articles_linking_to(db, rule.url_keys):
            rows = [row for row in queries.captures_of(db, article) if row.text_digest]
            again = read_again(readers, root, rows)
            with writing(db):
                before = last_reading(db)
                Refiling(db, shelf).file(readable(zip(rows, again, strict=True), damaged))
                shelf.finish()
                forget_readings(db, before)


def _listed(root: Path, rule: Rule, damaged: list[str]) -> Iterator[StoredCapture]:
    for file, offset, length, record_id in rule.captures:
        try:
            yield warc.read(root, Place(file, offset, length, record_id))
        except DamageError:  # it was sealed, or erased, and comes from elsewhere or not at all
            if not is_gone(root / file, offset, length):
                damaged.append(unreadable(file, offset))


def _holds(path: Path, wanted: set[str]) -> bool:
    passed_over: list[Fault] = []
    found = any(without_www(url_key(held.capture.url)) in wanted for held in scan(path, skip=passed_over.append))
    return found or bool(naming(path, passed_over, wanted))
