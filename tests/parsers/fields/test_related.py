# ruff: noqa: E501 - markup stands in lines as pages have it
"""Boxes, cards and lists of related articles are taken out of the text whole and kept as teasers."""

from __future__ import annotations

from pathlib import Path

import cooperative
import pytest
from parsing import CAPTURED, body_of, value
from village_road import HEADLINE, LEAD, PARAGRAPHS, TEXT, URL, article_of

from archive.parsers import read_page

OTHER = "Nhiều tuyến đường nông thôn được lắp đèn năng lượng mặt trời"

CUT = "Đèn giúp người dân đi lại ban đêm thuận tiện, an toàn hơn."


def _card(text: str) -> str:
    picture = '<a href="/den-duong-9.html"><img src="/thumb/9.jpg" width="300" height="200"></a>'
    return f'<div>{picture}<div><a href="/den-duong-9.html">{OTHER}</a>{text}</div></div>'


def _paragraphs(*others: str) -> str:
    first, *rest = (f"<p>{text}</p>" for text in TEXT)
    return "".join([first, *others, *rest])


def cards(*numbers: int) -> str:
    return "".join(
        f'<article><a href="/mon-{at}.html"><img src="/t{at}.jpg"></a><h3><a href="/mon-{at}.html">{cooperative.OTHER} số {at}</a></h3>'
        f'<a href="/mon-{at}.html">Sau một năm thi công, công trình đã đưa vào sử dụng.</a></article>'
        for at in numbers
    )


GOLDEN = Path(__file__).parents[2] / "golden"


def test_the_cut_text_of_a_card_goes_with_its_headline() -> None:
    body = body_of(_paragraphs(_card(f"<p>{CUT}</p>")))
    assert body.paragraphs == TEXT
    assert [teaser.headline for teaser in body.teasers] == [OTHER]
    assert body.images == ()


def test_what_follows_a_card_is_the_text_again() -> None:
    body = body_of(_paragraphs(_card(""), f"<p>{CUT}</p>"))
    assert body.paragraphs == (TEXT[0], CUT, *TEXT[1:])


def test_a_link_around_the_blocks_of_a_card_is_a_link_of_each() -> None:
    card = '<a href="/den-{0}.html"><div>AN SINH</div><h3>{1} {0}</h3><div>{2}</div></a>'
    cards = "".join(card.format(at, OTHER, CUT) for at in (8, 9))
    body = body_of(_paragraphs(f"<h2>Đọc nhiều trong tuần</h2>{cards}"))
    assert body.paragraphs == TEXT
    assert {teaser.url for teaser in body.teasers} == {f"http://bao.example/den-{at}.html" for at in (8, 9)}


def test_a_heading_above_one_pointer_is_the_texts() -> None:
    body = body_of(_paragraphs("<h2>Kết quả bước đầu</h2>", f'<p><a href="/den-9.html">{OTHER}</a></p>'))
    assert body.paragraphs == (TEXT[0], "Kết quả bước đầu", *TEXT[1:])


def test_entries_of_a_list_that_are_links_behind_a_kicker_are_pointers() -> None:
    entries = "".join(f'<li>Giao thông: <a href="/den-{at}.html">{OTHER} {at}</a></li>' for at in (8, 9))
    body = body_of(_paragraphs(f"<ul>{entries}</ul>"))
    assert body.paragraphs == TEXT
    assert len(body.teasers) == 2


def test_a_linked_picture_and_headline_in_a_short_text_do_not_take_it_with_them() -> None:
    picture = '<a href="/den-duong-9.html"><img src="/thumb/9.jpg" width="300"></a>'
    body = body_of(f'{picture}<p><a href="/den-duong-9.html">{OTHER}</a></p><p>{TEXT[0]}</p>')
    assert body.paragraphs == (TEXT[0],)


def test_a_box_of_other_videos_is_told_by_its_label() -> None:
    link = '<h3><a href="/v/a-9.html">Khánh thành trường học Bản Hồ</a></h3>'
    box = f"<section><h2>Video liên quan</h2><div>{link}</div></section>"
    article = article_of(f"<main><section><h1>{HEADLINE}</h1><div>{PARAGRAPHS}</div></section>{box}</main>")
    assert [teaser.headline for teaser in article.teasers] == ["Khánh thành trường học Bản Hồ"]


