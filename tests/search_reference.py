"""What a query must find, worked out article by article in plain Python: no index, no SQL, none of the archive's code.

Queries are made here too, as trees; `typed` writes one as somebody would type it, so that the grammar is tried as well.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from unicodedata import combining, normalize

from search_corpus import BYLINES, SECTIONS, SOURCES, SYLLABLES, TAGS, Written

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
PROVINCES = {"Bắc Kạn": "bac-kan", "Thái Nguyên": "thai-nguyen", "Bắc Giang": "bac-giang", "bac ninh": "bac-ninh"}
_TONES = "\u0300\u0301\u0303\u0309\u0323"
_MOVED = {
    normalize("NFC", first + tone + second): normalize("NFC", first + second + tone)
    for first, second in ("oa", "oe", "uy")
    for tone in _TONES
}


def exact(text: str) -> str:
    """`text` in NFC and lower case, soft hyphens gone, tones of oa, oe, uy in the new place."""
    text = normalize("NFC", text).replace("\u00ad", "").lower()
    return re.sub("|".join(_MOVED), lambda match: _MOVED[match[0]], text)


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
        """Public ids of the articles that match, each with the strictest tier at which it does."""
        result = {}
        tiers = TIERS if _has_accents(tree) else ("exact",) if _only_exact(tree) else ("folded",)
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
    asked = [
        (0, word[0])
        if term.form == "=" or (not term.form and (tier == "exact" or (tier == "partly" and word[0] != word[1])))
        else (1, word[1])
        for word in _split(term)
    ]
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


def typed(tree: Tree, chance: random.Random) -> str:
    """`tree` as somebody would type it."""
    match tree:
        case Term():
            text = " ".join(tree.typed)
            text = f'"{text}"' if len(tree.typed) > 1 or chance.random() < 0.1 else text
            return f"{tree.field + ':' if tree.field else ''}{tree.form}{text}{'*' if tree.prefix else ''}"
        case Near():
            bare = [Term(term.typed, term.form, term.prefix) for term in tree.terms]
            inside = f" NEAR/{tree.distance} ".join(typed(term, chance) for term in bare)
            return f"{tree.terms[0].field}:({inside})" if tree.terms[0].field else f"({inside})"
        case Limit():
            return tree.typed
        case Group("not"):
            return f"{chance.choice(('-', 'NOT ', 'KHÔNG '))}{_bracketed(tree.parts[0], chance)}"
        case Group("or"):
            return chance.choice((" OR ", " | ", " HOẶC ")).join(_bracketed(part, chance) for part in tree.parts)
        case Group():
            return chance.choice((" ", " ", " AND ", " VÀ ")).join(_bracketed(part, chance) for part in tree.parts)


def _bracketed(tree: Tree, chance: random.Random) -> str:
    text = typed(tree, chance)
    return f"({text})" if isinstance(tree, Group) and tree.kind != "not" else text


def random_tree(chance: random.Random, articles: list[Written], depth: int = 0) -> Tree:
    """A random query that the grammar accepts; phrases are often taken out of `articles`, so that they are found."""
    kind = chance.random()
    if depth < 3 and kind < 0.35:
        wanted: list[Tree] = [random_tree(chance, articles, depth + 1) for _ in range(chance.choice((1, 2, 2, 3)))]
        unwanted = [Group("not", (random_tree(chance, articles, depth + 1),)) for _ in range(chance.choice((0, 0, 1)))]
        parts = [*wanted, *unwanted]
        chance.shuffle(parts)
        return Group("and", tuple(parts)) if len(parts) > 1 else parts[0]
    if depth < 3 and kind < 0.5:
        return Group("or", tuple(random_tree(chance, articles, depth + 1) for _ in range(chance.choice((2, 2, 3)))))
    if kind < 0.6:
        return _limit(chance)
    field = chance.choice(list(COLUMNS)) if chance.random() < 0.2 else ""
    if kind < 0.7:
        count = chance.choice((2, 2, 3))
        terms = tuple(_term(chance, articles, field, chance.choice((1, 1, 1, 2))) for _ in range(count))
        return Near(terms, chance.choice((1, 2, 3, 5, 10)))
    return _term(chance, articles, field, chance.choice((1, 1, 1, 2, 2, 3)))


def _term(chance: random.Random, articles: list[Written], field: str, size: int) -> Term:
    if size > 1 and chance.random() < 0.8:
        article = chance.choice(articles)
        text = [word for word, _ in words(getattr(article, COLUMNS[field]) if field else article.body)]
        start = chance.randrange(max(1, len(text) - size))
        chosen = text[start : start + size] or ["hội"]
    else:
        chosen = [exact(chance.choice(SYLLABLES)) for _ in range(size)]
    if field == "tacgia":
        chosen = exact(chance.choice(BYLINES) or "PV").split()[:size]
    form = chance.choice(("", "", "", "", "=", "~"))
    prefix = chance.random() < 0.15 and len(folded(chosen[-1])) >= 3
    if prefix:
        chosen = [*chosen[:-1], chosen[-1][: chance.randrange(3, len(chosen[-1]) + 1)]]
    return Term(tuple(_style(chance, word) for word in chosen), form, prefix, field)


def _style(chance: random.Random, word: str) -> str:
    style = chance.random()
    if style < 0.35:
        word = folded(word)
    elif style < 0.45:
        word = {new: old for old, new in _MOVED.items()}.get(word[-2:], word[-2:]).join((word[:-2], ""))
    style = chance.random()
    if style < 0.1:
        return word.capitalize()
    return normalize("NFD", word) if style < 0.2 else word


def _limit(chance: random.Random) -> Limit:
    match chance.randrange(7):
        case 0:
            name, identity = chance.choice(list(PROVINCES.items()))
            quote = chance.choice(('"', ""))
            return Limit(f"tinh:{quote}{name}{quote}", "province", identity)
        case 1:
            name, identity = chance.choice(list(PROVINCES.items()))
            return Limit(f'tinh34:"{name}"', "province_now", NEW_PROVINCE[identity])
        case 2:
            identity, name, *_ = chance.choice(SOURCES)
            return Limit(chance.choice((f"bao:{identity}", f'source:"{name}"')), "source", identity)
        case 3:
            section = chance.choice([section for section in SECTIONS if section])
            return Limit(chance.choice((f'muc:"{section}"', f'section:"{folded(section)}"')), "section", section)
        case 4:
            tag = chance.choice(TAGS)
            return Limit(chance.choice((f'the:"{tag}"', f'tag:"{tag.upper()}"')), "tag", tag)
        case 5:
            word, state = chance.choice((("sua", "changed"), ("gỡ", "gone"), ("there", "there")))
            return Limit(f"trangthai:{word}", "state", state)
        case _:
            return _days(chance)


def _days(chance: random.Random) -> Limit:
    first = date(2018, 1, 1) + timedelta(days=chance.randrange(1500))
    last = first + timedelta(days=chance.randrange(700))
    match chance.randrange(4):
        case 0:
            return Limit(f"ngay:{first.year}", "day", (f"{first.year}-01-01", f"{first.year}-12-31"))
        case 1:
            return Limit(f"date:{first:%Y-%m}..", "day", (f"{first:%Y-%m}-01", "9999"))
        case 2:
            return Limit(f"ngay:..{last:%d/%m/%Y}", "day", ("0000", last.isoformat()))
        case _:
            return Limit(f"ngay:{first}..{last:%d-%m-%Y}", "day", (first.isoformat(), last.isoformat()))
