"""Serves the sample site on loopback: `python -m demo.serve [--port N] [--log FILE] [--edited]`."""

from __future__ import annotations

import argparse
import gzip
import json
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, TextIO

from demo.site import Answer, Site

PORT = 8319


class Server(ThreadingHTTPServer):
    """An HTTP/1.1 server on 127.0.0.1 that keeps connections alive and remembers every request."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, port: int = 0, log: TextIO | None = None) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.base = f"http://127.0.0.1:{self.server_address[1]}"
        self.site = Site(self.base)
        self.requests: list[dict[str, Any]] = []
        self._log = log
        self._lock = threading.Lock()

    def answer(self, target: str) -> Answer:
        """The site's answer; one at a time, so that its counters count."""
        with self._lock:
            return self.site.answer(target)

    def remember(self, entry: dict[str, Any]) -> None:
        """Adds a line to the log of requests."""
        with self._lock:
            self.requests.append(entry)
            if self._log:
                print(json.dumps(entry, ensure_ascii=False), file=self._log, flush=True)


class Handler(BaseHTTPRequestHandler):
    """Answers GET and HEAD, with gzip and conditional requests where the site allows them."""

    protocol_version = "HTTP/1.1"
    server_version = "Apache"  # what most of these portals run on
    sys_version = ""
    disable_nagle_algorithm = True
    server: Server

    def do_POST(self) -> None:
        """Takes a report of a day, as a webhook does, and prints it to whoever looks on."""
        report = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        print(report["text"], flush=True)
        self.send_response(204)
        self.end_headers()

    def do_GET(self) -> None:
        """Sends the page."""
        self._send(body=True)

    def do_HEAD(self) -> None:
        """Sends the head of the page."""
        self._send(body=False)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the name is http.server's
        """Says nothing: `Server.remember` keeps the log."""

    def _send(self, body: bool) -> None:
        answer = self.server.answer(self.path)
        content, headers = answer.body, [("Content-Type", answer.mime), *answer.headers]
        status = answer.status
        if answer.version:
            headers.append(("ETag", answer.version))
            if answer.version in (self.headers.get("If-None-Match") or ""):
                status, content = 304, b""
        else:
            # NukeViet's fault: the time of the request less a day, on every page.
            stamp = format_datetime(datetime.now(UTC) - timedelta(days=1), usegmt=True)
            headers += [("Last-Modified", stamp), ("Cache-Control", "max-age=0, no-cache, no-store, must-revalidate")]
        if content and answer.mime.startswith("text/") and "gzip" in (self.headers.get("Accept-Encoding") or ""):
            content = gzip.compress(content, compresslevel=6, mtime=0)
            headers.append(("Content-Encoding", "gzip"))
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        if status != 304:
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if body:
            self.wfile.write(content)
        self.server.remember(
            {
                "at": datetime.now(UTC).isoformat(timespec="milliseconds"),
                "method": self.command,
                "url": self.path,
                "status": status,
                "agent": self.headers.get("User-Agent", ""),
            }
        )


@contextmanager
def serving(port: int = 0) -> Iterator[Server]:
    """A server at work in a thread of its own, stopped at the end; port 0 takes a free one."""
    with Server(port) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


def main(arguments: list[str] | None = None) -> int:
    """Prints the address as its first line, then serves until Ctrl-C."""
    parser = argparse.ArgumentParser(prog="python -m demo.serve", description=__doc__)
    parser.add_argument("--port", type=int, default=PORT, help=f"0 takes a free one (default {PORT})")
    parser.add_argument("--log", type=argparse.FileType("a", encoding="utf-8"), help="one JSON line per request")
    parser.add_argument("--edited", action="store_true", help="serve the corrected articles, as after an edit")
    options = parser.parse_args(arguments)
    try:
        server = Server(options.port, options.log)
    except OSError as error:
        print(f"127.0.0.1:{options.port}: {error.strerror}; --port 0 takes a free port", file=sys.stderr)
        return 4
    if options.edited:
        server.site.edit()
    print(server.base, flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        server.server_close()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