@pytest.mark.parametrize("label", ["Read more", "Các câu hỏi khác", "Những văn bản khác"])
def test_lists_behind_a_text_are_told_by_what_they_are_called(label: str) -> None:
    box = f'<div><p><b>{label}</b></p><ul><li><a href="/h-9.html">Hỏi về thủ tục cấp đất</a></li></ul></div>'
    article = article_of(f'<div><h1>{HEADLINE}</h1><div class="t">{PARAGRAPHS}{box}</div></div>')
    assert ([teaser.headline for teaser in article.teasers], article.body) == (["Hỏi về thủ tục cấp đất"], TEXT)


def test_links_of_a_box_inside_the_text_that_is_named_as_furniture_are_teasers() -> None:
    box = f'<div class="article-relate"><a href="/ban-mon-91.html">{cooperative.OTHER}</a></div>'
    found = cooperative.article(
        f"<h1>{cooperative.HEADLINE}</h1><div>{cooperative.DATE}</div><div class='t'>{cooperative.PARAGRAPHS[:-4]}</p>{box}<p>{cooperative.LEAD}</p></div>"
    )
    assert [teaser.url for teaser in found.teasers] == ["http://bao.example/ban-mon-91.html"]
    assert found.body == (*cooperative.TEXT, cooperative.LEAD)


def test_a_subheading_that_reads_like_a_label_stays_where_no_links_follow() -> None:
    body = body_of(f"<p>{cooperative.TEXT[0]}</p><h3>Bài viết khác</h3><p>{cooperative.TEXT[1]}</p>")
    assert body.paragraphs == (cooperative.TEXT[0], "Bài viết khác", cooperative.TEXT[1])


def test_a_label_that_is_a_link_to_nowhere_names_its_box() -> None:
    box = f'<div><h4><a href="#">BÀI VIẾT LIÊN QUAN</a></h4><div><h3><a href="/ban-mon-91/">{cooperative.OTHER}</a></h3></div></div>'
    found = cooperative.article(
        f"<h1>{cooperative.HEADLINE}</h1><div>{cooperative.DATE}</div><div>{cooperative.PARAGRAPHS}</div>{box}"
    )
    assert [teaser.headline for teaser in found.teasers] == [cooperative.OTHER]


def test_an_arrow_before_a_link_makes_it_no_paragraph() -> None:
    body = body_of(
        f'{cooperative.PARAGRAPHS}<p><strong>&gt;&gt;&gt; <a href="/ban-mon-91.html">{cooperative.OTHER}</a></strong></p><p>{cooperative.LEAD}</p>'
    )
    assert body.paragraphs == (*cooperative.TEXT, cooperative.LEAD)
    assert [teaser.headline for teaser in body.teasers] == [cooperative.OTHER]


def test_a_list_of_the_newest_in_a_text_may_name_the_article_itself() -> None:
    links = (
        f'<li><a href="{url}">{text}</a></li>' for url, text in ((URL, HEADLINE), ("/mo-12", "Mở vùng chè hữu cơ"))
    )
    article = article_of(
        f"<main><h1>{HEADLINE}</h1><div>{PARAGRAPHS}<ul>{''.join(links)}</ul><p>{LEAD}</p></div></main>"
    )
    assert article.body == (*TEXT, LEAD)
    assert [teaser.headline for teaser in article.teasers] == ["Mở vùng chè hữu cơ"]


def test_boxes_that_labels_tell_are_read_besides_those_that_a_familys_selectors_name() -> None:
    inside = f'<div class="article-relate"><a href="/ban-mon-post91.html">{cooperative.OTHER}</a></div>'
    behind = '<div><h3>Tin liên quan</h3><h2><a href="/ban-hai-post92.html">Bản Hai đón bằng làng nghề</a></h2></div>'
    found = cooperative.article(
        f'<h1 class="article__title cms-title">{cooperative.HEADLINE}</h1><time>{cooperative.DATE}</time>'
        f'<div class="article__body cms-body zce-content-body">{cooperative.PARAGRAPHS}{inside}<p>{cooperative.LEAD}</p></div>{behind}'
    )
    assert found.parser.startswith("zce")
    assert [teaser.headline for teaser in found.teasers] == [cooperative.OTHER, "Bản Hai đón bằng làng nghề"]


