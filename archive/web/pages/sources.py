"""What is held in all, and of each source: of one archive, or of several added up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Final, Literal

import sqlite_utils
from starlette.requests import Request
from starlette.responses import Response

from archive import places
from archive.custody.certificate import Certificate, certificate
from archive.errors import NothingFound
from archive.holdings import Holdings
from archive.search.answer import FacetCount
from archive.search.backend import Backend, Questions, ask
from archive.search.index.docid_sets import DocidSet
from archive.sources import Source
from archive.sources.model import Host, Layout
from archive.store.counts import SourceCount, Summary, articles_at, source_count, source_counts, summary
from archive.store.runs import Run, ended_well, runs
from archive.web.beside import Beside
from archive.web.charts import histogram
from archive.web.language import Language, language_of
from archive.web.map import Unit, country, shade
from archive.web.pages.search import of_period
from archive.web.pages.state import room_of
from archive.web.parameters import choice, text
from archive.web.render import number, render

_RUNS = 500


def held_in_all(held: Backend) -> Summary:
    """The few counts of a first page; an article that several archives hold counts once."""
    return ask(held, "", None, _summed)


def held_of_sources(held: Backend) -> tuple[tuple[SourceCount, ...], dict[str, Run]]:
    """What is held of each source, and the last run of each, among the last 500 of each archive."""

    def questions(asking: Questions) -> tuple[tuple[SourceCount, ...], dict[str, Run]]:
        counts: dict[str, list[SourceCount]] = {}
        for count in (count for part in asking.each(_counts, of=asking.without) for count in part):
            counts.setdefault(count.id, []).append(count)
        newest: dict[str, Run] = {}
        for run in _newest_first(asking.each(runs, "", _RUNS)):
            newest.setdefault(run.source, run)
        return tuple(_added(counts[source]) for source in sorted(counts)), newest

    return ask(held, "", None, questions)


def held_of_source(held: Backend, source: str, most: int) -> tuple[SourceCount | None, list[Run]]:
    """What is held of one source, None where nothing is, and its last `most` runs."""

    def questions(asking: Questions) -> tuple[SourceCount | None, list[Run]]:
        counts = [count for count in asking.each(_count, source, of=asking.without) if count is not None]
        return _added(counts) if counts else None, _newest_first(asking.each(runs, source, most))[:most]

    return ask(held, "", None, questions)


def _counts(db: sqlite_utils.Database, without: DocidSet | None) -> list[SourceCount]:
    return [_less(db, without, count) for count in source_counts(db)]


def _count(db: sqlite_utils.Database, without: DocidSet | None, source: str) -> SourceCount | None:
    count = source_count(db, source)
    return None if count is None else _less(db, without, count)


def _less(db: sqlite_utils.Database, without: DocidSet | None, count: SourceCount) -> SourceCount:
    """`count` without the articles that another archive counts, or has taken down."""
    less = articles_at(db, without).get(count.id, 0) if without is not None else 0
    return replace(count, articles=count.articles - less)


def _summed(asking: Questions) -> Summary:
    parts = asking.each(summary)
    if len(parts) == 1:
        return parts[0]
    twice = sum(len(rows) for rows in asking.without if rows is not None)
    sources = {count.id for part in asking.each(source_counts) for count in part if count.articles}
    return Summary(
        sum(part.articles for part in parts) - twice,
        sum(part.captures for part in parts),
        len(sources),
        min((part.first_day for part in parts if part.first_day), default=""),
        max(part.last_day for part in parts),
    )


def _added(counts: list[SourceCount]) -> SourceCount:
    return replace(
        counts[0],
        articles=sum(one.articles for one in counts),
        captures=sum(one.captures for one in counts),
        unread=sum(one.unread for one in counts),
        first_day=min((one.first_day for one in counts if one.first_day), default=""),
        last_day=max(one.last_day for one in counts),
        last_captured=max(one.last_captured for one in counts),
    )


def _newest_first(parts: Iterable[Iterable[Run]]) -> list[Run]:
    return sorted((run for part in parts for run in part), key=lambda run: run.began, reverse=True)


# The pages of sources: all of them on the map, and one with what is held of it, and how complete that is.

Health = Literal["well", "look", "running", "never"]
"""How a source does, by its last run: it ended well, a person should look, it runs, or there was none."""

_NAMES: Final = {one.id: one.name for one in (*places.PROVINCES_63, *places.PROVINCES_34)}
KINDS: Final[tuple[Literal["34", "63"], ...]] = ("34", "63")


async def overview(request: Request) -> Response:
    """`/sources?units=34|63&unit=`: the map of what is held, and every source of the archive or the register."""
    room = room_of(request)
    counts, last_runs = await room.asker.ask(held_of_sources, keep=True)
    counted = {source.id: source for source in counts}
    known = {source.id for source in room.register.all()}
    units = choice(request, "units", KINDS)
    chosen = choice(request, "unit", ("", *_NAMES))
    listed = [
        (source, counted.get(source.id), health(last_runs.get(source.id)))
        for source in room.register.all()
        if not chosen or chosen in units_of(source)
    ]
    listed.sort(key=lambda row: (-(row[1].articles if row[1] else 0), row[0].province, row[0].id))
    held = by_unit(counts, units)
    return render(
        request,
        "sources.html",
        {
            "map": country(),
            "units": units,
            "chosen": chosen,
            "chosen_name": unit_name(chosen),
            "unit": of_sources(held, units, language_of(request)),
            "sources": [row for row in listed if row[1]],
            "waiting": [row[0] for row in listed if not row[1]],
            "strangers": [] if chosen else [source for source in counts if source.id not in known],
            "province_name": lambda identity: places.province(identity).name if identity else "",
        },
    )


async def page(request: Request) -> Response:
    """`/source/<id>?month=`: one source, what the register says of it, what is held, and its certificate."""
    room = room_of(request)
    source_id, month = request.path_params["source_id"], text(request, "month")
    count, last, stated = await room.asker.ask(_of_source, room.archive, source_id, month, weight="slow")
    source = room.register.find(source_id) or (_host(source_id) if count else room.source(source_id))
    months = [FacetCount(name, name, number) for name, number in stated.articles_by_month] if stated else []
    return render(
        request,
        "source.html",
        {
            "source": source,
            "count": count,
            "runs": last,
            "health": health(last[0] if last else None),
            "certificate": stated,
            "month": month,
            "histogram": histogram(months),
            "months": lambda form: Beside().link(f"/months{form}", q=f'bao:"{source.id}"'),
            "of_period": of_period(f'bao:"{source.id}"'),
            "bounds": _outside(source, months),
            "province": places.province(source.province) if source.province else None,
            "province_now": places.province_now(places.now(source.province)) if source.province else None,
        },
    )


def units_of(source: Source) -> tuple[str, ...]:
    """The unit of a source as it was, and today's; () of one for the whole country."""
    return (source.province, places.now(source.province)) if source.province else ()


