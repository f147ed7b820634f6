"""Keeps the articles: their revisions as they follow from their captures, their row, and what hangs on it.

Always inside the caller's transaction. The search index and the teaser ledger are written once a batch, by `finish`.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime

import sqlite_utils

from archive.model import Article, State, Teaser
from archive.people import name_key, people
from archive.places import mentions
from archive.search.index import docids, writer
from archive.search.index import writer as pages
from archive.sources import Register, Source
from archive.store import lookups, queries, unlikely, writes, writing
from archive.store.lookups import UnnamedArticle, counted_sights, states, unnamed
from archive.store.rows import (
    OFFICES,
    ArticleRow,
    MentionRow,
    PersonRow,
    RevisionRow,
    Standing,
    article_row,
    day_of,
    encode_article,
    text_digest,
)
from archive.store.teasers import Ledger, Sighting, address_number, is_known
from archive.store.writes import put_mentions, put_persons, replace_revisions
from archive.text.analyzer import Forms
from archive.text.clock import utc_milliseconds
from archive.text.folding import fold
from archive.text.urls import public_id
from archive.worker.page import model_of

# Notes which places and persons articles name, with the batch in which they are written.

_BATCH = 200
_FIELDS = ("headline", "lead", "body", "captions")


def put_names(
    db: sqlite_utils.Database, articles: Sequence[tuple[ArticleRow, Sequence[Forms]]], new: Container[int]
) -> None:
    """Writes the places and persons that articles name, in the caller's transaction.

    With each comes what the search index has made of its headline, lead, body and captions; of the articles (by row
    id) that are `new` nothing is written yet.
    """
    named = {row.id: _names(row, forms) for row, forms in articles}
    put_mentions(db, {article: places for article, (places, _) in named.items()}, new)
    put_persons(db, {article: persons for article, (_, persons) in named.items()}, new)


def find_names(db: sqlite_utils.Database) -> int:
    """Looks for the places and persons of the articles that an earlier program left for later; gives their number.

    A transaction per 200 articles: stopped at any time, the next call goes on.
    """
    count = 0
    while articles := unnamed(db, _BATCH):
        named = {article.article: _names(article) for article in articles}
        with writing(db):
            put_mentions(db, {article: places for article, (places, _) in named.items()})
            put_persons(db, {article: persons for article, (_, persons) in named.items()})
        count += len(articles)
    return count


def _names(
    article: ArticleRow | UnnamedArticle, forms: Sequence[Forms] = ()
) -> tuple[list[MentionRow], list[PersonRow]]:
    """The places and the persons that the texts of an article name; `forms` are those texts' where they are made."""
    day = date.fromisoformat(article.day)
    places: list[MentionRow] = []
    persons: list[PersonRow] = []
    for at, field in enumerate(_FIELDS):
        if text := getattr(article, field):
            exact = forms[at].exact if forms and forms[at].plain else ""
            for one in mentions(text, article.province, day, exact):
                length = one.end - one.start
                places.append(MentionRow(field, one.start, length, one.place.id, one.surface, one.ambiguous))
            for person in people(text, exact):
                key, length = name_key(person.name), person.end - person.start
                offices = OFFICES.join(person.offices)
                persons.append(PersonRow(field, person.start, length, person.name, key, fold(key), offices))
    return places, persons


_OF_ROW = (
    *("id", "public_id", "source", "url", "url_key", "headline", "section", "published", "day", "day_estimated"),
    *("province", "province_now", "capture"),
)
_AT_ONCE = 50  # articles whose forms are in memory at once, of a batch: 40 KB each

Reread = Callable[[int], Article | None]
"""Reads the capture with this row id again with today's parsers; None where there is no article on it now."""


