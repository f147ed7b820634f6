"""Runs the crawls that are due, one process for each source, for as long as it is left running; and says which are due
when.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import socket
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import sqlite_utils

from archive.custody import control
from archive.errors import UsageError
from archive.messages.message import Message
from archive.processes import python
from archive.sources import Source
from archive.store.runs import brought_since, in_a_row, latest
from archive.text.clock import VIETNAM, in_vietnam, utc_seconds
from crawler.report import end_of_crawl
from crawler.survey.several import Waiting

RETRY = timedelta(hours=1)
"""How soon a crawl that could not be made is tried again, where that is sooner than the usual time. A site that stays
away is tried after twice as long each time, and at last as often as any."""

_HERE = frozenset(("storage", "disk"))
"""Reasons that cost no site a request."""
AWAY = _HERE | {"unreachable", "closed", "stalled", "error"}
"""Reasons that an hour may mend. A site that refuses us, or whose layout has changed, is left alone until its time."""


@dataclass(frozen=True, slots=True)
class Last:
    """The last crawl of a source: when it began (UTC), its exit code, and why it ended; 0 and "" where not known.

    A `quiet` source is visited half as often. `failures` is how many crawls in a row could not be made, this the last.
    """

    began: datetime
    code: int = 0
    reason: str = ""
    quiet: bool = False  # hardly anything waits by its next visit: see `quiet`
    failures: int = 0

    @property
    def failed(self) -> bool:
        """Whether it could not be made, and may be in an hour."""
        return self.reason in AWAY or (not self.reason and self.code not in (0, 130))

    def interval(self, every: timedelta) -> timedelta:
        """From the beginning of this crawl to the next, `every` being the usual time."""
        if self.failed:
            doubled = 0 if self.reason in _HERE else min(max(self.failures - 1, 0), 16)
            return min(every, RETRY * (1 << doubled))
        return 2 * every if self.quiet else every


@dataclass(frozen=True, slots=True)
class Due:
    """A source that may be crawled from `at` (UTC) on."""

    source: Source
    at: datetime


def plan(
    sources: Sequence[Source],
    last: Mapping[str, Last],
    now: datetime,
    every: timedelta,
    busy: frozenset[str] = frozenset(),
) -> list[Due]:
    """Every source that is not `busy`, with the time from which it may be crawled, the longest overdue first.

    `every` is the time from the beginning of one crawl to the next. A source that is asked at night only is due in its
    window, which lies in Vietnam's time.
    """
    due = []
    for source in sources:
        if source.id in busy or not source.crawlable:
            continue
        before = last.get(source.id)
        # in the future: by a clock that was wrong, and no reason to wait
        at = now if before is None or before.began > now else before.began + before.interval(every)
        due.append(Due(source, in_window(source, max(at, now) if source.politeness.night_only else at)))
    return sorted(due, key=lambda one: (one.at, one.source.id))


_LATELY: Final = timedelta(days=14)
_WAITING: Final = 4
"""A visit costs two requests, robots.txt and one list, whatever it brings: with four new articles 1.5 for each, with
twice as many 1.25.
"""


def quiet(db: sqlite_utils.Database, source: str, every: timedelta, now: datetime) -> bool:
    """Whether `source`, visited for two weeks, has brought less than four new articles for each of so many visits."""
    brought = brought_since(db, utc_seconds(now - _LATELY), source)
    return brought is not None and brought * every < _WAITING * _LATELY


def last_crawls(db: sqlite_utils.Database, every: timedelta, now: datetime) -> dict[str, Last]:
    """The last crawl of each source that has ended."""
    failures = in_a_row(db, AWAY)
    return {
        source: Last(
            datetime.fromisoformat(run.began),
            reason=run.reason,
            quiet=quiet(db, source, every, now),
            failures=failures.get(source, 0),
        )
        for source, run in latest(db).items()
    }


def in_window(source: Source, at: datetime) -> datetime:
    """The first time from `at` on at which `source` may be asked."""
    local = at.astimezone(VIETNAM)
    if source.politeness.open_at(local.time()):
        return at
    begin = source.politeness.night[0]
    opens = local.replace(hour=begin.hour, minute=begin.minute, second=0, microsecond=0)
    return (opens if opens >= local else opens + timedelta(days=1)).astimezone(at.tzinfo)


# Runs the crawls that are due, one process for each source, for as long as it is left running.

LOOK_SECONDS = 1.0
RELOAD = timedelta(minutes=1)
"""How soon a source that was verified meanwhile is watched, too."""
DRAIN_SECONDS = 9.0
"""How long a stop waits for the crawls, which end in order within eight: systemd's patience is set to twenty."""
HOOK_SECONDS = 1.0
"""How long a stop then waits for the hooks."""

Say = Callable[[dict[str, Any]], None]


