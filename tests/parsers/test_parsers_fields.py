"""Author, section, tags and edits are told by where they stand, on pages whose classes say nothing."""

from __future__ import annotations

import pytest
from parsing import page_of, reading_of
from village_road import HEADLINE, LEAD, PARAGRAPHS, TEXT, article_of

from archive.model import Article
from archive.parsers.blocks.walk import read_lines
from archive.parsers.document.metadata import read_metadata
from archive.parsers.fields.lead import find_lead

K2 = "https://hoi.example/index.php/tin-tuc/item/655-lam-duong-lien-thon"


def _value(found: object) -> str | None:
    return getattr(found, "value", None)


def test_a_name_alone_beside_the_date_is_the_author() -> None:
    meta = "<div><div><span>Quốc Dũng</span></div><div>09/03/2024 07:58</div></div>"
    article = article_of(f"<div><h1>{HEADLINE}</h1>{meta}<div>{PARAGRAPHS}</div></div>")
    assert _value(article.byline) == "Quốc Dũng"
    assert article.body == TEXT


def test_a_section_alone_beside_the_date_is_no_author() -> None:
    meta = "<div><div>Pháp Luật</div><div>09/03/2024 07:58</div></div>"
    menu = '<ul><li><a href="/phap-luat">Pháp luật</a></li></ul>'
    article = article_of(f"{menu}<div><h1>{HEADLINE}</h1>{meta}<div>{PARAGRAPHS}</div></div>")
    assert article.byline is None


def test_a_name_right_behind_the_text_signs_it() -> None:
    main = f'<h1>{HEADLINE}</h1><div class="c">{PARAGRAPHS}</div><div>Ngọc Tú</div><p>Lượt xem: 12</p>'
    assert _value(article_of(f"<section>{main}</section>").byline) == "Ngọc Tú"


def test_a_title_over_links_right_behind_the_text_is_no_signature() -> None:
    more = '<div>Tin Trong Tỉnh</div><div><a href="/a-1.html">Khánh thành trường tiểu học xã Bản Hồ</a></div>'
    main = f'<h1>{HEADLINE}</h1><div class="c">{PARAGRAPHS}</div>{more}'
    article = article_of(f"<section>{main}</section>")
    assert article.byline is None
    assert article.body == TEXT


def test_the_log_in_name_of_an_account_is_nobodys() -> None:
    meta = '<div class="author">Đăng bởi <span class="author-name">vanthu</span></div><div>05/03/2024 09:00</div>'
    assert article_of(f"<div><h1>{HEADLINE}</h1>{meta}<div>{PARAGRAPHS}</div></div>").byline is None


def test_tags_glued_to_their_label_are_tags() -> None:
    tags = '<div><span>Từ khóa</span><a href="/t/duong">Đường liên thôn</a><a href="/t/xa">Xã Phú Lương</a></div>'
    article = article_of(f"<div><h1>{HEADLINE}</h1><div>{PARAGRAPHS}</div>{tags}</div>")
    assert article.tags == ("Đường liên thôn", "Xã Phú Lương")


def test_a_row_of_hashtags_is_the_tags_whatever_they_lead_to() -> None:
    tags = '<div><a href="/c/1">#Đường liên thôn</a><a href="/c/2">#Nông thôn mới</a></div>'
    article = article_of(f"<div><h1>{HEADLINE}</h1><div>{PARAGRAPHS}</div>{tags}</div>")
    assert article.tags == ("Đường liên thôn", "Nông thôn mới")


def test_a_link_beside_the_date_that_leads_to_what_it_is_called_is_the_section() -> None:
    bar = '<div><a href="#menu"></a><a href="/">Tuyên Hóa</a></div>'
    meta = '<div><a href="/thoi-su.htm">Thời sự</a><span>03/02/2024 09:30</span></div>'
    article = article_of(f"{bar}<div>{meta}<h1>{HEADLINE}</h1><div>{PARAGRAPHS}</div></div>")
    assert _value(article.section) == "Thời sự"


def test_an_author_linked_beside_the_date_is_no_section() -> None:
    meta = '<div><a href="/tac-gia/ngoc-tu">Ngọc Tú</a><span>03/02/2024 09:30</span></div>'
    article = article_of(f"<div>{meta}<h1>{HEADLINE}</h1><div>{PARAGRAPHS}</div></div>")
    assert _value(article.section) != "Ngọc Tú"
    assert _value(article.byline) == "Ngọc Tú"


