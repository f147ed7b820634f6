"""Concordance, trends, collocates, keywords and n-grams count what stands in the texts, and name what they read."""

from __future__ import annotations

import random
import sys
from collections import Counter
from importlib.util import find_spec
from itertools import pairwise
from math import log, log2
from types import SimpleNamespace
from xml.etree import ElementTree

import pytest
import sqlite_utils
from search_corpus import SOURCES, Written, invented, stored
from search_reference import exact, folded, words

from archive.errors import NothingFound, UsageError
from archive.search import ngrams, plot
from archive.search.collation import collation_key
from archive.search.collocates import collocates
from archive.search.concordance import SORTS, concordance
from archive.search.keywords import keywords
from archive.search.prepare import prepare
from archive.search.segments import segments
from archive.search.sentences import sentences
from archive.search.statistics import log_likelihood
from archive.search.trends import trends

CONGRESS = [
    Written(
        500 + number,
        "Tin vắn",
        "",
        "Đại hội đảng bộ xã thành công. Thời tiết đẹp.",
        day=f"2021-0{number % 9 + 1}-05",
        source=SOURCES[number % 2][0],
    )
    for number in range(18)
]


@pytest.fixture(scope="module")
def articles() -> list[Written]:
    return [*invented(300, seed=5), *CONGRESS]


@pytest.fixture(scope="module")
def db(articles: list[Written]) -> sqlite_utils.Database:
    return stored(articles)


def plain_count(articles: list[Written], phrase: list[str], form: int) -> int:
    total = 0
    for article in articles:
        for text in (article.headline, article.lead, article.body, article.captions, article.byline):
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
        "newest": lambda line: [-int(line.day.replace("-", ""))],
        "oldest": lambda line: [int(line.day.replace("-", ""))],
        "left": lambda line: [collation_key(word) for word, _ in reversed(words(line.left)[-3:])],
        "right": lambda line: [collation_key(word) for word, _ in words(line.right)[:3]],
        "match": lambda line: [collation_key(word) for word, _ in words(line.match)],
    }
    assert [keys[sort](line) for line in lines] == sorted(keys[sort](line) for line in lines)


def test_one_line_an_article_and_only_exact_ones_on_demand(db: sqlite_utils.Database) -> None:
    one_each = concordance(db, "hội", one_each=True)
    assert len({line.public_id for line in one_each.lines}) == len(one_each.lines) == one_each.articles
    assert {line.tier for line in concordance(db, "hội", exact=True).lines} == {"exact"}


