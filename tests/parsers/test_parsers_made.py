# ruff: noqa: E501 - markup stands in lines as pages have it
"""Rules on headline, date, author and section found by reading made pages, each with the piece that showed it."""

from __future__ import annotations

import pytest
from cooperative import BARE, DATE, HEADLINE, LEAD, OTHER, PARAGRAPHS, TEXT, article, value
from parsing import reading_of

from archive.text.dates import read_date


@pytest.mark.parametrize("raw", ["05/03/2024 15:25 GMT+71.234 lượt xem", "05/03/2024 15:25 +9930", DATE])
def test_a_zone_that_no_clock_has_is_vietnams(raw: str) -> None:
    moment = read_date(raw, "p")
    assert moment is not None
    assert moment.value == "2024-03-05T15:25+07:00"


def test_a_page_of_tables_whose_title_is_the_sites_is_an_article_with_the_headline_set_large() -> None:
    main = (
        '<table><tr><td><a href="/index.php">Trang chủ</a> » <a href="/index.php?mod=news&amp;cat=20">Kinh tế</a></td></tr>'
        f'<tr><td class="tieude"><b><font size="4">{HEADLINE}</font></b></td></tr>'
        f"<tr><td><font size=1>Cập nhật ngày: {DATE}</font></td></tr>"
        f'<tr><td><p><b>{LEAD}</b></p></td></tr><tr><td>{PARAGRAPHS}<p align="right"><b>Hà Vân</b></p></td></tr></table>'
    )
    found = article(main, BARE, "Báo Vùng Cao điện tử")
    assert (value(found.headline), value(found.lead), value(found.section)) == (HEADLINE, LEAD, "Kinh tế")
    assert (found.body, value(found.byline)) == (TEXT, "Hà Vân")


def test_a_column_of_texts_parted_by_linked_headlines_is_no_article() -> None:
    items = "".join(f'<p><a href="/tin-{at}.html">{OTHER} số {at}</a></p><p>{text}</p>' for at, text in enumerate(TEXT))
    main = f"<h1>Tin tức sự kiện trong tuần của xã</h1><div>{DATE}</div><div>{items}</div>"
    reading = reading_of(f"<html><head><title>Cổng tin</title></head><body>{main}</body></html>", BARE)
    assert reading.kind == "listing"


def test_a_headline_in_an_element_with_its_date_is_read_without_it() -> None:
    main = (
        f'<div class="ArticleHeader"><h1 class="title">{HEADLINE}</h1><div class="PostDate">{DATE}</div></div>'
        f'<div class="ArticleSummary">{LEAD}</div><div class="ArticleContent">{PARAGRAPHS}</div>'
    )
    assert value(article(main).headline) == HEADLINE


def test_a_headline_in_a_span_has_its_place_so_that_the_section_above_it_is_found() -> None:
    main = (
        '<table><tr><td><a href="/gioi-thieu.aspx">Giới thiệu</a></td></tr><tr><td><a href="/list.aspx?cat=2">Kinh tế</a></td></tr>'
        f'<tr><td><span id="ctl00_c_lblTieuDe">{HEADLINE}</span></td></tr><tr><td><span id="ctl00_c_lblNgayDang">{DATE}</span></td></tr>'
        f'<tr><td><span id="ctl00_c_lblNoiDung">{PARAGRAPHS}</span></td></tr></table>'
    )
    found = article(
        f'<form><input type="hidden" name="__VIEWSTATE">{main}</form>', "http://bao.example/d.aspx?ContentID=91"
    )
    assert (value(found.headline), value(found.section)) == (HEADLINE, "Kinh tế")


def test_the_clock_of_a_dnn_skin_is_not_the_articles_date() -> None:
    main = (
        '<span id="dnn_dnnCURRENTDATE_lblDate">Thứ Hai, 03/02/2025</span><div id="dnn_ctr425_View">'
        f'<h1 id="dnn_ctr425_View_lblTieuDe">{HEADLINE}</h1><span id="dnn_ctr425_View_lblNgayDang">Ngày đăng: {DATE}</span>'
        f'<div id="dnn_ctr425_View_lblNoiDung">{PARAGRAPHS}</div></div>'
    )
    assert value(article(main).published) == "2024-03-05T15:25+07:00"


def test_the_date_of_a_related_article_in_liferays_class_is_not_the_articles() -> None:
    main = (
        f'<div class="asset-full-content"><h3 class="header-title">{HEADLINE}</h3><div class="meta-data-date">{DATE}</div>'
        f'<div class="journal-content-article">{PARAGRAPHS}</div></div><ul><li><a href="/-/x">{OTHER}</a> '
        '<span class="metadata-publish-date">(01/01/2025)</span></li></ul>'
    )
    assert value(article(main).published) == "2024-03-05T15:25+07:00"


@pytest.mark.parametrize("account", ["Super User", "Administrator", "admin", "Quản trị viên"])
def test_an_account_of_joomla_is_nobodys_byline(account: str) -> None:
    main = (
        f'<div class="item-page"><h2 itemprop="headline">{HEADLINE}</h2><dl><dd class="createdby">Viết bởi <span itemprop="name">'
        f'{account}</span></dd><dd class="published"><time datetime="2024-03-05T15:25:00+07:00">{DATE}</time></dd></dl>'
        f'<div itemprop="articleBody">{PARAGRAPHS}{{}}</div></div>'
    )
    generator = '<meta name="generator" content="Joomla! - Open Source Content Management">'
    signed = main.format('<p style="text-align:right"><strong>Hà Vân</strong></p>')
    assert value(article(signed, head=generator).byline) == "Hà Vân"
    assert value(article(main.format(""), head=generator).byline) is None


