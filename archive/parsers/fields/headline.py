"""Finds the headline: where a selector says, where signs of it agree, else as the page's metadata has it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import Final, NamedTuple
from urllib.parse import unquote, urlsplit

from archive.model import Article, Found
from archive.parsers.blocks.lines import Items, Line, count_words, is_of_author
from archive.parsers.document.address import canonical_of
from archive.parsers.document.metadata import Metadata
from archive.parsers.document.page import Page
from archive.parsers.document.tree import Element, clean, names_of, text_of
from archive.parsers.fields.candidates import Row, Table
from archive.parsers.fields.made_headline import made_headline
from archive.parsers.fields.set_headline import (
    DATED,
    ENOUGH,
    TITLE_NAME,
    Headline,
    is_large,
    is_sentence,
    plain_headline,
)
from archive.parsers.fields.tags import is_tag_link
from archive.text.folding import fold, tokens
from archive.text.slug import match, slug_of

_PARTS: Final = re.compile(r"(?<!\s)\s++(?:[|–—-]\s+|\|\s*|»\s+)|\|\s*")  # blanks are tried once a run
_SITE_NAME: Final = re.compile(
    r"(?:trang\s+chủ\W+)?(?:(?:cổng|trang)\s+(?:thông\s+tin|tin)|website|báo\s+điện\s+tử|báo\s+(?:\w+\s+){1,3}(?:điện\s+tử|online)$|trang\s+chủ$)",
    re.IGNORECASE,
)
_SHORTEST_KEYWORDS: Final = 5  # words of a title without accents; fewer are keywords
_TITLE_CONFIDENCE: Final = 0.7  # of a headline that only the title element has
_PAIRED: Final = re.compile(r"/tid/([^/]+)", re.IGNORECASE)
_SLUG_CONFIDENCE: Final = 0.3  # of a headline without accents
_FOLDED_MORE: Final = 6  # letters by which texts may differ and yet fold alike: "…" folds to three, "№" to two
_SHORTEST: Final = 3  # words; a portal's own name and "Chi tiết tin" are shorter or not the title's
_LONGEST_HEADLINE: Final = 45  # words
_LONGEST_SET: Final = 30  # words of one that only its setting tells
_SHORT: Final = 4  # words of a headline that a part of a title may be
_KICKER: Final = 6  # words above a headline
_MENU: Final = 3  # links of a menu
_FIRST_WORDS: Final = 12  # of a text that has no headline
_STEPS: Final = 5  # links of a trail


def told_twice(page: Page, meta: Metadata) -> Found | None:
    """The headline that JSON-LD and og:title agree on, with the kicker that a theme may print apart from it."""
    if count_words(meta.headline) < _SHORTEST or names_site(page, meta.headline):
        return None
    return Found(meta.headline, by="json-ld headline") if is_named(meta.headline, [page.meta("og:title")]) else None


def meta_headline(page: Page) -> Found | None:
    """The headline of og:title, twitter:title or the title element, without the site's name behind it."""
    for name in ("og:title", "twitter:title", "headline"):
        text = page.meta(name)
        if count_words(text) >= _SHORTEST and not names_site(page, text):
            value = without_site_name(page, text)
            return Found(value, by=f"meta {name}", raw=text if value != text else None, confidence=0.9)
    text = page.title()
    value = without_site_name(page, text)
    if count_words(value) >= _SHORTEST and not names_site(page, value):
        return Found(value, by="title", raw=text if value != text else None, confidence=0.7)
    return None


def slug_headline(page: Page) -> Found | None:
    """The words of the slug, where a page has no headline whatever: to be restored from its text."""
    slug = slug_words(page)
    if _words(slug) < _SHORTEST_KEYWORDS:
        return None
    return Found(slug.replace("-", " "), by="slug", raw=published_slug(page), confidence=_SLUG_CONFIDENCE)


def short_headline(page: Page, first: str) -> Found | None:
    """What a readable page without a headline of three words is called: its title, its h1, else its text's `first`
    words: "Thông báo" is a headline, too.
    """
    title = without_site_name(page, page.title())
    heading = next(page.top.iter("h1"), None)
    shown = text_of(heading) if heading is not None else ""
    for value, by in ((title, "title, short"), (shown, "h1, short")):
        if value and not names_site(page, value) and count_words(value) <= _LONGEST_HEADLINE:
            return Found(value, by=by, confidence=_SLUG_CONFIDENCE)
    start = " ".join(first.split()[:_FIRST_WORDS])
    return Found(start, by="first words", confidence=_SLUG_CONFIDENCE) if start else None


