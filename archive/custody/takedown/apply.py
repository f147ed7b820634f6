"""A takedown from beginning to end: a plan, an event that lists what is to be done, then the database, then the files.

The event is the journal. From then on the rule is in force, every step can be done again, and the last one writes that
all is done; whatever moment a process dies at, `verify` names what is pending, and `complete` brings it to its end.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Set
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import sqlite_utils

from archive.corpus import ngrams
from archive.custody import events, manifest, seals
from archive.custody.events import closed_events
from archive.custody.rebuild import discard
from archive.custody.recover import TAIL, recover
from archive.custody.takedown.plan import (
    SEALED,
    How,
    Marks,
    in_order,
    known_keys,
    names,
    plan,
    records_of,
    refuse_empty,
    rows_of,
    settled,
    stretches_in,
)
from archive.custody.takedown.tombstones import (
    Rewritten,
    Stretch,
    as_detail,
    begun_by,
    enter_sealed,
    is_gone,
    is_packed,
    mode_of,
    overwrite,
    packages,
    remove,
    stretches_of,
    tombstone,
)
from archive.custody.withheld import Rule, Withheld, mark_done, pending, record_takedown, rules, without_www
from archive.disk import make_folder, opened, sync_folder
from archive.errors import DamageError, LingeringError, LockedError, NothingFound, UsageError
from archive.holdings import Holdings
from archive.ingest.articles import ArticleWriter
from archive.ingest.pipeline import Ingest, read_file, read_stored
from archive.ingest.reread import Refiling, read_again, readable, unreadable
from archive.learning import golden, surveys
from archive.model import Article, Place, StoredCapture
from archive.restorer import forget
from archive.search.index import writer as unlikely
from archive.search.index.writer import IndexRow
from archive.search.index.writer import forget as unindex
from archive.sources import Register
from archive.store import open_database, queries
from archive.store.database import opened_to_change, writing
from archive.store.takedown import IndexText, captures_at, shown_under, withhold
from archive.store.teasers import articles_linking_to, forget_readings, last_reading
from archive.text.urls import url_key
from archive.warc import cdxj
from archive.warc import reader as warc
from archive.warc.members import OPEN
from archive.warc.reader import Parsed, records
from archive.warc.writer import PART, remove_left
from archive.worker.pool import WorkerPool, per_core
from archive.worker.process import LOG


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
        cdxj.change(root, file, more=[cdxj.line_of(stored) for stored in _held(root, file, stretches)])
    for name in sealed:
        digest = manifest.read(root).get(name, "")
        manifest.drop(root, name)
        remove(root, name, digest, rule, file)
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
    stored = {one.place.record_id: one for one in found}.values()
    with Ingest(holdings, register, brief=True) as ingest:
        for outcomes in read_stored(ingest, readers, (one for one in stored if not ingest.has(one))):
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


def clear_leftovers(holdings: Holdings, url_keys: Set[str], rule: Rule) -> None:
    """Removes what nobody will name any more, the log of faults, and the torn ends of the pages with `url_keys`.

    Where the rule is to seal, a torn end is kept as the records are. What a living process is making is left alone.
    """
    root = holdings.root
    (root / LOG).unlink(missing_ok=True)  # an error may quote what it failed at
    with suppress(LockedError), holdings.lock("unpacking"):
        shutil.rmtree(holdings.passing, ignore_errors=True)
    with suppress(LockedError):
        discard(holdings)
    for folder in (holdings.warc, root / SEALED):
        for path in sorted(folder.rglob(f"*{PART}")):
            with suppress(LockedError):
                remove_left(path)
        for path in sorted(folder.rglob(f"*{TAIL}")):
            if names(path.read_bytes(), {without_www(key) for key in url_keys}):
                _take_out(holdings, path.relative_to(root).as_posix(), rule)


def _take_out(holdings: Holdings, tail: str, rule: Rule) -> None:
    path, sealed = holdings.root / tail, f"{SEALED}/{tail.removeprefix('warc/')}"
    if rule.action == "sealed" and tail == sealed:
        return
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    detail: dict[str, object] = {"digest": f"sha256:{digest}", "takedown": rule.seq}
    events.append(holdings.root, "deletion", tail, rule.action, detail)
    if rule.action == "sealed":
        events.append(holdings.root, "modification", sealed, "sealed", {"kept_in": sealed, "sha256": digest})
        target = holdings.root / sealed
        make_folder(target.parent)
        path.chmod(mode_of(sealed))
        path.rename(target)
        sync_folder(target.parent)
    else:
        path.unlink()
    sync_folder(path.parent)


@dataclass(frozen=True, slots=True)
class TakedownDone:
    """What a takedown did: the rule now in force, what it took out of the database, the WARC files it changed.

    `packages` were made before and may hold the content still: for the operator to deal with, as are backups.
    `restorer_removed`: the model of accents counted words of what is sealed or erased, and is to be trained again.
    """

    rule: Rule
    articles: int
    captures: int
    rewritten: tuple[Rewritten, ...]
    packages: tuple[str, ...]
    restorer_removed: bool = False


@dataclass(frozen=True, slots=True)
class LiftDone:
    """What taking a takedown back did: the number of its event, the files to which sealed records returned, and how
    many captures have rows again.

    `erased`: records of it were erased too, and no lifting brings those back. `damaged` names the records that cannot
    be read: captures of it that have no rows yet, and pages with boxes that pointed to it, which stay as they are.
    """

    seq: int
    returned: tuple[Rewritten, ...]
    captures: int
    erased: bool
    damaged: tuple[str, ...] = ()


def takedown(
    holdings: Holdings,
    target: str,
    how: How,
    reason: str,
    authority: str,
    *,
    more: Collection[str] = (),
    in_advance: bool = False,
) -> TakedownDone:
    """Takes out the page or article `target` (a URL, or an article's public id) with all addresses it was captured at.

    hidden: nothing shows it any more, the records stay. sealed: its records move to `sealed/`, for those allowed there.
    erased: its records are gone. `more` adds what the plan names and leaves: "copies", "pictures". Raises UsageError
    without reason or authority, NothingFound for a target that names nothing, unless it is to be withheld `in_advance`;
    LockedError while a file concerned is being written, DamageError where a database is not what was sealed,
    StorageError.
    """
    _check_named(reason, authority)
    with holdings.lock("takedown"):
        seals.refuse_damage(holdings.root)
        again = [taken for taken in _complete(holdings) if isinstance(taken, TakedownDone)]
        planned = plan(holdings, target, how, more)
        refuse_empty(planned, in_advance)
        for taken in again:  # the same call again after a crash: that one is at its end now
            if taken.rule.action == how and not planned.captures and planned.keys <= {*taken.rule.url_keys}:
                return taken
        if how != "hidden":
            recover(holdings.root)  # a file that a dead crawl left open would stay as it is
            ids = {record_id for *_, record_id in planned.places}
            _refuse_open(records_of(holdings, planned.keys, ids, only_open=True))
        rule = record_takedown(
            holdings.root, how, planned.urls, planned.keys, reason, authority, planned.digests, planned.places
        )
        return _take_down(holdings, rule, len(planned.articles))


def lift(holdings: Holdings, target: str, reason: str, authority: str) -> LiftDone:
    """Takes the takedown of `target` back: what was sealed returns to its place, and its captures have rows again.

    Articles with boxes that pointed to it are read again. Raises UsageError without reason or
    authority, NothingFound where `target` was never taken down, DamageError where a database is not what was sealed,
    StorageError.
    """
    _check_named(reason, authority)
    root = holdings.root
    with holdings.lock("takedown"):
        seals.refuse_damage(root)
        _complete(holdings)
        keys = known_keys(holdings, target)
        before = [rule for rule in rules(root) if keys & {*rule.url_keys}]
        if all(rule.action == "lifted" for rule in before):
            raise NothingFound("no takedown of {target} is known; `baotinh takedown --list` shows all", target=target)
        if not Withheld.load(root).any_of(keys):
            return LiftDone(before[-1].seq, (), 0, any(rule.action == "erased" for rule in before))
        listed = dict.fromkeys(one for rule in before for one in rule.captures)
        return _lift(holdings, record_takedown(root, "lifted", (target,), keys, reason, authority, captures=listed))


def complete(holdings: Holdings) -> tuple[Rule, ...]:
    """Brings takedowns and liftings to their end whose processes died, and gives them.

    One that is under way in a living process is left to it. Raises LockedError where a file concerned is being written
    or read, DamageError where a database is not what was sealed, and StorageError.
    """
    if not pending(holdings.root):
        return ()
    with ExitStack() as lock:
        try:
            lock.enter_context(holdings.lock("takedown"))
        except LockedError:
            return ()  # a living process is at it
        seals.refuse_damage(holdings.root)
        return tuple(taken.rule if isinstance(taken, TakedownDone) else taken[0] for taken in _complete(holdings))


def _complete(holdings: Holdings) -> list[TakedownDone | tuple[Rule, LiftDone]]:
    return [
        (rule, _lift(holdings, rule)) if rule.action == "lifted" else _take_down(holdings, rule)
        for rule in pending(holdings.root)
    ]


def _take_down(holdings: Holdings, rule: Rule, articles: int = 0) -> TakedownDone:
    root = holdings.root
    lingers = False
    try:
        withhold_pages(holdings, rule.url_keys)  # at once: reading files may take its time
    except LingeringError:
        lingers = True
    rewritten, removed, further = tuple[Rewritten, ...](), False, None
    if rule.action != "hidden":
        begun = begun_by(root, rule)
        found, further = _stretches(holdings, rule)
        for file in sorted({*found, *begun}):
            if file.startswith(f"{SEALED}/") and file in begun and file not in found:
                continue  # the copy that was sealed by this takedown
            known = stretches_of(begun[file]) if file in begun else in_order(found[file])
            rewritten += (_leave(root, file, known, rule),)
        clear_leftovers(holdings, {*rule.url_keys}, rule)
        removed = forget(root)
        golden.forget(root, rule.url_keys)
        surveys.forget(root, rule.url_keys)
    if lingers:
        withhold_pages(holdings, rule.url_keys)  # who read the database then may have ended
    mark_done(root, rule)
    captures = sum(one.captures for one in rewritten) or len(rule.captures)
    done = TakedownDone(rule, articles, captures, rewritten, packages(root), removed)
    return done if further is None else _with(done, _take_down(holdings, *further))


def _with(done: TakedownDone, more: TakedownDone) -> TakedownDone:
    return replace(
        done,
        articles=done.articles + more.articles,
        captures=done.captures + more.captures,
        rewritten=(*done.rewritten, *more.rewritten),
        restorer_removed=done.restorer_removed or more.restorer_removed,
    )


def _stretches(holdings: Holdings, rule: Rule) -> tuple[dict[str, list[Stretch]], tuple[Rule, int] | None]:
    """What is to leave each file: by the places that the rule lists, and by reading where these may not be all.

    With it the rule for further addresses that reading has found, if any (`_bar_elsewhere`).
    """
    root, keys = holdings.root, {*rule.url_keys}
    ids = {record_id for *_, record_id in rule.captures}
    marked = records_of(holdings, keys, ids, sealed=rule.action == "erased")
    _refuse_open(marked)
    found = rows_of(root, rule.captures)
    for file, taken in marked.items():
        found[file] = [*found.get(file, ()), *stretches_in(root / file, taken)]
    further = _bar_elsewhere(holdings, rule, marked)
    return {file: stretches for file, stretches in found.items() if stretches}, further


def _leave(root: Path, file: str, stretches: tuple[Stretch, ...], rule: Rule) -> Rewritten:
    """Overwrites `stretches` of `file` with tombstones, after what is to be sealed is kept in a file of its own."""
    sealed = ""
    if rule.action == "sealed":
        sealed, stretches = enter_sealed(root, file, stretches, rule)
    packed = is_packed(root / file)
    edits = {one.offset: tombstone(one, rule, packed) for one in stretches}
    captures = sum(one.capture for one in stretches)
    before = closed_events(root).get(file, {})
    zeroed = {offset for offset, data in edits.items() if not any(data)}
    detail: dict[str, Any] = {
        "captures": int(before.get("captures", 0)) - captures,
        "faults": sorted({*before.get("faults", ())} - edits.keys() | zeroed),
        "stretches": as_detail(stretches),
    }
    overwrite(root, file, edits, rule, detail)
    if file.startswith("warc/"):
        cdxj.change(root, file, gone={one.offset for one in stretches})
    return Rewritten(file, sealed, captures, stretches)


def _lift(holdings: Holdings, rule: Rule) -> LiftDone:
    root = holdings.root
    returned = unseal(holdings, rule)
    captures, damaged = read_in(holdings, rule)
    mark_done(root, rule)
    keys = {*rule.url_keys}
    erased = any(one.action == "erased" and keys & {*one.url_keys} for one in rules(root))
    return LiftDone(rule.seq, returned, captures, erased, damaged)


def _check_named(reason: str, authority: str) -> None:
    if not reason.strip() or not authority.strip():
        raise UsageError("a takedown names its reason and who ordered it; the log keeps both")


def _refuse_open(marked: Iterable[str]) -> None:
    if busy := next((file for file in marked if file.endswith(OPEN)), None):
        raise LockedError(
            "{busy} is being written and holds what is to be taken out; stop the crawl, then try again", busy=busy
        )


def _bar_elsewhere(holdings: Holdings, rule: Rule, marked: dict[str, Marks]) -> tuple[Rule, int] | None:
    """Records a takedown of the addresses at which only reading has found the page, for the next crawl would bring it
    again from there: the new rule, still to be carried out, and how many articles it takes; None where there are none.

    What else was captured at those addresses may have rows, which would be withheld and left standing.
    """
    withheld = Withheld.load(holdings.root)
    urls = sorted({url for one in marked.values() for url in one.urls if not withheld.covers(url_key(url))})
    if not urls:
        return None
    keys, digests, articles = {*rule.url_keys, *map(url_key, urls)}, {*rule.digests}, 0
    places: tuple[tuple[str, int, int, str], ...] = ()
    if holdings.database.exists():
        with closing(open_database(holdings.database, readonly=True)) as db:
            shown = shown_under(db, keys)
            places = tuple((one.file, one.offset, one.length, one.record_id) for one in captures_at(db, shown.captures))
        keys, digests, articles = keys | shown.url_keys, digests | shown.digests, len(shown.articles)
    further = record_takedown(
        holdings.root, rule.action, urls, keys, rule.reason, rule.authority, digests, captures=places
    )
    return further, articles


def withhold_pages(holdings: Holdings, url_keys: Iterable[str]) -> None:
    """Takes out of the database what the pages with `url_keys` show when this process may write to it: a rebuild that
    was under way has given all rows other numbers, and a crawl may have filed one more.
    """
    keys = tuple(url_keys)
    if holdings.database.exists():
        with opened_to_change(holdings.database) as db:
            with writing(db):
                unlikely.withhold_unlikely(db, keys)
            withhold(db, keys, _unindex)


def _unindex(db: sqlite_utils.Database, gone: Mapping[int, tuple[IndexText, ...]], all_known: bool) -> None:
    ngrams.forget(db, {rowid: (texts[0][1], texts[0][2]) for rowid, texts in gone.items()})
    unindex(
        db, {rowid: [IndexRow(rowid, *text) for text in texts] for rowid, texts in gone.items()}, all_known=all_known
    )
