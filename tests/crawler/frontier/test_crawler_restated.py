"""What the site says has changed is due now; what brings nothing, or is held under another address, costs nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from crawling import SOURCE, Crawled, Page, answer_of, article, crawl_served, html, status
from raw_server import raw_server
from resting import as_another_day_left_it

from archive.sources import Register
from archive.text.urls import url_key
from crawler.frontier.following import Aliases, alias_of
from crawler.frontier.recrawl import ReportedChanges
from crawler.frontier.store import Candidate, FrontierStore

MARK = "{port}"
FEEDS = SOURCE.replace('seeds = ["/"]', 'seeds = ["/"]\nfeeds = ["/rss/"]\nsitemaps = ["/sitemap.xml"]')
NOW = datetime.now(UTC)


def crawls(archive: Path, *sites: Callable[[str], dict[str, Page]], source: str = FEEDS) -> list[Crawled]:
    """Crawls one after the other; each site is made from its address."""

    async def go() -> list[Crawled]:
        pages: dict[str, Page] = {}
        async with raw_server(lambda path: answer_of(pages.get(path))) as server:
            done = []
            for site in sites:
                pages.clear()
                pages.update(site(server.url))
                done.append(await crawl_served(archive, server, source))
            return done

    return asyncio.run(go())


def feed(base: str, *titles: str) -> Page:
    items = "".join(
        f"<item><title>{title}</title><link>{base}/tin/bai-{number}.html</link></item>"
        for number, title in enumerate(titles, 1)
    )
    body = f'<?xml version="1.0"?><rss><channel><title>Tin</title>{items}</channel></rss>'.encode()
    return status("200 OK", "Content-Type: application/rss+xml", body=body)


def sitemap(base: str, *modified: str) -> Page:
    urls = "".join(
        f"<url><loc>{base}/tin/bai-{number}.html</loc><lastmod>{day}</lastmod></url>"
        for number, day in enumerate(modified, 1)
    )
    body = f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>'.encode()
    return status("200 OK", "Content-Type: text/xml", body=body)


def articles(number: int) -> dict[str, Page]:
    return {
        f"/tin/bai-{n}.html": article(f"Bài số {n} về mùa lũ năm nay", f"Nội dung {n}.") for n in range(1, number + 1)
    }


def asked(crawled: Crawled) -> list[str]:
    return sorted(path for path in crawled.paths if path.startswith("/tin/bai-"))


TITLES = ("Mưa lớn gây ngập ở Khe Mo", "Khai giảng năm học mới", "Đại hội chi bộ xóm Đồng")


def test_another_headline_in_a_feed_makes_an_article_due_and_no_other(tmp_path: Path) -> None:
    new = ("Mưa lớn gây ngập ở Khe Mo: 3 người bị thương", *TITLES[1:])
    _, same, edited, after = crawls(
        tmp_path,
        lambda base: {"/rss/": feed(base, *TITLES), **articles(3)},
        lambda base: {"/rss/": feed(base, *TITLES), **articles(3)},
        lambda base: {"/rss/": feed(base, *new), **articles(3)},
        lambda base: {"/rss/": feed(base, *new), **articles(3)},
    )
    assert [asked(crawled) for crawled in (same, edited, after)] == [[], ["/tin/bai-1.html"], []]
    assert edited.report.tally.restated == 1


def test_another_headline_in_a_teaser_makes_an_article_due_also_where_its_feed_cuts_headlines(tmp_path: Path) -> None:
    def listing(headline: str) -> Callable[[str], dict[str, Page]]:
        links = f'<h3><a href="/tin/bai-1.html">{headline}</a></h3><h3><a href="/tin/bai-2.html">{TITLES[1]}</a></h3>'
        return lambda base: {"/": html("Trang chủ", body=links), "/rss/": feed(base, "Mưa lớn gây..."), **articles(2)}

    _, same, edited = crawls(tmp_path, listing(TITLES[0]), listing(TITLES[0]), listing("Ngập lụt ở xã Khe Mo đã rút"))
    assert [asked(same), asked(edited)] == [[], ["/tin/bai-1.html"]]


def lastmods(*modified: str) -> Callable[[str], dict[str, Page]]:
    return lambda base: {"/sitemap.xml": sitemap(base, *modified), **articles(len(modified))}


def test_a_newer_lastmod_makes_an_article_due_and_an_older_one_does_not(tmp_path: Path) -> None:
    later = (NOW + timedelta(hours=1)).isoformat(timespec="seconds")
    old = "2025-03-05T08:25:00+07:00"
    first, same = crawls(tmp_path, lastmods(old, old), lastmods(old, "2025-09-09"))
    assert (len(asked(first)), asked(same)) == (2, [])
    rows = FrontierStore(tmp_path / "frontier.sqlite")
    found = [Candidate(url, "article", 1, modified=later, key=key) for url, key in _keys(rows)]
    put_back = ReportedChanges(rows, "mai").by_time(found[:1], now=NOW.timestamp() + 86_400)
    rows.close()
    assert [one.url for one in put_back] == [found[0].url]


def sited(number: int, edited: int = 0) -> Callable[[str], dict[str, Page]]:
    """So many articles that the sitemap says are old, whatever has become of the one that is `edited`."""
    site = articles(number)
    if edited:
        site[f"/tin/bai-{edited}.html"] = article(f"Bài số {edited} về mùa lũ năm nay", "Một nội dung khác hẳn.")
    return lambda base: {"/sitemap.xml": sitemap(base, *["2015-03-05T08:25:00+07:00", "2015-03-06"] * 10), **site}


Site = Callable[[str], dict[str, Page]]


def later(archive: Path, days: int, site: Site) -> Site:
    """`site` as it is so many days after the crawl before."""

    def made(base: str) -> dict[str, Page]:
        with as_another_day_left_it(archive / "frontier.sqlite") as connection:
            for column in ("first_at", "last_at", "due"):
                connection.execute(f"UPDATE visits SET {column} = {column} - ?", (days * 86_400,))
            connection.execute("UPDATE history SET at = at - ?", (days * 86_400,))
        return site(base)

    return made


def test_what_the_sitemap_vouches_for_is_not_asked_for_again_but_for_one_in_ten(tmp_path: Path) -> None:
    first, *others = crawls(tmp_path, sited(20), *(later(tmp_path, 400, sited(20)) for _ in range(2)))
    assert len(asked(first)) == 20
    assert [len(asked(other)) for other in others] == [2, 2]


def test_a_sitemap_that_keeps_still_about_a_change_vouches_for_nothing(tmp_path: Path) -> None:
    checked: list[str] = []

    def edited(base: str) -> dict[str, Page]:
        with as_another_day_left_it(tmp_path / "frontier.sqlite") as connection:
            found = "SELECT url FROM urls WHERE kind = 'article' AND id % 10 = 0"
            checked.extend(url.removesuffix(".html").rpartition("-")[2] for (url,) in connection.execute(found))
        return later(tmp_path, 400, sited(20, edited=int(checked[0])))(base)

    def same(base: str) -> dict[str, Page]:
        return later(tmp_path, 800, sited(20, edited=int(checked[0])))(base)

    *_, believed_no_more = crawls(tmp_path, sited(20), edited, same)
    assert len(asked(believed_no_more)) == 20


def test_what_is_new_is_asked_for_before_what_is_due_again(tmp_path: Path) -> None:
    def linked(*numbers: int) -> Site:
        home = html("Trang chủ", *(f"/tin/bai-{number}.html" for number in numbers))
        return lambda base: {"/": home, **articles(max(numbers))}

    _, second = crawls(tmp_path, linked(1, 2), later(tmp_path, 400, linked(1, 2, 3)))
    paths = [path for path in second.paths if path.startswith("/tin/")]
    assert (paths[0], sorted(paths[1:])) == ("/tin/bai-3.html", ["/tin/bai-1.html", "/tin/bai-2.html"])


def _keys(rows: FrontierStore) -> list[tuple[str, str]]:
    urls = rows.read("SELECT url FROM urls WHERE kind = 'article' ORDER BY url").fetchall()
    return [(url, url_key(url)) for (url,) in urls]


def visited(rows: FrontierStore, at: int) -> None:
    rows.write("UPDATE urls SET state = 'done', run = 'lan-1'")
    rows.write(
        "INSERT INTO visits (url_id, source, first_at, last_at, times, changes, status, etag, last_modified, every,"
        " due, gone_at) SELECT id, 'thu', 0, ?, 1, 0, 200, '', '', 9, 9, 0 FROM urls",
        (at,),
    )


@pytest.mark.parametrize(
    ("modified", "hours_since", "due"),
    [
        ("2026-06-01T10:00:00+07:00", 1, True),
        ("2026-06-01T10:00:00+07:00", -1, False),
        ("2026-06-01T03:00:00Z", 1, True),
        ("2026-06-01T03:00:00", 1, True),
        ("2026-06-01", 7, True),  # visited that morning: it may have changed after
        ("2026-06-01", -24, False),
        ("2026-06", 900, False),
        ("không rõ", 900, False),
        ("2036-06-01T03:00:00Z", 0, False),
    ],
)
def test_a_time_of_change_counts_from_our_last_visit(
    tmp_path: Path, modified: str, hours_since: int, due: bool
) -> None:
    changed = datetime(2026, 6, 1, 3, tzinfo=UTC).timestamp()
    rows = FrontierStore(tmp_path / "frontier.sqlite")
    one = Candidate("https://thu.example/a-1.html", "article", 1, modified=modified, key="//thu.example/a-1.html")
    rows.add([one], "thu")
    visited(rows, int(changed - hours_since * 3600))
    found = ReportedChanges(rows, "lan-2").by_time([one], now=changed + 10 * 3600)
    rows.close()
    assert bool(found) == due


def test_a_sitemap_that_says_of_everything_that_it_has_just_changed_is_not_believed(tmp_path: Path) -> None:
    rows = FrontierStore(tmp_path / "frontier.sqlite")
    found = [
        Candidate(
            f"https://{path}",
            "article",
            1,
            modified="2026-06-01T03:00:00Z",
            key=f"//{path}",
        )
        for path in (f"thu.example/a-{n}.html" for n in range(30))
    ]
    rows.add(found, "thu")
    visited(rows, 9)
    counts = [len(ReportedChanges(rows, "lan-2").by_time(found[:many], now=2e9)) for many in (30, 19)]
    rows.close()
    assert counts == [0, 19]


def test_tags_authors_and_months_cost_nothing_on_the_second_crawl(tmp_path: Path) -> None:
    side = ["/tag/mua-lu/", "/tag/mua-lu/feed/", "/author/bbt/", "/author/bbt/feed/", "/2020/05/", "/?tag=lua"]
    plain = SOURCE.replace("listing = ['^/$', '/page-\\d+/$']", "")
    linked = html("Trang chủ", "/tin/bai-1.html", "/tin/bai-2.html", *side)
    site = {"/": linked, **articles(2), **{path: html(path, "/tin/bai-1.html", "/tag/khac/") for path in side}}
    first, second = crawls(tmp_path, lambda _: site, lambda _: site, source=plain)
    assert set(side) <= set(first.paths)
    assert [path for path in second.paths if path != "/robots.txt"] == ["/"]
    week_later = first.rows(
        "SELECT min(due - last_at) FROM visits JOIN urls ON urls.id = url_id WHERE url LIKE '%/tag/%'"
    )
    assert week_later[0][0] == 6.5 * 86_400, "a week, half a day beside the daily visits"


def test_what_is_held_at_one_address_is_not_asked_for_at_another(tmp_path: Path) -> None:
    home = html("Trang chủ", "/tin/bai-mot-12.html", "/news/tin/bai-mot-12.html", "/kinh-te/bai-mot-12.html")
    site = {"/": home, "/tin/bai-mot-12.html": article("Bài một", "Nội dung.")}
    (crawled,) = crawls(tmp_path, lambda _: site, source=SOURCE)
    assert [path for path in crawled.paths if path.endswith("-12.html")] == ["/tin/bai-mot-12.html"]
    assert crawled.report.tally.passed_over["alias"] == 2


def test_an_alias_met_first_leads_to_the_article_and_both_are_one_from_then_on(tmp_path: Path) -> None:
    first = {
        "/": html("Trang chủ", "/kinh-te/bai-mot-12.html"),
        "/kinh-te/bai-mot-12.html": status("301 Moved", "Location: /tin/bai-mot-12.html"),
        "/tin/bai-mot-12.html": article("Bài một", "Nội dung."),
    }
    second = first | {"/": html("Trang chủ", "/kinh-te/bai-mot-12.html", "/tin/bai-mot-12.html", "/x/bai-mot-12.html")}
    one, two = crawls(tmp_path, lambda _: first, lambda _: second, source=SOURCE)
    assert one.report.tally.pages["new"] == 1
    assert [path for path in two.paths if path.endswith("-12.html")] == []


@pytest.mark.parametrize(
    ("url", "alias"),
    [
        ("https://www.thu.example/news/tin/bai-mot-12.html", "thu.example/bai-mot-12"),
        ("https://thu.example/tin/bai-mot-12/", "thu.example/bai-mot-12"),
        ("https://thu.example/tin/bai-mot-12.html?download=1&id=0", ""),
        ("https://thu.example/tin/", ""),
    ],
)
def test_an_alias_is_host_and_last_part_and_of_nukeviet_alone(url: str, alias: str, tmp_path: Path) -> None:
    for family, expected in (("nukeviet", alias), ("wordpress", "")):
        file = tmp_path / f"{family}.toml"
        text = (
            SOURCE.replace(MARK, "9")
            .replace('"thu"', f'"{family}"')
            .replace('family = "nukeviet"', f'family = "{family}"')
        )
        file.write_text(text)
        assert alias_of(url, Register.load(file, shipped=None).get(family)) == expected


def test_an_article_that_failed_at_one_address_is_asked_for_at_another(tmp_path: Path) -> None:
    file = tmp_path / "thu.toml"
    file.write_text(SOURCE.replace(MARK, "9"))
    rows = FrontierStore(tmp_path / "frontier.sqlite")
    aliases = Aliases(rows, Register.load(file, shipped=None).get("thu"))
    one, two = (
        Candidate(f"http://127.0.0.1:9/{part}/a-1.html", "article", 1, key=f"//127.0.0.1:9/{part}/a-1.html")
        for part in "ab"
    )
    assert not aliases.is_known(one)
    rows.add([one], "thu")
    assert aliases.is_known(two)
    rows.write("UPDATE urls SET state = 'failed'")
    known = aliases.is_known(two)
    rows.close()
    assert not known


def test_the_report_tells_what_was_not_due_from_what_was_found_unchanged(tmp_path: Path) -> None:
    site = {"/": html("Trang chủ", *articles(3)), **articles(3)}
    _, second = crawls(tmp_path, lambda _: site, lambda _: site, source=SOURCE)
    assert "0 new, 0 changed, 0 unchanged, 3 not due" in second.report.as_text()
    assert second.report.as_json()["not_due"] == 3
