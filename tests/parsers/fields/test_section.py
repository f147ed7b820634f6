# ruff: noqa: E501 - markup stands in lines as pages have it
"""The section is told by trails, labels and addresses; menus, tags and links to authors are none."""

from __future__ import annotations

import cooperative
import pytest
from parsing import value
from village_road import (
    HEADLINE,
    LINK,
    PARAGRAPHS,
    TEXT,
    TEXT_BLOCK,
    article_of,
    k2_item,
    numbered,
)

BLOG = '<meta name="generator" content="WordPress 6.8">'

TAXONOMY = '<a href="/category/kinh-te/" rel="category tag">Kinh tế</a>'


TAGS = '<a href="/tags/giam-ngheo/">giảm nghèo</a> <a href="/tags/hien-dat/">hiến đất</a>'


@pytest.mark.parametrize("head", ["", BLOG])
def test_date_author_and_section_in_the_footer_of_twenty_twenty_one(head: str) -> None:
    foot = (
        '<footer class="entry-footer"><div><span class="posted-on">Đăng ngày <time datetime="2024-03-05T15:25:00+07:00">5 Tháng Ba, 2024</time></span>'
        f'<span class="byline">Bởi <a href="/author/x/" rel="author">Hà Vân</a></span></div><div><span class="cat-links">{TAXONOMY}</span></div></footer>'
    )
    found = cooperative.article(
        f'<article><h1 class="entry-title">{cooperative.HEADLINE}</h1><div class="entry-content">{cooperative.PARAGRAPHS}</div>{foot}</article>',
        "http://bao.example/hop-tac-xa-na-lai-dua-mien-dong-len-san-dien-tu/", head=head,
    )  # fmt: skip
    assert (value(found.byline), value(found.section), found.body) == (
        "Hà Vân",
        "Kinh tế",
        cooperative.TEXT,
    )
    assert found.published is not None
    assert found.published.value.startswith("2024-03-05T15:25")


@pytest.mark.parametrize("head", ["", BLOG])
def test_a_header_set_as_the_footer_is_holds_headline_date_and_section_of_twenty_twenty(head: str) -> None:
    top = (
        f'<header class="entry-header header-footer-group"><div class="entry-categories">{TAXONOMY}</div><h1 class="entry-title">{cooperative.HEADLINE}</h1><ul>'
        '<li class="post-author"><span>Tác giả</span><span>Bởi <a href="/author/x/">Hà Vân</a></span></li>'
        '<li class="post-date"><span>Ngày đăng</span><span><a href="/2024/">5 Tháng Tám, 2024</a></span></li></ul></header>'
        '<figure class="featured-media"><img class="wp-post-image" src="/bia.jpg"></figure>'
    )
    beside = f'<nav><a class="previous-post" href="/mon/"><span>←</span><span>{cooperative.OTHER}</span></a></nav>'
    found = cooperative.article(
        f'<article>{top}<div class="entry-content">{cooperative.PARAGRAPHS}</div>{beside}</article>',
        "http://bao.example/hop-tac-xa-na-lai-dua-mien-dong-len-san-dien-tu/", head=head,
    )  # fmt: skip
    assert (value(found.byline), value(found.section), value(found.published)) == (
        "Hà Vân",
        "Kinh tế",
        "2024-08-05",
    )
    assert [image.url for image in found.images] == ["http://bao.example/bia.jpg"]
    assert [teaser.headline for teaser in found.teasers] == [cooperative.OTHER]


def test_a_section_alone_beside_the_date_is_no_author() -> None:
    meta = "<div><div>Pháp Luật</div><div>09/03/2024 07:58</div></div>"
    menu = '<ul><li><a href="/phap-luat">Pháp luật</a></li></ul>'
    article = article_of(f"{menu}<div><h1>{HEADLINE}</h1>{meta}<div>{PARAGRAPHS}</div></div>")
    assert article.byline is None


def test_a_link_beside_the_date_that_leads_to_what_it_is_called_is_the_section() -> None:
    bar = '<div><a href="#menu"></a><a href="/">Tuyên Hóa</a></div>'
    meta = '<div><a href="/thoi-su.htm">Thời sự</a><span>03/02/2024 09:30</span></div>'
    article = article_of(f"{bar}<div>{meta}<h1>{HEADLINE}</h1><div>{PARAGRAPHS}</div></div>")
    assert value(article.section) == "Thời sự"


