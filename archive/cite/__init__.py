"""An article as a reference that leads back to the preserved page: capture time, digest of the record, permalink."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from archive.cite.bibliography import bibtex, csl_item, csl_json, ris
from archive.cite.embedded import SCHEMAS, json_ld, metadata
from archive.cite.reference import authors, evidence, permalink
from archive.cite.written import apa, chicago, tcvn
from archive.store.queries import StoredArticle

__all__ = [
    "SCHEMAS",
    "STYLES",
    "WRITTEN",
    "authors",
    "cite",
    "cited",
    "csl_item",
    "json_ld",
    "metadata",
    "note",
    "permalink",
    "references",
]

WRITTEN: Final[dict[str, Callable[[StoredArticle, str], str]]] = {"tcvn": tcvn, "apa": apa, "chicago": chicago}
"""The styles to read: a reference in words, with its evidence in a note beside it."""
_FOR_PROGRAMS: Final[dict[str, Callable[[StoredArticle, str], str]]] = {
    "bibtex": bibtex,
    "ris": ris,
    "csl-json": csl_json,
}
STYLES: Final = (*WRITTEN, *_FOR_PROGRAMS)
"""The styles that `cite` knows."""


def cite(stored: StoredArticle, style: str, base: str = "", language: str = "en") -> str:
    """The reference to `stored` in one of STYLES, with its permalink below `base` (see `permalink`).

    tcvn: TCVN 10256:2013 (ISO 690:2010), in Vietnamese. apa: APA 7, chicago: Chicago 17, with the months of `language`;
    these three are clean, and `note` has their evidence. bibtex: an @online entry of biblatex. ris: a web page (ELEC).
    csl-json: a list of one item, as Zotero and citeproc read it. Vietnamese names stay in their own order; a title
    that was supplied is in square brackets, as the manuals write it. Raises KeyError for another style.
    """
    return WRITTEN[style](stored, language) if style in WRITTEN else _FOR_PROGRAMS[style](stored, base)


def note(stored: StoredArticle, base: str = "", language: str = "en") -> str:
    """The evidence in one sentence: capture, permalink, revision, digest, record; of a secondary record, whence."""
    return f"{evidence(stored, base).in_language(language)}."


def references(stored: StoredArticle, base: str = "", language: str = "en") -> dict[str, str]:
    """The reference in every style, by the style's name, and the note under "note"."""
    return {style: cite(stored, style, base, language) for style in STYLES} | {"note": note(stored, base, language)}


def cited(stored: StoredArticle, style: str, base: str = "", language: str = "en") -> str:
    """The reference as `cite` has it, and below one to read the note; beside TCVN both are Vietnamese."""
    reference = cite(stored, style, base, language)
    if style not in WRITTEN:
        return reference
    return f"{reference}\n{note(stored, base, 'vi' if style == 'tcvn' else language)}"
