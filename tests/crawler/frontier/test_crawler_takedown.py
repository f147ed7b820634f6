"""What is taken down is not asked for again: a crawl excludes it by name, and what it points to is not followed."""

from __future__ import annotations

import asyncio
from pathlib import Path

from crawling import SOURCE, Crawled, answer_of, article, crawl_served, html, raw_server

from archive.custody.withheld import record_takedown
from archive.text.urls import url_key

PAGES = {
    "/": html("Trang chủ", "/tin/bai-1.html"),
    "/robots.txt": "User-agent: *\nDisallow: /cam/\n",
    "/tin/bai-1.html": article("Hội nghị rút kinh nghiệm", "Ngày 5-3, xã Tân Bình tổ chức hội nghị."),
}


def crawled_around(archive: Path, path: str) -> tuple[Crawled, Crawled]:
    """Two crawls of one site, with `path` taken down between them."""

    async def both() -> tuple[Crawled, Crawled]:
        async with raw_server(lambda path: answer_of(PAGES.get(path))) as server:
            first = await crawl_served(archive, server, SOURCE)
            url = f"http://127.0.0.1:{server.port}{path}"
            record_takedown(archive, "hidden", (url,), (url_key(url),), "dữ liệu cá nhân", "công văn 12")
            return first, await crawl_served(archive, server, SOURCE)

    return asyncio.run(both())


def test_a_page_taken_down_is_excluded_by_name_and_not_asked_for(tmp_path: Path) -> None:
    first, second = crawled_around(tmp_path, "/")
    assert "/" in first.paths
    assert "/" not in second.paths
    assert second.state_of("/") == ("excluded", "takedown")
    assert second.report.tally.excluded == {"takedown": 1}


def test_what_was_taken_back_is_asked_for_again(tmp_path: Path) -> None:
    async def three() -> tuple[Crawled, Crawled]:
        async with raw_server(lambda path: answer_of(PAGES.get(path))) as server:
            await crawl_served(tmp_path, server, SOURCE)
            url = f"http://127.0.0.1:{server.port}/"
            record_takedown(tmp_path, "hidden", (url,), (url_key(url),), "dữ liệu cá nhân", "công văn 12")
            barred = await crawl_served(tmp_path, server, SOURCE)
            record_takedown(tmp_path, "lifted", (url,), (url_key(url),), "đã xem xét", "công văn 13")
            return barred, await crawl_served(tmp_path, server, SOURCE)

    barred, lifted = asyncio.run(three())
    assert "/" not in barred.paths
    assert "/" in lifted.paths
    assert lifted.state_of("/")[0] == "done"
    assert lifted.report.tally.excluded == {}


def test_another_page_taken_down_changes_nothing_for_the_rest(tmp_path: Path) -> None:
    _, second = crawled_around(tmp_path, "/tin/bai-9.html")
    assert "/" in second.paths
    assert second.report.tally.excluded == {}
