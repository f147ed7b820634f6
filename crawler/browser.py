"""A browser in a process of its own that reaches nothing by itself: what it asks for is asked of the crawl.

    python -m crawler.browser EXECUTABLE

Takes lines of JSON on standard input and gives lines of JSON on standard output: {"open": URL} begins a page; each
address that the page asks for is a line {"ask": URL}, answered by {"status", "type", "body"} or {}; and the page as it
stands in the end is {"page": HTML}, or {"failed": reason}. Needs Playwright (`pip install baotinh[browser]`).
"""

from __future__ import annotations

import base64
import json
import sys
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from playwright.sync_api import Page, Route

_ALONE: Final = ("--host-resolver-rules=MAP * ~NOTFOUND", "--disable-background-networking", "--no-first-run")
_WAITING_SECONDS: Final = 300.0
_LEFT_OUT: Final = frozenset(("image", "media", "font"))  # found in the page afterwards, and asked for by the crawl


def main(executable: str) -> int:
    """Renders what it is told until standard input ends."""
    from playwright.sync_api import Error, sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=[*_ALONE, "--no-sandbox"])
        while line := sys.stdin.readline():
            page = browser.new_page(locale="vi-VN", service_workers="block")
            page.route("**/*", _ask)
            try:
                _say({"page": _rendered(page, json.loads(line)["open"])})
            except Error as error:
                _say({"failed": str(error).partition("\n")[0]})
            page.close()
        browser.close()
    return 0


def _rendered(page: Page, url: str) -> str:
    page.goto(url, wait_until="networkidle", timeout=_WAITING_SECONDS * 1000)
    content: str = page.content()
    return content


def _ask(route: Route) -> None:
    request = route.request
    if request.method != "GET" or request.resource_type in _LEFT_OUT:
        route.abort()
        return
    _say({"ask": request.url})
    told: dict[str, Any] = json.loads(sys.stdin.readline() or "{}")
    if not told:
        route.abort()
        return
    headers = {"Content-Type": told["type"], "Access-Control-Allow-Origin": "*"}
    route.fulfill(status=told["status"], headers=headers, body=base64.b64decode(told["body"]))


def _say(line: dict[str, str]) -> None:
    print(json.dumps(line), flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
