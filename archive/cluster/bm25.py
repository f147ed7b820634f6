"""bm25 by the statistics of all shards, for the hits of one.

FTS5's bm25() knows its own table only. But of one phrase it is idf x f (k1 + 1) / (f + K), and all but f is known: idf
and the average length from the table's totals, K from the length of the row. So f comes out, a whole number since the
weights are; with it the same formula gives the score that one archive of all articles would give, to the last bit.
Source: ext/fts5/fts5_aux.c, fts5Bm25Function, of SQLite 3.46.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from math import log, prod
from typing import Final, TypeAlias

import sqlite_utils

from archive.search.grammar.matcher import Table, Tier
from archive.search.grammar.tree import And, Filter, Near, Node, Not, Or, Term
from archive.search.planner.plan import expression, plan

_K1: Final = 1.2
_B: Final = 0.75
_LEAST_IDF: Final = 1e-6
_MOST_TRIED: Final = 20_000

_SCORED: Final[dict[Table, str]] = {
    "exact": """SELECT rowid, bm25(exact, 1.0, 3.0, 8.0, 1.0, 1.0) FROM exact
        WHERE exact MATCH ? AND rowid BETWEEN ? AND ?""",
    "folded": """SELECT rowid, bm25(folded, 1.0, 3.0, 8.0, 1.0, 1.0) FROM folded
        WHERE folded MATCH ? AND rowid BETWEEN ? AND ?""",
}
_HOLDING: Final[dict[Table, str]] = {
    "exact": "SELECT count(*) FROM exact WHERE exact MATCH ?",
    "folded": "SELECT count(*) FROM folded WHERE folded MATCH ?",
}
_TOTALS: Final[dict[Table, str]] = {
    "exact": "SELECT block FROM exact_data WHERE id = 1",
    "folded": "SELECT block FROM folded_data WHERE id = 1",
}
_LENGTHS: Final[dict[Table, str]] = {
    "exact": "SELECT id, sz FROM exact_docsize WHERE id IN (SELECT value FROM json_each(?))",
    "folded": "SELECT id, sz FROM folded_docsize WHERE id IN (SELECT value FROM json_each(?))",
}


@dataclass(frozen=True, slots=True)
class Statistics:
    """What bm25 knows of a table: its rows, its words, and how many rows hold each phrase of a query."""

    rows: int
    words: int
    holding: tuple[int, ...]

    @property
    def average(self) -> float:
        """Words of a row."""
        return self.words / self.rows

    def weights(self) -> list[float]:
        """The inverse document frequency of each phrase."""
        found = [log((self.rows - hits + 0.5) / (hits + 0.5)) for hits in self.holding]
        return [idf if idf > 0.0 else _LEAST_IDF for idf in found]


def total(parts: Sequence[Statistics]) -> Statistics:
    """The statistics of all `parts` together."""
    holding = tuple(sum(counts) for counts in zip(*(part.holding for part in parts), strict=True))
    return Statistics(sum(part.rows for part in parts), sum(part.words for part in parts), holding)


@dataclass(frozen=True, slots=True)
class Leaf:
    """A term or group of the query; `phrases` are the numbers of its phrases, none where it only excludes."""

    node: Term | Near
    phrases: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Branch:
    """What must all be there, or at least one of it; of what is excluded, none."""

    every: bool
    parts: tuple[Part, ...]
    without: tuple[Part, ...] = ()


Part: TypeAlias = Leaf | Branch


@dataclass(frozen=True, slots=True)
class Weighing:
    """How hits are weighed: in which table, by which phrases in the order of the MATCH, and which of them count."""

    table: Table
    phrases: tuple[Term, ...]
    root: Part


def weighing(root: Node, table: Table, tier: Tier | None) -> Weighing | None:
    """How the hits of `root` are weighed in `table`; None where no words are asked for.

    With `tier`, as the one MATCH that all of that tier is (`Tiers.alone`): with what it excludes, and what it joins of
    equal parts. Without, as `ranking` projects a query: by its words alone.
    """
    phrases: list[Term] = []
    part = _part(root, table, tier, phrases, counts=True)
    return None if part is None else Weighing(table, tuple(phrases), part)


def statistics(db: sqlite_utils.Database, weighed: Weighing) -> Statistics:
    """What this shard's table knows of the phrases of `weighed`."""
    rows, *words = _numbers(db.conn.execute(_TOTALS[weighed.table]).fetchone()[0]) or [0]
    holding = (
        db.conn.execute(_HOLDING[weighed.table], (expression(term, weighed.table),)).fetchone()[0]
        for term in weighed.phrases
    )
    return Statistics(rows, sum(words), tuple(holding))


def scores(db: sqlite_utils.Database, weighed: Weighing, rowids: Sequence[int], whole: Statistics) -> dict[int, float]:
    """The score of each of `rowids` by the statistics of the `whole`: the less the better, as bm25() has it."""
    if not rowids:
        return {}
    lengths = _lengths(db.conn, weighed.table, rowids)
    local = statistics(db, weighed)
    held = _Held(db, weighed, local, lengths)
    idf, average = whole.weights(), whole.average
    found: dict[int, float] = {}
    for rowid, length in lengths.items():
        frequencies = [0.0] * len(weighed.phrases)
        if held.read(weighed.root, rowid, frequencies):
            shift = _K1 * (1 - _B + _B * length / average)
            score = 0.0
            for weight, times in zip(idf, frequencies, strict=True):
                score += weight * ((times * (_K1 + 1.0)) / (times + shift))
            found[rowid] = -1.0 * score
    return found