def test_the_clock_above_the_headline_is_no_edit() -> None:
    clock = "<div>Thứ hai, 03 Tháng 2 2025</div>"  # the day of capture
    article = article_of(f"{clock}<div><div>24/02/2024 14:22</div><h1>{HEADLINE}</h1><div>{PARAGRAPHS}</div></div>")
    assert article.published is not None
    assert article.published.value == "2024-02-24T14:22+07:00"
    assert article.modified is None


def test_the_buttons_for_the_size_of_letters_are_nobodys_name() -> None:
    meta = "<div>08:15 | 04/02/2024</div><div>A- A A+</div>"
    assert article_of(f"<div><h1>{HEADLINE}</h1>{meta}<div>{PARAGRAPHS}</div></div>").byline is None


def test_a_row_of_labels_below_the_headline_is_neither_lead_nor_text() -> None:
    row = (
        "<span>Chủ Nhật, 1 Tháng Ba 2024 (18:02)</span><span>Tác giả: Trần Văn Đại Lộc Sơn</span>"
        "<span>Chuyên mục: Mô hình hay trong tỉnh</span><span>Số lượt xem: 51</span>"
    )
    article = article_of(f"<div><h1>{HEADLINE}</h1><div>{row}</div><div>{PARAGRAPHS}</div></div>")
    assert (article.lead, article.body) == (None, TEXT)


def test_an_hour_in_a_line_of_its_own_is_read_with_its_half_of_the_day() -> None:
    meta = "<ul><li>3 Tháng Hai, 2024</li><li>2:30 chiều</li></ul>"
    published = article_of(f"<div><h1>{HEADLINE}</h1>{meta}<div>{PARAGRAPHS}</div></div>").published
    assert published is not None
    assert published.value == "2024-02-03T14:30+07:00"


def _k2(edited: str) -> Article:
    head = '<head><meta name="generator" content="Joomla! - Open Source Content Management"><title>Tin</title></head>'
    date = '<span class="itemDateCreated">Thứ bảy, 24 Tháng 2 2024 14:22</span>'
    foot = f'<div class="itemContentFooter"><span class="itemDateModified">Sửa lần cuối vào {edited}</span></div>'
    tags = '<div><span>Thẻ</span><ul class="itemTags"><li><a href="/t/1">đường xá</a></li></ul></div>'
    links = '<div class="itemCategory"><span>Trong</span> <a href="/index.php/tin-tuc">Tin tức</a></div>'
    beside = (
        '<div class="itemNavigation"><span>Nhiều hơn trong chuyên mục này:</span> '
        '<a class="itemPrevious" href="/index.php/tin-tuc/item/603-a">« Kiểm tra tiến độ làm đường tránh</a></div>'
    )
    item = f'{date}<h2 class="itemTitle">{HEADLINE}</h2><div class="itemFullText">{PARAGRAPHS}</div>'
    view = f'<div id="k2Container" class="itemView">{item}{foot}{links}{tags}{beside}</div>'
    article = reading_of(f"<html>{head}<body>{view}</body></html>", K2).article
    assert article is not None
    return article


def test_an_item_of_k2_is_read_with_its_section_tags_and_neighbours() -> None:
    article = _k2("Thứ hai, 26 Tháng 2 2024 08:10")
    assert article.parser.startswith("joomla/")
    assert (_value(article.section), article.tags) == ("Tin tức", ("đường xá",))
    assert [teaser.headline for teaser in article.teasers] == ["Kiểm tra tiến độ làm đường tránh"]
    assert article.modified is not None
    assert article.modified.value == "2024-02-26T08:10+07:00"


def test_what_k2_prints_as_the_last_edit_minutes_after_publication_is_none() -> None:
    assert _k2("Thứ bảy, 24 Tháng 2 2024 14:25").modified is None


@pytest.mark.parametrize("signature", ["Thu Huyền - Minh Quý", "H.D"])
def test_names_and_initials_right_behind_the_text_sign_it(signature: str) -> None:
    main = f'<h1>{HEADLINE}</h1><div class="c">{PARAGRAPHS}</div><div class="au">{signature}</div><p>Lượt xem: 12</p>'
    article = article_of(f"<section>{main}</section>")
    assert (_value(article.byline), article.body) == (signature, TEXT)


