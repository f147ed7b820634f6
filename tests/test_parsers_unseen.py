"""Pages in layouts that no parser was written for: what holds on press pages in general must carry them."""

from __future__ import annotations

import json

from archive.model import Article
from tests.parsing import body_of, reading_of

HEADLINE = "Xã Bản Qua hoàn thành đường bê tông liên thôn"
URL = "http://bao.example/nong-thon/xa-ban-qua-hoan-thanh-duong-be-tong-lien-thon-1204.html"
LEAD = "Sau bốn tháng thi công, tuyến đường dài 3,2 km nối ba thôn vùng cao của xã đã đưa vào sử dụng trước mùa mưa."
TEXT = (
    "Tuyến đường có tổng vốn 4,7 tỷ đồng, trong đó nhân dân hiến 2.100 m² đất và góp hơn 900 ngày công san nền, đổ đá.",
    "Ông Lò Văn Thịnh, trưởng thôn, cho biết trước đây mùa mưa xe máy không vào được, nông sản phải gùi ra chợ bán.",
    "Thời gian tới, xã tiếp tục vận động làm rãnh thoát nước và trồng cây hai bên đường, bảo "
    "đảm đúng quy hoạch đã duyệt.",
)
PARAGRAPHS = "".join(f"<p>{text}</p>" for text in TEXT)


def article_of(main: str, head: str = "", url: str = URL, body: str = "") -> Article:
    """The article of a page whose only other content is a menu."""
    markup = (
        f'<html><head><meta charset="utf-8"><title>{HEADLINE}</title><meta property="og:type" content="article">{head}'
        f'</head><body class="{body}"><p class="site-title"><a href="/">Cổng tin xã Bản Qua</a></p>{main}</body></html>'
    )
    article = reading_of(markup, url).article
    assert article is not None
    return article


def wordpress(main: str) -> Article:
    """The same, of a post on a WordPress site."""
    return article_of(main, '<meta name="generator" content="WordPress 6.8">', body="single single-post")


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


def test_a_first_paragraph_called_lead_is_the_lead_without_being_bold() -> None:
    article = wordpress(
        f'<h1 class="entry-title">{HEADLINE}</h1><div class="entry-content"><p '
        f'class="sapo">{LEAD}</p>{PARAGRAPHS}</div>'
    )
    assert article.lead is not None
    assert article.lead.value == LEAD
    assert article.body == TEXT


def test_a_lead_picture_may_link_to_its_own_page_but_not_to_another() -> None:
    def images(href: str) -> list[str]:
        picture = (
            f'<div class="entry-image"><a href="{href}"><img class="wp-post-image" '
            'src="/wp-content/uploads/a.jpg"></a></div>'
        )
        article = wordpress(
            f'<h1 class="entry-title">{HEADLINE}</h1>{picture}<div class="entry-content">{PARAGRAPHS}</div>'
        )
        return [image.url for image in article.images]

    assert images(URL) == ["http://bao.example/wp-content/uploads/a.jpg"]
    assert images("http://bao.example/tin-khac-9.html") == []


def test_a_lead_picture_inside_the_body_is_read_once() -> None:
    figure = (
        '<figure><a href="/a.jpg"><img class="wp-post-image" src="/a.jpg"></a><figcaption>Đường '
        "mới</figcaption></figure>"
    )
    article = wordpress(
        f'<h1 class="entry-title">{HEADLINE}</h1><div class="td-post-content">{figure}{PARAGRAPHS}</div>'
    )
    assert article.captions == ("Đường mới",)
    assert len(article.images) == 1


def test_a_lead_picture_above_the_headline_belongs_to_the_article() -> None:
    article = article_of(
        f'<main><figure><img src="/a.jpg"></figure><h1>{HEADLINE}</h1><div class="t">{PARAGRAPHS}</div></main>'
    )
    assert [image.url for image in article.images] == ["http://bao.example/a.jpg"]


def test_previous_and_next_are_found_in_links_around_blocks() -> None:
    nav = '<div><a href="/cu-1.html" rel="prev"><span>Bài trước</span><p>Ra quân làm thủy lợi mùa khô</p></a></div>'
    article = article_of(f"<main><h1>{HEADLINE}</h1><div>{PARAGRAPHS}</div>{nav}</main>")
    assert [(teaser.headline, teaser.box) for teaser in article.teasers] == [("Ra quân làm thủy lợi mùa khô", "older")]


