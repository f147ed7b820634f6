"""Tables become the database that one machine has, whatever an earlier parser read; no part of them is held whole."""

from __future__ import annotations

import shutil
import tracemalloc
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from small_archive import REGISTER, capture, keep, new_holdings, page, read, read_json
from spark_tables import database_rows, made, parquet_rows

from archive import parsers
from archive.cluster.spark.load import load
from archive.cluster.spark.tables import COLUMNS, open_store, read_manifest, read_rows, write_manifest, write_part
from archive.errors import DamageError
from archive.holdings import Holdings
from archive.ingest.reread import reread
from archive.model import Reading
from archive.store import open_database

pyarrow = pytest.importorskip("pyarrow")

READINGS = """SELECT a.public_id, c.record_id, r.digest, r.parser, r.article_json FROM readings r
    JOIN articles a ON a.id = r.article JOIN captures c ON c.id = r.capture"""


def better(*given: Any, **named: Any) -> Reading:
    """What `read_json` reads, by a later parser that leaves out a word of some pages and finds nothing on others."""
    found = read_json(*given, **named)
    if found.article is None or "không còn" in found.article.headline.value:
        return replace(found, kind="listing", article=None)
    body = tuple(text.replace("Quảng cáo. ", "") for text in found.article.body)
    return replace(found, article=replace(found.article, body=body, parser="json/2"))


def changing(folder: Path) -> Holdings:
    """An archive whose pages change, and which a later parser reads otherwise."""
    holdings = new_holdings(folder)
    pages = [
        capture(f"/{number}.html", page(f"Bài {number}{' không còn' * (number == 4)}", body, tags=["lũ", "đê"]), at)
        for at, body in enumerate(("Lũ ở Bắc Kạn.", "Quảng cáo. Lũ ở Bắc Kạn.", "Quảng cáo. Lũ ở Bắc Kạn, đê vỡ."))
        for number in range(5)
        if not (number == 3 and at)
    ]
    read(holdings, keep(holdings, pages))
    return holdings


@pytest.mark.parametrize("again", [False, True])
def test_loading_keeps_what_earlier_parsers_read_as_rereading_here_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, again: bool
) -> None:
    monkeypatch.setattr(parsers, "read_page", read_json)
    here = changing(tmp_path / "here")
    there = Holdings.open(shutil.copytree(here.root, tmp_path / "there"))
    monkeypatch.setattr(parsers, "read_page", better)
    for _ in range(1 + again):
        reread(here, REGISTER, workers=1)
        load(there, REGISTER, made(there, REGISTER, tmp_path / "tables"))
    with closing(open_database(here.database)) as one, closing(open_database(there.database)) as other:
        expected, found = (sorted(db.execute(READINGS).fetchall()) for db in (one, other))
    assert len(expected) > 5
    assert found == expected
    for table in COLUMNS:
        assert database_rows(there.database, table) == database_rows(here.database, table)


def test_an_article_row_has_its_tags_and_the_places_it_surely_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parsers, "read_page", read_json)
    holdings = changing(tmp_path / "kho")
    tables = made(holdings, REGISTER, tmp_path / "tables")
    assert parquet_rows(tables, "articles") == database_rows(holdings.database, "articles")
    names = ("source", *COLUMNS["articles"])
    told = [dict(zip(names, row, strict=True)) for row in parquet_rows(tables, "articles")]
    assert {row["tags"] for row in told} == {("lũ", "đê")}
    assert all("bac-kan" in row["places"] for row in told)


def test_the_tables_name_the_persons_of_an_article_with_their_offices(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parsers, "read_page", read_json)
    holdings = new_holdings(tmp_path / "kho")
    body = "Dự có bà Lê Thị Hòa, Phó Bí thư Tỉnh ủy, Chủ tịch HĐND tỉnh. Bí thư Huyện ủy Nông Văn Páo báo cáo."
    read(
        holdings, keep(holdings, [capture("/1.html", page("Một", body)), capture("/2.html", page("Hai", "Lũ về."), 1)])
    )
    tables = made(holdings, REGISTER, tmp_path / "tables")
    names = ("source", *COLUMNS["articles"])
    told = [dict(zip(names, row, strict=True))["persons"] for row in parquet_rows(tables, "articles")]
    assert sorted(told) == [
        (),
        ("Lê Thị Hòa; Phó Bí thư Tỉnh ủy; Chủ tịch HĐND tỉnh", "Nông Văn Páo; Bí thư Huyện ủy"),
    ]


def test_a_part_is_read_and_written_a_row_group_at_a_time(tmp_path: Path) -> None:
    store = open_store(str(tmp_path / "bảng"))
    text = "x" * 4000
    ours, theirs = [], []
    for count in (4_000, 40_000):
        rows = ((f"{at:08}", 1, "urn:x", "d", "p", f"{at}{text}") for at in range(count))
        tracemalloc.start()
        part = write_part(store, "revisions", "a", "2024-05", rows)
        write_manifest(store, [part], {})
        assert sum(1 for _ in read_rows(store, read_manifest(store).parts[0])) == count
        ours.append(tracemalloc.get_traced_memory()[1])
        theirs.append(pyarrow.default_memory_pool().max_memory())
        tracemalloc.stop()
    assert ours[1] < 2 * ours[0]
    assert theirs[1] < 2 * theirs[0]


def test_articles_whose_revisions_are_not_beside_them_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parsers, "read_page", read_json)
    holdings = changing(tmp_path / "kho")
    tables = made(holdings, REGISTER, tmp_path / "tables")
    store = open_store(tables)
    parts = list(read_manifest(store).parts)
    empty = write_part(store, "revisions", "bao-tinh", "2024-05", [])
    write_manifest(store, [empty if part.table == "revisions" else part for part in parts], {})
    held = holdings.database.read_bytes()
    with pytest.raises(DamageError, match="not those of a re-reading"):
        load(holdings, REGISTER, tables)
    assert holdings.database.read_bytes() == held
