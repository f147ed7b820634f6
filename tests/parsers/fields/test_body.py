# ruff: noqa: E501 - markup stands in lines as pages have it
"""A text is read whole from whatever frames its paragraphs stand in."""

from __future__ import annotations

import cooperative
from parsing import body_of, reading_of
from village_road import HEADLINE, PARAGRAPHS, TEXT, URL, article_of

from archive.model import Article

HEADLINE_FAMILIES = "Xã Bản Lầu sơ kết công tác quý I năm 2024"

LEAD = "Hội nghị đánh giá kết quả ba tháng đầu năm và bàn nhiệm vụ quý tới."

TEXT_FAMILIES = (
    "Sáng 5/3, Đảng ủy xã Bản Lầu tổ chức hội nghị sơ kết công tác quý I, triển khai nhiệm vụ quý II trên địa bàn."
)

PARAGRAPHS_FAMILIES = "".join(f"<p>{TEXT_FAMILIES} Ý kiến thứ {number}.</p>" for number in range(1, 7))

URL_FAMILIES = "http://bao.example/tin/xa-ban-lau-so-ket-cong-tac-quy-i-nam-2024-31.html"

WORDPRESS = '<meta name="generator" content="WordPress 6.4">'


def _article(body: str, head: str = "", url: str = URL_FAMILIES) -> Article:
    title = f"<title>{HEADLINE_FAMILIES} - Cổng thông tin Bản Lầu</title>"
    found = reading_of(f'<html><head><meta charset="utf-8">{title}{head}</head>{body}</html>', url).article
    assert found is not None
    return found


PICTURE = '<img src="/img/duong-lien-thon.jpg" alt="Bà con đổ bê tông đường liên thôn">'


def test_a_body_selector_that_meets_a_box_is_dropped() -> None:
    box = f'<div class="entry-content"><p>{LEAD}</p></div>'
    post = f'<h1>{HEADLINE_FAMILIES}</h1><p>05/03/2024</p>{box}<div class="van-ban">{PARAGRAPHS_FAMILIES}</div>'
    found = _article(f'<body class="single"><article>{post}</article></body>', WORDPRESS)
    assert found.parser.startswith("wordpress/")
    assert [text for text in found.body if text.startswith("Sáng 5/3")] == [
        f"{TEXT_FAMILIES} Ý kiến thứ {number}." for number in range(1, 7)
    ]


def test_a_sentence_with_a_date_in_parts_of_its_own_is_text() -> None:
    first = "<p><b>Ngày 18/03/2024,</b> <i>đoàn công tác của tỉnh kiểm tra tuyến đường, đánh giá cao cách làm.</i></p>"
    article = article_of(f"<main><h1>{HEADLINE}</h1><div>{first}{PARAGRAPHS}</div></main>")
    assert article.body[1:] == TEXT
    assert article.body[0].startswith("Ngày 18/03/2024, đoàn công tác")


def test_paragraphs_each_in_frames_of_their_own_are_read_together() -> None:
    blocks = "".join(f'<div class="blk"><div><p>{text}</p></div></div>' for text in cooperative.TEXT * 2)
    main = f'<div><div class="t"><h1>{cooperative.HEADLINE}</h1></div><div>{cooperative.DATE}</div><div class="excerpt">{cooperative.LEAD}</div><div><div>{blocks}</div></div></div>'
    found = cooperative.article(main)
    assert (found.body, cooperative.value(found.lead)) == (cooperative.TEXT * 2, cooperative.LEAD)


def test_text_behind_a_list_in_the_same_block_belongs_to_the_article() -> None:
    lines = "".join(f"<li>{text}</li>" for text in TEXT)
    last = "Khi cần giúp đỡ, bà con gọi ngay về Ủy ban nhân dân xã qua số điện thoại trực cả ngày lẫn đêm ở văn phòng."
    article = article_of(f"<div><h1>{HEADLINE}</h1><div><ol>{lines}</ol>{last}</div></div>")
    assert article.body == (*TEXT, last)


def test_paragraphs_each_in_frames_of_their_own_with_pictures_between_are_one_text() -> None:
    long = [TEXT[0], " ".join(TEXT * 3), TEXT[2]]
    frames = f"<table><tr><td>{PICTURE}</td></tr></table>".join(f"<div><div><p>{text}</p></div></div>" for text in long)
    article = article_of(f"<div><h1>{HEADLINE}</h1><div>{frames}</div></div>")
    assert article.body == tuple(long)


def test_control_characters_in_a_text_to_be_mended_crash_nothing() -> None:
    noise = b"\x01\xc2\x00\x98"
    markup = f"<html><head><title>{HEADLINE}</title></head><body><h1>{HEADLINE}</h1>{PARAGRAPHS}<p>@</p></body></html>"
    reading = reading_of(markup.encode().replace(b"@", noise + "Ä\x91á»\x93ng chÃ\xad bÃ\xad thÆ°".encode()), URL)
    assert reading.article is not None


def test_the_day_of_the_last_edit_at_the_end_is_no_paragraph() -> None:
    body = body_of(f"<p>{LEAD}</p><p>Cập nhật lần cuối: 01/02/2025</p>")
    assert body.paragraphs == (LEAD,)
