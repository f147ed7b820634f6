"""A year of the fleet, unattended: every portal met, verified by script, watched day after day, and what is told of it.

Each command runs by a clock of its own (`demo/clock`): it sees the day that the fleet serves. What was asked, told and
found on a day is a line of days.jsonl in the archive's folder.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from archive.holdings import Holdings
from archive.sources import Register
from archive.store import open_database
from bench.fleet.portals import Fleet, Row
from bench.fleet.score import marks, score
from bench.fleet.serve import Running, serving
from bench.provincial import VIETNAM
from crawler.watch import last_crawls, plan

FIRST_DAY: Final = datetime(2026, 1, 5, 19, tzinfo=VIETNAM)
STEADY_AFTER: Final = 3  # days, of the figures for a steady state
PROVINCE: Final = "Thái Nguyên"
BY: Final = "Người kiểm thử"
LOG: Final = "days.jsonl"
STATE: Final = "walk.json"
PURPOSES: Final = ("robots", "find", "article", "again", "file")
_CLOCK: Final = Path(__file__).parents[2] / "demo" / "clock"
_NO_ARTICLES: Final = 3  # exit code where the archive holds no answer
_FIRST_EVENT: Final = 9


def hastened(fleet: Fleet) -> Fleet:
    """The fleet with all events in its first weeks, three days apart: a month that holds what the year does."""
    events = sorted((one.event.day, one.id) for one in fleet.portals.values() if one.event)
    days = {name: FIRST_DAY.date() + timedelta(days=_FIRST_EVENT + 3 * at) for at, (_, name) in enumerate(events)}
    return Fleet({
        name: replace(one, event=replace(one.event, day=days[name])) if one.event else one
        for name, one in fleet.portals.items()
    })  # fmt: skip


@dataclass(slots=True)
class Walk:
    """The fleet at work, and an archive in which days pass."""

    root: Path
    running: Running
    now: datetime = FIRST_DAY

    def be(self, day: date) -> None:
        self.now = datetime.combine(day, FIRST_DAY.timetz())
        self.running.set_clock(self.now)

    def baotinh(self, *arguments: str, told: str | None = None) -> subprocess.CompletedProcess[str]:
        """What a command says on this day."""
        shift = self.now.timestamp() - time.time()
        path = os.pathsep.join(filter(None, (str(_CLOCK), os.environ.get("PYTHONPATH", ""))))
        known = os.environ | {
            "BAOTINH_ALLOW_LOOPBACK": "1", "BAOTINH_LANG": "en", "CLOCK_AHEAD": f"{shift:.3f}", "PYTHONPATH": path,
        }  # fmt: skip
        command = [str(Path(sys.executable).with_name("baotinh")), "--archive", str(self.root), *arguments]
        return subprocess.run(command, capture_output=True, text=True, env=known, input=told or "", check=False)

    def begin(self) -> dict[str, str]:
        """A new archive, every portal met and verified; what was said of those that could not be met."""
        made = self.baotinh("init", "--operator", "Bench", "--contact", "mailto:bench@bench.example")
        if made.returncode:
            raise SystemExit(f"baotinh init ended with {made.returncode}: {made.stderr.strip()}")
        unmet = self.meet()
        self.verify([name for name in self.running.sites if name not in unmet])
        return unmet

    def meet(self, most: int = 3) -> dict[str, str]:
        """Meets each portal; what the last line said of those that could not be met."""
        with ThreadPoolExecutor(most) as pool:
            done = dict(zip(self.running.sites, pool.map(self._met, self.running.sites), strict=True))
        return {name: one for name, one in done.items() if one}

    def _met(self, name: str) -> str:
        base = self.running.sites[name].base
        done = self.baotinh("sources", "new", f"{base}/", "--id", name, "--province", PROVINCE)
        return "" if done.returncode == 0 else (done.stderr.strip().splitlines() or ["?"])[-1]

    def verify(self, names: Sequence[str]) -> str:
        """Verifies the sources as one would who knows the truth; what was said."""
        answers = {"by": BY, "sources": {name: {"draft": True, "articles": self._answers(name)} for name in names}}
        return self.baotinh("sources", "verify", *names, "--answers", "-", told=json.dumps(answers)).stderr

    def _answers(self, name: str) -> dict[str, Any]:
        site = self.running.sites[name]
        found: dict[str, Any] = {"*": False}
        for item in site.portal.published(self.now):
            truth = site.portal.truth(item, self.now, site.base)
            fields: dict[str, Any] = {"headline": truth["headline"], "lead": truth["lead"]}
            fields |= {
                key: truth[key] for key in ("published", "byline", "section", "tags") if key not in truth["free"]
            }
            found[truth["url"]] = fields
        return found

    def visit(self, names: Sequence[str]) -> Row:
        """A day: what each crawl ended with, what it cost, and what `status` says then.

        The crawls are those that `watch --once` makes, in one process instead of three for each: a year in a night.
        """
        before = dict(self.running.asked)
        if not (due := self.due(names)):
            done = subprocess.CompletedProcess([], 0, "", "")
        else:
            done = self.baotinh("crawl", "--log-json", "--json", *due)
        events = [json.loads(line) for line in done.stderr.splitlines() if line.startswith("{")]
        told = json.loads(self.baotinh("status", "--json").stdout or "{}")
        return {
            "day": f"{self.now:%Y-%m-%d}", "exit": done.returncode,
            "ended": {one["source"]: one for one in events if one["event"] == "ended"},
            "calls": sorted({one["source"] for one in (*told.get("needs", ()), *told.get("silent", ()))}),
            "said": [line for line in done.stderr.splitlines() if not line.startswith("{")],
            "asked": {
                f"{name} {purpose}": count - before.get((name, purpose), 0)
                for (name, purpose), count in sorted(self.running.asked.items())
                if count > before.get((name, purpose), 0)
            },
        }  # fmt: skip

    def due(self, names: Sequence[str]) -> list[str]:
        """Those of `names` that a watch would crawl now, once a day at this hour."""
        holdings, day = Holdings.open(self.root), timedelta(days=1)
        register = Register.load(holdings.sources)
        with closing(open_database(holdings.database, readonly=True)) as db:
            last = last_crawls(db, day, self.now)
        planned = plan([register.get(name) for name in names], last, self.now, day - day / 48)
        return [one.source.id for one in planned if one.at <= self.now]

    def articles(self, name: str) -> dict[str, Row]:
        done = self.baotinh("export", "--source", name, "--format", "jsonl")
        if done.returncode not in (0, _NO_ARTICLES):
            raise SystemExit(f"baotinh export ended with {done.returncode}: {done.stderr[-300:]}")
        return {row["url"]: row for row in map(json.loads, filter(None, done.stdout.splitlines()))}


def walk(fleet: Fleet, root: Path, days: int, minutes: float = 0.0) -> int:
    """Lets so many days pass over the archive in `root`, and prints what they were worth; 0 where all were met.

    What a walk before has left there goes on. After so many `minutes` (0: at no time) it stops, with exit code 1.
    """
    root.mkdir(parents=True, exist_ok=True)
    began, kept = time.monotonic(), root / STATE
    state: Row = json.loads(kept.read_text()) if kept.exists() else {}
    until = max(one.until for one in fleet.portals.values()).isoformat()
    if state and (list(state["ports"]), state["until"]) != (list(fleet.portals), until):
        raise SystemExit(f"{root}: was begun with other portals or days: {', '.join(state['ports'])}, {state['until']}")
    rows = [json.loads(line) for line in (root / LOG).read_text().splitlines()] if (root / LOG).exists() else []
    with serving(fleet, FIRST_DAY, state.get("ports")) as running:
        walking = Walk(root, running)
        walking.be(FIRST_DAY.date())
        running.met.update(state.get("met", ()))
        unmet = state["unmet"] if state else walking.begin()
        names = [name for name in fleet.portals if name not in unmet]

        def keep() -> None:
            ports = {name: urlsplit(site.base).port for name, site in running.sites.items()}
            told = {"until": until, "ports": ports, "unmet": unmet, "met": sorted(running.met)}
            kept.write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")

        keep()
        for at in range(len(rows), days):
            if minutes and time.monotonic() - began > 60 * minutes:
                print(f"stopped after {at} of {days} days; the same command goes on", flush=True)
                return 1
            walking.be(FIRST_DAY.date() + timedelta(days=at))
            rows.append(walking.visit(names))
            with (root / LOG).open("a", encoding="utf-8") as file:
                file.write(json.dumps(rows[-1], ensure_ascii=False) + "\n")
            keep()
            print(_line(rows[-1]), flush=True)
        for why in unmet.values():
            print(f"not met: {why}")
        walking.be(FIRST_DAY.date() + timedelta(days=days - 1))
        judge(walking, names, rows[:days])
    return min(len(unmet), 1)


def _line(row: Row) -> str:
    """A day: what came, what it cost by purpose, and the first words of what was told of each source."""
    cost = "  ".join(f"{name} {asked(row, name):>4}" for name in PURPOSES)
    told = "; ".join(one["error"][:110] for one in row["ended"].values() if one["error"])
    return f"{row['day']}  new {_sum(row, 'new'):>4}  changed {_sum(row, 'changed'):>3}  {cost}  {told}".rstrip()


def asked(row: Row, purpose: str, source: str = "") -> int:
    """How many requests of that purpose a day has seen, of one source or of all."""
    return sum(count for name, count in row["asked"].items() if name == f"{source or name.split()[0]} {purpose}")


def _sum(row: Row, number: str, source: str = "") -> int:
    return sum(one.get(number, 0) for name, one in row["ended"].items() if source in ("", name))


def judge(walking: Walk, names: Sequence[str], rows: Sequence[Row]) -> None:
    """Prints what was found of what was published, read whole, asked for an article, and told of what happened."""
    heads = ("published", "found", "whole", "to find", "again", "edits", "told", "alarms")
    print(f"{'':<28}" + "".join(f"{one:>10}" for one in heads) + "  event")
    worth = [_worth(walking, name, rows) for name in names]
    for one in worth:
        print(one.line())
    total = sum(worth[1:], worth[0]) if worth else Worth("all")
    print(replace(total, name="all", event="").line())


@dataclass(frozen=True, slots=True)
class Worth:
    """What a walk has brought of one source, or of several."""

    name: str
    published: int = 0
    found: int = 0
    whole: float = 0.0
    new: int = 0  # from here on of the steady days
    finding: int = 0  # requests for new articles: robots.txt, lists, feeds, sitemaps, and the articles themselves
    again: int = 0  # requests for articles that are held, to see whether they were edited
    edits: int = 0  # of held articles, by their portals
    told: int = 0  # changed articles that the crawls have told of
    quiet: int = 0  # days before the portal's event
    alarms: int = 0  # of them with an alarm
    event: str = ""

    def __add__(self, other: Worth) -> Worth:
        numbers = {one.name: getattr(self, one.name) + getattr(other, one.name) for one in fields(self)[1:-1]}
        return Worth(self.name, **numbers)

    def line(self) -> str:
        """The numbers as shares; requests for each new article."""
        new = max(self.new, 1)
        shares = (
            self.found / max(self.published, 1),
            self.whole / max(self.found, 1),
            self.finding / new,
            self.again / new,
        )
        told = "".join(f"{share:>10.3f}" for share in shares)
        rest = f"{self.edits:>10}{self.told:>10}{f'{self.alarms}/{self.quiet}':>10}  {self.event}"
        return f"{self.name:<28}{self.published:>10}{told}{rest}".rstrip()


def _worth(walking: Walk, name: str, rows: Sequence[Row]) -> Worth:
    site, read = walking.running.sites[name], walking.articles(name)
    portal, event = site.portal, site.portal.event
    truth = []
    mine = [row for row in rows if name in row["ended"]]
    seen = datetime.combine(date.fromisoformat(mine[-1]["day"]), FIRST_DAY.timetz()) if mine else walking.now
    for item in portal.published(seen):  # as it stood when it came, or as it stands now
        shown = [portal.truth(item, at, site.base) for at in (item.story.published, walking.now)]
        truth.append(max(shown, key=lambda row: marks(row, read.get(row["url"]))["whole"]))
    met = [row for row in truth if row["url"] in read]
    steady = [row for row in rows[STEADY_AFTER:] if event is None or row["day"] < event.day.isoformat()]
    quiet = [row for row in rows if event is None or row["day"] < event.day.isoformat()]
    calls = [_called(row, name) for row in quiet]
    edited = [one for one in portal.published(walking.now) if one.edited and FIRST_DAY < one.edited <= walking.now]
    happened = next((row for row in mine if event is not None and row["day"] >= event.day.isoformat()), None)
    said = ""
    if event is not None and happened is not None:
        words = _called(happened, name)
        said = f"{event.kind}: {words}" if words else f"{event.kind}: NOT TOLD at the first visit"
    finding = sum(asked(row, one, name) for row in steady for one in ("robots", "find", "article"))
    return Worth(
        name, len(truth), len(met), score(met, read).shares["whole"] * len(met),
        sum(_sum(row, "new", name) for row in steady), finding, sum(asked(row, "again", name) for row in steady),
        len(edited), sum(_sum(row, "changed", name) for row in rows), len(quiet), sum(map(bool, calls)), said,
    )  # fmt: skip


def _called(row: Row, name: str) -> str:
    """Why a person was called to a source on a day; "" where nobody was."""
    ended = row["ended"].get(name, {})
    return str(ended.get("error") or (f"exit {ended['exit']}" if ended.get("exit") else "")) or (
        "status" if name in row["calls"] else ""
    )
