"""Text, pictures, captions and teasers are told apart in layouts that no parser was written for."""

from __future__ import annotations

from parsing import body_of, reading_of
from village_road import HEADLINE, LEAD, PARAGRAPHS, TEXT, URL, article_of, nukeviet, wordpress


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


def test_a_smaller_copy_that_links_to_the_picture_is_read_as_the_picture() -> None:
    def image(href: str, src: str) -> str:
        return body_of(f'<p><a href="{href}"><img src="{src}"></a></p>{PARAGRAPHS}').images[0].url

    assert image("/uploads/news/a.jpg", "/thumb/news/a.jpg") == "http://bao.example/uploads/news/a.jpg"
    assert image("/uploads/a.jpg", "/uploads/a-300x200.jpg") == "http://bao.example/uploads/a.jpg"
    assert image("/uploads/b.jpg", "/uploads/a.jpg") == "http://bao.example/uploads/a.jpg"


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


def test_a_short_article_among_links_is_one_by_its_name() -> None:
    def kind(url: str, links: str = "") -> str:
        date = "<div>16:35 06/12/2023</div>"
        main = f"<div><h1>{HEADLINE}</h1>{date}<div><p>{TEXT[0]}</p><p>{TEXT[1]}</p></div>{links}</div>"
        return reading_of(f"<html><head><title>{HEADLINE}</title></head><body>{main}</body></html>", url).kind

    cards = "".join(f'<h4><a href="/b-{n}2.html">Mường Nhé ra quân trồng rừng đầu năm</a></h4>' for n in range(4))
    assert kind(URL) == "article"
    assert kind(URL, cards) == "article"


def test_control_characters_in_a_text_to_be_mended_crash_nothing() -> None:
    noise = b"\x01\xc2\x00\x98"
    markup = f"<html><head><title>{HEADLINE}</title></head><body><h1>{HEADLINE}</h1>{PARAGRAPHS}<p>@</p></body></html>"
    reading = reading_of(markup.encode().replace(b"@", noise + "Ä\x91á»\x93ng chÃ\xad bÃ\xad thÆ°".encode()), URL)
    assert reading.article is not None
