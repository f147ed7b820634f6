"""Reads stored captures again with today's parsers, and puts what comes out in the place of what an earlier parser
made of them. What comes out for the articles concerned is what a rebuild gives.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path

import sqlite_utils

from archive.custody import events
from archive.custody.withheld import REASON, Withheld
from archive.errors import UsageError
from archive.holdings import Holdings
from archive.ingest.articles import ArticleWriter, find_names
from archive.messages.message import Message
from archive.model import Article, Place, Reading, State, StoredCapture, Teaser
from archive.search.index import writer
from archive.sources import Register
from archive.sources.model import IMPORTED
from archive.store import lookups, opened_to_write, queries, writes, writing
from archive.store.counts import unclaimed_hosts
from archive.store.rows import CaptureRow, RevisionRow, text_digest
from archive.store.teasers import Sighting, note_cut
from archive.store.writes import add_revision
from archive.text.clock import utc_milliseconds
from archive.text.urls import url_key
from archive.worker import pool as reading_pool
from archive.worker.page import Page, identity
from archive.worker.pool import Answer, WorkerPool

# Puts pages that were read again in the place of what an earlier parser made of them.

_SEEN = tuple(name.name for name in fields(Article) if name.name not in {"url", "parser", "body_by", "notes"})


@dataclass(frozen=True, slots=True)
class Reread:
    """A capture as today's parsers read it; `key` is the identity of what reads like an article, else "".

    `source` is the source it belongs to by today's register, "" where it was not opened.
    """

    capture: int
    state: State  # "unread" or "kept" where there is no article
    reason: str
    key: str
    article: Article | None
    teasers: tuple[Teaser, ...] = ()
    source: str = ""
    unlikely: Article | None = None  # what it reads like, under `key`, being probably none
    points_to: tuple[str, ...] = ()  # URL keys, of what is unlikely
    cut: tuple[str, ...] = ()  # URL keys of withheld addresses that the article points to


@dataclass(slots=True)
class Tally:
    """What a re-reading changes: captures by what became of them, article fields by how they change."""

    captures: int = 0
    articles: int = 0  # whose text or fields change
    found: int = 0  # captures with an article where there was none
    lost: int = 0  # captures without an article where there was one
    assigned: int = 0  # captures that belong to a source now that was unknown when they came
    damaged: list[str] = field(default_factory=list)  # records that cannot be read: what they showed stands
    # (field, "changed" | "gained" | "lost"); `found by` where all values stay, and method, confidence or notes do not
    fields: Counter[tuple[str, str]] = field(default_factory=Counter)
    examples: dict[str, str] = field(default_factory=dict)  # field: public id


class Refiling:
    """Files what was read again, inside the caller's transactions."""

    def __init__(self, db: sqlite_utils.Database, shelf: ArticleWriter) -> None:
        self._db = db
        self._shelf = shelf
        self.tally = Tally()

    def file(self, pairs: Sequence[tuple[CaptureRow, Reread]]) -> None:
        """Takes in captures read again; those of one article must come in one call."""
        told = {row.record_id: again for row, again in pairs if not row.revisit_of}
        dirty: dict[int, None] = {}
        fresh: dict[int, Article] = {}
        for row, again in pairs:
            self.tally.captures += 1
            shown = told.get(row.revisit_of) if row.revisit_of else again  # a revisit shows what its original shows
            if shown is None:
                continue
            if shown.article is not None:
                fresh[row.id] = shown.article
            dirty |= dict.fromkeys(self._place(row, shown))
        for article in dirty:
            self._settle(article, fresh)
        for row, again in pairs:  # last: an address whose article has gone may be one of these now
            read = None if row.revisit_of else again.unlikely
            source = again.source or row.source
            if self._shelf.undoubt(row.id, read, again.key, source) and read is not None:
                self._shelf.doubt(read, again.key, source, row.id, again.points_to, again=True)

    def _place(self, row: CaptureRow, again: Reread) -> list[int]:
        """Writes what the capture shows now; gives the articles whose history is touched."""
        before = row.article if row.text_digest else None
        moved = bool(again.source) and again.source != row.source
        if moved:  # it was brought in before its source was known
            row = replace(row, source=again.source)
            self._shelf.assign(row.id, again.source)
            self.tally.assigned += 1
        if again.article is None:
            if again.teasers:
                sighting = Sighting(row.captured_at, row.record_id, row.id, row.source)
                self._shelf.learn(again.teasers, sighting)
            if before is None and (row.state, row.reason) == (again.state, again.reason):
                return []
            self.tally.lost += before is not None
            writes.set_reading(self._db, row.id, again.state, again.reason, "", None, "")
            return [before] if before is not None else []
        digest = text_digest(again.article)
        standing = lookups.article_by_key(self._db, again.key)
        if standing is None:
            standing = replace(self._shelf.begin(again.key, row.source, row.captured_at), capture=row.id)
            revision = RevisionRow(standing.id, 1, row.id, digest, again.article.parser, again.article)
            add_revision(self._db, revision)
            self._shelf.put(again.article, standing)
        note_cut(self._db, standing.id, again.cut)
        self.tally.found += before is None
        if (
            before == standing.id
            and not moved
            and (row.text_digest, row.reason) == (digest, again.article.rendering)
            and not self._differs(standing.id, row.id, again.article)
        ):
            return []
        told = (again.article.rendering, again.article.parser)
        writes.set_reading(self._db, row.id, "changed", *told, standing.id, digest)
        return [standing.id] if before in (None, standing.id) else [standing.id, before]

    def _differs(self, article: int, capture: int, again: Article) -> bool:
        return any(row.capture == capture and row.article != again for row in queries.revisions(self._db, article))

    def _settle(self, article: int, fresh: dict[int, Article]) -> None:
        standing = lookups.article_by_id(self._db, article)
        if standing is None:
            return
        before = {row.capture: row for row in queries.revisions(self._db, article)}
        if lookups.sights(self._db, article):
            self._shelf.settle(standing, fresh)
        else:
            self._shelf.drop(standing)
        after = {row.capture: row.article for row in queries.revisions(self._db, article)}
        now = utc_milliseconds(datetime.now(UTC))
        changed = False
        for capture, row in before.items():
            if reads_alike(row.article, after.get(capture)):
                continue
            changed = True
            if after:
                writes.keep_reading(self._db, row, now)
            if capture in after:
                self._compare(row.article, after[capture], standing.public_id)
        self.tally.articles += changed

    def _compare(self, old: Article, new: Article, public_id: str) -> None:
        values = {name: (_value(old, name), _value(new, name)) for name in _SEEN}
        changed = {name: pair for name, pair in values.items() if pair[0] != pair[1]}
        for name, (was, now) in (changed or {"found by": (True, True)}).items():
            self.tally.fields[name, "changed" if was and now else "lost" if was else "gained"] += 1
            self.tally.examples.setdefault(name, public_id)


