"""A site that dies in mid-crawl is left alone, and whatever did not come is told until it has."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from crawling import SOURCE, Answer, Crawled, answer_of, article, crawl_served, html, status
from faulty_site import GOOD, raw
from raw_server import raw_server
from wall_clock import WALL, answer, ask

from archive.errors import CrawlError
from crawler.commands.crawl import exit_code_of
from crawler.frontier.pace import ANNOUNCED, FAILURES, KNOWN, Pace
from crawler.http.capture import Fetched

LINKS = [f"/tin/bai-{n}.html" for n in range(1, 61)]
SITE: dict[str, Any] = {
    "/robots.txt": "User-agent: *\nDisallow: /cam/\n",
    "/": html("Trang chủ", *LINKS),
    **{link: article(f"Bài {link}", "Nội dung.") for link in LINKS},
}
FAILING = {
    "closed": Answer([], close=True),
    "reset": Answer([], reset=True),
    "cut": Answer([b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n<html>"], close=True),
    "500": status("500 Oops"),
    "502": status("502 Bad Gateway"),
    "503": status("503 Busy"),
    "504": status("504 Gateway Timeout"),
}


def crawls(root: Path, *times: Callable[[str, int], Any], **orders: object) -> list[Crawled]:
    """Crawls of one server, one after the other, that answers in each as `times` says for a path and its number."""
    now, begun = [0], [0]

    async def run() -> list[Crawled]:
        async with raw_server(lambda path: answer_of(times[now[0]](path, len(server.requests) - begun[0]))) as server:
            done = []
            for number in range(len(times)):
                now[0], begun[0] = number, len(server.requests)
                done.append(await crawl_served(root, server, SOURCE, **orders))
            return done

    return asyncio.run(run())


def alive(path: str, number: int) -> Any:
    return SITE.get(path)


@pytest.mark.fault(26)
@pytest.mark.parametrize("how", FAILING)
def test_a_site_that_dies_in_mid_crawl_is_left_alone_and_the_next_run_completes_it(tmp_path: Path, how: str) -> None:
    first, second = crawls(tmp_path, lambda path, number: SITE.get(path) if number <= 20 else FAILING[how], alive)
    assert FAILURES <= len(first.paths) - 20 <= FAILURES + 1  # one died on a connection that had been kept
    assert (first.report.reason, first.report.left) == ("unreachable", 60 - 18)
    with pytest.raises(CrawlError, match="does not answer"):
        exit_code_of([(first.report, first.error)])
    assert (second.report.reason, second.report.left) == ("finished", 0)
    assert second.archived("SELECT count(*) FROM articles") == [(60,)]
    assert exit_code_of([(second.report, second.error)]) == 0


def test_a_site_that_is_dead_from_the_beginning_of_a_later_run_is_left_alone_as_soon(tmp_path: Path) -> None:
    dead = FAILING["closed"]
    first, second, third = crawls(
        tmp_path, lambda path, number: SITE.get(path) if number <= 20 else dead, *[lambda path, number: dead] * 2
    )
    for later in (second, third):
        assert len(later.paths) <= FAILURES
        assert later.report.reason == "unreachable"
    assert first.report.left < second.report.left == third.report.left, "the home page waits too by then"


def test_pages_that_are_broken_for_good_do_not_make_a_living_site_a_dead_one(tmp_path: Path) -> None:
    broken = set(LINKS[::5])
    first, second = crawls(tmp_path, *[lambda path, number: FAILING["500"] if path in broken else SITE.get(path)] * 2)
    assert (first.report.reason, first.report.left) == ("finished", 0)
    assert first.archived("SELECT count(*) FROM articles") == [(48,)]
    with pytest.raises(CrawlError, match=r"12 addresses are missing .12 http_500., as http.*asked for again from 20"):
        exit_code_of([(first.report, first.error)])
    assert exit_code_of([(second.report, second.error)]) == 0, "it got all that was due"
    (told,) = second.report.missing
    assert (told.reason, told.number, told.now) == ("http_500", 12, 0)
    assert told.message() in second.report.as_json()["warnings"]
    assert f"12 of them in earlier runs, as {told.url}; asked for again from {told.due} on" in second.report.as_text()
    assert "12 từ các lần trước" in told.message().in_language("vi")


def test_a_run_that_was_asked_to_come_back_later_is_not_whole(tmp_path: Path) -> None:
    busy = status("503 Busy", "Retry-After: 7200")
    (done,) = crawls(tmp_path, lambda path, number: busy if number > 20 else SITE.get(path))
    assert len(done.paths) == 21
    assert done.report.reason == "waiting"
    with pytest.raises(CrawlError, match=r"asks to come back later .*; 42 addresses wait"):
        exit_code_of([(done.report, done.error)])


def test_a_bound_that_was_given_is_a_clean_end_but_for_what_failed_within_it(tmp_path: Path) -> None:
    (whole,) = crawls(tmp_path / "a", alive, BAOTINH_LIMIT=10)
    assert exit_code_of([(whole.report, whole.error)]) == 0
    (failed,) = crawls(
        tmp_path / "b", lambda path, number: FAILING["500"] if path == LINKS[0] else SITE.get(path), BAOTINH_LIMIT=10
    )
    assert failed.report.reason == "limit"
    with pytest.raises(CrawlError, match=r"1 addresses are missing .1 http_500.*bai-1.html; they are asked for again"):
        exit_code_of([(failed.report, failed.error)])


@pytest.mark.parametrize("error", ["", "disconnect", "time", "timeout", "connect", "dns", "tls", "refused"])
def test_any_failure_of_the_wire_counts(error: str) -> None:
    pace, now = Pace(1.0), 0.0
    ask(pace, 0.0, answer(200))
    for number in range(1, FAILURES + 1):
        now = max(now, pace.free_at())
        ask(pace, now, answer(0, error=error))
        assert (pace.given_up != "") == (number == FAILURES)


def test_between_failures_it_waits_longer_each_time() -> None:
    pace, now, waits = Pace(1.0, base=30.0), 0.0, []
    ask(pace, 0.0, answer(200))
    for _ in range(FAILURES - 1):
        now = max(now, pace.free_at())
        ask(pace, now, answer(502))
        waits.append(pace.free_at() - now)
    assert [round(wait / 30) for wait in waits[1:]] in ([1, 2, 4], [1, 2, 5], [1, 2, 3])


def test_a_server_that_says_when_to_come_back_may_fail_ten_times_in_a_row() -> None:
    pace, now = Pace(1.0), 0.0
    ask(pace, 0.0, answer(200))
    for _ in range(10):
        now = max(now, pace.free_at())
        ask(pace, now, answer(503, ("Retry-After", "1")))
    assert pace.given_up == ""
    ask(pace, pace.free_at(), answer(200))
    for number in range(1, ANNOUNCED + 1):
        ask(pace, pace.free_at(), answer(503, ("Retry-After", "1")))
        assert (pace.given_up != "") == (number == ANNOUNCED)


def test_pages_known_to_fail_say_little_of_their_site_and_not_nothing() -> None:
    pace = Pace(1.0)
    ask(pace, 0.0, answer(200))
    for number in range(1, FAILURES * KNOWN + 1):
        pace.start()
        pace.finish(answer(500), float(number * 10_000), WALL, known=True)
        assert (pace.given_up != "") == (number == FAILURES * KNOWN)


@pytest.mark.parametrize("nothing", [answer(502), answer(0, error="refused"), answer(0, error="disconnect")])
def test_of_a_site_that_has_not_answered_well_in_this_run_known_failures_count_whole(nothing: Fetched) -> None:
    pace = Pace(1.0)
    for number in range(FAILURES):
        pace.start()
        pace.finish(nothing, float(number * 10_000), WALL, known=True)
    assert pace.given_up == "unreachable"


def test_a_deeper_page_of_a_listing_that_failed_is_asked_for_again_by_the_next_run(tmp_path: Path) -> None:
    second_page = "/page-2/"
    site: dict[str, Any] = {"/": html("Trang chủ", *LINKS[:3], second_page), second_page: html("Trang 2", *LINKS[3:5])}
    site |= {link: SITE[link] for link in LINKS[:5]}
    first, second = crawls(
        tmp_path,
        lambda path, number: FAILING["503"] if path == second_page else site.get(path),
        lambda path, _: site.get(path),
    )
    assert [(one.reason, one.number) for one in first.report.missing] == [("http_503", 1)]
    assert second.archived("SELECT count(*) FROM articles") == [(5,)]
    assert second.report.missing == ()


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (
            raw(b"HTTP/1.1 200 OK\r\nETag: 1\r\nContent-Encoding: gzip\r\n\r\n" + gzip.compress(GOOD)[:-6]),
            "content_coding",
        ),
        (raw(b"HTTP/1.1 200 OK\r\nETag: 1\r\nContent-Length: 0\r\n\r\n"), "empty"),
        (
            raw(b"HTTP/1.1 200 OK\r\nETag: 1\r\n\r\n<title>Just a moment...</title><p>Checking"),
            "refused",
        ),
        (
            raw(
                b"HTTP/1.1 200 OK\r\nETag: 1\r\n\r\n<html><body><script>document.cookie='D1N=1a2b'+'; path=/';"
                b"window.location.reload(true);</script></body></html>"
            ),
            "refused",
        ),
        (raw(b"HTTP/1.1 302 Found\r\nSet-Cookie: a=1\r\nLocation: " + LINKS[7].encode() + b"\r\n\r\n"), "redirects"),
        (raw(b"HTTP/1.1 304 Not Modified\r\nETag: 1\r\n\r\n"), "http_304"),
        (raw(b"HTTP/1.1 206 Partial\r\nETag: 1\r\nContent-Range: bytes 0-399/900\r\n\r\n" + GOOD[:400]), "http_206"),
    ],
)
def test_what_came_in_place_of_a_page_is_told_as_missing(tmp_path: Path, answer: Answer, reason: str) -> None:
    first, second = crawls(
        tmp_path,
        lambda path, _: answer if path == LINKS[7] else SITE.get(path),
        lambda path, _: SITE.get(path),
        BAOTINH_AGAIN=True,
    )
    assert [(one.reason, one.number, one.now) for one in first.report.missing] == [(reason, 1, 1)]
    with pytest.raises(CrawlError, match=f"1 addresses are missing .1 {reason}"):
        exit_code_of([(first.report, first.error)])
    assert second.report.missing == ()
    assert second.archived("SELECT count(*) FROM articles") == [(60,)]
