"""A researcher's and an archivist's ways through the reading room, in both languages."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path
from typing import Any

import pytest
from browser import Served, watched

WORDS = {
    "vi": {"trends": "Xu hướng", "concordance": "Ngữ cảnh", "preserved": "Xem trang đã lưu giữ", "found": "1 bài"},
    "en": {
        "trends": "Trends",
        "concordance": "Concordance",
        "preserved": "Open the preserved page",
        "found": "1 article",
    },
}


@pytest.mark.parametrize("language", ["vi", "en"])
def test_from_three_words_without_accents_to_the_preserved_page_and_a_citation(
    browser: Any, served: Served, shots: Path, language: str
) -> None:
    words = WORDS[language]
    with watched(browser, served, language) as seen:
        page = seen.page
        seen.open("/")
        page.screenshot(path=shots / f"home-{language}.png")
        page.get_by_role("searchbox").fill("pac lan khe may")
        page.keyboard.press("Enter")
        page.wait_for_url("**/?q=pac+lan*")
        assert words["found"] in page.get_by_role("status").inner_text()
        assert page.locator("html").get_attribute("lang") == language
        page.screenshot(path=shots / f"search-{language}.png", full_page=True)
        page.locator(".hits h2 a").first.click()
        assert "trồng rừng" in page.locator("h1").inner_text()
        picture = page.locator("article img")
        picture.scroll_into_view_if_needed()
        picture.evaluate("image => image.decode()")  # waits for it without eval, which the page's policy forbids
        page.screenshot(path=shots / f"article-{language}.png", full_page=True)
        assert any("sha256:" in one for one in page.locator("pre.citation").all_inner_texts())
        page.get_by_role("link", name=words["preserved"]).first.click()
        assert page.url.startswith(served.replay)
        frame = page.frame_locator("iframe")
        assert "Pác Lạn" in frame.locator("body").inner_text()
        page.screenshot(path=shots / f"replay-{language}.png")


@pytest.mark.parametrize("language", ["vi", "en"])
def test_from_a_query_to_trends_lines_and_a_spreadsheet(
    browser: Any, served: Served, shots: Path, language: str
) -> None:
    words = WORDS[language]
    with watched(browser, served, language) as seen:
        page = seen.page
        seen.open("/?q=huyện")
        page.locator(".tabs").get_by_role("link", name=words["trends"]).click()
        page.locator("svg polyline").first.wait_for(state="attached")
        page.screenshot(path=shots / f"trends-{language}.png", full_page=True)
        page.locator('input[name="q"]').nth(1).fill("rút")
        page.get_by_role("button").last.click()
        assert page.locator(".legend li").count() == 2
        page.locator(".tabs").get_by_role("link", name=words["concordance"]).click()
        page.get_by_role("searchbox").fill("rút")
        page.keyboard.press("Enter")
        page.wait_for_url("**/concordance?q=*")
        page.screenshot(path=shots / f"concordance-{language}.png", full_page=True)
        with page.expect_download() as download:
            page.get_by_role("link", name="CSV").click()
        table = list(csv.reader(io.StringIO(Path(download.value.path()).read_text(encoding="utf-8-sig"))))
        assert ("match" in table[0], len(table)) == (True, 7)


def test_a_chosen_language_stays_from_page_to_page(browser: Any, served: Served) -> None:
    with watched(browser, served, "vi") as seen:
        seen.open("/?q=huyện")
        seen.page.get_by_role("link", name="English").click()
        assert "6 articles" in seen.page.get_by_role("status").inner_text()
        seen.page.locator(".hits h2 a").first.click()
        assert seen.page.locator("html").get_attribute("lang") == "en"


def test_months_are_chosen_by_dragging_over_the_bars(browser: Any, served: Served) -> None:
    with watched(browser, served) as seen:
        seen.open("/?q=huyện")
        first, last = (
            seen.page.locator(f'[data-period="{month}"] path').first.bounding_box() for month in ("2020-03", "2021-01")
        )
        assert first
        assert last
        seen.page.mouse.move(first["x"] + 2, first["y"] + 5)
        seen.page.mouse.down()
        seen.page.mouse.move(last["x"] + 2, last["y"] + 5, steps=8)
        seen.page.mouse.up()
        seen.page.wait_for_url("**from=2020-03*")
        assert "4 bài" in seen.page.get_by_role("status").inner_text()


def test_a_citation_is_copied(browser: Any, served: Served) -> None:
    with watched(browser, served, permissions=["clipboard-read", "clipboard-write"]) as seen:
        seen.open("/?q=tieude:chè")
        seen.page.locator(".hits h2 a").first.click()
        seen.page.locator(".copied .copier").first.click()
        copied = seen.page.evaluate("navigator.clipboard.readText()")
        assert copied == seen.page.locator("pre.citation").first.inner_text()


def test_everything_works_without_scripts(browser: Any, served: Served) -> None:
    with watched(browser, served, java_script_enabled=False) as seen:
        page = seen.page
        seen.open("/")
        page.get_by_role("searchbox").fill("huyen")
        page.keyboard.press("Enter")
        assert "6 bài" in page.get_by_role("status").inner_text()
        page.locator(".facets li a").first.click()
        page.locator(".hits h2 a").first.click()
        assert page.locator("pre.citation").count() == 7
        seen.open("/crawls/takedown")
        page.locator("#target").fill("http://khemay.example/tin-tuc/hop-ban-trong-rung-17.html")
        page.locator("#reason").fill("thử")
        page.locator("#authority").fill("thử")
        page.get_by_role("button").last.click()
        assert page.locator('input[name="confirmed"]').count() == 1


def test_a_keyboard_alone_reaches_the_results(browser: Any, served: Served) -> None:
    with watched(browser, served) as seen:
        seen.open("/?q=huyện")
        seen.page.keyboard.press("Tab")
        assert seen.page.evaluate("document.activeElement.className") == "skip"
        seen.page.keyboard.press("Enter")
        reached = []
        for _ in range(60):
            seen.page.keyboard.press("Tab")
            reached.append(seen.page.evaluate("document.activeElement.getAttribute('href') || ''"))
        assert sum(bool(re.match(r"/article/[a-z2-7]{10}\?q=", href)) for href in reached) == 6


def test_the_archivist_follows_runs_and_looks_at_unread_pages(browser: Any, served: Served, shots: Path) -> None:
    with watched(browser, served) as seen:
        seen.open("/crawls")
        seen.page.screenshot(path=shots / "crawls.png", full_page=True)
        seen.page.get_by_role("link", name="không có bài").click()
        seen.page.locator("tbody a").first.click()
        assert seen.page.frame_locator("iframe").locator("body").inner_text() == "Loi"


def test_the_ticket_of_who_waited_does_not_stay_in_the_address(browser: Any, served: Served) -> None:
    with watched(browser, served) as seen:
        for address, kept in (
            ("/map?q=huyện&wait=abc", "?q="),
            ("/map?wait=abc&units=63", "?units=63"),
            ("/map?wait=abc", ""),
        ):
            seen.open(address)
            assert "wait" not in seen.page.url
            assert seen.page.evaluate("location.search").startswith(kept)
