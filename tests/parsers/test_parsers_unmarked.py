"""Pages whose classes and tags say nothing: what a line is, its place tells."""

from __future__ import annotations

from parsing import body_of
from village_road import HEADLINE, PARAGRAPHS, TEXT, article_of

PICTURE = '<img src="/img/duong-lien-thon.jpg" alt="Bà con đổ bê tông đường liên thôn">'
LEAD = "<div>Sau ba tháng thi công, con đường liên thôn dài hai cây số của xã đã được bà con góp công hoàn thành.</div>"


def test_a_menu_of_sections_above_the_headline_is_not_the_articles_section() -> None:
    names = ("giao-duc", "kinh-te", "van-hoa", "xa-hoi", "nong-thon")
    menu = "".join(f'<li><a href="/category/{name}/">{name.title()}</a></li>' for name in names)
    own = '<div>Chuyên mục <a href="/category/doi-song/">Đời sống</a></div>'
    article = article_of(f"<div><ul>{menu}</ul></div><div><h1>{HEADLINE}</h1><div>{PARAGRAPHS}</div>{own}</div>")
    assert article.section is not None
    assert article.section.value == "Đời sống"


def test_a_short_list_of_links_right_above_the_headline_is_the_trail_and_a_button_for_large_letters_is_none() -> None:
    trail = '<ul><li><a href="/luat.htm">Chính sách</a></li><li><a href="/doi-song.htm">Đời sống mới</a></li></ul>'
    size = '<div>0 <a href="#">aA</a></div>'
    article = article_of(f"<div>{size}{trail}<h1>{HEADLINE}</h1><div>{PARAGRAPHS}</div></div>")
    assert article.section is not None
    assert article.section.value == "Đời sống mới"


def test_the_line_in_one_box_with_the_picture_above_the_text_is_its_caption() -> None:
    picture = f"<div>{PICTURE}<div>Bà con đổ bê tông đường liên thôn</div></div>"
    article = article_of(f"<div><h1>{HEADLINE}</h1><div>{LEAD}{picture}</div><div>{PARAGRAPHS}</div></div>")
    assert article.captions == ("Bà con đổ bê tông đường liên thôn",)
    assert article.images[0].caption == "Bà con đổ bê tông đường liên thôn"
    assert article.body == TEXT


def test_the_author_named_below_the_last_picture_is_not_its_caption() -> None:
    body = body_of(f"{PARAGRAPHS}<p>{PICTURE}</p><p><strong>Tác giả: </strong>Hoàng Thị Lụa</p>")
    assert body.captions == ()
    assert body.byline is not None
    assert body.byline.value == "Hoàng Thị Lụa"


def test_a_photographer_named_below_a_picture_is() -> None:
    assert body_of(f"<p>{PICTURE}</p><p>Ảnh: Hoàng Thị Lụa</p>{PARAGRAPHS}").captions == ("Ảnh: Hoàng Thị Lụa",)


def test_text_behind_a_list_in_the_same_block_belongs_to_the_article() -> None:
    lines = "".join(f"<li>{text}</li>" for text in TEXT)
    last = "Khi cần giúp đỡ, bà con gọi ngay về Ủy ban nhân dân xã qua số điện thoại trực cả ngày lẫn đêm ở văn phòng."
    article = article_of(f"<div><h1>{HEADLINE}</h1><div><ol>{lines}</ol>{last}</div></div>")
    assert article.body == (*TEXT, last)


def test_a_file_with_its_button_is_an_attachment_and_no_paragraph() -> None:
    offered = '<div><a href="/up/ke-hoach-12.pdf">kế hoạch</a><a href="/up/ke-hoach-12.pdf" download>Tải về</a></p>'
    body = body_of(PARAGRAPHS + offered)
    assert body.paragraphs == TEXT
    assert [file.name for file in body.attachments] == ["kế hoạch"]


def test_paragraphs_each_in_frames_of_their_own_with_pictures_between_are_one_text() -> None:
    long = [TEXT[0], " ".join(TEXT * 3), TEXT[2]]
    frames = f"<table><tr><td>{PICTURE}</td></tr></table>".join(f"<div><div><p>{text}</p></div></div>" for text in long)
    article = article_of(f"<div><h1>{HEADLINE}</h1><div>{frames}</div></div>")
    assert article.body == tuple(long)


def test_a_caption_of_many_words_above_the_text_does_not_hide_the_lead() -> None:
    caption = "Cán bộ xã cùng bà con ba thôn vùng cao đổ những mét bê tông cuối cùng của con đường"
    picture = f"<div>{PICTURE}<div>{caption}</div></div>"
    article = article_of(f"<div><h1>{HEADLINE}</h1><div>{LEAD}{picture}</div><div>{PARAGRAPHS}</div></div>")
    assert article.lead is not None
    assert article.lead.value in LEAD
    assert article.captions == (caption,)


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
