# ruff: noqa: E501 - markup stands in lines as pages have it
"""What stands around and amid a text on every page of a site is no part of it."""

from __future__ import annotations

import cooperative
import pytest
from parsing import body_of, reading_of
from village_road import HEADLINE, LEAD, PARAGRAPHS, TEXT, URL, article_of, wordpress

CONTENTS = (
    '<div id="{name}" class="{name}"><div><p>Mục lục</p><span><a href="#">Toggle</a></span></div><nav><ul>'
    '<li><a href="#mot">Góp đất làm đường</a></li><li><a href="#hai">Việc còn phải làm</a></li></ul></nav></div>'
)

_RIGHTS = "© 2026 Báo Bản Lầu. Giấy phép số 119/GP-TTĐT. Ghi rõ nguồn khi phát hành lại thông tin từ trang này."


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


def test_a_poll_inside_the_text_is_no_part_of_it() -> None:
    poll = "<div class='poll'><p>Thăm dò</p><form><p>Bạn thấy dịch vụ công trực tuyến của xã thế nào?</p><label>Tốt</label></form></div>"
    assert cooperative.article(
        f"<h1>{cooperative.HEADLINE}</h1><div>{cooperative.DATE}</div><div>{cooperative.PARAGRAPHS}{poll}<p>{cooperative.LEAD}</p></div>"
    ).body == (
        *cooperative.TEXT,
        cooperative.LEAD,
    )


def test_a_form_around_the_whole_page_hides_nothing() -> None:
    assert (
        cooperative.article(
            f"<form><h1>{cooperative.HEADLINE}</h1><div>{cooperative.DATE}</div><div>{cooperative.PARAGRAPHS}</div></form>"
        ).body
        == cooperative.TEXT
    )


def test_rows_of_links_to_author_section_and_tags_at_the_head_of_a_text_are_none_of_it() -> None:
    rows = (
        '<p>By <a href="/author/hoa">Nông Thị Hoa</a></p><p>In <a href="/category/nong-thon">Nông thôn</a>.</p>'
        '<p>tags: <a href="/tag/duong">đường liên thôn</a> <a href="/tag/ban-qua">Bản Qua</a></p>'
    )
    article = article_of(f"<div><h1>{HEADLINE}</h1><div>{rows}<p><b>{LEAD}</b></p>{PARAGRAPHS}</div></div>")
    assert article.lead is not None
    assert article.lead.value == LEAD
    assert article.body == TEXT
    assert article.byline is not None
    assert article.byline.value == "Nông Thị Hoa"
    assert article.section is not None
    assert article.section.value == "Nông thôn"
    assert article.tags == ("đường liên thôn", "Bản Qua")


def test_the_sign_behind_a_heading_that_links_to_it_is_no_text() -> None:
    sign = '<a class="headerlink" href="#duong" title="Link to this heading">¶</a>'
    figure = f'<figure><img src="/duong.jpg"><figcaption>Đường về thôn Nậm Chạc.{sign}</figcaption></figure>'
    note = '<a href="#ghi-chu-1">[1]</a>'
    article = article_of(
        f"<main><h1>{HEADLINE}{sign}</h1><p>{LEAD}{note}</p>{figure}<h2>Dân góp công{sign}</h2>{PARAGRAPHS}</main>"
    )
    assert article.headline.value == HEADLINE
    assert article.captions == ("Đường về thôn Nậm Chạc.",)
    assert "Dân góp công" in article.body
    assert f"{LEAD}[1]" in (article.lead.value if article.lead else "", *article.body)


def test_numbers_of_pages_and_the_pages_own_address_are_no_paragraphs() -> None:
    body = body_of(
        f'{cooperative.PARAGRAPHS}<p>Trang: <a href="?trang=1">1</a> <b>2</b></p><p>Link bài viết: http://bao.example/a-1.html</p>'
    )
    assert body.paragraphs == cooperative.TEXT


def test_the_dated_rights_of_a_site_are_no_text() -> None:
    article = article_of(f"<table><tr><td><h1>{HEADLINE}</h1>{PARAGRAPHS}<p>{_RIGHTS}</p></td></tr></table>")
    assert _RIGHTS not in article.body
    assert article.body


def test_a_short_text_ends_where_comments_begin() -> None:
    comments = f"<div><h3>Bình luận (2)</h3><div><b>Bạn đọc</b><p>{LEAD}</p></div><div><p>{TEXT[2]}</p></div></div>"
    article = article_of(f"<div><h1>{HEADLINE}</h1><h2>{LEAD}</h2><div>{TEXT[0]}<p>{TEXT[1]}</p></div>{comments}</div>")
    assert article.body == TEXT[:2]


def test_who_runs_the_site_in_the_last_row_of_a_short_page_does_not_take_the_whole_table_with_it() -> None:
    text = "".join(f"<div>{paragraph}</div>" for paragraph in TEXT)
    imprint = "<p>Cơ quan chủ quản: UBND huyện Bản Qua. Giấy phép số 12/GP-STTTT.</p><p>Điện thoại: 0240.123.456</p>"
    page = (
        f"<title>{HEADLINE}</title><table><tr><td>{HEADLINE}<div>03/06/2019</div><div>{text}</div></td></tr>"
        f"<tr><td>{imprint}</td></tr></table>"
    )
    article = reading_of(page, URL).article
    assert article is not None
    assert article.body == TEXT


@pytest.mark.parametrize("slug", ["lang-nghe-cham-voi-giac-mo-moi", "toc-do-la-hang-dau", "dan-toc-va-mien-nui"])
def test_a_heading_called_by_the_slug_of_its_words_is_text(slug: str) -> None:
    """Contents lead to such names; "lang", "toc" and "menu" are words of Vietnamese, too."""
    first, *rest = (f"<p>{text}</p>" for text in TEXT)
    heading = f'<h2 id="{slug}">Việc còn phải làm</h2>'
    article = article_of(f"<h1>{HEADLINE}</h1><div>{''.join([first, heading, *rest])}</div>")
    assert article.body == (TEXT[0], "Việc còn phải làm", *TEXT[1:])


def test_what_wordpress_says_of_a_post_makes_it_no_box() -> None:
    """`post_class` prints tags and categories: a short post with a tag is no cloud of tags."""
    sides = "".join(f"<p>{text}</p>" for text in TEXT)
    post = f'<h1>{HEADLINE}</h1><div class="when">05/03/2024</div><div><p>{LEAD}</p><p><a href="/vb/ke-hoach.pdf">Tải về</a></p></div>'
    names = "post-12 post type-post status-publish hentry category-thong-bao tag-lang-nghe"
    article = article_of(f'<article class="{names}">{post}</article><aside>{sides}</aside>')
    assert article.body == (LEAD,)
    assert article.published is not None
    assert article.published.value == "2024-03-05"


@pytest.mark.parametrize(
    "row",
    [
        '<a href="/van-hoa/">Văn hóa</a><span>-</span><a href="/t/ban-qua/">Bản Qua</a><a href="/t/duong/">đường bê tông</a>',
        '<a href="javascript:history.back()">Quay lại</a> | <a href="#">Lên đầu trang</a>',
    ],
)
def test_a_row_of_links_is_no_paragraph(row: str) -> None:
    article = article_of(f"<div><h1>{HEADLINE}</h1><div>{row}</div>{PARAGRAPHS}<div>{row}</div></div>")
    assert article.body == TEXT
