"""Asks trafilatura, in its precise mode, where our own reading finds no text, or doubts the one it found.

It takes twenty times as long as we do, so it is asked seldom; and what it alone has found is marked as doubtful.
"""

from __future__ import annotations

from typing import Final

from archive.model import Article
from archive.parsers.classify import is_other_rendering
from archive.parsers.document.address import canonical_of
from archive.parsers.document.page import Page
from archive.parsers.document.tree import clean
from archive.parsers.fields.headline import meta_headline, published_slug, slug_words, without_repeats
from archive.parsers.fields.times import published_of
from archive.parsers.fields.vocabulary import SENTENCE_END
from archive.parsers.links import kind_of
from archive.text.slug import match

CONFIDENCE: Final = 0.3  # of an article whose text no other method found
_SENTENCES: Final = 3  # paragraphs that end as sentences do, fewer are teasers and addresses
_SHORTEST: Final = 12  # words of such a paragraph
_LONGEST_PAGE: Final = 1_000_000  # bytes; trafilatura takes half a second for them
_NAMED: Final = 6  # words of a slug by which a page is known to be an article's


def read_last(page: Page, parser: str) -> Article | None:
    """The article whose text trafilatura alone finds, or None where the address is not the page's title as a slug."""
    headline = meta_headline(page)
    slug = slug_words(page)
    if headline is None or len(slug.split("-")) < _NAMED or kind_of(page.url) != "article" or is_other_rendering(page):
        return None
    if match(slug, [headline.value]) is None:
        return None
    body = second_text(page)
    sentences = [text for text in body if len(text.split()) >= _SHORTEST and SENTENCE_END.search(text)]
    if sum(not text.endswith(("...", "…")) for text in sentences) < _SENTENCES:
        return None
    article = Article(
        url=page.url,
        headline=headline,
        body=body,
        body_by="trafilatura, in its precise mode",
        parser=parser,
        slug=published_slug(page),
        canonical=canonical_of(page),
        published=published_of(page),
        notes=(*page.notes, "the text was found by trafilatura alone"),
        confidence=CONFIDENCE,
    )
    return without_repeats(article)


def second_text(page: Page) -> tuple[str, ...]:
    """The paragraphs that trafilatura finds in the page as it is now, with what was taken out of it gone."""
    import trafilatura  # takes half a second, which a page in a thousand needs

    markup = page.markup.decode("utf-8", "replace")
    if len(markup) > _LONGEST_PAGE:
        return ()
    text = trafilatura.extract(markup, favor_precision=True, include_comments=False, include_tables=False) or ""
    return tuple(line for raw in text.splitlines() if (line := clean(raw.lstrip("-– "))))
