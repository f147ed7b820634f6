"""A selection is all that a query, a corpus or a day names, in the order asked for, and small in memory."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sqlite_utils
from search_corpus import invented, stored
from selection import archive_at, choose, lines, taken, write
from small_archive import capture, database, keep, page, read

from archive.custody.takedown import takedown
from archive.errors import NothingFound, UsageError
from archive.export.selection import Selection
from archive.holdings import Holdings
from archive.search import corpora, search
from archive.search.answer import ORDERS
from archive.search.grammar.parser import parse
from archive.search.query_files import KeepRequest
from archive.search.ranking.sort import all_hits


@pytest.fixture
def holdings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Holdings:
    return archive_at(tmp_path / "data", monkeypatch)


def test_as_of_a_day_the_texts_of_that_day_leave(holdings: Holdings, db: sqlite_utils.Database, tmp_path: Path) -> None:
    taken(holdings, db, "jsonl", tmp_path / "then.jsonl", as_of=date(2024, 12, 31))
    taken(holdings, db, "jsonl", tmp_path / "now.jsonl")
    then, now = ({line["headline"]: line for line in lines(tmp_path / f"{name}.jsonl")} for name in ("then", "now"))
    assert then["Hội nghị hai"]["paragraphs"] == ["Bản đầu."]
    assert then["Hội nghị hai"]["revision"] == 1
    assert then["Hội nghị hai"]["province"] == "bac-kan"
    assert then["Hội nghị hai"]["provenance"]["captured_at"].startswith("2024-05-01")
    assert now["Hội nghị hai"]["paragraphs"] == ["Bản sau."]
    assert choose(db, holdings.root, "hội nghị", as_of=date(2024, 4, 30)).rowids.tolist() == []
    with pytest.raises(UsageError, match="every capture"):
        taken(holdings, db, "warc", tmp_path / "then.warc.gz", as_of=date(2024, 12, 31))


def test_source_days_and_order_choose_as_asked(holdings: Holdings, db: sqlite_utils.Database) -> None:
    def headlines(**options: Any) -> list[str]:
        return [stored.row.headline for stored in choose(db, holdings.root, **options).articles(db)]

    assert headlines(order="newest")[0] == "Hội nghị bốn"
    assert headlines()[0] == "Hội nghị một"
    assert headlines(since=date(2020, 3, 6), until=date(2021, 12, 31)) == ["Tin khác", "Hội nghị hai"]
    assert headlines(source="bao-tinh", query="mưa") == ["Tin khác"]
    assert headlines(source="bao") == []
    assert choose(db, holdings.root, "mưa", since=date(2020, 1, 1)).about.query == "mưa ngay:2020-01-01.."
    with pytest.raises(UsageError, match="order=random"):
        headlines(order="random")


def test_a_frozen_corpus_leaves_with_its_texts_and_says_what_is_gone(holdings: Holdings, tmp_path: Path) -> None:
    with database(holdings) as db:
        corpora.freeze(db, holdings.root, KeepRequest("hoi-nghi", "hội nghị"))
    later = capture("/mot.html", page("Hội nghị một", "Sửa lại.", published="2020-03-05T15:25+07:00"), 60 * 24 * 500)
    read(holdings, keep(holdings, [later], run="r3"))
    with database(holdings) as db:
        gone = next(stored for stored in choose(db, holdings.root, "bốn").articles(db)).row.public_id
    takedown(holdings, gone, "hidden", "quyền riêng tư", "Tòa án tỉnh")
    with database(holdings) as db:
        chosen = choose(db, holdings.root, corpus="hoi-nghi")
        told = write(holdings, db, chosen, "jsonl", tmp_path / "out.jsonl")
        assert (told.missing, told.altered, told.about.corpus) == ((gone,), (), "hoi-nghi")
        shown = {line["headline"]: line["paragraphs"] for line in lines(tmp_path / "out.jsonl")}
        assert shown == {
            "Hội nghị một": ["Đoạn một.", "Đoạn hai."],
            "Hội nghị hai": ["Bản sau."],
            "Hội nghị ba": ["Thông báo."],
        }
        assert [stored.row.headline for stored in choose(db, holdings.root, "hai", corpus="hoi-nghi").articles(db)] == [
            "Hội nghị hai"
        ]
        with pytest.raises(UsageError, match="its own texts"):
            choose(db, holdings.root, corpus="hoi-nghi", as_of=date(2024, 6, 1))
        with pytest.raises(NothingFound, match="no corpus"):
            choose(db, holdings.root, corpus="khac")


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("query", ["hội nghị", "hoi -đường", 'tinh:bac-kan "hội hội" OR xã', "ngay:2019", "nghi*"])
def test_the_whole_of_a_query_is_all_its_pages_in_their_order(order: Any, query: str) -> None:
    db = stored(invented(300, seed=8))
    paged: list[int] = []
    cursor = None
    while True:
        answer = search(db, query, 37, cursor, order, counts=False)
        paged += [hit.rowid for hit in answer.hits]
        if (cursor := answer.cursor) is None:
            break
    found = all_hits(db, parse(query).root, order)
    assert found.rowids.tolist() == paged


def test_what_is_not_ranked_any_more_still_leaves(monkeypatch: pytest.MonkeyPatch) -> None:
    db = stored(invented(200, seed=9))
    monkeypatch.setattr("archive.search.ranking.sort.MOST_RANKED", 10)
    found = all_hits(db, parse("hoi").root, "best")
    assert sorted(found.rowids) == sorted(all_hits(db, parse("hoi").root).rowids)
    assert len(found.rowids) > 10
    assert "ranked are 10 of" in found.notes[0]


def test_a_selection_costs_eight_bytes_an_article(holdings: Holdings, db: sqlite_utils.Database) -> None:
    chosen = choose(db, holdings.root)
    assert isinstance(chosen, Selection)
    assert chosen.rowids.itemsize * len(chosen) == 8 * 5
    assert chosen.revisions == {}
