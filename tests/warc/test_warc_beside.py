"""Processes at work beside each other, and where one died: no record, no line and no file is lost between them."""

from __future__ import annotations

import os
import threading
from pathlib import Path
from typing import Any

import pytest
from dying_writer import URLS, abandoned, urls
from one_capture import capture

from archive.custody import events, manifest
from archive.custody import recover as recovering
from archive.custody.recover import recover
from archive.custody.verify import verify
from archive.disk import is_held, locked, replace_file
from archive.errors import LockedError
from archive.holdings import Holdings
from archive.importers import intake
from archive.warc import writer as writing
from archive.warc.writer import PartFile, Writer

DIGEST = "sha256:" + "a" * 64


@pytest.fixture
def rights_count(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is read-only cannot be opened to write, as for every user but root."""
    given = os.open

    def opened(path: Any, flags: int, mode: int = 0o777, **more: Any) -> int:
        writes = flags & (os.O_WRONLY | os.O_RDWR) and not flags & os.O_EXCL
        if writes and Path(path).exists() and not Path(path).stat().st_mode & 0o200:
            raise PermissionError(13, "Permission denied", str(path))
        return given(path, flags, mode, **more)

    monkeypatch.setattr(os, "open", opened)


def broken_off(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


def test_a_line_waiting_for_another_process_is_not_written_into_the_file_that_was_replaced(holdings: Holdings) -> None:
    manifest.add(holdings.root, "warc/a/old.warc.gz", DIGEST)
    with locked(holdings.root / manifest.NAME):
        waiting = threading.Thread(target=manifest.add, args=(holdings.root, "warc/a/b.warc.gz", DIGEST))
        waiting.start()
        waiting.join(0.2)
        replace_file(holdings.root / manifest.NAME, f"{'a' * 64}  warc/a/new.warc.gz\n".encode())
    waiting.join()
    assert set(manifest.read(holdings.root)) == {"warc/a/new.warc.gz", "warc/a/b.warc.gz"}


def test_a_file_has_one_line_also_where_an_import_died_before_it_was_named(holdings: Holdings) -> None:
    for letter in "ab":
        manifest.add(holdings.root, "warc/imported/a.warc.gz", f"sha256:{letter * 64}")
        manifest.add(holdings.root, "warc/imported/b.warc.gz", DIGEST)
    entries, bad = manifest.scan(holdings.root)
    assert {(entry.file[-9], entry.digest[-1]) for entry in entries} == {("a", "b"), ("b", "a")}
    assert (len(entries), bad) == (2, ())


def test_a_torn_line_is_glued_to_no_other_one_when_a_takedown_replaces_a_file(holdings: Holdings) -> None:
    manifest.add(holdings.root, "warc/a/b.warc.gz", DIGEST)
    path = holdings.root / manifest.NAME
    path.write_bytes(path.read_bytes() + b"aaaa")
    manifest.replace(holdings.root, "warc/a/b.warc.gz", "warc/a/c.warc.gz", DIGEST)
    assert manifest.scan(holdings.root) == ((manifest.Entry("warc/a/c.warc.gz", DIGEST),), ())


@pytest.mark.usefixtures("rights_count")
def test_a_writer_that_died_while_it_closed_its_file_leaves_one_that_is_closed_for_it(
    holdings: Holdings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as dying:
        dying.setattr(events, "append", broken_off)
        writer = Writer(holdings.root, "tinh-uy-mau", "run")
        for url in URLS:
            writer.append(capture(url=url))
        with pytest.raises(KeyboardInterrupt):
            writer.close()
    (done,) = recover(holdings.root)
    assert (done.outcome, done.captures, urls(holdings)) == ("closed", 4, URLS)
    assert (holdings.root / done.file).stat().st_mode & 0o777 == 0o444


@pytest.mark.usefixtures("rights_count")
def test_what_a_crash_leaves_of_a_file_being_made_stops_no_second_try(tmp_path: Path) -> None:
    left = PartFile(tmp_path, "warc/a/b.warc.gz")
    left.write(b"half")
    left.settle()
    os.close(left._descriptor)
    with PartFile(tmp_path, "warc/a/b.warc.gz") as again:
        again.write(b"whole")
        again.name()
    assert (tmp_path / "warc/a/b.warc.gz").read_bytes() == b"whole"
    assert [path.name for path in tmp_path.rglob("*.gz*")] == ["b.warc.gz"]


def test_two_imports_of_files_of_one_name_make_two_files(holdings: Holdings) -> None:
    one, other = (intake.begin(holdings.root, "imported", "2019/a.warc.gz"[5:]) for _ in range(2))
    with one, other:
        one.write(b"one")
        other.write(b"other")
        intake.accept(holdings.root, one, 1, {})
        intake.accept(holdings.root, other, 1, {})
    assert [path.read_bytes() for path in holdings.warcs()] == [b"other", b"one"]  # a-2 and a
    assert all(manifest.digest_of(holdings.root / file) == told for file, told in manifest.read(holdings.root).items())


def test_a_file_being_made_is_not_made_by_another_process_too(tmp_path: Path) -> None:
    with PartFile(tmp_path, "warc/a/b.warc.gz"), pytest.raises(LockedError, match="another process"):
        PartFile(tmp_path, "warc/a/b.warc.gz")


def test_a_file_whose_name_is_too_long_for_what_is_added_to_it_is_cut(holdings: Holdings) -> None:
    with intake.begin(holdings.root, "imported", "x" * 247 + ".warc.gz") as part:
        assert len(part.path.name) < 200


def test_a_file_closed_since_its_name_was_read_is_left_alone(
    holdings: Holdings, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, _ = abandoned(holdings)
    closed = path.with_name(path.name.removesuffix(".open"))
    monkeypatch.setattr(Path, "glob", lambda _self, _pattern: [path])
    path.rename(closed)
    assert recover(holdings.root) == ()
    monkeypatch.setattr(recovering, "is_held", lambda _path, _descriptor: False)  # renamed between opening and locking
    closed.rename(path)
    assert recover(holdings.root) == ()


def test_a_file_that_recovery_took_for_a_dead_ones_is_not_written_to(
    holdings: Holdings, monkeypatch: pytest.MonkeyPatch
) -> None:
    given, taken = is_held, list[Path]()

    def after_recovery(path: Path, descriptor: int) -> bool:
        if not taken:
            taken.append(path)
            path.unlink()  # as recovery does with a file that holds no capture, before the writer had its lock
        return given(path, descriptor)

    monkeypatch.setattr(writing, "is_held", after_recovery)
    with Writer(holdings.root, "tinh-uy-mau", "run") as writer:
        place = writer.append(capture())
    assert taken
    assert (holdings.root / place.file).exists()


def test_a_file_closed_while_a_verification_looks_at_it_is_no_finding(
    holdings: Holdings, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, _ = abandoned(holdings)
    gone = path.with_name("closed-since.warc.gz.open")
    monkeypatch.setattr(Holdings, "warcs", lambda _self: (gone,))
    report = verify(holdings, record=False)
    assert (report.findings, report.notes[0]) == (
        (),
        "there is no database; `baotinh rebuild` makes it from the WARC files",
    )
    assert report.notes[1].endswith("closed-since.warc.gz is being written and was not looked at")
