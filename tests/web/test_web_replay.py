"""Replay shows what was captured, leads nowhere but into the archive, and speaks Memento."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest
from growth import MOST, growth
from selectolax.lexbor import LexborHTMLParser
from starlette.testclient import TestClient

from archive.holdings import Holdings
from archive.ingest.keep import Keeper
from archive.ingest.pipeline import Ingest
from archive.model import Capture, Place
from archive.sources import Register
from archive.store.captures import Memento
from archive.text.urls import LONGEST
from archive.web.replay.app import create_replay
from archive.web.replay.memento import asked_moment, calendar, timeline
from archive.web.replay.rewrite import rewrite_css, rewrite_html

PAGE = (
    "<!DOCTYPE html><html><head><base href='/tin-tuc/'><meta http-equiv='refresh' content='0;url=http://song.example/'>"
    '<title>Họp báo</title><link rel=stylesheet href=/kieu.css></head><body onload="alert(1)"><h1>Họp báo {n}</h1>'
    "<a href='bai-2.html?a=1'>Bài hai</a><a href='https://ngoai.example/x'>Ngoài</a><img src='/anh.jpg'>"
    "<script>alert(2)</script></body></html>"
)
URL = "http://tinh.example/tin-tuc/bai-1.html"


def capture(url: str, hour: int, head: str, body: bytes) -> Capture:
    return Capture(
        url=url,
        began=datetime(2026, 11, 24, hour, tzinfo=UTC),
        request=b"GET / HTTP/1.1\r\nHost: tinh.example\r\n\r\n",
        response=f"HTTP/1.1 {head}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body,
        source="tinh-thu",
        run="run-1",
    )


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    holdings = Holdings.create(tmp_path / "kho", "Thư viện tỉnh", "kho@tinh.example")
    html = "200 OK\r\nContent-Type: text/html; charset=utf-8"
    keeper = Keeper(holdings, "tinh-thu", "run-1")
    places = [
        keeper.keep(item)
        for item in (
            capture(URL, 1, html, PAGE.replace("{n}", "sáng").encode()),
            capture(URL, 9, html, PAGE.replace("{n}", "chiều").encode()),
            capture("http://tinh.example/cu.html", 2, "301 Moved\r\nLocation: /tin-tuc/bai-1.html", b""),
            capture("http://tinh.example/mat.html", 3, "404 Not Found\r\nContent-Type: text/html", b"<p>Khong co</p>"),
            capture(
                "http://tinh.example/kieu.css", 3, "200 OK\r\nContent-Type: text/css", b"b{background:url(/n.png)}"
            ),
        )
    ]
    keeper.close()
    ingest = Ingest(holdings, Register.load())
    for place in places:
        ingest.read(place)
    ingest.commit()
    ingest.close()
    app = create_replay(holdings, hosts=("testserver",), room="http://127.0.0.1:8001")
    with TestClient(app, follow_redirects=False) as opened:
        yield opened


def test_the_frame_names_the_capture_and_holds_the_page(client: TestClient) -> None:
    answer = client.get(f"/20261124010000/{URL}")
    assert answer.status_code == 200
    assert "08:00, 24/11/2026" in answer.text  # on the clocks of Vietnam
    assert f'src="/20261124010000mp_/{URL}"' in answer.text
    assert answer.headers["memento-datetime"] == "Tue, 24 Nov 2026 01:00:00 GMT"


def test_every_address_of_the_page_leads_into_the_archive(client: TestClient) -> None:
    answer = client.get(f"/20261124010000mp_/{URL}")
    assert 'href="/20261124010000/http://tinh.example/tin-tuc/bai-2.html?a=1"' in answer.text
    assert 'href="/20261124010000/https://ngoai.example/x"' in answer.text
    assert 'src="/20261124010000mp_/http://tinh.example/anh.jpg"' in answer.text
    assert "refresh" not in answer.text
    assert "<base" not in answer.text
    assert "script-src" not in answer.headers["content-security-policy"]
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["content-security-policy"].startswith("sandbox")


def test_the_raw_form_is_the_payload_byte_for_byte(client: TestClient) -> None:
    assert client.get(f"/20261124010000id_/{URL}").content == PAGE.replace("{n}", "sáng").encode()


@pytest.mark.parametrize(
    ("asked", "status", "given"),
    [
        ("bytes=0-3", 206, slice(0, 4)),
        ("bytes=-2", 206, slice(-2, None)),
        ("bytes=99999-", 416, slice(0)),
        (f"bytes={'9' * 5000}-", 200, slice(None)),
    ],
)
def test_a_part_is_given_and_what_is_no_range_is_passed_over(
    client: TestClient, asked: str, status: int, given: slice
) -> None:
    answer = client.get(f"/20261124010000id_/{URL}", headers={"Range": asked})
    assert (answer.status_code, answer.content) == (status, PAGE.replace("{n}", "sáng").encode()[given])


def test_the_capture_nearest_in_time_answers(client: TestClient) -> None:
    assert "sáng" in client.get(f"/20261124045900mp_/{URL}").text
    assert "chiều" in client.get(f"/20261124050100mp_/{URL}").text
    assert client.get(f"/2020/{URL}").headers["location"] == f"/20261124010000/{URL}"


def test_redirects_are_replayed_inside_the_archive(client: TestClient) -> None:
    answer = client.get("/20261124020000mp_/http://tinh.example/cu.html")
    assert (answer.status_code, answer.headers["location"]) == (301, f"/20261124020000mp_/{URL}")


def test_a_captured_404_is_a_404_with_its_own_text(client: TestClient) -> None:
    answer = client.get("/20261124030000mp_/http://tinh.example/mat.html")
    assert (answer.status_code, "Khong co" in answer.text) == (404, True)
    assert "memento-datetime" in answer.headers


def test_style_sheets_lead_into_the_archive_too(client: TestClient) -> None:
    answer = client.get("/20261124030000mp_/http://tinh.example/kieu.css")
    assert answer.text == 'b{background:url("/20261124030000mp_/http://tinh.example/n.png")}'


def test_what_is_missing_is_said_to_be_not_preserved(client: TestClient) -> None:
    answer = client.get("/2020/http://tinh.example/chua-tung.html", headers={"Accept-Language": "en"})
    assert (answer.status_code, "Not preserved" in answer.text) == (404, True)
    assert "memento-datetime" not in answer.headers


def test_the_timegate_negotiates_by_time(client: TestClient) -> None:
    asked = {"Accept-Datetime": "Tue, 24 Nov 2026 02:00:00 GMT"}
    answer = client.get(f"/timegate/{URL}", headers=asked)
    assert (answer.status_code, answer.headers["location"]) == (302, f"/20261124010000/{URL}")
    assert answer.headers["vary"] == "accept-datetime"
    assert 'rel="original"' in answer.headers["link"]
    assert client.get(f"/timegate/{URL}").headers["location"] == f"/20261124090000/{URL}"
    assert client.get(f"/timegate/{URL}", headers={"Accept-Datetime": "hôm qua".encode()}).status_code == 400


def test_the_timemap_lists_every_capture(client: TestClient) -> None:
    answer = client.get(f"/timemap/link/{URL}")
    assert answer.headers["content-type"].startswith("application/link-format")
    assert answer.text.count("datetime=") == 2
    assert 'rel="first memento"' in answer.text
    assert 'rel="last memento"' in answer.text


def test_another_host_is_refused(client: TestClient) -> None:
    assert client.get(f"/2020/{URL}", headers={"Host": "ke-xau.example"}).status_code == 421


def test_a_page_made_to_hold_the_process_is_rewritten_at_once() -> None:
    def style(size: int) -> Callable[[], object]:
        return partial(rewrite_css, "url(" * (size // 4), "http://s.example/", str)

    def picture(size: int) -> Callable[[], object]:
        return partial(rewrite_html, f'<img srcset="{"a" * size} zz 1">', "http://s.example/", str, str)

    assert growth(style) <= MOST
    assert growth(picture) <= MOST


@pytest.mark.parametrize("page", ["", " ", '<?xml version="1.0" encoding="utf-8"?>\n<html><p>x</p></html>'])
def test_an_empty_page_and_one_with_an_xml_declaration_are_rewritten(page: str) -> None:
    assert ("<p>x</p>" in rewrite_html(page, "http://s.example/", str, str)) == ("<p>" in page)


def test_a_moment_beyond_the_calendar_is_no_date() -> None:
    assert asked_moment("Thu, 31 Dec 9999 23:59:59 -2359") is None


LEADING = [
    '<svg><a href="/x"><animate attributeName="href" to="https://song.example/"/><text>a</text></a></svg>',
    '<svg><a xlink:href="/x"><set attributeName="xlink:href" to="https://song.example/"/><text>a</text></a></svg>',
    '<svg><a href="/x"><ANIMATE attributeName=" HREF" values="https://song.example/"/></a></svg>',
    '<a href="https:song.example/">a</a>',
    '<a href="https:/song.example/">a</a>',
    '<a href="ftp://song.example/">a</a>',
    "<a href=\"javascript:location='https://song.example/'\">a</a>",
    '<a href="data:text/html,<a href=https://song.example/>b</a>">a</a>',
    '<math href="https:song.example/"><mi>x</mi></math>',
    "<iframe srcdoc=\"<a target=_top href='https://song.example/'>a</a>\"></iframe>",
    '<xmp><!--</xmp><a href="https://song.example/">a</a>--></xmp>',
    '<!--[if IE]><a href="https://song.example/">a</a><![endif]-->',
    "<?php <a href='https://song.example/'> ?>",
    '<a href="/x" ping="https://song.example/">a</a>',
    '<meta http-equiv=" Refresh" content="0;url=https://song.example/">',
    "<base href='https:song.example'><a href='//'>a</a>",
]


@pytest.mark.parametrize("markup", LEADING)
def test_nothing_in_a_page_names_the_live_web_but_behind_an_address_of_the_archive(markup: str) -> None:
    made = rewrite_html(f"<p>x</p>{markup}", "http://tinh.example/a/", lambda u: f"/1mp_/{u}", lambda u: f"/1/{u}")
    for kept in (
        "/1/https://song.example",
        "/1mp_/https://song.example",
        "/1/https:///song.example",
        "/1/http://tinh.example",
    ):
        made = made.replace(kept, "")
    assert "song.example" not in made


# A style sheet or script to one parser, markup to another: WHATWG 13.2.6.5 (foreign content), 13.2.6.4.16 (select).
RAW = [
    '<svg><style><p><a href="https://song.example/">a</a></style></svg>',
    '<svg><style>p{}</style><style><p><a href="https://song.example/">a</a></style></svg>',
    '<math><mtext></mtext><style><p><a href="https://song.example/">a</a></style></math>',
    '<svg><script><p><a href="https://song.example/">a</a></script></svg>',
    '<svg><desc></desc><style></p><A href="https://song.example/">a</a></style></svg>',
    '<select><style></select><a href="https://song.example/">a</a></style></select>',
    '<select><script></script></select><noscript><style></noscript><a href="https://song.example/">a</a></style></noscript>',
    '<svg><style><![CDATA[><p><a href="https://song.example/">a</a>]]></style></svg>',
]


@pytest.mark.parametrize("markup", RAW)
@pytest.mark.parametrize("around", ["<p>x</p>{}", "{}"])
def test_what_browsers_may_take_for_markup_in_a_style_sheet_is_no_link(markup: str, around: str) -> None:
    made = rewrite_html(around.format(markup), "http://tinh.example/a/", str, lambda u: f"/1/{u}")
    for once_more in (made, made.replace("<style>", "").replace("<script>", "")):  # as if it were no raw text
        links = [node.attributes.get("href") for node in LexborHTMLParser(once_more).css("[href]")]
        assert [link for link in links if not (link or "").startswith("/1/")] == []


def test_a_style_sheet_of_a_page_keeps_what_it_says() -> None:
    css = (
        "i { background: url('data:image/svg+xml,<svg/>') } <!-- i { content: \"1 < 2\" } -->"
        "@media (400px <= width < 800px) { a > b { content: '<'; color: red } }"
    )
    made = rewrite_html(f"<style>{css}</style><p>x</p>", "http://tinh.example/", str, str)
    assert "@media (400px <= width < 800px) { a > b { content: '<'; color: red } }" in made
    assert 'content: "1 < 2"' in made
    assert r"url('data:image/svg+xml,\3c svg/>')" in made.replace('"', "'")  # the same, in an escape of CSS


def test_a_base_longer_than_addresses_are_stands_before_no_link() -> None:
    page = f'<base href="/{"a" * LONGEST}/"><a href="b.html">b</a>'
    assert 'href="http://tinh.example/tin/b.html"' in rewrite_html(page, "http://tinh.example/tin/", str, str)


@pytest.mark.parametrize("href", ["#cuoi", "mailto:kho@tinh.example", "tel:+84123"])
def test_links_that_lead_nowhere_on_the_web_stay(href: str) -> None:
    assert f'href="{href}"' in rewrite_html(f'<a href="{href}">a</a>', "http://tinh.example/", str, str)


def test_of_a_picture_in_several_sizes_those_are_shown_that_are_held() -> None:
    markup = '<img src="a.jpg" srcset="a.jpg 1x, b.jpg 2x"><picture><source srcset="c.webp"><img src="d.jpg"></picture>'
    made = rewrite_html(markup, "http://tinh.example/", str.upper, str, lambda url: url.endswith("a.jpg"))
    assert 'srcset="HTTP://TINH.EXAMPLE/A.JPG 1x"' in made
    assert "C.WEBP" not in made
    assert 'src="HTTP://TINH.EXAMPLE/D.JPG"' in made


def test_the_banner_links_the_original_and_says_where_that_leads(client: TestClient) -> None:
    english = {"Accept-Language": "en"}
    answer = client.get(f"/20261124010000/{URL}", headers=english)
    assert f'href="{URL}"' in answer.text
    assert "leads to the live web" in answer.text
    missing = client.get("/2020/http://tinh.example/chua-tung.html", headers=english)
    assert 'href="http://tinh.example/chua-tung.html"' in missing.text
    assert "leads to the live web" in missing.text
    assert "href=" not in client.get("/2020/javascript:alert(1)").text.partition("<main")[2]


def test_a_browser_that_opens_the_raw_form_is_shown_its_source_and_can_follow_no_link(client: TestClient) -> None:
    answer = client.get(f"/20261124010000id_/{URL}", headers={"Sec-Fetch-Dest": "document"})
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.content == PAGE.replace("{n}", "sáng").encode()
    for form in ("id_", "mp_"):
        policy = client.get(f"/20261124010000{form}/{URL}").headers["content-security-policy"]
        assert ("allow-top-navigation-by-user-activation" in policy) == (form == "mp_")


def test_the_banner_leads_to_the_captures_before_and_behind(client: TestClient) -> None:
    first, last = (client.get(f"/20261124{hour}0000/{URL}").text for hour in ("01", "09"))
    assert f'rel="next" href="/20261124090000/{URL}"' in first
    assert 'rel="prev"' not in first
    assert "bản chụp 1 trong 2" in first
    assert f'rel="prev" href="/20261124010000/{URL}"' in last
    assert last.count('class="shown"') == 1
    assert 'class="timeline"' not in client.get("/20261124030000/http://tinh.example/kieu.css").text


def test_the_calendar_lists_every_capture_in_its_month(client: TestClient) -> None:
    answer = client.get(f"/calendar/{URL}")
    month = answer.text.partition("<b>11/2026</b>")[2].partition("</li>")[0]
    assert [hour in month for hour in ("08:00, 24/11/2026", "16:00, 24/11/2026")] == [True, True]
    assert answer.text.count('class="none"') == 11
    assert f"/20261124010000/{URL}" in month
    assert client.get("/calendar/http://tinh.example/khong-co.html").status_code == 404
    assert "script" not in answer.headers["content-security-policy"].replace("script-src 'none'", "")


def _taken(*days: str) -> list[Memento]:
    return [
        Memento(URL, f"{day}Z", 200, "text/html", Place("warc/a.warc.gz", at, 1, f"urn:uuid:{at}"), "", None)
        for at, day in enumerate(days)
    ]


def test_captures_of_one_second_are_passed_over_and_marks_stay_apart() -> None:
    taken = _taken("2020-01-01T00:00:00.1", "2020-01-01T00:00:00.9", *(f"2021-06-01T00:{at:02}:00" for at in range(60)))
    line = timeline(taken, taken[1].place.record_id)
    assert (line.place, line.count, line.before) == (2, 62, None)
    assert line.after == taken[2]
    assert sum(mark.count for mark in line.marks) == 62
    assert len(line.marks) == 2
    assert [mark.shown for mark in line.marks] == [True, False]
    assert timeline(taken, taken[-1].place.record_id).after is None
    assert [year for year, _ in calendar(taken)] == [2021, 2020]
