"""A verification reads where nothing can be written, and nothing that is printed is invalid UTF-8."""

from __future__ import annotations

import errno
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from one_capture import capture
from takedown_archive import NAMED, ask, made_at

from archive import disk
from archive.cli import main
from archive.custody import events
from archive.errors import StorageError
from archive.holdings import Holdings
from archive.warc.members import members
from archive.warc.writer import Writer
from crawler.frontier.store import FrontierStore

PROGRAM = [sys.executable, "-c", "from archive.cli import main; main()"]


@pytest.fixture
def holdings(tmp_path: Path) -> Holdings:
    made = made_at(tmp_path / "data")
    FrontierStore(made.frontier).close()
    return made


def full_disk() -> None:
    """No file may grow by a byte, as where the disk is full."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


@pytest.mark.parametrize("words", [("verify",), ("verify", "--full"), ("search", "hội nghị"), ("stats",)])
def test_a_full_disk_can_be_read(holdings: Holdings, words: tuple[str, ...]) -> None:
    for end in ("-wal", "-shm"):
        holdings.database.with_name(f"archive.sqlite{end}").unlink(missing_ok=True)
    before = (holdings.root / events.NAME).read_bytes()
    told = subprocess.run(
        [*PROGRAM, "--archive", str(holdings.root), *words], capture_output=True, text=True, check=False,
        preexec_fn=full_disk,
    )  # fmt: skip
    assert told.returncode == (StorageError.exit_code if words[0] == "verify" else 0), told.stderr
    assert "I/O error" not in told.stderr
    assert (holdings.root / events.NAME).read_bytes() == before
    if words[0] == "verify":
        assert "findings: 0" in told.stderr
        last = told.stderr.strip().splitlines()[-1]
        assert last.startswith(f"baotinh: {holdings.root}/{events.NAME}: ")
        assert last.endswith("this result is not in the log")


WRITERS = [
    ["recover"], ["rebuild", "index"], ["reread"], ["rebuild"], ["rebuild", "cdxj"], ["rebuild", "restorer"],
    ["corpus", "freeze", "x", "hội"],
    ["takedown", NAMED, "--yes", "--reason", "x", "--authority", "y"],
    ["takedown", NAMED, "--seal", "--yes", "--reason", "x", "--authority", "y"],
]  # fmt: skip


@pytest.mark.parametrize("words", WRITERS, ids=" ".join)
def test_what_writes_on_a_full_disk_names_the_file_and_the_way_out_and_changes_nothing(
    holdings: Holdings, words: list[str]
) -> None:
    told = subprocess.run(
        [*PROGRAM, "--lang", "en", "--archive", str(holdings.root), *words], capture_output=True, text=True,
        check=False, preexec_fn=full_disk,
    )  # fmt: skip
    last = told.stderr.strip().splitlines()[-1]
    assert told.returncode == StorageError.exit_code, told.stderr
    assert last.startswith(f"baotinh: {holdings.root}/")
    assert "make room" in last or words == ["rebuild"]  # of this limit SQLite knows nothing but "disk I/O error"
    assert CliRunner().invoke(main, ["verify", "--archive", str(holdings.root)]).exit_code == 0


@pytest.mark.parametrize("words", WRITERS, ids=" ".join)
def test_what_writes_on_a_disk_for_reading_says_what_to_do(
    holdings: Holdings, monkeypatch: pytest.MonkeyPatch, words: list[str]
) -> None:
    real = os.open

    def refuse(path: str | Path, flags: int, *others: int, **named: int) -> int:
        if flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT) and str(path).startswith(str(holdings.root)):
            raise OSError(errno.EROFS, os.strerror(errno.EROFS), str(path))
        return real(path, flags, *others, **named)

    monkeypatch.setattr(os, "open", refuse)
    told = CliRunner().invoke(main, ["--lang", "en", "--archive", str(holdings.root), *words])
    last = told.stderr.strip().splitlines()[-1]
    assert told.exit_code == StorageError.exit_code, told.stderr
    assert last.startswith(f"baotinh: {holdings.root}/")
    assert "Read-only file system; what writes needs a copy on a disk that can be written" in last


def test_what_was_left_open_where_nothing_can_be_written_is_named_and_the_rest_is_read(
    holdings: Holdings, monkeypatch: pytest.MonkeyPatch
) -> None:
    dying = Writer(holdings.root, "tinh-uy-mau", "20261125T030000Z-tinh-uy-mau-1111")
    dying.append(capture(url="https://tinhuy.example/x"))
    dying.sync()
    os.close(dying._descriptor)

    def refuse(*_: object) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    monkeypatch.setattr(os, "fchmod", refuse)
    told = CliRunner().invoke(main, ["verify", "--json", "--archive", str(holdings.root)])
    assert told.exit_code == 5, told.output
    assert [one["problem"] for one in json.loads(told.stdout)["findings"]] == ["open"]
    assert "files left open stay as they are" in told.stderr


def test_an_event_whose_head_finds_no_room_is_not_in_the_log_either(
    holdings: Holdings, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = (holdings.root / events.NAME).read_bytes()
    real = disk.replace_file

    def full(path: Path, data: bytes, mode: int = 0o644) -> None:
        if path.name == "events.head":
            raise StorageError(f"{path}: {os.strerror(errno.ENOSPC)}")
        real(path, data, mode)

    monkeypatch.setattr(events, "replace_file", full)
    with pytest.raises(StorageError):
        events.append(holdings.root, "validation", "archive", "clean")
    assert (holdings.root / events.NAME).read_bytes() == before


def test_nothing_printed_of_names_that_are_no_utf8_is_invalid_utf8(holdings: Holdings, tmp_path: Path) -> None:
    odd = os.fsencode(tmp_path) + b"/la\xff-\xe9.warc.gz"
    shutil.copy(holdings.warcs()[0], odd)
    cut = os.fsencode(tmp_path) + b"/cat\xff.warc.gz"
    within = list(members(holdings.warcs()[0], 0))[5].offset + 100  # of the sixth record, wherever that begins
    Path(os.fsdecode(cut)).write_bytes(holdings.warcs()[0].read_bytes()[:within])
    shutil.copy(holdings.warcs()[0], os.fsencode(holdings.warc / "tinh-uy-mau") + b"/x\xff.warc.gz")
    for code, *words in (
        (0, "ingest", odd), (5, "ingest", cut), (0, "ingest", cut, "--json"), (5, "verify"), (5, "verify", "--json"),
        (5, "verify", "--full", "--json"), (0, "verify", "--in-turn", "--json"), (0, "rebuild"),
        (0, "recover", "--json"),
        (2, "rebuild", "cdxj"), (0, "package", os.fsencode(tmp_path) + b"/\xff.wacz"),
    ):  # fmt: skip
        told = subprocess.run([*PROGRAM, "--archive", holdings.root, *words], capture_output=True, check=False)
        assert told.returncode == code, (words, told.stderr)
        assert "Traceback" not in told.stderr.decode() + told.stdout.decode()
        if "--json" in words:
            json.loads(told.stdout)
    assert ask(holdings, "SELECT count(*) FROM events WHERE detail_json LIKE '%la\\udcff%'") == [(1,)]
