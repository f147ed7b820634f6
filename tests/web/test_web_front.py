"""The first page shows the archive, and ways into it that lead somewhere; /about tells who keeps it and how."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from reading_room import archive_of, library, opened
from starlette.testclient import TestClient

from archive.holdings import SETTINGS, Holdings
from archive.search.engine import search
from archive.settings import About, read_settings, write_settings
from archive.store import open_database
from archive.store.overview import overview


@pytest.fixture(scope="module")
def holdings(tmp_path_factory: pytest.TempPathFactory) -> Holdings:
    return library(tmp_path_factory.mktemp("trang-dau") / "kho")


def _links(text: str, heading: str) -> list[str]:
    section = text.partition(f'id="{heading}"')[2].partition("</section>")[0]
    return [unescape(address) for address in re.findall(r'href="([^"]+)"', section)]


def test_the_newest_the_edited_and_the_gone_lead_to_their_articles(client: TestClient) -> None:
    text = client.get("/").text
    newest, edited, gone = (_links(text, name) for name in ("newest", "changed", "gone"))
    assert len(newest) == 6
    assert "Khai giảng năm học mới" in client.get(newest[0]).text
    assert [address.endswith("/changes") for address in edited] == [True]
    assert "Pác Lạn" in client.get(edited[0]).text
    assert "Phòng chống lụt bão" in client.get(gone[0]).text
    assert len(gone) == 1


def test_every_bar_and_every_example_finds_something(client: TestClient) -> None:
    text = client.get("/").text
    bars = [link for link in _links(text, "years") if "ngay" in link]
    examples = [unescape(a) for a in re.findall(r'<dt><a href="([^"]+)"', text.partition('class="help"')[2])]
    assert (len(bars), len(examples)) == (
        2 * 5,
        6,
    )  # quarters, drawn and in the table
    for address in (*bars, *examples):
        assert 'class="hits"' in (found := client.get(address).text), address
        assert "<li>\n    <h2>" in found, address


def test_the_counts_of_the_bars_are_those_of_their_searches(holdings: Holdings) -> None:
    db = open_database(holdings.database, readonly=True)
    months = overview(db).months
    assert [search(db, f"ngay:{month}").total for month, _ in months] == [count for _, count in months]
    assert sum(count for _, count in months) == 6
    db.close()


def test_an_archive_without_articles_says_how_to_begin(tmp_path_factory: pytest.TempPathFactory) -> None:
    empty = archive_of(tmp_path_factory.mktemp("trong") / "kho", [])
    with opened(empty) as client:
        text = client.get("/").text
        assert "Kho chưa có bài nào" in text
        assert 'class="front"' not in text
        assert client.get("/about").status_code == 200


def test_about_says_what_the_operator_wrote(tmp_path_factory: pytest.TempPathFactory) -> None:
    made = library(tmp_path_factory.mktemp("gioi-thieu") / "kho")
    path = made.root / SETTINGS
    words = About("Kho báo Khe Mây", "Báo của <huyện>.", "Thiếu năm 2019.", "Dùng để nghiên cứu.", "Gọi 0209 000 000.")
    path.unlink()
    write_settings(path, replace(made.settings, about=words))
    assert read_settings(path).about == words
    with opened(Holdings.open(made.root)) as client:
        about, front = client.get("/about").text, client.get("/").text
    for text in ("Kho báo Khe Mây", "Báo của &lt;huyện&gt;.", "Thiếu năm 2019.", "để nghiên cứu.", "Thư viện tỉnh"):
        assert text in about
    assert "Gọi 0209 000 000." in front
    assert '<h1 lang="vi">Kho báo Khe Mây</h1>' in front
    assert "Gửi thư tới" not in front


def test_a_search_that_finds_nothing_offers_what_finds_something_here(client: TestClient) -> None:
    text = client.get("/", params={"q": "tàu ngầm"}).text
    addresses = [unescape(one) for one in re.findall(r'<dt><a href="([^"]+)"', text)]
    assert addresses
    asked = parse_qs(urlsplit(addresses[1]).query)["q"][0]
    assert "<li>\n    <h2>" in client.get("/", params={"q": asked}).text


@pytest.mark.parametrize("address", ["/about", "/sources", "/source/khe-may", "/article/"])
def test_pages_that_are_no_tool_have_the_box_too(client: TestClient, address: str) -> None:
    if address == "/article/":
        address += re.findall(r'href="/article/([^"?#]+)"', client.get("/").text)[0]
    text = client.get(address).text
    assert text.count('role="search"') == 1
    assert '<input id="q" name="q"' in text.partition('role="search"')[2].partition("</form>")[0]


def test_the_keeper_and_the_map_stand_before_the_newest_articles(client: TestClient) -> None:
    text = client.get("/").text
    places = [
        text.index(mark) for mark in ('class="keeper"', 'id="years"', 'id="where"', 'id="largest"', 'id="newest"')
    ]
    assert places == sorted(places)
    assert "mailto:kho@khemay.example" in text.partition('class="keeper"')[2].partition("</p>")[0]
