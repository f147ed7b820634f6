"""Sites made from files by a generator: paths in the plural, rows of labels beside the date, columns of the site's."""

from __future__ import annotations

import pytest
from parsing import reading_of
from village_road import HEADLINE, LEAD, PARAGRAPHS, TEXT, URL, article_of

from archive.text.folding import tokens

TAGS = '<a href="/tags/giam-ngheo/">giảm nghèo</a> <a href="/tags/hien-dat/">hiến đất</a>'


def test_a_section_and_tags_are_told_by_paths_in_the_plural() -> None:
    row = f'<header><a href="/categories/Nong-thon/">Nông thôn</a>{TAGS}</header>'
    article = article_of(f"<main><h1>{HEADLINE}</h1>{row}<div>{PARAGRAPHS}</div></main>")
    assert article.section is not None
    assert article.section.value == "Nông thôn"
    assert article.tags == ("giảm nghèo", "hiến đất")


@pytest.mark.parametrize("path", ["categories/Nong-thon/", "archives/", "tags/hien-dat/", "authors/hoa/"])
def test_a_listing_of_one_article_is_none_though_the_theme_calls_it_so(path: str) -> None:
    data = f'<script type="application/ld+json">{{"@type": "BlogPosting", "headline": "{HEADLINE}"}}</script>'
    card = (
        f'<article><time datetime="2024-03-18T16:06:00+07:00">18/03/2024</time><h2><a href="{URL}">{HEADLINE}</a></h2>'
    )
    reading = reading_of(f"<html><head>{data}</head><body><main>{card}{PARAGRAPHS}</article></main></body></html>",
                         f"http://bao.example/{path}")  # fmt: skip
    assert reading.article is None


def test_the_sites_name_in_og_title_is_no_headline() -> None:
    head = '<meta property="og:title" content="Báo Bản Qua"><meta property="og:site_name" content="Báo Bản Qua">'
    article = article_of(f'<main><div class="post-title">{HEADLINE}</div><div>{PARAGRAPHS}</div></main>', head)
    assert article.headline.value == HEADLINE


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


def test_a_sentence_with_a_date_in_parts_of_its_own_is_text() -> None:
    first = "<p><b>Ngày 18/03/2024,</b> <i>đoàn công tác của tỉnh kiểm tra tuyến đường, đánh giá cao cách làm.</i></p>"
    article = article_of(f"<main><h1>{HEADLINE}</h1><div>{first}{PARAGRAPHS}</div></main>")
    assert article.body[1:] == TEXT
    assert article.body[0].startswith("Ngày 18/03/2024, đoàn công tác")


def test_a_link_called_breadcrumb_that_leads_home_is_not_the_whole_of_it() -> None:
    trail = (
        '<div id="breadcrumb"><a class="breadcrumb" href="/">Trang chủ</a> / <a class="breadcrumb" href="/">Blog</a> / '
        '<a class="breadcrumb-link" href="/chu-de-1/">Nông thôn</a></div>'
    )
    article = article_of(f"<main>{trail}<h1>{HEADLINE}</h1><div>{PARAGRAPHS}</div></main>")
    assert article.section is not None
    assert article.section.value == "Nông thôn"


@pytest.mark.parametrize("box", ["<aside>{}</aside>", '<div class="widget">{}</div>', '<div class="tagcloud">{}</div>'])
def test_all_tags_of_the_site_in_a_column_are_no_tags_of_the_article(box: str) -> None:
    column = box.format(f"<h3>Từ khóa</h3><div>{TAGS}</div>")
    assert article_of(f"<main><h1>{HEADLINE}</h1><div>{PARAGRAPHS}</div></main>{column}").tags == ()
    assert article_of(f"{column}<main><h1>{HEADLINE}</h1><div>{PARAGRAPHS}</div></main>").tags == ()


@pytest.mark.parametrize("name", ["Nông Thị Hoa", "Ban Biên tập"])
def test_an_author_beside_a_badge_is_found(name: str) -> None:
    row = f'<div class="author"><span>{name}</span><span>Lv2</span></div><div>18/03/2024 16:06</div>'
    byline = article_of(f"<main><h1>{HEADLINE}</h1>{row}<div>{PARAGRAPHS}</div></main>").byline
    assert byline is not None
    assert byline.value == name


def test_the_author_in_a_box_behind_the_text_is_asked_last() -> None:
    box = '<div class="post-copyright"><div class="post-copyright__author_name">Nông Thị Hoa</div></div>'
    byline = article_of(f"<main><h1>{HEADLINE}</h1><div>{PARAGRAPHS}</div>{box}</main>").byline
    assert byline is not None
    assert byline.value == "Nông Thị Hoa"
    signed = article_of(f"<main><h1>{HEADLINE}</h1><div>{PARAGRAPHS}<p><b>Bảo Ngọc</b></p></div>{box}</main>").byline
    assert signed is not None
    assert signed.value == "Bảo Ngọc"


