"""An article as a reference that leads back to the preserved page: capture time, digest of the record, permalink."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from archive.cite.bibtex import bibtex
from archive.cite.csl import csl_json
from archive.cite.parts import permalink
from archive.cite.ris import ris
from archive.cite.styles import apa, chicago
from archive.store.reads import Stored

_WRITERS: Final[dict[str, Callable[[Stored, str], str]]] = {
    "apa": apa,
    "chicago": chicago,
    "bibtex": bibtex,
    "ris": ris,
    "csl-json": csl_json,
}
STYLES: Final = tuple(_WRITERS)
"""The styles that `cite` knows."""

__all__ = ["STYLES", "cite", "permalink"]


def cite(stored: Stored, style: str, base: str = "") -> str:
    """The reference to `stored` in one of STYLES, with its permalink below `base` (see `permalink`).

    apa: APA 7, a page on a news site, section 10.16. chicago: Chicago 17, notes-bibliography, 14.191. bibtex: an
    @online entry of biblatex. ris: a web page (ELEC). csl-json: a list of one item, as Zotero and citeproc read it.
    Vietnamese names stay in their own order; a title restored from its slug is in square brackets, as both manuals
    write what the cataloguer supplies. Raises KeyError for another style.
    """
    return _WRITERS[style](stored, base)
