"""What is handed out, in what order, and what becomes of each URL."""

from __future__ import annotations

import fcntl
import re
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from crawling import SOURCE, Answer, Page, article, crawl, html, pages, status

from archive.custody import seals
from archive.errors import DamageError, SchemaError
from crawler.frontier.explain import open_readonly
from crawler.frontier.store import FrontierStore

ROBOTS = "User-agent: *\nDisallow: /cam/\n"


def site_of(articles: int = 3, **more: object):
    links = [f"/tin/bai-{n}.html" for n in range(1, articles + 1)]
    found = {"/": html("Trang chủ", *links), "/robots.txt": ROBOTS}
    found |= {link: article(f"Hội nghị số {n}", f"Nội dung {n} của xã.") for n, link in enumerate(links, 1)}
    return {**found, **more}


def test_a_crawl_reaches_every_article_and_asks_for_nothing_twice(tmp_path: Path) -> None:
    done = crawl(tmp_path, pages(site_of(5)))
    assert sorted(done.paths) == sorted(["/robots.txt", "/", *(f"/tin/bai-{n}.html" for n in range(1, 6))])
    assert done.report.tally.pages["new"] == 5
    assert done.report.reason == "finished"
    assert done.paths[0] == "/robots.txt"


@pytest.mark.fault(23)
def test_sixteen_first_requests_at_once_and_not_one_gets_past_a_robots_that_forbids_all(tmp_path: Path) -> None:
    seeds = ", ".join(f'"/tin/bai-{n}.html"' for n in range(16))
    from crawling import SOURCE

    source = SOURCE.replace('seeds = ["/"]', f"seeds = [{seeds}]").replace(
        "delay_seconds = 0", "delay_seconds = 0\nconcurrency = 4"
    )
    done = crawl(tmp_path, pages({"/robots.txt": "User-agent: *\nDisallow: /\n"}), source, most=16)
    assert done.paths == ["/robots.txt"]
    assert done.report.tally.excluded == {"robots": 16}


def test_what_robots_forbids_is_excluded_by_name_and_never_asked_for(tmp_path: Path) -> None:
    site = site_of(1)
    site["/"] = html("Trang chủ", "/cam/bai-7.html", "/tin/bai-1.html")
    done = crawl(tmp_path, pages(site))
    assert "/cam/bai-7.html" not in done.paths
    assert done.state_of("/cam/bai-7.html") == ("excluded", "robots")


def test_a_redirect_is_a_row_of_its_own_and_both_ends_are_kept(tmp_path: Path) -> None:
    site = site_of(0)
    site["/"] = html("Trang chủ", "/tin/cu-1.html")
    site["/tin/cu-1.html"] = status("301 Moved Permanently", "Location: /tin/moi-1.html")
    site["/tin/moi-1.html"] = article("Bài mới", "Nội dung của bài mới.")
    done = crawl(tmp_path, pages(site))
    assert done.state_of("/tin/cu-1.html") == ("done", "redirected")
    assert done.state_of("/tin/moi-1.html") == ("done", "")
    assert done.archived("SELECT status FROM captures WHERE url LIKE '%cu-1.html'") == [(301,)]


@pytest.mark.fault(12)
def test_redirects_without_end_stop_after_five(tmp_path: Path) -> None:
    def site(path: str, times: int):
        if path.startswith("/tin/"):
            number = int(path.split("-")[1].split(".")[0])
            return status("302 Found", f"Location: /tin/bai-{number + 1}.html")
        return {"/": html("Trang chủ", "/tin/bai-1.html"), "/robots.txt": ROBOTS}.get(path)

    done = crawl(tmp_path, site)
    assert [path for path in done.paths if path.startswith("/tin/")] == [f"/tin/bai-{n}.html" for n in range(1, 7)]
    assert done.state_of("/tin/bai-6.html") == ("failed", "redirects")


