"""pywb replays what we keep, by our own index and out of a package: `make standards` installs it apart."""

from __future__ import annotations

import os
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import HTTPError, URLError

import pytest
from packed_archive import PICTURE, archive_with_a_picture, packed
from takedown_archive import OTHER

from archive.holdings import Holdings
from archive.warc import cdxj, http
from archive.warc.reader import scan

FOLDER = Path(os.environ.get("BAOTINH_PYWB", "build/pywb/bin")).absolute()
pytestmark = pytest.mark.skipif(not (FOLDER / "wayback").exists(), reason=f"no pywb in {FOLDER}: `make standards`")


@pytest.fixture
def holdings(tmp_path: Path) -> Holdings:
    return archive_with_a_picture(tmp_path)


@contextmanager
def wayback(folder: Path) -> Iterator[str]:
    """A pywb that serves the collection `kho` of `folder`, and its address."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        port = door.getsockname()[1]
    command = [FOLDER / "wayback", "-b", "127.0.0.1", "-p", str(port), "-d", folder]
    with (folder / "log").open("wb") as log, subprocess.Popen(command, stdout=log, stderr=log, cwd=folder) as process:
        base = f"http://127.0.0.1:{port}/kho"
        try:
            for _ in range(300):
                try:
                    with urllib.request.urlopen(f"{base}/", timeout=5):
                        break
                except HTTPError:
                    break
                except URLError:
                    time.sleep(0.1)  # it says nowhere when it is ready
            yield base
        finally:
            process.terminate()


def replays_all(base: str, holdings: Holdings) -> None:
    """Each page and picture comes out of pywb with the bytes that were captured."""
    seen = 0
    for path in holdings.warcs():
        for held in scan(path):
            wire = http.split(held.capture.response)
            if wire.status != 200 or held.revisit_of or held.capture.url not in {OTHER, PICTURE}:
                continue
            stamp = held.capture.began.strftime("%Y%m%d%H%M%S")
            with urllib.request.urlopen(f"{base}/{stamp}id_/{held.capture.url}", timeout=20) as answer:
                assert answer.read() == wire.body
            seen += 1
    assert seen >= 2


def test_pywb_finds_every_capture_by_our_index(holdings: Holdings, tmp_path: Path) -> None:
    cdxj.build(holdings.root)
    folder = tmp_path / "pywb"
    folder.mkdir()
    where = f"index: {holdings.root / cdxj.MERGED}\n    archive_paths: {holdings.root}/"
    (folder / "config.yaml").write_text(f"collections:\n  kho:\n    {where}\n")
    with wayback(folder) as base:
        replays_all(base, holdings)


def test_pywb_takes_in_a_package_and_replays_it(holdings: Holdings, tmp_path: Path) -> None:
    folder = tmp_path / "pywb"
    folder.mkdir()
    target = packed(holdings, tmp_path)
    for words in (["init", "kho"], ["add", "kho", "--unpack-wacz", str(target)]):
        ran = subprocess.run([FOLDER / "wb-manager", *words], cwd=folder, capture_output=True, text=True, check=False)
        assert ran.returncode == 0, ran.stdout + ran.stderr
    with wayback(folder) as base:
        replays_all(base, holdings)
