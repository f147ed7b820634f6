"""One canonical address, made before anything judges it: no spelling of a forbidden page passes its robots.txt."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from crawling import SOURCE, Answer, article, html, status

FORBIDDEN = "User-agent: *\nDisallow: /cam/\n"
SPELLINGS = (
    "/x/../cam/a-1.html",
    "/./cam/a-2.html",
    "/x/%2e%2e/cam/a-3.html",
    "/%2E/cam/a-4.html",
    "/x/.%2e/cam/a-5.html",
    "/c%61m/a-6.html",
    "/%63%61%6D/a-7.html",
    "/x/y/../../cam/a-8.html",
    "/x/%2%65%2%65/cam/a-9.html",
    "/x/../%63am/./b/../a-10.html",
)


def as_servers_resolve(path: str) -> str:
    """The path that a server looks up: escapes undone until there are none, then dots resolved."""
    before = ""
    while before != path:
        before, path = path, unquote(path)
    kept: list[str] = []
    for segment in path.split("/")[1:]:
        if segment == "..":
            del kept[-1:]
        elif segment != ".":
            kept.append(segment)
    return "/" + "/".join(kept)


def links(port: str) -> dict[str, str]:
    urls = [f"http://127.0.0.1:{port}{path}" for path in SPELLINGS]
    items = "".join(f"<item><title>a</title><link>{url}</link></item>" for url in urls)
    locs = "".join(f"<url><loc>{url}</loc></url>" for url in urls)
    return {
        "/rss": f'<?xml version="1.0"?><rss version="2.0"><channel><title>t</title>{items}</channel></rss>',
        "/sm.xml": f'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{locs}</urlset>',
    }


@pytest.mark.parametrize("where", ["page", "feed", "sitemap", "redirect"])
def test_no_spelling_of_a_forbidden_address_passes_robots(tmp_path: Path, where: str) -> None:
    source = SOURCE.replace('seeds = ["/"]', 'seeds = ["/"]\nfeeds = ["/rss"]\nsitemaps = ["/sm.xml"]')
    port = {"": ""}

    def site(path: str, times: int) -> Any:
        if path == "/robots.txt":
            return FORBIDDEN
        if path == "/":
            found = SPELLINGS if where == "page" else [f"/tin/bai-{n}.html" for n in range(10)]
            return html("Trang chủ", *(f"http://127.0.0.1:{port['']}{one}" for one in found))
        if path in ("/rss", "/sm.xml") and where == {"/rss": "feed", "/sm.xml": "sitemap"}[path]:
            return links(port[""])[path]
        if moved := re.fullmatch(r"/tin/bai-(\d)\.html", path):
            return status("302 Found", f"Location: {SPELLINGS[int(moved[1])]}")
        return article("Bài cấm", "Không ai được đọc.")

    import asyncio

    from crawling import answer_of, crawl_served, raw_server

    async def served() -> Any:
        asked: dict[str, int] = {}

        def script(path: str) -> Answer:
            asked[path] = asked.get(path, 0) + 1
            return answer_of(site(path, asked[path] - 1))

        async with raw_server(script) as server:
            port[""] = str(server.port)
            return await crawl_served(tmp_path, server, source)

    done = asyncio.run(served())
    assert not [path for path in done.paths if as_servers_resolve(path.partition("?")[0]).startswith("/cam/")]
    excluded = done.rows("SELECT url FROM urls WHERE state = 'excluded' AND reason = 'robots'")
    assert len(excluded) == len(SPELLINGS), "each is known, and why it was not asked for"
    assert all("/cam/a-" in url for (url,) in excluded)
