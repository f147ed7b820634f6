"""Corpora and saved queries keep what they kept, leave as files and feeds, and only the archivist adds to them."""

from __future__ import annotations

import json
import re
from datetime import date
from html import unescape
from xml.etree import ElementTree

import pytest
from reading_room import opened, with_collections
from starlette.testclient import TestClient

from archive.holdings import Holdings
from archive.search import corpora
from archive.web.access import Rules


@pytest.fixture(scope="module")
def holdings(tmp_path_factory: pytest.TempPathFactory) -> Holdings:
    return with_collections(tmp_path_factory.mktemp("phong") / "kho")


def test_collections_are_listed_with_their_feeds(client: TestClient) -> None:
    text = client.get("/collections").text
    assert 'href="/saved/che.atom"' in text
    assert 'href="/collections/nam-2020"' in text


def test_a_corpus_shows_when_and_where_its_articles_are_from_and_each_leads_to_as_many(client: TestClient) -> None:
    for units in ("34", "63"):
        text = client.get(f"/collections/nam-2020?units={units}&lang=vi").text
        links = re.findall(r'<a href="(/\?[^"]+)"[^>]*><title>([^<]+?): (\d+)', text)
        assert len(links) > 1
        assert any("tinh" in address for address, _, _ in links)
        assert any("ngay" in address for address, _, _ in links)
        for address, told, count in links:
            found = client.get(unescape(address)).text.partition('role="status"')[2]
            assert re.search(r"<strong>(\d+) bài", found)[1] == count, told  # type: ignore[index]


def test_a_corpus_tells_how_it_stands_and_is_searched_within(client: TestClient) -> None:
    text = client.get("/collections/nam-2020?with=ca-kho").text
    assert "3 bài còn nguyên văn bản ấy" in text
    assert "3 bài chung" in text
    assert "3 bài chỉ có trong ca-kho" in text
    assert "<strong>3 bài</strong>" in client.get("/?q=huyện&corpus=nam-2020").text
    assert client.get("/collections/khong-co").status_code == 404


def test_only_the_archivist_adds_to_the_collections(holdings: Holdings, client: TestClient) -> None:
    assert client.get("/collections/new").status_code == 403
    with opened(holdings, rules=Rules(local=True)) as archivist:
        form = archivist.get("/collections/new?q=lũ").text
        token = re.search(r'name="token" value="(\w+)"', form)
        assert token
        fields = {"token": token[1], "q": "lũ", "name": "lu-2026", "kind": "corpus"}
        assert archivist.post("/collections/new", data=fields).headers["location"] == "/collections/lu-2026"
        assert archivist.post("/collections/new", data=fields).status_code == 400  # the name is taken
        assert archivist.post("/collections/new", data={**fields, "token": "x"}).status_code == 403
        assert archivist.post("/collections/new", data={**fields, "name": "../x"}).status_code == 400
    (holdings.root / "corpora" / "lu-2026.json").unlink()


def test_a_corpus_is_cited_as_vietnamese_libraries_cite_data_and_its_evidence_in_the_language_of_the_page(
    client: TestClient, holdings: Holdings
) -> None:
    pages = {language: client.get(f"/collections/nam-2020?lang={language}").text for language in ("vi", "en")}
    frozen = corpora.load(holdings.root, "nam-2020")
    made = date.fromisoformat(frozen.made_at[:10])
    reference = (
        f"{holdings.settings.operator}. nam-2020: 3 bài báo [ngữ liệu trực tuyến]. Chốt ngày {made.day} tháng "
        f"{made.month} năm {made.year}, {frozen.digest}. Có tại: http://testserver/collections/nam-2020<"
    )
    assert all(reference in page for page in pages.values())
    assert "nam-2020: ngữ liệu gồm 3 bài, truy vấn" in pages["vi"]
    assert "nam-2020: corpus of 3 articles, query" in pages["en"]
    assert "corpus of" not in pages["vi"]


def test_a_query_is_exported_whole_and_without_a_second_head(client: TestClient) -> None:
    from archive.web.pages import exports

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(exports, "_BATCH", 2)
        table = client.get("/export.csv?q=huyện").text
        lines = client.get("/export.jsonl?q=huyện").text
        frozen = client.get("/export.jsonl?corpus=nam-2020").text
        patch.setattr(exports, "MOST", 4)
        cut = client.get("/export.jsonl?q=huyện").text
    assert table.startswith("\ufeffid,")
    assert (table.count("\ufeff"), table.count("warc_offset")) == (1, 1)
    assert [len(text.splitlines()) for text in (lines, frozen, cut)] == [6, 3, 4]
    assert {json.loads(line)["source"] for line in lines.splitlines()} == {"khe-may"}
    assert client.get("/export.csv").status_code == 400
    assert client.get("/export.csv", params={"q": '"'}).status_code == 400


