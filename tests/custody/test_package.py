"""A package holds what it says, other programs accept it, and read back it is the same captures."""

from __future__ import annotations

import gzip
import json
import os
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner
from packed_archive import PICTURE, archive_with_a_picture, packed, public_id
from resting import flip
from takedown_archive import NAMED, OTHER, REGISTER, SITE, WHO, ask, natural
from warcio.archiveiterator import ArchiveIterator

from archive.cli import main
from archive.custody import events
from archive.custody.package import check_wacz, write_bag, write_wacz
from archive.custody.package.wacz import read_zipnum
from archive.custody.takedown import takedown
from archive.errors import DamageError, NothingFound, UsageError
from archive.holdings import Holdings
from archive.importers import import_path
from archive.ingest.pipeline import Ingest
from archive.model import StoredCapture
from archive.warc import http
from archive.warc.cdxj import parse_line
from archive.warc.reader import scan


@pytest.fixture
def holdings(tmp_path: Path) -> Holdings:
    return archive_with_a_picture(tmp_path)


def held_in(holdings: Holdings) -> dict[str, StoredCapture]:
    return {held.place.record_id: held for path in holdings.warcs() for held in scan(path)}


def test_a_whole_archive_is_packed_and_our_own_check_finds_nothing(holdings: Holdings, tmp_path: Path) -> None:
    target = packed(holdings, tmp_path)
    assert check_wacz(target) == ()
    with zipfile.ZipFile(target) as package:
        names = package.namelist()
        assert sorted(Path(name).name for name in names if name.startswith("archive/")) == sorted(
            path.name for path in holdings.warcs()
        )
        for path in holdings.warcs():
            assert package.read(f"archive/{path.name}") == path.read_bytes()
            assert package.getinfo(f"archive/{path.name}").compress_type == zipfile.ZIP_STORED
        about = json.loads(package.read("datapackage.json"))
        assert (about["profile"], about["wacz_version"], about["title"]) == ("data-package", "1.1.1", "Hội nghị 2020")
        assert {entry["path"] for entry in about["resources"]} == set(names) - {
            "datapackage.json", "datapackage-digest.json"
        }  # fmt: skip
        head, *pages = (json.loads(line) for line in package.read("pages/pages.jsonl").decode().splitlines())
        assert head["format"] == "json-pages-1.0"
        assert {one["url"] for one in pages} == {OTHER, NAMED, f"{SITE}/tin/khac-3.html"}
        assert all(one["ts"].startswith("2026-11-24T03:00:00.123") for one in pages)
        assert any("Đại hội điểm đã thành công." in one["text"] for one in pages)
        lines = list(read_zipnum(package.read("indexes/index.cdx.gz"), package.read("indexes/index.idx")))
        assert lines == sorted(lines)
        assert len(lines) == 5  # the answer 304 is in the WARC and not in the index
        assert all(parse_line(line).status == 200 for line in lines)
        articles = [json.loads(line) for line in package.read("baotinh/articles.jsonl").splitlines()]
        assert {one["headline"] for one in articles} >= {"Hội nghị rút kinh nghiệm", "Khai giảng năm học mới"}


def test_chosen_articles_bring_their_captures_and_pictures_and_nothing_else(holdings: Holdings, tmp_path: Path) -> None:
    target = packed(holdings, tmp_path, articles=[public_id(holdings, OTHER)])
    assert check_wacz(target) == ()
    other = Holdings.create(tmp_path / "other", "a", "b")
    brought = list(import_path(other, target))
    assert sum(one.captures for one in brought) == 3
    mine, theirs = held_in(holdings), held_in(other)
    assert {held.capture.url for held in theirs.values()} == {OTHER, PICTURE}
    for name, held in theirs.items():
        assert held.capture == mine[name].capture
        assert held.provenance == "captured"


