"""Keys of addresses: all spellings of one address have one key, and two pages never share one."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.text.urls import _key, public_id, url_key

SAME = [
    ("http://bao.example/tin/a-1.html", "https://bao.example/tin/a-1.html"),
    ("http://bao.example", "http://bao.example/"),
    ("http://BAO.example:80/", "https://bao.example:443/"),
    ("http://bao.example/?ItemID=5&amp;CatID=3", "http://bao.example/?CatID=3&ItemID=5"),
    ("http://bao.example/a&#x002F;b", "http://bao.example/a/b"),
    ("http://bao.example/tag/hội-nghị", "http://bao.example/tag/h%e1%bb%99i-ngh%E1%BB%8B"),
    (unicodedata.normalize("NFD", "http://bao.example/tag/hội-nghị"), "http://bao.example/tag/hội-nghị"),
    ("http://bao.example/tag/hô%CC%A3i", "http://bao.example/tag/hội"),  # NFD in the escapes
    ("http://bao.example/a?utm_source=zalo&fbclid=1&id=5", "http://bao.example/a?id=5"),
    ("http://bao.example/a;jsessionid=0A1B?x=1", "http://bao.example/a?x=1"),
    ("http://bao.example/tin/../a/./b", "http://bao.example/a/b"),
    ("http://bao.example/a#binh-luan", "http://bao.example/a"),
    ("http://bao.example/%7Enam/%2e%2e/a", "http://bao.example/a"),
    ("http://bao.example/%ee%2e", "http://bao.example/%EE."),  # bytes that are no UTF-8 beside a letter
    ("http://bao.example/%ee%61%cc%81", "http://bao.example/%EEá"),
    (" http://bao.example/a\n", "http://bao.example/a"),
    ("http://báo.example/", "http://xn--bo-mia.example/"),
    ("http://bao.example./a", "http://bao.example/a"),
    ("//bao.example/a", "http://bao.example/a"),
    ("http://bao.example/a?", "http://bao.example/a"),
]
OTHER = [
    ("http://bao.example/a", "http://bao.example/a/"),
    ("http://bao.example/a", "http://www.bao.example/a"),
    ("http://bao.example/a", "http://bao.example/A"),
    ("http://bao.example/a", "http://bao.example:8080/a"),
    ("http://bao.example/a%2Fb", "http://bao.example/a/b"),
    ("http://bao.example/a?x=1%262", "http://bao.example/a?x=1&2"),
    ("http://bao.example/?id=1", "http://bao.example/?id=2"),
    ("http://bao.example/a?b=1&copy=2", "http://bao.example/a?b=1©=2"),
    ("http://bao.example/hoi", "http://bao.example/hội"),
    ("http://bao.example/%ee", "http://bao.example/%ef"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_spellings_of_one_address_share_a_key(one: str, other: str) -> None:
    assert url_key(one) == url_key(other)


@pytest.mark.parametrize(("one", "other"), OTHER)
def test_two_addresses_have_two_keys(one: str, other: str) -> None:
    assert url_key(one) != url_key(other)


PIECES = st.sampled_from(
    ["http://", "https://", "//", "bao.example", "www.", "/", ".", "..", "?", "&", "=", "&amp;", "&#x2F;", ";", "%",
     "%25", "%2F", "%E1", "%e1%bb%a7", "%2e", "ủ", "u\u0309", "#", "a", "B", ":80", ":443", ":8080", " ", "+",
     ";jsessionid=1", "utm_source=z", "[", "]", "@", "%3F", "\u00ad", "İ"],
)  # fmt: skip
ADDRESSES = st.one_of(
    st.text(), st.lists(PIECES, max_size=14).map(lambda parts: "http://bao.example/" + "".join(parts))
)


@given(st.one_of(ADDRESSES, st.lists(PIECES, max_size=14).map("".join)))
def test_the_key_of_a_key_is_itself(url: str) -> None:
    assert url_key(url_key(url)) == url_key(url)


@given(st.text(alphabet="ab./-_~AZ09", max_size=30))
def test_the_quick_way_gives_the_same_key(rest: str) -> None:
    for url in (f"http://bao.example/{rest}", f"https://{rest}"):
        assert url_key(url) == _key(url)


@given(ADDRESSES)
def test_a_public_id_is_ten_letters_and_digits(url: str) -> None:
    found = public_id(url_key(url))
    assert len(found) == 10
    assert set(found) <= set("abcdefghijklmnopqrstuvwxyz234567")


@pytest.mark.parametrize(
    "url", ["", "mailto:a@b.example", "javascript:void(0)", "data:text/html,x", "http://[bad", "http:///x"]
)
def test_what_is_no_web_address_is_its_own_key(url: str) -> None:
    assert url_key(url) == url


@pytest.mark.parametrize("port", ["", ":80", ":443", ":8080", ":80800", ":59999", ":65535", ":0080", ":99999", ":"])
@pytest.mark.parametrize("path", ["/", "/tin/bai-1.html", "/a/../b", "/.x", "/tin?b=1&a=2"])
def test_the_short_way_to_a_key_and_the_long_one_come_to_the_same(port: str, path: str) -> None:
    address = f"http://baotinh.example{port}{path}"
    assert url_key(address) == _key(address)
