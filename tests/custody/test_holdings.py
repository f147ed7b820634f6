"""An archive says who runs it, lets one process write, and its log and manifest show every change made to them."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from archive.custody import events, manifest
from archive.errors import DamageError, LockedError, StorageError, UsageError
from archive.holdings import Holdings
from archive.settings import Keep


@pytest.fixture
def holdings(tmp_path: Path) -> Holdings:
    return Holdings.create(tmp_path / "data", 'Thư viện tỉnh "Bắc Kạn"', "https://thuvien.example/")


def test_an_archive_nobody_answers_for_is_refused_before_anything_is_made(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="operator is missing; name who answers"):
        Holdings.create(tmp_path / "kho", " ", "a@thuvien.example")
    assert not (tmp_path / "kho").exists()


def test_a_new_archive_is_opened_with_the_settings_it_was_made_with(holdings: Holdings) -> None:
    opened = Holdings.open(holdings.root)
    assert opened == holdings
    assert (opened.settings.operator, opened.settings.keep) == ('Thư viện tỉnh "Bắc Kạn"', Keep())
    assert opened.settings.robots == "obey"


def test_an_archive_is_never_made_over_another(holdings: Holdings) -> None:
    with pytest.raises(UsageError, match="is an archive already"):
        Holdings.create(holdings.root, "x", "y")


def test_a_folder_without_settings_is_no_archive(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"archive\.toml is missing; make one with `baotinh init"):
        Holdings.open(tmp_path)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("oprator = 'x'", "unknown key oprator; did you mean operator?"),
        ("[keep]\nimages = 1", "keep.images must be true or false, not 1"),
        ("[keep]\nvideos = true", "unknown key keep.videos; did you mean video?"),
        ("scrub_days = -1", "scrub_days must not be negative"),
        ("robots = 'ignore'", "robots = 'ignore'; it must be one of obey"),
        ("keep = 3", "keep must be a table"),
        ("x = ", "archive.toml"),
        ("zzz = 1", "unknown key zzz; known are operator, contact"),
    ],
)
def test_a_wrong_setting_is_named_with_its_file_and_key(tmp_path: Path, line: str, message: str) -> None:
    (tmp_path / "archive.toml").write_text(f"operator = 'a'\ncontact = 'b'\n{line}\n")
    with pytest.raises(UsageError) as error:
        Holdings.open(tmp_path)
    assert message in str(error.value)
    assert "archive.toml" in str(error.value)


@pytest.mark.parametrize("text", ["operator = 'a'", "operator = ' '\ncontact = 'b'"])
def test_an_archive_names_who_answers_for_it(tmp_path: Path, text: str) -> None:
    (tmp_path / "archive.toml").write_text(text)
    with pytest.raises(UsageError, match="is missing; name who answers"):
        Holdings.open(tmp_path)


def test_a_path_that_cannot_be_written_is_named_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError) as error:
        Holdings.create(tmp_path / "file" / "data", "a", "b")
    assert str(tmp_path / "file") in str(error.value)
    assert "\n" not in str(error.value)


HOLDER = """
import sys
from pathlib import Path
from archive.holdings import Holdings
with Holdings.open(Path(sys.argv[1])).lock("crawl"):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_second_process_learns_who_holds_the_archive_and_a_death_frees_it(holdings: Holdings) -> None:
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    command = [sys.executable, "-c", HOLDER, str(holdings.root)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with (
            pytest.raises(LockedError, match=rf"process {holder.pid} holds the archive \(crawl\)"),
            holdings.lock("crawl"),
        ):
            pass
        with holdings.lock("reader"):
            pass
        holder.kill()
        holder.wait()
    with holdings.lock("crawl"):
        assert (holdings.root / ".lock" / "crawl").read_text() == f"{os.getpid()}\n"


def test_the_events_form_a_chain_with_the_head_that_is_printed(holdings: Holdings) -> None:
    for number in range(3):
        events.append(holdings.root, "ingestion", f"warc/x/{number}.warc.gz", "ok", {"tên": "Đại hội", "n": number})
    log = events.scan(holdings.root)[0]
    assert [event.seq for event in log] == [1, 2, 3, 4]
    assert [event.prev for event in log] == [events.FIRST, *(event.digest for event in log[:-1])]
    assert events.head(holdings.root) == log[-1].digest
    assert json.loads(log[-1].detail_json) == {"n": 2, "tên": "Đại hội"}
    assert log[-1].operator == 'Thư viện tỉnh "Bắc Kạn"'


def test_an_event_of_any_length_is_followed_by_the_next_in_the_chain(holdings: Holdings) -> None:
    for length in (10, 20_000, 70_000, 5, 300_000):
        events.append(holdings.root, "capture", "run", "done", {"text": "đ" * length})
    found = events.scan(holdings.root)[0]
    assert [event.seq for event in found] == list(range(1, len(found) + 1))
    assert events.head(holdings.root) == found[-1].digest
    assert [event.seq for event in events.of(holdings.root, "capture")] == [event.seq for event in found[-5:]]


def test_the_log_names_the_version_of_the_program() -> None:
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())["project"]
    assert f"{project['name']}/{project['version']}" == events.SOFTWARE


