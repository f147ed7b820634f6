"""Whenever a writer dies: nothing acknowledged is lost, nothing torn stays, and what was cut is kept aside."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from test_warc_write import RUN, capture

from archive import events, manifest
from archive.errors import StorageError
from archive.holdings import Holdings
from archive.model import Place
from archive.warc.members import Fault, members
from archive.warc.read import read, scan
from archive.warc.recover import RECOVERED, recover
from archive.warc.write import Writer

URLS = [f"https://tinhuy.example/tin/{number}.html" for number in range(4)]


@pytest.fixture
def holdings(tmp_path: Path) -> Holdings:
    return Holdings.create(tmp_path / "data", "Thư viện tỉnh", "https://thuvien.example/")


def abandoned(holdings: Holdings) -> tuple[Path, list[Place]]:
    """A file of four captures whose writer has died: its descriptor is closed and nothing else was done."""
    writer = Writer(holdings.root, "tinh-uy-mau", RUN)
    places = [writer.append(capture(url=url)) for url in URLS]
    os.close(writer._descriptor)
    (path,) = holdings.warc.glob("*/*.open")
    return path, places


def urls(holdings: Holdings) -> list[str]:
    return [held.capture.url for path in sorted(holdings.warc.glob("*/*.warc.gz")) for held in scan(path)]


def is_whole(holdings: Holdings) -> bool:
    """Whether every file is closed, readable to its end, and as its manifest and its event say."""
    files = sorted(path.relative_to(holdings.root).as_posix() for path in holdings.warc.glob("*/*.warc.gz"))
    digests = manifest.read(holdings.root)
    closed = {event.object for event in events.read(holdings.root) if event.outcome == "closed"}
    return (
        not list(holdings.warc.glob("*/*.open"))
        and files == sorted(set(digests) & closed)
        and all(manifest.digest_of(holdings.root / file) == digests[file] for file in files)
        and not any(isinstance(member, Fault) for file in files for member in members(holdings.root / file))
    )


def test_a_file_left_open_and_whole_is_closed_as_it_stands(holdings: Holdings) -> None:
    abandoned(holdings)
    (done,) = recover(holdings.root)
    assert (done.outcome, done.captures, done.tail) == ("closed", 4, "")
    assert urls(holdings) == URLS
    assert is_whole(holdings)
    assert recover(holdings.root) == ()


def test_cut_at_every_byte_the_file_keeps_each_whole_response_and_the_rest_lies_aside(holdings: Holdings) -> None:
    path, places = abandoned(holdings)
    data = path.read_bytes()
    for length in [*range(places[2].offset - 3, len(data), 7), len(data)]:
        folder = holdings.root / f"copy-{length}"
        torn = folder / "warc" / "tinh-uy-mau" / path.name
        torn.parent.mkdir(parents=True)
        torn.write_bytes(data[:length])
        (done,) = recover(folder)
        kept = [place for place in places if place.offset + place.length <= length]
        assert [read(folder, place).capture.url for place in kept] == URLS[: len(kept)]
        assert done.captures == len(kept)
        whole = kept and read(folder, kept[-1]).capture == capture(url=URLS[len(kept) - 1])
        assert bool(done.completed) is not bool(whole)
        aside = (folder / done.tail).read_bytes() if done.tail else b""
        assert data[:length].endswith(aside)
        assert len(aside) == done.cut_bytes
        assert (folder / done.file).read_bytes()[: length - len(aside)] == data[: length - len(aside)]
        assert is_whole(Holdings(folder, holdings.settings))


def test_a_response_without_its_metadata_is_kept_and_says_so(holdings: Holdings) -> None:
    path, places = abandoned(holdings)
    os.truncate(path, places[3].offset + places[3].length)
    (done,) = recover(holdings.root)
    held = read(holdings.root, places[3])
    assert (done.outcome, done.completed) == ("cut", places[3].record_id)
    assert (held.capture.response, held.capture.request) == (capture().response, b"")
    assert (held.capture.source, held.capture.run, held.capture.kind) == ("tinh-uy-mau", RUN, "page")
    assert held.capture.notes == (RECOVERED,)


@pytest.mark.parametrize("length", [0, 1, 100])
def test_a_file_without_a_capture_is_taken_away_with_its_bytes_kept(holdings: Holdings, length: int) -> None:
    path, _ = abandoned(holdings)
    os.truncate(path, length)
    (done,) = recover(holdings.root)
    assert done.outcome == "removed"
    assert sum(tail.stat().st_size for tail in holdings.warc.glob("*/*.tail")) == length
    assert not list(holdings.warc.glob("*/*.warc.gz*.open"))


def test_damage_before_the_end_is_reported_and_never_cut(holdings: Holdings) -> None:
    path, places = abandoned(holdings)
    data = bytearray(path.read_bytes())
    data[places[1].offset + places[1].length // 2] ^= 4
    path.write_bytes(data)
    (done,) = recover(holdings.root)
    assert [fault.offset for fault in done.faults] == [places[1].offset]
    assert (holdings.root / done.file).read_bytes() == bytes(data)
    assert urls(holdings) == [URLS[0], *URLS[2:]]


def test_a_living_writer_is_left_alone(holdings: Holdings) -> None:
    with Writer(holdings.root, "tinh-uy-mau", RUN) as writer:
        place = writer.append(capture())
        assert recover(holdings.root) == ()
        writer.append(capture())
    assert read(holdings.root, place).capture == capture()


def test_a_file_changed_after_its_manifest_line_is_named_and_not_touched(holdings: Holdings) -> None:
    path, _ = abandoned(holdings)
    file = path.relative_to(holdings.root).as_posix().removesuffix(".open")
    manifest.add(holdings.root, file, manifest.digest_of(path))
    os.truncate(path, 1000)
    (done,) = recover(holdings.root)
    assert (done.outcome, path.stat().st_size) == ("damaged", 1000)


class Dies(BaseException):
    """The process ends here."""


CALLS = ("write", "fsync", "fdatasync", "rename", "ftruncate", "fchmod", "open", "unlink")


def killed_at(monkeypatch: pytest.MonkeyPatch, step: int, torn: bool) -> Callable[[], int]:
    """Lets the process die at the system call number `step`; a write is done by half first where `torn`."""
    count = 0

    def watched(name: str, real: Callable[..., object]) -> Callable[..., object]:
        def call(*values: object, **named: object) -> object:
            nonlocal count
            count += 1
            if count == step:
                if torn and name == "write":
                    descriptor, data = values
                    real(descriptor, bytes(data)[: len(bytes(data)) // 2])  # type: ignore[arg-type]
                raise Dies
            if count > step:
                raise Dies
            return real(*values, **named)

        return call

    for name in CALLS:
        monkeypatch.setattr(os, name, watched(name, getattr(os, name)))
    return lambda: count


@pytest.mark.parametrize("torn", [False, True])
def test_death_at_system_call_n_for_every_n_loses_nothing_acknowledged(
    tmp_path: Path, torn: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    for step in range(1, 1000):
        holdings = Holdings.create(tmp_path / f"data-{step}", "Thư viện tỉnh", "https://thuvien.example/")
        acknowledged: list[Place] = []
        writer = Writer(holdings.root, "tinh-uy-mau", RUN, roll_at=4000)
        passed = False
        with monkeypatch.context() as patch:
            killed_at(patch, step, torn)
            try:
                for url in URLS:
                    place = writer.append(capture(url=url))
                    writer.sync()
                    acknowledged.append(place)
                writer.close()
                passed = True
            except Dies:
                pass
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
        passed = False
        with monkeypatch.context() as patch:
            killed_at(patch, step, torn=True)
            try:
                recover(holdings.root)
                passed = True
            except Dies:
                pass
        recover(holdings.root)
        assert urls(holdings) == URLS
        assert is_whole(holdings), step
        assert len(list(holdings.warc.glob("*/*.tail"))) >= 1
        if passed:
            return
    pytest.fail("the recovery never got through")


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


FILLER = """
import resource, sys
sys.path.insert(0, {tests!r})
from pathlib import Path
from test_warc_write import RUN, capture
from archive.errors import StorageError
from archive.warc.write import Writer
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


