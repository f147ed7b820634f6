"""What a cluster counts of the tables is what one machine counts of the archive, to the last number."""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("pyspark", reason="make spark installs it")
pytest.importorskip("pyarrow")

import sqlite_utils
from search_corpus import SOURCES, SYLLABLES, Written, invented, stored
from spark_tables import database_rows

from archive.cluster.spark import corpora
from archive.cluster.spark.corpora.clusters import _followed, cluster_of
from archive.cluster.spark.session import session
from archive.cluster.spark.stores import open_store
from archive.cluster.spark.tables import write_manifest
from archive.cluster.spark.tasks import write_tables
from archive.corpus import clusters as clustering
from archive.corpus import ngrams as ngrams_here
from archive.corpus.keywords import keywords
from archive.corpus.ngrams import unpack
from archive.corpus.trends import trends as trends_here
from archive.errors import NothingFound, UsageError
from archive.store import clusters as rows_here
from archive.store import open_database

pytestmark = pytest.mark.filterwarnings("default")  # Spark's own, and those of its helpers

QUERIES = (
    "hội nghị",
    "hoi",
    '"đại hội" -nghị',
    "bao:alpha đoàn OR kinh",
    'muc:"kinh te" tỉnh',
    'the:"đại hội" kinh',
    "=uỷ",
    "tinh:bac-ninh ngay:2019..2020 hoá",
    "trangthai:sua kinh",
)


