"""Listings that go back in time."""

from __future__ import annotations

from typing import Any

from crawling import SOURCE, article, html, pages

ROBOTS = "User-agent: *\nDisallow: /cam/\n"


DATED = SOURCE.replace(
    "[politeness]",
    """[[discover.backfill]]
pattern = "/luu-tru/{year}/{month:02}/{day:02}/"
first = 2026-09-01
last = 2026-10-31
stop_after = 5
[politeness]""",
)


def dated(path: str, times: int) -> Any:
    """An archive with one article on each day of October 2026, and nothing before."""
    if path.startswith("/luu-tru/2026/10/"):
        return html("Lưu trữ", f"/tin/ngay-{int(path.split('/')[4])}.html")
    if path.startswith("/luu-tru/"):
        return html("Lưu trữ")
    if path.startswith("/tin/"):
        return article(f"Bài {path}", f"Nội dung {path}.")
    return pages({"/": html("Trang chủ"), "/robots.txt": ROBOTS})(path, times)
