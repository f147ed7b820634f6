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
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from bench.fleet.portals import Fleet, Row
from bench.fleet.score import score
from bench.fleet.serve import Running, serving
from bench.provincial import VIETNAM

FIRST_DAY: Final = datetime(2026, 1, 5, 19, tzinfo=VIETNAM)
STEADY_AFTER: Final = 3  # days, of the figures for a steady state
PROVINCE: Final = "Thái Nguyên"
BY: Final = "Người kiểm thử"
LOG: Final = "days.jsonl"
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

    def meet(self, most: int = 3) -> dict[str, str]:
        """Meets each portal; what the last line said of those that could not be met."""
        with ThreadPoolExecutor(most) as pool:
            done = dict(zip(self.running.sites, pool.map(self._met, self.running.sites), strict=True))
        return {name: one for name, one in done.items() if one}

    def _met(self, name: str) -> str:
        base = self.running.sites[name].base
        done = self.baotinh("newsource", f"{base}/", "--id", name, "--province", PROVINCE)
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

    def watch(self, names: Sequence[str]) -> Row:
        """A day: what each crawl ended with, what it cost, and what `status` says then."""
        before = dict(self.running.asked)
        done = self.baotinh("watch", "--once", "--every", "20", "--log-json", *names)
        events = [json.loads(line) for line in done.stderr.splitlines() if line.startswith("{")]
        told = self.baotinh("status", "--json")
        return {
            "day": f"{self.now:%Y-%m-%d}", "exit": done.returncode,
            "ended": {one["source"]: one for one in events if one["event"] == "ended"},
            "status": json.loads(told.stdout or "{}"),
            "said": [line for line in done.stderr.splitlines() if not line.startswith("{")],
            "asked": {
                f"{name} {kind}": count - before.get((name, kind), 0)
                for (name, kind), count in self.running.asked.items() if count - before.get((name, kind), 0)
            },
            "published": {name: len(site.portal.published(self.now)) for name, site in self.running.sites.items()},
        }  # fmt: skip

    def articles(self, name: str) -> dict[str, Row]:
        done = self.baotinh("export", "--source", name, "--format", "jsonl")
        if done.returncode not in (0, _NO_ARTICLES):
            raise SystemExit(f"baotinh export ended with {done.returncode}: {done.stderr[-300:]}")
        return {row["url"]: row for row in map(json.loads, filter(None, done.stdout.splitlines()))}


def walk(fleet: Fleet, root: Path, days: int) -> int:
    """Lets so many days pass over a new archive in `root`, and prints what they were worth; 0 where all were met."""
    root.mkdir(parents=True, exist_ok=True)
    with serving(fleet, FIRST_DAY) as running:
        walking = Walk(root, running)
        walking.be(FIRST_DAY.date())
        walking.baotinh("init", "--operator", "Bench", "--contact", "mailto:bench@bench.example")
        unmet = walking.meet()
        names = [name for name in fleet.portals if name not in unmet]
        told = walking.verify(names)
        (root / "met.json").write_text(json.dumps({"unmet": unmet, "verify": told}, ensure_ascii=False, indent=1))
        rows = []
        for at in range(days):
            walking.be(FIRST_DAY.date() + timedelta(days=at))
            rows.append(walking.watch(names))
            with (root / LOG).open("a", encoding="utf-8") as file:
                file.write(json.dumps(rows[-1], ensure_ascii=False) + "\n")
            print(_line(rows[-1]), flush=True)
        for why in unmet.values():
            print(f"not met: {why}")
        judge(walking, names, rows)
    return min(len(unmet), 1)


def _line(row: Row) -> str:
    """A day: what came, what it cost, and the first words of what was told of each source."""
    pages = sum(count for name, count in row["asked"].items() if name.endswith(" page"))
    new = sum(one.get("new", 0) for one in row["ended"].values())
    told = "; ".join(one["error"][:110] for one in row["ended"].values() if one["error"])
    return f"{row['day']}  new {new:>4}  pages {pages:>5}  files {sum(row['asked'].values()) - pages:>5}  {told}"


def judge(walking: Walk, names: Sequence[str], rows: Sequence[Row]) -> None:
    """Prints what was found of what was published, read whole, asked for an article, and told without a reason."""
    published = found = 0
    whole = 0.0
    for name in names:
        site, read = walking.running.sites[name], walking.articles(name)
        there = site.portal.published(walking.now)
        truth = [site.portal.truth(item, item.story.published, site.base) for item in there]
        met = [row for row in truth if row["url"] in read]
        published, found = published + len(truth), found + len(met)
        whole += score(met, read).shares["whole"] * len(met)
    steady = rows[STEADY_AFTER:]
    new = sum(one.get("new", 0) for row in steady for one in row["ended"].values())
    pages = sum(count for row in steady for name, count in row["asked"].items() if name.endswith(" page"))
    print(f"found {found / max(published, 1):.3f} of {published}, read whole {whole / max(found, 1):.3f}")
    print(f"pages asked for a new article, from day {STEADY_AFTER + 1} on: {pages / max(new, 1):.2f}")
    days = list(_alarms(walking.running.fleet, names, rows))
    print(f"days of a source without an event: {len(days)}, of them with an alarm: {sum(days)}")


def _alarms(fleet: Fleet, names: Sequence[str], rows: Sequence[Row]) -> Iterator[bool]:
    """Of each day of each source before its event, whether its crawl or `status` called a person."""
    for row in rows:
        needs = {one["source"] for one in (*row["status"].get("needs", ()), *row["status"].get("silent", ()))}
        for name in names:
            event = fleet.portals[name].event
            if event is None or row["day"] < event.day.isoformat():
                yield name in needs or row["ended"].get(name, {}).get("exit", 0) != 0
