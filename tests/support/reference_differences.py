"""What a search and a plain reading of all texts find differently."""

from __future__ import annotations

import random

import sqlite_utils
from search_queries import random_tree, typed
from search_reference import Reference, Tree

from archive.errors import QueryError
from archive.search.connection import snapshot
from archive.search.grammar import parser
from archive.search.grammar.tree import written
from archive.search.planner.tiers import Tiers


def differences(db: sqlite_utils.Database, reference: Reference, seed: int, queries: int) -> list[str]:
    """The random queries whose hits, tiers, order or counts are not those of the reference."""
    chance = random.Random(seed)
    public = dict(db.execute("SELECT search_rowid, public_id FROM articles").fetchall())
    wrong = []
    for _ in range(queries):
        tree = _askable(chance, reference)
        text = typed(tree, chance)
        if len(text) > 900:
            continue
        expected = reference.found(tree)
        root = parser.parse(text).root
        if parser.parse(written(root)).root != root and written(parser.parse(written(root)).root) != written(root):
            wrong.append(f"not the same when written again: {text}")
        with snapshot(db.conn):
            tiers = Tiers(db, root)
            newest = tiers.newest(len(public), (0, None))
            counts = [tiers.count(position) for position in range(len(tiers.names))]
            full = [tiers.rows(position) for position in range(len(tiers.names))]
            oldest = tiers.oldest(len(public), (0, None))
        found = {public[rowid]: tiers.names[position] for position, rowid in newest}
        ordered = sorted(newest, key=lambda one: (one[0], -one[1]))
        every = {article.public_id for article in reference.articles if reference.matches(article, tree, "folded")}
        if tiers.accents().any_accents != len(every):
            wrong.append(f"any accents: {text}")
        if found != expected or ordered != newest or counts != [len(rows) for rows in full]:
            wrong.append(text)
        if sorted(oldest) != sorted(newest) or sorted(oldest) != oldest or len(found) != len(newest):
            wrong.append(f"oldest: {text}")
    return wrong


def _askable(chance: random.Random, reference: Reference) -> Tree:
    while True:
        tree = random_tree(chance, reference.articles)
        try:
            parser.parse(typed(tree, random.Random(0)))
        except QueryError:
            continue
        return tree
