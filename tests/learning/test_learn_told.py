"""A page that prints no date has the one that the site tells elsewhere, named as such; its own comes first."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from crawling import SOURCE, Crawled, answer_of, crawl_served, html
from raw_server import raw_server
from small_archive import REGISTER

from archive.model import TOLD_PUBLISHED, Article, Capture, Place, StoredCapture
from archive.worker.page import parse_capture

CAPTURED = datetime(2026, 11, 24, 3, tzinfo=UTC)
TEXT = (
    "Sáng nay, bà con bản Nà Mo đã góp hơn hai trăm ngày công để sửa lại cây cầu treo bắc qua suối Lũng Phìn, nơi mỗi "
    "ngày có gần một trăm học sinh đi qua để tới trường; cây cầu bị lũ cuốn mất một bên lan can từ tháng trước."
)


def undated(title: str = "Bà con Nà Mo góp công sửa lại cầu treo") -> str:
    body = "".join(f"<p>{TEXT} Đoạn {at}.</p>" for at in range(4))
    return (
        f'<!DOCTYPE html><html><head><meta charset="utf-8"><meta property="og:type" content="article">'
        f'<title>{title}</title></head><body><h1>{title}</h1><div class="noi-dung">{body}</div></body></html>'
    )


def opened(page: str, *notes: tuple[str, str]) -> Article:
    response = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + page.encode()
    url = "https://baotinh.example/ba-con-na-mo-gop-cong-sua-lai-cau-treo-12.html"
    capture = Capture(url, CAPTURED, b"", response, "bao-tinh", "article", notes=notes)
    article = parse_capture(StoredCapture(capture, Place("", 0, 0, ""), "", ""), REGISTER).article
    assert article is not None
    return article


def test_a_date_that_the_feed_tells_is_the_articles_where_its_page_prints_none() -> None:
    assert opened(undated()).published is None
    told = opened(undated(), (TOLD_PUBLISHED, "2026-11-03T08:15:00+07:00")).published
    assert told is not None
    assert told.value == "2026-11-03T08:15:00+07:00"
    assert told.by.startswith("told by the site in a feed, sitemap or listing")
    assert told.confidence <= 0.8


def test_a_date_that_the_page_prints_comes_first() -> None:
    page = undated().replace("</h1>", '</h1><span class="ngay-dang">05/11/2026 09:30</span>')
    found = opened(page, (TOLD_PUBLISHED, "2026-11-03T08:15:00+07:00")).published
    assert found is not None
    assert found.value == "2026-11-05T09:30+07:00"


@pytest.mark.parametrize("told", ["", "hôm qua thôi", "2026-11-25T08:15:00+07:00"])
def test_what_is_no_date_or_lies_behind_the_capture_is_none(told: str) -> None:
    article = opened(undated(), (TOLD_PUBLISHED, told))
    assert article.published is None or article.published.value[:10] <= CAPTURED.date().isoformat()


async def crawled_with_feed(root: Path) -> Crawled:
    served: dict[str, bytes] = {"/": html("Trang chủ"), "/tin/bai-1.html": undated().encode()}
    async with raw_server(lambda path: answer_of(served.get(path))) as server:
        item = (
            f"<item><title>Cầu treo</title><link>http://127.0.0.1:{server.port}/tin/bai-1.html</link>"
            "<pubDate>Tue, 03 Nov 2020 08:15:00 +0700</pubDate></item>"
        )
        served["/rss"] = f'<?xml version="1.0"?><rss version="2.0"><channel>{item}</channel></rss>'.encode()
        source = SOURCE.replace("[discover]", '[discover]\nfeeds = ["/rss"]')
        return await crawl_served(root, server, source)


def test_a_crawl_keeps_what_the_feed_told_beside_the_page_and_reads_it_so(tmp_path: Path) -> None:
    done = asyncio.run(crawled_with_feed(tmp_path))
    [(notes, published, estimated)] = done.archived(
        "SELECT notes_json, published, day_estimated FROM articles JOIN captures ON captures.id = articles.capture "
        "WHERE articles.url LIKE '%bai-1.html'"
    )
    assert published == "2020-11-03T08:15:00+07:00"
    assert not estimated
    assert TOLD_PUBLISHED in dict(json.loads(notes))


def test_an_article_without_note_is_the_same_as_before() -> None:
    assert replace(opened(undated()), url="") == replace(opened(undated(), ("hopsFromSeed", "1")), url="")