def reads_alike(before: Article, now: Article | None) -> bool:
    """Whether a later parser reads of a page what an earlier one did; what is not read alike is kept as a reading."""
    return now is not None and replace(before, parser=now.parser) == now


def _value(article: Article, name: str) -> object:
    """The value of a field, without how it was found."""
    found = getattr(article, name)
    return getattr(found, "value", found)


# A page as it may be shown: nothing of what a takedown bars is read from it, nor pointed to by it.


def without_withheld(page: Page, withheld: Withheld) -> Page:
    """`page` without reading, its reason "takedown", where its address or its article is withheld.

    Any other page comes back without the teasers and links that point to a withheld one.
    """
    if not withheld.keys:
        return page
    read = page.article or (page.reading.unlikely if page.reading else None)
    if withheld.covers(page.url_key) or (read is not None and withheld.covers(identity(read, page))):
        return replace(page, reading=None, reason=REASON)
    if page.reading is None:
        return page
    boxes = read.teasers if read is not None else ()
    cut = tuple({key for teaser in boxes if withheld.covers(key := url_key(teaser.url))})
    return replace(page, reading=_without(page.reading, withheld), cut=cut)


def withheld_keys(readers: WorkerPool, stored: Iterable[StoredCapture], withheld: Withheld) -> Iterator[StoredCapture]:
    """Those of `stored` of which nothing may be shown, whatever their address: `readers` (`per_core`) tell."""
    for answer in readers.read(stored):
        if answer.page is not None and without_withheld(answer.page, withheld).reason == REASON:
            yield answer.item