@pytest.mark.parametrize("name", ["Giới thiệu", "Liên hệ tòa soạn", "About us"])
def test_a_page_about_the_site_is_no_article(name: str) -> None:
    markup = (
        f"<html><head><title>{name} | Báo Bản Qua</title><meta property='og:type' content='article'></head>"
        f"<body><main><h1>{name}</h1><time>21/06/2024 08:00</time><div>{PARAGRAPHS}</div></main></body></html>"
    )
    assert reading_of(markup, f"http://bao.example/{'-'.join(tokens(name))}/").article is None


def test_an_author_beside_a_badge_is_found_where_no_class_calls_him_so() -> None:
    row = "<div><span>Nông Thị Hoa</span><span>Lv2</span></div><div>18/03/2024 16:06</div>"
    byline = article_of(f"<main><h1>{HEADLINE}</h1>{row}<div>{PARAGRAPHS}</div></main>").byline
    assert byline is not None
    assert byline.value == "Nông Thị Hoa"


def test_labels_without_a_space_between_are_shown_as_a_row() -> None:
    row = "<header><span>Tòa soạn Báo Bản Qua</span><time>18/03/2024</time><time>18/03/2024</time></header>"
    article = article_of(f"<main><h1>{HEADLINE}</h1><div>{row}{PARAGRAPHS}</div></main>")
    assert article.body == TEXT
    assert article.published is not None
    assert article.published.value == "2024-03-18"


def test_a_headline_told_by_its_place_is_near_its_date_whatever_pictures_and_links_stand_between() -> None:
    row = '<img src="/a.jpg"><div>Nông Thị Hoa</div><div>18/03/2024 16:06</div>'
    links = "".join(f'<li><a href="/x{number}/">Mục {number}</a></li>' for number in range(9))
    markup = (
        "<html><head><title>Trang chủ</title></head><body><p>Cơ quan ngôn luận của Đảng bộ xã</p><p>Đường dây nóng</p>"
        f'<div>{HEADLINE}</div>{row}<ul>{links}</ul><div class="k">{PARAGRAPHS}</div></body></html>'
    )
    article = reading_of(markup, "http://bao.example/chi-tiet.aspx?id=120455").article
    assert article is not None
    assert article.headline.value == HEADLINE


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


def test_a_date_with_the_month_first_is_known_by_what_the_page_tells_machines() -> None:
    head = '<meta property="article:published_time" content="2024-11-03T09:06:00.000Z">'
    for shown in ("11/03/2024 16:06", "11/03, 16:06"):
        published = article_of(f"<main><h1>{HEADLINE}</h1><p>{shown}</p><div>{PARAGRAPHS}</div></main>", head).published
        assert published is not None
        assert published.value.startswith("2024-11-03T16:06")
    other = '<meta property="article:published_time" content="2024-11-04T09:06:00.000Z">'
    published = article_of(f"<main><h1>{HEADLINE}</h1><p>11/03/2024</p><div>{PARAGRAPHS}</div></main>", other).published
    assert published is not None
    assert published.value.startswith("2024-11-04")
    assert "says 2024-03-11" in published.note


def test_whole_texts_one_below_the_other_under_headings_that_lead_to_them_are_a_listing() -> None:
    text = (
        '<article><h2><a href="/doc/xa-{}/">Xã {} làm đường</a></h2><div>18/03/2024</div>' + PARAGRAPHS + "</article>"
    )
    texts = "".join(text.format(number, number) for number in range(2))
    head = '<title>Nông thôn</title><meta property="og:title" content="Tin nông thôn mới">'
    markup = f"<html><head>{head}</head><body><main>{texts}</main></body></html>"
    assert reading_of(markup, "http://bao.example/nong-thon/").article is None


@pytest.mark.parametrize(("href", "read"), [("/doc/nong-thon.html", True), ("/", True), ("/2024/03/18/xa/", False)])
def test_a_text_below_a_heading_that_leads_elsewhere_is_a_teaser(href: str, read: bool) -> None:
    main = f'<h2><a href="{href}">{HEADLINE}</a></h2><div>18/03/2024 16:06</div><div>{PARAGRAPHS}</div>'
    head = '<title>Tin nông thôn</title><meta property="og:type" content="article">'
    reading = reading_of(
        f"<html><head>{head}</head><body>{main}</body></html>", "http://bao.example/doc/nong-thon.html"
    )
    assert (reading.article is not None) is read


def test_the_newsroom_signs_beside_the_date() -> None:
    row = "<div>Ban Biên tập</div><div>18/03/2024 16:06</div>"
    byline = article_of(f"<main><h1>{HEADLINE}</h1>{row}<div>{PARAGRAPHS}</div></main>").byline
    assert byline is not None
    assert byline.value == "Ban Biên tập"


def test_the_day_on_which_clocks_of_programs_begin_is_no_date() -> None:
    row = '<time datetime="1970-01-01T00:00:00.000Z">1 tháng 1, 1970</time>'
    main = f"<main><h1>{HEADLINE}</h1>{row}<div>{PARAGRAPHS}</div></main>"
    assert article_of(main).published is None
    published = article_of(
        main, '<meta property="article:published_time" content="2024-03-18T16:06:00+07:00">'
    ).published
    assert published is not None
    assert published.value.startswith("2024-03-18T16:06")
