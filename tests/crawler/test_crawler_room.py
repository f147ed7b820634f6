"""A disk that fills up ends a crawl while there is room to end it, and a log that a reader holds does not fill it."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from crawling import SOURCE, Crawled, answer_of, article, crawl_served, html
from raw_server import raw_server

from archive.custody.events import of
from archive.errors import StorageError
from archive.holdings import Holdings
from archive.sources import Register
from crawler import watchdog
from crawler.commands.crawl import exit_code_of
from crawler.frontier.limits import CrawlOptions
from crawler.frontier.session import Session

LINKS = [f"/tin/bai-{n}.html" for n in range(1, 41)]
SITE: dict[str, Any] = {
    "/robots.txt": "User-agent: *\nDisallow: /cam/\n",
    "/": html("Trang chủ", *LINKS),
    **{link: article(f"Bài {link}", "Nội dung của bài viết này. " * 50) for link in LINKS},
}


def crawls(root: Path, *asked: Callable[[int], object], **orders: object) -> list[Crawled]:
    """Crawls of one server, one after the other; `asked` is called with 0 before each, then with every request."""
    now, begun = [0], [0]

    async def run() -> list[Crawled]:
        def script(path: str) -> Any:
            asked[now[0]](len(server.requests) - begun[0])
            return answer_of(SITE.get(path))

        async with raw_server(script) as server:
            done = []
            for number in range(len(asked)):
                now[0], begun[0] = number, len(server.requests)
                asked[number](0)
                done.append(await crawl_served(root, server, SOURCE, **orders))
            return done

    return asyncio.run(run())


def free(monkeypatch: pytest.MonkeyPatch, megabytes: int) -> None:
    monkeypatch.setattr(watchdog.os, "statvfs", lambda _: SimpleNamespace(f_bavail=megabytes * 250, f_frsize=4000))


@pytest.mark.fault(3)
def test_a_disk_with_too_little_room_is_told_before_anything_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    crawls(tmp_path, lambda _: None, BAOTINH_LIMIT=1)
    source = Register.load(tmp_path / "sources" / "thu.toml", shipped=None).get("thu")
    free(monkeypatch, 199)
    with pytest.raises(StorageError, match=r"199 MB are free, and a crawl needs 200 .free_megabytes") as told:
        asyncio.run(Session.open(SimpleNamespace(), source, CrawlOptions(tmp_path), "baotinh"))  # type: ignore[arg-type]
    assert "còn trống 199 MB" in told.value.message.in_language("vi")
    assert len(list(of(tmp_path, "capture"))) == 1
    free(monkeypatch, 200)
    assert watchdog.Room(Holdings.open(tmp_path), "thu", 1).low() is None


@pytest.mark.fault(3)
def test_a_disk_that_fills_up_ends_the_crawl_in_order_and_the_next_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    room_for = {0: 250, 15: 150}
    first, second = crawls(
        tmp_path,
        lambda number: free(monkeypatch, room_for[number]) if number in room_for else None,
        lambda number: free(monkeypatch, 250),
    )
    assert first.report.reason == "disk"
    assert 0 < first.report.left < 40
    with pytest.raises(StorageError, match="150 MB are free") as told:
        exit_code_of([(first.report, first.error)])
    assert told.value.exit_code == 4
    assert [event.outcome for event in of(tmp_path, "capture")] == ["disk", "finished"], "its report was written"
    assert first.rows("SELECT count(*) FROM claims") == [(0,)]
    assert (second.report.reason, second.archived("SELECT count(*) FROM articles")) == ("finished", [(40,)])


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("name", ["frontier", "archive"])
def test_a_log_that_a_reader_holds_stops_the_fetching_and_then_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(watchdog, "MOST_LOG_BYTES", 5_000)
    monkeypatch.setattr("crawler.border.SYNC_CAPTURES", 1)
    held: list[sqlite3.Connection] = []

    def reads(number: int) -> None:
        if number == 5:
            reader = sqlite3.connect(tmp_path / f"{name}.sqlite", isolation_level=None)
            reader.execute("BEGIN")
            reader.execute("SELECT count(*) FROM sqlite_schema").fetchone()
            held.append(reader)

    def ends(number: int) -> None:
        monkeypatch.setattr(watchdog, "MOST_LOG_BYTES", 1 << 30)
        for reader in held:
            reader.close()

    first, second = crawls(tmp_path, reads, ends, BAOTINH_PATIENCE=0.5)
    assert first.report.reason == "disk"
    with pytest.raises(StorageError, match=rf"{name}\.sqlite-wal: over 0 MB, as another program has been reading"):
        exit_code_of([(first.report, first.error)])
    assert first.report.left > 0
    assert (second.report.reason, second.archived("SELECT count(*) FROM articles")) == ("finished", [(40,)])


@pytest.mark.parametrize("name", ["frontier", "archive"])
def test_a_pause_ends_when_the_reader_leaves_and_the_crawl_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr("crawler.border.SYNC_CAPTURES", 1)
    shorten, asked, tried = watchdog.shorten_log, [0], list[tuple[bool, int]]()
    held: list[sqlite3.Connection] = []

    def reads(number: int) -> None:
        asked[0] = number
        if number == 5:
            reader = sqlite3.connect(tmp_path / f"{name}.sqlite", isolation_level=None, check_same_thread=False)
            reader.execute("BEGIN")
            reader.execute("SELECT count(*) FROM sqlite_schema").fetchone()
            held.append(reader)
            monkeypatch.setattr(watchdog, "MOST_LOG_BYTES", 5_000)

    def shortened(database: Path) -> bool:
        done = shorten(database)
        if database.stem == name and held:
            tried.append((done, asked[0]))
            if len(tried) == 3:
                held.pop().close()
        elif database.stem == name and done:  # from here on no log is too long: one pause is enough
            assert database.with_name(f"{database.name}-wal").stat().st_size == 0
            monkeypatch.setattr(watchdog, "MOST_LOG_BYTES", 1 << 30)
        return done

    monkeypatch.setattr(watchdog, "shorten_log", shortened)
    (done,) = crawls(tmp_path, reads, BAOTINH_PATIENCE=300)
    assert [emptied for emptied, _ in tried] == [False] * 3
    assert tried[2][1] - tried[0][1] <= 1, "what was on its way came, and nothing more was asked for"
    assert watchdog.MOST_LOG_BYTES == 1 << 30, "it could be emptied once the reader had left"
    assert (done.report.reason, done.report.left) == ("finished", 0)
    assert done.archived("SELECT count(*) FROM articles") == [(40,)]


def test_a_log_is_emptied_when_nobody_needs_it(tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite"
    with closing(sqlite3.connect(path, isolation_level=None)) as writer:
        writer.execute("PRAGMA journal_mode = WAL")
        writer.execute("CREATE TABLE a (b)")
        with closing(sqlite3.connect(path, isolation_level=None)) as reader:
            reader.execute("BEGIN")
            reader.execute("SELECT count(*) FROM a").fetchone()
            writer.execute("INSERT INTO a VALUES (1)")
            assert not watchdog.shorten_log(path)
        assert watchdog.shorten_log(path)
        assert path.with_name("a.sqlite-wal").stat().st_size == 0
    assert watchdog.shorten_log(tmp_path / "none.sqlite")
