"""Every request says who asks, whatever it asks for: a crawl's and a survey's."""

from __future__ import annotations

import asyncio
from pathlib import Path

from crawling import SOURCE, Answer, Crawled, answer_of, article, crawl_served, html, status
from raw_server import RawServer, raw_server

from archive.custody.events import SOFTWARE
from archive.sources import Register
from crawler.survey.look import look_at
from crawler.survey.pages import PageReader

ROBOTS = "User-agent: *\nDisallow: /cam/\nSitemap: {url}/sitemap.xml\n"
KINDS = {"robots", "sitemap", "feed", "listing", "article", "image", "attachment", "probe"}
FED = SOURCE.replace('seeds = ["/"]', 'seeds = ["/"]\nfeeds = ["/rss"]')


def answer(server: RawServer, path: str) -> Answer:
    page = article("Bài một", 'Nội dung. <img src="/anh-1.jpg"> <a href="/uploads/nghi-quyet-1.pdf">Nghị quyết</a>')
    item = f"<item><title>Bài</title><link>{server.url}/tin/bai-1.html</link></item>"
    loc = f"<urlset><url><loc>{server.url}/tin/bai-2.html</loc></url></urlset>"
    site = {
        "/robots.txt": ROBOTS.format(url=server.url),
        "/": html("Trang chủ", *(f"/tin/bai-{n}.html" for n in (1, 4, 5)), "/page-2/"),
        "/page-2/": html("Trang 2", "/tin/bai-3.html"),
        "/tin/bai-1.html": page,
        "/tin/bai-2.html": page,
        "/rss": f"<rss><channel>{item}</channel></rss>",
        "/sitemap.xml": f'<?xml version="1.0"?>{loc}',
        "/anh-1.jpg": b"\xff\xd8\xff\xe0",
        "/uploads/nghi-quyet-1.pdf": b"%PDF-1.4",
    }
    if path == "/tin/bai-3.html":
        return status("302 Found", "Location: /tin/bai-1.html")
    return answer_of(site.get(path))


def fields(request: bytes) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for line in request.decode().split("\r\n")[1:-2]:
        name, _, value = line.partition(": ")
        found.setdefault(name.lower(), []).append(value)
    return found


def assert_introduced(requests: list[bytes]) -> None:
    for request in requests:
        told = fields(request)
        assert told["user-agent"] == [f"{SOFTWARE} (+lien-he@thu.example)"], request
        assert told["from"] == ["lien-he@thu.example"], request
        assert not told.keys() & {"cookie", "referer", "authorization"}, request


def test_each_kind_of_request_of_a_crawl_names_the_program_and_its_operator_once(tmp_path: Path) -> None:
    async def go() -> tuple[Crawled, Crawled]:
        async with raw_server(lambda path: answer(server, path)) as server:
            orders = {"BAOTINH_PROBES": True, "BAOTINH_AGAIN": True}
            return await crawl_served(tmp_path, server, FED, **orders), await crawl_served(
                tmp_path, server, FED, **orders
            )

    first, second = asyncio.run(go())
    kinds = {kind for (kind,) in first.archived("SELECT DISTINCT kind FROM captures")}
    assert kinds >= KINDS, KINDS - kinds
    assert len(second.requests) > 5
    assert_introduced([*first.requests, *second.requests])


def test_a_survey_introduces_itself_as_a_crawl_does() -> None:
    async def go() -> list[bytes]:
        async with raw_server(lambda path: answer(server, path)) as server:
            reader = PageReader()
            try:
                await look_at(server.url, "mailto:lien-he@thu.example", reader, Register.of(()), loopback=True)
            finally:
                reader.close()
            return server.requests

    requests = asyncio.run(go())
    assert len(requests) >= 4
    assert_introduced([request.replace(b"+mailto:", b"+") for request in requests])
