# ruff: noqa: E501 - markup stands in lines as pages have it
"""The headline is found where a page shows it, and never the site's name, a menu or a label."""

from __future__ import annotations

import cooperative
import meeting
import pytest
from parsing import CAPTURED, body_of, reading_of, value
from village_road import (
    HEADLINE,
    LEAD,
    PARAGRAPHS,
    SITE,
    TEXT,
    TEXT_BLOCK,
    article_of,
    nukeviet,
    numbered,
    told,
)

from archive.parsers import read_page


@pytest.mark.parametrize(("mark", "headline"), [("", "kicker"), (".", "own")])
def test_of_two_lines_set_alike_the_one_with_a_full_stop_is_no_headline(mark: str, headline: str) -> None:
    kicker = f"Đảng bộ và nhân dân xã chung tay xây dựng nông thôn mới{mark}"
    page = (
        f'<html><head><title>Cổng tin xã</title></head><body><div class="k"><h3 class="name-title">{HEADLINE}</h3>'
        f'<h3 class="sub-title">{kicker}</h3><p>05/03/2024 08:15</p><div>{PARAGRAPHS}</div></div></body></html>'
    )
    article = read_page("http://bao.example/tin/1204", page.encode(), "text/html", 200, CAPTURED).article
    assert article is not None
    assert article.headline.value == (HEADLINE if headline == "own" else kicker)


def test_a_theme_whose_headline_class_stands_on_the_sites_name_does_not_matter() -> None:
    site = '<h1 class="entry-title">Cổng thông tin điện tử xã Bản Lầu</h1>'
    post = f'<h2>{meeting.HEADLINE}</h2><p>05/03/2024</p><div class="entry-content">{meeting.PARAGRAPHS}</div>'
    found = meeting.article_of(f'<body class="single">{site}<article>{post}</article></body>', meeting.WORDPRESS)
    assert (found.parser.partition("/")[0], found.headline.value) == ("wordpress", meeting.HEADLINE)


@pytest.mark.parametrize("folder", ["tin", "kinh-te-xa-hoi", "phong-trao-xay-dung-nong-thon-moi"])
def test_a_short_slug_in_a_section_with_a_long_name_is_the_articles_own(folder: str) -> None:
    assert (
        article_of(f"<h1>{HEADLINE}</h1>{PARAGRAPHS}", url=f"http://bao.example/{folder}/be-tong-123.html").slug
        == "be-tong"
    )


def test_the_sites_name_in_og_title_is_no_headline() -> None:
    head = '<meta property="og:title" content="Báo Bản Qua"><meta property="og:site_name" content="Báo Bản Qua">'
    article = article_of(f'<main><div class="post-title">{HEADLINE}</div><div>{PARAGRAPHS}</div></main>', head)
    assert article.headline.value == HEADLINE


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


def test_a_page_of_tables_whose_title_is_the_sites_is_an_article_with_the_headline_set_large() -> None:
    main = (
        '<table><tr><td><a href="/index.php">Trang chủ</a> » <a href="/index.php?mod=news&amp;cat=20">Kinh tế</a></td></tr>'
        f'<tr><td class="tieude"><b><font size="4">{cooperative.HEADLINE}</font></b></td></tr>'
        f"<tr><td><font size=1>Cập nhật ngày: {cooperative.DATE}</font></td></tr>"
        f'<tr><td><p><b>{cooperative.LEAD}</b></p></td></tr><tr><td>{cooperative.PARAGRAPHS}<p align="right"><b>Hà Vân</b></p></td></tr></table>'
    )
    found = cooperative.article(main, cooperative.BARE, "Báo Vùng Cao điện tử")
    assert (value(found.headline), value(found.lead), value(found.section)) == (
        cooperative.HEADLINE,
        cooperative.LEAD,
        "Kinh tế",
    )
    assert (found.body, value(found.byline)) == (cooperative.TEXT, "Hà Vân")


