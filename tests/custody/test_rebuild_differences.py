"""A rebuild gives the rows that were there, or says which it does not give, and why."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from resting import falsify
from takedown_archive import NAMED, OTHER, REGISTER, WHO, made_at

from archive.cli import main
from archive.custody import seals
from archive.custody.rebuild import rebuild
from archive.custody.takedown import takedown
from archive.holdings import Holdings
from archive.sources import Register


@pytest.fixture
def holdings(tmp_path: Path) -> Holdings:
    return made_at(tmp_path / "data")


SOURCE = """id = "{id}"
name = "Tỉnh ủy Mẫu"
kind = "party"
province = "bac-kan"
status = "verified"
homepage = "https://tinhuy.example/"
hosts = ["tinhuy.example"]

[[layout]]
family = "generic"
{more}"""


def told(holdings: Holdings) -> dict[tuple[str, str], int]:
    register = Register.load(holdings.sources)
    return {(one.what, one.why): one.count for one in rebuild(holdings, register).differences}


def test_rows_that_come_out_as_they_were_are_no_difference(holdings: Holdings) -> None:
    rebuild(holdings, REGISTER)
    assert told(holdings) == {}
    done = CliRunner().invoke(main, ["rebuild", "--archive", str(holdings.root)])
    assert "articles and pages are as they were before" in done.stderr


def test_an_archive_ingested_before_its_source_existed_says_what_the_source_changes(holdings: Holdings) -> None:
    (holdings.sources / "moi.toml").write_text(SOURCE.format(id="moi", more=""))
    found = told(holdings)
    assert sum(found.values()) == 3
    assert all("moi now" in why for _, why in found)
    assert told(holdings) == {}


def test_a_row_that_was_falsified_is_told_as_such(holdings: Holdings) -> None:
    falsify(holdings.database, f"UPDATE articles SET headline = 'Khác' WHERE url = '{OTHER}'")
    assert told(holdings) == {("article with another text", "the rows before were not what the records show"): 1}


def test_an_article_whose_rows_were_deleted_is_new_and_one_made_up_is_gone(holdings: Holdings) -> None:
    falsify(
        holdings.database,
        f"""PRAGMA foreign_keys = OFF;
        UPDATE articles SET public_id = 'aaaaaaaaaa', url = 'https://khac.example/' WHERE url = '{OTHER}'""",
    )
    assert {what: count for (what, _), count in told(holdings).items()} == {"article gone": 1, "article new": 1}


def test_what_a_takedown_bars_is_no_difference(holdings: Holdings) -> None:
    takedown(holdings, NAMED, "erased", "x", WHO)
    assert told(holdings) == {}


def test_a_database_that_cannot_be_compared_is_told(holdings: Holdings) -> None:
    holdings.database.write_bytes(b"not a database at all" * 500)
    done = CliRunner().invoke(main, ["rebuild", "--archive", str(holdings.root)])
    assert done.exit_code == 0
    assert "not compared with the database before" in done.stderr
    assert seals.check(holdings.root, "archive.sqlite") == ()


def test_what_came_before_its_source_is_named_and_one_command_assigns_it_as_a_rebuild_would(
    holdings: Holdings, tmp_path: Path
) -> None:
    files = [str(path) for path in holdings.warcs()]
    other = Holdings.create(tmp_path / "other", "a", "b")
    done = CliRunner().invoke(main, ["ingest", *files, "--archive", str(other.root)])
    assert done.exit_code == 0, done.output
    (line,) = [one for one in done.stderr.splitlines() if "no source claims" in one]
    assert "tinhuy.example (" in line
    command = line.partition("`baotinh ")[2].partition("`")[0].split()
    (other.sources / "moi.toml").write_text(SOURCE.format(id="moi", more=""))
    done = CliRunner().invoke(main, [*command, "--archive", str(other.root)])
    assert (done.exit_code, "captures assigned" in done.stderr) == (0, True), done.output
    assert told(other) == {}
    done = CliRunner().invoke(main, ["ingest", *files, "--archive", str(other.root)])
    assert "no source claims" not in done.stderr