class ArticleWriter:
    """The articles in `db`; one batch at a time waits for `finish`."""

    def __init__(self, db: sqlite_utils.Database, register: Register, reread: Reread) -> None:
        self._db = db
        self._register = register
        self._reread = reread
        self._ledger = Ledger()
        self._indexed: dict[int, ArticleRow] = {}
        self._unindexed: set[int] = set()
        self._parts: dict[int, writes.Parts] = {}
        self._new: set[int] = set()
        self.written = 0  # articles put into the search index since this began
        self._last: dict[str, int] = {}

    def next_id(self, table: str) -> int:
        """The id of the next row of `table`; asked of the database once a batch, as no one else writes meanwhile."""
        number = self._last[table] + 1 if table in self._last else writes.next_id(self._db, table)
        self._last[table] = number
        return number

    def see(self, teasers: Iterable[Teaser], sighting: Sighting) -> None:
        """Notes that a capture showed `teasers`."""
        self._ledger.see(teasers, sighting)

    def begin(self, key: str, source_id: str, at: str) -> Standing:
        """The standing of an article whose identity `key` is new, seen first at `at`; it has no rows yet."""
        if (page := unlikely.by_key(self._db, key)) is not None:
            pages.remove_unlikely(self._db, page)
        number, name = self.next_id("articles"), self._public_id(key)
        return Standing(number, name, key, source_id, 0, 1, at, at, search_rowid=0)

    def doubt(
        self, article: Article, key: str, source_id: str, capture: int, points_to: Sequence[str], again: bool = False
    ) -> None:
        """Keeps what a capture (row id) reads like, being probably no article: of one address its latest capture.

        Nothing where the address has an article. Read `again`, a capture also takes the place of what another parser
        has read in a later one: that is read again in its turn.
        """
        if lookups.article_by_key(self._db, key) is not None:
            return
        before, at = unlikely.by_key(self._db, key), queries.capture(self._db, capture)
        if before is not None:
            later = queries.capture(self._db, before.capture)
            if (at.captured_at, at.record_id) < (later.captured_at, later.record_id) and not (
                again and before.parser != article.parser
            ):
                return
            pages.remove_unlikely(self._db, before)
        standing = Standing(
            self.next_id("unlikely"), public_id(key), key, source_id, capture, 1, at.captured_at, at.captured_at, 0
        )
        row = article_row(article, self._source(source_id), standing)
        told = {name: getattr(row, name) for name in _OF_ROW}
        page = unlikely.UnlikelyRow(
            **told,
            parser=article.parser,
            probability=article.probability,
            doubt=unlikely.doubt_of(article),
            article_json=encode_article(article),
        )
        pages.put_unlikely(self._db, page, map(address_number, points_to))

    def undoubt(self, capture: int, read: Article | None, key: str, source_id: str) -> bool:
        """Takes away what a capture (row id) read like, where it reads otherwise now; False where it does not."""
        page = unlikely.of_capture(self._db, capture)
        if page is None:
            return True
        if read is not None and (page.url_key, page.source, page.article) == (key, source_id, read):
            return False
        pages.remove_unlikely(self._db, page)
        return True

    def learn(self, teasers: Iterable[Teaser], sighting: Sighting) -> None:
        """Notes those of `teasers` that the archive does not know: a capture read again is no second sighting."""
        self._ledger.see((teaser for teaser in teasers if not is_known(self._db, teaser)), sighting)

    def assign(self, capture: int, source_id: str) -> None:
        """Gives a capture to the source that it belongs to, with the teasers that it was the first to show."""
        writes.assign_source(self._db, capture, source_id)
        if (source := self._source(source_id)) is not None:
            writes.put_source(self._db, source)
        else:
            writes.put_stranger(self._db, source_id)

    def drop(self, standing: Standing) -> None:
        """Takes an article away that no capture shows any more, by today's reading."""
        writes.remove_article(self._db, standing.id)
        self._ledger.show(standing.id, (), Sighting("", "", 0, ""))
        self._indexed.pop(standing.search_rowid, None)
        self._unindexed.add(standing.search_rowid)
        self._parts.pop(standing.id, None)

    def finish(self) -> None:
        """Writes index rows, names found, teasers, pictures and tags of the pages filed since the last time."""
        self._ledger.write(self._db)
        writes.put_parts(self._db, self._parts, self._new)
        writer.delete(self._db, sorted(self._unindexed - self._indexed.keys()))
        # In order of rowid: FTS5 flushes its pending terms at each rowid below the one before (471 against 302 us an
        # article), as fts5_index.c does in sqlite3Fts5IndexBeginWrite.
        rowids = sorted(self._indexed)
        for at in range(0, len(rowids), _AT_ONCE):
            rows = [self._indexed[rowid] for rowid in rowids[at : at + _AT_ONCE]]
            ready = [writer.ready(_index_row(row)) for row in rows]
            put_names(self._db, [(row, one.forms) for row, one in zip(rows, ready, strict=True)], self._new)
            writer.put(self._db, ready)
        writer.note(self._db, rowids)
        self.written += len(rowids)
        self.forget()

    def forget(self) -> None:
        """Drops what waits to be written, as when the batch is undone."""
        self._ledger.forget()
        self._indexed, self._unindexed, self._parts, self._new, self._last = {}, set(), {}, set(), {}

    def follow(self, standing: Standing, digest: str, article: Article) -> State:
        """Whether a capture later than all others shows another text than the last one.

        Where the last was read by another parser, or its headline made by another model, it is read again first: a
        better reader does not change a page.
        """
        last, parser, by = lookups.current_reading(self._db, standing.id)
        if digest == last:
            return "same"
        if parser == article.parser and model_of(by) == model_of(article.headline.by):
            return "changed"
        *earlier, current = queries.revisions(self._db, standing.id)
        again = self._reread(current.capture)
        if again is None or text_digest(again) != digest:
            return "changed"
        writes.keep_reading(self._db, current, utc_milliseconds(datetime.now(UTC)))
        writes.change_digest(self._db, standing.id, current.digest, digest)
        renewed = replace(current, digest=digest, parser=again.parser, article=again)
        replace_revisions(self._db, standing.id, (*earlier, renewed))
        self.put(again, standing)
        return "same"

    def settle(self, standing: Standing, fresh: dict[int, Article]) -> None:
        """Makes the whole history of an article again, after a capture that may not be its latest."""
        sights = lookups.sights(self._db, standing.id)
        told = states(counted_sights(sights))
        of_no_account: list[tuple[int, State]] = [(sight.capture, "kept") for sight in sights]
        writes.set_states(self._db, [*of_no_account, *((sight.capture, state) for sight, state in told)])
        old = {row.capture: row for row in queries.revisions(self._db, standing.id)}
        texts = {row.digest: row.article for row in old.values()}
        rows: list[RevisionRow] = []
        for sight, state in told:
            if state == "same":
                continue
            article = fresh.get(sight.capture) or (old[sight.capture].article if sight.capture in old else None)
            if article is None:
                # It was the second capture of a text and begins a revision now: its boxes and tags are its own.
                again = self._reread(sight.capture)
                article = again if again is not None and text_digest(again) == sight.digest else texts[sight.digest]
            rows.append(RevisionRow(standing.id, len(rows) + 1, sight.capture, sight.digest, article.parser, article))
        replace_revisions(self._db, standing.id, rows)
        current = rows[-1]
        now = replace(
            standing,
            source_id=lookups.source_of_capture(self._db, current.capture),
            capture=current.capture,
            revision=current.number,
            first_captured=told[0][0].captured_at,
            last_captured=told[-1][0].captured_at,
        )
        self.put(current.article, now)
        writes.settle_gone(self._db, standing.id)

    def see_again(self, standing: Standing, captured_at: str) -> None:
        """Notes that an article was seen unchanged at `captured_at`, later than ever before."""
        writes.seen_again(self._db, standing.id, captured_at)
        if standing.gone_at is not None:
            writes.settle_gone(self._db, standing.id)

    def put(self, article: Article, standing: Standing) -> None:
        """Writes the row of an article as its current revision has it, and what hangs on it."""
        day, estimated = day_of(article.published, standing.first_captured)
        rowid = standing.search_rowid
        if not rowid or not docids.is_at_home(self._db, rowid, day, estimated):
            if rowid:
                self._unindexed.add(rowid)
                self._indexed.pop(rowid, None)
            published = article.published.value if article.published else ""
            rowid = docids.docid_for(self._db, day, published, estimated)
        row = article_row(article, self._source(standing.source_id), replace(standing, search_rowid=rowid))
        if estimated:  # an estimate may as well be the day that had room
            row = replace(row, day=docids.day_of(rowid).isoformat())
        new = not standing.search_rowid
        writes.put_article(self._db, row, new)
        if new:
            self._new.add(row.id)
        self._parts[row.id] = writes.Parts(article.images, article.attachments, article.tags)
        if standing.gone_at is not None:
            writes.settle_gone(self._db, standing.id)
        self._ledger.show(row.id, article.teasers, Sighting("", "", row.capture, row.source))
        self._indexed[rowid] = row

    def _source(self, source_id: str) -> Source | None:
        return self._register.find(source_id)  # none of a site that the register does not know

    def _public_id(self, key: str) -> str:
        name = public_id(key)
        while lookups.public_id_taken(self._db, name):  # two of ten million share an id with 4 % probability
            key += "#"
            name = public_id(key)
        return name


def _index_row(row: ArticleRow) -> writer.IndexRow:
    return writer.IndexRow(row.search_rowid, row.headline, row.lead, row.body, row.captions, row.byline)
