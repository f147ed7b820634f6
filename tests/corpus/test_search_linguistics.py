"""Concordance and trends count what stands in the texts, and name what they read."""

from __future__ import annotations

import random
import re
from collections import Counter
from importlib.util import find_spec
from xml.etree import ElementTree

import pytest
import sqlite_utils
from congresses import with_congresses
from search_corpus import Written, stored
from search_reference import exact, folded, words

from archive.corpus import plot
from archive.corpus.concordance import SORTS, concordance
from archive.corpus.trends import trends
from archive.corpus.words import collation_key
from archive.errors import UsageError
from archive.text.analyzer import sentences


@pytest.fixture(scope="module")
def articles() -> list[Written]:
    return with_congresses()


@pytest.fixture(scope="module")
def db(articles: list[Written]) -> sqlite_utils.Database:
    return stored(articles)


EVERY = ("headline", "lead", "body", "captions", "byline")


def plain_count(articles: list[Written], phrase: list[str], form: int, columns: tuple[str, ...] = EVERY) -> int:
    total = 0
    for article in articles:
        for text in (getattr(article, column) for column in columns):
            held = [word[form] for word in words(text)]
            total += sum(held[at : at + len(phrase)] == phrase for at in range(len(held)))
    return total


def test_a_concordance_has_a_line_for_every_match(db: sqlite_utils.Database, articles: list[Written]) -> None:
    any_accents = concordance(db, '"hoi nghi"')
    assert any_accents.found == len(any_accents.lines) == plain_count(articles, ["hoi", "nghi"], 1)
    assert concordance(db, '="hội nghị"').found == plain_count(articles, ["hội", "nghị"], 0)
    assert {folded(line.match).split()[0].strip("-/,.:…” –") for line in any_accents.lines} == {"hoi"}


def test_the_context_is_the_text_around_the_match() -> None:
    db = stored([Written(1, "Tin", "", "Sáng nay, đại hội xã  Lộc Thủy\n\nđã họp. Đại hội sau.")])
    line, _ = concordance(db, '"đại hội"', width=30).lines
    assert (line.left, line.match, line.right) == ("Sáng nay,", "đại hội", "xã Lộc Thủy đã họp. Đại hội")


@pytest.mark.parametrize("sort", SORTS)
def test_lines_are_sorted_as_asked(db: sqlite_utils.Database, sort: str) -> None:
    lines = concordance(db, "hội", sort=sort, width=40).lines  # type: ignore[arg-type]
    keys = {
        "newest": lambda line: [-line.day.toordinal()],
        "oldest": lambda line: [line.day.toordinal()],
        "left": lambda line: [collation_key(word) for word, _ in reversed(words(line.left)[-3:])],
        "right": lambda line: [collation_key(word) for word, _ in words(line.right)[:3]],
        "match": lambda line: [collation_key(word) for word, _ in words(line.match)],
    }
    assert [keys[sort](line) for line in lines] == sorted(keys[sort](line) for line in lines)


def test_one_line_an_article_and_other_accents_on_demand(db: sqlite_utils.Database) -> None:
    one_each = concordance(db, "hội", one_each=True)
    assert len({line.public_id for line in one_each.lines}) == len(one_each.lines) == one_each.articles
    assert {line.tier for line in concordance(db, "hội").lines} == {"exact"}
    assert concordance(db, "hội", any_accents=True).found == concordance(db, "hoi").found > concordance(db, "hội").found


