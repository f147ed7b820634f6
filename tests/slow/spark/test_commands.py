"""A re-reading that is stopped in the middle, on the sample archive, crawled from the sample site."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("pyspark", reason="make spark installs it")

from demo.serve import serving
from demo.source import ID, source_toml

ROOT = Path(__file__).parents[3]


def begun(archive: Path, *arguments: str) -> subprocess.Popen[str]:
    """A command that runs."""
    environment = os.environ | {
        "BAOTINH_ARCHIVE": str(archive),
        "BAOTINH_ALLOW_LOOPBACK": "1",
        "BAOTINH_LANG": "en",
        "SPARK_LOCAL_IP": "127.0.0.1",
    }
    program = str(Path(sys.executable).with_name("baotinh"))
    pipe = subprocess.PIPE
    return subprocess.Popen([program, *arguments], env=environment, cwd=ROOT, stdout=pipe, stderr=pipe, text=True)


def run(archive: Path, *arguments: str) -> None:
    with begun(archive, *arguments) as process:
        _, err = process.communicate()
    assert process.returncode == 0, err


def test_a_job_that_is_stopped_says_so_in_a_line_and_leaves_no_tables(tmp_path: Path) -> None:
    archive = tmp_path / "archive"
    with serving() as server:
        run(archive, "init", "--operator", "Thư viện thử", "--contact", "mailto:thu@thuvien.example")
        (archive / "sources").mkdir(exist_ok=True)
        (archive / "sources" / f"{ID}.toml").write_text(source_toml(server.base, delay=0))
        run(archive, "crawl", ID)
    with begun(archive, "reread", "--engine", "spark", "-o", str(tmp_path / "out")) as process:
        assert process.stderr is not None
        for line in process.stderr:  # what Java says as it starts
            if "log level" in line and "FATAL" in line:
                break
        process.send_signal(signal.SIGINT)
        said = process.stderr.read()
    assert process.returncode == 130
    assert [line for line in said.splitlines() if line] == [
        "baotinh: stopped; what was stored stays stored, and the same command goes on from there"
    ]
    assert not (tmp_path / "out" / "manifest.json").exists()
