"""The one way in: captures become articles, revisions, teasers and index rows, in whatever order they arrive."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from resting import without_database
from small_archive import (
    REGISTER,
    SITE,
    SOURCE,
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
from archive.holdings import Holdings
from archive.ingest.pipeline import Ingest
from archive.sources import Register


@pytest.fixture(autouse=True)
def _pages_are_json(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parsers, "read_page", read_json, raising=False)


@pytest.fixture
def holdings(tmp_path: Path) -> Iterator[Holdings]:
    return new_holdings(tmp_path / "data")


A, B = page("Hội nghị", "Một hai ba."), page("Hội nghị", "Một hai bốn.")


def test_an_equal_text_adds_no_revision_and_a_changed_one_does(holdings: Holdings) -> None:
    places = keep(holdings, [capture("/a-1.html", body, at) for at, body in enumerate([A, A, B, B])])
    assert [outcome.state for outcome in read(holdings, places)] == ["new", "same", "changed", "same"]
    with database(holdings) as db:
        assert db.execute("SELECT number FROM revisions ORDER BY number").fetchall() == [(1,), (2,)]
        row = db.execute("SELECT body, revision, first_captured, last_captured FROM articles").fetchall()
    assert row == [("Một hai bốn.", 2, "2024-05-01T03:00:00.000Z", "2024-05-01T03:03:00.000Z")]


def test_a_capture_read_twice_changes_nothing_and_still_gives_its_links_state(holdings: Holdings) -> None:
    places = keep(holdings, [capture("/a-1.html", A), capture("/a-1.html", B, 1)])
    first = read(holdings, places)
    with database(holdings) as db:
        before = tables(db)
    assert read(holdings, places) == first
    with database(holdings) as db:
        assert tables(db) == before


def test_the_same_fetch_held_by_two_files_is_one_capture(holdings: Holdings) -> None:
    places = keep(holdings, [capture("/a-1.html", A)]) + keep(holdings, [capture("/a-1.html", A)], run="r2")
    assert places[0].record_id != places[1].record_id
    assert [outcome.state for outcome in read(holdings, places)] == ["new", "new"]
    with database(holdings) as db:
        assert db.execute("SELECT count(*) FROM captures").fetchone() == (1,)


def test_two_addresses_of_one_canonical_address_are_one_article(holdings: Holdings) -> None:
    body = page("Hội nghị", "Một.", canonical=f"{SITE}/tin/a-1.html")
    read(holdings, keep(holdings, [capture("/tin/a-1.html", body), capture("/kinh-te/a-1.html?x=1", body, 1)]))
    with database(holdings) as db:
        assert db.execute("SELECT url FROM articles").fetchall() == [(f"{SITE}/tin/a-1.html",)]


@pytest.mark.parametrize("canonical", [f"{SITE}/", "https://other.example/goc.html", "not a url"])
def test_a_canonical_address_of_a_home_page_or_another_site_is_no_identity(holdings: Holdings, canonical: str) -> None:
    bodies = [page("Một", "1.", canonical=canonical), page("Hai", "2.", canonical=canonical)]
    read(holdings, keep(holdings, [capture(f"/a-{at}.html", body) for at, body in enumerate(bodies)]))
    with database(holdings) as db:
        assert db.execute("SELECT count(*) FROM articles").fetchone() == (2,)


def test_an_article_that_disappears_keeps_its_text_and_the_day_it_was_missed(holdings: Holdings) -> None:
    gone = [capture("/a-1.html", b"404", at, status=404) for at in (5, 9)]
    read(holdings, keep(holdings, [capture("/a-1.html", A), *gone]))
    with database(holdings) as db:
        row = db.execute("SELECT body, gone_at, revision FROM articles").fetchone()
    assert row == ("Một hai ba.", "2024-05-01T03:05:00.000Z", 1)


def test_an_article_that_comes_back_is_not_gone(holdings: Holdings) -> None:
    read(
        holdings,
        keep(holdings, [capture("/a-1.html", A), capture("/a-1.html", b"", 5, 404), capture("/a-1.html", A, 9)]),
    )
    with database(holdings) as db:
        assert db.execute("SELECT gone_at FROM articles").fetchone() == (None,)


def test_a_better_parser_does_not_change_a_page(holdings: Holdings, monkeypatch: pytest.MonkeyPatch) -> None:
    read(holdings, keep(holdings, [capture("/a-1.html", A)]))

    def better(*given: object, **named: object):
        reading = read_json(*given, **named)
        body = (*reading.article.body, "Một dòng mà trình đọc cũ bỏ sót.")
        return replace(reading, article=replace(reading.article, body=body, parser="json/2"))

    monkeypatch.setattr(parsers, "read_page", better)
    assert [outcome.state for outcome in read(holdings, keep(holdings, [capture("/a-1.html", A, 1)], "r2"))] == ["same"]
    with database(holdings) as db:
        assert db.execute("SELECT parser, number FROM revisions").fetchall() == [("json/2", 1)]
        assert db.execute("SELECT parser FROM readings").fetchall() == [("json/1",)]
        assert db.execute("SELECT body FROM articles").fetchone()[0].endswith("bỏ sót.")
    read(holdings, keep(holdings, [capture("/a-1.html", B, 2)], "r3"))
    with database(holdings) as db:
        assert db.execute("SELECT count(*) FROM revisions").fetchone() == (2,)


def test_the_index_finds_the_current_text_and_no_longer_the_old_one(holdings: Holdings) -> None:
    decomposed = page("Hội nghị", unicodedata.normalize("NFD", "Đường mới."))
    read(
        holdings,
        keep(holdings, [capture("/a-1.html", page("Hội nghị", "Nghĩa trang.")), capture("/a-1.html", decomposed, 1)]),
    )
    with database(holdings) as db:
        assert search_rows(db, "folded", "duong") == search_rows(db, "exact", "đường") == ["//baotinh.example/a-1.html"]
        assert search_rows(db, "folded", "nghia") == []


def test_a_corrected_date_moves_the_article_in_the_index(holdings: Holdings) -> None:
    bodies = [page("Hội nghị", f"Lần {day}.", published=f"2020-03-0{day}T08:00+07:00") for day in (5, 7)]
    read(holdings, keep(holdings, [capture("/a-1.html", body, at) for at, body in enumerate(bodies)]))
    with database(holdings) as db:
        rows = db.execute("SELECT a.day, x.rowid = a.search_rowid FROM articles a, folded x WHERE folded MATCH 'lan'")
        assert rows.fetchall() == [("2020-03-07", 1)]


def test_an_article_without_a_date_stands_on_the_day_it_was_first_captured(holdings: Holdings) -> None:
    late = [capture("/a-1.html", A, 20 * 60), capture("/a-1.html", A, 0)]
    read(holdings, keep(holdings, late))
    with database(holdings) as db:
        assert db.execute("SELECT day, day_estimated, published FROM articles").fetchone() == ("2024-05-01", 1, None)


def test_the_province_of_the_day_and_of_today_stand_beside_each_other(holdings: Holdings) -> None:
    read(holdings, keep(holdings, [capture("/a-1.html", A)]))
    with database(holdings) as db:
        assert db.execute("SELECT province, province_now FROM articles").fetchone() == ("bac-kan", "thai-nguyen")


@pytest.mark.parametrize(
    ("source", "published", "then", "today"),
    [
        ("bac-kan", "2025-06-30T23:59+07:00", "bac-kan", "thai-nguyen"),
        ("bac-kan", "2025-07-01T00:00+07:00", "thai-nguyen", "thai-nguyen"),
        ("bac-kan", "2026-03-05", "thai-nguyen", "thai-nguyen"),
        ("thai-nguyen", "2025-06-30T23:59+07:00", "thai-nguyen", "thai-nguyen"),
        ("thai-nguyen", "2025-07-01T00:00+07:00", "thai-nguyen", "thai-nguyen"),
        ("ha-giang", "2025-07", "tuyen-quang", "tuyen-quang"),
        ("thua-thien-hue", "2024-12-31", "thua-thien-hue", "hue"),
        ("thua-thien-hue", "2025-01-01", "hue", "hue"),
        ("cao-bang", "2025-07-01", "cao-bang", "cao-bang"),
    ],
)
def test_the_province_is_the_one_that_stood_on_the_day(
    holdings: Holdings, source: str, published: str, then: str, today: str
) -> None:
    register = Register.of([replace(SOURCE, province=source)])
    read(holdings, keep(holdings, [capture("/a-1.html", page("Hội nghị", "Một hai.", published=published))]), register)
    with database(holdings) as db:
        assert db.execute("SELECT province, province_now FROM articles").fetchone() == (then, today)
    rebuild(holdings, register)
    with database(holdings) as db:
        assert db.execute("SELECT province, province_now FROM articles").fetchone() == (then, today)


def test_a_site_that_no_register_knows_is_read_all_the_same(holdings: Holdings) -> None:
    places = keep(holdings, [capture("/a-1.html", A)])
    assert [outcome.state for outcome in read(holdings, places, Register.of([]))] == ["new"]
    with database(holdings) as db:
        assert db.execute("SELECT source, province FROM articles").fetchone() == ("bao-tinh", "")


_TEASERS = [["https://baotinh.example/b-2.html", "Tin khác", "Ngày 5/3 ...", "related"]]
_BODIES = [
    A,
    B,
    page("Hội nghị", "Một hai ba.", tags=["hội nghị"], teasers=_TEASERS),
    page("Hội nghị", "Một hai bốn.", published="2020-03-05T15:25+07:00", teasers=_TEASERS),
    page("Khác", "Năm.", canonical=f"{SITE}/a.html"),
    page("Hội nghị", "Một hai ba bốn.", canonical=f"{SITE}/a.html", rendering="amp"),
    b"broken",
]
_CAPTURES = st.lists(
    st.tuples(
        st.sampled_from(["/a.html", "/b.html", "/c.html"]),
        st.integers(0, 6),
        st.sampled_from([*range(len(_BODIES)), -1]),
    ),
    min_size=2,
    max_size=9,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(_CAPTURES, st.randoms(use_true_random=False))
def test_the_rows_depend_on_the_captures_and_not_on_their_order(
    wanted: list[tuple[str, int, int]], random: Random
) -> None:
    with TemporaryDirectory() as name:
        holdings = new_holdings(Path(name) / "data")
        places = keep(
            holdings,
            [
                capture(path, _BODIES[body] if body >= 0 else b"404", minute, 200 if body >= 0 else 404)
                for path, minute, body in dict.fromkeys(wanted)
            ],
        )
        told = []
        for round_number in range(2):
            if round_number:
                without_database(holdings)
            read(holdings, places)
            with database(holdings) as db:
                told.append(tables(db))
            if round_number == 0:
                random.shuffle(places)
        assert told[0] == told[1]


def test_persons_are_named_with_their_offices_in_the_batch_of_their_article(holdings: Holdings) -> None:
    body = "Dự có bà Lê Thị Hòa, Phó Bí thư Tỉnh ủy, Chủ tịch HĐND tỉnh và Bí thư Huyện ủy Trần Văn Tám."
    place = keep(holdings, [capture("/a-1.html", page("Một", body))])[0]
    with Ingest(holdings, REGISTER) as ingest:
        ingest.read(place)
        ingest.commit()
        with database(holdings) as db:
            rows = "SELECT name, key, folded, offices, field FROM persons ORDER BY start"
            assert db.execute(rows).fetchall() == [
                ("Lê Thị Hòa", "lê thị hoà", "le thi hoa", "Phó Bí thư Tỉnh ủy; Chủ tịch HĐND tỉnh", "body"),
                ("Trần Văn Tám", "trần văn tám", "tran van tam", "Bí thư Huyện ủy", "body"),
            ]
            cut = (
                "SELECT name, substr(a.body, p.start + 1, p.length) FROM persons p JOIN articles a ON a.id = p.article"
            )
            assert all(name == text for name, text in db.execute(cut))
        ingest.read(keep(holdings, [capture("/a-1.html", page("Một", "Về tỉnh Cà Mau."), 5)], run="r2")[0])
        ingest.commit()
        with database(holdings) as db:
            assert db.execute("SELECT count(*) FROM persons").fetchone() == (0,)


def test_places_are_named_in_the_batch_of_their_article(holdings: Holdings) -> None:
    body = "Hội nghị tại huyện Đại Từ, tỉnh Thái Nguyên."
    decomposed = unicodedata.normalize("NFD", body)
    places = keep(holdings, [capture("/a-1.html", page("Một", body)), capture("/a-2.html", page("Hai", decomposed))])
    with Ingest(holdings, REGISTER) as ingest:
        for place in places:
            ingest.read(place)
        ingest.commit()
        with database(holdings) as db:
            named = db.execute("SELECT article, surface FROM mentions ORDER BY article, start").fetchall()
            assert [surface for article, surface in named if article == 1] == ["Đại Từ", "Thái Nguyên"]
            assert len(named) == 4
        ingest.read(keep(holdings, [capture("/a-1.html", page("Một", "Về tỉnh Cà Mau."), 5)], run="r2")[0])
        ingest.commit()
        with database(holdings) as db:
            named = db.execute("SELECT surface FROM mentions WHERE article = 1").fetchall()
    assert named == [("Cà Mau",)]
