"""How likely a page is an article or a notice: what speaks for it and against it, as a table of log-odds."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from itertools import takewhile
from typing import Final
from urllib.parse import urlsplit

from archive.model import Article, PageKind
from archive.parsers.blocks.density import is_running
from archive.parsers.blocks.lines import HEADINGS, Items, Line, Picture, count_words
from archive.parsers.document.address import canonical_of, names_itself
from archive.parsers.document.metadata import Metadata
from archive.parsers.document.page import Page
from archive.parsers.fields.headline import same_words, slug_words
from archive.parsers.links import kind_of
from archive.text.folding import fold
from archive.text.slug import match

LIKELY: Final = 0.5
"""The probability from which a page counts as an article."""

_BIAS: Final = -3.2
_SCALE: Final = 1.0  # of the log-odds, fitted on pages apart from those that the table was made from
_POINTER_WORDS: Final = 5  # of a link that counts as a pointer: sections and authors have fewer
_SYLLABLE: Final = 5  # letters of one, with the blank
_LONG_HEADLINE: Final = 6  # syllables; listings have shorter titles
_SHORT_HEADLINE: Final = 4  # syllables; so short are the names of sections and of pages about an office
_NOTICE_HEADLINE: Final = 3  # words: "Tài liệu tuyên truyền" heads a document, one word or two an editor's trial
_LITTLE: Final = 30  # words of a text
_BRIEF: Final = 0.5
_NEAR: Final = 3  # items right above the text
_NOTICE: Final = 60  # words, fewer are what stands beside a notice's document
_RUNS: Final = 2  # lines of running text
_MENU_WORDS: Final = 7  # syllables of an entry of a menu
_ID: Final = re.compile(r"\d{3}")
_SECONDARY: Final = re.compile(
    r"/(?:print|savefile|sendmail|in-bai|in-bai-viet|ban-in|printpreview|embed|amp)(?:/|$)|[?&](?:print|in|download|pdf|share|replytocom)=",
    re.IGNORECASE,
)
_QUERIED: Final = re.compile(
    r"[?&](?:s|q|keyword|keywords|search|tukhoa|key)=(?!\w+(?:-\w+){3})|/(?:search|seek|tim-kiem)(?:/|$|\?)",
    re.IGNORECASE,
)
_JOINT: Final = re.compile(r"\s+[|–—-]\s+")  # of a title and the site's name
_ABOUT_SITE: Final = re.compile(
    r"(?:trang\s+)?(?:giới\s+thiệu(?:\s+chung(?:\s+về\s.+)?)?|liên\s+hệ(?:\s+(?:quảng\s+cáo|tòa\s+soạn))?|(?:về\s+)?chúng\s+tôi|lưu\s+trữ|"
    r"(?:chính\s+sách|quy\s+định)\s+(?:bảo\s+mật|riêng\s+tư|quyền\s+riêng\s+tư)|điều\s+khoản(?:\s+(?:sử\s+dụng|dịch\s+vụ))?|"
    r"sơ\s+đồ\s+(?:trang|site|website)|about(?:\s+(?:us|me))?|contact(?:\s+us)?|archives?|privacy\s+policy)",
    re.IGNORECASE,
)
_ARCHIVE: Final = re.compile(
    r"/(?:19|20)\d\d(?:/\d{1,2}){0,2}/?$|/(?:categor(?:y|ies)|chuyen-muc|tags?|topics?|authors?|tac-gia|groups)/|/(?:archives?|luu-tru)/?$",
    re.IGNORECASE,
)
_TO_COME: Final = re.compile(r"(?:nội\s+dung\s+)?đang\s+(?:được\s+)?cập\s+nhật\W*", re.IGNORECASE)
_ABOUT_PATH: Final = re.compile(r"/(?:gioi-thieu|about)/")
_HOME: Final = frozenset(("", "index.html", "index.php", "default.aspx", "trang-chu", "home"))


@dataclass(frozen=True)  # no slots: what several rows ask for is found once
class Look:
    """A page with the article read on it: `above` are the items above the text, `stretch` those of the text."""

    page: Page
    article: Article
    meta: Metadata
    whole: Items
    above: Items
    stretch: Items
    offered: bool  # whether a document was found in the place of a text
    selected: bool  # whether a selector of the site or its family found the headline
    told: bool | None  # whether its family says that it is an article

    @cached_property
    def notice(self) -> bool:
        """Whether a document stands in the place of a text, or beside hardly any."""
        few = sum(count_words(text) for text in self.article.body) < _NOTICE
        return self.offered or (few and bool(self.article.attachments))

    @cached_property
    def slug(self) -> str:
        """The words of the address."""
        return slug_words(self.page)

    @cached_property
    def named(self) -> bool:
        """Whether the slug was made from the headline."""
        return match(self.slug, [self.article.headline.value]) is not None

    @cached_property
    def kind(self) -> PageKind:
        """What the address is likely to be."""
        return kind_of(self.page.url)

    @cached_property
    def length(self) -> int:
        """Words of the text, and of the captions: a photo story has little else."""
        lead = self.article.lead
        texts = (*self.article.body, *self.article.captions, lead.value if lead else "")
        return sum(map(count_words, texts))

    @cached_property
    def says(self) -> int:
        """Syllables of the headline: the words of a Vietnamese one, more than the words of a German one."""
        text = _JOINT.sub(" ", self.article.headline.value)
        return max(count_words(text), len(text) // _SYLLABLE)

    @cached_property
    def long(self) -> bool:
        """Whether the address is the headline's, and longer than a section's."""
        return self.named and len(self.slug.split("-")) >= _LONG_HEADLINE

    @cached_property
    def numbered(self) -> bool:
        """Whether the address has a number such as articles have: a section's is made of words."""
        parts = urlsplit(self.page.url)
        return _ID.search(f"{parts.path}?{parts.query}") is not None

    @cached_property
    def running(self) -> int:
        """Lines of running text."""
        return sum(map(_is_text, self.stretch))

    @cached_property
    def pointers(self) -> int:
        """Lines that lead to other articles among those of the text; what follows its last line does not count."""
        last = max((at for at, item in enumerate(self.stretch) if _is_text(item)), default=-1)
        lines = [item for item in self.stretch[: last + 1] if isinstance(item, Line) and item.linked > 0.5]
        return len({link.href for item in lines for link in item.links if count_words(link.text) >= _POINTER_WORDS})


