"""A stop is counted from when it was asked for: the engine, which does not run yet while it opens, is not stopping."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest
from scrapy.settings import Settings

import crawler.settings as project
from crawler.frontier import scheduler
from crawler.frontier.limits import CrawlOptions
from crawler.frontier.scheduler import Frontier


@pytest.fixture
def settings() -> Settings:
    made = Settings()
    made.setmodule(project, priority="project")
    made.set("ARCHIVE", "data")
    return made


def beats(settings: Settings, monkeypatch: pytest.MonkeyPatch, *at: tuple[float, bool]) -> tuple[float, int]:
    """The seconds a reader is waited for, and how often connections were cut, after a beat at each of `at`: the time,
    and whether the engine ran then.
    """
    now, cuts = 0.0, 0

    def cut_all() -> None:
        nonlocal cuts
        cuts += 1

    def nothing(*_: Any) -> None:
        return None

    engine = SimpleNamespace(running=False, needs_backout=lambda: True)
    border = SimpleNamespace(watchdog=SimpleNamespace(feed=nothing), due=False, rows=SimpleNamespace(wake=nothing))
    monkeypatch.setattr(scheduler, "time", SimpleNamespace(monotonic=lambda: now, time=lambda: now))

    async def run() -> float:
        nonlocal now
        frontier = Frontier(SimpleNamespace(settings=settings, engine=engine))  # type: ignore[arg-type]
        frontier.spider = SimpleNamespace(client=SimpleNamespace(cut_all=cut_all))  # type: ignore[assignment]
        frontier._session = SimpleNamespace(border=border, room=SimpleNamespace(trouble=nothing))  # type: ignore[assignment]
        for now, engine.running in at:  # noqa: B007 - the clock reads it
            frontier._heartbeat()
            assert frontier._tick is not None
            frontier._tick.cancel()
        return frontier._patience("shutdown")

    return asyncio.run(run()), cuts


def test_a_stop_after_an_hour_has_as_long_as_one_at_the_start(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    drain = CrawlOptions.of(settings).drain_seconds
    assert beats(settings, monkeypatch, (10.0, False), (11.0, True), (3600.0, True), (3601.0, False)) == (drain, 0)


def test_answers_on_their_way_are_cut_while_the_rest_of_a_stop_has_time_left(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    drain = CrawlOptions.of(settings).drain_seconds
    left, cuts = beats(settings, monkeypatch, (1.0, True), (100.0, False), (100.0 + 0.7 * drain, False))
    assert (left, cuts) == (pytest.approx(0.3 * drain), 1)


def test_a_stop_leaves_ten_seconds_room_for_the_report_and_the_seals(settings: Settings) -> None:
    assert settings.getfloat("BAOTINH_DRAIN_SECONDS") + scheduler.LEAVE_SECONDS <= 7
