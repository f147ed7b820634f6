"""What a takedown would touch, where its records lie, and what it would leave unless that is asked for as well."""

from __future__ import annotations

import json
import os
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Set
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any, Final, Literal

import sqlite_utils

from archive.custody import events
from archive.custody.takedown.tombstones import Stretch, packages, stretches_of
from archive.custody.withheld import Withheld, pending, rules, without_www
from archive.disk import opened
from archive.errors import NothingFound, UsageError
from archive.holdings import Holdings
from archive.ingest.reread import withheld_keys
from archive.model import StoredCapture
from archive.restorer import FILE as RESTORER
from archive.search import corpora, saved
from archive.sources import Register
from archive.store import counts, open_database, takedown
from archive.store.captures import limit_memory, rows_by_file
from archive.store.lookups import is_filed
from archive.store.queries import find_article
from archive.store.takedown import CapturePlace, NamedArticle, shown_under
from archive.text.clock import utc_milliseconds
from archive.text.urls import public_id, url_key
from archive.warc.captures import ANSWERS
from archive.warc.groups import Groups, groups_of
from archive.warc.members import OPEN, Fault, torn_heads
from archive.warc.reader import Parsed, records, scan
from archive.worker.pool import per_core

How = Literal["hidden", "sealed", "erased"]

MORE: Final = ("copies", "pictures")
"""What can be added to a takedown: the same text elsewhere, and files that no other article shows."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a takedown of `target` touches, and below what it leaves.

    `urls` are the addresses it was captured at, its print, save and AMP copies among them (`amp_print`); `captures`
    where they lie; `pointers` how many other articles have boxes that point to it, of which the line goes.
    `restorer`: the model of accents that counted its words goes too (not where it is hidden).

    `copies` are the articles with the same text at other addresses and of other sources, `pictures` the pictures and
    attachments that no other article shows, with how often each was captured; both go where `added` names them, and
    stay else. `shared` are pictures that others show too, `validators` the addresses of which the crawler keeps an
    ETag, `queries` and `corpora` those that name it, `packages` those made before: these stay in any case.
    """

    target: str
    how: How
    urls: tuple[str, ...]
    amp_print: tuple[str, ...]
    articles: tuple[NamedArticle, ...]
    captures: tuple[CapturePlace, ...]
    pointers: int
    restorer: bool
    added: tuple[str, ...]
    copies: tuple[NamedArticle, ...]
    pictures: tuple[tuple[str, int], ...]
    shared: tuple[str, ...]
    validators: tuple[str, ...]
    queries: tuple[str, ...]
    corpora: tuple[str, ...]
    packages: tuple[str, ...]
    keys: frozenset[str]
    digests: frozenset[str]
    earlier: tuple[tuple[str, int, int, str], ...] = ()

    @property
    def places(self) -> tuple[tuple[str, int, int, str], ...]:
        """Where the captures lie, those among them that an earlier takedown has taken the rows of."""
        now = ((one.file, one.offset, one.length, one.record_id) for one in self.captures)
        return tuple(dict.fromkeys((*now, *self.earlier)))


def plan(holdings: Holdings, target: str, how: How, more: Collection[str] = ()) -> Plan:
    """What taking down `target` (a URL, or an article's public id) touches, and what it leaves; nothing is changed.

    `more` adds of what it leaves ("copies", "pictures"). Raises UsageError for another word, NothingFound for an id
    that no article has or had.
    """
    if unknown := {*more} - {*MORE}:
        message = "a takedown takes {more} with it where asked, not {unknown}"
        raise UsageError(message, more=" and ".join(MORE), unknown=", ".join(sorted(unknown)))
    given = frozenset({url_key(target)}) if "/" in target else frozenset[str]()
    before = known_keys(holdings, target)
    if holdings.database.exists():
        with closing(open_database(holdings.database, readonly=True)) as db:
            keys = given | before or frozenset({find_article(db, target).row.url_key})
            return _asked(holdings, db, target, how, keys, tuple(name for name in MORE if name in more))
    if not given | before:
        raise NothingFound("{target}: there is no database to look the article up in; give its URL", target=target)
    return _without_rows(holdings, target, how, given | before)


def refuse_empty(planned: Plan, in_advance: bool) -> None:
    """Raises NothingFound for a plan that touches nothing that is held, or was, unless it is meant for what comes."""
    if planned.captures or planned.articles or planned.earlier or planned.pointers or in_advance:
        return
    raise NothingFound(
        "{target}: nothing of it is held, so there is nothing to take down; mistyped? "
        "--in-advance bars it for what crawls and imports may bring",
        target=planned.target,
    )