def without_site_name(page: Page, title: str) -> str:
    """`title` without the part that names the site: what og:site_name says, or the part that the slug does not have."""
    site = page.meta("og:site_name")
    if site:
        for joint in (" - ", " | ", " – ", " — ", " » "):
            title = title.removesuffix(joint + site).removeprefix(site + joint)
    parts = [part.strip() for part in _PARTS.split(title) if part.strip()]
    if len(parts) < 2:
        return title
    slug = slug_of(page.url)
    best = match(slug, [*parts, title]) if slug else None
    if best is None and names_site(page, parts[-1]) and not names_site(page, parts[0]):
        return title[: title.rindex(parts[-1])].rstrip(" |–—-»")
    return best.headline if best else title


def names_site(page: Page, text: str) -> bool:
    """Whether a title, or what is behind the headline in it, is nothing but the site's name."""
    return bool(_SITE_NAME.match(text)) or same_words(text, page.publisher or page.meta("og:site_name"))


def published_slug(page: Page) -> str:
    """The slug as published: in the address, or written out in meta keywords as VNPT's portals do."""
    found = slug_of(canonical_of(page)) or slug_of(page.url)
    if _words(found) >= _SHORTEST_KEYWORDS:
        return found
    return max((keyword_title(page), found, _longest_parameter(page.url)), key=_words)


def _words(slug: str) -> int:
    return len(re.findall(r"[^-_\s]+", slug))


def _longest_parameter(url: str) -> str:
    """The part of an address's query with the most words: `?id=7&t=<slug>`; folders are the names of sections, but not
    those in DotNetNuke's pairs of name and value: `/tid/<slug>/newsid/<id>`.
    """
    parts = urlsplit(url)
    segment = max([*re.split(r"[/&=]", parts.query), *_PAIRED.findall(parts.path)], key=_words)
    return segment if _words(segment) >= _SHORTEST else ""


def keyword_title(page: Page) -> str:
    """The de-accented title that VNPT's and other portals write into meta keywords, or ""."""
    for text in (page.meta("keywords"), page.meta("news_keywords")):
        if count_words(text) >= _SHORTEST_KEYWORDS and text.isascii() and "," not in text:
            return text
    return ""


def slug_words(page: Page) -> str:
    """What the page's title is without accents, words parted by dashes: from meta keywords, or from the address."""
    written = keyword_title(page)
    if written:
        return "-".join(tokens(written))
    found = slug_of(page.url)
    return found if _words(found) >= _SHORTEST_KEYWORDS else max((found, _longest_parameter(page.url)), key=_words)


def is_slugged(page: Page, title: str) -> bool:
    """Whether the page's slug was made from `title`."""
    slug = slug_words(page)
    return len(slug.split("-")) >= _SHORTEST_KEYWORDS and match(slug, [title]) is not None


def restored(page: Page, article: Article, position: int) -> Found | None:
    """A headline made from the slug with the page's own text as evidence, where the page shows none of its own.

    `position` is where the headline stands in the page, -1 where only its title element has one. None where a headline
    is shown, or the title element's is the slug's.
    """
    slug = slug_words(page)
    if position >= 0 or article.headline.confidence > _TITLE_CONFIDENCE or len(slug.split("-")) < _SHORTEST_KEYWORDS:
        return None
    if article.headline.by != "slug" and is_slugged(page, article.headline.value):
        return None
    made = made_headline(slug, article, [page.title(), page.meta("og:site_name"), page.publisher])
    return Found(made.value, by=made.by, raw=published_slug(page), confidence=made.confidence) if made.value else None


def slugged_title(page: Page, shown: str) -> Found | None:
    """The metadata's headline where the slug was made from it, and neither repeats what is `shown`: "Chi tiết tin"."""
    titled = meta_headline(page)
    if titled is None or is_named(shown, [page.title(), page.meta("og:title")]):
        return None
    return titled if is_slugged(page, titled.value) and not is_slugged(page, shown) else None


def same_words(one: str, other: str) -> bool:
    """Whether two texts have the same folded words."""
    one, other = clean(one), clean(other)
    # Hardly a letter folds to more than one; comparing lengths takes a hundredth of the time.
    return abs(len(one) - len(other)) <= _FOLDED_MORE + len(one) // 10 and fold(one) == fold(other)


