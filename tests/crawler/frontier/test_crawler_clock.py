"""Fault 24, a clock that jumps by a day while a crawl runs; and addresses that differ only in what a source drops."""

from __future__ import annotations

import time
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from crawling import SOURCE, Answer, article, crawl, html, pages

ROBOTS = "User-agent: *\nDisallow: /cam/\n"
LINKS = [f"/tin/bai-{number}.html" for number in range(1, 9)]
SITE = {"/": html("Trang chủ", *LINKS), "/robots.txt": ROBOTS} | {
    link: article(f"Bài {link}", "Nội dung của bài.") for link in LINKS
}
DAY = 86_400.0
PAUSE = 0.05


@pytest.mark.fault(24)
@pytest.mark.parametrize("jump", [DAY, -DAY])
def test_a_clock_that_jumps_by_a_day_loses_nothing_and_makes_nobody_hurry(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, jump: float
) -> None:
    real, monotonic, offset, asked = time.time, time.monotonic, [0.0], []

    def site(path: str, times: int) -> Any:
        asked.append(monotonic())
        if path == LINKS[2]:
            offset[0] = jump
        return pages(SITE)(path, times)  # type: ignore[arg-type]

    monkeypatch.setattr(time, "time", lambda: real() + offset[0])
    done = crawl(tmp_path, site, SOURCE.replace("delay_seconds = 0", f"delay_seconds = {PAUSE}"))
    assert done.report.reason == "finished"
    assert done.report.tally.pages["new"] == len(LINKS)
    assert done.report.left == 0
    assert done.paths.count("/robots.txt") == (2 if jump > 0 else 1), "a day later its rules are a day old"
    assert min(after - before for before, after in pairwise(asked)) >= 0.9 * PAUSE
    assert done.report.seconds < DAY / 2


@pytest.mark.fault(24)
def test_a_clock_set_back_between_two_runs_hides_nothing_that_is_new(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = time.time
    first = dict(SITE) | {"/": html("Trang chủ", *LINKS[:4])}
    crawl(tmp_path, pages(first))  # type: ignore[arg-type]
    monkeypatch.setattr(time, "time", lambda: real() - DAY)
    done = crawl(tmp_path, pages(SITE))  # type: ignore[arg-type]
    assert done.report.reason == "finished"
    assert {path for path in done.paths if path in LINKS} >= set(LINKS[4:])


def test_addresses_that_differ_in_a_dropped_parameter_alone_are_one_request_and_one_article(tmp_path: Path) -> None:
    source = SOURCE.replace('seeds = ["/"]', 'seeds = ["/"]\ndrop_parameters = ["v", "ref"]').replace(
        r"\d+\.html$", r"\d+\.html"
    )
    site = {"/": html("Trang chủ", "/tin/bai-1.html?v=1", "/tin/bai-1.html?ref=a&v=2", "/tin/bai-2.html?id=7&v=1")}
    site |= {"/robots.txt": ROBOTS}
    site |= {f"/tin/bai-1.html?v={n}": article("Mùa chè", "Nội dung.") for n in (1, 3)}
    site |= {"/tin/bai-2.html?id=7&v=1": article("Mùa lúa", "Nội dung.")}
    first = crawl(tmp_path, pages(site), source)  # type: ignore[arg-type]
    assert first.paths.count("/tin/bai-1.html?v=1") == 1
    assert "/tin/bai-1.html?ref=a&v=2" not in first.paths
    keys = [key.partition("/tin/")[2] for (key,) in first.archived("SELECT url_key FROM articles ORDER BY url_key")]
    assert keys == ["bai-1.html", "bai-2.html?id=7"]


@pytest.mark.fault(24)
def test_times_that_a_clock_years_ahead_has_written_keep_nothing_waiting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, ahead = time.time, 3650 * DAY
    monkeypatch.setattr(time, "time", lambda: real() + ahead)
    crawl(tmp_path, pages(SITE | {LINKS[0]: Answer([b"garbage"], close=True)}))  # type: ignore[arg-type]
    monkeypatch.setattr(time, "time", real)
    done = crawl(tmp_path, pages(SITE))  # type: ignore[arg-type]
    assert done.paths[0] == "/robots.txt"
    assert set(LINKS) <= set(done.paths)
