"""A site that the register does not know is met politely, and what is found becomes a source file that holds."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from click.testing import CliRunner
from crawling import Answer, answer_of, html, status
from raw_server import raw_server
from surveyed_site import LINKS, SITE

from archive.errors import CrawlError, UsageError
from archive.holdings import Holdings
from archive.sources import Register, parse_source
from crawler.commands.survey import meet, newsource
from crawler.http import connection
from crawler.survey.draft import draft, source_id
from crawler.survey.model import Survey
from crawler.survey.verdict import summary

FEED = b"""<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>Tin</title>
<item><title>H\xe1\xbb\x99i ngh\xe1\xbb\x8b</title><link>/tin/hoi-nghi-1.html</link></item></channel></rss>"""


def met_at(site: dict[str, Any], path: str = "/") -> tuple[Survey | Exception, list[str]]:
    async def go() -> tuple[Survey | Exception, list[str]]:
        async with raw_server(lambda asked: answer_of(site.get(asked))) as server:
            try:
                looked = await asyncio.to_thread(
                    meet, server.url + path, "lien-he@thu.example", Register.of(()), loopback=True
                )
                met: Survey | Exception = looked.survey
            except CrawlError as error:
                met = error
            return met, server.paths

    return asyncio.run(go())


def test_robots_is_asked_first_and_a_dozen_requests_are_enough() -> None:
    met, paths = met_at(SITE)
    assert isinstance(met, Survey)
    assert paths[:2] == ["/robots.txt", "/"]
    assert len(paths) == len(met.requests) <= 12
    assert met.family == "nukeviet"
    assert len(met.articles) == 5
    assert "Hội nghị" in summary(met)


def test_the_draft_is_a_valid_source_file() -> None:
    met, _ = met_at(SITE)
    assert isinstance(met, Survey)
    source = parse_source(draft(met, province="thai-nguyen"), "draft.toml")
    assert source.discover.is_article(f"{met.homepage}tin/hoi-nghi-7.html")
    assert source.layouts[0].family == "nukeviet"
    assert source.status == "unverified"
    assert source.id == source_id(met)


@pytest.mark.parametrize(
    ("title", "kind", "province"),
    [
        ("Trang thông tin điện tử Đảng bộ tỉnh Thái Nguyên", "party", "thai-nguyen"),
        ("Cổng thông tin điện tử huyện Đại Từ", "government", "thai-nguyen"),
        ("Báo Bắc Giang điện tử", "newspaper", "bac-giang"),
        ("Tin tức Bắc Giang và Lào Cai", "other", "?"),
        ("Đảng bộ xã Tân Bình", "party", "?"),
    ],
)
def test_kind_and_province_are_drafted_as_the_title_says(title: str, kind: str, province: str) -> None:
    met, _ = met_at(SITE | {"/": html(title, *LINKS)})
    assert isinstance(met, Survey)
    written = draft(met)
    assert f'kind     = "{kind}"' in written
    assert f'province = "{province}"' in written


def test_newsource_asks_for_a_province_that_the_title_leaves_open(tmp_path: Path) -> None:
    Holdings.create(tmp_path / "a", "Thư viện thử", "lien-he@thu.example")

    async def go() -> Any:
        async with raw_server(lambda asked: answer_of(SITE.get(asked))) as server:
            options = [server.url, "--archive", str(tmp_path / "a"), "--allow-loopback"]
            return await asyncio.to_thread(CliRunner().invoke, newsource, options)

    asked = asyncio.run(go())
    assert isinstance(asked.exception, UsageError)
    assert "--province" in str(asked.exception)
    assert not list((tmp_path / "a" / "sources").glob("*.toml"))


def test_the_name_is_the_title_as_a_person_reads_it() -> None:
    met, _ = met_at(SITE | {"/": html("Đảng bộ xã Tân Bình &#8211; Tin tức &amp;\n sự kiện", *LINKS)})
    assert isinstance(met, Survey)
    assert (
        parse_source(draft(met, province="thai-nguyen"), "draft.toml").name == "Đảng bộ xã Tân Bình – Tin tức & sự kiện"
    )


@pytest.mark.parametrize(
    ("rules", "path", "words"),
    [
        ("User-agent: *\nDisallow: /\n", "/", "robots.txt forbids it"),
        (status("503 Busy"), "/", "robots.txt forbids it"),
        (SITE["/robots.txt"], "/cam/bai-1.html", "robots.txt forbids it"),
        (SITE["/robots.txt"], "/khong-co/", "status 404"),
        (SITE["/robots.txt"], "/ssh/", "no HTTP answer"),
    ],
)
def test_what_must_not_or_cannot_be_read_is_one_line_and_no_request_more(rules: Any, path: str, words: str) -> None:
    met, paths = met_at({**SITE, "/robots.txt": rules, "/ssh/": Answer([b"SSH-2.0-dropbear\r\n"], close=True)}, path)
    assert isinstance(met, CrawlError)
    assert words in str(met)
    assert paths == ["/robots.txt"] or words in ("status 404", "no HTTP answer")


@pytest.mark.parametrize(
    ("where", "words"),
    [
        ("http://[::1/", "leads to what is no web address: http://[::1/"),
        ("javascript:alert(1)", "leads to what is no web address: javascript"),
        ("http://127.0.0.1:99999/", "leads to what is no web address"),
        ("/cam/", "/cam/: robots.txt forbids it"),
    ],
)
def test_a_home_page_that_leads_where_nobody_may_go_is_one_line(where: str, words: str) -> None:
    met, paths = met_at({**SITE, "/": status("302 Found", f"Location: {where}")})
    assert isinstance(met, CrawlError)
    assert words in str(met)
    assert paths == ["/robots.txt", "/"]


def test_sitemaps_that_are_no_addresses_are_passed_over() -> None:
    met, _ = met_at(
        {**SITE, "/robots.txt": SITE["/robots.txt"] + "Sitemap: /sm.xml\nSitemap: http://[::1/\nSitemap: x\n"}
    )
    assert isinstance(met, Survey)
    assert met.sitemaps == ()


def test_a_site_that_leads_elsewhere_is_named_and_not_followed() -> None:
    met, paths = met_at({**SITE, "/": status("301 Moved", "Location: http://khac.example/")})
    assert "another site, http://khac.example/" in str(met)
    assert paths == ["/robots.txt", "/"]


def test_this_machine_is_not_probed_without_the_word() -> None:
    with pytest.raises(CrawlError, match=r"not a public address; --allow-loopback allows it$"):
        meet("http://127.0.0.1:1/", "x", Register.of(()), loopback=False)
    with pytest.raises(UsageError):
        meet("ftp://baotinh.example/", "x", Register.of(()), loopback=False)


def newsources(archive: Path, *options: list[str], site: dict[str, Any] = SITE) -> list[Any]:
    """What `baotinh sources new` says of the site, with each of `options` in turn."""
    Holdings.create(archive, "Thư viện thử", "lien-he@thu.example")

    async def go() -> list[Any]:
        async with raw_server(lambda asked: answer_of(site.get(asked))) as server:
            usual = [server.url, "--province", "Thái Nguyên", "--archive", str(archive), "--allow-loopback"]
            return [await asyncio.to_thread(CliRunner().invoke, newsource, [*usual, *more]) for more in options]

    return asyncio.run(go())


def test_newsource_writes_a_file_that_can_be_crawled_and_never_overwrites_one(tmp_path: Path) -> None:
    first, second = newsources(tmp_path / "a", [], [])
    assert first.exit_code == 0, first.output
    (file,) = (tmp_path / "a" / "sources").glob("*.toml")
    assert first.output.rstrip().endswith(f"sources verify {file.stem} --allow-loopback"), "runs as it stands"
    assert parse_source(file.read_text(), str(file)).province == "thai-nguyen"
    assert isinstance(second.exception, UsageError)
    assert f"is in the register already, as {file.stem}" in str(second.exception)


def test_a_file_drafted_from_fewer_than_five_articles_is_written_and_needs_a_person(tmp_path: Path) -> None:
    few = {address: page for address, page in SITE.items() if address not in LINKS[2:]}
    (made,) = newsources(tmp_path / "a", [], site=few)
    assert isinstance(made.exception, CrawlError)
    assert made.exception.exit_code == 6
    (file,) = (tmp_path / "a" / "sources").glob("*.toml")
    assert f"{file} written after 2 articles alone: no other page is linked" in str(made.exception)
    assert "next:" not in made.output


def test_newsource_takes_the_id_that_a_person_gives_and_none_that_is_taken(tmp_path: Path) -> None:
    taken, wrong, good = newsources(tmp_path / "a", ["--id", "thai-nguyen-bao"], ["--id", "../x"], ["--id", "tan-binh"])
    assert "is taken by" in str(taken.exception)
    assert "must be lower-case letters" in str(wrong.exception)
    assert good.exit_code == 0, good.output
    assert [file.name for file in (tmp_path / "a" / "sources").glob("*.toml")] == ["tan-binh.toml"]
    assert not list(tmp_path.glob("*.toml"))


def test_a_site_of_the_register_is_named_and_asked_for_nothing(tmp_path: Path) -> None:
    Holdings.create(tmp_path / "a", "Thư viện thử", "lien-he@thu.example")
    refused = CliRunner().invoke(newsource, ["https://www.baothainguyen.vn/", "--archive", str(tmp_path / "a")])
    assert "is in the register already, as thai-nguyen-bao" in str(refused.exception)


def test_an_open_wordpress_gives_its_list_of_posts_and_no_feed_of_comments_is_drafted() -> None:
    feeds = "".join(f'<link rel="alternate" type="application/rss+xml" href="{at}feed/">' for at in ("/", "/comments/"))
    made = f'<head><meta name="generator" content="WordPress 6.8">{feeds}</head><body class="single single-post">'
    text = "<p>Ngày 5-3, xã Tân Bình tổ chức hội nghị.</p><p>Hội nghị kết thúc./.</p>"
    post = f'<article><h1 class="entry-title">Hội nghị</h1><div class="entry-content">{text}</div></article>'
    site = {**SITE, **{link: f"<!DOCTYPE html><html>{made}{post}</body></html>".encode() for link in LINKS}}
    site["/"] = SITE["/"].replace(b"</head>", feeds.encode() + b"</head>")
    posts = b'[{"link": "http://a.example/tin-1.html"}]'
    site["/feed/"] = FEED
    met, paths = met_at({**site, "/wp-json/wp/v2/posts?per_page=1&_fields=link,date_gmt": posts})
    assert isinstance(met, Survey)
    assert len(paths) <= 13
    source = parse_source(draft(met, province="thai-nguyen"), "draft.toml")
    assert [urlsplit(url).path for url in source.discover.wordpress] == ["/wp-json/wp/v2/posts"]
    assert [urlsplit(url).path for url in source.discover.feeds] == ["/feed/"]


@pytest.mark.parametrize("address", ["http://a:b@thu.example/", "http://[::1/", "http://thu.example:99999/", ""])
def test_what_is_no_address_is_named_and_asked_for_nothing(address: str) -> None:
    with pytest.raises(UsageError, match=re.escape(address) + ": "):
        meet(address, "x", Register.of(()), loopback=False)


def test_an_address_without_scheme_is_tried_over_https_and_then_over_http(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "CONNECT_SECONDS", 1.0)  # a server of plain HTTP waits for the end of our hello

    async def go() -> tuple[Survey, list[str]]:
        async with raw_server(lambda asked: answer_of(SITE.get(asked))) as server:
            bare = server.url.removeprefix("http://")
            looked = await asyncio.to_thread(meet, bare, "x", Register.of(()), loopback=True)
            return looked.survey, server.paths

    met, paths = asyncio.run(go())
    assert met.requests[0].startswith("https://")
    assert met.homepage.startswith("http://")
    assert len(met.articles) == 5
    assert "https does not answer, http does" in met.notes
    assert paths[0] == "/robots.txt"


def test_a_summary_is_vietnamese_where_that_is_spoken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BAOTINH_LANG", "vi")
    met, _ = met_at(SITE)
    assert isinstance(met, Survey)
    told = summary(met)
    assert "yêu cầu" in told
    assert "bài viết có địa chỉ dạng" in told
