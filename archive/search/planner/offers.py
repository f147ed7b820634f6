"""The queries that an answer offers beside the one asked: what each asks for, and how many articles it finds.

`hòa bình` may be meant as a phrase, as words with these accents anywhere, or in any accents. An answer is of one of
these and offers the others, each as a query that finds exactly the number beside it. Behind these stand the spellings
of one thing (`planner.variants`), each as the query that takes it in as well.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice, pairwise
from typing import Literal, TypeAlias

from archive.search.grammar.tree import And, Node, Not, Or, Query, Term, spelled, written
from archive.search.planner.accents import joined, narrowed, widened
from archive.search.planner.tiers import Tiers
from archive.search.planner.variants import Place, places

Kind: TypeAlias = Literal["phrase", "phrase_any", "typed", "any", "spelling", "spellings"]
"""What an offer asks for: words side by side as a phrase, or that in any accents where it is asked; all words with the
accents typed; all in any accents; what is asked in another spelling too, or in all of one thing."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A query that an answer offers, and the `articles` it finds there; `chosen` is the one that is answered.

    `spelling` is the one it takes in as well, and `alone` counts the articles with that in the place of what was typed.
    """

    kind: Kind
    query: str
    articles: int
    chosen: bool = False
    spelling: str = ""
    alone: int | None = None


@dataclass(frozen=True, slots=True)
class Proposal:
    """A query to be offered, before its articles are counted."""

    kind: Kind
    root: Node


def proposals(query: Query) -> tuple[Proposal, ...]:
    """What is offered beside `query`, and what of it that is; none where it can be meant in one way only.

    >>> from archive.search.grammar.parser import parse
    >>> [(one.kind, written(one.root)) for one in proposals(parse("hòa bình"))]
    [('phrase', '"hoà bình"'), ('typed', 'hoà bình'), ('any', '~hoà ~bình')]
    >>> [one.kind for one in proposals(parse("hoa binh"))], proposals(parse("hoa"))
    (['phrase', 'any'], ())
    """
    words = _flat(narrowed(query.root))
    phrase = _flat(joined(words, query.text))
    if phrase == words:  # phrases alone are asked for: the words of these are what else may be meant
        words = _flat(_apart(phrase))
    ladder = [Proposal("phrase", phrase), Proposal("typed", words), Proposal("any", widened(words))]
    if _flat(query.root) == widened(phrase) != phrase:
        ladder.insert(1, Proposal("phrase_any", widened(phrase)))
    told = {written(one.root): one for one in ladder}  # of two that are the same the looser
    return tuple(told.values()) if len(told) > 1 else ()


def counts(query: Query, tiers: Tiers) -> tuple[int, ...]:
    """What is counted for the offers beside `query`: the articles of each proposal, then of the spellings, by place."""
    found = [tiers.count_meant(one.root) for one in proposals(query)]
    for place in places(query):
        found += _spelled(place, tiers)
    return tuple(found)


def _spelled(place: Place, tiers: Tiers) -> list[int]:
    """The articles of each spelling of a place, of each with what is asked, and of all with what is asked."""
    alone = [tiers.rows_meant(root) for root in place.roots()]
    if not any(map(len, alone)):
        return [0] * len(alone) + [tiers.count(len(tiers.names) - 1)] * (len(alone) + 1)
    typed = every = tiers.meant()
    for one in alone:
        every = every | one
    return [*map(len, alone), *(len(typed | one) for one in alone), len(every)]


def proposed(query: Query, counts: Iterable[int]) -> list[Offer]:
    """The `proposals` of `query` with the articles that each finds, in their order."""
    asked = written(_flat(query.root))
    texts = [(one.kind, written(one.root)) for one in proposals(query)]
    return [Offer(kind, text, count, text == asked) for (kind, text), count in zip(texts, counts, strict=False)]


def offers(query: Query, counts: Sequence[int]) -> tuple[Offer, ...]:
    """The offers beside `query`, given its `counts`. A spelling that no article holds there is none of them."""
    made = proposed(query, counts)
    left = iter(counts[len(made) :])
    for place in places(query):
        made += _spellings(place, list(islice(left, 2 * len(place.spellings) + 1)))
    return tuple(made)


def _spellings(place: Place, counts: Sequence[int]) -> Iterator[Offer]:
    number = len(place.spellings)
    found = sorted(
        (-alone, at, together)
        for at, (alone, together) in enumerate(zip(counts[:number], counts[number : 2 * number], strict=True))
        if alone
    )
    chosen = [place.spellings[at] for _, at, _ in found]
    for (alone, _, together), spelling in zip(found, chosen, strict=True):
        yield Offer("spelling", place.query([spelling]), together, spelling=spelling, alone=-alone)
    if len(chosen) > 1:
        yield Offer("spellings", place.query(chosen), counts[-1])


_QUOTES = '"“”„«»＂'


def _apart(node: Node) -> Node:
    """`node` with its phrases taken apart into words; what is written together (57-NQ/TW) stays as it is."""
    match node:
        case Term():
            if node.text[:1] not in _QUOTES and len(node.text.split()) != len(node.words):
                return node
            ends = [at for at, word in enumerate(node.words) if not word.joined] + [len(node.words)]
            each = [node.words[first:end] for first, end in pairwise(ends)]
            alone = tuple(replace(node, words=part, text=spelled(part)) for part in each)
            last = alone[-1]
            return And((*(replace(one, prefix=False) for one in alone[:-1]), last)) if alone[1:] else node
        case Not():
            return replace(node, part=_apart(node.part))
        case And() | Or():
            return replace(node, parts=tuple(map(_apart, node.parts)))
        case _:
            return node


def _flat(node: Node) -> Node:
    """`node` with all that must hold together side by side, without brackets."""
    match node:
        case And():
            parts = map(_flat, node.parts)
            return And(tuple(one for part in parts for one in (part.parts if isinstance(part, And) else (part,))))
        case Or():
            return Or(tuple(map(_flat, node.parts)))
        case Not():
            return Not(_flat(node.part))
        case _:
            return node
