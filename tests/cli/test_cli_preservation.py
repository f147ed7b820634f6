"""The commands of custody say what they did, on standard output as data, and end with the exit code they promise."""

from __future__ import annotations

import json
import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from one_capture import BEGAN, RUN, capture
from takedown_archive import NAMED, OTHER, SITE, WHO, page, read_in

from archive.cli import main
from archive.custody import seals
from archive.holdings import Holdings
from archive.warc.writer import Writer

SOURCE = """id = "tinh-uy-mau"
name = "Tỉnh ủy Mẫu"
kind = "party"
province = "bac-kan"
status = "unverified"
hosts = ["tinhuy.example"]

[[layout]]
family = "generic"
"""


@pytest.fixture
def holdings(tmp_path: Path) -> Holdings:
    made = Holdings.create(tmp_path / "data", "Thư viện tỉnh", "https://thuvien.example/")
    (made.sources / "tinh-uy-mau.toml").write_text(SOURCE)
    made.record_settings()
    with Writer(made.root, "tinh-uy-mau", RUN) as writer:
        writer.append(capture(url=NAMED, response=page("Kỷ luật một cán bộ", "Trần Văn Mẫu.")))
        writer.append(capture(url=OTHER, response=page("Hội nghị rút kinh nghiệm", "Đại hội điểm.")))
    read_in(made)
    return made


def run(holdings: Holdings, *words: str, code: int = 0) -> Result:
    told = CliRunner().invoke(main, ["--lang", "en", "--archive", str(holdings.root), *words])
    assert told.exit_code == code, told.stdout + told.stderr
    return told


def test_recover_closes_what_was_left_open_and_reads_it(holdings: Holdings) -> None:
    writer = Writer(holdings.root, "tinh-uy-mau", "20261126T000000Z-tinh-uy-mau-0001")
    writer.append(capture(url=f"{SITE}/moi.html", response=page("Khai giảng", "Các trường."), began=BEGAN))
    os.close(writer._descriptor)
    told = json.loads(run(holdings, "recover", "--json").stdout)
    assert ([one["outcome"] for one in told["files"]], told["read"]) == (["closed"], 1)
    assert json.loads(run(holdings, "recover", "--json").stdout) == {"files": [], "read": 0, "restored": []}