@dataclass(frozen=True, slots=True)
class Row:
    """One sign: its name, its weight in log-odds, and how far it holds (0 to 1)."""

    name: str
    weight: float
    holds: Callable[[Look], float]


def _is_listing(look: Look) -> float:
    if look.kind != "listing" and not _ARCHIVE.search(urlsplit(look.page.url).path):
        return 0.0
    numbered = look.numbered and len(look.slug.split("-")) >= _LONG_HEADLINE  # "/chuyen-muc/<slug>-<id>.html"
    return 0.0 if look.long and numbered else 0.5 if numbered else 1.0


def _is_called_as_sections(look: Look) -> float:
    """Whether a headline is as short as a section's name, and neither address, metadata nor CMS says otherwise."""
    if look.told or look.says > _SHORT_HEADLINE or look.meta.is_article or look.page.meta("og:type") == "article":
        return 0.0
    return 0.0 if look.kind == "article" else 0.5 if _is_notice(look) else 1.0


def _is_notice(look: Look) -> bool:
    """Whether a document stands in the place of a text, under a headline that says what it is."""
    return look.notice and count_words(look.article.headline.value) >= _NOTICE_HEADLINE


def _says_little(look: Look) -> float:
    """Whether there is hardly a word; under a dated headline it is news in brief, as portals have it with a picture."""
    if look.notice or look.length >= _LITTLE:
        return 0.0
    return _BRIEF if look.article.published is not None and look.says >= _LONG_HEADLINE else 1.0


def _is_title(look: Look) -> bool:
    """Whether the title element has the headline, longer than a section's name."""
    headline = look.article.headline.value
    return look.says > _SHORT_HEADLINE and fold(headline) in fold(look.page.title())


def _is_about_site(look: Look) -> bool:
    """Whether headline, title or folder say that the page is about the site or its office; what is dated is news."""
    named = (look.article.headline.value, _JOINT.split(look.page.title())[0])
    undated = look.article.published is None
    return any(map(_ABOUT_SITE.fullmatch, named)) or (undated and bool(_ABOUT_PATH.match(urlsplit(look.page.url).path)))


def _heads_teaser(look: Look) -> bool:
    """Whether the heading right above the first running text leads to another page of the site than its first, and is
    longer than the name of a section: "Kinh tế" heads its articles on many sites.
    """
    head = [*look.above[-_NEAR:], *takewhile(lambda item: not _is_text(item), look.stretch)]
    for item in reversed(head):
        if isinstance(item, Line) and item.tag in HEADINGS:
            urls = [look.page.absolute(link.href).partition("#")[0] for link in item.links]
            away = [url for url in urls if url != look.page.url and urlsplit(url).path.strip("/")]
            named = item.length > _MENU_WORDS and item.linked > 0.9
            return named and bool(away) and canonical_of(look.page) not in away
    return False