def test_a_headline_in_an_element_with_its_date_is_read_without_it() -> None:
    main = (
        f'<div class="ArticleHeader"><h1 class="title">{cooperative.HEADLINE}</h1><div class="PostDate">{cooperative.DATE}</div></div>'
        f'<div class="ArticleSummary">{cooperative.LEAD}</div><div class="ArticleContent">{cooperative.PARAGRAPHS}</div>'
    )
    assert value(cooperative.article(main).headline) == cooperative.HEADLINE


def test_a_line_above_the_menu_is_the_sites_name_though_it_is_a_heading_and_the_title() -> None:
    menu = '<tr><td><a href="/">Trang chủ</a></td><td><a href="/v.php?c=3">Chính trị</a></td><td><a href="/v.php?c=4">Kinh tế</a></td></tr>'
    main = (
        f'<h1>Báo Bắc Online</h1><table>{menu}</table><table><tr><td class="title_cat">Xã hội</td></tr><tr><td class="title_news">{cooperative.HEADLINE}'
        f'</td></tr><tr><td class="date_news">Cập nhật lúc 15:25\' - 05/03/2024</td></tr><tr><td>{cooperative.PARAGRAPHS}</td></tr></table>'
    )
    found = cooperative.article(main, "http://bao.example/viewtopic.php?cat_id=3&news_id=96570", "Báo Bắc Online")
    assert (value(found.headline), value(found.section)) == (cooperative.HEADLINE, "Xã hội")


def test_a_page_without_any_headline_is_named_by_its_slug_and_marked_so() -> None:
    url = "http://bao.example/tin/tinh-thai-nguyen-ho-tro-hop-tac-xa-in-tem-truy-xuat-nguon-goc-4512.html"
    headline = cooperative.article(
        f"<div>{cooperative.DATE}</div><div>{cooperative.PARAGRAPHS}<p>Tỉnh sẽ tổng kết vào cuối năm nay.</p></div>",
        url,
        "Tin",
    ).headline
    assert headline.value == "Tỉnh Thái Nguyên hỗ trợ hợp tác xã in tem truy xuất nguồn gốc"
    assert headline.by.startswith("restored")
    assert headline.confidence < 1


def test_a_province_in_a_slug_is_not_asked_where_the_page_knows_the_syllables() -> None:
    url = "http://bao.example/tin/hop-tac-xa-ban-hang-theo-dien-bien-gia-ca-thi-truong-4512.html"
    text = f"{cooperative.PARAGRAPHS}<p>Bà con xem diễn biến giá cả rồi mới bán, tránh lúc thị trường dư thừa.</p>"
    assert (
        "diễn biến" in cooperative.article(f"<div>{cooperative.DATE}</div><div>{text}</div>", url, "Tin").headline.value
    )


def test_a_few_long_words_may_be_a_headline_as_no_section_has_it() -> None:
    text = "".join(
        f"<p>Zum {n}. Mal berieten die Bewohner der Gemeinde gestern Abend lange über den Ausbau der Bergstraße.</p>"
        for n in range(20)
    )
    for headline, is_article in (("Gemeinderat beschließt Bergstraßenausbau", True), ("Rat und Amt", False)):
        reading = reading_of(f"<title>Anzeiger</title><h1>{headline}</h1>{text}", "http://anzeiger.example/?id=4512")
        assert (reading.article is not None) is is_article


def test_a_kicker_that_json_ld_and_open_graph_both_have_belongs_to_the_headline() -> None:
    whole = f"Nông thôn mới: {HEADLINE}"
    graph = f'<meta property="og:title" content="{whole} | Báo Bản Qua">'
    assert told('"x":1', head=graph, headline=whole).headline.value == whole
    assert told('"x":1', headline=whole).headline.value == HEADLINE


def test_a_headline_that_json_ld_has_with_the_site_s_name_is_the_one_shown() -> None:
    whole = f"{HEADLINE} - Báo Bản Qua"
    assert (
        told('"x":1', head=f'<meta property="og:title" content="{whole}">', headline=whole).headline.value == HEADLINE
    )


