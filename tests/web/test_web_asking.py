"""Questions to the archive have a time limit and a queue, and a slow one does not stop the quick."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import sqlite_utils
from reading_room import archive_of, opened, page

from archive.holdings import Holdings
from archive.store import open_database
from archive.web import asking
from archive.web.asking import AnswerCache, Asker, BusyError, TooSlowError

ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return archive_of(tmp_path_factory.mktemp("kho") / "kho", [page("Họp bàn trồng rừng")]).database


@pytest.fixture
def asker(database: Path) -> Iterator[Asker]:
    """One that has opened its connections."""
    with closing(Asker(database)) as asker:
        for weight in asking.SECONDS:
            asyncio.run(asker.ask(count, weight=weight))
        yield asker


@pytest.fixture
def short(asker: Asker, monkeypatch: pytest.MonkeyPatch) -> None:
    """Questions have 0.3 s."""
    _hurry(monkeypatch, 0.3)


def _hurry(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    for weight in asking.SECONDS:
        monkeypatch.setitem(asking.SECONDS, weight, seconds)


def endless(db: sqlite_utils.Database) -> int:
    return int(db.conn.execute(ENDLESS).fetchone()[0])


def count(db: sqlite_utils.Database) -> int:
    return int(db.conn.execute("SELECT count(*) FROM articles").fetchone()[0])


@pytest.mark.usefixtures("short")
def test_a_question_that_takes_too_long_is_stopped(asker: Asker) -> None:
    with pytest.raises(TooSlowError, match=r"took longer than 0\.3 s"):
        asyncio.run(asker.ask(endless))


@pytest.mark.usefixtures("short")
def test_a_question_of_many_short_statements_is_stopped_too(asker: Asker) -> None:
    asked = []

    def many(db: sqlite_utils.Database) -> int:
        while True:
            asked.append(count(db))

    with pytest.raises(TooSlowError, match="took longer"):
        asyncio.run(asker.ask(many))
    assert asked


@pytest.mark.usefixtures("short")
def test_the_connection_of_a_stopped_question_answers_the_next(asker: Asker, monkeypatch: pytest.MonkeyPatch) -> None:
    def within(db: sqlite_utils.Database) -> int:
        db.conn.execute("BEGIN")
        return endless(db)

    async def asked() -> tuple[int, bool]:
        with pytest.raises(TooSlowError):
            await asker.ask(within, weight="slow")
        _hurry(monkeypatch, 120.0)
        return await asker.ask(count, weight="slow"), await asker.ask(lambda db: db.conn.in_transaction, weight="slow")

    assert asyncio.run(asked()) == (1, False)


def test_an_error_of_the_database_that_is_no_stop_is_not_called_one(asker: Asker) -> None:
    with pytest.raises(sqlite3.OperationalError, match="no such table"):
        asyncio.run(asker.ask(lambda db: db.conn.execute("SELECT 1 FROM khong_co").fetchone()))


def test_a_slow_question_does_not_stop_a_quick_one(asker: Asker) -> None:
    begun, enough = threading.Event(), threading.Event()

    def slow(db: sqlite_utils.Database) -> bool:
        begun.set()
        return enough.wait(600)

    async def asked() -> tuple[int, bool]:
        waiting = asyncio.create_task(asker.ask(slow, weight="slow"))
        await asyncio.to_thread(begun.wait, 60)
        quick = await asker.ask(count)
        enough.set()
        return quick, await waiting

    assert asyncio.run(asked()) == (1, True)


@pytest.mark.usefixtures("short")
def test_who_comes_when_too_many_wait_is_told_that_the_room_is_busy(
    asker: Asker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(asking._WAITING, "slow", 1)

    async def asked() -> list[object]:
        both = asker.ask(endless, weight="slow"), asker.ask(count, weight="slow")
        return await asyncio.gather(*both, return_exceptions=True)

    first, second = asyncio.run(asked())
    assert isinstance(first, TooSlowError)
    assert isinstance(second, BusyError)


@pytest.mark.usefixtures("short")
def test_who_waits_longer_than_the_limit_is_told_that_the_room_is_busy(asker: Asker) -> None:
    async def asked() -> list[object]:
        enough = threading.Event()
        first = asyncio.create_task(asker.ask(lambda db: enough.wait(600), weight="slow"))
        second = asyncio.create_task(asker.ask(count, weight="slow"))
        asyncio.get_running_loop().call_later(0.5, enough.set)
        return await asyncio.gather(first, second, return_exceptions=True)

    first, second = asyncio.run(asked())
    assert first is True
    assert isinstance(second, BusyError)


def test_a_question_nobody_waits_for_any_more_is_stopped(asker: Asker) -> None:
    async def asked() -> int:
        begun = threading.Event()
        left = asyncio.create_task(asker.ask(lambda db: (begun.set(), endless(db)), weight="slow"))
        await asyncio.to_thread(begun.wait, 60)
        left.cancel()
        with pytest.raises(asyncio.CancelledError):
            await left
        return await asker.ask(count, weight="slow")  # there is one thread for slow questions: it is free again

    assert asyncio.run(asyncio.wait_for(asked(), 600)) == 1  # a sixth of what it might have taken


def test_an_answer_is_kept_until_somebody_writes(database: Path) -> None:
    asked = []

    def heads(db: sqlite_utils.Database, least: int) -> list[str]:
        asked.append(least)
        return [headline for (headline,) in db.conn.execute("SELECT headline FROM articles WHERE id >= ?", (least,))]

    async def kept(asker: Asker) -> None:
        first = await asker.ask(heads, 0, keep=True)
        assert await asker.ask(heads, 0, keep=True) is first
        await asker.ask(heads, 1, keep=True)
        assert asked == [0, 1]
        writer.execute("UPDATE articles SET section = 'Tin tức'")
        writer.conn.commit()
        assert await asker.ask(heads, 0, keep=True) == first
        assert asked == [0, 1, 0]

    with closing(Asker(database)) as asker, closing(open_database(database)) as writer:
        asyncio.run(kept(asker))


def test_no_more_than_a_few_answers_are_kept_and_those_of_one_version() -> None:
    kept = AnswerCache()
    for number in range(1000):
        kept.get(1, number)
        kept.put(1, number, f"answer {number}")
    assert kept.get(1, 999) == "answer 999"
    assert kept.get(1, 0) is None
    assert kept.get(2, 999) is None
    kept.put(1, 999, "of the version before, late")
    assert kept.get(2, 999) is None


@pytest.mark.parametrize(
    ("address", "asked"),
    [
        ("/?q=rút", "archive.web.pages.results.search"),
        ("/concordance?q=rút", "archive.web.pages.concordance.lines_of"),
        ("/concordance.csv?q=rút", "archive.web.pages.concordance.lines_of"),
        ("/trends?q=rút", "archive.web.pages.trends.over_time"),
        ("/api/search?q=rút", "archive.web.api.questions.engine.answer"),
        ("/api/concordance?q=rút", "archive.corpus.concordance.found"),
    ],
)
def test_a_search_that_takes_too_long_is_answered_with_when_to_ask_again(
    database: Path, monkeypatch: pytest.MonkeyPatch, address: str, asked: str
) -> None:
    for weight in ("page", "slow"):
        monkeypatch.setitem(asking.SECONDS, weight, 0.5)
    monkeypatch.setattr("archive.web.waiting.LONG_SECONDS", 0.5)
    monkeypatch.setattr(asked, lambda db, *_, **__: endless(getattr(db, "db", db)))
    with opened(Holdings.open(database.parent)) as client:
        answer = client.get(address, headers={"Accept-Language": "en"})
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "30"
    assert "the query took longer than 0.5 s" in answer.text
    if "/api" not in address and ".csv" not in address:
        assert 'value="rút"' in answer.text  # to be mended


def test_the_api_says_that_it_may_tell_when_to_ask_again(database: Path) -> None:
    with opened(Holdings.open(database.parent)) as client:
        paths = client.get("/api/openapi.json").json()["paths"]
    for operation in paths.values():
        told = operation["get"]["responses"]["503"]
        assert "took longer than its time" in told["description"]
        assert told["headers"]["Retry-After"]["schema"] == {"type": "integer"}
