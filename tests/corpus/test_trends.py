"""Trends say how sure they are: of days, of small numbers, of periods of which nothing is held."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
from pathlib import Path
from xml.etree import ElementTree

import pytest
import sqlite_utils
from click.testing import CliRunner
from search_corpus import Written, stored

from archive.cli import main
from archive.corpus import plot
from archive.corpus.chart import chart
from archive.corpus.trends import trends
from archive.errors import UsageError
from archive.messages.message import Message


def article(number: int, day: str, precision: str = "day", body: str = "Mùa chè", source: str = "bao-alpha") -> Written:
    shown = {"": "", "year": day[:4], "month": day[:7]}.get(precision, day)
    return Written(number, "Tin", "", body, day=day, published=shown, precision=precision, source=source)


def monthly(first: int, year: int, number: int, source: str = "bao-alpha") -> list[Written]:
    """`number` articles in each month of a year."""
    return [
        article(first + at, f"{year}-{at % 12 + 1:02}-{at // 12 % 28 + 1:02}", source=source)
        for at in range(12 * number)
    ]


# The unit follows the data.


@pytest.mark.parametrize(
    ("articles", "unit"),
    [
        (monthly(0, 2020, 20), "month"),
        (monthly(0, 2020, 19), "quarter"),
        (monthly(0, 2020, 6), "year"),
        ([*monthly(0, 2020, 20), *(article(900 + at, f"{2001 + at}-05-01") for at in range(10))], "month"),
    ],
)
def test_months_become_quarters_and_years_where_most_hold_fewer_than_twenty(articles: list[Written], unit: str) -> None:
    result = trends(stored(articles), ["chè"])
    assert result.unit == unit
    assert any("longer periods are shown" in note for note in result.notes) == (unit != "month")
    for fixed in ("day", "month", "quarter", "year"):
        assert trends(stored(articles), ["chè"], unit=fixed).unit == fixed


def test_the_unit_follows_what_each_query_is_measured_against_in_its_days() -> None:
    db = stored([*monthly(0, 2020, 25), *monthly(400, 2020, 2, source="bao-beta"), *monthly(500, 2010, 1)])
    assert trends(db, ["chè ngay:2020"]).unit == "month"
    assert trends(db, ["chè ngay:2010"]).unit == "year"
    assert trends(db, ["chè bao:bao-beta ngay:2020"]).unit == "year"
    assert trends(db, ["chè ngay:2020", "chè bao:bao-beta ngay:2020"]).unit == "year"


def test_quarters_and_years_are_the_sums_of_their_months() -> None:
    db = stored([*monthly(0, 2019, 3), *monthly(100, 2020, 2, source="bao-beta")])
    months = trends(db, ["chè bao:bao-beta"], unit="month", matches=True)
    for unit, size in (("quarter", 3), ("year", 12)):
        longer = trends(db, ["chè bao:bao-beta"], unit=unit, matches=True)  # type: ignore[arg-type]
        for at, point in enumerate(longer.series[0].points):
            parts = months.series[0].points[at * size : (at + 1) * size]
            for name in ("articles", "base", "words", "matches"):
                assert getattr(point, name) == sum(getattr(part, name) for part in parts)
    assert [one.period for one in trends(db, ["chè"], unit="quarter").coverage][3:5] == ["2019-Q4", "2020-Q1"]
    assert [one.sources for one in trends(db, ["chè"], unit="year").coverage] == [1, 1]


# Days that are estimates.

DATED = [
    article(1, "2020-03-05"),
    article(2, "2020-03-09", "minute", body="Đường"),
    article(3, "2020-03-01", "month"),
    article(4, "2020-01-01", "year"),
    article(5, "2020-03-20", ""),
    article(6, "2020-05-20", "", body="Đường"),
]


@pytest.mark.parametrize(
    ("unit", "unsure"),
    [("day", {3, 4, 5, 6}), ("month", {4, 5, 6}), ("quarter", {4, 5, 6}), ("year", {5, 6})],
)
def test_an_article_is_sure_where_its_page_tells_the_period(unit: str, unsure: set[int]) -> None:
    db = stored(DATED)
    result = trends(db, ["chè"], unit=unit, matches=True)  # type: ignore[arg-type]
    assert sum(one.estimated for one in result.coverage) == len(unsure)
    assert sum(one.estimated for one in result.series[0].points) == len(unsure - {6})
    assert any(f"the days of {len(unsure)} articles" in note for note in result.notes)
    sure = trends(db, ["chè"], unit=unit, matches=True, dated_only=True)  # type: ignore[arg-type]
    kept = [one for one in DATED if one.number not in unsure]
    asked = trends(stored(kept), ["chè"], unit=unit, matches=True)  # type: ignore[arg-type]
    held = {one.period: one for one in sure.coverage if one.articles}
    assert held == {one.period: one for one in asked.coverage if one.articles}
    points = {one.period: one for one in sure.series[0].points if one.base}
    assert points == {one.period: one for one in asked.series[0].points if one.base}
    assert sure.series[0].accents == asked.series[0].accents
    assert Message("{count:article|articles} are left out: their days are estimates", count=len(unsure)) in sure.notes


def test_dated_only_holds_for_limits_phrases_and_the_unit_too() -> None:
    estimates = [article(900 + at, "2020-01-05", "", source="bao-beta") for at in range(300)]
    db = stored([*monthly(0, 2020, 3), *monthly(100, 2020, 21, source="bao-beta"), *estimates])
    result = trends(db, ['"mùa chè" bao:bao-beta', "chè -đường"], matches=True, dated_only=True)
    assert result.unit == "month"
    assert [point.matches for point in result.series[0].points] == [21] * 12
    assert [point.base for point in result.series[0].points] == [21] * 12
    assert [point.matches for point in result.series[1].points] == [24] * 12
    assert trends(db, ["chè bao:bao-alpha"], dated_only=True).unit == "year"


# What is counted.


def test_matches_are_counted_where_words_are(tmp_path: Path) -> None:
    db = stored([Written(1, "Chè, chè", "Chè.", "Mùa chè", captions="Chè"), Written(2, "Chè", "", "Đường")])
    point = trends(db, ["chè"], unit="month", matches=True).series[0].points[0]
    assert (point.articles, point.matches, point.words) == (2, 2, 4)
    assert trends(db, ["noidung:chè"], unit="month", matches=True).series[0].points[0].matches == 1
    with pytest.raises(UsageError, match="tieude:chè looks elsewhere"):
        trends(db, ["tieude:chè"], matches=True)
    assert trends(db, ["tieude:chè"]).series[0].total == 2


def test_shares_have_wilsons_interval_and_rates_poissons() -> None:
    db = stored([article(at, "2020-03-05", body="Mùa chè" if at < 81 else "Đường xa") for at in range(263)])
    point = trends(db, ["chè"], matches=True).series[0].points[0]
    share = (point.per_thousand_low, point.per_thousand, point.per_thousand_high)
    assert [round(one or 0, 1) for one in share] == [255.3, 308.0, 366.2]
    rate = (point.per_million_words_low, point.per_million_words, point.per_million_words_high)
    assert [round(one * 526 / 1e6, 2) for one in rate if one] == [64.33, 81.0, 100.68]  # Garwood's of 81 events


# How it is shown.


@pytest.fixture
def sparse() -> sqlite_utils.Database:
    return stored([*monthly(10, 2003, 21), *monthly(300, 2020, 21), article(900, "2019-11-05", ""), *DATED[4:]])


def test_years_of_which_nothing_is_held_are_one_line_and_one_step(sparse: sqlite_utils.Database) -> None:
    result = trends(sparse, ["chè"])
    assert len(result.coverage) == 18 * 12
    shown = [result.ends(places) for places in result.shown()]
    assert shown[11:15] == [["2003-12"], ["2004-01", "2019-10"], ["2019-11"], ["2019-12"]]
    assert len(shown) == 12 + 1 + 2 + 12
    drawn = chart(result, "per_thousand")
    assert [box.period for box in drawn.empty] == ["2004-01 - 2019-10"]
    assert len(drawn.lines[0].runs) == 3  # not over what is missing


def test_drawings_show_intervals_and_estimated_days(sparse: sqlite_utils.Database) -> None:
    result = trends(sparse, ["chè", "đường"])
    drawn = chart(result, "per_thousand")
    assert [box.period for box in drawn.estimated] == ["2019-11", "2020-03", "2020-05"]
    assert [len(line.bands) for line in drawn.lines] == [2, 2]
    assert [len(line.strokes) for line in drawn.lines] == [1, 1]  # the one month that holds one article
    picture = ElementTree.fromstring(plot.svg(result))
    of = [element.tag.partition("}")[2] for element in picture.iter()]
    assert (of.count("polygon"), of.count("polyline")) == (4, 6)
    assert "~ 2019-11: 1" in plot.svg(result)
    counts = chart(result, "articles")
    assert [line.bands for line in counts.lines] == [(), ()]  # what is counted is no estimate


@pytest.fixture
def folder(tmp_path: Path, sparse: sqlite_utils.Database) -> Path:
    result = CliRunner().invoke(main, ["init", str(tmp_path / "kho"), "--operator", "T", "--contact", "t@example.org"])
    assert result.exit_code == 0, result.output
    target = sqlite3.connect(tmp_path / "kho" / "archive.sqlite")
    sparse.conn.backup(target)
    target.close()
    return tmp_path / "kho"


def test_the_command_prints_short_columns_and_folds_what_is_empty(folder: Path) -> None:
    run = CliRunner().invoke(main, ["--lang", "en", "--archive", str(folder), "study", "trends", "chè", "đường"])
    assert run.exit_code == 0
    head = next(line for line in run.stdout.splitlines() if line.startswith("period"))
    assert head.split() == ["period", "A", "95%", "found", "B", "95%", "found", "held", "~", "sources"]
    assert [line.split()[:3] for line in run.stdout.splitlines() if line.startswith("2004")] == [
        ["2004-01", "-", "2019-10"]
    ]
    march = next(line for line in run.stdout.splitlines() if line.startswith("2020-03"))
    assert march.split() == ["2020-03", "1,000.0", "851.3-1,000.0", "22", "0.0", "0.0-148.7", "0", "22", "1", "1"]
    assert "A  chè: " in run.stderr
    assert "the days of 3 articles in 3 periods are estimates (~)" in run.stderr


def test_the_options_are_those_of_the_declaration_everywhere(folder: Path) -> None:
    arguments = ["--archive", str(folder), "study", "trends", "--dated-only", "--unit", "quarter", "chè"]
    found = json.loads(CliRunner().invoke(main, [*arguments, "--json"]).stdout)
    assert (found["unit"], found["dated_only"]) == ("quarter", True)
    assert sum(one["articles"] for one in found["coverage"]) == 2 * 12 * 21
    rows = list(csv.DictReader(io.StringIO(CliRunner().invoke(main, [*arguments, "--csv"]).stdout)))
    assert [row["estimated"] for row in rows] == ["0"] * len(found["coverage"])
    assert all(float(row["low"]) <= float(row["per_1000"]) <= float(row["high"]) for row in rows if row["per_1000"])