@dataclass(slots=True)
class Watch:
    """The supervisor: `most` crawls at a time, each source again `every` so often; `options` go to each crawl.

    `say` gets each event as a flat dictionary; `hook` is a command run for each crawl that needs a person, with
    BAOTINH_SOURCE, BAOTINH_EXIT and BAOTINH_ERROR in its environment.
    """

    archive: Path
    sources: Sequence[Source]
    last: dict[str, Last]
    every: timedelta
    most: int
    say: Say
    options: Sequence[str] = ()
    hook: str = ""
    once: bool = False
    reload: Callable[[], Sequence[Source]] | None = None  # the sources anew: one that is verified meanwhile joins
    waiting: Waiting | None = None  # the sources that wait for a person, surveyed and told of beside the crawls
    report_hour: Callable[[], int | None] | None = None  # of Vietnam's clock: from it on the report of a day is sent
    is_quiet: Callable[[str], bool] = lambda _: False
    runs: dict[tuple[str, int], int] = field(default_factory=dict)  # how many ended, by source and exit code
    _running: dict[str, asyncio.Task[None]] = field(default_factory=dict)
    _processes: dict[str, asyncio.subprocess.Process] = field(default_factory=dict)
    _hooks: set[asyncio.Task[None]] = field(default_factory=set)
    _stopping: asyncio.Event = field(default_factory=asyncio.Event)

    async def watch(self) -> None:
        """Returns after SIGTERM or SIGINT, when all crawls have ended; with `once`, when each source was crawled."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stopping.set)
        notify("READY=1")
        if self.once:
            self._tell_waiting(datetime.now(UTC))
        surveys = asyncio.create_task(self._survey())
        reports = asyncio.create_task(self._send_reports())
        try:
            await self._crawl_due(surveys)
        finally:
            reports.cancel()
            surveys.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await reports
            with contextlib.suppress(asyncio.CancelledError):
                await surveys
        if self._stopping.is_set():
            await self._stop()

    async def _survey(self) -> None:
        if self.waiting is not None:
            await (self.waiting.tell() if self.once else self.waiting.watch())

    async def _send_reports(self) -> None:
        """Has the report of each day sent from its hour on; one that did not go out again after an hour."""
        sent, tried = "", datetime.min.replace(tzinfo=UTC)
        while self.report_hour is not None and not self.once:
            now, hour = datetime.now(UTC), self.report_hour()
            local = in_vietnam(now)
            day = local.date().isoformat()
            if hour is not None and local.hour >= hour and day != sent and now - tried >= RETRY:
                code, error = await self._report()
                sent, tried = day if code == 0 else sent, now
                self.say({"event": "report", "source": "", "day": day, "exit": code, "error": error})
            await asyncio.sleep(LOOK_SECONDS)

    async def _report(self) -> tuple[int, str]:
        """Exit code and last line of a process that sends the report: whatever holds it up holds up no crawl."""
        command = python("archive.cli", "--archive", str(self.archive), "status", "--send")
        process = await asyncio.create_subprocess_exec(
            *command, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE, process_group=0
        )
        try:
            _, err = await process.communicate()
        except asyncio.CancelledError:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
            raise
        return process.returncode or 0, _last_line(err) if process.returncode else ""

    async def _crawl_due(self, surveys: asyncio.Task[None]) -> None:
        """Crawls what is due until it is told to stop; with `once`, until each was crawled and the surveys are made."""
        begun: set[str] = set()
        loaded = datetime.now(UTC)
        while not self._stopping.is_set():
            notify("WATCHDOG=1")
            now = datetime.now(UTC)
            paused = {source for source, one in control.read_all(self.archive).items() if one.paused}
            for due in plan(self.sources, self.last, now, self._interval, frozenset(self._running) | paused):
                if (
                    len(self._running.keys() - paused) >= self.most
                    or due.at > now
                    or (self.once and due.source.id in begun)
                ):
                    continue
                begun.add(due.source.id)
                self._running[due.source.id] = asyncio.create_task(self._crawl(due.source))
            if surveys.done() and not surveys.cancelled() and surveys.exception() is not None:
                return  # what ended them is raised to whoever called
            if self.once and not self._running and not self._hooks and surveys.done():
                return
            if self.reload is not None and not self.once and now - loaded >= RELOAD:
                self.sources, loaded = self.reload(), now
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), LOOK_SECONDS)

    @property
    def _interval(self) -> timedelta:
        """From the beginning of one crawl to the next: with `once` a little less than `every`, so that what is called
        each day at the same minute waits for no other day because yesterday's crawl began some seconds later.
        """
        return self.every - self.every / 48 if self.once else self.every

    @property
    def worst(self) -> int:
        """The exit code of the crawls that have ended, as `baotinh crawl` has it of several; 0 where all were whole."""
        codes = {code for _, code in self.runs if code}
        return next((code for code in (4, 1, 2, 6) if code in codes), max(codes, default=0))

    def metrics(self) -> str:
        """What there is to measure, as Prometheus reads it."""
        lines = ["# TYPE baotinh_running gauge", f"baotinh_running {len(self._running)}"]
        lines.append("# TYPE baotinh_runs_total counter")
        lines += [
            f'baotinh_runs_total{{source="{source}",exit="{code}"}} {number}'
            for (source, code), number in sorted(self.runs.items())
        ]
        lines.append("# TYPE baotinh_last_run_timestamp_seconds gauge")
        lines += [
            f'baotinh_last_run_timestamp_seconds{{source="{name}"}} {last.began.timestamp():.0f}'
            for name, last in sorted(self.last.items())
        ]
        lines.append("# TYPE baotinh_last_run_exit_code gauge")
        lines += [
            f'baotinh_last_run_exit_code{{source="{name}"}} {self.last[name].code}'
            for name in sorted({source for source, _ in self.runs})  # before this watch began it is not known
        ]
        return "\n".join(lines) + "\n"

    def _tell_waiting(self, now: datetime) -> None:
        """Says which sources are not due, and when they will be, and which are paused."""
        for source in self.sources:
            if since := control.read(self.archive, source.id).paused:
                self.say({"event": "paused", "source": source.id, "since": since})
        waiting = {one.source.id for one in plan(self.sources, self.last, now, self._interval) if one.at > now}
        for due in plan(self.sources, self.last, now, self.every):
            if due.source.id in waiting:
                last = self.last.get(due.source.id)
                began = {"last": utc_seconds(last.began)} if last else {}
                self.say({"event": "not due", "source": due.source.id, "next": utc_seconds(due.at), **began})

    async def _crawl(self, source: Source) -> None:
        began = datetime.now(UTC)
        command = python("crawler", source.id, "--archive", str(self.archive), "--json", *self.options)
        process = await asyncio.create_subprocess_exec(
            *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE, process_group=0
        )
        self._processes[source.id] = process
        self.say({"event": "begun", "source": source.id, "pid": process.pid})
        out, err = await process.communicate()
        code = process.returncode or 0
        self.runs[source.id, code] = self.runs.get((source.id, code), 0) + 1
        error = _last_line(err) if code else ""
        report = _report(out)
        before = self.last.get(source.id)
        last = Last(began, code, str(report.get("reason", "")), self.is_quiet(source.id))
        if last.failed:
            last = replace(last, failures=1 + (before.failures if before else 0))
        self.last[source.id] = last
        for event in end_of_crawl(source.id, code, error, report):
            self.say(event)
        if last.failed and not self.once:
            due = utc_seconds(plan([source], self.last, began, self.every)[0].at)
            self.say({"event": "not made", "source": source.id, "failures": last.failures, "next": due})
        del self._running[source.id], self._processes[source.id]
        if self.hook and code not in (0, 130):
            self._hooks.add(hook := asyncio.create_task(self._call_hook(source, code, error)))
            hook.add_done_callback(self._hooks.discard)

    async def _call_hook(self, source: Source, code: int, error: str) -> None:
        told = {"BAOTINH_SOURCE": source.id, "BAOTINH_EXIT": str(code), "BAOTINH_ERROR": error}
        process = await asyncio.create_subprocess_shell(self.hook, env={**os.environ, **told})
        try:
            if await process.wait():
                self.say({"event": "hook failed", "source": source.id, "exit": process.returncode})
        except asyncio.CancelledError:
            process.kill()
            await process.wait()
            raise

    async def _stop(self) -> None:
        notify("STOPPING=1")
        self.say({"event": "stopping", "running": len(self._running)})
        for process in self._processes.values():
            with contextlib.suppress(ProcessLookupError):
                process.terminate()
        if self._running:
            await asyncio.wait(self._running.values(), timeout=DRAIN_SECONDS)
        for process in self._processes.values():  # what is left is as if killed: the next crawl takes it up
            with contextlib.suppress(ProcessLookupError):
                process.kill()
        if self._running:
            await asyncio.wait(self._running.values())
        if self._hooks:
            _, late = await asyncio.wait(self._hooks, timeout=HOOK_SECONDS)
            for hook in late:
                hook.cancel()
            await asyncio.gather(*late, return_exceptions=True)


async def serve_metrics(watch: Watch, port: int) -> asyncio.Server:
    """Answers each request on loopback port `port` with the metrics of `watch`; raises UsageError for a taken port."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            await reader.readuntil(b"\r\n\r\n")
            body = watch.metrics().encode()
            head = f"HTTP/1.1 200 OK\r\nContent-Type: text/plain; version=0.0.4\r\nContent-Length: {len(body)}\r\n\r\n"
            writer.write(head.encode() + body)
            await writer.drain()
        writer.close()

    try:
        return await asyncio.start_server(answer, "127.0.0.1", port)
    except OSError as error:
        why = Message(os.strerror(error.errno or 0))
        raise UsageError("port {port} of 127.0.0.1: {why}; name another with --metrics", port=port, why=why) from error


def notify(state: str) -> None:
    """Tells systemd `state`, where it asks to be told (sd_notify(3))."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address:
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as told, contextlib.suppress(OSError):
        told.sendto(state.encode(), "\0" + address[1:] if address.startswith("@") else address)


def _last_line(err: bytes) -> str:
    return err.decode(errors="replace").strip().rpartition("\n")[2].removeprefix("baotinh: ")


def _report(out: bytes) -> dict[str, Any]:
    """The report that a crawl has printed, {} where it was cut off before."""
    try:
        return dict(json.loads(out)[0])
    except (ValueError, IndexError):
        return {}