def test_the_one_profile_that_a_page_links_to_is_its_authors() -> None:
    foot = (
        '<div class="post-footer">Người đăng: <a rel="author" href="/p/1"><span>Lê Đình Tư</span></a> lúc 07:12</div>'
    )
    article = article_of(f"<div><h1>{HEADLINE}</h1><p>01/03/2024</p><div>{PARAGRAPHS}</div>{foot}</div>")
    assert _value(article.byline) == "Lê Đình Tư"


@pytest.mark.parametrize("label", ["By ", "Bởi: ", "Viết bởi "])
def test_a_label_within_the_link_to_the_author_is_no_part_of_the_name(label: str) -> None:
    author = f'<p><a rel="author" href="/p/1"><span>{label}Lê Đình Tư</span></a></p>'
    article = article_of(f"<div><h1>{HEADLINE}</h1>{author}<div>{PARAGRAPHS}</div></div>")
    assert _value(article.byline) == "Lê Đình Tư"


def test_a_line_in_an_element_of_the_themes_beside_that_of_the_text_is_the_lead() -> None:
    text = f'<div class="post-ds">{LEAD}</div><div class="post-ct">{PARAGRAPHS}</div>'
    article = article_of(f'<div class="post"><h1>{HEADLINE}</h1><div>05/03/2024 08:15</div>{text}</div>')
    assert (_value(article.lead), article.body) == (LEAD, TEXT)


@pytest.mark.parametrize(("first", "rest", "found"), [("ds", "ct", 0), ("", "", -1), ("ds", "ds", -1)])
def test_a_first_line_outside_of_all_the_rest_is_the_lead_where_the_theme_named_both(
    first: str, rest: str, found: int
) -> None:
    page = page_of(f'<div class="{first}">{LEAD}</div><div class="{rest}">{PARAGRAPHS}</div>')
    items = read_lines(page.root)
    assert find_lead(page, items, 0, 0, len(items), read_metadata(page), -1) == found


def test_a_box_of_other_videos_is_told_by_its_label() -> None:
    link = '<h3><a href="/v/a-9.html">Khánh thành trường học Bản Hồ</a></h3>'
    box = f"<section><h2>Video liên quan</h2><div>{link}</div></section>"
    article = article_of(f"<main><section><h1>{HEADLINE}</h1><div>{PARAGRAPHS}</div></section>{box}</main>")
    assert [teaser.headline for teaser in article.teasers] == ["Khánh thành trường học Bản Hồ"]


def test_links_called_tags_one_by_one_are_tags() -> None:
    tag = '<span class="ant-tag"><a href="/the/{0}">{0}</a></span>'
    tags = f"<div>{tag.format('đường xá')}{tag.format('nông thôn')}</div>"
    article = article_of(f"<div><h1>{HEADLINE}</h1><div>{PARAGRAPHS}</div>{tags}</div>")
    assert article.tags == ("đường xá", "nông thôn")


@pytest.mark.parametrize("label", ["Read more", "Các câu hỏi khác", "Những văn bản khác"])
def test_lists_behind_a_text_are_told_by_what_they_are_called(label: str) -> None:
    box = f'<div><p><b>{label}</b></p><ul><li><a href="/h-9.html">Hỏi về thủ tục cấp đất</a></li></ul></div>'
    article = article_of(f'<div><h1>{HEADLINE}</h1><div class="t">{PARAGRAPHS}{box}</div></div>')
    assert ([teaser.headline for teaser in article.teasers], article.body) == (["Hỏi về thủ tục cấp đất"], TEXT)


@pytest.mark.parametrize("folder", ["tin", "kinh-te-xa-hoi", "phong-trao-xay-dung-nong-thon-moi"])
def test_a_short_slug_in_a_section_with_a_long_name_is_the_articles_own(folder: str) -> None:
    assert (
        article_of(f"<h1>{HEADLINE}</h1>{PARAGRAPHS}", url=f"http://bao.example/{folder}/be-tong-123.html").slug
        == "be-tong"
    )