def _without(reading: Reading, withheld: Withheld) -> Reading:
    article = reading.article
    if article is not None:
        article = replace(article, teasers=_kept(article.teasers, withheld))
    links = tuple(link for link in reading.links if not withheld.covers(url_key(link.url)))
    teasers, unlikely = _kept(reading.teasers, withheld), reading.unlikely
    if unlikely is not None and (
        (links, teasers, unlikely.teasers) != (reading.links, reading.teasers, _kept(unlikely.teasers, withheld))
    ):
        unlikely = None  # what it points to stands in its text, too
    return replace(reading, article=article, teasers=teasers, links=links, unlikely=unlikely)


def _kept(teasers: tuple[Teaser, ...], withheld: Withheld) -> tuple[Teaser, ...]:
    return tuple(teaser for teaser in teasers if not withheld.covers(url_key(teaser.url)))


# Captures that have rows, as today's parsers read them.


def read_again(
    readers: WorkerPool, root: Path, rows: Sequence[CaptureRow], withheld: Withheld | None = None
) -> list[Reread]:
    """The captures of `rows` in the archive at `root`, in order: what is on them, or why they are unread.

    Nothing of what is `withheld` is among it; if not given, what is withheld now.
    """
    withheld = withheld or Withheld.load(root)
    answers = readers.read(Place(row.file, row.offset, row.length, row.record_id) for row in rows)
    return [_again(row, answer, withheld) for row, answer in zip(rows, answers, strict=True)]


def _again(row: CaptureRow, answer: Answer, withheld: Withheld) -> Reread:
    if answer.page is None:
        return Reread(row.id, "unread", answer.reason, "", None)
    page = without_withheld(answer.page, withheld)
    if page.article is not None:
        key = identity(page.article, page)
        return Reread(row.id, "changed", "", key, page.article, source=page.source_id, cut=page.cut)
    state: State = "unread" if page.reason else "kept"
    if page.reading is None:
        return Reread(row.id, state, page.reason, "", None, (), page.source_id)
    teasers, read = page.reading.teasers, page.reading.unlikely
    if read is None:
        return Reread(row.id, state, page.reason, "", None, teasers, page.source_id)
    key = identity(read, page)
    return Reread(row.id, state, page.reason, key, None, teasers, page.source_id, read, page.points_to)


@dataclass(frozen=True, slots=True)
class Selection:
    """Which captures are read again: of a source (IMPORTED: of all that no source of the register claimed), since a
    day, by an older parser, with a restored headline.
    """

    source: str = ""
    since: str = ""
    older_than: str = ""  # "family/version"
    restored: bool = False  # only articles whose headline was made from a slug


