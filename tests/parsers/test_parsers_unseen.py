"""Headline, date, author and section are found in layouts that no parser was written for."""

from __future__ import annotations

import json

from parsing import body_of, reading_of
from village_road import HEADLINE, LEAD, PARAGRAPHS, TEXT, URL, article_of, nukeviet


def test_a_date_that_links_to_its_own_article_is_read() -> None:
    date = f'<div class="when"><time datetime="2024-11-20T08:32:00+07:00"><a href="{URL}">Nov 20, 2024</a></time></div>'
    article = article_of(f"<main><h1>{HEADLINE}</h1>{date}<div>{PARAGRAPHS}</div></main>")
    assert article.published is not None
    assert article.published.value.startswith("2024-11-20T08:32")


def test_a_count_of_comments_takes_no_figure_out_of_the_date() -> None:
    meta = (
        '<p class="meta"><a href="/2024/11/">20/11/2024</a> <a href="/author/hoa/">Nông Thị Hoa</a> '
        '<a href="/category/nong-thon/">Nông thôn</a> <a href="#comments">0</a></p>'
    )
    article = article_of(f"<main><h1>{HEADLINE}</h1>{meta}<div>{PARAGRAPHS}</div></main>")
    assert article.published is not None
    assert article.published.value == "2024-11-20"


def test_a_date_below_another_articles_headline_is_not_this_articles() -> None:
    more = (
        '<div><h3><a href="/tin-a-1.html">Hội thi bí thư chi bộ giỏi năm '
        "2025</a></h3><time>08/12/2024 13:02</time></div>"
    )
    article = article_of(f"<main><h1>{HEADLINE}</h1><div>{PARAGRAPHS}</div>{more}</main>")
    assert article.published is None


def test_a_signature_is_found_above_the_label_of_an_advertisement() -> None:
    body = body_of(f"{PARAGRAPHS}<p><strong>Diệu Linh</strong></p><div><span>- Quảng cáo -</span></div>")
    assert body.byline is not None
    assert body.byline.value == "Diệu Linh"
    assert body.paragraphs == TEXT


def test_a_signature_in_a_block_behind_the_text_is_found() -> None:
    text = "<br><br>".join(TEXT)
    main = f'<div class="k"><h1>{HEADLINE}</h1><div>{text}</div><p style="text-align:right"><b>Thanh Trà</b></p></div>'
    article = article_of(main)
    assert article.byline is not None
    assert article.byline.value == "Thanh Trà"
    assert article.body == TEXT


def test_a_heading_with_a_name_behind_the_text_is_an_author_box_not_a_signature() -> None:
    box = (
        '<div class="author-box"><h5>Nông Thị Hoa</h5><p>Cơ quan ngôn luận của Đảng bộ xã, phục vụ '
        "bạn đọc từ năm 1998.</p></div>"
    )
    article = article_of(
        f'<article><h1>{HEADLINE}</h1><div class="t">{PARAGRAPHS}<p><em>Bảo Ngọc</em></p></div>{box}</article>'
    )
    assert article.byline is not None
    assert article.byline.value == "Bảo Ngọc"
    assert article.body == TEXT


def test_a_name_in_an_element_called_author_is_a_signature() -> None:
    body = body_of(f'{PARAGRAPHS}<p class="cms-author">Hải Yến - Văn Tú</p>')
    assert body.byline is not None
    assert body.byline.value == "Hải Yến - Văn Tú"


def test_the_word_by_alone_is_nobodys_name() -> None:
    main = (
        f'<main><h1>{HEADLINE}</h1><div class="post-author"><div class="author-by">Bởi</div>'
        f'<a href="/author/hoa/">Nông Thị Hoa</a></div><div>{PARAGRAPHS}</div></main>'
    )
    byline = article_of(main).byline
    assert byline is not None
    assert byline.value == "Nông Thị Hoa"


def test_written_by_is_a_label() -> None:
    body = body_of(f"{PARAGRAPHS}<p>Viết bởi Quang Hiển</p>")
    assert body.byline is not None
    assert body.byline.value == "Quang Hiển"


def test_hidden_microdata_names_the_author_where_the_page_shows_none_and_an_account_is_no_name() -> None:
    def byline(name: str) -> str | None:
        hidden = f'<div hidden itemprop="author" itemscope><span itemprop="name">{name}</span></div>'
        found = article_of(f"<main><h1>{HEADLINE}</h1>{hidden}<div>{PARAGRAPHS}</div></main>").byline
        return found.value if found else None

    assert byline("Tuấn Kiệt") == "Tuấn Kiệt"
    assert byline("quantri") is None


def test_a_section_link_behind_the_text_is_the_section_and_the_sites_name_is_not() -> None:
    foot = '<p>Đăng trong <a href="/category/nong-thon/" rel="tag">Nông thôn mới</a></p>'
    article = article_of(f"<main><h1>{HEADLINE}</h1><div>{PARAGRAPHS}</div>{foot}</main>")
    assert article.section is not None
    assert article.section.value == "Nông thôn mới"
    bare = article_of(f"<main><h1>{HEADLINE}</h1><div>{PARAGRAPHS}</div></main>")
    assert bare.section is None


