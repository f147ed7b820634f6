"""A bag is whole by its own lists and holds nothing but the archive's files; what is no bag is named."""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner
from takedown_archive import NAMED, WHO, ask, made_at, read_in, urls

from archive.cli import main
from archive.custody.package import check_bag, check_wacz, write_bag
from archive.custody.takedown import takedown
from archive.custody.verify import verify
from archive.errors import DamageError, UsageError
from archive.holdings import Holdings
from archive.importers import import_path
from archive.sources import Register
from crawler.frontier.store import Candidate, FrontierStore


@pytest.fixture
def holdings(tmp_path: Path) -> Holdings:
    return made_at(tmp_path / "data")


def test_a_bag_is_whole_by_its_own_lists_and_can_be_taken_in_again(holdings: Holdings, tmp_path: Path) -> None:
    made = write_bag(holdings, tmp_path / "bag", "Trọn bộ lưu trữ")
    bag = tmp_path / "bag"
    for listing in ("manifest-sha256.txt", "tagmanifest-sha256.txt"):
        ran = subprocess.run(["sha256sum", "-c", "--quiet", listing], cwd=bag, capture_output=True, check=False)
        assert (ran.returncode, ran.stdout) == (0, b"")
    listed = {line.split("  ", 1)[1] for line in (bag / "manifest-sha256.txt").read_text().splitlines()}
    assert listed == {path.relative_to(bag).as_posix() for path in (bag / "data").rglob("*") if path.is_file()}
    info = dict(line.split(": ", 1) for line in (bag / "bag-info.txt").read_text().splitlines())
    assert info["Payload-Oxum"] == f"{made.bytes}.{made.files}"
    assert (info["Source-Organization"], info["Contact-Name"]) == ("Thư viện tỉnh", "https://thuvien.example/")
    other = Holdings.create(tmp_path / "other", "a", "b")
    brought = list(import_path(other, bag))
    assert {one.file for one in brought} == {path.relative_to(holdings.root).as_posix() for path in holdings.warcs()}
    assert sorted(urls(other)) == sorted(urls(holdings))
    assert [one.how for one in import_path(other, bag)] == ["known"] * len(brought)


@pytest.fixture
def whole(holdings: Holdings) -> Holdings:
    """An archive of which a crawl knows addresses that failed, with a source of its own."""
    (holdings.sources / "tinh-uy-mau.toml").write_text(SOURCE)
    rows = FrontierStore(holdings.frontier)
    rows.add([Candidate(f"https://tinhuy.example/tin/mat-{n}.html", "article", 1) for n in range(193)], "tinh-uy-mau")
    rows.write("UPDATE urls SET state = 'failed', reason = 'server_error'")
    rows.commit()
    rows.close()
    return holdings


SOURCE = """id = "tinh-uy-mau"
name = "Báo Mẫu"
kind = "newspaper"
province = "bac-kan"
status = "verified"
homepage = "https://tinhuy.example/"
hosts = ["tinhuy.example"]

[[layout]]
family = "generic"
"""


def addresses(holdings: Holdings) -> list[list[object]]:
    told = CliRunner().invoke(
        main, ["sources", "certificate", "tinh-uy-mau", "--json", "--archive", str(holdings.root)]
    )
    assert told.exit_code == 0, told.output
    return json.loads(told.stdout)["addresses"]  # type: ignore[no-any-return]


def test_the_folder_of_a_bag_is_the_archive_it_was_made_of(whole: Holdings, tmp_path: Path) -> None:
    write_bag(whole, tmp_path / "bag")
    restored = Holdings.open(tmp_path / "bag" / "data")
    assert verify(restored, "full", record=False).findings == ()
    assert addresses(restored) == addresses(whole) == [["article", "failed", "server_error", 193]]
    assert Register.load(restored.sources).get("tinh-uy-mau").name == "Báo Mẫu"
    assert check_bag(tmp_path / "bag") == ()


def test_a_bag_taken_in_brings_what_became_of_each_address_and_its_sources(whole: Holdings, tmp_path: Path) -> None:
    write_bag(whole, tmp_path / "bag")
    other = Holdings.create(tmp_path / "other", "a", "b")
    for _ in range(2):
        told = CliRunner().invoke(main, ["ingest", str(tmp_path / "bag"), "--archive", str(other.root)])
        assert told.exit_code == 0, told.output
    assert "frontier" not in told.stderr
    assert addresses(other) == addresses(whole)
    assert Register.load(other.sources).get("tinh-uy-mau").name == "Báo Mẫu"
    assert verify(other, record=False).findings == ()