def test_recover_opens_no_file_of_which_every_capture_has_a_row(
    holdings: Holdings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def opened(*_: object, **__: object) -> None:
        raise AssertionError("a file is read")

    monkeypatch.setattr("archive.cli.keep.recover.read_file", opened)
    assert json.loads(run(holdings, "recover", "--json").stdout) == {"files": [], "read": 0, "restored": []}
    monkeypatch.undo()
    with closing(sqlite3.connect(holdings.database)) as db, db:
        db.execute("PRAGMA foreign_keys = OFF")
        db.execute("DELETE FROM captures WHERE id = 2")
    seals.seal(holdings.root, holdings.database.name)
    assert json.loads(run(holdings, "recover", "--json").stdout)["read"] == 1


@pytest.mark.parametrize("how", [[], ["--seal"], ["--erase"]])
def test_recover_neither_opens_nor_counts_what_is_taken_down(
    holdings: Holdings, monkeypatch: pytest.MonkeyPatch, how: list[str]
) -> None:
    run(holdings, "takedown", NAMED, *how, "--yes", "--reason", "x", "--authority", "y")

    def opened(*_: object, **__: object) -> None:
        raise AssertionError("a file is read")

    with monkeypatch.context() as patched:
        patched.setattr("archive.cli.keep.recover.read_file", opened)
        assert json.loads(run(holdings, "recover", "--json").stdout) == {"files": [], "read": 0, "restored": []}
    with closing(sqlite3.connect(holdings.database)) as db, db:
        db.execute("PRAGMA foreign_keys = OFF")
        db.execute("DELETE FROM captures WHERE id = (SELECT max(id) FROM captures)")
    seals.seal(holdings.root, holdings.database.name)
    assert json.loads(run(holdings, "recover", "--json").stdout)["read"] == 1  # the lost one alone, of that file


def test_scrub_reads_what_is_due_and_nothing_twice(holdings: Holdings) -> None:
    path = holdings.root / "archive.toml"
    path.write_text(path.read_text().replace("scrub_days = 90", "scrub_days = 0"))
    assert len(json.loads(run(holdings, "verify", "--in-turn", "--json").stdout)) == 1
    path.write_text(path.read_text().replace("scrub_days = 0", "scrub_days = 90"))
    assert json.loads(run(holdings, "verify", "--in-turn", "--json").stdout) == []


def test_the_captures_of_an_address_are_found_in_any_spelling(holdings: Holdings) -> None:
    assert run(holdings, "rebuild", "cdxj").stdout.strip() == str(holdings.root / "index" / "archive.cdxj")
    (found,) = json.loads(run(holdings, "show", OTHER.upper().replace("HTTPS", "http"), "--captures", "--json").stdout)
    assert (found["url"], found["status"]) == (OTHER, 200)
    run(holdings, "show", f"{SITE}/khong-co", "--captures", code=3)


def test_a_query_is_packed_checked_and_found_whole(holdings: Holdings, tmp_path: Path) -> None:
    target = str(tmp_path / "goi.wacz")
    told = json.loads(run(holdings, "package", target, "rút kinh nghiệm", "--json").stdout)
    assert (told["captures"], told["pages"]) == (1, 1)
    run(holdings, "package", "--check", target)
    run(holdings, "package", target, code=2)
    run(holdings, "package", str(tmp_path / "khac.wacz"), "khong co gi het", code=3)
    bag = json.loads(run(holdings, "package", str(tmp_path / "bag"), "--bag", "--json").stdout)
    assert bag["files"] > 3
    assert (tmp_path / "bag" / "bagit.txt").exists()


def test_a_bag_is_checked_too_and_counts_no_captures_it_has_not_opened(holdings: Holdings, tmp_path: Path) -> None:
    bag = tmp_path / "bao"
    told = run(holdings, "package", str(bag), "--bag")
    assert "captures" not in told.stderr
    assert run(holdings, "package", "--check", str(bag)).exit_code == 0
    (bag / "data" / "la.txt").write_text("x")
    assert "data/la.txt is not in manifest-sha256.txt" in run(holdings, "package", "--check", str(bag), code=5).stdout
    run(holdings, "package", "--check", str(tmp_path), code=2)


def test_a_source_that_nothing_was_captured_of_is_named(holdings: Holdings, tmp_path: Path) -> None:
    told = run(holdings, "package", "--source", "an-giang-bao", str(tmp_path / "x.wacz"), code=3)
    assert 'no capture of the source "an-giang-bao" is held' in told.stderr


def test_verify_counts_the_records_it_has_opened(holdings: Holdings) -> None:
    assert "records:" not in run(holdings, "verify").stderr
    assert "records: 7" in run(holdings, "verify", "--full").stderr


def test_a_takedown_is_listed_and_its_article_is_gone(holdings: Holdings) -> None:
    words = ["--reason", "dữ liệu cá nhân", "--authority", WHO]
    told = json.loads(run(holdings, "takedown", NAMED, *words, "--yes", "--json").stdout)
    assert (told["rule"]["action"], told["articles"]) == ("hidden", 1)
    run(holdings, "show", NAMED, code=3)
    (rule,) = json.loads(run(holdings, "takedown", "--list", "--json").stdout)
    assert (rule["reason"], rule["authority"]) == ("dữ liệu cá nhân", WHO)
    run(holdings, "takedown", NAMED, "--lift", *words)
    run(holdings, "show", NAMED)


def test_an_erasure_is_asked_for_twice(holdings: Holdings) -> None:
    words = ["takedown", NAMED, "--erase", "--reason", "x", "--authority", WHO]
    run(holdings, *words, code=130)
    run(holdings, "show", NAMED)
    assert run(holdings, *words, "--yes").stdout.startswith("warc/tinh-uy-mau/")
    run(holdings, "show", NAMED, code=3)
    run(holdings, "verify", "--full")


@pytest.mark.parametrize("words", [[], [NAMED], [NAMED, "--reason", "x"], [NAMED, "--authority", "x"]])
def test_a_takedown_without_reason_or_authority_is_refused(holdings: Holdings, words: list[str]) -> None:
    run(holdings, "takedown", *words, code=2)


def test_a_certificate_counts_and_names_the_gaps(holdings: Holdings) -> None:
    told = json.loads(run(holdings, "sources", "certificate", "tinh-uy-mau", "--json").stdout)
    assert (told["articles"], told["operator"]) == (2, "Thư viện tỉnh")
    assert "articles held: 2" in run(holdings, "sources", "certificate", "tinh-uy-mau").stdout
    run(holdings, "sources", "certificate", "tinh-uy-mau", "--month", "1999-01", code=3)
    run(holdings, "sources", "certificate", "khong-co", code=2)
