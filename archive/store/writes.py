"""Writes rows, always inside the caller's transaction; nothing here opens or ends one.

Statements go through execute and executemany, never through table.upsert(), db.query() or a nested atomic(): those
open savepoints, at each of which FTS5 flushes its pending terms (measured: 2.4-3 times the cost of a batch).
"""

from __future__ import annotations

import json
import re
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final

import sqlite_utils

from archive.custody import seals
from archive.custody.events import Event
from archive.custody.withheld import TYPE
from archive.messages.message import packed
from archive.model import Article, Attachment, Image, State, Teaser
from archive.store.rows import (
    PARTED,
    ArticleRow,
    CaptureRow,
    MentionRow,
    PersonRow,
    RevisionRow,
    article_of,
    columns,
    encode_article,
    packed_digest,
    packed_url,
)
from archive.store.teasers import note_outlinks, put_pointers
from archive.text.folding import fold
from archive.text.urls import url_key

if TYPE_CHECKING:  # a search takes revisions from here, and needs no register
    from archive.sources.model import Source

_CAPTURE = tuple(field.name for field in fields(CaptureRow))
_ARTICLE = tuple(field.name for field in fields(ArticleRow))
_fold = lru_cache(maxsize=4096)(fold)  # one tag stands on many articles
_PACKED = {"url": "address", "block_digest": "block", "payload_digest": "payload"}
_capture_values = attrgetter(*_CAPTURE)
_URL, _BLOCK, _PAYLOAD = map(_CAPTURE.index, _PACKED)
_article_values = attrgetter(*_ARTICLE)

_HELD = ", ".join(_PACKED.get(name, name) for name in _CAPTURE)
_ADD_CAPTURE = f"INSERT INTO captures ({_HELD}) VALUES ({', '.join('?' * len(_CAPTURE))})"  # noqa: S608 - our own names
_ADD_ARTICLE = f"INSERT INTO articles ({', '.join(_ARTICLE)}) VALUES ({', '.join('?' * len(_ARTICLE))})"  # noqa: S608 - our own names
_SET_ARTICLE = f"UPDATE articles SET {', '.join(f'{name} = ?' for name in _ARTICLE[1:])} WHERE id = ?"  # noqa: S608

_SAYS_GONE = "(status IN (404, 410) OR reason IN ('soft_404', 'redirect_home'))"
_GONE_AT = f"SELECT article FROM captures WHERE url_key = ? AND {_SAYS_GONE}"  # noqa: S608 - our own words
_ASSIGN_GONE = f"""
UPDATE captures SET article = (
    SELECT before.article FROM captures before WHERE before.url_key = captures.url_key AND before.text_digest <> ''
    AND before.reason = ''
    AND (before.captured_at, before.record_id) < (captures.captured_at, captures.record_id)
    ORDER BY before.captured_at DESC, before.record_id DESC LIMIT 1
) WHERE url_key = ? AND {_SAYS_GONE}
"""  # noqa: S608 - our own words


@dataclass(frozen=True, slots=True)
class Parts:
    """What hangs on an article, in page order."""

    images: tuple[Image, ...]
    attachments: tuple[Attachment, ...]
    tags: tuple[str, ...]


def put_source(db: sqlite_utils.Database, source: Source) -> None:
    """Writes what the register says of `source` today, over what it said before."""
    db.execute(
        "INSERT INTO sources (id, name, kind, province, homepage) VALUES (?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE "
        "SET name = excluded.name, kind = excluded.kind, province = excluded.province, homepage = excluded.homepage",
        (source.id, source.name, source.kind, source.province, source.homepage),
    )


def put_stranger(db: sqlite_utils.Database, source_id: str) -> None:
    """Gives a source that the register does not know (a host, mostly) a row to be found by, unless it has one."""
    homepage = f"http://{source_id}/" if "." in source_id else ""
    db.execute(
        "INSERT INTO sources (id, name, kind, province, homepage) VALUES (?, ?, 'other', '', ?) ON CONFLICT DO NOTHING",
        (source_id, source_id, homepage),
    )


def put_run(
    db: sqlite_utils.Database,
    run: str,
    source: str,
    began: str,
    ended: str | None = None,
    reason: str = "",
    report: object = None,
) -> None:
    """Writes the run `run`: at its beginning without `ended`, at its end with its reason and report (JSON)."""
    db.execute(
        "INSERT INTO runs (id, source, began, ended, reason, report_json) VALUES (?, ?, ?, ?, ?, ?) "
        "ON CONFLICT (id) DO UPDATE "
        "SET ended = excluded.ended, reason = excluded.reason, report_json = excluded.report_json",
        (run, source, began, ended, reason, json.dumps(packed(report or {}), ensure_ascii=False, sort_keys=True)),
    )


