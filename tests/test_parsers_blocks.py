"""Bodies kept as lists of blocks are read as the pages that scripts make of them."""

from __future__ import annotations

import json

import pytest
from village_road import HEADLINE, TEXT, URL

from archive.model import Reading
from archive.parsers.document.block_editor import html_of
from tests.parsing import reading_of

PICTURE = "https://anh.example/i/duong.jpg"
CAPTION = "Bà con thôn Khe Giữa góp công làm đường."


def _blocks() -> list[dict[str, object]]:
    picture = {"type": "image", "data": {"file": {"url": PICTURE}, "caption": CAPTION}}
    heading = {"type": "header", "data": {"text": "Góp đất, góp công", "level": 3}}
    listed = {
        "type": "list",
        "data": {"style": "unordered", "items": ["Thôn Đông: 1,2 km", {"content": "Thôn Đoài: 2 km"}]},
    }
    texts: list[dict[str, object]] = [{"type": "paragraph", "data": {"text": text}} for text in TEXT]
    return [*texts, picture, heading, listed]


def _reading(content: object) -> Reading:
    post = {"title": HEADLINE, "publishedAt": "2024-02-11T01:00:00.000Z", "content": content}
    data = json.dumps({"props": {"pageProps": {"post": post}}})
    script = f'<script id="__NEXT_DATA__" type="application/json">{data}</script>'
    return reading_of(
        f"<html><head><title>{HEADLINE}</title></head><body><div>Đang tải...</div>{script}</body></html>", URL
    )


@pytest.mark.parametrize("content", [{"time": 1, "blocks": _blocks()}, _blocks()], ids=["Editor.js", "a bare list"])
def test_an_article_kept_as_blocks_is_read(content: object) -> None:
    article = _reading(content).article
    assert article is not None
    assert article.headline.value == HEADLINE
    assert article.body == (*TEXT, "Góp đất, góp công", "Thôn Đông: 1,2 km", "Thôn Đoài: 2 km")
    assert article.captions == (CAPTION,)
    assert [image.url for image in article.images] == [PICTURE]


def test_blocks_written_otherwise_are_read_by_the_names_of_their_texts() -> None:
    blocks = [
        {"type": "p", "text": "Đoạn một."},
        {"type": "quote", "value": "Lời nói"},
        {"type": "image", "src": "/a.jpg"},
    ]
    assert html_of(blocks) == (
        '<p>Đoạn một.</p><blockquote>Lời nói</blockquote><figure><img src="/a.jpg"/><figcaption></figcaption></figure>'
    )


@pytest.mark.parametrize(
    "value",
    [None, 7, [], {}, {"blocks": 3}, [1, 2], [{"data": {}}], [{"type": "x"}], [{"type": "p", "data": {"text": 9}}]],
)
def test_what_holds_no_text_makes_no_html(value: object) -> None:
    assert html_of(value) == ""


def test_an_address_in_a_block_cannot_break_out_of_its_attribute() -> None:
    assert html_of([{"type": "image", "url": '/a"onerror="x'}]).count('"') == 2


def test_a_page_whose_blocks_hold_too_little_is_no_article() -> None:
    assert _reading([{"type": "paragraph", "data": {"text": "Ngắn."}}]).article is None


def _parsed(number: int, url: str) -> Reading:
    html = "".join(f"<p>{text}</p>" for text in TEXT)
    detail = {"id": number, "tieuDe": HEADLINE, "noiDung": html, "ngayXuatBan": "2024-02-11T08:00:00+07:00"}
    state = json.dumps({"detail": {"data": {**detail, "chuyenMuc": {"ten": "Nông thôn"}}}}, ensure_ascii=False)
    script = f"<script>window.__APP_STATE__ = JSON.parse({json.dumps(state, ensure_ascii=False)});</script>"
    return reading_of(f"<html><head><title>Cổng tin</title></head><body><app></app>{script}</body></html>", url)


def test_what_a_script_has_the_browser_parse_is_read_where_the_address_has_its_number() -> None:
    article = _parsed(99012345, "http://bao.example/tin-tuc/chi-tiet/99012345").article
    assert article is not None
    assert (article.headline.value, article.body) == (HEADLINE, TEXT)
    assert article.section is not None
    assert article.section.value == "Nông thôn"
    assert article.published is not None
    assert article.published.value.startswith("2024-02-11T08:00")


def test_an_article_in_the_data_of_a_page_with_another_number_is_not_the_pages() -> None:
    assert _parsed(99012345, "http://bao.example/tin-tuc/danh-sach/2").article is None
    assert _parsed(45, "http://bao.example/tin-tuc/chi-tiet/99012345").article is None