def copied(articles: list[Written], seed: int = 3) -> list[Written]:
    """`articles`, and of some of them copies by other sources: to the word, a little changed, cut; chains of such."""
    chance = random.Random(seed)
    every = list(articles)
    long = [" ".join(chance.choice(SYLLABLES) + str(chance.randrange(99)) for _ in range(80)) for _ in range(40)]
    for text in long:
        words = text.split()
        for _ in range(chance.randrange(1, 9)):
            day = f"2021-{chance.randrange(1, 13):02}-{chance.randrange(1, 29):02}"
            body = " ".join(words[: len(words) // 2] if chance.random() < 0.2 else words)
            source = chance.choice(SOURCES)[0]
            every.append(Written(len(every), "Tin", "", body, source=source, day=day, published=day))
            for _ in range(chance.randrange(0, 9)):  # each copy is a little further from the first
                words[chance.randrange(len(words))] = chance.choice(SYLLABLES)
    return every


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[sqlite_utils.Database, str]]:
    folder = tmp_path_factory.mktemp("corpora")
    out = str(folder / "tables")
    with closing(stored(copied(invented(1200)), open_database(folder / "archive.sqlite"))) as db:
        names = {identity: name for identity, name, *_ in SOURCES}
        write_manifest(open_store(out), list(write_tables(db, out)), {"sources": names})
        clustering.update(db)
        ngrams_here.build(db)
        yield db, out


@pytest.fixture(scope="module")
def corpus(archive: tuple[sqlite_utils.Database, str]) -> Iterator[corpora.Corpus]:
    with session("local[2]", {"spark.sql.shuffle.partitions": "4"}) as spark:
        yield corpora.open_corpus(spark, archive[1], most=150)


def test_a_corpus_is_in_many_parts(corpus: corpora.Corpus) -> None:
    assert corpus.parts.getNumPartitions() > 5


@pytest.mark.parametrize(("unit", "any_accents"), [("month", False), ("day", True)])
def test_trends_are_those_of_one_machine(
    archive: tuple[sqlite_utils.Database, str], corpus: corpora.Corpus, unit: Any, any_accents: bool
) -> None:
    for at in range(0, len(QUERIES), 5):
        asked = QUERIES[at : at + 5]
        expected = trends_here(archive[0], asked, unit=unit, any_accents=any_accents, matches=True)
        assert expected.series[0].total > 10
        assert corpora.trends(corpus, asked, unit=unit, any_accents=any_accents, matches=True) == expected


def test_every_gram_has_the_count_of_every_month_that_one_machine_has(
    archive: tuple[sqlite_utils.Database, str], corpus: corpora.Corpus
) -> None:
    found = corpora.ngrams(corpus)
    kept = archive[0].execute("SELECT gram, folded, size, months FROM ngrams").fetchall()
    expected = {
        (gram, folded, size, ngrams_here.month_name(month), count)
        for gram, folded, size, packed in kept
        for month, count in unpack(packed)
    }
    assert len(expected) > 5000
    assert {tuple(row) for row in found.grams.collect()} == expected
    months = archive[0].execute("SELECT month, size, tokens, articles FROM ngram_months").fetchall()
    assert {tuple(row) for row in found.months.collect()} == set(months)
    for phrase, any_accents in (
        ("hội", False),
        ("dai hoi", False),
        ("đại hội", True),
        ("đại hội", False),
        ("không có", False),
    ):
        here, there = ngrams_here.grams(archive[0], phrase, any_accents), found.of(phrase, any_accents)
        assert (there.gram, there.spellings, there.months) == (here.gram, here.spellings, here.months)
    with pytest.raises(UsageError, match="one word or two"):
        found.of("một hai ba")


@pytest.mark.parametrize(
    ("query", "against", "unit", "by"),
    [
        ("hội", None, "pair", "keyness"),
        ("tinh:bac-kan", "tinh:bac-ninh", "syllable", "ratio"),
        ("kinh", "đoàn", "pair", "ratio"),
    ],
)
def test_keyness_is_that_of_one_machine(
    archive: tuple[sqlite_utils.Database, str],
    corpus: corpora.Corpus,
    query: str,
    against: str | None,
    unit: Any,
    by: Any,
) -> None:
    expected = keywords(archive[0], query, against, by=by, unit=unit, limit=80)
    assert len(expected.words) > 5
    assert corpora.keyness(corpus, query, against, by=by, unit=unit, limit=80) == expected


def test_keyness_of_a_side_without_an_article_is_nothing_found(corpus: corpora.Corpus) -> None:
    with pytest.raises(NothingFound, match="nothing to compare"):
        corpora.keyness(corpus, "khôngcótừnày")


@pytest.mark.parametrize(("source", "within"), [("", False), ("bao-beta", True)])
def test_clusters_are_those_of_one_machine(
    archive: tuple[sqlite_utils.Database, str], corpus: corpora.Corpus, source: str, within: bool
) -> None:
    expected = list(rows_here.clusters(archive[0], source, within))
    assert len(expected) > 10
    assert [cluster_of(row) for row in corpora.clusters(corpus, source, within).collect()] == expected


def test_a_text_printed_ever_so_often_is_compared_with_its_first_alone(
    corpus: corpora.Corpus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = random.Random(5)
    text = " ".join(chance.choice(SYLLABLES) + str(chance.randrange(99)) for _ in range(300))
    many = [Written(at, "Tin", "", f"{text} số {at}", day="2021-03-01", published="2021-03-01") for at in range(5000)]
    with closing(stored(many, open_database(tmp_path / "archive.sqlite"))) as db:
        write_manifest(open_store(str(tmp_path)), list(write_tables(db, str(tmp_path))), {"sources": {}})
        clustering.update(db)
        expected = list(rows_here.clusters(db, within=True))
    assert [one.articles for one in expected] == [5000]
    pairs = 0

    def counting(alike: Iterator[tuple[str, str]]) -> dict[str, str]:
        nonlocal pairs
        found = list(alike)
        pairs = len(found)
        return _followed(found)

    monkeypatch.setattr(sys.modules[cluster_of.__module__], "_followed", counting)
    copies = corpora.open_corpus(corpus.spark, str(tmp_path), most=1000)
    assert [cluster_of(row) for row in corpora.clusters(copies, within=True).collect()] == expected
    assert pairs < 2 * 5000  # 12,497,500 where each is compared with each


def test_a_table_is_a_data_frame_and_a_data_frame_a_table(
    archive: tuple[sqlite_utils.Database, str], corpus: corpora.Corpus, tmp_path: Path
) -> None:
    db, tables = archive
    articles = corpora.table(corpus.spark, tables, "articles", ["source", "month", "words", "tags"])
    found = articles.where("array_contains(tags, 'đại hội')").groupBy("source").sum("words").collect()
    tagged = "SELECT article FROM tags WHERE tag = 'đại hội'"
    expected = db.execute(f"SELECT source, sum(words) FROM articles WHERE id IN ({tagged}) GROUP BY 1").fetchall()
    assert {tuple(row) for row in found} == set(expected)
    names = database_rows(Path(db.execute("PRAGMA database_list").fetchone()[2]), "articles")
    assert corpora.save(articles, str(tmp_path / "out")) == len(names)
    again = corpus.spark.read.parquet(str(tmp_path / "out"))
    assert sorted(map(repr, again.collect())) == sorted(map(repr, articles.collect()))
    with pytest.raises(UsageError, match="a table already"):
        corpora.save(articles, str(tmp_path / "out"))
    with pytest.raises(UsageError, match="no table 'bài'"):
        corpora.table(corpus.spark, tables, "bài")


def test_a_corpus_of_a_source_or_of_months_holds_no_other_article(
    archive: tuple[sqlite_utils.Database, str], corpus: corpora.Corpus
) -> None:
    db, tables = archive
    some = corpora.open_corpus(corpus.spark, tables, "bao-beta", ("2019-02", "2020-01"))
    held = db.execute(
        "SELECT count(*) FROM articles WHERE source = 'bao-beta' AND substr(day, 1, 7) BETWEEN '2019-02' AND '2020-01'"
    ).fetchone()[0]
    assert sum(one.articles for one in corpora.trends(some, ["ngay:..2100"]).coverage) == held > 10
    with pytest.raises(NothingFound, match="no article"):
        corpora.open_corpus(corpus.spark, tables, "không-có")
