"""What a takedown touches, and what it takes out of the database at once, before the next rebuild."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import TypeAlias

import sqlite_utils

from archive.custody.withheld import www_forms
from archive.store.database import writing
from archive.store.rows import columns, decode_article, encode_article
from archive.store.teasers import address_number, articles_linking_to, forget_pointers
from archive.store.writes import remove_article
from archive.text.urls import url_key

IndexText: TypeAlias = tuple[str, ...]
"""Headline, lead, body, captions and byline of an article, as they are indexed."""

Unindex: TypeAlias = Callable[[sqlite_utils.Database, Mapping[int, tuple[IndexText, ...]], bool], None]
"""Takes articles out of the index: by rowid every text of one, and whether there were no others."""

_READINGS = ("revisions", "readings")
_ADDRESS = re.compile(r'https?://[^\s"\\]*[^\s"\\.,;:)]')

_UNDER = """SELECT id, url, record_id, file, iif(text_digest <> '', payload_digest, '') FROM captures
    WHERE url_key = ? ORDER BY id"""
_OF_UNLIKELY = "SELECT c.url_key FROM unlikely u JOIN captures c ON c.id = u.capture WHERE u.url_key = ?"
_CAPTURES_GO = (
    "UPDATE ledger SET first_capture = last_capture WHERE first_capture IN (SELECT id FROM going)",
    "UPDATE ledger SET last_capture = first_capture WHERE last_capture IN (SELECT id FROM going)",
    "DELETE FROM captures WHERE id IN (SELECT id FROM going)",
    "DROP TABLE going",
)
_SEEN_THERE_ALONE = """SELECT id, url_key FROM teasers
    WHERE first_capture IN (SELECT id FROM going) AND last_capture IN (SELECT id FROM going)"""
_READINGS_OF = "SELECT id, article_json FROM readings WHERE article = ?"
_POINTERS_GO = """UPDATE revision_rows SET pointers_json = (SELECT json_group_array(j.value)
    FROM json_each(pointers_json) j CROSS JOIN pointers p ON p.id = j.value WHERE p.url_key <> ?2) WHERE article = ?1"""
_LISTED = "SELECT j.value FROM revision_rows r, json_each(r.pointers_json) j WHERE r.article = ?"
_NONE_LEFT = """UPDATE revision_rows SET rest_json = json_remove(rest_json, '$.teasers')
    WHERE article = ? AND pointers_json = '[]'"""
_STILL_SHOWN = """SELECT a.capture FROM article_teasers x JOIN articles a ON a.id = x.article
    WHERE x.article = ? AND x.teaser = ?"""


@dataclass(frozen=True, slots=True)
class Shown:
    """The rows that show something under given URL keys; `digests` are those of what was served of articles."""

    articles: tuple[int, ...]
    captures: tuple[int, ...]
    url_keys: frozenset[str]
    urls: tuple[str, ...]
    record_ids: frozenset[str]
    files: tuple[str, ...]
    digests: frozenset[str] = frozenset()


def shown_under(db: sqlite_utils.Database, url_keys: Iterable[str]) -> Shown:
    """What the pages with `url_keys` show: their articles, and every other address those articles were captured at.

    As for `archive.custody.withheld`, `www.` makes no difference.
    """
    keys, articles = set(url_keys), set[int]()
    while True:  # an article leads to its other addresses, and an address to its articles
        before = len(keys), len(articles)
        for key in _all_forms(keys):
            articles |= {row[0] for row in db.execute("SELECT id FROM articles WHERE url_key = ?", (key,))}
            found = db.execute("SELECT article FROM captures WHERE url_key = ? AND text_digest <> ''", (key,))
            articles |= {row[0] for row in found if row[0] is not None}
            keys |= {row[0] for row in db.execute(_OF_UNLIKELY, (key,))}
        for article in tuple(articles):
            keys |= {row[0] for row in db.execute("SELECT url_key FROM articles WHERE id = ?", (article,))}
            found = db.execute("SELECT url_key FROM captures WHERE article = ? AND text_digest <> ''", (article,))
            keys |= {row[0] for row in found}
        if (len(keys), len(articles)) == before:
            break
    captures: dict[int, tuple[str, str, str]] = {}
    digests = set()
    for key in sorted(_all_forms(keys)):
        for row in db.execute(_UNDER, (key,)):
            keys.add(key)
            captures[row[0]] = row[1], row[2], row[3]
            digests |= {row[4]} - {""}
    return Shown(
        tuple(sorted(articles)),
        tuple(captures),
        frozenset(keys),
        tuple(sorted({url for url, _, _ in captures.values()})),
        frozenset(record_id for _, record_id, _ in captures.values()),
        tuple(sorted({file for _, _, file in captures.values()})),
        frozenset(digests),
    )


def _all_forms(keys: Iterable[str]) -> set[str]:
    return {form for key in keys for form in www_forms(key)}


def withhold(db: sqlite_utils.Database, url_keys: Iterable[str], unindex: Unindex) -> None:
    """Removes what the pages with `url_keys` show when nobody else can write any more.

    That is articles with revisions and index entries, captures, and teasers pointing to them.
    `unindex` takes docids out of the index and out of what is counted there (`archive.search.index.writer.forget`).
    Deleted text is overwritten in the file (secure_delete). What the pages taken out had pointed to is counted too
    often until the next rebuild.
    """
    with writing(db):
        shown = shown_under(db, url_keys)
        known = [_texts(db, article) for article in shown.articles]
        unindex(db, {row: texts for row, texts, _ in known}, all(all_known for *_, all_known in known))
        for key in _all_forms(shown.url_keys):
            _withhold_teasers(db, key)
        pointers = _forget_pointers(db, shown)
        _withhold_in_reports(db, _all_forms(shown.url_keys))
        for article in shown.articles:
            remove_article(db, article)
        pointers |= _withhold_captures(db, shown.captures)
        forget_pointers(db, sorted(pointers))
        _forget_samples(db)


def _texts(db: sqlite_utils.Database, article: int) -> tuple[int, tuple[IndexText, ...], bool]:
    """The search rowid of an article, every text that was indexed of it, and whether these are all there were."""
    rowid, *current = db.execute(
        "SELECT search_rowid, headline, lead, body, captions, byline FROM articles WHERE id = ?", (article,)
    ).fetchone()
    texts = [tuple(current)]
    digests = set()
    for table in _READINGS:
        rows = db.execute(f"SELECT digest, article_json FROM {table} WHERE article = ?", (article,))  # noqa: S608
        for digest, written in rows.fetchall():
            digests.add(digest)
            texts.append(columns(decode_article(written)))
    shown = db.execute("SELECT text_digest FROM captures WHERE article = ? AND text_digest <> ''", (article,))
    return rowid, tuple(dict.fromkeys(texts)), {row[0] for row in shown} <= digests


def _forget_samples(db: sqlite_utils.Database) -> None:
    # Where SQLite was built to sample indexes, ANALYZE has put some of their values into a table of its own.
    if db.execute("SELECT 1 FROM sqlite_master WHERE name = 'sqlite_stat4'").fetchone():
        db.execute("DELETE FROM sqlite_stat4")


def _withhold_in_reports(db: sqlite_utils.Database, keys: set[str]) -> None:
    # reports of runs give an address as an example of what failed or could not be read, and the headline is in it
    hosts = {key.removeprefix("//").partition("/")[0].removeprefix("www.") for key in keys}
    found = "SELECT id, report_json FROM runs WHERE instr(lower(report_json), ?)"
    for run, report in {row for host in hosts for row in db.execute(found, (host,)).fetchall()}:
        kept = _ADDRESS.sub(lambda found: "" if url_key(found[0]) in keys else found[0], report)
        if kept != report:
            db.execute("UPDATE runs SET report_json = ? WHERE id = ?", (kept, run))


def _withhold_captures(db: sqlite_utils.Database, captures: tuple[int, ...]) -> set[int]:
    """Takes captures out of the ledger; gives the pointers that it names no more."""
    pointers = set[int]()
    db.execute("CREATE TEMP TABLE going (id INTEGER PRIMARY KEY)")
    db.conn.executemany("INSERT INTO going VALUES (?)", [(capture,) for capture in captures])
    for teaser, key in db.execute(_SEEN_THERE_ALONE).fetchall():
        found = (db.execute(_STILL_SHOWN, (article, teaser)).fetchone() for article in articles_linking_to(db, [key]))
        if shown := next(filter(None, found), None):  # by a page captured in between
            db.execute("UPDATE ledger SET first_capture = ?, last_capture = ? WHERE id = ?", (*shown, *shown, teaser))
        else:
            pointers |= {row[0] for row in db.execute("SELECT pointer FROM ledger WHERE id = ?", (teaser,))}
            db.execute("DELETE FROM ledger WHERE id = ?", (teaser,))
    for statement in _CAPTURES_GO:
        db.execute(statement)
    return pointers


def _withhold_teasers(db: sqlite_utils.Database, key: str) -> None:
    # In the ledger, and in what is stored of every reading that showed one.
    articles = [(article,) for article in articles_linking_to(db, [key])]
    for row, written in [row for one in articles for row in db.execute(_READINGS_OF, one).fetchall()]:
        article = decode_article(written)
        kept = tuple(teaser for teaser in article.teasers if url_key(teaser.url) != key)
        if kept != article.teasers:
            renewed = encode_article(replace(article, teasers=kept))
            db.execute("UPDATE readings SET article_json = ? WHERE id = ?", (renewed, row))
    db.conn.executemany(_POINTERS_GO, [(*one, key) for one in articles])
    db.conn.executemany(_NONE_LEFT, articles)
    db.execute("DELETE FROM ledger WHERE pointer IN (SELECT id FROM pointers WHERE url_key = ?)", (key,))
    db.execute("DELETE FROM pointers WHERE url_key = ?", (key,))


def _forget_pointers(db: sqlite_utils.Database, shown: Shown) -> set[int]:
    """Forgets what its own boxes pointed to, and gives the pointers; that others point to it stays as a number."""
    pointers = set[int]()
    for article in shown.articles:
        pointers |= {row[0] for row in db.execute(_LISTED, (article,))}
        for table in _READINGS:
            rows = db.execute(f"SELECT article_json FROM {table} WHERE article = ?", (article,)).fetchall()  # noqa: S608
            keys = {
                address_number(url_key(teaser.url)) for (written,) in rows for teaser in decode_article(written).teasers
            }
            db.conn.executemany("DELETE FROM pointed WHERE key = ? AND article = ?", [(key, article) for key in keys])
    return pointers


_NAMED = (
    "SELECT public_id, headline, url, source, day, url_key FROM articles WHERE id IN (SELECT value FROM json_each(?))"
)
_SAME_TEXT = """SELECT o.article FROM revisions r JOIN revisions o ON o.digest = r.digest
    WHERE r.article IN (SELECT value FROM json_each(:ids)) AND o.article NOT IN (SELECT value FROM json_each(:ids))
