# ruff: noqa: E501 - markup stands in lines as pages have it
"""Which page is an article, which a listing, and which an unlikely article that is kept and marked."""

from __future__ import annotations

from pathlib import Path

import cooperative
import meeting
import pytest
from parsing import reading_of
from village_road import HEADLINE, PARAGRAPHS, TEXT, URL

from archive.model import Article, Reading
from archive.text.folding import tokens


def _reading(path: str) -> Reading:
    headline = "Xã Bản Lầu mở con đường mới lên bản Na Lốc"
    page = f"<title>{headline}</title><h1>{headline}</h1><p>05/03/2024 08:00</p>{meeting.MANY}"
    return reading_of(page, f"http://bao.example/{path}")


SENTENCE = "Sáng 5/3, Đảng ủy xã Bản Lầu tổ chức hội nghị sơ kết công tác quý I, triển khai nhiệm vụ quý II năm 2024."

GOLDEN = Path(__file__).parents[1] / "golden"


@pytest.mark.parametrize("path", ["categories/Nong-thon/", "archives/", "tags/hien-dat/", "authors/hoa/"])
def test_a_listing_of_one_article_is_none_though_the_theme_calls_it_so(path: str) -> None:
    data = f'<script type="application/ld+json">{{"@type": "BlogPosting", "headline": "{HEADLINE}"}}</script>'
    card = (
        f'<article><time datetime="2024-03-18T16:06:00+07:00">18/03/2024</time><h2><a href="{URL}">{HEADLINE}</a></h2>'
    )
    reading = reading_of(f"<html><head>{data}</head><body><main>{card}{PARAGRAPHS}</article></main></body></html>",
                         f"http://bao.example/{path}")  # fmt: skip
    assert reading.article is None


@pytest.mark.parametrize("name", ["Giới thiệu", "Giới thiệu chung về huyện Bản Lầu", "Liên hệ tòa soạn", "About us"])
def test_a_page_about_the_site_is_no_article(name: str) -> None:
    markup = (
        f"<html><head><title>{name} | Báo Bản Qua</title><meta property='og:type' content='article'></head>"
        f"<body><main><h1>{name}</h1><time>21/06/2024 08:00</time><div>{PARAGRAPHS}</div></main></body></html>"
    )
    assert reading_of(markup, f"http://bao.example/{'-'.join(tokens(name))}/").article is None


def test_whole_texts_one_below_the_other_under_headings_that_lead_to_them_are_a_listing() -> None:
    text = (
        '<article><h2><a href="/doc/xa-{}/">Xã {} làm đường</a></h2><div>18/03/2024</div>' + PARAGRAPHS + "</article>"
    )
    texts = "".join(text.format(number, number) for number in range(2))
    head = '<title>Nông thôn</title><meta property="og:title" content="Tin nông thôn mới">'
    markup = f"<html><head>{head}</head><body><main>{texts}</main></body></html>"
    assert reading_of(markup, "http://bao.example/nong-thon/").article is None


@pytest.mark.parametrize(("href", "read"), [("/doc/nong-thon.html", True), ("/", True), ("/2024/03/18/xa/", False)])
def test_a_text_below_a_heading_that_leads_elsewhere_is_a_teaser(href: str, read: bool) -> None:
    main = f'<h2><a href="{href}">{HEADLINE}</a></h2><div>18/03/2024 16:06</div><div>{PARAGRAPHS}</div>'
    head = '<title>Tin nông thôn</title><meta property="og:type" content="article">'
    reading = reading_of(
        f"<html><head>{head}</head><body>{main}</body></html>", "http://bao.example/doc/nong-thon.html"
    )
    assert (reading.article is not None) is read


def test_a_column_of_texts_parted_by_linked_headlines_is_no_article() -> None:
    items = "".join(
        f'<p><a href="/tin-{at}.html">{cooperative.OTHER} số {at}</a></p><p>{text}</p>'
        for at, text in enumerate(cooperative.TEXT)
    )
    main = f"<h1>Tin tức sự kiện trong tuần của xã</h1><div>{cooperative.DATE}</div><div>{items}</div>"
    reading = reading_of(f"<html><head><title>Cổng tin</title></head><body>{main}</body></html>", cooperative.BARE)
    assert reading.kind == "listing"


@pytest.mark.parametrize(
    "path", ["", "trang-chu", "tim-kiem?q=ocop", "news/print/xa-hoi/duong-moi-12.html", "duong-moi-12.html?share=zalo"]
)
def test_a_text_at_an_address_of_no_article_is_an_unlikely_one(path: str) -> None:
    reading = _reading(path)
    assert reading.article is None
    assert reading.unlikely is not None
    assert reading.unlikely.probability < 0.1


@pytest.mark.parametrize(
    "path", ["xa-hoi/duong-moi-12.html", "index.php?mod=news&id=12", "Default.aspx?tabid=87&ItemID=4512", "?id=4512"]
)
def test_a_text_at_an_address_that_may_be_an_articles_is_one(path: str) -> None:
    assert _reading(path).article is not None


def test_links_amid_running_text_are_no_pointers_of_a_listing() -> None:
    headline = "Xã Bản Lầu mở con đường mới lên bản Na Lốc"
    linked = "<a href='/khac-{}.html'>bà con xã Bản Lầu họp bàn</a>"
    first, *rest = meeting.MANY.split("bà con xã Bản Lầu họp bàn")
    text = first + "".join(linked.format(n) + part for n, part in enumerate(rest))
    page = f"<title>Báo</title><h1>{headline}</h1>{text}{meeting.MANY.replace('Lần', 'Và lần')}"
    assert reading_of(page, "http://bao.example/?id=4512").article is not None


