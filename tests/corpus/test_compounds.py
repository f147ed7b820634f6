"""An archive's own texts tell which two syllables are a word, and analyses count these: `phát triển`, not `phát`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import sqlite_utils
from click.testing import CliRunner
from search_corpus import Written, stored

from archive.cli import main
from archive.corpus import compounds, ngrams
from archive.corpus.collocates import collocates
from archive.corpus.keywords import keywords
from archive.corpus.words import segments
from archive.holdings import Holdings
from archive.search.backend import Scope
from archive.store import open_database
from archive.text.analyzer import prepare

# Each syllable of a word stands elsewhere too, so that neither is a word because it is rare.
SENTENCES = (
    "Tỉnh phát triển kinh tế nhanh.",
    "Nền kinh tế phát triển bền vững.",
    "Kinh tế, phát triển là việc lớn.",
    "Đài phát tin hay, cả tỉnh nghe.",
    "Thầy tụng kinh, bà tế lễ, ông triển khai việc nhà.",
    "Vững như bàn thạch, bền như đồng, nền nhà khô.",
    "Cả nhà ăn cơm, việc nhà đã xong, tin tỉnh đã nghe.",
)
ARTICLES = [
    Written(
        number, "Tin", "", "\n".join((SENTENCES * 2)[number % 7 : number % 7 + 6]), day=f"2020-0{1 + number % 9}-05"
    )
    for number in range(20)
]


@pytest.fixture(scope="module")
def db() -> sqlite_utils.Database:
    return stored(ARTICLES)


def cut(db: sqlite_utils.Database, text: str) -> list[str]:
    return [one.word for one in segments(prepare(text), compounds.cut_of(Scope(db), "word"))]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Nền kinh tế phát triển", ["nền", "kinh tế", "phát triển"]),
        ("phat trien", ["phat", "trien"]),
        ("kinh, tế", ["kinh", "tế"]),
        ("kinh\ntế", ["kinh", "tế"]),
        ("Tụng kinh. Tế lễ", ["tụng kinh", "tế lễ"]),
        ("Chưa ai viết", ["chưa", "ai", "viết"]),
        ("", []),
    ],
)
def test_a_text_is_cut_into_the_words_that_the_archive_knows(
    db: sqlite_utils.Database, text: str, words: list[str]
) -> None:
    assert cut(db, text) == words


def test_numbers_and_rare_neighbours_are_no_words() -> None:
    db = stored(
        [Written(number, "Tin", "", "Năm 2020 có 57 nghìn. " + "Hai ba. " * (number < 4)) for number in range(9)]
    )
    known = compounds.cut_of(Scope(db), "word")
    assert known is not None
    assert not {("năm", "2020"), ("57", "nghìn"), ("hai", "ba")} & set(known.of)  # type: ignore[union-attr]


def test_collocates_of_a_word_are_words(db: sqlite_utils.Database) -> None:
    found = {one.word: one for one in collocates(db, "kinh tế", least=3, window=2).words}
    assert "phát triển" in found
    assert not {"kinh", "tế", "phát", "triển"} & set(found)
    texts = [sentence for one in ARTICLES for sentence in one.body.split("\n")]
    assert found["phát triển"].alone == sum("phát triển" in text.lower() for text in texts)
    syllables = {one.word for one in collocates(db, "kinh tế", least=3, window=2, unit="syllable").words}
    assert {"phát", "triển"} <= syllables


def test_keywords_are_words(db: sqlite_utils.Database) -> None:
    words = {one.word: one for one in keywords(db, '"phát triển kinh tế"', '"tế lễ"', least=1, limit=1000).words}
    assert not {"phát", "triển"} & set(words)
    assert any(" " in word for word in words)


def test_n_grams_of_words_are_counted_without_a_segmenter() -> None:
    db = stored(ARTICLES)
    ngrams.build(db, unit="word")
    texts = [sentence.lower() for one in ARTICLES for sentence in one.body.split("\n")]
    assert ngrams.grams(db, "kinh_tế").count == sum("kinh tế" in text for text in texts)
    assert ngrams.grams(db, "phát_triển kinh_tế").count == sum("phát triển kinh tế" in text for text in texts)
    near = collocates(db, "kinh tế", least=3, window=2)
    assert near.notes[-1].startswith("words are counted in 20 articles")


def test_the_commands_count_words_if_nothing_else_is_asked(tmp_path: Path) -> None:
    holdings = Holdings.create(tmp_path / "data", "Thư viện tỉnh", "mailto:thu-vien@example.org")
    stored(ARTICLES, open_database(holdings.database)).close()
    told = CliRunner().invoke(
        main, ["--archive", str(holdings.root), "study", "collocates", "kinh tế", "--least", "3", "--json"]
    )
    assert "phát triển" in {one["word"] for one in json.loads(told.stdout)["words"]}
