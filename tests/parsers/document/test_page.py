"""Strict reading: what is wanted is there once and is read once; selectors mean what CSS means."""

from __future__ import annotations

import gc

import pytest
from hypothesis import given
from hypothesis import strategies as st
from parsing import URL, page_of, reading_of

from archive.errors import SelectionError, Unreadable
from archive.parsers.document import page as document
from archive.parsers.document.tag_soup import parse_page
from archive.parsers.document.tree import Element, clean, longer_than, parse, raw_text, text_of
from archive.text.normalise import normalise


def test_one_raises_on_none_and_on_two() -> None:
    page = page_of("<h1>Một</h1><p>a</p><p>b</p>")
    assert text_of(page.one("h1")) == "Một"
    with pytest.raises(SelectionError, match="selects nothing"):
        page.one("h2")
    with pytest.raises(SelectionError, match="selects 2 elements"):
        page.one("p")


def test_maybe_raises_on_two_and_gives_none_for_none() -> None:
    page = page_of("<p>a</p><p>b</p>")
    assert page.maybe("h1") is None
    with pytest.raises(SelectionError):
        page.maybe("p")


def test_what_is_taken_cannot_be_read_again() -> None:
    page = page_of('<div>đầu<p class="x">giữa</p>cuối</div>')
    assert [text_of(element) for element in page.take("p.x")] == ["giữa"]
    assert page.all("p.x") == []
    assert page.all(".x") == []
    assert text_of(page.one("div")) == "đầucuối"


def test_text_behind_a_dropped_element_stays() -> None:
    root = parse(b"<html><body><div><b>x</b><i>y</i> z</div></body></html>").root
    next(root.iter("i")).drop()
    assert text_of(next(root.iter("div"))) == "x z"


@pytest.mark.parametrize(
    ("href", "url"),
    [
        ("/a.html", "http://bao.example/a.html"),
        ("b.html", "http://bao.example/xay-dung-dang/b.html"),
        ("//cdn.example/c.jpg", "http://cdn.example/c.jpg"),
        ("https://khac.example/d", "https://khac.example/d"),
        ("?page=2", f"{URL}?page=2"),
        ("../e.html", "http://bao.example/e.html"),
        (" /f.html\n", "http://bao.example/f.html"),
        ("/g/../h.html", "http://bao.example/h.html"),
        ("http://[hỏng", "http://[hỏng"),
    ],
)
def test_links_are_made_absolute_as_a_browser_makes_them(href: str, url: str) -> None:
    assert page_of("<p>x</p>").absolute(href) == url


def test_a_base_element_moves_relative_links() -> None:
    page = page_of('<base href="http://dongkhoi.example/bao/"><p>x</p>')
    assert page.absolute("tin.html") == "http://dongkhoi.example/bao/tin.html"
    assert page.absolute("/tin.html") == "http://dongkhoi.example/tin.html"


@pytest.mark.parametrize("mark", ["\x01", "\x0b", "\x1f", "\ufffe"])
def test_an_element_before_a_control_character_can_be_dropped(mark: str) -> None:
    root = parse(f"<p>Bản<b>x</b> Lầu{mark}<i>y</i>{mark}</p>".encode()).root
    for element in list(root.iter("b", "i")):
        element.drop()
    assert text_of(root) == "Bản Lầu"


@pytest.mark.parametrize(
    ("css", "ids"),
    [
        (".x", ["a", "c"]),
        ("p.x", ["c"]),
        ("#c", ["c"]),
        ("p#a", []),
        (".x, .y", ["a", "b", "c"]),
        (".y, .nowhere", ["b"]),
        ("p:not(.nowhere)", ["b", "c"]),
        ("p:not(.y)", ["c"]),
        ("div:has(.nowhere)", []),
        (".x p", ["b"]),
        ('[href*="/tin/"]', ["d"]),
        ("[href='/tin/2.html']", []),
        ("a[rel=next][href^='/tin']", ["d"]),
        ('[href="/tin,1/"], .y', ["b"]),
    ],
)
def test_a_selector_means_what_css_means_whichever_way_it_is_answered(css: str, ids: list[str]) -> None:
    box, link = '<div id=a class="x z"><p id=b class=y>1</p></div>', "<a id=d rel=next href=/tin/1.html>3</a>"
    markup = f'{box}<p id=c class="z x">2</p>{link}'
    assert [element.get("id") for element in page_of(markup).all(css)] == ids


