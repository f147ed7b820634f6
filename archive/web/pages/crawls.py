"""Whether what is stored is still what was stored, as far as the log tells: the last checks, and what is due."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Final

import sqlite_utils
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from archive.custody import events
from archive.custody.events import last_checks
from archive.custody.manifest import listed
from archive.custody.status import read_with_doubt, status
from archive.custody.withheld import rules
from archive.errors import NothingFound
from archive.holdings import Holdings
from archive.sources import Register
from archive.store import counts
from archive.store.captures import unread_reasons
from archive.store.runs import Progress, Run, progress, run, runs
from archive.web.asking import BusyError
from archive.web.pages.archivist import archivist_only, render_form
from archive.web.pages.sources import health
from archive.web.pages.state import Room, room_of
from archive.web.parameters import text
from archive.web.render import render
from archive.web.waiting import worked_out

_CHECKS: Final = 10


@dataclass(frozen=True, slots=True)
class Check:
    """A fixity check in the log: when, of what, how it ended, and what it found."""

    at: str
    object: str
    outcome: str
    findings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """How the closed files stand: all of them, those not checked within `days`, the last checks, breaks of the log."""

    files: int
    due: int
    days: int
    oldest: str
    checks: tuple[Check, ...]
    breaks: tuple[str, ...]

    @property
    def well(self) -> bool:
        """Whether the last check of everything found nothing, and the log hangs together."""
        return not self.breaks and bool(self.checks) and not any(check.findings for check in self.checks[:1])


def standing(holdings: Holdings) -> Standing:
    """How the archive stands by its own log and manifest; reads no WARC file."""
    log, breaks = events.scan(holdings.root)
    files = set(listed(holdings.root))
    last = last_checks(holdings.root, files)
    days = holdings.settings.scrub_days
    before = (datetime.now(UTC) - timedelta(days=days)).isoformat()
    return Standing(
        len(files),
        sum(last.get(file, "") < before for file in files),
        days,
        min((last.get(file, "") for file in files), default=""),
        tuple(_check(event) for event in reversed(log) if event.type == "fixity check")[:_CHECKS],
        breaks,
    )


def _check(event: events.Event) -> Check:
    findings = json.loads(event.detail_json).get("findings", ())
    return Check(event.at, event.object, event.outcome, tuple(map(_finding_text, findings)))


def _finding_text(finding: object) -> str:
    return finding if isinstance(finding, str) else json.dumps(finding, ensure_ascii=False)


# The archivist's overview: runs live and past, what could not be read, what is still to fetch, fixity, takedowns.

_RUNS: Final = 50
_DOUBTFUL: Final = 20
_LIVE_SECONDS: Final = 2.0
_MOST_WATCHERS: Final = 10
_watchers = 0


@archivist_only
async def overview(request: Request) -> Response:
    """`/crawls?source=`: everything an archivist looks at in the morning."""
    room = room_of(request)
    source = text(request, "source")
    values = await worked_out(request, _morning, room.holdings, room.register, source, keep=False)
    shows = {"health": health, "source": source, "name_of": room.name_of, "by": room.access.name_of(request)}
    return render_form(request, "crawls.html", {**values, **shows})


@archivist_only
async def one(request: Request) -> Response:
    """`/crawls/<run>`: the report of one run."""
    run_id = request.path_params["run_id"]

    def question(db: sqlite_utils.Database) -> tuple[Run, Progress | None]:
        found = run(db, run_id)
        if found is None:
            raise NothingFound("{run_id}: no such run", run_id=run_id)
        return found, next((one for one in progress(db) if one.run == found.id), None)

    found, live = await room_of(request).asker.ask(question)
    return render(
        request,
        "run.html",
        {"run": found, "live": live, "health": health(found), "name": room_of(request).name_of(found.source)},
    )


@archivist_only
async def live(request: Request) -> Response:
    """`/crawls/live`: how far each run has come, every two seconds, as server-sent events."""
    if _watchers >= _MOST_WATCHERS:
        raise BusyError("too many pages watch the runs: close one")
    return StreamingResponse(
        _told(request, room_of(request)), media_type="text/event-stream", headers={"Cache-Control": "no-store"}
    )


async def _told(request: Request, room: Room) -> AsyncIterator[str]:
    global _watchers
    _watchers += 1
    try:
        while not await request.is_disconnected():
            found = await room.asker.ask(progress)
            runs_now = [{"run": one.run, "captures": one.captures, "states": dict(one.states)} for one in found]
            yield f"event: runs\ndata: {json.dumps(runs_now)}\n\n"
            await asyncio.sleep(_LIVE_SECONDS)
    finally:
        _watchers -= 1


def _morning(db: sqlite_utils.Database, holdings: Holdings, register: Register, source: str) -> dict[str, object]:
    return {
        "status": status(db, holdings, register),
        "doubtful": list(islice(read_with_doubt(db, datetime.now(UTC)), _DOUBTFUL)),
        "live": progress(db),
        "runs": [one for one in runs(db, source, _RUNS) if one.ended],
        "unread": unread_reasons(db, source),
        "frontier": _frontier(holdings, source),
        "fixity": standing(holdings),
        "takedowns": rules(holdings.root)[::-1],
    }


def _frontier(holdings: Holdings, source: str) -> list[tuple[str, dict[str, int]]]:
    """What is still to fetch and what has ended, by source: state and number."""
    with counts.frontier(holdings.frontier) as connection:
        if connection is None:
            return []
        counted: dict[str, dict[str, int]] = {}
        for one, state, number in counts.urls_by_state(connection):
            if source in ("", one):
                counted.setdefault(one, {})[state] = number
        return sorted(counted.items())