@pytest.mark.parametrize(
    ("head", "headline", "by"),
    [
        ("<title>Thông báo</title>", "Thông báo", "title, short"),
        ("<h1>Thông báo</h1>", "Thông báo", "h1, short"),
        ("", "Lần thứ 0, bà con xã Bản Lầu họp bàn việc mở", "first words"),
    ],
)
def test_a_readable_page_without_a_headline_of_three_words_is_kept(head: str, headline: str, by: str) -> None:
    reading = reading_of(f"{head}{meeting.MANY}", "http://bao.example/node/12")
    article = reading.article or reading.unlikely
    assert article is not None
    assert (article.headline.value, article.headline.by) == (headline, by)
    assert len(article.body) == 9


def test_a_few_words_without_a_headline_are_no_article() -> None:
    assert reading_of("<title>Thông báo</title><p>Xã Bản Lầu họp bàn việc mở con đường mới.</p>").unlikely is None


@pytest.mark.parametrize("date", ["05/03/2024 09:00", "thứ ba, 05 03 2024 09:00", "(05.03.2024 09:00)"])
@pytest.mark.parametrize("above", [True, False])
def test_the_longest_line_beside_the_date_is_the_headline(date: str, above: bool) -> None:
    lines = [f"<p>{HEADLINE}</p>", f"<div>{date}</div>"] if above else [f"<div>{date}</div>", f"<p>{HEADLINE}</p>"]
    article = numbered(f"<div><div>Tin hoạt động của ngành</div>{''.join(lines)}{TEXT_BLOCK}</div>")
    assert article.headline.value == HEADLINE
    assert article.headline.by == "generic, beside the date"
    assert article.headline.confidence < 0.9
    assert article.body[-1] == TEXT[-1]


def test_the_first_short_line_above_the_text_is_the_headline_where_no_date_stands() -> None:
    published = '<script type="application/ld+json">{"@type": "NewsArticle", "datePublished": "2024-03-05"}</script>'
    article = numbered(f"<div>{published}<p>{HEADLINE}</p>{TEXT_BLOCK}</div>")
    assert article.headline.value == HEADLINE
    assert article.headline.confidence < 0.9


@pytest.mark.parametrize("title", [f"{HEADLINE} - {SITE}", f"{HEADLINE} | Nông thôn | Cổng thông tin điện tử tỉnh"])
def test_the_title_before_the_sites_name_says_which_line_is_the_headline(title: str) -> None:
    article = numbered(f"<div><div>{HEADLINE}</div><div>05/03/2024 09:00</div>{TEXT_BLOCK}</div>", title)
    assert article.headline.value == HEADLINE
    assert article.headline.confidence > 0.5


def test_a_headline_may_link_to_the_article_by_another_host_or_day() -> None:
    url = "http://bao.example/2024/11/20/xa-ban-qua-hoan-thanh-duong-be-tong-lien-thon/"
    own = '<a href="http://www.bao.example/2024/11/19/xa-ban-qua-hoan-thanh-duong-be-tong-lien-thon">'
    tags = "".join(f'<li class="tag"><a href="/tag/{n}">thẻ số {n}</a></li>' for n in range(4))
    article = article_of(f"<main><h2>{own}{HEADLINE}</a></h2><ul>{tags}</ul><div>{PARAGRAPHS}</div></main>", url=url)
    assert article.headline.by.startswith("generic h2")
    assert article.tags == ("thẻ số 0", "thẻ số 1", "thẻ số 2", "thẻ số 3")


def test_a_trail_in_the_headlines_own_line_is_none_of_it() -> None:
    trail = '<span><a href="/">Cổng tin</a>/ <a href="/nong-thon/">Nông thôn</a>/ </span>'
    article = article_of(f"<header><span>{trail}<span>{HEADLINE}</span></span></header><section>{PARAGRAPHS}</section>")
    assert article.headline.value == HEADLINE


