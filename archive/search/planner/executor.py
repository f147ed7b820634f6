"""Carries out a plan on the index: all rowids that it finds between two rowids."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import product
from math import prod

import sqlite_utils

from archive.search.connection import cache_of
from archive.search.grammar.matcher import Table, Tier, holds, table_of
from archive.search.grammar.tree import COLUMNS, Column, Filter, Near, Word
from archive.search.index.bitmaps import LISTED
from archive.search.index.docid_sets import Bits, DocidSet, docid_range, docid_set, docids_from_text, fetch_docids
from archive.search.index.docids import docids_of_days
from archive.search.index.vocabulary import spellings
from archive.search.planner import filters, shortcuts
from archive.search.planner.filters import displaced
from archive.search.planner.plan import All, Any, Check, Match, Plan, expression
from archive.text.analyzer import prepare

# Literal statements, for a table's name cannot be a parameter. With limits (LISTED) they cost a quarter more.
_ALL: dict[Table, str] = {
    "exact": "SELECT group_concat(rowid) FROM exact WHERE exact MATCH :match",
    "folded": "SELECT group_concat(rowid) FROM folded WHERE folded MATCH :match",
}
_ALL_COUNTED: dict[Table, str] = {
    "exact": "SELECT count(*) FROM exact WHERE exact MATCH ?",
    "folded": "SELECT count(*) FROM folded WHERE folded MATCH ?",
}
_COUNTED: dict[Table, str] = {
    "exact": "SELECT count(*) FROM exact WHERE exact MATCH ? AND rowid BETWEEN ? AND ?",
    "folded": "SELECT count(*) FROM folded WHERE folded MATCH ? AND rowid BETWEEN ? AND ?",
}
_NEWEST: dict[Table, str] = {
    "exact": "SELECT rowid FROM exact WHERE exact MATCH ? AND rowid BETWEEN ? AND ? ORDER BY rowid DESC LIMIT ?",
    "folded": "SELECT rowid FROM folded WHERE folded MATCH ? AND rowid BETWEEN ? AND ? ORDER BY rowid DESC LIMIT ?",
}
_OF_THESE: dict[Table, str] = {
    "exact": """SELECT group_concat(rowid) FROM exact
        WHERE exact MATCH :match AND rowid IN (SELECT value FROM json_each(:rowids))""",
    "folded": """SELECT group_concat(rowid) FROM folded
        WHERE folded MATCH :match AND rowid IN (SELECT value FROM json_each(:rowids))""",
}
_TEXTS = """SELECT search_rowid, headline, lead, body, captions, byline FROM articles
    WHERE search_rowid IN (SELECT value FROM json_each(?)) ORDER BY search_rowid"""
_BATCH = 500
_DEAR = 300
_SEGMENTS: dict[Table, str] = {
    "exact": """WITH RECURSIVE parts(id) AS (SELECT min(segid) FROM exact_idx UNION ALL
        SELECT (SELECT min(segid) FROM exact_idx WHERE segid > id) FROM parts WHERE id IS NOT NULL)
        SELECT count(id) FROM parts""",
    "folded": """WITH RECURSIVE parts(id) AS (SELECT min(segid) FROM folded_idx UNION ALL
        SELECT (SELECT min(segid) FROM folded_idx WHERE segid > id) FROM parts WHERE id IS NOT NULL)
        SELECT count(id) FROM parts""",
}
_FEW = 1000  # articles in doubt whose texts are read
_MOST_SPELLINGS = 256
EVERYTHING = docids_of_days(None, None)
"""The lowest and the highest rowid there can be."""


def find(
    db: sqlite_utils.Database,
    plan: Plan,
    low: int = EVERYTHING[0],
    high: int = EVERYTHING[1],
    sure: DocidSet | None = None,
) -> DocidSet:
    """Every rowid in low..high that `plan` finds; `sure` are some of them where they are known."""
    match plan:
        case Match():
            return _matched(db, plan, low, high, sure)
        case Filter():
            return filters.find_filtered(db, plan, low, high)
        case Any():
            return _union(find(db, part, low, high) for part in plan.parts)
        case All():
            return _all(db, plan, low, high)
        case Check():
            return _checked(db, plan, low, high)


def alone(db: sqlite_utils.Database, plan: Plan) -> tuple[Match, int, int] | None:
    """The one match that `plan` comes to, and the rowids its days allow; None where it is more than that."""
    low, high, rest = _span(db, plan)
    return (rest, low, high) if isinstance(rest, Match) else None


def count(db: sqlite_utils.Database, plan: Plan) -> int:
    """How many articles `plan` finds."""
    single = alone(db, plan)
    if single is None:
        return len(find(db, plan))
    match, low, high = single
    prepared = shortcuts.find_by_bits(db, match, low, high)
    if prepared is not None:
        return len(prepared)
    if (low, high) == EVERYTHING:
        row = db.conn.execute(_ALL_COUNTED[match.table], (match.expression,)).fetchone()
    else:
        row = db.conn.execute(_COUNTED[match.table], (match.expression, low, high)).fetchone()
    return int(row[0])


def newest(db: sqlite_utils.Database, plan: Plan, most: int, below: int | None = None) -> list[int] | None:
    """The `most` newest rowids that `plan` finds, under `below`; None where the index cannot give them in order."""
    single = alone(db, plan)
    if single is None:
        return None
    match, low, high = single
    high = high if below is None else min(high, below - 1)
    by_bits = shortcuts.find_by_bits(db, match, low, high) if shortcuts.is_pair(db, match) else None
    if by_bits is not None:
        return by_bits.newest(most)
    if len(match.phrase) > 1:
        rows = _page(db, match, max(low, _recent(db)), high, most)
        few = _one_by_one(db, match, low, high, None) if len(rows) < most else None
        if len(rows) == most or few is not None:
            return rows if few is None else few.newest(most)
    return _page(db, shortcuts.expand_prefixes(db, match), low, high, most)


def _page(db: sqlite_utils.Database, match: Match, low: int, high: int, most: int) -> list[int]:
    return [row[0] for row in db.conn.execute(_NEWEST[match.table], (match.expression, low, high, most))]


def _recent(db: sqlite_utils.Database) -> int:
    """The rowid at which the newest sixteenth of the archive's time begins."""
    low, high = docid_range(db.conn)
    return high - (high - low) // 16


