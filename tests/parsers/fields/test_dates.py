# ruff: noqa: E501 - markup stands in lines as pages have it
"""Days and hours are those of publication and of edits, not of clocks, of other articles or of documents."""

from __future__ import annotations

import cooperative
import pytest
from parsing import reading_of, value
from village_road import HEADLINE, PARAGRAPHS, TEXT, URL, article_of, k2_item, told

from archive.text.dates import read_date


def test_a_date_between_links_that_are_no_headlines_is_the_articles_and_beside_a_headline_it_is_not() -> None:
    def published(link: str) -> str | None:
        info = f'<a href="#respond">Để lại một bình luận</a> / <a href="/x/">{link}</a> / Bởi <a href="/author/x/">Hà Vân</a> / 05/03/2024'
        return value(
            cooperative.article(
                f"<h1>{cooperative.HEADLINE}</h1><div>{info}</div><div>{cooperative.PARAGRAPHS}</div>"
            ).published
        )

    assert published("Nông nghiệp - Nông thôn") == "2024-03-05"
    assert published(cooperative.OTHER) is None


def test_a_date_behind_the_text_below_another_headline_is_not_the_articles() -> None:
    behind = f'<aside><h4>Mới nhất</h4><a href="/mon-91.html">{cooperative.OTHER}</a><p>{cooperative.DATE}</p></aside>'
    assert (
        cooperative.article(f"<h1>{cooperative.HEADLINE}</h1><div>{cooperative.PARAGRAPHS}</div>{behind}").published
        is None
    )


@pytest.mark.parametrize("month", ["Một", "Tám", "Chín", "Mười", "Mười Hai"])
def test_a_date_that_is_a_link_may_have_its_month_in_words(month: str) -> None:
    found = cooperative.article(
        f'<h1>{cooperative.HEADLINE}</h1><p><a href="/2024/">5 Tháng {month}, 2024</a></p><div>{cooperative.PARAGRAPHS}</div>'
    )
    assert found.published is not None
    assert found.published.value.startswith("2024-")


def test_the_day_of_the_last_edit_is_not_the_articles_where_metadata_tells_another_as_with_ikiwiki() -> None:
    foot = '<footer><div class="pagedate">Last edited <time datetime="2026-12-03T09:26:53Z">03/12/2026 09:26</time></div></footer>'
    found = cooperative.article(
        f"<article><h1>{cooperative.HEADLINE}</h1><div>{cooperative.PARAGRAPHS}</div>{foot}</article>",
        head='<meta name="date" content="2024-03-05 15:25">',
    )
    assert value(found.published) == "2024-03-05T15:25+07:00"
    assert value(found.modified) == "2026-12-03T16:26:53+07:00"


def test_the_clock_above_the_headline_is_no_edit() -> None:
    clock = "<div>Thứ hai, 03 Tháng 2 2025</div>"  # the day of capture
    article = article_of(f"{clock}<div><div>24/02/2024 14:22</div><h1>{HEADLINE}</h1><div>{PARAGRAPHS}</div></div>")
    assert article.published is not None
    assert article.published.value == "2024-02-24T14:22+07:00"
    assert article.modified is None


def test_an_hour_in_a_line_of_its_own_is_read_with_its_half_of_the_day() -> None:
    meta = "<ul><li>3 Tháng Hai, 2024</li><li>2:30 chiều</li></ul>"
    published = article_of(f"<div><h1>{HEADLINE}</h1>{meta}<div>{PARAGRAPHS}</div></div>").published
    assert published is not None
    assert published.value == "2024-02-03T14:30+07:00"


def test_what_k2_prints_as_the_last_edit_minutes_after_publication_is_none() -> None:
    assert k2_item("Thứ bảy, 24 Tháng 2 2024 14:25").modified is None


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


def test_the_day_on_which_clocks_of_programs_begin_is_no_date() -> None:
    row = '<time datetime="1970-01-01T00:00:00.000Z">1 tháng 1, 1970</time>'
    main = f"<main><h1>{HEADLINE}</h1>{row}<div>{PARAGRAPHS}</div></main>"
    assert article_of(main).published is None
    published = article_of(
        main, '<meta property="article:published_time" content="2024-03-18T16:06:00+07:00">'
    ).published
    assert published is not None
    assert published.value.startswith("2024-03-18T16:06")


@pytest.mark.parametrize("raw", ["05/03/2024 15:25 GMT+71.234 lượt xem", "05/03/2024 15:25 +9930", cooperative.DATE])
def test_a_zone_that_no_clock_has_is_vietnams(raw: str) -> None:
    moment = read_date(raw, "p")
    assert moment is not None
    assert moment.value == "2024-03-05T15:25+07:00"


