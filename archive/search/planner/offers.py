"""The queries that an answer offers beside the one asked: what each asks for, and how many articles it finds.

`hòa bình` may be meant as a phrase, as words with these accents anywhere, or in any accents. An answer is of one of
these and offers the others, each as a query that finds exactly the number beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from archive.search.grammar.tree import And, Node, Not, Or, Query, Term, written
from archive.search.planner.accents import joined, narrowed, widened

Kind: TypeAlias = Literal["phrase", "phrase_any", "typed", "any"]
"""What an offer asks for: words side by side as a phrase, or that in any accents where it is asked; all words with the
accents typed; all in any accents."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A query that an answer offers, and the `articles` it finds there; `chosen` is the one that is answered."""

    kind: Kind
    query: str
    articles: int
    chosen: bool = False


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


def offers(query: Query, counts: Sequence[int]) -> tuple[Offer, ...]:
    """The `proposals` of `query` with the articles that each finds, in their order."""
    asked = written(_flat(query.root))
    made = []
    for one, count in zip(proposals(query), counts, strict=True):
        text = written(one.root)
        made.append(Offer(one.kind, text, count, text == asked))
    return tuple(made)


def counted(query: Query, count: Callable[[Node], int]) -> tuple[Offer, ...]:
    """The offers of an answer to `query`, where `count` says how many articles another query finds."""
    return offers(query, [count(one.root) for one in proposals(query)])


_QUOTES = '"“”„«»＂'


def _apart(node: Node) -> Node:
    """`node` with its phrases taken apart into words; what is written together (57-NQ/TW) stays as it is."""
    match node:
        case Term():
            if node.text[:1] not in _QUOTES and len(node.text.split()) != len(node.words):
                return node
            alone = tuple(replace(node, words=(word,), text=word.exact, prefix=False) for word in node.words[:-1])
            last = replace(node, words=node.words[-1:], text=node.words[-1].exact)
            return And((*alone, last)) if alone else node
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
