"""Queries as trees: made at random out of invented articles, and written as somebody would type them."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta
from unicodedata import normalize

from search_corpus import BYLINES, SECTIONS, SOURCES, SYLLABLES, TAGS, Written
from search_reference import COLUMNS, MOVED, NEW_PROVINCE, Group, Limit, Near, Term, Tree, exact, folded, words

PROVINCES = {"Bắc Kạn": "bac-kan", "Thái Nguyên": "thai-nguyen", "Bắc Giang": "bac-giang", "bac ninh": "bac-ninh"}


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
        word = {new: old for old, new in MOVED.items()}.get(word[-2:], word[-2:]).join((word[:-2], ""))
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


def queries(articles: list[Written], seed: int, number: int) -> Iterator[str]:
    """So many random queries to `articles`, none too long to be asked."""
    chance = random.Random(seed)
    while number:
        text = typed(random_tree(chance, articles), chance)
        if len(text) < 900:
            number -= 1
            yield text
