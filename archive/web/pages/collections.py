"""Collections: saved queries with their feeds, and frozen corpora that can be reopened, compared and cited."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import sqlite_utils
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from archive.cite import tcvn_of_corpus
from archive.errors import ArchiveError, UsageError
from archive.search import corpora, query_files, saved
from archive.search.answer import FacetCount
from archive.search.corpora import Corpus, Standing
from archive.search.facets import Fact, counted, counted_months
from archive.search.grammar.tree import EVERY_ARTICLE, FILTER_NAMES
from archive.search.planner.executor import find
from archive.search.query_files import KeepRequest
from archive.store.queries import StoredArticle, articles_of
from archive.web.charts import Unit, country, days_of, histogram, shade
from archive.web.language import Language, language_of, word
from archive.web.pages.archivist import archivist_only, read_own_form, render_form
from archive.web.pages.exports import csv_answer
from archive.web.pages.sources import KINDS, unit_name
from archive.web.pages.spread import STYLE
from archive.web.pages.state import base_of, room_of
from archive.web.parameters import Beside, choice, number, text
from archive.web.render import fill, frame_of, render
from archive.web.render import number as written

_PAGE: Final = 100
_KINDS: Final = ("saved", "corpus")


async def overview(request: Request) -> Response:
    """`/collections`: every saved query and every frozen corpus."""
    root = room_of(request).holdings.root

    def question(_: sqlite_utils.Database) -> tuple[tuple[saved.Saved, ...], list[Corpus]]:
        return saved.every(root), [corpora.load(root, name) for name in query_files.query_names(root, corpora.FOLDER)]

    queries, frozen = await room_of(request).asker.ask(question)
    return render(request, "collections.html", {"queries": queries, "corpora": frozen})


@dataclass(frozen=True, slots=True)
class _Shown:
    """A corpus, how it stands today, the articles of one page, what it shares with another, and how it is spread over
    months and over the units of one division, beside what the archive holds of each.
    """

    corpus: Corpus
    standing: Standing
    members: list[StoredArticle]
    compared: tuple[tuple[str, ...], ...]
    months: Counter[str]
    units: Counter[str]
    held: Counter[str]


async def corpus(request: Request) -> Response:
    """`/collections/<name>?page=&with=&units=34|63`: a corpus, how it stands today, when and where its articles are
    from, the articles, and how it differs from another.
    """
    root, language = room_of(request).holdings.root, language_of(request)
    name, other = request.path_params["name"], text(request, "with")
    here, units = number(request, "page", 1, 1, 100_000), choice(request, "units", KINDS)
    shown = await room_of(request).asker.ask(_of_corpus, root, name, other, here, units, weight="slow")
    address = f"/collections/{name}?page="
    return render(
        request,
        "corpus.html",
        {
            "corpus": shown.corpus,
            "beside": Beside(corpus=name),
            "standing": shown.standing,
            "members": shown.members,
            "reference": tcvn_of_corpus(
                shown.corpus, room_of(request).holdings.settings.operator, f"{base_of(request)}/collections/{name}"
            ),
            "citation": corpora.citation(shown.corpus),
            "others": [known for known in query_files.query_names(root, corpora.FOLDER) if known != name],
            "other": other,
            "compared": shown.compared,
            "histogram": histogram([FacetCount(month, month, count) for month, count in shown.months.items()]),
            "months": lambda form: Beside(corpus=name).link(f"/months{form}"),
            "of_period": lambda period: Beside(corpus=name).link("/", q=f"ngay:{days_of(period)}"),
            "map": country(),
            "kinds": KINDS,
            "units": units,
            "unit": _unit_of(shown, units, language) if shown.units else None,
            "earlier": f"{address}{here - 1}" if here > 1 else "",
            "later": f"{address}{here + 1}" if here * _PAGE < len(shown.corpus.members) else "",
        },
    )


async def map_csv(request: Request) -> Response:
    """`/collections/<name>/map.csv?units=`: how many of its articles, and of all that are held, are of each unit."""
    shown = await _spread(request)
    units = sorted(shown.held, key=lambda unit: (-shown.units[unit], -shown.held[unit], unit))
    rows = [(unit_name(unit), shown.units[unit], shown.held[unit]) for unit in units]
    return csv_answer("map.csv", ("value", "articles", "base"), rows)


async def map_svg(request: Request) -> Response:
    """`/collections/<name>/map.svg?units=`: the map alone."""
    shown, units = await _spread(request), choice(request, "units", KINDS)
    unit = _unit_of(shown, units, language_of(request))
    values = {"map": country(), "asked": {"units": units}, "unit": unit, "query": shown.corpus.name, "style": STYLE}
    return _drawing("map", fill("map_alone.html", frame_of(request), values))


async def _spread(request: Request) -> _Shown:
    room, units = room_of(request), choice(request, "units", KINDS)
    name = request.path_params["name"]
    return await room.asker.ask(_of_corpus, room.holdings.root, name, "", 1, units, weight="slow")


def _drawing(name: str, drawn: str) -> Response:
    named = {"Content-Disposition": f'attachment; filename="{name}.svg"'}
    return Response(drawn, media_type="image/svg+xml", headers=named)


def _unit_of(shown: _Shown, units: str, language: Language) -> Callable[[str], Unit]:
    """How each unit is drawn, which leads to the articles of the corpus that are of it."""
    most = max(shown.units.values(), default=0)

    def unit(identity: str) -> Unit:
        named, count, held = unit_name(identity), shown.units[identity], shown.held[identity]
        if not held:
            return Unit("", word(language, "map.none", name=named), 0, none=True)
        told = word(language, "map.told", name=named, articles=written(count, language), base=written(held, language))
        limit = f'{FILTER_NAMES["province_now" if units == "34" else "province"]}:"{named}"'
        return Unit(Beside(corpus=shown.corpus.name).link("/", q=limit) if count else "", told, shade(count, most))

    return unit


def _of_corpus(db: sqlite_utils.Database, root: Path, name: str, other: str, here: int, units: str) -> _Shown:
    one = corpora.load(root, name)
    members = [member.article for member in one.members[(here - 1) * _PAGE : here * _PAGE]]
    rows = corpora.rows_of(db, one)
    by: Fact = "province_now" if units == "34" else "province"
    return _Shown(
        one,
        corpora.check(db, one),
        list(articles_of(db, members)),
        corpora.compare(one, corpora.load(root, other)) if other else (),
        counted_months(db, rows),
        counted(db, rows, [by])[by],
        counted(db, find(db, EVERY_ARTICLE), [by])[by],
    )


@archivist_only
async def new(request: Request) -> Response:
    """`/collections/new?q=`: the form that saves a query or freezes what it finds; only the archivist adds files."""
    room = room_of(request)
    if request.method == "GET":
        return _form(request, text(request, "q"), "", _KINDS[0])
    form = await read_own_form(request)
    query, name, kind = form.get("q", "").strip(), form.get("name", "").strip(), form.get("kind", "")
    asked = KeepRequest(name, query, form.get("any_accents") == "1", seconds=None)  # the asker's limit holds
    try:
        if kind not in _KINDS:
            raise UsageError("there is no kind '{kind}' of collection", kind=kind)
        if kind == "saved":
            saved.save(room.holdings.root, asked)
            return RedirectResponse("/collections", 303)
        await room.asker.ask(corpora.freeze, room.holdings.root, asked, weight="slow")
    except ArchiveError as problem:
        return _form(request, query, name, kind, problem)
    return RedirectResponse(f"/collections/{name}", 303)


def _form(request: Request, query: str, name: str, kind: str, problem: ArchiveError | None = None) -> Response:
    values = {"q": query, "name": name, "kind": kind, "kinds": _KINDS, "problem": problem}
    return render_form(request, "collection_new.html", values, 400 if problem else 200)
