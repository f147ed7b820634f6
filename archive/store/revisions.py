"""Stores what was read of a page without what other rows hold already, and puts it together again.

The current revision's texts stand in its row of `articles`, what teasers say in `pointers`; the rest is JSON. For plain
SQL the view `revisions` puts it together; here it is done outside SQLite, in half the time.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, Final

import sqlite_utils

from archive.model import Article, Teaser
from archive.store.rows import PARTED, RevisionRow, article_of, columns, encode_article
from archive.store.teasers import note_outlinks, put_pointers

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
                    row[name] = value.split(PARTED)
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
