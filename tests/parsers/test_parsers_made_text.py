# ruff: noqa: E501 - markup stands in lines as pages have it
"""Rules on text, pictures, tags and teasers, each with the piece of page that showed it."""

from __future__ import annotations

import pytest
from cooperative import DATE, HEADLINE, LEAD, OTHER, PARAGRAPHS, TEXT, article, value
from parsing import body_of

from archive.parsers.document.address import is_file


@pytest.mark.parametrize("name", ["Image", "note", "photo-desc"])
def test_a_paragraph_named_after_the_picture_right_above_it_is_its_caption(name: str) -> None:
    body = body_of(
        f'{PARAGRAPHS}<p class="{name}"><img src="/a.jpg"></p><p class="{name}">Chị Sáng bên dây chuyền sấy.</p>'
    )
    assert (body.captions, body.paragraphs) == (("Chị Sáng bên dây chuyền sấy.",), TEXT)


def test_links_of_a_box_inside_the_text_that_is_named_as_furniture_are_teasers() -> None:
    box = f'<div class="article-relate"><a href="/ban-mon-91.html">{OTHER}</a></div>'
    found = article(f"<h1>{HEADLINE}</h1><div>{DATE}</div><div class='t'>{PARAGRAPHS[:-4]}</p>{box}<p>{LEAD}</p></div>")
    assert [teaser.url for teaser in found.teasers] == ["http://bao.example/ban-mon-91.html"]
    assert found.body == (*TEXT, LEAD)


def test_tags_are_told_by_the_name_of_their_list_and_a_label_goes_for_all_of_it() -> None:
    def tags(box: str) -> tuple[str, ...]:
        return article(f"<h1>{HEADLINE}</h1><div>{DATE}</div><div>{PARAGRAPHS}</div>{box}").tags

    links = '<li><a href="/ocop.html">OCOP</a></li><li><a href="/mien-dong.html">miến dong</a></li>'
    assert tags(f'<ul class="detail-tag-list">{links}</ul>') == ("OCOP", "miến dong")
    assert tags(f"<ul><li>Từ khóa:</li>{links}</ul>") == ("OCOP", "miến dong")
    assert tags(f'<ul class="moi"><li><a href="/x-1.html">{OTHER}</a></li></ul>') == ()


def test_a_subheading_that_reads_like_a_label_stays_where_no_links_follow() -> None:
    body = body_of(f"<p>{TEXT[0]}</p><h3>Bài viết khác</h3><p>{TEXT[1]}</p>")
    assert body.paragraphs == (TEXT[0], "Bài viết khác", TEXT[1])


def test_a_document_in_liferays_library_is_a_file_and_a_picture_there_is_none() -> None:
    uuid = "6f1c2b7e-0d5a-4b1e-9c3f-0123456789ab"
    assert is_file(f"/documents/20182/12345/Bao+cao/{uuid}?t=1")
    assert not is_file(f"/documents/20182/12345/anh.jpg/{uuid}?t=1")


def test_links_of_tags_inside_the_text_are_no_teasers() -> None:
    box = '<div class="keyword"><b>Từ khóa:</b> <a href="/tag/mien.html">miến dong Nà Lại</a>, <a href="/tag/so.html">sàn số vùng cao</a></div>'
    found = article(f'<h1>{HEADLINE}</h1><div>{DATE}</div><div class="content">{PARAGRAPHS}{box}</div>')
    assert (found.tags, found.teasers) == (("miến dong Nà Lại", "sàn số vùng cao"), ())


def test_the_article_behind_the_tags_is_no_tag() -> None:
    footer = (
        '<footer><div class="source-tags"><ul><li><span>TAGS</span></li><li><a href="/tag/ocop/">OCOP</a></li></ul></div>'
        f'<div class="next-prev"><div><span>Bài trước</span><a href="/ban-mon/">{OTHER}</a></div></div></footer>'
    )
    found = article(f"<h1>{HEADLINE}</h1><div>{DATE}</div><div>{PARAGRAPHS}</div>{footer}")
    assert found.tags == ("OCOP",)
    assert [(teaser.headline, teaser.box) for teaser in found.teasers] == [(OTHER, "older")]


def test_a_label_that_is_a_link_to_nowhere_names_its_box() -> None:
    box = (
        f'<div><h4><a href="#">BÀI VIẾT LIÊN QUAN</a></h4><div><h3><a href="/ban-mon-91/">{OTHER}</a></h3></div></div>'
    )
    found = article(f"<h1>{HEADLINE}</h1><div>{DATE}</div><div>{PARAGRAPHS}</div>{box}")
    assert [teaser.headline for teaser in found.teasers] == [OTHER]