def test_the_anchor_of_a_heading_is_no_part_of_it() -> None:
    heading = 'Đường lên sàn<a hidden class="anchor" href="#duong-len-san">#</a>'
    assert body_of(f"{cooperative.PARAGRAPHS}<h2>{heading}</h2><p>{cooperative.LEAD}</p>").paragraphs == (
        *cooperative.TEXT,
        "Đường lên sàn",
        cooperative.LEAD,
    )


def test_a_headline_in_a_banner_is_the_articles() -> None:
    banner = f'<div class="article banner"><h1>{HEADLINE}</h1></div>'
    subheading = "<h2>Từ chủ trương đến việc làm</h2>"
    article = article_of(f"{banner}<article>{PARAGRAPHS}{subheading}{PARAGRAPHS}</article>")
    assert article.headline.value == HEADLINE


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


def test_the_very_words_of_the_title_are_the_headline_whatever_they_stand_in() -> None:
    main = f'<div class="ArticleHeader">{HEADLINE}</div><div class="ArticleSummary">{LEAD}</div><div>{PARAGRAPHS}</div>'
    article = article_of(main, url="http://bao.example/chi-tiet?id=7&t=xa-ban-qua-hoan-thanh-duong-be-tong-lien-thon")
    assert article.headline.value == HEADLINE
    assert article.lead is not None
    assert article.lead.value == LEAD


@pytest.mark.parametrize("shown", ["Chi tiết văn bản", "Thông tin chi tiết bài viết"])
def test_a_heading_that_neither_title_nor_slug_repeats_gives_way_to_the_title_that_the_slug_was_made_from(
    shown: str,
) -> None:
    page = f"<title>{HEADLINE} - Cổng tin</title><h1>{shown}</h1><p>05/03/2024</p>{PARAGRAPHS}"
    article = reading_of(
        page, "http://bao.example/nong-thon/xa-ban-qua-hoan-thanh-duong-be-tong-lien-thon-1204.html"
    ).article
    assert article is not None
    assert article.headline.value == HEADLINE


def test_a_heading_stays_the_headline_where_the_slug_was_made_from_neither() -> None:
    shown = "Bà con Bản Qua đi trên đường mới"
    page = f"<title>{HEADLINE} - Cổng tin</title><h1>{shown}</h1><p>05/03/2024</p>{PARAGRAPHS}"
    article = reading_of(page, "http://bao.example/nong-thon/1204.html").article
    assert article is not None
    assert article.headline.value == shown


@pytest.mark.parametrize("dated", ["{date}{lead}", "{lead}{date}"])
def test_a_heading_below_a_sentence_of_the_text_is_a_subheading(dated: str) -> None:
    """Where title and address name the site alone, and the headline is set as a bold line."""
    first, *rest = (f"<p>{text}</p>" for text in TEXT)
    text = "".join([first, "<h2>Chung sức làm đường mới</h2>", *rest])
    header = dated.format(date="<div>05/03/2024</div>", lead=f'<div class="sapo">{LEAD}</div>')
    page = f"<title>{SITE}</title><div><p><b>{HEADLINE}</b></p>{header}<div>{text}</div></div>"
    article = reading_of(page, "http://bao.example/Default.aspx?tabid=87&ItemID=7").article
    assert article is not None
    assert article.headline.value == HEADLINE
    assert article.body == (TEXT[0], "Chung sức làm đường mới", *TEXT[1:])


def test_a_lead_set_as_a_heading_is_not_the_headline() -> None:
    page = f'<title>{SITE}</title><div><table><tr><td class="tieude">{HEADLINE}</td></tr></table><div>05/03/2024</div><h2 class="sapo">{LEAD}</h2><div>{PARAGRAPHS}</div></div>'
    article = reading_of(page, "http://bao.example/?pageid=27&id=1204").article
    assert article is not None
    assert article.headline.value == HEADLINE
    assert value(article.lead) == LEAD
