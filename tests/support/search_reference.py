"""What a query must find, worked out article by article in plain Python: no index, no SQL, none of our code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from unicodedata import combining, normalize

from search_corpus import SOURCES, Written

TIERS = ("exact", "partly", "folded")
COLUMNS = {
    "tieude": "headline",
    "title": "headline",
    "sapo": "lead",
    "noidung": "body",
    "chuthich": "captions",
    "tacgia": "byline",
}
NEW_PROVINCE = {"bac-kan": "thai-nguyen", "thai-nguyen": "thai-nguyen", "bac-giang": "bac-ninh", "bac-ninh": "bac-ninh"}
_TONES = "\u0300\u0301\u0303\u0309\u0323"
MOVED = {
    normalize("NFC", first + tone + second): normalize("NFC", first + second + tone)
    for first, second in ("oa", "oe", "uy")
    for tone in _TONES
}


def exact(text: str) -> str:
    """`text` in NFC and lower case, soft hyphens gone, tones of oa, oe, uy in the new place."""
    text = normalize("NFC", text).replace("\u00ad", "").lower()
    return re.sub("|".join(MOVED), lambda match: MOVED[match[0]], text)


def folded(text: str) -> str:
    """The same without any mark, d for đ."""
    bare = "".join(letter for letter in normalize("NFD", exact(text)) if not combining(letter))
    return bare.replace("đ", "d")


def words(text: str) -> list[tuple[str, str]]:
    """The words of `text`, each in both forms."""
    return [(word, folded(word)) for word in re.findall(r"[^\W_]+", exact(text))]


@dataclass(frozen=True)
class Term:
    """Words in a row, as typed."""

    typed: tuple[str, ...]
    form: str = ""
    prefix: bool = False
    field: str = ""


@dataclass(frozen=True)
class Near:
    """Terms close together."""

    terms: tuple[Term, ...]
    distance: int


@dataclass(frozen=True)
class Limit:
    """A fact: the field and value as typed, and what they mean."""

    typed: str
    kind: str
    value: object


@dataclass(frozen=True)
class Group:
    """`kind` is "and", "or" or "not"."""

    kind: str
    parts: tuple[Tree, ...]


Tree = Term | Near | Limit | Group


class Text:
    """The words of one text, and where each stands, in its exact and in its folded form."""

    def __init__(self, text: str) -> None:
        self.words = words(text)
        self.places: tuple[dict[str, list[int]], dict[str, list[int]]] = ({}, {})
        for at, forms in enumerate(self.words):
            for form in (0, 1):
                self.places[form].setdefault(forms[form], []).append(at)


class Reference:
    """The invented articles, cut into words once."""

    def __init__(self, articles: list[Written]) -> None:
        self.articles = articles
        names = ("headline", "lead", "body", "captions", "byline")
        self._words = {article.number: {name: Text(getattr(article, name)) for name in names} for article in articles}

    def found(self, tree: Tree) -> dict[str, str]:
        """Public ids of the articles that are meant, each with the strictest tier at which it matches."""
        result = {}
        tiers = TIERS[:2] if _has_accents(tree) else ("exact",) if _only_exact(tree) else ("folded",)
        for article in self.articles:
            tier = next((tier for tier in tiers if self.matches(article, tree, tier)), None)
            if tier:
                result[article.public_id] = tier
        return result

    def matches(self, article: Written, tree: Tree, tier: str) -> bool:
        """Whether `article` matches at `tier`."""
        if isinstance(tree, Group):
            if tree.kind == "not":
                return not self.matches(article, tree.parts[0], "partly")
            held = (self.matches(article, part, tier) for part in tree.parts)
            return all(held) if tree.kind == "and" else any(held)
        if isinstance(tree, Limit):
            return _allows(article, tree)
        members = tree.terms if isinstance(tree, Near) else (tree,)
        texts = self._words[article.number]
        columns = [COLUMNS[members[0].field]] if members[0].field else list(texts)
        return any(_together(tree, [_starts(texts[column], term, tier) for term in members]) for column in columns)


def _together(tree: Term | Near, starts: list[list[int]]) -> bool:
    if isinstance(tree, Term):
        return bool(starts[0])
    for last in {start for found in starts for start in found}:
        if all(
            any(last - len(_split(term)) - tree.distance <= start <= last for start in found)
            for term, found in zip(tree.terms, starts, strict=True)
        ):
            return True
    return False


@cache
def _split(term: Term) -> list[tuple[str, str]]:
    return [word for typed in term.typed for word in words(typed)]


def _starts(text: Text, term: Term, tier: str) -> list[int]:
    split = _split(term)
    accented = any(one != bare for one, bare in split)
    typed = term.form == "=" or (not term.form and (tier == "exact" or (tier == "partly" and accented)))
    asked = [(0, word[0]) if typed else (1, word[1]) for word in split]
    last = len(asked) - 1
    form, word = asked[0]
    if term.prefix and not last:
        return [at for held, places in text.places[form].items() if held.startswith(word) for at in places]
    return [
        start
        for start in text.places[form].get(word, ())
        if start + last < len(text.words)
        and all(
            _same(text.words[start + at][form], word, term.prefix and at == last)
            for at, (form, word) in enumerate(asked)
        )
    ]


def _same(held: str, asked: str, begun: bool) -> bool:
    return held.startswith(asked) if begun else held == asked


def _allows(article: Written, limit: Limit) -> bool:
    province = next(source[3] for source in SOURCES if source[0] == article.source)
    match limit.kind:
        case "province":
            return province == limit.value
        case "province_now":
            return NEW_PROVINCE[province] == limit.value
        case "source":
            return article.source == limit.value
        case "section":
            return article.section == limit.value
        case "tag":
            return limit.value in article.tags
        case "state":
            return {"changed": article.revision > 1, "gone": article.gone, "there": not article.gone}[str(limit.value)]
        case "day":
            first, last = limit.value  # type: ignore[misc]
            return first <= article.day <= last
    raise AssertionError(limit)


def _leaves(tree: Tree) -> Iterator[Term]:
    if isinstance(tree, Group) and tree.kind != "not":
        for part in tree.parts:
            yield from _leaves(part)
    elif isinstance(tree, Near):
        yield from tree.terms
    elif isinstance(tree, Term):
        yield tree


def _has_accents(tree: Tree) -> bool:
    return any(a != b for term in _leaves(tree) if not term.form for a, b in _split(term))


def _only_exact(tree: Tree) -> bool:
    leaves = list(_leaves(tree))
    return bool(leaves) and all(term.form == "=" for term in leaves)
