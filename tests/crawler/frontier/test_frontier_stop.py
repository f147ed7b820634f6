"""A run that ends before its reader has read all: what was kept is read by the next run, and not fetched again."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from crawling import SOURCE, Crawled, InlineReader, answer_of, article, crawl_served, html, status
from raw_server import raw_server

LINKS = [f"/tin/bai-{n}.html" for n in range(1, 9)]
SITE = {"/": html("Trang chủ", *LINKS)} | {
    link: article(f"Hội nghị số {n}", f"Nội dung {n} của xã.") for n, link in enumerate(LINKS)
}


def test_what_was_kept_and_not_read_is_read_by_the_next_run_and_not_asked_for_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crawler.frontier.scheduler.FINISH_SECONDS", 0.1)

    async def twice() -> tuple[Crawled, Crawled]:
        async with raw_server(lambda path: answer_of(SITE.get(path))) as server:
            await crawl_served(tmp_path, server, SOURCE, BAOTINH_LIMIT=1)
            with monkeypatch.context() as deaf:
                deaf.setattr(InlineReader, "_all", lambda self: None)
                first = await crawl_served(tmp_path, server, SOURCE, BAOTINH_LIMIT=5)
            return first, await crawl_served(tmp_path, server, SOURCE)

    first, second = asyncio.run(twice())
    kept = {path for path in first.paths if path.startswith("/tin/")}
    assert len(kept) == 5
    assert first.report.left == len(LINKS) + 1
    assert not kept & set(second.paths)
    assert second.archived("SELECT count(*) FROM articles") == [(len(LINKS),)]
    assert second.rows("SELECT count(*) FROM claims") == [(0,)]


def test_a_robots_txt_and_an_error_that_were_kept_and_not_read_are_filed_by_the_next_run_that_reads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crawler.frontier.scheduler.FINISH_SECONDS", 0.1)

    async def thrice() -> list[Crawled]:
        async with raw_server(lambda path: status("503 Service Unavailable")) as server:
            with monkeypatch.context() as deaf:
                deaf.setattr(InlineReader, "_all", lambda self: None)
                runs = [await crawl_served(tmp_path, server, SOURCE, BAOTINH_DEADLINE=1.0) for _ in range(2)]
            server.script = lambda path: answer_of(SITE.get(path))
            return [*runs, await crawl_served(tmp_path, server, SOURCE), await crawl_served(tmp_path, server, SOURCE)]

    *runs, last, after = asyncio.run(thrice())
    assert [run.paths for run in runs] == [["/robots.txt"] * 3] * 2, "5xx closes a site"
    filed = after.archived("SELECT run, count(*) FROM captures WHERE kind = 'robots' AND status = 503 GROUP BY run")
    assert filed == [(run.report.run, 3) for run in runs], "no claim speaks of them"
    assert after.archived("SELECT count(*) FROM captures") == [(len([*runs[0].paths * 2, *last.paths, *after.paths]),)]
    assert after.rows("SELECT * FROM unfiled") == []
