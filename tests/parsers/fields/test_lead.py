# ruff: noqa: E501 - markup stands in lines as pages have it
"""The lead is the first line that is set apart from the paragraphs behind it, whatever sets it apart."""

from __future__ import annotations

import cooperative
import meeting
import pytest
from parsing import CAPTURED, URL, body_of, page_of, value
from village_road import HEADLINE, LEAD, PARAGRAPHS, TEXT, article_of, wordpress
from village_road import LEAD as SHORT_LEAD

from archive.parsers import read_page
from archive.parsers.blocks.walk import read_lines
from archive.parsers.document.metadata import read_metadata
from archive.parsers.fields.lead import find_lead
from archive.sources.model import Host, Layout, Select, Source

SET_APART = f"{SHORT_LEAD} Bà con thôn nào cũng vui."

PICTURE = '<div><img src="/anh/duong.jpg" width="600"></div>'

SETTINGS = {
    "bold": f"<p><b>{SET_APART}</b></p>",
    "italic": f"<p><em>{SET_APART}</em></p>",
    "indented": f"<blockquote>{SET_APART}</blockquote>",
    "an element of its own": f'<div class="k9">{SET_APART}</div>',
    "heading": f"<h3>{SET_APART}</h3>",
}

SENTENCE = "Sáng 5/3, Đảng ủy xã Bản Lầu tổ chức hội nghị sơ kết công tác quý I, triển khai nhiệm vụ quý II năm 2024."


def _source(*layouts: Layout) -> Source:
    return Source(
        "ban-lau",
        "Báo Bản Lầu",
        "newspaper",
        "lao-cai",
        "unverified",
        "http://bao.example/",
        (Host("bao.example"),),
        layouts,
    )


PICTURE_UNMARKED = '<img src="/img/duong-lien-thon.jpg" alt="Bà con đổ bê tông đường liên thôn">'

LEAD_UNMARKED = (
    "<div>Sau ba tháng thi công, con đường liên thôn dài hai cây số của xã đã được bà con góp công hoàn thành.</div>"
)


def test_the_comments_column_of_a_sharepoint_page_is_its_lead() -> None:
    field = '<div id="ctl00_PlaceHolderMain_{0}__ControlWrapper_RichHtmlField" class="ms-rtestate-field">{1}</div>'
    markup = (
        f'<html><head><meta name="GENERATOR" content="Microsoft SharePoint"><title>{HEADLINE}</title></head><body>'
        f'<div class="a"><h1>{HEADLINE}</h1><div>16/01/2024 07:12</div><div class="art-comments">'
        f"{field.format('Comments', LEAD)}</div>{field.format('Content', PARAGRAPHS)}</div></body></html>"
    )
    article = read_page(URL, markup.encode(), "text/html; charset=utf-8", 200, CAPTURED).article
    assert article is not None
    assert article.parser.startswith("sharepoint/")
    assert article.lead is not None
    assert (article.lead.value, article.body) == (LEAD, TEXT)


def test_a_bold_first_paragraph_is_the_lead_where_one_is_looked_for() -> None:
    markup = f"<p><strong>{meeting.THREE[0]}</strong></p><p>{meeting.THREE[1]}</p>"
    body = body_of(markup, want_lead=True)
    assert body.lead is not None
    assert body.lead.value == meeting.THREE[0]
    assert body.paragraphs == (meeting.THREE[1],)
    assert body_of(markup).lead is None


def test_a_bold_subheading_at_the_head_is_no_lead() -> None:
    body = body_of(f"<p><b>Kết quả nổi bật</b></p><p>{meeting.THREE[1]}</p>", want_lead=True)
    assert body.lead is None
    assert body.paragraphs == ("Kết quả nổi bật", meeting.THREE[1])


def test_a_text_all_in_bold_has_no_lead() -> None:
    markup = "".join(f"<p><b>{line}</b></p>" for line in meeting.THREE[:2])
    assert body_of(markup, want_lead=True).paragraphs == meeting.THREE[:2]


def test_a_row_of_labels_below_the_headline_is_neither_lead_nor_text() -> None:
    row = (
        "<span>Chủ Nhật, 1 Tháng Ba 2024 (18:02)</span><span>Tác giả: Trần Văn Đại Lộc Sơn</span>"
        "<span>Chuyên mục: Mô hình hay trong tỉnh</span><span>Số lượt xem: 51</span>"
    )
    article = article_of(f"<div><h1>{HEADLINE}</h1><div>{row}</div><div>{PARAGRAPHS}</div></div>")
    assert (article.lead, article.body) == (None, TEXT)


def test_a_line_in_an_element_of_the_themes_beside_that_of_the_text_is_the_lead() -> None:
    text = f'<div class="post-ds">{LEAD}</div><div class="post-ct">{PARAGRAPHS}</div>'
    article = article_of(f'<div class="post"><h1>{HEADLINE}</h1><div>05/03/2024 08:15</div>{text}</div>')
    assert (value(article.lead), article.body) == (LEAD, TEXT)


@pytest.mark.parametrize(("first", "rest", "found"), [("ds", "ct", 0), ("", "", -1), ("ds", "ds", -1)])
def test_a_first_line_outside_of_all_the_rest_is_the_lead_where_the_theme_named_both(
    first: str, rest: str, found: int
) -> None:
    page = page_of(f'<div class="{first}">{LEAD}</div><div class="{rest}">{PARAGRAPHS}</div>')
    items = read_lines(page.root)
    assert find_lead(page, items, 0, 0, len(items), read_metadata(page), -1) == found


