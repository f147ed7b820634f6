"""Which URLs and addresses may be touched, and what is a trap."""

from __future__ import annotations

import re
from datetime import date
from urllib.parse import urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from archive.sources import Register, Source
from archive.sources.load import parse_source
from archive.text.urls import url_key
from crawler.scope import as_fetched, authority, may_connect, refusal, trap

TEXT = """
id = "bao-tinh"
name = "Báo tỉnh"
kind = "newspaper"
province = "thai-nguyen"
status = "unverified"
hosts = ["baotinh.example", "cu.baotinh.example:8080"]
[[layout]]
family = "nukeviet"
[discover]
article = ['-\\d+\\.html$']
never = ['/rieng/']
"""
TODAY = date(2026, 11, 24)


@pytest.fixture(scope="module")
def source() -> Source:
    return parse_source(TEXT, "bao-tinh.toml")


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("https://baotinh.example/tin/a-1.html", ""),
        ("http://www.baotinh.example/", ""),
        ("https://baotinh.example:443/", ""),
        ("http://cu.baotinh.example:8080/", ""),
        ("http://baotinh.example:8080/", "scope:host"),
        ("https://baotinh.example:8443/", "scope:host"),
        ("https://khac.example/", "scope:host"),
        ("https://baotinh.example.khac.example/", "scope:host"),
        ("https://khac.example/?u=baotinh.example", "scope:host"),
        ("https://khac.example#@baotinh.example/", "scope:host"),
        ("https://user:pw@baotinh.example/", "scope:user"),
        ("https://baotinh.example@khac.example/", "scope:user"),
        ("ftp://baotinh.example/", "scope:scheme"),
        ("file:///etc/passwd", "scope:scheme"),
        ("javascript:alert(1)", "scope:scheme"),
        ("mailto:a@baotinh.example", "scope:scheme"),
        ("https://baotinh.example\\@khac.example/", "scope:user"),
        ("https://baotinh.example/a\\..\\b", "scope:characters"),
        ("https://baotinh.example/a b", "scope:characters"),
        ("https://baotinh.example/\r\nX: y", "scope:characters"),
        ("https://baotinh.example:99999/", "scope:characters"),
        ("https://[::1/", "scope:characters"),
        ("https://baotinh.example/" + "a" * 2000, "scope:length"),
        ("http://169.254.169.254/latest/", "scope:host"),
        ("", "scope:scheme"),
    ],
)
def test_only_the_source_s_own_hosts_by_plain_addresses(source: Source, url: str, reason: str) -> None:
    assert refusal(url, source) == reason


@pytest.mark.parametrize(
    ("address", "allowed"),
    [
        ("8.8.8.8", True),
        ("203.113.131.1", True),
        ("2001:4860:4860::8888", True),
        ("127.0.0.1", False),
        ("127.9.9.9", False),
        ("::1", False),
        ("::ffff:127.0.0.1", False),
        ("::ffff:10.0.0.1", False),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),
        ("224.0.0.1", False),
        ("255.255.255.255", False),
        ("fe80::1%eth0", False),
        ("fc00::1", False),
        ("64:ff9b::7f00:1", False),
        ("2002:7f00:1::", False),
        ("2001:0:4136:e378::", False),
        ("ff02::1", False),
        ("::", False),
        ("::127.0.0.1", False),
        ("::ffff:0:127.0.0.1", False),
        ("fec0::1", False),
        ("fd12:3456::1", False),
        ("3fff::1", False),
        ("5f00::1", False),
        ("192.88.99.1", False),
        ("0.1.2.3", False),
        ("198.18.0.1", False),
        ("192.0.0.1", False),
    ],
)
def test_only_public_addresses_are_connected_to(address: str, allowed: bool) -> None:
    assert may_connect(address) is allowed


def test_loopback_is_allowed_only_where_that_is_said_and_nothing_else_with_it() -> None:
    assert may_connect("127.0.0.1", loopback=True)
    assert may_connect("::1", loopback=True)
    assert not may_connect("10.0.0.1", loopback=True)
    assert not may_connect("169.254.169.254", loopback=True)


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://baotinh.example/tin/mua-lu-12.html", ""),
        ("https://baotinh.example/tin/mua-lu-12.html?PHPSESSID=1", "trap:session"),
        ("https://baotinh.example/tin/a;jsessionid=F00", "trap:session"),
        ("https://baotinh.example/tin/print/mua-lu-12/", "trap:print"),
        ("https://baotinh.example/tin/mua-lu?print=1", "trap:print"),
        ("https://baotinh.example/3cms/Ban-in-77.htm?art=1", "trap:print"),
        ("https://baotinh.example/tin/?replytocom=9", "trap:share"),
        ("https://baotinh.example/savefile/mua-lu", "trap:share"),
        ("https://baotinh.example/users/login/", "trap:login"),
        ("https://baotinh.example/tim-kiem?tukhoa=lu", "trap:search"),
        ("https://baotinh.example/tin/?sort=asc", "trap:sort"),
        ("https://baotinh.example/comments/feed/", "trap:comments"),
        ("https://baotinh.example/kinh-te/feed/", ""),
        ("https://baotinh.example/a/b/a/b/a/c", "trap:repeated"),
        ("https://baotinh.example/1/2/3/4/5/6/7/8/9", "trap:segments"),
        ("https://baotinh.example/lich/2031/05/", "trap:calendar"),
        ("https://baotinh.example/lich/2026/11/25/", ""),
        ("https://baotinh.example/lich/2026/11/26/", "trap:calendar"),
        ("https://baotinh.example/lich/1987/05/", "trap:calendar"),
        ("https://baotinh.example/lich/2026/02/31/", "trap:calendar"),
        ("https://baotinh.example/rieng/a-1.html", "never"),
        ("https://baotinh.example/kinh-te/", ""),
        ("https://baotinh.example/tin/inh-hoa-dat-viet/", ""),
    ],
)
def test_each_trap_has_its_name(source: Source, url: str, name: str) -> None:
    assert trap(url, source, TODAY) == name


