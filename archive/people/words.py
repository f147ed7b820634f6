"""The words by which offices and names are known: offices.toml, ready to be looked up in an exact form."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple

from archive.places.names import names
from archive.text.folding import exact_form

_TWO: Final = re.compile(r"([^\W\d_]+)(?: [^\W\d_]+)?")
_INSIDE: Final = re.compile(r"\w|&\w")  # what stands behind the beginning of a longer word
_BORDERS: Final = ("", *' \n(“".,;:–-')  # what may stand before a word of address
ENDS: Final = 5
"""The characters before a name that tell whether it may be announced: three letters, and what is around them."""

Phrases = dict[str, tuple[str, ...]]
"""Phrases by their first two words, the longest first."""


@cache
def offices_table() -> dict[str, Any]:
    """The table offices.toml."""
    return tomllib.loads((Path(__file__).parent / "offices.toml").read_text(encoding="utf-8"))


class Words(NamedTuple):
    """The lists of offices.toml, ready to be looked up in an exact form."""

    ranks: Phrases
    bodies: Phrases
    links: tuple[str, ...]
    tails: frozenset[str]  # the last words of ranks and bodies
    ends: frozenset[str]  # the last characters of addresses and grades, as they stand before a name
    needy: frozenset[str]
    grades: frozenset[str]
    works: frozenset[str]
    heads: frozenset[str]
    units: frozenset[str]
    compounds: frozenset[str]  # of bodies and units
    joints: frozenset[str]
    addresses: frozenset[str]
    plurals: frozenset[str]
    namesakes: frozenset[str]
    families: frozenset[str]
    weak: frozenset[str]
    evidence: frozenset[str]  # words without which no run of words in capitals has a name
    countries: frozenset[str]


@cache
def words() -> Words:
    """The words of offices.toml."""
    table = dict(offices_table())
    deputy = table.pop("deputy")
    del table["short"]
    lists = {name: [exact_form(word) for word in found] for name, found in table.items()}
    sets = {name: frozenset(found) for name, found in lists.items()}
    plain = [*lists["ranks"], *lists["needy"]]
    plain += [f"{deputy} {rank}" for rank in plain]
    ranks = [*plain, *(f"{before} {rank}" for before in lists["before"] for rank in plain), *lists["grades"]]
    sets["needy"] |= {f"{deputy} {rank}" for rank in sets["needy"]}
    sets["evidence"] = sets["families"] | sets["weak"] | sets["addresses"]
    sets["compounds"] = sets["bodies"] | sets["units"]
    bodies = [*lists["bodies"], *lists["works"], *lists["units"], *lists["countries"]]
    links = tuple(sorted(lists["links"], key=len, reverse=True))
    tails = frozenset([phrase.rpartition(" ")[2] for phrase in (*ranks, *bodies)])
    announcing = [f"{before}{word} " for word in (*lists["addresses"], *lists["grades"]) for before in _BORDERS]
    ends = frozenset([one[-ENDS:] for one in announcing])
    return Words(_by_first(ranks), _by_first(bodies), links, tails, ends, *[sets[name] for name in Words._fields[5:]])


@cache
def place_firsts() -> frozenset[str]:
    """The first words of places that are no communes, and of states."""
    return frozenset([*names().bare_sizes, *(country.partition(" ")[0] for country in words().countries)])


def _by_first(phrases: Iterable[str]) -> Phrases:
    table: dict[str, list[str]] = {}
    for phrase in sorted(phrases, key=len, reverse=True):
        table.setdefault(" ".join(phrase.split(" ", 2)[:2]), []).append(phrase)
    return {first: tuple(found) for first, found in table.items()}


def phrase_at(table: Phrases, exact: str, at: int) -> str:
    """The longest phrase of `table` that stands in `exact` at `at`, as whole words; empty where none does."""
    two = _TWO.match(exact, at)
    if two is not None:
        for phrase in (*table.get(two[0], ()), *table.get(two[1], ())):
            if exact.startswith(phrase, at) and not _INSIDE.match(exact, at + len(phrase)):
                return phrase
    return ""


def begins_with_rank(text: str) -> bool:
    """Whether `text`, in its exact form, begins with a rank: "bí thư tỉnh uỷ", not "sở y tế"."""
    return phrase_at(words().ranks, text, 0) != ""
