"""An event loop that stands still is ended, says where it stood, and loses nothing."""

from __future__ import annotations

import asyncio
import re
import signal
from pathlib import Path

import pytest
from crawling import SOURCE, Crawled, Site, answer_of, article, crawl, crawl_served, html, pages
from raw_server import raw_server

from archive.custody.events import of
from archive.errors import CrawlError
from crawler.commands.crawl import exit_code_of
from crawler.frontier.outcomes import Outcomes
from crawler.watchdog import LOOKS, StalledError, Watchdog

LINKS = [f"/tin/bai-{n}.html" for n in range(1, 6)]
SITE = {
    "/robots.txt": "User-agent: *\nDisallow: /cam/\n",
    "/": html("Trang chủ", *LINKS),
    **{link: article(f"Bài {link}", "Nội dung.") for link in LINKS},
}


def for_ever() -> None:
    while True:
        pass


def in_a_pattern() -> None:
    re.match(r"(?:a|a)*b", "a" * 60)


@pytest.mark.parametrize("held_up", [for_ever, in_a_pattern])
@pytest.mark.parametrize("step", ["arrived", "filed"])
def test_a_crawl_that_stands_still_ends_with_the_reason_and_the_next_completes_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, held_up: object, step: str
) -> None:
    whole, calls = getattr(Outcomes, step), []

    def stands_still(self: Outcomes, *values: object) -> object:
        calls.append(values)
        found = whole(self, *values)
        if len(calls) == 4:
            self._border.watchdog.stop()
            self._border.watchdog.start(0.3)
            held_up()  # type: ignore[operator]
        return found

    async def twice(site: Site) -> tuple[Crawled, Crawled]:
        async with raw_server(lambda path: answer_of(site(path, 0))) as server:
            monkeypatch.setattr(Outcomes, step, stands_still)
            first = await crawl_served(tmp_path, server, SOURCE, BAOTINH_STALL_SECONDS=3600)
            monkeypatch.setattr(Outcomes, step, whole)
            return first, await crawl_served(tmp_path, server, SOURCE)

    first, second = asyncio.run(twice(pages(SITE)))
    assert first.report.reason == "stalled"
    assert any("stood still for 0.3 s in crawler." in warning for warning in first.report.warnings)
    assert [event.outcome for event in of(tmp_path, "capture")] == ["stalled", "finished"]
    with pytest.raises(CrawlError, match="stood still"):
        exit_code_of([(first.report, first.error)])
    assert (second.report.reason, second.report.left) == ("finished", 0)
    assert second.archived("SELECT count(*) FROM articles") == [(5,)]
    assert second.rows("SELECT count(*) FROM claims") == [(0,)]
    assert signal.getsignal(signal.SIGALRM) is signal.SIG_DFL


def test_one_late_alarm_ends_nothing_and_a_fed_watchdog_never_bites() -> None:
    bitten: list[StalledError] = []
    dog = Watchdog(bitten.append)
    for _ in range(5):
        for _ in range(LOOKS - 1):
            dog._rang(signal.SIGALRM, None)
        dog.feed()
    assert bitten == []
    for _ in range(LOOKS):
        dog._rang(signal.SIGALRM, None)
    assert len(bitten) == 1


def test_what_is_being_written_is_not_broken_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that takes its time holds up the loop too; half a record would be worse than a late one."""
    from archive.warc import writer

    rung: list[str] = []
    real = writer.append

    def slow(descriptor: int, data: bytes, good: int, path: Path) -> None:
        if callable(signal.getsignal(signal.SIGALRM)):
            rung.append(path.name)
            for _ in range(LOOKS):
                signal.raise_signal(signal.SIGALRM)
        real(descriptor, data, good, path)

    monkeypatch.setattr(writer, "append", slow)
    done = crawl(tmp_path, pages(SITE), BAOTINH_STALL_SECONDS=3600)
    assert len(rung) > len(SITE)
    assert (done.report.reason, done.report.left) == ("finished", 0)