def test_labels_of_k2_and_of_english_themes_are_labels() -> None:
    for label in ("Các mục liên quan (theo thẻ)", "Mục khác trong chuyên mục này:", "Related Posts"):
        found = cooperative.article(
            f'<h1>{cooperative.HEADLINE}</h1><p>{cooperative.DATE}</p><div>{cooperative.PARAGRAPHS}</div><div><h3>{label}</h3><a href="/mon-91">{cooperative.OTHER}</a></div>'
        )
        assert [teaser.headline for teaser in found.teasers] == [cooperative.OTHER], label


def test_cards_right_behind_the_text_need_no_label_and_what_follows_them_are_no_tags() -> None:
    tags = '<ul><li>Từ khóa:</li><li><a href="/ocop.html">OCOP</a></li></ul>'
    found = cooperative.article(
        f"<article><h1>{cooperative.HEADLINE}</h1><p>{cooperative.DATE}</p><div>{cooperative.PARAGRAPHS}</div></article><div>{cards(91, 92)}</div>{tags}"
    )
    assert [(teaser.headline, teaser.text[:7]) for teaser in found.teasers] == [
        (f"{cooperative.OTHER} số 91", "Sau một"),
        (f"{cooperative.OTHER} số 92", "Sau một"),
    ]
    assert (found.body, found.tags) == (cooperative.TEXT, ())
    assert cooperative.article(
        f"<article><h1>{cooperative.HEADLINE}</h1><p>{cooperative.DATE}</p><div>{cooperative.PARAGRAPHS}</div></article>{tags}"
    ).tags == ("OCOP",)


def test_one_banner_behind_the_text_is_no_card() -> None:
    assert (
        cooperative.article(
            f"<h1>{cooperative.HEADLINE}</h1><p>{cooperative.DATE}</p><div>{cooperative.PARAGRAPHS}</div><div>{cards(91)}</div>"
        ).teasers
        == ()
    )


def test_a_labelled_line_of_links_behind_the_text_is_a_box() -> None:
    line = f'<div><span>Mục khác trong chuyên mục này:</span><a href="/mon-91.html">« {cooperative.OTHER}</a></div>'
    found = cooperative.article(
        f"<h1>{cooperative.HEADLINE}</h1><p>{cooperative.DATE}</p><div>{cooperative.PARAGRAPHS}</div>{line}"
    )
    assert [teaser.url for teaser in found.teasers] == ["http://bao.example/mon-91.html"]


def test_two_labels_without_a_space_between_are_a_label() -> None:
    box = f'<div><h4><a href="#">BÀI LIÊN QUAN</a><a href="#">XEM THÊM</a></h4><div><h3><a href="/mon-91/">{cooperative.OTHER}</a></h3></div></div>'
    found = cooperative.article(
        f"<h1>{cooperative.HEADLINE}</h1><p>{cooperative.DATE}</p><div>{cooperative.PARAGRAPHS}</div>{box}"
    )
    assert [teaser.headline for teaser in found.teasers] == [cooperative.OTHER]


def test_joomlas_neighbours_are_named_by_hidden_text_or_by_the_links_title() -> None:
    four = f'<a rel="prev" href="/5-mon"><span class="visually-hidden">Bài viết trước: {cooperative.OTHER}</span><span aria-hidden="true">Trước</span></a>'
    three = f'<a rel="next" href="/6-hai" title="{cooperative.OTHER}">Tiếp theo</a>'
    found = cooperative.article(
        f'<div class="item-page"><h2 itemprop="headline">{cooperative.HEADLINE}</h2><dl class="article-info"><dd class="published">{cooperative.DATE}</dd></dl>'
        f'<div itemprop="articleBody">{cooperative.PARAGRAPHS}</div><nav class="pagenavigation">{four}{three}</nav></div>',
        head='<meta name="generator" content="Joomla! - Open Source Content Management">',
    )
    assert [(teaser.headline, teaser.box) for teaser in found.teasers] == [
        (cooperative.OTHER, "older"),
        (cooperative.OTHER, "newer"),
    ]
    assert found.body == cooperative.TEXT