class _Held:
    """How often each phrase stands in each row, weighted by its columns."""

    def __init__(
        self, db: sqlite_utils.Database, weighed: Weighing, local: Statistics, lengths: Mapping[int, float]
    ) -> None:
        self._idf = local.weights()
        self._shift = {rowid: _K1 * (1 - _B + _B * length / local.average) for rowid, length in lengths.items()}
        self._scored: dict[Term | Near, dict[int, float]] = {}
        span = min(lengths), max(lengths)
        for leaf in _leaves(weighed.root):
            nodes: list[Term | Near] = [leaf.node, *(leaf.node.terms if isinstance(leaf.node, Near) else ())]
            for node in nodes:
                if node not in self._scored:
                    rows = db.conn.execute(_SCORED[weighed.table], (expression(node, weighed.table), *span))
                    self._scored[node] = {rowid: score for rowid, score in rows if rowid in lengths}

    def read(self, part: Part, rowid: int, frequencies: list[float]) -> bool:
        """Whether `part` holds of the row; writes how often its phrases stand there, where it does."""
        if isinstance(part, Leaf):
            score = self._scored[part.node].get(rowid)
            if score is None:
                return False
            for phrase, times in zip(part.phrases, self._times(part, rowid, -score), strict=False):
                frequencies[phrase] = times
            return True
        if any(self.read(other, rowid, [0.0] * len(frequencies)) for other in part.without):
            return False
        trial = [*frequencies]
        held = [self.read(one, rowid, trial) for one in part.parts]
        if not (all(held) if part.every else any(held)):
            return False
        frequencies[:] = trial
        return True

    def _times(self, leaf: Leaf, rowid: int, score: float) -> tuple[float, ...]:
        if not leaf.phrases:
            return ()
        if isinstance(leaf.node, Term):
            return (self._alone(leaf.phrases[0], rowid, score),)
        # Of a group only what stands close together counts: the numbers, at most those alone, that give its score.
        most = [
            self._alone(phrase, rowid, -self._scored[term].get(rowid, 0.0))
            for phrase, term in zip(leaf.phrases, leaf.node.terms, strict=True)
        ]
        if prod(most) > _MOST_TRIED:
            return tuple(most)
        tried = product(*(range(1, int(times) + 1) for times in most))
        return min(tried, key=lambda one: abs(self._together(leaf, rowid, one) - score), default=tuple(most))

    def _together(self, leaf: Leaf, rowid: int, times: Sequence[float]) -> float:
        shift = self._shift[rowid]
        return sum(self._idf[at] * n * (_K1 + 1.0) / (n + shift) for at, n in zip(leaf.phrases, times, strict=True))

    def _alone(self, phrase: int, rowid: int, score: float) -> float:
        most = self._idf[phrase] * (_K1 + 1.0)
        return float(round(score * self._shift[rowid] / (most - score)))


def _part(node: Node, table: Table, tier: Tier | None, phrases: list[Term], counts: bool) -> Part | None:
    match node:
        case Term() | Near():
            terms = node.terms if isinstance(node, Near) else (node,)
            first = len(phrases)
            if counts:
                phrases.extend(terms)
            return Leaf(node, tuple(range(first, len(phrases))))
        case Filter() | Not():
            return None
        case And():
            wanted = _parts([part for part in node.parts if not isinstance(part, Not)], table, tier, phrases, counts)
            excluded = [part.part for part in node.parts if isinstance(part, Not)] if tier else []
            without = tuple(one for part in excluded if (one := _part(part, table, tier, phrases, counts=False)))
            found = tuple(part for part in wanted if part is not None)
            return Branch(True, found, without) if found else None
        case Or():
            start = len(phrases)
            either = _parts(node.parts, table, tier, phrases, counts)
            if all(either):
                return Branch(False, tuple(part for part in either if part is not None))
            del phrases[start:]
            return None


def _parts(
    nodes: Sequence[Node], table: Table, tier: Tier | None, phrases: list[Term], counts: bool
) -> list[Part | None]:
    """The parts of a group; where they are one MATCH (`tier`), what says the same stands in it once."""
    if tier is not None:
        nodes = list({plan(node, tier): node for node in reversed(nodes)}.values())[::-1]
    return [_part(node, table, tier, phrases, counts) for node in nodes]


def _leaves(part: Part) -> Iterator[Leaf]:
    if isinstance(part, Leaf):
        yield part
    else:
        for one in (*part.parts, *part.without):
            yield from _leaves(one)


def _lengths(conn: sqlite3.Connection, table: Table, rowids: Sequence[int]) -> dict[int, float]:
    rows = conn.execute(_LENGTHS[table], (json.dumps(list(rowids)),))
    return {rowid: float(sum(_numbers(sizes))) for rowid, sizes in rows}


def _numbers(packed: bytes) -> list[int]:
    """SQLite's varints: seven bits a byte, the highest first (all of ours are below 2^56)."""
    found, number = [], 0
    for byte in packed:
        number = number << 7 | byte & 0x7F
        if not byte & 0x80:
            found.append(number)
            number = 0
    return found
