"""The commands of searching print what they find, in three forms, and end with the exit codes they promise."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner, Result
from search_corpus import Written, invented, revise, stored

from archive.cli import main
from archive.custody import seals
from archive.holdings import Holdings
from archive.store import open_database

pytestmark = pytest.mark.usefixtures("english")

CONGRESS = [
    Written(900 + number, "Tin xã", "", "Đại hội đảng bộ xã thành công. Trời đẹp.", day=f"2021-0{number}-05")
    for number in range(1, 7)
]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("cli") / "data"
    holdings = Holdings.create(root, "Thư viện tỉnh", "mailto:thu-vien@example.org")
    db = stored([*CONGRESS, *invented(60, seed=4)], open_database(holdings.database))
    for article in CONGRESS:
        revise(db, article, (f"{article.day}T01:00:00.000Z", article.body))
    db.close()
    return root


def run(root: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["--archive", str(root), *arguments])


def rows(told: Result) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(told.stdout)))


@pytest.mark.parametrize(
    ("arguments", "head"),
    [
        (("study", "concordance", '"đại hội"'), "public_id"),
        (("study", "trends", '"đại hội"', "đường"), "period"),
        (("study", "collocates", '"đại hội"'), "word"),
        (("study", "keywords", '"đại hội đảng"'), "word"),
    ],
)
def test_each_analysis_prints_text_csv_and_json(made: Path, arguments: tuple[str, ...], head: str) -> None:
    text, as_csv, as_json = (run(made, *arguments, *extra) for extra in ((), ("--csv",), ("--json",)))
    assert [told.exit_code for told in (text, as_csv, as_json)] == [0, 0, 0]
    assert text.stdout.strip()
    assert head in rows(as_csv)[0]
    assert json.loads(as_json.stdout)


@pytest.mark.parametrize(
    "command", [("search",), ("study", "concordance"), ("study", "collocates"), ("study", "keywords")]
)
def test_json_says_in_the_language_asked_for_how_a_query_was_understood(made: Path, command: tuple[str, ...]) -> None:
    english, vietnamese = (
        json.loads(run(made, "--lang", language, *command, "--json", "đại AND hội").stdout)["understood"]["echo"]
        for language in ("en", "vi")
    )
    assert ("exact: " in english, " AND " in english) == (True, True)
    assert ("đúng dấu: " in vietnamese, " VÀ " in vietnamese) == (True, True)


def test_a_concordance_stands_under_one_another(made: Path) -> None:
    told = run(made, "study", "concordance", "--width", "20", "--limit", "6", "--sort", "oldest", '="đại hội đảng"')
    lines = told.stdout.splitlines()
    assert len(lines) == 6
    assert {line.index("Đại hội đảng") for line in lines} == {46}
    assert "6 lines in 6 articles" in told.stderr
    assert run(made, "study", "concordance", "khôngcógì").exit_code == 3


def test_trends_are_drawn_into_files_that_are_not_overwritten(made: Path, tmp_path: Path) -> None:
    picture = tmp_path / "hinh.svg"
    assert run(made, "study", "trends", "--unit", "year", "--svg", str(picture), "đại").exit_code == 0
    assert ElementTree.parse(picture).getroot().tag.endswith("svg")
    again = run(made, "study", "trends", "--svg", str(picture), "đại")
    assert (again.exit_code, again.stdout) == (2, "")
    assert "--force" in again.stderr
    assert run(made, "study", "trends", "--svg", str(picture), "--force", "đại").exit_code == 0
    assert run(made, "study", "trends", *["đại"] * 6).exit_code == 2
    drawn = run(made, "study", "trends", "--unit", "year", "đại ngay:2020..2021").stdout
    assert "2020 - 2021  per 1,000 articles" in drawn
    by_year = rows(run(made, "study", "trends", "--unit", "year", "--csv", '"đại hội đảng"'))
    assert [row["articles"] for row in by_year if row["period"] == "2021"] == ["6"]


def test_search_counts_by_facet_and_searches_the_past_and_a_corpus(made: Path) -> None:
    told = run(made, "search", "--json", "--facet", "source", "--facet", "year", '="đại hội đảng"')
    facets = {facet["name"]: facet["values"] for facet in json.loads(told.stdout)["facets"]}
    assert [(value["label"], value["count"]) for value in facets["source"]] == [("Báo Alpha", 6)]
    assert "Báo Alpha" in run(made, "search", "--facet", "source", '="đại hội đảng"').stdout
    assert run(made, "search", "--as-of", "2021-03-05", "--json", '="đại hội đảng"').stdout.count('"public_id"') == 3
    assert run(made, "search", "--earlier", '="đại hội đảng"').exit_code == 3
    assert run(made, "corpus", "freeze", "nua", '="đại hội đảng" ngay:2021-01..2021-03').exit_code == 0
    assert run(made, "search", "--corpus", "nua", "--json", "đại").stdout.count('"public_id"') == 3
    assert run(made, "search", "--corpus", "khong", "đại").exit_code == 3


def test_a_corpus_is_frozen_shown_checked_compared_and_cited(made: Path) -> None:
    assert run(made, "corpus", "freeze", "mot", '="đại hội đảng"').exit_code == 0
    assert run(made, "corpus", "freeze", "mot", "đại").exit_code == 2
    assert run(made, "corpus", "freeze", "hai", '="đại hội đảng" ngay:2021-01').exit_code == 0
    assert len(run(made, "corpus", "show", "mot").stdout.splitlines()) == 6
    assert json.loads(run(made, "corpus", "check", "--json", "mot").stdout)["same"] == 6
    assert "unchanged" in run(made, "corpus", "check", "mot").stdout
    compared = json.loads(run(made, "corpus", "compare", "--json", "mot", "hai").stdout)
    assert [len(compared[name]) for name in ("shared", "mot", "hai")] == [1, 5, 0]
    assert run(made, "corpus", "cite", "mot").stdout.startswith("mot: corpus of 6 articles")
    assert "mot" in run(made, "corpus", "list").stdout
    assert run(made, "corpus", "cite", "khong").exit_code == 3


def test_saved_queries_tell_what_is_new_once(made: Path) -> None:
    assert run(made, "saved", "add", "tin", '"đại hội đảng"').exit_code == 0
    kept = run(made, "saved", "new", "--keep", "tin")
    assert (kept.exit_code, "6 new of 6" in kept.stderr) == (0, True)
    assert json.loads(run(made, "saved", "new", "--json", "tin").stdout)["new"] == 6
    assert run(made, "saved", "new", "tin").exit_code == 3
    assert "2021" not in run(made, "saved", "list").stdout
    assert run(made, "saved", "remove", "tin").exit_code == 0
    assert run(made, "saved", "remove", "tin").exit_code == 3


def test_n_grams_are_built_and_shown(made: Path) -> None:
    assert run(made, "study", "ngrams", "đại hội").exit_code == 3
    assert run(made, "rebuild", "ngrams").exit_code == 0
    shown = rows(run(made, "study", "ngrams", "--csv", "đảng bộ"))
    assert sum(int(row["count"]) for row in shown) == 6
    assert run(made, "study", "ngrams", "một hai ba").exit_code == 2


def test_reindex_repairs_a_damaged_index(made: Path) -> None:
    database = made / "archive.sqlite"
    conn = sqlite3.connect(database)
    conn.execute("UPDATE folded_data SET block = zeroblob(20) WHERE id > 10")
    conn.commit()
    conn.close()
    seals.seal(made, "archive.sqlite")  # a fault of the index itself; what changed under a seal is refused
    damaged = run(made, "search", "--order", "best", "dai hoi dang")
    assert damaged.exit_code == 5
    assert "baotinh rebuild index" in damaged.stderr
    assert run(made, "rebuild", "index").exit_code == 0
    assert run(made, "search", "dai hoi dang").exit_code == 0
    assert run(made, "rebuild", "index", "--pending").exit_code == 0


def test_a_cell_that_a_spreadsheet_would_run_is_disarmed(tmp_path: Path) -> None:
    root = tmp_path / "data"
    holdings = Holdings.create(root, "Thư viện tỉnh", "mailto:thu-vien@example.org")
    stored([Written(1, "Tin", "", "=cmd() đường, @x")], open_database(holdings.database)).close()
    (row,) = rows(run(root, "study", "concordance", "--csv", "đường"))
    assert (row["left"], row["match"], row["right"]) == ("'=cmd()", "đường", ", @x")


@pytest.mark.parametrize(
    "query", ["hội " * 60 + "tieu:y", "tinh:" + "x" * 900, "đường OR " + "y" * 400 + " )", "a" * 9000]
)
def test_of_a_long_query_only_what_stands_around_the_mistake_is_shown(made: Path, query: str) -> None:
    told = run(made, "search", query)
    assert told.exit_code == 2
    sentence, shown, caret, *hint = told.stderr.splitlines()
    assert max(map(len, (sentence, shown, caret))) < 240
    assert len(shown) < 80
    assert caret.index("^") <= len(shown)
    assert not hint
    if query.endswith("y"):
        assert shown[caret.index("^") :] == "tieu:y"


def test_the_bars_of_trends_speak_vietnamese(made: Path, tmp_path: Path) -> None:
    told = run(made, "--lang", "vi", "study", "trends", "--unit", "year", "đại", "--svg", str(tmp_path / "one.svg"))
    assert told.exit_code == 0
    assert ">trên 1.000 bài</text>" in (tmp_path / "one.svg").read_text()
    told = run(made, "--lang", "vi", "study", "trends", "--unit", "year", "đại")
    assert "số bài có, nhiều nhất" in told.stdout
    assert "articles" not in told.stdout
