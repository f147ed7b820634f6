"""The crawler's reading, in a process of its own and in the filing one."""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from textwrap import dedent

from crawling import article, html

from archive.errors import ArchiveError
from archive.holdings import Holdings
from archive.ingest.keep import Keeper
from archive.model import Capture, Outcome, Place
from crawler.border import Reader

Sabotage = Callable[[Place, str], str]


def kept(archive: Path, count: int, *links: str, source: str = "thu") -> list[Place]:
    made = (archive / "archive.toml").exists()
    holdings = Holdings.open(archive) if made else Holdings.create(archive, "Thư viện thử", "lien-he@thu.example")
    places = []
    with Keeper(holdings, source, "run-1") as keeper:
        for number in range(count):
            body = article(f"Bài số {number}", f"Nội dung {number} của bài.") if not links else html("Tin", *links)
            response = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + body
            url = f"http://thu.example/tin/bai-{number}.html"
            request = b"GET / HTTP/1.1\r\n\r\n"
            places.append(keeper.keep(Capture(url, datetime.now(UTC), request, response, source, "article", "run-1")))
    return places


def read_all(
    archive: Path, places: list[Place], sabotage: str = "", run: dict[str, object] | None = None
) -> tuple[list[Outcome], list[ArchiveError], int]:
    """The outcomes of `places`, read by a reader in which `sabotage` was executed first."""
    outcomes: list[Outcome] = []
    errors: list[ArchiveError] = []
    begin, end = "import os, sys, crawler.reader as reader\n", "\nsys.exit(reader.main(sys.argv[1]))"
    command = (sys.executable, "-c", begin + sabotage + end)

    async def go() -> int:
        reader = Reader(archive, lambda outcome, links: outcomes.append(outcome), errors.append, command)
        await reader.start()
        reader.read(places)
        if run is not None:
            reader.put_run(run)
        await reader.end(60)
        return reader.crashes

    return outcomes, errors, asyncio.run(go())


def in_filing(victim: Place, what: str) -> str:
    """Sabotage of the process that files: at `victim`, read, it does `what`; that it is refused is filed."""
    return dedent(f"""
        file = reader.Ingest.file
        def fatal(self, held, page):
            if held.place.record_id == {victim.record_id!r} and page.reading is not None:
                {what}
            return file(self, held, page)
        reader.Ingest.file = fatal
    """)


def in_reading(victim: Place, what: str) -> str:
    """Sabotage of the process that reads."""
    code = dedent(f"""
        import os, sys
        from archive.worker import process
        answer = process._answer
        def fatal(task, answers, place):
            if place.record_id == {victim.record_id!r}:
                {what}
            return answer(task, answers, place)
        process._answer = fatal
        sys.exit(process.main(int(sys.argv[1])))
    """)
    folder = tempfile.mkdtemp()
    (Path(folder) / "sabotaged.py").write_text(code)
    return f"os.environ['PYTHONPATH'] += os.pathsep + {folder!r}\n" + read_by("sabotaged")


def read_by(module: str) -> str:
    """Sabotage by which `module` is what reads."""
    return f"from functools import partial\nreader.WorkerPool = partial(reader.WorkerPool, module={module!r})"
