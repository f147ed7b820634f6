"""A writer may die at any system call, by kill -9 or on a full disk: nothing acknowledged is lost."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest
from dying import gets_through
from dying_writer import URLS, abandoned, is_whole, urls
from one_capture import RUN, capture

from archive.custody.recover import recover
from archive.errors import StorageError
from archive.holdings import Holdings
from archive.model import Place
from archive.warc.reader import read
from archive.warc.writer import Writer


@pytest.mark.fault(1)
@pytest.mark.parametrize("torn", [False, True])
def test_death_at_system_call_n_for_every_n_loses_nothing_acknowledged(
    tmp_path: Path, torn: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    for step in range(1, 1000):
        holdings = Holdings.create(tmp_path / f"data-{step}", "Thư viện tỉnh", "https://thuvien.example/")
        acknowledged: list[Place] = []
        writer = Writer(holdings.root, "tinh-uy-mau", RUN, roll_at=4000)

        def write(writer: Writer = writer, acknowledged: list[Place] = acknowledged) -> None:
            for url in URLS:
                place = writer.append(capture(url=url))
                writer.sync()
                acknowledged.append(place)
            writer.close()

        passed = gets_through(monkeypatch, step, write, torn=torn)
        if writer._descriptor >= 0:
            os.close(writer._descriptor)  # as the kernel does when a process dies
        recover(holdings.root)
        assert [read(holdings.root, place).capture.url for place in acknowledged] == URLS[: len(acknowledged)]
        assert is_whole(holdings), step
        assert recover(holdings.root) == ()
        if passed:
            assert step > 30
            return
    pytest.fail("the run never got through")


def test_death_at_system_call_n_of_a_recovery_is_made_good_by_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for step in range(1, 1000):
        holdings = Holdings.create(tmp_path / f"data-{step}", "Thư viện tỉnh", "https://thuvien.example/")
        path, places = abandoned(holdings)
        os.truncate(path, places[3].offset + places[3].length + 20)
        passed = gets_through(monkeypatch, step, lambda root=holdings.root: recover(root), torn=True)  # type: ignore[misc]
        recover(holdings.root)
        assert urls(holdings) == URLS
        assert is_whole(holdings), step
        assert len(list(holdings.warc.glob("*/*.tail"))) >= 1
        if passed:
            return
    pytest.fail("the recovery never got through")


@pytest.mark.fault(3)
@pytest.mark.parametrize("room", [0, 5, 400, 1500, 2000])
def test_a_full_disk_stops_with_one_line_and_the_file_stays_whole(
    holdings: Holdings, monkeypatch: pytest.MonkeyPatch, room: int
) -> None:
    # A full disk answers with a short write first; the error comes at the next call.
    writer = Writer(holdings.root, "tinh-uy-mau", RUN)
    kept = [writer.append(capture(url=URLS[0]))]
    real = os.write
    left = room

    def short(descriptor: int, data: bytes) -> int:
        nonlocal left
        if left <= 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        written = real(descriptor, data[:left])
        left -= written
        return written

    with monkeypatch.context() as patch:
        patch.setattr(os, "write", short)
        message = ""
        for url in URLS[1:]:
            try:
                kept.append(writer.append(capture(url=url)))
            except StorageError as error:
                message = str(error)
    assert "No space left on device" in message
    assert "\n" not in message
    kept.append(writer.append(capture(url=URLS[3])))  # there is room again
    writer.close()
    assert [read(holdings.root, place).capture.url for place in kept] == urls(holdings)
    assert is_whole(holdings)


TESTS = Path(__file__).parents[1]
FOLDERS = os.pathsep.join((str(TESTS.parent), str(TESTS / "support")))

FILLER = """
import resource
from pathlib import Path
from one_capture import RUN, capture
from archive.errors import StorageError
from archive.warc.writer import Writer
resource.setrlimit(resource.RLIMIT_FSIZE, (5536, 5536))
writer = Writer(Path({root!r}), "tinh-uy-mau", RUN)
count = 0
try:
    while True:
        writer.append(capture())
        writer.sync()
        count += 1
except StorageError as error:
    print(count, error)
"""


@pytest.mark.fault(3)
def test_a_real_limit_of_the_system_leaves_whole_records_and_names_the_file(holdings: Holdings) -> None:
    script = FILLER.format(root=str(holdings.root))
    environment = {**os.environ, "PYTHONPATH": FOLDERS}
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, env=environment)
    count, path, reason = ran.stdout.split(maxsplit=2)
    assert int(count) > 1
    assert path.startswith(str(holdings.warc))
    assert reason.startswith(os.strerror(errno.EFBIG))
    (done,) = recover(holdings.root)
    assert (done.outcome, done.captures) == ("closed", int(count))


KILLED = """
import os, random
from pathlib import Path
from one_capture import RUN, RESPONSE, capture
from archive.warc.writer import Writer
writer = Writer(Path({root!r}), "tinh-uy-mau", RUN, roll_at=2_000_000)
noise = random.Random(1).randbytes(200_000)
number = 0
while True:
    writer.append(capture(url=f"https://tinhuy.example/{{number}}", response=RESPONSE + noise))
    writer.sync()
    os.write(1, b"%d\\n" % number)
    number += 1
"""


@pytest.mark.parametrize("lines", [1, 4, 9, 15])
def test_kill_9_loses_nothing_that_was_acknowledged(holdings: Holdings, lines: int) -> None:
    script = KILLED.format(root=str(holdings.root))
    environment = {**os.environ, "PYTHONPATH": FOLDERS}
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, env=environment) as process:
        assert process.stdout is not None
        for _ in range(lines):
            process.stdout.readline()
        process.kill()
        acknowledged = lines + len(process.stdout.read().splitlines())
    recover(holdings.root)
    kept = urls(holdings)
    assert kept == [f"https://tinhuy.example/{number}" for number in range(len(kept))]
    assert len(kept) >= acknowledged
    assert is_whole(holdings)
