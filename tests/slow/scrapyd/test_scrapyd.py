"""A real Scrapyd on loopback, with the configuration that is shipped: the project deployed, a source crawled."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from harness import ROOT, Site, articles, assert_consistent, make_archive, query, serving

SCRAPYD = Path(sys.prefix).with_name(f"{Path(sys.prefix).name}-scrapyd") / "bin" / "scrapyd"
pytestmark = pytest.mark.skipif(not SCRAPYD.exists(), reason="`make scrapyd` brings Scrapyd into its own environment")
SECONDS = 120


def free_port() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return int(held.getsockname()[1])


def listens(port: int) -> bool:
    with socket.socket() as asking:
        return not asking.connect_ex(("127.0.0.1", port))


class Daemon:
    """A running Scrapyd."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"

    def ask(self, service: str, body: bytes | None = None, kind: str = "", **fields: str) -> dict[str, Any]:
        query = urllib.parse.urlencode(fields)
        data = body or (query.encode() if service in ("schedule", "cancel") else None)
        address = f"{self.url}/{service}.json" + ("" if data else f"?{query}")
        headers = {"Content-Type": kind} if kind else {}
        with urllib.request.urlopen(urllib.request.Request(address, data, headers), timeout=60) as answer:
            told: dict[str, Any] = json.load(answer)
        assert told["status"] == "ok", told
        return told

    def wait(self, job: str, state: str) -> None:
        deadline = time.monotonic() + SECONDS
        while self.ask("status", job=job)["currstate"] != state:
            assert time.monotonic() < deadline, f"{job} is not {state}"
            time.sleep(0.2)


@contextlib.contextmanager
def scrapyd(folder: Path, archive: Path) -> Iterator[Daemon]:
    port = free_port()
    shipped = (ROOT / "deploy" / "scrapyd" / "scrapyd.conf").read_text()
    assert "http_port         = 6800" in shipped
    (folder / "scrapyd.conf").write_text(
        shipped.replace("= 6800", f"= {port}").replace("poll_interval     = 5", "poll_interval     = 0.2")
    )
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "BAOTINH_ARCHIVE": str(archive),
        "BAOTINH_ALLOW_LOOPBACK": "1",
    }
    log = (folder / "log").open("wb")
    process = subprocess.Popen([SCRAPYD], cwd=folder, env=environment, stdout=log, stderr=log)
    try:
        deadline = time.monotonic() + SECONDS
        while not listens(port):
            assert process.poll() is None, (folder / "log").read_text()
            assert time.monotonic() < deadline
            time.sleep(0.1)
        yield Daemon(port)
    finally:
        process.terminate()
        process.wait(30)
        log.close()


def deploy(daemon: Daemon, folder: Path) -> int:
    egg = folder / "baotinh.egg"
    subprocess.run([sys.executable, ROOT / "deploy" / "scrapyd" / "egg.py", egg], check=True)
    parts = b""
    for name, value in (("project", b"baotinh"), ("version", b"1"), ("egg", egg.read_bytes())):
        more = b'; filename="baotinh.egg"' if name == "egg" else b""
        head = b'--x\r\nContent-Disposition: form-data; name="' + name.encode() + b'"' + more
        parts += head + b"\r\n\r\n" + value + b"\r\n"
    return int(daemon.ask("addversion", parts + b"--x--\r\n", "multipart/form-data; boundary=x")["spiders"])


def test_a_source_is_crawled_by_scrapyd_and_cancelled_and_taken_up_again(tmp_path: Path) -> None:
    with serving(Site(150)) as site:
        archive = make_archive(tmp_path / "a", site.port)
        folder = tmp_path / "scrapyd"
        folder.mkdir()
        with scrapyd(folder, archive) as daemon:
            assert deploy(daemon, folder) > 100
            assert "thu" in daemon.ask("listspiders", project="baotinh")["spiders"]
            job = daemon.ask("schedule", project="baotinh", spider="thu")["jobid"]
            deadline = time.monotonic() + SECONDS
            while sum(site.asked.values()) < 30 and time.monotonic() < deadline:
                time.sleep(0.02)
            daemon.ask("cancel", project="baotinh", job=job)  # SIGINT, as Ctrl-C
            daemon.wait(job, "finished")
            job = daemon.ask("schedule", project="baotinh", spider="thu")["jobid"]
            daemon.wait(job, "finished")
        assert articles(archive) == 150
        assert_consistent(archive)
        assert site.repeated <= 4
        reasons = [reason for (reason,) in query(archive / "archive.sqlite", "SELECT reason FROM runs ORDER BY began")]
        assert reasons[-1] == "finished"
        assert len(reasons) == 2
        assert not list(folder.glob("jobs/*"))
    shutil.rmtree(folder)