def _host(name: str) -> Source:
    """What stands in the archive under its host, as no source claims it."""
    return Source(name, name, "other", "", "unverified", f"http://{name}/", (Host(name),), (Layout("generic"),))


def _of_source(
    held: Backend, holdings: Holdings | None, source: str, month: str
) -> tuple[SourceCount | None, list[Run], Certificate | None]:
    """What is held, the last runs, and the certificate: of several archives each states its own."""
    try:
        stated = None if holdings is None else certificate(holdings, source, month)
    except NothingFound:
        stated = None
    return (*held_of_source(held, source, 10), stated)


def health(last: Run | None) -> Health:
    """How a source does, by its last run."""
    if last is None:
        return "never"
    if not last.ended:
        return "running"
    return "well" if ended_well(last) and not last.report.get("warnings") else "look"


def by_unit(counts: Sequence[SourceCount], units: Literal["34", "63"]) -> Counter[str]:
    """How many articles are held of the sources of each unit of that division."""
    held: Counter[str] = Counter()
    for source in counts:
        if source.province:
            held[source.province if units == "63" else places.now(source.province)] += source.articles
    return held


def of_sources(held: Counter[str], units: Literal["34", "63"], language: Language) -> Callable[[str], Unit]:
    """How each unit is drawn on a map of what is held, which leads to its sources."""
    most = max(held.values(), default=0)

    def unit(identity: str) -> Unit:
        count = held[identity]
        address = f"/sources?{'units=63&' if units == '63' else ''}unit={identity}#list"
        return Unit(address, f"{unit_name(identity)}: {number(count, language)}", shade(count, most), not count)

    return unit


def unit_name(unit: str) -> str:
    """The name of a unit of either division, "" for what is none."""
    return _NAMES.get(unit, "")


def _outside(source: Source, months: Sequence[FacetCount]) -> list[FacetCount]:
    """The whole months with fewer or more articles than the register expects of `source`."""
    if not source.expect.articles_per_month or len(months) < 3:
        return []
    low, high = source.expect.articles_per_month
    return [month for month in months[1:-1] if not low <= month.count <= high]
