# ruff: noqa: E501 - markup stands in lines as pages have it
"""Pages in the manner of provincial sites, the second round: pictures and captions, names in date lines, sections."""

from __future__ import annotations

import pytest
from cooperative import DATE, HEADLINE, LEAD, OTHER, PARAGRAPHS, TEXT, URL, article, value

from tests.parsing import body_of

PICTURE = '<p><img src="/{}.jpg"></p><p>{}</p>'


def test_captions_set_as_paragraphs_are_told_by_their_length_where_every_picture_has_one() -> None:
    first, second = "Chị Sáng bên dây chuyền sấy.", "Miến được phơi trên giàn tre."
    both = f"<p>{TEXT[0]}</p>{PICTURE.format('a', first)}<p>{TEXT[1]}</p>{PICTURE.format('b', second)}<p>{TEXT[2]}</p>"
    body = body_of(both)
    assert (body.captions, body.paragraphs) == ((first, second), TEXT)
    assert body_of(f"<p>{TEXT[0]}</p>{PICTURE.format('a', first)}<p>{TEXT[1]}</p>").captions == ()  # it may be a text
    mixed = f"<p>{TEXT[0]}</p>{PICTURE.format('a', first)}<p>{TEXT[1]}</p>{PICTURE.format('b', TEXT[2] * 2)}"
    assert body_of(mixed).captions == ()


@pytest.mark.parametrize("name", ["author__photo", "avatar"])
def test_the_portrait_of_the_author_is_no_picture_of_the_article(name: str) -> None:
    info = f'<div class="{name}"><img src="/chan-dung.jpg" width="40" height="40"></div><p>{DATE}</p>'
    assert article(f"<h1>{HEADLINE}</h1>{info}<div>{PARAGRAPHS}</div>").images == ()


def test_a_featured_picture_above_headline_and_date_belongs_to_the_article() -> None:
    top = f'<div class="single-featured-image-header"><img class="wp-post-image" src="/a.jpg"></div><p>{DATE}</p>'
    assert [image.url for image in article(f"{top}<h1>{HEADLINE}</h1><div>{PARAGRAPHS}</div>").images] == [
        "http://bao.example/a.jpg"
    ]


def test_a_labelled_author_in_an_element_of_the_date_line_is_read() -> None:
    info = f"<div><span>{DATE}</span><span>1.024</span><span>Tác giả: Hà Vân</span></div>"
    found = article(f"<h1>{HEADLINE}</h1>{info}<div>{PARAGRAPHS}</div>")
    assert (value(found.byline), value(found.published)) == ("Hà Vân", "2024-03-05T15:25+07:00")


def test_a_trail_may_begin_with_the_picture_of_a_house() -> None:
    trail = '<ul><li><a href="/"><i class="fa fa-home"></i></a></li><li><a href="/4/kt">Kinh tế</a></li></ul>'
    assert value(article(f"{trail}<p>{DATE}</p><h1>{HEADLINE}</h1><div>{PARAGRAPHS}</div>").section) == "Kinh tế"


def test_a_section_in_the_articles_footer_is_found_though_footers_are_furniture() -> None:
    foot = '<footer><a href="/kinh-te-tap-the/" rel="category tag">Kinh tế tập thể</a></footer>'
    main = f'<p><a href="/">Báo Vùng Cao</a></p><h1>{HEADLINE}</h1><p>{DATE}</p><div>{PARAGRAPHS}</div>{foot}'
    assert (
        value(article(main, "http://bao.example/mien-dong-na-lai-len-san-thuong-mai-dien-tu/").section)
        == "Kinh tế tập thể"
    )


def test_a_slug_as_a_key_makes_an_address_no_search() -> None:
    url = "http://bao.example/Default.aspx?tabid=74&NDID=8809&key="
    main = f"<h1>{HEADLINE}</h1><p>{DATE}</p><div>{PARAGRAPHS}<p>{LEAD}</p></div>"
    assert article(main, f"{url}hop-tac-xa-na-lai").body == (*TEXT, LEAD)
    with pytest.raises(AssertionError):
        article(main, f"{url}mien-dong")


def test_the_next_articles_and_a_credit_in_brackets_behind_the_text_are_read() -> None:
    behind = f'<p align="right">(Nguồn: Liên minh Hợp tác xã)</p><p><b>Các tin tiếp</b></p><div><a href="/mon-91.html">{OTHER}</a></div>'
    found = article(f"<h1>{HEADLINE}</h1><p>{DATE}</p><div>{PARAGRAPHS}</div>{behind}", URL)
    assert (value(found.source_credit), [teaser.headline for teaser in found.teasers]) == (
        "Liên minh Hợp tác xã",
        [OTHER],
    )