def test_an_author_linked_beside_the_date_is_no_section() -> None:
    meta = '<div><a href="/tac-gia/ngoc-tu">Ngọc Tú</a><span>03/02/2024 09:30</span></div>'
    article = article_of(f"<div>{meta}<h1>{HEADLINE}</h1><div>{PARAGRAPHS}</div></div>")
    assert value(article.section) != "Ngọc Tú"
    assert value(article.byline) == "Ngọc Tú"


def test_an_item_of_k2_is_read_with_its_section_tags_and_neighbours() -> None:
    article = k2_item("Thứ hai, 26 Tháng 2 2024 08:10")
    assert article.parser.startswith("joomla/")
    assert (value(article.section), article.tags) == ("Tin tức", ("đường xá",))
    assert [teaser.headline for teaser in article.teasers] == ["Kiểm tra tiến độ làm đường tránh"]
    assert article.modified is not None
    assert article.modified.value == "2024-02-26T08:10+07:00"


def test_a_section_and_tags_are_told_by_paths_in_the_plural() -> None:
    row = f'<header><a href="/categories/Nong-thon/">Nông thôn</a>{TAGS}</header>'
    article = article_of(f"<main><h1>{HEADLINE}</h1>{row}<div>{PARAGRAPHS}</div></main>")
    assert article.section is not None
    assert article.section.value == "Nông thôn"
    assert article.tags == ("giảm nghèo", "hiến đất")


def test_a_link_called_breadcrumb_that_leads_home_is_not_the_whole_of_it() -> None:
    trail = (
        '<div id="breadcrumb"><a class="breadcrumb" href="/">Trang chủ</a> / <a class="breadcrumb" href="/">Blog</a> / '
        '<a class="breadcrumb-link" href="/chu-de-1/">Nông thôn</a></div>'
    )
    article = article_of(f"<main>{trail}<h1>{HEADLINE}</h1><div>{PARAGRAPHS}</div></main>")
    assert article.section is not None
    assert article.section.value == "Nông thôn"


def test_labels_without_a_space_between_are_shown_as_a_row() -> None:
    row = "<header><span>Tòa soạn Báo Bản Qua</span><time>18/03/2024</time><time>18/03/2024</time></header>"
    article = article_of(f"<main><h1>{HEADLINE}</h1><div>{row}{PARAGRAPHS}</div></main>")
    assert article.body == TEXT
    assert article.published is not None
    assert article.published.value == "2024-03-18"


def test_the_section_of_another_article_behind_the_text_is_not_this_ones() -> None:
    other = '<h5><a href="/2024/03/17/b/">Bắt đối tượng trộm</a></h5>'
    card = f'<div><a href="/categories/phap-luat/">Pháp luật</a>{other}</div>'
    for label in ("", "<h4>Other Articles</h4>"):
        article = article_of(f"<main><h1>{HEADLINE}</h1><div>{PARAGRAPHS}</div>{label}{card}</main>")
        assert article.section is None


def test_a_tag_whose_name_is_a_part_of_the_address_is_no_section() -> None:
    foot = '<p><a href="/tags/nong-thon/">nông thôn</a></p>'
    article = article_of(f"<main><h1>{HEADLINE}</h1><div>{PARAGRAPHS}</div>{foot}</main>")
    assert article.section is None


def test_a_headline_in_a_span_has_its_place_so_that_the_section_above_it_is_found() -> None:
    main = (
        '<table><tr><td><a href="/gioi-thieu.aspx">Giới thiệu</a></td></tr><tr><td><a href="/list.aspx?cat=2">Kinh tế</a></td></tr>'
        f'<tr><td><span id="ctl00_c_lblTieuDe">{cooperative.HEADLINE}</span></td></tr><tr><td><span id="ctl00_c_lblNgayDang">{cooperative.DATE}</span></td></tr>'
        f'<tr><td><span id="ctl00_c_lblNoiDung">{cooperative.PARAGRAPHS}</span></td></tr></table>'
    )
    found = cooperative.article(
        f'<form><input type="hidden" name="__VIEWSTATE">{main}</form>', "http://bao.example/d.aspx?ContentID=91"
    )
    assert (value(found.headline), value(found.section)) == (cooperative.HEADLINE, "Kinh tế")


