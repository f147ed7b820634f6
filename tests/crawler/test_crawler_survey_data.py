"""A survey of a site that scripts make finds the data that they fetch, and drafts a table by which a crawl reads it."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
from crawling import status
from surveyed import FILE, Pages, Served, with_sites

from archive.sources import parse_source
from crawler.commands.survey import survey
from crawler.survey.data import addresses_in, article_address, detailed_in, listed_in, table

SHELL = (
    "<!DOCTYPE html><html><head><title>Báo Thử</title></head><body><div id=app></div>"
    "<script src=/tinh/vendor.js></script><script src=/tinh/main.8f2a.js></script></body></html>"
).encode()
TEXT = "<p>Ban Thường vụ Tỉnh ủy họp phiên thường kỳ, cho ý kiến về kinh tế và xã hội của xã {n}.</p>" * 3


def entry(number: int, **more: Any) -> dict[str, Any]:
    return {
        "id": 100 + number,
        "slug": f"phien-hop-{number}",
        "title": f"Tỉnh ủy họp phiên thường kỳ lần thứ {number}",
        "sapo": f"Phiên họp lần thứ {number} bàn về kinh tế và xã hội.",
        "publishedAt": f"2026-11-{number:02}T08:00:00+07:00",
        "author": {"name": "Nguyễn Văn An"},
        "category": {"name": "Xây dựng Đảng", "slug": "xay-dung-dang"},
    } | more


def answer(told: Any) -> Any:
    return status("200 OK", "Content-Type: application/json; charset=utf-8", body=json.dumps(told).encode())


def script(said: str) -> Any:
    return status("200 OK", "Content-Type: application/javascript", body=said.encode())


MENU = answer([{"id": 1, "name": "Trang chủ"}, {"id": 2, "name": "Tin tức"}])


def in_lists() -> Pages:
    """A portal whose lists hold the articles whole."""
    items = [entry(n, content=TEXT.format(n=n)) for n in range(1, 7)]
    said = (
        'var r="/api/menu-items";fetch(`/api/articles?page=${n}&size=20`).then(e=>e.json());go(`/bai-viet/${e.slug}`)'
    )
    return {
        "/robots.txt": "",
        "/": SHELL,
        "/tinh/vendor.js": script("!function(){}()"),
        "/tinh/main.8f2a.js": script(said),
        "/api/menu-items": MENU,
        "/api/articles?page=1&size=20": answer({"result": {"items": items, "pages": 3}}),
    }


def apart() -> Pages:
    """A portal with a list of heads, and the data of each article apart, by its number."""
    said = (
        'const a={baseURL:"/v1"};x.get("/news-categories");x.get("/news?page=".concat(t));x.get("/news/detail/"+i);'
        'routes:[{path:"/:slug"},{path:"/tin/:slug"}]'
    )
    found: Pages = {
        "/robots.txt": "",
        "/": SHELL,
        "/tinh/vendor.js": script("!function(){}()"),
        "/tinh/main.8f2a.js": script(said),
        "/v1/news-categories": MENU,
        "/v1/news?page=1": answer({"data": [entry(n) for n in range(1, 7)]}),
    }
    for n in range(1, 7):
        whole = entry(n, body=TEXT.format(n=n), related=[entry(m) for m in range(1, 4)])
        found[f"/v1/news/detail/{100 + n}"] = answer({"code": 0, "payload": whole})
    return found


def surveyed(archive: Path, pages: Pages, file: str = FILE) -> tuple[dict[str, Any], list[str], Path]:
    def act(served: Served) -> tuple[dict[str, Any], list[str], Path]:
        done = served.invoke(survey, "mot", "--json", "--write")
        assert done.return_value in (0, 6), (done.output, done.exception)
        (found,) = json.loads(done.stdout)
        return found, served.servers["mot"].paths, served.file("mot")

    result: tuple[dict[str, Any], list[str], Path] = with_sites(archive, {"mot": pages}, act, file)
    return result


@pytest.mark.parametrize(
    ("pages", "mapping"),
    [
        (
            in_lists(),
            {
                "lists": ["/api/articles?page={page}&size=20"],
                "items": "result.items",
                "article": "/bai-viet/{slug}",
                "fields": {
                    "headline": "title", "lead": "sapo", "text": "content", "published": "publishedAt",
                    "byline": "author.name", "section": "category.name",
                },
            },
        ),
        (
            apart(),
            {
                "lists": ["/v1/news?page={page}"],
                "items": "data",
                "article": "/tin/{slug}",
                "detail": "/v1/news/detail/{id}",
                "root": "payload",
                "fields": {
                    "headline": "title", "lead": "sapo", "text": "body", "published": "publishedAt",
                    "byline": "author.name", "section": "category.name",
                },
            },
        ),
    ],
    ids=["in lists", "apart"],
)  # fmt: skip
def test_the_table_of_a_script_made_site_is_drafted_and_its_articles_are_read(
    tmp_path: Path, pages: Pages, mapping: dict[str, Any]
) -> None:
    found, asked, file = surveyed(tmp_path / "a", pages)
    assert len(found["articles"]) == 5
    assert found["articles"][0]["headline"].startswith("Tỉnh ủy họp phiên thường kỳ")
    assert len(asked) <= 20, asked
    drafted = tomllib.loads(found["json"])["json"]
    assert drafted["article"].endswith(mapping["article"])
    assert {**drafted, "article": ""} == {**mapping, "article": ""}
    text = file.read_text() + found["json"]
    assert parse_source(text, "mot.toml").json is not None, "what is drafted is a valid file"
    assert "+[json]" in (tmp_path / "a" / "surveys" / "mot.diff").read_text()


def test_what_robots_forbids_is_not_asked_for_and_a_site_without_data_says_so(tmp_path: Path) -> None:
    pages = in_lists() | {"/robots.txt": "User-agent: *\nDisallow: /api/\n"}
    found, asked, _ = surveyed(tmp_path / "a", pages)
    assert not [path for path in asked if path.startswith("/api/")]
    assert (found["json"], found["scripted"], found["todo"]) == ("", "yes", "unread")


def test_addresses_are_told_by_how_they_look_in_scripts() -> None:
    said = """axios.create({baseURL:"https://api.baothu.example/v1"});e.get("/article?limit=20&page=1");
    t("/assets/app.css");u("/api/auth/login");v(`/api/tags/${x}/of/${y}`);w('/api/banner');import("/chunks/2.js")"""
    found = addresses_in(said, "https://baothu.example/")
    assert found.lists == ("https://api.baothu.example/v1/article?limit=20&page={page}",)
    assert found.details == ()


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b"[]", b'{"items": [1, 2]}', b'{"a": {"title": "x"}}', b"[" * 200_000]
)
def test_what_is_no_list_and_no_article_is_none(body: bytes) -> None:
    assert listed_in(body) is None
    assert detailed_in(body) is None


def test_what_the_first_item_lacks_is_learnt_from_the_others() -> None:
    """The newest article of a portal was a notice without a lead, and .8 of its articles were read without theirs."""
    leads = (None, "Sáng 5/3, Ban Thường vụ Tỉnh ủy họp phiên thường kỳ tháng Hai, cho ý kiến về nhiều nội dung.")
    listed = listed_in(json.dumps([entry(n, sapo=lead) for n, lead in enumerate(leads, 1)]).encode())
    assert listed is not None
    assert dict(listed.fields)["lead"] == "sapo"


def test_an_item_that_names_its_address_needs_no_other() -> None:
    items = [entry(n, link=f"https://baothu.example/tin/{n}.html") for n in (1, 2)]
    listed = listed_in(json.dumps(items).encode())
    assert listed is not None
    assert (listed.items, listed.count) == ("", 2)
    article = article_address(listed, (), "https://baothu.example/")
    assert article == "{link}"
    assert tomllib.loads(table("/api/x", listed, article))["json"]["items"] == ""
