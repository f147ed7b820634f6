"""The second process of a crawl: has what was kept read, files it, and tells what became of it.

    python -m crawler.reader ARCHIVE

Takes lines of JSON on standard input and gives lines of JSON on standard output; pages never travel, only places and
outcomes. Untrusted bytes are parsed in a third process (`archive.worker.process`), whose limits end no more than one
page. What a page may cost here, in memory and CPU time, is bounded too; where one costs this process its life, the next
one is told to be careful: it names each page in an `at` line before it files it, and writes it before the next.
"""

from __future__ import annotations

import gc
import json
import math
import os
import resource
import select
import signal
import sys
from collections import OrderedDict, defaultdict
from contextlib import closing
from dataclasses import fields
from operator import attrgetter
from pathlib import Path
from typing import BinaryIO, cast

from archive.errors import ArchiveError
from archive.holdings import Holdings
from archive.ingest.pipeline import Ingest
from archive.messages.message import packed
from archive.model import Link, Outcome, Place
from archive.sources import Register
from archive.store import open_database
from archive.store.database import writing
from archive.store.writes import put_run
from archive.worker.pool import WorkerPool, parse_to_follow
from archive.worker.process import FAULT, write_fault

PAGE_CPU_SECONDS = 10
"""What filing one page may cost, and writing its batch. An article of 8 MB took 0.1 s, and 1.2 s of its batch's end."""

MEMORY_BYTES = 3 << 30
"""Address space of the process."""

TOLD_LINKS = 50_000
"""So many links are remembered as told: a site's menus and boxes repeat on every page."""


class Told:
    """Remembers which links were told already, the oldest forgotten first, so that a pipe carries each once."""

    def __init__(self, most: int = TOLD_LINKS) -> None:
        self._most = most
        self._links: OrderedDict[Link, None] = OrderedDict()

    def news(self, links: tuple[Link, ...]) -> list[Link]:
        """Those of `links` that were not told yet, from now on told."""
        fresh = []
        for link in links:
            if link.headline or link not in self._links:  # a headline is compared place by place
                self._links[link] = None
                fresh.append(link)
        while len(self._links) > self._most:
            self._links.popitem(last=False)
        return fresh


def main(archive: str) -> int:
    """Serves until standard input ends. The exit code is that of the error that ended it, 0 without one."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the crawl, which tells us when to end
    gc.set_threshold(20_000, 50, 50)  # rows make no circles: looking for some among them is a tenth of all filing
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # a library that prints must not break the conversation
    try:
        holdings = Holdings.open(Path(archive))
        register = Register.valid(holdings.sources)
        with WorkerPool(holdings.root, register, 1, parse_to_follow) as readers, Ingest(holdings, register) as ingest:
            asked = _Filer(holdings, ingest, readers, out).serve(sys.stdin.buffer)
            resource.setrlimit(resource.RLIMIT_CPU, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        if asked:
            _say(out, ["end"])  # not before the database is closed and sealed: at this word the crawl ends us
    except ArchiveError as error:
        _say(out, ["error", error.exit_code, packed(error.message)])
        return error.exit_code
    except BrokenPipeError:
        return 0  # the crawl is dead: what was not committed is read by the next one
    except Exception:  # noqa: BLE001 - a fault of ours: another reader says at which page, and the third goes on
        write_fault(Path(archive))
        return FAULT
    return 0


class _Filer:
    """What is sent goes to the process that reads, and what comes back into the database."""

    def __init__(self, holdings: Holdings, ingest: Ingest, readers: WorkerPool, out: BinaryIO) -> None:
        self._holdings, self._ingest, self._readers, self._out = holdings, ingest, readers, out
        self._told: defaultdict[str, Told] = defaultdict(Told)  # by source: what is no business of one may be another's
        self._folders: dict[str, str] = {}  # where each record lies that was not told of: one folder for each source
        self._careful = False

    def serve(self, source: BinaryIO) -> bool:
        """Files what is sent; whether it was asked to end, rather than left alone."""
        buffer = b""
        _say(self._out, ["ready"])
        while True:
            line, end, rest = buffer.partition(b"\n")
            if end:
                buffer = rest
                if not self._hear(json.loads(line)):
                    return True
                continue
            unfiled = bool(self._readers)
            if not unfiled:
                self._commit()
            if select.select([source], [], [], 0 if unfiled else None)[0]:
                data = os.read(source.fileno(), 1 << 16)
                if not data:
                    return False
                buffer += data
            elif unfiled:
                self._take()

    def _hear(self, message: list[object]) -> bool:
        """Does as `message` says; False at the last one."""
        if message[0] == "read":
            self._readers.send(_place(message))
            return True
        while self._readers:
            self._take()
        match message[0]:
            case "careful":
                self._careful = True
            case "refuse":
                self._ingest.refuse(_place(message), str(message[2]))
                self._commit()  # the next page may end us too: this one must not come back then
            case "run":
                self._commit()
                _put_run(self._holdings, cast(dict[str, object], message[1]))
            case "end":
                self._commit()
                return False
        return True

    def _take(self) -> None:
        """Files the page that was read next."""
        answer = self._readers.take()
        place: Place = answer.item
        self._folders[place.record_id] = place.file.rpartition("/")[0]
        if self._careful:
            _say(self._out, ["at", place.record_id])
        _limit_time()
        try:
            if answer.stored is not None and answer.page is not None:
                self._ingest.file(answer.stored, answer.page)
            elif answer.reason == "damaged":
                _say(self._out, ["damage", place.record_id, answer.detail])
            else:
                self._ingest.refuse(place, answer.reason)
        except MemoryError:
            self._ingest.refuse(place, "too_large")
        if self._careful or self._ingest.due:  # of a batch, none could say which page ends us when it is written
            self._commit()

    def _commit(self) -> None:
        _limit_time()
        outcomes = self._ingest.commit()
        if outcomes:
            _say(self._out, *map(self._line, outcomes))

    def _line(self, outcome: Outcome) -> list[object]:
        told = self._told[self._folders.pop(outcome.record_id, "")]
        links = [list(_link(link)) for link in told.news(outcome.links)]
        said = [outcome.record_id, outcome.state, outcome.reason, outcome.article, outcome.published, outcome.listed]
        return ["out", *said, links, len(outcome.links)]


_link = attrgetter(*(field.name for field in fields(Link)))


def _limit_time() -> None:
    used = resource.getrusage(resource.RUSAGE_SELF)
    allowed = math.ceil(used.ru_utime + used.ru_stime) + PAGE_CPU_SECONDS
    resource.setrlimit(resource.RLIMIT_CPU, (allowed, resource.RLIM_INFINITY))  # SIGXCPU ends even a loop in C


def _place(message: list[object]) -> Place:
    return Place(*cast(list[str], message[1]))  # type: ignore[arg-type]


def _put_run(holdings: Holdings, run: dict[str, object]) -> None:
    with closing(open_database(holdings.database)) as db, writing(db):
        put_run(db, **run)  # type: ignore[arg-type]


def _say(out: BinaryIO, *messages: list[object]) -> None:
    out.write(b"".join(json.dumps(message, ensure_ascii=False).encode() + b"\n" for message in messages))
    out.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
