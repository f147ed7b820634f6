"""A browser window that notices what must never happen: an error in the console, a request to anywhere else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from conftest import Served


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
        """Opens an address of the room, and gives the answer."""
        return self.page.goto(f"{self.room}{address}" if address.startswith("/") else address, wait_until="load")

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
