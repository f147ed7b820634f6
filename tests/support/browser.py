"""A reading room with replay, served by `baotinh serve`, and a window on it that notices what must never happen:
an error in the console, or a request to anywhere else.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CHROMIUM = os.environ.get("BAOTINH_CHROMIUM") or shutil.which("chromium") or ""
_FOUND = importlib.util.find_spec("axe_playwright_python")
AXE = Path(_FOUND.origin).with_name("axe.min.js") if _FOUND and _FOUND.origin else None
SHOTS = Path("build/screenshots")
WITHHELD = "http://khemay.example/noi-bo/da-rut.html"


@dataclass(frozen=True, slots=True)
class Served:
    """Where a reading room and its preserved pages answer."""

    room: str
    replay: str
    root: Path


@contextmanager
def serving(root: Path, *options: str, ports: tuple[int, int] = (0, 0)) -> Iterator[Served]:
    """`baotinh serve` on the archive at `root`, on free ports unless `ports` are given, until the block ends."""
    command = [str(Path(sys.executable).with_name("baotinh")), "--lang", "en", "serve", "--rate", "0"]
    process = subprocess.Popen(
        [*command, "--port", str(ports[0]), "--replay-port", str(ports[1]), *options],
        env={**os.environ, "BAOTINH_ARCHIVE": str(root)},
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    try:
        room, replay = (process.stderr.readline().split()[-1] for _ in range(2))
        if any(ports):  # behind a proxy it tells the addresses that readers see
            room, replay = (f"http://127.0.0.1:{port}" for port in ports)
        yield Served(room, replay, root)
    finally:
        process.send_signal(signal.SIGTERM)
        _, rest = process.communicate(timeout=30)
        assert "Traceback" not in rest, rest


class Watched:
    """A page, and what went wrong on it."""

    def __init__(self, page: Any, served: Served) -> None:
        self.page = page
        self.room = served.room
        self.replay = served.replay
        self.errors: list[str] = []
        self.outside: list[str] = []
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("dialog", self._dialog)
        page.on("request", self._request)

    def open(self, address: str) -> Any:
        """Opens an address of the room, waits for slow work to be done, and gives the first answer."""
        answer = self.page.goto(f"{self.room}{address}" if address.startswith("/") else address, wait_until="load")
        self.page.locator(".working").wait_for(state="detached", timeout=120_000)
        return answer

    def _console(self, message: Any) -> None:
        # Chromium tells each 4xx of a page itself on the console: the status is what the test asks for.
        if message.type == "error" and "status of 4" not in message.text:
            self.errors.append(message.text)

    def _dialog(self, dialog: Any) -> None:
        self.errors.append(f"a dialog: {dialog.message}")
        dialog.dismiss()

    def _request(self, request: Any) -> None:
        if not request.url.startswith((self.room, self.replay, "data:", "about:")):
            self.outside.append(request.url)


@contextmanager
def watched(browser: Any, served: Served, language: str = "vi", **options: Any) -> Iterator[Watched]:
    """A window of its own; leaving it asserts that nothing went wrong."""
    locale = {"vi": "vi-VN", "en": "en-GB"}[language]
    context = browser.new_context(locale=locale, **{"viewport": {"width": 1200, "height": 900}, **options})
    try:
        seen = Watched(context.new_page(), served)
        yield seen
        assert seen.outside == [], seen.outside
        assert seen.errors == [], seen.errors
    finally:
        context.close()