@pytest.mark.parametrize("date", ["18/03/2024", '<time datetime="2024-03-18">18/03/2024</time>'])
def test_a_row_of_labels_around_the_date_is_no_lead_and_no_paragraph(date: str) -> None:
    labels = (date, "Trong Nông thôn", "Số biểu tượng trong bài viết: 939", "Thời lượng đọc ≈ 12 phút.")
    row = f'<div class="meta">{"".join(f"<span>{label}</span> " for label in labels)}</div>'
    lead = f"<p><strong>{LEAD}</strong></p>"
    article = article_of(f"<main><h1>{HEADLINE}</h1>{row}<div>{lead}{PARAGRAPHS}</div></main>")
    assert article.lead is not None
    assert article.lead.value == LEAD
    assert article.body == TEXT
    assert article.published is not None
    assert article.published.value == "2024-03-18"


@pytest.mark.parametrize("picture", ["", PICTURE], ids=["bare", "below a picture"])
@pytest.mark.parametrize("lead", SETTINGS.values(), ids=SETTINGS)
def test_a_first_line_set_apart_is_the_lead(lead: str, picture: str) -> None:
    article = article_of(f"<div><h1>{HEADLINE}</h1><p>16/01/2024 08:30</p><div>{picture}{lead}{PARAGRAPHS}</div></div>")
    assert article.lead is not None
    assert (article.lead.value, article.body, article.captions) == (SET_APART, TEXT, ())


@pytest.mark.parametrize("frame", ["<p><em>{}</em></p>", "<blockquote>{}</blockquote>", '<div class="k9">{}</div>'])
def test_where_all_lines_are_set_so_the_first_is_a_paragraph(frame: str) -> None:
    text = "".join(frame.format(line) for line in (SET_APART, *TEXT))
    article = article_of(f"<div><h1>{HEADLINE}</h1><p>16/01/2024 08:30</p><div>{text}</div></div>")
    assert (article.lead, article.body) == (None, (SET_APART, *TEXT))


def test_a_quotation_that_begins_a_text_is_no_lead() -> None:
    quoted = "“Có con đường này rồi, từ nay nông sản của bà con không còn phải gùi ra chợ bán nữa.”"
    article = article_of(f"<div><h1>{HEADLINE}</h1><div><blockquote>{quoted}</blockquote>{PARAGRAPHS}</div></div>")
    assert (article.lead, article.body) == (None, (quoted, *TEXT))


def test_a_first_paragraph_that_repeats_the_lead_is_read_once() -> None:
    lead = f"<p class='sapo'>{SET_APART}</p>"
    article = article_of(f"<div><h1>{HEADLINE}</h1>{lead}<div><p>{SET_APART}</p>{PARAGRAPHS}</div></div>")
    assert article.lead is not None
    assert article.lead.value == SET_APART
    assert article.body == TEXT
    assert "the first paragraph repeated the lead" in article.notes


def test_a_line_called_lead_with_underscores_is_the_lead_of_a_short_text() -> None:
    main = f'<main><h1>{cooperative.HEADLINE}</h1><p>{cooperative.DATE}</p><p class="detail__lead">{cooperative.LEAD}</p><div class="detail__body"><p>{cooperative.TEXT[0]}</p></div></main>'
    found = cooperative.article(main)
    assert (value(found.lead), found.body) == (cooperative.LEAD, cooperative.TEXT[:1])


def test_a_headline_printed_in_the_bar_and_above_the_text_is_no_lead() -> None:
    title = "Xã Bản Lầu tổ chức hội nghị sơ kết công tác quý I, triển khai nhiệm vụ quý II"
    bar = f'<div><a id="dang-doc" href="#">{title}</a></div>'
    text = "".join(f"<p>{SENTENCE} Lần {number}.</p>" for number in range(4))
    page = f"<html><body>{bar}<div><h1>{title}</h1><p>5/3/2024</p></div><div class=chu>{text}</div></body></html>"
    source = _source(Layout("generic", select=Select(headline=("a#dang-doc",))))
    article = read_page(URL, page.encode(), "text/html", 200, CAPTURED, source).article
    assert article is not None
    assert (article.headline.value, article.lead) == (title, None)
    assert article.body == tuple(f"{SENTENCE} Lần {number}." for number in range(4))


def test_a_caption_of_many_words_above_the_text_does_not_hide_the_lead() -> None:
    caption = "Cán bộ xã cùng bà con ba thôn vùng cao đổ những mét bê tông cuối cùng của con đường"
    picture = f"<div>{PICTURE_UNMARKED}<div>{caption}</div></div>"
    article = article_of(f"<div><h1>{HEADLINE}</h1><div>{LEAD_UNMARKED}{picture}</div><div>{PARAGRAPHS}</div></div>")
    assert article.lead is not None
    assert article.lead.value in LEAD_UNMARKED
    assert article.captions == (caption,)


def test_a_first_paragraph_called_lead_is_the_lead_without_being_bold() -> None:
    article = wordpress(
        f'<h1 class="entry-title">{HEADLINE}</h1><div class="entry-content"><p '
        f'class="sapo">{LEAD}</p>{PARAGRAPHS}</div>'
    )
    assert article.lead is not None
    assert article.lead.value == LEAD
    assert article.body == TEXT


def test_the_only_sentence_of_a_photo_story_is_its_text() -> None:
    pictures = "".join(
        f'<center><img src="/{number}.jpg" width="600"><br><em>Bà con đổ bê tông đoạn đường thứ {number}</em></center>'
        for number in range(3)
    )
    article = article_of(f"<h1>{HEADLINE}</h1><div>05/03/2024</div><div>{LEAD}<br><br>{pictures}</div>")
    assert article.lead is None
    assert article.body == (LEAD,)
    assert len(article.captions) == 3
