"""A running crawl is paused, slowed down and resumed by another process; a source's quota ends its crawl in order."""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import random
import signal
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from crawling import SOURCE, Crawled, answer_of, article, crawl, crawl_served, html, pages
from raw_server import raw_server

from archive.cli import main
from archive.custody import control
from archive.custody.control import Control
from archive.errors import UsageError
from archive.holdings import Holdings
from archive.sources import parse_source
from crawler.frontier import limits
from crawler.frontier.pace import Pace
from crawler.http.capture import Fetched
from crawler.watch import Watch

pytestmark = pytest.mark.usefixtures("english")

ROOT = Path(__file__).parents[2]
LINKS = [f"/tin/hoi-nghi-{n}.html" for n in range(1, 21)]
SITE = {"/": html("Trang chủ", *LINKS)} | {
    link: article(f"Hội nghị số {n}", f"Nội dung {n} của xã.") for n, link in enumerate(LINKS)
}


def baotinh(root: Path, *arguments: str, lang: str = "en") -> Result:
    return CliRunner().invoke(main, ["--archive", str(root), "--lang", lang, *arguments])


async def until(true: Any, seconds: float = 60.0) -> None:
    async with asyncio.timeout(seconds):
        while not true():
            await asyncio.sleep(0.02)


def test_a_paused_crawl_asks_for_nothing_and_goes_on_when_it_is_resumed(tmp_path: Path) -> None:
    async def run() -> tuple[Crawled, int, int]:
        asked: list[int] = []

        def script(path: str) -> Any:
            if path == LINKS[10]:  # the order is given in the midst of an answer
                control.order(tmp_path, "thu", Control(paused="2026-12-02T08:00:00Z"))
            return answer_of(SITE.get(path))

        async with raw_server(script) as server:
            going = asyncio.ensure_future(crawl_served(tmp_path, server, SOURCE, most=1))
            await until(lambda: (tmp_path / "control" / "thu.json").exists())
            await asyncio.sleep(1.0)
            asked.append(len(server.paths))
            await asyncio.sleep(0.6)
            asked.append(len(server.paths))
            control.order(tmp_path, "thu", control.NONE)
            return await going, *asked

    crawled, first, later = asyncio.run(run())
    assert first == later < len(LINKS) + 2, "a robots.txt, a first page, and what was on its way"
    assert sorted(path for path in crawled.paths if path in LINKS) == sorted(LINKS), "none is lost, none asked twice"
    assert crawled.report.reason == "finished"
    assert [what for _, what, _ in crawled.report.decisions if what in ("paused", "resumed")] == ["paused", "resumed"]


def test_a_pause_outlives_the_crawl_until_it_is_taken_back(tmp_path: Path) -> None:
    crawl(tmp_path, pages(SITE))
    assert baotinh(tmp_path, "crawl", "--pause", "thu").exit_code == 0
    with pytest.raises(AssertionError, match="--resume thu"):  # raised by the helper, where no report was made
        crawl(tmp_path, pages(SITE))
    refused = baotinh(tmp_path, "crawl", "--allow-loopback", "thu")
    assert refused.exit_code == 6
    assert "thu: paused since" in refused.stderr
    assert baotinh(tmp_path, "crawl", "--resume", "thu").exit_code == 0
    assert not list((tmp_path / "control").iterdir())
    assert crawl(tmp_path, pages(SITE)).report.reason == "finished"


def test_a_crawl_that_is_killed_while_it_is_paused_is_paused_after_it_too_and_loses_nothing(tmp_path: Path) -> None:
    async def run() -> tuple[list[str], list[str], str]:
        async with raw_server(lambda path: answer_of(SITE.get(path))) as server:
            await crawl_served(tmp_path, server, SOURCE, BAOTINH_LIMIT=3)
            source = SOURCE.replace("{port}", str(server.port)).replace("delay_seconds = 0", "delay_seconds = 0.1")
            (tmp_path / "sources" / "thu.toml").write_text(source)
            process = await begun(tmp_path, "thu")
            before = len(server.paths)
            await until(lambda: len(server.paths) >= before + 3)
            told = baotinh(tmp_path, "crawl", "--pause", "thu", "--json")
            assert json.loads(told.stdout)[0]["running"]
            await until(lambda: '"paused"' in json.dumps(runs(tmp_path)))
            await asyncio.sleep(1.0)
            held = list(server.paths)
            process.send_signal(signal.SIGKILL)
            await process.wait()
            again = await begun(tmp_path, "thu")
            error = (await again.communicate())[1].decode()
            assert again.returncode == 6
            paused = list(server.paths)
            assert baotinh(tmp_path, "crawl", "--resume", "thu").exit_code == 0
            last = await begun(tmp_path, "thu")
            await last.communicate()
            assert last.returncode == 0
            assert held == paused
            return paused, server.paths, error

    paused, at_the_end, error = asyncio.run(run())
    assert "paused since" in error
    assert {path for path in at_the_end if path in LINKS} == set(LINKS)
    twice = [path for path in LINKS if at_the_end.count(path) > 1]
    assert len(twice) <= 2, "asked for again is at most what was on its way"
    assert len(paused) < len(LINKS)