@pytest.mark.fault(13)
@pytest.mark.parametrize(
    ("target", "reason"),
    [
        ("http://khac.example/tin/bai-2.html", "scope:host"),
        ("http://127.0.0.1:1/tin/bai-2.html", "scope:host"),
        ("http://169.254.169.254/latest/meta-data/", "scope:host"),
        ("file:///etc/passwd", "scope:scheme"),
        ("ftp://127.0.0.1/x", "scope:scheme"),
        ("javascript:alert(1)", "scope:scheme"),
        ("http://[::1/tin/bai-2.html", "scope:characters"),
        ("http://127.0.0.1:99999/", "scope:characters"),
        ("http://127.0.0.1:-1/", "scope:characters"),
        ("http://127.0.0.1:\u0661/", "scope:characters"),
        ("http://[fe80::1%25eth0]/", "scope:host"),
        ("http://[::ffff:127.0.0.1]/", "scope:host"),
        ("http://127.0.0.1:0/", "scope:host"),
        ("http://x:y@127.0.0.1/", "scope:user"),
        ("http://127.1/", "scope:host"),
        ("http://\u2460\u2461\u2466.0.0.1/", "scope:host"),
        ("http://" + "a." * 2000 + "example/", "scope:length"),
        ("//\u0111\u1ea3ng.example/", "scope:host"),
    ],
)
def test_a_redirect_out_of_the_source_is_excluded_and_never_followed(tmp_path: Path, target: str, reason: str) -> None:
    site = site_of(0)
    site["/"] = html("Trang chủ", "/tin/bai-1.html")
    site["/tin/bai-1.html"] = status("302 Found", f"Location: {target}")
    done = crawl(tmp_path, pages(site))
    assert done.paths == ["/robots.txt", "/", "/tin/bai-1.html"]
    assert done.report.tally.excluded == {reason: 1}


def test_a_server_error_is_asked_again_and_then_done(tmp_path: Path) -> None:
    good = article("Hội nghị", "Nội dung của hội nghị.")
    flaky = [status("503 Busy"), status("500 Oops"), good]

    def site(path: str, times: int):
        return flaky[times] if path == "/tin/bai-1.html" else pages(site_of(1))(path, times)

    done = crawl(tmp_path, site)
    assert done.paths.count("/tin/bai-1.html") == 3
    assert done.state_of("/tin/bai-1.html") == ("done", "")
    assert done.report.tally.again == {"http_503": 1, "http_500": 1}


def test_what_fails_three_times_is_failed_with_its_reason(tmp_path: Path) -> None:
    done = crawl(tmp_path, pages(site_of(1, **{"/tin/bai-1.html": status("500 Oops")})))
    assert done.paths.count("/tin/bai-1.html") == 3
    assert done.state_of("/tin/bai-1.html") == ("failed", "http_500")


@pytest.mark.fault(5)
def test_a_fragment_is_kept_and_never_done(tmp_path: Path) -> None:
    cut = Answer([b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + article("Hội", "nghị")[:300]], close=True)
    done = crawl(tmp_path, pages(site_of(1, **{"/tin/bai-1.html": cut})))
    assert done.state_of("/tin/bai-1.html") == ("failed", "disconnect")
    assert done.archived("SELECT truncated, count(*) FROM captures WHERE url LIKE '%bai-1.html' GROUP BY 1") == [
        ("disconnect", 3)
    ]
    assert done.archived("SELECT count(*) FROM articles") == [(0,)]


def test_a_page_that_is_gone_is_failed_and_not_asked_again_in_the_run(tmp_path: Path) -> None:
    done = crawl(tmp_path, pages(site_of(1, **{"/tin/bai-1.html": status("410 Gone")})))
    assert done.paths.count("/tin/bai-1.html") == 1
    assert done.state_of("/tin/bai-1.html") == ("failed", "http_410")