@pytest.mark.parametrize(
    "trail",
    [
        '<div class="duongdan"><a href="/">Trang chủ</a> » <a href="/c/9">Kinh tế</a> » <a href="/c/10">Nông nghiệp - Nông thôn</a></div>',
        '<nav><a href="/">Trang chủ</a><ul><li><a href="/c/9">Kinh tế</a></li><li><a href="/c/10">Nông nghiệp - Nông thôn</a></li></ul></nav>',
    ],
)
def test_the_section_is_the_last_step_of_the_trail_from_the_front_page(trail: str) -> None:
    main = f"{trail}<h1>{cooperative.HEADLINE}</h1><div>{cooperative.DATE}</div><div>{cooperative.PARAGRAPHS}</div>"
    assert value(cooperative.article(main, cooperative.BARE).section) == "Nông nghiệp - Nông thôn"


def test_a_link_whose_name_is_part_of_the_address_is_the_section() -> None:
    menu = '<ul class="m">' + "".join(f'<li><a href="/{href}">{name}</a></li>' for href, name in [
        ("thoi-su", "Thời sự"), ("kinh-te", "Kinh tế"), ("the-thao", "Thể thao"), ("ban-doc", "Bạn đọc"), ("phap-luat", "Pháp luật"),
        ("van-hoa", "Văn hóa"),
    ]) + "</ul>"  # fmt: skip
    assert (
        value(
            cooperative.article(
                f"{menu}<h1>{cooperative.HEADLINE}</h1><div>{cooperative.DATE}</div><div>{cooperative.PARAGRAPHS}</div>"
            ).section
        )
        == "Kinh tế"
    )


def test_a_section_called_like_the_comments_keeps_its_article() -> None:
    main = f"<div><p>{cooperative.LEAD}</p><div><h4>Bình luận</h4><h1>{cooperative.HEADLINE}</h1><div>{cooperative.DATE}</div><div>{cooperative.PARAGRAPHS}</div></div></div>"
    found = cooperative.article(main)
    assert (value(found.headline), found.body) == (cooperative.HEADLINE, cooperative.TEXT)


def test_a_short_menu_far_above_is_no_trail() -> None:
    menu = "".join(
        f'<li><a href="{href}">{text}</a></li>'
        for href, text in (("/", "Trang chủ"), ("/a", "Sự kiện"), ("/b", "Bạn đọc"))
    )
    box = "".join(f'<li><a href="/tin-{number}">Bản tin số {number} của huyện nhà</a></li>' for number in range(8))
    article = numbered(
        f"<ul>{menu}</ul><ul>{box}</ul><div><h1>{HEADLINE}</h1><div>05/03/2024 09:00</div>{TEXT_BLOCK}</div>"
    )
    assert article.section is None


@pytest.mark.parametrize("line", ["Dữ liệu đang cập nhật", "Liên kết website", "Email: toasoan@bao.example", "1.024"])
def test_placeholders_titles_of_columns_addresses_and_counters_above_a_headline_are_no_section(line: str) -> None:
    found = cooperative.article(
        f"<div><div>{line}</div><h2>{cooperative.HEADLINE}</h2><p>{cooperative.DATE}</p><div>{cooperative.PARAGRAPHS}</div></div>"
    )
    assert found.section is None


def test_a_footer_between_headline_and_text_names_author_section_and_tags() -> None:
    header = (
        '<footer class="info"><address class="vcard author">By <a href="/author/hoa.html">Nông Thị Hoa</a></address>'
        '<p>In <a href="/category/nong-thon.html">Nông thôn</a>.</p>'
        '<p>tags: <a href="/tag/duong.html">đường liên thôn</a> <a href="/tag/ban-qua.html">Bản Qua</a></p></footer>'
    )
    article = article_of(f"<article><header>{LINK}</header><div>{header}{PARAGRAPHS}</div></article>")
    assert article.byline is not None
    assert article.byline.value == "Nông Thị Hoa"
    assert article.section is not None
    assert article.section.value == "Nông thôn"
    assert article.tags == ("đường liên thôn", "Bản Qua")
    assert article.body == TEXT