def known_keys(holdings: Holdings, target: str) -> set[str]:
    """What earlier takedowns have found out about a URL or an article's id: the database no longer knows it."""
    keys = {url_key(target)} if "/" in target else set()
    told = [{*rule.url_keys} for rule in rules(holdings.root)]
    keys |= {one for known in told if target in map(public_id, known) for one in known}
    while more := {one for known in told if keys & known for one in known} - keys:
        keys |= more
    return keys if any(keys & known for known in told) else set()


def _asked(
    holdings: Holdings, db: sqlite_utils.Database, target: str, how: How, keys: Iterable[str], added: tuple[str, ...]
) -> Plan:
    shown = shown_under(db, keys)
    copies = takedown.named_articles(db, takedown.same_text(db, shown.articles))
    pictures = takedown.files_of(db, shown.articles, shared=False)
    wanted = {*shown.url_keys}
    if "copies" in added:
        wanted |= {one.url_key for one in copies}
    if "pictures" in added:
        wanted |= pictures.keys()
    while True:  # a revisit of what is taken out stands for the same content, at whatever address
        whole = shown_under(db, wanted)
        if not (more := {*takedown.revisits(db, whole.record_ids).values()} - whole.url_keys):
            break
        wanted |= whole.url_keys | more
    captures = takedown.captures_at(db, whole.captures)
    times = {key: len(shown_under(db, [key]).captures) for key in pictures}
    first = (target,) if "/" in target else ()  # what was named stands first in the log
    articles = takedown.named_articles(db, whole.articles)
    ids = [one.id for one in articles]
    return Plan(
        target,
        how,
        (*first, *(url for url in whole.urls if url not in first)),
        tuple(sorted({one.url for one in captures if one.rendering})),
        articles,
        captures,
        takedown.pointers(db, whole.url_keys, whole.articles),
        how != "hidden" and (holdings.root / RESTORER).exists(),
        added,
        copies,
        tuple((url, times[key]) for key, url in sorted(pictures.items())),
        tuple(sorted(takedown.files_of(db, shown.articles, shared=True).values())),
        _validators(holdings, whole.url_keys),
        _naming(holdings.root, saved.FOLDER, ids),
        _naming(holdings.root, corpora.FOLDER, ids),
        packages(holdings.root),
        whole.url_keys,
        whole.digests,
        _earlier(holdings, whole.url_keys),
    )


def _without_rows(holdings: Holdings, target: str, how: How, keys: frozenset[str]) -> Plan:
    nothing: tuple[str, ...] = ()
    return Plan(
        *(target, how, (target,), nothing, (), (), 0, False, nothing, (), (), nothing),
        *(_validators(holdings, keys), nothing, nothing, packages(holdings.root)),
        *(keys, frozenset[str](), _earlier(holdings, keys)),
    )


def _earlier(holdings: Holdings, keys: frozenset[str]) -> tuple[tuple[str, int, int, str], ...]:
    found = [one for rule in rules(holdings.root) if keys & {*rule.url_keys} for one in rule.captures]
    return tuple(dict.fromkeys(found))


def _validators(holdings: Holdings, keys: Iterable[str]) -> tuple[str, ...]:
    with counts.frontier(holdings.frontier) as connection:
        try:
            return () if connection is None else takedown.validators(connection, keys)
        except sqlite3.DatabaseError:
            return ()  # an older crawler's list


def _naming(root: Path, folder: str, ids: Iterable[str]) -> tuple[str, ...]:
    """The files of `folder` that name one of the articles `ids`."""
    marks = [f'"{one}"'.encode() for one in ids]
    found = ((path.stem, path.read_bytes()) for path in sorted((root / folder).glob("*.json")))
    return tuple(name for name, data in found if any(mark in data for mark in marks))


SEALED = "sealed"
"""The folder of what was sealed, each file under the name it had in `warc`."""


@dataclass(slots=True)
class Marks:
    """What is to be taken out of one file: response records by their ids, with the addresses they were captured at, and
    the offsets of `stretches` that are no capture and name the page: damage, and what other tools have noted of it.
    """

    ids: set[str] = field(default_factory=set)
    stretches: set[int] = field(default_factory=set)
    urls: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class _Answer:
    file: str
    url: str


