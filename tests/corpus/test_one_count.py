"""Matches, words and N are counted alike by all analyses: lead and body, cut as the index cuts them.

What each must give is counted here article by article, with no index and none of the analyses' code.
"""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise

import pytest
import sqlite_utils
from search_corpus import Written, invented, stored
from search_reference import exact, words

from archive.corpus import ngrams
from archive.corpus.collocates import collocates
from archive.corpus.concordance import concordance
from archive.corpus.keywords import keywords
from archive.corpus.trends import trends

# What a count by spaces, or one that reads headlines too, gets wrong.
ACCIDENTS = [
    Written(
        900, "Tai nạn trên quốc lộ", "Tai nạn – 3 người chết.", "Vụ tai nạn (57-NQ/TW) xảy ra. Một vụ tai nạn khác."
    ),
    Written(901, "Tai nạn", "", "Xe 29A-123.45 gặp tai nạn / không ai bị thương – Hòa Bình.", captions="Tai nạn: ảnh"),
    Written(902, "Tin", "Co\u00advid-19 …", "Không có gì.\n\nMột tai\nnạn nữa.", byline="Tai Nạn"),
]
ARTICLES = [*invented(150, seed=5), *ACCIDENTS]


@pytest.fixture(scope="module")
def db() -> sqlite_utils.Database:
    db = stored(ARTICLES)
    ngrams.build(db, least=1)
    return db


def texts(article: Written) -> list[list[str]]:
    """The words of lead and body, in the form that keeps accents."""
    return [[exact for exact, _ in words(text)] for text in (article.lead, article.body)]


def times(article: Written, *phrase: str) -> int:
    return sum(held[at : at + len(phrase)] == [*phrase] for held in texts(article) for at in range(len(held)))


SIZE = {one.public_id: sum(map(len, texts(one))) for one in ARTICLES}


def test_the_words_of_an_article_are_those_of_the_index(db: sqlite_utils.Database) -> None:
    assert dict(db.execute("SELECT public_id, words FROM articles").fetchall()) == SIZE
    indexed = "SELECT count(*) FROM exact_places WHERE col IN ('lead', 'body')"
    assert db.execute(indexed).fetchone()[0] == sum(SIZE.values())


@pytest.mark.parametrize("phrase", [("tai", "nạn"), ("hội",), ("đại",), ("hội", "nghị"), ("57",), ("nq", "tw")])
def test_every_analysis_counts_the_matches_of_the_texts(db: sqlite_utils.Database, phrase: tuple[str, ...]) -> None:
    query = f'="{" ".join(phrase)}"'
    matches = sum(times(one, *phrase) for one in ARTICLES)
    series = trends(db, [query], unit="year", matches=True).series[0]
    assert sum(point.matches or 0 for point in series.points) == matches
    assert sum(line.column in ("lead", "body") for line in concordance(db, query).lines) == matches
    assert collocates(db, query, least=1).node == matches


def test_a_match_in_other_accents_counts_beside_one_as_typed() -> None:
    both = stored([Written(1, "Tin", "", "Uy tín của tỉnh uỷ."), Written(2, "Tin", "", "Tỉnh Úy.")])
    lines = concordance(both, "tỉnh AND uy", sort="match").lines
    assert [(line.match, line.tier) for line in lines] == [
        *[("Tỉnh", "exact"), ("tỉnh", "exact"), ("Uy", "exact"), ("Úy", "partly"), ("uỷ", "partly")]
    ]
    assert trends(both, ["tỉnh AND uy"], matches=True).series[0].points[0].matches == len(lines)
    assert collocates(both, "tỉnh AND uy", least=1).node == len(lines)


@pytest.mark.parametrize("phrase", [("tai", "nạn"), ("hội",), ("hội", "nghị")])
def test_n_grams_count_a_word_or_pair_as_trends_do_within_sentences(
    db: sqlite_utils.Database, phrase: tuple[str, ...]
) -> None:
    ended = re.compile(r"[.!?…]+(?=[\s”])|\n+")
    inside = sum(
        held[at : at + len(phrase)] == [*phrase]
        for one in ARTICLES
        for text in (one.lead, one.body)
        for part in ended.split(text)
        for held in [[exact for exact, _ in words(part)]]
        for at in range(len(held))
    )
    found = ngrams.grams(db, " ".join(phrase))
    assert sum(month.count for month in found.months) == found.count
    spelt = db.execute("SELECT sum(total) FROM ngrams WHERE gram = ?", (" ".join(phrase),)).fetchone()[0]
    assert (spelt or 0) == inside
    assert inside <= sum(times(one, *phrase) for one in ARTICLES)


def test_every_analysis_sets_its_counts_against_the_same_words(db: sqlite_utils.Database) -> None:
    whole = sum(SIZE.values())
    for query in ("hội", '"tai nạn"'):
        points = trends(db, [query], unit="month", matches=True).series[0].points
        assert sum(point.words for point in points) == whole
        assert collocates(db, query).tokens == whole
        sides = keywords(db, query)
        assert sides.tokens_here + sides.tokens_there == whole
    assert sum(month.tokens for month in ngrams.grams(db, "hội").months) == whole
    own = sum(SIZE[one.public_id] for one in ARTICLES if one.source == "bao-beta")
    points = trends(db, ["hội bao:bao-beta"], unit="month").series[0].points
    assert sum(point.words for point in points) == own
    assert keywords(db, "bao:bao-beta", least=1).tokens_here == own


def test_keywords_count_words_and_articles_as_they_stand_in_the_texts(db: sqlite_utils.Database) -> None:
    here = [one for one in ARTICLES if times(one, "tai", "nạn")]
    there = [one for one in ARTICLES if one not in here]
    found = keywords(db, '"tai nạn"', least=1, least_articles=1, limit=10_000).words
    assert {"tai", "nạn", "vụ"} <= {one.word for one in found}
    for one in found:
        assert (one.here, one.there) == (sum(times(a, one.word) for a in here), sum(times(a, one.word) for a in there))
        holding = [sum(bool(times(a, one.word)) for a in side) for side in (here, there)]
        assert [one.articles_here, one.articles_there] == holding
        assert one.sources == len({a.source for a in here if times(a, one.word)})


def test_pairs_of_keywords_are_neighbours(db: sqlite_utils.Database) -> None:
    found = keywords(db, '"tai nạn"', unit="pair", least=1, least_articles=1).words
    pairs = {exact(one.word): one.here for one in found}
    neighbours: Counter[str] = Counter()
    for article in ACCIDENTS:
        for sentence in re.split(r"[.!?…]+(?=[\s”])|\n+", f"{article.lead}\n{article.body}"):
            neighbours.update(f"{one} {two}" for (one, _), (two, _) in pairwise(words(sentence)))
    assert pairs["tai nạn"] == neighbours["tai nạn"]
    assert pairs.items() <= neighbours.items()
