"""Concordance, collocates, keywords and n-grams of several shards are those of one archive of all their articles."""

from __future__ import annotations

import json
import random
import signal
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlite_utils
from search_corpus import revise, stored
from sharded import ARTICLES, made, queries, split, told

from archive import Archive
from archive.api import answers
from archive.api.answers import made as answered
from archive.cite import cite, cited
from archive.cli import main
from archive.cluster.shards import Shards
from archive.corpus import collocates, concordance, frequencies, keywords, ngrams
from archive.errors import NothingFound, UsageError
from archive.store.queries import find_article

Both = tuple[Shards, sqlite_utils.Database]
WORDS = sorted({word for article in ARTICLES for word in article.body.split()})


@pytest.fixture(scope="module", params=["source", "year"])
def both(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Both]:
    shards, whole = split(tmp_path_factory.mktemp("shards"), request.param)
    with shards:
        yield shards, whole


def test_no_random_concordance_is_another_one(both: Both, monkeypatch: pytest.MonkeyPatch) -> None:
    shards, whole = both
    monkeypatch.setattr(concordance, "MOST_ARTICLES", 25)  # so that articles are drawn for many of them
    wrong, drawn = [], 0
    for text, chance in queries(31, 40):
        options = {
            "sort": chance.choice(concordance.SORTS),
            "one_each": chance.random() < 0.3,
            "any_accents": chance.random() < 0.5,
            "seed": chance.randrange(9),
        }
        expected = told(lambda: concordance.concordance(whole, text, **options))  # noqa: B023
        if told(lambda: concordance.concordance(shards, text, **options)) != expected:  # noqa: B023
            wrong.append((text, options))
        drawn += isinstance(expected, concordance.Concordance) and expected.read < expected.articles
    assert wrong == []
    assert drawn > 5


def test_no_random_collocates_are_others(both: Both, monkeypatch: pytest.MonkeyPatch) -> None:
    shards, whole = both
    monkeypatch.setattr(collocates, "MOST_ARTICLES", 40)
    wrong = []
    for text, chance in queries(37, 25):
        options = {
            "by": chance.choice(collocates.MEASURES),
            "window": chance.randint(1, 8),
            "least": chance.randint(1, 4),
            "any_accents": chance.random() < 0.5,
        }
        expected = told(lambda: collocates.collocates(whole, text, **options))  # noqa: B023
        if told(lambda: collocates.collocates(shards, text, **options)) != expected:  # noqa: B023
            wrong.append((text, options))
    assert wrong == []


def test_no_random_keywords_are_others(both: Both, monkeypatch: pytest.MonkeyPatch) -> None:
    shards, whole = both
    monkeypatch.setattr(keywords, "MOST_READ", 60)
    wrong = []
    for text, chance in queries(41, 20):
        options = {
            "against": chance.choice((None, "hội", "ngay:2019..2020")),
            "by": chance.choice(keywords.MEASURES),
            "unit": chance.choice(("word", "syllable", "pair")),
            "least": chance.randint(1, 4),
            "least_articles": chance.randint(1, 3),
            "every": chance.random() < 0.3,
        }
        expected = told(lambda: keywords.keywords(whole, text, **options))  # noqa: B023
        if told(lambda: keywords.keywords(shards, text, **options)) != expected:  # noqa: B023
            wrong.append((text, options))
    assert wrong == []


@pytest.mark.usefixtures("shards_here")
@pytest.mark.parametrize("least", [1, 2, 5])
def test_what_each_shard_leaves_out_as_rare_is_counted_in_the_sum(tmp_path: Path, least: int) -> None:
    shards, whole = split(tmp_path, "year")
    for shard in shards.shards:
        db = sqlite_utils.Database(shard.database)
        ngrams.build(db, least)
        db.close()
    ngrams.build(whole, least)
    chance = random.Random(least)
    pairs = [f"{one} {two}" for one, two in zip(WORDS, chance.sample(WORDS, len(WORDS)), strict=True)]
    texts = ["hội nghị", "Hội", "hoi nghi", "tinh", *chance.sample(WORDS, 12), *chance.sample(pairs, 12)]
    with shards:
        for text in texts:
            for widened in (False, True):
                expected = told(lambda: replace(ngrams.grams(whole, text, widened), made_at=""))  # noqa: B023
                assert told(lambda: replace(ngrams.grams(shards, text, widened), made_at="")) == expected  # noqa: B023
        for text in ("hội", "tỉnh", "đường"):
            expected = collocates.collocates(whole, text, least=1, limit=500, unit="syllable")
            assert collocates.collocates(shards, text, least=1, limit=500, unit="syllable") == expected
            assert "words are counted in 240 articles" in expected.notes[-1]


