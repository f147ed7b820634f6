"""An analysis takes words typed side by side as a phrase, unless AND is written: `kinh tế` is one word."""

from __future__ import annotations

import pytest
from search_corpus import Written, stored

from archive.corpus.collocates import collocates
from archive.corpus.concordance import concordance
from archive.corpus.keywords import keywords
from archive.corpus.trends import trends
from archive.messages.message import Message
from archive.search.engine import search
from archive.search.grammar.tree import written
from archive.search.planner.accents import SIDE_BY_SIDE, read_phrases

TEXTS = ("Kinh tế xã phát triển.", "Bài kinh và trường tế lễ.", "Tế bào, kinh nghiệm.", "Kính tế nhị.", "Kinh tế số.")
DB = stored([Written(number, "Tin", "", text, day=f"202{number}-05-01") for number, text in enumerate(TEXTS)])


@pytest.mark.parametrize(
    ("typed", "read", "said"),
    [
        ("kinh tế", '"kinh tế"', True),
        ("kinh AND tế", "kinh tế", False),
        ("bão số 3 -lũ", '"bão số 3" -lũ', True),
        ('chuyển đổi số tinh:"Bắc Kạn"', '"chuyển đổi số" tinh:"Bắc Kạn"', True),
        ('"đại hội" điểm', '"đại hội" điểm', False),
        ("(kinh tế OR văn hóa) xã", '("kinh tế" OR "văn hoá") xã', True),
        ("57-NQ/TW hội", '"57 nq tw" hội', False),
        ("TP. Hồ Chí Minh", '"tp hồ chí minh"', True),
        ("=kinh tế", "=kinh tế", False),
        ("tieude:kinh tế", "tieude:kinh tế", False),
        ("nghi* quyết", "nghi* quyết", False),
        ("bão", "bão", False),
    ],
)
def test_words_side_by_side_are_read_as_a_phrase(typed: str, read: str, said: bool) -> None:
    query = read_phrases(typed)
    assert written(query.root) == read
    assert [note for note in query.notes if note != Message(SIDE_BY_SIDE, query=read)] == []
    assert len(query.notes) == said


def test_an_analysis_counts_the_phrase_and_a_search_the_words() -> None:
    assert search(DB, "kinh tế").total == 5
    assert trends(DB, ["kinh tế"], unit="year").series[0].total == 2  # not kính tế
    assert trends(DB, ["kinh AND tế"], unit="year").series[0].total == 5
    assert concordance(DB, "kinh tế").found == 2
    assert {one.word for one in collocates(DB, "kinh tế", window=1, least=1).words} == {"xã", "số"}
    assert keywords(DB, "kinh tế", least=1).tokens_here == 5 + 3
