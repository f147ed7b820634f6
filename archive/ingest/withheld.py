"""A page as it may be shown: nothing of what a takedown bars is read from it, nor pointed to by it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from archive.barred import REASON, Barred
from archive.model import Held, Reading, Teaser
from archive.opening.page import Page, identity
from archive.opening.readers import Readers
from archive.text.urls import url_key


def withheld(page: Page, barred: Barred) -> Page:
    """`page` without reading, its reason "takedown", where its address or its article is barred.

    Any other page comes back without the teasers and links that point to a barred one.
    """
    if not barred.keys:
        return page
    read = page.article or (page.reading.unlikely if page.reading else None)
    if barred.bars(page.url_key) or (read is not None and barred.bars(identity(read, page))):
        return replace(page, reading=None, reason=REASON)
    if page.reading is None:
        return page
    return replace(page, reading=_without(page.reading, barred))


def withheld_among(readers: Readers, held: Iterable[Held], barred: Barred) -> Iterator[Held]:
    """Those of `held` of which nothing may be shown, whatever their address: `readers` (`per_core`) tell."""
    for answer in readers.read(held):
        if answer.page is not None and withheld(answer.page, barred).reason == REASON:
            yield answer.item


def _without(reading: Reading, barred: Barred) -> Reading:
    article = reading.article
    if article is not None:
        article = replace(article, teasers=_kept(article.teasers, barred))
    links = tuple(link for link in reading.links if not barred.bars(url_key(link.url)))
    teasers, unlikely = _kept(reading.teasers, barred), reading.unlikely
    if unlikely is not None and (
        (links, teasers, unlikely.teasers) != (reading.links, reading.teasers, _kept(unlikely.teasers, barred))
    ):
        unlikely = None  # what it points to stands in its text, too
    return replace(reading, article=article, teasers=teasers, links=links, unlikely=unlikely)


def _kept(teasers: tuple[Teaser, ...], barred: Barred) -> tuple[Teaser, ...]:
    return tuple(teaser for teaser in teasers if not barred.bars(url_key(teaser.url)))
