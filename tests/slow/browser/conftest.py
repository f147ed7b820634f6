"""A reading room with replay beside it, served by `baotinh serve`, and Debian's Chromium to open it in.

`make browser` installs all of it. Skipped where Chromium or Playwright is missing; axe-core comes as a Python package.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from browser import CHROMIUM, SHOTS, WITHHELD, Served, serving

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
_ARGUMENTS = ["--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update"]


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    from reading_room import library

    from archive.custody.takedown import takedown
    from archive.search import corpora, saved
    from archive.search.query_files import KeepRequest
    from archive.store import open_database
    from archive.store.database import writing
    from archive.store.writes import put_run

    root = tmp_path_factory.mktemp("phong") / "kho"
    holdings = library(root)
    report = {
        **{"new": 6, "changed": 1, "requests": 10, "warnings": ["no article since 2026-10-01"], "examples": {}},
        **{"unread": {"no_article": 1}, "failed": {"http_404": 1}, "statuses": {"200": 9, "404": 1}},
    }
    with closing(open_database(holdings.database)) as db:
        with writing(db):
            times = ("2026-11-01T00:00:00.000Z", "2026-11-01T01:00:00.000Z")
            put_run(db, "run-1", "khe-may", *times, "finished", report)
        corpora.freeze(db, root, KeepRequest("che-va-rung", "chè OR rừng"))
    saved.save(root, KeepRequest("che", "chè"))
    takedown(holdings, WITHHELD, "hidden", "thử", "thử", in_advance=True)
    with serving(root) as served:
        yield served


@pytest.fixture(scope="session")
def browser() -> Iterator[object]:
    if not CHROMIUM:
        pytest.skip("chromium is not installed (apt-get install chromium), or BAOTINH_CHROMIUM does not name it")
    with playwright.sync_playwright() as running:
        launched = running.chromium.launch(executable_path=CHROMIUM, args=_ARGUMENTS, chromium_sandbox=False)
        yield launched
        launched.close()


@pytest.fixture(scope="session")
def shots() -> Path:
    SHOTS.mkdir(parents=True, exist_ok=True)
    return SHOTS