def test_a_frontier_that_would_run_programs_of_its_maker_is_not_taken_in(whole: Holdings, tmp_path: Path) -> None:
    write_bag(whole, tmp_path / "bag")
    with closing(sqlite3.connect(tmp_path / "bag/data/frontier.sqlite")) as db:
        db.execute("CREATE TRIGGER t AFTER INSERT ON urls BEGIN DELETE FROM urls; END")
    other = Holdings.create(tmp_path / "other", "a", "b")
    assert any(
        "no frontier of this program" in one for made in import_path(other, tmp_path / "bag") for one in made.skipped
    )
    assert not other.frontier.exists()


@pytest.mark.parametrize(
    ("contact", "told"),
    [
        ("luutru@tinh.example", ["Contact-Email: luutru@tinh.example"]),
        ("mailto:luutru@tinh.example", ["Contact-Email: luutru@tinh.example"]),
        ("Phòng Lưu trữ <luutru@tinh.example>", ["Contact-Name: Phòng Lưu trữ", "Contact-Email: luutru@tinh.example"]),
        ("https://mang.example/@luutru", ["Contact-Name: https://mang.example/@luutru"]),
        ("luutru@", ["Contact-Name: luutru@"]),
    ],
)
def test_what_a_bag_calls_an_email_is_an_address(tmp_path: Path, contact: str, told: list[str]) -> None:
    write_bag(Holdings.create(tmp_path / "data", "Thư viện tỉnh", contact), tmp_path / "bag")
    lines = (tmp_path / "bag/bag-info.txt").read_text().splitlines()
    assert [line for line in lines if line.startswith("Contact-")] == told


def test_a_bag_broken_off_after_one_file_is_taken_in_to_its_end_the_next_time(
    holdings: Holdings, tmp_path: Path
) -> None:
    write_bag(holdings, tmp_path / "bag")
    other = Holdings.create(tmp_path / "other", "a", "b")
    broken_off = import_path(other, tmp_path / "bag")
    next(broken_off)
    del broken_off
    count = len(list((tmp_path / "bag" / "data").rglob("*.warc.gz")))
    assert [one.how for one in import_path(other, tmp_path / "bag")] == ["known", *["copied"] * (count - 1)]
    assert sorted(urls(other)) == sorted(urls(holdings))


def test_a_bag_whose_bytes_are_not_its_manifests_is_named(holdings: Holdings, tmp_path: Path) -> None:
    write_bag(holdings, tmp_path / "bag")
    assert check_bag(tmp_path / "bag") == ()
    path = next((tmp_path / "bag").glob("data/warc/*/*.warc.gz"))
    path.chmod(0o644)
    path.write_bytes(path.read_bytes() + b"x")
    name = path.relative_to(tmp_path / "bag").as_posix()
    assert check_bag(tmp_path / "bag") == (f"{name} is not the file that manifest-sha256.txt names",)
    other = Holdings.create(tmp_path / "other", "a", "b")
    told = [sentence for one in import_path(other, tmp_path / "bag") for sentence in one.skipped]
    assert any("not the bytes that its bag names" in sentence for sentence in told)


def test_sealed_records_are_in_no_bag(holdings: Holdings, tmp_path: Path) -> None:
    takedown(holdings, NAMED, "sealed", "dữ liệu cá nhân", WHO)
    write_bag(holdings, tmp_path / "bag")
    assert not (tmp_path / "bag" / "data" / "sealed").exists()
    with pytest.raises(UsageError, match="a bag is a new folder"):
        write_bag(holdings, tmp_path / "bag")


