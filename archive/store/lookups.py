"""The few questions that the writer asks of its own rows while it writes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import cast

import sqlite_utils

from archive.model import RENDERINGS, State
from archive.store.rows import Standing


@dataclass(frozen=True, slots=True, order=True)
class Sight:
    """A capture that showed an article: when (UTC), which record, the digest of the text it showed, its row.

    Sights are ordered by time; the record id decides between two of one instant.
    """

    captured_at: str
    record_id: str
    digest: str
    capture: int
    rendering: str = ""  # one of RENDERINGS


def counted_sights(sights: Iterable[Sight]) -> tuple[Sight, ...]:
    """The sights that make an article's history: those of the best of RENDERINGS that are there."""
    known = tuple(sights)
    first = min((sight.rendering for sight in known), key=RENDERINGS.index, default="")
    return tuple(sight for sight in known if sight.rendering == first)


def states(sights: Iterable[Sight]) -> tuple[tuple[Sight, State], ...]:
    """Each sight in order of time with its state: `new` the first, `changed` where the text is not the one before it.

    A text that returns after another stood in its place is a change again.
    """
    told: list[tuple[Sight, State]] = []
    before = None
    for sight in sorted(sights):
        told.append((sight, "new" if before is None else "same" if sight.digest == before else "changed"))
        before = sight.digest
    return tuple(told)


_STANDING = "id, public_id, url_key, source, capture, revision, first_captured, last_captured, search_rowid, gone_at"
_READ = (
    "c.id, c.state, c.reason, c.parser, c.article, c.text_digest, coalesce(a.public_id, '') "
    "FROM captures c LEFT JOIN articles a ON a.id = c.article"
)


@dataclass(frozen=True, slots=True)
class KnownCapture:
    """What became of a capture that has a row already."""

    capture: int
    state: State
    reason: str
    parser: str
    article: int | None
    text_digest: str
    public_id: str


@dataclass(frozen=True, slots=True)
class UnnamedArticle:
    """The texts of an article whose places are still to be looked for; province and day say how names are meant."""

    article: int
    province: str
    day: str
    headline: str
    lead: str
    body: str
    captions: str


def article_by_key(db: sqlite_utils.Database, key: str) -> Standing | None:
    """Where the article stands whose identity is the URL key `key`."""
    return _standing(db, "url_key = ?", key)


def article_by_id(db: sqlite_utils.Database, article: int) -> Standing | None:
    """Where the article with row id `article` stands."""
    return _standing(db, "id = ?", article)


def capture_read(db: sqlite_utils.Database, record_id: str) -> KnownCapture | None:
    """What became of the capture with this WARC record id; None where it has no row."""
    return _read(db, "c.record_id = ?", (record_id,))


def capture_twin(db: sqlite_utils.Database, key: str, captured_at: str, payload_digest: str) -> KnownCapture | None:
    """A capture of the same address, instant and payload: the same fetch, held by another file too."""
    return _read(db, "c.url_key = ? AND c.captured_at = ? AND c.payload_digest = ?", (key, captured_at, payload_digest))


def is_stored(db: sqlite_utils.Database, record_id: str, key: str, captured_at: str, payload_digest: str) -> bool:
    """Whether this record has a row, or another record of the same fetch has."""
    found = db.conn.execute(
        "SELECT 1 FROM captures WHERE record_id = ? AND url_key = ? AND captured_at = ? UNION ALL "
        "SELECT 1 FROM captures WHERE url_key = ? AND captured_at = ? AND payload_digest = ? LIMIT 1",
        (record_id, key, captured_at, key, captured_at, payload_digest),
    ).fetchone()
    return found is not None


def is_filed(db: sqlite_utils.Database, record_id: str, key: str, captured_at: str) -> bool:
    """Whether `capture_read` or `capture_twin` may know a capture: most are new, and one question says so."""
    found = db.conn.execute(
        "SELECT 1 FROM captures WHERE record_id = ? UNION ALL "
        "SELECT 1 FROM captures WHERE url_key = ? AND captured_at = ? LIMIT 1",
        (record_id, key, captured_at),
    ).fetchone()
    return found is not None


