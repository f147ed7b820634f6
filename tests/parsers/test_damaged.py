"""Hostile and broken pages: read right, or unreadable for a named reason, in little memory, never a crash.

The pages are made here or lie in tests/damaged; the memory is that of a reader process, 300 MB a page. What they cost
in time is measured by bench.hostile.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from bounds import within
from growth import MOST, growth
from hypothesis import given, settings
from hypothesis import strategies as st
from parsing import CAPTURED, URL, reading_of

from archive.errors import Unreadable
from archive.model import Article
from archive.parsers import read_page
from archive.parsers.document import limits as guards

DAMAGED = Path(__file__).parents[1] / "damaged"
GOLDEN = Path(__file__).parents[1] / "golden" / "bac-kan" / "vnpt" / "quy-hoach" / "page.html"
HEADLINE = "Ban Thường vụ Huyện ủy Lâm Khê cho ý kiến về quy hoạch cán bộ"
TEXT = "Sáng 5/3, Đảng ủy xã Bản Lầu tổ chức hội nghị sơ kết công tác quý I, triển khai nhiệm vụ quý II năm 2024."


def _read(body: bytes, content_type: str = "text/html; charset=utf-8", url: str = URL) -> Article:
    article = read_page(url, body, content_type, 200, CAPTURED).article
    assert article is not None
    return article


def _page(text: str) -> str:
    head = f"<html><head><title>{HEADLINE}</title></head><body><h1>{HEADLINE}</h1>"
    return f"{head}<p>05/03/2024 08:00</p>{text}</body></html>"


PARAGRAPHS = "".join(f"<p>{TEXT} Lần {n}.</p>" for n in range(8))

UNREADABLE: dict[str, tuple[Callable[[], bytes], str]] = {
    "empty": (lambda: b"", "empty"),
    "white space": (lambda: b" \r\n\t" * 40, "empty"),
    "no tag": (lambda: "Không phải là HTML".encode(), "not_html"),
    "only NUL": (lambda: b"\x00" * 2000, "not_html"),
    "20 MB of text": (lambda: ("<html><body><p>" + TEXT * 160_000).encode(), "too_large"),
    "a million tags": (lambda: b"<html><body>" + b"<b>" * 1_000_000, "too_large"),
    "50,000 nested divs": (
        lambda: b"<html><body>" + b"<div>" * 50_000 + TEXT.encode() + b"</div>" * 50_000,
        "too_deep",
    ),
    "attribute bomb of 418 KB": (
        lambda: b"<html><body><div " + b" ".join(b"a%d" % n for n in range(62_000)) + b">x</div>",
        "attribute_bomb",
    ),
    "attribute bomb with values": (
        lambda: b"<html><body><p " + b" ".join(b'a%d="1"' % n for n in range(40_000)) + b">x</p>",
        "attribute_bomb",
    ),
    "attribute bomb that never ends": (
        lambda: b"<html><body><div " + b" ".join(b"a%d=1" % n for n in range(60_000)),
        "attribute_bomb",
    ),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_cannot_be_read_is_named_in_little_time(name: str) -> None:
    make, reason = UNREADABLE[name]
    body = make()

    def refused() -> str:
        with pytest.raises(Unreadable) as caught:
            read_page(URL, body, "text/html", 200, CAPTURED)
        return caught.value.reason

    assert within(refused) == reason


HARD: dict[str, Callable[[], bytes]] = {
    "NUL bytes": lambda: _page(PARAGRAPHS).replace("Bản Lầu", "Bản\x00 Lầu").encode(),
    "byte order mark": lambda: b"\xef\xbb\xbf" + _page(PARAGRAPHS).encode(),
    "UTF-16": lambda: _page(PARAGRAPHS).encode("utf-16"),
    "declared windows-1258, is UTF-8": lambda: (
        _page(PARAGRAPHS).replace("<head>", '<head><meta charset="windows-1258">').encode()
    ),
    "decomposed": lambda: unicodedata.normalize("NFD", _page(PARAGRAPHS)).encode(),
    "UTF-8 read as windows-1252": lambda: "".join(
        bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in _page(PARAGRAPHS).encode()
    ).encode(),
    "windows-1258": lambda: _viet(_page(PARAGRAPHS).replace("<head>", '<head><meta charset="windows-1258">')),
    "never closed": lambda: _page(PARAGRAPHS).replace("</p>", "").replace("</body></html>", "").encode(),
    "stray end tags": lambda: _page(PARAGRAPHS).replace("</p>", "</p></div></td></span>").encode(),
    "a comment that never ends": lambda: _page(PARAGRAPHS).replace("</body>", "<!-- het").encode(),
    "an attribute full of markup": lambda: _page(
        PARAGRAPHS.replace("<p>", "<p title='a > b < c' data-x=\"</p>\">")
    ).encode(),
    "a long script without a greater-than sign": lambda: _page(
        PARAGRAPHS + "<script>" + "var a = i<n; b = 1 " * 4000 + "</script>"
    ).encode(),
    "script in the text": lambda: _page(PARAGRAPHS + "<script>document.write('<p>quảng cáo</p>')</script>").encode(),
    "an end of the document in front of it": lambda: ("<html>\n</html>\n" + _page(PARAGRAPHS)[6:]).encode(),
    "a word of 100,000 letters": lambda: _page(PARAGRAPHS + "<div>" + "a" * 100_000 + "</div>").encode(),
    "200 levels of font": lambda: _page("<font>" * 200 + PARAGRAPHS + "</font>" * 200).encode(),
}


def _viet(text: str) -> bytes:
    # windows-1258 composes: base letter with its shape, then the tone as a combining mark.
    out = []
    for letter in unicodedata.normalize("NFC", text):
        try:
            out.append(letter.encode("cp1258"))
        except UnicodeEncodeError:
            parts = unicodedata.normalize("NFD", letter)
            tone = next((mark for mark in parts if mark in "\u0300\u0301\u0303\u0309\u0323"), "")
            base = unicodedata.normalize("NFC", parts.replace(tone, "")) if tone else letter
            out.append(base.encode("cp1258", "replace") + tone.encode("cp1258", "replace"))
    return b"".join(out)


@pytest.mark.parametrize("name", HARD)
def test_what_can_be_read_is_read_right(name: str) -> None:
    content_type = "text/html" if "windows" in name or "UTF-16" in name else "text/html; charset=utf-8"
    article = within(lambda: _read(HARD[name](), content_type))
    assert article.headline.value == HEADLINE
    wanted = tuple(f"{TEXT} Lần {n}." for n in range(8))
    assert article.body[:8] == wanted
    assert len(article.body) <= 9


@pytest.mark.parametrize("path", sorted(DAMAGED.glob("*.html")), ids=lambda path: path.stem)
def test_a_page_that_is_none_is_named_by_its_reason(path: Path) -> None:
    # The name of the file is the reason, and what shows it: soft_404--alert.html
    reason = path.stem.partition("--")[0]
    with pytest.raises(Unreadable) as caught:
        reading_of(path.read_bytes())
    assert caught.value.reason == reason


def test_an_article_that_speaks_of_a_missing_page_is_an_article() -> None:
    text = PARAGRAPHS + "<p>Nhiều người truy cập báo lỗi 404, không tìm thấy trang.</p>"
    assert _read(_page(text).encode()).headline.value == HEADLINE


def test_deep_pages_are_never_read_short() -> None:
    for depth in (100, 200, 240, 260, 400):
        body = ("<html><body>" + "<div>" * depth + PARAGRAPHS + "</div>" * depth + f"<p>{TEXT} Cuối.</p>").encode()
        try:
            reading = read_page(URL, body, "text/html", 200, CAPTURED)
        except Unreadable as error:
            reason = error.reason
        else:
            reason = ""
            assert reading.article is None or reading.article.body[-1].endswith(("Cuối.", "Lần 7."))
        assert reason == ("too_deep" if depth > guards.DEEPEST - 4 else "")


@settings(deadline=None)
@given(st.binary(max_size=600))
def test_no_bytes_crash_the_reader(noise: bytes) -> None:
    for body in (noise, b"<html><body><p>" + noise, b"<" + noise + b">", b"<?xml version='1.0'?><rss>" + noise):
        try:
            read_page(URL, body, "text/html", 200, CAPTURED)
        except Unreadable as error:
            if not error.reason:
                raise


@settings(deadline=None)
@given(st.data())
def test_no_cut_or_hole_in_a_page_crashes_the_reader(data: st.DataObject) -> None:
    page = GOLDEN.read_bytes()
    start = data.draw(st.integers(0, len(page)))
    end = data.draw(st.integers(start, len(page)))
    try:
        read_page(URL, page[:start] + page[end:], "text/html", 200, CAPTURED)
    except Unreadable as error:
        if not error.reason:
            raise


def test_the_scan_for_attributes_is_linear() -> None:
    def scan(count: int) -> Callable[[], object]:
        attributes = b" ".join(b"a%d" % n for n in range(count))
        return partial(guards.check_bytes, b"<html><body><div " + attributes + b">x</div>")

    assert growth(scan, (50_000, 100_000, 200_000, 400_000)) <= MOST
    with pytest.raises(Unreadable, match="attribute_bomb"):
        scan(400_000)()


@pytest.mark.parametrize(
    "text",
    [
        "".join(f"<div><div><div><p>{TEXT} {n}</p></div></div></div>" for n in range(2000)),
        "<div>" * 180 + "".join(f"<div><p>{TEXT} {n}</p></div>" for n in range(2000)) + "</div>" * 180,
        PARAGRAPHS + f"<div><h3>Bình luận</h3><p>{TEXT}</p></div>" * 3000,
        PARAGRAPHS + "<p>Tin liên quan</p>" * 3000,
    ],
    ids=["frames", "deep", "comments", "labels"],
)
def test_thousands_of_a_thing_are_read_in_little_time(text: str) -> None:
    body = _page(text).encode()
    assert within(lambda: _read(body).headline.value) == HEADLINE
