"""A readable title for pages that show their slug in the headline's place: "tinh uy to chuc hoi nghi 2020 2025"."""

from __future__ import annotations

from dataclasses import replace

from archive.model import Article, Found
from archive.text.fold import tokens
from archive.text.restore import restore

_SHORTEST = 5  # syllables; a shorter line without accents may well be a name


def readable(article: Article, publisher: str = "") -> Article:
    """`article` with its accents restored in the headline, where the page shows nothing but the slug in words.

    Restored from the page's own text, marked so, with its confidence; the line as shown is the headline's raw string.
    A page that has no accents anywhere stays as it is: then that is how it was written.
    """
    shown = article.headline
    words = tokens(shown.value)
    if not shown.value.isascii() or len(words) < _SHORTEST or words != tokens(article.slug):
        return article
    evidence = [article.lead.value if article.lead else "", *article.body, *article.captions, publisher]
    evidence += [text for teaser in article.teasers for text in (teaser.headline, teaser.text)]
    if all(text.isascii() for text in evidence):
        return article
    made = restore(article.slug, [text for text in evidence if text])
    return replace(article, headline=Found(made.value, by=made.by, raw=shown.value, confidence=made.confidence))
