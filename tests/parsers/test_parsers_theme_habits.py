"""What themes by strangers print around an article: names behind labels, rights, banners, notices as data."""

from __future__ import annotations

import json

from parsing import reading_of
from village_road import HEADLINE, PARAGRAPHS, URL, article_of

_ENTRY = '<li><a href="/tin-{0}.html">Xã Bản Lầu khánh thành cầu số {0}</a></li>'
_OTHERS = f"<div><ul>{''.join(map(_ENTRY.format, '123'))}</ul></div>"
_RIGHTS = "© 2026 Báo Bản Lầu. Giấy phép số 119/GP-TTĐT. Ghi rõ nguồn khi phát hành lại thông tin từ trang này."


def _byline_of(markup: str) -> str | None:
    article = article_of(markup)
    return article.byline.value if article.byline is not None else None


def test_who_posted_is_named_behind_a_label_in_the_date_line() -> None:
    info = "<div>Ngày đăng: 28/12/2025 | Người đăng: Kim Đức Hạnh | Lượt xem: 17</div>"
    assert _byline_of(f"<main><h1>{HEADLINE}</h1>{info}<div>{PARAGRAPHS}</div></main>") == "Kim Đức Hạnh"


def test_a_name_in_a_box_of_its_own_below_the_text_signs_it_whatever_list_follows() -> None:
    box = "<div><b>Hồ Thị Yến</b></div>"
    markup = f"<div><div>28/12/2025</div><h1>{HEADLINE}</h1><div>{PARAGRAPHS}</div>{box}</div>{_OTHERS}"
    assert _byline_of(markup) == "Hồ Thị Yến"


def test_a_place_above_a_list_of_articles_signs_nothing() -> None:
    box = "<div><b>Hà Nội</b></div>"
    markup = f"<div><h1>{HEADLINE}</h1><div>{PARAGRAPHS}</div>{box}</div>{_OTHERS}"
    assert _byline_of(markup) is None


def test_a_name_beside_one_word_next_to_the_date_is_the_author() -> None:
    row = "<ul><li><span>15/07/2026</span></li><li><i></i> soạn <span>Lê Thanh Oanh</span></li></ul>"
    assert _byline_of(f"<main><h1>{HEADLINE}</h1>{row}<div>{PARAGRAPHS}</div></main>") == "Lê Thanh Oanh"


def test_a_newsroom_that_metadata_name_gives_way_to_the_author_shown() -> None:
    told = json.dumps({"@type": "NewsArticle", "headline": HEADLINE, "author": {"name": "Ban Biên tập"}})
    script = f'<script type="application/ld+json">{told}</script>'
    markup = f"<main><h1>{HEADLINE}</h1>%s<div>{PARAGRAPHS}</div></main>{script}"
    assert _byline_of(markup % "<div>Tác giả: Ngô Hữu Quyết</div>") == "Ngô Hữu Quyết"
    assert _byline_of(markup % "") == "Ban Biên tập"


def test_a_date_behind_the_text_may_stand_beside_the_link_to_its_author() -> None:
    foot = '<div><span>Created: Thu 18 June 2026.</span> <a href="/author/y-van-viet.html">Y Văn Việt</a></div>'
    article = article_of(f"<div><h1>{HEADLINE}</h1>{PARAGRAPHS}{foot}</div>")
    assert article.published is not None
    assert article.published.value == "2026-06-18"
    assert not any("Created" in text for text in article.body)


def test_the_dated_rights_of_a_site_are_no_text() -> None:
    article = article_of(f"<table><tr><td><h1>{HEADLINE}</h1>{PARAGRAPHS}<p>{_RIGHTS}</p></td></tr></table>")
    assert _RIGHTS not in article.body
    assert article.body


def test_a_credit_below_the_last_of_several_pictures_is_no_caption() -> None:
    pictures = '<p><img src="/a.jpg"></p><p>Đường về bản mùa lúa chín</p>'
    last = '<p><img src="/b.jpg"></p><p><em>Theo Báo Nhân Dân</em></p>'
    article = article_of(f"<main><h1>{HEADLINE}</h1><div>{PARAGRAPHS}{pictures}{PARAGRAPHS}{last}</div></main>")
    assert article.captions == ("Đường về bản mùa lúa chín",)
    assert article.source_credit is not None


def test_a_headline_in_a_banner_is_the_articles() -> None:
    banner = f'<div class="article banner"><h1>{HEADLINE}</h1></div>'
    subheading = "<h2>Từ chủ trương đến việc làm</h2>"
    article = article_of(f"{banner}<article>{PARAGRAPHS}{subheading}{PARAGRAPHS}</article>")
    assert article.headline.value == HEADLINE


def test_a_notice_that_is_held_as_data_is_read() -> None:
    data = {"article": {"title": HEADLINE, "content": '<p><a href="/files/12.pdf">Xem chi tiết tại đây</a></p>'}}
    script = f'<script id="__NEXT_DATA__" type="application/json">{json.dumps({"props": {"pageProps": data}})}</script>'
    page = f"<html><head><title></title></head><body><div id='__next'></div>{script}</body></html>"
    article = reading_of(page, URL).article
    assert article is not None
    assert article.headline.value == HEADLINE
    assert [file.url.rpartition("/")[2] for file in article.attachments] == ["12.pdf"]