def reread(
    holdings: Holdings,
    register: Register,
    selection: Selection = Selection(),
    dry_run: bool = False,
    workers: int = 0,
    tell: Callable[[int], None] = lambda _captures: None,
) -> Tally:
    """What changes, field by field, when the selected captures are read again; written unless `dry_run`.

    With a capture of an article all its captures are read again, so that one history is never read by two parsers. A
    transaction per portion of some hundred captures: stopped at any time, what is done is done. `workers` 0 takes a
    process per core, each with limits; 1 is this process alone, which has none. `tell` hears how many captures each
    portion had. A record that cannot be read is named in the tally; what it showed when it was read stands, and with it
    all of its article; so does what was captured of a source whose file is not valid. Raises UsageError for a parser
    that is not "family/version", StorageError, DamageError where the database is not what was sealed.
    """
    older_than = _parser(selection.older_than)
    root, processes = holdings.root, 0 if workers == 1 else workers or reading_pool.cores()
    with opened_to_write(holdings.database) as db, WorkerPool(root, register, processes) as readers:
        shelf = ArticleWriter(
            db, register, lambda capture: read_again(readers, root, [queries.capture(db, capture)])[0].article
        )
        refiling = Refiling(db, shelf)
        portions = (
            queries.to_reread(db, source, selection.since, older_than, selection.restored, register.broken_ids)
            for source in _sources(db, register, selection.source)
        )
        for rows in chain.from_iterable(portions):
            pairs = _read(db, readers, root, rows)
            try:
                refiling.file(readable(pairs, refiling.tally.damaged))
                shelf.finish()
            except BaseException:
                db.rollback()
                raise
            db.execute("ROLLBACK" if dry_run else "COMMIT")
            tell(len(rows))
        if not dry_run:
            find_names(db)
            writer.settle(db, written=shelf.written)
            _note(holdings, refiling.tally)
            with writing(db):
                writes.add_events(db, events.scan(root)[0])
        return refiling.tally


def _sources(db: sqlite_utils.Database, register: Register, source: str) -> list[str]:
    """The sources to read again: for IMPORTED all that the register does not know, which stand under their hosts."""
    if source != IMPORTED:
        return [source]
    unclaimed = unclaimed_hosts(db, (one.id for one in register.all()))
    return sorted({stranger for stranger, _, _ in unclaimed})


def unreadable(file: str, offset: int) -> str:
    """The sentence that names a record that cannot be read."""
    return Message("{file}: the record at byte {offset} cannot be read", file=file, offset=offset)


def readable(pairs: Iterable[tuple[CaptureRow, Reread]], damaged: list[str]) -> list[tuple[CaptureRow, Reread]]:
    """`pairs` without the captures of which the record cannot be read, which are named in `damaged`.

    Such a record is no page without an article: what it showed when it was read stands. An article is left out whole,
    for one history is not read by two parsers.
    """
    pairs = list(pairs)
    left, articles = set[int](), set[int]()
    for row, again in pairs:
        if again.reason == "damaged":
            damaged.append(unreadable(row.file, row.offset))
            left.add(row.id)
            articles |= {row.article} if row.article is not None and row.text_digest else set()
    return [
        (row, again) for row, again in pairs if row.id not in left and not (row.text_digest and row.article in articles)
    ]


def _read(
    db: sqlite_utils.Database, readers: WorkerPool, root: Path, rows: Sequence[CaptureRow]
) -> list[tuple[CaptureRow, Reread]]:
    """Those of `rows` that no takedown bars, with what is on them, in a transaction that is open now."""
    while True:
        withheld = Withheld.load(root)
        rows = [row for row in rows if not withheld.covers(row.url_key)]
        again = read_again(readers, root, rows, withheld)
        db.execute("BEGIN IMMEDIATE")
        if Withheld.load(root) == withheld:
            return list(zip(rows, again, strict=True))
        db.rollback()  # a takedown came between, and has taken rows out


def _parser(text: str) -> tuple[str, int] | None:
    if not text:
        return None
    family, slash, version = text.partition("/")
    if not family or not slash or not version.isdigit():
        raise UsageError('"{text}" is no parser: write family and version, like "nukeviet/3"', text=text)
    return family, int(version)


def _note(holdings: Holdings, tally: Tally) -> None:
    detail = {"captures": tally.captures, "articles": tally.articles, "found": tally.found, "lost": tally.lost}
    detail |= {"damaged": len(tally.damaged)} if tally.damaged else {}
    events.append(holdings.root, "migration", holdings.database.name, "read again", detail)