@given(st.text())
def test_the_fast_way_of_normalising_gives_the_same_text(text: str) -> None:
    assert clean(text) == normalise(text)


@given(st.text(alphabet="aăâeêơưđĐÐðỊịộ̣̂́  \n\t\u00a0\u200b\u00adтТ.ﬁ…"))
def test_the_fast_way_of_normalising_gives_the_same_text_where_it_is_hard(text: str) -> None:
    assert clean(text) == normalise(text)


def test_text_behind_an_early_end_of_the_document_is_read() -> None:
    page = (
        "<html lang='vi'>\n</html>\n<head><title>t</title></head><body>" + "<p>Nội dung bài viết.</p>" * 20 + "</body>"
    )
    root = parse(page.encode()).root
    assert len(list(root.iter("p"))) == 20


def test_metadata_is_found_by_name_property_or_itemprop() -> None:
    head = '<meta property="og:title" content=" Một&nbsp;hai "><meta name="Author" content="a">'
    page = page_of(head + '<meta itemprop="b" content="c">')
    assert (page.meta("og:title"), page.meta("author"), page.meta("x", "b"), page.meta("none")) == (
        "Một hai",
        "a",
        "c",
        "",
    )


@pytest.mark.parametrize("head", [b"\xff\xd8\xff\xe0", b"\x89PNG\r\n", b"%PDF-1.4\n", b"PK\x03\x04"])
def test_a_file_of_another_kind_is_no_page_though_tags_stand_in_it(head: bytes) -> None:
    with pytest.raises(Unreadable, match="not_html"):
        reading_of(head + b"<html><p>x</p></html>")


def test_what_was_taken_out_is_put_back_where_it_stood() -> None:
    page = page_of('<div>đầu<p class="x">một</p>giữa<p class="y">hai<b>ba</b></p>cuối<p class="x">bốn</p></div>')
    before = [(element.tag, element.text, element.tail) for element in page.root.iter()]
    for css in (".x", "b", ".y"):
        page.take(css)
    assert [element.tag for element in page.one("div").iter()] == ["div"]
    assert page.tree.restore()
    assert [(element.tag, element.text, element.tail) for element in page.root.iter()] == before
    assert len(page.all(".x")) == 2


def test_a_listing_is_parsed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    parsed: list[bytes] = []
    monkeypatch.setattr(document, "parse_page", lambda *asked: parsed.append(asked[0]) or parse_page(*asked))
    links = "".join(
        f'<li><a href="/tin/bai-viet-so-{n}-{n}00.html">Bài viết dài thứ {n} của trang</a></li>' for n in range(9)
    )
    reading = reading_of(f"<ul>{links}</ul>")
    assert reading.kind == "listing"
    assert len(reading.teasers) == 9
    assert len(parsed) == 1


def test_a_page_that_was_read_leaves_nothing_to_a_collector() -> None:
    bar = '<div id="wm-ipp-base"><p>taken out</p></div>'
    text = "<p>Chiều nay, 24/11/2026, Ủy ban nhân dân xã Bản Lầu họp bàn về vụ lúa mùa sắp tới của bà con.</p>" * 8
    page = f"{bar}<h1>Xã Bản Lầu họp bàn về vụ lúa mùa sắp tới</h1>{text}"
    assert reading_of(page).kind == "article"
    assert gc.isenabled()
    gc.collect()
    gc.disable()
    gc.set_debug(gc.DEBUG_SAVEALL)
    try:
        reading_of(page)
        gc.collect()
        left = [one for one in gc.garbage if isinstance(one, Element)]
    finally:
        gc.set_debug(0)
        gc.enable()
        gc.garbage.clear()
    assert left == []


@given(st.lists(st.sampled_from(["a", " a", "a ", " ", "", "a a", "\xa0a"]), max_size=12), st.integers(0, 12))
def test_a_text_is_longer_than_so_many_words_as_its_words_are_counted(texts: list[str], most: int) -> None:
    markup = "".join(f"<b>{text}</b>{text}" if at % 2 else text for at, text in enumerate(texts))
    element = parse(f"<div>{markup}</div>".encode()).root
    assert longer_than(element, most) == (len(raw_text(element).split()) > most)