def nearly_all(db: sqlite_utils.Database, sure: Match, wanted: Match) -> bool:
    """Whether of a phrase that is no pair few articles can hold `wanted` and not hold `sure` too."""
    alone = len(wanted.phrase) < 2 or shortcuts.is_pair(db, wanted)
    every = None if alone else shortcuts.phrase_candidates(db, wanted, *EVERYTHING)
    most = shortcuts.phrase_candidates(db, sure, *EVERYTHING) if every is not None else None
    if every is None or most is None:
        return False
    return _are_few(db, wanted.table, len(every) - len(most), every)


def _are_few(db: sqlite_utils.Database, table: Table, number: int, among: Bits) -> bool:
    segments: int = db.conn.execute(_SEGMENTS[table]).fetchone()[0]
    return number * _DEAR * (1 + segments) <= len(among.numbering.articles)


def _matched(db: sqlite_utils.Database, plan: Match, low: int, high: int, sure: DocidSet | None = None) -> DocidSet:
    prepared = shortcuts.find_by_bits(db, plan, low, high)
    if prepared is None:
        prepared = _one_by_one(db, plan, low, high, sure)
    if prepared is not None:
        return prepared
    statement = _ALL[plan.table] if (low, high) == EVERYTHING else LISTED[plan.table]
    return fetch_docids(db.conn, statement, {"match": plan.expression}, low, high, LISTED[plan.table])


def _one_by_one(db: sqlite_utils.Database, plan: Match, low: int, high: int, sure: DocidSet | None) -> DocidSet | None:
    """The same of a phrase whose pairs and words stand together in few articles that are not `sure`; None otherwise.

    Asking for one article takes 25 us and 20 more for each segment of the index, for all by position 0.1 us an article
    of the archive (measured at 1,000,000).
    """
    together = shortcuts.phrase_candidates(db, plan, low, high)
    if together is None:
        return None
    doubtful = together if sure is None else together - sure
    if not _are_few(db, plan.table, len(doubtful), together):
        return None
    values = {"match": plan.expression, "rowids": json.dumps(list(doubtful))}
    found = docids_from_text(db.conn.execute(_OF_THESE[plan.table], values).fetchone()[0])
    return found if sure is None else sure | found


