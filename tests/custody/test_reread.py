"""Captures read again: the history of the page and of its reading stay apart, and nothing is said that is not so."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from command_line import run
from elsewhere import poisonous
from resting import flip
from small_archive import (
    REGISTER,
    SITE,
    capture,
    database,
    keep,
    new_holdings,
    page,
    read,
    read_json,
    search_rows,
    tables,
)

from archive import parsers
from archive.custody.rebuild import rebuild
from archive.custody.takedown import takedown
from archive.errors import DamageError, Unreadable, UsageError
from archive.holdings import Holdings
from archive.ingest.reread import Selection, reread
from archive.model import Place, Reading
from archive.store import queries
from archive.worker.pool import WorkerPool

A, B = page("Hội nghị", "Một hai ba.", tags=["cũ"]), page("Hội nghị", "Một hai bốn.")


@pytest.fixture
def holdings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Holdings:
    monkeypatch.setattr(parsers, "read_page", read_json)
    holdings = new_holdings(tmp_path / "data")
    captures = [capture("/a-1.html", body, at) for at, body in enumerate([A, A, B])]
    read(holdings, keep(holdings, [*captures, capture("/b-2.html", b"broken", 5), capture("/c-3.html", A, 6)]))
    return holdings


def better(*given: Any, **named: Any) -> Reading:
    """A later parser: finds one paragraph more, other tags, and reads what the first could not."""
    if given[1] == b"broken":
        given = (given[0], page("Trang hỏng", "Nay đã đọc được."), *given[2:])
    reading = read_json(*given, **named)
    if reading.article is None:
        return reading
    article = reading.article
    body = (*article.body, "Đoạn cuối.")
    return replace(reading, article=replace(article, body=body, tags=("mới",), parser="json/2"))


def test_a_dry_run_says_what_changes_field_by_field_and_changes_nothing(
    holdings: Holdings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parsers, "read_page", better)
    with database(holdings) as db:
        before = tables(db)
    tally = reread(holdings, REGISTER, dry_run=True, workers=1)
    assert (tally.captures, tally.articles, tally.found, tally.lost) == (5, 2, 1, 0)
    assert dict(tally.fields) == {("body", "changed"): 3, ("tags", "changed"): 2, ("tags", "gained"): 1}
    with database(holdings) as db:
        assert tables(db) == before


def damage(holdings: Holdings, *captures: int) -> list[str]:
    """Flips a bit in the record of each of `captures`, and gives the sentences that name them."""
    named = []
    for number in captures:
        with database(holdings) as db:
            row = queries.capture(db, number)
        (holdings.root / row.file).chmod(0o644)
        flip(holdings.root / row.file, row.offset + row.length // 2)
        named.append(f"{row.file}: the record at byte {row.offset} cannot be read")
    return named


HISTORY = "SELECT number, parser, article_json FROM revisions WHERE article = ? ORDER BY number"


def test_records_that_cannot_be_read_are_all_named_and_what_they_showed_stands(
    holdings: Holdings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parsers, "read_page", better)
    captures = "SELECT * FROM captures WHERE id IN (2, 4)"
    with database(holdings) as db:
        before = db.execute(HISTORY, (1,)).fetchall(), db.execute(captures).fetchall()
    named = damage(holdings, 2, 4)  # one of three captures of the first article, and the page without one
    tally = reread(holdings, REGISTER, workers=1)
    assert (tally.damaged, tally.lost) == (named, 0)
    with database(holdings) as db:
        assert (db.execute(HISTORY, (1,)).fetchall(), db.execute(captures).fetchall()) == before


def test_what_lies_behind_a_record_that_cannot_be_read_is_read_again(
    holdings: Holdings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parsers, "read_page", better)
    damage(holdings, 1)
    assert reread(holdings, REGISTER, workers=1).found == 1
    with database(holdings) as db:
        read = db.execute("SELECT url_key, parser FROM captures WHERE parser = 'json/2'").fetchall()
        assert sorted(key for key, _ in read) == ["//baotinh.example/b-2.html", "//baotinh.example/c-3.html"]


@pytest.mark.parametrize("more", [(), ("--dry-run",), ("--json",)])
def test_the_command_names_each_record_that_it_could_not_read_and_exits_5(
    holdings: Holdings, more: tuple[str, ...]
) -> None:
    named = damage(holdings, 2, 5)
    done = run(holdings, "reread", *more, BAOTINH_LANG="en")
    assert done.exit_code == DamageError.exit_code
    assert [line for line in done.stderr.splitlines() if line in named] == named
    assert "baotinh verify --full" in done.stderr


def test_a_better_parser_makes_no_revision_and_its_elder_is_kept(
    holdings: Holdings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parsers, "read_page", better)
    reread(holdings, REGISTER, workers=1)
    with database(holdings) as db:
        revisions = db.execute("SELECT number, parser FROM revisions WHERE article = 1 ORDER BY number").fetchall()
        assert revisions == [(1, "json/2"), (2, "json/2")]
        assert db.execute("SELECT count(*), min(parser) FROM readings").fetchone() == (3, "json/1")
        assert db.execute("SELECT headline FROM articles WHERE url = ?", (f"{SITE}/b-2.html",)).fetchone()
        assert sorted(search_rows(db, "folded", "cuoi")) == [
            f"//baotinh.example/{n}.html" for n in ("a-1", "b-2", "c-3")
        ]


def test_reading_again_gives_the_rows_that_a_rebuild_gives(holdings: Holdings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parsers, "read_page", better)
    reread(holdings, REGISTER, workers=1)
    with database(holdings) as db:
        after = tables(db)
    rebuild(holdings, REGISTER)
    with database(holdings) as db:
        assert tables(db) == after


def test_a_value_found_in_another_way_is_said_too(holdings: Holdings, monkeypatch: pytest.MonkeyPatch) -> None:
    def surer(*given: Any, **named: Any) -> Reading:
        reading = read_json(*given, **named)
        article = reading.article
        if article is None:
            return reading
        return replace(reading, article=replace(article, headline=replace(article.headline, by="h1.surer")))

    monkeypatch.setattr(parsers, "read_page", surer)
    tally = reread(holdings, REGISTER, dry_run=True, workers=1)
    assert tally.articles == 2
    assert set(tally.fields) == {("found by", "changed")}


def test_a_second_reading_by_the_same_parser_changes_nothing(holdings: Holdings) -> None:
    with database(holdings) as db:
        before = tables(db)
    tally = reread(holdings, REGISTER, workers=1)
    assert (tally.articles, tally.found, tally.lost, dict(tally.fields)) == (0, 0, 0, {})
    with database(holdings) as db:
        assert tables(db) == before


def test_an_article_that_no_capture_shows_any_more_is_taken_away_and_its_pages_are_unread(
    holdings: Holdings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stricter(*given: Any, **named: Any) -> Reading:
        if given[0].endswith("/c-3.html"):
            raise Unreadable("login")
        return read_json(*given, **named)

    monkeypatch.setattr(parsers, "read_page", stricter)
    assert reread(holdings, REGISTER, workers=1).lost == 1
    with database(holdings) as db:
        assert db.execute("SELECT url FROM articles").fetchall() == [(f"{SITE}/a-1.html",)]
        assert db.execute("SELECT reason FROM captures WHERE state = 'unread' ORDER BY reason").fetchall() == [
            ("login",),
            ("no_article",),
        ]
        assert search_rows(db, "folded", "ba") == []


@pytest.mark.parametrize(
    ("selection", "captures"),
    [
        (Selection(source="bao-tinh"), 5),
        (Selection(source="khac"), 0),
        (Selection(since="2024-05-02"), 0),
        (Selection(older_than="json/2"), 4),
        (Selection(older_than="json/1"), 0),
        (Selection(older_than="nukeviet/9"), 0),
    ],
)
def test_only_what_is_asked_for_is_read_again(holdings: Holdings, selection: Selection, captures: int) -> None:
    assert reread(holdings, REGISTER, selection, dry_run=True, workers=1).captures == captures


def test_an_article_is_read_again_with_all_its_captures_or_not_at_all(holdings: Holdings) -> None:
    since = Selection(since="2024-05-01T03:02")  # the third capture of a-1, and what came later
    assert reread(holdings, REGISTER, since, dry_run=True, workers=1).captures == 5


def test_what_was_taken_down_does_not_come_back(holdings: Holdings) -> None:
    takedown(holdings, f"{SITE}/a-1.html", "hidden", "theo đơn", "lãnh đạo kho")
    with database(holdings) as db:
        before = tables(db)
    assert reread(holdings, REGISTER, workers=1).found == 0
    with database(holdings) as db:
        assert db.execute("SELECT url FROM articles").fetchall() == [(f"{SITE}/c-3.html",)]
        assert tables(db)["captures"] == before["captures"]


def test_a_parser_without_version_is_refused(holdings: Holdings) -> None:
    with pytest.raises(UsageError, match="nukeviet/3"):
        reread(holdings, REGISTER, Selection(older_than="nukeviet"), workers=1)


def test_several_processes_read_as_one_does(holdings: Holdings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()  # other processes import the real parsers: these pages are no HTML to them
    told = [reread(holdings, REGISTER, dry_run=True, workers=count) for count in (1, 2)]
    assert told[0] == told[1]
    assert told[0].captures == 5


@pytest.mark.usefixtures("findable")
@pytest.mark.parametrize("processes", [1, 2])
def test_a_page_that_takes_too_long_or_too_much_is_unread_and_the_others_are_read(
    holdings: Holdings, processes: int
) -> None:
    with database(holdings) as db:
        rows = [row for portion in queries.to_reread(db) for row in portion]
    place = Place(rows[0].file, rows[0].offset, rows[0].length, rows[0].record_id)
    with WorkerPool(holdings.root, REGISTER, processes, poisonous, seconds=1) as readers:
        told = [(answer.item[0], answer.reason) for answer in readers.read((number, place) for number in range(1, 7))]
    assert told == [(1, ""), (2, "time_limit"), (3, "too_large"), (4, "parser_crash"), (5, ""), (6, "")]


def test_a_file_that_is_not_valid_leaves_its_own_source_as_it_was_read_and_is_told(
    holdings: Holdings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parsers, "read_page", better)
    (holdings.sources / "bao-tinh.toml").write_text('id = "bao-tinh"\nnmae = "Báo hỏng"\n', encoding="utf-8")
    with database(holdings) as db:
        before = tables(db)
    for asked in ([], ["--source", "bao-tinh"]):
        done = run(holdings, "reread", "--workers", "1", *asked)
        assert (done.exit_code, "bao-tinh.toml: hosts: is missing" in done.stderr) == (2, True), done.output
    with database(holdings) as db:
        assert tables(db) == before
