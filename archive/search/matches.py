"""Counts every match of a query in the texts of its articles, day by day."""

from __future__ import annotations

from collections import Counter

import sqlite_utils

from archive.errors import UsageError
from archive.search.concordance import places
from archive.search.evaluate import texts_of
from archive.search.match import Table, Tier, tables_of
from archive.search.prepare import prepare
from archive.search.query import Node, Term
from archive.search.rowids import Rowids

MOST_READ = 20_000  # articles; 70-200 us each

# The index knows each place of a single word.
_BY_DAY: dict[Table, str] = {
    "exact": "SELECT doc >> 16, count(*) FROM exact_places WHERE term = ? GROUP BY 1",
    "folded": "SELECT doc >> 16, count(*) FROM folded_places WHERE term = ? GROUP BY 1",
}


def matches_by_day(db: sqlite_utils.Database, root: Node, rows: Rowids, tier: Tier) -> Counter[int]:
    """How often `root` matches at `tier` in the texts of `rows`, by the number of the day.

    Raises UsageError where more than 20,000 articles would have to be read.
    """
    if isinstance(root, Term) and len(root.words) == 1 and root.column is None and not root.prefix:
        table = tables_of(root, tier)[0]
        word = root.words[0].exact if table == "exact" else root.words[0].folded
        return Counter(dict(db.conn.execute(_BY_DAY[table], (word,)).fetchall()))
    if len(rows) > MOST_READ:
        raise UsageError(
            f"counting every match would read {len(rows):,} articles, {MOST_READ:,} are the most: "
            "limit the query by days or sources, or count articles"
        )
    return read_matches(db, root, rows, tier)


def read_matches(db: sqlite_utils.Database, root: Node, rows: Rowids, tier: Tier) -> Counter[int]:
    """The same, by reading the texts of `rows`, however many."""
    counts: Counter[int] = Counter()
    for rowid, texts in texts_of(db.conn, list(rows)):
        for column, text in texts.items():
            if text:
                counts[rowid >> 16] += sum(1 for _ in places(prepare(text), root, tier, column))
    return counts