def test_a_large_concordance_is_a_sample_and_says_so(
    db: sqlite_utils.Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("archive.search.concordance.MOST_ARTICLES", 20)
    first, again, other = (concordance(db, "hội", seed=seed) for seed in (1, 1, 2))
    assert first == again
    assert {line.public_id for line in first.lines} != {line.public_id for line in other.lines}
    assert first.read == 20
    assert first.notes == (f"read are 20 of {first.articles} articles, drawn at random (seed 1)",)


def test_a_trend_has_every_month_and_its_denominator(db: sqlite_utils.Database, articles: list[Written]) -> None:
    result = trends(db, ['"đại hội"', 'đảng tinh:"Bắc Kạn"'], exact=True, matches=True)
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
    assert sum(point.matches or 0 for point in result.series[0].points) == plain_count(articles, ["đại", "hội"], 0)
    assert result.series[0].total == sum(point.articles for point in result.series[0].points)


def test_matches_of_one_word_come_from_the_index_and_are_the_same(
    db: sqlite_utils.Database, articles: list[Written]
) -> None:
    for query, form, word in (("hội", 0, "hội"), ("hoi", 1, "hoi")):
        points = trends(db, [query], exact=form == 0, matches=True).series[0].points
        assert sum(point.matches or 0 for point in points) == plain_count(articles, [word], form)


@pytest.mark.parametrize(("unit", "first"), [("day", "2021-03-05"), ("month", "2021-03"), ("year", "2021")])
def test_days_limit_the_periods_and_a_gap_is_named(db: sqlite_utils.Database, unit: str, first: str) -> None:
    result = trends(db, ["đại ngay:2021-03-05..2021-04"], unit=unit)  # type: ignore[arg-type]
    assert result.coverage[0].period == first
    gaps = sum(not one.articles for one in result.coverage)
    assert any(f"holds nothing of {gaps} of" in note for note in result.notes) == bool(gaps)
    assert bool(gaps) == (unit == "day")


def test_drawings_hold_each_query_and_are_well_formed(db: sqlite_utils.Database) -> None:
    result = trends(db, ["hội <b>", "đường"])
    picture = ElementTree.fromstring(plot.svg(result, "articles"))
    lines = list(picture.iter("{http://www.w3.org/2000/svg}polyline"))
    assert len(lines) >= 2
    text = plot.terminal(result, "articles", 40).splitlines()
    assert [row[40:42] for row in text[:3]] == ["  ", "  ", "  "]
    assert text[1][42:].startswith("đường: ")


def test_a_png_is_one_or_says_what_it_needs(db: sqlite_utils.Database) -> None:
    result = trends(db, ["hội"])
    if find_spec("matplotlib") is None:
        with pytest.raises(UsageError, match="matplotlib"):
            plot.png(result)
    else:
        assert plot.png(result).startswith(b"\x89PNG")


def test_keywords_of_words_need_a_segmenter(db: sqlite_utils.Database) -> None:
    if find_spec("underthesea") is None:
        with pytest.raises(UsageError, match="underthesea"):
            keywords(db, '"đại hội đảng"', unit="word")
    else:
        assert any(" " in one.word for one in keywords(db, '"đại hội đảng"', unit="word").words)


def test_collocates_of_words_take_a_compound_as_one(monkeypatch: pytest.MonkeyPatch) -> None:
    def two_by_two(text: str) -> list[str]:
        cut = text.split()
        return [" ".join(cut[at : at + 2]) for at in range(0, len(cut), 2)]

    monkeypatch.setitem(sys.modules, "underthesea", SimpleNamespace(word_tokenize=two_by_two))
    db = stored([Written(1, "Tin", "", "Hòa bình đại hội thành công rực rỡ")])
    result = collocates(db, "hội", window=1, least=1, unit="word")
    assert [(one.word, one.together, one.alone) for one in result.words] == [
        ("hoà bình", 1, 1),
        ("thành công", 1, 1),
    ]  # "đại hội" reaches into the match, and is no neighbour of it
    assert result.tokens == 4
    assert {one.word for one in collocates(db, "hội", window=1, least=1).words} == {"đại", "thành"}
    with pytest.raises(UsageError, match="syllable or word"):
        collocates(db, "hội", unit="pair")


def test_a_segmenter_that_drops_a_syllable_is_not_believed() -> None:
    ready = prepare("Đại hội thành công")
    assert [one.word for one in segments(ready, lambda _: ["Đại hội", "thành"])] == ["đại", "hội", "thành", "công"]
    assert [one.word for one in segments(ready, lambda _: ["Đại hội", ",", "thành công"])] == ["đại hội", "thành công"]


def test_collocates_of_words_need_a_segmenter(db: sqlite_utils.Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "underthesea", None)
    with pytest.raises(UsageError, match=r"baotinh\[nlp\]"):
        collocates(db, "hội", unit="word")


def test_collocates_are_counted_in_the_sentence_of_the_match(db: sqlite_utils.Database) -> None:
    found = {one.word: one for one in collocates(db, '"đại hội đảng"', window=5).words}
    assert found["công"].together == len(CONGRESS)
    assert "thời" not in found  # the next sentence
    assert "đại" not in found  # the match itself
    bo = found["bộ"]
    assert bo.log_dice == 14 + log2(2 * 18 / (18 + bo.alone))


def test_counted_n_grams_and_reading_give_the_same_collocates(articles: list[Written]) -> None:
    db = stored(articles)
    before = collocates(db, "đại", by="log_likelihood")
    assert ngrams.build(db, least=1) > 0
    after = collocates(db, "đại", by="log_likelihood")
    assert before.words == after.words
    assert "318 articles" in after.notes[0]


def test_log_likelihood_is_that_of_its_two_by_two_table() -> None:
    chance = random.Random(1)
    for _ in range(100):
        first, second, window = chance.randrange(1, 50), chance.randrange(1, 200), chance.choice((2, 10))
        tokens = 5000
        together = chance.randrange(1, min(first * window, second) + 1)
        around = first * window
        table = [[together, around - together], [second - together, tokens - around - second + together]]
        g2 = 0.0
        for row in range(2):
            for column in range(2):
                expected = sum(table[row]) * (table[0][column] + table[1][column]) / tokens
                observed = table[row][column]
                g2 += 2 * observed * log(observed / expected) if observed else 0
        assert abs(log_likelihood(together, first, second, tokens, window)) == pytest.approx(g2)


def test_keywords_set_one_side_apart(db: sqlite_utils.Database) -> None:
    result = keywords(db, '"đại hội đảng"', by="ratio")
    assert {one.word for one in result.words[:4]} <= {"đảng", "bộ", "thành", "công", "thời", "tiết", "đẹp"}
    assert all(one.keyness > 0 for one in result.words)
    pairs = keywords(db, '"đại hội đảng"', "hội -đảng", unit="pair")
    assert "đảng bộ" in {one.word for one in pairs.words}
    with pytest.raises(NothingFound, match="no article"):
        keywords(db, "đảng", "khôngcó")


def test_n_grams_by_month_are_those_of_the_texts(articles: list[Written]) -> None:
    db = stored(articles)
    with pytest.raises(NothingFound, match="ngrams build"):
        ngrams.grams(db, "đại hội")
    told: list[int] = []
    ngrams.build(db, counted=told.append)
    assert sum(told) == 300
    expected: Counter[str] = Counter()
    tokens: Counter[str] = Counter()
    for article in articles:
        for exact_words, folded_words in sentences(f"{article.lead}\n{article.body}"):
            pairs = list(pairwise(folded_words))
            expected[article.day[:7]] += pairs.count(("dai", "hoi"))
            tokens[article.day[:7]] += len(exact_words) - 1
    counted = ngrams.grams(db, "ĐẠI hội")
    # Spellings found only once are left out.
    kept = {month.month: month.count for month in counted.months}
    assert all(kept[month] <= expected[month] for month in expected)
    assert sum(expected.values()) - sum(kept.values()) < 6
    assert {month.month: month.tokens for month in counted.months} == dict(tokens)
    assert counted.spellings[0] == "đại hội"
    may = next(month for month in ngrams.grams(db, "đảng bộ", exact=True).months if month.month == "2021-05")
    assert may.count == 2
    with pytest.raises(UsageError, match="not of 3"):
        ngrams.grams(db, "một hai ba")


def test_n_grams_of_words_take_a_compound_as_one(monkeypatch: pytest.MonkeyPatch) -> None:
    def two_by_two(text: str) -> list[str]:
        cut = text.replace(".", " .").split()
        return [" ".join(cut[at : at + 2]) for at in range(0, len(cut), 2)]

    monkeypatch.setitem(sys.modules, "underthesea", SimpleNamespace(word_tokenize=two_by_two))
    texts = ("Hòa bình đại hội thành công", "Đại hội thành công", "Dai hoi thành công")
    db = stored([Written(number, "Tin", "", text, day="2021-03-05") for number, text in enumerate(texts)])
    assert ngrams.build(db, unit="word") == 3  # đại_hội, thành_công, and the pair of these
    word, pair = ngrams.grams(db, "Đại_hội", exact=True), ngrams.grams(db, "dai_hoi thành_công")
    assert (word.unit, word.gram, word.spellings) == ("word", "đại_hội", ("đại_hội",))
    assert [(month.month, month.count, month.tokens, month.articles) for month in word.months] == [("2021-03", 2, 7, 3)]
    assert (pair.spellings, pair.months[0].count, pair.months[0].tokens) == (("đại_hội thành_công",), 2, 4)
    assert ngrams.grams(db, "đại hội").notes == (
        "words have been counted, not syllables: join those of a word, as in đại_hội",
    )
    near = collocates(db, "hoà", window=1, least=1, unit="word")
    assert [(one.word, one.alone) for one in near.words] == [("đại hội", 2)]
    assert near.notes[0].startswith("words are counted in 3 articles")
    monkeypatch.setitem(sys.modules, "underthesea", None)
    assert ngrams.grams(db, "thành_công").months[0].count == 3  # who looks up needs no segmenter
    with pytest.raises(UsageError, match=r"baotinh\[nlp\]"):
        ngrams.build(db, unit="word")


def test_sentences_end_where_they_do() -> None:
    text = "Ở TP. Thái Nguyên, 1.234 người. Ông Q. nói: “Tốt.” Hết… Rồi!\nMới"
    joined = [" ".join(words_) for words_, _ in sentences(text)]
    assert joined == [exact(one) for one in ("ở tp thái nguyên 1 234 người", "ông q nói tốt", "hết", "rồi", "mới")]


def test_words_sort_as_in_a_vietnamese_dictionary() -> None:
    ordered = ["a", "à", "á", "ả", "ã", "ạ", "ă", "ắ", "â", "ấ", "an", "ân", "da", "đa", "đá", "o", "ô", "ơ", "u", "ừ"]
    assert sorted(random.Random(3).sample(ordered, len(ordered)), key=collation_key) == ordered
