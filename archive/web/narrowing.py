"""A query narrowed by a click, and widened again: what is clicked stands in the query, to be read and changed."""

from __future__ import annotations

import re
from typing import Final

from archive.errors import QueryError
from archive.search.grammar import parse
from archive.search.query import FILTER_NAMES, And, Filter, FilterKind, Node, Not, Query, written

FACETS: Final[dict[str, FilterKind]] = {
    "province_now": "province_now",
    "province": "province",
    "source": "source",
    "section": "section",
    "place": "place",
    "year": "day",
    "month": "day",
}
"""The limit that a value of each facet is."""

_FIELD_BEFORE: Final = re.compile(r"[^\W\d_]\w{0,30}:\s*\Z")


def around(query: Query) -> dict[str, tuple[str, str]]:
    """What stands before and behind a value of each facet in `query` limited to it, read once for a page of links.

    A limit to days takes the place of the days there were before.

    >>> around(parse("chè OR trà"))["section"], around(parse("chè ngay:2020"))["month"]
    (('(chè OR trà) muc:"', '"'), ('chè ngay:', ''))
    """
    kept, undated = _kept_words(query, without_days=False), _kept_words(query, without_days=True)
    return {
        facet: (f"{undated} {FILTER_NAMES[kind]}:".lstrip(), "")
        if kind == "day"
        else (f'{kept} {FILTER_NAMES[kind]}:"', '"')
        for facet, kind in FACETS.items()
    }


def _kept_words(query: Query, without_days: bool) -> str:
    """The query as it can stand before one more limit: in brackets where it needs them, without its days if asked."""
    root, text = query.root, query.text.strip()
    for days in limits(query) if without_days else ():
        if days.kind == "day":
            text = _cut(text, days) if root is query.root else ""
            rest = _rest(root, days)
            if rest is None:
                return ""
            root = rest
    more = "ngay:2020"  # any limit will do to see what stands before it
    wanted = written(And((*_parts(root), *_parts(parse(more).root))))
    for words in (text, f"({text})"):
        if _means(f"{words} {more}", wanted):
            return words
    return written(And(_parts(root)))


def limits(query: Query) -> tuple[Filter, ...]:
    """The limits that the whole query stands under: those that can be taken off."""
    return tuple(part for part in _parts(query.root) if isinstance(part, Filter))


def without(query: Query, limit: Filter) -> str:
    """`query` without one of its `limits`; "" where nothing is left to search for.

    >>> query = parse('chè tinh:"Bắc Kạn" ngay:2020')
    >>> without(query, limits(query)[0])
    'chè ngay:2020'
    """
    rest = _rest(query.root, limit)
    if rest is None or isinstance(rest, Not) or all(isinstance(part, Not) for part in _parts(rest)):
        return ""
    cut = _cut(query.text, limit)
    return cut if _means(cut, written(rest)) else written(rest)


def _parts(root: Node) -> tuple[Node, ...]:
    """What must all hold: `root` with every And taken apart."""
    return tuple(one for part in root.parts for one in _parts(part)) if isinstance(root, And) else (root,)


def _rest(root: Node, limit: Filter) -> Node | None:
    parts = tuple(part for part in _parts(root) if part is not limit)
    return None if not parts else parts[0] if len(parts) == 1 else And(parts)


def _cut(text: str, limit: Filter) -> str:
    """`text` without the words of `limit`, with the name of its field."""
    return f"{_FIELD_BEFORE.sub('', text[: limit.start]).rstrip()} {text[limit.end :].lstrip()}".strip()


def _means(text: str, wanted: str) -> bool:
    """Whether `text` is a query that asks for the same as `wanted`."""
    try:
        root = parse(text).root
    except QueryError:
        return False
    return written(And(_parts(root))) == written(And(_parts(parse(wanted).root)))
