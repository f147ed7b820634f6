"""The index finds each capture of a URL, in any spelling, and other tools can read it."""

from __future__ import annotations

import io
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from one_capture import BEGAN, RUN, capture
from warcio.archiveiterator import ArchiveIterator

from archive.errors import DamageError
from archive.warc import cdxj
from archive.warc.captures import Original
from archive.warc.reader import read
from archive.warc.writer import Writer

URLS = ["https://tinhuy.example/tin/hội-nghị.html", "https://www.tinhuy.example/", "https://tinhuy.example/rss/"]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    with Writer(tmp_path, "tinh-uy-mau", RUN, roll_at=4000) as writer:
        for number in range(12):
            writer.append(capture(url=URLS[number % 3], began=BEGAN + timedelta(hours=number)))
    return tmp_path


def test_every_capture_has_a_line_that_opens_its_record(root: Path) -> None:
    path = cdxj.build(root)
    lines = path.read_bytes().splitlines(keepends=True)
    assert len(lines) == 12
    for line in lines:
        entry = cdxj.parse_line(line)
        with (root / entry.filename).open("rb") as stream:
            stream.seek(entry.offset)
            record = next(iter(ArchiveIterator(io.BytesIO(stream.read(entry.length)))))
        assert record.rec_headers.get_header("WARC-Target-URI") == entry.url
        assert record.rec_headers.get_header("WARC-Payload-Digest") == entry.digest
        assert (entry.mime, entry.status) == ("text/html", 200)


def test_the_index_is_sorted_as_the_shell_sorts_bytes(root: Path) -> None:
    path = cdxj.build(root)
    subprocess.run(["sort", "-c", path], check=True, env={"LC_ALL": "C"})


@pytest.mark.parametrize(
    ("url", "count"),
    [
        ("http://tinhuy.example/tin/h%E1%BB%99i-ngh%E1%BB%8B.html", 4),
        ("https://tinhuy.example", 4),
        ("https://tinhuy.example/rss", 4),
        ("https://tinhuy.example/rs", 0),
        ("https://tinhuy.example/rsss", 0),
        ("https://a.example/", 0),
        ("https://zz.zz/", 0),
    ],
)
def test_a_url_is_found_in_any_spelling_oldest_capture_first(root: Path, url: str, count: int) -> None:
    found = cdxj.find_entries(cdxj.build(root), url)
    assert len(found) == count
    assert [entry.timestamp for entry in found] == sorted(entry.timestamp for entry in found)


def test_a_second_build_reads_only_new_files(root: Path) -> None:
    path = cdxj.build(root)
    before = path.read_bytes()
    marks = {part: part.stat().st_mtime_ns for part in root.glob("index/*/*.cdxj")}
    with Writer(root, "tinh-uy-mau", RUN) as writer:
        writer.append(capture(url="https://tinhuy.example/moi"))
    cdxj.build(root)
    assert {part: part.stat().st_mtime_ns for part in marks} == marks
    assert set(path.read_bytes().splitlines()) > set(before.splitlines())


