"""Reads article pages of sites whose CMS is not known."""

from __future__ import annotations

from typing import Final

from archive.errors import Unreadable
from archive.model import Article
from archive.parsers.article import Manner
from archive.parsers.by_evidence import read_by_evidence
from archive.parsers.document.page import NOTHING, Page
from archive.parsers.fallback import read_last

FAMILY: Final = "generic"
VERSION: Final = 3
MANNER: Final = Manner(FAMILY, VERSION)


def recognises(page: Page) -> bool:
    """Whether the page can be tried: every page can."""
    return True


def read(page: Page) -> Article:
    """The article of a page of unknown making; raises Unreadable(no_article) where too little speaks for one."""
    try:
        return read_by_evidence(page, NOTHING, MANNER)
    except Unreadable as error:
        article = read_last(page, MANNER) if error.reason == "no_article" else None
        if article is None:
            raise
        return article
