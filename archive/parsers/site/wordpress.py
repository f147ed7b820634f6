"""Reads posts of WordPress sites, in block themes and classic ones.

Evidence: wp-includes of WordPress 6.8 (body_class, blocks post-title, post-date, post-terms, post-navigation-link,
file), themes Twenty Ten to Twenty Twenty-Five; class names that most bought themes keep (entry-title, entry-content,
hentry).
"""

from __future__ import annotations

from typing import Final

from archive.errors import Unreadable
from archive.model import Article
from archive.parsers.article import Manner, assemble
from archive.parsers.document.page import Page
from archive.sources.model import Select

FAMILY: Final = "wordpress"
VERSION: Final = 3
MANNER: Final = Manner(FAMILY, VERSION, signature_first=True, stamps=("time.updated",))

RULES: Final = Select(
    lead=("p.td-post-sub-title",),
    headline=(
        "h1.entry-title",
        "h1.wp-block-post-title",
        "h1.post-title",
        "h1.single-title",
        "h1[itemprop=headline]",
        "article h1",
        "main h1",
        "h1",
    ),
    body=(
        "div.entry-content",
        "div.wp-block-post-content",
        "div.td-post-content",
        "div.post-content",
        "div[itemprop=articleBody]",
    ),
    published=(
        "time.entry-date",
        "main div.wp-block-post-date time",
        "time.published",
        "time.post-date",
        "span.posted-on time",
        "span.entry-date",
        "span.posted-on",
        "div.post-date",
        "span.post-date",
        "li.post-date a",
        "abbr.published",
        "span.entry-meta-date",
        "time.updated",
    ),
    modified=("div.wp-block-post-date__modified-date time",),
    byline=(
        "div.wp-block-post-author-name",
        "p.wp-block-post-author__name",
        "span.author.vcard",
        "span.author-name",
        "a[rel=author]",
        "div.td-post-author-name a",
        "span.vcard a",
        "span.byline a",
        'a[href*="/author/"]',
    ),
    section=(
        "div.taxonomy-category a",
        "span.cat-links a",
        'a[rel="category tag"]',
        "ul.td-category a",
        "div.entry-categories a",
    ),
    tags=(
        "div.taxonomy-post_tag a",
        'a[rel=tag][href*="/tag/"]',  # block themes print this relation on sections too
        'a[rel=tag][href*="?tag="]',
        "span.tags-links a",
        "div.tags-links a",
        "ul.td-tags a",
        "div.tagcloud a",
        "div.post-tags a",
        "p.tags a",
    ),
    related=(
        "div.post-navigation-link-previous",
        "div.post-navigation-link-next",
        "div.nav-previous",
        "div.nav-next",
        "div.jp-relatedposts",
        "div.yarpp",
        "div.yarpp-related",
        "div.related-posts",
        "section.related-posts",
        "div.td_block_related_posts",
        "div.td-post-next-prev-content",
        "a.previous-post",
        "a.next-post",
        "a[rel=prev]",
        "a[rel=next]",
        "div.wp-block-query",
        "ul.wp-block-latest-posts",
    ),
    attachments=("div.wp-block-file a",),
    cut=(
        "div.sharedaddy",
        "div.jp-relatedposts-headline",
        "div#comments",
        "section#comments",
        "div.comments-area",
        "div.post-views",
        "div.kk-star-ratings",
        "div#ez-toc-container",
        "div#toc_container",
        "div.lwptoc",
        "div.wp-block-rank-math-toc-block",
    ),
)
PICTURES: Final = (
    "figure.wp-block-post-featured-image",
    "figure.post-thumbnail",
    "div.post-thumbnail",
    "div.td-post-featured-image",
    "div.entry-thumbnail",
    "figure.entry-thumbnail",
    "div.entry-image",
    "img.wp-post-image",
)
_OTHER_PAGES: Final = frozenset(
    (
        "home",
        "blog",
        "archive",
        "category",
        "tag",
        "author",
        "search",
        "search-results",
        "error404",
        "date",
        "page",
        "attachment",
    )
)


def recognises(page: Page) -> bool:
    """Whether the page names WordPress as its generator, or loads files from where only WordPress has them."""
    return page.meta("generator").startswith("WordPress") or page.holds(b"/wp-content/") or page.holds(b"/wp-json/")


def read(page: Page) -> Article:
    """The post on a page; raises Unreadable(no_article) on listings, static pages, searches and attachment pages."""
    body = page.top.find("body")
    classes = set((body.get("class") or "").split()) if body is not None else set()
    if "single" not in classes and not classes.isdisjoint(_OTHER_PAGES):
        raise Unreadable("no_article", f"a page of another kind: {' '.join(sorted(classes & _OTHER_PAGES))}")
    if "attachment" in classes:
        raise Unreadable("no_article", "the page of a picture or file")
    return assemble(page, RULES, MANNER, PICTURES)
