"""Opens pages written in a test, for the tests of the parsers."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from archive.model import Reading
from archive.parsers import read_page
from archive.parsers.blocks.walk import read_lines
from archive.parsers.blocks.widgets import instruments
from archive.parsers.document.page import Page, open_page
from archive.parsers.fields.body import Body, sort_out
from archive.parsers.fields.boxes import related_boxes, without
from archive.sources.model import Select, Source

URL = "http://bao.example/xay-dung-dang/hoi-nghi-so-ket-12.html"
CAPTURED = datetime(2025, 2, 3, 4, 5, 6, tzinfo=UTC)


def page_of(markup: str, url: str = URL, site: Select | None = None) -> Page:
    """The page of a piece of markup, in a body of its own."""
    return open_page(url, f"<html><body>{markup}</body></html>".encode(), "text/html; charset=utf-8", CAPTURED, site)


def body_of(markup: str, url: str = URL, *, want_lead: bool = False) -> Body:
    """The body read from a piece of markup."""
    page = page_of(f'<div id="text">{markup}</div>', url)
    element = page.one("div#text")
    items = read_lines(element)
    boxed, taken = related_boxes(page, items, element, 0, len(items))
    items = without(items, taken)
    body = sort_out(page, without(items, instruments(items, element)), "test", want_lead=want_lead)
    return replace(body, teasers=boxed + body.teasers)


def reading_of(markup: str | bytes, url: str = URL, source: Source | None = None, status: int = 200) -> Reading:
    """What a whole page holds."""
    body = markup.encode() if isinstance(markup, str) else markup
    return read_page(url, body, "text/html; charset=utf-8", status, CAPTURED, source)


def value(found: object) -> str | None:
    """The value of what was found, None where nothing was."""
    return getattr(found, "value", None)
