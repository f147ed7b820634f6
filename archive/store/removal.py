"""Takes what is barred out of the database at once, so that nothing finds it while the next rebuild is under way."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

import sqlite_utils

from archive.barred import forms
from archive.store.article_json import decode, encode
from archive.store.database import writing
from archive.text.urls import url_key

_PER_ARTICLE = ("article_teasers", "images", "attachments", "tags", "mentions", "unnamed", "readings", "revisions")
_READINGS = ("revisions", "readings")
_ADDRESS = re.compile(r'https?://[^\s"\\]*[^\s"\\.,;:)]')
_COUNTED = ("ngrams", "ngram_months", "ngram_state")  # words of what is gone are in them: to be counted anew

_UNDER = """SELECT id, url, record_id, file, iif(text_digest <> '', payload_digest, '') FROM captures
    WHERE url_key = ? ORDER BY id"""
_CAPTURES_GO = (
    "DELETE FROM article_teasers WHERE teaser IN (SELECT id FROM teasers WHERE first_capture IN "
    "(SELECT id FROM going) AND last_capture IN (SELECT id FROM going))",
    "DELETE FROM teasers WHERE first_capture IN (SELECT id FROM going) AND last_capture IN (SELECT id FROM going)",
    "UPDATE teasers SET first_capture = last_capture WHERE first_capture IN (SELECT id FROM going)",
    "UPDATE teasers SET last_capture = first_capture WHERE last_capture IN (SELECT id FROM going)",
    "DELETE FROM captures WHERE id IN (SELECT id FROM going)",
    "DROP TABLE going",
)


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

    As for `archive.barred`, `www.` makes no difference.
    """
    keys, articles = set(url_keys), set[int]()
    while True:  # an article leads to its other addresses, and an address to its articles
        before = len(keys), len(articles)
        for key in _all_forms(keys):
            articles |= {row[0] for row in db.execute("SELECT id FROM articles WHERE url_key = ?", (key,))}
            found = db.execute("SELECT article FROM captures WHERE url_key = ? AND text_digest <> ''", (key,))
            articles |= {row[0] for row in found if row[0] is not None}
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
    return {form for key in keys for form in forms(key)}


def withhold(
    db: sqlite_utils.Database,
    url_keys: Iterable[str],
    unindex: Callable[[sqlite_utils.Database, Iterable[int]], None],
) -> None:
    """Removes what the pages with `url_keys` show when nobody else can write any more.

    That is articles with revisions and index entries, captures, and teasers pointing to them.
    `unindex` takes search rowids out of the index and out of what is counted there (`archive.search.index.forget`).
    Deleted text is overwritten in the file (secure_delete), and the file is written anew.
    What the pages taken out had pointed to is counted too often until the next rebuild.
    """
    db.execute("PRAGMA secure_delete = ON")
    with writing(db):
        shown = shown_under(db, url_keys)
        articles = [(article,) for article in shown.articles]
        chosen = "SELECT search_rowid FROM articles WHERE id IN (SELECT value FROM json_each(?))"
        unindex(db, [row[0] for row in db.execute(chosen, (json.dumps(shown.articles),))])
        for key in _all_forms(shown.url_keys):
            _withhold_teasers(db, key)
        _withhold_in_reports(db, _all_forms(shown.url_keys))
        for table in _PER_ARTICLE:
            db.conn.executemany(f"DELETE FROM {table} WHERE article = ?", articles)  # noqa: S608 - our own names
        db.conn.executemany("UPDATE captures SET article = NULL WHERE article = ?", articles)
        db.conn.executemany("DELETE FROM articles WHERE id = ?", articles)
        _withhold_captures(db, shown.captures)
        for table in _COUNTED:
            db.execute(f"DELETE FROM {table}")  # noqa: S608 - our own names
    db.execute("PRAGMA secure_delete = OFF")
    db.execute("VACUUM")
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _withhold_in_reports(db: sqlite_utils.Database, keys: set[str]) -> None:
    # reports of runs give an address as an example of what failed or could not be read, and the headline is in it
    for run, report in db.execute("SELECT id, report_json FROM runs").fetchall():
        kept = _ADDRESS.sub(lambda found: "" if url_key(found[0]) in keys else found[0], report)
        if kept != report:
            db.execute("UPDATE runs SET report_json = ? WHERE id = ?", (kept, run))


def _withhold_captures(db: sqlite_utils.Database, captures: tuple[int, ...]) -> None:
    db.execute("CREATE TEMP TABLE going (id INTEGER PRIMARY KEY)")
    db.conn.executemany("INSERT INTO going VALUES (?)", [(capture,) for capture in captures])
    for statement in _CAPTURES_GO:
        db.execute(statement)


def _withhold_teasers(db: sqlite_utils.Database, key: str) -> None:
    # In the ledger, in the boxes of current articles, and in what is stored of every reading that showed one. There it
    # is found by its words: of the addresses that have one key, the ledger knows but the first.
    told = db.execute("SELECT DISTINCT headline, text, url FROM teasers WHERE url_key = ?", (key,)).fetchall()
    for mark in {json.dumps(headline or text or url, ensure_ascii=False) for headline, text, url in told}:
        for table in _READINGS:
            found = f"SELECT id, article_json FROM {table} WHERE instr(article_json, ?)"  # noqa: S608 - our own names
            for row, written in db.execute(found, (mark,)).fetchall():
                article = decode(written)
                kept = tuple(teaser for teaser in article.teasers if url_key(teaser.url) != key)
                renewed = f"UPDATE {table} SET article_json = ? WHERE id = ?"  # noqa: S608 - our own names
                db.execute(renewed, (encode(replace(article, teasers=kept)), row))
    db.execute("DELETE FROM article_teasers WHERE teaser IN (SELECT id FROM teasers WHERE url_key = ?)", (key,))
    db.execute("DELETE FROM teasers WHERE url_key = ?", (key,))


def move_captures(db: sqlite_utils.Database, moves: Mapping[str, tuple[str, int]]) -> None:
    """Writes where captures lie now: file and offset by record id."""
    with writing(db):
        db.conn.executemany(
            'UPDATE captures SET file = ?, "offset" = ? WHERE record_id = ?',
            [(file, offset, record_id) for record_id, (file, offset) in moves.items()],
        )
