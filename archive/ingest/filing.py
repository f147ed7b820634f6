"""Puts one page after another into the rows of the database: captures, articles, revisions, what hangs on them.

Always inside the caller's transaction. The rows that come out depend on the set of captures, never on their order.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace

import sqlite_utils

from archive.ingest.articles import ArticleWriter
from archive.model import Article, State, StoredCapture
from archive.store import lookups, writes
from archive.store.rows import CaptureRow, RevisionRow, text_digest
from archive.store.teasers import Sighting, note_cut
from archive.store.writes import add_revision
from archive.worker.page import Page, identity

REVISIT_OF_UNKNOWN = "revisit_of_unknown"
"""Reason of a revisit record whose original is not in the archive (yet)."""


DUPLICATE = "duplicate_record_id"
"""Reason of a record that bears the WARC-Record-ID of another one: it has no row, for two could not be told apart."""


@dataclass(frozen=True, slots=True)
class Filed:
    """What became of a page, and the public id of its article, where there is one."""

    state: State
    reason: str = ""
    article: str = ""


class Filing:
    """Files pages into `db`; what their articles become is the shelf's."""

    def __init__(self, db: sqlite_utils.Database, shelf: ArticleWriter) -> None:
        self._db = db
        self._shelf = shelf
        self._sources: set[str] = set()

    def known(self, stored: StoredCapture, page: Page) -> Filed | None:
        """What became of `stored` when it was filed before: the same record, or the same fetch out of another file.

        A record that bears the id of another one is kept, and named as that (`DUPLICATE`).
        """
        if not lookups.is_filed(self._db, stored.place.record_id, page.url_key, page.captured_at):
            return None
        ours = stored.place.record_id, page.url_key, page.captured_at, stored.payload_digest
        if not lookups.is_stored(self._db, *ours) and lookups.capture_read(self._db, stored.place.record_id):
            return Filed("kept", DUPLICATE)
        read = lookups.capture_read(self._db, stored.place.record_id) or lookups.capture_twin(
            self._db, page.url_key, page.captured_at, stored.payload_digest
        )
        return Filed(read.state, read.reason, read.public_id) if read else None

    def file(self, stored: StoredCapture, page: Page) -> Filed:
        """Writes the rows of a page that `known` does not know."""
        if page.source_id not in self._sources:
            if page.source is not None:
                writes.put_source(self._db, page.source)
            else:
                writes.put_stranger(self._db, page.source_id)
            self._sources.add(page.source_id)
        capture = self._shelf.next_id("captures")
        if page.reading:
            sighting = Sighting(page.captured_at, stored.place.record_id, capture, page.source_id)
            teasers = page.reading.teasers
            if page.article is not None and page.article.teasers is not teasers:
                teasers = (*teasers, *page.article.teasers)
            self._shelf.see(teasers, sighting)
        if page.article is not None:
            filed = self._file_article(capture, stored, page, page.article)
        elif stored.revisit_of and not page.gone:
            filed = self._file_revisit(capture, stored, page, stored.revisit_of)
        else:
            filed = self._file_other(capture, stored, page)
        for revisit in lookups.revisits_of(self._db, stored.place.record_id):
            self._resolve(revisit, stored.place.record_id)
        return filed

    def forget(self) -> None:
        """Drops what it remembers of a batch that is undone."""
        self._sources = set()

    def _file_other(self, capture: int, stored: StoredCapture, page: Page) -> Filed:
        state: State = "unread" if page.reason else "kept"
        reason = page.reason or page.absence
        writes.add_capture(self._db, _row(capture, stored, page, state, reason))
        if page.reading and page.reading.unlikely:
            read = page.reading.unlikely
            self._shelf.doubt(read, identity(read, page), page.source_id, capture, page.points_to)
        if page.gone:
            writes.assign_gone(self._db, page.url_key)
        return Filed(state, reason)

    def _file_article(self, capture: int, stored: StoredCapture, page: Page, article: Article) -> Filed:
        key, digest = identity(article, page), text_digest(article)
        standing = lookups.article_by_key(self._db, key)
        if standing is None:
            return self._file_new(capture, stored, page, article, key, digest)
        note_cut(self._db, standing.id, page.cut)
        late = (
            page.captured_at <= standing.last_captured
            or bool(article.rendering)
            or lookups.is_rendering(self._db, standing.capture)
        )
        state: State = "changed" if late else self._shelf.follow(standing, digest, article)
        writes.add_capture(
            self._db,
            _row(capture, stored, page, state, article.rendering, article.parser, article=standing.id, digest=digest),
        )
        if late:
            self._shelf.settle(standing, {capture: article})
            state = lookups.state_of(self._db, capture)
        elif state == "changed":
            number = standing.revision + 1
            add_revision(self._db, RevisionRow(standing.id, number, capture, digest, article.parser, article))
            now = replace(
                standing, source_id=page.source_id, capture=capture, revision=number, last_captured=page.captured_at
            )
            self._shelf.put(article, now)
        else:
            self._shelf.see_again(standing, page.captured_at)
        writes.assign_gone(self._db, page.url_key)
        return Filed(state, article=standing.public_id)

    def _file_new(
        self, capture: int, stored: StoredCapture, page: Page, article: Article, key: str, digest: str
    ) -> Filed:
        standing = replace(self._shelf.begin(key, page.source_id, page.captured_at), capture=capture)
        note_cut(self._db, standing.id, page.cut)
        row = _row(capture, stored, page, "new", article.rendering, article.parser, article=standing.id, digest=digest)
        writes.add_capture(self._db, row)
        add_revision(self._db, RevisionRow(standing.id, 1, capture, digest, article.parser, article))
        self._shelf.put(article, standing)
        writes.assign_gone(self._db, page.url_key)
        return Filed("new", article=standing.public_id)

    def _file_revisit(self, capture: int, stored: StoredCapture, page: Page, record_id: str) -> Filed:
        original = lookups.capture_read(self._db, record_id)
        if original is None:
            writes.add_capture(self._db, _row(capture, stored, page, "unread", REVISIT_OF_UNKNOWN))
            return Filed("unread", REVISIT_OF_UNKNOWN)
        row = _row(
            capture,
            stored,
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
            writes.set_reading(
                self._db,
                revisit,
                original.state,
                original.reason,
                original.parser,
                original.article,
                original.text_digest,
            )
            self._settle_revisit(revisit, original)

    def _settle_revisit(self, capture: int, original: lookups.KnownCapture) -> Filed:
        standing = (
            lookups.article_by_id(self._db, original.article) if original.text_digest and original.article else None
        )
        if standing is None:
            return Filed(original.state, original.reason)
        self._shelf.settle(standing, {})
        writes.assign_gone(self._db, lookups.url_key_of(self._db, capture))
        return Filed(lookups.state_of(self._db, capture), article=standing.public_id)


def _notes(stored: StoredCapture, page: Page) -> str:
    notes = (*stored.capture.notes, ("parser_crash", page.crash)) if page.crash else stored.capture.notes
    return json.dumps(notes, ensure_ascii=False)


def _row(
    capture: int,
    stored: StoredCapture,
    page: Page,
    state: State,
    reason: str = "",
    parser: str = "",
    article: int | None = None,
    digest: str = "",
) -> CaptureRow:
    return CaptureRow(
        id=capture,
        record_id=stored.place.record_id,
        source=page.source_id,
        run=stored.capture.run,
        url=stored.capture.url,
        url_key=page.url_key,
        captured_at=page.captured_at,
        kind=stored.capture.kind,
        status=page.status,
        mime=page.mime,
        file=stored.place.file,
        offset=stored.place.offset,
        length=stored.place.length,
        block_digest=stored.block_digest,
        payload_digest=stored.payload_digest,
        truncated=stored.capture.truncated or "",
        revisit_of=stored.revisit_of or "",
        via=stored.capture.via,
        provenance=stored.provenance,
        state=state,
        reason=reason,
        parser=parser,
        notes_json=_notes(stored, page),
        article=article,
        text_digest=digest,
        redirect_key=page.redirect_key,
    )