async def begun(root: Path, source: str) -> asyncio.subprocess.Process:
    environment = {**os.environ, "BAOTINH_ALLOW_LOOPBACK": "1", "BAOTINH_LANG": "en", "PYTHONPATH": str(ROOT)}
    words = [sys.executable, "-m", "crawler", source, "--archive", str(root)]
    pipe = asyncio.subprocess.PIPE
    return await asyncio.create_subprocess_exec(*words, cwd=ROOT, env=environment, stdout=pipe, stderr=pipe)


def runs(root: Path) -> Any:
    done = baotinh(root, "runs", "--json")
    return json.loads(done.stdout) if done.exit_code == 0 else []


def fetched(status: int = 200) -> Fetched:
    return Fetched(None, status, (), "", "", 0.0)


def test_an_ordered_delay_holds_at_once_and_ends_at_once() -> None:
    from datetime import UTC, datetime

    wall = datetime(2026, 12, 2, tzinfo=UTC)
    pace = Pace(2.0)
    pace.start()
    pace.finish(fetched(), 100.0, wall)
    assert pace.free_at() == 102.0
    pace.ordered = 60.0
    assert pace.free_at() == 160.0, "counted from the answer that came"
    pace.ordered = 0.0
    assert pace.free_at() == 102.0, "not what was waited for meanwhile"
    pace.ordered = 1.0
    assert pace.free_at() == 102.0, "nothing is faster than the source's own delay"


def test_a_delay_is_ordered_for_a_crawl_that_runs_and_never_below_a_retry_after() -> None:
    from datetime import UTC, datetime

    pace = Pace(1.0)
    pace.start()
    pace.finish(Fetched(None, 429, (("Retry-After", "300"),), "", "", 0.0), 0.0, datetime(2026, 12, 2, tzinfo=UTC))
    pace.ordered = 10.0
    assert pace.free_at() == 300.0
    pace.ordered = 0.0
    assert pace.free_at() == 300.0


def test_a_running_crawl_is_slowed_down_and_says_so(tmp_path: Path) -> None:
    async def run() -> tuple[Crawled, list[float]]:
        times: list[float] = []

        def script(path: str) -> Any:
            times.append(time.monotonic())
            if path == LINKS[0]:
                control.order(tmp_path, "thu", Control(delay=0.4))
            if len(times) == 8:
                control.order(tmp_path, "thu", control.NONE)
            return answer_of(SITE.get(path))

        async with raw_server(script) as server:
            return await crawl_served(tmp_path, server, SOURCE, most=1), times

    crawled, times = asyncio.run(run())
    gaps = [later - earlier for earlier, later in itertools.pairwise(times)]
    assert sum(gap >= 0.4 for gap in gaps[3:7]) >= 3
    decided = [what for _, what, _ in crawled.report.decisions]
    assert decided[-2:] == ["slower", "faster"]
    assert {path for path in crawled.paths if path in LINKS} == set(LINKS)