def test_every_url_ends_in_exactly_one_state(tmp_path: Path) -> None:
    site = site_of(4, **{"/tin/bai-2.html": status("500 Oops"), "/tin/bai-3.html": status("404 Gone")})
    done = crawl(tmp_path, pages(site))
    states = dict(done.rows("SELECT state, count(*) FROM urls GROUP BY state"))
    assert set(states) <= {"done", "failed", "excluded"}
    assert sum(states.values()) == 5


def test_a_limit_ends_the_run_cleanly_and_the_next_goes_on(tmp_path: Path) -> None:
    first = crawl(tmp_path, pages(site_of(6)), BAOTINH_LIMIT=3)
    assert (first.report.reason, first.report.left) == ("limit", 4)
    assert len(first.paths) == 4  # robots.txt is not counted
    assert first.rows("SELECT count(*) FROM claims") == [(0,)]


def test_the_server_counts_as_many_requests_as_the_report(tmp_path: Path) -> None:
    done = crawl(tmp_path, pages(site_of(7, **{"/tin/bai-2.html": status("500 Oops")})))
    assert len(done.paths) == done.report.tally.requests + done.report.tally.robots
    assert len(done.archived("SELECT 1 FROM captures")) == len(done.paths)


def test_crawls_that_open_a_new_frontier_at_once_make_it_once(tmp_path: Path) -> None:
    def opened(number: int) -> None:
        FrontierStore(tmp_path / f"{number // 6}.sqlite").close()

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(opened, range(48)))
    FrontierStore(tmp_path / "0.sqlite").close()


def test_a_damaged_frontier_is_free_for_whoever_makes_it_anew(tmp_path: Path) -> None:
    path = tmp_path / "frontier.sqlite"
    path.write_bytes(b"no database " * 1000)
    with pytest.raises(DamageError, match=r"frontier\.sqlite"):
        FrontierStore(path)
    with (tmp_path / ".lock" / "frontier.sqlite.writers").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)  # nobody holds it


def test_a_pattern_that_meets_a_calendar_without_end_does_not_make_a_crawl_without_end(tmp_path: Path) -> None:
    """As newsource drafted it for the sample site: `-(\\d+)/?$` meets articles and the months of a calendar alike."""

    def site(path: str, _times: int) -> Page | None:
        months = re.fullmatch(r"/lich/thang-(\d+)/", path)
        if months:
            at = int(months[1])
            return html("Lịch công tác", f"/lich/thang-{at - 1}/", f"/lich/thang-{at + 1}/")
        fixed = {
            "/robots.txt": "User-agent: *\nDisallow: /cam/\n",
            "/": html("Trang chủ", "/lich/thang-5000/", "/tin/bai-1.html"),
            "/tin/bai-1.html": article("Xã Tân Bình họp", "Nội dung của bài."),
        }
        return fixed.get(path)

    source = SOURCE.partition("[discover]")[0] + "[discover]\nseeds = ['/']\narticle = ['-(\\d+)(?:\\.html?)?/?$']\n"
    source += "[politeness]\ndelay_seconds = 0\n"
    crawled = crawl(tmp_path / "a", site, source, BAOTINH_LIMIT=200)
    assert crawled.report.reason == "finished"
    assert crawled.report.tally.pages["new"] == 1
    assert crawled.report.tally.passed_over["trap:barren"] > 0


@pytest.mark.parametrize("version", [0, 99])
def test_a_frontier_of_another_schema_is_not_touched_and_the_way_out_is_told(tmp_path: Path, version: int) -> None:
    path = tmp_path / "frontier.sqlite"
    FrontierStore(path).close()
    with closing(sqlite3.connect(path)) as other:
        other.execute(f"PRAGMA user_version = {version}")
    seals.seal(tmp_path, path.name)
    for opened in (lambda: closing(FrontierStore(path)), lambda: open_readonly(path)):
        with pytest.raises(SchemaError, match=rf"frontier\.sqlite has schema {version}, .* move it away"), opened():
            pass
