"""Slow work tells that it goes on, can be ended from its page, and ends where nobody waits for it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from reading_room import library, opened
from starlette.testclient import TestClient

from archive.web import asking
from archive.web.asking import Asker, BusyError, Jobs, StillWorking


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


async def endless(stopped: list[str]) -> str:
    try:
        await asyncio.Event().wait()
    finally:
        stopped.append("stopped")
    return "never"


def test_a_work_that_takes_long_is_told_of_and_joined_by_its_ticket() -> None:
    async def ask() -> None:
        jobs, gate, begun = Jobs(patience=0), asyncio.Event(), []

        async def work() -> str:
            begun.append(1)
            await gate.wait()
            return "xong"

        with pytest.raises(StillWorking) as first:
            await jobs.result("q", work, "")
        with pytest.raises(StillWorking) as again:
            await jobs.result("q", work, first.value.ticket)
        assert again.value.ticket == first.value.ticket
        gate.set()
        jobs.patience = None
        assert await jobs.result("q", work, first.value.ticket) == "xong"
        assert (len(begun), len(jobs)) == (1, 0)

    asyncio.run(ask())


def test_cancel_ends_the_work_of_the_last_reader_and_of_no_other() -> None:
    async def ask() -> None:
        jobs, stopped, tickets = Jobs(patience=0), list[str](), []
        for _ in "ab":
            with pytest.raises(StillWorking) as waits:
                await jobs.result("q", lambda: endless(stopped), "")
            tickets.append(waits.value.ticket)
            await asyncio.sleep(0)
        assert not jobs.cancel("guessed")
        assert jobs.cancel(tickets[0])
        await asyncio.sleep(0)
        assert stopped == []
        assert jobs.cancel(tickets[1])
        await asyncio.sleep(0)
        assert stopped == ["stopped"]
        assert len(jobs) == 0

    asyncio.run(ask())


def test_a_work_that_nobody_asks_for_again_ends_and_one_that_was_sent_off_does_not() -> None:
    async def ask() -> None:
        clock, stopped = Clock(), list[str]()
        jobs = Jobs(patience=0, clock=clock)
        jobs.send_off("sent", lambda: endless(stopped))
        with pytest.raises(BusyError):
            jobs.send_off("sent", lambda: endless(stopped))
        with pytest.raises(StillWorking) as waits:
            await jobs.result("q", lambda: endless(stopped), "")
        await asyncio.sleep(0)
        clock.now += asking.LEFT_SECONDS + 1
        assert not jobs.cancel(waits.value.ticket), "it has ended by itself"
        await asyncio.sleep(0)
        assert stopped == ["stopped"]
        assert len(jobs) == 1
        jobs.close()
        await asyncio.sleep(0)

    asyncio.run(ask())


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    with opened(library(tmp_path / "kho")) as client:
        yield client


@pytest.mark.parametrize("tool", ["collocates", "map"])
def test_the_page_of_slow_work_asks_again_by_itself_and_its_form_stops_what_answers(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, tool: str
) -> None:
    stopped: list[str] = []
    monkeypatch.setattr(Asker, "ask", lambda *_, **__: endless(stopped))
    client.app.state.room.jobs.patience = 0  # type: ignore[attr-defined]
    page = client.get(f"/{tool}?q=họp&least=1")
    assert page.status_code == 202
    again = page.headers["refresh"].partition("url=")[2]
    assert again.startswith(f"/{tool}?q=h%E1%BB%8Dp&least=1&wait=")
    ticket = again.rpartition("=")[2]
    assert client.get(again).headers["refresh"].endswith(ticket), "the same reader, the same work"
    assert f'name="ticket" value="{ticket}"' in page.text
    back = re.search(r'name="back" value="([^"]+)"', page.text)
    assert back
    assert "wait=" not in back[1]
    done = client.post("/waiting", data={"ticket": ticket, "back": "//ngoai.example/"})
    assert "Đã dừng" in done.text
    assert "ngoai.example" not in done.text
    assert stopped == ["stopped"]


@pytest.mark.parametrize("tool", ["collocates", "keywords", "concordance", "trends", "people", "map", "flow"])
def test_no_link_of_a_page_has_the_ticket_of_who_waited(client: TestClient, tool: str) -> None:
    page = client.get(f"/{tool}?q=họp&wait=abc&least=1")
    assert page.status_code in (200, 404)
    assert "wait=" not in page.text
