"""A site that scripts make, by the [json] table of its source: lists, and the data of each article as a capture."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from crawling import SOURCE, Crawled, answer_of, article, crawl, crawl_served, status
from raw_server import raw_server

from archive.cli import main
from archive.custody.rebuild import rebuild
from archive.errors import SourceError, Unreadable
from archive.holdings import Holdings
from archive.parsers.reading import read_page
from archive.sources import Register, parse_source
from archive.sources.mapping import filled, told_by, value_at
from archive.text.clock import VIETNAM

ROOT = Path(__file__).parents[2]
BASE = SOURCE[: SOURCE.index("article = ")] + SOURCE[SOURCE.index("[politeness]") :]
MAPPING = """
[json]
lists = "/v1/article?page={page}&limit=2"
items = "data"
article = "/tin-bai/{slug}.html"
detail = "/v1/article/{slug}"
root = "data.article"
[json.fields]
headline = "title"
lead = "desc"
text = ["content.html", "content"]
published = "publish_date"
byline = "authors.name"
section = "category.name"
tags = "tags"
images = "avatar"
"""
SHELL = (
    "<!DOCTYPE html><html><head><title>Báo Thử</title></head><body><div id=app></div>"
    "<script src=/app.js></script></body></html>"
)


def entry(number: int) -> dict[str, Any]:
    return {
        "id": number,
        "slug": f"mua-che-xuan-{number}",
        "title": f"Mùa chè xuân thứ {number} ở Tân Cương",
        "desc": f"Bà con xã Tân Cương vào vụ chè xuân thứ {number}.",
        "publish_date": f"2026-11-{number:02}T08:00:00+07:00",
    }


def whole(number: int) -> dict[str, Any]:
    text = (
        f"<p>Sáng nay, bà con hái lứa chè xuân thứ {number} trên đồi.</p>"
        f"<figure><img src='/anh/{number}.jpg' alt='Đồi chè'><figcaption>Đồi chè Tân Cương.</figcaption></figure>"
        "<p>Giá chè búp tươi ổn định.</p>"
    )
    more = {"content": {"html": text}, "authors": [{"name": "Hà Vân"}, {"name": "Lê Minh"}], "avatar": "/nho.jpg"}
    more |= {"category": {"name": "Kinh tế"}, "tags": ["chè", "Thái Nguyên"]}
    return {"status": "ok", "data": {"article": entry(number) | more}}


def answered(told: Any) -> Any:
    return status("200 OK", "Content-Type: application/json; charset=utf-8", body=json.dumps(told).encode())


class Portal:
    """Three pages of a list, two articles each, and an answer to each article."""

    def __init__(self) -> None:
        self.lists = [[6, 5], [4, 3], [2, 1]]

    def __call__(self, path: str, times: int) -> Any:
        if path.startswith("/v1/article?page="):
            number = int(path.partition("=")[2].partition("&")[0])
            found = self.lists[number - 1] if number <= len(self.lists) else []
            return answered({"data": [entry(one) for one in found], "meta": {"totalPages": 3}})
        if path.startswith("/v1/article/mua-che-xuan-"):
            return answered(whole(int(path.rpartition("-")[2])))
        return {"/": SHELL.encode(), "/anh/1.jpg": status("200 OK", "Content-Type: image/jpeg", body=b"\xff")}.get(path)


def test_a_script_made_site_is_crawled_by_its_mapping_and_each_article_cites_the_answer_it_was_read_from(
    tmp_path: Path,
) -> None:
    site = Portal()

    async def twice() -> tuple[Crawled, Crawled]:
        async with raw_server(lambda path: answer_of(site(path, 0))) as server:
            first = await crawl_served(tmp_path, server, BASE + MAPPING)
            site.lists.insert(0, [7])
            return first, await crawl_served(tmp_path, server, BASE + MAPPING)

    first, second = asyncio.run(twice())
    assert (first.report.reason, first.report.tally.pages["new"]) == ("finished", 6)
    question = (
        "SELECT a.url, headline, lead, body, substr(published, 1, 10), byline, section, captions, c.url, mime,"
        " provenance FROM articles a JOIN captures c ON c.article = a.id WHERE a.headline LIKE '%thứ 1 %'"
    )
    (found,) = first.archived(question)
    port = found[0].split(":")[2].split("/")[0]
    base = f"http://127.0.0.1:{port}"
    assert found[0] == f"{base}/tin-bai/mua-che-xuan-1.html", "the address that people open"
    assert found[1:3] == (entry(1)["title"], entry(1)["desc"])
    assert found[3] == "Sáng nay, bà con hái lứa chè xuân thứ 1 trên đồi.\n\nGiá chè búp tươi ổn định."
    assert found[4:8] == ("2026-11-01", "Hà Vân, Lê Minh", "Kinh tế", "Đồi chè Tân Cương.")
    assert found[8:] == (f"{base}/v1/article/mua-che-xuan-1", "application/json", "captured"), (
        "what was served was read"
    )
    assert "/anh/1.jpg" in first.paths
    assert not [path for path in first.paths if path.startswith("/tin-bai/")], "an empty frame need not be asked for"
    asked = [path for path in second.paths if path.startswith("/v1/")]
    assert asked == ["/v1/article?page=1&limit=2", "/v1/article/mua-che-xuan-7", "/v1/article?page=2&limit=2"], asked
    before = second.archived("SELECT url_key, headline, body, byline FROM articles ORDER BY 1")
    rebuild(Holdings.open(tmp_path), Register.load(tmp_path / "sources", shipped=None))
    assert second.archived("SELECT url_key, headline, body, byline FROM articles ORDER BY 1") == before


def test_without_data_of_single_articles_and_texts_in_lists_the_pages_themselves_are_read(tmp_path: Path) -> None:
    listed = MAPPING.replace('detail = "/v1/article/{slug}"\nroot = "data.article"\n', "").replace(
        'text = ["content.html", "content"]\n', ""
    )
    site = Portal()

    def served(path: str, times: int) -> Any:
        if path.startswith("/tin-bai/"):
            return article(f"Mùa chè {path[-6:-5]}", "Nội dung của trang.")
        return site(path, times)

    crawled = crawl(tmp_path, served, BASE + listed)
    assert crawled.archived("SELECT count(*) FROM articles") == [(6,)]
    assert {path for path in crawled.paths if "xuan-" in path} == {
        f"/tin-bai/mua-che-xuan-{n}.html" for n in range(1, 7)
    }


def source(mapping: str = MAPPING, discover: str = "") -> Any:
    return parse_source(BASE.replace("{port}", "9") + discover + mapping, "thu.toml")


DAY = datetime(2026, 12, 2, tzinfo=VIETNAM)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"<html>Bao tri</html>", "not_html"),
        (b'{"data": {"article": {"title": "x"}}}', "no_article"),
        (b'{"data": null}', "no_article"),
        (b"[" * 100_000, "not_html"),
    ],
)
def test_an_answer_that_is_not_what_the_mapping_says_is_unread_by_name(body: bytes, reason: str) -> None:
    with pytest.raises(Unreadable) as raised:
        read_page("http://127.0.0.1:9/v1/article/x", body, "application/json", 200, DAY, source())
    assert raised.value.reason == reason


def test_the_html_of_a_text_is_read_as_a_page_with_captions_credit_and_pictures_apart() -> None:
    told = whole(3)
    told["data"]["article"]["content"]["html"] = (
        "<p>Sáng nay, bà con xã Tân Cương hái lứa chè xuân đầu tiên trên những ngọn đồi thấp ven hồ.</p>"
        '<table class="picture"><tr><td><img src="/anh/doi.jpg"></td></tr><tr><td class="caption">Đồi chè Tân Cương.'
        "</td></tr></table><p>Giá chè búp tươi năm nay ổn định, nhiều hộ đã ký hợp đồng với hợp tác xã.</p>"
        '<p style="text-align:right"><em>Theo Báo Thái Nguyên</em></p>'
    )
    article = read_page(
        "http://127.0.0.1:9/v1/article/x", json.dumps(told).encode(), "application/json", 200, DAY, source()
    ).article
    assert article is not None
    assert [line.split(",")[0] for line in article.body] == ["Sáng nay", "Giá chè búp tươi năm nay ổn định"]
    assert article.captions == ("Đồi chè Tân Cương.",)
    assert [one.url for one in article.images] == ["http://127.0.0.1:9/nho.jpg", "http://127.0.0.1:9/anh/doi.jpg"]
    assert (article.source_credit and article.source_credit.value) == "Báo Thái Nguyên"
    assert (article.byline and article.byline.value) == "Hà Vân, Lê Minh"


def test_a_notice_that_only_points_to_its_file_has_no_text() -> None:
    told = whole(3)
    told["data"]["article"]["content"]["html"] = '<p><a href="/files/2025/546.pdf">Xem chi tiết tại đây</a></p>'
    article = read_page(
        "http://127.0.0.1:9/v1/article/x", json.dumps(told).encode(), "application/json", 200, DAY, source()
    ).article
    assert article is not None
    assert article.body == ()
    assert [one.url for one in article.attachments] == ["http://127.0.0.1:9/files/2025/546.pdf"]


def test_a_list_that_is_empty_or_holds_strange_things_is_a_listing_without_links() -> None:
    for told in ({"data": []}, {"data": "x"}, {"data": [1, None, {"slug": {}}, {"slug": True}]}, [], {"other": 1}):
        body = json.dumps(told).encode()
        reading = read_page(
            "http://127.0.0.1:9/v1/article?page=3&limit=2", body, "application/json", 200, DAY, source()
        )
        assert (reading.kind, reading.links) == ("listing", ())


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (('lists = "/v1/article?page={page}&limit=2"', ""), "json.lists: is missing"),
        (('article = "/tin-bai/{slug}.html"', 'article = "/tin-bai/"'), "json.article: must hold a path in braces"),
        (('headline = "title"', ""), "json.fields.headline: is missing"),
        (('lead = "desc"', 'leed = "desc"'), "json.fields.leed: unknown key"),
        (('root = "data.article"', 'root = "$.data"'), 'json.root: "$.data" is no path'),
        (('lists = "/v1', 'lists = "https://khac.example/v1'), "json.lists: "),
        (('items = "data"', 'item = "data"'), "json.item: unknown key"),
    ],
)
def test_a_mapping_that_cannot_be_meant_is_an_error_that_names_file_and_key(change: tuple[str, str], told: str) -> None:
    with pytest.raises(SourceError) as raised:
        source(MAPPING.replace(*change))
    assert "thu.toml" in str(raised.value)
    assert told in str(raised.value)


def test_addresses_are_made_of_values_and_told_by_them() -> None:
    pattern = "https://baothu.example/{category.slug}/{slug}-post{id}.html"
    item = {"category": {"slug": "kinh-te"}, "slug": "chè xuân", "id": 7}
    url = filled(pattern, item, "https://baothu.example/")
    assert url == "https://baothu.example/kinh-te/ch%C3%A8%20xu%C3%A2n-post7.html"
    assert told_by(pattern, url) == {"category": {"slug": "kinh-te"}, "slug": "chè xuân", "id": "7"}
    assert told_by(pattern, "https://baothu.example/kinh-te/") is None
    assert filled(pattern, {"slug": "x", "id": 7}, "") == "", "a value is missing"
    assert filled("{link}", {"link": "/tin/a?x=1"}, "https://baothu.example/api/") == "https://baothu.example/tin/a?x=1"
    assert value_at({"a": [[1, 2], [3]]}, "a.1.0") == 3


@pytest.mark.usefixtures("english")
@pytest.mark.parametrize("in_lists", [False, True])
def test_a_person_verifies_articles_that_are_data_beside_the_data(tmp_path: Path, in_lists: bool) -> None:
    site = Portal()
    site.lists = [[number + 1, number] for number in range(9, 0, -2)]
    mapping = MAPPING
    if in_lists:
        mapping = MAPPING.replace('detail = "/v1/article/{slug}"\nroot = "data.article"\n', "")

    def served(path: str) -> Any:
        if in_lists and path.startswith("/v1/article?page="):
            number = int(path.partition("=")[2].partition("&")[0])
            found = site.lists[number - 1] if number <= len(site.lists) else []
            return answered({"data": [whole(one)["data"]["article"] for one in found]})
        return answer_of(site(path, 0))

    def verify(*options: str, **more: Any) -> Any:
        words = ["--archive", str(tmp_path), "--lang", "en", "sources", "verify", "thu", "--allow-loopback", *options]
        return CliRunner().invoke(main, words, **more)

    async def crawled() -> None:
        async with raw_server(served) as server:
            await crawl_served(tmp_path, server, BASE + mapping)
            if in_lists:  # Scrapy's engine asks the spider where to begin, and the small one of these tests does not
                environment = {**os.environ, "BAOTINH_ALLOW_LOOPBACK": "1", "BAOTINH_ARCHIVE": str(tmp_path)}
                process = await asyncio.create_subprocess_exec(
                    sys.executable, "-m", "crawler", "thu", cwd=ROOT, env=environment
                )
                assert await process.wait() == 0

    asyncio.run(crawled())
    wrong = tmp_path / "wrong.json"
    wrong.write_text(json.dumps({"by": "Lan", "sources": {"thu": {"articles": {"*": {"section": "Chính trị"}}}}}))
    refused = verify("--answers", str(wrong), "--limit", "0")
    assert refused.exit_code == 6
    assert "section is read as Kinh tế, and is Chính trị" in refused.stderr
    done = verify("--by", "Lan", "--limit", "0", input="y\n" * 9)
    assert done.exit_code == 0, done.output
    assert "  headline │ Mùa chè xuân thứ" in done.stdout
    assert "      body │ Sáng nay, bà con hái lứa chè xuân thứ" in done.stdout
    assert "   section │ Kinh tế" in done.stdout
    assert 'status = "verified"' in (tmp_path / "sources" / "thu.toml").read_text()


def test_data_is_read_with_the_table_of_its_day(tmp_path: Path) -> None:
    old = MAPPING.replace("[json]", "[[json]]\nuntil = 2026-06-30").replace('headline = "title"', 'headline = "ten"')
    new = MAPPING.replace("[json]", "[[json]]").replace("/v1/", "/v2/")
    both = source(old + new)
    told = json.dumps({"data": {"article": {**whole(1)["data"]["article"], "ten": "Tên cũ của bài"}}}).encode()
    then = datetime(2026, 3, 1, tzinfo=VIETNAM)
    before = read_page("http://127.0.0.1:9/v1/article/x", told, "application/json", 200, then, both)
    after = read_page("http://127.0.0.1:9/v2/article/x", told, "application/json", 200, DAY, both)
    assert before.article is not None
    assert after.article is not None
    assert (before.article.headline.value, after.article.headline.value) == ("Tên cũ của bài", entry(1)["title"])
    assert both.discover.listings == ("http://127.0.0.1:9/v2/article?page={page}&limit=2",), "asked for is today's"
    with pytest.raises(SourceError, match=r"json\[1\]\.until: each"):
        source(old.replace("until = 2026-06-30\n", "") + new)
