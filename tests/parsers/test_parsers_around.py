"""What stands around and amid a text on bare pages and in plugins is no part of it: contents, imprint, ratings."""

from __future__ import annotations

import pytest
from parsing import CAPTURED, URL
from village_road import HEADLINE, LEAD, PARAGRAPHS, TEXT, article_of, wordpress

from archive.parsers import read_page

CONTENTS = (
    '<div id="{name}" class="{name}"><div><p>Mục lục</p><span><a href="#">Toggle</a></span></div><nav><ul>'
    '<li><a href="#mot">Góp đất làm đường</a></li><li><a href="#hai">Việc còn phải làm</a></li></ul></nav></div>'
)


@pytest.mark.parametrize("name", ["ez-toc-container", "toc_container"])
def test_a_table_of_contents_is_no_text(name: str) -> None:
    first, *rest = (f"<p>{text}</p>" for text in TEXT)
    text = "".join(
        [first, CONTENTS.format(name=name), '<h2 id="mot"><span id="m"></span>Góp đất làm đường</h2>', *rest]
    )
    body = (TEXT[0], "Góp đất làm đường", *TEXT[1:])
    post = f'<h1 class="entry-title">{HEADLINE}</h1><div class="entry-content">{text}</div>'
    assert wordpress(f'<article class="post">{post}</article>').body == body
    assert article_of(f"<div><h1>{HEADLINE}</h1><div>{text}</div></div>").body == body


def test_the_imprint_below_a_text_without_any_frame_is_no_text() -> None:
    foot = "<hr><p>Trang web do Văn phòng Ủy ban nhân dân xã quản lý. Điện thoại: 0218 388 777</p>"
    article = article_of(f'<h3>{HEADLINE}</h3><p>16-01-2024</p>{PARAGRAPHS}<p align="right"><b>Văn Lâm</b></p>{foot}')
    assert article.body == TEXT
    assert article.byline is not None
    assert article.byline.value == "Văn Lâm"


def test_whom_to_call_at_the_end_of_a_notice_stays_in_it() -> None:
    call = "Mọi chi tiết xin liên hệ Văn phòng xã, điện thoại: 0218 388 777 trong giờ hành chính."
    article = article_of(
        f'<div><h3>{HEADLINE}</h3><p>16-01-2024</p><div class="t">{PARAGRAPHS}<p>{call}</p></div></div>'
    )
    assert article.body == (*TEXT, call)


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


@pytest.mark.parametrize(("mark", "headline"), [("", "kicker"), (".", "own")])
def test_of_two_lines_set_alike_the_one_with_a_full_stop_is_no_headline(mark: str, headline: str) -> None:
    kicker = f"Đảng bộ và nhân dân xã chung tay xây dựng nông thôn mới{mark}"
    page = (
        f'<html><head><title>Cổng tin xã</title></head><body><div class="k"><h3 class="name-title">{HEADLINE}</h3>'
        f'<h3 class="sub-title">{kicker}</h3><p>05/03/2024 08:15</p><div>{PARAGRAPHS}</div></div></body></html>'
    )
    article = read_page("http://bao.example/tin/1204", page.encode(), "text/html", 200, CAPTURED).article
    assert article is not None
    assert article.headline.value == (HEADLINE if headline == "own" else kicker)