@pytest.mark.parametrize(
    "trail",
    [
        '<div class="duongdan"><a href="/">Trang chủ</a> » <a href="/c/9">Kinh tế</a> » <a href="/c/10">Nông nghiệp - Nông thôn</a></div>',
        '<nav><a href="/">Trang chủ</a><ul><li><a href="/c/9">Kinh tế</a></li><li><a href="/c/10">Nông nghiệp - Nông thôn</a></li></ul></nav>',
    ],
)
def test_the_section_is_the_last_step_of_the_trail_from_the_front_page(trail: str) -> None:
    main = f"{trail}<h1>{HEADLINE}</h1><div>{DATE}</div><div>{PARAGRAPHS}</div>"
    assert value(article(main, BARE).section) == "Nông nghiệp - Nông thôn"


def test_a_link_whose_name_is_part_of_the_address_is_the_section() -> None:
    menu = '<ul class="m">' + "".join(f'<li><a href="/{href}">{name}</a></li>' for href, name in [
        ("thoi-su", "Thời sự"), ("kinh-te", "Kinh tế"), ("the-thao", "Thể thao"), ("ban-doc", "Bạn đọc"), ("phap-luat", "Pháp luật"),
        ("van-hoa", "Văn hóa"),
    ]) + "</ul>"  # fmt: skip
    assert value(article(f"{menu}<h1>{HEADLINE}</h1><div>{DATE}</div><div>{PARAGRAPHS}</div>").section) == "Kinh tế"


def test_an_author_in_the_line_of_the_date_is_told_by_the_elements_name() -> None:
    main = (
        f'<h1>{HEADLINE}</h1><div class="meta"><span class="author cms-author">Hà Vân</span><time>{DATE}</time></div>'
        f"<div>{PARAGRAPHS}</div>"
    )
    found = article(main)
    assert (value(found.byline), value(found.published)) == ("Hà Vân", "2024-03-05T15:25+07:00")


def test_the_office_beside_an_authors_name_is_not_part_of_it() -> None:
    box = '<div class="article-author"><strong>Hà Vân</strong><span>Phóng viên</span></div>'
    assert value(article(f"<h1>{HEADLINE}</h1>{box}<div>{DATE}</div><div>{PARAGRAPHS}</div>").byline) == "Hà Vân"


def test_a_line_above_the_menu_is_the_sites_name_though_it_is_a_heading_and_the_title() -> None:
    menu = '<tr><td><a href="/">Trang chủ</a></td><td><a href="/v.php?c=3">Chính trị</a></td><td><a href="/v.php?c=4">Kinh tế</a></td></tr>'
    main = (
        f'<h1>Báo Bắc Online</h1><table>{menu}</table><table><tr><td class="title_cat">Xã hội</td></tr><tr><td class="title_news">{HEADLINE}'
        f'</td></tr><tr><td class="date_news">Cập nhật lúc 15:25\' - 05/03/2024</td></tr><tr><td>{PARAGRAPHS}</td></tr></table>'
    )
    found = article(main, "http://bao.example/viewtopic.php?cat_id=3&news_id=96570", "Báo Bắc Online")
    assert (value(found.headline), value(found.section)) == (HEADLINE, "Xã hội")


def test_a_page_without_any_headline_is_named_by_its_slug_and_marked_so() -> None:
    url = "http://bao.example/tin/tinh-thai-nguyen-ho-tro-hop-tac-xa-in-tem-truy-xuat-nguon-goc-4512.html"
    headline = article(
        f"<div>{DATE}</div><div>{PARAGRAPHS}<p>Tỉnh sẽ tổng kết vào cuối năm nay.</p></div>", url, "Tin"
    ).headline
    assert headline.value == "Tỉnh Thái Nguyên hỗ trợ hợp tác xã in tem truy xuất nguồn gốc"
    assert headline.by.startswith("restored")
    assert headline.confidence < 1


def test_a_province_in_a_slug_is_not_asked_where_the_page_knows_the_syllables() -> None:
    url = "http://bao.example/tin/hop-tac-xa-ban-hang-theo-dien-bien-gia-ca-thi-truong-4512.html"
    text = f"{PARAGRAPHS}<p>Bà con xem diễn biến giá cả rồi mới bán, tránh lúc thị trường dư thừa.</p>"
    assert "diễn biến" in article(f"<div>{DATE}</div><div>{text}</div>", url, "Tin").headline.value


def test_a_label_alone_names_the_author_in_the_line_below_it() -> None:
    meta = f"<dl><dt>Tác giả</dt><dd>Hà Vân</dd><dt>Ngày đăng</dt><dd>{DATE}</dd></dl>"
    found = article(f"<header><h1>{HEADLINE}</h1>{meta}</header><div>{PARAGRAPHS}</div>")
    assert (value(found.byline), value(found.published), found.body) == ("Hà Vân", "2024-03-05T15:25+07:00", TEXT)
