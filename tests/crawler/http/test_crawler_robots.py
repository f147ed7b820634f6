"""RFC 9309, section by section, as the frontier reads it."""

from __future__ import annotations

import pytest

from crawler import robots
from crawler.robots import READ_BYTES, parse, read

URL = "https://baotinh.example/tin-tuc/hoi-nghi-1.html"


@pytest.mark.parametrize(
    ("status", "body", "verdict", "allowed"),
    [
        (200, b"User-agent: *\nDisallow: /tin-tuc/\n", "rules", False),
        (200, b"User-agent: *\nDisallow: /cam/\n", "rules", True),
        (200, b"", "rules", True),
        (404, b"User-agent: *\nDisallow: /\n", "free", True),
        (403, b"User-agent: *\nDisallow: /\n", "free", True),
        (401, b"", "free", True),
        (301, b"", "closed", False),
        (429, b"", "closed", False),
        (500, b"User-agent: *\nAllow: /\n", "closed", False),
        (503, b"", "closed", False),
        (0, b"", "closed", False),
        (200, b"<!DOCTYPE html><title>Trang ch\xe1\xbb\xa7</title>Disallow: /", "free", True),
        (200, b"  \r\n<html>", "free", True),
    ],
)
def test_the_answer_s_status_decides_before_its_text(status: int, body: bytes, verdict: str, allowed: bool) -> None:
    found = read(status, body)
    assert (found.verdict, found.allows(URL)) == (verdict, allowed)


def test_an_unreachable_robots_forbids_everything() -> None:
    assert not robots.unreachable("timeout").allows(URL)


def test_a_byte_order_mark_does_not_hide_the_first_line() -> None:
    assert not read(200, b"\xef\xbb\xbfUser-agent: *\nDisallow: /tin-tuc/\n").allows(URL)


@pytest.mark.parametrize(
    ("group", "bound"),
    [
        ("baotinh", True),
        ("BaoTinh", True),
        ("baotinh/1.0", True),
        ("baotinh # that is us", True),
        ("*", True),
        ("bao", False),
        ("baotinhbot", False),
        ("tinh", False),
        ("Googlebot", False),
    ],
)
def test_a_group_binds_us_by_its_product_token_alone(group: str, bound: bool) -> None:
    assert parse(f"User-agent: {group}\nDisallow: /\n").allows(URL) is not bound


def test_our_own_group_stands_above_the_one_for_all() -> None:
    text = "User-agent: *\nDisallow: /\nCrawl-delay: 20\n\nUser-agent: baotinh\nDisallow: /cam/\n"
    assert parse(text).allows(URL)
    assert parse(text).crawl_delay is None


def test_the_longest_match_wins_and_allow_wins_a_tie() -> None:
    found = parse("User-agent: *\nDisallow: /tin-tuc/\nAllow: /tin-tuc/hoi\nDisallow: /a\nAllow: /a\n")
    assert found.allows(URL)
    assert found.allows("https://baotinh.example/a")
    assert not found.allows("https://baotinh.example/tin-tuc/khac.html")


def test_wildcards_and_ends_are_understood() -> None:
    found = parse("User-agent: *\nDisallow: /*?print=1\nDisallow: /*.pdf$\n")
    assert not found.allows("https://baotinh.example/tin/a.html?print=1")
    assert not found.allows("https://baotinh.example/van-ban/12.pdf")
    assert found.allows("https://baotinh.example/van-ban/12.pdf?x")


@pytest.mark.parametrize("rule", ["/Thông-báo/", "/Th%C3%B4ng-b%C3%A1o/"])
@pytest.mark.parametrize("path", ["/Thông-báo/1", "/Th%C3%B4ng-b%C3%A1o/1"])
def test_vietnamese_paths_match_raw_and_escaped(rule: str, path: str) -> None:
    assert not parse(f"User-agent: *\nDisallow: {rule}\n").allows(f"https://baotinh.example{path}")


@pytest.mark.parametrize(
    ("rules", "path", "allowed"),
    [
        ("Disallow: /cam/", "/cam%2Fa", False),
        ("Disallow: /cam/", "/cam%2fa", False),
        ("Disallow: /cam/", "/x%2F..%2Fcam%2Fa", False),
        ("Disallow: /cam/", "/cam%252Fa", True),
        ("Disallow: /cam/", "/tin%2Fa", True),
        ("Disallow: /cam%2Fa", "/cam%2Fa", False),
        ("Disallow: /cam%2Fa", "/cam/a", True),
        ("Disallow: /cam/\nAllow: /cam%2Fa", "/cam%2Fa", False),
        ("Disallow: /*.pdf$", "/a%2Fb.pdf", False),
        ("Disallow: /cam/", "/tin/a?b=/cam%2Fa", True),
    ],
)
def test_an_address_is_forbidden_if_it_is_so_as_it_stands_or_as_a_server_decodes_it(
    rules: str, path: str, allowed: bool
) -> None:
    assert parse(f"User-agent: *\n{rules}\n").allows(f"https://baotinh.example{path}") is allowed