def test_what_the_newspaper_theme_prints_around_a_post_is_read() -> None:
    found = cooperative.article(
        f'<article><div class="td-post-header"><h1 class="entry-title">{cooperative.HEADLINE}</h1><p class="td-post-sub-title">{cooperative.LEAD}</p></div>'
        f'<div class="td-post-content">{cooperative.PARAGRAPHS}</div><div class="td-post-next-prev-content"><span>Bài trước</span><a href="/mon/">{cooperative.OTHER}</a></div></article>',
        head='<meta name="generator" content="WordPress 6.4">',
    )
    assert (value(found.lead), [teaser.headline for teaser in found.teasers]) == (
        cooperative.LEAD,
        [cooperative.OTHER],
    )


def test_labels_inside_the_links_to_the_neighbours_name_them() -> None:
    links = "".join(
        f'<a class="{css}" href="/{css}-91.html"><span>{label}</span><br><span>{cooperative.OTHER}</span></a>'
        for css, label in (("prev", "« Bài trước"), ("next", "Bài tiếp »"))
    )
    found = cooperative.article(
        f"<h1>{cooperative.HEADLINE}</h1><p>{cooperative.DATE}</p><div>{cooperative.PARAGRAPHS}</div><div>{links}</div>"
    )
    assert [(teaser.headline, teaser.box) for teaser in found.teasers] == [
        (cooperative.OTHER, "older"),
        (cooperative.OTHER, "newer"),
    ]


def test_a_list_of_links_between_headline_and_text_holds_teasers_and_a_link_to_the_author_is_none() -> None:
    box = f'<ul><li><a href="/kinh-te/ban-mon-khanh-thanh-nha-van-hoa-91.html">{cooperative.OTHER}</a></li></ul>'
    author = '<p><a href="/tac-gia/ha-van-lo-son-vi-thao.html">Hà Vân - Lò Sơn - Vi Thảo</a></p>'
    found = cooperative.article(
        f"<h1>{cooperative.HEADLINE}</h1>{author}<p>{cooperative.DATE}</p><h2 class='sapo'>{cooperative.LEAD}</h2>{box}<div>{cooperative.PARAGRAPHS}</div>"
    )
    assert [teaser.headline for teaser in found.teasers] == [cooperative.OTHER]
    assert (value(found.lead), found.body) == (cooperative.LEAD, cooperative.TEXT)


def test_links_of_an_article_are_its_teasers_pictures_and_files() -> None:
    page = (GOLDEN / "bac-kan/vnpt/quy-hoach/page.html").read_bytes()
    reading = read_page("https://lamkhe.backan.example/x-y-z-1.html", page, "text/html", 200, CAPTURED)
    assert {link.kind for link in reading.links} == {"article", "image"}
    assert len([link for link in reading.links if link.kind == "article"]) == 2
    assert reading.article is not None
    assert reading.teasers == reading.article.teasers


def test_the_label_of_a_list_may_lie_deep_in_frames() -> None:
    label = "<div>" * 8 + "TIN ĐÃ ĐƯA" + "</div>" * 8
    links = (
        '<ul><li><a href="/nong-thon/khanh-thanh-cau-treo-ban-hat-1190.html">Khánh thành cầu treo bản Hát</a></li></ul>'
    )
    article = article_of(f"<div><h1>{HEADLINE}</h1><div>{PARAGRAPHS}</div></div><div>{label}{links}</div>")
    assert [teaser.headline for teaser in article.teasers] == ["Khánh thành cầu treo bản Hát"]


def test_a_topic_that_the_text_points_to_is_no_related_article() -> None:
    topic = '<p>Theo dòng sự kiện: <a href="/topic/nong-thon-moi/">Xây dựng nông thôn mới</a></p>'
    other = '<p>Xem thêm: <a href="/tin/khanh-thanh-cau-treo-1190.html">Khánh thành cầu treo bản Hát</a></p>'
    body = body_of(PARAGRAPHS + topic + other)
    assert body.paragraphs == TEXT
    assert [teaser.headline for teaser in body.teasers] == ["Khánh thành cầu treo bản Hát"]


