"""Searches the archive as it stood on an earlier day, and texts that were later changed.

The index holds today's texts. An article unchanged since the day in question is found by it; one that was changed since
is decided by the text it had, read from its revisions. These are few, so they are read one by one.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlite_utils

from archive.messages.message import Message
from archive.search.grammar.matcher import Tier, holds
from archive.search.grammar.tree import COLUMNS, And, Column, Filter, Near, Node, Not, Or, Term, filters
from archive.search.index.docid_sets import DocidSet, docid_set, docids_from_text
from archive.search.planner import filters as limits
from archive.search.planner.executor import EVERYTHING
from archive.store.rows import PARTED, decode_article
from archive.text.analyzer import Prepared, prepare

_UNCHANGED = """SELECT group_concat(a.search_rowid) FROM articles a INDEXED BY articles_facts
    WHERE a.first_captured < :end AND (a.revision = 1 OR NOT EXISTS (
        SELECT 1 FROM revision_rows r JOIN captures c ON c.id = r.capture
        WHERE r.article = a.id AND r.number > 1 AND c.captured_at >= :end))"""
_CAPTURED = """SELECT group_concat(search_rowid) FROM articles INDEXED BY articles_facts WHERE first_captured < :end"""
# Of a revision that is not the current one, `rest_json` holds all but its teasers.
_CHANGED = """SELECT a.search_rowid, r.number, r.rest_json
    FROM articles a INDEXED BY articles_facts JOIN revision_rows r ON r.article = a.id
        JOIN captures c ON c.id = r.capture
    WHERE a.revision > 1 AND c.captured_at < :end
        AND r.number = (SELECT max(s.number) FROM revision_rows s JOIN captures d ON d.id = s.capture
            WHERE s.article = a.id AND d.captured_at < :end)
        AND r.number < a.revision"""
_SUPERSEDED = """SELECT a.search_rowid, r.number, r.rest_json
    FROM articles a INDEXED BY articles_facts JOIN revision_rows r ON r.article = a.id
    WHERE a.revision > 1 AND r.number < a.revision ORDER BY a.search_rowid, r.number"""

_FIRST = """SELECT min(first) FROM
    (SELECT min(captured_at) AS first FROM main.captures INDEXED BY captures_source GROUP BY source)"""


@dataclass(frozen=True, slots=True)
class OldText:
    """The texts that an article had in an earlier revision."""

    rowid: int
    revision: int
    texts: dict[Column, str]


class PastTexts:
    """What a search finds where texts of earlier days count: the rows of today's index that stand, and old texts."""

    def __init__(self, standing: DocidSet, old: Iterable[OldText], notes: tuple[str, ...] = ()) -> None:
        self._standing = standing
        self.notes = notes
        self._old = [(text, [(column, prepare(held)) for column, held in text.texts.items()]) for text in old]
        self._allowed: dict[Filter, set[int]] = {}
        self.shown: dict[tuple[int, Tier], OldText] = {}
        """The old text by which an article was found at a tier, the newest where there are several."""

    def rows(self, db: sqlite_utils.Database, root: Node, tier: Tier, found: DocidSet) -> DocidSet:
        """What `root` finds at `tier`, given what today's index finds."""
        for limit in filters(root):
            if limit not in self._allowed:
                self._allowed[limit] = set(limits.find_filtered(db, limit, *EVERYTHING))
        held = []
        for text, ready in self._old:
            if self._matches(root, text.rowid, ready, tier):
                held.append(text.rowid)
                self.shown[text.rowid, tier] = text
        return (found & self._standing) | docid_set(held)

    def _matches(self, node: Node, rowid: int, ready: list[tuple[Column, Prepared]], tier: Tier) -> bool:
        match node:
            case Term() | Near():
                column = node.terms[0].column if isinstance(node, Near) else node.column
                return holds([text for name, text in ready if column in (None, name)], node, tier)
            case Filter():
                return rowid in self._allowed[node]
            case Not():
                return not self._matches(node.part, rowid, ready, "partly")
            case And():
                return all(self._matches(part, rowid, ready, tier) for part in node.parts)
            case Or():
                return any(self._matches(part, rowid, ready, tier) for part in node.parts)


def as_of(conn: sqlite3.Connection, day: date) -> PastTexts:
    """The archive as it stood at the end of `day` in Vietnam."""
    return PastTexts(
        _unchanged(conn, day),
        _read(conn.execute(_CHANGED, {"end": _end(day)})),
        before_first(first_captured(conn), day),
    )


def captured_by(conn: sqlite3.Connection, day: date) -> DocidSet:
    """The articles of which a capture was there at the end of `day` in Vietnam."""
    return docids_from_text(conn.execute(_CAPTURED, {"end": _end(day)}).fetchone()[0])


def changed_since(conn: sqlite3.Connection, day: date) -> DocidSet:
    """Those of them that had another text then."""
    return captured_by(conn, day) - _unchanged(conn, day)


def earlier_texts(conn: sqlite3.Connection) -> PastTexts:
    """The texts that articles no longer have, and none that they have."""
    return PastTexts(docid_set(()), _read(conn.execute(_SUPERSEDED)))


def first_captured(conn: sqlite3.Connection) -> str:
    """When the first page of the archive was captured (UTC); "" where there is none."""
    return conn.execute(_FIRST).fetchone()[0] or ""


def before_first(first: str, day: date) -> tuple[str, ...]:
    """Says that nothing was held yet at the end of `day` in Vietnam, where the `first` capture came later."""
    if first < _end(day):
        return ()
    return (
        Message(
            "nothing was captured by {day}: the first capture is of {day_in_vietnam}",
            day=day.isoformat(),
            day_in_vietnam=_day_in_vietnam(first),
        ),
    )


def _unchanged(conn: sqlite3.Connection, day: date) -> DocidSet:
    return docids_from_text(conn.execute(_UNCHANGED, {"end": _end(day)}).fetchone()[0])


def _day_in_vietnam(stamp: str) -> str:
    return (datetime.fromisoformat(stamp) + timedelta(hours=7)).date().isoformat()


def _end(day: date) -> str:
    # Captures are stamped in UTC; Vietnam's day ends at 17:00 of it.
    return f"{day.isoformat()}T17:00:00.000Z"


def _read(rows: Iterable[tuple[int, int, str]]) -> Iterator[OldText]:
    for rowid, number, rest_json in rows:
        article = decode_article(rest_json)
        texts = (
            article.headline.value,
            article.lead.value if article.lead else "",
            PARTED.join(article.body),
            PARTED.join(article.captions),
            article.byline.value if article.byline else "",
        )
        yield OldText(rowid, number, dict(zip(COLUMNS, texts, strict=True)))