def test_the_clock_of_a_dnn_skin_is_not_the_articles_date() -> None:
    main = (
        '<span id="dnn_dnnCURRENTDATE_lblDate">Thứ Hai, 03/02/2025</span><div id="dnn_ctr425_View">'
        f'<h1 id="dnn_ctr425_View_lblTieuDe">{cooperative.HEADLINE}</h1><span id="dnn_ctr425_View_lblNgayDang">Ngày đăng: {cooperative.DATE}</span>'
        f'<div id="dnn_ctr425_View_lblNoiDung">{cooperative.PARAGRAPHS}</div></div>'
    )
    assert value(cooperative.article(main).published) == "2024-03-05T15:25+07:00"


def test_the_date_of_a_related_article_in_liferays_class_is_not_the_articles() -> None:
    main = (
        f'<div class="asset-full-content"><h3 class="header-title">{cooperative.HEADLINE}</h3><div class="meta-data-date">{cooperative.DATE}</div>'
        f'<div class="journal-content-article">{cooperative.PARAGRAPHS}</div></div><ul><li><a href="/-/x">{cooperative.OTHER}</a> '
        '<span class="metadata-publish-date">(01/01/2025)</span></li></ul>'
    )
    assert value(cooperative.article(main).published) == "2024-03-05T15:25+07:00"


def test_a_date_shown_is_the_edit_s_where_json_ld_tells_an_earlier_day_of_publication() -> None:
    stamps = '"datePublished":"2024-03-05T08:00:00+07:00","dateModified":"2024-03-09T10:00:00+07:00"'
    article = told(stamps, '<p><time datetime="2024-03-09T10:00:00+07:00">09/03/2024 10:00</time></p>')
    assert article.published is not None
    assert article.published.value.startswith("2024-03-05T08:00")
    assert article.modified is not None
    assert article.modified.value.startswith("2024-03-09T10:00")


def test_the_date_of_a_document_in_a_box_behind_the_text_is_not_the_articles() -> None:
    box = '<div>VĂN BẢN MỚI</div><div><a href="/vb/75">TH-75</a></div><div><a href="/vb/75">11/08/2019</a></div>'
    found = cooperative.article(
        f"<div><h1>{cooperative.HEADLINE}</h1><div>{cooperative.PARAGRAPHS}<p>{cooperative.LEAD}</p></div>{box}</div>"
    )
    assert found.published is None


def test_an_aside_between_headline_and_text_dates_the_article() -> None:
    aside = '<aside><p>published on 2024-11-20 · tagged with <a href="/tags/ban-qua.html">#bản qua</a></p></aside>'
    article = article_of(f"<main><h2>{HEADLINE}</h2>{aside}{PARAGRAPHS}</main>")
    assert article.published is not None
    assert article.published.value == "2024-11-20"
    assert article.tags == ("bản qua",)


def test_the_one_date_that_a_column_above_the_headline_tells_is_the_articles() -> None:
    column = '<div class="sidebar"><nav><time datetime="2024-11-20 00:00:00+00:00">20/11/2024</time></nav></div>'
    article = article_of(f"{column}<article><h1>{HEADLINE}</h1>{PARAGRAPHS}</article>")
    assert article.published is not None
    assert article.published.value == "2024-11-20"  # midnight is what a machine writes for a day
    two = column.replace("-20 00", "-19 00").replace(">20/", ">19/")
    assert article_of(f"{column}{two}<article><h1>{HEADLINE}</h1>{PARAGRAPHS}</article>").published is None


def test_the_sites_name_beside_a_date_does_not_make_it_another_articles() -> None:
    line = (
        '<span><a href="http://bao.example/">Cổng thông tin xã Bản Qua</a> '
        '| <a href="/category/nong-thon">Nông thôn</a> '
        '| <a href="/author/hoa">Nông Thị Hoa</a> | 20/11/2024 08:32</span>'
    )
    article = article_of(f"<header><h1>{HEADLINE}</h1>{line}</header><article>{PARAGRAPHS}</article>")
    assert article.published is not None
    assert article.published.value == "2024-11-20T08:32+07:00"
    assert article.byline is not None
    assert article.byline.value == "Nông Thị Hoa"
    assert article.section is not None
    assert article.section.value == "Nông thôn"


