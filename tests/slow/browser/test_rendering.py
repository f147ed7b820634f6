"""A page that scripts make, rendered by Chromium: it asks the crawl for all, and what it receives are captures."""

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
from browser import CHROMIUM

from archive.custody.rebuild import rebuild
from archive.holdings import Holdings
from archive.sources import Register

ROOT = Path(__file__).parents[3]
SHELL = (
    "<!DOCTYPE html><html lang=vi><head><meta charset=utf-8><title>Báo Thử</title></head><body><div id=app></div>"
    "<script src=/app.js></script></body></html>"
)
SCRIPT = """
fetch('/cam/dem.json').catch(() => 0);
fetch('/v1/bai/7').then(answer => answer.json()).then(told => {
  document.title = told.title;
  document.getElementById('app').innerHTML = '<article><h1>' + told.title + '</h1><time datetime="' + told.day + '">'
    + told.day + '</time>' + told.text.map(line => '<p>' + line + '</p>').join('') + '<img src="/anh.jpg"></article>';
});
"""
TOLD = {
    "title": "Mùa chè xuân ở xã Tân Cương",
    "day": "2026-11-07T08:00:00+07:00",
    "text": [
        "Sáng nay, bà con xã Tân Cương ra đồi hái lứa chè xuân đầu tiên của năm nay. " * 3,
        "Giá chè búp tươi ổn định. " * 6,
    ],
}


@pytest.fixture
def site() -> Iterator[tuple[int, list[str]]]:
    asked: list[str] = []
    pages = {
        "/robots.txt": ("text/plain", "User-agent: *\nDisallow: /cam/\n"),
        "/tin/7": ("text/html; charset=utf-8", SHELL),
        "/app.js": ("application/javascript", SCRIPT),
        "/v1/bai/7": ("application/json", json.dumps(TOLD)),
        "/anh.jpg": ("image/jpeg", "\xff"),
        "/cam/dem.json": ("application/json", "{}"),
    }

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            kind, body = pages.get(self.path, ("text/html", ""))
            self.send_response(200 if self.path in pages else 404)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body.encode())))
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port, asked
    server.shutdown()
    server.server_close()


def rows(holdings: Holdings, question: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(holdings.database)) as db:
        return db.execute(question).fetchall()


def test_a_page_that_scripts_make_is_rendered_and_all_that_the_browser_received_is_a_capture(
    site: tuple[int, list[str]], tmp_path: Path
) -> None:
    port, asked = site
    holdings = Holdings.create(tmp_path / "kho", "Thư viện thử", "lien-he@thu.example")
    environment = {**os.environ, "BAOTINH_ALLOW_LOOPBACK": "1", "BAOTINH_CHROMIUM": CHROMIUM, "BAOTINH_LANG": "en"}
    words = [sys.executable, "-m", "archive.cli", "--archive", str(holdings.root), "capture", "--browser", "--json"]
    url = f"http://127.0.0.1:{port}/tin/7"
    done = subprocess.run(
        [*words, url],
        env=environment | {"PYTHONPATH": str(ROOT)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=500,
    )
    assert done.returncode == 0, done.stderr
    (line,) = json.loads(done.stdout)
    assert (line["state"], line["headline"]) == ("done", TOLD["title"])
    assert asked[0] == "/robots.txt"
    assert "/cam/dem.json" not in asked, "the browser reaches nothing that robots.txt forbids"
    captures = dict(
        rows(
            holdings,
            "SELECT replace(url, 'http://127.0.0.1:', ''), provenance FROM captures WHERE provenance = 'captured'",
        )
    )
    assert {f"{port}{path}" for path in ("/tin/7", "/app.js", "/v1/bai/7", "/anh.jpg")} <= captures.keys()
    question = "SELECT url, headline, body FROM articles"
    found = rows(holdings, question)
    assert found[0][:2] == (url, TOLD["title"])
    assert "Sáng nay, bà con xã Tân Cương ra đồi" in found[0][2]
    rebuild(holdings, Register.load(holdings.sources))
    assert rows(holdings, question) == found
