"""What is held in all, and of each source."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Final, Literal

import sqlite_utils
from starlette.requests import Request
from starlette.responses import Response

from archive import places
from archive.custody.certificate import Certificate, certificate
from archive.errors import NothingFound
from archive.holdings import Holdings
from archive.search.answer import FacetCount
from archive.search.connection import snapshot
from archive.sources import Source
from archive.sources.model import Host, Layout
from archive.store.counts import SourceCount, source_count, source_counts
from archive.store.runs import Run, ended_well, runs
from archive.web.charts import Unit, country, histogram, shade
from archive.web.language import Language, language_of
from archive.web.pages.search import of_period
from archive.web.pages.state import room_of
from archive.web.parameters import Beside, choice, text
from archive.web.render import number, render

_RUNS = 500


def held_of_sources(db: sqlite_utils.Database) -> tuple[tuple[SourceCount, ...], dict[str, Run]]:
    """What is held of each source, and the last run of each, among the last 500."""
    with snapshot(db.conn):
        newest: dict[str, Run] = {}
        for run in runs(db, "", _RUNS):
            newest.setdefault(run.source, run)
        return tuple(source_counts(db)), newest


def held_of_source(db: sqlite_utils.Database, source: str, most: int) -> tuple[SourceCount | None, list[Run]]:
    """What is held of one source, None where nothing is, and its last `most` runs."""
    with snapshot(db.conn):
        return source_count(db, source), runs(db, source, most)


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
    count, last, stated = await room.asker.ask(_of_source, room.holdings, source_id, month, weight="slow")
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
    db: sqlite_utils.Database, holdings: Holdings, source: str, month: str
) -> tuple[SourceCount | None, list[Run], Certificate | None]:
    """What is held, the last runs, and the certificate."""
    try:
        stated = certificate(holdings, source, month)
    except NothingFound:
        stated = None
    return (*held_of_source(db, source, 10), stated)


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
