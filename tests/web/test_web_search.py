"""The search page answers as a reader expects: its whole state in the address, every number true."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from html import unescape
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as some
from reading_room import SITE, archive_of, library, opened, page
from starlette.testclient import TestClient

from archive.errors import QueryError
from archive.search.answer import FacetCount
from archive.search.grammar.parser import parse
from archive.search.grammar.tree import FILTER_NAMES, written
from archive.web.charts import histogram
from archive.web.pages.results import FACETS, around, limits, without


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with opened(library(tmp_path_factory.mktemp("phong") / "kho")) as client:
        yield client


def found(client: TestClient, address: str) -> int:
    """How many articles the page at `address` says that it found."""
    text = client.get(address, headers={"Accept-Language": "en"}).text
    count = re.search(r"<strong>(\d+) articles?</strong>", text)
    assert count, text
    return int(count[1])


def test_words_without_accents_find_the_article_and_mark_the_words(client: TestClient) -> None:
    answer = client.get("/?q=rut+kinh+nghiem")
    assert answer.status_code == 200
    assert "<mark>rút</mark>" in answer.text


def test_the_query_is_echoed_with_counts_in_the_readers_language(client: TestClient) -> None:
    assert "đúng dấu: 6, mọi dấu: 6" in client.get("/?q=rút").text
    english = client.get("/?q=rút+OR+(chè+-bão)", headers={"Accept-Language": "en"}).text
    assert "exactly so: 6, any accents: 6" in english
    assert "<b>OR</b> (" in english
    assert "<b>NOT</b>" in english
    assert "AND</b> <b>NOT" not in english


def test_markup_from_the_web_is_text_here(client: TestClient) -> None:
    text = client.get("/?q=trồng").text
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert(1)" in text


@pytest.mark.parametrize("query", ["huyen", "huyện OR chè", "bí thư ngay:2020", "đồng chí tinh:Bắc Kạn"])
def test_every_facet_leads_to_as_many_articles_as_it_says(client: TestClient, query: str) -> None:
    text = client.get("/", params={"q": query}).text.partition('class="facets"')[2]
    links = re.findall(r'<li><a href="([^"]+)">[^<]+</a> <span class="n">(\d+)</span>', text)
    assert links
    for address, count in links:
        assert found(client, unescape(address)) == int(count), unescape(address)


def test_facets_of_one_name_lead_to_as_many_articles_as_they_say(tmp_path: Path) -> None:
    old, new = "Đoàn công tác tới thành phố Huế, tỉnh Thừa Thiên Huế.", "Đoàn công tác tới thành phố Huế, cả nước mừng."
    rows = [(old, "2023-05-05", "Thời sự"), (new, "2025-09-05", "Thời Sự"), (old, "2024-05-05", "Thoi su")]
    captures = [
        page(f"Đoàn công tác {at}", at, extra, f"{SITE}/tin-tuc/doan-{at}.html", published=day, section=section)
        for at, (extra, day, section) in enumerate(rows)
    ]
    with opened(archive_of(tmp_path / "kho", captures)) as client:
        text = client.get("/", params={"q": "đoàn"}).text.partition('class="facets"')[2]
        links = re.findall(r'<li><a href="([^"]+)">([^<]+)</a>(?: <svg.*?</svg>)? <span class="n">(\d+)</span>', text)
        labels = [label for _, label, _ in links]
        assert sorted(label for label in labels if "thành phố Huế" in label) == [
            "thành phố Huế",
            "thành phố Huế (đến 2024)",
        ]
        assert ("Thời sự" in labels) + ("Thời Sự" in labels) == 1
        assert "Thoi su" in labels
        for address, label, count in links:
            assert found(client, unescape(address)) == int(count), label


def test_every_bar_leads_to_the_articles_of_its_time(client: TestClient) -> None:
    text = client.get("/?q=huyện").text
    bars = re.findall(r'<a href="([^"]+)" tabindex="-1" [^>]*><title>([^:]+): (\d+)</title>', text)
    assert [(title, count) for _, title, count in bars] == [
        ("quý 1/2020", "1"),
        ("quý 2/2020", "2"),
        ("quý 1/2021", "1"),
        ("quý 4/2023", "1"),
        ("quý 3/2025", "1"),
    ]
    for address, _, count in bars:
        assert found(client, unescape(address)) == int(count)


def test_a_span_of_months_becomes_a_limit_of_the_query(client: TestClient) -> None:
    assert found(client, "/?q=huyện&from=2020-04&to=2021-12") == 3
    assert found(client, "/?q=huyện&from=2023-01") == 2
    assert found(client, "/?q=huyện&from=3/2020&to=3/2020") == 1
    assert client.get("/?q=huyện&from=nonsense").status_code == 400
    assert 'value="huyện ngay:2020-04..2021-12"' in client.get("/?q=huyện&from=2020-04&to=2021-12").text


def test_a_limit_can_be_taken_off_where_it_is_shown(client: TestClient) -> None:
    text = client.get("/", params={"q": 'huyện tinh:"Bắc Kạn" ngay:2020'}).text.partition('class="limits chips"')[2]
    addresses = [unescape(address) for address in re.findall(r'<li><a href="([^"]+)"', text)[:2]]
    assert [parse_qs(urlsplit(address).query)["q"] for address in addresses] == [
        ["huyện ngay:2020"],
        ['huyện tinh:"Bắc Kạn"'],
    ]


@pytest.mark.parametrize(
    ("asked", "label"),
    [("as_of=2026-11-30", "30/11/2026"), ("earlier=1", "về sau đã bị sửa"), ("unlikely=1", "không phải")],
)
def test_what_limits_a_search_beside_its_query_is_a_chip_too(client: TestClient, asked: str, label: str) -> None:
    text = client.get(f"/?q=huyện&{asked}").text.partition('class="limits chips"')[2].partition("</ul>")[0]
    assert label in text
    (address,) = re.findall(r'<a href="([^"]+)"', text)
    assert parse_qs(urlsplit(unescape(address)).query) == {"q": ["huyện"]}


def test_pages_follow_each_other_and_repeat_nothing(
    tmp_path_factory: pytest.TempPathFactory, client: TestClient
) -> None:
    seen: list[str] = []
    address = "/?q=huyện&order=oldest"
    from archive.web.pages import results as page

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(page, "PAGE", 2)
        while address:
            text = client.get(address).text
            seen += re.findall(r'<h2><a href="/article/(\w{10})[?"]', text)
            following = re.search(r'rel="next" href="([^"]+)"', text)
            address = unescape(following[1]) if following else ""
    assert len(seen) == len(set(seen)) == 6


def test_the_past_of_the_archive_can_be_searched(client: TestClient) -> None:
    assert found(client, "/?q=huyện&as_of=2026-11-01") == 6
    assert found(client, '/?q=noidung:"Pác+Lạn"&as_of=2026-11-01') == 0
    assert found(client, '/?q=noidung:"Pác+Lạn"') == 1
    assert found(client, "/?q=trồng&earlier=1") == 1


def test_an_export_asks_for_what_the_page_shows_or_is_not_offered(client: TestClient) -> None:
    (address,) = re.findall(r'href="(/export\.jsonl[^"]*)"', client.get("/?q=huyện&as_of=2026-11-01").text)
    assert parse_qs(urlsplit(unescape(address)).query) == {"q": ["huyện"], "as_of": ["2026-11-01"]}
    assert len(client.get(unescape(address)).text.splitlines()) == found(client, "/?q=huyện&as_of=2026-11-01")
    assert "/export." not in client.get("/?q=trồng&earlier=1").text


def test_a_span_of_months_leaves_all_else_that_is_asked_as_it_is(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    from archive.web.pages import results as page

    months = histogram([FacetCount(month, month, 1) for month in ("2020-01", "2020-03")])
    monkeypatch.setattr(page, "histogram", lambda _: months)
    for asked in ("earlier=1", "as_of=2026-11-20"):
        text = client.get(f"/?q=trồng&order=oldest&{asked}").text
        form = text.partition('<form class="span"')[2].partition("</form>")[0]
        sent = re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form)
        assert [f"{name}={value}" for name, value in sent] == ["q=trồng", "order=oldest", asked]


def test_a_query_that_cannot_be_understood_is_answered_with_its_place(client: TestClient) -> None:
    answer = client.get("/", params={"q": '(rừng "phòng hộ'})
    assert answer.status_code == 400
    assert 'role="alert"' in answer.text
    assert "thiếu dấu ngoặc" in answer.text


@pytest.mark.parametrize("query", ["kkkzzz", "rưng =rùng", "ngay:1999", "bao:khong-co", '"'])
def test_what_the_archive_says_of_a_query_is_said_in_vietnamese(client: TestClient, query: str) -> None:
    text = client.get("/", params={"q": query}, headers={"Accept-Language": "vi"}).text
    assert '<span lang="en">' not in text


@pytest.mark.parametrize("cursor", ["x", "W10", "../../etc"])
def test_a_cursor_of_our_own_making_only(client: TestClient, cursor: str) -> None:
    assert client.get("/", params={"q": "rung", "cursor": cursor}).status_code == 400


def test_an_empty_box_tells_what_the_archive_holds(client: TestClient) -> None:
    text = client.get("/").text.partition('class="held"')[2].partition("</ul>")[0]
    assert re.findall(r"<b>(.*?)</b> ([^<]+)", text)[:3] == [
        ("6", "bài viết"),
        ("1", "nguồn"),
        ("2020–2025", "từ 5/3/2020 đến 5/9/2025"),
    ]
    assert "Kho lưu giữ 6 bài của 1 nguồn, đăng từ 5/3/2020 đến 5/9/2025" in client.get("/about").text


def test_the_first_language_is_the_browsers_and_the_chosen_one_is_remembered(client: TestClient) -> None:
    assert client.get("/", headers={"Accept-Language": "fr, en;q=0.8, vi;q=0.5"}).headers["content-language"] == "en"
    assert client.get("/", headers={"Accept-Language": "fr"}).headers["content-language"] == "vi"
    chosen = client.get("/?q=rung&lang=en")
    assert 'href="/?q=rung&amp;lang=vi"' in chosen.text
    assert "lang=en" in chosen.headers["set-cookie"]
    assert "HttpOnly" in chosen.headers["set-cookie"]
    assert client.get("/?q=rung", headers={"Accept-Language": "vi"}).headers["content-language"] == "en"
    client.cookies.clear()


@pytest.mark.parametrize("path", ["//ngoai.example/", "/%5Cngoai.example/", "/%2Fngoai.example/", "/x%3Fy"])
def test_the_other_language_of_a_page_is_never_on_another_site(client: TestClient, path: str) -> None:
    found = client.get(f"{client.base_url}{path}")
    assert found.status_code == 404
    (link,) = re.findall(r'href="([^"]*lang=en)"', found.text)
    assert re.match(r"/[^/\\]", link)
    assert "?lang=en" in link


def test_every_answer_carries_the_policy_without_inline_script(client: TestClient) -> None:
    for address in ("/", "/sources", "/khong-co", "/static/room.css"):
        policy = client.get(address).headers["content-security-policy"]
        assert "script-src 'self';" in policy
        assert "unsafe-inline" not in policy


def test_a_page_writes_no_script_or_style_into_its_markup(client: TestClient) -> None:
    for address in ("/", "/?q=huyện", "/sources", "/trends?q=huyện", "/concordance?q=huyện", "/collocates?q=huyện"):
        text = client.get(address).text
        assert not re.search(r"<script(?! src=)|<style| style=| on[a-z]+=", text), address


def test_another_host_is_refused(client: TestClient) -> None:
    assert client.get("/", headers={"Host": "ke-xau.example"}).status_code == 421


def test_what_is_not_there_is_said_plainly(client: TestClient) -> None:
    assert client.get("/khong-co").status_code == 404
    assert "không có trang này" in client.get("/khong-co").text
    assert client.get("/static/../app.py").status_code == 404
    assert client.get("/static/%2e%2e/app.py").status_code == 404


_WORDS = some.sampled_from(
    ["chè", "trà", '"đại hội"', "-cà", "OR", "(", ")", "ngay:2020", 'tinh:"Bắc Kạn"', "bao:a", "=đường"]
)


@given(some.lists(_WORDS, min_size=1, max_size=6), some.sampled_from(sorted(FACETS)))
def test_narrowing_and_widening_a_query_leave_the_rest_of_it_alone(words: list[str], facet: str) -> None:
    try:
        query = parse(" ".join(words))
    except QueryError:
        return
    value = {"year": "2021", "month": "2021-03"}.get(facet, "Thái Nguyên")
    before, behind = around(query)[facet]
    narrow = parse(before + value + behind)
    asked = parse(f'{FILTER_NAMES[FACETS[facet]]}:"{value}"').root
    assert written(limits(narrow)[-1]) == written(asked)
    for limit in limits(narrow):
        rest = without(narrow, limit)
        if rest:
            kept = [written(one) for one in limits(narrow) if one is not limit]
            assert [written(one) for one in limits(parse(rest))] == kept


def test_bars_stand_within_the_drawing_and_no_month_is_left_out() -> None:
    drawn = histogram([FacetCount("2019-11", "", 1), FacetCount("2020-02", "", 300)])
    assert drawn is not None
    assert [bar.period for bar in drawn.bars] == ["2019-11", "2019-12", "2020-01", "2020-02"]
    assert [bar.count for bar in drawn.bars] == [1, 0, 0, 300]
    assert drawn.drawn == "M81 88v-2h18V88" + "M621 88v-88h18V88"  # as wide as they may be
    assert drawn.ticks == ((88.0, 0), (58.7, 100), (29.3, 200), (0.0, 300))
    assert drawn.years[-1][0] < drawn.width


@pytest.mark.parametrize(
    ("first", "bars", "begins", "spans"),
    [
        (2022, 49, "2022-01", ("2022-01", "2022-01")),
        (2012, 57, "2012-Q1", ("2012-01", "2012-03")),
        (1990, 37, "1990", ("1990-01", "1990-12")),
    ],
)
def test_the_unit_of_bars_fits_the_time_that_they_span(
    first: int, bars: int, begins: str, spans: tuple[str, str]
) -> None:
    drawn = histogram([FacetCount(f"{year}-01", "", 1) for year in range(first, 2027)])
    assert drawn is not None
    assert (len(drawn.bars), drawn.bars[0].period) == (bars, begins)
    assert (drawn.bars[0].first, drawn.bars[0].last) == spans
    assert sum(bar.count for bar in drawn.bars) == 2027 - first


def test_bars_of_each_unit_lead_to_as_many_articles(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    from archive.web.pages import results as page

    for most in (1, 30, 64):
        monkeypatch.setattr(page, "histogram", partial(histogram, most_bars=most))
        text = client.get("/", params={"q": f"huyện -kkk{most}"}).text
        bars = re.findall(r'<a href="([^"]+)" tabindex="-1"[^>]*><title>[^:]*: (\d+)</title>', text)
        rows = re.findall(r"<th scope=row>[^<]*<td class=n>(\d+)", text)
        assert rows == [number for _, number in bars]
        assert [found(client, unescape(address)) for address, _ in bars] == [int(number) for _, number in bars]
        assert sum(int(number) for _, number in bars) == 6


def test_the_way_to_an_article_marks_there_what_was_found(client: TestClient) -> None:
    hits = client.get("/", params={"q": 'noidung:"Pác Lạn"'}).text
    (way,) = re.findall(r'<h2><a href="([^"]+)"', hits)
    text = client.get(unescape(way)).text
    assert '<mark id="m1">Pác Lạn</mark>' in text
    assert text.count("<mark") == 1
    assert 'href="#m1">1</a>' in text
    assert 'href="/?q=noidung' in text.partition('class="trail"')[2].partition("</nav>")[0]


@pytest.mark.parametrize(("query", "helped"), [("kkkzzz", True), ("(", True), ("huyện", False)])
def test_who_finds_nothing_or_mistypes_is_told_how_to_ask(client: TestClient, query: str, helped: bool) -> None:
    shown = client.get("/", params={"q": query}, headers={"Accept-Language": "vi"}).text
    assert (">Hướng dẫn tìm</h2>" in shown) is helped


def test_a_limit_that_is_no_day_is_told(client: TestClient) -> None:
    answer = client.get("/", params={"q": "huyện", "as_of": "2020-13-45"}, headers={"Accept-Language": "vi"})
    assert answer.status_code == 400
    assert "as_of=2020-13-45: không phải ngày có thật" in answer.text
    assert 'value="huyện"' in answer.text


def test_an_address_in_the_box_is_looked_up(client: TestClient) -> None:
    answer = client.get("/", params={"q": "http://khemay.example/tin-tuc/hop-ban-trong-rung-17.html"})
    assert answer.status_code == 302
    found = client.get(answer.headers["location"])
    assert found.status_code == 302
    assert "Họp bàn trồng rừng" in client.get(found.headers["location"]).text


def test_a_page_the_browser_has_already_is_not_sent_again(client: TestClient) -> None:
    first = client.get("/", params={"q": "huyện"})
    tag = first.headers["etag"]
    again = client.get("/", params={"q": "huyện"}, headers={"If-None-Match": f'"khac", {tag}'})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert client.get("/", params={"q": "chè"}, headers={"If-None-Match": tag}).status_code == 200
    assert client.get("/", params={"q": "(", "lang": "vi"}, headers={"If-None-Match": tag}).status_code == 400


def test_pages_go_out_compressed_but_not_to_who_has_a_token(tmp_path: Path) -> None:
    with opened(library(tmp_path / "kho")) as client:
        plain = client.get("/", headers={"Accept-Encoding": "identity"})
        packed = client.get("/", headers={"Accept-Encoding": "gzip"})
        assert "content-encoding" not in plain.headers
        assert packed.headers["content-encoding"] == "gzip"
        assert packed.text == plain.text
        assert int(packed.headers["content-length"]) < len(plain.content) / 2
        client.cookies.set("archivist", "phien")
        assert "content-encoding" not in client.get("/", headers={"Accept-Encoding": "gzip"}).headers