def test_more_files_than_may_be_open_are_merged_in_groups(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = cdxj.build(root).read_bytes()
    monkeypatch.setattr(cdxj, "_OPEN_FILES", 2)
    assert cdxj.build(root).read_bytes() == whole
    assert sorted(path.name for path in (root / "index").iterdir() if path.is_file()) == [
        "archive.cdxj",
        "sha256sums.txt",
    ]


def test_a_changed_index_is_named_and_an_untouched_one_is_not(root: Path) -> None:
    target = cdxj.build(root)
    assert cdxj.changed(root) == ()
    checked = subprocess.run(
        ["sha256sum", "-c", "--quiet", root / cdxj.SUMS], cwd=root, capture_output=True, check=False
    )
    assert (checked.returncode, checked.stdout) == (0, b"")
    part = next(root.glob("index/*/*.cdxj"))
    for path in (target, part, root / cdxj.SUMS):
        data = path.read_bytes()
        path.write_bytes(data[:-3] + b"x" + data[-2:])
        assert cdxj.changed(root) == (path.relative_to(root).as_posix(),)
        path.write_bytes(data)
    part.unlink()
    assert cdxj.changed(root) == (part.relative_to(root).as_posix(),)


def test_the_lines_of_a_file_that_is_gone_are_gone_from_the_index(root: Path) -> None:
    cdxj.build(root)
    next(root.glob("warc/*/*.warc.gz")).unlink()
    assert len(cdxj.build(root).read_bytes().splitlines()) < 12
    assert len(list(root.glob("index/*/*.cdxj"))) == len(list(root.glob("warc/*/*.warc.gz")))


def test_a_revisit_is_indexed_as_one(tmp_path: Path) -> None:
    known = Original("urn:uuid:1", "https://tinhuy.example/", "2026-11-24T03:00:00Z", "sha256:" + "0" * 64)
    with Writer(tmp_path, "tinh-uy-mau", RUN, known=lambda *_: known) as writer:
        place = writer.append(capture(response=b"HTTP/1.1 304 Not Modified\r\n\r\n"))
    entry = cdxj.parse_line(cdxj.line_of(read(tmp_path, place)))
    assert (entry.mime, entry.status, entry.digest) == ("warc/revisit", 304, known.payload_digest)


@pytest.mark.parametrize("line", [b"", b"a b", b"a 2026 {}", b'a 2026 {"url": 1', b"\xff \xff {}"])
def test_a_line_that_is_none_is_named(line: bytes) -> None:
    with pytest.raises(DamageError, match="no line of a CDXJ index"):
        cdxj.parse_line(line)


def test_numbers_are_read_as_numbers_too() -> None:
    line = b'a 20261124030000 {"url": "u", "mime": "m", "status": 200, "digest": "d", "length": 1, "offset": 2, '
    line += b'"filename": "f"}'
    assert cdxj.parse_line(line) == cdxj.Entry("a", "20261124030000", "u", "m", 200, "d", 1, 2, "f")


@given(st.lists(st.integers(0, 40), max_size=60), st.integers(0, 41))
def test_halving_finds_what_reading_from_the_start_finds(numbers: list[int], wanted: int) -> None:
    lines = sorted(b"k%d %d x\n" % (number, position) for position, number in enumerate(numbers))
    data = b"".join(lines)
    key = b"k%d " % wanted
    start = cdxj._halve(io.BytesIO(data), len(data), key)
    behind = io.BytesIO(data[start:]).readlines()
    assert all(line < key for line in lines[: len(lines) - len(behind)])
    assert sum(line < key for line in behind) <= 1


@settings(deadline=None)  # each stretch is synced to a disk that others use
@given(st.lists(st.binary(max_size=3).filter(lambda text: b"\n" not in text)), st.integers(1, 5))
def test_a_file_sorted_in_stretches_is_the_file_sorted_at_once(
    tmp_path_factory: pytest.TempPathFactory, words: list[bytes], at_once: int
) -> None:
    target = tmp_path_factory.mktemp("sorted") / "a.cdxj"
    content = [word + b"\n" for word in words]
    cdxj.write_sorted(target, content, at_once)
    assert target.read_bytes() == b"".join(sorted(content))
    assert list(target.parent.iterdir()) == [target]
    assert cdxj.holds(target, sum(map(cdxj.tally, content)))
    assert not cdxj.holds(target, sum(map(cdxj.tally, [*content, b"x\n"])))


def test_what_a_crash_left_of_an_index_being_made_goes_with_the_next(root: Path) -> None:
    cdxj.build(root)
    (part,) = [path for path in root.glob("index/*/*.cdxj") if path.name.endswith("00001.cdxj")]
    left = [root / "index/archive.cdxj.0", part.with_name(f"{part.name}.stretch-3"), part.with_name(f"{part.name}.new")]
    for path in left:
        path.write_bytes(b"vn,tinhuy)/tin/mot-nguoi 2020 {}\n")
    before = cdxj.find_entries(root / cdxj.MERGED, URLS[0])
    cdxj.build(root)
    assert not any(path.exists() for path in left)
    assert cdxj.find_entries(root / cdxj.MERGED, URLS[0]) == before != ()
    assert cdxj.changed(root) == ()
