"""A server that answers as a test says, byte for byte, and the capture a crawl makes of it."""

from __future__ import annotations

from typing import Any

from crawling import Answer, Crawled, Site, article, html, pages

ROBOTS = "User-agent: *\nDisallow: /cam/\n"


GOOD = article("Hội nghị rút kinh nghiệm", "Ngày 5-3, xã Tân Bình tổ chức hội nghị.")


def one(page: Any, **more: Any) -> Site:
    """A site of one article page, linked from its home page."""
    return pages({"/": html("Trang chủ", "/tin/bai-1.html"), "/robots.txt": ROBOTS, "/tin/bai-1.html": page, **more})


def captured(done: Crawled, what: str = "state, reason, truncated, status") -> list[tuple[Any, ...]]:
    return done.archived(f"SELECT {what} FROM captures WHERE url LIKE '%bai-1.html' ORDER BY id")


def raw(data: bytes, **how: Any) -> Answer:
    return Answer([data], close=True, **how)
