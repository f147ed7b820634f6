"""Programs that are not ours accept what we write: `make standards` puts them in an environment of their own."""

from __future__ import annotations

import os
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
import uvicorn
from packed_archive import archive_with_a_picture, packed, public_id
from takedown_archive import OTHER

from archive.custody.package.bag import write_bag
from archive.holdings import Holdings
from archive.warc import cdxj
from archive.web.replay.app import create_replay

FOLDER = Path(os.environ.get("BAOTINH_STANDARDS", "build/standards/bin")).absolute()
pytestmark = pytest.mark.skipif(not (FOLDER / "wacz").exists(), reason=f"no validators in {FOLDER}: `make standards`")

MEMENTO = """
import datetime, sys
from memento_client import MementoClient
client = MementoClient(timegate_uri=sys.argv[1], check_native_timegate=False)
client.get_original_uri = lambda uri, response=None: uri  # it asks the live web first, where there is no such site
found = client.get_memento_info(sys.argv[2], datetime.datetime(2026, 11, 24, 12))
print(found["timegate_uri"])
print(found["original_uri"])
print(found["mementos"]["closest"]["uri"][0])
print(found["mementos"]["closest"]["datetime"].isoformat())
"""


@pytest.fixture
def holdings(tmp_path: Path) -> Holdings:
    return archive_with_a_picture(tmp_path)


def run(*words: str | Path, code: int = 0) -> str:
    ran = subprocess.run([str(word) for word in words], capture_output=True, text=True, check=False)
    assert ran.returncode == code, ran.stdout + ran.stderr
    return ran.stdout + ran.stderr


@pytest.mark.parametrize("chosen", [False, True])
def test_the_reference_validator_of_wacz_accepts_a_package(holdings: Holdings, tmp_path: Path, chosen: bool) -> None:
    target = packed(holdings, tmp_path, articles=[public_id(holdings, OTHER)] if chosen else None)
    run(FOLDER / "wacz", "validate", "-f", target)


def test_the_reference_library_of_bagit_accepts_a_bag_and_refuses_a_changed_one(
    holdings: Holdings, tmp_path: Path
) -> None:
    bag = tmp_path / "bag"
    write_bag(holdings, bag)
    run(FOLDER / "bagit.py", "--validate", bag)
    warc = sorted(bag.rglob("*.warc.gz"))[0]
    warc.chmod(0o644)
    data = bytearray(warc.read_bytes())
    data[len(data) // 2] ^= 1
    warc.write_bytes(data)
    run(FOLDER / "bagit.py", "--validate", bag, code=1)


def test_another_indexer_makes_the_same_index(holdings: Holdings) -> None:
    cdxj.build(holdings.root)
    ours = (holdings.root / cdxj.MERGED).read_bytes().splitlines()
    theirs = run(FOLDER / "cdxj-indexer", "--sort", *holdings.warcs()).splitlines()

    def plain(lines: list[bytes]) -> list[cdxj.Entry]:
        entries = [replace(entry, filename=Path(entry.filename).name) for entry in map(cdxj.parse_line, lines)]
        # The fixture's answer 304 names no digest in its record: we compute it then, the other leaves it out.
        return [replace(entry, digest="") if entry.status == 304 else entry for entry in entries]

    assert plain(ours) == plain([line.encode() for line in theirs])


@contextmanager
def replaying(holdings: Holdings) -> Iterator[str]:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        host = f"127.0.0.1:{door.getsockname()[1]}"
        app = create_replay(holdings, hosts=("127.0.0.1",), room="http://127.0.0.1:8001")
        server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="on"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [door]}, daemon=True)
        thread.start()
        for _ in range(500):
            if server.started:
                break
            time.sleep(0.01)
        try:
            yield f"http://{host}"
        finally:
            server.should_exit = True
            thread.join(10)


def test_an_existing_memento_client_finds_the_capture_nearest_in_time(holdings: Holdings) -> None:
    with replaying(holdings) as base:
        told = run(FOLDER / "python", "-c", MEMENTO, f"{base}/timegate/", OTHER).splitlines()
    assert told[0] == f"{base}/timegate/{OTHER}"
    assert told[1] == OTHER
    assert told[2].startswith(base)
    assert told[2].endswith(OTHER)
    assert told[3].startswith("2026-11-24T03:00:00")
