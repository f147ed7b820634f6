# ruff: noqa: E501 - markup stands in lines as pages have it
"""Rules found by reading pages made after the families' descriptions, each with the piece of page that showed it."""

from __future__ import annotations

import pytest

from archive.model import Article
from archive.parsers.address import is_file
from archive.text.dates import read_date
from tests.parsing import body_of, reading_of

HEADLINE = "Hợp tác xã Nà Lại đưa miến dong lên sàn điện tử"
URL = "http://bao.example/kinh-te/hop-tac-xa-na-lai-dua-mien-dong-len-san-dien-tu-4512.html"
BARE = "http://bao.example/index.php?mod=news&cat=20&id=354293"
LEAD = "Từ chỗ chỉ bán ở chợ phiên, sau hai năm miến dong Nà Lại đã có mặt trên ba sàn thương mại điện tử lớn."
TEXT = (
    "Hợp tác xã có 24 thành viên, mỗi năm chế biến hơn 300 tấn củ dong riềng thu mua của bà con trong vùng.",
    "Chị Lò Thị Sáng, giám đốc hợp tác xã, cho biết đơn hàng qua mạng nay đã chiếm sáu phần mười doanh thu.",
    "Huyện hỗ trợ hợp tác xã in tem truy xuất nguồn gốc, làm kho mát và tập huấn bán hàng cho các thành viên trẻ.",
)
PARAGRAPHS = "".join(f"<p>{text}</p>" for text in TEXT)
DATE = "05/03/2024 15:25"
OTHER = "Bản Mòn khánh thành nhà văn hóa cộng đồng"


def article(main: str, url: str = URL, title: str = HEADLINE, head: str = "") -> Article:
    """The article of a page of `main` alone; it must be read as one."""
    reading = reading_of(
        f'<html><head><meta charset="utf-8"><title>{title}</title>{head}</head><body>{main}</body></html>', url
    )
    assert reading.article is not None, reading.reason
    return reading.article


def value(found: object) -> str | None:
    return getattr(found, "value", None)


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


@pytest.mark.parametrize("name", ["Image", "note", "photo-desc"])
def test_a_paragraph_named_after_the_picture_right_above_it_is_its_caption(name: str) -> None:
    body = body_of(
        f'{PARAGRAPHS}<p class="{name}"><img src="/a.jpg"></p><p class="{name}">Chị Sáng bên dây chuyền sấy.</p>'
    )
    assert (body.captions, body.paragraphs) == (("Chị Sáng bên dây chuyền sấy.",), TEXT)


def test_a_print_versions_own_address_is_no_credit() -> None:
    text = f"<div>{PARAGRAPHS}</div><hr><p>Nguồn: http://bao.example/tin/91.aspx</p>"
    main = f"<div>{DATE}</div><h1>{HEADLINE}</h1>{text}"
    assert article(main).source_credit is None


def test_links_of_a_box_inside_the_text_that_is_named_as_furniture_are_teasers() -> None:
    box = f'<div class="article-relate"><a href="/ban-mon-91.html">{OTHER}</a></div>'
    found = article(f"<h1>{HEADLINE}</h1><div>{DATE}</div><div class='t'>{PARAGRAPHS[:-4]}</p>{box}<p>{LEAD}</p></div>")
    assert [teaser.url for teaser in found.teasers] == ["http://bao.example/ban-mon-91.html"]
    assert found.body == (*TEXT, LEAD)


def test_tags_are_told_by_the_name_of_their_list_and_a_label_goes_for_all_of_it() -> None:
    def tags(box: str) -> tuple[str, ...]:
        return article(f"<h1>{HEADLINE}</h1><div>{DATE}</div><div>{PARAGRAPHS}</div>{box}").tags

    links = '<li><a href="/ocop.html">OCOP</a></li><li><a href="/mien-dong.html">miến dong</a></li>'
    assert tags(f'<ul class="detail-tag-list">{links}</ul>') == ("OCOP", "miến dong")
    assert tags(f"<ul><li>Từ khóa:</li>{links}</ul>") == ("OCOP", "miến dong")
    assert tags(f'<ul class="moi"><li><a href="/x-1.html">{OTHER}</a></li></ul>') == ()


def test_a_subheading_that_reads_like_a_label_stays_where_no_links_follow() -> None:
    body = body_of(f"<p>{TEXT[0]}</p><h3>Bài viết khác</h3><p>{TEXT[1]}</p>")
    assert body.paragraphs == (TEXT[0], "Bài viết khác", TEXT[1])


