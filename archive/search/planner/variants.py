"""Other spellings of what a query asks for (TP.HCM and TPHCM, kỹ and kĩ), each as a query that takes it in as well.

Nothing is added: a spelling that is wanted stands in the query, as an OR that a person can read. Sets are data
(`variants.toml`); what follows a rule is a function here. Of what is excluded nothing is offered.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from itertools import product
from typing import Final, TypeAlias

from archive.errors import QueryError
from archive.search.grammar.parser import parse, words_of
from archive.search.grammar.tree import And, Near, Node, Or, Query, Term, Word, terms, written
from archive.search.planner.accents import beside
from archive.text.analyzer import WORD, prepare
from archive.text.folding import is_syllable

MOST: Final = 24
"""Spellings looked for in one query: each is a search."""

QUOTED: Final = '="~'
"""What stands around a spelling in a query alone."""

_MOST_OF_RULE: Final = 7  # of three syllables with y or i: each alone, two, all

_DOTTED: Final = re.compile(r"[^\W\d_](?:\.[^\W\d_]){1,7}\.?")
_ABBREVIATION: Final = re.compile(r"[^\W\d_]{2,6}")
_NUMBERED: Final = re.compile(r"([^\W\d_]{1,8})(-?)(\d{1,4})")
_GROUPED: Final = re.compile(r"\d{1,3}(?:\.\d{3})+")
_PLAIN: Final = re.compile(r"[1-9]\d{3,11}")
_YEAR: Final = re.compile(r"(?:19|20)\d\d")
_Y_OR_I: Final = re.compile(r"(?:[hklmst]|qu)([yỳỷỹýỵiìỉĩíị])")
_Y, _I = "yỳỷỹýỵ", "iìỉĩíị"
_OTHER: Final = str.maketrans(_Y + _I + _Y.upper() + _I.upper(), _I + _Y + _I.upper() + _Y.upper())

Change: TypeAlias = Callable[[Node], Node]
"""Gives the tree of a query with another node in one place."""


@dataclass(frozen=True, slots=True)
class Place:
    """Characters start..end of the query `text`, which stand for one thing, and how else that is spelled.

    `alone` gives the tree with another node there, and nothing that stands beside it in an OR: with a spelling taken in
    the query finds what it finds, and what that tree finds. `near` writes a NEAR again with a spelling in the place of
    one of its terms.
    """

    text: str
    start: int
    end: int
    spellings: tuple[str, ...]
    alone: Change
    node: Callable[[Term], Node]  # that stands for a spelling: itself, or a NEAR with it
    like: Term | None = None  # whose column a spelling takes
    group: str = "({typed} OR {others})"
    near: Callable[[str], str] | None = None

    def roots(self) -> tuple[Node, ...]:
        """The query with each spelling in the place of what is typed."""
        return tuple(self.alone(self.node(_term(one, self.like))) for one in self.spellings)

    def query(self, spellings: Sequence[str]) -> str:
        """The whole query with `spellings` beside what is typed."""
        others = " OR ".join(self.near(one) if self.near else one for one in spellings)
        group = self.group.format(typed=self.text[self.start : self.end], others=others)
        return f"{self.text[: self.start]}{group}{self.text[self.end :]}"


def places(query: Query) -> tuple[Place, ...]:
    """Where `query` can be spelled otherwise, with at most MOST spellings: none that it asks for already."""
    text, root = query.text, query.root
    if any(term.form == "folded" and text[term.start - 1 : term.start] != "~" for term in terms(root)):
        text = written(root)  # accents were widened behind its back
        root = parse(text).root
    found, known, left = [], {written(root)}, MOST
    for place in _places(text, root, _itself):
        spellings = []
        for spelling in dict.fromkeys(place.spellings):
            node = place.alone(place.node(_term(spelling, place.like))) if _is_term(spelling) else None
            if node is not None and written(node) not in known and _is_query(place.query([spelling])):
                known.add(written(node))
                spellings.append(spelling)
        if spellings[:left] and _is_query(place.query(spellings[:left])):
            found.append(replace(place, spellings=tuple(spellings[:left])))
            left -= len(found[-1].spellings)
    return tuple(found)


def _itself(node: Node) -> Node:
    return node


def _is_query(text: str) -> bool:
    try:
        parse(text)
    except QueryError:
        return False
    return True


def _is_term(spelling: str) -> bool:
    return _is_query(spelling) and isinstance(parse(spelling).root, Term)  # O.R without dots is an operator


def _term(spelling: str, like: Term | None) -> Term:
    node = parse(spelling).root
    if not isinstance(node, Term):
        raise TypeError(spelling)
    return replace(node, column=like.column) if like else node


# The sets.


@cache
def sets() -> tuple[tuple[str, ...], ...]:
    """The sets of `variants.toml`, as spelled in a query: `=` before one without accents that would find others too."""
    text = (files("archive.search.planner") / "variants.toml").read_text(encoding="utf-8")
    return tuple(_spelled(one) for group in tomllib.loads(text).values() for one in group)


def _spelled(spellings: Sequence[str]) -> tuple[str, ...]:
    words = {spelling: words_of(spelling) for spelling in spellings}

    def finds_another(spelling: str) -> bool:
        mine = words[spelling]
        bare = not any(word.accented for word in mine)
        return bare and any(_folded(other) == _folded(mine) and other != mine for other in words.values())

    return tuple(f"={_quoted(one)}" if finds_another(one) else _quoted(one) for one in spellings)


@cache
def _by_words() -> dict[tuple[str, ...], tuple[str, ...]]:
    return {_exact(words_of(spelling)): one for one in sets() for spelling in one}


@cache
def _by_folded_words() -> dict[tuple[str, ...], tuple[str, ...]]:
    found: dict[tuple[str, ...], tuple[str, ...]] = {}
    for one in sets():
        for spelling in one:
            found.setdefault(_folded(words_of(spelling)), one)
    return found


@cache
def _longest() -> int:
    return max(map(len, _by_words()))


def _exact(words: Iterable[Word]) -> tuple[str, ...]:
    return tuple(word.exact for word in words)


def _folded(words: Iterable[Word]) -> tuple[str, ...]:
    return tuple(word.folded for word in words)


def _others(words: Sequence[Word]) -> tuple[str, ...]:
    """The other spellings of the set that `words` are one of; of words typed without accents, none they find anyway."""
    bare = not any(word.accented for word in words)
    found = _by_words().get(_exact(words)) or (_by_folded_words().get(_folded(words)) if bare else None) or ()
    known = _folded(words) if bare else ()
    return tuple(one for one in found if _exact(words_of(one)) != _exact(words) and _folded(words_of(one)) != known)


def _spans(words: Sequence[Word]) -> Iterator[tuple[int, int, tuple[str, ...]]]:
    """Where in `words` a spelling of a set stands, from left to right, the longest, with the others of its set."""
    start = 0
    while start < len(words):
        for end in range(min(len(words), start + _longest()), start, -1):
            if others := _others(words[start:end]):
                yield start, end, others
                start = end - 1
                break
        start += 1


# What follows a rule.


def by_rule(text: str) -> tuple[str, ...]:
    """Other spellings of one word or abbreviation written together, as a rule makes them.

    >>> by_rule("H.Đ.N.D"), by_rule("CSGT"), by_rule("U23"), by_rule("covid-19"), by_rule("1.000"), by_rule("12500")
    (('HĐND',), ('C.S.G.T',), ('U-23',), ('covid19',), ('1000',), ('12.500',))
    >>> by_rule("BAN"), by_rule("2025"), by_rule("đường")
    ((), (), ())
    """
    if _DOTTED.fullmatch(text):
        return (text.replace(".", ""),)
    if _ABBREVIATION.fullmatch(text) and text.isupper() and not is_syllable(text):
        return (".".join(text),)
    if match := _NUMBERED.fullmatch(text):
        letters, hyphen, digits = match.groups()
        return (f"{letters}{'' if hyphen else '-'}{digits}",)
    if _GROUPED.fullmatch(text):
        return (text.replace(".", ""),)
    if _PLAIN.fullmatch(text) and not _YEAR.fullmatch(text):
        return (f"{int(text):,}".replace(",", "."),)
    return ()


def y_and_i(syllables: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """The same syllables with y for i and i for y where both are written: after h k l m s t and qu, at the end.

    >>> y_and_i(["kỹ", "thuật"]), y_and_i(["Quý"]), y_and_i(["thủy", "vị", "my"])
    ((('kĩ', 'thuật'),), (('Quí',),), (('thủy', 'vị', 'mi'),))
    """
    choices = [(one, one.translate(_OTHER)) if _Y_OR_I.fullmatch(one.lower()) else (one,) for one in syllables]
    return tuple(product(*choices))[1 : _MOST_OF_RULE + 1]


# The places of a query where something can be spelled otherwise.


def _places(text: str, node: Node, alone: Change, siblings: Or | None = None) -> Iterator[Place]:
    """The places in `node`, which `alone` puts another node in the place of; `siblings` is the OR it stands in."""
    match node:
        case Term():
            yield from _term_places(text, node, alone, siblings)
        case Near():
            yield from _near_places(text, node, alone)
        case Or():
            for part in node.parts:
                yield from _places(text, part, alone, node)
        case And():
            runs = list(_runs(text, node.parts))
            for first, last, others in runs:
                change = _among(node, first, last, alone)
                yield from _run_places(text, And(node.parts[first:last]), others, change, siblings)
            for number, part in enumerate(node.parts):
                if not any(first <= number < last for first, last, _ in runs):
                    yield from _places(text, part, _among(node, number, number + 1, alone))
        case _:
            return


def _among(node: And, first: int, last: int, alone: Change) -> Change:
    def changed(new: Node) -> Node:
        parts = (*node.parts[:first], new, *node.parts[last:])
        return alone(parts[0] if len(parts) == 1 else And(parts))

    return changed


def _term_places(text: str, term: Term, alone: Change, siblings: Or | None) -> Iterator[Place]:
    known = _held(siblings)
    mark = text[term.start - 1 : term.start] if term.start and text[term.start - 1] in "=~" else ""
    spellings = tuple(
        one if one.startswith("=") else f"{mark}{one}" for one in _of_term(term) if _words(one) not in known
    )
    if spellings:
        group = "({typed} OR {others})" if siblings is None else "{typed} OR {others}"
        yield Place(text, term.start - len(mark), term.end, spellings, alone, _itself, term, group)


def _run_places(text: str, typed: And, others: Sequence[str], alone: Change, siblings: Or | None) -> Iterator[Place]:
    words = [part for part in typed.parts if isinstance(part, Term)]
    start, end, mark = words[0].start, words[-1].end, "~" if any(one.form == "folded" for one in words) else ""
    known = _held(siblings)
    spellings = tuple(one if one.startswith("=") else f"{mark}{one}" for one in others if _words(one) not in known)
    if mark and text[start - 1 : start] == mark:
        start -= 1
    group = "(({typed}) OR {others})"
    if known and (text[start - 1 : start], text[end : end + 1]) == ("(", ")"):  # in brackets as one of an OR already
        start, end, group = start - 1, end + 1, "{typed} OR {others}"
    if spellings:
        yield Place(text, start, end, spellings, alone, _itself, None, group)


def _held(siblings: Or | None) -> set[tuple[str, ...]]:
    """The words of each term of an OR, and of each run of words."""
    if siblings is None:
        return set()
    return {_exact(word for term in terms(part, wanted_only=True) for word in term.words) for part in siblings.parts}


def _words(spelling: str) -> tuple[str, ...]:
    return _exact(words_of(spelling))


def _near_places(text: str, node: Near, alone: Change) -> Iterator[Place]:
    start, end = node.terms[0].start, node.terms[-1].end
    start -= len(text[:start]) - len(text[:start].rstrip("=~"))
    if ":" in text[start:end]:  # a field inside cannot stand in the brackets of another one
        return
    for number, term in enumerate(node.terms):

        def with_term(new: Term, number: int = number) -> Node:
            return replace(node, terms=(*node.terms[:number], new, *node.terms[number + 1 :]))

        def written_again(spelling: str, term: Term = term) -> str:
            return f"({text[start : term.start]}{spelling}{text[term.end : end]})"

        spellings = tuple(one for one in _of_term(term) if not one.startswith("="))
        if spellings:
            group = "(({typed}) OR {others})"
            yield Place(text, start, end, spellings, alone, with_term, term, group, written_again)


def _runs(text: str, parts: Sequence[Node]) -> Iterator[tuple[int, int, tuple[str, ...]]]:
    """Words side by side in an AND that together are one spelling of a set: first, last and the other spellings."""
    first = 0
    while first < len(parts):
        last = first + 1
        while last < len(parts) and _side_by_side(text, parts[last - 1], parts[last]):
            last += 1
        words = [part.words[0] for part in parts[first:last] if isinstance(part, Term)]
        if len(words) == last - first:
            yield from ((first + a, first + b, others) for a, b, others in _spans(words) if b - a > 1)
        first = last


def _side_by_side(text: str, one: Node, other: Node) -> bool:
    if not isinstance(one, Term) or not isinstance(other, Term) or len(one.words) != 1 or len(other.words) != 1:
        return False
    one, other = (replace(term, form="typed") if term.form == "folded" else term for term in (one, other))
    return beside(one, other, text)


def _of_term(term: Term) -> Iterator[str]:
    """How else `term` is spelled, each as a value of a query."""
    if term.prefix:
        return
    ready = prepare(term.text)
    places = [ready.span(*word.span()) for word in WORD.finditer(ready.exact)]
    if len(places) != len(term.words):
        return
    bare = term.text.strip('"“”„«»＂ ')
    for other in by_rule(bare):
        yield other
        yield from (one for one in _others(words_of(other)))
    for first, last, others in _spans(term.words):
        for other in others:
            if term.form == "folded" and _folded(words_of(other)) == _folded(term.words):
                continue
            if last - first == len(term.words):
                yield other
            elif not other.startswith("="):
                inside = other.strip('"')
                yield _quoted(f"{term.text[: places[first][0]]}{inside}{term.text[places[last - 1][1] :]}")
    for syllables in y_and_i([term.text[start:end] for start, end in places]):
        text, position = "", 0
        for (start, end), syllable in zip(places, syllables, strict=True):
            text, position = f"{text}{term.text[position:start]}{syllable}", end
        yield _quoted(f"{text}{term.text[position:]}")


def _quoted(spelling: str) -> str:
    """`spelling` as one value: in quotation marks where it has blanks, and none yet."""
    return f'"{spelling}"' if " " in spelling and not spelling.lstrip("=").startswith(tuple('"“”„«»＂')) else spelling
