"""A readable title for pages that have their slug alone: "tinh uy to chuc hoi nghi 2020 2025".

Decided with the page's own text, what is known of its source, and the archive's own model where one was trained. The
parsers know neither source nor model; what they made of a slug is decided here again where there is a model.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from archive.model import Article, Found
from archive.places import now, province
from archive.restorer import Loader, Restorer
from archive.sources import Source
from archive.text.fold import tokens
from archive.text.restore import restore

_SHORTEST = 5  # syllables; a shorter line without accents may well be a name
_MODEL = re.compile(r"; model ([0-9a-f]+)$")


def no_restorer() -> Restorer | None:
    """The restorer of no archive: None."""
    return None


def readable(article: Article, source: Source | None = None, restorer: Loader = no_restorer) -> Article:
    """`article` with its accents restored in the headline, where the page shows nothing but the slug in words.

    Restored from the page's own text, the names of source and province, and the model; marked so, with its confidence
    and the model's name; the line as shown is the headline's raw string. A page that has no accents anywhere stays as
    it is: then that is how it was written.
    """
    shown = article.headline
    again = shown.by.startswith("restored")
    if not again and not shown.value.isascii():
        return article  # as nearly all are
    slug = _made_of(shown) if again else _shown_slug(article)
    evidence = [article.lead.value if article.lead else "", *article.body, *article.captions]
    evidence += [text for teaser in article.teasers for text in (teaser.headline, teaser.text)]
    if not slug or all(text.isascii() for text in evidence):
        return article
    learnt = restorer()
    if again and learnt is None:
        return article  # the parser has seen more of the page than is handed on
    evidence += _names(source)
    made = restore(slug, [text for text in evidence if text], learnt.model if learnt else None)
    by = f"{made.by}; model {learnt.name}" if learnt else made.by
    raw = shown.raw if again else shown.value
    return replace(article, headline=Found(made.value, by=by, raw=raw, confidence=made.confidence))


def model_of(by: str) -> str:
    """The name of the model that a headline found `by` was made with; "" where it was made without, or is shown.

    >>> model_of("restored/1: page 7, model 3, unknown 0; model 3fa81c09d2e4"), model_of("h1.title")
    ('3fa81c09d2e4', '')
    """
    found = _MODEL.search(by) if by.startswith("restored") else None
    return found[1] if found else ""


def _shown_slug(article: Article) -> str:
    """The slug of `article` where its headline shows nothing else."""
    shown = article.headline.value
    words = tokens(shown)
    return article.slug if shown.isascii() and len(words) >= _SHORTEST and words == tokens(article.slug) else ""


def _made_of(headline: Found) -> str:
    """The slug that a parser made `headline` of: as published where that has the same words, else folded again.

    A đ that the CMS dropped and the parser put back (`ai-hoi`) is in the published one alone; a portal's keywords
    stand in the folded one alone.
    """
    words = tokens(headline.value)
    published = tokens(headline.raw or "")
    return "-".join(published if len(published) == len(words) else words)


def _names(source: Source | None) -> Sequence[str]:
    if source is None:
        return ()
    ids = {source.province, now(source.province)} if source.province else set()
    # In one line: the first word of a sentence tells nothing of its capital.
    return (", ".join((source.name, *sorted(province(one).name for one in ids))),)
