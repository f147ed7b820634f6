"""A robots.txt made to hurt: huge, endless, slow, badly encoded, leading in circles. It allows no more by that."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from crawling import Answer, Crawled, crawl, html, status
from test_crawler_faults import GOOD, one, raw

from crawler import robots

URL = "https://baotinh.example"
FORBIDDEN = f"{URL}/cam/bai-1.html"


def answered(body: bytes) -> bytes:
    head = f"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


@pytest.mark.fault(23)
@pytest.mark.parametrize(
    "body",
    [
        b"\xef\xbb\xbfUser-agent: *\nDisallow: /cam/\n",
        "User-agent: *\nDisallow: /cam/\n".encode("utf-16"),
        "User-agent: *\nDisallow: /cam/\n".encode("utf-16-be"),
        "User-agent: *\nDisallow: /cam/\n".encode("utf-16-le"),
        b"\x00\x00User-agent: *\x00\nDisallow: /cam/\x00\n",
        b"User-agent: *\rDisallow: /cam/\r",
        b"User-agent: *\r\n\r\n\r\nDisallow: /cam/",
        b"\xff\xfe\xfd rac\nUser-agent: *\nDisallow: /cam/\n",
        b"# " + b"x" * 400_000 + b"\nUser-agent: *\nDisallow: /cam/\n",
        b"User-agent: *\nDisallow: /" + b"y" * 400_000 + b"\nDisallow: /cam/\n",
        b"User-agent: " + b"z" * 400_000 + b"\nDisallow: /\n\nUser-agent: *\nDisallow: /cam/\n",
        b"\n" * 400_000 + b"User-agent: *\nDisallow: /cam/\n",
        b"User-agent: *\nDisallow: /" + b"*a" * 2_000 + b"$\nDisallow: /cam/\n",
    ],
    ids=[
        "mark of UTF-8",
        "UTF-16 with a mark",
        "UTF-16-BE",
        "UTF-16-LE",
        "NULs",
        "CR alone",
        "no last line end",
        "rubbish first",
        "a comment of 400 KB",
        "a rule of 400 KB",
        "an agent of 400 KB",
        "400,000 empty lines",
        "2,000 wildcards",
    ],
)
def test_what_is_forbidden_stays_forbidden_however_it_is_wrapped(body: bytes) -> None:
    began = time.process_time()
    rules = robots.read(200, body)
    assert not rules.allows(FORBIDDEN)
    assert rules.allows(f"{URL}/tin/bai-1.html")
    rules.allows(f"{URL}/{'a' * 2_000}")
    assert time.process_time() - began < 2


def test_many_wildcards_cost_little_time() -> None:
    rules = robots.read(200, b"User-agent: *\n" + b"Disallow: /*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b$\n" * 50)
    began = time.process_time()
    assert rules.allows(f"{URL}/{'a' * 1_900}")
    assert time.process_time() - began < 2


def crawl_with(tmp_path: Path, answer: Answer, **orders: object) -> Crawled:
    return crawl(tmp_path, one(GOOD, **{"/robots.txt": answer}), **orders)


def test_a_body_without_end_is_cut_and_what_came_of_it_binds(tmp_path: Path) -> None:
    body = b"User-agent: *\nDisallow: /tin/\n" + b"Disallow: /x/\n" * 100_000
    done = crawl_with(tmp_path, Answer([b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n" + body], close=True))
    assert "/tin/bai-1.html" not in done.paths
    assert done.state_of("/tin/bai-1.html") == ("excluded", "robots")


def test_a_body_of_many_megabytes_closes_the_site(tmp_path: Path) -> None:
    done = crawl_with(tmp_path, raw(answered(b"# robots\n" * 600_000)))
    assert set(done.paths) == {"/robots.txt"}


@pytest.mark.fault(23)
def test_a_body_that_drips_is_cut_by_time_and_closes_the_site(tmp_path: Path) -> None:
    drops = [b"HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n", *[b"#"] * 2000]
    began = time.monotonic()
    done = crawl_with(tmp_path, Answer(drops, pause=0.1), DOWNLOAD_TIMEOUT=0.5)
    assert time.monotonic() - began < 60  # of 200
    assert set(done.paths) == {"/robots.txt"}
    assert done.report.reason in ("closed", "unreachable")


@pytest.mark.fault(23)
def test_redirects_in_a_circle_end_after_five_and_leave_the_site_free(tmp_path: Path) -> None:
    site = {
        "/": html("Trang chủ", "/tin/bai-1.html"),
        "/tin/bai-1.html": GOOD,
        "/robots.txt": status("302 Found", "Location: /a.txt"),
        "/a.txt": status("302 Found", "Location: /b.txt"),
        "/b.txt": status("302 Found", "Location: /a.txt"),
    }
    done = crawl(tmp_path, lambda path, times: site.get(path))
    assert sum(path.endswith(".txt") for path in done.paths) == 6
    assert done.state_of("/tin/bai-1.html") == ("done", "")


@pytest.mark.parametrize("target", ["http://169.254.169.254/latest/", "file:///etc/passwd", "//10.0.0.1/robots.txt"])
def test_a_redirect_into_our_own_network_is_not_followed(tmp_path: Path, target: str) -> None:
    done = crawl_with(tmp_path, status("301 Moved", f"Location: {target}"))
    assert done.paths[0] == "/robots.txt"
    assert done.rows("SELECT name FROM authorities WHERE name NOT LIKE 'http://127.0.0.1:%'") == []
    assert done.state_of("/tin/bai-1.html") == ("done", "")


def test_a_coding_that_does_not_hold_closes_the_site(tmp_path: Path) -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 9\r\n\r\n"
    done = crawl_with(tmp_path, raw(head + b"not gzip!"))
    assert set(done.paths) == {"/robots.txt"}
