# ruff: noqa: E501 - markup stands in lines as pages have it
"""The author is found beside headline, date or text; labels, accounts, offices and the site's name are none."""

from __future__ import annotations

import json

import cooperative
import meeting
import pytest
from parsing import body_of, reading_of, value
from village_road import (
    HEADLINE,
    LINK,
    PARAGRAPHS,
    TEXT,
    TEXT_BLOCK,
    URL,
    article_of,
    json_ld,
    numbered,
    told,
)


def _byline_of(markup: str) -> str | None:
    article = article_of(markup)
    return article.byline.value if article.byline is not None else None


_ENTRY = '<li><a href="/tin-{0}.html">Xã Bản Lầu khánh thành cầu số {0}</a></li>'

_OTHERS = f"<div><ul>{''.join(map(_ENTRY.format, '123'))}</ul></div>"


def test_a_name_alone_beside_the_date_is_the_author() -> None:
    meta = "<div><div><span>Quốc Dũng</span></div><div>09/03/2024 07:58</div></div>"
    article = article_of(f"<div><h1>{HEADLINE}</h1>{meta}<div>{PARAGRAPHS}</div></div>")
    assert value(article.byline) == "Quốc Dũng"
    assert article.body == TEXT


def test_the_log_in_name_of_an_account_is_nobodys() -> None:
    meta = '<div class="author">Đăng bởi <span class="author-name">vanthu</span></div><div>05/03/2024 09:00</div>'
    assert article_of(f"<div><h1>{HEADLINE}</h1>{meta}<div>{PARAGRAPHS}</div></div>").byline is None


def test_the_buttons_for_the_size_of_letters_are_nobodys_name() -> None:
    meta = "<div>08:15 | 04/02/2024</div><div>A- A A+</div>"
    assert article_of(f"<div><h1>{HEADLINE}</h1>{meta}<div>{PARAGRAPHS}</div></div>").byline is None


def test_the_one_profile_that_a_page_links_to_is_its_authors() -> None:
    foot = (
        '<div class="post-footer">Người đăng: <a rel="author" href="/p/1"><span>Lê Đình Tư</span></a> lúc 07:12</div>'
    )
    article = article_of(f"<div><h1>{HEADLINE}</h1><p>01/03/2024</p><div>{PARAGRAPHS}</div>{foot}</div>")
    assert value(article.byline) == "Lê Đình Tư"


@pytest.mark.parametrize("label", ["By ", "Bởi: ", "Viết bởi "])
def test_a_label_within_the_link_to_the_author_is_no_part_of_the_name(label: str) -> None:
    author = f'<p><a rel="author" href="/p/1"><span>{label}Lê Đình Tư</span></a></p>'
    article = article_of(f"<div><h1>{HEADLINE}</h1>{author}<div>{PARAGRAPHS}</div></div>")
    assert value(article.byline) == "Lê Đình Tư"


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


def test_an_author_beside_a_badge_is_found_where_no_class_calls_him_so() -> None:
    row = "<div><span>Nông Thị Hoa</span><span>Lv2</span></div><div>18/03/2024 16:06</div>"
    byline = article_of(f"<main><h1>{HEADLINE}</h1>{row}<div>{PARAGRAPHS}</div></main>").byline
    assert byline is not None
    assert byline.value == "Nông Thị Hoa"


def test_the_newsroom_signs_beside_the_date() -> None:
    row = "<div>Ban Biên tập</div><div>18/03/2024 16:06</div>"
    byline = article_of(f"<main><h1>{HEADLINE}</h1>{row}<div>{PARAGRAPHS}</div></main>").byline
    assert byline is not None
    assert byline.value == "Ban Biên tập"


@pytest.mark.parametrize("account", ["Super User", "Administrator", "admin", "Quản trị viên"])
def test_an_account_of_joomla_is_nobodys_byline(account: str) -> None:
    main = (
        f'<div class="item-page"><h2 itemprop="headline">{cooperative.HEADLINE}</h2><dl><dd class="createdby">Viết bởi <span itemprop="name">'
        f'{account}</span></dd><dd class="published"><time datetime="2024-03-05T15:25:00+07:00">{cooperative.DATE}</time></dd></dl>'
        f'<div itemprop="articleBody">{cooperative.PARAGRAPHS}{{}}</div></div>'
    )
    generator = '<meta name="generator" content="Joomla! - Open Source Content Management">'
    signed = main.format('<p style="text-align:right"><strong>Hà Vân</strong></p>')
    assert value(cooperative.article(signed, head=generator).byline) == "Hà Vân"
    assert value(cooperative.article(main.format(""), head=generator).byline) is None