def test_a_section_link_behind_the_text_is_the_section_and_the_sites_name_is_not() -> None:
    foot = '<p>Đăng trong <a href="/category/nong-thon/" rel="tag">Nông thôn mới</a></p>'
    article = article_of(f"<main><h1>{HEADLINE}</h1><div>{PARAGRAPHS}</div>{foot}</main>")
    assert article.section is not None
    assert article.section.value == "Nông thôn mới"
    bare = article_of(f"<main><h1>{HEADLINE}</h1><div>{PARAGRAPHS}</div></main>")
    assert bare.section is None


def test_a_line_with_a_file_below_a_picture_is_no_caption() -> None:
    body = body_of(f'{PARAGRAPHS}<p><img src="/a.jpg"></p><p><a href="/kh-12.pdf">Kế hoạch số 12</a> (tải về)</p>')
    assert body.captions == ()
    assert body.paragraphs[-1] == "Kế hoạch số 12 (tải về)"


def test_a_card_of_picture_and_headline_in_the_text_is_a_pointer() -> None:
    card = (
        '<div><a href="/b-2.html"><img src="/t.jpg"></a><a href="/b-2.html">Mường Nhé ra quân '
        "trồng rừng đầu năm</a></div>"
    )
    body = body_of(PARAGRAPHS + card)
    assert body.paragraphs == TEXT
    assert [teaser.headline for teaser in body.teasers] == ["Mường Nhé ra quân trồng rừng đầu năm"]
    assert body.images == ()


def test_a_related_label_of_two_words_for_articles_is_a_label() -> None:
    box = '<p><b>Tin, bài liên quan</b></p><p>- <a href="/b-2.html">Mường Nhé ra quân trồng rừng đầu năm</a></p>'
    assert body_of(PARAGRAPHS + box).paragraphs == TEXT


def nukeviet(main: str, behind: str = "") -> Article:
    """The article of a NukeViet portal in a theme that keeps the body's id and nothing else."""
    markup = (
        f'<html><head><title>{HEADLINE}</title><meta name="generator" content="NukeViet v4.5"></head>'
        '<body><div class="trail breadcrumb-own"><a href="/">Trang chủ</a><a '
        'href="/vi/nong-thon/">Nông thôn mới</a></div>'
        f'<div class="doc"><h1>{HEADLINE}</h1>{main}</div>{behind}</body></html>'
    )
    article = reading_of(markup, "http://bao.example/vi/nong-thon/xa-ban-qua-hoan-thanh-duong-1204.html").article
    assert article is not None
    assert article.parser.startswith("nukeviet/")
    return article


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


def test_lead_picture_and_signature_of_nukeviet_are_found_in_wrapped_containers() -> None:
    picture = '<div class="thumb"><img src="/uploads/a.jpg"><div class="caption-img">Đường mới ở Bản Qua</div></div>'
    article = nukeviet(
        f'<div class="top">{picture}</div><div class="wrap"><div id="news-bodyhtml">{PARAGRAPHS}</div></div>'
        '<div class="end"><p><strong>Tác giả: </strong>Nông Thị Hoa</p><p><strong>Nguồn tin: </strong>TTXVN</p></div>'
    )
    assert article.captions == ("Đường mới ở Bản Qua",)
    assert article.byline is not None
    assert article.byline.value == "Nông Thị Hoa"
    assert article.source_credit is not None
    assert article.source_credit.value == "TTXVN"


def test_tags_of_nukeviet_may_stand_outside_the_articles_column() -> None:
    panel = '<div class="panel"><strong>Tags: </strong><a href="/vi/news/tag/giam-ngheo/"><em>giảm nghèo</em></a></div>'
    main = f'<div><div><div id="news-bodyhtml">{PARAGRAPHS}</div></div></div>'
    assert nukeviet(main, panel).tags == ("giảm nghèo",)


