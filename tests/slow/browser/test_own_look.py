"""A preserved page looks like itself, offline, all of it out of the archive; and no click in it leads out."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from browser import SHOTS, Served, serving
from reading_room import SITE, archive_of, capture

from archive.store import open_database
from demo.serve import serving as demo_serving
from demo.source import ID, source_toml

HTML = "<!DOCTYPE html><html><head><title>Trang</title></head><body><p>{0}</p></body></html>"
WAYS = [
    '<svg width=300 height=60><a href="/x"><animate attributeName="href" to="https://song.example/" begin="0s"'
    ' fill="freeze"/><text y=30>bấm</text></a></svg>',
    '<svg width=300 height=60><a xlink:href="/x"><set attributeName="xlink:href" to="https://song.example/"/>'
    "<text y=30>bấm</text></a></svg>",
    '<a href="https:song.example/">bấm</a>',
    '<a href="https:\\\\song.example/">bấm</a>',
    '<a href="//song.example/" target="_blank">bấm</a>',
    "<xmp><!--</xmp><a href='https://song.example/'>bấm</a>--></xmp>",
    "<iframe srcdoc=\"<a target=_top href='https://song.example/'>bấm</a>\"></iframe>",
    '<a href="data:text/html,song">bấm</a>',
    '<form action="https://song.example/"><button>bấm</button></form>',
    '<math><mi href="https://song.example/">bấm</mi></math>',
    '<base href="https://song.example/"><a href="x">bấm</a>',
    '<svg><style><p><a href="https://song.example/">bấm</a></style></svg>',
    '<math><mtext></mtext><style><p><a href="https://song.example/">bấm</a></style></math>',
    '<svg><script><p><a href="https://song.example/">bấm</a></script></svg>',
    '<select><style></select><a href="https://song.example/">bấm</a></style></select>',
]


@contextmanager
def _crawled(root: Path) -> Iterator[str]:
    """The sample site crawled into a new archive at `root`; gives its address, where nothing answers any more."""
    environment = {**os.environ, "BAOTINH_ARCHIVE": str(root), "BAOTINH_ALLOW_LOOPBACK": "1"}
    program = str(Path(sys.executable).with_name("baotinh"))
    with demo_serving() as server:
        subprocess.run([program, "init", "--operator", "Thử", "--contact", "a@b.example"], env=environment, check=True)
        (root / "sources" / f"{ID}.toml").write_text(source_toml(server.base, 0))
        subprocess.run([program, "crawl", ID], env=environment, check=True)
        base = server.base
    yield base


@pytest.fixture(scope="module")
def replayed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Served, str]]:
    root = tmp_path_factory.mktemp("mau") / "kho"
    with _crawled(root) as base, serving(root) as served:
        yield served, base


def watched_page(browser: Any, served: Served) -> tuple[Any, list[str], list[tuple[str, int]]]:
    """A page, the addresses outside of the replay that it asked for, and the answers of the replay."""
    page = browser.new_context(viewport={"width": 1200, "height": 900}).new_page()
    outside: list[str] = []
    answers: list[tuple[str, int]] = []
    page.on(
        "request",
        lambda request: (
            None if request.url.startswith((served.replay, "data:", "about:")) else outside.append(request.url)
        ),
    )
    page.on("response", lambda response: answers.append((response.url, response.status)))
    return page, outside, answers


@pytest.mark.parametrize("path", ["/tin-tuc/", "article"])
def test_a_replayed_page_has_the_look_of_its_site_and_everything_in_it_comes_from_the_archive(
    browser: Any, replayed: tuple[Served, str], path: str
) -> None:
    served, base = replayed
    if path == "article":
        db = open_database(served.root / "archive.sqlite", readonly=True)
        ((path,),) = db.execute("SELECT url FROM captures WHERE kind = 'article' AND state = 'new' LIMIT 1").fetchall()
        db.close()
        path = path.removeprefix(base)
    page, outside, answers = watched_page(browser, served)
    page.goto(f"{served.replay}/2030/{base}{path}", wait_until="load")
    frame = next(one for one in page.frames if "mp_/" in one.url)
    frame.wait_for_load_state("load")
    header = frame.locator(".section-header")
    seen = header.evaluate("e => [getComputedStyle(e).backgroundColor, getComputedStyle(e).backgroundImage]")
    body = frame.locator("body").evaluate("e => getComputedStyle(e).backgroundColor")
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SHOTS / f"own-look{path.replace('/', '-').removesuffix('.html')}.png")
    page.context.close()
    assert seen[0] == "rgb(179, 38, 30)"
    assert "doi-che.svg" in seen[1]
    assert body == "rgb(238, 243, 234)"
    assert outside == []
    assert [answer for answer in answers if answer[1] >= 400] == []
    assert len([url for url, _ in answers if url.endswith((".css", ".svg"))]) >= 3


@pytest.fixture(scope="module")
def leading(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    root = tmp_path_factory.mktemp("loi-ra") / "kho"
    pages = [capture(f"{SITE}/loi-{n}.html", HTML.format(way).encode(), n / 100) for n, way in enumerate(WAYS)]
    archive_of(root, pages)
    with serving(root) as served:
        yield served


@pytest.mark.parametrize("number", range(len(WAYS)))
def test_no_click_in_a_preserved_page_leads_out_of_the_archive(browser: Any, leading: Served, number: int) -> None:
    for form in ("", "mp_", "id_"):
        page, outside, _ = watched_page(browser, leading)
        page.goto(f"{leading.replay}/2026{form}/{SITE}/loi-{number}.html", wait_until="load")
        places = [
            place
            for frame in page.frames
            if f"mp_/{SITE}" in frame.url
            for place in frame.locator("a, button, text, mi").all()
            if place.is_visible()
        ]
        for place in places[:1]:  # where it leads is of another page
            place.click(force=True)
        page.wait_for_load_state("networkidle")
        assert page.url.startswith(leading.replay), (form, page.url)
        assert outside == [], form
        page.context.close()


def test_the_banner_leads_to_the_live_web_and_says_so(browser: Any, leading: Served) -> None:
    page, _, _ = watched_page(browser, leading)
    page.goto(f"{leading.replay}/2026/{SITE}/loi-0.html", wait_until="load")
    link = page.locator(".banner a.url")
    assert link.get_attribute("href") == f"{SITE}/loi-0.html"
    assert page.locator(".banner .live").inner_text().startswith("↗")
    page.context.close()
