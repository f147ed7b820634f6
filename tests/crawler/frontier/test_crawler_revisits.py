"""Coming back: what is asked for again, with which conditions, and what a second crawl stores."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import Any

import pytest
from changing_site import LINKS, ROBOTS, Changing, crawls, nothing
from crawling import SOURCE, Crawled, answer_of, article, crawl_served, html, status
from raw_server import raw_server
from resting import as_another_day_left_it

from crawler.frontier.listing_health import MOST_WOKEN


def again(site: Changing) -> dict[str, Any]:
    return {"BAOTINH_AGAIN": True}


def test_a_second_crawl_asks_for_the_listing_alone_stores_nothing_new_and_says_so(tmp_path: Path) -> None:
    first, second = crawls(tmp_path, nothing, nothing)
    assert first.report.tally.pages["new"] == 3
    assert second.paths == ["/"]
    assert second.report.tally.pages["new"] == second.report.tally.pages["changed"] == 0
    assert "nothing new, no revision stored" in second.report.as_text()
    assert second.archived("SELECT count(*) FROM revisions") == [(3,)]


def test_conditions_come_from_the_last_visit_and_304_is_a_capture(tmp_path: Path) -> None:
    _, second = crawls(tmp_path, nothing, again)
    asked = {request.split(b" ")[1].decode(): request for request in second.requests}
    assert b"If-None-Match: " in asked["/tin/bai-1.html"]
    assert b"If-Modified-Since: Thu, 05 Mar 2020" in asked["/tin/bai-1.html"]
    assert second.archived("SELECT count(*) FROM captures WHERE status = 304") == [(4,)]
    assert second.report.tally.pages["same"] == 3


@pytest.mark.parametrize(
    "tag", ['"a\rX-Injected: 1"', '"' + "x" * 100_000 + '"', '"a\x00b"'], ids=["CR", "huge", "NUL"]
)
def test_a_validator_that_could_be_more_than_one_field_or_a_load_is_not_sent_back(tmp_path: Path, tag: str) -> None:
    async def go() -> list[Crawled]:
        async with raw_server(lambda path: answer_of(html("Trang chủ"), f"ETag: {tag}")) as server:
            return [await crawl_served(tmp_path, server, SOURCE) for _ in range(2)]

    _, second = asyncio.run(go())
    assert second.paths == ["/"]
    assert not any(b"If-None-Match" in request or b"X-Injected" in request for request in second.requests)


def test_a_source_may_switch_conditions_off(tmp_path: Path) -> None:
    source = SOURCE.replace("delay_seconds = 0", "delay_seconds = 0\nconditional = false")
    _, second = crawls(tmp_path, nothing, again, source=source)
    assert not any(b"If-None-Match" in request for request in second.requests)
    assert second.archived("SELECT count(*) FROM revisions") == [(3,)]


def test_every_twentieth_visit_asks_without_conditions(tmp_path: Path) -> None:
    steps = [nothing, *[again] * 20]
    done = crawls(tmp_path, *steps)
    plain = [number for number, one in enumerate(done) if not any(b"If-None-Match" in r for r in one.requests)]
    assert plain == [0, 20]


@pytest.mark.fault(25)
def test_an_edit_becomes_a_second_revision_and_noise_does_not(tmp_path: Path) -> None:
    def edit(site: Changing) -> dict[str, Any]:
        site.pages[LINKS[0]] = article(f"Bài {LINKS[0]}", "Nội dung của bài, đã được bổ sung.")
        site.pages[LINKS[1]] = site.pages[LINKS[1]].replace(b"</body>", b"<div>1.234 visits</div></body>")
        return {"BAOTINH_AGAIN": True}

    _, second = crawls(tmp_path, nothing, edit)
    assert dict(second.report.tally.pages) == {"kept": 1, "changed": 1, "same": 2} or dict(
        second.report.tally.pages
    ) == {"changed": 1, "same": 2}
    assert second.archived("SELECT number, count(*) FROM revisions GROUP BY number") == [(1, 3), (2, 1)]
    every = dict(second.rows("SELECT url, every FROM visits JOIN urls ON urls.id = url_id WHERE kind = 'article'"))
    shortened = [seconds for url, seconds in every.items() if url.endswith(LINKS[0])]
    assert shortened[0] < min(seconds for url, seconds in every.items() if not url.endswith(LINKS[0]))


def test_what_disappears_is_kept_in_the_archive_and_looked_for_again_tomorrow(tmp_path: Path) -> None:
    def remove(site: Changing) -> dict[str, Any]:
        del site.pages[LINKS[0]]
        return {"BAOTINH_AGAIN": True}

    began = time.time()
    _, second = crawls(tmp_path, nothing, remove)
    assert second.state_of(LINKS[0]) == ("failed", "http_404")
    assert second.archived("SELECT count(*) FROM articles") == [(3,)]
    (gone, due) = second.rows("SELECT gone_at, due FROM visits WHERE gone_at > 0")[0]
    assert int(began) <= gone <= time.time()
    assert gone < due <= time.time() + 86_400


def test_a_new_link_on_a_known_listing_is_found(tmp_path: Path) -> None:
    def publish(site: Changing) -> None:
        site.pages["/"] = html("Trang chủ", "/tin/bai-9.html", *LINKS)
        site.pages["/tin/bai-9.html"] = article("Bài chín", "Nội dung chín.")

    _, second = crawls(tmp_path, nothing, publish)
    assert second.paths == ["/", "/tin/bai-9.html"]
    assert second.report.tally.pages["new"] == 1


def test_later_pages_of_a_listing_are_asked_again_only_while_they_bring_news(tmp_path: Path) -> None:
    def paged(site: Changing) -> None:
        site.pages["/"] = html("Trang 1", "/tin/bai-1.html", "/page-2/")
        site.pages["/page-2/"] = html("Trang 2", "/tin/bai-2.html", "/page-3/")
        site.pages["/page-3/"] = html("Trang 3", "/tin/bai-3.html")

    def publish(site: Changing) -> None:
        site.pages["/"] = html("Trang 1", "/tin/bai-8.html", "/page-2/")
        site.pages["/tin/bai-8.html"] = article("Bài tám", "Nội dung tám.")

    first, second, third = crawls(tmp_path, paged, nothing, publish)
    assert {"/", "/page-2/", "/page-3/"} <= set(first.paths)
    assert second.paths == ["/"]
    assert third.paths == ["/", "/tin/bai-8.html", "/page-2/"], "page 2 has nothing new, so page 3 is not asked for"


def test_to_visit_all_that_is_known_again_is_no_reason_to_walk_a_listing_whenever_that_is(tmp_path: Path) -> None:
    def paged(site: Changing) -> None:
        site.pages["/"] = html("Trang 1", "/tin/bai-1.html", "/page-2/")
        site.pages["/page-2/"] = html("Trang 2", "/tin/bai-2.html")

    def years_later(site: Changing) -> dict[str, Any]:
        with as_another_day_left_it(tmp_path / "frontier.sqlite") as connection:
            connection.execute("UPDATE visits SET first_at = first_at - 4e8, last_at = last_at - 4e8, due = due - 4e8")
        return {"BAOTINH_AGAIN": True}

    _, *later = crawls(tmp_path, paged, again, years_later)
    assert [sorted(crawl.paths) for crawl in later] == [["/", "/tin/bai-1.html", "/tin/bai-2.html"]] * 2


def test_a_changed_robots_opens_what_it_had_closed(tmp_path: Path) -> None:
    def closed(site: Changing) -> None:
        site.pages["/robots.txt"] = "User-agent: *\nDisallow: /tin/\n"

    def opened(site: Changing) -> None:
        site.pages["/robots.txt"] = ROBOTS

    async def go() -> tuple[Crawled, Crawled]:
        site = Changing()
        async with raw_server(site) as server:
            site.server = server
            closed(site)
            first = await crawl_served(tmp_path, server, SOURCE)
            with as_another_day_left_it(tmp_path / "frontier.sqlite") as connection:
                connection.execute("UPDATE authorities SET robots_at = robots_at - 90000")  # yesterday
            opened(site)
            return first, await crawl_served(tmp_path, server, SOURCE)

    first, second = asyncio.run(go())
    assert first.report.tally.excluded == {"robots": 3}
    assert second.report.tally.pages["new"] == 3


def test_an_article_of_years_ago_is_visited_more_rarely_than_todays(tmp_path: Path) -> None:
    (done,) = crawls(tmp_path, nothing)
    every = {
        seconds
        for (seconds,) in done.rows("SELECT every FROM visits JOIN urls ON urls.id = url_id WHERE kind = 'article'")
    }
    assert every == {365 * 86_400}, "published in March 2020, whenever it was found"


def test_the_list_that_names_the_news_is_asked_for_in_each_run_and_one_that_names_none_rests(tmp_path: Path) -> None:
    source = SOURCE.replace("listing = ['^/$', ", "listing = ['^/$', '/muc/', ")

    def sections(site: Changing) -> None:
        site.pages["/"] = html("Trang chủ", "/muc/kinh-te/")
        site.pages["/muc/kinh-te/"] = html("Kinh tế", *LINKS)

    def later(site: Changing) -> None:
        with as_another_day_left_it(tmp_path / "frontier.sqlite") as connection:
            connection.execute("UPDATE visits SET due = last_at WHERE every < 86400")

    def publish(site: Changing) -> None:
        later(site)
        site.pages["/muc/kinh-te/"] = html("Kinh tế", "/tin/bai-9.html", *LINKS)
        site.pages["/tin/bai-9.html"] = article("Bài chín", "Nội dung chín.")

    _, *done = crawls(tmp_path, sections, nothing, nothing, publish, nothing, nothing, source=source)
    best, all_that_is_new = ["/muc/kinh-te/"], ["/", "/muc/kinh-te/", "/tin/bai-9.html"]
    assert [sorted(one.paths) for one in done] == [best, best, all_that_is_new, best, best]


def test_lists_that_rest_are_asked_for_where_the_best_names_only_news_or_does_not_answer(tmp_path: Path) -> None:
    def published(site: Changing, *numbers: int) -> None:
        links = [f"/tin/bai-{number}.html" for number in numbers]
        site.pages |= {link: article(f"Bài số {link[9:11]}", f"Nội dung {link}.") for link in links}
        items = "".join(
            f"<item><title>{one}</title><link>http://127.0.0.1:{site.server.port}{one}</link></item>"
            for one in links[:5]
        )
        site.pages["/rss"] = f'<?xml version="1.0"?><rss version="2.0"><channel>{items}</channel></rss>'.encode()
        site.pages["/"] = html("Trang chủ", *links)

    def first(site: Changing) -> None:
        published(site, *range(15, 10, -1))

    def flood(site: Changing) -> None:
        published(site, *range(30, 20, -1))

    def fail(site: Changing) -> None:
        site.pages["/rss"] = status("404 Not Found")

    source = SOURCE.replace('seeds = ["/"]', 'seeds = ["/"]\nfeeds = ["/rss"]')
    _, quiet, flooded, _, failing = crawls(tmp_path, first, nothing, flood, nothing, fail, source=source)
    assert quiet.paths == ["/rss"], "the first page has named nothing that the feed had not"
    assert {"/", "/tin/bai-21.html"} <= set(flooded.paths), "of ten new articles the feed names the last five"
    assert "/" in failing.paths


def test_no_more_lists_are_woken_than_a_polite_visitor_asks_for(tmp_path: Path) -> None:
    def first(site: Changing) -> None:
        menu = [f"/muc/{number}/" for number in range(60)]
        site.pages |= {"/": html("Trang chủ", *LINKS, *menu)} | {one: html("Mục", LINKS[0]) for one in menu}

    def fail(site: Changing) -> None:
        site.pages["/"] = status("404 Not Found")

    source = SOURCE.replace("'^/$', ", "'^/$', '/muc/', ")
    _, quiet, failing = crawls(tmp_path, first, nothing, fail, source=source)
    assert quiet.paths == ["/"]
    assert len(failing.paths) == 1 + MOST_WOKEN


def test_a_list_that_is_gone_or_leads_elsewhere_wakes_no_other_run_after_run(tmp_path: Path) -> None:
    def first(site: Changing) -> None:
        site.pages |= {"/": status("301 Moved", "Location: /vi/"), "/vi/": html("Trang chủ", *LINKS)}
        site.pages["/muc/kinh-te/"] = html("Kinh tế", LINKS[0])

    source = SOURCE.replace('seeds = ["/"]', 'seeds = ["/", "/muc/kinh-te/", "/het/"]')
    source = source.replace("'^/$', ", "'^/$', '^/vi/$', '/muc/', '/het/', ")
    _, *later = crawls(tmp_path, first, nothing, nothing, source=source)
    assert [one.paths for one in later] == [["/vi/"], ["/vi/"]]


def test_a_retry_after_outlives_its_run_and_ends_with_its_time(tmp_path: Path) -> None:
    def busy(site: Changing) -> None:
        site.pages[LINKS[0]] = status("503 Busy", "Retry-After: 3600")

    def free(site: Changing) -> None:
        site.pages[LINKS[0]] = article("Bài một", "Nội dung của bài.")

    def an_hour_later(site: Changing) -> None:
        with as_another_day_left_it(tmp_path / "frontier.sqlite") as connection:
            connection.execute("UPDATE authorities SET not_before = not_before - 3600")
            connection.execute("UPDATE urls SET not_before = max(0, not_before - 3600)")

    first, at_once, later = crawls(tmp_path, busy, free, an_hour_later)
    assert (first.report.reason, at_once.report.reason, later.report.reason) == ("waiting", "waiting", "finished")
    assert at_once.paths == []
    assert LINKS[0] in later.paths
