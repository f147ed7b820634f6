"""Every page is readable by everyone: axe-core finds nothing, phones and dark rooms are served, nothing jumps."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from browser import AXE, WITHHELD, Served, watched

ADDRESSES = {
    "home": "/",
    "search": "/?q=rút+OR+huyện",
    "past": "/?q=rút&as_of=2026-11-01",
    "nothing": "/?q=kkkzzz",
    "mistake": "/?q=(",
    "article": "{article}",
    "hit": "{article}?q=trồng+rừng",
    "revision": "{article}?revision=1",
    "checked": "{article}?check=1",
    "changes": "{article}/changes",
    "changes-side": "{article}/changes?view=side",
    "lookup": "/lookup?url=http://khemay.example/tin-tuc/hong-23.html",
    "concordance": "/concordance?q=rút",
    "trends": "/trends?q=huyện&q=chè&measure=articles",
    "collocates": "/collocates?q=rút&least=1",
    "keywords": "/keywords?q=tieude:chè&least=1",
    "people": "/people?q=huyện",
    "map": "/map?q=huyện",
    "map-63": "/map?q=huyện&units=63&measure=articles",
    "map-all": "/map",
    "flow": "/flow",
    "about": "/about",
    "sources": "/sources",
    "sources-63": "/sources?units=63&unit=bac-kan",
    "source": "/source/bac-kan-bao",
    "collections": "/collections",
    "collection-new": "/collections/new?q=chè",
    "corpus": "/collections/che-va-rung",
    "withdrawn": f"/lookup?url={WITHHELD}",
    "crawls": "/crawls",
    "run": "/crawls/run-1",
    "unread": "/crawls/unread",
    "takedown": "/crawls/takedown",
    "sign-in": "/sign-in",
    "api": "/api",
    "explained": "{explained}",
    "lost": "/khong-co",
}
WAYS: dict[str, dict[str, Any]] = {
    "light": {},
    "dark": {"color_scheme": "dark"},
    "phone": {"viewport": {"width": 320, "height": 700}, "is_mobile": True, "has_touch": True},
}


def address(seen: Any, name: str) -> str:
    """The address of a page; an article's and an unread page's are looked for first."""
    if "{article}" in ADDRESSES[name]:
        seen.open("/?q=tieude:trồng")
        hit = seen.page.locator(".hits h2 a").first.get_attribute("href")
        return ADDRESSES[name].format(article=hit.partition("?")[0])
    if "{explained}" in ADDRESSES[name]:
        seen.open("/crawls/unread?reason=no_article")
        return ADDRESSES[name].format(explained=seen.page.locator("tbody a").first.get_attribute("href"))
    return ADDRESSES[name]


needs_axe = pytest.mark.skipif(AXE is None, reason="axe-playwright-python is not installed")


def violations(page: Any) -> list[str]:
    """What axe-core finds on the page, by rule and element; its source is evaluated, so the policy stays in force."""
    assert AXE is not None
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("async () => (await axe.run()).violations.map(v => [v.id, v.nodes.map(n => n.html)])")
    return [f"{rule}: {node[:160]}" for rule, nodes in found for node in nodes]


@needs_axe
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_axe_finds_nothing_on_any_page(browser: Any, served: Served, shots: Path, way: str, language: str) -> None:
    found = {}
    with watched(browser, served, language, **WAYS[way]) as seen:
        for name in ADDRESSES:
            seen.open(address(seen, name))
            for details in seen.page.locator("main details").all():
                details.evaluate("element => element.open = true")
            seen.page.screenshot(path=shots / f"{name}-{way}-{language}.png", full_page=True)
            if wrong := violations(seen.page):
                found[name] = wrong
    assert found == {}


@needs_axe
@pytest.mark.parametrize("language", ["vi", "en"])
def test_axe_finds_nothing_where_a_takedown_is_confirmed_and_done(
    browser: Any, served: Served, shots: Path, language: str
) -> None:
    with watched(browser, served, language) as seen:
        seen.open("/crawls/takedown")
        for name, value in (("target", "http://khemay.example/robots.txt"), ("reason", "thử"), ("authority", "thử")):
            seen.page.locator(f"#{name}").fill(value)
        for step in ("confirm", "done"):
            seen.page.locator("main form button").last.click()
            seen.page.wait_for_load_state()
            seen.page.screenshot(path=shots / f"takedown-{step}-{language}.png", full_page=True)
            assert seen.page.locator("#target").count() == 0, step  # the form again, for what is not held
            assert seen.page.locator('input[name="confirmed"]').count() == (step == "confirm")
            assert violations(seen.page) == []


@needs_axe
def test_axe_finds_nothing_on_the_banner_around_a_preserved_page(browser: Any, served: Served) -> None:
    with watched(browser, served) as seen:
        for path in (
            "2026/http://khemay.example/tin-tuc/hop-ban-trong-rung-17.html",
            "2026/http://khong-co.example/",
            f"2026/{WITHHELD}",
        ):
            seen.open(f"{served.replay}/{path}")
            assert AXE is not None
            seen.page.evaluate(AXE.read_text(encoding="utf-8"))
            found = seen.page.evaluate(
                "async () => (await axe.run({iframes: false})).violations.map(v => [v.id, v.nodes.map(n => n.html)])"
            )
            assert found == []


@pytest.mark.parametrize("name", ADDRESSES)
def test_no_page_is_wider_than_a_phone(browser: Any, served: Served, name: str) -> None:
    with watched(browser, served, **WAYS["phone"]) as seen:
        seen.open(address(seen, name))
        assert seen.page.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.mark.parametrize("name", ["home", "search", "article", "trends", "sources"])
def test_a_page_is_there_at_once_and_does_not_jump(browser: Any, served: Served, name: str) -> None:
    with watched(browser, served) as seen:
        where = address(seen, name)
        seen.page.add_init_script(
            "window.shift = 0; window.lcp = 0;"
            "new PerformanceObserver(l => l.getEntries().forEach(e => { window.lcp = e.startTime }))"
            ".observe({type: 'largest-contentful-paint', buffered: true});"
            "new PerformanceObserver(l => l.getEntries().forEach(e => { window.shift += e.value }))"
            ".observe({type: 'layout-shift', buffered: true});"
        )
        paints = []
        for _ in range(4):  # the first opening compiles templates, and other programs run beside us
            seen.open(where)
            paints.append(
                seen.page.evaluate(  # a promise: waiting for an expression would be forbidden by the policy
                    "() => new Promise(done => {"
                    "  const look = () => window.lcp ? done(window.lcp) : setTimeout(look, 20); look() })"
                )
            )
            assert seen.page.evaluate("window.shift") < 0.01
        assert min(paints) <= 300


def test_accents_stand_free_of_the_line_above(browser: Any, served: Served) -> None:
    with watched(browser, served) as seen:
        seen.open("/?q=tieude:trồng")
        for selector in ("h1, h2", ".hits h2 a", ".passage", ".meta"):
            for element in seen.page.locator(selector).all():
                ratio = element.evaluate(
                    "e => parseFloat(getComputedStyle(e).lineHeight) / parseFloat(getComputedStyle(e).fontSize)"
                )
                assert ratio >= 1.39, selector  # Ậ, Ỗ: the stacked accents of Noto Serif reach 1.2 em (measured)


def test_print_leaves_out_what_paper_cannot_do(browser: Any, served: Served, shots: Path) -> None:
    with watched(browser, served) as seen:
        seen.open(address(seen, "article"))
        seen.page.emulate_media(media="print")
        for selector in ("nav", "form", ".skip", ".bottom"):
            for element in seen.page.locator(selector).all():
                assert not element.is_visible(), selector
        seen.page.pdf(path=shots / "article.pdf")
