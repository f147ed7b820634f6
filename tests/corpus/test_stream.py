"""What is counted out of numbers is what the texts give, kept or not, and no text is cut where its numbers are kept."""

from __future__ import annotations

from itertools import pairwise

import pytest
import sqlite_utils
from hypothesis import given
from hypothesis import strategies as st
from search_corpus import Written, invented, stored

from archive.corpus import compounds, frequencies
from archive.corpus.collocates import collocates
from archive.corpus.keywords import MEASURES, keywords
from archive.corpus.stream import Stream
from archive.corpus.words import Compounds, counted
from archive.search.grammar.tree import EVERY_ARTICLE
from archive.search.index import numbered
from archive.search.planner.executor import find
from archive.text.analyzer import sentences

pytest.importorskip("numpy")

ODD = Written(
    900, "Đầu đề", "Hòa hoà – HOÀ bình.", "№ 5 Ⅻ ﬁlm 会 hội_nghị\nhội nghị … hội nghị. hội? 1.000 co\u00advid"
)
ARTICLES = [*invented(160, seed=8), ODD]
QUERIES = [
    "hội",
    "hoi",
    "hội nghị",
    '"hoi nghi" OR đường',
    "ngh* tỉnh",
    "noidung:hội",
    "hội -đường",
    "hội NEAR/5 nghị",
    "1.000",
]


@pytest.fixture(scope="module", params=[0, 80, None], ids=["none", "half", "all"])
def db(request: pytest.FixtureRequest) -> sqlite_utils.Database:
    """An archive of which nothing, half and everything is kept as numbers."""
    if request.param is None:
        return kept(stored(ARTICLES))
    held = kept(stored(ARTICLES[: request.param]))
    return stored(ARTICLES[request.param :], held)


@pytest.fixture(scope="module")
def unkept() -> sqlite_utils.Database:
    """The same articles, of which nothing is kept as numbers."""
    return stored(ARTICLES)


def kept(db: sqlite_utils.Database) -> sqlite_utils.Database:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(numbered, "_LEAST", 1)
        patch.setattr(numbered, "_BATCH", 50)
        numbered.catch_up(db)
    return db


def by_text(patch: pytest.MonkeyPatch) -> None:
    for module in ("collocates", "compounds", "frequencies", "keywords"):
        patch.setattr(f"archive.corpus.{module}.readable", lambda *_: False)


@pytest.mark.parametrize("unit", ["word", "syllable"])
@pytest.mark.parametrize("query", QUERIES)
def test_collocates_are_those_of_the_texts(
    db: sqlite_utils.Database, unkept: sqlite_utils.Database, query: str, unit: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = collocates(db, query, unit=unit, least=1, limit=5000, window=3)  # type: ignore[arg-type]
    by_text(monkeypatch)
    assert found == collocates(unkept, query, unit=unit, least=1, limit=5000, window=3)  # type: ignore[arg-type]


@pytest.mark.parametrize("unit", ["word", "syllable", "pair"])
@pytest.mark.parametrize("by", MEASURES)
def test_keywords_are_those_of_the_texts(
    db: sqlite_utils.Database, unkept: sqlite_utils.Database, by: str, unit: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = [("hội", None, 15), ("hội tinh:'bac-kan'", "đường", 5), ("hội", "hội", 50), ("đường", None, 1)]
    asked = [(query.replace("'", '"'), other, limit) for query, other, limit in asked]
    found = [
        keywords(db, query, other, unit=unit, by=by, limit=limit, least=2, least_articles=1)  # type: ignore[arg-type]
        for query, other, limit in asked
    ]
    by_text(monkeypatch)
    assert found == [
        keywords(unkept, query, other, unit=unit, by=by, limit=limit, least=2, least_articles=1)  # type: ignore[arg-type]
        for query, other, limit in asked
    ]


def test_no_text_is_cut_where_its_numbers_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    db = kept(stored(ARTICLES))

    def never(*_: object) -> None:
        raise AssertionError("a text was cut")

    monkeypatch.setattr(numbered, "cut", never)
    monkeypatch.setattr(frequencies, "cutter", never)
    assert collocates(db, "hội").words
    assert keywords(db, "hội").words


odd_text = st.text(st.sampled_from("hộinghịHoàòaxãđ²½⑴ͺ会ﬁ\u0301\u200b№ .,-_5\n…”\u00a0\x1d"), max_size=60)


@given(texts=st.lists(odd_text, min_size=2, max_size=2))
def test_a_stream_has_the_words_and_sentences_of_the_texts(texts: list[str]) -> None:
    db = stored([Written(1, "Tin", *texts)])
    (rowid,) = find(db, EVERY_ARTICLE)
    stored_texts = db.execute("SELECT lead, body FROM articles").fetchone()
    stream = Stream(db, [rowid])
    told: dict[int, list[str]] = {}
    units = stream.units(None)
    for word, sentence in zip(units.names(units.codes.tolist()), stream.sentence.tolist(), strict=True):
        told.setdefault(sentence, []).append(word)
    expected = [found for text in stored_texts for found in sentences(text)]
    assert list(told.values()) == expected
    pairs = stream.neighbours()
    assert pairs.counted(pairs.codes).total() == sum(len(found) - 1 for found in expected)
    known = Compounds({pair: 0.5 + 0.01 * at for at, pair in enumerate({p for f in expected for p in pairwise(f)})})
    cut = stream.units(known)
    assert cut.names(cut.codes.tolist()) == [word for text in stored_texts for word in counted(text, known)]


def test_numbers_follow_their_articles() -> None:
    db = kept(stored(ARTICLES[:3]))
    first, second, third = (row[0] for row in db.execute("SELECT search_rowid FROM numbered ORDER BY 1"))
    numbered.note(db.conn, [first])
    numbered.forget(db.conn, [second])
    assert [row[0] for row in db.execute("SELECT search_rowid FROM numbered")] == [third]
    assert [row[0] for row in db.execute("SELECT search_rowid FROM numbered_todo")] == [first]
    numbered.begin_anew(db.conn)
    db.conn.commit()
    kept(db)
    assert db.execute("SELECT count(*) FROM numbered").fetchone()[0] == 3
    assert db.execute("SELECT count(*) FROM numbered_todo").fetchone()[0] == 0


def test_more_words_than_two_bytes_count_are_kept_in_four() -> None:
    db = stored([Written(1, "Tin", "", "hội nghị hội")])
    db.execute("INSERT INTO numbered_words VALUES (70000, 'cũ')")
    db.conn.commit()
    kept(db)
    assert db.execute("SELECT width FROM numbered").fetchone()[0] == 4
    counts = frequencies.read_frequencies(db, list(find(db, EVERY_ARTICLE)))
    assert counts == {"hội": 2, "nghị": 1}
    assert compounds.read(db, list(find(db, EVERY_ARTICLE)))[1] == {("hội", "nghị"): 1, ("nghị", "hội"): 1}
