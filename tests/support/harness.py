"""Real crawls in processes of their own, over a site that counts its requests; and what must be true afterwards."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socketserver
import sqlite3
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

from crawling import SOURCE, article, html

from archive.errors import DamageError
from archive.holdings import Holdings
from archive.model import Place
from archive.warc.reader import read

ROOT = Path(__file__).parents[2]
OFFER = "thu: its layout can be learnt now; see what that gives: baotinh sources learn thu --dry-run\n"
"""What a crawl says that has brought enough pages of the source `thu`."""
COMMAND = "import runpy\nrunpy.run_module('crawler', run_name='__main__', alter_sys=True)\n"


class Site:
    """A site of `articles` articles, 50 to a listing page; `before(path)` may say something else than the page."""

    def __init__(self, articles: int, before: Callable[[str, int], bytes | None] = lambda path, times: None) -> None:
        self.articles = articles
        self.asked: Counter[str] = Counter()
        self.lock = threading.Lock()
        self.before = before
        site = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                with site.lock:
                    times = site.asked[self.path]
                    site.asked[self.path] += 1
                raw = site.before(self.path, times)
                if raw is not None:
                    self.wfile.write(raw)
                    self.close_connection = True
                    return
                body = site.page(self.path)
                self.send_response(200 if body is not None else 404)
                self.send_header("Content-Type", "text/html; charset=utf-8" if body else "text/plain")
                self.send_header("Content-Length", str(len(body or b"")))
                self.end_headers()
                self.wfile.write(body or b"")

            def log_message(self, *_: object) -> None:
                pass

        class Server(socketserver.ThreadingMixIn, socketserver.TCPServer):
            daemon_threads = True
            allow_reuse_address = True
            request_queue_size = 128

            def handle_error(self, *_: object) -> None:  # a client that was killed is no news here
                pass

        self.server = Server(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]

    def page(self, path: str) -> bytes | None:
        if path == "/robots.txt":
            return b"User-agent: *\nDisallow: /cam/\n"
        if path == "/" or path.startswith("/page-"):
            number = 0 if path == "/" else int(path.split("-")[1].strip("/")) - 1
            links = [f"/tin/bai-{n}.html" for n in range(number * 50 + 1, min(number * 50 + 50, self.articles) + 1)]
            more = [f"/page-{number + 2}/"] if (number + 1) * 50 < self.articles else []
            return html(f"Trang {number + 1}", *links, *more)
        if path.startswith("/tin/bai-"):
            number = int(path.split("-")[1].split(".")[0])
            return article(f"Hội nghị số {number}", f"Nội dung thứ {number} của hội nghị xã Tân Bình. " * 20)
        return None

    @property
    def repeated(self) -> int:
        """How many requests for articles came beyond the first of each."""
        return sum(times - 1 for path, times in self.asked.items() if path.startswith("/tin/"))


@contextlib.contextmanager
def serving(site: Site) -> Iterator[Site]:
    thread = threading.Thread(target=site.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        site.server.shutdown()
        site.server.server_close()


def make_archive(path: Path, port: int, source: str = SOURCE) -> Path:
    Holdings.create(path, "Thư viện thử", "lien-he@thu.example")
    text = source.replace("{port}", str(port)).replace("delay_seconds = 0", "delay_seconds = 0\nconcurrency = 4")
    (path / "sources" / "thu.toml").write_text(text)
    return path


def start(archive: Path, *options: str, first: str = "", **environment: str) -> subprocess.Popen[bytes]:
    """A crawl of the source `thu`, as a process that one may kill; the code `first` runs before it."""
    env = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "tests" / "support"))),
        **environment,
    }
    command = [
        sys.executable,
        "-c",
        first + COMMAND,
        "thu",
        "--archive",
        str(archive),
        "--allow-loopback",
        *options,
    ]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=env, cwd=ROOT)


def finish(process: subprocess.Popen[bytes], seconds: float = 120) -> tuple[int, str, str]:
    out, err = process.communicate(timeout=seconds)
    return process.returncode, out.decode(), err.decode()


def kill(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGKILL)
    process.communicate()


def query(path: Path, statement: str) -> list[tuple[Any, ...]]:
    with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=30)) as connection:
        return connection.execute(statement).fetchall()


def assert_consistent(archive: Path) -> None:
    """Every capture row points at a record that reads back, every URL is in one state, no claim is left."""
    for file, offset, length, record_id, digest in query(
        archive / "archive.sqlite", "SELECT file, offset, length, record_id, block_digest FROM captures"
    ):
        try:
            held = read(archive, Place(file, offset, length, record_id))
        except DamageError as error:
            raise AssertionError(f"{file} at {offset}") from error
        assert held.block_digest == digest
    states = dict(query(archive / "frontier.sqlite", "SELECT state, count(*) FROM urls GROUP BY state"))
    assert set(states) <= {"done", "failed", "excluded", "todo"}, states
    assert query(archive / "frontier.sqlite", "SELECT count(*) FROM claims") == [(0,)]
    assert not list(archive.glob("warc/*/*.open"))
    assert query(archive / "archive.sqlite", "PRAGMA integrity_check") == [("ok",)]


def articles(archive: Path) -> int:
    found = query(archive / "archive.sqlite", "SELECT count(*) FROM articles")
    return int(found[0][0])


def report(out: str) -> dict[str, Any]:
    return dict(json.loads(out)[0])
