"""A query narrowed by a click, and widened again: what is clicked stands in the query, to be read and changed."""

from __future__ import annotations

import re
from typing import Final

from archive.errors import QueryError
from archive.search.grammar import parse
from archive.search.query import FILTER_NAMES, And, Filter, FilterKind, Node, Or, Query, written

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

_FIELD_BEFORE = re.compile(r"[^\W\d_]\w*:\s*\Z")


def narrowed(query: Query, facet: str, value: str) -> str:
    """`query` limited to one value of a facet; days take the place of the days it was limited to before.

    >>> narrowed(parse("chè OR trà"), "section", "Kinh tế")
    '(chè OR trà) muc:"Kinh tế"'
    >>> narrowed(parse("chè ngay:2020"), "month", "2020-03")
    'chè ngay:2020-03'
    """
    kind = FACETS[facet]
    if kind == "day":
        days = next((limit for limit in limits(query) if limit.kind == "day"), None)
        if days is not None:
            rest = without(query, days)
            return narrowed(parse(rest), facet, value) if rest else f"{FILTER_NAMES[kind]}:{value}"
    text = f"({query.text.strip()})" if isinstance(query.root, Or) else query.text.strip()
    quoted = value if kind == "day" else '"' + value.replace('"', " ") + '"'
    return f"{text} {FILTER_NAMES[kind]}:{quoted}"


def limits(query: Query) -> tuple[Filter, ...]:
    """The limits that the whole query stands under: those that can be taken off."""
    root = query.root
    return tuple(part for part in (root.parts if isinstance(root, And) else (root,)) if isinstance(part, Filter))


def without(query: Query, limit: Filter) -> str:
    """`query` without one of its `limits`; "" where nothing else was asked for.

    >>> query = parse('chè tinh:"Bắc Kạn" ngay:2020')
    >>> without(query, limits(query)[0])
    'chè ngay:2020'
    """
    rest = _rest(query.root, limit)
    if rest is None:
        return ""
    before, after = query.text[: limit.start], query.text[limit.end :]
    cut = f"{_FIELD_BEFORE.sub('', before).rstrip()} {after.lstrip()}".strip()
    try:
        same = written(parse(cut).root) == written(rest)
    except QueryError:
        same = False
    return cut if same else written(rest)


def _rest(root: Node, limit: Filter) -> Node | None:
    if not isinstance(root, And):
        return None
    parts = tuple(part for part in root.parts if part is not limit)
    return parts[0] if len(parts) == 1 else And(parts)
