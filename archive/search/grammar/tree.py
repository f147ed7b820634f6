"""A search query as a tree of frozen values: what the grammar gives and everything else reads.

Nothing here knows SQLite. `Term` is a word or a phrase; `Filter` limits by facts about an article, not by its text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import Final, Literal, TypeAlias

Form = Literal["typed", "exact", "folded"]
"""How a term wants its accents: as typed (accents typed are preferred), `=` exactly so, `~` any."""

Column = Literal["headline", "lead", "body", "captions", "byline"]
"""A text of an article that is indexed."""

FilterKind = Literal["province", "province_now", "source", "section", "tag", "place", "person", "day", "state"]
"""A fact that articles are limited by."""

COLUMNS: tuple[Column, ...] = ("headline", "lead", "body", "captions", "byline")
"""The indexed texts, in the order of the index."""


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a term in its two forms; `joined` where it goes on with a number that the word before began."""

    exact: str
    folded: str
    joined: bool = field(default=False, repr=False)

    @property
    def accented(self) -> bool:
        """Whether it was typed with an accent or with đ."""
        return self.exact != self.folded


@dataclass(frozen=True, slots=True)
class Term:
    """A word, or several in a row (a phrase); `prefix` where the last one is only begun (`ngu*`).

    `column` is the text it is looked for in, None for all; `text` is the term as typed; `start` and `end` are where
    it stands in the query.
    """

    words: tuple[Word, ...]
    text: str
    start: int
    end: int
    form: Form = "typed"
    prefix: bool = False
    column: Column | None = None

    @property
    def numbers(self) -> tuple[tuple[int, int], ...]:
        """The words (first, end) that were typed as one number: they are not found as a part of a longer one."""
        if not any(word.joined for word in self.words):
            return ()
        ends = [at for at, word in enumerate(self.words) if not word.joined] + [len(self.words)]
        return tuple((first, end) for first, end in pairwise(ends) if end - first > 1)

    @property
    def accented(self) -> bool:
        """Whether one of its words was typed with an accent or with đ."""
        return any(word.accented for word in self.words)


@dataclass(frozen=True, slots=True)
class Near:
    """Terms of which all stand close together in one text: at most `distance` words between the first and the last."""

    terms: tuple[Term, ...]
    distance: int


@dataclass(frozen=True, slots=True)
class Filter:
    """A limit by a fact. `value` is an id where the grammar knows it (a province), else the words typed.

    Days are limited by `first` and `last`, both included, None where an end is open. `meant` are the stored values it
    stands for where they are known, a source's id, and None where `value` is to be looked up among the names.
    """

    kind: FilterKind
    value: str
    label: str
    start: int
    end: int
    first: date | None = None
    last: date | None = None
    meant: tuple[str, ...] | None = None


EVERY_ARTICLE: Final = Filter("day", "", "", 0, 0)
"""A limit that leaves nothing out."""


@dataclass(frozen=True, slots=True)
class Not:
    """What must not be there. It stands only in an `And` that also asks for something."""

    part: Node


@dataclass(frozen=True, slots=True)
class And:
    """All parts."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """At least one part."""

    parts: tuple[Node, ...]


Node: TypeAlias = Term | Near | Filter | Not | And | Or


@dataclass(frozen=True, slots=True)
class Query:
    """A query understood: `text` as typed (in NFC), its tree, and what was dropped or taken otherwise on the way."""

    text: str
    root: Node
    notes: tuple[str, ...] = ()


def terms(node: Node, wanted_only: bool = False) -> Iterator[Term]:
    """Every term of the tree from left to right; with `wanted_only`, none that is excluded."""
    match node:
        case Term():
            yield node
        case Near():
            yield from node.terms
        case Not():
            if not wanted_only:
                yield from terms(node.part)
        case And() | Or():
            for part in node.parts:
                yield from terms(part, wanted_only)
        case Filter():
            return


def filters(node: Node, wanted_only: bool = False) -> Iterator[Filter]:
    """Every filter of the tree from left to right; with `wanted_only`, none that is excluded."""
    match node:
        case Filter():
            yield node
        case Not():
            if not wanted_only:
                yield from filters(node.part)
        case And() | Or():
            for part in node.parts:
                yield from filters(part, wanted_only)
        case Term() | Near():
            return


def written(node: Node) -> str:
    """The tree as a query in its shortest standard form: the grammar reads it back to the same tree.

    Used for echo, suggestions and permanent links.
    """
    match node:
        case Term():
            return _term(node)
        case Near():
            inside = f" NEAR/{node.distance} ".join(_term(term, bare=True) for term in node.terms)
            column = node.terms[0].column
            return f"({inside})" if column is None else f"{COLUMN_NAMES[column]}:({inside})"
        case Filter():
            return f"{FILTER_NAMES[node.kind]}:{_value(node)}"
        case Not():
            return f"-{_grouped(node.part)}"
        case And():
            return " ".join(_grouped(part) for part in node.parts)
        case Or():
            return " OR ".join(_grouped(part) for part in node.parts)


COLUMN_NAMES: dict[Column, str] = {
    "headline": "tieude",
    "lead": "sapo",
    "body": "noidung",
    "captions": "chuthich",
    "byline": "tacgia",
}
FILTER_NAMES: dict[FilterKind, str] = {
    "province": "tinh",
    "province_now": "tinh34",
    "source": "bao",
    "section": "muc",
    "tag": "the",
    "place": "diadanh",
    "person": "nguoi",
    "day": "ngay",
    "state": "trangthai",
}
_MARKS: dict[Form, str] = {"typed": "", "exact": "=", "folded": "~"}


def _grouped(node: Node) -> str:
    text = written(node)
    return f"({text})" if isinstance(node, And | Or) else text


def spelled(words: Iterable[Word]) -> str:
    """`words` in a row; in a number a dot stands before three digits, a comma before others: 12.500,5."""
    return "".join(f"{(',.'[len(word.exact) == 3] if word.joined else ' ')}{word.exact}" for word in words)[1:]


def _term(term: Term, bare: bool = False) -> str:
    words = spelled(term.words)
    quoted = f'"{words}"' if " " in words else words
    field = f"{COLUMN_NAMES[term.column]}:" if term.column and not bare else ""
    return f"{field}{_MARKS[term.form]}{quoted}{'*' if term.prefix else ''}"


def _value(limit: Filter) -> str:
    if limit.kind == "day":
        first = limit.first.isoformat() if limit.first else ""
        last = limit.last.isoformat() if limit.last else ""
        return first if first == last else f"{first}..{last}"
    # Quoted else: "~a" has a mark before it, and KHÔNG alone is an operator.
    bare = re.fullmatch(r"\w[\w-]*", limit.label) and not limit.label.isupper()
    return limit.label if bare else f'"{limit.label}"'
