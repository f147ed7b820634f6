"""The reading room answers as a reader expects, and nothing from the web acts in it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from starlette.testclient import TestClient

from archive.holdings import Holdings
from archive.ingest import Ingest, Keeper
from archive.model import Capture
from archive.sources import Register
from archive.web.app import create_room

PAGE = """<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8"><meta name="generator" content="NukeViet v4.5">
<title>{headline}</title></head><body><h1 class="title" itemprop="headline">{headline}</h1>
<span class="h5">Thứ năm - 05/03/2020 15:25</span><div class="hometext">Chiều 5/3, Huyện ủy Khe Mây họp bàn việc
trồng rừng sau lũ và việc đón dân về nơi ở mới.</div>
<div id="news-bodyhtml" class="bodytext"><p>Đồng chí Lò Thị Nọi, Bí thư Huyện ủy,
nói: phải rút kinh nghiệm <b>ngay</b> từ đợt lũ vừa qua, {extra} không để dân phải chờ.</p>
<p>Toàn huyện đã trồng lại
41 ha rừng phòng hộ, đạt 82% kế hoạch năm./.</p></div></body></html>"""
URL = "http://khemay.example/tin-tuc/hop-ban-trong-rung-17.html"


def capture(day: int, headline: str, extra: str = "") -> Capture:
    body = PAGE.format(headline=headline, extra=extra).encode()
    head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {len(body)}\r\n\r\n"
    return Capture(
        url=URL,
        began=datetime(2026, 11, day, tzinfo=UTC),
        request=b"GET / HTTP/1.1\r\nHost: khemay.example\r\n\r\n",
        response=head.encode() + body,
        source="khe-may",
        kind="article",
        run=f"run-{day}",
    )


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    holdings = Holdings.create(tmp_path_factory.mktemp("phong") / "kho", "Thư viện tỉnh", "kho@khemay.example")
    keeper = Keeper(holdings, "khe-may", "run")
    places = [
        keeper.keep(capture(1, "Họp bàn trồng rừng &lt;script&gt;alert(1)&lt;/script&gt;")),
        keeper.keep(capture(2, "Họp bàn trồng rừng &lt;script&gt;alert(1)&lt;/script&gt;", "nhất là ở Nà Lạn,")),
    ]
    keeper.close()
    ingest = Ingest(holdings, Register.load())
    for place in places:
        ingest.read(place)
    ingest.commit()
    ingest.close()
    app = create_room(holdings, Register.load(), hosts=("testserver",), replay="http://127.0.0.1:8002")
    with TestClient(app, follow_redirects=False) as opened:
        yield opened


def identity(client: TestClient) -> str:
    return client.get("/?q=rung").text.partition('href="/article/')[2][:10]


def test_words_without_accents_find_the_article_and_mark_the_words(client: TestClient) -> None:
    answer = client.get("/?q=rut+kinh+nghiem")
    assert answer.status_code == 200
    assert "<mark>rút</mark>" in answer.text


def test_markup_from_the_web_is_text_here(client: TestClient) -> None:
    for address in ("/?q=rung", f"/article/{identity(client)}"):
        text = client.get(address).text
        assert "<script>alert" not in text
        assert "&lt;script&gt;alert(1)" in text


def test_an_article_names_its_evidence(client: TestClient) -> None:
    text = client.get(f"/article/{identity(client)}").text
    assert "sha256:" in text
    assert "warc/khe-may/" in text
    assert f"http://127.0.0.1:8002/20261102000000/{URL}" in text


def test_changes_are_shown_word_by_word(client: TestClient) -> None:
    text = client.get(f"/article/{identity(client)}/changes").text
    assert "<ins>nhất là ở Nà Lạn, </ins>" in text
    assert "<del>" not in text


def test_both_languages_are_spoken_and_the_other_is_offered(client: TestClient) -> None:
    assert "Tìm trong báo chí các tỉnh" in client.get("/").text
    english = client.get("/?lang=en")
    assert "Search the provincial press" in english.text
    assert 'href="/?lang=vi"' in english.text
    assert english.headers["content-language"] == "en"


def test_a_query_that_cannot_be_understood_is_answered_with_its_place(client: TestClient) -> None:
    answer = client.get("/", params={"q": '(rừng "phòng hộ'})
    assert answer.status_code == 400
    assert 'role="alert"' in answer.text


def test_what_is_not_there_is_said_plainly(client: TestClient) -> None:
    assert client.get("/article/aaaaaaaaaa").status_code == 404
    assert client.get("/khong-co").status_code == 404


def test_every_answer_carries_the_policy_without_inline_script(client: TestClient) -> None:
    for address in ("/", "/sources", "/khong-co", "/static/room.css"):
        policy = client.get(address).headers["content-security-policy"]
        assert "script-src 'self'" in policy
        assert "unsafe-inline" not in policy


def test_the_map_draws_all_63_provinces_in_34_units(client: TestClient) -> None:
    text = client.get("/sources").text
    assert (text.count('class="unit '), text.count("<path ")) == (34, 63)


def test_another_host_is_refused(client: TestClient) -> None:
    assert client.get("/", headers={"Host": "ke-xau.example"}).status_code == 421