def test_a_column_between_headline_and_text_is_the_sites() -> None:
    column = "".join(f'<li><a href="/category/m{n}/">Mục số {n}</a> <i>1{n}/10/2024</i></li>' for n in range(1, 9))
    article = article_of(f"<main><h1>{HEADLINE}</h1><aside><ul>{column}{column}</ul></aside>{PARAGRAPHS}</main>")
    assert article.published is None
    assert article.section is None


def test_a_section_behind_a_label_is_found_in_any_column() -> None:
    column = '<div class="sidebar"><ul><li>Trong <a href="../muc/nong-thon/">Nông thôn</a></li></ul></div>'
    article = article_of(f"{column}<article><h1>{HEADLINE}</h1>{PARAGRAPHS}</article>")
    assert article.section is not None
    assert article.section.value == "Nông thôn"


def test_a_link_to_the_author_or_to_the_front_page_is_no_section() -> None:
    for link in ('<a href="../../authors/hoa/">Nông Thị Hoa</a>', '<a href="../">Trang của xã Bản Qua</a>'):
        article = article_of(f"<main><p>{link}</p><h1>{HEADLINE}</h1><p>{link}</p><div>{PARAGRAPHS}</div></main>")
        assert article.section is None


def test_entries_of_a_menu_that_name_no_subject_are_no_section() -> None:
    menu = (
        '<ul><li><a href="/">Home</a></li><li><a href="/posts/">Posts</a></li><li><a href="/tags/">Tags</a></li></ul>'
    )
    assert article_of(f"<nav>{menu}</nav><main><h1>{HEADLINE}</h1>{PARAGRAPHS}</main>").section is None


def test_a_link_called_tag_is_no_section_though_its_address_lies_among_them() -> None:
    tags = '<li><a class="tag p-category" href="../../categories/duong/" rel="tag">đường liên thôn</a></li>'
    article = article_of(f"<article><h1>{HEADLINE}</h1><div>{PARAGRAPHS}</div><nav><ul>{tags}</ul></nav></article>")
    assert article.tags == ("đường liên thôn",)
    assert article.section is None


def test_the_way_back_is_no_section() -> None:
    main = f'<span><a href="/tin-tuc">« Quay lại</a></span><h1>{cooperative.HEADLINE}</h1><p>{cooperative.DATE}</p><div>{cooperative.PARAGRAPHS}</div>'
    assert cooperative.article(main).section is None


def test_of_sections_that_json_ld_names_in_a_row_the_last_is_the_articles() -> None:
    def section(menu: str) -> str | None:
        data = '<script type="application/ld+json">{"@type": "NewsArticle", "articleSection": "Kinh doanh, Tài chính"}</script>'
        return value(
            cooperative.article(
                f"{menu}<h1>{cooperative.HEADLINE}</h1><p>{cooperative.DATE}</p><div>{cooperative.PARAGRAPHS}</div>",
                head=data,
            ).section
        )

    assert section("") == "Tài chính"
    assert section('<a href="/kd">Kinh doanh, Tài chính</a>') == "Kinh doanh, Tài chính"


def test_a_section_in_the_articles_footer_is_found_though_footers_are_furniture() -> None:
    foot = '<footer><a href="/kinh-te-tap-the/" rel="category tag">Kinh tế tập thể</a></footer>'
    main = f'<p><a href="/">Báo Vùng Cao</a></p><h1>{cooperative.HEADLINE}</h1><p>{cooperative.DATE}</p><div>{cooperative.PARAGRAPHS}</div>{foot}'
    assert (
        value(cooperative.article(main, "http://bao.example/mien-dong-na-lai-len-san-thuong-mai-dien-tu/").section)
        == "Kinh tế tập thể"
    )


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


def test_a_section_link_behind_the_text_is_the_section_and_the_sites_name_is_not() -> None:
    foot = '<p>Đăng trong <a href="/category/nong-thon/" rel="tag">Nông thôn mới</a></p>'
    article = article_of(f"<main><h1>{HEADLINE}</h1><div>{PARAGRAPHS}</div>{foot}</main>")
    assert article.section is not None
    assert article.section.value == "Nông thôn mới"
    bare = article_of(f"<main><h1>{HEADLINE}</h1><div>{PARAGRAPHS}</div></main>")
    assert bare.section is None
