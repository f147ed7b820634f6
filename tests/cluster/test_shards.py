"""Several shards answer as the one archive that holds all their articles."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
import sqlite_utils
from elsewhere import die
from search_corpus import revise, stored
from sharded import ARTICLES, made, queries, split, told

from archive import Archive
from archive.cli import main
from archive.cluster import is_several
from archive.cluster.pool import shards_of
from archive.cluster.shard_answers import facts, facts_but
from archive.cluster.shards import Shards
from archive.corpus import trends
from archive.corpus.periods import WANTED, Wanted
from archive.errors import NothingFound, QueryError, UsageError
from archive.search import engine
from archive.search.answer import ORDERS, Answer
from archive.search.connection import open_guarded
from archive.search.facets import NAMES

Both = tuple[Shards, sqlite_utils.Database]


@pytest.fixture(scope="module", params=["source", "year"])
def both(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Both]:
    shards, whole = split(tmp_path_factory.mktemp("shards"), request.param)
    with shards:
        yield shards, whole


def plain(answer: Answer) -> Answer:
    """An answer without what no two archives share: rowids, cursors, and the words chosen to suggest."""
    hits = tuple(replace(hit, rowid=0) for hit in answer.hits)
    return replace(answer, hits=hits, cursor=None, suggestions=(), notes=() if not hits else answer.notes)


def differences(shards: Shards, whole: sqlite_utils.Database, seed: int, number: int) -> list[tuple[str, str]]:
    """The random queries that the shards answer otherwise, with their order."""
    wrong = []
    for text, chance in queries(seed, number):
        order = chance.choice(ORDERS)
        if order == "best" and "NEAR" in text.upper():
            order = "newest"  # which words of a group stand close is not known where all are in most articles
        facets = chance.sample(NAMES, chance.choice((0, 3)))
        limit = chance.choice((1, 3, 20, 500))
        expected = told(lambda: plain(engine.search(whole, text, limit, None, order, facets=facets)))  # noqa: B023
        found = told(lambda: plain(engine.search(shards, text, limit, None, order, facets=facets)))  # noqa: B023
        if found != expected:
            wrong.append((order, text))
    return wrong


def test_no_random_query_is_answered_otherwise_than_by_one_archive(both: Both, request: pytest.FixtureRequest) -> None:
    seed = {"source": 11, "year": 12}[request.node.callspec.params["both"]]  # others for each way of sharing
    assert differences(*both, seed=seed, number=80) == []


@pytest.mark.parametrize("order", ORDERS)
def test_page_after_page_gives_every_hit_once_and_in_order(both: Both, order: str) -> None:
    shards, whole = both
    text = "hội OR tỉnh"
    expected = [hit.public_id for hit in engine.search(whole, text, 500, None, order).hits]
    found: list[str] = []
    cursor = None
    while True:
        answer = engine.search(shards, text, 7, cursor, order)
        found += [hit.public_id for hit in answer.hits]
        cursor = answer.cursor
        if cursor is None:
            break
    assert found == expected
    assert len(found) > 30


def test_articles_of_one_minute_come_in_the_order_of_the_shards(tmp_path: Path) -> None:
    same = [
        replace(one, day="2020-03-05", published="2020-03-05T15:25+07:00") for one in ARTICLES[:33]
    ]  # a minute has room for 36
    shards, whole = split(tmp_path, "source", [replace(one, body="hội nghị") for one in same])
    with shards:
        for order in ("newest", "oldest"):
            expected = [hit.public_id for hit in engine.search(whole, "hội", 500, None, order).hits]
            assert [hit.public_id for hit in engine.search(shards, "hội", 500, None, order).hits] == expected
            first = engine.search(shards, "hội", 13, None, order)
            second = engine.search(shards, "hội", 500, first.cursor, order)
            assert [hit.public_id for hit in (*first.hits, *second.hits)] == expected


@pytest.mark.parametrize("unit", WANTED)
def test_trends_are_those_of_one_archive(both: Both, unit: Wanted) -> None:
    shards, whole = both
    wrong = []
    for text, chance in queries(17, 25):
        any_accents, matches = chance.random() < 0.5, chance.random() < 0.5
        asked = [text, "hội"]
        expected = told(lambda: trends.trends(whole, asked, unit=unit, any_accents=any_accents, matches=matches))  # noqa: B023
        found = told(lambda: trends.trends(shards, asked, unit=unit, any_accents=any_accents, matches=matches))  # noqa: B023
        if found != expected:
            wrong.append(text)
    assert wrong == []


def test_a_source_that_one_shard_has_by_name_is_not_another_one_elsewhere(tmp_path: Path) -> None:
    shards, whole = split(tmp_path, "source")
    with shards:
        for limit in ('bao:"báo"', "bao:ta", "bao:bao-alpha", 'muc:"tin"', 'muc:"không có"', "bao:nothing"):
            text = f"hội {limit}"
            expected, found = plain(engine.search(whole, text)), plain(engine.search(shards, text))
            assert found == expected


def test_an_article_in_two_shards_counts_once_where_it_was_seen_last(tmp_path: Path) -> None:
    common = [replace(one, headline=f"{one.headline} chung") for one in ARTICLES[:40]]
    made(tmp_path / "archive-1.sqlite", [*common, *ARTICLES[40:60]])
    made(tmp_path / "archive-2.sqlite", [*common, *ARTICLES[60:80]])
    later = sqlite_utils.Database(tmp_path / "archive-1.sqlite")
    later.execute("UPDATE articles SET last_captured = '2026-01-01T00:00:00.000Z' WHERE id <= 15")
    later.conn.commit()
    later.close()
    one = stored([*common[:15], *ARTICLES[40:60], *common[15:], *ARTICLES[60:80]])
    with Shards.open(tmp_path / "archive-*.sqlite", processes=2) as shards:
        for text in ("chung", "chung bao:bao-alpha", "hội", '"hội nghị" OR chung', "chung -hội"):
            answer = engine.search(shards, text, 500, facets=NAMES)
            expected = engine.search(one, text, 500, facets=NAMES)
            assert {hit.public_id for hit in answer.hits} == {hit.public_id for hit in expected.hits}
            assert len(answer.hits) == answer.total == expected.total
            assert answer.facets == expected.facets
            assert answer.understood == expected.understood
            assert "40 articles are in more than one archive" in answer.notes[-1]
        asked = ["chung", "hội"]
        found, expected_trends = trends.trends(shards, asked, matches=True), trends.trends(one, asked, matches=True)
        assert (found.series, found.coverage) == (expected_trends.series, expected_trends.coverage)


def test_a_shard_that_is_missing_or_of_another_program_is_named_in_the_answer(tmp_path: Path) -> None:
    made(tmp_path / "archive-2019.sqlite", ARTICLES[:20])
    for name, change in (
        ("2020", "PRAGMA user_version = 0"),
        ("2021", "PRAGMA user_version = 99"),
    ):
        db = sqlite_utils.Database(made(tmp_path / f"archive-{name}.sqlite", ARTICLES[20:30]))
        db.execute(change)
        db.conn.commit()
        db.close()
    (tmp_path / "archive-2022.sqlite").write_text("no database at all, but long enough to be taken for one" * 20)
    with Shards.open(tmp_path / "archive-*.sqlite", tmp_path / "gone", processes=1) as shards:
        answer = engine.search(shards, "hội")
        counted = trends.trends(shards, ["hội"])
    assert answer.total == engine.search(stored(ARTICLES[:20]), "hội").total
    for notes in (answer.notes, counted.notes):
        told_of = [note for note in notes if note.startswith("not asked: ")]
        assert [note.split()[2] for note in told_of] == ["archive-2020", "archive-2021", "archive-2022", "gone"]
        assert "has schema 0" in told_of[0]
        assert "has schema 99" in told_of[1]
        assert "cannot be read" in told_of[2]
        assert "missing" in told_of[3]


def test_a_shard_whose_process_dies_is_named_and_asked_again(tmp_path: Path, findable: None) -> None:
    shards, whole = split(tmp_path, "source")
    with shards:
        total = engine.search(shards, "hội").total
        (died,) = shards._workers.ask(die, {0: ()}).values()
        with pytest.raises(NothingFound, match="no archive can be asked"), Shards.open(tmp_path / "no") as none:
            engine.search(none, "hội")
        assert str(died) == f"{shards.shards[0].name}: its process ended with -9"
        assert engine.search(shards, "hội").total == total == engine.search(whole, "hội").total


def test_the_facts_of_a_shard_are_told_again_only_when_it_has_been_written_to(tmp_path: Path) -> None:
    path = made(tmp_path / "archive-1.sqlite", ARTICLES[:10])
    with closing(open_guarded(path)) as db:
        first = facts(db)
        assert facts_but(db, "") is first
        assert facts_but(db, first.stamp) is None
        with closing(sqlite_utils.Database(path)) as writer:
            writer.execute("INSERT INTO sources VALUES ('moi', 'Báo mới', 'newspaper', 'ha-noi', '')")
            writer.conn.commit()
        second = facts_but(db, first.stamp)
        assert second is not None
        assert {*second.sources} - {*first.sources} == {("moi", "Báo mới")}
    with closing(open_guarded(path)) as again:
        assert facts_but(again, second.stamp) == second  # another process, which knows of no stamp


def test_what_is_wrong_with_a_question_is_said_as_by_one_archive(both: Both) -> None:
    shards, whole = both
    for text in ("(hội", "", 'ngay:"x"'):
        with pytest.raises(QueryError) as one, whole.conn:
            engine.search(whole, text)
        with pytest.raises(QueryError) as several:
            engine.search(shards, text)
        assert (str(one.value), one.value.position) == (str(several.value), several.value.position)
    with pytest.raises(UsageError, match="each text once"):
        engine.search(shards, "hội", once=True)
    with pytest.raises(UsageError, match="no cursor"):
        engine.search(shards, "hội", cursor="abc")
    with pytest.raises(QueryError, match="took longer"):
        engine.search(shards, '"hội nghị" OR tỉnh OR xã OR huyện -chè', seconds=0.0)


def test_an_article_is_found_in_whichever_shard_holds_it(tmp_path: Path) -> None:
    made(tmp_path / "archive-1.sqlite", ARTICLES[:10])
    db = sqlite_utils.Database(made(tmp_path / "archive-2.sqlite", ARTICLES[10:20]))
    revise(db, ARTICLES[15], ("2021-01-01T00:00:00.000Z", "Hội nghị"))
    db.close()
    with Shards.open(tmp_path / "archive-*.sqlite") as shards:
        assert shards.article(ARTICLES[15].public_id).row.headline == ARTICLES[15].headline
        with pytest.raises(NothingFound, match="aaaaaaaaaa"):
            shards.article("aaaaaaaaaa")


def test_paths_that_mean_several_archives_are_told_from_one(tmp_path: Path) -> None:
    assert is_several("archive-*.sqlite")
    assert is_several("a:b")
    assert not is_several("data")
    made(tmp_path / "a.sqlite", [])
    (tmp_path / "x").mkdir()
    made(tmp_path / "x" / "archive.sqlite", [])
    assert [shard.name for shard in shards_of(tmp_path / "*", tmp_path / "a.sqlite")] == ["a", "x"]
    with pytest.raises(NothingFound, match="no archive is called"):
        shards_of(tmp_path / "b*")


@pytest.mark.usefixtures("shards_here")
def test_the_library_and_the_commands_open_several_archives_as_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shards, whole = split(tmp_path, "year")
    shards.close()
    pattern = str(tmp_path / "archive-*.sqlite")
    with Archive.open(pattern) as archive:
        every = archive.search("hội", limit=None)
        assert every.total == len(every) == engine.search(whole, "hội").total
        assert archive.trends("hội").series == trends.trends(whole, ["hội"]).series
        with pytest.raises(UsageError, match="open one of them"):
            archive.db.execute("SELECT 1")
    for command in (["search", "hội"], ["study", "trends", "hội"]):
        with pytest.raises(SystemExit) as ended:
            main([*command, "--json", "--archive", pattern])
        assert ended.value.code == 0
        told_of = json.loads(capsys.readouterr().out)
        counted = told_of["total_exact"] if command[0] == "search" else told_of["series"][0]["total"]
        assert counted == every.total
