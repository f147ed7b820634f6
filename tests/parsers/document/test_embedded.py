# ruff: noqa: E501 - markup stands in lines as pages have it
"""What scripts of a page are given: each framework's way, anything written as JSON, and what is meant to hang it."""

from __future__ import annotations

import json
from functools import partial

import cooperative
import pytest
from growth import MOST, growth
from hypothesis import given
from hypothesis import strategies as some
from parsing import reading_of
from village_road import HEADLINE, LEAD, PARAGRAPHS, TEXT, article_of

from archive.parsers.document.script_data import Data, documents
from archive.parsers.document.tree import parse_fragment

POST = {
    "title": cooperative.HEADLINE,
    "sapo": cooperative.LEAD,
    "content": cooperative.PARAGRAPHS,
    "author": "Hà Vân",
    "tags": [{"name": "OCOP"}],
}


def written(data: object) -> str:
    return json.dumps(data, ensure_ascii=False).replace("<", "\\u003C")


TABLE = [
    ["Reactive", 1],
    {"post": 2},
    {"title": 3, "sapo": 4, "content": 5, "author": 6, "tags": 7},
    cooperative.HEADLINE,
    cooperative.LEAD,
    cooperative.PARAGRAPHS,
]

SCRIPTS = {
    "next": f'<script id="__NEXT_DATA__" type="application/json">{written({"props": POST})}</script>',
    "nuxt 3": f'<script id="__NUXT_DATA__" type="application/json">{written([*TABLE, "Hà Vân", [8], {"name": 9}, "OCOP"])}</script>',
    "a state": f"<script>window.__INITIAL_STATE__ = {written({'detail': POST})};(function(){{}}());</script>",
    "react query": f'<script>window["__RQ_R_1_"] = window["__RQ_R_1_"] || [];window["__RQ_R_1_"].push({written({"data": POST})})</script>',
    "sveltekit": f'<script type="application/json">{written({"status": 200, "body": written(POST)})}</script>',
}


def of(script: str) -> list[Data]:
    return [data for _, data in documents(parse_fragment(f"<script>{script}</script>"))]


VALUES = some.recursive(
    some.none() | some.booleans() | some.integers(-(2**40), 2**40) | some.text(max_size=20),
    lambda inner: some.lists(inner, max_size=4) | some.dictionaries(some.text(max_size=8), inner, max_size=4),
    max_leaves=20,
)


@pytest.mark.parametrize("framework", SCRIPTS)
def test_an_article_held_only_by_a_script_is_read(framework: str) -> None:
    page = f'<html><head><meta charset="utf-8"><title>{cooperative.HEADLINE}</title></head><body><div>Đang tải...</div>{SCRIPTS[framework]}</body></html>'
    found = reading_of(page, cooperative.URL).article
    assert found is not None
    assert (found.headline.value, found.body, found.tags) == (cooperative.HEADLINE, cooperative.TEXT, ("OCOP",))
    assert found.lead is not None
    assert found.byline is not None
    assert (found.lead.value, found.byline.value) == (cooperative.LEAD, "Hà Vân")


def test_of_several_texts_the_one_that_the_title_names_is_the_articles() -> None:
    longer = {**POST, "title": "Bản Mòn khánh thành nhà văn hóa cộng đồng", "content": cooperative.PARAGRAPHS * 2}
    script = f"<script>window.state={written({'others': [longer], 'post': POST})}</script>"
    found = reading_of(
        f"<html><head><title>{cooperative.HEADLINE}</title></head><body>{script}</body></html>", cooperative.URL
    ).article
    assert found is not None
    assert found.headline.value == cooperative.HEADLINE


@given(some.dictionaries(some.text(max_size=8), VALUES, max_size=5))
def test_whatever_json_a_script_assigns_is_read_as_json_is(value: dict[str, object]) -> None:
    assert of(f"window.x = {json.dumps(value)};") == [value]  # ASCII alone: libxml2 reads no control characters


@given(some.text(alphabet="{}[]:,\"'\\=()abf1.! \n", max_size=200))
def test_no_script_breaks_the_reader(script: str) -> None:
    of(f"window.x = {{{script}")


@pytest.mark.parametrize(
    "script",
    ["x = " + "[" * 200_000, "x = {" * 100_000, "a = ['" + "\\'" * 400_000, "x = {a:" + "1" * 1_000_000, "x=(function(a){return " + "{a:a," * 90_000],
)  # fmt: skip
def test_scripts_meant_to_hang_a_reader_cost_what_their_length_does(script: str) -> None:
    assert not any(isinstance(data, dict) and len(data) > 1 for data in of(script))
    assert growth(lambda size: partial(of, script[:size]), [len(script) >> step for step in (3, 2, 1, 0)]) <= MOST


def test_a_table_that_holds_itself_ends() -> None:
    found = list(documents(parse_fragment('<script id="__NUXT_DATA__" type="application/json">[{"a": 0}, 1]</script>')))
    assert found == [("json __NUXT_DATA__", {"a": None})]


def test_a_listing_whose_data_hold_the_texts_of_its_articles_is_no_article() -> None:
    script = f"<script>window.state={written({'posts': [POST]})}</script>"
    page = f"<html><head><title>Kinh tế</title></head><body><div>Đang tải...</div>{script}</body></html>"
    assert reading_of(page, "http://bao.example/kinh-te").article is None
    assert reading_of(page, cooperative.URL).article is not None


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