def test_what_stands_is_told_by_the_commands_in_both_languages(tmp_path: Path) -> None:
    crawl(tmp_path, pages(SITE))
    told = baotinh(tmp_path, "crawl", "--pause", "thu")
    assert "thu: paused; no crawl runs now" in told.stderr
    since = control.read(tmp_path, "thu").paused
    assert baotinh(tmp_path, "crawl", "--slow", "20", "thu").exit_code == 0
    assert control.read(tmp_path, "thu") == Control(since, 20.0), "one does not take back the other"
    assert f"Paused: thu since {since}" in baotinh(tmp_path, "status").stdout
    assert f"Tạm dừng: thu từ {since}" in baotinh(tmp_path, "status", lang="vi").stdout
    assert json.loads(baotinh(tmp_path, "status", "--json").stdout)["ordered"][0][1]["delay"] == 20.0
    baotinh(tmp_path, "crawl", "--resume", "thu")
    baotinh(tmp_path, "crawl", "--slow", "20", "thu")
    assert "Slowed down: thu, 20 s between requests" in baotinh(tmp_path, "status").stdout


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--pause"], "name the SOURCE"),
        (["--slow", "5"], "name the SOURCE"),
        (["--pause", "--resume", "thu"], "--pause goes with sources alone"),
        (["--slow", "5", "--limit", "3", "thu"], "--slow goes with sources alone"),
        (["--pause", "khong-co"], "khong-co"),
        (["--slow", "0", "thu"], "0"),
    ],
)
def test_an_order_that_cannot_be_meant_is_refused(tmp_path: Path, arguments: list[str], told: str) -> None:
    crawl(tmp_path, pages({"/": html("Trang chủ")}))
    done = baotinh(tmp_path, "crawl", *arguments)
    assert done.exit_code == 2
    assert told in done.stderr
    assert not (tmp_path / "control").exists()


def test_an_order_nobody_can_read_is_an_error_that_names_its_file(tmp_path: Path) -> None:
    crawl(tmp_path, pages(SITE))
    (tmp_path / "control").mkdir()
    (tmp_path / "control" / "thu.json").write_text('{"paused"')
    with pytest.raises(UsageError, match=r"control/thu\.json: does not say what was ordered"):
        control.read(tmp_path, "thu")


def test_a_watch_begins_no_crawl_of_a_paused_source_and_says_so(tmp_path: Path) -> None:
    holdings = Holdings.create(tmp_path / "a", "Thư viện thử", "lien-he@thu.example")
    sources = [parse_source(SOURCE.replace("{port}", "9"), "thu.toml")]
    control.order(holdings.root, "thu", Control(paused="2026-12-02T08:00:00Z"))
    said: list[dict[str, Any]] = []
    from datetime import timedelta

    watching = Watch(holdings.root, sources, {}, timedelta(days=1), 4, said.append, once=True)
    asyncio.run(watching.watch())
    assert said == [{"event": "paused", "source": "thu", "since": "2026-12-02T08:00:00Z"}]


# 230 KB each
BIG = {link: article(f"Hội nghị số {n}", f"Nội dung {n} của xã. " * 9000) for n, link in enumerate(LINKS)}


@pytest.mark.parametrize("by_file", [True, False])
def test_a_quota_of_bytes_ends_the_crawl_in_order_and_the_next_one_goes_on(tmp_path: Path, by_file: bool) -> None:
    source = SOURCE + "[quota]\ncrawl_megabytes = 1\n" if by_file else SOURCE
    orders = {} if by_file else {"BAOTINH_MEGABYTES": 1}
    first = crawl(tmp_path, pages(SITE | BIG), source, most=1, **orders)
    assert first.report.reason == "quota"
    assert 1_000_000 <= first.report.tally.bytes < 1_500_000
    assert first.report.left > 10
    assert "its quota is spent (1 MB over the wire in one crawl)" in first.report.trouble
    assert first.rows("SELECT count(*) FROM claims") == [(0,)]
    second = crawl(tmp_path, pages(SITE | BIG), SOURCE)
    assert second.report.reason == "finished"


def test_a_quota_of_the_disk_ends_the_crawl_and_none_begins_beyond_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "_LOOK_SECONDS", 0.0)
    letters = random.Random(1)
    noise = {link: article("Hội nghị", "".join(letters.choices("abcdefghij ", k=300_000))) for link in LINKS}
    source = SOURCE + "[quota]\ndisk_megabytes = 1\n"
    first = crawl(tmp_path, pages(SITE | noise), source, most=1)
    assert first.report.reason == "disk_quota"
    assert "its quota of the disk is spent (1 MB of WARC files)" in first.report.trouble
    held = sum(file.stat().st_size for file in (tmp_path / "warc" / "thu").iterdir())
    assert 1_000_000 <= held < 2_500_000
    with pytest.raises(AssertionError, match="1 MB of WARC files are its quota"):
        crawl(tmp_path, pages(SITE | noise), source)
    assert crawl(tmp_path, pages(SITE | noise), SOURCE, most=1).report.reason == "finished"
