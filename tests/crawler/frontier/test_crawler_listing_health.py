"""What each listing and feed brought is remembered, and one that runs dry is noticed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from changing_site import Changing, crawls, nothing
from crawling import SOURCE, article, html, status
from listing_visits import visits

from crawler.commands.runs import show_listings
from crawler.frontier.listing_health import VISITS, ListingHealth, ListingVisit, ran_dry, stands_still
from crawler.frontier.store import FrontierStore, Row

FED = SOURCE.replace('seeds = ["/"]', 'seeds = ["/"]\nfeeds = ["/rss"]')


def feed(*links: str) -> bytes:
    items = "".join(f"<item><title>Bài</title><link>{link}</link></item>" for link in links)
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>Tin</title>{items}</channel></rss>'.encode()


def with_feed(site: Changing) -> dict[str, Any] | None:
    links = [f"http://127.0.0.1:{site.server.port}/tin/bai-{number}.html" for number in range(1, 9)]
    site.pages["/rss"] = feed(*links)
    site.pages |= {f"/tin/bai-{number}.html": article(f"Bài {number}", "Nội dung.") for number in range(1, 9)}
    return None


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda site: site.pages.update({"/rss": feed()}), ""),
        (lambda site: site.pages.pop("/rss"), " (http_404)"),
        (lambda site: site.pages.update({"/rss": status("301 Moved", "Location: /")}), " (http_301)"),
    ],
)
def test_a_feed_that_runs_dry_is_noticed_with_what_it_used_to_list(
    tmp_path: Path, change: Callable[[Changing], object], why: str
) -> None:
    def dry(site: Changing) -> None:
        change(site)

    *before, after = crawls(tmp_path, with_feed, nothing, nothing, dry, source=FED)
    assert not any(one.report.warnings for one in before)
    (notice,) = after.report.warnings
    assert "/rss lists no article" + why + "; it listed about 8, last on 20" in notice
    assert after.rows("SELECT listed FROM listing_visits WHERE url LIKE '%/rss' ORDER BY id") == [
        (8,),
        (8,),
        (8,),
        (0,),
    ]


def test_a_listing_that_never_listed_much_is_no_news_when_it_is_empty(tmp_path: Path) -> None:
    def emptied(site: Changing) -> None:
        site.pages["/"] = html("Trang chủ")

    def poor(site: Changing) -> None:
        site.pages["/"] = html("Trang chủ", "/tin/bai-1.html")

    assert crawls(tmp_path, poor, nothing, nothing, emptied)[-1].report.warnings == ()


def test_a_report_says_what_each_feed_and_listing_brought(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first, second = crawls(tmp_path, with_feed, nothing, source=FED)
    told = [[(one["listed"], one["new"]) for one in run.report.as_json()["listings"]] for run in (first, second)]
    assert sorted(told[0]) == [(3, 3), (8, 8)], "the home page lists three of the eight that the feed has named"
    assert told[1] == [(8, 0)], "the home page rests"
    assert {one["mark"] for one in second.report.as_json()["listings"]} == {"not_modified"}
    show_listings([{"url": f"/{n}", "listed": 1_234, "new": 0, "mark": "http_404"} for n in range(25)])
    shown = capsys.readouterr().out
    assert "1,234    0  /0 (http_404)" in shown
    assert "and 5 more; --json has all" in shown


def test_three_visits_must_say_what_is_usual_before_anything_runs_dry() -> None:
    assert ran_dry(visits(20, 20, 0)) == ""
    assert "about 20, last on 1970-01-04" in ran_dry(visits(20, 20, 20, 0))
    assert ran_dry(visits(20, 20, 20, 1)) == ""
    assert ran_dry(visits(2, 2, 2, 0)) == ""


def test_a_feed_that_has_been_empty_for_long_is_not_told_for_ever() -> None:
    assert ran_dry(visits(20, 20, 20, 20, *[0] * 8)) == ""


def test_a_sitemap_that_stands_still_while_others_bring_news_is_noticed() -> None:
    still = [*visits(50, fresh=50), *visits(50, 50, 50, 50, 50, days=5, mark="=")[1:]]
    news = visits(30, 30, 30, 30, 30, days=5, fresh=4, url="https://bao.example/")
    assert "has stood still since 1970-01-02: 20 articles were found elsewhere" in stands_still(still, [*still, *news])
    assert stands_still(still, still) == "", "a source without news stands still as a whole"
    assert stands_still(still[:3], [*still, *news]) == "", "a few days say nothing"
    growing = [*still[:-1], ListingVisit(still[-1].url, still[-1].at, 51, 0)]
    assert stands_still(growing, [*growing, *news]) == "", "others were quicker, that is all"


def test_only_the_last_visits_are_kept(tmp_path: Path) -> None:
    done = crawls(tmp_path, *[nothing] * 3)[-1]
    assert done.rows("SELECT count(*) FROM listing_visits") == [(3,)]
    rows = FrontierStore(tmp_path / "frontier.sqlite")
    health = ListingHealth(rows, "thu", "r")
    row = Row(1, "http://a.example/rss", "feed", 0, 0, 0, "", "", 0, "", "", 0)
    for number in range(VISITS + 5):
        rows.write(
            "INSERT INTO listing_visits VALUES (NULL, 'thu', ?, ?, ?, 1, 1, '')", (row.url, number, f"run {number}")
        )
    health._note(row, 7, 7, "")
    kept = rows.read("SELECT count(*), max(listed) FROM listing_visits WHERE url = ?", (row.url,)).fetchone()
    rows.close()
    assert kept == (VISITS, 7)
