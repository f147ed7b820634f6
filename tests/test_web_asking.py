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
from reading_room import archive_of, page

from archive.errors import QueryError
from archive.search.guard import open_guarded
from archive.store import open_database
from archive.web import asking
from archive.web.asking import Asker, BusyError
from archive.web.remembered import remembered

ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return archive_of(tmp_path_factory.mktemp("kho") / "kho", [page("Họp bàn trồng rừng")]).database


@pytest.fixture
def asker(database: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Asker]:
    monkeypatch.setattr(asking, "SECONDS", {"quick": 0.3, "slow": 0.3})
    asker = Asker(database)
    yield asker
    asker.close()


def endless(db: sqlite_utils.Database) -> int:
    return int(db.conn.execute(ENDLESS).fetchone()[0])


def count(db: sqlite_utils.Database) -> int:
    return int(db.conn.execute("SELECT count(*) FROM articles").fetchone()[0])


def test_a_question_that_takes_too_long_is_a_query_error(asker: Asker) -> None:
    with pytest.raises(QueryError, match=r"took longer than 0\.3 s"):
        asyncio.run(asker.ask(endless))


def test_a_question_of_many_short_statements_is_stopped_too(asker: Asker) -> None:
    asked = []

    def many(db: sqlite_utils.Database) -> int:
        while True:
            asked.append(count(db))

    with pytest.raises(QueryError, match="took longer"):
        asyncio.run(asker.ask(many))
    assert asked


def test_the_connection_of_a_stopped_question_answers_the_next(asker: Asker) -> None:
    def within(db: sqlite_utils.Database) -> int:
        db.conn.execute("BEGIN")
        return endless(db)

    async def asked() -> tuple[int, bool]:
        with pytest.raises(QueryError):
            await asker.ask(within, "slow")
        return await asker.ask(count, "slow"), await asker.ask(lambda db: db.conn.in_transaction, "slow")

    assert asyncio.run(asked()) == (1, False)


def test_an_error_of_the_database_that_is_no_stop_is_not_called_one(asker: Asker) -> None:
    with pytest.raises(sqlite3.OperationalError, match="no such table"):
        asyncio.run(asker.ask(lambda db: db.conn.execute("SELECT 1 FROM khong_co").fetchone()))


def test_a_slow_question_does_not_stop_a_quick_one(asker: Asker) -> None:
    begun, enough = threading.Event(), threading.Event()

    def slow(db: sqlite_utils.Database) -> bool:
        begun.set()
        return enough.wait(10)

    async def asked() -> tuple[int, bool]:
        waiting = asyncio.create_task(asker.ask(slow, "slow"))
        await asyncio.to_thread(begun.wait, 10)
        quick = await asker.ask(count)
        enough.set()
        return quick, await waiting

    assert asyncio.run(asked()) == (1, True)


def test_who_comes_when_too_many_wait_is_told_that_the_room_is_busy(
    asker: Asker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(asking._WAITING, "slow", 1)

    async def asked() -> list[object]:
        return await asyncio.gather(asker.ask(endless, "slow"), asker.ask(count, "slow"), return_exceptions=True)

    first, second = asyncio.run(asked())
    assert isinstance(first, QueryError)
    assert isinstance(second, BusyError)


def test_who_waits_longer_than_the_limit_is_told_that_the_room_is_busy(asker: Asker) -> None:
    async def asked() -> list[object]:
        enough = threading.Event()
        first = asyncio.create_task(asker.ask(lambda db: enough.wait(10), "slow"))
        second = asyncio.create_task(asker.ask(count, "slow"))
        asyncio.get_running_loop().call_later(0.5, enough.set)
        return await asyncio.gather(first, second, return_exceptions=True)

    first, second = asyncio.run(asked())
    assert first is True
    assert isinstance(second, BusyError)


def test_a_question_nobody_waits_for_any_more_is_stopped(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "SECONDS", {"quick": 600.0, "slow": 600.0})
    asker = Asker(database)

    async def asked() -> int:
        begun = threading.Event()
        left = asyncio.create_task(asker.ask(lambda db: (begun.set(), endless(db)), "slow"))
        await asyncio.to_thread(begun.wait, 10)
        left.cancel()
        with pytest.raises(asyncio.CancelledError):
            await left
        return await asker.ask(count, "slow")  # there is one thread for slow questions: it is free again

    try:
        assert asyncio.run(asyncio.wait_for(asked(), 30)) == 1
    finally:
        asker.close()


def test_an_answer_is_remembered_until_somebody_writes(database: Path) -> None:
    asked = []

    def heads(db: sqlite_utils.Database) -> list[str]:
        asked.append(1)
        return [headline for (headline,) in db.conn.execute("SELECT headline FROM articles")]

    with closing(open_guarded(database)) as db, closing(open_database(database)) as writer:
        first = remembered(db, heads)
        assert remembered(db, heads) is first
        assert len(asked) == 1
        writer.execute("UPDATE articles SET section = 'Tin tức'")
        writer.conn.commit()
        assert remembered(db, heads) == first
        assert len(asked) == 2


def test_no_more_than_a_few_answers_are_remembered(database: Path) -> None:
    asked = []

    def answer(db: sqlite_utils.Database) -> int:
        asked.append(1)
        return len(asked)

    with closing(open_guarded(database)) as db:
        for number in range(100):
            remembered(db, answer, number)
        assert remembered(db, answer, 99) == 100
        assert remembered(db, answer, 0) == 101
