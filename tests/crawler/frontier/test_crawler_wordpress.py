"""WordPress lists of posts: the newest in each run, all of them with a backfill, and how much is left."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from changing_site import Changing, crawls
from crawling import SOURCE, Answer, Crawled, answer_of, article, status

from archive.errors import Unreadable
from archive.parsers import read_page

OPEN = SOURCE.replace('seeds = ["/"]', 'wordpress = ["/wp-json/wp/v2/posts"]')
PAGES, EACH = 5, 4
NOW = datetime(2026, 11, 24, tzinfo=UTC)
LIST = "https://bao.example/wp-json/wp/v2/posts?per_page=100"


class Press(Changing):
    """A WordPress with twenty posts, four to a page."""

    def __call__(self, path: str) -> Answer:
        parts = urlsplit(path)
        if parts.path.startswith("/tin/"):
            return answer_of(article(f"Bài {path}", f"Nội dung {path}."))
        if parts.path != "/wp-json/wp/v2/posts":
            return super().__call__(path)
        number = int(parse_qs(parts.query)["page"][0])
        if number > PAGES:
            return status("400 Bad Request")
        first = (number - 1) * EACH + 1
        here = f"http://127.0.0.1:{self.server.port}"
        found = [
            {"link": f"{here}/tin/bai-{n}.html", "date_gmt": "2020-03-05T08:25:00"} for n in range(first, first + EACH)
        ]
        lengths = (f"X-WP-Total: {PAGES * EACH}", f"X-WP-TotalPages: {PAGES}")
        return status(
            "200 OK", "Content-Type: application/json; charset=UTF-8", *lengths, body=json.dumps(found).encode()
        )


def lists(done: Crawled) -> list[int]:
    return [int(found[1]) for path in done.paths if (found := re.search(r"[?&]page=(\d+)", path))]


@pytest.fixture
def press(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("changing_site.Changing", Press)


def plainly(site: Changing) -> None:
    return None


def backfilling(site: Changing) -> dict[str, Any]:
    return {"BAOTINH_BACKFILL": True}


def test_a_crawl_asks_for_the_newest_posts_and_says_how_much_a_backfill_would_bring(
    tmp_path: Path, press: None
) -> None:
    (done,) = crawls(tmp_path, plainly, source=OPEN)
    assert lists(done) == [1]
    assert done.report.tally.pages["new"] == EACH
    (told,) = done.report.warnings
    assert "0 of 4 addresses, not begun: --backfill walks it; about 16 articles left" in told


def test_a_backfill_walks_every_page_there_is_and_not_one_more_and_only_once(tmp_path: Path, press: None) -> None:
    first, second = crawls(tmp_path, backfilling, backfilling, source=OPEN)
    assert lists(first) == [1, 2, 3, 4, 5]
    assert first.report.tally.pages["new"] == PAGES * EACH
    assert "4 of 4 addresses, ended" in first.report.warnings[0]
    assert lists(second) == [1]


def test_robots_forbids_a_list_as_anything_else(tmp_path: Path, press: None) -> None:
    def forbidding(site: Changing) -> dict[str, Any]:
        site.pages["/robots.txt"] = "User-agent: *\nDisallow: /wp-json/\n"
        return backfilling(site)

    (done,) = crawls(tmp_path, forbidding, source=OPEN)
    assert lists(done) == []


def test_posts_become_links_with_their_time() -> None:
    posts = [
        {"link": "https://bao.example/2020/03/mua-che/", "date_gmt": "2020-03-05T08:25:00"},
        {"link": "javascript:alert(1)"},
        {"link": None},
        "một bài",
        {"link": "https://bao.example/2020/03/mua-che/"},
    ]
    reading = read_page(LIST, json.dumps(posts).encode(), "application/json", 200, NOW)
    assert reading.kind == "feed"
    assert [(link.url, link.kind, link.published) for link in reading.links] == [
        ("https://bao.example/2020/03/mua-che/", "article", "2020-03-05T08:25:00Z")
    ]


def test_other_json_is_no_list_of_posts() -> None:
    assert read_page("https://bao.example/api/tin", b'[{"link": "x"}]', "application/json", 200, NOW).links == ()
    assert read_page(LIST, b'{"code": "rest_disabled"}', "application/json", 200, NOW).links == ()


@pytest.mark.parametrize("body", [b'[{"link": ', b'[{"a":' * 100_000])
def test_a_list_that_is_broken_or_nested_without_end_is_unread(body: bytes) -> None:
    with pytest.raises(Unreadable, match="no JSON"):
        read_page(LIST, body, "application/json", 200, NOW)


def test_an_address_with_half_a_surrogate_pair_is_none() -> None:
    posts = rb'[{"link": "https://bao.example/tin-\ud800/"}, {"link": "https://bao.example/tin/"}]'
    assert [link.url for link in read_page(LIST, posts, "application/json", 200, NOW).links] == [
        "https://bao.example/tin/"
    ]
