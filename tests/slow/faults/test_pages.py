"""Faults 11 and 20: pages that drip, and pages made to hurt, hold up neither other sources nor the crawl itself."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from harness import OFFER, Site, articles, assert_consistent, finish, make_archive, query, serving, start

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
SECONDS = 10
TIMEOUT = f"import crawler.settings as s\ns.DOWNLOAD_TIMEOUT, s.BAOTINH_RETRY_SECONDS = {SECONDS}.0, 0.5\n"

# The crawl looks around four times a second: what its thread has worked between two looks has held up everything else.
HELD_UP = """
import atexit, time
from pathlib import Path
from crawler.frontier.scheduler import Frontier
beat, last, worst = Frontier._heartbeat, [0.0], [0.0]
def timed(self):
    now = time.thread_time()
    worst[0] = max(worst[0], now - last[0]) if last[0] else 0.0
    last[0] = now
    beat(self)
Frontier._heartbeat = timed
atexit.register(lambda: Path({path!r}).write_text(str(worst[0])))
"""

BOMBS = {
    "/tin/bai-1.html": (b"<html><body><p " + b" ".join(b"a%d=1" % n for n in range(87_000)), "attribute_bomb"),
    "/tin/bai-2.html": (b"<html><body>" + b"<div>" * 20_000, "too_deep"),
    "/tin/bai-3.html": (b"<html><body>" + b"<b><i>" * 300_000 + b"x", "too_large"),
    "/tin/bai-4.html": (b"<html><body><table>" + b"<a>" * 500_000, "too_large"),
}


@pytest.mark.fault(20)
def test_pages_made_to_hurt_are_unread_by_name_and_hold_the_crawl_up_for_no_second(tmp_path: Path) -> None:
    def bomb(path: str, times: int) -> bytes | None:
        return HEAD + BOMBS[path][0] if path in BOMBS else None

    with serving(Site(60, bomb)) as site:
        archive = make_archive(tmp_path / "a", site.port)
        code, _, err = finish(start(archive, first=HELD_UP.format(path=str(tmp_path / "worst"))))
        assert (code, err) == (0, OFFER)
        unread = query(
            archive / "archive.sqlite", "SELECT url, reason FROM captures WHERE state = 'unread' ORDER BY url"
        )
        assert [(url[-len("/tin/bai-1.html") :], reason) for url, reason in unread] == [
            (path, reason) for path, (_, reason) in BOMBS.items()
        ]
        assert articles(archive) == 60 - len(BOMBS)
        assert_consistent(archive)
        assert 0.0 < float((tmp_path / "worst").read_text()) < 1.0


@pytest.mark.fault(11)
def test_a_source_whose_page_hangs_holds_no_other_source_up(tmp_path: Path) -> None:
    def hang(path: str, times: int) -> None:
        if path == "/tin/bai-1.html" and times < 2:  # both sources are this site: the first to ask waits, and the next
            time.sleep(SECONDS + 5)

    with serving(Site(60, hang)) as slow, serving(Site(60)) as quick:
        archive = make_archive(tmp_path / "a", slow.port)
        text = (archive / "sources" / "thu.toml").read_text().replace("concurrency = 4", "concurrency = 1")
        (archive / "sources" / "thu.toml").write_text(text)
        text = text.replace('"thu"', '"khac"').replace(f"127.0.0.1:{slow.port}", f"localhost:{quick.port}")
        (archive / "sources" / "khac.toml").write_text(text)
        code, _, err = finish(start(archive, "khac", first=TIMEOUT))
        assert (code, [line for line in err.splitlines() if ": " not in line]) == (0, [])
        asked = dict(query(archive / "archive.sqlite", "SELECT source, max(captured_at) FROM captures GROUP BY source"))
        assert asked["khac"] < asked["thu"]
        cut = query(
            archive / "archive.sqlite",
            "SELECT truncated, count(*) FROM captures WHERE url LIKE '%/bai-1.html' GROUP BY 1",
        )
        assert dict(cut) == {"": 2, "time": 2}
        assert articles(archive) == 120
        assert_consistent(archive)