@pytest.mark.parametrize("alone", [False, True])
def test_nothing_is_packed_without_the_record_that_cannot_be_read(
    holdings: Holdings, tmp_path: Path, alone: bool
) -> None:
    file, offset, length = ask(holdings, f"SELECT file, offset, length FROM captures WHERE url = '{NAMED}'")[0]
    path = holdings.root / str(file)
    path.chmod(0o644)
    flip(path, int(offset) + int(length) // 2)
    with pytest.raises(DamageError, match=f"the record at byte {offset} cannot be read"):
        packed(holdings, tmp_path, **({"articles": [public_id(holdings, NAMED)]} if alone else {}))
    assert not (tmp_path / "goi.wacz").exists()


def test_a_package_taken_in_again_gives_the_same_rows(holdings: Holdings, tmp_path: Path) -> None:
    target = packed(holdings, tmp_path)
    other = Holdings.create(tmp_path / "other", "a", "b")
    assert [skipped for one in import_path(other, target) for skipped in one.skipped] == []
    with Ingest(other, REGISTER) as ingest:
        for path in other.warcs():
            for held in scan(path):
                ingest.take(held)
    mine, theirs = natural(holdings), natural(other)
    for name in ("articles", "teasers", "revisions", "words"):
        assert theirs[name] == mine[name]
    assert [row[0] for row in theirs["captures"]] == [row[0] for row in mine["captures"]]


def test_the_same_choice_at_the_same_time_gives_the_same_bytes(holdings: Holdings, tmp_path: Path) -> None:
    first = packed(holdings, tmp_path, articles=[public_id(holdings, OTHER)]).read_bytes()
    events_before = (holdings.root / events.HEAD).read_bytes()
    (tmp_path / "goi.wacz").unlink()
    packed(holdings, tmp_path, articles=[public_id(holdings, OTHER)])
    with zipfile.ZipFile(tmp_path / "goi.wacz") as package:
        assert package.read("baotinh/events.head") == events_before
        names = [name for name in package.namelist() if name.startswith(("archive/", "indexes/", "pages/"))]
        (tmp_path / "mot.wacz").write_bytes(first)
        with zipfile.ZipFile(tmp_path / "mot.wacz") as before:
            assert all(before.read(name) == package.read(name) for name in names)


def test_what_is_taken_down_is_in_no_package(holdings: Holdings, tmp_path: Path) -> None:
    takedown(holdings, NAMED, "hidden", "dữ liệu cá nhân", WHO)
    target = packed(holdings, tmp_path)
    assert check_wacz(target) == ()
    with zipfile.ZipFile(target) as package:
        for name in package.namelist():
            data = package.read(name)
            plain = gzip.decompress(data) if name.endswith(".gz") else data
            assert "Trần Văn Mẫu".encode() not in plain, name
            assert b"tran-van-mau" not in plain, name


def test_an_earlier_package_is_named_when_something_is_taken_down(holdings: Holdings, tmp_path: Path) -> None:
    target = packed(holdings, tmp_path)
    assert takedown(holdings, NAMED, "erased", "dữ liệu cá nhân", WHO).packages == (str(target),)


def test_the_log_tells_of_the_package(holdings: Holdings, tmp_path: Path) -> None:
    target = packed(holdings, tmp_path)
    event = events.scan(holdings.root)[0][-1]
    detail = json.loads(event.detail_json)
    assert (event.type, event.object, event.outcome) == ("replication", "goi.wacz", "packaged")
    assert (detail["captures"], detail["pages"], detail["path"]) == (6, 3, str(target))


@pytest.mark.parametrize("name", ["archive/", "indexes/index.cdx.gz", "pages/pages.jsonl", "baotinh/articles.jsonl"])
def test_a_changed_file_in_a_package_is_named(holdings: Holdings, tmp_path: Path, name: str) -> None:
    target = packed(holdings, tmp_path)
    changed = tmp_path / "khac.wacz"
    with zipfile.ZipFile(target) as before, zipfile.ZipFile(changed, "w") as after:
        for info in before.infolist():
            data = before.read(info)
            after.writestr(info, data[:-40] + b"x" + data[-39:] if info.filename.startswith(name) else data)
    try:
        findings = check_wacz(changed)
    except DamageError as error:
        findings = (str(error),)
    assert findings


def test_a_page_without_a_line_and_a_line_without_its_record_are_named(holdings: Holdings, tmp_path: Path) -> None:
    target = packed(holdings, tmp_path)
    changed = tmp_path / "khac.wacz"
    with zipfile.ZipFile(target) as before, zipfile.ZipFile(changed, "w") as after:
        for info in before.infolist():
            data = before.read(info)
            if info.filename == "pages/pages.jsonl":
                data = data.replace(b"hoi-nghi-2", b"hoi-nghi-9")
            after.writestr(info, data)
    findings = check_wacz(changed)
    assert any("has no line in the index" in finding for finding in findings)
    assert any("pages/pages.jsonl has the digest" in finding for finding in findings)


def test_a_package_is_not_written_over_and_not_made_of_nothing(holdings: Holdings, tmp_path: Path) -> None:
    packed(holdings, tmp_path)
    with pytest.raises(UsageError, match="exists; choose another name"):
        packed(holdings, tmp_path)
    (tmp_path / "goi.wacz").unlink()
    with pytest.raises(NothingFound, match="nothing to pack"):
        packed(holdings, tmp_path, source="khong-co")
    assert [path.name for path in tmp_path.iterdir()] == ["data"]


WACZ = os.environ.get("BAOTINH_WACZ") or shutil.which("wacz")


@pytest.mark.skipif(WACZ is None, reason="the reference validator `wacz` is not installed (BAOTINH_WACZ names it)")
@pytest.mark.parametrize("chosen", [False, True])
def test_the_reference_validator_accepts_it(holdings: Holdings, tmp_path: Path, chosen: bool) -> None:
    target = packed(holdings, tmp_path, articles=[public_id(holdings, OTHER)] if chosen else None)
    ran = subprocess.run([str(WACZ), "validate", "-f", str(target)], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_the_pages_in_a_package_read_as_they_do_here(holdings: Holdings, tmp_path: Path) -> None:
    target = packed(holdings, tmp_path)
    kept = [held for held in held_in(holdings).values() if held.revisit_of is None]
    mine = {held.capture.url: http.split(held.capture.response).body for held in kept}
    seen = 0
    with zipfile.ZipFile(target) as package:
        for name in package.namelist():
            if name.startswith("archive/"):
                for record in ArchiveIterator(package.open(name)):
                    if record.rec_type == "response":
                        url = record.rec_headers.get_header("WARC-Target-URI")
                        assert record.content_stream().read() == mine[url]
                        seen += 1
    assert seen == 5


def test_what_a_crash_left_of_a_package_goes_with_the_next_of_its_name(holdings: Holdings, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    left = folder / ".x.wacz.part"
    left.mkdir(parents=True)
    (left / "package").write_bytes(b"half")
    write_wacz(holdings, folder / "x.wacz", title="x")
    assert [path.name for path in folder.iterdir()] == ["x.wacz"]
    assert check_wacz(folder / "x.wacz") == ()


def test_a_damaged_request_makes_no_package_of_its_file(holdings: Holdings, tmp_path: Path) -> None:
    file, offset, length = ask(holdings, f"SELECT file, offset, length FROM captures WHERE url = '{NAMED}'")[0]
    flip(holdings.root / str(file), int(str(offset)) + int(str(length)) + 40)
    with pytest.raises(DamageError, match=f"{file}.*verify --full"):
        packed(holdings, tmp_path)


def test_a_damaged_file_makes_no_bag(holdings: Holdings, tmp_path: Path) -> None:
    file, offset = ask(holdings, f"SELECT file, offset FROM captures WHERE url = '{NAMED}'")[0]
    flip(holdings.root / str(file), int(str(offset)) + 40)
    with pytest.raises(DamageError, match=f"{file}.*verify --full"):
        write_bag(holdings, tmp_path / "bag")
    assert [path.name for path in tmp_path.iterdir()] == ["data"]


def test_damaged_records_are_not_left_out_of_an_export(holdings: Holdings, tmp_path: Path) -> None:
    file, offset = ask(holdings, f"SELECT file, offset FROM captures WHERE url = '{NAMED}'")[0]
    flip(holdings.root / str(file), int(str(offset)) + 40)
    given = ["export", "--format", "warc", "-o", str(tmp_path / "out.warc.gz"), "--archive", str(holdings.root)]
    ran = CliRunner().invoke(main, given)
    assert (ran.exit_code, str(file) in ran.output) == (5, True), ran.output