def test_a_bibliography_of_a_query_is_whole_in_every_form_and_leads_back_to_the_room(client: TestClient) -> None:
    from archive.web.pages import exports

    page = client.get("/?q=huyện").text
    assert all(f'href="/export.{form}?q=huy%E1%BB%87n"' in page for form in exports.FORMS)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(exports, "_BATCH", 4)
        bib, ris, csl = (client.get(f"/export.{form}?q=huyện") for form in ("bib", "ris", "csl.json"))
        patch.setattr(exports, "MOST", 4)
        cut = client.get("/export.csl.json?q=huyện").json()
    assert (bib.text.count("@online{"), ris.text.count("TY  - "), len(csl.json()), len(cut)) == (6, 6, 6, 4)
    assert "http://testserver/article/" in bib.text
    assert csl.headers["content-type"] == "application/vnd.citationstyles.csl+json"
    assert client.get("/export.csl.json?q=khongcogi").json() == []


def test_an_export_names_the_description_with_its_question_rule_and_counts(client: TestClient) -> None:
    link = client.get("/export.csv?q=huyện").headers["link"]
    assert link == '</export.csv-metadata.json?q=huy%E1%BB%87n>; rel="describedby"; type="application/csvm+json"'
    value = client.get("/export.csv-metadata.json?q=huyện").json()
    assert (value["url"], value["notes"][0]["articles"]) == ("export.csv?q=huy%E1%BB%87n", 6)
    assert value["notes"][0]["accents"] == {"rule": "typed", "articles": 6, "any_accents": 6}
    corpus = client.get("/export.bib-metadata.json?corpus=nam-2020").json()
    assert corpus["notes"][0]["corpus"] == "nam-2020"
    assert corpus["notes"][0]["articles"] == client.get("/export.bib?corpus=nam-2020").text.count("@online{")


def test_a_query_within_a_corpus_is_exported_as_it_was_shown(client: TestClient) -> None:
    page = client.get("/?q=huyện&corpus=nam-2020").text
    assert 'href="/export.bib?q=huy%E1%BB%87n&amp;corpus=nam-2020"' in page
    inside, whole, everywhere = (
        {json.loads(line)["id"] for line in client.get(f"/export.jsonl?{asked}").text.splitlines()}
        for asked in ("q=huyện&corpus=nam-2020", "corpus=nam-2020", "q=huyện")
    )
    assert inside == whole & everywhere
    assert inside < everywhere


def test_a_feed_gives_the_newest_articles(client: TestClient) -> None:
    root = ElementTree.fromstring(client.get("/feed.atom?q=huyện").content)
    atom = "{http://www.w3.org/2005/Atom}"
    titles = [entry.findtext(f"{atom}title") for entry in root.iter(f"{atom}entry")]
    assert titles[0] == "Khai giảng năm học mới"
    assert len(titles) == 6
    assert client.get("/feed.atom").status_code == 400


def test_a_saved_query_is_a_feed_under_its_name(client: TestClient) -> None:
    answer = client.get("/saved/che.atom")
    assert answer.headers["content-type"] == "application/atom+xml; charset=utf-8"
    atom = "{http://www.w3.org/2005/Atom}"
    root = ElementTree.fromstring(answer.content)
    assert (root.findtext(f"{atom}title"), root.findtext(f"{atom}id")) == ("che", "urn:baotinh:saved:che")
    hits = [entry.findtext(f"{atom}title") for entry in root.iter(f"{atom}entry")]
    assert hits == ["Tổng kết vụ chè xuân"]
    assert [one["feed"] for one in client.get("/api/collections").json()["saved"]] == [
        "http://testserver/saved/che.atom"
    ]
    assert client.get("/saved/khong-co.atom").status_code == 404
    assert client.get("/saved/..%2f..%2farchive.atom").status_code in (400, 404)


def test_timeline_and_map_of_a_corpus_are_taken_away_as_table_and_drawing(client: TestClient) -> None:
    page = client.get("/collections/ca-kho").text
    for form in ("map.csv?units=34", "map.svg?units=34"):
        assert f'href="/collections/ca-kho/{form}"' in page
        drawn = client.get(f"/collections/ca-kho/{form}")
        assert drawn.status_code == 200
        if "svg" in form:
            assert ElementTree.fromstring(drawn.text).tag == "{http://www.w3.org/2000/svg}svg"
    assert 'href="/months.svg?corpus=ca-kho"' in page
    drawing = ElementTree.fromstring(client.get("/months.svg?corpus=ca-kho").text)
    assert drawing.tag == "{http://www.w3.org/2000/svg}svg"
    assert not list(drawing.iter("{http://www.w3.org/2000/svg}a"))
    months = client.get("/months.csv?corpus=ca-kho").text.splitlines()
    assert months[0].removeprefix("\ufeff") == "month,articles"
    assert sum(int(line.partition(",")[2]) for line in months[1:]) == 6
    units = client.get("/collections/ca-kho/map.csv").text.splitlines()
    assert units[1].split(",")[1:] == ["6", "6"]
    assert client.get("/collections/khong-co/map.csv").status_code == 404
