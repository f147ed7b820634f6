"""AMP and print versions are read as the page they are made from, and say that they are not that page."""

from __future__ import annotations

import pytest
from parsing import reading_of
from village_road import HEADLINE, LEAD, PARAGRAPHS, TEXT, URL

from archive.model import Article, Reading

PRINT = URL.replace("/nong-thon/", "/print/nong-thon/")


def _page(head: str, body: str, opened: str = "<html>") -> str:
    return f"<!doctype html>{opened}<head><title>{HEADLINE}</title>{head}</head><body>{body}</body></html>"


def _named(address: str) -> str:
    return f'<link rel="canonical" href="{address}">'


def _article(reading: Reading) -> Article:
    assert reading.article is not None
    return reading.article


MAIN = f"<article><h1>{HEADLINE}</h1><p>05/03/2024 08:15</p><div>{PARAGRAPHS}</div></article>"

AMP = URL.replace("http://bao.example", "http://bao.example/amp")


@pytest.mark.parametrize(
    ("url", "opened", "rendering"),
    [
        (f"{URL}/amp", "<html>", "amp"),
        (f"{URL}?amp=1", "<html>", "amp"),
        (f"{URL}?outputType=amp", "<html>", "amp"),
        ("http://amp.bao.example/nong-thon/xa-ban-qua-1204.html", "<html>", "amp"),
        ("http://bao.example/m/xa-ban-qua-1204.html", "<html ⚡ lang=vi>", "amp"),
        ("http://bao.example/m/xa-ban-qua-1204.html", "<html amp>", "amp"),
        (f"{URL}?print=1", "<html>", "print"),
        (PRINT, "<html>", "print"),
        ("http://bao.example/in-bai/1204", "<html>", "print"),
    ],
)
def test_another_rendering_is_the_article_of_the_page_it_names(url: str, opened: str, rendering: str) -> None:
    reading = reading_of(_page(_named(URL), MAIN, opened), url)
    article = _article(reading)
    assert (article.url, article.canonical, article.rendering) == (url, URL, rendering)
    assert (article.headline.value, article.body) == (HEADLINE, TEXT)
    assert any(f"read from the {rendering} version" in note for note in article.notes)
    assert URL in [link.url for link in reading.links if link.kind == "article"]


def test_pictures_of_amp_are_the_articles() -> None:
    picture = (
        '<figure><amp-img src="/anh/duong.jpg" width="600" height="400"></amp-img><figcaption>Đường mới</figcaption>'
    )
    main = f"<article><h1>{HEADLINE}</h1><p>05/03/2024 08:15</p><div>{picture}</figure>{PARAGRAPHS}</div></article>"
    article = _article(reading_of(_page(_named(URL), main, "<html amp>"), AMP))
    assert (article.captions, [image.url for image in article.images]) == (
        ("Đường mới",),
        ["http://bao.example/anh/duong.jpg"],
    )


def test_a_page_in_amp_that_names_itself_is_the_articles_own() -> None:
    assert _article(reading_of(_page(_named(URL), MAIN, "<html amp>"), URL)).rendering == ""


def test_an_ordinary_page_with_another_canonical_address_is_no_rendering() -> None:
    article = _article(reading_of(_page(_named(URL), MAIN), f"{URL}?utm_source=zalo"))
    assert (article.rendering, article.canonical) == ("", URL)


@pytest.mark.parametrize("canonical", ["", "https://bao-khac.example/bai-1.html", "http://bao.example/"])
def test_a_print_version_that_names_no_page_of_its_site_is_no_article(canonical: str) -> None:
    assert reading_of(_page(_named(canonical) if canonical else "", MAIN), PRINT).article is None


def test_what_is_saved_or_sent_is_no_article_whatever_it_names() -> None:
    assert reading_of(_page(_named(URL), MAIN), URL.replace("/nong-thon/", "/savefile/nong-thon/")).article is None


@pytest.mark.parametrize(
    ("printed", "own"),
    [
        (
            "http://bao.example/news/print/Tin/duong-lien-thon-12.html",
            "http://bao.example/news/Tin/duong-lien-thon-12.html",
        ),
        (
            "http://bao.example/index.php?language=vi&nv=news&op=print/Tin/duong-lien-thon-12",
            "http://bao.example/index.php?language=vi&nv=news&op=Tin/duong-lien-thon-12",
        ),
    ],
)
def test_nukeviets_print_version_names_itself_and_is_that_of_its_article(printed: str, own: str) -> None:
    head = f'<meta name="generator" content="NukeViet v4.5">{_named(printed)}'
    picture = '<div class="imghome"><img src="/a.jpg" width="100"><p><em>Đường mới</em></p></div>'
    body = (
        f'<div id="print"><div id="hd_print"><h2>Đảng bộ xã Bản Qua</h2></div><div id="content"><h1>{HEADLINE}</h1>'
        f'<ul><li>Thứ ba - 05/03/2024 08:15</li></ul><div id="hometext">{picture}{LEAD}</div>'
        f'<div id="bodytext">{PARAGRAPHS}</div>'
        '<div id="author"><p><strong>Tác giả:</strong> Lò Mai</p></div><div class="copyright">Chú ý: phải ghi rõ nguồn.'
        f'</div></div><div id="footer"><div id="url"><strong>URL của bản tin này: </strong>{printed}</div></div></div>'
    )
    article = _article(reading_of(_page(head, body), printed))
    assert (article.canonical, article.rendering) == (own, "print")
    assert article.lead is not None
    assert article.byline is not None
    assert article.published is not None
    assert (article.lead.value, article.body, article.captions) == (LEAD, TEXT, ("Đường mới",))
    assert (article.byline.value, article.published.value) == ("Lò Mai", "2024-03-05T08:15+07:00")
