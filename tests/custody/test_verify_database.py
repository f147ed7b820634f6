"""A verification compares database, index and seals with the records they came from."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner
from whole_archive import check, copied, made_at, name, problems

from archive.cli import main
from archive.custody import manifest, seals
from archive.custody.rebuild import rebuild
from archive.holdings import Holdings
from archive.sources import Register
from archive.store import open_database
from archive.warc import cdxj


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Holdings:
    return made_at(tmp_path_factory.mktemp("made") / "data")


@pytest.fixture
def holdings(made: Holdings, tmp_path: Path) -> Holdings:
    return copied(made, tmp_path / "data")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("UPDATE captures SET address = 'https://khac.example/' WHERE id = 2", "url 'https://khac.example/'"),
        ("UPDATE captures SET captured_at = '1999' WHERE id = 2", "captured_at '1999'"),
        ("UPDATE captures SET status = 404 WHERE id = 2", "status 404, WARC 200"),
        ("UPDATE captures SET payload = 'sha256:0' WHERE id = 2", "payload_digest 'sha256:0'"),
        ('UPDATE captures SET "offset" = "offset" + 1 WHERE id = 2', "no response begins at"),
        ("PRAGMA foreign_keys = OFF; DELETE FROM captures WHERE id = 2", "has no row; `baotinh ingest` reads it"),
    ],
)
def test_a_row_that_differs_from_its_record_is_named_even_without_a_seal(
    holdings: Holdings, change: str, told: str
) -> None:
    seals.seal_path(holdings.root, "archive.sqlite").unlink()
    with closing(sqlite3.connect(holdings.database)) as db:
        db.executescript(change)
    found = [finding for finding in check(holdings, "full").findings if finding.problem == "row"]
    assert found
    assert any(told in finding.detail for finding in found)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE captures SET file = 'warc/x/khong-co.warc.gz' WHERE id = 2",
        'UPDATE captures SET "offset" = 999999999 WHERE id = 2',
    ],
)
def test_a_row_that_points_nowhere_is_found_by_the_quick_look_too(holdings: Holdings, change: str) -> None:
    seals.seal_path(holdings.root, "archive.sqlite").unlink()
    with closing(sqlite3.connect(holdings.database)) as db:
        db.executescript(change)
    assert ("archive.sqlite", "row") in problems(check(holdings))


def test_a_database_that_is_none_is_named_and_the_rest_is_still_looked_at(holdings: Holdings) -> None:
    holdings.database.write_bytes(b"not a database at all" * 500)
    report = check(holdings, "full")
    assert ("archive.sqlite", "database") in problems(report)
    assert report.records > 10


def test_an_archive_without_index_is_clean(holdings: Holdings) -> None:
    shutil.rmtree(holdings.root / "index")
    assert check(holdings, "full").clean


@pytest.mark.parametrize("gone", [("archive.sqlite",), ("archive.sqlite", "manifest/seals/archive.sqlite.json")])
def test_a_database_that_is_missing_beside_warc_files_is_a_finding_with_the_way_out(
    holdings: Holdings, gone: tuple[str, ...]
) -> None:
    for file in gone:
        (holdings.root / file).unlink()
    result = CliRunner().invoke(main, ["verify", "--archive", str(holdings.root)])
    assert result.exit_code == 5
    assert "archive.sqlite: missing: there is no database; `baotinh rebuild`" in result.stdout
    assert problems(check(holdings, "full")) == {("archive.sqlite", "missing")}
    rebuild(holdings, Register.load())
    assert check(holdings, "full").clean


def test_an_archive_that_holds_nothing_yet_needs_no_database(tmp_path: Path) -> None:
    report = check(Holdings.create(tmp_path / "new", "Thư viện", "lien-he@thu.example"))
    assert report.clean
    assert any("baotinh rebuild" in note for note in report.notes)


def test_an_index_that_lies_consistently_is_found_by_the_full_look(holdings: Holdings) -> None:
    part = sorted(holdings.root.glob("index/tinh-uy-mau/*.cdxj"))[0]
    sums = holdings.root / cdxj.SUMS
    was = manifest.digest_of(part)
    part.write_bytes(part.read_bytes().replace(b'"status": "200"', b'"status": "404"'))
    lines = sums.read_bytes().partition(cdxj.OWN_DIGEST)[0]
    sums.write_bytes(cdxj.with_own_digest(lines.replace(was[7:].encode(), manifest.digest_of(part)[7:].encode())))
    assert check(holdings).clean
    assert problems(check(holdings, "full")) == {(name(holdings, part), "index")}


def test_a_writer_breaks_the_seal_and_the_last_one_sets_it_again(holdings: Holdings) -> None:
    first, second = (seals.Writing(holdings.root, "frontier.sqlite") for _ in range(2))
    assert not seals.is_sealed(holdings.root, "frontier.sqlite")
    with closing(sqlite3.connect(holdings.frontier)) as db:
        db.execute("DELETE FROM todo")
        db.commit()
    first.close()
    assert not seals.is_sealed(holdings.root, "frontier.sqlite")
    assert any("frontier.sqlite is being written" in note for note in check(holdings).notes)
    second.close()
    second.close()
    assert check(holdings).notes == ()


def test_whoever_opens_a_database_to_write_breaks_its_seal_and_a_reader_does_not(holdings: Holdings) -> None:
    open_database(holdings.database, readonly=True).close()
    assert seals.is_sealed(holdings.root, "archive.sqlite")
    open_database(holdings.database).close()
    assert not seals.is_sealed(holdings.root, "archive.sqlite")
    assert problems(check(holdings)) == {("archive.sqlite", "unsealed")}
