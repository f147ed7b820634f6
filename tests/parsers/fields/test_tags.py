# ruff: noqa: E501 - markup stands in lines as pages have it
"""Tags are told by their label, list or address, and are neither sections nor related articles."""

from __future__ import annotations

import cooperative
import pytest
from village_road import HEADLINE, PARAGRAPHS, article_of, nukeviet

OTHER = "Nhiều tuyến đường nông thôn được lắp đèn năng lượng mặt trời"


def _with_cards(tags: str) -> tuple[str, ...]:
    cards = "".join(
        f'<div><a href="/m-{at}.html"><img src="/t{at}.jpg"></a><h3><a href="/m-{at}.html">{OTHER} {at}</a></h3></div>'
        for at in (91, 92)
    )
    return article_of(f"<article><h1>{HEADLINE}</h1><div>{PARAGRAPHS}</div></article><div>{cards}</div>{tags}").tags


TAGS = '<a href="/tags/giam-ngheo/">giảm nghèo</a> <a href="/tags/hien-dat/">hiến đất</a>'


def test_tags_in_the_line_of_their_label_are_the_articles_behind_cards_too() -> None:
    assert _with_cards('<p>Từ khóa: <a href="/a">đường xá</a>, <a href="/b">nông thôn</a></p>') == (
        "đường xá",
        "nông thôn",
    )


def test_links_without_a_label_behind_cards_are_no_tags() -> None:
    assert _with_cards('<div class="tags"><a href="/tag/a">đường xá</a><a href="/tag/b">nông thôn</a></div>') == ()


def test_tags_glued_to_their_label_are_tags() -> None:
    tags = '<div><span>Từ khóa</span><a href="/t/duong">Đường liên thôn</a><a href="/t/xa">Xã Phú Lương</a></div>'
    article = article_of(f"<div><h1>{HEADLINE}</h1><div>{PARAGRAPHS}</div>{tags}</div>")
    assert article.tags == ("Đường liên thôn", "Xã Phú Lương")


def test_a_row_of_hashtags_is_the_tags_whatever_they_lead_to() -> None:
    tags = '<div><a href="/c/1">#Đường liên thôn</a><a href="/c/2">#Nông thôn mới</a></div>'
    article = article_of(f"<div><h1>{HEADLINE}</h1><div>{PARAGRAPHS}</div>{tags}</div>")
    assert article.tags == ("Đường liên thôn", "Nông thôn mới")


def test_links_called_tags_one_by_one_are_tags() -> None:
    tag = '<span class="ant-tag"><a href="/the/{0}">{0}</a></span>'
    tags = f"<div>{tag.format('đường xá')}{tag.format('nông thôn')}</div>"
    article = article_of(f"<div><h1>{HEADLINE}</h1><div>{PARAGRAPHS}</div>{tags}</div>")
    assert article.tags == ("đường xá", "nông thôn")


@pytest.mark.parametrize("box", ["<aside>{}</aside>", '<div class="widget">{}</div>', '<div class="tagcloud">{}</div>'])
def test_all_tags_of_the_site_in_a_column_are_no_tags_of_the_article(box: str) -> None:
    column = box.format(f"<h3>Từ khóa</h3><div>{TAGS}</div>")
    assert article_of(f"<main><h1>{HEADLINE}</h1><div>{PARAGRAPHS}</div></main>{column}").tags == ()
    assert article_of(f"{column}<main><h1>{HEADLINE}</h1><div>{PARAGRAPHS}</div></main>").tags == ()


def test_tags_are_told_by_the_name_of_their_list_and_a_label_goes_for_all_of_it() -> None:
    def tags(box: str) -> tuple[str, ...]:
        return cooperative.article(
            f"<h1>{cooperative.HEADLINE}</h1><div>{cooperative.DATE}</div><div>{cooperative.PARAGRAPHS}</div>{box}"
        ).tags

    links = '<li><a href="/ocop.html">OCOP</a></li><li><a href="/mien-dong.html">miến dong</a></li>'
    assert tags(f'<ul class="detail-tag-list">{links}</ul>') == ("OCOP", "miến dong")
    assert tags(f"<ul><li>Từ khóa:</li>{links}</ul>") == ("OCOP", "miến dong")
    assert tags(f'<ul class="moi"><li><a href="/x-1.html">{cooperative.OTHER}</a></li></ul>') == ()