def test_an_author_in_the_line_of_the_date_is_told_by_the_elements_name() -> None:
    main = (
        f'<h1>{cooperative.HEADLINE}</h1><div class="meta"><span class="author cms-author">Hà Vân</span><time>{cooperative.DATE}</time></div>'
        f"<div>{cooperative.PARAGRAPHS}</div>"
    )
    found = cooperative.article(main)
    assert (value(found.byline), value(found.published)) == ("Hà Vân", "2024-03-05T15:25+07:00")


def test_the_office_beside_an_authors_name_is_not_part_of_it() -> None:
    box = '<div class="article-author"><strong>Hà Vân</strong><span>Phóng viên</span></div>'
    assert (
        value(
            cooperative.article(
                f"<h1>{cooperative.HEADLINE}</h1>{box}<div>{cooperative.DATE}</div><div>{cooperative.PARAGRAPHS}</div>"
            ).byline
        )
        == "Hà Vân"
    )


def test_a_label_alone_names_the_author_in_the_line_below_it() -> None:
    meta = f"<dl><dt>Tác giả</dt><dd>Hà Vân</dd><dt>Ngày đăng</dt><dd>{cooperative.DATE}</dd></dl>"
    found = cooperative.article(
        f"<header><h1>{cooperative.HEADLINE}</h1>{meta}</header><div>{cooperative.PARAGRAPHS}</div>"
    )
    assert (value(found.byline), value(found.published), found.body) == (
        "Hà Vân",
        "2024-03-05T15:25+07:00",
        cooperative.TEXT,
    )


def test_of_those_who_made_a_page_the_writer_is_the_byline() -> None:
    body = body_of(
        f"{cooperative.PARAGRAPHS}<div><p><b>Nội dung:</b> Hà Vân</p><p><b>Ảnh:</b> Lò Sơn</p><p><b>Thiết kế:</b> Vi Thảo</p></div>"
    )
    assert (value(body.byline), body.paragraphs) == ("Hà Vân", cooperative.TEXT)


def test_all_authors_that_json_ld_names_are_kept_where_the_page_shows_one_of_them() -> None:
    authors = '"author":[{"@type":"Person","name":"Hà Vân"},{"@type":"Person","name":"Lò Sơn"}]'
    byline = told(authors, '<p><a rel="author" href="/ha-van">Hà Vân</a></p>').byline
    assert byline is not None
    assert byline.value == "Hà Vân, Lò Sơn"


def test_a_signature_below_the_text_comes_before_the_account_that_json_ld_names() -> None:
    signed = told('"author":{"@type":"Person","name":"Ban Biên tập"}', behind="<p>Tác giả: Hà Vân</p>").byline
    assert signed is not None
    assert signed.value == "Hà Vân"


def test_an_agency_that_json_ld_calls_an_organisation_is_the_author_where_nobody_else_is() -> None:
    agency = '"author":{"@type":"NewsMediaOrganization","name":"ttxvn"}'
    named, signed = told(agency).byline, told(agency, "<p>Tác giả: Hà Vân</p>").byline
    assert named is not None
    assert signed is not None
    assert (named.value, signed.value) == ("ttxvn", "Hà Vân")


def test_the_author_that_json_ld_names_counts_before_two_words_that_end_the_text() -> None:
    said = json_ld('{"@type": "NewsArticle", "author": {"@type": "Person", "name": "Hà Vân"}}')
    page = f"<head>{said}</head><h1>Xã Bản Lầu mở con đường mới lên bản Na Lốc</h1>{meeting.MANY}"
    for end, byline in (("<p>Verwandte Artikel</p>", "Hà Vân"), ("<p><b>Lò Thị Mỷ</b></p>", "Lò Thị Mỷ")):
        article = reading_of(page + end, "http://bao.example/xa-hoi/duong-moi-12.html").article
        assert article is not None
        assert article.byline is not None
        assert article.byline.value == byline


def test_the_label_of_a_box_beside_the_date_is_no_author() -> None:
    page = f"<h1>Xã Bản Lầu mở con đường mới lên bản Na Lốc</h1><p>TIN ĐÃ ĐƯA</p><p>05/03/2024 08:00</p>{meeting.MANY}"
    article = reading_of(page, "http://bao.example/xa-hoi/duong-moi-12.html").article
    assert article is not None
    assert article.byline is None


