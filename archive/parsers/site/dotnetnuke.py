"""Reads article pages of DotNetNuke (DNN) portals, whose news modules differ and whose ids tell the field.

Evidence: skins and modules in public captures (`/DesktopModules/`, `dnn_ctr<n>_..._lblTitle`); the prefix of an id
changes from portal to portal, its end does not. Dates may be American (`month_first` in the source's layout).
"""

from __future__ import annotations

from typing import Final

from archive.model import Article
from archive.parsers.article import Manner
from archive.parsers.by_evidence import read_by_evidence
from archive.parsers.document.page import Page
from archive.sources.model import Select

FAMILY: Final = "dnn"
VERSION: Final = 3
MANNER: Final = Manner(FAMILY, VERSION)

RULES: Final = Select(
    headline=(
        'span[id$="_lblTitle"]',
        'h1[id$="_lblTitle"]',
        'span[id$="_lblTieuDe"]',
        'h1[id$="_lblTieuDe"]',
        "td.NewsTitle1 h2",
        "h1.news-title",
        "h1.edn_articleTitle",
    ),
    lead=(
        'span[id$="_lblSummary"]',
        'div[id$="_lblSummary"]',
        'span[id$="_lblTomTat"]',
        'div[id$="_lblTomTat"]',
        "td.NewsIntro",
        "div.edn_articleSummary",
    ),
    body=(
        'div[id$="_lblDescription"]',
        'span[id$="_lblDescription"]',
        'div[id$="_lblContent"]',
        'span[id$="_lblContent"]',
        'div[id$="_lblNoiDung"]',
        'span[id$="_lblNoiDung"]',
        "td.NewsContent",
        "article.edn_article div.edn_articleContent",
    ),
    published=(
        'span[id$="_lblNgayDang"]',
        'span[id*="_ctr"][id$="_lblDate"]',  # a module's; the skin's clock is dnn_dnnCURRENTDATE_lblDate
        'span[id$="_lblPublishDate"]',
        'span[id$="_lblPublishedDate"]',
        "time.edn_articleDate",
    ),
    byline=('span[id$="_lblAuthor"]', 'span[id$="_lblTacGia"]'),
    source_credit=('span[id$="_lblSource"]', 'span[id$="_lblNguon"]'),
)


def recognises(page: Page) -> bool:
    """Whether the page loads modules from where DNN has them, or bears its ids."""
    return page.holds(b"/DesktopModules/") or page.holds(b"dnn_ctr") or page.holds(b"dnn.controls")


def read(page: Page) -> Article:
    """The article on a page of this family; raises Unreadable(no_article) on its listings and searches."""
    return read_by_evidence(page, RULES, MANNER)
