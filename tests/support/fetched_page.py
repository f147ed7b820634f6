"""A page as the spider gets it."""

from __future__ import annotations

from crawler.http.capture import Fetched


def fetched(status: int, *headers: tuple[str, str], error: str = "") -> Fetched:
    return Fetched(None, status, headers, error, "", 0.1)
