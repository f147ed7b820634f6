"""The map and the pages of sources say what is held, and how complete it is."""

from __future__ import annotations

import re

import pytest
from reading_room import library
from starlette.testclient import TestClient

from archive.holdings import Holdings
from archive.places import PROVINCES_34, PROVINCES_63
from archive.store import open_database
from archive.store.counts import source_count, source_counts, stats, summary
from archive.store.database import writing
from archive.store.writes import put_run
from archive.web.charts import country, insets
from archive.web.pages.sources import health

RUN = "20261101T000000Z-khe-may-1"


@pytest.fixture(scope="module")
def holdings(tmp_path_factory: pytest.TempPathFactory) -> Holdings:
    holdings = library(tmp_path_factory.mktemp("phong") / "kho")
    db = open_database(holdings.database)
    report = {"new": 6, "changed": 1, "requests": 10, "decisions": [["khemay.example", "robots", "rules: status 200"]]}
    with writing(db):
        put_run(db, RUN, "khe-may", "2026-11-01T00:00:00.000Z", "2026-11-01T01:00:00.000Z", "finished", report)
    db.close()
    return holdings


def test_the_map_draws_all_63_provinces_in_34_units(client: TestClient) -> None:
    text = client.get("/sources").text
    assert (text.count('<a href="/sources?unit='), text.count("<path ")) == (34, 63)
    assert client.get("/sources?units=63").text.count('<a href="/sources?units=63&amp;unit=') == 63


def test_every_unit_of_either_division_has_its_outlines() -> None:
    shapes = country().shapes
    assert {shape.id for shape in shapes} == {unit.id for unit in PROVINCES_34}
    assert {part for shape in shapes for part, _ in shape.parts} == {unit.id for unit in PROVINCES_63}
    assert all(path.startswith("M") and path.endswith("z") for shape in shapes for _, path in shape.parts)


def test_the_archipelagos_are_drawn_beside_the_units_they_belong_to(client: TestClient) -> None:
    text = client.get("/sources").text
    assert "Hoàng Sa (Đà Nẵng: 0)" in text
    assert "Trường Sa (Khánh Hòa: 0)" in text
    for inset in insets():
        x, y, width, height = inset.frame
        assert all(x < east < x + width and y < south < y + height - 12 for east, south in inset.islands)
        assert x + width <= country().width


def test_a_click_on_the_map_shows_the_sources_of_that_unit(client: TestClient) -> None:
    assert "Huyện ủy Khe Mây" in client.get("/sources?unit=thai-nguyen").text
    assert "Huyện ủy Khe Mây" in client.get("/sources?units=63&unit=bac-kan").text
    assert "Huyện ủy Khe Mây" not in client.get("/sources?unit=lao-cai").text


def test_a_source_says_what_is_held_and_how_complete_it_is(client: TestClient) -> None:
    text = client.get("/source/khe-may").text
    assert "Chứng nhận mức đầy đủ" in text
    assert "sha256:" in text
    assert re.search(r"quý 2/2020: 2</title>", text)
    assert "1 địa chỉ, 0 chưa có trong kho" in text
    assert "chưa đọc được: không có bài 1" in text
    assert "hoàn tất" in text


def test_a_certificate_can_be_had_of_one_month(client: TestClient) -> None:
    answer = client.get("/source/khe-may?month=2020-06")
    assert "1/6/2020 – 30/6/2020" in answer.text
    assert client.get("/source/khe-may?month=2020-13").status_code == 400


def test_an_unknown_source_is_refused_with_the_nearest_id(client: TestClient) -> None:
    answer = client.get("/source/khe-mai")
    assert answer.status_code == 404
    assert "khe-may" in answer.text


def test_the_quick_counts_are_those_of_the_whole_count(holdings: Holdings) -> None:
    db = open_database(holdings.database, readonly=True)
    whole, quick, first = stats(db), source_counts(db), summary(db)
    assert [(one.id, one.articles, one.captures, one.last_captured) for one in quick] == [
        (one.id, one.articles, one.captures, one.last_captured) for one in whole.sources
    ]
    assert (first.articles, first.captures, first.sources) == (whole.articles, whole.captures, len(whole.sources))
    assert source_count(db, "khe-may") == whole.sources[0]
    assert source_count(db, "khong-co") is None
    db.close()


def test_a_run_that_never_ended_is_not_called_well(holdings: Holdings) -> None:
    from archive.store.runs import Run

    assert health(None) == "never"
    assert health(Run(1, "1", "khe-may", "2026", "", "", {})) == "running"
    assert health(Run(1, "1", "khe-may", "2026", "2026", "finished", {})) == "well"
    assert health(Run(1, "1", "khe-may", "2026", "2026", "finished", {"warnings": ["too few"]})) == "look"
    assert health(Run(1, "1", "khe-may", "2026", "2026", "unreachable", {})) == "look"
