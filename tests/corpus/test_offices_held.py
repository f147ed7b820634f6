"""Persons of a query: each name with its offices, their first and last day, and the number of articles."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
import sqlite_utils
from click.testing import CliRunner, Result
from officials import OFFICIALS, named

from archive import Archive
from archive.cli import main
from archive.corpus.people import NamedPerson, Office, People, people
from archive.errors import UsageError
from archive.holdings import Holdings
from archive.store import open_database


@pytest.fixture(scope="module")
def db() -> sqlite_utils.Database:
    return named(OFFICIALS)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("nguoi") / "data"
    holdings = Holdings.create(root, "Thư viện tỉnh", "mailto:thu-vien@example.org")
    named(OFFICIALS, open_database(holdings.database)).close()
    return root


def told(found: People) -> list[tuple[str, int, list[tuple[str, str, str, int]]]]:
    return [
        (one.name, one.articles, [(held.office, held.first, held.last, held.articles) for held in one.offices])
        for one in found.people
    ]


def test_each_name_has_its_offices_in_order_of_time_with_first_and_last_day(db: sqlite_utils.Database) -> None:
    found = people(db)
    assert told(found) == [
        (
            "Lê Thị Hòa",
            4,
            [
                ("Phó Chủ tịch UBND tỉnh", "2019-03-05", "2019-03-05", 1),
                ("Phó Bí thư Tỉnh ủy", "2020-05-01", "2020-05-01", 1),
                ("Chủ tịch Ủy ban nhân dân tỉnh", "2020-05-01", "2021-07-09", 2),  # UBND, in full once
                ("Bí thư Tỉnh ủy", "2022-12-30", "2022-12-30", 1),  # twice in one article
            ],
        ),
        ("Lê Thị Hoa", 1, [("Giám đốc Sở Y tế", "2022-12-30", "2022-12-30", 1)]),
        ("Trần Văn Tám", 1, [("Bí thư Tỉnh ủy", "2020-05-01", "2020-05-01", 1)]),
    ]
    assert (found.articles, found.names) == (5, 3)
    assert found.people[0] == NamedPerson("Lê Thị Hòa", 4, "2019-03-05", "2022-12-30", found.people[0].offices)
    assert any("two persons of one name" in str(note) for note in found.notes)


def test_only_the_articles_of_the_query_count(db: sqlite_utils.Database) -> None:
    found = people(db, "ngay:2021..2022 Tỉnh ủy")
    assert told(found) == [
        ("Lê Thị Hoa", 1, [("Giám đốc Sở Y tế", "2022-12-30", "2022-12-30", 1)]),
        ("Lê Thị Hòa", 1, [("Bí thư Tỉnh ủy", "2022-12-30", "2022-12-30", 1)]),
    ]
    assert people(db, "gặt lúa").people == ()
    assert [one.name for one in people(db, 'nguoi:"Trần Văn Tám"').people] == ["Lê Thị Hòa", "Trần Văn Tám"]


def test_days_that_are_estimates_are_told() -> None:
    held = named(OFFICIALS)
    assert not [note for note in people(held).notes if "estimates" in note]
    held.execute("UPDATE articles SET day_estimated = 1 WHERE id IN (SELECT min(article) FROM persons)")
    assert "the days of 1 article among these are estimates" in people(held).notes


@pytest.mark.parametrize(
    ("office", "names"),
    [
        ("Bí thư Tỉnh ủy", ["Trần Văn Tám", "Lê Thị Hòa"]),
        ("BÍ THƯ TỈNH UỶ", ["Trần Văn Tám", "Lê Thị Hòa"]),
        ("Phó Bí thư", ["Lê Thị Hòa"]),
        ("Ủy ban nhân dân tỉnh", ["Lê Thị Hòa"]),
        ("sở", ["Lê Thị Hoa"]),
        ("so", ["Lê Thị Hoa"]),
        ("sờ", []),
        ("Tỉnh", ["Lê Thị Hòa", "Trần Văn Tám"]),
    ],
)
def test_who_held_an_office_and_since_when(db: sqlite_utils.Database, office: str, names: list[str]) -> None:
    found = people(db, office=office, by="first")
    assert [one.name for one in found.people] == names
    assert found.names == len(names)


def test_an_office_is_asked_for_by_whole_words(db: sqlite_utils.Database) -> None:
    held = people(db, office="Bí thư Tỉnh ủy", by="first").people
    assert [one.offices for one in held] == [
        (Office("Bí thư Tỉnh ủy", "2020-05-01", "2020-05-01", 1),),
        (Office("Bí thư Tỉnh ủy", "2022-12-30", "2022-12-30", 1),),  # and not as Phó Bí thư
    ]
    assert people(db, office="í thư").people == ()


def run(root: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["--archive", str(root), "study", "people", *arguments])


@pytest.mark.usefixtures("english")
def test_the_command_prints_text_csv_and_json(kept: Path) -> None:
    text, as_csv, as_json = run(kept), run(kept, "--csv"), run(kept, "--json")
    assert [one.exit_code for one in (text, as_csv, as_json)] == [0, 0, 0]
    assert "3 names in 5 articles, 3 shown" in text.stderr
    assert text.stdout.count("Lê Thị Hòa") == 1
    assert [row["first"] for row in csv.DictReader(io.StringIO(as_csv.stdout))][:2] == ["2019-03-05", "2020-05-01"]
    assert json.loads(as_json.stdout)["people"][0]["offices"][0]["office"] == "Phó Chủ tịch UBND tỉnh"


@pytest.mark.usefixtures("english")
def test_a_query_that_names_nobody_ends_as_nothing_found(kept: Path) -> None:
    told_of = run(kept, "gặt lúa")
    assert told_of.exit_code == 3
    assert "no article names a person with such an office" in told_of.stderr
    assert run(kept, "--office", "Giám mục").exit_code == 3


def test_python_gives_the_same(kept: Path, db: sqlite_utils.Database) -> None:
    with Archive.open(kept) as archive:
        assert archive.people("tỉnh", limit=2).people == people(db, "tỉnh", limit=2).people
        with pytest.raises(UsageError, match="by=age"):
            archive.people(by="age")