def test_a_document_in_liferays_library_is_a_file_and_a_picture_there_is_none() -> None:
    uuid = "6f1c2b7e-0d5a-4b1e-9c3f-0123456789ab"
    assert is_file(f"/documents/20182/12345/Bao+cao/{uuid}?t=1")
    assert not is_file(f"/documents/20182/12345/anh.jpg/{uuid}?t=1")


def test_links_of_tags_inside_the_text_are_no_teasers() -> None:
    box = '<div class="keyword"><b>Từ khóa:</b> <a href="/tag/mien.html">miến dong Nà Lại</a>, <a href="/tag/so.html">sàn số vùng cao</a></div>'
    found = article(f'<h1>{HEADLINE}</h1><div>{DATE}</div><div class="content">{PARAGRAPHS}{box}</div>')
    assert (found.tags, found.teasers) == (("miến dong Nà Lại", "sàn số vùng cao"), ())


def test_the_article_behind_the_tags_is_no_tag() -> None:
    footer = (
        '<footer><div class="source-tags"><ul><li><span>TAGS</span></li><li><a href="/tag/ocop/">OCOP</a></li></ul></div>'
        f'<div class="next-prev"><div><span>Bài trước</span><a href="/ban-mon/">{OTHER}</a></div></div></footer>'
    )
    found = article(f"<h1>{HEADLINE}</h1><div>{DATE}</div><div>{PARAGRAPHS}</div>{footer}")
    assert found.tags == ("OCOP",)
    assert [(teaser.headline, teaser.box) for teaser in found.teasers] == [(OTHER, "older")]


def test_a_label_that_is_a_link_to_nowhere_names_its_box() -> None:
    box = (
        f'<div><h4><a href="#">BÀI VIẾT LIÊN QUAN</a></h4><div><h3><a href="/ban-mon-91/">{OTHER}</a></h3></div></div>'
    )
    found = article(f"<h1>{HEADLINE}</h1><div>{DATE}</div><div>{PARAGRAPHS}</div>{box}")
    assert [teaser.headline for teaser in found.teasers] == [OTHER]


def test_an_edit_in_the_line_of_the_date_is_read() -> None:
    stamp = f"<div><span>Ngày đăng: {DATE}</span><span>Cập nhật lúc: 06/03/2024 08:10</span></div>"
    found = article(f"<h1>{HEADLINE}</h1>{stamp}<div>{PARAGRAPHS}</div>")
    assert (value(found.published), value(found.modified)) == ("2024-03-05T15:25+07:00", "2024-03-06T08:10+07:00")


def test_an_arrow_before_a_link_makes_it_no_paragraph() -> None:
    body = body_of(
        f'{PARAGRAPHS}<p><strong>&gt;&gt;&gt; <a href="/ban-mon-91.html">{OTHER}</a></strong></p><p>{LEAD}</p>'
    )
    assert body.paragraphs == (*TEXT, LEAD)
    assert [teaser.headline for teaser in body.teasers] == [OTHER]


def test_a_dot_that_stands_before_every_link_of_a_list_is_no_picture() -> None:
    links = "".join(
        f'<img src="/dot.gif"> <a href="/tin-{at}.html">{OTHER} số {at}</a> (05/03/2024)<br>' for at in range(4)
    )
    body = body_of(f"{'<br>'.join(TEXT)}<br><b>Các tin đã đưa:</b><br>{links}")
    assert (body.paragraphs, body.images, len(body.teasers)) == (TEXT, (), 4)


def test_the_office_beside_an_authors_name_is_not_part_of_it() -> None:
    box = '<div class="article-author"><strong>Hà Vân</strong><span>Phóng viên</span></div>'
    assert value(article(f"<h1>{HEADLINE}</h1>{box}<div>{DATE}</div><div>{PARAGRAPHS}</div>").byline) == "Hà Vân"


def test_of_those_who_made_a_page_the_writer_is_the_byline() -> None:
    body = body_of(
        f"{PARAGRAPHS}<div><p><b>Nội dung:</b> Hà Vân</p><p><b>Ảnh:</b> Lò Sơn</p><p><b>Thiết kế:</b> Vi Thảo</p></div>"
    )
    assert (value(body.byline), body.paragraphs) == ("Hà Vân", TEXT)


def test_a_line_of_hashtags_ends_the_text() -> None:
    main = f'<article><h1>{HEADLINE}</h1><p>{DATE}</p>{PARAGRAPHS}<p class="hashtag"><a href="/t/ocop">#OCOP</a> <a href="/t/mien">#miến dong</a></p></article>'
    found = article(main)
    assert (found.tags, found.body) == (("OCOP", "miến dong"), TEXT)


