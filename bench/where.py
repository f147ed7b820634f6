"""Where a page's time goes behind the crawler: `python -m bench.where [--pages 200 --rounds 10]`.

Captures of the generated site are read back from their WARC file, read, carried and filed by this process alone, as the
two processes behind a crawl do it. Each step is timed on each page (what a batch costs at its end, on each batch) and
counts with the least of all rounds, so that what other programs take of a core is no step's. What the crawler itself
costs `bench.capture` says, and `bench.road` what it all comes to.
"""

from __future__ import annotations

import argparse
import os
import pickle
import platform
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from lxml import etree

from archive.holdings import Holdings
from archive.ingest.keep import Keeper
from archive.ingest.pipeline import BATCH, Ingest
from archive.model import Place, StoredCapture
from archive.parsers.document.page import open_page as open_html
from archive.processes import packed as pickled
from archive.sources import Register
from archive.warc import http
from archive.warc.reader import read as read_back
from archive.worker.page import Page, parse_capture
from archive.worker.pool import without_wire
from bench.reread import SOURCE, capture_of, recorded

_PARSER: Final = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)


class Laps:
    """The least time that each step took with each page or batch."""

    def __init__(self) -> None:
        self._least: dict[str, dict[int, int]] = defaultdict(dict)

    def lap(self, step: str, number: int, work: Callable[[], Any]) -> Any:
        """What `work` gives; its time counts for `step` of the page or batch `number`."""
        began = time.perf_counter_ns()
        done = work()
        took = time.perf_counter_ns() - began
        self._least[step][number] = min(took, self._least[step].get(number, took))
        return done

    def of(self, step: str, pages: int) -> float:
        """Microseconds a page."""
        return sum(self._least[step].values()) / 1000 / pages


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.where", description=__doc__.partition("\n")[0])
    parser.add_argument("--pages", type=int, default=200, help=f"whole batches of {BATCH} (200)")
    parser.add_argument("--rounds", type=int, default=10)
    options = parser.parse_args()
    count = max(options.pages // BATCH, 1) * BATCH
    register = Register.of([SOURCE])
    laps = Laps()
    with tempfile.TemporaryDirectory() as folder:
        holdings = Holdings.create(Path(folder) / "archive", "Bench", "mailto:bench@bench.example")
        with Keeper(holdings, SOURCE.id, "run") as keeper:
            places = [keeper.keep(capture_of(page)) for page in recorded(count)]
        for number in range(options.rounds):
            packed = [_read(laps, at, holdings.root, register, place) for at, place in enumerate(places)]
            _file(laps, holdings, register, packed, Path(folder) / f"{number}.sqlite")
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, {count} pages")
    _print(laps, count)
    return 0


def _read(laps: Laps, at: int, root: Path, register: Register, place: Place) -> bytes:
    """What the process that reads answers for one capture."""
    held: StoredCapture = laps.lap("back", at, lambda: read_back(root, place))
    body = http.split(held.capture.response).body
    laps.lap("parsing", at, lambda: etree.fromstring(body, _PARSER))
    laps.lap("html", at, lambda: open_html(held.capture.url, body, "text/html", held.capture.began))
    page: Page = laps.lap("page", at, lambda: parse_capture(held, register))
    packed: bytes = laps.lap("packing", at, lambda: bytes(pickled((without_wire(held), replace(page, source=None)))))
    return packed


def _file(laps: Laps, holdings: Holdings, register: Register, packed: list[bytes], database: Path) -> None:
    """What the process that files does with them, into a new database."""
    with Ingest(holdings, register, database) as ingest:
        for at, data in enumerate(packed):
            held, page = laps.lap("unpacking", at, lambda data=data: pickle.loads(data))  # type: ignore[misc]
            page = replace(page, source=register.find(page.source_id))
            laps.lap("filing", at, lambda held=held, page=page: ingest.file(held, page))  # type: ignore[misc]
            if (at + 1) % BATCH == 0:
                laps.lap("batch", at, ingest.commit)


def _print(laps: Laps, count: int) -> None:
    took = {
        step: laps.of(step, count) for step in ("back", "parsing", "html", "page", "packing", "unpacking", "filing")
    }
    took["batch"] = laps.of("batch", count)
    bare = took["parsing"]
    rows = (
        ("record read back, inflated, digests known", took["back"]),
        ("libxml2's parsing", bare),
        ("decoded, guarded, checked for mojibake", took["html"] - bare),
        ("fields, text, teasers", took["page"] - took["html"]),
        ("packed for the pipe", took["packing"]),
        ("reading, in all", took["back"] + took["page"] + took["packing"]),
        ("unpacked", took["unpacking"]),
        ("rows of page and article", took["filing"]),
        ("index, places, ledger, commit", took["batch"]),
        ("filing, in all", took["unpacking"] + took["filing"] + took["batch"]),
    )
    print(f"{'':<44}{'us a page':>10}{'x parsing':>11}")
    for name, microseconds in rows:
        print(f"{name:<44}{microseconds:>10.0f}{microseconds / bare:>11.2f}")


if __name__ == "__main__":
    raise SystemExit(main())
