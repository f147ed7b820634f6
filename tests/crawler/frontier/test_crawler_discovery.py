"""Which links are worth a request, in what order, and when to come back."""

from __future__ import annotations

from datetime import date

import pytest
from fetched_page import fetched

from archive.model import Link
from archive.settings import Keep
from archive.sources import Source
from archive.sources.load import parse_source
from crawler.frontier.discovery import Origin, look, page_number, rank
from crawler.frontier.listing_health import rest
from crawler.frontier.recrawl import DAY, HOUR, first_interval, interval
from crawler.http.capture import Fetched
from crawler.http.verdict import MOST_ATTEMPTS, MOST_HOPS, classify

BASE = "https://baotinh.example"
TODAY = date(2026, 11, 24)
KEEP = Keep()
HOME = Origin(f"{BASE}/", "page", 0)


def source_of(discover: str) -> Source:
    text = (
        'id = "bao-tinh"\nname = "Báo tỉnh"\nkind = "newspaper"\nprovince = "thai-nguyen"\nstatus = "unverified"\n'
        f'hosts = ["baotinh.example"]\n[[layout]]\nfamily = "nukeviet"\n[discover]\n{discover}'
    )
    return parse_source(text, "bao-tinh.toml")


RULES = source_of("article = ['-\\d+\\.html$']\nlisting = ['^/[a-z-]+/(?:page-\\d+/)?$']\nmax_pages = 10\n")
NO_RULES = source_of("")


def kinds(links: list[Link], source: Source = RULES, origin: Origin = HOME, keep: Keep = KEEP) -> dict[str, str]:
    finding = look(links, origin, source, keep, TODAY)
    return {found.url.removeprefix(BASE): found.excluded or found.kind for found in finding.candidates}


def test_the_source_s_own_rules_say_what_a_link_is() -> None:
    links = [Link(f"{BASE}{path}", "page") for path in ("/tin/mua-lu-12.html", "/kinh-te/", "/gioi-thieu.html")]
    assert kinds(links) == {"/tin/mua-lu-12.html": "article", "/kinh-te/": "listing"}


def test_without_rules_a_page_says_what_its_links_are() -> None:
    links = [Link(f"{BASE}/a", "article"), Link(f"{BASE}/b", "listing"), Link(f"{BASE}/c", "page")]
    assert kinds(links, NO_RULES) == {"/a": "article", "/b": "listing", "/c": "page"}


def test_a_later_page_of_a_list_is_no_article_whatever_the_pattern_says() -> None:
    links = [Link(f"{BASE}/{path}", "page") for path in ("thoi-su-trang-2.html", "sach-trang-20-1315.html")]
    drafted = source_of("article = ['-\\d+\\.html$']\n")
    assert kinds(links, drafted) == {"/thoi-su-trang-2.html": "listing", "/sach-trang-20-1315.html": "article"}


def test_pages_of_unknown_kind_are_followed_only_so_deep() -> None:
    links = [Link(f"{BASE}/c", "page")]
    assert kinds(links, NO_RULES, Origin(BASE, "page", 2)) == {"/c": "page"}
    assert kinds(links, NO_RULES, Origin(BASE, "page", 3)) == {}


def test_other_hosts_leave_no_row_but_are_counted() -> None:
    links = [Link("https://khac.example/a-1.html", "article"), Link("mailto:a@b.example", "page")]
    finding = look(links, HOME, RULES, Keep(), TODAY)
    assert finding.candidates == ()
    assert dict(finding.passed_over) == {"scope:host": 1, "no url": 1}


def test_traps_and_rules_leave_a_row_that_names_them() -> None:
    links = [Link(f"{BASE}/tin/?print=1", "page"), Link(f"{BASE}/kinh-te/page-11/", "listing")]
    assert kinds(links) == {"/tin/?print=1": "trap:print", "/kinh-te/page-11/": "trap:pages"}


def test_keep_rules_decide_on_pictures_and_files() -> None:
    links = [Link(f"{BASE}/a.jpg", "image"), Link(f"{BASE}/b.pdf", "attachment")]
    assert kinds(links) == {"/a.jpg": "image", "/b.pdf": "attachment"}
    assert kinds(links, keep=Keep(images=False)) == {"/b.pdf": "attachment"}
    assert kinds(links, keep=Keep(attachments=False)) == {"/a.jpg": "image"}


def test_since_passes_over_what_is_dated_before_it_and_nothing_undated() -> None:
    links = [Link(f"{BASE}/a-{n}.html", "article", when) for n, when in ((1, "2026-11-20"), (2, "2026-10-31"), (3, ""))]
    finding = look(links, HOME, RULES, Keep(), TODAY, since=date(2026, 11, 1))
    assert [found.url for found in finding.candidates] == [f"{BASE}/a-1.html", f"{BASE}/a-3.html"]
    assert dict(finding.passed_over) == {"since": 1}


def test_a_link_met_twice_is_one_candidate() -> None:
    links = [Link(f"{BASE}/a-1.html#top", "article"), Link(f"{BASE}/a-1.html", "page")]
    assert len(look(links, HOME, RULES, Keep(), TODAY).candidates) == 1


