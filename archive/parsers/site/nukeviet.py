"""Reads article pages of NukeViet 3 and 4 portals, in the default and mobile themes and those made from them.

Evidence: themes/default and themes/mobile_default/modules/news/{detail,print}.tpl of NukeViet 3.4 to 4.6 (ids and
microdata survive where sites make their own themes), includes and modules as facts by file and line where they matter.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import Final
from urllib.parse import parse_qs, urlsplit

from archive.errors import SelectionError, Unreadable
from archive.model import Article, Found, Image
from archive.parsers.article import Manner, finish
from archive.parsers.blocks.lines import Line as TextLine
from archive.parsers.blocks.lines import Picture
from archive.parsers.blocks.walk import read_lines
from archive.parsers.by_evidence import read_by_evidence
from archive.parsers.document.address import canonical_of, is_picture_file
from archive.parsers.document.page import Page
from archive.parsers.document.tree import Element, drop, text_of
from archive.parsers.fields.captions import LONGEST_CAPTION
from archive.parsers.fields.headline import meta_headline, shown_headline
from archive.parsers.fields.selected import body_of, both, selected_tags, take_related
from archive.parsers.fields.vocabulary import is_name
from archive.sources.model import Select

FAMILY: Final = "nukeviet"
VERSION: Final = 3
MANNER: Final = Manner(FAMILY, VERSION)

RULES: Final = Select(
    headline=("h1[itemprop=headline]", "h1.title", "div#news_detail h1", "h2[itemprop=headline]", "h1"),
    body=("div#news-bodyhtml", "div#bodytext", "div.bodytext", "div[itemprop=articleBody]"),
    published=("span.h5", "em.time", "span.time", "div.time", "li.time"),
    tags=('a[href*="/tag/"]', "div.keywords a"),
    section=("ul.breadcrumb a", "div.breadcrumb a", "div.breadcrumbs-wrap a"),
    related=("ul.detail-related", "ul.related"),
    attachments=("div.news-download-file a[download]", 'div.news-download-file a[href*="download=1"]'),
)
_TAGS_BESIDE: Final = ('a[href*="/tag/"] em',)  # the mobile theme has them in a panel of their own
_ARTICLE: Final = re.compile(r"-(\d+)(?:\.html?)?/?$")
_LEVELS: Final = 3  # up from #news-bodyhtml: .panel-body, .news_column, the column
_LISTED: Final = re.compile(r"/(?:tag|groups|topic)/")  # "/tag/nhiem-ky-2020-2025" ends like an article
_PRINT: Final = re.compile(r"(?<=[/=])print/")
_PRINTED: Final = Select(
    headline=("div#content h1",),
    body=("div#bodytext",),
    published=("div#content li",),
    cut=("div#hd_print", "div#footer", "div.copyright"),
)
_SECONDARY: Final = re.compile(r"/(?:print|savefile|sendmail|rating|pdf)/")
_LABELS: Final = re.compile(
    r"^\s*(?P<label>tác giả|nguồn tin|author|source)(?:\s+bài\s+viết)?\s*:\s*(?P<value>.+)$", re.IGNORECASE
)


def recognises(page: Page) -> bool:
    """Whether the page names NukeViet as its generator, or has the id that only its news module prints."""
    return page.meta("generator").startswith("NukeViet") or page.by_id("news-bodyhtml") is not None


def is_article_url(url: str) -> bool:
    """Whether `url` has the form of an article's: `<alias>-<id>.html`, or `op=<cat>/<alias>-<id>`."""
    parts = urlsplit(url)
    path = parse_qs(parts.query).get("op", [parts.path])[0] if "op=" in parts.query else parts.path
    return (
        bool(_ARTICLE.search(path))
        and not is_secondary(url)
        and not _LISTED.search(path)
        and path.count("-") >= 1
        and not re.search(r"/page-\d+/?$", path)
    )


