"""History: date archives and numbered pages, walked over several runs until they run dry."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from crawling import SOURCE, Answer, answer_of, article, crawl, crawl_served, html, pages
from dated_archive import DATED, ROBOTS, dated
from raw_server import RawServer, raw_server

NUMBERED = SOURCE.replace(
    "[politeness]",
    """[[discover.backfill]]
pattern = "/tin/bai-{number}.html"
first = 1
stop_after = 4
[politeness]""",
)


def test_a_date_archive_is_walked_back_until_it_runs_dry(tmp_path: Path) -> None:
    done = crawl(tmp_path, dated, DATED, BAOTINH_BACKFILL=True)
    days = [path for path in done.paths if path.startswith("/luu-tru/")]
    assert days[0] == "/luu-tru/2026/10/31/"
    assert done.report.tally.pages["new"] == 31
    assert 31 + 5 <= len(days) <= 31 + 5 + 8, "a stride after it has run dry, and no more"
    assert "run dry" in done.report.warnings[0]


def test_a_walk_that_was_stopped_goes_on_where_it_was(tmp_path: Path) -> None:
    first = crawl(tmp_path, dated, DATED, BAOTINH_BACKFILL=True, BAOTINH_LIMIT=20)
    assert first.report.reason == "limit"
    assert "of 61 addresses, to be continued" in first.report.warnings[0]
    # The second run finds the site at another port, as tests do: its rows are there, under the old one.
    assert first.rows("SELECT position > 0, dry FROM backfills") == [(1, 0)]


def test_without_the_order_nothing_is_walked(tmp_path: Path) -> None:
    done = crawl(tmp_path, dated, DATED)
    assert done.paths == ["/robots.txt", "/"]


def test_a_listing_is_walked_on_from_where_crawls_have_left_off(tmp_path: Path) -> None:
    listing = {f"/page-{n}/": html(f"Trang {n}", f"/tin/bai-{n}.html", f"/page-{n + 1}/") for n in range(3, 6)}
    listing["/"] = html("Trang 1", "/tin/bai-1.html", "/tin/bai-2.html", "/page-2/")
    listing["/page-2/"] = html("Trang 2", "/tin/bai-2.html", "/page-3/")  # nothing that page 1 has not
    articles = {f"/tin/bai-{n}.html": article(f"Bài {n}", f"Nội dung {n}.") for n in range(1, 6)}

    def answer(path: str) -> Answer:
        if server.requests[-1].count(b"If-None-Match"):
            return Answer([b"HTTP/1.1 304 Not Modified\r\n\r\n"])
        return answer_of((listing | articles).get(path), f'ETag: "{path}"')

    async def go() -> list[list[str]]:
        nonlocal server
        async with raw_server(answer) as server:
            orders: list[dict[str, object]] = [{}, {"BAOTINH_BACKFILL": True, "BAOTINH_LIMIT": 3}]
            orders += [{"BAOTINH_BACKFILL": True}] * 2
            return [(await crawl_served(tmp_path, server, SOURCE, 1, **order)).paths for order in orders]

    server: RawServer
    first, stopped, resumed, last = asyncio.run(go())
    assert "/page-2/" in first
    assert "/page-3/" not in first, "page 2 has brought nothing"
    assert {"/page-2/", "/page-3/"} <= set(stopped)
    assert "/page-2/" not in resumed, "it has been walked"
    assert {"/page-4/", "/page-5/"} <= set(resumed)
    assert {path for path in first + stopped + resumed if path.startswith("/tin/")} == set(articles)
    assert last == ["/"], "all of it has been walked"


def test_numbered_articles_are_walked_upwards_without_end_until_they_run_dry(tmp_path: Path) -> None:
    def numbered(path: str, times: int) -> Any:
        if path.startswith("/tin/bai-") and int(path.split("-")[1].split(".")[0]) in {*range(1, 10), *range(12, 21)}:
            return article(f"Bài {path}", f"Nội dung {path}.")
        return pages({"/": html("Trang chủ"), "/robots.txt": ROBOTS})(path, times)

    done = crawl(tmp_path, numbered, NUMBERED, BAOTINH_BACKFILL=True)
    assert done.report.tally.pages["new"] == 18, "two that are missing in the middle end nothing"
    assert "run dry" in done.report.warnings[0]
    asked = [path for path in done.paths if path.startswith("/tin/")]
    assert 24 <= len(asked) <= 32


def test_the_sitemap_that_robots_names_is_read(tmp_path: Path) -> None:
    def site(path: str, times: int) -> Any:
        if path == "/sm.xml":
            loc = "http://127.0.0.1:%PORT%/tin/bai-1.html"
            return f'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>{loc}</loc></url></urlset>'
        return None

    async def go() -> Any:
        async with raw_server(lambda path: answer()) as server:

            def reply(path: str) -> Any:
                if path == "/robots.txt":
                    return answer_of(
                        f"User-agent: *\nSitemap: {server.url}/sm.xml\nSitemap: http://khac.example/sm.xml\n"
                    )
                if path == "/sm.xml":
                    return answer_of(str(site(path, 0)).replace("127.0.0.1:%PORT%", f"127.0.0.1:{server.port}"))
                return answer_of({"/": html("Trang chủ"), "/tin/bai-1.html": article("Bài một", "Nội dung.")}.get(path))

            server.script = reply
            return await crawl_served(tmp_path, server, SOURCE)

    def answer() -> Any:
        return answer_of(None)

    done = asyncio.run(go())
    assert "/sm.xml" in done.paths
    assert done.state_of("/tin/bai-1.html") == ("done", "")
