"""Which source is due when, and the supervisor that crawls what is due."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
import time as clock
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from crawling import article, html, status
from surveyed import Served, with_sites

from archive.errors import CrawlError, SourceError, StorageError, UsageError
from archive.holdings import Holdings
from archive.sources import Register, Source
from archive.sources.load import parse_source
from archive.store import open_database
from archive.store.database import writing
from archive.store.writes import put_run
from crawler.commands.watch import watch as command
from crawler.watch import Last, Watch, in_window, last_crawls, plan, quiet, serve_metrics

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)  # ten o'clock in Vietnam
DAY = timedelta(days=1)
ROOT = Path(__file__).parents[2]
LINKS = [f"/tin/hoi-nghi-tong-ket-cong-tac-{number}.html" for number in range(1, 8)]


def source(name: str, politeness: str = "") -> Source:
    return parse_source(
        f'id = "{name}"\nname = "{name}"\nkind = "newspaper"\nprovince = "thai-nguyen"\nstatus = "unverified"\n'
        f'hosts = ["{name}.example"]\n[[layout]]\nfamily = "nukeviet"\n[politeness]\n{politeness}\n',
        f"{name}.toml",
    )


def test_a_source_never_crawled_is_due_now_and_the_longest_overdue_comes_first() -> None:
    last = {"b": Last(NOW - 3 * DAY), "c": Last(NOW - DAY / 2)}
    due = plan([source("c"), source("b"), source("a")], last, NOW, DAY)
    assert [(one.source.id, one.at - NOW) for one in due] == [("b", -2 * DAY), ("a", timedelta()), ("c", DAY / 2)]


def test_a_crawl_that_failed_is_tried_again_in_an_hour() -> None:
    due = plan([source("a")], {"a": Last(NOW - DAY / 24, code=6)}, NOW, DAY)
    assert due[0].at == NOW


@pytest.mark.parametrize(
    ("last", "hours"),
    [
        (Last(NOW, reason="unreachable"), 1),
        (Last(NOW, code=4, reason="storage"), 1),
        (Last(NOW, code=-9), 1),
        (Last(NOW, code=6, reason="refused"), 24),
        (Last(NOW, code=6, reason="finished"), 24),
        (Last(NOW, code=130, reason="shutdown"), 24),
    ],
)
def test_only_what_an_hour_may_mend_is_tried_again_so_soon(last: Last, hours: int) -> None:
    """A site that refuses us, or a bound that is broken, is no reason to ask twenty-four times a day."""
    assert plan([source("a")], {"a": last}, NOW, DAY)[0].at - NOW == timedelta(hours=hours)


@pytest.mark.parametrize(
    ("reason", "failures", "hours"),
    [("unreachable", 1, 1), ("unreachable", 2, 2), ("closed", 4, 8), ("", 5, 16), ("unreachable", 6, 24),
     ("stalled", 4000, 24), ("disk", 30, 1)],
)  # fmt: skip
def test_a_site_that_stays_away_is_asked_ever_more_rarely_until_as_often_as_any(
    reason: str, failures: int, hours: int
) -> None:
    last = Last(NOW, code=6, reason=reason, failures=failures)
    assert plan([source("a")], {"a": last}, NOW, DAY)[0].at - NOW == timedelta(hours=hours)


def test_crawls_not_made_are_counted_over_a_restart_up_to_the_last_that_was(tmp_path: Path) -> None:
    reasons = {"a": ("closed", "finished", "unreachable", "stalled"), "b": ("unreachable", "finished"), "c": ("disk",)}
    with closing(open_database(tmp_path / "archive.sqlite")) as db, writing(db):
        for name, ended in reasons.items():
            for day, reason in enumerate((*ended, "by_hand"), start=1):
                began = f"2026-11-{day:02}T00:00:00Z"
                put_run(db, f"{name}{day}", name, began, began, reason, {})
        found = last_crawls(db, DAY, NOW)
    assert {name: last.failures for name, last in found.items()} == {"a": 2, "b": 0, "c": 1}


def test_what_was_not_made_says_how_often_in_a_row_and_when_it_is_tried_again(tmp_path: Path) -> None:
    watch, events = watching(tmp_path, ["a"], "import sys; sys.exit(6)")
    watch.last["a"] = Last(datetime.now(UTC) - DAY, code=6, reason="unreachable", failures=2)

    async def go() -> None:
        task = asyncio.create_task(watch.watch())
        while events[-1:] == [] or events[-1]["event"] != "not made":
            await asyncio.sleep(0.02)
        os.kill(os.getpid(), signal.SIGTERM)
        await task

    asyncio.run(go())
    told = next(event for event in events if event["event"] == "not made")
    wait = datetime.fromisoformat(str(told["next"])) - watch.last["a"].began
    assert (told["failures"], round(wait / timedelta(hours=1))) == (3, 4)


def test_a_quiet_source_is_visited_half_as_often_and_one_that_failed_as_soon_as_any() -> None:
    for last, after in ((Last(NOW, quiet=True), 2 * DAY), (Last(NOW, reason="unreachable", quiet=True), DAY / 24)):
        assert plan([source("a")], {"a": last}, NOW, DAY)[0].at - NOW == after


@pytest.mark.parametrize(
    ("first", "new", "every", "is_quiet"),
    [
        (20, 3, DAY, True),
        (20, 4, DAY, False),
        (20, 3, DAY / 2, True),
        (20, 3, 2 * DAY, False),
        (10, 3, DAY, False),  # not for two weeks yet
    ],
)
def test_a_source_is_quiet_by_what_two_weeks_of_visits_have_brought(
    tmp_path: Path, first: int, new: int, every: timedelta, is_quiet: bool
) -> None:
    """`new` articles came each day, and the first crawl, so many days ago, brought what there was."""
    with closing(open_database(tmp_path / "archive.sqlite")) as db, writing(db):
        for day in range(first, 0, -1):
            began, brought = f"{NOW - day * DAY + DAY / 24:%Y-%m-%dT%H:%M:%SZ}", 500 if day == first else new
            put_run(db, f"{day}", "a", began, began, "finished", {"new": brought})
        put_run(db, "by-hand", "a", f"{NOW:%Y-%m-%dT%H:%M:%SZ}", "", "by_hand", {"new": 100})
        assert quiet(db, "a", every, NOW) is is_quiet
        assert last_crawls(db, every, NOW)["a"].quiet is is_quiet
        assert not quiet(db, "b", every, NOW)


def test_a_crawl_that_a_wrong_clock_dates_in_the_future_does_not_put_the_next_one_off() -> None:
    assert plan([source("a")], {"a": Last(NOW + 3650 * DAY)}, NOW, DAY)[0].at == NOW


def test_what_runs_is_not_due() -> None:
    assert plan([source("a")], {}, NOW, DAY, frozenset({"a"})) == []


@pytest.mark.parametrize(
    ("hour", "opens"),
    [(10, "22:00"), (21, "22:00"), (23, "23:00"), (2, "02:00"), (6, "22:00")],
)
def test_a_source_of_the_night_is_due_in_its_window_in_vietnam(hour: int, opens: str) -> None:
    night = source("a", 'night_only = true\nnight = ["22:00", "06:00"]')
    at = datetime(2026, 11, 24, hour, tzinfo=UTC) - timedelta(hours=7)
    local = in_window(night, at) + timedelta(hours=7)
    assert (local.time().isoformat("minutes"), in_window(night, at) >= at) == (opens, True)
    assert night.politeness.night[0] == time(22)


def watching(tmp_path: Path, names: list[str], code: str, **more: object) -> tuple[Watch, list[dict[str, object]]]:
    """A watch whose crawls are the Python `code`, run as the module that a crawl is."""
    package = tmp_path / "crawler"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "__main__.py").write_text(code)
    events: list[dict[str, object]] = []
    watch = Watch(tmp_path, [source(name) for name in names], {}, DAY, 2, events.append, **more)  # type: ignore[arg-type]
    return watch, events


@pytest.fixture(autouse=True)
def _where_crawls_are_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setattr("crawler.watch.LOOK_SECONDS", 0.05)
    monkeypatch.chdir(tmp_path)


def test_each_due_source_is_crawled_in_a_process_of_its_own_and_told_of(tmp_path: Path) -> None:
    code = "import json, sys; print(json.dumps([{'run': 'r', 'reason': 'finished', 'new': len(sys.argv[1])}]))"
    watch, events = watching(tmp_path, ["a", "bb", "ccc"], code, once=True)
    asyncio.run(watch.watch())
    ended = {event["source"]: event for event in events if event["event"] == "ended"}
    assert {name: (event["exit"], event["new"]) for name, event in ended.items()} == {
        "a": (0, 1),
        "bb": (0, 2),
        "ccc": (0, 3),
    }
    assert 'baotinh_runs_total{source="a",exit="0"} 1' in watch.metrics()


def test_once_says_what_is_not_due_and_when_it_will_be(tmp_path: Path) -> None:
    watch, events = watching(tmp_path, ["a", "b"], "print('[{}]')", once=True)
    began = datetime.now(UTC).replace(microsecond=0) - DAY / 4
    watch.last["b"] = Last(began)
    asyncio.run(watch.watch())
    told = {event["source"]: event for event in events if event["event"] == "not due"}
    assert set(told) == {"b"}
    assert datetime.fromisoformat(str(told["b"]["next"])) == began + DAY
    assert [event["source"] for event in events if event["event"] == "ended"] == ["a"]


def test_once_at_the_same_minute_each_day_puts_no_source_off_for_a_day(tmp_path: Path) -> None:
    watch, events = watching(tmp_path, ["a", "b"], "print('[{}]')", once=True)
    watch.last = {"a": Last(datetime.now(UTC) - DAY + DAY / 100), "b": Last(datetime.now(UTC) - DAY + DAY / 10)}
    asyncio.run(watch.watch())
    assert [event["source"] for event in events if event["event"] == "ended"] == ["a"]


def test_a_crawl_that_needs_a_person_calls_the_hook(tmp_path: Path) -> None:
    code = "import sys; print('baotinh: the site does not answer', file=sys.stderr); sys.exit(6)"
    hook = f'sleep 0.2; echo "$BAOTINH_SOURCE $BAOTINH_EXIT $BAOTINH_ERROR" >> {tmp_path}/told'
    watch, _ = watching(tmp_path, ["a"], code, once=True, hook=hook)
    asyncio.run(watch.watch())
    assert (tmp_path / "told").read_text() == "a 6 the site does not answer\n"
    assert watch.last["a"].code == 6
    assert 'baotinh_last_run_exit_code{source="a"} 6' in watch.metrics()


def test_with_nothing_verified_sources_are_surveyed_and_what_waits_for_a_person_is_told(tmp_path: Path) -> None:
    def act(served: Served) -> tuple[Any, Any, list[str]]:
        register = Register.load(served.archive / "sources", shipped=None)
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr("crawler.commands.watch.Register.valid", lambda *_: register)
            patched.setattr(
                asyncio.SelectorEventLoop, "add_signal_handler", lambda *_: None
            )  # of the main thread alone
            first = served.invoke(command, "--once", "--log-json")
            asked = len(served.servers["mot"].paths)
            second = served.invoke(command, "--once", "--log-json")
        assert len(served.servers["mot"].paths) == asked, "a survey of this month is not made again"
        return first, second, served.servers["mot"].paths

    pages = {link: article(f"Hội nghị tổng kết {link}", "Xã Tân Bình tổ chức hội nghị.") for link in LINKS}
    site = {"/robots.txt": "User-agent: *\nDisallow: /cam/\n", "/": html("Đảng bộ huyện Đại Từ", *LINKS), **pages}
    first, second, paths = with_sites(tmp_path / "a", {"mot": site, "hai": {"/robots.txt": status("503 Busy")}}, act)
    assert paths[0] == "/robots.txt"
    for done in (first, second):
        assert isinstance(done.exception, CrawlError)
        assert "no source is verified yet, and 2 wait for a person" in str(done.exception)
        told = [json.loads(line) for line in done.stderr.splitlines()]
        assert told[-1]["event"] == "waits for a person"
        assert (told[-1]["verify"], told[-1]["forbidden"]) == (1, 1)
    surveyed = [json.loads(line) for line in first.stderr.splitlines() if '"surveyed"' in line]
    assert {one["source"]: one["todo"] for one in surveyed} == {"mot": "verify", "hai": "forbidden"}


def test_a_watch_goes_on_with_nothing_to_crawl_and_takes_up_what_is_verified_meanwhile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crawler.watch.RELOAD", timedelta())
    watch, events = watching(tmp_path, [], "print('[{}]')")
    verified: list[Source] = []
    looked: list[int] = []

    def reload() -> list[Source]:
        looked.append(len(events))
        if len(looked) == 3:
            verified.append(source("a"))
        return verified

    watch.reload = reload

    async def go() -> None:
        task = asyncio.create_task(watch.watch())
        while not any(event["event"] == "ended" for event in events):
            assert not task.done(), "nothing to crawl is no reason to end"
            await asyncio.sleep(0.02)
        os.kill(os.getpid(), signal.SIGTERM)
        await task

    asyncio.run(go())
    assert [event["source"] for event in events if event["event"] == "ended"] == ["a"]


def test_a_watch_goes_on_with_the_other_sources_while_a_file_is_not_valid(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    times: list[int] = []
    broken = {"hong": SourceError("{path}: name: is missing", path="hong.toml")}

    def load(*_: Path) -> Register:
        times.append(len(times))
        if len(times) == 9:
            os.kill(os.getpid(), signal.SIGTERM)
        return replace(Register.of([]), _broken=broken if 2 <= len(times) < 6 else {})

    Holdings.create(tmp_path / "a", "Thư viện thử", "lien-he@thu.example")
    monkeypatch.setattr("crawler.watch.RELOAD", timedelta())
    monkeypatch.setattr("crawler.commands.watch.Register.valid", load)
    done = CliRunner().invoke(command, ["--archive", str(tmp_path / "a"), "--log-json"], standalone_mode=False)
    assert (done.exception, done.return_value) == (None, 0)
    told = [json.loads(line) for line in done.stderr.splitlines()]
    assert [one["error"] for one in told if one["event"] == "sources not read"] == ["hong.toml: name: is missing"]


def test_a_file_that_is_not_valid_stops_the_crawl_of_no_other_source(tmp_path: Path) -> None:
    """By name alone it is crawled; the watch of a day ends with 2, for one of its sources is left out."""

    def act(served: Served) -> tuple[Any, Any, Any]:
        verified = 'status = "verified"\nverified_by = "Hà Vân"\nverified_on = 2026-01-01'
        file = served.file("mot")
        file.write_text(re.sub('status += "unverified"', verified, file.read_text()))
        served.file("hong").write_text('id = "hong"\nnmae = "Báo hỏng"\n')
        register = Register.valid(served.archive / "sources", shipped=None)
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr("crawler.commands.watch.Register.valid", lambda *_: register)
            patched.setattr(asyncio.SelectorEventLoop, "add_signal_handler", lambda *_: None)
            watched = served.invoke(command, "--once", "--log-json")
        return crawl_apart(served, "mot"), crawl_apart(served, "hong"), watched

    pages = {link: article(f"Hội nghị tổng kết {link}", "Xã Tân Bình tổ chức hội nghị.") for link in LINKS}
    site = {"/robots.txt": "User-agent: *\n", "/": html("Đảng bộ huyện Đại Từ", *LINKS), **pages}
    named, asked, watched = with_sites(tmp_path / "a", {"mot": site}, act)
    assert named.returncode == 0, named.stderr
    assert "hong.toml: hosts: is missing" in named.stderr
    assert asked.returncode == SourceError.exit_code
    assert "hong.toml: hosts: is missing" in asked.stderr.splitlines()[-1]
    assert isinstance(watched.exception, SourceError)
    told = [json.loads(line) for line in watched.stderr.splitlines()]
    assert [one["event"] for one in told if one["event"] in ("sources not read", "begun")] == [
        "sources not read",
        "begun",
    ]


def crawl_apart(served: Served, source: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "crawler", source, "--archive", str(served.archive), "--allow-loopback"]
    return subprocess.run(
        command, capture_output=True, text=True, check=False, cwd=ROOT, env={**os.environ, "PYTHONPATH": ""}
    )


def test_a_survey_that_cannot_be_kept_ends_the_watch_with_its_error(tmp_path: Path) -> None:
    class Full:
        async def watch(self) -> None:
            raise StorageError("{path}: the disk is full", path=tmp_path)

    watch, _ = watching(tmp_path, [], "print('[{}]')")
    watch.waiting = Full()  # type: ignore[assignment]
    with pytest.raises(StorageError, match="the disk is full"):
        asyncio.run(watch.watch())


@pytest.mark.parametrize(("codes", "worst"), [({"a": 0, "b": 0}, 0), ({"a": 0, "b": 6}, 6), ({"a": 6, "b": 4}, 4)])
def test_once_ends_as_the_worst_of_its_crawls(tmp_path: Path, codes: dict[str, int], worst: int) -> None:
    watch, _ = watching(tmp_path, list(codes), f"import sys; sys.exit({codes}[sys.argv[1]])", once=True)
    asyncio.run(watch.watch())
    assert watch.worst == worst


def test_a_stop_waits_for_no_hook_for_ever_and_leaves_none_running(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crawler.watch.HOOK_SECONDS", 0.1)
    hook = f"echo $$ > {tmp_path}/began; mv {tmp_path}/began {tmp_path}/hook; exec sleep 600"
    watch, _ = watching(tmp_path, ["a"], "import sys; sys.exit(6)", hook=hook)

    async def go() -> None:
        task = asyncio.create_task(watch.watch())
        while not (tmp_path / "hook").exists():
            await asyncio.sleep(0.02)
        os.kill(os.getpid(), signal.SIGTERM)
        await task

    asyncio.run(go())
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "hook").read_text()), 0)


def test_a_stop_ends_the_crawls_in_order_and_kills_what_does_not_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crawler.watch.DRAIN_SECONDS", 1.0)
    code = (
        "import signal, sys, time, pathlib\n"
        "if sys.argv[1] == 'b': signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "pathlib.Path(sys.argv[1] + '.began').touch()\n"
        "time.sleep(600)\n"
    )
    watch, events = watching(tmp_path, ["a", "b"], code)

    async def go() -> float:
        task = asyncio.create_task(watch.watch())
        while not (tmp_path / "a.began").exists() or not (tmp_path / "b.began").exists():
            await asyncio.sleep(0.02)
        began = clock.monotonic()
        os.kill(os.getpid(), signal.SIGTERM)
        await task
        return clock.monotonic() - began

    assert asyncio.run(go()) < 30
    assert {event["source"]: event["exit"] for event in events if event["event"] == "ended"} == {"a": -15, "b": -9}


def test_metrics_are_served_to_whoever_asks_on_this_machine(tmp_path: Path) -> None:
    watch, _ = watching(tmp_path, ["a"], "pass")

    async def go() -> bytes:
        server = await serve_metrics(watch, 0)
        port = server.sockets[0].getsockname()[1]
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET /metrics HTTP/1.1\r\n\r\n")
        answer = await reader.read()
        writer.close()
        server.close()
        await writer.wait_closed()
        return answer

    assert b"\nbaotinh_running 0\n" in asyncio.run(go())


@pytest.mark.parametrize(
    "options",
    [["--every", "nan"], ["--every", "1e30"], ["--metrics", "99999"], ["--metrics", "0"], ["--minutes", "nan"]],
)
def test_a_number_that_is_none_or_out_of_bounds_is_one_line_that_names_its_option(options: list[str]) -> None:
    refused = CliRunner().invoke(command, options)
    assert refused.exit_code == 2
    assert options[0] in refused.output


def test_metrics_on_a_port_that_is_taken_say_which_and_what_to_do(tmp_path: Path) -> None:
    watch, _ = watching(tmp_path, ["a"], "pass")

    async def go() -> None:
        server = await serve_metrics(watch, 0)
        port = server.sockets[0].getsockname()[1]
        try:
            with pytest.raises(UsageError, match=f"port {port} of 127.0.0.1: .*--metrics"):
                await serve_metrics(watch, port)
        finally:
            server.close()

    asyncio.run(go())