def test_any_flipped_bit_of_the_log_or_its_head_is_found(holdings: Holdings) -> None:
    for number in range(3):
        events.append(holdings.root, "ingestion", f"warc/x/{number}.warc.gz", "ok", {"n": number})
    chance = random.Random(4)
    for name in (events.NAME, events.HEAD):
        path = holdings.root / name
        data = path.read_bytes()
        for _ in range(150):
            bit = chance.randrange(len(data) * 8)
            flipped = bytearray(data)
            flipped[bit // 8] ^= 1 << bit % 8
            path.write_bytes(flipped)
            assert events.scan(holdings.root)[1], (name, bit)
        path.write_bytes(data)
    assert events.scan(holdings.root)[1] == ()


@pytest.mark.parametrize("lost", [1, 2])
def test_a_log_that_lost_its_last_lines_is_found(holdings: Holdings, lost: int) -> None:
    for number in range(3):
        events.append(holdings.root, "ingestion", f"warc/x/{number}.warc.gz", "ok")
    path = holdings.root / events.NAME
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:-lost]))
    assert "the last line was changed or lost" in events.scan(holdings.root)[1][0]


def test_a_torn_last_event_is_laid_aside_and_told(holdings: Holdings) -> None:
    path = holdings.root / events.NAME
    with path.open("ab") as stream:
        stream.write(b'{"at": "2026-')
    assert any("torn" in sentence for sentence in events.scan(holdings.root)[1])
    events.append(holdings.root, "ingestion", "warc/x/1.warc.gz", "ok")
    created, repair, last = events.scan(holdings.root)[0]
    assert (created.seq, repair.outcome, last.outcome) == (1, "repaired", "ok")
    aside = json.loads(repair.detail_json)["kept_in"]
    assert (holdings.root / aside).read_bytes() == b'{"at": "2026-'


def test_the_last_line_for_a_file_holds(holdings: Holdings) -> None:
    manifest.add(holdings.root, "warc/x/1.warc.gz", "sha256:" + "a" * 64)
    manifest.add(holdings.root, "warc/x/1.warc.gz", "sha256:" + "b" * 64)
    assert manifest.read(holdings.root) == {"warc/x/1.warc.gz": "sha256:" + "b" * 64}


def test_a_damaged_manifest_line_is_named(holdings: Holdings) -> None:
    manifest.add(holdings.root, "warc/x/1.warc.gz", "sha256:" + "a" * 64)
    path = holdings.root / manifest.NAME
    path.write_bytes(path.read_bytes().replace(b"aaa", b"AAA"))
    with pytest.raises(DamageError, match="line 1 is no digest line"):
        manifest.read(holdings.root)


def test_a_torn_manifest_line_is_taken_out_and_told(holdings: Holdings) -> None:
    manifest.add(holdings.root, "warc/x/1.warc.gz", "sha256:" + "a" * 64)
    path = holdings.root / manifest.NAME
    with path.open("ab") as stream:
        stream.write(b"bbbb")
    assert len(manifest.read(holdings.root)) == 1
    manifest.add(holdings.root, "warc/x/2.warc.gz", "sha256:" + "b" * 64)
    assert list(manifest.read(holdings.root)) == ["warc/x/1.warc.gz", "warc/x/2.warc.gz"]
    assert events.scan(holdings.root)[0][-1].outcome == "torn line taken out"
