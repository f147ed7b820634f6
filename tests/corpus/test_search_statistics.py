"""Collocates, keywords and n-grams count what stands in the texts, by formulas that can be checked by hand."""

from __future__ import annotations

import random
import sys
from collections import Counter
from itertools import pairwise
from math import log, log2
from types import SimpleNamespace
from typing import Any

import pytest
import sqlite_utils
from congresses import CONGRESS, with_congresses
from search_corpus import Written, stored

from archive.corpus import frequencies, ngrams
from archive.corpus.collocates import collocates
from archive.corpus.keywords import keywords
from archive.corpus.measures import log_likelihood
from archive.corpus.words import Compounds, counted, segments
from archive.errors import NothingFound, UsageError
from archive.text.analyzer import ends, prepare, sentences
from archive.text.folding import aligned_fold


@pytest.fixture(scope="module")
def articles() -> list[Written]:
    return with_congresses()


@pytest.fixture(scope="module")
def db(articles: list[Written]) -> sqlite_utils.Database:
    return stored(articles)


def test_collocates_of_segments_take_a_compound_as_one(monkeypatch: pytest.MonkeyPatch) -> None:
    def two_by_two(text: str) -> list[str]:
        cut = text.split()
        return [" ".join(cut[at : at + 2]) for at in range(0, len(cut), 2)]

    monkeypatch.setitem(sys.modules, "underthesea", SimpleNamespace(word_tokenize=two_by_two))
    db = stored([Written(1, "Tin", "", "Hòa bình đại hội thành công rực rỡ")])
    result = collocates(db, "hội", window=1, least=1, unit="segment")
    assert [(one.word, one.together, one.alone) for one in result.words] == [
        ("hòa bình", 1, 1),
        ("thành công", 1, 1),
    ]  # "đại hội" reaches into the match, and is no neighbour of it
    assert result.tokens == 4
    assert {one.word for one in collocates(db, "hội", window=1, least=1, unit="syllable").words} == {"đại", "thành"}
    with pytest.raises(UsageError, match="unit=pair: one of word, syllable"):
        collocates(db, "hội", unit="pair")


def test_a_segmenter_that_drops_a_syllable_is_not_believed() -> None:
    ready = prepare("Đại hội thành công")
    assert [one.word for one in segments(ready, lambda _: ["Đại hội", "thành"])] == ["đại", "hội", "thành", "công"]
    assert [one.word for one in segments(ready, lambda _: ["Đại hội", ",", "thành công"])] == ["đại hội", "thành công"]


def test_segments_need_a_segmenter(db: sqlite_utils.Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "underthesea", None)
    with pytest.raises(UsageError, match=r"baotinh\[nlp\]"):
        collocates(db, "hội", unit="segment")
    with pytest.raises(UsageError, match=r"baotinh\[nlp\]"):
        keywords(db, "hội", unit="segment")


def test_collocates_are_counted_in_the_sentence_of_the_match(db: sqlite_utils.Database) -> None:
    found = {one.word: one for one in collocates(db, '"đại hội đảng"', window=5, unit="syllable").words}
    assert found["công"].together == len(CONGRESS)
    assert "thời" not in found  # the next sentence
    assert "đại" not in found  # the match itself
    bo = found["bộ"]
    assert bo.log_dice == 14 + log2(2 * 18 / (18 + bo.alone))


def test_counted_n_grams_and_reading_give_the_same_collocates(articles: list[Written]) -> None:
    db = stored(articles)
    before = collocates(db, "đại", by="log_likelihood", unit="syllable")
    assert ngrams.build(db, least=1) > 0
    after = collocates(db, "đại", by="log_likelihood", unit="syllable")
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
    result = keywords(db, '"đại hội đảng"', by="ratio", least_articles=1, unit="syllable")
    assert {one.word for one in result.words[:4]} <= {"đảng", "bộ", "thành", "công", "thời", "tiết", "đẹp"}
    assert all(one.log_likelihood > 0 for one in result.words)
    pairs = keywords(db, '"đại hội đảng"', "hội -đảng", unit="pair")
    assert "đảng bộ" in {one.word for one in pairs.words}
    with pytest.raises(NothingFound, match="no article"):
        keywords(db, "đảng", "khôngcó")


def test_n_grams_by_month_are_those_of_the_texts(articles: list[Written]) -> None:
    db = stored(articles)
    with pytest.raises(NothingFound, match="rebuild ngrams"):
        ngrams.grams(db, "đại hội")
    told: list[int] = []
    ngrams.build(db, counted=told.append)
    assert sum(told) == 300
    expected: Counter[str] = Counter()
    tokens: Counter[str] = Counter()
    for article in articles:
        for words in sentences(f"{article.lead}\n{article.body}"):
            pairs = list(pairwise(map(aligned_fold, words)))
            expected[article.day[:7]] += pairs.count(("dai", "hoi"))
            tokens[article.day[:7]] += len(words) - 1
    counted = ngrams.grams(db, "dai hoi")
    # Spellings found only once are left out.
    kept = {month.month: month.count for month in counted.months}
    assert all(kept[month] <= expected[month] for month in expected)
    assert sum(expected.values()) - sum(kept.values()) < 6
    assert {month.month: month.tokens for month in counted.months} == dict(tokens)
    assert counted.spellings[0] == "đại hội"
    may = next(month for month in ngrams.grams(db, "đảng bộ").months if month.month == "2021-05")
    assert may.count == 2
    with pytest.raises(UsageError, match="not of 3"):
        ngrams.grams(db, "một hai ba")


