"""Concordance, trends, collocates and keywords in the browser: the numbers of the search engine, in sheets too."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as some
from lxml import etree
from reading_room import SITE, library, opened
from starlette.testclient import TestClient

from archive.api import Archive
from archive.cli import main
from archive.corpus.chart import BOTTOM, LEFT, PLOT, WIDTH, chart
from archive.corpus.trends import Coverage, Point, Series, Trends
from archive.export.formats import safe_cell
from archive.search.planner.accents import Accents


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("phong") / "kho"


@pytest.fixture(scope="module")
def client(folder: Path) -> Iterator[TestClient]:
    with opened(library(folder)) as client:
        yield client


def rows(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))


def test_a_concordance_shows_each_match_in_its_context(client: TestClient) -> None:
    text = client.get("/concordance?q=rút&lang=en").text
    assert "6 lines in 6 articles" in text
    assert text.count('<td class="match"><mark>rút</mark></td>') == 6
    client.cookies.clear()


def test_a_concordance_is_paged_and_its_sheet_is_whole(client: TestClient) -> None:
    from archive.web.pages import concordance as page

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(page, "_PAGE", 4)
        first = client.get("/concordance?q=rút+-kkkzzz")
        second = client.get("/concordance?q=rút+-kkkzzz&page=2")
        beyond = client.get("/concordance?q=rút+-kkkzzz&page=40")
    assert [page.text.count("<mark>rút") for page in (first, second, beyond)] == [4, 2, 2]
    assert 'rel="next"' in first.text
    assert 'rel="prev"' in second.text
    table = rows(client.get("/concordance.csv?q=rút").text)
    assert "left" in table[0]
    assert len(table) == 7


def test_trends_are_drawn_and_told_beside_what_is_held(client: TestClient) -> None:
    text = client.get("/trends?q=chè&q=hội+nghị&unit=year&measure=articles").text
    assert text.count('class="line s0" points') == text.count('class="line s1" points') == 3  # nothing of 2022 or 2024
    assert "1/7/2025: 63 → 34" not in text  # a year has no July
    assert "1/7/2025: 63 → 34" in client.get("/trends?q=chè&measure=articles&unit=month").text
    assert re.search(r'<th scope="row">2020</th><td class="n">1</td><td class="n">1</td><td class="n">3</td>', text)


def test_the_sheet_of_trends_names_each_querys_share(client: TestClient) -> None:
    table = rows(client.get("/trends.csv?q=chè&q=hội+nghị&unit=year").text)
    assert table[0][:8] == ["period", "query", "articles", "estimated", "base", "per_1000", "low", "high"]
    assert table[1][:8] == ["2020", "chè", "1", "0", "3", "333.333", "61.492", "792.34"]
    assert {row[1] for row in table[1:]} == {"chè", '"hội nghị"'}
    assert len(table) == 1 + 2 * 6


@pytest.mark.parametrize("page", ["concordance", "trends", "collocates", "keywords", "people"])
def test_a_mistake_is_shown_where_it_was_made(client: TestClient, page: str) -> None:
    answer = client.get(f"/{page}", params={"q": "(rừng"})
    assert answer.status_code == 400
    assert "thiếu dấu ngoặc đóng" in answer.text
    assert 'value="(rừng"' in answer.text


def test_more_than_five_queries_are_not_compared(client: TestClient) -> None:
    answer = client.get("/trends", params=[("q", f"huyện ngay:202{number}") for number in range(7)])
    assert answer.status_code == 400
    assert "queries: 1 to 5 of these are wanted, not 7" in client.get(f"{answer.url}&lang=en").text
    client.cookies.clear()


def test_collocates_are_words_of_the_texts_with_their_measures(client: TestClient) -> None:
    text = client.get("/collocates?q=rút&least=6&by=together").text
    assert re.search(r'<th scope="row" lang="vi"><a href="[^"]+">kinh nghiệm</a></th><td class="n">6</td>', text)
    table = rows(client.get("/collocates.csv?q=rút&least=6&by=together").text)
    assert table[0][0] == "word"
    assert "kinh nghiệm" in [row[0] for row in table]


def test_keywords_compare_two_queries(client: TestClient) -> None:
    text = client.get("/keywords?q=tieude:chè&against=tieude:đường&least=1&least_articles=1").text
    assert ">búp</a>" in text
    assert ">rút</a>" not in text.partition("<tbody>")[2].partition(">búp</a>")[0]


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("concordance", {}),
        ("trends", {}),
        ("collocates", {"least": 1}),
        ("keywords", {"least": 1, "least_articles": 1}),
        ("people", {}),
    ],
)
def test_the_command_and_the_room_give_one_sheet_whose_columns_python_has(
    client: TestClient, folder: Path, name: str, options: dict[str, int]
) -> None:
    query = "tieude:chè" if name == "keywords" else "rút"
    given = [
        f"--{option.replace('_', '-')}={value}"
        for option, value in (options | ({} if name == "trends" else {"limit": 99})).items()
    ]
    told = CliRunner().invoke(main, ["--archive", str(folder), "study", name, "--csv", *given, query])
    sheet = rows(client.get(f"/{name}.csv", params={"q": query, **options}).text)
    assert told.exit_code == 0, told.stderr
    assert rows(told.stdout) == sheet
    assert len(sheet) > 1
    with Archive.open(folder) as archive:
        frame = getattr(archive, name)(query, **options).to_df()
    assert [column for column in frame.columns if column != "begins"] == sheet[0]


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_no_cell_of_a_sheet_is_a_formula(cell: str) -> None:
    assert safe_cell(cell) == f"'{cell}"


@given(
    some.lists(some.tuples(some.integers(0, 500), some.integers(0, 500)), min_size=1, max_size=40),
    some.integers(1900, 2030),
)
def test_a_drawing_stays_within_its_frame_and_breaks_where_nothing_is_held(
    counts: list[tuple[int, int]], year: int
) -> None:
    periods = [str(year + at) for at in range(len(counts))]
    points = tuple(Point(period, min(pair), max(pair), 100) for period, pair in zip(periods, counts, strict=True))
    held = tuple(Coverage(point.period, point.base, 100, 1) for point in points)
    drawn = chart(Trends("year", (Series("chè", 1, points, Accents("typed", 1, 1)),), held), "per_thousand")
    spots = drawn.lines[0].spots
    assert [spot.period for spot in spots] == [point.period for point in points if point.base]
    assert all(LEFT <= spot.x <= WIDTH and 0 <= spot.y <= PLOT for spot in spots)
    assert sum(len(run.split()) for run in drawn.lines[0].runs) == len(spots)
    assert all(box.y + box.height == pytest.approx(BOTTOM) for box in drawn.held)
    assert drawn.ticks[0] == (PLOT, 0)
    assert drawn.ticks[-1][0] == pytest.approx(0)


def test_a_point_of_a_trend_leads_to_as_many_articles_as_it_says(client: TestClient) -> None:
    text = client.get(
        "/trends", params={"q": ["bí thư", "huyện OR chè"], "measure": "articles", "unit": "quarter"}
    ).text
    points = re.findall(r'<a href="([^"]+)" aria-label="([^"]+): (\d+)"><path class="spot', text)
    assert {label.partition(",")[0] for _, label, _ in points} == {"bí thư", "huyện OR chè"}
    for address, label, count in points:
        shown = client.get(unescape(address)).text.partition('role="status"')[2]
        assert re.search(r"<strong>(\d+) bài", shown)[1] == count, label  # type: ignore[index]


def test_the_drawing_can_be_taken_away_alone(client: TestClient) -> None:
    page = client.get("/trends", params={"q": "huyện"}).text
    (address,) = re.findall(r'<a href="([^"]+)">SVG</a>', page)
    answer = client.get(unescape(address))
    assert answer.headers["content-type"].startswith("image/svg+xml")
    root = etree.fromstring(answer.content)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert not list(root.iter("{http://www.w3.org/2000/svg}a"))
    assert "huyện" in "".join(root.itertext())


def test_persons_stand_with_their_offices_and_lead_to_their_articles(client: TestClient) -> None:
    text = client.get("/people?by=first&lang=en").text
    assert "1 name in 6 articles" in text
    assert 'aria-current="page">People and places</a>' in text
    assert "<td>5 March 2020</td><td>5 September 2025</td>" in text
    link = re.search(r'href="(/\?q=[^"]+)">Lò Thị Nọi</a>', client.get("/people?q=chè&lang=en").text)
    assert link
    assert link[1] == "/?q=%28ch%C3%A8%29+nguoi%3A%22L%C3%B2+Th%E1%BB%8B+N%E1%BB%8Di%22"
    assert client.get(link[1]).text.count('class="hit') == 1
    assert rows(client.get("/people.csv?q=chè").text) == [
        ["name", "office", "first", "last", "articles"],
        ["Lò Thị Nọi", "Bí thư Huyện ủy", "2020-06-12", "2020-06-12", "1"],
    ]
    assert "Không bài nào ở đây" in client.get("/people?office=Giám mục&lang=vi").text
    client.cookies.clear()


def test_the_search_page_counts_the_persons_named(client: TestClient) -> None:
    text = client.get("/?q=huyện&lang=en").text
    assert re.search(r'People named.*Lò Thị Nọi</a> <span class="n">6<', text, re.DOTALL)


def test_the_map_of_a_query_tells_hits_of_what_is_held_and_each_leads_to_as_many(client: TestClient) -> None:
    for units, name in (("34", "Thái Nguyên"), ("63", "Bắc Kạn")):
        text = client.get("/map", params={"q": "huyện", "units": units, "lang": "vi"}).text
        row = re.search(r'<th scope="row" lang="vi"><a href="([^"]+)">' + name + r"</a>.*?((?:<td.*?</td>)+)", text)
        assert row is not None
        numbers = re.findall(r">([\d.,]+)<", row[2])
        shown = client.get(unescape(row[1])).text.partition('role="status"')[2]
        assert re.search(r"<strong>(\d+) bài", shown)[1] == numbers[0]  # type: ignore[index]
        assert int(numbers[0]) <= int(numbers[1])
        assert f"<title>{name}: {numbers[0]} trong {numbers[1]} bài</title>" in text
        assert "An Giang: kho không có bài" in text


def test_the_map_of_what_texts_name_says_so_where_they_name_none(client: TestClient) -> None:
    text = client.get("/map", params={"units": "named", "lang": "vi"}).text
    assert "Các bài này không nhắc tới tỉnh, thành nào." in text


def test_the_limits_of_a_query_limit_what_a_map_measures_against(client: TestClient) -> None:
    text = client.get("/map.csv", params={"q": "huyện ngay:2020-06"}).content.decode("utf-8-sig")
    head, *rows = [line.split(",") for line in text.splitlines()]
    assert head[:3] == ["value", "articles", "base"]
    found = client.get("/", params={"q": "ngay:2020-06", "lang": "vi"}).text
    assert sum(int(row[2]) for row in rows) == int(re.search(r"<strong>(\d+) bài", found)[1])  # type: ignore[index]


def test_a_map_can_be_taken_away_alone(client: TestClient) -> None:
    page = client.get("/map", params={"q": "huyện"}).text
    (address,) = re.findall(r'<a href="([^"]+)">SVG</a>', page)
    root = etree.fromstring(client.get(unescape(address)).content)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert len(list(root.iter("{http://www.w3.org/2000/svg}path"))) == 63


@pytest.mark.parametrize("tool", ["concordance", "trends", "collocates", "keywords", "people", "map", "flow"])
def test_a_limit_can_be_taken_off_in_every_tool_and_what_else_is_asked_stays(client: TestClient, tool: str) -> None:
    text = client.get(f"/{tool}", params={"q": "huyện ngay:2020", "more": "first"}).text
    (address,) = re.findall(r'<li><a href="([^"]+)" title=', text.partition('class="limits chips"')[2])
    parts = urlsplit(unescape(address))
    assert (parts.path, parse_qs(parts.query)) == (f"/{tool}", {"q": ["huyện"], "more": ["first"]})


@pytest.mark.parametrize("tool", ["", "concordance", "trends", "collocates", "keywords", "people", "map", "flow"])
def test_the_address_of_a_page_finds_its_captures_in_whichever_box_it_is_typed(client: TestClient, tool: str) -> None:
    answer = client.get(f"/{tool}", params={"q": f"{SITE}/tin-tuc/che.html"}, follow_redirects=False)
    assert answer.status_code == 302
    assert answer.headers["location"].startswith("/lookup?url=")