def find_headline(page: Page, items: Items, start: int, end: int, meta: Metadata) -> Headline | None:
    """The headline among the items before (or at the head of) the text: the line the slug was made from, the one the
    metadata repeats, a heading close above the text; agreement of these is its confidence."""
    slug = slug_words(page)
    named = [text for text in (meta.headline, page.meta("og:title"), page.meta("twitter:title"), page.title()) if text]
    named = [text for text in named if not names_site(page, text)]
    lines = [
        (position, item)
        for position, item in enumerate(items[:end])
        if isinstance(item, Line) and _may_be_headline(item, page)
    ]
    begun = next((at for at, item in enumerate(items[start:end], start) if is_sentence(item)), end)
    lines = [(position, line) for position, line in lines if position <= start + 4]
    texts = [line.text for _, line in lines]
    slugged = match(slug, texts) if slug and lines else None
    said = slugged.headline if slugged else ""
    lines = [  # below a sentence of the text a heading is a subheading
        (at, line)
        for at, line in lines
        if at < begun or line.tag == "h1" or line.text == said or is_named(line.text, named)
    ]
    best = set_as_headline(items, lines, start, said, list(map(Named.of, named)))
    if best is None or slugged is not None or is_named(best.found.value, named):
        return best
    if not _has_menu(items, best.position, start):
        return best
    behind = [(at, line) for at, line in lines if at > best.position and not _has_menu(items, at, start)]
    return set_as_headline(items, behind, start) or plain_headline(page, items, start) or best  # the menu is the site's


def is_named(text: str, named: list[str]) -> bool:
    """Whether the metadata repeat a line, the site's name left out."""
    folded = tokens(text)
    return any(name.words == folded or folded in name.before for name in map(Named.of, named))


def _without_kicker(text: str, named: list[str]) -> str:
    """A headline without the few words that a theme sets above it in the same element, where the metadata have none."""
    for name in named:
        for title in (name, *(name[: joint.start()] for joint in _PARTS.finditer(name))):
            before = text.removesuffix(title)
            if before != text and title.count(" ") >= _SHORTEST and before.count(" ") <= _KICKER:
                return title
    return text


def _has_menu(items: Items, position: int, start: int) -> bool:
    """Whether a menu lies between a line and the text: then the line is the site's, whatever tag it has."""
    between = [item for item in items[position + 1 : start] if isinstance(item, Line) and item.linked > 0.8]
    links = (
        link
        for item in between
        for link in item.links
        if link.href[:1] not in ("", "#") and not is_of_author(link) and not is_tag_link(item, link)
    )
    return len(list(islice(links, _MENU))) == _MENU


def _may_be_headline(line: Line, page: Page) -> bool:
    count = line.length
    if not 3 <= count <= _LONGEST_HEADLINE or line.caption or line.tag in ("li", "tr"):
        return False
    if line.linked > 0.5:
        return any(_leads_here(page, link.href) for link in line.links)
    return True


def without_trail(page: Page, headline: Headline, items: Items) -> Headline:
    """The headline without the links before it in its own line, "Trang chủ / Thời sự / ", as the title has it."""
    line, title = items[headline.position], without_site_name(page, page.title())
    if not isinstance(line, Line) or not 0 < len(line.links) <= _STEPS or not line.text.endswith(title) or not title:
        return headline
    trail = line.text.removesuffix(title)
    for link in line.links:
        trail = trail.replace(link.text, "", 1)
    if any(map(str.isalnum, trail)):
        return headline
    return Headline(replace(headline.found, value=title), headline.position)


def _leads_here(page: Page, href: str) -> bool:
    """Whether a link leads to the page itself, by another host or another day in its address too."""
    url, own = (unquote(one).split("#")[0].rstrip("/") for one in (page.absolute(href), page.url))
    name = url.rpartition("/")[2]
    return url == own or (_words(name) >= _SHORTEST_KEYWORDS and name == own.rpartition("/")[2])


class Named(NamedTuple):
    """What the metadata call a page: its tokens, and those before each of its joints, behind which is a site's name."""

    title: str
    words: list[str]
    before: list[list[str]]

    @classmethod
    def of(cls, title: str) -> Named:
        """A title taken apart once, for all the lines that are compared with it."""
        before: list[list[str]] = []
        done = 0
        for joint in _PARTS.finditer(title):
            before.append((before[-1] if before else []) + tokens(title[done : joint.start()]))
            done = joint.start()
        return cls(title, tokens(title), before)


class Shown(NamedTuple):
    """A line that may be the headline: its words, the slug's text, what the metadata call the page, its neighbours."""

    line: Line
    folded: list[str]
    slugged: str
    named: list[Named]
    near: Items

    @property
    def is_set(self) -> bool:
        """Whether its setting may tell it: no link, no sentence, no date."""
        line = self.line
        ends = line.text.endswith((".", ":", ";", ","))
        return not (line.linked or ends or DATED.search(line.text)) and _SHORT <= line.length <= _LONGEST_SET