def test_a_real_limit_of_the_system_leaves_whole_records_and_names_the_file(holdings: Holdings) -> None:
    script = FILLER.format(tests=str(Path(__file__).parent), root=str(holdings.root))
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)}
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, env=environment)
    count, path, reason = ran.stdout.split(maxsplit=2)
    assert int(count) > 1
    assert path.startswith(str(holdings.warc))
    assert reason.startswith(os.strerror(errno.EFBIG))
    (done,) = recover(holdings.root)
    assert (done.outcome, done.captures) == ("closed", int(count))


KILLED = """
import os, sys, random
sys.path.insert(0, {tests!r})
from pathlib import Path
from test_warc_write import RUN, RESPONSE, capture
from archive.warc.write import Writer
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
    script = KILLED.format(tests=str(Path(__file__).parent), root=str(holdings.root))
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)}
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


def test_the_event_log_tells_of_every_cut(holdings: Holdings) -> None:
    path, _ = abandoned(holdings)
    with path.open("ab") as stream:
        stream.write(b"\x1f\x8b\x08torn")
    (done,) = recover(holdings.root)
    (event,) = [event for event in events.read(holdings.root) if event.outcome == "torn end cut"]
    assert (event.type, event.object) == ("modification", done.file)
    assert f'"kept_in": "{done.tail}"' in event.detail_json
