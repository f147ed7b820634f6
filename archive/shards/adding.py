"""Adds up what the shards say of a query: facets, words begun, and why there is nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from archive.search import facets as faceting
from archive.search.answer import Facet
from archive.search.past import before_first
from archive.search.query import Query, filters, written
from archive.search.slots import day_of
from archive.shards import asked
from archive.shards.asked import BEGUN, Ask, Counts
from archive.shards.questions import ShardQuestions
from archive.shards.resolving import sources_of

_MOST_SUGGESTED: Final = 3
_EVERYWHERE: Final = "is found in other accents only"


def begun_words(counted: Mapping[int, Counts]) -> list[str]:
    """What the begun words of the query stand for in any shard, a few of each."""
    notes = []
    for term in dict.fromkeys(term for one in counted.values() for term in one.begun):
        found = sorted({word for one in counted.values() for word in one.begun.get(term, ())})[:BEGUN]
        more = ", …" if len(found) == BEGUN else ""
        notes.append(f"{written(term)} stands for: {', '.join(found[: BEGUN - 1])}{more}")
    return notes


def added_facets(
    questions: ShardQuestions, names: Sequence[str], counted: Mapping[int, Counts], hits: int
) -> tuple[Facet, ...]:
    """The facets of all shards, cut to their most frequent values after adding."""
    labels = dict(sources_of(questions.facts.values()))
    summed = {name: Counter[str]() for name in names}
    for one in counted.values():
        for name, numbers in one.facets.items():
            summed[name].update(numbers)
    for name in ("month", "year"):
        if name in summed:
            summed[name] = Counter(dict(sorted(summed[name].items())))
    return tuple(faceting.facet(name, summed[name], hits, labels) for name in names)


def not_yet(questions: ShardQuestions, day: date | None) -> tuple[str, ...]:
    """Says that no shard held anything yet at the end of `day`, where that is so."""
    stamps = [facts.first_captured for facts in questions.facts.values() if facts.first_captured]
    return before_first(min(stamps, default=""), day) if day else ()


def explained(
    questions: ShardQuestions, query: Query, asks: Mapping[int, Ask]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Why there is nothing: what every shard says, which days all of them cover, and what some would find."""
    answers = questions.by_shard(asked.explained, {shard: (ask,) for shard, ask in asks.items()}).values()
    reasons = [reason for said, _ in answers for reason in said]
    notes = [
        reason for reason, times in Counter(reasons).items() if times == len(answers) or reason.endswith(_EVERYWHERE)
    ]
    days = [day for facts in questions.facts.values() for day in facts.days if day]
    if days and any(limit.kind == "day" for limit in filters(query.root)):
        notes = [note for note in notes if not note.startswith("the archive covers ")]
        first, last = (day_of(day << 16).isoformat() for day in (min(days), max(days)))
        notes.append(f"the archive covers {first} to {last}")
    suggested = Counter(other for _, suggestions in answers for other in suggestions)
    return tuple(notes), tuple(other for other, _ in suggested.most_common(_MOST_SUGGESTED))