def _span(db: sqlite_utils.Database, plan: Plan) -> tuple[int, int, Plan]:
    """The rowids that the days of a plan allow, and the rest of it."""
    if not isinstance(plan, All) or displaced(db):
        return *EVERYTHING, plan
    low, high = EVERYTHING
    rest: list[Plan] = []
    for part in plan.parts:
        if isinstance(part, Filter) and part.kind == "day":
            first, last = docids_of_days(part.first, part.last)
            low, high = max(low, first), min(high, last)
        else:
            rest.append(part)
    if not rest:
        return *EVERYTHING, plan
    return low, high, rest[0] if len(rest) == 1 and not plan.without else All(tuple(rest), plan.without)


def _union(parts: Iterable[DocidSet]) -> DocidSet:
    result = docid_set(())
    for part in parts:
        result = result | part
    return result


def _all(db: sqlite_utils.Database, plan: All, low: int, high: int) -> DocidSet:
    first, last, rest = _span(db, plan)
    low, high = max(low, first), min(high, last)
    if low > high:
        return docid_set(())
    if not isinstance(rest, All):
        return find(db, rest, low, high)
    result: DocidSet | None = None
    for part in sorted(rest.parts, key=_cost):
        if result is None:
            result = find(db, part, low, high)
        elif isinstance(part, Filter):
            result = filters.keep_filtered(db, part, result, low, high)
        else:
            result = result & find(db, part, low, high)
        if not len(result):
            return result
        # Later parts need to look only where something is left.
        low, high = result.oldest(1)[0], result.newest(1)[0]
    if result is None:
        return docid_set(())
    for part in rest.without:
        if len(result):
            result = result - find(db, part, low, high)
    return result


def _cost(part: Plan) -> int:
    return {Match: 0, Any: 1, All: 1, Filter: 2, Check: 3}[type(part)]


def _checked(db: sqlite_utils.Database, plan: Check, low: int, high: int) -> DocidSet:
    if plan.sure is not None or isinstance(plan.node, Near):
        return _read(db, plan, low, high)
    # A number is looked for in the texts once, though a search counts it many times.
    known, key = cache_of(db).numbers, (plan.candidates, plan.node.numbers)
    if key not in known:
        known[key] = _read(db, plan, *EVERYTHING)
    return known[key] & find(db, plan.candidates, low, high)  # type: ignore[no-any-return]


def _read(db: sqlite_utils.Database, plan: Check, low: int, high: int) -> DocidSet:
    """What is sure, and what of the other candidates holds it by its text."""
    sure = find(db, plan.sure, low, high) if plan.sure else docid_set(())
    doubtful = find(db, plan.candidates, low, high) - sure
    if len(doubtful) > _FEW and plan.sure and isinstance(plan.node, Near):
        spelled = _spelled(db, plan.node, plan.tier)
        if spelled is not None:
            return sure | (find(db, spelled, low, high) & doubtful)
    held = [
        rowid
        for rowid, texts in texts_of(db.conn, list(doubtful))
        if holds([prepare(text) for name, text in texts.items() if plan.column in (None, name)], plan.node, plan.tier)
    ]
    return sure | docid_set(held)


def _spelled(db: sqlite_utils.Database, node: Near, tier: Tier) -> Match | None:
    """The same as one match in the exact table: every spelling of the terms without accents in turn.

    None where there would be more than 256 together. Reading the texts costs 70-200 us an article, so this is quicker
    where many are in doubt.
    """
    choices: list[tuple[str, ...]] = []
    for term in node.terms:
        for position, word in enumerate(term.words):
            begun = term.prefix and position == len(term.words) - 1
            typed = table_of(term, tier) == "exact"
            choices.append((word.exact,) if typed else spellings(db, word.folded, begun))
    if prod(map(len, choices)) > _MOST_SPELLINGS:
        return None
    return Match("exact", " OR ".join(f"({_with_words(node, words)})" for words in product(*choices)))


def _with_words(node: Near, words: Sequence[str]) -> str:
    rest = iter(words)
    terms = (replace(term, words=tuple(Word(next(rest), word.folded) for word in term.words)) for term in node.terms)
    return expression(replace(node, terms=tuple(terms)), "exact")


def texts_of(conn: sqlite3.Connection, wanted: Sequence[int]) -> Iterator[tuple[int, dict[Column, str]]]:
    """The texts of articles, by the name of their column, in the order of their rowids."""
    for start in range(0, len(wanted), _BATCH):
        for rowid, *texts in conn.execute(_TEXTS, (json.dumps(wanted[start : start + _BATCH]),)):
            yield rowid, dict(zip(COLUMNS, texts, strict=True))