def is_secondary(url: str) -> bool:
    """Whether `url` is another rendering of an article: print, save, send, a download."""
    parts = urlsplit(url)
    return bool(_SECONDARY.search(parts.path + "/")) or "download=1" in parts.query or "pdf=1" in parts.query


def address_of_print(page: Page) -> str:
    """The address of the article that a print version shows, which names its own as canonical; "" on other pages."""
    return _PRINT.sub("", page.url, count=1) if page.by_id("hd_print") is not None else ""


def read(page: Page) -> Article:
    """The article on a NukeViet detail page.

    Raises Unreadable(no_article) on every other page of the portal, SelectionError where an article's page has another
    theme's marks than those known here.
    """
    if is_secondary(page.url):
        raise Unreadable("no_article", "print or download version: the article has its own page")
    if page.by_id("hd_print") is not None:
        return read_by_evidence(page, _PRINTED, MANNER)
    if not is_article_url(canonical_of(page)):
        raise Unreadable("no_article", "a static page or a listing: articles have an id behind the alias")
    main, body_element = _main(page)
    site = main.site
    for css in site.cut:
        main.take(css)
    teasers = take_related(main, site.related or RULES.related)
    if not teasers and main is not page:
        teasers = take_related(page, RULES.related)
    headline = shown_headline(main, both(site.headline, RULES.headline)) or meta_headline(page)
    if headline is None:
        raise SelectionError(f"{page.url}: no headline")
    lead, captions, images = _lead(main, body_element)
    body = body_of(main, both(site.body, RULES.body), want_lead=lead is None)
    if body is None:
        raise SelectionError(f"{page.url}: the body is empty")
    article = finish(main, RULES, MANNER, headline, lead, body, teasers, images=images, captions=captions)
    byline, credit = _signed(body_element)
    return replace(
        article,
        slug=_without_id(article.slug, article.canonical or article.url),
        byline=byline or article.byline or _hidden_author(main),
        source_credit=credit or article.source_credit,
        tags=article.tags or selected_tags(page, _TAGS_BESIDE),
    )


def _without_id(slug: str, url: str) -> str:
    """`slug` without the id that `url` ends in; a year that ends the title stays ("…-nhiem-ky-2020-2025-1234.html")."""
    number = _ARTICLE.search(urlsplit(url).path)
    return slug.removesuffix(f"-{number[1]}") if number else slug


def _main(page: Page) -> tuple[Page, Element]:
    """The page narrowed to the column that holds the article and its boxes, and the body's element."""
    body = page.by_id("news-bodyhtml")
    if body is None or page.site:
        for css in both(page.site.body, RULES.body):
            found = page.all(css)
            if found:
                return page, found[0]
        raise SelectionError(f"{page.url}: an article's address, but no body as the themes known have it")
    column = body
    for _ in range(_LEVELS):
        parent = column.getparent()
        if parent is None or parent.tag in ("body", "html"):
            break
        column = parent
    return page.within(column), body


def _lead(page: Page, body: Element) -> tuple[Found | None, tuple[str, ...], tuple[Image, ...]]:
    """Lead, captions and pictures that stand between headline and body.

    The lead picture stands in `figure.article`, or in `#hometext` itself (3.x, mobile), with its caption in `em`. At
    "left" 4.5 prints it twice: the second time in the hidden #imgpreview.
    """
    full = _taken_preview(page)
    lead: Found | None = None
    captions: list[str] = []
    images: list[Image] = []
    for css in both(
        page.site.lead, ("div.hometext", "div#hometext", "p[itemprop=description]", "div[itemprop=description]")
    ):
        found = [element for element in page.all(css) if not _is_hidden(element)]
        if not found:
            continue
        lines = read_lines(found[0])
        texts = [item.text for item in lines if isinstance(item, TextLine) and not _is_note(item, lines)]
        captions += [item.text for item in lines if isinstance(item, TextLine) and _is_note(item, lines)]
        images += [
            Image(page.absolute(_full_size(found[0], item.src)), item.alt)
            for item in lines
            if isinstance(item, Picture)
        ]
        if texts:
            lead = Found(" ".join(texts), by=css)
        break
    for holder in _between(page, body):
        for item in read_lines(holder):
            if isinstance(item, Picture):
                images.append(Image(page.absolute(full or _full_size(holder, item.src)), item.alt))
            elif (item.caption or item.italic) and images:
                captions.append(item.text)
                images[-1] = replace(images[-1], caption=item.text)
    return lead, tuple(captions), tuple(images)


