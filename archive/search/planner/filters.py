"""Finds articles by facts instead of words: province, source, section, tag, place or person named, day, state."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

import sqlite_utils

from archive.people import means, name_key
from archive.places.names import key_of, names
from archive.places.provinces import units
from archive.search.connection import cache_of
from archive.search.grammar.tree import Filter
from archive.search.index.docid_sets import DocidSet, docid_set, docids_from_text, fetch_docids
from archive.search.index.docids import docids_of_days
from archive.text.analyzer import words
from archive.text.folding import exact_form, fold

# Articles that stand in the index under another day than their own, because it was full (archive.search.index.docids).

_STRAYS = """SELECT search_rowid, day FROM articles INDEXED BY articles_strays
    WHERE (search_rowid >> 16) <> CAST(julianday(day) - 1721424.5 AS INTEGER)"""


def displaced(db: sqlite_utils.Database) -> dict[int, date]:
    """The own day of each article that stands under another, by its rowid; usually empty."""
    remembered = cache_of(db)
    if remembered.strays is None:
        remembered.strays = {rowid: date.fromisoformat(day) for rowid, day in db.conn.execute(_STRAYS)}
    found: dict[int, date] = remembered.strays
    return found


_SMALL = 1000  # hits up to which each is asked for its fact; above, all articles with the fact are fetched

# `articles_facts` and the others are covering indexes: an article's row itself drags its text along.
_ALL = "SELECT group_concat(search_rowid) FROM articles WHERE %s AND search_rowid BETWEEN :low AND :high"
_SOME = """SELECT group_concat(search_rowid) FROM articles INDEXED BY articles_facts
    WHERE search_rowid IN (SELECT value FROM json_each(:rowids)) AND %s"""
_JOINED = """SELECT group_concat(DISTINCT a.search_rowid)
    FROM %s JOIN articles a INDEXED BY articles_key ON a.id = t.article
    WHERE %s AND a.search_rowid BETWEEN :low AND :high"""

_KEYS = "SELECT DISTINCT key FROM persons INDEXED BY persons_named WHERE folded = ?"
_ONE_OF = "IN (SELECT value FROM json_each(:values))"
_CONDITIONS = {
    "province": f"province {_ONE_OF}",
    "province_now": f"province_now {_ONE_OF}",
    "source": f"source {_ONE_OF}",
    "section": f"section {_ONE_OF}",
    "day": "1",
}
AS_TYPED = "="
"""Before the name of a source, section or person: its words mean themselves, also those without accents."""

_STATES = {"changed": "revision > 1", "gone": "gone_at IS NOT NULL", "there": "gone_at IS NULL"}


def find_filtered(db: sqlite_utils.Database, limit: Filter, low: int, high: int) -> DocidSet:
    """Every rowid in low..high of articles that `limit` allows."""
    if limit.kind == "day":
        return _of_days(db, limit, low, high)
    values = {"values": json.dumps(values_meant(db.conn, limit)), "folded": fold(name_key(limit.value))}
    return fetch_docids(db.conn, _statement(limit), values, low, high)


def _of_days(db: sqlite_utils.Database, limit: Filter, low: int, high: int) -> DocidSet:
    first, last = docids_of_days(limit.first, limit.last)
    own = max(low, first), min(high, last)
    found = fetch_docids(db.conn, _statement(limit), {"values": "[]"}, *own) if own[0] <= own[1] else docid_set(())
    apart = displaced(db)
    if not apart:
        return found
    inside = [
        rowid
        for rowid, day in apart.items()
        if low <= rowid <= high and (limit.first or day) <= day <= (limit.last or day)
    ]
    return (found - docid_set(apart)) | docid_set(inside)


def keep_filtered(db: sqlite_utils.Database, limit: Filter, found: DocidSet, low: int, high: int) -> DocidSet:
    """Those of `found`, all in low..high, that `limit` allows."""
    condition = _condition(limit)
    if condition is None or len(found) > _SMALL or limit.kind == "day":
        return found & find_filtered(db, limit, low, high)
    values = {"rowids": json.dumps(list(found)), "values": json.dumps(values_meant(db.conn, limit))}
    return docids_from_text(db.conn.execute(_SOME % condition, values).fetchone()[0])


def values_meant(conn: sqlite3.Connection, limit: Filter) -> list[str]:
    """The stored values that `limit` means: none where the archive knows no such source, section or place.

    A source is named by its id or its name, a section by its name: a word with accents means itself, one without any
    means all, and behind "=" itself. Some words of it will do where no name is exactly so.
    """
    if limit.meant is not None:
        return list(limit.meant)
    match limit.kind:
        case "source":
            return sources_named(limit.value, conn.execute("SELECT id, name FROM sources").fetchall())
        case "section":
            return sections_named(limit.value, sections(conn))
        case "tag":
            return [fold(" ".join(limit.value.split()))]
        case "place":
            return places_named(limit.value)
        case "person":
            typed, itself = name_key(limit.value), limit.value.startswith(AS_TYPED)
            keys = [key for (key,) in conn.execute(_KEYS, (fold(typed),))]
            return [key for key in keys if key == typed or (not itself and means(typed, key))]
        case _:
            return [limit.value]


def sources_named(value: str, sources: Sequence[tuple[str, str]]) -> list[str]:
    """The ids among `sources` (id and name of each) that `value` means."""
    exact = [identity for identity, _ in sources if identity == value]
    return exact or _named(value, sources) or _named(value, ((one, one) for one, _ in sources))


def sections_named(value: str, names: Iterable[str]) -> list[str]:
    """Those of the sections `names` that `value` means."""
    return _named(value, ((section, section) for section in names))


def places_named(value: str) -> list[str]:
    """The ids of all places called `value`, old and new; of one kind where it says so ("huyện Đại Từ"), or by id."""
    if value in units().by_id:
        return [value]
    key, kinds = key_of(value), names().markers
    marker = next((word for word in sorted(kinds, key=len, reverse=True) if key.startswith(f"{word} ")), None)
    bare = key if marker is None else key[len(marker) + 1 :]
    found = names().exact.get(bare) or names().folded.get(fold(bare), ())
    if marker is not None:
        levels, kind = kinds[marker]
        found = tuple(one for one in found if one.level in levels and kind in ("", one.kind))
    return list(dict.fromkeys(one.id for one in found or names().exact.get(key, ())))


def _statement(limit: Filter) -> str:
    if limit.kind == "tag":
        return _JOINED % ("tags t", f"t.tag_key {_ONE_OF}")
    if limit.kind == "place":
        return _JOINED % ("mentions t", f"t.place {_ONE_OF} AND NOT t.ambiguous")
    if limit.kind == "person":
        return _JOINED % ("persons t INDEXED BY persons_named", f"t.folded = :folded AND t.key {_ONE_OF}")
    return _ALL % (_condition(limit) or "1")


def _condition(limit: Filter) -> str | None:
    return _STATES[limit.value] if limit.kind == "state" else _CONDITIONS.get(limit.kind)


def _named(value: str, candidates: Iterable[tuple[str, str]]) -> list[str]:
    wanted, as_typed = words(exact_form(value)), value.startswith(AS_TYPED)
    named = [(identity, words(exact_form(name))) for identity, name in candidates]

    def said(name: Sequence[str]) -> bool:
        # đ is no ASCII either; what is typed without accents means every word that folds to it
        return all(
            one == typed or (typed.isascii() and not as_typed and fold(one) == typed)
            for one, typed in zip(name, wanted, strict=False)
        )

    size = len(wanted)
    return [identity for identity, name in named if len(name) == size and said(name)] or [
        identity for identity, name in named if any(said(name[at : at + size]) for at in range(len(name) - size + 1))
    ]


def sections(conn: sqlite3.Connection) -> Iterator[str]:
    """The names of all sections of the archive."""
    # From one name to the next by the index: some hundred steps of 10 us, whatever the number of articles.
    section = conn.execute("SELECT min(section) FROM articles").fetchone()[0]
    while section is not None:
        yield section
        section = conn.execute("SELECT min(section) FROM articles WHERE section > ?", (section,)).fetchone()[0]