def test_what_a_theme_renamed_is_filled_from_the_pages_evidence() -> None:
    box = (
        '<h3>Tin cùng chuyên mục</h3><ul><li><a href="/vi/kinh-te/ra-quan-trong-rung-3.html">Ra '
        "quân trồng rừng</a></li></ul>"
    )
    article = nukeviet(
        f'<div class="when-and-who"><span>16:06 18/03/2024</span></div><div id="news-bodyhtml">{PARAGRAPHS}</div>{box}'
    )
    assert article.published is not None
    assert article.published.value.startswith("2024-03-18T16:06")
    assert article.section is not None
    assert article.section.value == "Nông thôn mới"
    assert [teaser.headline for teaser in article.teasers] == ["Ra quân trồng rừng"]
    assert article.body == TEXT


def test_an_article_held_only_as_data_has_its_section_author_and_tags() -> None:
    data = {
        "props": {
            "pageProps": {
                "post": {
                    "title": HEADLINE,
                    "description": LEAD,
                    "body": PARAGRAPHS,
                    "publishedAt": "2024-03-18T16:06:00+07:00",
                    "author": {"name": "Diệu Linh"},
                    "category": {"name": "Nông thôn mới", "slug": "nong-thon-moi"},
                    "tags": [{"name": "giảm nghèo"}, {"name": "hiến đất"}],
                }
            }
        }
    }
    script = f'<script id="__NEXT_DATA__" type="application/json">{json.dumps(data, ensure_ascii=False)}</script>'
    article = article_of(f'<div id="__next"><div>Đang tải...</div></div>{script}')
    assert article.body == TEXT
    assert article.lead is not None
    assert article.lead.value == LEAD
    assert article.section is not None
    assert article.section.value == "Nông thôn mới"
    assert article.byline is not None
    assert article.byline.value == "Diệu Linh"
    assert article.tags == ("giảm nghèo", "hiến đất")


def test_the_very_words_of_the_title_are_the_headline_whatever_they_stand_in() -> None:
    main = f'<div class="ArticleHeader">{HEADLINE}</div><div class="ArticleSummary">{LEAD}</div><div>{PARAGRAPHS}</div>'
    article = article_of(main, url="http://bao.example/chi-tiet?id=7&t=xa-ban-qua-hoan-thanh-duong-be-tong-lien-thon")
    assert article.headline.value == HEADLINE
    assert article.lead is not None
    assert article.lead.value == LEAD


def test_the_clock_in_the_pages_head_is_no_date_of_publication() -> None:
    clock = "<div>Thứ hai, 03/02/2025</div><p>Hội nghị</p><p>Thông báo</p><p>Văn bản</p><p>Liên hệ</p>"
    assert article_of(f"{clock}<main><h1>{HEADLINE}</h1><div>{PARAGRAPHS}</div></main>").published is None


def test_date_and_hour_in_elements_without_a_space_between_are_read() -> None:
    article = article_of(
        f"<main><h1>{HEADLINE}</h1><div><span>06/12/2023</span><span>16:35</span></div><div>{PARAGRAPHS}</div></main>"
    )
    assert article.published is not None
    assert article.published.value.startswith("2023-12-06T16:35")


def test_an_author_in_the_date_line_is_found_and_a_weekday_is_none() -> None:
    def byline(line: str) -> str | None:
        found = article_of(f"<main><h1>{HEADLINE}</h1><div>{line}</div><div>{PARAGRAPHS}</div></main>").byline
        return found.value if found else None

    assert byline("Hà Vân - 10:15 05/03/2024") == "Hà Vân"
    assert byline("05/03/2024 | PV") == "PV"
    assert byline("Chủ Nhật | 10:15 05/03/2024") is None


def test_a_site_is_credited_by_its_domain() -> None:
    body = body_of(f'{PARAGRAPHS}<p>Bài, ảnh: Bảo Ngọc</p><p style="text-align:right">Theo baochinhphu.vn</p>')
    assert body.source_credit is not None
    assert body.source_credit.value == "baochinhphu.vn"
    assert body.byline is not None
    assert body.byline.value == "Bảo Ngọc"


def test_the_site_is_not_the_author_of_its_articles() -> None:
    data = '<script type="application/ld+json">{"@type":"NewsArticle","author":{"name":"Báo Mường Nhé"}}</script>'
    main = f"<main><h1>{HEADLINE}</h1><div>{PARAGRAPHS}</div></main>"
    assert article_of(main, data).byline is not None
    markup = f"<html><head><title>{HEADLINE} - Báo Mường Nhé</title>{data}</head><body>{main}</body></html>"
    article = reading_of(markup, URL).article
    assert article is not None
    assert article.byline is None
