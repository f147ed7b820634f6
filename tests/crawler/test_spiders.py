"""Portals of JSON whose lists hold their articles, by [json] of their source; and spiders for sites that need code."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from crawling import SOURCE
from scrapy.settings import Settings

import crawler.settings as project
from archive.custody.rebuild import rebuild
from archive.errors import UsageError
from archive.holdings import Holdings
from archive.sources import Register, parse_source
from archive.warc.reader import scan
from crawler.spider import RegisterLoader, SourceSpider

ROOT = Path(__file__).parents[2]
ID = "cong-json"
MAPPING = """
[json]
lists = "/api/articles?page={page}"
items = "items"
article = "/bai-viet/{slug}"
[json.fields]
headline = "title"
lead = "sapo"
text = "content"
published = "publishedAt"
byline = "author"
section = "category"
images = "thumbnail"
"""
OWN = f"""
from scrapy import Request
from crawler.spider import SourceSpider

class Own(SourceSpider):
    name = "{ID}"

    async def start(self):
        yield Request(self.source.homepage + "api/articles?page=1", self.parse_page)

    def parse_page(self, response):
        for entry in response.json()["items"]:
            yield {{"url": f"{{self.source.homepage}}bai-viet/{{entry['slug']}}", "headline": entry["title"],
                   "text": entry["content"]}}
"""
TEXT = "<p>Ban Thường vụ Tỉnh ủy họp phiên thường kỳ, cho ý kiến về phát triển kinh tế và xã hội của xã {n}.</p>" * 3


def entry(number: int, **more: object) -> dict[str, object]:
    said = {
        "slug": f"phien-hop-{number}",
        "title": f"Tỉnh ủy họp phiên thường kỳ lần thứ {number}",
        "sapo": f"Phiên họp lần thứ {number} bàn về kinh tế và xã hội của tỉnh.",
        "content": TEXT.format(n=number),
        "publishedAt": f"2026-11-{number:02}T08:00:00+07:00",
        "author": "Nguyễn Văn An",
        "category": "Xây dựng Đảng",
    }
    return said | more


class Portal:
    """A portal that shows pages to scripts alone: what it was asked for, and the articles that its API gives."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.pages: list[list[Any]] = [[entry(4), entry(3)], [entry(2), entry(1)]]

    def answer(self, path: str) -> tuple[int, str, bytes]:
        if path == "/robots.txt":
            return 200, "text/plain", b"User-agent: *\nDisallow: /bai-viet/cam\n"
        if path.startswith("/api/articles?page="):
            number = int(path.rpartition("=")[2])
            told = {"items": self.pages[number - 1] if number <= len(self.pages) else []}
            return 200, "application/json", json.dumps(told, ensure_ascii=False).encode()
        if path == "/":
            return 200, "text/html", b"<html><body><div id=app></div><script src=/app.js></script></body></html>"
        return 404, "text/html", b"not found"


@pytest.fixture
def portal() -> Iterator[tuple[Portal, int]]:
    portal = Portal()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            portal.asked.append(self.path)
            status, kind, body = portal.answer(self.path)
            self.send_response(status)
            self.send_header("Content-Type", f"{kind}; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    yield portal, server.server_port
    server.shutdown()
    server.server_close()


def archive_of(path: Path, port: int) -> Holdings:
    holdings = Holdings.create(path, "Thư viện thử", "lien-he@thu.example")
    text = SOURCE.replace("{port}", str(port)).replace('id = "thu"', f'id = "{ID}"')
    (path / "sources" / f"{ID}.toml").write_text(text + MAPPING)
    return holdings


def run(holdings: Holdings, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ,
        "BAOTINH_ALLOW_LOOPBACK": "1",
        "BAOTINH_ARCHIVE": str(holdings.root),
        "BAOTINH_LANG": "en",
        "PYTHONPATH": str(ROOT),
        **more,
    }
    command = [sys.executable, "-m", *words]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=600)


def rows(holdings: Holdings, question: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(holdings.database)) as db:
        return db.execute(question).fetchall()


ARTICLES = "SELECT url, headline, lead, substr(published, 1, 10), byline, section, revision FROM articles ORDER BY url"