def test_an_author_may_stand_between_headline_and_date() -> None:
    article = numbered(f"<div><p>{HEADLINE}</p><p>bientap</p><div>05/03/2024 09:00</div>{TEXT_BLOCK}</div>")
    assert article.headline.value == HEADLINE
    assert article.headline.by == "generic, beside the date"


def test_a_name_in_an_element_of_its_own_in_the_date_line_is_the_byline_and_a_linked_section_is_not() -> None:
    def byline(beside: str) -> str | None:
        return value(
            cooperative.article(
                f"<h1>{cooperative.HEADLINE}</h1><div>{cooperative.DATE} {beside}</div><div>{cooperative.PARAGRAPHS}</div>"
            ).byline
        )

    assert byline("<span>Hà Vân</span>") == "Hà Vân"
    assert byline('<span><a href="/kinh-te">Kinh Tế</a></span>') is None
    assert byline("<span>Thứ Ba</span>") is None


def test_the_footer_of_an_article_names_its_author() -> None:
    footer = '<footer><p>Published: 20/11/2024</p><address>By <a href="/author/hoa">Nông Thị Hoa</a></address></footer>'
    article = article_of(f"<article>{LINK}{PARAGRAPHS}{footer}</article>")
    assert article.byline is not None
    assert article.byline.value == "Nông Thị Hoa"


def test_a_name_below_the_word_by_is_the_authors() -> None:
    meta = "<div><p>Posted</p><time>20/11/2024</time><p>by</p><div><p>Nông Thị Hoa</p></div></div>"
    article = article_of(f"<main><h1>{HEADLINE}</h1><div>{PARAGRAPHS}</div>{meta}</main>")
    assert article.byline is not None
    assert article.byline.value == "Nông Thị Hoa"


def test_by_and_a_name_before_the_date_are_the_byline_and_an_account_is_not() -> None:
    def byline(name: str) -> str | None:
        return value(
            cooperative.article(
                f"<h1>{cooperative.HEADLINE}</h1><p>Bởi {name}, {cooperative.DATE}</p><div>{cooperative.PARAGRAPHS}</div>"
            ).byline
        )

    assert byline("Lò Văn Thịnh") == "Lò Văn Thịnh"
    assert byline("admin") is None


def test_drupal_names_an_account_where_the_text_has_no_signature() -> None:
    def byline(signature: str) -> str | None:
        main = (
            f'<h1 class="page-title">{cooperative.HEADLINE}</h1><div class="node__meta">Bởi <span class="field--name-uid">Hà Vân</span>, {cooperative.DATE}</div>'
            f'<div class="field--name-body">{cooperative.PARAGRAPHS}{signature}</div>'
        )
        found = cooperative.article(main, head='<meta name="Generator" content="Drupal 10 (https://www.drupal.org)">')
        assert found.parser.startswith("drupal/")
        return value(found.byline)

    assert byline("") == "Hà Vân"
    assert byline('<p style="text-align:right"><b>Vi Thảo</b></p>') == "Vi Thảo"


def test_a_labelled_author_in_an_element_of_the_date_line_is_read() -> None:
    info = f"<div><span>{cooperative.DATE}</span><span>1.024</span><span>Tác giả: Hà Vân</span></div>"
    found = cooperative.article(f"<h1>{cooperative.HEADLINE}</h1>{info}<div>{cooperative.PARAGRAPHS}</div>")
    assert (value(found.byline), value(found.published)) == ("Hà Vân", "2024-03-05T15:25+07:00")


@pytest.mark.parametrize("info", ["<b>{}</b> | {}", "{} · 3 phút đọc · {}"])
def test_two_names_in_a_date_line_are_the_byline(info: str) -> None:
    names = "Hà Vân - Lò Sơn"
    line = info.format(*((names, cooperative.DATE) if info.startswith("<b>") else (cooperative.DATE, names)))
    found = cooperative.article(f"<h1>{cooperative.HEADLINE}</h1><p>{line}</p><div>{cooperative.PARAGRAPHS}</div>")
    assert (value(found.byline), value(found.published)) == (names, "2024-03-05T15:25+07:00")


def test_who_posted_is_named_behind_a_label_in_the_date_line() -> None:
    info = "<div>Ngày đăng: 28/12/2025 | Người đăng: Kim Đức Hạnh | Lượt xem: 17</div>"
    assert _byline_of(f"<main><h1>{HEADLINE}</h1>{info}<div>{PARAGRAPHS}</div></main>") == "Kim Đức Hạnh"


