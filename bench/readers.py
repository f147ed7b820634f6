"""Readers of a page beside each other: ours as it chooses, ours with the generic parser alone, and four peers."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from unittest import mock
from urllib.parse import urlsplit

from lxml import html

from archive.errors import Unreadable
from archive.model import Article, Found, Moment
from archive.parsers import read_page, reading
from archive.parsers.site.families import GENERIC
from archive.parsers.site.learning import SiteEvidence, TrainingPage, learn
from archive.sources.model import Host, Source

NOW = datetime(2026, 11, 24, tzinfo=UTC)
_PARSER = html.HTMLParser(encoding="utf-8")
_DAY = len("2026-11-24")


@dataclass(frozen=True, slots=True)
class Recorded:
    """A page of a recorded site: its address, its bytes, its media type."""

    url: str
    body: bytes
    content_type: str


Reader = Callable[[Recorded], "dict[str, Any] | None"]


def readers() -> dict[str, Reader]:
    """Those that are installed here, ours first."""
    found: dict[str, Reader] = {"ours": ours, "ours, generic": ours_generic}
    if importlib.util.find_spec("trafilatura"):
        found["trafilatura"] = _trafilatura
        found["trafilatura, precise"] = _precise
    if importlib.util.find_spec("readability"):
        found["readability"] = _readability
    if importlib.util.find_spec("newspaper"):
        found["newspaper4k"] = _newspaper
    return found


def parse(page: Recorded) -> object:
    return html.document_fromstring(page.body, parser=_PARSER)


def ours(page: Recorded) -> dict[str, Any] | None:
    try:
        article = read_page(page.url, page.body, page.content_type, 200, NOW).article
    except Unreadable:
        return None
    return _row(article) if article is not None else None


def ours_generic(page: Recorded) -> dict[str, Any] | None:
    with mock.patch.object(reading, "family_of", return_value=GENERIC):
        return ours(page)


def learnt(pages: Sequence[Recorded]) -> Reader | None:
    """Ours with the layout that `pages` of one site teach; None where they teach none."""
    taught = learn([TrainingPage(page.url, page.body, page.content_type, NOW) for page in pages], SiteEvidence(()))
    layout = taught.layout
    if not taught.enough or layout.learned is None:
        return None
    layout = replace(layout, learned=replace(layout.learned, confirmed=True))
    host = urlsplit(pages[0].url).netloc
    source = Source("bench", "Bench", "party", "", "unverified", f"http://{host}/", (Host(host),), (layout,))

    def read(page: Recorded) -> dict[str, Any] | None:
        article = read_page(page.url, page.body, page.content_type, 200, NOW, source).article
        return _row(article) if article is not None else None

    return read


def _row(article: Article) -> dict[str, Any]:
    return {
        "url": article.url,
        "headline": article.headline.value,
        "lead": _value(article.lead),
        "paragraphs": list(article.body),
        "captions": list(article.captions),
        "byline": _value(article.byline),
        "source_credit": _value(article.source_credit),
        "published": _whole_day(article.published),
        "modified": _whole_day(article.modified),
        "section": _value(article.section),
        "tags": list(article.tags),
        "images": [image.url for image in article.images],
        "attachments": [attachment.url for attachment in article.attachments],
        "related": [teaser.url for teaser in article.teasers],
    }


def _value(found: Found | None) -> str | None:
    return found.value if found is not None else None


def _whole_day(found: Moment | None) -> str | None:
    """The scorer takes no bare year or month."""
    return found.value if found is not None and len(found.value) >= _DAY else None


def _precise(page: Recorded) -> dict[str, Any] | None:
    return _trafilatura(page, favor_precision=True)


def _trafilatura(page: Recorded, **options: bool) -> dict[str, Any] | None:
    import trafilatura

    read: Any = trafilatura.bare_extraction(
        page.body, url=page.url, include_comments=False, with_metadata=True, **options
    )
    if read is None:
        return None
    return {
        "url": page.url,
        "headline": read.title,
        "lead": read.description,
        "paragraphs": [line for line in (read.text or "").splitlines() if line.strip()],
        "byline": read.author,
        "published": read.date,
        "section": (read.categories or [None])[0],
        "tags": list(read.tags or ()),
        "images": [read.image] if read.image else [],
    }


def _readability(page: Recorded) -> dict[str, Any] | None:
    from readability import Document

    document = Document(page.body.decode("utf-8", "replace"), url=page.url)
    root: Any = html.fromstring(document.summary())
    paragraphs = [text for node in root.iter("p", "li", "h2", "h3") if (text := "".join(node.itertext()).strip())]
    return {"url": page.url, "headline": document.title(), "paragraphs": paragraphs}


def _newspaper(page: Recorded) -> dict[str, Any] | None:
    import newspaper

    read = newspaper.Article(page.url)
    read.download(input_html=page.body.decode("utf-8", "replace"))  # nothing is fetched: the page is given
    read.parse()
    published = read.publish_date.isoformat() if isinstance(read.publish_date, datetime) else None
    return {
        "url": page.url,
        "headline": read.title,
        "paragraphs": [line for line in read.text.splitlines() if line.strip()],
        "byline": ", ".join(read.authors) or None,
        "published": published,
        "tags": list(read.tags or ()),
        "images": list(read.images or ()),
    }
