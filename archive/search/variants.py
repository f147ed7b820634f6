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
from typing import Final

from archive.errors import QueryError
from archive.search.grammar.analyzer import WORD, prepare
from archive.search.grammar.parser import parse, words_of
from archive.search.grammar.tree import And, Near, Node, Or, Query, Term, Word, written
from archive.search.planner.accents import beside, widened
from archive.text.letters import is_syllable

MOST: Final = 24
"""Spellings looked at in one query: each costs a count."""

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


@dataclass(frozen=True, slots=True)
class Variant:
    """A spelling beside the one typed: as it is written in a query ("" for all of one place).

    `query` is the whole query with it as an OR; `alone` the tree with it in the place of what was typed, whose articles
    are counted: for all of one place, the tree with every spelling.
    """

    spelling: str
    query: str
    alone: Node


def variants(query: Query, held: Callable[[Node], int]) -> tuple[tuple[Variant, int], ...]:
    """The other spellings in `query` that `held` counts articles of, with these counts, most articles first in a place.

    Behind several of one place stand all of them together, with the articles that hold any spelling of it.
    """
    found: list[tuple[Variant, int]] = []
    taken = {written(query.root)}
    left = MOST
    typed = parse(query.text).root
    any_accents = query.root != typed
    for place in _places(query.text, typed, lambda node: node, frozenset()):
        chosen = []
        for spelling in tuple(dict.fromkeys(place.spellings))[:left]:
            variant = place.variant(query.text, (spelling,), any_accents)
            left -= 1
            if variant is None or written(variant.alone) in taken:
                continue
            taken.add(written(variant.alone))
            if count := held(variant.alone):
                chosen.append((variant, count))
        chosen.sort(key=lambda one: -one[1])
        found += chosen
        every = place.variant(query.text, [one.spelling for one, _ in chosen], any_accents) if len(chosen) > 1 else None
        if every is not None:
            found.append((every, held(every.alone)))
    return tuple(found)


# The sets.


@cache
def sets() -> tuple[tuple[str, ...], ...]:
    """The sets of `variants.toml`, as spelled in a query: `=` before one without accents that would find others too."""
    text = (files("archive.search") / "variants.toml").read_text(encoding="utf-8")
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


@dataclass(frozen=True, slots=True)
class _Place:
    """Characters start..end of a query, which stand for one thing, and how else that is spelled.

    `rebuilt` gives the whole tree with another node in the place of this one: of all of an OR, where it stands in one.
    """

    start: int
    end: int
    spellings: tuple[str, ...]
    rebuilt: Callable[[Node], Node]
    like: Term | None  # whose column a spelling takes; None of a run of words
    in_or: bool = False
    near: Callable[[str], str] | None = None  # writes a NEAR again, with a spelling in the place of a term

    def variant(self, text: str, spellings: Sequence[str], any_accents: bool) -> Variant | None:
        """The query with `spellings` as an OR; None where that is no query."""
        typed = text[self.start : self.end]
        nodes = [self._node(one) for one in spellings]
        known = [node for node in nodes if node is not None]
        if len(known) < len(nodes):
            return None
        others = [self.near(one) if self.near else one for one in spellings]
        first = f"({typed})" if self.like is None or self.near else typed
        group = " OR ".join((first, *others))
        whole = f"{text[: self.start]}{group if self.in_or else f'({group})'}{text[self.end :]}"
        try:
            root = parse(whole).root
        except QueryError:
            return None
        alone = root if len(spellings) > 1 else self.rebuilt(known[0])
        return Variant("" if len(spellings) > 1 else spellings[0], whole, widened(alone) if any_accents else alone)

    def _node(self, spelling: str) -> Term | None:
        node = parse(spelling).root
        return replace(node, column=self.like.column if self.like else None) if isinstance(node, Term) else None


def _places(
    text: str, node: Node, rebuilt: Callable[[Node], Node], known: frozenset[tuple[str, ...]], in_or: bool = False
) -> Iterator[_Place]:
    match node:
        case Term():
            spellings = [one for one in _of_term(node) if _exact(words_of(one)) not in known]
            yield from _place(text, node, spellings, rebuilt, in_or)
        case Near():
            yield from _near_places(text, node, rebuilt)
        case Or():
            siblings = known | {_exact(part.words) for part in node.parts if isinstance(part, Term)}
            for part in node.parts:
                yield from _places(text, part, rebuilt, siblings, in_or=True)
        case And():
            runs = list(_runs(text, node.parts))
            for first, last, others in runs:
                start, end = node.parts[first], node.parts[last - 1]
                if isinstance(start, Term) and isinstance(end, Term):
                    yield _Place(start.start, end.end, others, _within(node, first, last, rebuilt), None)
            for number, part in enumerate(node.parts):
                if not any(first <= number < last for first, last, _ in runs):
                    yield from _places(text, part, _within(node, number, number + 1, rebuilt), frozenset())
        case _:
            return


def _within(node: And, first: int, last: int, rebuilt: Callable[[Node], Node]) -> Callable[[Node], Node]:
    def whole(new: Node) -> Node:
        parts = (*node.parts[:first], new, *node.parts[last:])
        return rebuilt(parts[0] if len(parts) == 1 else And(parts))

    return whole


def _place(
    text: str, term: Term, spellings: Iterable[str], rebuilt: Callable[[Node], Node], in_or: bool
) -> Iterator[_Place]:
    mark = text[term.start - 1 : term.start] if term.start and text[term.start - 1] in "=~" else ""
    marked = tuple(one if one.startswith("=") else f"{mark}{one}" for one in spellings)
    if marked:
        yield _Place(term.start - len(mark), term.end, marked, rebuilt, term, in_or)


def _near_places(text: str, node: Near, rebuilt: Callable[[Node], Node]) -> Iterator[_Place]:
    start, end = node.terms[0].start, node.terms[-1].end
    marks = len(text[:start]) - len(text[:start].rstrip("=~"))
    if ":" in text[start:end]:  # fields inside cannot stand in the brackets of another one
        return
    for number, term in enumerate(node.terms):

        def again(new: Node, number: int = number) -> Node:
            terms = (*node.terms[:number], new, *node.terms[number + 1 :])
            return rebuilt(Near(tuple(one for one in terms if isinstance(one, Term)), node.distance))

        def with_spelling(spelling: str, term: Term = term) -> str:
            return f"({text[start - marks : term.start]}{spelling}{text[term.end : end]})"

        spellings = tuple(one for one in _of_term(term) if not one.startswith("="))
        if spellings:
            yield _Place(start - marks, end, spellings, again, term, near=with_spelling)


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
    both = isinstance(one, Term) and isinstance(other, Term) and len(one.words) == len(other.words) == 1
    return both and isinstance(one, Term) and isinstance(other, Term) and beside(one, other, text)


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
