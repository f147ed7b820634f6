"""What a page says of itself for machines, and what an address alone says: each rule by itself."""

from __future__ import annotations

import pytest
from parsing import page_of
from village_road import json_ld

from archive.parsers.document.metadata import read_metadata


def test_an_article_inside_a_graph_is_found_with_its_authors_and_the_breadcrumb_beside_it() -> None:
    data = (
        '{"@graph": [{"@type": "WebSite", "name": "Báo"}, {"@type": ["NewsArticle"],'
        ' "headline": "Xã Bản Qua có đường mới",'
        ' "author": [{"name": "Hà Vân"}, {"name": "Lò Sơn"}], "keywords": "OCOP, nông thôn"},'
        ' {"@type": "BreadcrumbList", "itemListElement": [{"item": {"name": "Trang chủ"}}, {"name": "Xã hội"}]}]}'
    )
    found = read_metadata(page_of(json_ld(data)))
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
    assert read_metadata(page_of(json_ld(data))).headline == "Hai dòng"


@pytest.mark.parametrize("data", ["", "không phải JSON", '{"@type": "NewsArticle"', "[" * 5000])
def test_what_is_no_json_says_nothing(data: str) -> None:
    assert not read_metadata(page_of(json_ld(data))).is_article


def test_a_collection_is_no_article() -> None:
    assert not read_metadata(page_of(json_ld('{"@type": "CollectionPage", "headline": "Thời sự"}'))).is_article


def test_an_author_given_by_id_alone_is_named_elsewhere_in_the_graph() -> None:
    article = '{"@type":"Article","headline":"x","author":{"@id":"#1"}}'
    data = f'{{"@graph":[{article},{{"@id":"#1","@type":"Person","name":"Hà Vân"}}]}}'
    assert read_metadata(page_of(json_ld(data))).author == "Hà Vân"


def test_an_author_of_two_names_apart_is_named_by_both() -> None:
    data = '{"@type":"Article","author":[{"givenName":"Anna","familyName":"Fink"},{"name":"Jan Brehm"}]}'
    assert read_metadata(page_of(json_ld(data))).author == "Anna Fink, Jan Brehm"
