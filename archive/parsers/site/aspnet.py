"""Reads article pages of ASP.NET portals of their own making: Web Forms, told by the ends of ids.

Evidence: public rules of 2020 (ids end in lblNgayDang, lblTomTat, lblNoiDung while the `ctl00_` prefix changes).
Classes are every portal's own and belong in its source; what ids do not tell is left to the evidence of the page.
"""

from __future__ import annotations

from typing import Final

from archive.model import Article
from archive.parsers.article import Manner
from archive.parsers.by_evidence import read_by_evidence
from archive.parsers.document.page import Page
from archive.sources.model import Select

FAMILY: Final = "aspnet"
VERSION: Final = 3
MANNER: Final = Manner(FAMILY, VERSION)

RULES: Final = Select(
    headline=('span[id$="lblTieuDe"]', 'h1[id$="lblTieuDe"]', 'span[id$="lblTitle"]', 'h1[id$="lblTitle"]'),
    lead=('span[id$="lblTomTat"]', 'div[id$="lblTomTat"]', 'span[id$="lblTrichYeu"]'),
    body=(
        'div[id$="lblNoiDung"]',
        'span[id$="lblNoiDung"]',
        'div[id$="divNoiDung"]',
        'div[id$="lblContent"]',
        'span[id$="lblContent"]',
    ),
    published=('span[id$="lblNgayDang"]', 'span[id$="lblNgayXuatBan"]', 'span[id$="lblNgay"]', 'span[id$="lblDate"]'),
    byline=('span[id$="lblTacGia"]', 'span[id$="lblAuthor"]'),
    source_credit=('span[id$="lblNguon"]', 'span[id$="lblNguonTin"]'),
)


def recognises(page: Page) -> bool:
    """Whether the page is an ASP.NET Web Form."""
    return page.holds(b"__VIEWSTATE")


def read(page: Page) -> Article:
    """The article on a page of this family; raises Unreadable(no_article) on its listings and searches."""
    return read_by_evidence(page, RULES, MANNER)
