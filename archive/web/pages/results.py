"""The answer on the search page: the query as understood, counts, facets to narrow by, a histogram, hits."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeAlias
from urllib.parse import quote_plus, urlencode

import sqlite_utils
from starlette.requests import Request
from starlette.responses import Response

from archive import places
from archive.errors import QueryError
from archive.places.provinces import units
from archive.search import corpora
from archive.search.engine import search
from archive.search.grammar.parser import parse
from archive.search.grammar.tree import FILTER_NAMES, And, Filter, FilterKind, Node, Not, Query, written
from archive.search.planner.filters import AS_TYPED, places_named
from archive.search.query_echo import query_pieces
from archive.store.overview import Example, examples, newest
from archive.web.asking import BusyError
from archive.web.charts import SPARK_PARTS, days_of, histogram, spark
from archive.web.language import Language, language_of
from archive.web.pages.hits import PAGE, address_of
from archive.web.pages.search import Asked, values_of
from archive.web.pages.state import room_of
from archive.web.parameters import Beside, readable, text
from archive.web.problems import shown
from archive.web.render import Frame, answer, day, fill, frame_of

FACETS: Final[dict[str, FilterKind]] = {
    "province_now": "province_now",
    "province": "province",
    "source": "source",
    "section": "section",
    "place": "place",
    "person": "person",
    "year": "day",
    "month": "day",
}
"""The limit that a value of each facet is."""

Chips: TypeAlias = tuple[tuple[str, str, str], ...]
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


def chips(query: str, address: Callable[[str], str]) -> Chips:
    """The limits that `query` stands under: kind, name, and by `address` the page without it; none of what is no query.

    >>> chips("chè ngay:2020", lambda query: "/?q=" + query)
    (('day', '2020', '/?q=chè'),)
    """
    try:
        parsed = parse(query)
    except QueryError:
        return ()
    return tuple((limit.kind, _label(limit), address(without(parsed, limit))) for limit in limits(parsed))


def chips_beside(beside: Beside, address: Callable[[str], str], language: Language) -> Chips:
    """The same of what stands beside the query, and by `address` the page without a kind of it."""
    labels = {"corpus": beside.corpus, "as_of": day(beside.as_of, language)}
    return tuple((kind, labels.get(kind, ""), address(kind)) for kind in beside.kept)


def chips_of(request: Request, beside: Beside) -> Chips:
    """All limits of a tool's page, those of its first query before; what else its address asks for stays."""
    pairs = [(name, value) for name, value in request.query_params.multi_items() if name != "page"]
    first = next((at for at, (name, value) in enumerate(pairs) if name == "q" and value.strip()), -1)

    def address(query: str) -> str:
        return f"{request.url.path}?{urlencode([*pairs[:first], ('q', query), *pairs[first + 1 :]])}"

    def without_kind(kind: str) -> str:
        return f"{request.url.path}?{urlencode([pair for pair in pairs if pair[0] != kind])}"

    typed = chips(pairs[first][1], address) if first >= 0 else ()
    return (*typed, *chips_beside(beside, without_kind, language_of(request)))


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


# The answer on the search page: the query as understood, counts, facets, a histogram, hits.

_COUNTED: Final = ("month", "province_now", "province", "source", "section", "place", "person")
_LISTED: Final = _COUNTED[1:]


async def page(request: Request, asked: Asked) -> Response:
    """The search page with the answer to `asked`, or with the place of its mistake."""
    room, frame, more = room_of(request), frame_of(request), text(request, "more")
    root = room.holdings.root if asked.corpus else None
    kept = not asked.corpus  # a corpus is a file, so the database does not tell when it changes
    try:
        made = await room.asker.ask(make, root, asked, more, frame, weight="page", keep=kept)
    except (QueryError, BusyError) as problem:
        return await shown(request, "search.html", values_of(asked), problem)
    return answer(request, frame, made)


def prepare(db: sqlite_utils.Database) -> None:
    """Loads what nearly every page needs: the engine, and the facts that hits are counted by."""
    search(db, "a", 1, facets=_COUNTED, seconds=None)


def make(held: sqlite_utils.Database, root: Path, asked: Asked, more: str, frame: Frame) -> str:
    """The page in its `frame`, made where it was searched; `more` names the facet that is shown whole.

    A corpus, where one is asked for, lies in the archive at `root`.
    """
    query, counted = parse(asked.query), () if asked.unlikely else _COUNTED
    found = search(
        held,
        query,
        PAGE,
        asked.cursor or None,
        asked.order,
        facets=counted,
        parts=SPARK_PARTS,
        as_of=asked.moment,
        earlier=asked.earlier,
        unlikely=asked.unlikely,
        seconds=None,  # the asker's limit holds
        within=corpora.load(root, asked.corpus) if root else None,
    )
    facets, standing = {facet.name: facet for facet in found.facets}, limits(query)
    charted = histogram(facets["month"].values) if facets else None
    taken = {limit.kind for limit in standing}  # a facet that is limited already tells nothing
    return fill(
        "search.html",
        frame,
        {
            **values_of(asked),
            "answer": found,
            "echo": query_pieces(query.root, found.understood.terms),
            "chips": (
                *chips(asked.query, lambda query: asked.address(q=query)),
                *chips_beside(asked, lambda kind: asked.address(**{kind: ""}), frame.language),
            ),
            "narrow": (narrow := _narrowing(asked, query)),
            "period_address": lambda period: narrow("month", days_of(period)),
            "months": lambda form: asked.link(f"/months{form}", q=asked.query),
            "hit_address": lambda public_id: readable(address_of(asked, public_id, asked.cursor)),
            "more": more,
            "facets": [
                facets[name] for name in _LISTED if name in facets and facets[name].values and FACETS[name] not in taken
            ],
            "histogram": charted,
            "spark": spark,
            "examples": () if found.hits else examples_here(held),
            "next_page": asked.address(cursor=found.cursor) if found.cursor else "",
            "first_page": asked.address() if asked.cursor else "",
            "province_name": lambda identity: places.province(identity).name,
        },
    )


def examples_here(db: sqlite_utils.Database) -> tuple[Example, ...]:
    """Queries that find something here."""
    return examples(newest(db))


def _label(limit: Filter) -> str:
    """A limit as a reader knows it: a place may stand in the query by its id."""
    known = limit.kind == "place" and limit.value in units().by_id
    return places.place(limit.value).full_name if known else limit.label


def _narrowing(asked: Asked, query: Query) -> Callable[..., str]:
    """What gives the address of the page narrowed to a value of a facet."""
    begin, end = readable(asked.address(q="")).partition("?")[::2]
    more = f"&{end}" if end else ""
    addresses = {
        facet: (readable(f"{begin}?q={quote_plus(before)}"), f"{quote_plus(behind)}{more}")
        for facet, (before, behind) in around(query).items()
    }

    def narrowing(facet: str, value: str, identity: str = "") -> str:
        before, behind = addresses[facet]
        two_of_one_name = facet == "place" and places_named(value) != [identity]
        if two_of_one_name or identity.startswith(AS_TYPED):
            value = identity
        return before + readable(quote_plus(value.replace('"', " "))) + behind

    return narrowing
