"""Articles whose address is a number and whose title is the site's name: what is left tells the headline."""

from __future__ import annotations

import pytest
from parsing import reading_of
from village_road import HEADLINE, LEAD, PARAGRAPHS, TEXT

from archive.model import Article

URL = "http://cong.example/Pages/chi-tiet.aspx?id=4711"
SITE = "Trang thông tin điện tử huyện Bản Qua"
TEXT_BLOCK = f"<div><p>{LEAD}</p>{PARAGRAPHS}</div>"


def _article(main: str, title: str = SITE) -> Article:
    menu = "".join(f'<li><a href="/muc-{number}">Mục thứ {number}</a></li>' for number in range(9))
    body = f"<div><p>{SITE}</p><ul>{menu}</ul></div>{main}"
    article = reading_of(f"<html><head><title>{title}</title></head><body>{body}</body></html>", URL).article
    assert article is not None
    return article


@pytest.mark.parametrize("date", ["05/03/2024 09:00", "thứ ba, 05 03 2024 09:00", "(05.03.2024 09:00)"])
@pytest.mark.parametrize("above", [True, False])
def test_the_longest_line_beside_the_date_is_the_headline(date: str, above: bool) -> None:
    lines = [f"<p>{HEADLINE}</p>", f"<div>{date}</div>"] if above else [f"<div>{date}</div>", f"<p>{HEADLINE}</p>"]
    article = _article(f"<div><div>Tin hoạt động của ngành</div>{''.join(lines)}{TEXT_BLOCK}</div>")
    assert article.headline.value == HEADLINE
    assert article.headline.by == "generic, beside the date"
    assert article.headline.confidence < 0.9
    assert article.body[-1] == TEXT[-1]


def test_the_first_short_line_above_the_text_is_the_headline_where_no_date_stands() -> None:
    published = '<script type="application/ld+json">{"@type": "NewsArticle", "datePublished": "2024-03-05"}</script>'
    article = _article(f"<div>{published}<p>{HEADLINE}</p>{TEXT_BLOCK}</div>")
    assert article.headline.value == HEADLINE
    assert article.headline.confidence < 0.9


@pytest.mark.parametrize("title", [f"{HEADLINE} - {SITE}", f"{HEADLINE} | Nông thôn | Cổng thông tin điện tử tỉnh"])
def test_the_title_before_the_sites_name_says_which_line_is_the_headline(title: str) -> None:
    article = _article(f"<div><div>{HEADLINE}</div><div>05/03/2024 09:00</div>{TEXT_BLOCK}</div>", title)
    assert article.headline.value == HEADLINE
    assert article.headline.confidence > 0.5


def test_a_short_menu_far_above_is_no_trail() -> None:
    menu = "".join(
        f'<li><a href="{href}">{text}</a></li>'
        for href, text in (("/", "Trang chủ"), ("/a", "Sự kiện"), ("/b", "Bạn đọc"))
    )
    box = "".join(f'<li><a href="/tin-{number}">Bản tin số {number} của huyện nhà</a></li>' for number in range(8))
    article = _article(
        f"<ul>{menu}</ul><ul>{box}</ul><div><h1>{HEADLINE}</h1><div>05/03/2024 09:00</div>{TEXT_BLOCK}</div>"
    )
    assert article.section is None


def test_an_author_may_stand_between_headline_and_date() -> None:
    article = _article(f"<div><p>{HEADLINE}</p><p>bientap</p><div>05/03/2024 09:00</div>{TEXT_BLOCK}</div>")
    assert article.headline.value == HEADLINE
    assert article.headline.by == "generic, beside the date"