def records_of(
    holdings: Holdings, url_keys: Set[str], record_ids: Set[str], *, only_open: bool = False, sealed: bool = False
) -> dict[str, Marks]:
    """What is to be taken out of the files that are read whole, by file: what was captured under one of `url_keys`, the
    responses with `record_ids`, the revisits of either, and what has no row in the database and shows, when it is read,
    an article with one of the keys.

    With `only_open`, of the files that are being written; with `sealed`, of what earlier takedowns have sealed too.
    Raises StorageError.
    """
    wanted = frozenset(map(without_www, url_keys))
    marked: defaultdict[str, Marks] = defaultdict(Marks)
    found: dict[str, _Answer] = {}  # by record id
    revisits: dict[str, tuple[str, _Answer]] = {}  # the original's id with it
    known = frozenset[str]() if only_open else settled(holdings)

    def not_filed() -> Iterator[StoredCapture]:
        for path in (*holdings.warcs(), *(_sealed_of(holdings.root, wanted) if sealed else ())):
            file = path.relative_to(holdings.root).as_posix()
            if file in known or (only_open and not path.name.endswith(OPEN)):
                continue
            passed_over: list[Fault] = []
            for stored in scan(path, file, passed_over.append):
                record_id, answer = stored.place.record_id, _Answer(file, stored.capture.url)
                if record_id in record_ids or without_www(url_key(answer.url)) in wanted:
                    found[record_id] = answer
                elif stored.revisit_of:
                    revisits[record_id] = stored.revisit_of, answer
                elif not has_row(stored):
                    yield stored
            if named := naming(path, passed_over, wanted):
                marked[file].stretches = named

    with _filed(holdings.database) as has_row:
        left = not_filed()
        if (first := next(left, None)) is not None:  # most takedowns need neither sources nor readers: 0.4 s
            with per_core(holdings.root, Register.load(holdings.sources)) as readers:
                for stored in withheld_keys(readers, chain([first], left), Withheld(wanted)):
                    found[stored.place.record_id] = _Answer(stored.place.file, stored.capture.url)
    # A revisit of what is taken out, at whatever address, stands for the same content.
    while more := {
        one: answer
        for one, (original, answer) in revisits.items()
        if (original in found or original in record_ids) and one not in found
    }:
        found |= more
    for record_id, answer in found.items():
        marked[answer.file].ids.add(record_id)
        marked[answer.file].urls.add(answer.url)
    return dict(marked)


def settled(holdings: Holdings) -> frozenset[str]:
    """The closed files of which nothing but the database need be asked: they hold so many captures as have rows, or
    stand in the log as taken down, and nothing else.
    """
    if not holdings.database.exists():
        return frozenset()
    known, told = accounted(holdings), _closed(holdings.root)
    return frozenset(file for file, captures in told.items() if captures >= 0 and known[file] == captures)


def accounted(holdings: Holdings) -> Counter[str]:
    """How many captures of each file have a row, or stand in the log as taken down; there is a database."""
    with closing(open_database(holdings.database, readonly=True)) as db:
        limit_memory(db)
        known = Counter(rows_by_file(db))
    under_way = {rule.seq for rule in pending(holdings.root)}
    listed: dict[tuple[str, str], bool] = {}  # file and record id: whether it has no row and is in its place
    for rule in rules(holdings.root):
        without_row = rule.action == "hidden" or rule.seq in under_way
        listed |= {(file, record_id): without_row for file, _, _, record_id in rule.captures}
    known.update(file for (file, _), without_row in listed.items() if without_row)
    return known


def _closed(root: Path) -> dict[str, int]:
    """Of each closed file how many captures it holds; -1 where it holds something else too, or may."""
    found: dict[str, int] = {}
    for event in events.of(root, "message digest calculation", "accession"):
        if not event.object.startswith("warc/"):
            continue
        detail: dict[str, Any] = json.loads(event.detail_json)
        plainly = event.type != "accession" or detail.get("passed_over") == 0
        plainly = plainly and not detail.get("faults") and (found.get(event.object, 0) >= 0)
        found[event.object] = int(detail.get("captures", -1)) if plainly else -1
    return found


def rows_of(root: Path, captures: Iterable[tuple[str, int, int, str]]) -> dict[str, list[Stretch]]:
    """The stretches of `captures` (file, offset, length, record id) by file, each with the records tied to it."""
    found: defaultdict[str, list[Stretch]] = defaultdict(list)
    for file, offset, _, record_id in captures:
        if (root / file).exists() and (one := _group_at(root / file, offset, record_id)) is not None:
            found[file].append(one)
    return dict(found)


