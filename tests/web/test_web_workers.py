"""Processes beside the reading room search: each ends with a question that takes too long, and others go on."""

from __future__ import annotations

import asyncio
import os
import re
import signal
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from elsewhere import blunder, stumble, toil, who
from reading_room import identity, library, opened
from starlette.testclient import TestClient

from archive.errors import NothingFound, QueryError, StorageError
from archive.holdings import Holdings
from archive.web import asking
from archive.web.asking import Asker, BusyError, TooSlowError


@pytest.fixture(scope="module")
def holdings(tmp_path_factory: pytest.TempPathFactory) -> Holdings:
    return library(tmp_path_factory.mktemp("kho") / "kho")


@pytest.fixture(scope="module")
def client(holdings: Holdings) -> Iterator[TestClient]:
    with opened(holdings, workers=1) as client:
        yield client


@pytest.fixture
def asker(holdings: Holdings, findable: None) -> Iterator[Asker]:
    with closing(Asker(holdings.database, 1)) as asker:
        yield asker


async def begun(began: Path) -> None:
    """Waits until that question works."""
    while not began.exists():
        await asyncio.sleep(0.01)


async def ended(process: int) -> None:
    """Waits until a process has ended: one of ours, or one that was forked for us and is buried elsewhere."""
    try:
        os.waitid(os.P_PID, process, os.WEXITED | os.WNOWAIT)
    except ChildProcessError:
        while Path(f"/proc/{process}").exists():
            await asyncio.sleep(0.01)


def test_pages_and_slow_questions_are_answered_by_processes_of_their_own_the_slow_one_nice(asker: Asker) -> None:
    async def asked() -> list[tuple[int, int]]:
        return [await asker.ask(who, weight=weight) for weight in ("page", "page", "slow", "quick")]

    page, again, slow, quick = asyncio.run(asked())
    assert page == again
    assert len({page[0], slow[0], quick[0]}) == 3
    assert quick[0] == os.getpid()
    assert slow[1] > page[1]


def test_a_question_that_takes_too_long_ends_with_its_process_even_where_it_asks_nothing_of_the_database(
    asker: Asker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def asked() -> tuple[int, int]:
        before = await asker.ask(who, weight="page")
        monkeypatch.setitem(asking.SECONDS, "page", 0.3)
        with pytest.raises(TooSlowError, match=r"took longer than 0\.3 s"):
            await asker.ask(toil, tmp_path / "began", weight="page")
        monkeypatch.setitem(asking.SECONDS, "page", 120.0)
        return before[0], (await asker.ask(who, weight="page"))[0]

    before, after = asyncio.run(asked())
    assert before != after
    with pytest.raises(ProcessLookupError):
        os.kill(before, 0)


def test_a_process_that_is_slow_to_start_is_not_ended_before_it_can_answer(
    asker: Asker, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def asked() -> None:
        monkeypatch.setitem(asking.SECONDS, "page", 0.01)  # no program starts in that time
        with pytest.raises(BusyError, match="too many questions"):
            await asker.ask(who, weight="page")
        [worker] = asker._workers["page"].all
        assert worker.process is not None
        started = worker.process.process.pid
        monkeypatch.setitem(asking.SECONDS, "page", 120.0)
        assert (await asker.ask(who, weight="page"))[0] == started

    asyncio.run(asked())


def test_a_process_that_died_unasked_is_not_noticed_and_one_that_dies_at_work_is_named(
    asker: Asker, tmp_path: Path
) -> None:
    async def asked() -> None:
        one = (await asker.ask(who, weight="page"))[0]
        os.kill(one, signal.SIGKILL)
        await ended(one)
        two = (await asker.ask(who, weight="page"))[0]
        assert one != two
        working = asyncio.create_task(asker.ask(toil, tmp_path / "began", weight="page"))
        await begun(tmp_path / "began")
        os.kill(two, signal.SIGKILL)
        with pytest.raises(StorageError, match="ended with -9"):
            await working
        assert await asker.ask(who, weight="page")

    asyncio.run(asked())


@pytest.mark.parametrize(
    "error", [QueryError("a bracket is not closed", "(chè", 0, "chè"), NothingFound("no such thing"), OSError(5, "x")]
)
def test_what_a_question_raises_there_is_raised_here(asker: Asker, error: Exception) -> None:
    with pytest.raises(type(error)) as caught:
        asyncio.run(asker.ask(stumble, error, weight="page"))
    assert str(caught.value) == str(error)
    assert getattr(caught.value, "suggestion", None) == getattr(error, "suggestion", None)


def test_a_mistake_of_ours_is_told_with_the_line_it_was_made_in(asker: Asker) -> None:
    with pytest.raises(RuntimeError, match=r"(?s)elsewhere\.py.*a mistake of ours"):
        asyncio.run(asker.ask(blunder, weight="slow"))


def test_nothing_is_left_running_when_the_asker_is_closed(holdings: Holdings, findable: None, tmp_path: Path) -> None:
    async def asked() -> int:
        working = asyncio.create_task(asker.ask(toil, tmp_path / "began", weight="slow"))
        one = (await asker.ask(who, weight="page"))[0]
        await begun(tmp_path / "began")
        asker.close()
        with pytest.raises(StorageError):
            await working
        return one

    asker = Asker(holdings.database, 1)
    with pytest.raises(ProcessLookupError):
        os.kill(asyncio.run(asked()), 0)


@pytest.mark.parametrize(
    "address",
    [
        "/?q=rút&order=best",
        "/?q=(chè",
        "/concordance?q=rút",
        "/concordance.csv?q=rút",
        "/trends?q=rút&q=chè",
        "/trends.csv?q=rút",
        "/collocates?q=rút&least=1",
        "/collocates.csv?q=rút&least=1",
        "/keywords?q=chè&least=1",
        "/keywords.csv?q=chè&least=1",
        "/export.csv?q=rút",
        "/export.jsonl?q=rút",
        "/feed.atom?q=rút",
        "/source/khe-may",
        "/crawls",
        "/crawls/unread",
        "/api/search?q=rút&facet=month",
        "/api/concordance?q=rút",
        "/api/trends?q=rút",
        "/api/collocates?q=rút&least=1",
        "/api/keywords?q=chè&least=1",
        "/api/sources/khe-may/certificate",
        "/api/stats",
    ],
)
def test_every_page_is_the_same_whether_processes_or_threads_answer(
    client: TestClient, holdings: Holdings, address: str
) -> None:
    with opened(holdings) as threads:
        expected = threads.get(address)
    answer = client.get(address)
    assert answer.status_code == expected.status_code
    assert _undated(answer.content) == _undated(expected.content)
    assert len(answer.content) > 100


def _undated(content: bytes) -> bytes:
    """`content` without the second in which a certificate was made."""
    return re.sub(rb'"made_at":"[^"]*"', b"", content)


def test_the_changes_of_an_article_are_shown_by_a_process(client: TestClient) -> None:
    reference = identity(client, "Pác Lạn")
    assert "Pác Lạn" in client.get(f"/article/{reference}/changes").text
