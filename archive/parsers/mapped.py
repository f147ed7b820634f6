"""Reads the data of sites that scripts make, as their source's [json] says: lists of articles, and single articles."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from html import escape
from typing import Any, Final
from urllib.parse import urljoin

from archive.errors import Unreadable
from archive.model import Article, Link, Reading
from archive.parsers.by_evidence import read_by_evidence
from archive.parsers.document.page import open_page
from archive.parsers.fields.vocabulary import READ_MORE
from archive.parsers.given import article_of, strings
from archive.parsers.site.families import family_of
from archive.parsers.site.taught import selectors_of
from archive.sources import mapping as rules
from archive.sources.model import JsonMapping, Source
from archive.text.dates import read_date
from archive.text.normalise import normalise

PARSER: Final = "json/1"

_PAGE: Final = (
    "<!DOCTYPE html><html><head><title>{headline}</title></head><body><article><h1>{headline}</h1>{lead}"
    '<div itemprop="articleBody">{text}</div></article></body></html>'
)
_LARGEST: Final = 8 * 1024 * 1024  # of one answer
_MOST_ITEMS: Final = 1_000


def read_mapped(url: str, body: bytes, source: Source, captured: datetime) -> Reading | None:
    """What the answer at `url` holds by the source's mapping of that day; None where that does not speak of it.

    Raises Unreadable where it ought to be JSON and is none, or no article stands where it ought to.
    """
    day = captured.date()
    mapping = next((one for one in source.mappings if one.until is None or day <= one.until), None)
    if mapping is None:
        return None
    if rules.is_list(mapping, url):
        return _listing(_loaded(body), mapping, url)
    mine = rules.told_by(mapping.detail, url)
    return None if mine is None else _article(_loaded(body), mine, mapping, url, captured)


def _loaded(body: bytes) -> Any:
    if len(body) > _LARGEST:
        raise Unreadable("too_large", f"{len(body)} bytes")
    try:
        return json.loads(body.decode("utf-8-sig", "replace"))
    except (ValueError, RecursionError) as error:
        raise Unreadable("not_html", f"no JSON: {error}") from None


def _listing(told: Any, mapping: JsonMapping, url: str) -> Reading:
    """The articles that a list names; where it holds their texts, they need not be asked for: see `crawler.spider`."""
    links: dict[str, Link] = {}
    for item in rules.items_of(told, mapping)[:_MOST_ITEMS]:
        target = rules.filled(mapping.detail or mapping.article, item, url)
        if not target.startswith(("http://", "https://")) or not target.isprintable():
            continue
        _, values = rules.fields_of(item, mapping)
        headline = normalise(" ".join(strings(values.get("headline"))))
        published, modified = _moment(values.get("published")), _moment(values.get("modified"))
        links.setdefault(target, Link(target, "article", published, modified, headline))
    return Reading("listing", links=() if mapping.in_lists else tuple(links.values()))


def _article(told: Any, mine: dict[str, Any], mapping: JsonMapping, url: str, captured: datetime) -> Reading:
    item = rules.value_at(told, mapping.root)
    keys, values = rules.fields_of(item, mapping)
    if "headline" not in values or "text" not in values:
        raise Unreadable("no_article", f"no {'text' if 'headline' in values else 'headline'} where [json] says")
    values["images"] = [urljoin(url, one) if isinstance(one, str) else one for one in _many(values.get("images"))]
    markup = "\n".join(strings(values["text"]))
    given = article_of(url, keys, values, captured)
    article = replace(
        _set(given, markup, captured),
        parser=PARSER,
        rendering="",
        canonical=rules.filled(mapping.article, rules.with_values(mine, item), url),
    )
    return Reading("article", article, _links(article))


def _set(given: Article, markup: str, captured: datetime) -> Article:
    """The article with its text read as the text of a page is: captions, pictures, credit and signature apart.

    What fields gave stays. A text without markup, and one of which a page's reader leaves less than half, stays as it
    stands.
    """
    if "<" not in markup:
        return given
    lead = f"<p class='sapo'>{escape(given.lead.value)}</p>" if given.lead is not None else ""
    html = _PAGE.format(headline=escape(given.headline.value), lead=lead, text=markup)
    page = open_page(
        given.url, html.encode("utf-8", "replace"), "text/html; charset=utf-8", captured, selectors_of(None)
    )
    try:
        read = read_by_evidence(page, family_of(page, None))
    except Unreadable:
        return given
    finally:
        page.tree.dissolve()
    text = [line for line in given.body if not READ_MORE.match(line)]  # "Xem chi tiết tại đây", beside a file
    body = () if given.lead is not None and read.body == (given.lead.value,) else read.body  # a page with a lead alone
    if 2 * sum(map(len, (*body, *read.captions))) < sum(map(len, text)):
        return given
    return replace(
        given,
        body=body,
        # it names pictures by their numbers in the text
        setting=read.setting if body is read.body and not given.images else "",
        captions=given.captions or read.captions,
        byline=given.byline or read.byline,
        source_credit=given.source_credit or read.source_credit,
        images=tuple({image.url: image for image in (*given.images, *read.images)}.values()),
        attachments=tuple({one.url: one for one in (*given.attachments, *read.attachments)}.values()),
    )


def _links(article: Article) -> tuple[Link, ...]:
    links = [Link(image.url, "image") for image in article.images]
    links += [Link(one.url, "attachment") for one in article.attachments]
    return tuple(dict.fromkeys(links))


def _many(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _moment(value: Any) -> str:
    said = next(iter(strings(value)), "").strip()
    found = read_date(said, "json") if said else None
    return found.value if found is not None else ""
