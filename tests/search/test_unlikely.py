"""Pages that are probably not articles are kept, found on demand, and nowhere counted among the articles."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from small_archive import REGISTER, SITE, capture, database, keep, new_holdings, page, read, read_json, tables
from starlette.testclient import TestClient

from archive import parsers
from archive.cli import main
from archive.custody.rebuild import rebuild
from archive.custody.takedown import takedown
from archive.custody.verify import verify
from archive.errors import UsageError
from archive.holdings import Holdings
from archive.ingest.reread import Selection, reread
from archive.search.answer import Answer
from archive.search.engine import search
from archive.store import open_database
from archive.web.app import create_room

pytestmark = pytest.mark.usefixtures("english")

DOUBT = "about the site"
WHO = "Sở Thông tin và Truyền thông"


def doubtful(headline: str, *body: str, probability: float = 0.2, doubt: str = DOUBT, **fields: Any) -> bytes:
    return page(headline, *body, probability=probability, notes=[f"probably no article: {doubt}"], **fields)


ARTICLE = page("Hội nghị tổng kết năm", "Huyện đã trồng rừng.", published="2020-03-05T15:25+07:00")
POINTER = [[f"{SITE}/tin-1.html", "Hội nghị tổng kết năm", "Huyện đã", "listing"]]
ABOUT = doubtful("Giới thiệu", "Tòa soạn họp hội nghị thường kỳ ở huyện.", tags=["tòa soạn"])
FRONT = doubtful(
    "Trang nhất", "Hội nghị tổng kết năm.", "Tin huyện.", probability=0.05, doubt="the front page", teasers=POINTER
)
CAPTURES = [capture("/tin-1.html", ARTICLE), capture("/gioi-thieu", ABOUT, 1), capture("/", FRONT, 2)]


@pytest.fixture
def holdings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Holdings:
    monkeypatch.setattr(parsers, "read_page", read_json)
    archive = new_holdings(tmp_path / "data")
    read(archive, keep(archive, CAPTURES))
    return archive


def found(holdings: Holdings, query: str, **asked: Any) -> Answer:
    with database(holdings) as db:
        return search(db, query, **asked)


def headlines(answer: Answer) -> list[str]:
    return [hit.headline for hit in answer.hits]


def run(holdings: Holdings, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["--archive", str(holdings.root), *arguments])


def test_a_search_leaves_them_out_and_says_how_many(holdings: Holdings) -> None:
    answer = found(holdings, "hội nghị", facets=("source", "year"))
    assert (headlines(answer), answer.total, answer.unlikely) == (["Hội nghị tổng kết năm"], 1, 2)
    assert [value.count for facet in answer.facets for value in facet.values] == [1, 1]
    assert found(holdings, "rừng").unlikely == 0
    assert found(holdings, "thường kỳ").unlikely == 1
    with database(holdings) as db:
        assert db.execute("SELECT count(*) FROM articles").fetchone() == (1,)


def test_asked_for_they_are_found_with_their_probability_and_what_speaks_against_them(holdings: Holdings) -> None:
    answer = found(holdings, "hội nghị", unlikely=True, order="best")
    assert [(hit.headline, hit.probability, hit.doubt) for hit in answer.hits] == [
        ("Giới thiệu", 0.2, DOUBT),
        ("Trang nhất", 0.05, "the front page"),
    ]
    assert (answer.total_exact, answer.total, answer.unlikely) == (2, 2, None)
    assert found(holdings, "hội nghị").hits[0].probability is None


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("hoi nghi", {"Giới thiệu", "Trang nhất"}),
        ("hỏi nghị", {"Giới thiệu", "Trang nhất"}),
        ("=hỏi nghị", set()),
        ('"hội nghi"', {"Giới thiệu", "Trang nhất"}),
        ("hội nghị -tòa", {"Trang nhất"}),
        ("thường OR tổng", {"Giới thiệu", "Trang nhất"}),
        ("tieude:giới", {"Giới thiệu"}),
        ("huyện bao:bao-tinh", {"Giới thiệu", "Trang nhất"}),
        ('huyện the:"toa soan"', {"Giới thiệu"}),
        ("huyện tinh:bac-kan", {"Giới thiệu", "Trang nhất"}),
        ("huyện ngay:2024", {"Giới thiệu", "Trang nhất"}),
        ("huyện ngay:..2023", set()),
        ("huyện trangthai:gỡ", set()),
        ("rừng", set()),
    ],
)
def test_the_language_of_queries_is_the_same(holdings: Holdings, query: str, titles: set[str]) -> None:
    answer = found(holdings, query, unlikely=True)
    assert set(headlines(answer)) == titles
    assert found(holdings, query).unlikely == len(titles)


def test_an_accented_word_is_meant(holdings: Holdings) -> None:
    read(holdings, keep(holdings, [capture("/hoi", doubtful("Hỏi nghị", "Một câu."), 9)], "r2"))
    answer = found(holdings, "hỏi nghị", unlikely=True)
    assert [(hit.headline, hit.tier) for hit in answer.hits] == [("Hỏi nghị", "exact")]
    assert answer.total_folded == found(holdings, "hoi nghi", unlikely=True).total > 1


@pytest.mark.parametrize("order", ["newest", "oldest", "best", "source"])
def test_pages_of_hits_follow_each_other(holdings: Holdings, order: Any) -> None:
    whole = found(holdings, "hội nghị", unlikely=True, order=order)
    first = found(holdings, "hội nghị", limit=1, unlikely=True, order=order)
    second = found(holdings, "hội nghị", limit=1, cursor=first.cursor, unlikely=True, order=order)
    assert headlines(first) + headlines(second) == headlines(whole)
    assert second.cursor is None


def test_what_they_are_not_part_of_is_refused(holdings: Holdings) -> None:
    with pytest.raises(UsageError, match="unlikely"):
        found(holdings, "hội nghị", unlikely=True, facets=("year",))


def test_the_command_states_the_line_and_shows_the_rest_on_demand(holdings: Holdings) -> None:
    told = run(holdings, "search", "hội nghị")
    assert "2 more are unlikely to be articles: --unlikely shows them" in told.stderr
    assert "Trang nhất" not in told.stdout
    told = run(holdings, "search", "thường kỳ")
    assert told.exit_code == 3
    assert "1 more are unlikely" in told.stderr
    told = run(holdings, "search", "--unlikely", "thường kỳ")
    assert told.exit_code == 0
    assert f"probability 0.20: {DOUBT}" in told.stdout


def test_show_and_exports_carry_the_probability(holdings: Holdings, tmp_path: Path) -> None:
    told = run(holdings, "show", f"{SITE}/gioi-thieu")
    assert f"probably no article, probability 0.20: {DOUBT}" in told.stdout
    assert json.loads(run(holdings, "show", "--json", f"{SITE}/gioi-thieu").stdout)["probability"] == 0.2
    assert run(holdings, "show", "--history", f"{SITE}/gioi-thieu").exit_code == 0
    told = run(holdings, "export", "--format", "jsonl", "--output", str(tmp_path / "tin.jsonl"))
    assert told.exit_code == 0, told.stderr
    rows = [json.loads(line) for line in (tmp_path / "tin.jsonl").read_text().splitlines()]
    assert [(row["headline"], row["probability"]) for row in rows] == [("Hội nghị tổng kết năm", 1.0)]
    told = run(holdings, "export", "--format", "csv", "--output", str(tmp_path / "tin.csv"))
    assert "probability" in (tmp_path / "tin.csv").read_text().splitlines()[0].split(",")


def test_the_reading_room_says_and_shows_the_same(holdings: Holdings) -> None:
    with TestClient(create_room(holdings, REGISTER), base_url="http://127.0.0.1:8001") as client:
        answer = client.get("/api/search", params={"q": "hội nghị"}).json()
        assert (answer["total_folded"], answer["unlikely"]) == (1, 2)
        answer = client.get("/api/search", params={"q": "hội nghị", "unlikely": "true"}).json()
        assert sorted(hit["probability"] for hit in answer["hits"]) == [0.05, 0.2]
        assert (
            "2 more matches are probably not articles" in client.get("/", params={"q": "hội nghị", "lang": "en"}).text
        )
        shown = client.get("/", params={"q": "hội nghị", "unlikely": "1", "lang": "en"})
        assert shown.status_code == 200
        assert "Giới thiệu" in shown.text
        assert client.get(f"/article/{answer['hits'][0]['public_id']}").status_code == 200


@pytest.mark.parametrize("backwards", [False, True])
def test_the_rows_follow_from_the_captures_in_whatever_order_they_come(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, backwards: bool
) -> None:
    monkeypatch.setattr(parsers, "read_page", read_json)
    archive = new_holdings(tmp_path / "data")
    later = doubtful("Giới thiệu tòa soạn", "Một đoạn khác.", probability=0.3)
    places = keep(archive, [*CAPTURES, capture("/gioi-thieu", later, 5), capture("/", ARTICLE, 6)])
    read(archive, places[::-1] if backwards else places)
    with database(archive) as db:
        before = tables(db)
        assert [(row[4], row[13]) for row in before["unlikely"]] == [("Giới thiệu tòa soạn", 0.3)]
        assert before["unlikely_pointed"] == []
    assert found(archive, "thường", unlikely=True).total == 0
    rebuild(archive, REGISTER)
    with database(archive) as db:
        assert tables(db) == before


def test_a_page_read_again_becomes_what_it_reads_like_now(holdings: Holdings, monkeypatch: pytest.MonkeyPatch) -> None:
    with database(holdings) as db:
        before = tables(db)
    likely = dict.fromkeys(("/gioi-thieu", "/"), 0.9)

    def now(url: str, body: bytes, *rest: Any, **named: Any) -> Any:
        if url.removeprefix(SITE) in likely:
            row = json.loads(body)
            body = json.dumps(row | {"probability": likely[url.removeprefix(SITE)], "parser": "json/2"}).encode()
        return read_json(url, body, *rest, **named)

    monkeypatch.setattr(parsers, "read_page", now)
    reread(holdings, REGISTER, Selection())
    assert set(headlines(found(holdings, "huyện"))) == {"Hội nghị tổng kết năm", "Giới thiệu", "Trang nhất"}
    assert found(holdings, "huyện").unlikely == 0
    monkeypatch.setattr(parsers, "read_page", read_json)
    reread(holdings, REGISTER, Selection())
    with database(holdings) as db:
        after = tables(db)
    for name in ("articles", "unlikely", "unlikely_pointed", "words"):
        assert after[name] == before[name]


def test_their_index_is_made_again_from_their_rows(holdings: Holdings) -> None:
    db = open_database(holdings.database)
    db.execute("UPDATE unlikely_folded_data SET block = zeroblob(20) WHERE id > 10")
    db.conn.commit()
    db.close()
    assert run(holdings, "rebuild", "index").exit_code == 0
    assert found(holdings, "hoi nghi", unlikely=True).total == 2
    takedown(holdings, f"{SITE}/gioi-thieu", "erased", "Bản án", WHO)
    assert b"thuong" not in holdings.database.read_bytes()


@pytest.mark.parametrize("how", ["hidden", "sealed", "erased"])
def test_a_takedown_takes_out_what_shows_or_points_to_the_page(holdings: Holdings, how: Any) -> None:
    takedown(holdings, f"{SITE}/tin-1.html", how, "Bản án", WHO)
    assert headlines(found(holdings, "huyện", unlikely=True)) == ["Giới thiệu"]
    rebuild(holdings, REGISTER)
    assert headlines(found(holdings, "huyện", unlikely=True)) == ["Giới thiệu"]
    name = found(holdings, "thường", unlikely=True).hits[0].public_id
    takedown(holdings, name, how, "Bản án", WHO)
    assert found(holdings, "huyện", unlikely=True).total == 0
    for path in holdings.root.glob("archive.sqlite*"):
        data = path.read_bytes()
        for word in ("thường", "thuong", "Tòa soạn họp"):
            assert word.encode() not in data, path.name
    rebuild(holdings, REGISTER)
    assert found(holdings, "huyện", unlikely=True).total == 0


def test_a_full_verification_compares_them_too(holdings: Holdings) -> None:
    assert not verify(holdings, "full").findings
    db = open_database(holdings.database)
    db.execute("UPDATE unlikely SET article_json = replace(article_json, 'Tòa soạn', 'Ban biên tập')")
    db.conn.commit()
    db.close()
    told = [finding.detail for finding in verify(holdings, "full").findings]
    assert any("is stored otherwise than its record shows" in detail for detail in told), told