UNION SELECT o.article FROM same_text s JOIN same_text o ON o.first = s.first
    WHERE s.first > 0 AND s.article IN (SELECT value FROM json_each(:ids))
    AND o.article NOT IN (SELECT value FROM json_each(:ids)) AND EXISTS (SELECT 1 FROM articles WHERE id = o.article)"""
_FILES = """SELECT url, url_key FROM {table} f WHERE article IN (SELECT value FROM json_each(:ids))
    AND {others} EXISTS (SELECT 1 FROM images o WHERE o.url_key = f.url_key
        AND o.article NOT IN (SELECT value FROM json_each(:ids))
        UNION ALL SELECT 1 FROM attachments o WHERE o.url_key = f.url_key
        AND o.article NOT IN (SELECT value FROM json_each(:ids)))"""
_PLACES = """SELECT file, "offset", length, record_id, url, iif(reason IN ('print', 'amp'), reason, '') FROM captures
    WHERE id IN (SELECT value FROM json_each(?)) ORDER BY file, "offset" """
_VALIDATORS = """SELECT u.url FROM urls u JOIN visits v ON v.url_id = u.id
    WHERE u.key = ? AND (v.etag <> '' OR v.last_modified <> '')"""
_REVISITS = (
    """SELECT id, url_key FROM captures WHERE revisit_of <> '' AND revisit_of IN (SELECT value FROM json_each(?))"""
)


@dataclass(frozen=True, slots=True)
class NamedArticle:
    """An article by what a person knows it by; `day` is that under which it is filed."""

    id: str
    headline: str
    url: str
    source: str
    day: str
    url_key: str


@dataclass(frozen=True, slots=True)
class CapturePlace:
    """A capture: where it lies, its address, and "print" or "amp" where that is what it shows of its article."""

    file: str
    offset: int
    length: int
    record_id: str
    url: str
    rendering: str


def named_articles(db: sqlite_utils.Database, articles: Iterable[int]) -> tuple[NamedArticle, ...]:
    """The articles with these row ids."""
    return tuple(NamedArticle(*row) for row in db.execute(_NAMED, (json.dumps(list(articles)),)))


def same_text(db: sqlite_utils.Database, articles: Iterable[int]) -> tuple[int, ...]:
    """Other articles with a text of `articles` (row ids): equal, or much alike where clusters were looked for."""
    return tuple(row[0] for row in db.execute(_SAME_TEXT, {"ids": json.dumps(list(articles))}))


def files_of(db: sqlite_utils.Database, articles: Iterable[int], *, shared: bool) -> dict[str, str]:
    """Pictures and attachments of `articles`, address by URL key: those that others show too, or that none does."""
    ids, found = json.dumps(list(articles)), dict[str, str]()
    for table in ("images", "attachments"):
        query = _FILES.format(table=table, others="" if shared else "NOT")
        found |= {key: url for url, key in db.execute(query, {"ids": ids})}
    return found


def captures_at(db: sqlite_utils.Database, captures: Iterable[int]) -> tuple[CapturePlace, ...]:
    """Where the captures with these row ids lie."""
    rows = db.execute(_PLACES, (json.dumps(list(captures)),))
    return tuple(CapturePlace(*row) for row in rows)


def revisits(db: sqlite_utils.Database, record_ids: Iterable[str]) -> dict[int, str]:
    """The captures, at whatever address, that repeat one of `record_ids`, or repeat those: URL key by row id."""
    found: dict[int, str] = {}
    asked = list(record_ids)
    while asked:
        new = {row: key for row, key in db.execute(_REVISITS, (json.dumps(asked),)) if row not in found}
        found |= new
        asked = [at.record_id for at in captures_at(db, new)]
    return found


def pointers(db: sqlite_utils.Database, url_keys: Iterable[str], articles: Iterable[int]) -> int:
    """How many other articles point to one of `url_keys`."""
    return len({*articles_linking_to(db, url_keys)} - {*articles})


def validators(frontier: sqlite3.Connection, url_keys: Iterable[str]) -> tuple[str, ...]:
    """The addresses with one of `url_keys` for which the crawler's list keeps an ETag or a date of change."""
    keys = [blake2b(key.encode("utf-8", "surrogatepass"), digest_size=16).digest() for key in sorted(url_keys)]
    found = (frontier.execute(_VALIDATORS, (key,)).fetchone() for key in keys)
    return tuple(row[0] for row in found if row is not None)