@pytest.mark.parametrize(
    ("pattern", "path", "forbidden"),
    [  # the table of section 2.2.2, and 2.2.3
        ("/foo/bar?baz=quz", "/foo/bar?baz=quz", True),
        ("/foo/bar?baz=https://foo.bar", "/foo/bar?baz=https%3A%2F%2Ffoo.bar", True),
        ("/foo/bar?baz=https%3A%2F%2Ffoo.bar", "/foo/bar?baz=https://foo.bar", True),
        ("/*baz=https://foo", "/foo/bar?baz=https%3A%2F%2Ffoo.bar", True),
        ("/foo%2Fbar", "/foo/bar", False),
        ("/foo/bar/ツ", "/foo/bar/%E3%83%84", True),
        ("/foo/bar/%e3%83%84", "/foo/bar/%E3%83%84", True),
        ("/foo/bar/%62%61%7A", "/foo/bar/baz", True),
        ("/path/file-with-a-%2A.html", "/path/file-with-a-*.html", True),
        ("/path/foo-%24", "/path/foo-$", True),
        ("/path/foo-$x", "/path/foo-$x", True),
        ("/a(b)", "/a%28b%29", True),
        ("/a$", "/a", True),
        ("/a$", "/ab", False),
        ("/a$", "/a?b", False),
        ("/*/b$", "/a/b/b", True),
        ("/a*a", "/a", False),
        ("/a*$", "/abc", True),
        ("*.pdf$", "/van-ban/1.pdf", True),
        ("/**a", "/xa", True),
        ("cam/", "/cam/a", True),
        ("/Cam/", "/cam/", False),
        ("/", "/robots.txt", False),
    ],
)
def test_a_pattern_matches_as_the_standard_says(pattern: str, path: str, forbidden: bool) -> None:
    assert parse(f"User-agent: *\nDisallow: {pattern}\n").allows(f"https://baotinh.example{path}") is not forbidden


@pytest.mark.parametrize(
    ("text", "bound"),
    [
        ("User-agent: a\nUser-agent: *\nDisallow: /\n", True),
        ("User-agent: *\nUser-agent: a\n\n\nDisallow: /\n", True),
        ("User-agent: *\nSitemap: /s.xml\nUser-agent: a\nDisallow: /\n", True),  # 2.2.4: other records part nothing
        ("User-agent: *\nAllow: /b\nUser-agent: a\nDisallow: /\n", False),
        ("User-agent: *\nDisallow:\nUser-agent: a\nDisallow: /\n", False),
        ("User-agent: baotinh\nAllow: /x\n\nUser-agent: *\nDisallow: /\n", False),
        ("User-agent: baotinh\nAllow: /x\n\nUser-agent: baotinh\nDisallow: /\n", True),  # 2.2.1: groups are one
        ("User-agent: *\nAllow: /x\n\nUser-agent: *\nDisallow: /\n", True),
        ("Disallow: /\nUser-agent: *\nAllow: /x\n", False),
        ("user-AGENT : *\r\n disallow\t:\t/ # tất cả\r\n", True),
        ("User-agent *\nDisallow /\n", True),
        ("<!-- của chúng tôi -->\nUser-agent: *\nDisallow: /\n", True),
        ("User-agent: *\nDisallow: /#a\n", True),
    ],
)
def test_groups_bind_as_the_standard_says(text: str, bound: bool) -> None:
    assert read(200, text.encode()).allows(URL) is not bound


def test_bad_lines_are_passed_over() -> None:
    found = parse("Xin chào\nDisallow\n: x\nUser-agent: *\nDissalow: /x\nDisallow: /tin-tuc/\n")
    assert not found.allows(URL)


def test_only_the_first_500_kib_count_and_no_half_line_of_them() -> None:
    line = b"Disallow: /a-long-path-that-fills-the-file/\n"
    head = b"User-agent: *\n"
    rows = (READ_BYTES - len(head)) // len(line)
    body = head + line * rows + b"Disallow: /tin-tuc/\n" + line * 1000
    cut_inside_last = body[: len(head) + len(line) * rows] + b"Disallow: /" + b"x" * 200
    assert read(200, body[: READ_BYTES - 100]).allows(URL)
    found = read(200, cut_inside_last)
    assert found.allows(URL), "half a rule, `Disallow: /`, must not become a rule for everything"
    assert found.note == "cut at 500 KiB"


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("7", 7.0), ("0.5", 0.5), ("nan", None), ("-3", None), ("inf", None), ("x", None), ("0", None)],
)
def test_a_crawl_delay_is_a_number_of_seconds(value: str, seconds: float | None) -> None:
    assert parse(f"User-agent: *\nCrawl-delay: {value}\n").crawl_delay == seconds


def test_crawl_delay_and_sitemaps_are_given_back() -> None:
    found = parse("User-agent: *\nCrawl-delay: 7\nSitemap: https://baotinh.example/sitemap.xml\n")
    assert (found.crawl_delay, found.sitemaps) == (7.0, ("https://baotinh.example/sitemap.xml",))