def copy_runs(old: sqlite_utils.Database, new: sqlite_utils.Database) -> None:
    """Copies the runs of the database `old` into `new`; of one known here without its end, the end."""
    rows = old.execute("SELECT id, source, began, ended, reason, report_json FROM runs").fetchall()
    new.conn.executemany(
        "INSERT INTO runs (id, source, began, ended, reason, report_json) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (id)"
        " DO UPDATE SET ended = excluded.ended, reason = excluded.reason, report_json = excluded.report_json"
        " WHERE runs.ended IS NULL",
        rows,
    )


def add_events(db: sqlite_utils.Database, events: Iterable[Event]) -> None:
    """Copies into the table what of `events` (the whole log, in order) is not there yet; of one number the first.

    Not of its own opening and sealing, which would make it another with each writer. Of a takedown only that there was
    one: what it names stands in the log alone, for the database is shown to others.
    """
    last = db.execute("SELECT coalesce(max(seq), 0) FROM events").fetchone()[0]
    db.conn.executemany(
        "INSERT OR IGNORE INTO events (seq, at, type, object, outcome, detail_json) VALUES (?, ?, ?, ?, ?, ?)",
        [
            (e.seq, e.at, e.type, "" if e.type == TYPE else _whole(e.object), _whole(e.outcome), _told(e))
            for e in events
            if e.seq > last and not seals.is_seal_event(e)
        ],
    )


def _told(event: Event) -> str:
    # nothing of a takedown, nor of what it did to a file
    return "{}" if event.type == TYPE or '"stretches": [' in event.detail_json else _whole(event.detail_json)


def _whole(text: str) -> str:
    # a file name that is no UTF-8 has lone surrogates, which SQLite refuses: they stand written out, as in the log
    return text.encode("utf-8", "backslashreplace").decode()


def next_id(db: sqlite_utils.Database, table: str) -> int:
    """The id the next row of `table` gets: known before the row is written, as the tables point at each other."""
    return int(db.execute(f"SELECT coalesce(max(id), 0) + 1 FROM {table}").fetchone()[0])  # noqa: S608 - our own names


def add_capture(db: sqlite_utils.Database, row: CaptureRow) -> None:
    """Adds a row to `captures`."""
    values = list(_capture_values(row))
    values[_URL] = packed_url(row.url, row.url_key)
    values[_BLOCK], values[_PAYLOAD] = packed_digest(row.block_digest), packed_digest(row.payload_digest)
    db.conn.execute(_ADD_CAPTURE, values)


def set_states(db: sqlite_utils.Database, states: Iterable[tuple[int, State]]) -> None:
    """Corrects the state of captures (row id and state), where an earlier capture has come in later."""
    db.conn.executemany("UPDATE captures SET state = ? WHERE id = ?", [(state, capture) for capture, state in states])


def put_article(db: sqlite_utils.Database, row: ArticleRow, new: bool) -> None:
    """Writes `row`; `new` says that the article has none yet. What hangs on it is for `put_parts`."""
    values = _article_values(row)
    if new:
        db.conn.execute(_ADD_ARTICLE, values)
    else:
        db.conn.execute(_SET_ARTICLE, (*values[1:], row.id))


def put_parts(db: sqlite_utils.Database, articles: Mapping[int, Parts], new: Container[int] = ()) -> None:
    """Writes what hangs on each article (by row id): pictures, attachments and tags, in page order.

    Once a batch, for all of it; of the articles that are `new` nothing is there yet. Teasers, places and the search
    index have their own writers.
    """
    ids = [(article,) for article in articles if article not in new]
    for table in ("images", "attachments", "tags"):
        db.conn.executemany(f"DELETE FROM {table} WHERE article = ?", ids)  # noqa: S608 - our own names
    db.conn.executemany(
        "INSERT INTO images (article, position, url, url_key, alt, caption) VALUES (?, ?, ?, ?, ?, ?)",
        [
            (row, at, image.url, url_key(image.url), image.alt, image.caption)
            for row, article in articles.items()
            for at, image in enumerate(article.images)
        ],
    )
    db.conn.executemany(
        "INSERT INTO attachments (article, position, url, url_key, name) VALUES (?, ?, ?, ?, ?)",
        [
            (row, at, file.url, url_key(file.url), file.name)
            for row, article in articles.items()
            for at, file in enumerate(article.attachments)
        ],
    )
    db.conn.executemany(
        "INSERT INTO tags (article, position, tag, tag_key) VALUES (?, ?, ?, ?)",
        [(row, at, tag, _fold(tag)) for row, article in articles.items() for at, tag in enumerate(article.tags)],
    )


