"""A robots.txt made to hurt: huge, endless, slow, badly encoded, leading in circles. It allows no more by that."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from crawling import Answer, Crawled, answer_of, crawl, crawled, html, status
from faulty_site import GOOD, one, raw
from growth import MOST, growth
from raw_server import raw_server

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
    rules = robots.read(200, body)
    assert not rules.allows(FORBIDDEN)
    assert rules.allows(f"{URL}/tin/bai-1.html")


def test_many_wildcards_cost_what_the_address_does() -> None:
    rules = robots.read(200, b"User-agent: *\n" + b"Disallow: /*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b$\n" * 50)
    assert growth(lambda size: partial(rules.allows, f"{URL}/{'a' * size}")) <= MOST
    assert rules.allows(f"{URL}/{'a' * 1_900}")


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
    done = crawl_with(tmp_path, Answer(drops, pause=0.1), DOWNLOAD_TIMEOUT=0.5)
    assert set(done.paths) == {"/robots.txt"}
    assert done.report.reason in ("closed", "unreachable")


@pytest.mark.fault(23)
@pytest.mark.parametrize(
    "circle",
    [["/robots.txt"], ["/robots.txt", "/a.txt"], ["/robots.txt", "/a.txt", "/b.txt"]],
    ids=["itself", "and back", "by way of two"],
)
@pytest.mark.parametrize("home", [0, -1], ids=["to the first", "to the last"])
def test_a_circle_of_redirects_asks_each_address_once_and_closes_the_site(
    tmp_path: Path, circle: list[str], home: int
) -> None:
    onward = {
        path: status("302 Found", f"Location: {target}")
        for path, target in zip(circle, [*circle[1:], circle[home]], strict=True)
    }
    site = {"/": html("Trang chủ", "/tin/bai-1.html"), "/tin/bai-1.html": GOOD, **onward}
    done = crawl(tmp_path, lambda path, times: site.get(path))
    assert done.paths == circle
    assert (done.report.reason, done.report.left) == ("closed", 1)
    assert "redirects lead back to http://" in done.report.trouble


@pytest.mark.fault(23)
def test_a_sixth_redirect_is_not_followed_and_closes_the_site(tmp_path: Path) -> None:
    way = ["/robots.txt", *(f"/{number}.txt" for number in range(1, 9))]
    site = {path: status("302 Found", f"Location: {target}") for path, target in pairwise(way)}
    done = crawl(tmp_path, lambda path, times: site.get(path))
    assert done.paths == way[:6]
    assert done.report.reason == "closed"
    assert "5 redirects and no end" in done.report.trouble


@pytest.mark.fault(23)
def test_the_fifth_redirect_is_followed_and_its_rules_hold(tmp_path: Path) -> None:
    hops = {f"/{n}.txt": status("302 Found", f"Location: /{n + 1}.txt") for n in range(1, 5)}
    site = {
        "/": html("Trang chủ", "/tin/bai-1.html"),
        "/robots.txt": status("302 Found", "Location: /1.txt"),
        "/5.txt": "User-agent: *\nDisallow: /tin/\n",
        **hops,
    }
    done = crawl(tmp_path, lambda path, times: site.get(path))
    assert done.state_of("/tin/bai-1.html") == ("excluded", "robots")


@pytest.mark.parametrize(
    "target",
    [
        "http://169.254.169.254/latest/", "http://169.254.169.254/robots.txt", "file:///etc/passwd", "",
        "//10.0.0.1/robots.txt", "http://khac.invalid/robots.txt", "http://a:b@127.0.0.1/robots.txt",
        "http://127.0.0.1:25/robots.txt", "/robots.txt",
    ],
)  # fmt: skip
def test_a_redirect_that_cannot_be_resolved_closes_the_site(tmp_path: Path, target: str) -> None:
    done = crawl_with(tmp_path, status("301 Moved", f"Location: {target}"))
    assert set(done.paths) == {"/robots.txt"}
    assert done.rows("SELECT name FROM authorities WHERE name NOT LIKE 'http://127.0.0.1:%'") == []
    assert done.report.reason in ("closed", "unreachable")
    assert done.report.trouble


def crawl_beside(tmp_path: Path, location: str, **there: Any) -> tuple[Crawled, list[str]]:
    """A crawl whose robots.txt leads to `location` on another authority, and what that one was asked for."""

    async def run() -> tuple[Crawled, list[str]]:
        async with raw_server(lambda path: answer_of(there.get(path))) as other:
            moved = status("301 Moved", f"Location: {other.url}{location}")
            done = await crawled(tmp_path, one(GOOD, **{"/robots.txt": moved}))
            return done, other.paths

    return asyncio.run(run())


@pytest.mark.fault(23)
def test_rules_that_lie_with_another_authority_hold_for_the_first(tmp_path: Path) -> None:
    done, asked = crawl_beside(tmp_path, "/robots.txt", **{"/robots.txt": "User-agent: *\nDisallow: /tin/\n"})
    assert asked == ["/robots.txt"]
    assert done.paths == ["/robots.txt", "/"]
    assert done.state_of("/tin/bai-1.html") == ("excluded", "robots")
    assert done.archived("SELECT count(*) FROM captures WHERE kind = 'robots'") == [(2,)]


@pytest.mark.fault(23)
@pytest.mark.parametrize(
    ("theirs", "asked", "state"),
    [
        ("User-agent: *\nDisallow: /rieng/\n", ["/robots.txt"], ("todo", "")),
        ("User-agent: *\nDisallow: /khac/\n", ["/robots.txt", "/rieng/a.txt"], ("excluded", "robots")),
        (None, ["/robots.txt", "/rieng/a.txt"], ("excluded", "robots")),
        (status("302 Found", "Location: /b"), ["/robots.txt"], ("todo", "")),
    ],
    ids=["forbidden there", "allowed there", "free there", "leads on there"],
)
def test_a_redirect_makes_us_ask_a_stranger_for_nothing_that_it_forbids(
    tmp_path: Path, theirs: Any, asked: list[str], state: tuple[str, str]
) -> None:
    rules = "User-agent: *\nDisallow: /tin/\n"
    done, told = crawl_beside(tmp_path, "/rieng/a.txt", **{"/robots.txt": theirs, "/rieng/a.txt": rules})
    assert told == asked
    if state[0] == "todo":
        assert done.paths == ["/robots.txt"]
        assert done.report.reason == "closed"
    else:
        assert done.state_of("/tin/bai-1.html") == state


def test_another_authority_is_asked_for_rules_at_its_own_pace(tmp_path: Path) -> None:
    """A host that has asked to be left alone is left alone, whoever sends us there."""
    closed = status("503 Busy", "Retry-After: 3600")
    done, asked = crawl_beside(tmp_path, "/robots.txt", **{"/robots.txt": closed})
    assert asked == ["/robots.txt"]
    assert (set(done.paths), done.report.reason) == ({"/robots.txt"}, "waiting")


GROWING = {
    "blank lines": lambda n: "\n" * n,
    "blanks": lambda n: " " * n,
    "tabs and a name": lambda n: "\t" * n + "User-agent",
    "groups": lambda n: "User-agent: a\n" * (n // 14) + "Disallow: /a\n" * (n // 14),
    "groups of old spelling": lambda n: "".join(f"User agent: a{i}\n" for i in range(n // 16)) + "Allow: /\n" * 1000,
    "groups for us": lambda n: "User-agent: baotinh\nDisallow: /a\n" * (n // 33),
    "rules": lambda n: "User-agent: *\n" + "Disallow: /a\n" * (n // 13),
    "rules with wildcards": lambda n: "User-agent: *\n" + "Disallow: /*a*b*\n" * (n // 17),
    "one rule of wildcards": lambda n: "User-agent: *\nDisallow: /" + "*a" * (n // 2),
    "one rule of escapes": lambda n: "User-agent: *\nDisallow: /" + "%2" * (n // 2),
    "escapes in escapes": lambda n: "User-agent: *\nDisallow: /" + "%%33%35" * (n // 7),
    "a line": lambda n: "User-agent: *\nDisallow: /" + "ủ" * n,
    "a comment": lambda n: "#" * n,
    "colons": lambda n: ":" * n,
    "sitemaps": lambda n: "Sitemap: /a\n" * (n // 12),
}


@pytest.mark.parametrize("name", GROWING)
def test_reading_and_asking_cost_time_in_proportion_to_the_text(name: str) -> None:
    def asked(size: int) -> Callable[[], object]:
        body = GROWING[name](size).encode()
        return lambda: robots.read(200, body).allows(f"{URL}/{'a' * 1_900}")

    assert growth(asked, (60_000, 120_000, 240_000, 480_000), floor=0.01) <= MOST


def test_a_coding_that_does_not_hold_closes_the_site(tmp_path: Path) -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 9\r\n\r\n"
    done = crawl_with(tmp_path, raw(head + b"not gzip!"))
    assert set(done.paths) == {"/robots.txt"}


def test_no_more_sitemaps_are_taken_than_a_site_needs() -> None:
    text = "".join(f"Sitemap: /sm-{number}.xml\nSitemap: /sm-{number}.xml\n" for number in range(20_000))
    assert len(robots.read(200, text.encode()).sitemaps) == robots.MOST_SITEMAPS
