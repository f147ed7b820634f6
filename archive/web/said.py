"""What the archive says of itself (errors, notes), in the reader's language: the code speaks English."""

from __future__ import annotations

import re
from functools import cache

from markupsafe import Markup, escape

from archive.web.language import Language
from archive.web.words.said import SENTENCES


def said(language: Language, message: object) -> Markup:
    """`message` for a page in `language`, escaped; what has no translation stays English and is marked as such."""
    text = str(message)
    if language == "en":
        return escape(text)
    for pattern, vietnamese in _patterns():
        match = pattern.fullmatch(text)
        if match:
            return escape(vietnamese.format(*match.groups()))
    return Markup('<span lang="en">{}</span>').format(text)


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((_pattern(english), vietnamese) for english, vietnamese in SENTENCES)


def _pattern(english: str) -> re.Pattern[str]:
    """The sentence with something else in place of each {}: a text of any length.

    >>> _pattern("there is no year {}").fullmatch("there is no year 0")[1]
    '0'
    """
    return re.compile("(.+?)".join(map(re.escape, english.split("{}"))), re.DOTALL)