def remove_article(db: sqlite_utils.Database, article: int) -> None:
    """Takes the rows of `article` away, but for its captures and teasers; the search index is the caller's."""
    for table in ("images", "attachments", "tags", "mentions", "persons", "unnamed", "revision_rows", "readings"):
        db.execute(f"DELETE FROM {table} WHERE article = ?", (article,))  # noqa: S608 - our own names
    db.execute("UPDATE captures SET article = NULL WHERE article = ?", (article,))
    db.execute("DELETE FROM articles WHERE id = ?", (article,))


def assign_source(db: sqlite_utils.Database, capture: int, source: str) -> None:
    """Gives a capture (row id) and the teasers first seen on it to the source with id `source`."""
    db.execute("UPDATE captures SET source = ? WHERE id = ?", (source, capture))
    db.execute("UPDATE ledger SET source = ? WHERE first_capture = ?", (source, capture))


def set_reading(
    db: sqlite_utils.Database, capture: int, state: State, reason: str, parser: str, article: int | None, digest: str
) -> None:
    """Writes what a capture gives now that it was read again."""
    db.execute(
        "UPDATE captures SET state = ?, reason = ?, parser = ?, article = ?, text_digest = ? WHERE id = ?",
        (state, reason, parser, article, digest, capture),
    )


def put_mentions(
    db: sqlite_utils.Database, mentions: Mapping[int, Iterable[MentionRow]], new: Container[int] = ()
) -> None:
    """Replaces the places that the current texts of articles (by row id) name; of those `new` none is there yet."""
    ids = [(article,) for article in mentions if article not in new]
    for table in ("mentions", "unnamed"):
        db.conn.executemany(f"DELETE FROM {table} WHERE article = ?", ids)  # noqa: S608 - our own names
    db.conn.executemany(
        "INSERT INTO mentions (article, field, start, length, place, surface, ambiguous) VALUES (?, ?, ?, ?, ?, ?, ?)",
        [
            (article, m.field, m.start, m.length, m.place, m.surface, int(m.ambiguous))
            for article, found in mentions.items()
            for m in found
        ],
    )


def put_persons(
    db: sqlite_utils.Database, persons: Mapping[int, Iterable[PersonRow]], new: Container[int] = ()
) -> None:
    """Replaces the persons whom the current texts of articles (by row id) name; of those `new` none is there yet."""
    db.conn.executemany(
        "DELETE FROM persons WHERE article = ?", [(article,) for article in persons if article not in new]
    )
    db.conn.executemany(
        "INSERT INTO persons (article, field, start, length, name, key, folded, offices) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (article, p.field, p.start, p.length, p.name, p.key, p.folded, p.offices)
            for article, found in persons.items()
            for p in found
        ],
    )


def keep_reading(db: sqlite_utils.Database, row: RevisionRow, replaced_at: str) -> None:
    """Keeps what an earlier parser made of a page, before a later reading takes its place (UTC `replaced_at`)."""
    db.execute(
        "INSERT INTO readings (article, capture, digest, parser, article_json, replaced_at) VALUES (?, ?, ?, ?, ?, ?)",
        (row.article_id, row.capture, row.digest, row.parser, encode_article(row.article), replaced_at),
    )


def change_digest(db: sqlite_utils.Database, article: int, old: str, new: str) -> None:
    """Gives the captures of `article` that showed the text `old` the digest a later parser gives that text."""
    db.execute("UPDATE captures SET text_digest = ? WHERE article = ? AND text_digest = ?", (new, article, old))


def seen_again(db: sqlite_utils.Database, article: int, captured_at: str) -> None:
    """Notes that `article` was still there at `captured_at`."""
    db.execute("UPDATE articles SET last_captured = ? WHERE id = ?", (captured_at, article))


def settle_gone(db: sqlite_utils.Database, article: int) -> None:
    """Sets when `article` was first seen to have disappeared, after the last capture that showed it; else NULL."""
    db.execute(
        "UPDATE articles SET gone_at = (SELECT min(captured_at) FROM captures WHERE article = articles.id "
        "AND text_digest = '' AND captured_at > articles.last_captured) WHERE id = ?",
        (article,),
    )


def assign_gone(db: sqlite_utils.Database, key: str) -> None:
    """Gives each answer at `key` that says that nothing is there (404, 410, soft ones) the article shown before it.

    Call it when a capture at that address came in: an answer may arrive before the page it says is gone.
    """
    gone = db.conn.execute(_GONE_AT, (key,)).fetchall()
    if not gone:
        return
    db.execute(_ASSIGN_GONE, (key,))
    now = db.execute(_GONE_AT, (key,)).fetchall()
    for article in {row[0] for row in (*gone, *now)} - {None}:
        settle_gone(db, article)


STORED: Final = "r.shared, r.pointers_json, r.rest_json, a.headline, a.lead, a.body, a.captions, a.slug, a.url"
"""Of a row r of `revision_rows` and the row a of its article: what `Assembler.article` takes."""