def _is_of_menu(look: Look) -> bool:
    """Whether the headline is a word or two that a menu of the page has too: lists of articles have longer ones."""
    headline = look.article.headline.value
    if look.says > _MENU_WORDS:
        return False
    lines = [item for item in look.whole if isinstance(item, Line) and item.linked > 0.9]
    return any(same_words(link.text, headline) for line in lines for link in line.links)


def _is_text(item: Line | Picture) -> bool:
    return isinstance(item, Line) and is_running(item) and item.length >= 15


def is_other_rendering(page: Page) -> bool:
    """Whether the page is a version for print, sharing or the like of an article that has its own page."""
    return bool(_SECONDARY.search(page.url)) and not names_itself(page)


ROWS: Final = (
    Row("the metadata call it an article", 3.0, lambda look: look.meta.is_article),
    Row("og:type is article", 2.0, lambda look: look.page.meta("og:type") == "article"),
    Row(
        "microdata of an article",
        1.5,
        lambda look: look.page.has('[itemtype*="NewsArticle"]', '[itemprop="articleBody"]'),
    ),
    Row("the long headline is the address", 2.0, lambda look: look.long),
    Row("a few words, as sections and offices are called", -3.0, _is_called_as_sections),
    Row(
        "a number in the address, a long headline",
        1.0,
        lambda look: (
            0.0
            if not look.numbered or look.says < _LONG_HEADLINE
            else 1.0
            if fold(look.article.headline.value) in fold(look.page.title())
            else 0.5
        ),
    ),
    Row("an article's address", 1.0, lambda look: look.kind == "article"),
    Row("asked for as an article", 2.0, lambda look: look.page.asked == "article"),
    Row("a listing's address", -3.0, _is_listing),
    Row("a headline where a selector has it", 1.0, lambda look: look.selected and not look.page.learnt),
    Row(
        "a text where the site's own selector has it",
        4.0,
        lambda look: bool(look.page.site.body) and not look.page.learnt,
    ),
    Row("a long headline", 1.0, lambda look: look.says >= _LONG_HEADLINE),
    Row("a long headline over a text", 0.75, lambda look: look.length >= 100 and look.says >= _LONG_HEADLINE),
    Row("a headline that is the title", 1.0, _is_title),
    Row("a date", 1.0, lambda look: look.article.published is not None),
    Row("a hundred words", 1.0, lambda look: look.length >= 100),
    Row("many more words", 1.25, lambda look: look.length >= 250),
    Row("a thousand words", 1.0, lambda look: look.length >= 1000),
    Row("hardly a word", -3.0, _says_little),
    Row("a document in the place of a text", 4.5, _is_notice),
    Row("a heading of another article", -3.0, _heads_teaser),
    Row(
        "no pointers, a date and some text",
        1.5,
        lambda look: (
            not look.pointers
            and look.article.published is not None
            and (look.running + bool(look.article.captions) >= _RUNS or look.article.byline is not None)
        ),
    ),
    Row("an entry of the menu", -3.0, _is_of_menu),
    Row("about the site", -8.0, _is_about_site),
    Row(
        "a text still to come",
        -8.0,
        lambda look: bool(look.article.body) and all(map(_TO_COME.fullmatch, look.article.body)),
    ),
    Row(
        "the front page",
        -8.0,
        lambda look: urlsplit(look.page.url).path.strip("/") in _HOME and not urlsplit(look.page.url).query,
    ),
    Row(
        "another rendering",
        -8.0,
        lambda look: is_other_rendering(look.page),
    ),
    Row("an article by its CMS", 6.0, lambda look: look.told is True),
    Row("of another kind by its CMS", -8.0, lambda look: look.told is False),
    Row("a search", -8.0, lambda look: bool(_QUERIED.search(look.page.url))),
)


def signs(look: Look) -> dict[str, float]:
    """What each row that holds adds to the log-odds."""
    found = {row.name: row.weight * float(row.holds(look)) for row in ROWS}
    return {name: weight for name, weight in found.items() if weight}


def doubt(look: Look) -> str:
    """The sign that speaks most against an article."""
    against = {name: weight for name, weight in signs(look).items() if weight < 0}
    return min(against, key=against.__getitem__, default="too little speaks for it")


def probability(look: Look) -> float:
    """How likely the page is an article or a notice, 0 to 1."""
    odds = _SCALE * (_BIAS + sum(signs(look).values()))
    return round(1 / (1 + math.exp(-odds)), 3)
