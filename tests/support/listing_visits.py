"""How often each listing was asked."""

from __future__ import annotations

from typing import Any

from crawler.frontier.listing_health import ListingVisit

DAY = 86_400


def visits(*listed: int, days: int = 1, fresh: int = 0, mark: str = "", url: str = "https://bao.example/rss") -> Any:
    return [ListingVisit(url, number * days * DAY, count, fresh, mark) for number, count in enumerate(listed, 1)]