def test_feeds_and_listings_come_before_articles_the_newest_first_and_history_last() -> None:
    order = [
        rank("sitemap", "", 1, 1, TODAY),
        rank("feed", "", 1, 1, TODAY),
        rank("listing", "", 1, 1, TODAY),
        rank("article", "2026-11-24T07:00+07:00", 2, 1, TODAY),
        rank("article", "2026-11-01", 2, 1, TODAY),
        rank("attachment", "", 2, 1, TODAY),
        rank("image", "", 2, 1, TODAY),
    ]
    assert order == sorted(order, reverse=True)
    assert rank("article", "2020-01-01", 2, 1, TODAY) < rank("attachment", "", 2, 1, TODAY)
    assert rank("article", "2019-01-01", 2, 1, TODAY) < rank("article", "2020-01-01", 2, 1, TODAY)
    assert rank("listing", "", 1, 7, TODAY) < rank("article", "2026-11-01", 2, 1, TODAY)


@pytest.mark.parametrize(
    ("url", "page"),
    [
        ("/tin-tuc/", 1),
        ("/tin-tuc/page-3/", 3),
        ("/tin-tuc/page/12", 12),
        ("/tin?page=4&x=1", 4),
        ("/tin?x=1&trang=5", 5),
        ("/tin/trang-6.html", 6),
        ("/tin/p7/", 7),
        ("/trang-phuc-truyen-thong/", 1),
        ("/page-layout/", 1),
    ],
)
def test_the_page_of_a_listing_is_read_in_its_address(url: str, page: int) -> None:
    assert page_number(BASE + url) == page


def test_young_articles_are_visited_sooner_and_changes_shorten_the_interval() -> None:
    assert first_interval(HOUR) < first_interval(3 * DAY) < first_interval(20 * DAY) < first_interval(900 * DAY)
    changed = interval("article", "changed", 200, 8 * DAY, 9 * DAY)
    same = interval("article", "same", 200, 8 * DAY, 9 * DAY)
    assert (changed, same) == (4 * DAY, 24 * DAY)
    assert interval("article", None, 304, 8 * DAY, 9 * DAY) == 24 * DAY


def test_an_article_that_stays_as_it_is_costs_seven_visits_in_its_first_year() -> None:
    every, age, visits = interval("article", "new", 200, 0, 0), 0, 0
    while (age := age + every) <= 365 * DAY:
        visits += 1
        every = interval("article", "same", 304, every, age)
    assert visits == 7
    assert interval("article", "same", 200, 6 * HOUR, 40 * DAY) == 30 * DAY, "not hours"


def test_intervals_have_bounds() -> None:
    assert interval("article", "changed", 200, HOUR, DAY) == HOUR
    assert interval("article", "same", 200, 300 * DAY, 900 * DAY) == 365 * DAY


def test_a_list_rests_about_twice_as_long_each_time_and_is_never_due_at_the_hour_of_a_daily_visit() -> None:
    rests = [0]
    for _ in range(9):
        rests.append(rest(rests[-1]))
    assert [one / DAY for one in rests] == [0, 0.5, 1.5, 3.5, 7.5, 15.5, 29.5, 29.5, 29.5, 29.5]
    assert rest(0, side=True) == 6.5 * DAY


def test_what_is_gone_is_looked_for_again_after_a_day_and_then_rarely() -> None:
    assert interval("article", "kept", 404, 0, 0) == DAY
    assert interval("article", "kept", 404, 300 * DAY, 0) == DAY
    assert interval("article", "kept", 404, DAY, 0, gone=True) == 30 * DAY


@pytest.mark.parametrize(
    ("what", "attempt", "fate", "reason"),
    [
        (fetched(200), 1, "read", ""),
        (fetched(206), 1, "again", "http_206"),
        (fetched(304), 1, "same", "not_modified"),
        (fetched(404), 1, "failed", "http_404"),
        (fetched(451), 1, "failed", "http_451"),
        (fetched(503), 1, "again", "http_503"),
        (fetched(503), MOST_ATTEMPTS, "failed", "http_503"),
        (fetched(429), 2, "again", "http_429"),
        (fetched(200, error="disconnect"), 1, "again", "disconnect"),
        (fetched(200, error="disconnect"), MOST_ATTEMPTS, "failed", "disconnect"),
        (fetched(200, error="time"), MOST_ATTEMPTS, "failed", "time"),
        (fetched(200, error="length"), 1, "failed", "length"),
        (fetched(0, error="dns"), 1, "again", "dns"),
        (fetched(0, error="stale"), 99, "again", "stale"),
        (fetched(0), 1, "failed", "not_http"),
        (fetched(301), 1, "failed", "http_301_without_location"),
        (fetched(302, ("Location", "/b")), 1, "redirect", "http_302"),
    ],
)
def test_what_an_answer_means(what: Fetched, attempt: int, fate: str, reason: str) -> None:
    verdict = classify(what, f"{BASE}/a", attempt, 0, 30.0)
    assert (verdict.fate, verdict.reason) == (fate, reason)


def test_waits_between_attempts_double() -> None:
    assert [classify(fetched(500), BASE, attempt, 0, 30.0).wait for attempt in (1, 2)] == [30.0, 60.0]


def test_a_redirect_too_many_is_failed() -> None:
    hop = fetched(302, ("Location", "/b"))
    assert classify(hop, f"{BASE}/a", 1, MOST_HOPS - 1, 30.0).target == f"{BASE}/b"
    assert classify(hop, f"{BASE}/a", 1, MOST_HOPS, 30.0).reason == "redirects"