_SHARED: Final = f"""SELECT {STORED}, r.id FROM revision_rows r JOIN articles a ON a.id = r.article
    WHERE r.article = ? AND r.shared"""  # noqa: S608 - our own names
_KEEP: Final = "UPDATE revision_rows SET shared = 0, rest_json = ? WHERE id = ?"
_ADD: Final = """INSERT INTO revision_rows (article, number, capture, digest, parser, shared, pointers_json, rest_json)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)"""
_POINTERS: Final = """SELECT p.id, p.url, p.headline, p.text, p.box, p.published
    FROM json_each(?) j CROSS JOIN pointers p ON p.id = j.value"""
_ESCAPED: Final = re.compile(r"[\x00-\x1f\\]")
_BLANK: Final = Teaser("", "")
_REMEMBERED: Final = 8192  # teasers: the same boxes stand on page after page


class Assembler:
    """Puts articles together for one question: what it remembers of teasers may change with the next writer."""

    def __init__(self, db: sqlite_utils.Database) -> None:
        self._conn = db.conn
        self._teasers: dict[int, Teaser] = {}

    def article(self, stored: Sequence[Any]) -> Article:
        """The article whose parts are `stored`, as `STORED` selects them. Raises ValueError where it is none."""
        shared, pointers_json, rest_json, headline, lead, body, captions, slug, url = stored
        row: dict[str, Any] = json.loads(rest_json)
        if shared:
            row["headline"]["value"] = headline
            for name, value in (("slug", slug), ("canonical", url)):
                if name in row:
                    row[name] = value
            if "lead" in row:
                row["lead"]["value"] = lead
            for name, value in (("body", body), ("captions", captions)):
                if name in row:
                    row[name] = value.split(PARTED) if value else []
        if row.pop("teasers", None):
            row["teasers"] = self._shown(pointers_json)
        return article_of(row)

    def _shown(self, pointers_json: str) -> tuple[Teaser, ...]:
        numbers, known = json.loads(pointers_json), self._teasers
        if unknown := [number for number in numbers if number not in known]:
            if len(known) > _REMEMBERED:
                known.clear()
                unknown = numbers
            for number, *parts in self._conn.execute(_POINTERS, (json.dumps(unknown),)):
                known[number] = Teaser(*parts)
        return tuple([known[number] for number in numbers if number in known])


def add_revision(db: sqlite_utils.Database, row: RevisionRow, current: bool = True) -> None:
    """Adds a revision to its article, whose row is to be written next where it is the `current` one.

    What that row will hold is not stored a second time; the revision before keeps its own text from now on.
    """
    if current and row.number > 1:
        assembler = Assembler(db)
        for *stored, number in db.conn.execute(_SHARED, (row.article_id,)).fetchall():
            db.conn.execute(_KEEP, (encode_article(_rest(assembler.article(stored), False)), number))
    shared = current and _stands_in_row(row.article)
    pointers = json.dumps(put_pointers(db, row.article.teasers), separators=(",", ":"))
    values = row.article_id, row.number, row.capture, row.digest, row.parser, int(shared), pointers
    db.conn.execute(_ADD, (*values, encode_article(_rest(row.article, shared))))
    note_outlinks(db, row.article_id, row.article.teasers)


def replace_revisions(db: sqlite_utils.Database, article: int, rows: Iterable[RevisionRow]) -> None:
    """Puts `rows` in the place of all revisions of `article`, whose row is to be written next."""
    db.execute("DELETE FROM revision_rows WHERE article = ?", (article,))
    *earlier, last = rows
    for row in earlier:
        add_revision(db, row, current=False)
    add_revision(db, last)


def _stands_in_row(article: Article) -> bool:
    """Whether texts, slug and canonical address can be had again from the row of `article`, to the letter."""
    headline, lead, body, captions, _ = columns(article)
    if not all(map(_is_plain, (headline, lead, article.slug, article.canonical))):
        return False
    return all(
        _is_plain(joined.replace(PARTED, "")) and parts == (tuple(joined.split(PARTED)) if joined else ())
        for joined, parts in ((body, article.body), (captions, article.captions))
    )


def _is_plain(text: str) -> bool:
    # SQLite's JSON and Python's write these alike, and `\\n` in a text is no end of a paragraph
    return _ESCAPED.search(text) is None


def _rest(article: Article, shared: bool) -> Article:
    """`article` with blanks in the place of its teasers and, where they are `shared`, of its texts."""
    article = replace(article, teasers=(_BLANK,) if article.teasers else ())
    if not shared:
        return article
    return replace(
        article,
        headline=replace(article.headline, value=""),
        lead=replace(article.lead, value="") if article.lead else None,
        body=("",) if article.body else (),
        captions=("",) if article.captions else (),
        slug="-" if article.slug else "",  # what is empty would be left out
        canonical="-" if article.canonical else "",
    )
