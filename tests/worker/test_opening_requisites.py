"""What a page needs to be seen is found in its bytes, whatever parser reads its text."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from selectolax.lexbor import LexborHTMLParser

from archive.model import Capture, Place, StoredCapture
from archive.sources import Register
from archive.text.urls import LONGEST
from archive.worker.page import parse_capture
from archive.worker.requisites import requisites_of_page, requisites_of_sheet

PAGE = "https://baotinh.example/tin/bai-12.html"
SITE = "https://baotinh.example"


def needed(markup: str, url: str = PAGE) -> list[tuple[str, str]]:
    return [(link.url, link.kind) for link in requisites_of_page(LexborHTMLParser(markup), markup.encode(), url)]


@pytest.mark.parametrize(
    ("markup", "url"),
    [
        ('<link rel="stylesheet" href="/css/a.css?v=3">', f"{SITE}/css/a.css?v=3"),
        ('<link rel="alternate StyleSheet" href="../b.css">', f"{SITE}/b.css"),
        ('<link rel="shortcut icon" href="/favicon.ico">', f"{SITE}/favicon.ico"),
        ('<link rel="preload" as="font" href="/f.woff2">', f"{SITE}/f.woff2"),
        ('<link rel="stylesheet" href="//cdn.example/c.css">', "https://cdn.example/c.css"),
        ("<style>@import 'c.css'; p{color:red}</style>", f"{SITE}/tin/c.css"),
        ("<p style=\"background:url('/anh/n%E1%BB%81n.png')\">", f"{SITE}/anh/n%E1%BB%81n.png"),
        ('<img src="/anh/cờ đỏ.jpg">', f"{SITE}/anh/cờ đỏ.jpg"),
        ('<img srcset="a-320.jpg 320w, a-640.jpg 640w">', f"{SITE}/tin/a-640.jpg"),
        ('<picture><source srcset="a.webp 1x, b.webp 2x"><img alt=""></picture>', f"{SITE}/tin/b.webp"),
        ('<table><tr><td background="nen.gif">', f"{SITE}/tin/nen.gif"),
        ('<table background="nen.gif">', f"{SITE}/tin/nen.gif"),
        ('<input type="image" src="tim.png">', f"{SITE}/tin/tim.png"),
        ('<svg><image xlink:href="h.svg"/></svg>', f"{SITE}/tin/h.svg"),
        ('<svg><use href="/icons.svg#search"/></svg>', f"{SITE}/icons.svg"),
        ('<video poster="/anh/bia.jpg"></video>', f"{SITE}/anh/bia.jpg"),
        ('<frameset><frame src="/trai.html"></frameset>', f"{SITE}/trai.html"),
        ('<base href="/goc/"><img src="a.png">', f"{SITE}/goc/a.png"),
    ],
)
def test_a_page_needs_each_of_these(markup: str, url: str) -> None:
    assert needed(markup) == [(url, "requisite")]


@pytest.mark.parametrize(
    "markup",
    [
        '<script src="/a.js"></script>',
        '<link rel="canonical" href="/x">',
        '<link rel="preload" as="script" href="/a.js">',
        '<a href="/khac.html">Bài khác</a>',
        '<img src="data:image/gif;base64,AA==">',
        '<iframe src="https://www.youtube.com/embed/x"></iframe>',
        '<img src="/index.php?second=cronjobs&amp;p=u25q" width="1" height="1">',
        '<iframe src="about:blank"></iframe>',
        '<iframe src=""></iframe>',
        '<!-- <link rel="stylesheet" href="/cu.css"> -->',
        '<style>@font-face{src:url("f.eot")}</style>',
        "",
        "<",
    ],
)
def test_a_page_needs_none_of_these(markup: str) -> None:
    assert needed(markup) == []


@pytest.mark.parametrize(
    "markup",
    [
        '<iframe src="/uploads/nghi-quyet-26.pdf"></iframe>',
        '<iframe src="/pdfjs/web/viewer.html?file=%2Fuploads%2Fnghi-quyet-26.pdf#page=2"></iframe>',
        '<iframe src="https://docs.google.com/gview?embedded=true&amp;url=https://baotinh.example/uploads/nghi-quyet-26.pdf"></iframe>',
        '<iframe src="/xem?url=/uploads/nghi-quyet-26.pdf"></iframe>',
        '<iframe src="/xem#url=/uploads/nghi-quyet-26.pdf"></iframe>',
        '<object data="/uploads/nghi-quyet-26.pdf" type="application/pdf"></object>',
        '<embed src="/uploads/nghi-quyet-26.pdf">',
    ],
)
def test_a_document_in_a_viewer_is_an_attachment(markup: str) -> None:
    url = needed(markup)[0][0].replace("docs.google.com", "baotinh.example")
    assert (url, needed(markup)[0][1]) == (f"{SITE}/uploads/nghi-quyet-26.pdf", "attachment")


@pytest.mark.parametrize(
    "markup",
    [
        '<video src="/tin.mp4"></video>',
        '<audio><source src="/phat-thanh.mp3"></audio>',
        '<a href="/phat-thanh.mp3">Nghe</a>',
        '<iframe src="/tin.mp4"></iframe>',
    ],
)
def test_audio_and_video_are_named_as_what_they_are(markup: str) -> None:
    assert [kind for _, kind in needed(markup)] == ["media"]


def test_a_sheet_needs_what_it_imports_by_its_own_address() -> None:
    found = requisites_of_sheet("@import '../b.css';i{background:url(i.png)}", f"{SITE}/css/moi/a.css")
    assert [(link.url, link.kind) for link in found] == [
        (f"{SITE}/css/b.css", "requisite"),
        (f"{SITE}/css/moi/i.png", "requisite"),
    ]


def test_each_address_is_named_once_and_no_page_names_more_than_four_hundred() -> None:
    pictures = "".join(f'<img src="/a{number % 500}.png">' for number in range(1000))
    assert len(needed(pictures)) == len(set(needed(pictures))) == 400


def test_a_base_longer_than_addresses_are_stands_before_no_address() -> None:
    page = f'<base href="http://khac.example/{"a" * LONGEST}/"><img src="b.png">'
    assert needed(page, "http://tinh.example/tin/") == [("http://tinh.example/tin/b.png", "requisite")]


def test_a_page_and_what_it_needs_are_read_in_one_tree(monkeypatch: pytest.MonkeyPatch) -> None:
    parsed: list[bytes] = []

    class Counting(LexborHTMLParser):  # type: ignore[misc]  # selectolax has no annotations of it
        def __init__(self, markup: bytes) -> None:
            parsed.append(markup)
            super().__init__(markup)

    for module in ("archive.parsers.document.tree", "archive.worker.page"):
        monkeypatch.setattr(f"{module}.LexborHTMLParser", Counting)
    body = b"<html><body><p>Trang</p><img src=a.png></body></html>"
    answer = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + body
    held = StoredCapture(
        Capture(PAGE, datetime(2026, 3, 5, 8, tzinfo=UTC), b"", answer, "thu"), Place("", 0, 0, ""), "", ""
    )
    page = parse_capture(held, Register.of([]), requisites=True)
    assert parsed == [body]
    assert [link.url for link in page.requisites] == [f"{SITE}/tin/a.png"]