def test_a_labelled_box_with_teasers_inside_the_body_leaves_no_teaser_in_the_text() -> None:
    box = (
        '<div class="own"><p class="t">Tin liên quan</p><ul><li><a href="/b-2.html">Mường Nhé ra quân trồng rừng</a>'
        "<p>Những ngày qua, cấp ủy và chính quyền địa phương đã chỉ đạo nhiều giải pháp nâng cao "
        "đời sống...</p></li></ul></div>"
    )
    body = body_of(f"<p>{TEXT[0]}</p>{box}<p>{TEXT[1]}</p><p>{TEXT[2]}</p>")
    assert body.paragraphs == TEXT
    assert [teaser.headline for teaser in body.teasers] == ["Mường Nhé ra quân trồng rừng"]


def test_a_line_set_as_a_caption_above_a_picture_is_its_caption_and_a_subheading_is_not() -> None:
    above = '<p style="text-align:center">{}</p><p style="text-align:center"><img src="/a.jpg"></p>'
    caption = body_of(PARAGRAPHS + above.format("<em>Người dân Bản Qua thu hoạch lúa</em>") + f"<p>{LEAD}</p>")
    assert caption.captions == ("Người dân Bản Qua thu hoạch lúa",)
    assert caption.paragraphs == (*TEXT, LEAD)
    heading = body_of(PARAGRAPHS + above.format("<strong>Hiệu quả bước đầu</strong>") + f"<p>{LEAD}</p>")
    assert heading.captions == ()
    assert "Hiệu quả bước đầu" in heading.paragraphs


def test_a_smaller_copy_that_links_to_the_picture_is_read_as_the_picture() -> None:
    def image(href: str, src: str) -> str:
        return body_of(f'<p><a href="{href}"><img src="{src}"></a></p>{PARAGRAPHS}').images[0].url

    assert image("/uploads/news/a.jpg", "/thumb/news/a.jpg") == "http://bao.example/uploads/news/a.jpg"
    assert image("/uploads/a.jpg", "/uploads/a-300x200.jpg") == "http://bao.example/uploads/a.jpg"
    assert image("/uploads/b.jpg", "/uploads/a.jpg") == "http://bao.example/uploads/a.jpg"


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


def test_a_short_text_ends_where_comments_begin() -> None:
    comments = f"<div><h3>Bình luận (2)</h3><div><b>Bạn đọc</b><p>{LEAD}</p></div><div><p>{TEXT[2]}</p></div></div>"
    article = article_of(f"<div><h1>{HEADLINE}</h1><h2>{LEAD}</h2><div>{TEXT[0]}<p>{TEXT[1]}</p></div>{comments}</div>")
    assert article.body == TEXT[:2]


def test_the_date_and_cut_text_of_a_card_in_the_text_go_with_its_headline() -> None:
    card = (
        '<div><h4><a href="/b-2.html">Mường Nhé ra quân trồng rừng đầu năm</a></h4><span>01/05/2025 10:10</span>'
        "<p>Những ngày qua, cấp ủy, chính quyền địa phương đã chỉ đạo nhiều giải pháp...</p></div>"
    )
    body = body_of(PARAGRAPHS + card)
    assert body.paragraphs == TEXT


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


def test_a_short_article_among_links_is_one_by_its_name_and_a_section_is_not() -> None:
    def kind(url: str, links: str = "") -> str:
        date = "<div>16:35 06/12/2023</div>"
        main = f"<div><h1>{HEADLINE}</h1>{date}<div><p>{TEXT[0]}</p><p>{TEXT[1]}</p></div>{links}</div>"
        return reading_of(f"<html><head><title>{HEADLINE}</title></head><body>{main}</body></html>", url).kind

    cards = "".join(f'<h4><a href="/b-{n}2.html">Mường Nhé ra quân trồng rừng đầu năm</a></h4>' for n in range(4))
    assert kind(URL) == "article"
    assert kind(URL, cards) == "article"
    assert kind("http://bao.example/kinh-doanh.htm", cards) == "listing"


def test_control_characters_in_a_text_to_be_mended_crash_nothing() -> None:
    noise = b"\x01\xc2\x00\x98"
    markup = f"<html><head><title>{HEADLINE}</title></head><body><h1>{HEADLINE}</h1>{PARAGRAPHS}<p>@</p></body></html>"
    reading = reading_of(markup.encode().replace(b"@", noise + "Ä\x91á»\x93ng chÃ\xad bÃ\xad thÆ°".encode()), URL)
    assert reading.article is not None