def test_links_of_tags_inside_the_text_are_no_teasers() -> None:
    box = '<div class="keyword"><b>Từ khóa:</b> <a href="/tag/mien.html">miến dong Nà Lại</a>, <a href="/tag/so.html">sàn số vùng cao</a></div>'
    found = cooperative.article(
        f'<h1>{cooperative.HEADLINE}</h1><div>{cooperative.DATE}</div><div class="content">{cooperative.PARAGRAPHS}{box}</div>'
    )
    assert (found.tags, found.teasers) == (("miến dong Nà Lại", "sàn số vùng cao"), ())


def test_the_article_behind_the_tags_is_no_tag() -> None:
    footer = (
        '<footer><div class="source-tags"><ul><li><span>TAGS</span></li><li><a href="/tag/ocop/">OCOP</a></li></ul></div>'
        f'<div class="next-prev"><div><span>Bài trước</span><a href="/ban-mon/">{cooperative.OTHER}</a></div></div></footer>'
    )
    found = cooperative.article(
        f"<h1>{cooperative.HEADLINE}</h1><div>{cooperative.DATE}</div><div>{cooperative.PARAGRAPHS}</div>{footer}"
    )
    assert found.tags == ("OCOP",)
    assert [(teaser.headline, teaser.box) for teaser in found.teasers] == [(cooperative.OTHER, "older")]


def test_a_line_of_hashtags_ends_the_text() -> None:
    main = f'<article><h1>{cooperative.HEADLINE}</h1><p>{cooperative.DATE}</p>{cooperative.PARAGRAPHS}<p class="hashtag"><a href="/t/ocop">#OCOP</a> <a href="/t/mien">#miến dong</a></p></article>'
    found = cooperative.article(main)
    assert (found.tags, found.body) == (("OCOP", "miến dong"), cooperative.TEXT)


def test_tags_set_as_headings_are_tags() -> None:
    tags = '<ul><li><h4><a href="/tags/ocop.htm">OCOP</a></h4></li><li><h4><a href="/tags/mien.htm">miến dong</a></h4></li></ul>'
    assert cooperative.article(
        f"<h1>{cooperative.HEADLINE}</h1><div>{cooperative.DATE}</div><div>{cooperative.PARAGRAPHS}</div>{tags}"
    ).tags == ("OCOP", "miến dong")


def test_an_author_with_a_portrait_is_no_card_of_another_article_so_tags_behind_are_read() -> None:
    author = '<div><a href="/author-hoa.html"><img src="/hoa.png"></a><a href="/author-hoa.html">Nông Thị Hoa</a></div>'
    tags = '<ul><li><a class="p-category" href="/tag-duong.html">đường liên thôn</a></li></ul>'
    article = article_of(
        f"<article><h1>{HEADLINE}</h1><div>{PARAGRAPHS}</div>{author}<footer>{tags}</footer></article>"
    )
    assert article.tags == ("đường liên thôn",)
    assert article.section is None


def test_tags_without_links_are_read_behind_their_label() -> None:
    for tags in ("Tags: <span>OCOP</span> <span>miến dong</span>", "Từ khóa: OCOP, miến dong"):
        article = article_of(f'<main><h1>{HEADLINE}</h1><div>{PARAGRAPHS}</div><nav class="tags">{tags}</nav></main>')
        assert article.tags == ("OCOP", "miến dong")
    for behind in ("<p>Thẻ bạn đọc</p>", '<div class="tags"><span>20/11/2024 08:32 - 2 min</span></div>'):
        assert not article_of(f"<main><h1>{HEADLINE}</h1><div>{PARAGRAPHS}</div>{behind}</main>").tags


def test_tags_of_nukeviet_may_stand_outside_the_articles_column() -> None:
    panel = '<div class="panel"><strong>Tags: </strong><a href="/vi/news/tag/giam-ngheo/"><em>giảm nghèo</em></a></div>'
    main = f'<div><div><div id="news-bodyhtml">{PARAGRAPHS}</div></div></div>'
    assert nukeviet(main, panel).tags == ("giảm nghèo",)