def _taken_preview(page: Page) -> str:
    """The address of the lead picture in full size, out of the hidden preview, which is removed."""
    src = ""
    for name in ("imgpreview", "imagemodal"):
        preview = page.by_id(name)
        if preview is not None:
            src = src or next((image.get("src") or "" for image in preview.iter("img")), "")
            drop(preview)
    return src


def _is_note(line: TextLine, lines: list[TextLine | Picture]) -> bool:
    return line.caption or (line.italic and any(isinstance(item, Picture) for item in lines))


def _between(page: Page, body: Element) -> list[Element]:
    """The elements with the lead picture: figures and picture boxes in front of the body, in its own container.

    Themes wrap the body once more, so the container is sought upwards, as far as the headline.
    """
    found: list[Element] = []
    inner: Element = body
    for container in body.iterancestors():
        for element in container:
            if element is inner:
                break
            found += _pictured(element)
        if found or container is page.root or next(container.iter("h1"), None) is not None:
            break
        inner = container
    return found


def _pictured(element: Element) -> list[Element]:
    if element.tag == "figure":
        return [element]
    if element.tag != "div" or element.get("id") == "hometext":
        return []
    figures = list(element.iter("figure"))
    if not figures and _is_picture_box(element):
        return [element]  # 3.x and mobile: <div style="width:..."><img><p><em>caption
    return figures


def _is_picture_box(element: Element) -> bool:
    """Whether a block holds a picture and at most its caption: icons of a toolbar stand in links."""
    if next(element.iter("img"), None) is None or len(text_of(element).split()) > LONGEST_CAPTION:
        return False
    return all(is_picture_file(link.get("href") or "") for link in element.iter("a"))


def _full_size(holder: Element, src: str) -> str:
    # The thumbnail links to the picture itself: <a href="/uploads/...jpg" rel="shadowbox"><img src="/assets/...">.
    for link in holder.iter("a"):
        href = link.get("href") or ""
        if re.search(r"\.(?:jpe?g|png|gif|webp)$", href, re.IGNORECASE):
            return href
    return src


def _is_hidden(element: Element) -> bool:
    return "hidden" in (element.get("class") or "").split()


def _behind(body: Element) -> Iterator[Element]:
    """What follows the body, in its container and in those that themes wrap around it."""
    yield from body.itersiblings()
    for container in islice(body.iterancestors(), _LEVELS - 1):
        yield from container.itersiblings()


def _signed(body: Element) -> tuple[Found | None, Found | None]:
    """Author and source of the lines behind the body: "Tác giả: ...", "Nguồn tin: ..."."""
    byline = credit = None
    for element in _behind(body):
        for paragraph in element.iter("p"):
            text = text_of(paragraph)
            match = _LABELS.match(text)
            if match is None:
                continue
            found = Found(match["value"].strip(), by="line behind the body", raw=text)
            if match["label"].lower() in ("tác giả", "author"):
                byline = byline or found
            else:
                credit = credit or found
    return byline, credit


def _hidden_author(page: Page) -> Found | None:
    # The author may sit only in hidden microdata; without one the CMS prints the editor's account name there.
    for element in page.all("div[itemprop=author]"):
        name = text_of(element)
        if len(name.split()) >= 2 and not name.isascii() and is_name(name):
            return Found(name, by="hidden itemprop=author", confidence=0.5)
    return None
