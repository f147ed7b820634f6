"""A folder served over HTTPS on loopback, as an institution serves its collections: read-only, in parts if it may."""

from __future__ import annotations

import re
import shutil
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest


@dataclass
class Served:
    """The address of the folder, the certificate to trust, and the ranges that were asked for."""

    base: str
    certificate: Path
    ranges: list[str] = field(default_factory=list)


class _Handler(SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def __init__(self, *given: Any, served: Served, parts: bool, **named: Any) -> None:
        self._served, self._parts = served, parts
        super().__init__(*given, **named)

    def do_GET(self) -> None:
        asked = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", ""))
        path = Path(self.translate_path(self.path))
        if not asked or not self._parts or not path.is_file():
            super().do_GET()
            return
        self._served.ranges.append(asked[0])
        size = path.stat().st_size
        first, last = int(asked[1]), min(int(asked[2] or size - 1), size - 1)
        self.send_response(206)
        self.send_header("Content-Range", f"bytes {first}-{last}/{size}")
        self.send_header("Content-Length", str(last - first + 1))
        self.end_headers()
        with path.open("rb") as stream:
            stream.seek(first)
            self.wfile.write(stream.read(last - first + 1))

    def end_headers(self) -> None:
        if self._parts:
            self.send_header("Accept-Ranges", "bytes")
        super().end_headers()

    def log_message(self, *_: Any) -> None:
        pass


def certified(folder: Path) -> Path:
    """A certificate for localhost, with its key beside it. One process learns once whom to trust: make one for all."""
    if shutil.which("openssl") is None:
        pytest.fail("openssl is missing: apt-get install openssl")
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *subject]
    subprocess.run([*command, "-keyout", key, "-out", certificate], check=True, capture_output=True)
    return certificate


@contextmanager
def served(folder: Path, certificate: Path, parts: bool = True) -> Iterator[Served]:
    """The folder while the block runs; without `parts` the server gives whole files, whatever is asked for."""
    told = Served("", certificate)
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, served=told, parts=parts, directory=str(folder)))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, certificate.with_name("key.pem"))
    server.socket = context.wrap_socket(server.socket, server_side=True)
    told.base = f"https://localhost:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield told
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
