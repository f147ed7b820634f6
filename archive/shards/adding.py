"""Adds up what the shards say of the words of a query."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from archive.search.answer import TermCount
from archive.search.query import Term, written
from archive.shards.asked import BEGUN, Counts


def added_terms(counted: Mapping[int, Counts]) -> dict[Term, TermCount]:
    """The counts of each term of a query in all shards."""
    found: dict[Term, TermCount] = {}
    for one in counted.values():
        for term, count in one.terms.items():
            before = found.get(term)
            if before is None:
                found[term] = count
                continue
            exact = None if count.exact is None else count.exact + (before.exact or 0)
            found[term] = replace(count, exact=exact, folded=count.folded + before.folded)
    return found


def begun_words(counted: Mapping[int, Counts]) -> list[str]:
    """What the begun words of the query stand for in any shard, a few of each."""
    notes = []
    for term in dict.fromkeys(term for one in counted.values() for term in one.begun):
        found = sorted({word for one in counted.values() for word in one.begun.get(term, ())})[:BEGUN]
        more = ", …" if len(found) == BEGUN else ""
        notes.append(f"{written(term)} stands for: {', '.join(found[: BEGUN - 1])}{more}")
    return notes