def test_what_the_source_calls_an_article_is_no_trap(source: Source) -> None:
    assert trap("https://baotinh.example/2031/05/du-bao-2031-12.html", source, TODAY) == ""


@pytest.mark.parametrize(
    ("url", "wire"),
    [
        ("HTTPS://BaoTinh.Example/A?b=2&a=1#x", "https://baotinh.example/A?b=2&a=1"),
        ("http://baotinh.example:80", "http://baotinh.example/"),
        ("http://baotinh.example:8080/a", "http://baotinh.example:8080/a"),
        ("https://baotinh.example/Thông báo/", "https://baotinh.example/Th%C3%B4ng%20b%C3%A1o/"),
        ("https://baotinh.example/th%c3%b4ng/", "https://baotinh.example/th%C3%B4ng/"),
        ("https://baotinh.example/a//b/../c?x=&y", "https://baotinh.example/a//c?x=&y"),
        ("https://baotinh.example/x/%2e%2e/c%61m/%7Ea", "https://baotinh.example/cam/~a"),
        ("https://baotinh.example/a%2fb?c=%3d%41", "https://baotinh.example/a%2Fb?c=%3DA"),
        ("https://baotinh.example/x/%2%65%2%65/cam/a", "https://baotinh.example/cam/a"),
        ("https://baotinh.example/giam-50%.html", "https://baotinh.example/giam-50%.html"),
        ("https://baotinh.example/..", "https://baotinh.example/"),
        ("https://baotinh.example?x=../..", "https://baotinh.example/?x=../.."),
        ("https://báo.example/", "https://xn--bo-mia.example/"),
    ],
)
def test_a_url_goes_over_the_wire_in_its_canonical_form(url: str, wire: str) -> None:
    assert as_fetched(url) == wire
    assert as_fetched(wire) == wire


@pytest.mark.parametrize(
    ("path", "resolved"),
    [  # RFC 3986 sections 5.2.4 and 5.4, of what a path alone can say
        ("/a/b/c/./../../g", "/a/g"),
        ("/b/c/.", "/b/c/"),
        ("/b/c/./", "/b/c/"),
        ("/b/c/..", "/b/"),
        ("/b/c/../", "/b/"),
        ("/b/c/../g", "/b/g"),
        ("/b/c/../..", "/"),
        ("/b/c/../../../g", "/g"),
        ("/./g", "/g"),
        ("/../g", "/g"),
        ("/b/c/g.", "/b/c/g."),
        ("/b/c/.g", "/b/c/.g"),
        ("/b/c/g..", "/b/c/g.."),
        ("/b/c/..g", "/b/c/..g"),
        ("/b/c/./g/.", "/b/c/g/"),
        ("/b/c/g;x=1/../y", "/b/c/y"),
        ("/b/c/g?y/../x", "/b/c/g?y/../x"),
    ],
)
def test_dots_are_resolved_as_the_standard_says(path: str, resolved: str) -> None:
    assert as_fetched(f"http://a.example{path}") == f"http://a.example{resolved}"


_PIECES = st.sampled_from(
    [
        "/",
        ".",
        "..",
        "%",
        "%2",
        "%2e",
        "%2E",
        "%65",
        "%25",
        "%2f",
        "%33",
        "%ee",
        "e",
        "2",
        "cam",
        "?",
        "&",
        "ủ",
        "Ủ",
        ";",
        "%",
    ]
)


@given(st.lists(_PIECES, max_size=30).map("".join))
@example("%ee%2e")
def test_the_canonical_form_is_its_own_and_of_one_key_with_what_was_found(tail: str) -> None:
    found = as_fetched(f"http://baotinh.example/{tail}")
    assert as_fetched(found) == found
    path = urlsplit(found).path
    assert not {".", ".."} & set(path.split("/"))
    assert not re.search(
        r"%(?:2[DdEe]|3\d|[46][1-9A-Fa-f]|[57][0-9Aa]|5[Ff]|7[Ee])|(?=%[0-9A-Fa-f]{2})%[0-9A-F]?[a-f]", path
    )
    if "%" not in re.sub("%[0-9A-Fa-f]{2}", "", tail):  # what is half an escape has no form that all agree on
        assert url_key(found) == url_key(f"http://baotinh.example/{tail}")


@pytest.mark.parametrize(
    "url", ["", "/tin/a.html", "javascript:void(0)", "https://", "ftp://a.example/", "https://[::1"]
)
def test_what_is_no_web_address_is_an_error(url: str) -> None:
    with pytest.raises(ValueError):
        as_fetched(url)


def test_a_robots_txt_speaks_for_scheme_host_and_port() -> None:
    assert authority("http://baotinh.example:8080/a?b") == "http://baotinh.example:8080"


def test_no_source_of_the_register_may_be_asked_faster_than_once_a_second_or_without_robots() -> None:
    for source in Register.load().all():
        assert source.politeness.delay_seconds >= 1.0, source.id
        assert source.politeness.concurrency == 1, source.id
        assert source.politeness.obeys_robots or len(source.politeness.robots) > 20, source.id


@pytest.mark.parametrize(
    ("port", "kept"), [(":80", ""), (":443", ":443"), (":8080", ":8080"), (":0080", ""), (":59999", ":59999"), ("", "")]
)
def test_a_port_stays_where_it_is_not_the_usual_one(port: str, kept: str) -> None:
    assert as_fetched(f"http://baotinh.example{port}/tin/") == f"http://baotinh.example{kept}/tin/"
