"""Finds articles, revisions, captures and teasers, and gives them back as frozen values; long lists stream in constant
memory.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, Final

import sqlite_utils

from archive.custody.withheld import withheld_error
from archive.errors import NothingFound
from archive.messages.message import Message
from archive.model import Article, Found, Moment, Teaser
from archive.store import unlikely
from archive.store.clusters import Cluster, cluster_of
from archive.store.database import database_path
from archive.store.rows import ArticleRow, CaptureRow, RevisionRow, Standing, TeaserRow, article_row, secondary
from archive.store.writes import STORED, Assembler
from archive.text.urls import url_key

_ARTICLE = tuple(field.name for field in fields(ArticleRow))
_CAPTURE = tuple(field.name for field in fields(CaptureRow))
_TEASER = tuple(field.name for field in fields(TeaserRow))
_STORED = (
    f"SELECT {', '.join(f'a.{name}' for name in _ARTICLE)}, {', '.join(f'c.{name}' for name in _CAPTURE)}, "  # noqa: S608
    f"coalesce(s.name, a.source), {STORED} FROM articles a JOIN captures c ON c.id = a.capture "
    "JOIN revision_rows r ON r.article = a.id AND r.number = a.revision LEFT JOIN sources s ON s.id = a.source "
)
_PUBLIC_ID = re.compile("[a-z2-7]{10}")
_BATCH = 200
_ADDRESSES = """
own(key) AS (SELECT url_key FROM articles WHERE id = ? UNION SELECT url_key FROM captures WHERE article = ?),
reached(key) AS (SELECT key FROM own UNION SELECT url_key FROM captures WHERE redirect_key IN (SELECT key FROM own)
AND redirect_key <> '')
"""


@dataclass(frozen=True, slots=True)
class StoredArticle:
    """An article as the archive holds it: its row, what was read on its page, the capture that shows it."""

    row: ArticleRow
    article: Article
    capture: CaptureRow
    source_name: str
    same_text: Cluster | None = None  # where others have its text, as `baotinh study clusters` last found


def find_article(db: sqlite_utils.Database, reference: str) -> StoredArticle:
    """The article that `reference` names: its public id, or an address it was found under.

    Or the page that reads like one and is probably none: it has row id 0, one revision and no history.
    Raises NothingFound where the archive has none, and says what it knows of the address; Withdrawn where it is taken
    down, with the day and the authority.
    """
    if _PUBLIC_ID.fullmatch(reference):
        where, values = "a.public_id = ?", [reference]
    else:
        key = url_key(reference)
        where = "a.id = coalesce((SELECT id FROM articles WHERE url_key = ?), (SELECT article FROM captures WHERE "
        where += "url_key = ? AND text_digest <> '' ORDER BY captured_at DESC LIMIT 1))"
        values = [key, key]
    row = db.execute(f"{_STORED} WHERE {where}", values).fetchone()
    if row is None:
        page = unlikely.by_id(db, reference) if len(values) == 1 else unlikely.by_key(db, values[0])
        if page is not None:
            return _unlikely(db, page)
        path = database_path(db)
        withdrawn = withheld_error(path.parent, reference) if path.name else None
        raise withdrawn or NothingFound(_nothing(db, reference))
    return _stored(db, row)


def stored_article(_: sqlite_utils.Database, stored: StoredArticle) -> StoredArticle:
    """The article: the least that can be asked where one is found."""
    return stored


def articles_of(db: sqlite_utils.Database, public_ids: Iterable[str]) -> Iterator[StoredArticle]:
    """The articles with these public ids, in the order given; ids without article are passed over."""
    for public_id in public_ids:
        row = db.execute(f"{_STORED} WHERE a.public_id = ?", (public_id,)).fetchone()
        if row is not None:
            yield _stored(db, row)


def articles_at(db: sqlite_utils.Database, wanted: Iterable[tuple[int, int | None]]) -> Iterator[StoredArticle]:
    """The articles with these rowids of the search index, in that order, each in the revision given (None: today's).

    A rowid without article, or a revision that is not held, is passed over. An earlier revision comes with the capture
    that shows it; where its source stood and when the article was first and last seen is as the archive knows it today.
    """
    for rowid, revision in wanted:
        row = db.execute(f"{_STORED} WHERE a.search_rowid = ?", (rowid,)).fetchone()
        if row is None:
            continue
        stored = _stored(db, row)
        if revision is None or revision == stored.row.revision:
            yield stored
        elif (earlier := _earlier(db, stored, revision)) is not None:
            yield earlier


def ids_at(db: sqlite_utils.Database, rowids: Sequence[int]) -> Iterator[tuple[int, str]]:
    """Row id and public id of the articles with these rowids of the search index, in the order given."""
    for start in range(0, len(rowids), _BATCH):
        batch = list(rowids[start : start + _BATCH])
        sql = "SELECT search_rowid, id, public_id FROM articles WHERE search_rowid IN (SELECT value FROM json_each(?))"
        known = {rowid: (own, public) for rowid, own, public in db.execute(sql, (json.dumps(batch),))}
        yield from (known[rowid] for rowid in batch if rowid in known)


def revisions(db: sqlite_utils.Database, article: int) -> tuple[RevisionRow, ...]:
    """The revisions of the article with row id `article`, oldest first."""
    assembler = Assembler(db)
    rows = db.execute(
        f"SELECT r.article, r.number, r.capture, r.digest, r.parser, {STORED} FROM revision_rows r "  # noqa: S608
        "JOIN articles a ON a.id = r.article WHERE r.article = ? ORDER BY r.number",
        (article,),
    )
    return tuple(
        RevisionRow(article_id, number, capture, digest, parser, assembler.article(stored))
        for article_id, number, capture, digest, parser, *stored in rows
    )


def capture(db: sqlite_utils.Database, row_id: int) -> CaptureRow:
    """The capture with row id `row_id`."""
    return next(_captures(db, "id = ?", (row_id,)))


def captures_of(db: sqlite_utils.Database, article: int) -> tuple[CaptureRow, ...]:
    """Every capture that showed the article with row id `article`, or showed it to be gone, oldest first."""
    return tuple(_captures(db, "article = ? ORDER BY captured_at, record_id", (article,)))


def captures_at(db: sqlite_utils.Database, url: str) -> tuple[CaptureRow, ...]:
    """Every capture of the address `url`, oldest first."""
    return tuple(_captures(db, "url_key = ? ORDER BY captured_at, record_id", (url_key(url),)))


def captures(db: sqlite_utils.Database, source: str = "", since: str = "", after: int = 0) -> Iterator[CaptureRow]:
    """Every capture with a row id above `after`: of one source, since an instant (UTC) or day, where given.

    Read in portions, so that the caller may write to the database between two of them.
    """
    while True:
        rows = tuple(
            _captures(
                db,
                "id > ? AND (? = '' OR source = ?) AND captured_at >= ? ORDER BY id LIMIT ?",
                (after, source, source, since, _BATCH),
            )
        )
        yield from rows
        if len(rows) < _BATCH:
            return
        after = rows[-1].id


def to_reread(
    db: sqlite_utils.Database,
    source: str = "",
    since: str = "",
    older_than: tuple[str, int] | None = None,
    restored: bool = False,
    without: Sequence[str] = (),
) -> Iterator[list[CaptureRow]]:
    """The captures to read again, in portions: first articles with all their captures, then what has no article.

    Of one source, captured since a day, read by a parser of that family with a lower version, where given; with
    `restored` only articles whose headline was made from a slug; `without` these sources, and the articles that a
    capture of theirs shows. An article counts when one of its captures does.
    """
    family, version = older_than or ("", 0)
    clause = (
        "(:source = '' OR source = :source) AND captured_at >= :since AND (:family = '' OR "
        "(parser LIKE :family || '/%' AND CAST(substr(parser, length(:family) + 2) AS INTEGER) < :version))"
    )
    if restored:
        clause += " AND article IN (SELECT id FROM articles WHERE headline_by LIKE 'restored%')"
    if without:
        theirs = "source IN (SELECT value FROM json_each(:without))"
        clause += f" AND NOT {theirs}"
        clause += f" AND coalesce(article, 0) NOT IN (SELECT coalesce(article, -1) FROM captures WHERE {theirs})"  # noqa: S608
    chosen = {"source": source, "since": since, "family": family, "version": version, "limit": _BATCH}
    chosen |= {"without": json.dumps(without)} if without else {}
    after = 0
    while True:
        ids = db.execute(
            f"SELECT DISTINCT article FROM captures WHERE article > :after AND text_digest <> '' AND {clause} "  # noqa: S608
            "ORDER BY article LIMIT :limit",
            {**chosen, "after": after},
        ).fetchall()
        if not ids:
            break
        rows: list[CaptureRow] = []
        for (article,) in ids:
            rows += _captures(db, "article = ? AND text_digest <> '' ORDER BY captured_at, record_id", (article,))
        yield rows
        after = ids[-1][0]
    after = 0
    while family == "" and not restored:
        rows = list(
            _captures(
                db,
                f"id > :after AND text_digest = '' AND status BETWEEN 200 AND 299 AND revisit_of = '' AND {clause} "
                "ORDER BY id LIMIT :limit",
                {**chosen, "after": after},
            )
        )
        if not rows:
            break
        yield rows
        after = rows[-1].id


def teasers_of(db: sqlite_utils.Database, article: int) -> tuple[TeaserRow, ...]:
    """The teasers that the current revision of the article with row id `article` shows, in page order."""
    columns = ", ".join(f"t.{name}" for name in _TEASER)
    rows = db.execute(
        f"SELECT {columns} FROM article_teasers x JOIN teasers t ON t.id = x.teaser "  # noqa: S608 - our own names
        "WHERE x.article = ? ORDER BY x.position",
        (article,),
    )
    return tuple(TeaserRow(*row) for row in rows)


def held_of(db: sqlite_utils.Database, url_keys: Iterable[str]) -> frozenset[str]:
    """Which of `url_keys` (`archive.text.urls.url_key`) are those of articles."""
    sql = "SELECT url_key FROM articles WHERE url_key IN (SELECT value FROM json_each(?))"
    return frozenset(row[0] for row in db.execute(sql, (json.dumps(list(url_keys)),)))


def pointers_to(db: sqlite_utils.Database, article: int) -> tuple[TeaserRow, ...]:
    """The teasers anywhere in the archive that point to the article with row id `article`, most seen first.

    To its own address, to another that has shown it, or to one that was redirected to one of these.
    """
    columns = ", ".join(f"t.{name}" for name in _TEASER)
    rows = db.execute(
        f"WITH {_ADDRESSES} SELECT {columns} FROM teasers t JOIN reached ON reached.key = t.url_key "  # noqa: S608
        "ORDER BY t.sightings DESC, t.id",
        (article, article),
    )
    return tuple(TeaserRow(*row) for row in rows)


def _captures(db: sqlite_utils.Database, where: str, values: tuple[Any, ...] | dict[str, Any]) -> Iterator[CaptureRow]:
    for row in db.execute(f"SELECT {', '.join(_CAPTURE)} FROM captures WHERE {where}", values):  # noqa: S608
        yield CaptureRow(*row)


def _stored(db: sqlite_utils.Database, row: tuple[Any, ...], assembler: Assembler | None = None) -> StoredArticle:
    split = len(_ARTICLE) + len(_CAPTURE)
    name, *stored = row[split:]
    read = (assembler or Assembler(db)).article(stored)
    article, capture = ArticleRow(*row[: len(_ARTICLE)]), CaptureRow(*row[len(_ARTICLE) : split])
    return StoredArticle(article, read, capture, name, cluster_of(db, article.id))


def _unlikely(db: sqlite_utils.Database, page: unlikely.UnlikelyRow) -> StoredArticle:
    shown, article = capture(db, page.capture), page.article
    at = shown.captured_at
    standing = Standing(0, page.public_id, page.url_key, page.source, page.capture, 1, at, at, search_rowid=0)
    row = article_row(article, None, standing)
    name = db.execute("SELECT name FROM sources WHERE id = ?", (page.source,)).fetchone()
    row = replace(row, province=page.province, province_now=page.province_now)
    return StoredArticle(row, article, shown, name[0] if name else page.source)


def _earlier(db: sqlite_utils.Database, stored: StoredArticle, revision: int) -> StoredArticle | None:
    found = db.execute(
        f"SELECT r.capture, {STORED} FROM revision_rows r JOIN articles a ON a.id = r.article "  # noqa: S608
        "WHERE r.article = ? AND r.number = ?",
        (stored.row.id, revision),
    ).fetchone()
    if found is None:
        return None
    today, article = stored.row, Assembler(db).article(found[1:])
    standing = Standing(
        *(today.id, today.public_id, today.url_key, today.source, found[0], revision),
        *(today.first_captured, today.last_captured, today.search_rowid, today.gone_at),
    )
    row = replace(article_row(article, None, standing), province=today.province, province_now=today.province_now)
    return replace(stored, row=row, article=article, capture=capture(db, found[0]), same_text=None)


def _nothing(db: sqlite_utils.Database, reference: str) -> str:
    if _PUBLIC_ID.fullmatch(reference):
        return Message("no article has the id {reference}", reference=reference)
    last = captures_at(db, reference)[-1:]
    for found in last:
        if found.reason:
            message = "{reference}: captured at {at}, unread ({reason}), but not as an article"
            return Message(message, reference=reference, at=found.captured_at, reason=found.reason)
        message = "{reference}: captured at {at}, status {status}, but not as an article"
        return Message(message, reference=reference, at=found.captured_at, status=found.status)
    if db.execute("SELECT 1 FROM teasers WHERE url_key = ?", (url_key(reference),)).fetchone():
        return Message("{reference}: known from teasers only, never captured", reference=reference)
    return Message("{reference}: not in this archive", reference=reference)


_PARTIAL: Final = ("month", "year")  # "2020-03" is no time that readers of JSON take: it has a field of its own


def as_object(stored: StoredArticle) -> dict[str, Any]:
    """An article as JSON: what its page shows first, then what the archive knows of it.

    `paragraphs`, `captions`, `tags`, `images` and `attachments` are lists of text (URLs the last two); `related` holds
    url, headline, teaser and where it stood. Absent texts are null. `same_text` names the other articles with this text
    (null where there is none), the first publisher first. `provenance` leads to the record and says how each field was
    found; `made_from` in it names file, digest and row of a secondary record, and is null for a page that was captured.
    """
    row, article, capture = stored.row, stored.article, stored.capture
    made_from = secondary(capture)
    return {
        "url": row.url,
        "headline": article.headline.value,
        "lead": _value(article.lead),
        "paragraphs": list(article.body),
        "captions": list(article.captions),
        "byline": _value(article.byline),
        "source_credit": _value(article.source_credit),
        "published": _value(article.published) if row.published_precision not in _PARTIAL else None,
        "modified": _value(article.modified),
        "section": _value(article.section),
        "tags": list(article.tags),
        "images": [image.url for image in article.images],
        "attachments": [file.url for file in article.attachments],
        "related": [_related(teaser) for teaser in article.teasers],
        "id": row.public_id,
        "slug": row.slug,
        "source": row.source,
        "source_name": stored.source_name,
        "province": row.province,
        "province_now": row.province_now,
        "day": row.day,
        "day_estimated": bool(row.day_estimated),
        "published_precision": row.published_precision,
        "published_partial": row.published if row.published_precision in _PARTIAL else None,
        "words": row.words,
        "pictures": [asdict(image) for image in article.images],
        "files": [asdict(file) for file in article.attachments],
        "revision": row.revision,
        "first_captured": row.first_captured,
        "last_captured": row.last_captured,
        "gone_at": row.gone_at,
        "confidence": row.confidence,
        "probability": article.probability,
        "notes": list(article.notes),
        "same_text": _same_text(stored),
        "provenance": {
            "captured_at": capture.captured_at,
            "captured_url": capture.url,
            "record_id": capture.record_id,
            "file": capture.file,
            "offset": capture.offset,
            "length": capture.length,
            "block_digest": capture.block_digest,
            "payload_digest": capture.payload_digest,
            "origin": capture.provenance,
            "made_from": asdict(made_from) if made_from else None,
            "parser": article.parser,
            "fields": _fields(article),
        },
    }


def _fields(article: Article) -> dict[str, Any]:
    found: dict[str, Any] = {"body": {"by": article.body_by}}
    for name in ("headline", "lead", "byline", "source_credit", "section", "published", "modified"):
        value = getattr(article, name)
        if value is not None:
            how = {"by": value.by, "raw": value.raw, "confidence": value.confidence}
            found[name] = how | ({"note": value.note} if getattr(value, "note", "") else {})
    return found


def _same_text(stored: StoredArticle) -> dict[str, Any] | None:
    found = stored.same_text
    if found is None:
        return None
    others = [
        {name: getattr(one, name) for name in ("id", "source", "province", "published", "day", "day_estimated", "url")}
        for one in found.members
        if one.id != stored.row.public_id
    ]
    counts = {"articles": found.articles, "sources": found.sources, "provinces": found.provinces}
    return {"first": found.first.id, **counts, "others": others}


def _related(teaser: Teaser) -> dict[str, str]:
    return {"url": teaser.url, "headline": teaser.headline, "teaser": teaser.text, "box": teaser.box}


def _value(found: Found | Moment | None) -> str | None:
    return found.value if found is not None else None


@dataclass(frozen=True, slots=True)
class Harvested:
    """An article as a catalogue knows it: its row, its public id, its source, when its current text was captured."""

    row: int
    public_id: str
    source: str
    changed_at: str


def harvest(
    db: sqlite_utils.Database, after: int = 0, limit: int = 100, source: str = "", since: str = "", until: str = "9"
) -> tuple[Harvested, ...]:
    """At most `limit` articles with row ids above `after`, in order; of one source, changed since..until (UTC)."""
    rows = db.execute(
        "SELECT a.id, a.public_id, a.source, c.captured_at FROM articles a JOIN captures c ON c.id = a.capture "
        "WHERE a.id > ? AND ? IN ('', a.source) AND c.captured_at BETWEEN ? AND ? ORDER BY a.id LIMIT ?",
        (after, source, since, until, limit),
    )
    return tuple(Harvested(*row) for row in rows)


def harvest_size(db: sqlite_utils.Database, source: str = "", since: str = "", until: str = "9") -> int:
    """How many articles `harvest` gives in all."""
    found = db.execute(
        "SELECT count(*) FROM articles a JOIN captures c ON c.id = a.capture "
        "WHERE ? IN ('', a.source) AND c.captured_at BETWEEN ? AND ?",
        (source, since, until),
    )
    return int(found.fetchone()[0])


def changed_at(db: sqlite_utils.Database, public_id: str) -> str | None:
    """When the current text of an article was captured; None where the archive does not hold it."""
    row = db.execute(
        "SELECT c.captured_at FROM articles a JOIN captures c ON c.id = a.capture WHERE a.public_id = ?", (public_id,)
    ).fetchone()
    return row[0] if row else None


def first_capture(db: sqlite_utils.Database) -> str:
    """The time of the first capture (UTC), "" in an empty archive."""
    return db.execute("SELECT coalesce(min(captured_at), '') FROM captures").fetchone()[0] or ""
