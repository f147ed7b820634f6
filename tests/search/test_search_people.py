"""Persons named in texts: found by `nguoi:`, with the accents that are typed, and counted as a facet."""

from __future__ import annotations

import pytest
import sqlite_utils
from search_corpus import Written, stored

from archive.people import name_key
from archive.search.engine import search
from archive.search.grammar.parser import parse
from archive.search.grammar.tree import written
from archive.text.folding import fold

NAMED = [
    (1, "body", 0, "Lê Thị Hòa", "Bí thư Tỉnh ủy; Chủ tịch HĐND tỉnh"),
    (1, "headline", 0, "LÊ THỊ HÒA", "Bí thư Tỉnh ủy"),
    (2, "body", 0, "Lê Thị Hoà", "Bí thư Tỉnh ủy"),
    (3, "body", 0, "Lê Thị Hoa", "Giám đốc Sở Y tế"),
    (3, "body", 40, "Trần Văn Tám", "Giám đốc Sở Tư pháp"),
]


@pytest.fixture
def db() -> sqlite_utils.Database:
    made = stored([Written(number, f"Tin {number}", "", "x", day=f"2020-01-0{number}") for number in (1, 2, 3)])
    rows = [(a, f, s, len(n), n, name_key(n), fold(name_key(n)), o) for a, f, s, n, o in NAMED]
    made.conn.executemany("INSERT INTO persons VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)
    return made


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ('nguoi:"Lê Thị Hòa"', ["Tin 2", "Tin 1"]),
        ('nguoi:"lê thị hoà"', ["Tin 2", "Tin 1"]),
        ('nguoi:"Lê Thị Hoa"', ["Tin 3"]),
        ('person:"le thi hoa"', ["Tin 3", "Tin 2", "Tin 1"]),
        ("nguoi:tran-van-tam", ["Tin 3"]),
        ('nguoi:"Lê Thị"', []),
        ('x -nguoi:"Lê Thị Hòa"', ["Tin 3"]),
        ('nguoi:"le thi hoa" -nguoi:"Trần Văn Tám"', ["Tin 2", "Tin 1"]),
        ('nguoi:"Lê Thị Hòa" OR nguoi:"Trần Văn Tám"', ["Tin 3", "Tin 2", "Tin 1"]),
    ],
)
def test_a_person_is_found_by_the_whole_name_with_the_accents_typed(
    db: sqlite_utils.Database, query: str, expected: list[str]
) -> None:
    assert [hit.headline for hit in search(db, query).hits] == expected


def test_both_counts_are_told_and_a_name_that_nobody_bears_so_is_shown_in_other_accents(
    db: sqlite_utils.Database,
) -> None:
    accents = search(db, 'nguoi:"Lê Thị Hòa"').understood.accents
    assert accents is not None
    assert (accents.rule, accents.articles, accents.any_accents) == ("typed", 2, 3)
    assert search(db, 'nguoi:"Lê Thị Hòa"', any_accents=True).total_folded == 3
    other = search(db, 'nguoi:"Lê Thì Hoa"')
    assert [hit.headline for hit in other.hits] == ["Tin 3", "Tin 2", "Tin 1"]
    assert any("accents typed" in note for note in map(str, other.notes))


def test_a_name_that_nobody_bears_is_said_to_be_missing(db: sqlite_utils.Database) -> None:
    notes = search(db, 'nguoi:"Không Ai Cả"').notes
    assert "no article names 'Không Ai Cả' with an office" in map(str, notes)


@pytest.mark.parametrize("loaded", [False, True])
def test_persons_are_counted_by_article_under_the_name_that_is_printed(db: sqlite_utils.Database, loaded: bool) -> None:
    if loaded:
        search(db, "x", facets=["month"])
    (facet,) = search(db, "x", facets=["person"]).facets
    assert [(one.value, one.label, one.count) for one in facet.values] == [
        ("lê thị hoà", "Lê Thị Hòa", 2),
        ("lê thị hoa", "Lê Thị Hoa", 1),
        ("trần văn tám", "Trần Văn Tám", 1),
    ]
    assert facet.others == 0


def test_of_many_persons_those_whom_most_articles_name_are_told_and_equals_by_name(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    db = stored([Written(number, f"Tin {number}", "", "x") for number in range(1, 13)])
    rows = []
    for number in range(1, 13):
        for at in range(number):
            key = f"người {chr(ord('a') + at)}"
            rows.append((number, "body", at * 20, 7, key.title(), key, fold(key), "Giám đốc"))
    db.conn.executemany("INSERT INTO persons VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)
    db.conn.execute("DELETE FROM persons WHERE key = 'người c' AND article = 3")  # as many as d has
    search(db, "x", facets=["month"])
    (whole,) = search(db, "x", facets=["person"]).facets
    monkeypatch.setattr("archive.search.facets.MOST_VALUES", 3)
    (some,) = search(db, "x", facets=["person"]).facets
    assert [(one.label, one.count) for one in some.values] == [("Người A", 12), ("Người B", 11), ("Người C", 9)]
    assert some.values == whole.values[:3]


def test_the_limit_is_written_as_it_is_read() -> None:
    root = parse('person:"Lê Thị Hòa" chè').root
    assert written(root) == 'nguoi:"Lê Thị Hòa" chè'
    assert written(parse(written(root)).root) == written(root)


def test_each_count_of_the_facet_is_what_its_limit_finds(db: sqlite_utils.Database) -> None:
    db.conn.execute("INSERT INTO persons VALUES (2, 'body', 60, 10, 'Le Thi Hoa', 'le thi hoa', 'le thi hoa', '')")
    (facet,) = search(db, "x", facets=["person"]).facets
    counted = {one.value: one.count for one in facet.values}
    assert counted == {value: search(db, f'nguoi:"{value}"').total for value in counted}
    assert {one.label: one.count for one in facet.values}["Le Thi Hoa"] == 1
    assert search(db, 'nguoi:"=le thi hoa"', any_accents=True).total_folded == 3
