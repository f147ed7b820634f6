"""What limits a search beside its query, a corpus or a day, stays in every tab, form and file, and holds there."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from lxml import html
from reading_room import opened, with_collections
from starlette.testclient import TestClient

TOOLS = ("/", "/concordance", "/trends", "/collocates", "/keywords", "/people", "/map", "/flow")
QUERY = "huyện ngay:2020..2030"
ENGLISH = {"Accept-Language": "en"}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with opened(with_collections(tmp_path_factory.mktemp("phong") / "kho")) as client:
        yield client


def asked(address: str) -> dict[str, list[str]]:
    return parse_qs(urlsplit(unescape(address)).query)


def number(client: TestClient, address: str, pattern: str) -> int:
    found = re.search(pattern, client.get(address, headers=ENGLISH).text)
    assert found, address
    return int(found[1])


@pytest.mark.parametrize("limit", [{"corpus": "nam-2020"}, {"as_of": "2026-11-30"}, {"earlier": "1"}])
@pytest.mark.parametrize("tool", TOOLS)
def test_every_tab_and_form_keeps_query_span_and_limit(client: TestClient, tool: str, limit: dict[str, str]) -> None:
    page = html.fromstring(client.get(tool, params={"q": QUERY, **limit}).text)
    tabs = page.xpath("//nav[@class='tabs']/a/@href")
    assert [urlsplit(tab).path for tab in tabs] == list(TOOLS)
    wanted = {"q": [QUERY], **{name: [value] for name, value in limit.items()}}
    assert [asked(tab) for tab in tabs] == [wanted] * len(TOOLS)
    fields = page.xpath("//form[@id='ask']//input | //*[@form='ask'][not(@type='checkbox') or @checked]")
    sent = [(field.get("name"), field.get("value")) for field in fields]
    assert [pair for pair in sent if pair[0] in limit] == list(limit.items())
    chips = page.xpath("//ul[contains(@class, 'chips')]//a/@href")
    assert [asked(chip) for chip in chips if not limit.keys() & asked(chip).keys()] == [{"q": [QUERY]}]


@pytest.mark.parametrize("tool", TOOLS)
def test_every_file_and_article_of_a_page_keeps_the_limit(client: TestClient, tool: str) -> None:
    page = html.fromstring(client.get(tool, params={"q": "huyện", "as_of": "2026-11-30"}).text)
    links = [
        link
        for link in page.xpath("//main//a[not(.//*[@class='x'] or ancestor::dl)]/@href")
        if re.search(r"\.(csv|svg|jsonl|bib|ris|json)\b|\?q=", link)
    ]
    assert links
    assert not [link for link in links if asked(link).get("as_of") != ["2026-11-30"] and "flow" not in link]


@pytest.mark.parametrize(
    ("tool", "pattern"),
    [
        ("/", r"<strong>(\d+) articles"),
        ("/concordance", r"lines in (\d+) articles"),
        ("/trends", r'class="n">(\d+) articles</span>'),
        ("/people", r"in (\d+) articles"),
        ("/map", r"<strong>(\d+) articles"),
    ],
)
def test_a_tool_counts_the_articles_of_a_corpus_that_the_search_finds(
    client: TestClient, tool: str, pattern: str
) -> None:
    assert number(client, f"{tool}?q=huyện", pattern) == 6
    assert number(client, f"{tool}?q=huyện&corpus=nam-2020", pattern) == 3


def test_a_tool_reads_what_was_captured_by_a_day_and_says_how_many_texts_have_changed(client: TestClient) -> None:
    pattern = r"lines in (\d+) articles"
    assert number(client, "/concordance?q=huyện&as_of=2026-11-01", pattern) == 6
    assert (
        "1 article had another text then" in client.get("/concordance?q=huyện&as_of=2026-11-01", headers=ENGLISH).text
    )
    assert number(client, "/concordance?q=huyện&as_of=2026-10-31", pattern) == 0
    assert "had another text" not in client.get("/concordance?q=huyện&as_of=2027-01-01", headers=ENGLISH).text


def test_the_sheet_of_a_tool_is_that_of_its_page(client: TestClient) -> None:
    text = client.get("/concordance.csv?q=huyện&corpus=nam-2020").text
    articles = {row["public_id"] for row in csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))}
    assert len(articles) == 3


@pytest.mark.parametrize("tool", TOOLS[1:])
def test_a_corpus_that_is_not_there_and_a_day_that_is_none_are_told(client: TestClient, tool: str) -> None:
    missing = client.get(f"{tool}?q=huyện&corpus=khong-co", headers=ENGLISH)
    assert "no corpus &#39;khong-co&#39;" in missing.text
    wrong = client.get(f"{tool}?q=huyện&as_of=2020-13-45", headers=ENGLISH)
    assert (wrong.status_code, "as_of=2020-13-45: no day" in wrong.text) == (400, True)


def test_the_page_of_a_corpus_leads_to_every_tool_within_it(client: TestClient) -> None:
    page = html.fromstring(client.get("/collections/nam-2020").text)
    assert [asked(tab) for tab in page.xpath("//nav[@class='tabs']/a/@href")] == [{"corpus": ["nam-2020"]}] * len(TOOLS)