def test_the_time_that_a_notice_sets_is_text_not_its_date() -> None:
    for term in ("Thời gian: từ ngày 1/4 đến hết ngày 30/4/2024.", "Thời hạn nộp hồ sơ: 17 giờ ngày 5/12/2024."):
        article = article_of(f"<main><h1>{HEADLINE}</h1><div><p>{term}</p>{PARAGRAPHS}</div></main>")
        assert article.published is None
        assert article.body == (term, *TEXT)


def test_a_time_of_an_edit_is_that_of_publication_only_where_no_other_stands() -> None:
    edit, date = "<p>Cập nhật lần cuối 22/11/2024 10:05</p>", "<p>Thứ Tư, 20/11/2024 08:32</p>"
    for lines in (date + edit, edit + date):
        article = article_of(f"<main><h1>{HEADLINE}</h1>{lines}<div>{PARAGRAPHS}</div></main>")
        assert article.published is not None
        assert article.published.value == "2024-11-20T08:32+07:00"
        assert article.modified is not None
        assert article.modified.value == "2024-11-22T10:05+07:00"
    alone = article_of(f"<main><h1>{HEADLINE}</h1>{edit}<div>{PARAGRAPHS}</div></main>").published
    assert alone is not None
    assert alone.value == "2024-11-22T10:05+07:00"


def test_a_date_in_english_that_links_to_its_article_is_read() -> None:
    article = article_of(f'<main><h1>{HEADLINE}</h1><a href="{URL}">Nov 20, 2024</a><div>{PARAGRAPHS}</div></main>')
    assert article.published is not None
    assert article.published.value == "2024-11-20"


def test_a_page_without_a_date_has_its_metadatas_and_a_page_on_the_office_is_no_section() -> None:
    menu = '<ul><li><a href="/">Cổng tin</a></li><li><a href="/gioi-thieu.html">Giới thiệu</a></li></ul>'
    main = f"{menu}<div><h1>{HEADLINE}</h1><div>{PARAGRAPHS}</div></div>"
    article = article_of(main, '<meta name="date" content="Nov 20, 2024">')
    assert article.published is not None
    assert article.published.value == "2024-11-20"
    assert article.section is None
    today = '<meta name="date" content="2025-02-03">'  # the day of capture
    assert article_of(main, today).published is None


def test_a_headline_with_a_day_dates_no_edit() -> None:
    headline = "Tin vắn địa phương ngày 8/10"
    found = cooperative.article(
        f"<h1>{headline}</h1><p>{cooperative.DATE}</p><div>{cooperative.PARAGRAPHS}</div>",
        "http://bao.example/tin-van/tin-van-dia-phuong-ngay-8-10-9008.html",
        headline,
        '<meta property="og:type" content="article">',
    )
    assert (value(found.headline), found.modified) == (headline, None)


def test_the_hour_in_the_line_below_the_date_belongs_to_it() -> None:
    info = "<ul><li><time>05/03/2024</time></li><li><time>15:25</time></li></ul>"
    found = cooperative.article(f"<h1>{cooperative.HEADLINE}</h1>{info}<div>{cooperative.PARAGRAPHS}</div>")
    assert (value(found.published), found.body) == ("2024-03-05T15:25+07:00", cooperative.TEXT)


def test_a_date_at_the_texts_end_is_read_where_none_stands_above_it_and_those_who_made_the_page_too() -> None:
    credit = f"<div><p>Nội dung: Hà Vân</p><p>Thiết kế: Vi Thảo</p><p>{cooperative.DATE}</p></div>"
    found = cooperative.article(f"<main><h1>{cooperative.HEADLINE}</h1>{cooperative.PARAGRAPHS}{credit}</main>")
    assert (value(found.published), value(found.byline), found.body) == (
        "2024-03-05T15:25+07:00",
        "Hà Vân",
        cooperative.TEXT,
    )
    dated = cooperative.article(
        f"<main><h1>{cooperative.HEADLINE}</h1><p>{cooperative.DATE}</p>{cooperative.PARAGRAPHS}<p>01/01/2019</p></main>"
    )
    assert (value(dated.published), dated.body) == (
        "2024-03-05T15:25+07:00",
        (*cooperative.TEXT, "01/01/2019"),
    )


def test_microdata_tells_the_hour_of_a_day_that_the_page_shows() -> None:
    stamp = '<abbr class="published" title="2024-03-05T15:25:00+07:00">15:25</abbr>'
    main = f"<h1>{cooperative.HEADLINE}</h1><p>05/03/2024</p><div>{cooperative.PARAGRAPHS}</div><div>Tin của xã, đăng {stamp}</div>"
    assert value(cooperative.article(main).published) == "2024-03-05T15:25:00+07:00"