def test_n_grams_of_segments_take_a_compound_as_one(monkeypatch: pytest.MonkeyPatch) -> None:
    def two_by_two(text: str) -> list[str]:
        cut = text.replace(".", " .").split()
        return [" ".join(cut[at : at + 2]) for at in range(0, len(cut), 2)]

    monkeypatch.setitem(sys.modules, "underthesea", SimpleNamespace(word_tokenize=two_by_two))
    texts = ("Hòa bình đại hội thành công", "Đại hội thành công", "Dai hoi thành công")
    db = stored([Written(number, "Tin", "", text, day="2021-03-05") for number, text in enumerate(texts)])
    assert ngrams.build(db, unit="segment") == 3  # đại_hội, thành_công, and the pair of these
    word, pair = ngrams.grams(db, "Đại_hội"), ngrams.grams(db, "đại_hội thành_công")
    assert (word.unit, word.gram, word.spellings) == ("segment", "đại_hội", ("đại_hội",))
    assert [(month.month, month.count, month.tokens, month.articles) for month in word.months] == [("2021-03", 2, 7, 3)]
    assert (pair.spellings, pair.months[0].count, pair.months[0].tokens) == (("đại_hội thành_công",), 2, 4)
    assert ngrams.grams(db, "đại hội").notes == (
        "words have been counted, not syllables: join those of a word, as in đại_hội",
    )
    near = collocates(db, "hoà", window=1, least=1, unit="segment")
    assert [(one.word, one.alone) for one in near.words] == [("đại hội", 2)]
    assert near.notes[0].startswith("words are counted in 3 articles")
    monkeypatch.setitem(sys.modules, "underthesea", None)
    assert ngrams.grams(db, "thành_công").months[0].count == 3  # who looks up needs no segmenter
    with pytest.raises(UsageError, match=r"baotinh\[nlp\]"):
        ngrams.build(db, unit="segment")


def test_words_are_shown_as_the_texts_mostly_place_their_tones() -> None:
    old = [Written(number, "Tin", "", "Huyện ủy họp với Tỉnh ủy về thủy lợi.") for number in range(1, 4)]
    new = [Written(number, "Tin", "", "Huyện uỷ họp với Tỉnh ủy về thuỷ lợi.") for number in range(4, 9)]
    other = [Written(number, "Tin", "", "Chợ quê mở sớm, bà con bán rau.") for number in range(9, 30)]
    db = stored([*old, *new, *other])
    near = {one.word: one.together for one in collocates(db, "họp", least=1, unit="syllable").words}
    assert (near["ủy"], "uỷ" in near) == (16, False)  # 11 of the 16 are printed so
    assert (near["thuỷ"], "thủy" in near) == (8, False)
    told = {one.word: one.here for one in keywords(db, "họp", least=1, unit="pair").words}
    assert told["huyện uỷ"] == told["tỉnh ủy"] == 8
    ngrams.build(db, least=1)
    assert ngrams.grams(db, "tỉnh uỷ").spellings == ("tỉnh ủy",)


def test_an_answer_without_words_says_why(db: sqlite_utils.Database) -> None:
    none = collocates(db, "hội", least=10_000)
    assert not none.words
    assert any("10000 times" in note for note in none.notes)
    without = keywords(db, "hội", least=10_000)
    assert not without.words
    assert any("least" in note for note in without.notes)


def test_the_words_that_collocates_are_measured_against_are_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    db = stored(with_congresses())
    read: list[int] = []
    reading = frequencies.read_frequencies

    def noted(*given: Any) -> Counter[str]:
        read.append(len(given[1]))
        return reading(*given)

    monkeypatch.setattr("archive.corpus.frequencies.read_frequencies", noted)
    one, two = collocates(db, "hội"), collocates(db, "đại")
    assert len(read) == 1
    assert one.tokens == two.tokens


def test_a_cut_is_the_same_counted_or_placed_in_one_sentence_or_in_all() -> None:
    cut = Compounds({("kinh", "tế"): 0.8, ("nền", "kinh"): 0.5, ("tế", "xã"): 0.9, ("xã", "hội"): 0.8})
    text = "Nền kinh tế xã hội.\nXã  hội, kinh; tế: nền kinh tế. Kinh tế"
    ready = prepare(text)
    placed = segments(ready, cut)
    assert [one.word for one in placed] == list(counted(text, cut))
    assert [one.word for one in placed][:3] == ["nền", "kinh tế", "xã hội"]
    borders = [0, *ends(ready.exact)]
    assert [one for first, last in pairwise(borders) for one in segments(ready, cut, first, last)] == placed
