"""A benchmark of readers on the fleet: `python -m bench.fleet [--reader COMMAND] [--articles N] [--write FOLDER]`.

COMMAND is any program: each page is a line of JSON on its standard input (`url`, `html`), and for each it writes a line
with `url` and what it read: `headline`, `lead`, `text` (paragraphs on lines of their own) or `paragraphs`, `date`,
`byline`, `section`, `tags`, `captions`; none or null where it found nothing. Printed are its scores beside ours and
those of the readers that are installed. `--write` keeps pages and truth; `--serve` serves the fleet by a virtual
clock; `--road` walks `baotinh` over it, from meeting a portal to its articles; `--year` watches it day after day.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from bench.fleet.pages import Site, article_html
from bench.fleet.portals import BEGINNING, Fleet, Row, load
from bench.fleet.program import ReaderError, run
from bench.fleet.road import walk
from bench.fleet.score import heading, score
from bench.fleet.serve import serving
from bench.fleet.year import FIRST_DAY, hastened
from bench.fleet.year import walk as live
from bench.provincial import VIETNAM
from bench.readers import Recorded, readers

_DAYS: Final = 15
_YEAR: Final = 300  # days of a walk that meets every event where it is
_README: Final = """# The fleet: {pages} pages of Vietnamese portals, and what is on them

`pages.jsonl` has a page a line (url, html), `truth.jsonl` on the same line what is to be read on it: headline, lead,
paragraphs, published, byline, section, tags, captions; null or an empty list where the page has none, under `free` what
is not scored. Made by `python -m bench.fleet --write FOLDER` of baotinh, which scores readers on it (`--reader`).

Newspapers, persons, places and events are invented, and nothing is recorded from a real site. Licence: CC BY 4.0
(https://creativecommons.org/licenses/by/4.0/), "baotinh, the fleet of portals".
"""
_HOST: Final = "http://{}.example"


def pages(fleet: Fleet, articles: int, now: datetime) -> list[tuple[str, Row]]:
    """The last so many articles of each portal at `now`, as UTF-8 pages, each with its truth."""
    bases = {name: _HOST.format(name) for name in fleet.portals}
    found = []
    for name, portal in fleet.portals.items():
        if portal.make.script == "api":  # its pages hold nothing
            continue
        site = Site(portal, fleet, bases)
        for item in portal.published(now)[-articles:]:
            found.append((article_html(site, item, now, "utf-8"), portal.truth(item, now, bases[name])))
    return found


def compare(told: Sequence[tuple[str, Row]], command: str, seconds: float) -> None:
    """Prints the table: each reader over all pages, then ours family by family."""
    truth = [row for _, row in told]
    given = run(command, told, seconds) if command else {}
    print(heading())
    if command:
        print(score(truth, given).line(command[:27]), flush=True)
        if len(given) < len(told):
            print(f"{command}: no line for {len(told) - len(given)} of {len(told)} pages", file=sys.stderr)
    ours: dict[str, Row] = {}
    for name, read in readers().items():
        rows = {}
        for page, row in told:
            got = read(Recorded(row["url"], page.encode(), "text/html; charset=utf-8"))
            if got is not None:
                rows[row["url"]] = got
        ours = ours or rows
        print(score(truth, rows).line(name), flush=True)
    print("\nours, by family")
    for family in dict.fromkeys(row["family"] for row in truth):
        print(score([row for row in truth if row["family"] == family], ours).line(family))


def write(told: Sequence[tuple[str, Row]], folder: Path) -> None:
    """pages.jsonl (url, html) and truth.jsonl, line by line the same articles."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in (
        ("pages", [{"url": row["url"], "html": page} for page, row in told]), ("truth", [row for _, row in told]),
    ):  # fmt: skip
        text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        (folder / f"{name}.jsonl").write_text(text, encoding="utf-8")
    (folder / "README.md").write_text(_README.format(pages=len(told)), encoding="utf-8")
    print(f"{folder}: {len(told)} pages")


def serve(fleet: Fleet, now: datetime, port: int) -> None:
    """Serves until its standard input ends; each line there, an ISO moment, is what the clock says from then on."""
    with serving(fleet, now, dict.fromkeys(fleet.portals, port)) as running:
        for name, site in running.sites.items():
            print(f"{site.base}/ {name}", flush=True)
        for line in sys.stdin:
            try:
                running.set_clock(moment(line.strip()))
            except ValueError:
                print(f"{line.strip()}: no day; as {now.isoformat()[:16]}", file=sys.stderr)


def moment(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=VIETNAM)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.fleet", description=(__doc__ or "").partition(":")[0])
    parser.add_argument("--reader", default="", metavar="COMMAND", help="a program: JSON Lines in, JSON Lines out")
    parser.add_argument("--seconds", type=float, default=1800.0, help="that COMMAND may take (default 1800)")
    parser.add_argument("--articles", type=int, default=20, help="of each portal (default 20)")
    parser.add_argument("--only", default="", help="ids of portals, parted by commas")
    parser.add_argument("--write", type=Path, metavar="FOLDER", help="write pages.jsonl and truth.jsonl, score nothing")
    parser.add_argument("--road", type=Path, metavar="FOLDER", help="meet, crawl and compare into a new archive there")
    parser.add_argument("--year", type=Path, metavar="FOLDER", help="meet, verify and watch, day by day, from there on")
    parser.add_argument("--days", type=int, default=363, help="of --year; fewer bring all events into the first weeks")
    parser.add_argument("--minutes", type=float, default=0.0, help="of --year: stop after so many; it can go on later")
    parser.add_argument("--serve", action="store_true", help="serve the fleet; standard input sets its clock")
    parser.add_argument("--port", type=int, default=0, help="of --serve: the same for each portal (default: any free)")
    parser.add_argument("--day", type=moment, default=BEGINNING + timedelta(days=_DAYS), help="today's date there")
    asked: Any = parser.parse_args()
    if asked.year:
        asked.day = FIRST_DAY + timedelta(days=asked.days)
    try:
        fleet = load(
            tuple(filter(None, asked.only.split(","))),
            asked.day if not asked.serve else asked.day + timedelta(days=366),
        )
    except KeyError as error:
        parser.error(f"no such portal: {error}")
    if asked.serve:
        serve(fleet, asked.day, asked.port)
        return 0
    if asked.year:
        return live(fleet if asked.days >= _YEAR else hastened(fleet), asked.year, asked.days, asked.minutes)
    if asked.road:
        return walk(fleet, asked.day, asked.road)
    told = pages(fleet, asked.articles, asked.day)
    if asked.write:
        write(told, asked.write)
    else:
        try:
            compare(told, asked.reader, asked.seconds)
        except ReaderError as error:
            print(error, file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
