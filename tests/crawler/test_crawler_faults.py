"""What servers do wrong, in one crawl each: nothing is lost, nothing is taken for what it is not, and manners hold."""

from __future__ import annotations

import gzip
import re
from pathlib import Path
from typing import Any

import pytest
from crawling import SOURCE, Answer, Crawled, crawl, html, pages, status
from faulty_site import GOOD, ROBOTS, captured, one, raw


@pytest.mark.fault(30)
@pytest.mark.parametrize(
    ("name", "answer", "state"),
    [
        ("no length, whole", raw(b"HTTP/1.1 200 OK\r\n\r\n" + GOOD), ("done", "")),
        ("length too small", raw(b"HTTP/1.1 200 OK\r\nContent-Length: 120\r\n\r\n" + GOOD), ("done", "")),
        ("103 first", raw(b"HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\n\r\n" + GOOD), ("done", "")),
        ("empty 200", raw(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"), ("done", "empty")),
        ("204", raw(b"HTTP/1.1 204 No Content\r\n\r\n"), ("done", "no_article")),
        ("garbage", raw(b"\x16\x03\x01 this is TLS, or nothing\r\n"), ("failed", "not_http")),
        (
            "gzip that is not",
            raw(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + GOOD),
            ("done", "content_coding"),
        ),
        (
            "gzip cut",
            raw(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + gzip.compress(GOOD)[:-6]),
            ("done", "content_coding"),
        ),
    ],
)
def test_each_answer_is_recorded_as_what_it_is(
    tmp_path: Path, name: str, answer: Answer, state: tuple[str, str]
) -> None:
    done = crawl(tmp_path, one(answer))
    found = done.state_of("/tin/bai-1.html")
    assert found[0] == state[0], (name, found)
    if name not in ("length too small",):  # what 120 bytes of an article are is the reader's business
        assert found == state, name
    assert len(captured(done)) == 1


@pytest.mark.fault(5)
@pytest.mark.parametrize(
    "answer",
    [
        raw(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n" + GOOD),
        raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffff\r\n" + GOOD),
        raw(b"HTTP/1.1 200 OK\r\nContent-Le"),
        raw(b""),
    ],
    ids=["body", "chunk", "head", "nothing"],
)
def test_what_is_cut_is_kept_asked_for_again_and_failed_never_done(tmp_path: Path, answer: Answer) -> None:
    done = crawl(tmp_path, one(answer))
    assert done.state_of("/tin/bai-1.html") == ("failed", "disconnect")
    assert [truncated for _, _, truncated, _ in captured(done)] == ["disconnect"] * 3
    assert done.archived("SELECT count(*) FROM articles") == [(0,)]


@pytest.mark.fault(5)
def test_a_page_cut_once_and_then_whole_is_an_article(tmp_path: Path) -> None:
    answers = [raw(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n" + GOOD[:200]), GOOD]
    done = crawl(tmp_path, lambda path, times: answers[times] if path == "/tin/bai-1.html" else one(GOOD)(path, times))
    assert done.state_of("/tin/bai-1.html") == ("done", "")
    assert [state for state, _, _, _ in captured(done)] == ["unread", "new"]


@pytest.mark.fault(11)
def test_a_slow_page_is_cut_by_time_while_others_go_on(tmp_path: Path) -> None:
    slow = Answer([b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n", b"a"], hang=True)
    site = {"/": html("Trang chủ", "/tin/bai-1.html", "/tin/bai-2.html"), "/robots.txt": ROBOTS}
    site |= {"/tin/bai-1.html": slow, "/tin/bai-2.html": GOOD}
    source = SOURCE.replace("delay_seconds = 0", "delay_seconds = 0\nconcurrency = 2")
    done = crawl(tmp_path, pages(site), source, DOWNLOAD_TIMEOUT=0.3)
    assert done.state_of("/tin/bai-1.html") == ("failed", "time")
    assert done.state_of("/tin/bai-2.html") == ("done", "")
    assert {truncated for _, _, truncated, _ in captured(done)} == {"time"}


@pytest.mark.fault(19)
def test_a_page_without_end_is_cut_at_the_limit_and_not_asked_for_again(tmp_path: Path) -> None:
    huge = raw(b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 3_000_000)
    done = crawl(tmp_path, one(huge), DOWNLOAD_MAXSIZE=100_000)
    assert done.state_of("/tin/bai-1.html") == ("failed", "length")
    assert captured(done, "truncated, length < 5000") == [("length", 1)]
    assert done.paths.count("/tin/bai-1.html") == 1


@pytest.mark.fault(23)
@pytest.mark.parametrize(
    ("answer", "asked"),
    [
        (status("500 Oops"), 3),
        (status("503 Busy"), 3),
        (status("429 Slow down"), 3),
        (raw(b""), 3),
        (raw(b"garbage\r\n\r\n"), 1),
    ],
    ids=["500", "503", "429", "nothing", "garbage"],
)
def test_a_robots_that_cannot_be_read_closes_the_site(tmp_path: Path, answer: Answer, asked: int) -> None:
    done = crawl(tmp_path, pages({"/": html("Trang chủ"), "/robots.txt": answer}))
    assert set(done.paths) == {"/robots.txt"}
    assert len(done.paths) >= min(asked, 2)
    assert done.report.reason in ("closed", "unreachable", "refused")
    assert done.report.left == 1, "what is not fetched is left for the next run"
    assert done.report.trouble != ""


@pytest.mark.fault(23)
@pytest.mark.parametrize(
    "answer",
    [
        status("404 Not Found"),
        status("403 Forbidden"),
        status("200 OK", body=b"<!DOCTYPE html><p>Trang kh\xc3\xb4ng t\xe1\xbb\x93n t\xe1\xba\xa1i"),
    ],
    ids=["404", "403", "html"],
)
def test_a_robots_that_is_not_there_leaves_the_site_free(tmp_path: Path, answer: Answer) -> None:
    done = crawl(tmp_path, one(GOOD, **{"/robots.txt": answer}))
    assert done.state_of("/tin/bai-1.html") == ("done", "")
    assert done.paths.count("/robots.txt") <= 6


@pytest.mark.fault(23)
def test_a_robots_that_has_moved_is_followed_and_its_rules_hold_for_the_first_address(tmp_path: Path) -> None:
    site = {"/": html("Trang chủ", "/cam/bai-1.html"), "/robots.txt": status("302 Found", "Location: /r2.txt")}
    done = crawl(tmp_path, pages({**site, "/r2.txt": ROBOTS, "/cam/bai-1.html": GOOD}))
    assert done.paths == ["/robots.txt", "/r2.txt", "/"]


@pytest.mark.fault(23)
def test_a_robots_of_600_kb_is_read_as_far_as_the_standard_asks(tmp_path: Path) -> None:
    text = ROBOTS + "Disallow: /khong-co-trang-nay-o-dau-ca/\n" * 20_000 + "Disallow: /tin/\n"
    done = crawl(tmp_path, one(GOOD, **{"/robots.txt": text}))
    assert done.state_of("/tin/bai-1.html") == ("done", "")


def test_robots_is_a_capture_and_its_decision_is_stored(tmp_path: Path) -> None:
    done = crawl(tmp_path, one(GOOD))
    assert done.archived("SELECT count(*) FROM captures WHERE kind = 'robots'") == [(1,)]
    assert done.rows("SELECT decision, detail ->> 'text' FROM decisions") == [("robots", "rules: status 200")]


def test_robots_is_asked_once_a_day_and_not_once_a_run(tmp_path: Path) -> None:
    import asyncio

    from crawling import answer_of, crawl_served, raw_server

    async def twice() -> tuple[Crawled, Crawled]:
        async with raw_server(lambda path: answer_of(one(GOOD)(path, 0))) as server:
            return await crawl_served(tmp_path, server, SOURCE), await crawl_served(tmp_path, server, SOURCE)

    first, second = asyncio.run(twice())
    assert (first.paths.count("/robots.txt"), second.paths.count("/robots.txt")) == (1, 0)


@pytest.mark.fault(14)
@pytest.mark.parametrize("value", ["1", "soon"])
def test_nothing_goes_to_a_host_before_its_retry_after(tmp_path: Path, value: str) -> None:
    times: dict[str, float] = {}

    def site(path: str, asked: int) -> Any:
        import time

        times.setdefault(f"{path} {asked}", time.monotonic())
        if path == "/tin/bai-1.html" and not asked:
            return status("503 Busy", f"Retry-After: {value}")
        return (
            pages({"/": html("Trang", "/tin/bai-1.html", "/tin/bai-2.html"), "/robots.txt": ROBOTS}).__call__(
                path, asked
            )
            or GOOD
        )

    done = crawl(tmp_path, site)
    waited = min(at for key, at in times.items() if at > times["/tin/bai-1.html 0"]) - times["/tin/bai-1.html 0"]
    assert waited >= (1.0 if value == "1" else 0.04)
    assert done.state_of("/tin/bai-1.html") == ("done", "")
    decided = [what for _, what, _ in done.report.decisions]
    assert ("retry after" if value == "1" else "back off") in decided


def test_three_refusals_end_the_run_and_leave_the_rest_to_do(tmp_path: Path) -> None:
    links = [f"/tin/bai-{n}.html" for n in range(1, 9)]
    site = {"/": html("Trang chủ", *links), "/robots.txt": ROBOTS, **dict.fromkeys(links, status("403 Forbidden"))}
    done = crawl(tmp_path, pages(site))
    assert done.report.reason == "refused"
    assert len([path for path in done.paths if path.startswith("/tin/")]) == 3
    assert done.report.left == 5
    assert "refuses us" in done.report.trouble


def test_a_site_without_an_article_is_told_in_one_line(tmp_path: Path) -> None:
    done = crawl(tmp_path, pages({"/": html("Trang chủ", "/gioi-thieu/"), "/robots.txt": ROBOTS}))
    assert done.report.reason == "finished"
    assert "no article among 1 answers" in done.report.trouble


def test_http_that_redirects_to_https_moves_the_row_and_is_no_loop(tmp_path: Path) -> None:
    # Both spellings have one key; the port stands in for the scheme here, as the test's server speaks no TLS.
    def site(path: str, asked: int) -> Any:
        if path == "/tin/bai-1.html" and not asked:
            return status("301 Moved", "Location: /tin/bai-1.html?utm_source=zalo")
        if path.startswith("/tin/bai-1.html"):
            return GOOD
        return one(GOOD)(path, asked)

    done = crawl(tmp_path, site)
    assert done.rows("SELECT url LIKE '%zalo', state FROM urls WHERE kind = 'article'") == [(1, "done")]
    assert done.archived("SELECT count(*) FROM articles") == [(1,)]


@pytest.mark.fault(12)
def test_a_page_that_redirects_to_itself_is_failed(tmp_path: Path) -> None:
    done = crawl(tmp_path, one(status("302 Found", "Location: /tin/bai-1.html")))
    assert done.state_of("/tin/bai-1.html") == ("failed", "redirects")
    assert done.paths.count("/tin/bai-1.html") == 6


def test_an_article_that_redirects_home_is_failed_and_not_an_article(tmp_path: Path) -> None:
    done = crawl(tmp_path, one(status("302 Found", "Location: /")))
    assert done.state_of("/tin/bai-1.html") == ("failed", "redirect_home")


@pytest.mark.fault(9, 20)
@pytest.mark.parametrize(
    ("name", "made", "coding", "reason"),
    [
        ("gzip bomb", lambda: gzip.compress(b"a" * 200_000_000, 1), "gzip", "too_large"),
        (
            "attribute bomb",
            lambda: b"<html><body><p " + b" ".join(b"a%d=1" % n for n in range(87_000)),
            "",
            "attribute_bomb",
        ),
        ("deep nesting", lambda: b"<html><body>" + b"<div>" * 3_000 + GOOD, "", "too_deep"),
    ],
)
def test_a_bomb_is_kept_unread_with_its_name(tmp_path: Path, name: str, made: Any, coding: str, reason: str) -> None:
    body = made()
    head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {len(body)}\r\n"
    head += f"Content-Encoding: {coding}\r\n\r\n" if coding else "\r\n"
    done = crawl(tmp_path, one(raw(head.encode() + body)))
    assert done.state_of("/tin/bai-1.html") == ("done", reason), name
    assert captured(done, "state, length < 1000000") == [("unread", 1)]


@pytest.mark.fault(22)
def test_a_sitemap_reads_no_file_and_calls_nobody(tmp_path: Path) -> None:
    secret = tmp_path / "bi-mat.txt"
    secret.write_text("http://127.0.0.1:9/bi-mat-1.html")
    evil = (
        f'<?xml version="1.0"?><!DOCTYPE urlset [<!ENTITY a SYSTEM "file://{secret}"><!ENTITY b "&b1;&b1;&b1;">'
        '<!ENTITY b1 "/tin/bai-7.html"><!ENTITY c SYSTEM "http://127.0.0.1:1/x">]>'
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>&a;</loc></url><url><loc>&c;</loc></url></urlset>'
    )
    source = SOURCE.replace('seeds = ["/"]', 'seeds = ["/"]\nsitemaps = ["/sm.xml"]')
    done = crawl(tmp_path / "a", one(GOOD, **{"/sm.xml": evil}), source)
    assert done.state_of("/sm.xml")[0] == "done"
    assert done.rows("SELECT count(*) FROM urls WHERE url LIKE '%bi-mat%'") == [(0,)]
    assert set(done.paths) == {"/robots.txt", "/", "/sm.xml", "/tin/bai-1.html"}


def test_a_sitemap_that_ends_in_its_middle_makes_a_crawl_less_than_whole(tmp_path: Path) -> None:
    cut = "<urlset><url><loc>http://bao.example/tin/bai-7.html</loc></url><url><loc>http://bao.ex"
    source = SOURCE.replace('seeds = ["/"]', 'seeds = ["/"]\nsitemaps = ["/sm.xml"]')
    done = crawl(tmp_path / "a", one(GOOD, **{"/sm.xml": cut}), source)
    assert done.state_of("/sm.xml") == ("done", "truncated")
    assert [(one.reason, one.number) for one in done.report.missing] == [("truncated", 1)]
    assert done.report.tally.passed_over["scope:host"] == 1, "what it names before its end was looked at"


@pytest.mark.fault(15)
def test_a_host_without_an_address_is_left_for_the_next_run(tmp_path: Path) -> None:
    source = SOURCE.replace("127.0.0.1:{port}", "khong-co.invalid").replace("delay_seconds = 0", "delay_seconds = 1")
    done = crawl(tmp_path, one(GOOD), source)
    assert (done.report.reason, done.report.left, done.paths) == ("unreachable", 1, [])
    assert re.search(r"khong-co\.invalid has no address|no name .* for khong-co\.invalid", done.report.trouble)


def test_the_second_page_of_a_listing_that_is_a_document_is_told(tmp_path: Path) -> None:
    """What stands behind it nobody knows: no link leads on from a PDF."""
    document = status("200 OK", "Content-Type: application/pdf", body=b"%PDF-1.4")
    home = html("Trang chủ", "/tin/bai-1.html", "/page-2/")
    done = crawl(tmp_path, pages({"/": home, "/robots.txt": ROBOTS, "/tin/bai-1.html": GOOD, "/page-2/": document}))
    assert done.report.tally.unread == {"not_html": 1}
    assert done.report.tally.examples["unread not_html"].endswith("/page-2/")