def public_id_taken(db: sqlite_utils.Database, public_id: str) -> bool:
    """Whether an article is cited under `public_id` already."""
    return db.conn.execute("SELECT 1 FROM articles WHERE public_id = ?", (public_id,)).fetchone() is not None


def is_rendering(db: sqlite_utils.Database, capture: int) -> bool:
    """Whether a capture that shows an article shows another rendering of it than its own page."""
    return bool(db.conn.execute("SELECT reason <> '' FROM captures WHERE id = ?", (capture,)).fetchone()[0])


def current_reading(db: sqlite_utils.Database, article: int) -> tuple[str, str, str]:
    """Of the current revision of `article`: its text digest, the parser that read it, how its headline was found."""
    row: tuple[str, str, str] = db.execute(
        "SELECT r.digest, r.parser, a.headline_by FROM articles a "
        "JOIN revisions r ON r.article = a.id AND r.number = a.revision WHERE a.id = ?",
        (article,),
    ).fetchone()
    return row


def headline_of(db: sqlite_utils.Database, article: int) -> str:
    """The headline of the article with row id `article`."""
    return cast(str, db.execute("SELECT headline FROM articles WHERE id = ?", (article,)).fetchone()[0])


def state_of(db: sqlite_utils.Database, capture: int) -> State:
    """The state of the capture with row id `capture`."""
    return cast(State, db.execute("SELECT state FROM captures WHERE id = ?", (capture,)).fetchone()[0])


def sights(db: sqlite_utils.Database, article: int) -> tuple[Sight, ...]:
    """Every capture that showed `article`, in no order."""
    rows = db.execute(
        "SELECT captured_at, record_id, text_digest, id, reason FROM captures WHERE article = ? AND text_digest <> ''",
        (article,),
    )
    return tuple(Sight(*row) for row in rows)


def url_key_of(db: sqlite_utils.Database, capture: int) -> str:
    """The URL key of the capture with row id `capture`."""
    return cast(str, db.execute("SELECT url_key FROM captures WHERE id = ?", (capture,)).fetchone()[0])


def source_of_capture(db: sqlite_utils.Database, capture: int) -> str:
    """The id of the source that the capture with row id `capture` came from."""
    return cast(str, db.execute("SELECT source FROM captures WHERE id = ?", (capture,)).fetchone()[0])


def revisits_of(db: sqlite_utils.Database, record_id: str) -> tuple[int, ...]:
    """Captures (row ids) that say they showed what `record_id` had shown, and came in before it."""
    # revisit_of <> '' is what lets SQLite take the partial index: without it this was a scan of all captures.
    rows = db.conn.execute(
        "SELECT id FROM captures WHERE revisit_of = ? AND revisit_of <> '' AND reason = 'revisit_of_unknown'",
        (record_id,),
    )
    return tuple(row[0] for row in rows)


def unnamed(db: sqlite_utils.Database, limit: int) -> tuple[UnnamedArticle, ...]:
    """At most `limit` articles whose places are still to be looked for."""
    rows = db.execute(
        "SELECT a.id, a.province, a.day, a.headline, a.lead, a.body, a.captions FROM unnamed u "
        "JOIN articles a ON a.id = u.article ORDER BY a.id LIMIT ?",
        (limit,),
    )
    return tuple(UnnamedArticle(*row) for row in rows)


def _standing(db: sqlite_utils.Database, where: str, value: str | int) -> Standing | None:
    row = db.conn.execute(f"SELECT {_STANDING} FROM articles WHERE {where}", (value,)).fetchone()  # noqa: S608 - our own words
    return Standing(*row) if row else None


def _read(db: sqlite_utils.Database, where: str, values: tuple[str, ...]) -> KnownCapture | None:
    row = db.conn.execute(f"SELECT {_READ} WHERE {where}", values).fetchone()
    return KnownCapture(*row) if row else None