def _agreeing(seen: Shown) -> Iterator[bool]:
    """Each title that has the very words, or no more than the site's name behind them."""
    for name in seen.named:
        yield name.words == seen.folded or (len(seen.folded) >= _SHORT and seen.folded in name.before)


def _begun(seen: Shown) -> Iterator[bool]:
    """Each title that begins with the words and goes on."""
    for name, agrees in zip(seen.named, _agreeing(seen), strict=True):
        yield not agrees and len(seen.folded) >= _SHORT and name.words[: len(seen.folded)] == seen.folded


def _elements(seen: Shown) -> list[Element]:
    """The elements of a line, the outermost first."""
    return [element for element in seen.line.element.iter() if isinstance(element.tag, str)]


def _called(seen: Shown) -> Iterator[bool]:
    yield any(TITLE_NAME.search(names_of(element)) for element in _elements(seen))


def _large(seen: Shown) -> Iterator[bool]:
    if seen.is_set:
        yield any(map(is_large, [*_elements(seen), *islice(seen.line.element.iterancestors(), 2)]))


def _dated(seen: Shown) -> Iterator[bool]:
    if seen.is_set:
        yield any(isinstance(item, Line) and DATED.search(item.text) is not None for item in seen.near)


def _full_stop(seen: Shown) -> Iterator[bool]:
    text, tag = seen.line.text, seen.line.element.tag
    yield text.endswith(".") and not text.endswith("..") and tag != "h1"


HEADLINE: Final = Table[Shown, bool](
    "headline",
    (
        Row("the address's words", lambda seen: [seen.slugged == seen.line.text], 3.0, "NukeViet, WordPress"),
        Row("words of a title", _agreeing, 1.7, "WordPress, generators"),
        Row("beginning of a title", _begun, 1.0, "portals of provinces"),
        Row("h1", lambda seen: [seen.line.element.tag == "h1"], 2.0, "NukeViet, WordPress"),
        Row("h2", lambda seen: [seen.line.element.tag == "h2"], 1.0, "portals of 2012"),
        Row("called title", _called, 1.0, "bbg, fck newspapers"),
        Row("bold", lambda seen: [seen.line.bold], 0.7, "portals of 2012"),
        Row("large", _large, 1.0, "pages of tables"),
        Row("date beside", _dated, 0.7, "portals of districts"),
        Row("full stop", _full_stop, -1.0, "portals of provinces"),
    ),
)  # fmt: skip


def set_as_headline(
    items: Items, lines: list[tuple[int, Line]], start: int, slugged: str = "", named: Sequence[Named] = ()
) -> Headline | None:
    """The line that most says is the headline, nearest to the text where several are alike; None where too little."""
    best: tuple[float, int, Line] | None = None
    for position, line in lines:
        near = [items[at] for at in (position - 1, position + 1, position + 2) if 0 <= at < len(items)]
        score = HEADLINE.score(Shown(line, tokens(line.text), slugged, list(named), near))
        score -= min(abs(start - position), 40) * 0.02
        if best is None or score > best[0]:
            best = (score, position, line)
    if best is None or best[0] < ENOUGH:
        return None
    score, position, line = best
    text = _without_kicker(line.text, [name.title for name in named])
    raw = line.text if text != line.text else None
    by = _headline_by(line, bool(slugged) and slugged == line.text)
    return Headline(Found(text, by, raw, min(1.0, 0.4 + score / 10)), position)


def _headline_by(line: Line, slugged: bool) -> str:
    name = str(line.element.tag)
    css = (line.element.get("class") or "").split()
    return f"generic {name}{'.' + css[0] if css else ''}{', slug match' if slugged else ''}"


def without_repeats(article: Article) -> Article:
    """The article without a first paragraph that only repeats its lead or headline."""
    body = article.body
    if len(body) > 1 and same_words(body[0], article.headline.value):
        body = body[1:]
    if article.lead and len(body) > 1 and same_words(body[0], article.lead.value):
        return replace(article, body=body[1:], notes=(*article.notes, "the first paragraph repeated the lead"))
    return replace(article, body=body) if body is not article.body else article


def with_raws(page: Page, article: Article) -> Article:
    """The article with what the site served beside headline and lead, where those were mended."""
    if not page.raws:
        return article
    lead = article.lead
    return replace(article, headline=_with_raw(page, article.headline), lead=_with_raw(page, lead) if lead else None)


def _with_raw(page: Page, found: Found) -> Found:
    raw = page.raws.get(found.value)
    return replace(found, raw=raw) if raw and found.raw is None else found
