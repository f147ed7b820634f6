# ruff: noqa: E501 - markup stands in lines as pages have it
"""Pages in the manner of provincial sites, the second round: pictures and captions, names in date lines, sections."""

from __future__ import annotations

import pytest
from cooperative import DATE, HEADLINE, LEAD, OTHER, PARAGRAPHS, TEXT, URL, article, value
from parsing import body_of

PICTURE = '<p><img src="/{}.jpg"></p><p>{}</p>'


def test_captions_set_as_paragraphs_are_told_by_their_length_where_every_picture_has_one() -> None:
    first, second = "Chị Sáng bên dây chuyền sấy.", "Miến được phơi trên giàn tre."
    both = f"<p>{TEXT[0]}</p>{PICTURE.format('a', first)}<p>{TEXT[1]}</p>{PICTURE.format('b', second)}<p>{TEXT[2]}</p>"
    body = body_of(both)
    assert (body.captions, body.paragraphs) == ((first, second), TEXT)
    assert body_of(f"<p>{TEXT[0]}</p>{PICTURE.format('a', first)}<p>{TEXT[1]}</p>").captions == ()  # it may be a text
    mixed = f"<p>{TEXT[0]}</p>{PICTURE.format('a', first)}<p>{TEXT[1]}</p>{PICTURE.format('b', TEXT[2] * 2)}"
    assert body_of(mixed).captions == ()


def test_the_portrait_of_the_author_is_no_picture_of_the_article() -> None:
    info = f'<div class="author__photo"><img src="/chan-dung.jpg" width="40" height="40"></div><p>{DATE}</p>'
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


def test_the_anchor_of_a_heading_is_no_part_of_it() -> None:
    heading = 'Đường lên sàn<a hidden class="anchor" href="#duong-len-san">#</a>'
    assert body_of(f"{PARAGRAPHS}<h2>{heading}</h2><p>{LEAD}</p>").paragraphs == (*TEXT, "Đường lên sàn", LEAD)


def test_labels_inside_the_links_to_the_neighbours_name_them() -> None:
    links = "".join(
        f'<a class="{css}" href="/{css}-91.html"><span>{label}</span><br><span>{OTHER}</span></a>'
        for css, label in (("prev", "« Bài trước"), ("next", "Bài tiếp »"))
    )
    found = article(f"<h1>{HEADLINE}</h1><p>{DATE}</p><div>{PARAGRAPHS}</div><div>{links}</div>")
    assert [(teaser.headline, teaser.box) for teaser in found.teasers] == [(OTHER, "older"), (OTHER, "newer")]


@pytest.mark.parametrize("info", ["<b>{}</b> | {}", "{} · 3 phút đọc · {}"])
def test_two_names_in_a_date_line_are_the_byline(info: str) -> None:
    names = "Hà Vân - Lò Sơn"
    line = info.format(*((names, DATE) if info.startswith("<b>") else (DATE, names)))
    found = article(f"<h1>{HEADLINE}</h1><p>{line}</p><div>{PARAGRAPHS}</div>")
    assert (value(found.byline), value(found.published)) == (names, "2024-03-05T15:25+07:00")


def test_microdata_tells_the_hour_of_a_day_that_the_page_shows() -> None:
    stamp = '<abbr class="published" title="2024-03-05T15:25:00+07:00">15:25</abbr>'
    main = f"<h1>{HEADLINE}</h1><p>05/03/2024</p><div>{PARAGRAPHS}</div><div>Tin của xã, đăng {stamp}</div>"
    assert value(article(main).published) == "2024-03-05T15:25:00+07:00"


def test_a_list_of_links_between_headline_and_text_holds_teasers_and_a_link_to_the_author_is_none() -> None:
    box = f'<ul><li><a href="/kinh-te/ban-mon-khanh-thanh-nha-van-hoa-91.html">{OTHER}</a></li></ul>'
    author = '<p><a href="/tac-gia/ha-van-lo-son-vi-thao.html">Hà Vân - Lò Sơn - Vi Thảo</a></p>'
    found = article(f"<h1>{HEADLINE}</h1>{author}<p>{DATE}</p><h2 class='sapo'>{LEAD}</h2>{box}<div>{PARAGRAPHS}</div>")
    assert [teaser.headline for teaser in found.teasers] == [OTHER]
    assert (value(found.lead), found.body) == (LEAD, TEXT)


def test_a_page_that_names_itself_as_canonical_is_no_other_rendering() -> None:
    url = "http://bao.example/amp/hop-tac-xa-na-lai-dua-mien-dong-len-san-4512.html"
    main = f"<h1>{HEADLINE}</h1><p>{DATE}</p><div>{PARAGRAPHS}</div>"
    assert article(main, url, head=f'<link rel="canonical" href="{url}">').body == TEXT
    with pytest.raises(AssertionError, match="another rendering"):
        article(main, url, head=f'<link rel="canonical" href="{URL}">')
