"""The one rule of accents, for every question: a word typed with accents means itself, one typed without means all.

Case, Unicode form and the place of a tone never matter. `~bão` widens a word, `any_accents` a whole question; `=bao`
means a word without accents alone. What is excluded stays as it was typed, so that widening only ever adds.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from archive.messages.message import Message
from archive.search.grammar.parser import parse
from archive.search.grammar.tree import And, Filter, Form, Near, Node, Not, Or, Query, Term, filters, terms, written
from archive.search.planner.filters import AS_TYPED
from archive.text.folding import fold

SIDE_BY_SIDE = "words side by side are a phrase here: {query}; write AND between them to ask for all in any order"
Rule = Literal["typed", "any"]
"""How the accents of a question were taken: as typed; or any, where none was typed or any were asked for."""


@dataclass(frozen=True, slots=True)
class Accents:
    """The rule of an answer and both counts: articles that match by it, articles that match in any accents.

    A count is None where it was not made.
    """

    rule: Rule
    articles: int | None
    any_accents: int | None

    def sentence(self) -> Message:
        """The rule and both counts for a footnote.

        >>> Accents("typed", 577, 14110).sentence()
        'accents as typed: 577 articles; in any accents: 14,110'
        """
        articles, every = _count(self.articles), _count(self.any_accents)
        if self.rule == "any":
            return Message("in any accents: {articles} articles", articles=articles)
        return Message("accents as typed: {articles} articles; in any accents: {every}", articles=articles, every=every)


def _count(number: int | None) -> Message:
    return Message("uncounted") if number is None else Message("{number:,}", number=number)


def read(query: str | Query, any_accents: bool = False) -> Query:
    """`query` understood by the rule, or in any accents; raises QueryError."""
    asked = parse(query) if isinstance(query, str) else query
    return replace(asked, root=widened(asked.root)) if any_accents else asked


def read_phrases(query: str | Query, any_accents: bool = False) -> Query:
    """The same for an analysis: words typed side by side are a phrase, unless AND is written; a note says so."""
    asked = parse(query) if isinstance(query, str) else query
    root = joined(asked.root, asked.text)
    if root != asked.root:
        asked = replace(asked, root=root, notes=(*asked.notes, Message(SIDE_BY_SIDE, query=written(root))))
    return read(asked, any_accents)


def joined(node: Node, text: str) -> Node:
    """`node`, the tree of the query `text`, with each run of plain words in it as one phrase."""
    if isinstance(node, Not):
        return replace(node, part=joined(node.part, text))
    if not isinstance(node, And | Or):
        return node
    parts: list[Node] = []
    for part in (joined(one, text) for one in node.parts):
        before = parts[-1] if parts and isinstance(node, And) else None
        if isinstance(before, Term) and isinstance(part, Term) and beside(before, part, text):
            words = (*before.words, *part.words)
            parts[-1] = replace(before, words=words, text=text[before.start : part.end], end=part.end)
        else:
            parts.append(part)
    return parts[0] if len(parts) == 1 else replace(node, parts=tuple(parts))


def beside(one: Term, other: Term, text: str) -> bool:
    """Whether two terms stand side by side in `text` as plain words, with nothing but blanks between them."""
    # What is quoted, or written together (57-NQ/TW), stays as it was written.
    return text[one.end : other.start].replace("~", "").isspace() and all(
        term.form == "typed"
        and term.column is None
        and not term.prefix
        and term.text[0].isalnum()
        and len(term.text.split()) == len(term.words)
        for term in (one, other)
    )


def rule_of(root: Node) -> Rule:
    """The rule that `root` is answered by."""
    for term in terms(root, wanted_only=True):
        if term.form == "exact" or (term.form == "typed" and term.accented):
            return "typed"
    return "typed" if any(_is_meant_name(limit) for limit in filters(root, wanted_only=True)) else "any"


def widened(root: Node) -> Node:
    """`root` in any accents: each word that it wants marked `~`, unless it is marked already; names without any."""
    return _bare_names(_marked(root, "folded", lambda term: term.accented))


def narrowed(root: Node) -> Node:
    """`root` with its accents as they are typed: what `widened` takes back."""
    return _changed(root, lambda term: replace(term, form="typed") if term.form == "folded" and term.accented else term)


def in_any_accents(query: str) -> str:
    """`query` written so that it takes any accents; raises QueryError.

    >>> in_any_accents('bão "hòa bình" mua -lũ')
    '~bão ~"hoà bình" mua -lũ'
    """
    return written(read(query, any_accents=True).root)


def of_older_file(query: str, exact: bool, articles: int | None) -> tuple[str, Accents]:
    """A query that was kept before there was this rule, written so that it means what it meant, with its counts.

    Then accents typed counted only where a question was asked to be `exact`.
    """
    root = parse(query).root
    if exact:
        return written(_marked(root, "exact", lambda _: True)), Accents("typed", articles, None)
    return written(widened(root)), Accents("any", articles, articles)


def _marked(root: Node, form: Form, chosen: Callable[[Term], bool]) -> Node:
    return _changed(root, lambda term: replace(term, form=form) if term.form == "typed" and chosen(term) else term)


def _is_meant_name(limit: Filter) -> bool:
    return limit.kind == "person" and (not limit.value.isascii() or limit.value.startswith(AS_TYPED))


def _bare_names(node: Node) -> Node:
    """`node` with the persons it wants named without accents, which means them in any."""
    match node:
        case Filter() if _is_meant_name(node):
            return replace(node, value=fold(node.value).lstrip(AS_TYPED), label=fold(node.label).lstrip(AS_TYPED))
        case And() | Or():
            return replace(node, parts=tuple(map(_bare_names, node.parts)))
        case _:
            return node


def _changed(node: Node, change: Callable[[Term], Term]) -> Node:
    """`node` with every term that is wanted changed."""
    match node:
        case Term():
            return change(node)
        case Near():
            return replace(node, terms=tuple(map(change, node.terms)))
        case And() | Or():
            return replace(node, parts=tuple(_changed(part, change) for part in node.parts))
        case _:
            return node
