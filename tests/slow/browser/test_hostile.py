"""Nothing that a page of the web or an address says acts in the reading room, nor in the preserved pages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from browser import Served, serving, watched
from payloads import RAN, payloads
from reading_room import SITE, archive_of, capture, page

from archive.store import open_database
from archive.store.database import writing
from archive.store.writes import put_run

PAYLOADS = payloads()
HTML = "<!DOCTYPE html><html><head><title>{0}</title></head><body>{0}<p>Trang {1}</p></body></html>"


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    root = tmp_path_factory.mktemp("ke-xau") / "kho"
    captures = []
    for number, text in enumerate(PAYLOADS):
        clean = text.replace("\x00", "")
        url = f"{SITE}/tin/{quote(text[:60])}-{number}.html"
        captures.append(
            page(
                f"độc {clean}",
                number / 100,
                clean,
                url,
                lead=clean,
                byline=clean,
                section=clean,
                captions=[clean],
                tags=[clean],
                images=[(f"{SITE}/{quote(text)}.png", clean, clean)],
                files=[(f"javascript:{RAN}", clean)],
                teasers=[(f"javascript:{RAN}//{number}", clean, clean, "related")],
                notes=[clean],
                raw=clean,
            )
        )
        captures.append(capture(f"{SITE}/song-{number}.html", HTML.format(text, number).encode(), number / 100))
    holdings = archive_of(root, captures)
    db = open_database(holdings.database)
    report = {"unread": dict.fromkeys(PAYLOADS[:40], 1), "warnings": PAYLOADS[40:80], "examples": {}}
    with writing(db):
        put_run(db, "run-1", "khe-may", "2026-11-01T00:00:00.000Z", "2026-11-01T01:00:00.000Z", PAYLOADS[0], report)
    db.close()
    with serving(root) as served:
        yield served


def ran(page: Any) -> bool:
    """Whether a payload has run on the page, after everything on it was poked at."""
    page.evaluate(
        "() => document.querySelectorAll('main *').forEach(e => { for (const name of ['mouseover', 'focus', 'input',"
        " 'pointerenter', 'toggle', 'error', 'load']) e.dispatchEvent(new Event(name)) })"
    )
    return bool(page.locator("html[data-ran]").count())


def test_there_are_more_than_two_hundred_payloads() -> None:
    assert len(PAYLOADS) == len(set(PAYLOADS)) >= 200


def test_no_text_of_an_article_runs_on_its_page(browser: Any, hostile: Served) -> None:
    acted, shown = [], 0
    with watched(browser, hostile) as seen:
        following = "/?q=độc&order=oldest"
        addresses: list[str] = []
        while following:
            seen.open(following)
            assert not ran(seen.page), following
            addresses += [one.get_attribute("href") for one in seen.page.locator(".hits h2 a").all()]
            after = seen.page.locator('a[rel="next"]')
            following = after.get_attribute("href") if after.count() else ""
        for address in addresses:
            seen.open(address)
            shown += 1
            if ran(seen.page):
                acted.append(address)
    assert (acted, shown) == ([], len(PAYLOADS))


def test_no_text_in_an_address_runs_on_the_page_that_repeats_it(browser: Any, hostile: Served) -> None:
    acted = []
    with watched(browser, hostile) as seen:
        for number, text in enumerate(PAYLOADS):
            asked = quote(text.replace("\x00", ""), safe="")
            for form in ("/?q={}", "/trends?q={}", "/lookup?url={}", "/sources?unit={}", "/article/{}"):
                if form != "/?q={}" and number % 5:
                    continue  # all pages escape in one way: the search page gets every payload, the others a fifth
                seen.open(form.format(asked))
                if ran(seen.page):
                    acted.append(form.format(asked))
    assert acted == []


@pytest.mark.parametrize(
    "address", ["/crawls", "/crawls/run-1", "/crawls/unread", "/source/khe-may", "/concordance?q=độc"]
)
def test_no_text_of_a_run_acts_on_the_archivists_pages(browser: Any, hostile: Served, address: str) -> None:
    with watched(browser, hostile) as seen:
        seen.open(address)
        assert not ran(seen.page)


def test_no_script_of_a_preserved_page_runs_and_none_leaves_the_archive(browser: Any, hostile: Served) -> None:
    acted = []
    context = browser.new_context()
    page = context.new_page()
    outside: list[str] = []
    page.on("dialog", lambda dialog: (acted.append(dialog.message), dialog.dismiss()))
    page.on(
        "request",
        lambda request: (
            outside.append(request.url)
            if not request.url.startswith((hostile.replay, hostile.room, "data:", "about:"))
            else None
        ),
    )
    for number in range(len(PAYLOADS)):
        for form in ("", "mp_", "id_"):
            page.goto(f"{hostile.replay}/2026{form}/{SITE}/song-{number}.html", wait_until="load")
            # A frame that a payload makes and that stays without a page answers no question; it marks its parent.
            ours = [frame for frame in page.frames if frame.url.startswith(hostile.replay)]
            acted += [f"{form} {PAYLOADS[number]}" for frame in ours if frame.locator("[data-ran]").count()]
    context.close()
    assert acted == []
    assert [url for url in outside if url.startswith(("http", "ws", "ftp", "//"))] == []  # javascript: is no request


def test_a_download_is_never_shown_on_the_rooms_origin(browser: Any, hostile: Served) -> None:
    with watched(browser, hostile) as seen:
        seen.open("/?q=độc")
        article = seen.page.locator(".hits h2 a").first.get_attribute("href").partition("?")[0]
        for form in ("json", "txt", "bib", "warc.gz"):
            answer = seen.page.request.get(f"{hostile.room}{article.partition('?')[0]}.{form}")
            assert "attachment" in answer.headers["content-disposition"]
            assert answer.headers["x-content-type-options"] == "nosniff"


def test_the_room_is_never_framed(browser: Any, hostile: Served, tmp_path: Path) -> None:
    outer = tmp_path / "ngoai.html"
    outer.write_text(f'<iframe src="{hostile.room}/"></iframe>')
    page = browser.new_page()
    page.goto(outer.as_uri())
    assert "Báo tỉnh" not in page.frames[1].content()
    page.close()
