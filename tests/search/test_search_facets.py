"""The facets of an answer: every hit is counted once, out of bits as out of rows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import sqlite_utils
from search_corpus import Written, invented, stored

from archive.search import facets, search
from archive.search.index import bitmaps, numbered

EXACT = Written(1, "Hội nghị rút kinh nghiệm", "Tỉnh ủy họp.", "Đại hội điểm ở bản.", day="2020-03-05")
UNMARKED = Written(2, "Hoi nghi rut kinh nghiem", "", "Tinh uy hop.", day="2020-03-06")
OTHER = Written(3, "Hỏi nghỉ", "", "Tình úy; đường về xã Lộc Thuỷ.", day="2020-03-07", source="tinh-uy-gamma")
MIXED = Written(4, "Tin vắn", "", "Ở tỉnh, uy tín.\n\nÝ kiến: tỉnh uy.", "Ảnh: đường bản", "PV", day="2020-03-04")


@pytest.fixture(scope="module")
def many() -> sqlite_utils.Database:
    return stored(invented(150, seed=3))


def test_facets_out_of_bits_are_those_of_the_hits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("archive.search.facets._SMALL", 0)
    db, names = stored(invented(120, seed=8)), ("province", "source", "month", "byline")
    queries = ("hội", "hội ngay:2020", "nghị -hội")
    before = [search(db, query, 1, facets=names).facets for query in queries]
    monkeypatch.setattr("archive.search.index.bitmaps._LEAST", 100)
    monkeypatch.setattr("archive.search.index.numbered._LEAST", 100)
    numbered.catch_up(db)
    assert bitmaps.catch_up(db)
    assert [search(db, query, 1, facets=names).facets for query in queries] == before
    assert all(facet.values for facet in before[0])


def test_facets_count_every_hit_once(many: sqlite_utils.Database, monkeypatch: pytest.MonkeyPatch) -> None:
    names = ("province", "province_now", "source", "section", "month", "year", "byline", "tier")
    few = search(many, "hội", 1, facets=names)
    monkeypatch.setattr("archive.search.facets._SMALL", 0)
    loaded = search(many, "hội", 1, facets=names)
    monkeypatch.setattr("archive.search.facets.numpy", None)
    monkeypatch.setattr("archive.search.index.docid_sets.numpy", None)
    monkeypatch.setattr("archive.search.facets.cache_of", lambda db: type("Empty", (), {"facts": None})())
    plain = search(many, "hội", 1, facets=names)
    assert few.facets == loaded.facets == plain.facets
    for facet in few.facets:
        assert sum(value.count for value in facet.values) + facet.others == few.total
    labels = {facet.name: {value.label: value.count for value in facet.values} for facet in few.facets}
    assert labels["province_now"]["Thái Nguyên"] == labels["province"]["Bắc Kạn"] + labels["province"]["Thái Nguyên"]


def test_sections_that_differ_in_accents_stand_apart_and_each_is_a_limit_to_itself() -> None:
    written = enumerate(("Kinh tế", "KINH TẾ", "Kinh te", "Kinh tê", "Thời sự - Văn hóa", "Thời sự – Văn hoá"))
    db = stored([Written(number, "Hội nghị", "", "Họp.", section=section) for number, section in written])
    (facet,) = search(db, "hội", 1, facets=("section",)).facets
    assert {one.label: one.count for one in facet.values} == {
        **{"KINH TẾ": 2, "Kinh te": 1, "Kinh tê": 1},
        "Thời sự - Văn hóa": 2,
    }
    for one in facet.values:
        assert search(db, f'hội muc:"{one.value}"').total == one.count, one
    meant = {name: search(db, f'muc:"{name}"').total for name in ("kinh te", "kinh tế", "tế", "te", "văn hoá")}
    assert meant == {"kinh te": 4, "kinh tế": 2, "tế": 2, "te": 4, "văn hoá": 2}


def test_values_over_time_add_up_to_their_counts(many: sqlite_utils.Database, monkeypatch: pytest.MonkeyPatch) -> None:
    names = ("province_now", "source", "month")
    few = search(many, "hội", 1, facets=names, parts=5)
    monkeypatch.setattr("archive.search.facets._SMALL", 0)
    assert search(many, "hội", 1, facets=names, parts=5).facets == few.facets
    *facts, months = few.facets
    for facet in facts:
        assert facet.values
        assert len({len(value.over) for value in facet.values}) == 1
        assert all(1 < len(value.over) <= 5 and sum(value.over) == value.count for value in facet.values)
    assert not any(value.over for value in months.values)
    assert all(value.over == () for facet in search(many, "hội", 1, facets=names).facets for value in facet.values)
    assert search(many, "khôngcóđâu", 1, facets=names, parts=5).facets[0].values == ()
    early, late = (search(many, f"hội ngay:{at}", 1, facets=("source",), parts=5) for at in ("..2020-06", "2020-06.."))
    assert early.facets != late.facets


def test_a_question_that_is_stopped_leaves_what_it_has_loaded_to_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("archive.search.facets._SMALL", 0)
    monkeypatch.setattr("archive.search.facets._ROWS", 40)
    db, asked = stored(invented(150, seed=3)), []
    whole = search(db, "hội", 1, facets=["source", "month"]).facets
    db.execute("UPDATE articles SET section = section")  # what was remembered is forgotten
    db.conn.commit()

    def slow(*values: Any) -> Iterator[Any]:
        asked.append(values[2])
        for at, batch in enumerate(batches(*values)):
            if at == 2 and len(asked) == 1:
                raise TimeoutError
            yield batch

    batches = facets._batches
    monkeypatch.setattr(facets, "_batches", slow)
    with pytest.raises(TimeoutError):
        search(db, "hội", 1, facets=["source", "month"])
    assert search(db, "hội", 1, facets=["source", "month"]).facets == whole
    rowids = [row[0] for row in db.execute("SELECT search_rowid FROM articles ORDER BY 1")]
    assert asked == [(-1,), (rowids[79],)]


def test_places_named_are_counted_by_article() -> None:
    db = stored([EXACT, UNMARKED, OTHER])
    db.conn.executemany(
        "INSERT INTO mentions VALUES (?, 'body', ?, 3, ?, 'X', ?)",
        [(1, 0, "bac-kan", 0), (1, 9, "bac-kan", 0), (2, 0, "bac-kan", 0), (2, 5, "hoa-binh", 1), (3, 0, "ha-noi", 0)],
    )
    (facet,) = search(db, "nghi", facets=["place"]).facets
    assert {value.value: value.count for value in facet.values} == {"bac-kan": 2, "ha-noi": 1}
