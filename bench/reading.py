"""How well and how fast pages are read: `python -m bench.reading [--speed | --score] ../shared`.

`--score`: every article page of the recorded sites (data/cms/*, data/pages) goes straight through each reader, and
score/score_pages.py scores what comes out; days, not minutes, are compared, for trafilatura gives no hour.
`--speed`: CPU of one page, the median over pages of the best of some rounds, on generated pages, the recorded ones and
the public ones (data/public), for each reader and for lxml's bare parsing. Ours includes parsing, normalising and all
fields; "ours, learnt" reads with a layout learnt from forty other pages of the site.
"""

from __future__ import annotations

import argparse
import gzip
import importlib.util
import json
import os
import platform
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from types import ModuleType
from typing import Any
from urllib.parse import urlsplit

from bench import site
from bench.readers import Recorded, learnt, parse, readers

COLUMNS = ("headline", "lead", "byline", "day", "section", "tags", "words", "paragraphs", "captions", "leak", "whole")
_TAUGHT = 40  # pages that a layout is learnt from


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.reading", description=__doc__.partition("\n")[0])
    parser.add_argument("shared", type=Path)
    parser.add_argument("--speed", action="store_true", help="speed alone")
    parser.add_argument("--score", action="store_true", help="scores alone")
    parser.add_argument("--rounds", type=int, default=5, help="rounds of ours and of bare parsing; peers take one")
    options = parser.parse_args()
    found = sorted(path.parent for path in options.shared.glob("data/**/truth.jsonl"))
    sets = {folder.name: folder for folder in found if (folder / "index.jsonl").exists()}  # others: bench.portals
    public = options.shared / "data" / "public"
    if not sets:
        print(f"{options.shared}: no data/**/truth.jsonl below it", file=sys.stderr)
        return 2
    if options.score or not options.speed:
        _print_scores(scorer_of(options.shared), sets)
    if options.speed or not options.score:
        _print_speeds(sets | ({"public": public} if public.exists() else {}), options.rounds)
    return 0


def scorer_of(shared: Path) -> ModuleType:
    """The scorer beside the recordings."""
    spec = importlib.util.spec_from_file_location("score_pages", shared / "score" / "score_pages.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def rows_of(file: Path) -> list[dict[str, Any]]:
    """The objects of a file of JSON lines."""
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]


def pages_of(folder: Path) -> list[Recorded]:
    """The recorded pages whose truth is known."""
    index = {row["url"]: row for row in rows_of(folder / "index.jsonl")} if (folder / "index.jsonl").exists() else {}
    found = []
    for truth in rows_of(folder / "truth.jsonl"):
        url = truth["url"]
        if not index:  # the public pages, packed
            found.append(Recorded(url, gzip.decompress((folder / truth["file"]).read_bytes()), "text/html"))
            continue
        row = index.get(url) or index[urlsplit(url)._replace(scheme="", netloc="").geturl()]
        found.append(Recorded(url, (folder / row["file"]).read_bytes(), row["headers"]["content-type"]))
    return found


def _print_scores(scorer: ModuleType, sets: dict[str, Path]) -> None:
    print(f"{'set':<15}{'reader':<14}" + "".join(f"{name:>11}" for name in COLUMNS))
    for name, folder in sets.items():
        truth = {scorer.address(row["url"], row["url"]): row for row in rows_of(folder / "truth.jsonl")}
        pages = pages_of(folder)
        for reader, read in readers().items():
            rows = {scorer.address(row["url"], row["url"]): row for page in pages if (row := read(page)) is not None}
            leave_undated(truth, rows)
            dated = sum(row.get("published") is not None for row in truth.values())
            found = shares(scorer.score(truth, rows), dated)
            print(f"{name:<15}{reader:<22}" + "".join(f"{share:>11.3f}" for share in found), flush=True)


def leave_undated(truth: dict[str, Any], rows: dict[str, Any]) -> None:
    """The scorer compares a day with none only where both are missing."""
    for url, row in rows.items():
        if url in truth and truth[url].get("published") is None:
            row.pop("published", None)


def shares(result: dict[str, Any], dated: int) -> list[float]:
    """The scores in the order of `COLUMNS`; `dated` is how many articles have a date."""
    exact = [result["exact"][field] for field in ("headline", "lead", "byline", "section")]
    exact.insert(3, result["exact"]["published_day"] * result["articles"] / dated)
    parts = [result[part]["f1"] for part in ("tags", "words", "paragraphs", "captions")]
    return [*exact, *parts, result["leak"], result["whole"]]


def _print_speeds(sets: dict[str, Path], rounds: int) -> None:
    print(f"\n{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    for name, pages in {"generated": _generated(), **{name: pages_of(folder) for name, folder in sets.items()}}.items():
        known = readers()
        own: dict[str, Callable[[Recorded], object]] = {"lxml, parsing": parse, "ours": known.pop("ours")}
        if (read := learnt(pages[:_TAUGHT])) is not None and name != "public":
            own, pages = own | {"ours, learnt": read}, pages[_TAUGHT:] or pages
        size = median(len(page.body) for page in pages) / 1000
        print(f"{name}: {len(pages)} pages, median {size:.0f} KB; ms CPU a page, times bare parsing, times ours")
        spent = _laps(own, pages, rounds)
        for reader, read in known.items():
            spent |= _laps({reader: read}, pages, 1)
        for reader, lap in spent.items():
            ratios = (lap / spent[beside] for beside in ("lxml, parsing", "ours"))
            print(f"  {reader:<22}{lap:8.2f}" + "".join(f"{ratio:8.2f}" for ratio in ratios), flush=True)


def _laps(reading: dict[str, Callable[[Recorded], object]], pages: list[Recorded], rounds: int) -> dict[str, float]:
    """The median over pages of the best of some interleaved rounds, in ms of CPU; one round more warms up."""
    best = {name: [float("inf")] * len(pages) for name in reading}
    for _ in range(rounds + 1):
        for name, read in reading.items():
            for at, page in enumerate(pages):
                began = time.process_time()
                read(page)
                best[name][at] = min(best[name][at], time.process_time() - began)
    return {name: median(laps) * 1000 for name, laps in best.items()}


def _generated() -> list[Recorded]:
    found = site.pages(2 * _TAUGHT, 7, "http://bench.example")
    return [
        Recorded(f"http://bench.example{path}", body, kind) for path, (kind, body) in found.items() if "html" in kind
    ]


if __name__ == "__main__":
    raise SystemExit(main())
