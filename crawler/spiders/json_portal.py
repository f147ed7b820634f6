"""A portal whose pages are an empty frame that a script fills: its articles come as JSON from an API, page by page.

{"items": [{"slug": ..., "title": ..., "sapo": ..., "content": "<p>...</p>", "publishedAt": ..., "author": ...,
            "category": ..., "thumbnail": ...}, ...], "page": 1, "pages": 12}
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any, ClassVar
from urllib.parse import urljoin

from scrapy import Request
from scrapy.http import Response

from crawler.spider import SourceSpider


class JsonPortalSpider(SourceSpider):
    """Crawls the source `cong-json`. Another portal of this make has a class of its own, with its id and addresses."""

    name = "cong-json"
    api = "/api/articles?page={page}"
    article = "/bai-viet/{slug}"
    fields: ClassVar = {
        "headline": "title",
        "lead": "sapo",
        "text": "content",
        "published": "publishedAt",
        "author": "author",
        "section": "category",
    }

    async def start(self) -> AsyncIterator[Any]:
        """The first page of the API."""
        yield self.asked(1)

    def asked(self, number: int) -> Request:
        """The request for a page of the API."""
        return Request(urljoin(self.source.homepage, self.api.format(page=number)), self.parse_page)

    def parse_page(self, response: Response) -> Iterator[Any]:
        """The articles on a page of the API, their pictures, and the page after it."""
        told = response.json()  # type: ignore[attr-defined]  # of a text, as what is no JSON raises ValueError
        for entry in told["items"]:
            item = {ours: entry.get(theirs) for ours, theirs in self.fields.items()}
            yield item | {"url": urljoin(response.url, self.article.format(slug=entry["slug"]))}
            if entry.get("thumbnail"):
                yield Request(urljoin(response.url, entry["thumbnail"]), meta={"kind": "image"})
        if told["page"] < told["pages"]:
            yield self.asked(told["page"] + 1)
