# ruff: noqa: E501 - markup stands in lines as pages have it
"""A text is read whole from whatever frames its paragraphs stand in."""

from __future__ import annotations

import cooperative
import meeting
from parsing import body_of, reading_of, value
from village_road import HEADLINE, PARAGRAPHS, TEXT, URL, article_of

PICTURE = '<img src="/img/duong-lien-thon.jpg" alt="Bà con đổ bê tông đường liên thôn">'


def test_a_body_selector_that_meets_a_box_is_dropped() -> None:
    box = f'<div class="entry-content"><p>{meeting.LEAD}</p></div>'
    post = f'<h1>{meeting.HEADLINE}</h1><p>05/03/2024</p>{box}<div class="van-ban">{meeting.PARAGRAPHS}</div>'
    found = meeting.article_of(f'<body class="single"><article>{post}</article></body>', meeting.WORDPRESS)
    assert found.parser.startswith("wordpress/")
    assert [text for text in found.body if text.startswith("Sáng 5/3")] == [
        f"{meeting.TEXT} Ý kiến thứ {number}." for number in range(1, 7)
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
    assert (found.body, value(found.lead)) == (cooperative.TEXT * 2, cooperative.LEAD)


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
    body = body_of(f"<p>{meeting.LEAD}</p><p>Cập nhật lần cuối: 01/02/2025</p>")
    assert body.paragraphs == (meeting.LEAD,)
