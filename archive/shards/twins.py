"""Articles that a shard must leave out: another saw the same one later, or has taken it down.

An article that several shards hold counts once, as in a merged archive: in the shard that saw it last, among those that
have its own page, not only another rendering of it.

Shards of different newspapers share none, and nothing is read to know that. Shards by year may: what was crawled again.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import combinations

import sqlite_utils

from archive.search.rowids import Numbers, Rowids, numpy, rowids
from archive.shards.asked import Facts
from archive.shards.workers import Workers

_HELD = """SELECT a.public_id, c.reason, a.last_captured, a.search_rowid
    FROM articles a JOIN captures c ON c.id = a.capture WHERE a.public_id IN (SELECT value FROM json_each(?))"""
_BATCH = 1000
_ALPHABET = "abcdefghijklmnopqrstuvwxyz234567"


def left_out(workers: Workers, facts: Mapping[int, Facts]) -> dict[int, Rowids]:
    """The articles that each shard must leave out."""
    withheld = {shard: set(one.withheld) for shard, one in facts.items()}
    twice = _twins(workers, facts, withheld)
    every = {shard: sorted(withheld[shard].union(twice.get(shard, ()))) for shard in facts}
    return {shard: rowids(rows) for shard, rows in every.items() if rows}


def _twins(workers: Workers, facts: Mapping[int, Facts], withheld: Mapping[int, set[int]]) -> dict[int, list[int]]:
    """The articles of each shard that another saw later; what is withheld counts nowhere."""
    asked = sorted({one for pair in combinations(facts, 2) if _share(facts[pair[0]], facts[pair[1]]) for one in pair})
    if not asked:
        return {}
    ids = workers.ask(public_ids, dict.fromkeys(asked, ()))
    several = _several([ids[one] for one in asked if not isinstance(ids[one], Exception)])
    if not several:
        return {}
    held = workers.ask(seen, dict.fromkeys(asked, (several,)))
    last: dict[str, tuple[int, str, int]] = {}
    for shard in asked:
        for public_id, rendering, at, rowid in held[shard] if not isinstance(held[shard], Exception) else ():
            if rowid in withheld[shard]:
                continue
            last[public_id] = max(last.get(public_id, (-1, "", 0)), (*weight(rendering, at), shard))
    return {
        shard: [
            rowid
            for public_id, *_, rowid in held[shard]
            if rowid not in withheld[shard] and last[public_id][-1] != shard
        ]
        for shard in asked
        if not isinstance(held[shard], Exception)
    }


def weight(rendering: str, last_captured: str) -> tuple[int, str]:
    """What decides between shards that hold one article, which show this `rendering`: the greater."""
    return ("print", "amp", "").index(rendering), last_captured


def public_ids(db: sqlite_utils.Database) -> Numbers:
    """The public ids of all articles as numbers of 50 bits, sorted: 8 bytes each where numpy is installed."""
    texts = [row[0] for row in db.conn.execute("SELECT public_id FROM articles ORDER BY public_id")]
    if numpy is None:
        return [_number(text) for text in texts]
    letters = numpy.frombuffer("".join(texts).encode(), dtype=numpy.uint8).reshape(-1, 10).astype(numpy.int64)
    digits = numpy.where(letters >= ord("a"), letters - ord("a"), letters - ord("2") + 26)
    return digits @ (32 ** numpy.arange(9, -1, -1, dtype=numpy.int64))


def seen(db: sqlite_utils.Database, ids: Sequence[str]) -> list[tuple[str, str, str, int]]:
    """Public id, rendering, last capture and rowid of those of `ids` that are here."""
    found = []
    for start in range(0, len(ids), _BATCH):
        found += db.conn.execute(_HELD, (json.dumps(ids[start : start + _BATCH]),)).fetchall()
    return found


def _share(one: Facts, other: Facts) -> bool:
    return bool({source for source, _ in one.sources} & {source for source, _ in other.sources})


def _several(lists: Sequence[Numbers]) -> list[str]:
    """The public ids that stand in more than one of the lists."""
    if numpy is None:
        times: defaultdict[int, int] = defaultdict(int)
        for numbers in lists:
            for number in numbers:
                times[number] += 1
        return [_text(number) for number, count in times.items() if count > 1]
    values, count = numpy.unique(numpy.concatenate(lists), return_counts=True)
    return [_text(number) for number in values[count > 1].tolist()]


def _number(text: str) -> int:
    number = 0
    for letter in text:
        number = number << 5 | _ALPHABET.index(letter)
    return number


def _text(number: int) -> str:
    return "".join(_ALPHABET[number >> shift & 31] for shift in range(45, -1, -5))
