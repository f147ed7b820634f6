"""Keywords are the words of many articles and sources: no long story and no site's furniture leads."""

from __future__ import annotations

import random

import pytest
from search_corpus import SYLLABLES, Written, stored

from archive.corpus import keywords as module
from archive.corpus.keywords import Keywords, keywords

FLOOD = ("nước", "dâng", "đê")
PAPERS = ("bao-alpha", "bao-beta", "tinh-uy-gamma")


def archive() -> list[Written]:
    """Articles of three papers, one in three about a flood; bao-alpha prints its address below each of its texts, and
    has more of the flood than of the rest; one long article of the flood tells of a singer.
    """
    chance = random.Random(6)
    articles = []
    for number in range(240):
        flood = number % 3 == 0
        source = "bao-alpha" if flood and chance.random() < 0.8 else chance.choice(PAPERS)
        words = [chance.choice(SYLLABLES) for _ in range(40)]
        if flood:
            for word in ("lũ", *chance.sample(FLOOD, 2)):
                words.insert(chance.randrange(40), word)
        text = " ".join(words) + (". Hotline tòa soạn bấm nút" if source == "bao-alpha" else ".")
        if number == 3:
            text += " Ca sĩ Junsu ." * 60
        articles.append(Written(number, "Tin", "", text, source=source))
    return articles


@pytest.fixture(scope="module")
def found() -> Keywords:
    return keywords(stored(archive()), "lũ", unit="syllable", limit=10_000, least_articles=1)


def leading(found: Keywords, by: str, most: int) -> list[str]:
    return [one.word for one in sorted(found.words, key=lambda one: -getattr(one, by))[:most]]


def test_a_topic_leads_by_its_articles_and_not_a_story_or_furniture(found: Keywords) -> None:
    assert {"junsu", "ca", "sĩ"} <= set(leading(found, "log_likelihood", 7))
    assert set(leading(found, "text_keyness", 4)) == {"lũ", *FLOOD}
    furniture = {one.word: one for one in found.words if one.word in ("hotline", "tòa", "soạn", "bấm", "nút")}
    assert len(furniture) == 5
    assert all(one.log_likelihood > 10.83 for one in furniture.values())
    assert all(abs(one.text_keyness) < 3.84 for one in furniture.values())


def test_each_word_tells_its_articles_sources_and_how_evenly_they_have_it(found: Keywords) -> None:
    words = {one.word: one for one in found.words}
    assert (words["lũ"].articles_here, words["lũ"].articles_there, words["lũ"].sources) == (80, 0, 3)
    assert (words["junsu"].here, words["junsu"].articles_here, words["junsu"].sources) == (60, 1, 1)
    assert words["lũ"].dispersion < 0.05 < words["hotline"].dispersion < words["junsu"].dispersion or (
        words["hotline"].dispersion == words["junsu"].dispersion
    )
    assert found.articles_here == 80
    assert found.articles_there == 160


def test_what_few_articles_or_sources_have_can_be_left_out() -> None:
    db = stored(archive())
    by_default = {one.word for one in keywords(db, "lũ", unit="syllable", limit=10_000).words}
    assert "junsu" not in by_default
    assert "hotline" in by_default
    assert "hotline" not in {
        one.word for one in keywords(db, "lũ", unit="syllable", limit=10_000, least_sources=2).words
    }


def test_sides_that_share_no_source_are_compared_whole() -> None:
    db = stored(archive())
    found = keywords(db, "bao:bao-alpha", unit="syllable", limit=3)
    assert all(one.text_keyness > 50 for one in found.words)
    assert not any("text keyness compares" in note for note in found.notes)
    partly = keywords(db, "lũ", "ca OR bao:bao-beta", unit="syllable", limit=3)
    assert any("text keyness compares the articles of each of 2 sources" in note for note in partly.notes)


def test_all_articles_are_read_on_demand(monkeypatch: pytest.MonkeyPatch) -> None:
    db = stored(archive())
    whole = keywords(db, "lũ", unit="syllable")
    monkeypatch.setattr(module, "MOST_READ", 30)
    sample, every = keywords(db, "lũ", unit="syllable"), keywords(db, "lũ", unit="syllable", every=True)
    assert (sample.articles_here, sample.articles_there) == (30, 30)
    assert any("drawn at random" in note for note in sample.notes)
    assert every == whole
