"""What the archive says of itself (errors, notes), in the reader's language: the code speaks English."""

from __future__ import annotations

from markupsafe import Markup, escape

from archive.web.language import Language
from archive.web.matching import in_vietnamese


def said(language: Language, message: object) -> Markup:
    """`message` for a page in `language`, escaped; what has no translation stays English and is marked as such."""
    text = str(message)
    if language == "en":
        return escape(text)
    vietnamese = in_vietnamese(text)
    if vietnamese is not None:
        return escape(vietnamese)
    return Markup('<span lang="en">{}</span>').format(text)
