"""Faults 26, 28, 29: a site that goes away, a person who stops the crawl, two crawls of one source."""

from __future__ import annotations

import signal
import subprocess
import time
from pathlib import Path

import pytest
from harness import Site, articles, assert_consistent, finish, make_archive, query, serving, start


def wait_for(site: Site, requests: int, process: subprocess.Popen[bytes]) -> None:
    while sum(site.asked.values()) < requests and process.poll() is None:
        time.sleep(0.01)


def slow_page(path: str, times: int) -> None:
    if path == "/tin/bai-7.html" and not times:
        time.sleep(60)
    elif path.startswith("/tin/"):
        time.sleep(0.02)


@pytest.mark.fault(28)
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_crawl_in_order_within_ten_seconds_even_while_a_page_hangs(
    tmp_path: Path, number: int
) -> None:
    with serving(Site(300, slow_page)) as site:
        archive = make_archive(tmp_path / "a", site.port)
        process = start(archive)
        wait_for(site, 60, process)
        began = time.monotonic()
        process.send_signal(number)
        code, out, err = finish(process)
        assert time.monotonic() - began < 10
        assert (code, err) == (130, "")
        assert "stopped as asked" in out
        assert finish(start(archive))[0] == 0
        assert articles(archive) == 300
        assert_consistent(archive)
        assert site.repeated <= 2  # the page that hung, and perhaps one that was cut


@pytest.mark.fault(28)
def test_a_second_signal_ends_it_at_once_and_nothing_kept_is_lost(tmp_path: Path) -> None:
    with serving(Site(300, slow_page)) as site:
        archive = make_archive(tmp_path / "a", site.port)
        process = start(archive)
        wait_for(site, 60, process)
        process.send_signal(signal.SIGINT)
        time.sleep(0.5)
        process.send_signal(signal.SIGINT)
        began = time.monotonic()
        assert finish(process)[0] in (130, -signal.SIGINT)  # the later it comes, the less of us is left to say so
        assert time.monotonic() - began < 8
        assert finish(start(archive))[0] == 0
        assert articles(archive) == 300
        assert_consistent(archive)
        assert site.repeated <= 5


@pytest.mark.fault(29)
def test_a_second_crawl_of_the_same_source_is_refused_naming_the_first(tmp_path: Path) -> None:
    with serving(Site(300, slow_page)) as site:
        archive = make_archive(tmp_path / "a", site.port)
        first = start(archive)
        wait_for(site, 10, first)
        asked = sum(site.asked.values())
        code, _, err = finish(start(archive))
        assert code == 4
        assert str(first.pid) in err
        assert asked >= 10
        first.send_signal(signal.SIGKILL)  # its lock dies with it
        first.communicate()
        assert finish(start(archive))[0] == 0
        assert articles(archive) == 300


@pytest.mark.fault(26)
def test_a_site_that_goes_down_mid_run_is_left_alone_and_the_next_run_completes_it(tmp_path: Path) -> None:
    down = False

    def before(path: str, times: int) -> bytes | None:
        return b"" if down else None  # the connection closes without an answer

    with serving(Site(200, before)) as site:
        archive = make_archive(tmp_path / "a", site.port)
        process = start(archive, "--minutes", "0.5")
        wait_for(site, 100, process)
        down = True
        code, out, _ = finish(process)
        failed = query(archive / "frontier.sqlite", "SELECT count(*) FROM urls WHERE state = 'failed'")[0][0]
        assert code == 6, out
        down = False
        assert finish(start(archive, "--again"))[0] == 0
        assert articles(archive) == 200, f"{failed} had failed"
        assert_consistent(archive)