def test_a_name_in_a_box_of_its_own_below_the_text_signs_it_whatever_list_follows() -> None:
    box = "<div><b>Hồ Thị Yến</b></div>"
    markup = f"<div><div>28/12/2025</div><h1>{HEADLINE}</h1><div>{PARAGRAPHS}</div>{box}</div>{_OTHERS}"
    assert _byline_of(markup) == "Hồ Thị Yến"


def test_a_name_beside_one_word_next_to_the_date_is_the_author() -> None:
    row = "<ul><li><span>15/07/2026</span></li><li><i></i> soạn <span>Lê Thanh Oanh</span></li></ul>"
    assert _byline_of(f"<main><h1>{HEADLINE}</h1>{row}<div>{PARAGRAPHS}</div></main>") == "Lê Thanh Oanh"


def test_a_newsroom_that_metadata_name_gives_way_to_the_author_shown() -> None:
    told = json.dumps({"@type": "NewsArticle", "headline": HEADLINE, "author": {"name": "Ban Biên tập"}})
    script = f'<script type="application/ld+json">{told}</script>'
    markup = f"<main><h1>{HEADLINE}</h1>%s<div>{PARAGRAPHS}</div></main>{script}"
    assert _byline_of(markup % "<div>Tác giả: Ngô Hữu Quyết</div>") == "Ngô Hữu Quyết"
    assert _byline_of(markup % "") == "Ban Biên tập"


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


def test_an_author_in_the_date_line_is_found_and_a_weekday_is_none() -> None:
    def byline(line: str) -> str | None:
        found = article_of(f"<main><h1>{HEADLINE}</h1><div>{line}</div><div>{PARAGRAPHS}</div></main>").byline
        return found.value if found else None

    assert byline("Hà Vân - 10:15 05/03/2024") == "Hà Vân"
    assert byline("05/03/2024 | PV") == "PV"
    assert byline("Chủ Nhật | 10:15 05/03/2024") is None


def test_the_site_is_not_the_author_of_its_articles() -> None:
    data = '<script type="application/ld+json">{"@type":"NewsArticle","author":{"name":"Báo Mường Nhé"}}</script>'
    main = f"<main><h1>{HEADLINE}</h1><div>{PARAGRAPHS}</div></main>"
    assert article_of(main, data).byline is not None
    markup = f"<html><head><title>{HEADLINE} - Báo Mường Nhé</title>{data}</head><body>{main}</body></html>"
    article = reading_of(markup, URL).article
    assert article is not None
    assert article.byline is None


def test_the_thanks_of_an_interviewer_sign_nothing() -> None:
    said = "<p><b>PV: Huyện có giải pháp gì?</b></p><p>Ông Thọ: Huyện đã kiến nghị doanh nghiệp đầu tư thêm 12 trạm phát sóng.</p><p><b>PV: Xin cảm ơn ông!</b></p>"
    article = article_of(f"<h1>{HEADLINE}</h1><div>{PARAGRAPHS}{said}</div>")
    assert article.byline is None
    assert article.body[-1] == "PV: Xin cảm ơn ông!"


def test_letter_sizes_beside_the_date_name_no_author() -> None:
    article = article_of(
        f"<h1>{HEADLINE}</h1><div>Thứ năm, 12/09/2024 | 15:20 GMT+7 | A- A A+</div><div>{PARAGRAPHS}</div>"
    )
    assert article.byline is None
    assert value(article.published) == "2024-09-12T15:20+07:00"


@pytest.mark.parametrize(
    "signed",
    [
        '<p style="text-align:right">- Hoàng Thị Thu Hiền -</p>',
        '<p style="text-align:right"><em>(Hoàng Thị Thu Hiền)</em></p>',
        '<div class="nguoiviet">Hoàng Thị Thu Hiền</div>',
    ],
)
@pytest.mark.parametrize("behind", ["", '<div>Tệp đính kèm: <a href="/f/ke-hoach.pdf">ke-hoach.pdf</a></div>', "345"])
def test_a_name_signs_behind_a_caption_and_above_a_file_or_a_counter(signed: str, behind: str) -> None:
    picture = '<figure><img src="/a.jpg" width="600"><figcaption>Đường liên thôn mới đổ bê tông</figcaption></figure>'
    article = article_of(f"<h1>{HEADLINE}</h1><div><div>{PARAGRAPHS}{picture}{signed}</div>{behind}</div>")
    assert value(article.byline) == "Hoàng Thị Thu Hiền"
    assert article.body == TEXT
    assert article.captions == ("Đường liên thôn mới đổ bê tông",)
