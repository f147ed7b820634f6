"""Carries out a plan on the index: all rowids that it finds between two rowids."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from itertools import pairwise, product
from math import prod

import sqlite_utils

from archive.search.connection import cache_of
from archive.search.grammar.matcher import Table, Tier, holds, table_of
from archive.search.grammar.tree import COLUMNS, Column, Filter, Near, Word
from archive.search.index.bitmaps import LISTED, articles_followed
from archive.search.index.docid_sets import (
    Bits,
    DocidSet,
    Numbering,
    NumpyDocidSet,
    Packed,
    array,
    docid_range,
    docid_set,
    docids_from_text,
    fetch_docids,
    numpy,
)
from archive.search.index.docids import docids_of_days
from archive.search.index.vocabulary import few_words_with_prefix, spellings
from archive.search.planner import filters
from archive.search.planner.filters import displaced
from archive.search.planner.plan import All, Any, Check, Match, Plan, expression, one_match
from archive.text.analyzer import prepare

_STALE_SHARE = 5  # with more than a fifth of the articles written since, bits gain nothing

_PARTS = "SELECT rowids FROM bit_parts ORDER BY first"
_BITS = "SELECT bits FROM word_bits WHERE form = ? AND word = ? ORDER BY part"
_FOLLOWED = "SELECT followed FROM word_bits WHERE form = ? AND word = ? ORDER BY part"
_FREQUENT = "SELECT form, word, frequent FROM common_words WHERE frequent"
_BITS_TODO = "SELECT group_concat(search_rowid) FROM (SELECT search_rowid FROM bits_todo ORDER BY 1 LIMIT ?)"


def find_by_bits(db: sqlite_utils.Database, asked: Match, low: int, high: int) -> DocidSet | None:
    """The rowids in low..high that hold what is asked; None where nothing in it is common enough to have bits."""
    numbering = numbering_of(db)
    if numbering is None:
        return None
    asking = _Asking(db, numbering, low, high)
    packed = asking.bits(asked)
    return None if packed is None else Bits(numbering, packed & asking.here, NumpyDocidSet(array(asking.since(asked))))


def phrase_candidates(db: sqlite_utils.Database, asked: Match, low: int, high: int) -> Bits | None:
    """The rowids in low..high that can hold a phrase, by its words and pairs that have bits; None where none have."""
    numbering = numbering_of(db) if len(asked.phrase) > 1 else None
    if numbering is None:
        return None
    asking = _Asking(db, numbering, low, high)
    pairs = [Match(asked.table, "", pair) for pair in pairwise(asked.phrase)]
    told = map(asking.bits, (*pairs, *(Match(asked.table, "", (word,)) for word in asked.phrase)))
    packed = [bits for bits in told if bits is not None]
    if not packed:
        return None
    since = NumpyDocidSet(array(asking.since(asked)))
    return Bits(numbering, reduce(numpy.bitwise_and, packed) & asking.here, since)


def is_pair(db: sqlite_utils.Database, asked: Match) -> bool:
    """Whether a phrase is of two frequent words, of which it is noted where they stand side by side."""
    known = _frequent(db) if len(asked.phrase) == 2 else {}
    return bool(known) and all((asked.table, word) in known for word in asked.phrase)


def _frequent(db: sqlite_utils.Database) -> dict[tuple[Table, str], int]:
    remembered = cache_of(db)
    if remembered.frequent is None:
        remembered.frequent = {(form, word): place for form, word, place in db.conn.execute(_FREQUENT)}
    known: dict[tuple[Table, str], int] = remembered.frequent
    return known


def numbering_of(db: sqlite_utils.Database) -> Numbering | None:
    """The articles that bits stand for; None where there are none, or too much has been written since."""
    remembered = cache_of(db)
    if remembered.bits is None:
        remembered.bits = (_load(db),)
    numbering: Numbering | None = remembered.bits[0]
    return numbering


def _load(db: sqlite_utils.Database) -> Numbering | None:
    parts = [numpy.frombuffer(row[0], dtype="<i8") for row in db.conn.execute(_PARTS)] if numpy is not None else []
    if not parts:
        return None
    most = sum(map(len, parts)) // _STALE_SHARE
    todo = docids_from_text(db.conn.execute(_BITS_TODO, (most + 1,)).fetchone()[0])
    return None if len(todo) > most else Numbering(parts, NumpyDocidSet(array(todo)))


def expand_prefixes(db: sqlite_utils.Database, asked: Match) -> Match:
    """The same with the words that begun ones stand for, where they are few: FTS5 then need not gather them all."""
    if asked.parts:
        return one_match([expand_prefixes(db, part) for part in asked.parts], asked.operator)
    words = _words_of_prefix(db, asked)
    return one_match(words, "OR") if words else asked


def _words_of_prefix(db: sqlite_utils.Database, asked: Match) -> list[Match]:
    """The words that a begun one stands for, where they are few."""
    words = few_words_with_prefix(db, asked.table, asked.begun) if asked.begun else ()
    return [Match(asked.table, f'"{word}"', (word,)) for word in words]


@dataclass(slots=True)
class _Asking:
    """One question to the bits, between two rowids."""

    db: sqlite_utils.Database
    numbering: Numbering
    low: int
    high: int

    @property
    def here(self) -> Packed:
        """The articles between the two rowids that bits say something of."""
        articles, known = self.numbering.articles, self.numbering.known
        if self.low <= articles[0] and articles[-1] <= self.high:
            return known
        return known & self.numbering.between(self.low, self.high)

    def bits(self, asked: Match) -> Packed | None:
        """The articles that hold what is asked; None where nothing in it has bits."""
        if asked.operator == "NOT":
            return self._without(*asked.parts)
        if asked.parts:
            return self._joined(asked.parts, asked.operator)
        if asked.begun:
            return self._joined(_words_of_prefix(self.db, asked), "OR")
        if len(asked.phrase) == 2:
            return self._pair(asked) if is_pair(self.db, asked) else None
        return self._stored(asked.table, asked.phrase[0]) if asked.phrase[1:] == () != asked.phrase else None

    def since(self, asked: Match) -> DocidSet:
        """What has been written since that holds what is asked."""
        found, asked = docid_set(()), expand_prefixes(self.db, asked)
        for first, last in self.numbering.stale:
            if first <= self.high and self.low <= last:
                found = found | self._listed(asked, max(first, self.low), min(last, self.high))
        return found & self.numbering.todo

    def _joined(self, parts: Sequence[Match], operator: str) -> Packed | None:
        told = [(part, self.bits(part)) for part in parts]
        found = [bits for _, bits in told if bits is not None]
        if not found:
            return None
        others = [part for part, bits in told if bits is None]
        if others:
            found.append(self._asked(one_match(others, operator)))
        return reduce(numpy.bitwise_and if operator == "AND" else numpy.bitwise_or, found)

    def _without(self, wanted: Match, *unwanted: Match) -> Packed | None:
        found, less = self.bits(wanted), self._joined(unwanted, "OR")
        if found is None and less is None:
            return None
        found = self._asked(wanted) if found is None else found
        return found & ~(self._asked(one_match(unwanted, "OR")) if less is None else less)

    def _pair(self, asked: Match) -> Packed:
        one, two = asked.phrase
        place, held = _frequent(self.db)[asked.table, two], numpy.zeros(sum(self.numbering.sizes), dtype=bool)
        rows, start = self.db.conn.execute(_FOLLOWED, (asked.table, one)), 0
        for (followed,), size in zip(rows, self.numbering.sizes, strict=True):
            held[start + articles_followed(followed, place)] = True
            start += size
        return numpy.packbits(held)

    def _stored(self, form: Table, word: str) -> Packed | None:
        rows = self.db.conn.execute(_BITS, (form, word)).fetchall()
        return numpy.frombuffer(b"".join(row[0] for row in rows), dtype=numpy.uint8) if rows else None

    def _asked(self, part: Match) -> Packed:
        return self.numbering.pack(self._listed(part, self.low, self.high))

    def _listed(self, part: Match, low: int, high: int) -> DocidSet:
        return fetch_docids(self.db.conn, LISTED[part.table], {"match": part.expression}, low, high)


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
    prepared = find_by_bits(db, match, low, high)
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
    by_bits = find_by_bits(db, match, low, high) if is_pair(db, match) else None
    if by_bits is not None:
        return by_bits.newest(most)
    if len(match.phrase) > 1:
        rows = _page(db, match, max(low, _recent(db)), high, most)
        few = _one_by_one(db, match, low, high, None) if len(rows) < most else None
        if len(rows) == most or few is not None:
            return rows if few is None else few.newest(most)
    return _page(db, expand_prefixes(db, match), low, high, most)


def _page(db: sqlite_utils.Database, match: Match, low: int, high: int, most: int) -> list[int]:
    return [row[0] for row in db.conn.execute(_NEWEST[match.table], (match.expression, low, high, most))]


def _recent(db: sqlite_utils.Database) -> int:
    """The rowid at which the newest sixteenth of the archive's time begins."""
    low, high = docid_range(db.conn)
    return high - (high - low) // 16


def nearly_all(db: sqlite_utils.Database, sure: Match, wanted: Match) -> bool:
    """Whether of a phrase that is no pair few articles can hold `wanted` and not hold `sure` too."""
    alone = len(wanted.phrase) < 2 or is_pair(db, wanted)
    every = None if alone else phrase_candidates(db, wanted, *EVERYTHING)
    most = phrase_candidates(db, sure, *EVERYTHING) if every is not None else None
    if every is None or most is None:
        return False
    return _are_few(db, wanted.table, len(every) - len(most), every)


def _are_few(db: sqlite_utils.Database, table: Table, number: int, among: Bits) -> bool:
    segments: int = db.conn.execute(_SEGMENTS[table]).fetchone()[0]
    return number * _DEAR * (1 + segments) <= len(among.numbering.articles)


def _matched(db: sqlite_utils.Database, plan: Match, low: int, high: int, sure: DocidSet | None = None) -> DocidSet:
    prepared = find_by_bits(db, plan, low, high)
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
    together = phrase_candidates(db, plan, low, high)
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
