"""Reads article pages of sites whose CMS is not known: by metadata, by density of text, by agreement of the two."""

from __future__ import annotations

from typing import Final

from archive.errors import Unreadable
from archive.model import Article
from archive.parsers import fields
from archive.parsers.body import read_body
from archive.parsers.density import densest
from archive.parsers.headline import meta_headline, shown_headline
from archive.parsers.page import Page
from archive.sources.model import Select

FAMILY: Final = "generic"
VERSION: Final = 1
MANNER: Final = fields.Manner(FAMILY, VERSION)
RULES: Final = Select(headline=("h1[itemprop=headline]", "h1"))


def recognises(page: Page) -> bool:
    """Whether the page can be tried: every page can."""
    return True


def read(page: Page) -> Article:
    """The article of a page of unknown making; raises Unreadable(no_article) where no running text is found."""
    if page.site.body:
        return fields.assemble(page, RULES, MANNER)
    headline = shown_headline(page, fields.both(page.site.headline, RULES.headline)) or meta_headline(page)
    element = densest(page.root)
    if element is None or headline is None:
        raise Unreadable("no_article", "no running text" if element is None else "no headline")
    body = read_body(page, [element], "density", want_lead=True)
    if not body.paragraphs:
        raise Unreadable("no_article", "no paragraph")
    return fields.finish(page, RULES, MANNER, headline, None, body, ())