def test_an_arrow_before_a_link_makes_it_no_paragraph() -> None:
    body = body_of(
        f'{PARAGRAPHS}<p><strong>&gt;&gt;&gt; <a href="/ban-mon-91.html">{OTHER}</a></strong></p><p>{LEAD}</p>'
    )
    assert body.paragraphs == (*TEXT, LEAD)
    assert [teaser.headline for teaser in body.teasers] == [OTHER]


def test_a_dot_that_stands_before_every_link_of_a_list_is_no_picture() -> None:
    links = "".join(
        f'<img src="/dot.gif"> <a href="/tin-{at}.html">{OTHER} số {at}</a> (05/03/2024)<br>' for at in range(4)
    )
    body = body_of(f"{'<br>'.join(TEXT)}<br><b>Các tin đã đưa:</b><br>{links}")
    assert (body.paragraphs, body.images, len(body.teasers)) == (TEXT, (), 4)


def test_of_those_who_made_a_page_the_writer_is_the_byline() -> None:
    body = body_of(
        f"{PARAGRAPHS}<div><p><b>Nội dung:</b> Hà Vân</p><p><b>Ảnh:</b> Lò Sơn</p><p><b>Thiết kế:</b> Vi Thảo</p></div>"
    )
    assert (value(body.byline), body.paragraphs) == ("Hà Vân", TEXT)


def test_a_line_of_hashtags_ends_the_text() -> None:
    main = f'<article><h1>{HEADLINE}</h1><p>{DATE}</p>{PARAGRAPHS}<p class="hashtag"><a href="/t/ocop">#OCOP</a> <a href="/t/mien">#miến dong</a></p></article>'
    found = article(main)
    assert (found.tags, found.body) == (("OCOP", "miến dong"), TEXT)


def test_a_section_called_like_the_comments_keeps_its_article() -> None:
    main = f"<div><p>{LEAD}</p><div><h4>Bình luận</h4><h1>{HEADLINE}</h1><div>{DATE}</div><div>{PARAGRAPHS}</div></div></div>"
    found = article(main)
    assert (value(found.headline), found.body) == (HEADLINE, TEXT)


def test_a_poll_inside_the_text_is_no_part_of_it() -> None:
    poll = "<div class='poll'><p>Thăm dò</p><form><p>Bạn thấy dịch vụ công trực tuyến của xã thế nào?</p><label>Tốt</label></form></div>"
    assert article(f"<h1>{HEADLINE}</h1><div>{DATE}</div><div>{PARAGRAPHS}{poll}<p>{LEAD}</p></div>").body == (
        *TEXT,
        LEAD,
    )


def test_a_form_around_the_whole_page_hides_nothing() -> None:
    assert article(f"<form><h1>{HEADLINE}</h1><div>{DATE}</div><div>{PARAGRAPHS}</div></form>").body == TEXT


def test_paragraphs_each_in_frames_of_their_own_are_read_together() -> None:
    blocks = "".join(f'<div class="blk"><div><p>{text}</p></div></div>' for text in TEXT * 2)
    main = f'<div><div class="t"><h1>{HEADLINE}</h1></div><div>{DATE}</div><div class="excerpt">{LEAD}</div><div><div>{blocks}</div></div></div>'
    found = article(main)
    assert (found.body, value(found.lead)) == (TEXT * 2, LEAD)


def test_tags_set_as_headings_are_tags() -> None:
    tags = '<ul><li><h4><a href="/tags/ocop.htm">OCOP</a></h4></li><li><h4><a href="/tags/mien.htm">miến dong</a></h4></li></ul>'
    assert article(f"<h1>{HEADLINE}</h1><div>{DATE}</div><div>{PARAGRAPHS}</div>{tags}").tags == ("OCOP", "miến dong")


def test_an_icon_beside_the_headline_makes_it_no_caption() -> None:
    heading = f'<table><tr><td class="contentheading">{HEADLINE}</td><td><a href="#"><img src="/pdf.png" width="16"></a></td></tr></table>'
    found = article(f"{heading}<div>{DATE}</div><div>{PARAGRAPHS}</div>")
    assert (value(found.headline), found.captions) == (HEADLINE, ())