def test_a_date_behind_the_text_may_stand_beside_the_link_to_its_author() -> None:
    foot = '<div><span>Created: Thu 18 June 2026.</span> <a href="/author/y-van-viet.html">Y Văn Việt</a></div>'
    article = article_of(f"<div><h1>{HEADLINE}</h1>{PARAGRAPHS}{foot}</div>")
    assert article.published is not None
    assert article.published.value == "2026-06-18"
    assert not any("Created" in text for text in article.body)


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


def test_the_clock_in_the_pages_head_is_no_date_of_publication() -> None:
    clock = "<div>Thứ hai, 03/02/2025</div><p>Hội nghị</p><p>Thông báo</p><p>Văn bản</p><p>Liên hệ</p>"
    assert article_of(f"{clock}<main><h1>{HEADLINE}</h1><div>{PARAGRAPHS}</div></main>").published is None


def test_date_and_hour_in_elements_without_a_space_between_are_read() -> None:
    article = article_of(
        f"<main><h1>{HEADLINE}</h1><div><span>06/12/2023</span><span>16:35</span></div><div>{PARAGRAPHS}</div></main>"
    )
    assert article.published is not None
    assert article.published.value.startswith("2023-12-06T16:35")


def test_a_row_of_labels_is_dated_whose_tags_stand_in_one_as_with_miyadaiku() -> None:
    tags = "ia lâu,ao nuôi tôm công nghệ cao,khu tái định cư mới"
    row = f"<div><span> 2024-03-05 </span><span> Thời sự </span><span> {tags} </span></div>"
    found = cooperative.article(f"{row}<h1>{HEADLINE}</h1><div>{PARAGRAPHS}</div>")
    assert value(found.published) == "2024-03-05"


def test_the_day_of_capture_above_the_headline_gives_way_to_the_date_that_the_articles_footer_tells() -> None:
    text = "".join(f"<p>{paragraph}</p>" for paragraph in TEXT)
    clock, foot = (
        "<div>Thứ Hai, 03/02/2025</div>",
        "<footer><time>05/03/2024 08:30</time></footer>",
    )  # captured that day
    page = f"<title>{HEADLINE}</title>{clock}<article><h1>{HEADLINE}</h1><div>{text}</div>{foot}</article>"
    article = reading_of(page, URL).article
    assert article is not None
    assert article.published is not None
    assert article.published.value == "2024-03-05T08:30+07:00"


def test_a_date_without_an_element_of_its_own_is_not_that_of_a_card_in_the_same_box() -> None:
    text = "".join(f"<p>{paragraph}</p>" for paragraph in TEXT)
    card = '<div><a href="/tin/duong-9.html"><h4>Xã Nà Phặc ra quân làm đường</h4></a><time datetime="2025-02-01">1/2</time></div>'
    page = f"<title>{HEADLINE}</title><main><h1>{HEADLINE}</h1><span>05/03/2024</span><div>{text}</div>{card}</main>"
    article = reading_of(page, URL).article
    assert article is not None
    assert article.published is not None
    assert article.published.value == "2024-03-05"


def test_the_date_of_a_comment_is_not_the_articles() -> None:
    comments = "<div><h3>Bình luận</h3><div><b>Nguyễn A</b> <span>04/06/2024</span><p>Bài viết rất hay.</p></div></div>"
    foot = "<footer><div>05/03/2024</div></footer>"
    article = article_of(f"<main><article><h1>{HEADLINE}</h1><div>{PARAGRAPHS}</div>{foot}{comments}</article></main>")
    assert article.published is not None
    assert article.published.value == "2024-03-05"


def test_the_articles_footer_dates_it_and_not_the_last_edit_of_the_site_below() -> None:
    main = f"<article><header><h1>{HEADLINE}</h1></header><div>{PARAGRAPHS}</div><footer><div>05/03/2024</div></footer></article>"
    article = article_of(f"{main}<div><p>Cập nhật lần cuối: 01/02/2025</p></div>")
    assert value(article.published) == "2024-03-05"


def test_the_newsroom_and_a_date_below_the_text_date_it() -> None:
    article = article_of(
        f"<div>Hôm nay: 03/02/2025</div><div><h1>{HEADLINE}</h1>{PARAGRAPHS}<div>Ban Biên tập | 12/09/2024 15:20</div></div>"
    )
    assert value(article.published) == "2024-09-12T15:20+07:00"
    assert article.body == TEXT
