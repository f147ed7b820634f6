# ruff: noqa: E501 - markup stands in lines as pages have it
"""What themes delivered with WordPress, Drupal and Joomla print around an article, read by the family and by evidence."""

from __future__ import annotations

import pytest
from cooperative import DATE, HEADLINE, OTHER, PARAGRAPHS, TEXT, article, value

BLOG = '<meta name="generator" content="WordPress 6.8">'
TAXONOMY = '<a href="/category/kinh-te/" rel="category tag">Kinh tế</a>'


@pytest.mark.parametrize("head", ["", BLOG])
def test_date_author_and_section_in_the_footer_of_twenty_twenty_one(head: str) -> None:
    foot = (
        '<footer class="entry-footer"><div><span class="posted-on">Đăng ngày <time datetime="2024-03-05T15:25:00+07:00">5 Tháng Ba, 2024</time></span>'
        f'<span class="byline">Bởi <a href="/author/x/" rel="author">Hà Vân</a></span></div><div><span class="cat-links">{TAXONOMY}</span></div></footer>'
    )
    found = article(
        f'<article><h1 class="entry-title">{HEADLINE}</h1><div class="entry-content">{PARAGRAPHS}</div>{foot}</article>',
        "http://bao.example/hop-tac-xa-na-lai-dua-mien-dong-len-san-dien-tu/", head=head,
    )  # fmt: skip
    assert (value(found.byline), value(found.section), found.body) == ("Hà Vân", "Kinh tế", TEXT)
    assert found.published is not None
    assert found.published.value.startswith("2024-03-05T15:25")


@pytest.mark.parametrize("head", ["", BLOG])
def test_a_header_set_as_the_footer_is_holds_headline_date_and_section_of_twenty_twenty(head: str) -> None:
    top = (
        f'<header class="entry-header header-footer-group"><div class="entry-categories">{TAXONOMY}</div><h1 class="entry-title">{HEADLINE}</h1><ul>'
        '<li class="post-author"><span>Tác giả</span><span>Bởi <a href="/author/x/">Hà Vân</a></span></li>'
        '<li class="post-date"><span>Ngày đăng</span><span><a href="/2024/">5 Tháng Tám, 2024</a></span></li></ul></header>'
        '<figure class="featured-media"><img class="wp-post-image" src="/bia.jpg"></figure>'
    )
    beside = f'<nav><a class="previous-post" href="/mon/"><span>←</span><span>{OTHER}</span></a></nav>'
    found = article(
        f'<article>{top}<div class="entry-content">{PARAGRAPHS}</div>{beside}</article>',
        "http://bao.example/hop-tac-xa-na-lai-dua-mien-dong-len-san-dien-tu/", head=head,
    )  # fmt: skip
    assert (value(found.byline), value(found.section), value(found.published)) == ("Hà Vân", "Kinh tế", "2024-08-05")
    assert [image.url for image in found.images] == ["http://bao.example/bia.jpg"]
    assert [teaser.headline for teaser in found.teasers] == [OTHER]


def test_a_date_between_links_that_are_no_headlines_is_the_articles_and_beside_a_headline_it_is_not() -> None:
    def published(link: str) -> str | None:
        info = f'<a href="#respond">Để lại một bình luận</a> / <a href="/x/">{link}</a> / Bởi <a href="/author/x/">Hà Vân</a> / 05/03/2024'
        return value(article(f"<h1>{HEADLINE}</h1><div>{info}</div><div>{PARAGRAPHS}</div>").published)

    assert published("Nông nghiệp - Nông thôn") == "2024-03-05"
    assert published(OTHER) is None


def test_a_date_behind_the_text_below_another_headline_is_not_the_articles() -> None:
    behind = f'<aside><h4>Mới nhất</h4><a href="/mon-91.html">{OTHER}</a><p>{DATE}</p></aside>'
    assert article(f"<h1>{HEADLINE}</h1><div>{PARAGRAPHS}</div>{behind}").published is None


@pytest.mark.parametrize("month", ["Một", "Tám", "Chín", "Mười", "Mười Hai"])
def test_a_date_that_is_a_link_may_have_its_month_in_words(month: str) -> None:
    found = article(f'<h1>{HEADLINE}</h1><p><a href="/2024/">5 Tháng {month}, 2024</a></p><div>{PARAGRAPHS}</div>')
    assert found.published is not None
    assert found.published.value.startswith("2024-")


def test_the_day_of_the_last_edit_is_not_the_articles_where_metadata_tells_another_as_with_ikiwiki() -> None:
    foot = '<footer><div class="pagedate">Last edited <time datetime="2026-12-03T09:26:53Z">03/12/2026 09:26</time></div></footer>'
    found = article(
        f"<article><h1>{HEADLINE}</h1><div>{PARAGRAPHS}</div>{foot}</article>",
        head='<meta name="date" content="2024-03-05 15:25">',
    )
    assert value(found.published) == "2024-03-05T15:25+07:00"
    assert value(found.modified) == "2026-12-03T16:26:53+07:00"