def test_a_large_concordance_is_a_sample_and_says_so(
    db: sqlite_utils.Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("archive.corpus.concordance.MOST_ARTICLES", 20)
    first, again, other = (concordance(db, "hội", seed=seed) for seed in (1, 1, 2))
    assert first == again
    assert {line.public_id for line in first.lines} != {line.public_id for line in other.lines}
    assert first.read == 20
    assert first.notes == (f"read are 20 of {first.articles} articles, drawn at random (seed 1)",)


def test_a_trend_has_every_month_and_its_denominator(db: sqlite_utils.Database, articles: list[Written]) -> None:
    result = trends(db, ['"đại hội"', 'đảng tinh:"Bắc Kạn"'], unit="month", matches=True)
    months = [point.period for point in result.series[0].points]
    assert months[0] == min(article.day for article in articles)[:7]
    assert months == sorted(set(months))
    assert len(months) == (int(months[-1][:4]) - int(months[0][:4])) * 12 + int(months[-1][5:]) - int(months[0][5:]) + 1
    held = Counter(article.day[:7] for article in articles)
    own = Counter(article.day[:7] for article in articles if article.source == "bao-alpha")
    assert [point.base for point in result.series[0].points] == [held[month] for month in months]
    assert [point.base for point in result.series[1].points] == [own[month] for month in months]
    assert [one.articles for one in result.coverage] == [held[month] for month in months]
    may = next(point for point in result.series[1].points if point.period == "2021-05")
    assert may.articles == 1
    assert may.per_thousand == 1000 / own["2021-05"]
    plain = plain_count(articles, ["đại", "hội"], 0, ("lead", "body"))
    assert sum(point.matches or 0 for point in result.series[0].points) == plain
    assert result.series[0].total == sum(point.articles for point in result.series[0].points)


def test_matches_of_one_word_come_from_the_index_and_are_the_same(
    db: sqlite_utils.Database, articles: list[Written]
) -> None:
    for query, form, word in (("hội", 0, "hội"), ("hoi", 1, "hoi")):
        points = trends(db, [query], matches=True).series[0].points
        assert sum(point.matches or 0 for point in points) == plain_count(articles, [word], form, ("lead", "body"))


@pytest.mark.parametrize(
    ("unit", "first"), [("day", "2021-03-05"), ("month", "2021-03"), ("quarter", "2021-Q1"), ("year", "2021")]
)
def test_days_limit_the_periods_and_a_gap_is_named(db: sqlite_utils.Database, unit: str, first: str) -> None:
    result = trends(db, ["đại ngay:2021-03-05..2021-04"], unit=unit)  # type: ignore[arg-type]
    assert result.coverage[0].period == first
    gaps = sum(not one.articles for one in result.coverage)
    assert any(f"holds nothing of {gaps} of" in note for note in result.notes) == bool(gaps)
    assert bool(gaps) == (unit == "day")


def test_drawings_hold_each_query_and_are_well_formed(db: sqlite_utils.Database) -> None:
    result = trends(db, ["hội <b>", "đường"], unit="month")
    picture = ElementTree.fromstring(plot.svg(result, "articles"))
    lines = list(picture.iter("{http://www.w3.org/2000/svg}polyline"))
    assert len(lines) >= 2
    text = plot.terminal(result, "articles", 40).splitlines()
    assert [row[40:42] for row in text[:3]] == ["  ", "  ", "  "]
    assert text[1][42:].startswith("đường: ")


def test_the_axis_of_a_drawing_parts_numbers_as_its_language_does(db: sqlite_utils.Database) -> None:
    result = trends(db, ["hội"], unit="month")
    axis = {language: re.findall(r'"end">([\d.,]+)<', plot.svg(result, language=language)) for language in ("en", "vi")}
    assert any("," in one or "." in one for one in axis["en"])
    assert axis["vi"] == [one.translate(str.maketrans(",.", ".,")) for one in axis["en"]]


def test_a_png_is_one_or_says_what_it_needs(db: sqlite_utils.Database) -> None:
    result = trends(db, ["hội"])
    if find_spec("matplotlib") is None:
        with pytest.raises(UsageError, match="matplotlib"):
            plot.png(result)
    else:
        assert plot.png(result).startswith(b"\x89PNG")


def test_sentences_end_where_they_do() -> None:
    text = "Ở TP. Thái Nguyên, 1.234 người. Ông Q. nói: “Tốt.” Hết… Rồi!\nMới"
    joined = [" ".join(words) for words in sentences(text)]
    assert joined == [exact(one) for one in ("ở tp thái nguyên 1 234 người", "ông q nói tốt", "hết", "rồi", "mới")]


def test_words_sort_as_in_a_vietnamese_dictionary() -> None:
    ordered = ["a", "à", "á", "ả", "ã", "ạ", "ă", "ắ", "â", "ấ", "an", "ân", "da", "đa", "đá", "o", "ô", "ơ", "u", "ừ"]
    assert sorted(random.Random(3).sample(ordered, len(ordered)), key=collation_key) == ordered
