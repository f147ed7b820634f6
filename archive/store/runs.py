"""The runs of the crawler, as the archive remembers them."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final

import sqlite_utils

from archive.messages.message import unpacked

_NUMBER = "(SELECT count(*) FROM runs AS since WHERE (since.began, since.id) >= (runs.began, runs.id))"
_COLUMNS = f"{_NUMBER}, id, source, began, coalesce(ended, ''), reason, report_json"


@dataclass(frozen=True, slots=True)
class Run:
    """A run: its number counted from the latest (1), its times (UTC; `ended` empty where it was killed), why it ended,
    and its report as it was printed."""

    number: int
    id: str
    source: str
    began: str
    ended: str
    reason: str
    report: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run has come: its captures by state."""

    run: str
    source: str
    began: str
    states: tuple[tuple[str, int], ...]

    @property
    def captures(self) -> int:
        """The number of its captures read so far."""
        return sum(count for _, count in self.states)


_WELL: Final = frozenset({"finished", "limit", "budget", "night", "waiting", "shutdown", "deadline", "by_hand"})


def ended_well(run: Run) -> bool:
    """Whether the run came to its end, or to one that was set for it."""
    return run.reason in _WELL


def progress(db: sqlite_utils.Database, limit: int = 20) -> tuple[Progress, ...]:
    """How far the runs without an end have come, the newest first: those under way, and those that were killed."""
    found = db.execute(
        "SELECT id, source, began FROM runs WHERE ended IS NULL ORDER BY began DESC, id DESC LIMIT ?", (limit,)
    ).fetchall()
    states = "SELECT state, count(*) FROM captures WHERE run = ? AND source = ? AND captured_at >= ? GROUP BY 1"
    held = (db.execute(f"{states} ORDER BY 2 DESC", row).fetchall() for row in found)
    return tuple(Progress(row[0], row[1], row[2], tuple(rows)) for row, rows in zip(found, held, strict=True))


def runs(db: sqlite_utils.Database, source: str = "", limit: int = 20) -> list[Run]:
    """The last `limit` runs, of `source` or of all ("") sources, the newest first."""
    rows = db.execute(
        f"SELECT {_COLUMNS} FROM runs WHERE ? IN ('', source) ORDER BY began DESC, id DESC LIMIT ?",  # noqa: S608
        (source, limit),
    )
    return [_run(row) for row in rows]


def latest(db: sqlite_utils.Database) -> dict[str, Run]:
    """The last run of each source that has ended; what was captured by hand is no crawl of it."""
    newest = "SELECT id, row_number() OVER (PARTITION BY source ORDER BY began DESC, id DESC) AS place FROM runs"
    rows = db.execute(
        f"SELECT {_COLUMNS} FROM runs WHERE id IN "  # noqa: S608 - our own words
        f"(SELECT id FROM ({newest} WHERE ended IS NOT NULL AND reason <> 'by_hand') WHERE place = 1)"
    )
    return {one.source: one for one in map(_run, rows.fetchall())}


def in_a_row(db: sqlite_utils.Database, reasons: Collection[str]) -> dict[str, int]:
    """How many of the last runs of each source ended by one of `reasons`, up to the first that did not."""
    rows = db.execute(
        "SELECT source, count(*) FROM (SELECT source, sum(reason NOT IN (SELECT value FROM json_each(?))) OVER"
        " (PARTITION BY source ORDER BY began DESC, id DESC) AS others FROM runs"
        " WHERE ended IS NOT NULL AND reason <> 'by_hand') WHERE others = 0 GROUP BY source",
        (json.dumps(sorted(reasons)),),
    )
    return dict(rows.fetchall())


def brought_since(db: sqlite_utils.Database, moment: str, source: str) -> int | None:
    """New articles of the crawls of `source` begun since `moment` (UTC), None where it was not crawled before; what was
    captured by hand is no crawl.
    """
    new, first = db.execute(
        "SELECT coalesce(sum(json_extract(report_json, '$.new')) FILTER (WHERE began >= ?), 0), min(began) FROM runs"
        " WHERE source = ? AND reason <> 'by_hand'",
        (moment, source),
    ).fetchone()
    return int(new) if first is not None and first < moment else None


def numbered(db: sqlite_utils.Database, number: int) -> Run | None:
    """The run of that number, counted from the latest (1); None where there are fewer."""
    found = runs(db, "", number)
    return found[-1] if 0 < number == len(found) else None


def run(db: sqlite_utils.Database, run_id: str) -> Run | None:
    """The run `run_id`, by its id or the beginning of it; None where there is none, or more than one."""
    found = beginning(db, run_id)
    return found[0] if len(found) == 1 else None


def beginning(db: sqlite_utils.Database, start: str, limit: int = 6) -> list[Run]:
    """The runs whose ids begin with `start`, the newest first, `limit` at most; one alone where it is a whole id."""
    rows = db.execute(
        f"SELECT {_COLUMNS} FROM runs WHERE substr(id, 1, ?) = ?"  # noqa: S608 - our own words
        " ORDER BY id = ? DESC, began DESC, id DESC LIMIT ?",
        (len(start), start, start, limit),
    ).fetchall()
    found = [_run(row) for row in rows]
    return found[:1] if found and found[0].id == start else found


def _run(row: tuple[Any, ...]) -> Run:
    return Run(*(*row[:-1], unpacked(json.loads(row[-1]))))
