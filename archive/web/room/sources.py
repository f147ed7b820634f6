"""The pages of sources: all of them on the map, and one with what is held of it."""

from __future__ import annotations

from collections import Counter

import sqlite_utils
from starlette.requests import Request
from starlette.responses import Response

from archive import places
from archive.store.stats import Stats, stats
from archive.web.map import country
from archive.web.render import render
from archive.web.room.state import room_of

_SHADES = 5


async def overview(request: Request) -> Response:
    """`/sources`: the map of what is held, and every source that the archive or the register knows."""
    room = room_of(request)
    held = await room.asker.ask(stats)
    counted = {source.id: source for source in held.sources}
    by_unit: Counter[str] = Counter()
    for source in held.sources:
        if source.province:
            by_unit[places.now(source.province)] += source.articles
    listed = sorted(
        ((source, counted.get(source.id)) for source in room.register.all()),
        key=lambda row: (-(row[1].articles if row[1] else 0), row[0].province, row[0].id),
    )
    return render(
        request,
        "sources.html",
        {
            "map": country(),
            "by_unit": by_unit,
            "shade": lambda unit: shade(by_unit[unit], max(by_unit.values(), default=0)),
            "sources": listed,
            "province_name": lambda identity: places.province(identity).name,
        },
    )


async def page(request: Request) -> Response:
    """`/source/<id>`: one source, what the register says of it and what the archive holds."""
    room = room_of(request)
    source = room.register.get(request.path_params["source_id"])

    def question(db: sqlite_utils.Database) -> Stats:
        return stats(db)

    held = await room.asker.ask(question)
    count = next((row for row in held.sources if row.id == source.id), None)
    return render(
        request, "source.html", {"source": source, "count": count, "province": places.province(source.province)}
    )


def shade(count: int, most: int) -> int:
    """The shade of a unit on the map: 0 where nothing is held, else 1 to 5 in equal steps of the number's length.

    >>> [shade(count, 10_000) for count in (0, 1, 90, 10_000)]
    [0, 1, 2, 5]
    """
    if count == 0:
        return 0
    steps = len(str(most)) - 1
    return 1 + round((len(str(count)) - 1) * (_SHADES - 1) / steps) if steps else _SHADES
