"""Exports hold what the archive holds, in forms that spreadsheets, scorers and older programs can take."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import rispy
import sqlite_utils
from pybtex.database import parse_string
from small_archive import SITE, capture, database, keep, new_holdings, page, read, read_json, stored_articles

from archive import parsers
from archive.export import CSV_COLUMNS, FORMATS, as_object, records
from archive.export.formats import text_writer
from archive.model import Article, Found, Moment, Teaser
from archive.store.queries import StoredArticle

TEASERS = [
    [f"{SITE}/khac-2.html", "Tin khác", "Ngày 5/3, …", "related"],
    [f"{SITE}/nua-3.html", "Tin nữa", "", "older"],
]


@pytest.fixture
def db(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[sqlite_utils.Database]:
    monkeypatch.setattr(parsers, "read_page", read_json)
    holdings = new_holdings(tmp_path / "data")
    bodies = [
        page("Một", "Đoạn một.", "Đoạn hai.", captions=["Ảnh."], tags=["chè"], published="2020-03-05T15:25+07:00"),
        page("=HYPERLINK(1)", "+Đoạn", "@x", teasers=TEASERS),
    ]
    read(holdings, keep(holdings, [capture(f"/bai-{at}.html", body, at) for at, body in enumerate(bodies, 1)]))
    with database(holdings) as opened:
        yield opened


def test_json_lines_bear_the_names_that_scorers_read(db: sqlite_utils.Database) -> None:
    out = io.StringIO()
    assert FORMATS["jsonl"](stored_articles(db), out) == 2
    first, second = (json.loads(line) for line in out.getvalue().splitlines())
    assert {
        "url": f"{SITE}/bai-1.html",
        "headline": "Một",
        "lead": None,
        "paragraphs": ["Đoạn một.", "Đoạn hai."],
        "captions": ["Ảnh."],
        "published": "2020-03-05T15:25+07:00",
        "tags": ["chè"],
        "images": [],
        "related": [],
        "province": "bac-kan",
        "province_now": "thai-nguyen",
    }.items() <= first.items()
    assert second["related"][0] == {
        "url": f"{SITE}/khac-2.html",
        "headline": "Tin khác",
        "teaser": "Ngày 5/3, …",
        "box": "related",
    }


def test_every_field_says_how_it_was_found_and_where_the_record_lies(db: sqlite_utils.Database) -> None:
    row = as_object(stored_articles(db)[0])
    assert row["provenance"]["fields"]["headline"] == {"by": "json", "raw": None, "confidence": 1.0}
    assert row["provenance"]["file"].startswith("warc/bao-tinh/")
    assert row["provenance"]["record_id"].startswith("urn:uuid:")


def test_a_month_without_day_is_no_time_in_json(db: sqlite_utils.Database) -> None:
    stored = stored_articles(db)[0]
    month = Moment("2020-03", "month", "text", "Tháng 3/2020")
    partly = replace(
        stored,
        article=replace(stored.article, published=month),
        row=replace(stored.row, published="2020-03", published_precision="month"),
    )
    assert as_object(partly)["published"] is None
    assert as_object(partly)["published_partial"] == "2020-03"


def test_no_cell_of_a_spreadsheet_is_a_formula(db: sqlite_utils.Database) -> None:
    out = io.StringIO(newline="")
    FORMATS["csv"](stored_articles(db), out)
    rows = list(csv.DictReader(io.StringIO(out.getvalue(), newline="")))
    assert tuple(rows[0]) == CSV_COLUMNS
    assert rows[1]["headline"] == "'=HYPERLINK(1)"
    assert rows[1]["text"] == "'+Đoạn\n\n@x"
    assert not [cell for row in rows for cell in row.values() if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]


def test_records_head_every_teaser_and_the_article_with_the_slug_in_words() -> None:
    article = Article(
        url=SITE,
        headline=Found("Hội nghị", by="x"),
        body=("Đoạn một.", "Đoạn hai./."),
        body_by="x",
        parser="x/1",
        slug="hoi-nghi-2020-2025",
        lead=Found("Sapo.", by="x"),
        captions=("Toàn cảnh", "Ảnh: PV"),
        teasers=(Teaser(SITE, "Tin khác", "Ngày 5/3 ..."),),
    )
    assert "\n\n".join(records(article)) == (
        "hoi nghi 2020 2025 Tin khác\n\nNgày 5/3 ...\n\nhoi nghi 2020 2025\nToàn cảnh\nẢnh: PV\n\nSapo.\n\n"
        "Đoạn một.\n\nĐoạn hai./."
    )


def test_a_lead_that_is_repeated_as_first_paragraph_is_written_once() -> None:
    article = Article(SITE, Found("A", by="x"), ("Sapo.", "Hai."), "x", "x/1", slug="a", lead=Found("Sapo.", by="x"))
    assert "\n\n".join(records(article)) == "a\n\nSapo.\n\nHai."


def test_a_spreadsheet_gets_its_mark_only_where_asked_for(db: sqlite_utils.Database) -> None:
    written = {}
    for bom in (True, False):
        out = io.StringIO(newline="")
        text_writer("csv", bom=bom)(stored_articles(db), out)
        written[bom] = out.getvalue()
    assert written[True] == f"\ufeff{written[False]}"
    assert written[False].startswith("id,url,")


@pytest.mark.parametrize("form", ["bibtex", "ris", "csl-json"])
def test_a_bibliography_holds_an_entry_for_each_article(db: sqlite_utils.Database, form: str) -> None:
    out = io.StringIO(newline="")
    assert text_writer(form, "https://kho.example")(stored_articles(db), out) == 2
    ids = [stored.row.public_id for stored in stored_articles(db)]
    read = {
        "bibtex": lambda text: [entry.fields["eprint"] for entry in parse_string(text, "bibtex").entries.values()],
        "ris": lambda text: [entry["accession_number"] for entry in rispy.loads(text)],
        "csl-json": lambda text: [item["number"] for item in json.loads(text)],
    }
    assert read[form](out.getvalue()) == ids
    assert out.getvalue().count(f"https://kho.example/article/{ids[0]}") >= 1


@pytest.mark.parametrize(("form", "empty"), [("csl-json", "[]\n"), ("bibtex", ""), ("ris", "")])
def test_a_bibliography_of_nothing_is_still_one(form: str, empty: str) -> None:
    out = io.StringIO(newline="")
    assert text_writer(form)(iter(()), out) == 0
    assert out.getvalue() == empty


@pytest.mark.parametrize("form", FORMATS)
def test_an_export_takes_one_article_into_memory_at_a_time(db: sqlite_utils.Database, form: str) -> None:
    alive: list[int] = []

    def counted() -> Iterator[StoredArticle]:
        for stored in stored_articles(db):
            alive.append(out.tell())
            yield stored

    out = io.StringIO()
    FORMATS[form](counted(), out)
    assert alive[0] < alive[1]  # the first was written before the second was asked for
