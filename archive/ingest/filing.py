"""Puts one page after another into the rows of the database: captures, articles, revisions, what hangs on them.

Always inside the caller's transaction. The rows that come out depend on the set of captures, never on their order.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import sqlite_utils

from archive.errors import SourceError
from archive.ingest.page import Page, identity, timestamp
from archive.model import Article, Held, State
from archive.search import index
from archive.sources import Register, Source
from archive.store import lookups, reads, writes
from archive.store.article_json import text_digest
from archive.store.article_row import Standing, article_row, day_of
from archive.store.history import states
from archive.store.ledger import Ledger, Sighting
from archive.store.rows import CaptureRow, RevisionRow
from archive.text.urls import public_id

REVISIT_OF_UNKNOWN = "revisit_of_unknown"
"""Reason of a revisit record whose original is not in the archive (yet)."""

Reread = Callable[[int], Article | None]
"""Reads the capture with this row id again with today's parsers; None where there is no article on it now."""


@dataclass(frozen=True, slots=True)
class Filed:
    """What became of a page, and the public id of its article, where there is one."""

    state: State
    reason: str = ""
    article: str = ""


class Filing:
    """Files pages into `db`; the search index and the teaser ledger are written for a whole batch, by `finish`."""

    def __init__(self, db: sqlite_utils.Database, register: Register, reread: Reread) -> None:
        self._db = db
        self._register = register
        self._reread = reread
        self._ledger = Ledger()
        self._indexed: dict[int, index.IndexRow] = {}
        self._unindexed: set[int] = set()
        self._sources: set[str] = set()

    def known(self, held: Held, page: Page) -> Filed | None:
        """What became of `held` when it was filed before: the same record, or the same fetch out of another file."""
        read = lookups.capture_read(self._db, held.place.record_id) or lookups.capture_twin(
            self._db, page.url_key, page.captured_at, held.payload_digest
        )
        return Filed(read.state, read.reason, read.public_id) if read else None

    def file(self, held: Held, page: Page) -> Filed:
        """Writes the rows of a page that `known` does not know."""
        if page.source and page.source.id not in self._sources:
            writes.put_source(self._db, page.source)
            self._sources.add(page.source.id)
        capture = writes.next_id(self._db, "captures")
        if page.reading:
            sighting = Sighting(page.captured_at, held.place.record_id, capture, page.source_id)
            self._ledger.see((*page.reading.teasers, *(page.article.teasers if page.article else ())), sighting)
        if page.article is not None:
            filed = self._file_article(capture, held, page, page.article)
        elif held.revisit_of and not page.gone:
            filed = self._file_revisit(capture, held, page, held.revisit_of)
        else:
            filed = self._file_other(capture, held, page)
        for revisit in lookups.revisits_of(self._db, held.place.record_id):
            self._resolve(revisit, held.place.record_id)
        return filed

    def finish(self) -> None:
        """Writes the index rows and the teasers of the pages filed since the last time."""
        self._ledger.write(self._db)
        index.delete(self._db, self._unindexed - self._indexed.keys())
        index.write(self._db, list(self._indexed.values()))
        self._indexed, self._unindexed = {}, set()

    def forget(self) -> None:
        """Drops what waits to be written, as when the batch is undone."""
        self._ledger.forget()
        self._indexed, self._unindexed, self._sources = {}, set(), set()

    def _file_other(self, capture: int, held: Held, page: Page) -> Filed:
        state: State = "unread" if page.reason else "kept"
        writes.add_capture(self._db, _row(capture, held, page, state, page.reason))
        if page.gone:
            writes.assign_gone(self._db, page.url_key)
        return Filed(state, page.reason)

    def _file_article(self, capture: int, held: Held, page: Page, article: Article) -> Filed:
        key, digest = identity(article, page), text_digest(article)
        standing = lookups.article_by_key(self._db, key)
        if standing is None:
            return self._file_new(capture, held, page, article, key, digest)
        late = page.captured_at <= standing.last_captured
        state = "changed" if late else self._follow(standing, digest, article)
        writes.add_capture(
            self._db, _row(capture, held, page, state, parser=article.parser, article=standing.id, digest=digest)
        )
        if late:
            self._settle(standing, {capture: article})
            state = lookups.state_of(self._db, capture)
        elif state == "changed":
            number = standing.revision + 1
            writes.add_revision(self._db, RevisionRow(standing.id, number, capture, digest, article.parser, article))
            now = replace(
                standing, source_id=page.source_id, capture=capture, revision=number, last_captured=page.captured_at
            )
            self._put(article, now)
        else:
            self._see_again(standing, page.captured_at)
        writes.assign_gone(self._db, page.url_key)
        return Filed(state, article=standing.public_id)

    def _file_new(self, capture: int, held: Held, page: Page, article: Article, key: str, digest: str) -> Filed:
        number, name, at = writes.next_id(self._db, "articles"), self._public_id(key), page.captured_at
        writes.add_capture(
            self._db, _row(capture, held, page, "new", parser=article.parser, article=number, digest=digest)
        )
        writes.add_revision(self._db, RevisionRow(number, 1, capture, digest, article.parser, article))
        self._put(article, Standing(number, name, key, page.source_id, capture, 1, at, at, search_rowid=0))
        writes.assign_gone(self._db, page.url_key)
        return Filed("new", article=name)

    def _file_revisit(self, capture: int, held: Held, page: Page, record_id: str) -> Filed:
        original = lookups.capture_read(self._db, record_id)
        if original is None:
            writes.add_capture(self._db, _row(capture, held, page, "unread", REVISIT_OF_UNKNOWN))
            return Filed("unread", REVISIT_OF_UNKNOWN)
        row = _row(
            capture,
            held,
            page,
            original.state,
            original.reason,
            original.parser,
            original.article,
            original.text_digest,
        )
        writes.add_capture(self._db, row)
        return self._settle_revisit(capture, original)

    def _resolve(self, revisit: int, record_id: str) -> None:
        original = lookups.capture_read(self._db, record_id)
        if original is not None:
            writes.resolve_revisit(self._db, revisit, original)
            self._settle_revisit(revisit, original)

    def _settle_revisit(self, capture: int, original: lookups.Read) -> Filed:
        standing = (
            lookups.article_by_id(self._db, original.article) if original.text_digest and original.article else None
        )
        if standing is None:
            return Filed(original.state, original.reason)
        self._settle(standing, {})
        writes.assign_gone(self._db, lookups.url_key_of(self._db, capture))
        return Filed(lookups.state_of(self._db, capture), article=standing.public_id)

    def _follow(self, standing: Standing, digest: str, article: Article) -> State:
        """Whether a capture later than all others shows another text than the last one.

        Where the last was read by another parser, it is read again first: a better reader does not change a page.
        """
        last, parser = lookups.digest_and_parser(self._db, standing.id, standing.revision)
        if digest == last:
            return "same"
        if parser == article.parser:
            return "changed"
        *earlier, current = reads.revisions(self._db, standing.id)
        again = self._reread(current.capture)
        if again is None or text_digest(again) != digest:
            return "changed"
        writes.keep_reading(self._db, current, timestamp(datetime.now(UTC)))
        writes.change_digest(self._db, standing.id, current.digest, digest)
        renewed = replace(current, digest=digest, parser=again.parser, article=again)
        writes.replace_revisions(self._db, standing.id, (*earlier, renewed))
        self._put(again, standing)
        return "same"

    def _settle(self, standing: Standing, fresh: dict[int, Article]) -> None:
        """Makes the whole history of an article again, after a capture that may not be its latest."""
        told = states(lookups.sights(self._db, standing.id))
        writes.set_states(self._db, [(sight.capture, state) for sight, state in told])
        old = {row.capture: row for row in reads.revisions(self._db, standing.id)}
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
        writes.replace_revisions(self._db, standing.id, rows)
        current = rows[-1]
        now = replace(
            standing,
            source_id=lookups.source_of_capture(self._db, current.capture),
            capture=current.capture,
            revision=current.number,
            first_captured=told[0][0].captured_at,
            last_captured=told[-1][0].captured_at,
        )
        self._put(current.article, now)
        writes.settle_gone(self._db, standing.id)

    def _see_again(self, standing: Standing, captured_at: str) -> None:
        writes.seen_again(self._db, standing.id, captured_at)
        if standing.gone_at is not None:
            writes.settle_gone(self._db, standing.id)

    def _put(self, article: Article, standing: Standing) -> None:
        day, _ = day_of(article.published, standing.first_captured)
        rowid = standing.search_rowid
        if not rowid or index.day_of(rowid).isoformat() != day:
            self._unindexed.add(rowid)
            self._indexed.pop(rowid, None)
            rowid = index.rowid_for(self._db, day, article.published.value if article.published else "")
        row = article_row(article, self._source(standing.source_id), replace(standing, search_rowid=rowid))
        writes.put_article(self._db, row, article, new=not standing.search_rowid)
        if standing.gone_at is not None:
            writes.settle_gone(self._db, standing.id)
        self._ledger.show(row.id, article.teasers)
        self._indexed[rowid] = index.IndexRow(rowid, row.headline, row.lead, row.body, row.captions, row.byline)

    def _source(self, source_id: str) -> Source | None:
        try:
            return self._register.get(source_id)
        except SourceError:
            return None  # a WARC of a site that the register does not know

    def _public_id(self, key: str) -> str:
        name = public_id(key)
        while lookups.public_id_taken(self._db, name):  # two of ten million share an id with 4 % probability
            key += "#"
            name = public_id(key)
        return name


def _row(
    capture: int,
    held: Held,
    page: Page,
    state: State,
    reason: str = "",
    parser: str = "",
    article: int | None = None,
    digest: str = "",
) -> CaptureRow:
    return CaptureRow(
        id=capture,
        record_id=held.place.record_id,
        source=page.source_id,
        run=held.capture.run,
        url=held.capture.url,
        url_key=page.url_key,
        captured_at=page.captured_at,
        kind=held.capture.kind,
        status=page.status,
        mime=page.mime,
        file=held.place.file,
        offset=held.place.offset,
        length=held.place.length,
        block_digest=held.block_digest,
        payload_digest=held.payload_digest,
        truncated=held.capture.truncated or "",
        revisit_of=held.revisit_of or "",
        via=held.capture.via,
        provenance=held.provenance,
        state=state,
        reason=reason,
        parser=parser,
        notes_json=json.dumps(held.capture.notes, ensure_ascii=False),
        article=article,
        text_digest=digest,
        redirect_key=page.redirect_key,
    )