def test_n_grams_that_one_shard_has_not_counted_are_not_taken_for_those_of_all(tmp_path: Path) -> None:
    shards, whole = split(tmp_path, "source")
    db = sqlite_utils.Database(shards.shards[0].database)
    ngrams.build(db)
    db.close()
    with shards:
        with pytest.raises(NothingFound, match="no n-grams have been counted"):
            ngrams.grams(shards, "hội")
        assert collocates.collocates(shards, "hội") == collocates.collocates(whole, "hội")


def test_articles_in_two_shards_are_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made(tmp_path / "archive-1.sqlite", ARTICLES[:60])
    made(tmp_path / "archive-2.sqlite", ARTICLES[40:100])
    whole = stored(ARTICLES[:100])
    with Shards.open(tmp_path / "archive-*.sqlite", processes=2) as shards:
        for text in ("hội", "tỉnh OR đường"):
            lines = concordance.concordance(shards, text, sort="match")
            expected = concordance.concordance(whole, text, sort="match")
            assert (lines.articles, lines.found) == (expected.articles, expected.found)
            assert sorted(map(str, lines.lines)) == sorted(map(str, expected.lines))
            assert "20 articles are in more than one archive" in lines.notes[-1]
            near, alone = collocates.collocates(shards, text), collocates.collocates(whole, text)
            assert (near.node, near.tokens, near.words) == (alone.node, alone.tokens, alone.words)
            assert keywords.keywords(shards, text).words == keywords.keywords(whole, text).words


def test_a_shard_that_fails_in_the_middle_is_left_out_of_all_and_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shards, _ = split(tmp_path, "source")
    drawn, (worker, *_) = concordance.draw, shards._workers.workers
    take = worker.take

    def stops(*values: Any) -> list[list[int]]:
        assert worker.process is not None
        if worker.take == take:  # its matches are counted by now, its lines not yet read
            worker.process.process.send_signal(signal.SIGSTOP)
            monkeypatch.setattr(worker, "take", dies)
        return drawn(*values)

    def dies() -> Any:
        worker.kill()
        monkeypatch.undo()
        return take()

    monkeypatch.setattr(concordance, "draw", stops)
    with shards, Shards.open(*(shard.database for shard in shards.shards[1:])) as others:
        found = concordance.concordance(shards, "hội")
        (note,) = found.notes
        assert f"not asked: {shards.shards[0].name} has failed ({shards.shards[0].name}: its process ended" in note
        assert replace(found, notes=()) == concordance.concordance(others, "hội")
        assert concordance.concordance(shards, "hội").articles > found.articles


@pytest.mark.usefixtures("shards_here")
def test_the_library_and_the_commands_take_several_archives_for_every_analysis(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shards, whole = split(tmp_path, "year")
    shards.close()
    article, change = ARTICLES[7], ("2024-01-01T00:00:00.000Z", "Hội nghị")
    for shard in shards.shards:
        db = sqlite_utils.Database(shard.database)
        ngrams.build(db)
        if article.day[:4] in shard.name:
            revise(db, article, change)
            db.execute(
                "UPDATE captures SET article = (SELECT id FROM articles WHERE public_id = ?)", (article.public_id,)
            )
            db.conn.commit()
            there = find_article(db, article.public_id)
        db.close()
    ngrams.build(whole)
    revise(whole, article, change)
    pattern = str(tmp_path / "archive-*.sqlite")
    with Archive.open(pattern) as archive:
        assert archive.concordance("hội") == answered(answers.Concordance, concordance.concordance(whole, "hội"), "en")
        assert archive.collocates("hội") == answered(answers.Collocates, collocates.collocates(whole, "hội"), "en")
        assert archive.keywords("hội") == answered(answers.Keywords, keywords.keywords(whole, "hội"), "en")
        assert cite(archive.article(article.public_id).stored, "apa") == cite(there, "apa")

    def printed(*words: str) -> str:
        with pytest.raises(SystemExit) as ended:
            main([*words, "--archive", pattern])
        assert not ended.value.code
        return capsys.readouterr().out

    lines = json.loads(printed("study", "concordance", "hội", "--json"))
    assert lines["found"] == concordance.concordance(whole, "hội").found
    assert len(json.loads(printed("study", "collocates", "hội", "--json"))["words"]) > 3
    assert len(json.loads(printed("study", "keywords", "hội", "--json"))["words"]) > 3
    grams = json.loads(printed("study", "ngrams", "hội", "--json"))
    assert sum(month["count"] for month in grams["months"]) == sum(
        month.count for month in ngrams.grams(whole, "hội").months
    )
    assert printed("cite", article.public_id).strip() == cited(there, "apa")
    told_of = json.loads(printed("show", article.public_id, "--json"))
    assert told_of["headline"] == there.row.headline
    assert len(told_of["revisions"]) == 1


def test_the_measures_of_a_part_are_never_added() -> None:
    assert frequencies.MOST_READ == keywords.MOST_READ  # the sample is of the whole, not of each shard
    with pytest.raises(UsageError, match="sort=best: one of newest"):
        concordance.concordance(stored(ARTICLES[:1]), "hội", sort="best")  # type: ignore[arg-type]