def _group_at(path: Path, offset: int, record_id: str) -> Stretch | None:
    group, end, first = Groups({record_id}), offset, None
    for item in records(path, offset):
        if isinstance(item, Fault):
            break
        if first is None:
            if item.record.id != record_id:
                return None  # another takedown was here before
            first = item
            group.note(item.record, {record_id})
        elif not group.holds(item.record):
            break
        end = item.offset + item.length
    return None if first is None else _stretch(first, end - offset, capture=True)


def stretches_in(path: Path, taken: Marks) -> list[Stretch]:
    """What is `taken` of the file at `path`: a capture with the records tied to it that follow, others one by one."""
    group, found = groups_of(path, taken.ids), list[Stretch]()
    for item in records(path):
        named = item.offset in taken.stretches
        if isinstance(item, Fault):
            if named:
                found.append(_damaged(path, item))
            continue
        if not named and not group.holds(item.record):
            continue
        capture = item.record.type in ANSWERS and item.record.id in taken.ids
        last = found[-1] if found else None
        if not capture and not named and last is not None and last.capture and last.offset + last.length == item.offset:
            found[-1] = _longer(last, item.length)
        else:
            found.append(_stretch(item, item.length, capture))
    return found


def _stretch(item: Parsed, length: int, capture: bool) -> Stretch:
    record = item.record
    date, digest = record.get("warc-date"), record.get("warc-block-digest")
    return Stretch(item.offset, length, record.id, record.url, date, digest, capture)


def _longer(one: Stretch, more: int) -> Stretch:
    return Stretch(one.offset, one.length + more, one.id, one.url, one.date, one.digest, one.capture)


def _damaged(path: Path, fault: Fault) -> Stretch:
    with opened(path, os.O_RDONLY) as descriptor:
        head = next(torn_heads(os.pread(descriptor, fault.length, fault.offset)), None)
    if head is None:
        return Stretch(fault.offset, fault.length)
    date, digest = head.get("warc-date"), head.get("warc-block-digest")
    return Stretch(fault.offset, fault.length, head.id, head.url, date, digest)


def in_order(stretches: Iterable[Stretch]) -> tuple[Stretch, ...]:
    """`stretches` by their offsets, each once."""
    return tuple(sorted({one.offset: one for one in stretches}.values(), key=lambda one: one.offset))


def _sealed_of(root: Path, wanted: Set[str]) -> list[Path]:
    """The sealed files but those of which every stretch is listed by takedowns of other pages than `wanted`: what an
    article was captured at stood in the database when it was sealed.
    """
    ours, theirs = set[str](), set[str]()
    for rule in rules(root):
        known = ours if wanted & {*map(without_www, rule.url_keys)} else theirs
        known |= {record_id for *_, record_id in rule.captures}
    sealed: defaultdict[str, set[str]] = defaultdict(set)
    for event in events.of(root, "message digest calculation"):
        if event.object.startswith(f"{SEALED}/"):
            sealed[event.object] |= {one.id for one in stretches_of(json.loads(event.detail_json))}
    return [
        path
        for path in kept_apart(root)
        if not (ids := sealed[path.relative_to(root).as_posix()]) or not ids <= theirs - ours
    ]


def kept_apart(root: Path) -> list[Path]:
    """The WARC files that were sealed."""
    return sorted((root / SEALED).rglob("*.warc.gz"))


def naming(path: Path, stretches: Iterable[Fault], wanted: Set[str]) -> set[int]:
    """The offsets of those `stretches` of the file at `path` in which a record of one of the pages `wanted` begins."""
    named = set()
    for one in stretches:
        with opened(path, os.O_RDONLY) as descriptor:
            data = os.pread(descriptor, one.length, one.offset)
        if names(data, wanted):
            named.add(one.offset)
    return named


def names(stretch: bytes, wanted: Set[str]) -> bool:
    """Whether a record of one of the pages `wanted` begins in `stretch` (packed).

    The address may be one that a tool has made of the page's: "urn:text:https://...".
    """
    addresses = (record.url for record in torn_heads(stretch))
    return any(without_www(url_key(address[max(address.find("http"), 0) :])) in wanted for address in addresses)


@contextmanager
def _filed(database: Path) -> Iterator[Callable[[StoredCapture], bool]]:
    """Tells whether a capture has a row: what a takedown bars has none, nor has what nobody has read yet."""
    if not database.exists():
        yield lambda _held: False
        return
    with closing(open_database(database, readonly=True)) as db:
        yield lambda stored: is_filed(
            db, stored.place.record_id, url_key(stored.capture.url), utc_milliseconds(stored.capture.began)
        )