def test_a_portal_that_speaks_json_is_crawled_kept_and_rebuilt(portal: tuple[Portal, int], tmp_path: Path) -> None:
    site, port = portal
    holdings = archive_of(tmp_path / "kho", port)
    first = run(holdings, "crawler", ID)
    assert first.returncode == 0, first.stderr
    found = rows(holdings, ARTICLES)
    address = f"http://127.0.0.1:{port}/bai-viet/phien-hop-1"
    said = entry(1)
    assert len(found) == 4
    assert found[0] == (address, said["title"], said["sapo"], "2026-11-01", said["author"], said["category"], 1)
    assert site.asked[0] == "/robots.txt"
    assert [path for path in site.asked if path.startswith("/api/")] == [f"/api/articles?page={n}" for n in (1, 2, 3)]
    kept = [held for path in holdings.warcs() for held in scan(path)]
    answers = [held for held in kept if "/api/" in held.capture.url]
    assert len(answers) == 3, "what the API said is kept as it came"
    assert {held.provenance for held in kept if "/bai-viet/" in held.capture.url} == {"secondary"}
    assert "4 new" in first.stdout

    site.pages[0] = [entry(5), entry(4, title="Tỉnh ủy họp phiên bất thường"), entry(3)]
    del site.asked[:]
    second = run(holdings, "crawler", ID)
    assert second.returncode == 0, second.stderr
    again = rows(holdings, ARTICLES)
    assert [row[-1] for row in again] == [1, 1, 1, 2, 1]
    made = [held for path in holdings.warcs() for held in scan(path) if "/bai-viet/" in held.capture.url]
    assert len(made) == 6, "an item that says the same is kept once"
    del site.asked[:]
    third = run(holdings, "crawler", ID)
    assert third.returncode == 0, third.stderr
    assert "/api/articles?page=1" in site.asked
    assert "/api/articles?page=2" not in site.asked, "pages behind one without news are not asked for"
    assert "3 unchanged" in third.stdout

    rebuild(holdings, Register.load(holdings.sources))
    assert rows(holdings, ARTICLES) == again


def test_scrapy_crawls_with_it_by_name_and_writes_its_items(portal: tuple[Portal, int], tmp_path: Path) -> None:
    _, port = portal
    holdings = archive_of(tmp_path / "kho", port)
    done = run(holdings, "scrapy", "crawl", ID, "-o", str(tmp_path / "items.jsonl"))
    assert done.returncode == 0, done.stderr
    lines = [json.loads(line) for line in (tmp_path / "items.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [line["headline"] for line in lines] == [entry(n)["title"] for n in (4, 3, 2, 1)]
    assert len(rows(holdings, "SELECT id FROM articles")) == 4


def test_items_without_an_address_are_counted_the_rest_is_kept_and_the_crawl_does_not_end_well(
    portal: tuple[Portal, int], tmp_path: Path
) -> None:
    site, port = portal
    site.pages[0] = [entry(1, content=""), {"title": "không có slug"}, entry(4)]
    holdings = archive_of(tmp_path / "kho", port)
    done = run(holdings, "crawler", ID)
    assert done.returncode == 6
    assert "/api/articles?page=1: SourceSpider.parse_data failed: " in done.stderr
    assert "1 of 3 items have not what makes their address" in done.stderr
    assert "no_article" in done.stdout
    assert len(rows(holdings, "SELECT id FROM articles")) == 3


def test_what_is_no_json_is_named_with_its_address(portal: tuple[Portal, int], tmp_path: Path) -> None:
    site, port = portal
    site.answer = lambda path: (200, "text/html", b"<p>B\xe1\xba\xa3o tr\xc3\xac")  # type: ignore[method-assign]
    done = run(archive_of(tmp_path / "kho", port), "crawler", ID)
    assert done.returncode == 6
    assert "/api/articles?page=1: SourceSpider.parse_data failed: JSONDecodeError" in done.stderr


def test_a_spider_of_its_own_counts_where_the_source_has_one(portal: tuple[Portal, int], tmp_path: Path) -> None:
    _, port = portal
    holdings = archive_of(tmp_path / "kho", port)
    (tmp_path / "rieng.py").write_text(OWN)
    more = {"BAOTINH_SPIDERS": "rieng", "PYTHONPATH": f"{ROOT}{os.pathsep}{tmp_path}"}
    done = run(holdings, "crawler", ID, **more)
    assert done.returncode == 0, done.stderr
    assert rows(holdings, "SELECT headline FROM articles ORDER BY 1") == [(entry(n)["title"],) for n in (3, 4)]


def loader(sources: Register, modules: list[str]) -> RegisterLoader:
    settings = Settings()
    settings.setmodule(project, priority="project")
    settings.set("SPIDER_MODULES", modules, "cmdline")
    return RegisterLoader(settings, sources)


def test_a_source_has_the_spider_that_bears_its_id_and_every_other_the_common_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "rieng_cua_nguon.py").write_text(OWN)
    monkeypatch.syspath_prepend(tmp_path)
    text = SOURCE.replace("{port}", "1")
    sources = Register.of(
        [parse_source(text.replace('"thu"', f'"{ID}"').replace(":1", ":2"), "a"), parse_source(text, "b")]
    )
    found = loader(sources, [*project.SPIDER_MODULES, "rieng_cua_nguon"])
    assert found.load(ID).__base__.__name__ == "Own"  # type: ignore[union-attr]
    assert found.load("thu").__bases__ == (SourceSpider,)
    assert found.list() == [ID, "thu"]
    with pytest.raises(UsageError, match=r"BAOTINH_SPIDERS: .*no_such_module"):
        loader(sources, ["no_such_module"])