def test_previous_and_next_are_found_in_links_around_blocks() -> None:
    nav = '<div><a href="/cu-1.html" rel="prev"><span>Bài trước</span><p>Ra quân làm thủy lợi mùa khô</p></a></div>'
    article = article_of(f"<main><h1>{HEADLINE}</h1><div>{PARAGRAPHS}</div>{nav}</main>")
    assert [(teaser.headline, teaser.box) for teaser in article.teasers] == [("Ra quân làm thủy lợi mùa khô", "older")]


def test_a_card_of_picture_and_headline_in_the_text_is_a_pointer() -> None:
    card = (
        '<div><a href="/b-2.html"><img src="/t.jpg"></a><a href="/b-2.html">Mường Nhé ra quân '
        "trồng rừng đầu năm</a></div>"
    )
    body = body_of(PARAGRAPHS + card)
    assert body.paragraphs == TEXT
    assert [teaser.headline for teaser in body.teasers] == ["Mường Nhé ra quân trồng rừng đầu năm"]
    assert body.images == ()


def test_a_related_label_of_two_words_for_articles_is_a_label() -> None:
    box = '<p><b>Tin, bài liên quan</b></p><p>- <a href="/b-2.html">Mường Nhé ra quân trồng rừng đầu năm</a></p>'
    assert body_of(PARAGRAPHS + box).paragraphs == TEXT


def test_a_labelled_box_with_teasers_inside_the_body_leaves_no_teaser_in_the_text() -> None:
    box = (
        '<div class="own"><p class="t">Tin liên quan</p><ul><li><a href="/b-2.html">Mường Nhé ra quân trồng rừng</a>'
        "<p>Những ngày qua, cấp ủy và chính quyền địa phương đã chỉ đạo nhiều giải pháp nâng cao "
        "đời sống...</p></li></ul></div>"
    )
    body = body_of(f"<p>{TEXT[0]}</p>{box}<p>{TEXT[1]}</p><p>{TEXT[2]}</p>")
    assert body.paragraphs == TEXT
    assert [teaser.headline for teaser in body.teasers] == ["Mường Nhé ra quân trồng rừng"]


def test_the_date_and_cut_text_of_a_card_in_the_text_go_with_its_headline() -> None:
    card = (
        '<div><h4><a href="/b-2.html">Mường Nhé ra quân trồng rừng đầu năm</a></h4><span>01/05/2025 10:10</span>'
        "<p>Những ngày qua, cấp ủy, chính quyền địa phương đã chỉ đạo nhiều giải pháp...</p></div>"
    )
    body = body_of(PARAGRAPHS + card)
    assert body.paragraphs == TEXT


def test_a_list_of_links_with_the_day_of_each_behind_the_text_needs_no_label() -> None:
    others = "".join(
        f'<li><a href="/nong-thon/xa-na-lai-mo-lop-day-nghe-dot-{n}.html">Xã Nà Lại mở lớp dạy nghề đợt {n}</a> (0{n}/05/2019)'
        for n in range(1, 4)
    )
    article = article_of(f"<h1>{HEADLINE}</h1>{PARAGRAPHS}<p>Hà Vân</p><ul>{others}</ul>")
    assert article.body == TEXT
    assert article.byline is not None
    assert article.byline.value == "Hà Vân"
    assert len(article.teasers) == 3


def test_a_label_without_an_element_of_its_own_does_not_take_the_article_with_it() -> None:
    text = "".join(f"{paragraph}<br><br>" for paragraph in TEXT)
    others = "".join(
        f'<li><a href="/nong-thon/lop-{n}.html">Xã Nà Lại mở lớp dạy nghề đợt {n}</a></li>' for n in (1, 2)
    )
    behind = "<div>Bài viết có ích cho bà con vùng cao</div><b>Tin liên quan</b>"
    article = article_of(
        f"<main><article><h1>{HEADLINE}</h1><div>{text}</div>{behind}<ul>{others}</ul></article></main>"
    )
    assert article.body[:3] == TEXT
    assert len(article.teasers) == 2