def test_a_slug_as_a_key_makes_an_address_no_search() -> None:
    url = "http://bao.example/Default.aspx?tabid=74&NDID=8809&key="
    main = f"<h1>{cooperative.HEADLINE}</h1><p>{cooperative.DATE}</p><div>{cooperative.PARAGRAPHS}<p>{cooperative.LEAD}</p></div>"
    assert cooperative.article(main, f"{url}hop-tac-xa-na-lai").body == (*cooperative.TEXT, cooperative.LEAD)
    with pytest.raises(AssertionError):
        cooperative.article(main, f"{url}mien-dong")


def test_a_page_that_names_itself_as_canonical_is_no_other_rendering() -> None:
    url = "http://bao.example/amp/hop-tac-xa-na-lai-dua-mien-dong-len-san-4512.html"
    main = f"<h1>{cooperative.HEADLINE}</h1><p>{cooperative.DATE}</p><div>{cooperative.PARAGRAPHS}</div>"
    assert cooperative.article(main, url, head=f'<link rel="canonical" href="{url}">').body == cooperative.TEXT
    with pytest.raises(AssertionError, match="another rendering"):
        cooperative.article(main, url, head=f'<link rel="canonical" href="{cooperative.URL}">')


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("/print/xay-dung-dang/hoi-nghi-so-ket-12.html", ""),
        ("/savefile/xay-dung-dang/hoi-nghi-so-ket-12.html", ""),
        ("/in-bai/hoi-nghi-so-ket-12.html", ""),
        ("/xay-dung-dang/hoi-nghi-so-ket-12.html", "?print=1"),
        ("/tim-kiem", "?q=hoi+nghi"),
        ("/", ""),
        ("/tag/hoi-nghi-so-ket-cong-tac-dang/", ""),
        ("/category/xay-dung-dang-va-he-thong-chinh-tri/", ""),
    ],
)
def test_another_rendering_of_an_article_or_a_list_of_them_is_no_article(path: str, query: str) -> None:
    body = f"<h1>Hội nghị sơ kết</h1><p>{SENTENCE}</p><p>{SENTENCE} Hết.</p>"
    reading = reading_of(f"<html><body>{body}</body></html>", f"http://bao.example{path}{query}")
    assert reading.article is None


@pytest.mark.parametrize("case", ["nukeviet-mobile/phien-hop", "nukeviet-3/cau-treo"])
def test_a_page_of_nukeviet_without_an_id_in_its_address_is_no_article(case: str) -> None:
    page = (GOLDEN / "bac-kan" / case / "page.html").read_text()
    page = page.replace('rel="canonical"', 'rel="none"')
    assert reading_of(page, "http://huyenlamkhe.example/about/gioi-thieu.html").article is None


def test_a_short_article_among_links_is_one_by_its_name() -> None:
    def kind(url: str, links: str = "") -> str:
        date = "<div>16:35 06/12/2023</div>"
        main = f"<div><h1>{HEADLINE}</h1>{date}<div><p>{TEXT[0]}</p><p>{TEXT[1]}</p></div>{links}</div>"
        return reading_of(f"<html><head><title>{HEADLINE}</title></head><body>{main}</body></html>", url).kind

    cards = "".join(f'<h4><a href="/b-{n}2.html">Mường Nhé ra quân trồng rừng đầu năm</a></h4>' for n in range(4))
    assert kind(URL) == "article"
    assert kind(URL, cards) == "article"


def test_the_name_of_the_section_that_heads_an_article_and_links_to_itself_makes_it_no_teaser() -> None:
    headline = "Xã Bản Lầu mở con đường mới lên bản Na Lốc"
    page = (
        '<title>Cổng thông tin điện tử huyện Bản Lầu</title><h2><a href="/kinh-te">Kinh tế</a></h2>'
        f"<div>03/06/2019</div><p><b>{headline}</b></p><div>{meeting.MANY}</div>"
    )
    article = reading_of(page, "http://bao.example/Default.aspx?tabid=87&ItemID=4512").article
    assert article is not None
    assert article.headline.value == headline


def test_news_in_brief_and_a_photo_story_are_articles_and_an_undated_line_is_none() -> None:
    text = "Theo báo cáo, đến hết tháng 8, toàn huyện có 14/17 xã hoàn thành số hóa hồ sơ địa chính."
    figure = "<figure><img src='/{0}.jpg' width=600><figcaption>Tổ công nghệ số hướng dẫn bà con cài đặt ứng dụng ở thôn {0}</figcaption></figure>"
    page = "<title>Huyện Bản Mạ</title><div><h3>{headline}</h3>{date}<div><p>{text}</p>{pictures}</div></div><div><p>Số người truy cập: 1.234</p></div>"

    def article(pictures: int, date: str = "<div>12/09/2024</div>") -> Article | None:
        shown = "".join(map(figure.format, range(pictures)))
        headline = "Bản Mạ đẩy mạnh số hóa hồ sơ địa chính ở cơ sở"
        markup = page.format(headline=headline, date=date, text=text, pictures=shown)
        return reading_of(markup, "http://banma.example/?pageid=27&id=1204").article

    brief, story, undated = article(1), article(4), article(1, date="")
    assert brief is not None
    assert brief.body == (text,)
    assert story is not None
    assert len(story.captions) == 4
    assert undated is None