def test_a_line_above_the_menu_is_the_sites_name_though_it_is_a_heading_and_the_title() -> None:
    menu = '<tr><td><a href="/">Trang chủ</a></td><td><a href="/v.php?c=3">Chính trị</a></td><td><a href="/v.php?c=4">Kinh tế</a></td></tr>'
    main = (
        f'<h1>Báo Bắc Online</h1><table>{menu}</table><table><tr><td class="title_cat">Xã hội</td></tr><tr><td class="title_news">{HEADLINE}'
        f'</td></tr><tr><td class="date_news">Cập nhật lúc 15:25\' - 05/03/2024</td></tr><tr><td>{PARAGRAPHS}</td></tr></table>'
    )
    found = article(main, "http://bao.example/viewtopic.php?cat_id=3&news_id=96570", "Báo Bắc Online")
    assert (value(found.headline), value(found.section)) == (HEADLINE, "Xã hội")


def test_readers_comments_longer_than_the_text_are_not_the_text() -> None:
    comment = f"<div class='one'><b>Bạn đọc</b><p>{LEAD} {LEAD} {LEAD}</p></div>"
    main = f"<h1>{HEADLINE}</h1><div>{DATE}</div><div>{PARAGRAPHS}</div><div class='x'><h3>Ý kiến bạn đọc (4)</h3>{comment * 4}</div>"
    assert article(main).body == TEXT


def test_a_section_called_like_the_comments_keeps_its_article() -> None:
    main = f"<div><p>{LEAD}</p><div><h4>Bình luận</h4><h1>{HEADLINE}</h1><div>{DATE}</div><div>{PARAGRAPHS}</div></div></div>"
    found = article(main)
    assert (value(found.headline), found.body) == (HEADLINE, TEXT)


def test_a_poll_inside_the_text_is_no_part_of_it() -> None:
    poll = "<div class='poll'><p>Thăm dò</p><form><p>Bạn thấy dịch vụ công trực tuyến của xã thế nào?</p><label>Tốt</label></form></div>"
    assert article(f"<h1>{HEADLINE}</h1><div>{DATE}</div><div>{PARAGRAPHS}{poll}<p>{LEAD}</p></div>").body == (
        *TEXT,
        LEAD,
    )


def test_a_form_around_the_whole_page_hides_nothing() -> None:
    assert article(f"<form><h1>{HEADLINE}</h1><div>{DATE}</div><div>{PARAGRAPHS}</div></form>").body == TEXT


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


def test_a_short_menu_is_no_trail_where_the_address_names_one_of_its_steps() -> None:
    links = [("/", "Trang chủ"), ("/thoi-su", "Thời sự"), ("/kinh-te", "Kinh tế"), ("/the-thao", "Thể thao")]
    menu = "<ul>" + "".join(f'<li><a href="{href}">{name}</a></li>' for href, name in links) + "</ul>"
    assert value(article(f"{menu}<h1>{HEADLINE}</h1><div>{DATE}</div><div>{PARAGRAPHS}</div>").section) == "Kinh tế"


def test_paragraphs_each_in_frames_of_their_own_are_read_together() -> None:
    blocks = "".join(f'<div class="blk"><div><p>{text}</p></div></div>' for text in TEXT * 2)
    main = f'<div><div class="t"><h1>{HEADLINE}</h1></div><div>{DATE}</div><div class="excerpt">{LEAD}</div><div><div>{blocks}</div></div></div>'
    found = article(main)
    assert (found.body, value(found.lead)) == (TEXT * 2, LEAD)


def test_tags_set_as_headings_are_tags() -> None:
    tags = '<ul><li><h4><a href="/tags/ocop.htm">OCOP</a></h4></li><li><h4><a href="/tags/mien.htm">miến dong</a></h4></li></ul>'
    assert article(f"<h1>{HEADLINE}</h1><div>{DATE}</div><div>{PARAGRAPHS}</div>{tags}").tags == ("OCOP", "miến dong")


def test_a_label_alone_names_the_author_in_the_line_below_it() -> None:
    meta = f"<dl><dt>Tác giả</dt><dd>Hà Vân</dd><dt>Ngày đăng</dt><dd>{DATE}</dd></dl>"
    found = article(f"<header><h1>{HEADLINE}</h1>{meta}</header><div>{PARAGRAPHS}</div>")
    assert (value(found.byline), value(found.published), found.body) == ("Hà Vân", "2024-03-05T15:25+07:00", TEXT)


def test_an_icon_beside_the_headline_makes_it_no_caption() -> None:
    heading = f'<table><tr><td class="contentheading">{HEADLINE}</td><td><a href="#"><img src="/pdf.png" width="16"></a></td></tr></table>'
    found = article(f"{heading}<div>{DATE}</div><div>{PARAGRAPHS}</div>")
    assert (value(found.headline), found.captions) == (HEADLINE, ())
