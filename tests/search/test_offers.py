"""An answer offers what else may have been meant: each a query that finds exactly the number beside it."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from reading_room import library, opened
from search_corpus import Written, invented, revise, stored
from search_queries import queries
from search_reference import exact, words

from archive.cli import main
from archive.holdings import Holdings
from archive.search import corpora
from archive.search.engine import meant, search
from archive.search.query_files import KeepRequest
from archive.search.request import SearchRequest
from archive.store import open_database

TEXTS = (
    "Hội nghị vì hòa bình.",
    "Nước hồ hoà tan, bình minh lên.",
    "Binh lính và hoa.",
    "Hoa binh, hoa bình.",
    "Hòa hoãn, một bình nước.",
    "Trời mưa.",
)
ARTICLES = [Written(number, "Tin", "", text, day=f"202{number}-05-01") for number, text in enumerate(TEXTS)]


def in_a_row(text: str) -> bool:
    held = [form for form, _ in words(text)]
    return any(held[at : at + 2] == [exact("hòa"), exact("bình")] for at in range(len(held)))


COUNTED = {
    "phrase": sum(in_a_row(text) for text in TEXTS),
    "typed": sum({exact("hòa"), exact("bình")} <= {form for form, _ in words(text)} for text in TEXTS),
    "any": sum({"hoa", "binh"} <= {form for _, form in words(text)} for text in TEXTS),
}


@pytest.mark.parametrize(
    ("query", "chosen"),
    [
        ("hòa bình", "typed"),
        ("hoà  bình", "typed"),
        ('"hòa bình"', "phrase"),
        ("~hòa ~bình", "any"),
    ],
)
def test_phrase_accents_and_any_accents_are_offered_whichever_is_asked(query: str, chosen: str) -> None:
    found = search(stored(ARTICLES), query).offers
    assert {one.kind: one.articles for one in found} == COUNTED == {"phrase": 1, "typed": 3, "any": 5}
    assert [one.kind for one in found if one.chosen] == [chosen]
    assert found == tuple(
        type(one)(one.kind, one.query, one.articles, one.kind == chosen)
        for one in search(stored(ARTICLES), "hòa bình").offers
    )


def test_what_can_be_meant_in_one_way_only_offers_nothing() -> None:
    db = stored(ARTICLES)
    assert search(db, "mua").offers == search(db, "tieude:tin").offers == ()
    assert search(db, "hòa bình", counts=False).offers == ()
    assert [one.kind for one in search(db, "hoa binh").offers] == ["phrase", "any"]
    assert [one.kind for one in search(db, "mưa").offers] == ["typed", "any"]


def test_what_is_written_together_is_not_taken_apart() -> None:
    found = search(stored(ARTICLES), "57-NQ/TW hòa")
    assert [(one.kind, one.query) for one in found.offers] == [("typed", '"57 nq tw" hoà'), ("any", '"57 nq tw" ~hoà')]


def test_where_nothing_is_found_as_typed_the_other_accents_are_what_is_chosen() -> None:
    answer = search(stored(ARTICLES), '"hỏa bình"')
    assert [hit.tier for hit in answer.hits] == ["folded", "folded"]
    offered = {one.kind: (one.articles, one.chosen) for one in answer.offers}
    assert offered == {"phrase": (0, False), "phrase_any": (2, True), "typed": (0, False), "any": (5, False)}


def every_offer_holds(held: Any, query: str, **more: Any) -> int:
    answer = meant(held, SearchRequest(query, 1, **more))
    for offer in answer.offers:
        found = meant(held, SearchRequest(offer.query, 1, **more))
        number = found.total_folded if found.total_exact is None else found.total_exact
        assert number == offer.articles, (query, offer)
        assert not found.offers or [one.articles for one in found.offers if one.chosen] == [offer.articles]
    return len(answer.offers)


def test_each_offer_of_random_queries_finds_its_number() -> None:
    articles = invented(240, seed=3)
    db = stored(articles)
    assert sum(every_offer_holds(db, query) for query in queries(articles, seed=5, number=40)) > 40


def test_offers_count_where_the_answer_looked(tmp_path: Path) -> None:
    holdings = Holdings.create(tmp_path / "data", "Thư viện tỉnh", "mailto:thu-vien@example.org")
    db = stored(ARTICLES, open_database(holdings.database))
    for article in ARTICLES:
        revise(db, article, (f"{article.day}T01:00:00.000Z", article.body))
    corpus = corpora.freeze(db, holdings.root, KeepRequest("mot", "ngay:2021..2024"))
    every_offer_holds(db, "hòa bình", within=corpus)
    assert {one.kind: one.articles for one in search(db, "hòa bình", within=corpus).offers} == {
        "phrase": 0,
        "typed": 2,
        "any": 4,
    }
    then = search(db, "hòa bình", as_of=date(2020, 12, 31))
    assert {one.kind: one.articles for one in then.offers} == {"phrase": 1, "typed": 1, "any": 1}
    once = search(db, "hòa bình ngay:2020..2021").offers
    assert [one.articles for one in once] == [1, 2, 2]
    db.close()


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("en", 'exact phrase (1): "hoà bình" / accents as typed (3) / any accents (5): ~hoà ~bình'),
        ("vi", 'đúng cụm (1): "hoà bình" / đúng dấu (3) / mọi dấu (5): ~hoà ~bình'),
    ],
)
def test_the_command_line_prints_them_in_a_line(tmp_path: Path, language: str, line: str) -> None:
    holdings = Holdings.create(tmp_path / "data", "Thư viện tỉnh", "mailto:thu-vien@example.org")
    stored(ARTICLES, open_database(holdings.database)).close()
    told = CliRunner().invoke(main, ["--archive", str(holdings.root), "search", "--lang", language, "hòa bình"])
    assert line in told.stderr.splitlines()


def test_the_room_and_the_api_offer_them_as_links(tmp_path: Path) -> None:
    with opened(library(tmp_path)) as client:
        page = client.get("/", params={"q": "huyện", "lang": "en"}).text
        offered = client.get("/api/search", params={"q": "huyện"}).json()["offers"]
        assert [(one["kind"], one["query"], one["chosen"]) for one in offered] == [
            ("typed", "huyện", True),
            ("any", "~huyện", False),
        ]
        assert '<b aria-current="true">accents as typed (' in page
        assert 'href="/?q=~huy%E1%BB%87n">any accents (' in page
