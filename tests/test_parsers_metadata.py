"""What a page says of itself for machines, and what an address alone says: each rule by itself."""

from __future__ import annotations

import pytest

from archive.model import Reading
from archive.parsers.document.metadata import read_metadata
from tests.parsing import page_of, reading_of


def _script(data: str) -> str:
    return f'<script type="application/ld+json">{data}</script>'


def test_an_article_inside_a_graph_is_found_with_its_authors_and_the_breadcrumb_beside_it() -> None:
    data = (
        '{"@graph": [{"@type": "WebSite", "name": "Báo"}, {"@type": ["NewsArticle"],'
        ' "headline": "Xã Bản Qua có đường mới",'
        ' "author": [{"name": "Hà Vân"}, {"name": "Lò Sơn"}], "keywords": "OCOP, nông thôn"},'
        ' {"@type": "BreadcrumbList", "itemListElement": [{"item": {"name": "Trang chủ"}}, {"name": "Xã hội"}]}]}'
    )
    found = read_metadata(page_of(_script(data)))
    assert found.is_article
    assert (found.headline, found.author, found.keywords) == (
        "Xã Bản Qua có đường mới", "Hà Vân, Lò Sơn", ("OCOP", "nông thôn")
    )  # fmt: skip
    assert found.breadcrumb == ("Trang chủ", "Xã hội")


@pytest.mark.parametrize(
    "data",
    [
        '{"@type": "NewsArticle", "headline": "Hai\ndòng",}',
        '<![CDATA[{"@type": "NewsArticle", "headline": "Hai dòng"}]]>',
        '{"@type": "NewsArticle", "headline": "Hai&nbsp;dòng"};',
    ],
)
def test_json_as_editors_break_it_is_read(data: str) -> None:
    assert read_metadata(page_of(_script(data))).headline == "Hai dòng"


@pytest.mark.parametrize("data", ["", "không phải JSON", '{"@type": "NewsArticle"', "[" * 5000])
def test_what_is_no_json_says_nothing(data: str) -> None:
    assert not read_metadata(page_of(_script(data))).is_article


def test_a_collection_is_no_article() -> None:
    assert not read_metadata(page_of(_script('{"@type": "CollectionPage", "headline": "Thời sự"}'))).is_article


_TEXT = "".join(
    f"<p>Lần thứ {n}, bà con xã Bản Lầu họp bàn việc mở con đường mới lên bản trên sườn đồi phía tây.</p>"
    for n in range(9)
)


def _reading(path: str) -> Reading:
    headline = "Xã Bản Lầu mở con đường mới lên bản Na Lốc"
    page = f"<title>{headline}</title><h1>{headline}</h1><p>05/03/2024 08:00</p>{_TEXT}"
    return reading_of(page, f"http://bao.example/{path}")


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
