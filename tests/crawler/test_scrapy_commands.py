"""Scrapy's own commands, run as a user runs them, against a site on loopback."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from crawling import SOURCE, article, html

from archive.holdings import Holdings

ROOT = Path(__file__).parents[2]
TEXT = "Ban Thường vụ Tỉnh ủy họp phiên thường kỳ tháng ba, cho ý kiến về phát triển kinh tế và xã hội. " * 5
PAGES = {
    "/": html("Trang nhất", "/tin/hop-bao-12.html"),
    "/tin/hop-bao-12.html": article("Tỉnh ủy họp phiên thường kỳ", TEXT),
    "/robots.txt": b"User-agent: *\nDisallow: /closed/\n",
    "/closed/a.html": b"closed",
}


@contextmanager
def served() -> Iterator[tuple[int, list[tuple[str, str]]]]:
    asked: list[tuple[str, str]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append((self.path, self.headers.get("User-Agent", "")))
            body = PAGES.get(self.path)
            self.send_response(404 if body is None else 200)
            self.send_header("Content-Type", "text/plain" if self.path == "/robots.txt" else "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body or b"")))
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_port, asked
    finally:
        server.shutdown()
        server.server_close()


def scrapy(archive: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ,
        "BAOTINH_ALLOW_LOOPBACK": "1",
        "PYTHONPATH": str(ROOT),
        "BAOTINH_ARCHIVE": str(archive),
    }
    command = [sys.executable, "-m", "scrapy", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120)


def archive_of(path: Path, port: int) -> Path:
    Holdings.create(path, "Thư viện thử", "lien-he@thu.example")
    (path / "sources" / "thu.toml").write_text(SOURCE.replace("{port}", str(port)))
    return path


def test_fetch_and_shell_need_no_archive_and_keep_manners(tmp_path: Path) -> None:
    with served() as (port, asked):
        url = f"http://127.0.0.1:{port}"
        fetched = scrapy(tmp_path / "none", "fetch", "--nolog", f"{url}/tin/hop-bao-12.html")
        assert (fetched.returncode, TEXT.strip() in fetched.stdout) == (0, True), fetched.stderr
        assert asked[0][0] == "/robots.txt"
        assert all(agent.startswith("baotinh") for _, agent in asked)
        shell = scrapy(tmp_path / "none", "shell", "--nolog", f"{url}/", "-c", "response.css('title::text').get()")
        assert shell.stdout.strip() == "Trang nhất", shell.stderr
        assert scrapy(tmp_path / "none", "fetch", f"{url}/closed/a.html").returncode == 1
        assert "/closed/a.html" not in [path for path, _ in asked]
    assert not (tmp_path / "none").exists()


def test_parse_prints_the_article_and_stores_nothing(tmp_path: Path) -> None:
    with served() as (port, asked):
        archive = archive_of(tmp_path / "a", port)
        parsed = scrapy(archive, "parse", "--nolog", "--nocolour", f"http://127.0.0.1:{port}/tin/hop-bao-12.html")
    assert (parsed.returncode, "Tỉnh ủy họp phiên thường kỳ" in parsed.stdout) == (0, True), parsed.stderr
    assert [path for path, _ in asked] == ["/robots.txt", "/tin/hop-bao-12.html"]
    assert "lien-he@thu.example" in asked[-1][1]
    assert not list(archive.rglob("*.warc*"))


def test_crawl_o_leaves_the_articles_as_they_were_read(tmp_path: Path) -> None:
    with served() as (port, _):
        archive = archive_of(tmp_path / "a", port)
        ran = scrapy(archive, "crawl", "thu", "-o", str(tmp_path / "articles.jsonl"))
    assert ran.returncode == 0, ran.stderr
    items = [json.loads(line) for line in (tmp_path / "articles.jsonl").read_text().splitlines()]
    assert [item["headline"]["value"] for item in items] == ["Tỉnh ủy họp phiên thường kỳ"], ran.stderr


def test_a_file_that_is_not_valid_stops_its_own_source_alone(tmp_path: Path) -> None:
    archive = archive_of(tmp_path / "a", 9)
    (archive / "sources" / "hong.toml").write_text('id = "hong"\nnmae = "Báo hỏng"\n')
    listed, asked = scrapy(archive, "list"), scrapy(archive, "crawl", "hong")
    assert (listed.returncode, "thu" in listed.stdout.split()) == (0, True), listed.stderr
    assert "hong.toml: hosts: is missing" in listed.stderr
    assert asked.returncode != 0