def test_a_folder_of_warcs_on_another_disk_is_copied_and_nothing_else_behind_a_link(
    holdings: Holdings, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "đĩa khác"
    shutil.move(holdings.warc / "tinh-uy-mau", elsewhere)
    (elsewhere / "thư riêng.txt").write_text("Không của kho.")
    (holdings.warc / "tinh-uy-mau").symlink_to(elsewhere)
    write_bag(holdings, tmp_path / "bag")
    there = {path.name for path in (tmp_path / "bag" / "data" / "warc").rglob("*") if path.is_file()}
    assert there == {path.name for path in holdings.warcs()}
    assert not any(path.is_symlink() for path in (tmp_path / "bag").rglob("*"))
    assert check_bag(tmp_path / "bag") == ()


@pytest.mark.parametrize("name", ["warc/tinh-uy-mau/la.warc.gz", "queries", "sources/la.toml", "warc/la"])
def test_a_link_to_what_the_archive_does_not_know_makes_no_bag(holdings: Holdings, tmp_path: Path, name: str) -> None:
    (tmp_path / "riêng tư").mkdir()
    path = holdings.root / name
    path.parent.mkdir(exist_ok=True)
    if path.is_dir():
        path.rmdir()
    path.symlink_to(tmp_path / "riêng tư")
    with pytest.raises(UsageError, match=f"{name} is a link to {tmp_path / 'riêng tư'}, and a bag holds none"):
        write_bag(holdings, tmp_path / "bag")
    assert not (tmp_path / "bag").exists()


def test_a_link_in_the_place_of_a_closed_file_makes_no_bag(holdings: Holdings, tmp_path: Path) -> None:
    path = next(iter(holdings.warcs()))
    path.unlink()
    path.symlink_to("/etc/hostname")
    with pytest.raises(DamageError, match="not the file that the manifest names"):
        write_bag(holdings, tmp_path / "bag")


def test_what_is_no_bag_and_no_package_is_told_so(tmp_path: Path) -> None:
    (tmp_path / "thư mục").mkdir()
    (tmp_path / "tệp.txt").write_text("xin chào")
    with pytest.raises(UsageError, match=r"there is no bagit\.txt in it; name a WACZ file or the folder of a bag"):
        check_bag(tmp_path / "thư mục")
    for name, said in (("tệp.txt", "is no WACZ package"), ("không có", "is not there")):
        with pytest.raises(UsageError, match=f"{name} {said}; name a WACZ file"):
            check_wacz(tmp_path / name)


def test_a_bag_of_another_maker_is_checked_by_whatever_digests_it_has(tmp_path: Path) -> None:
    bag = tmp_path / "bag"
    (bag / "data").mkdir(parents=True)
    (bag / "data" / "100%.txt").write_bytes(b"a")
    (bag / "bagit.txt").write_text("BagIt-Version: 0.97\nTag-File-Character-Encoding: UTF-8\n")
    assert check_bag(bag) == ("no manifest names the files of the bag",)
    (bag / "manifest-md5.txt").write_text(f"{hashlib.md5(b'a').hexdigest()} *data/100%25.txt\n".replace("*", " "))
    assert check_bag(bag) == ()
    (bag / "data" / "thêm.txt").write_bytes(b"b")
    (bag / "manifest-sha512.txt").write_text(f"{'0' * 128}  data/../../thoát\n")
    assert set(check_bag(bag)) == {
        "data/thêm.txt is not in manifest-md5.txt",
        "data/../../thoát is in manifest-sha512.txt and not there",
        "data/100%.txt is not in manifest-sha512.txt",
        "data/thêm.txt is not in manifest-sha512.txt",
    }
    (bag / "manifest-md5.txt").write_text("hỏng\n")
    with pytest.raises(DamageError, match="line 1 names no file with its digest"):
        check_bag(bag)


def test_what_is_hidden_in_the_archive_of_a_bag_is_hidden_where_it_is_taken_in(
    holdings: Holdings, tmp_path: Path
) -> None:
    takedown(holdings, NAMED, "hidden", "dữ liệu cá nhân", WHO)
    write_bag(holdings, tmp_path / "bag")
    other = Holdings.create(tmp_path / "other", "a", "b")
    told = [sentence for one in import_path(other, tmp_path / "bag") for sentence in one.skipped]
    assert [sentence for sentence in told if "hidden here" in sentence] == told[:1]
    assert told[0].startswith(f"{NAMED} is hidden in ")
    read_in(other)
    assert not any("tran-van-mau" in str(url) for (url,) in ask(other, "SELECT url FROM articles"))
    assert len(ask(other, "SELECT url FROM articles")) == 2


def test_a_bag_hides_nothing_that_is_shown_here_already(holdings: Holdings, tmp_path: Path) -> None:
    other = made_at(tmp_path / "other")
    takedown(holdings, NAMED, "hidden", "x", WHO)
    write_bag(holdings, tmp_path / "bag")
    told = [sentence for one in import_path(other, tmp_path / "bag") for sentence in one.skipped]
    assert "and shown here: take it down here, or not" in told[0]
    assert len(ask(other, "SELECT url FROM articles")) == 3


def test_a_frontier_of_this_archive_stays_and_the_way_to_unite_both_is_told(whole: Holdings, tmp_path: Path) -> None:
    write_bag(whole, tmp_path / "bag")
    other = Holdings.create(tmp_path / "other", "a", "b")
    FrontierStore(other.frontier).close()
    told = CliRunner().invoke(main, ["ingest", str(tmp_path / "bag"), "--archive", str(other.root)])
    assert "there is a frontier here; `baotinh merge`" in told.stderr
