"""An article's text as it was set: paragraphs, subheadings, lists, tables, and pictures where they stood."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Final, TypeAlias

from archive.model import Article, settings
from archive.search.grammar.tree import Column

Pieces: TypeAlias = tuple[tuple[str, int], ...]
"""A text in pieces, each with the number of the match that it is, 0 for none."""

_GROUPED: Final = {"l": "list", "n": "numbers", "q": "quotation", "r": "table", "R": "table"}


@dataclass(frozen=True, slots=True)
class Block:
    """What is shown as one: "p", "b" or "h" with one text; "list", "numbers" or "quotation" with a row for each
    item; "table" with its cells, of which so many rows are its `head`; or "picture", with its `number` and caption.
    """

    kind: str
    rows: tuple[tuple[Pieces, ...], ...]
    head: int = 0
    number: int = 0


def blocks(article: Article, marked: Callable[[str, Column], Pieces]) -> tuple[Block, ...]:
    """The text of `article` in the order it is read in, each piece as `marked` gives it, asked for once in that order.

    Pictures whose place is not known stand around the text: the first above it, the others behind.
    """
    texts = iter(article.body)

    def block(kind: str, parts: Sequence[str]) -> Block:
        if kind == "i":
            number = int(parts[0][1:])
            image = article.images[number]
            return Block("picture", ((marked(image.caption or image.alt, "captions"),),), number=number)
        rows = tuple(_cells(marked(next(texts), "body"), part) for part in parts)
        return Block(_GROUPED.get(kind, kind), rows, sum(part[0] == "R" for part in parts))

    grouped = groupby(enumerate(_placed(article)), key=lambda one: _key(*one))
    return tuple(block(kind, [part for _, part in parts]) for (_, kind), parts in grouped)


def _placed(article: Article) -> list[str]:
    """The settings of an article, with all of its pictures among them."""
    parts = settings(article.setting)
    if sum(part[0] != "i" for part in parts) != len(article.body):
        parts = ["p"] * len(article.body)
    there = {part for part in parts if part[0] == "i"}
    others = [part for part in (f"i{number}" for number in range(len(article.images))) if part not in there]
    return [*parts, *others] if there else [*others[:1], *parts, *others[1:]]


def _key(at: int, part: str) -> tuple[int, str]:
    """What parts have in common that are shown as one: items of a list, rows of a table."""
    kind = part[0].lower() if part[0] in _GROUPED else part[0]
    return (-1 if kind in _GROUPED else at), kind


def _cells(pieces: Pieces, part: str) -> tuple[Pieces, ...]:
    """A row's pieces, cut where its cells begin."""
    begins = [int(place) for place in part[1:].split(".") if place]
    if part[0] not in "rR" or not begins:
        return (pieces,)
    ends = [*begins, sum(len(text) for text, _ in pieces)]
    return tuple(tuple(_cut(pieces, begin, end)) for begin, end in pairwise([0, *ends]))


def _cut(pieces: Pieces, begin: int, end: int) -> Iterator[tuple[str, int]]:
    at = 0
    for text, match in pieces:
        inside = text[max(0, begin - at) : max(0, end - at)]
        if inside:
            yield inside, match
        at += len(text)
