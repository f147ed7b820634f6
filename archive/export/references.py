"""Articles as a bibliography: BibTeX, RIS, CSL-JSON, an entry each."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import TextIO

from archive.cite import cite
from archive.cite.csl import csl_item
from archive.store.reads import Stored

Writer = Callable[[Iterable[Stored], TextIO], int]
"""Writes articles to a text file and gives their number."""


def bibtex_writer(base: str = "") -> Writer:
    """Writes an @online entry per article, permalinks below `base`, an empty line between two."""
    return _entries("bibtex", base, "\n", "\n\n")


def ris_writer(base: str = "") -> Writer:
    """Writes a record per article. Lines end with CR LF, as the specification of RIS wants them."""
    return _entries("ris", base, "\r\n", "\r\n\r\n")


def csl_writer(base: str = "") -> Writer:
    """Writes one list of CSL-JSON, an item a line, so that a long one can be read line by line."""

    def write(articles: Iterable[Stored], out: TextIO) -> int:
        count = 0
        for count, stored in enumerate(articles, 1):
            out.write("[\n" if count == 1 else ",\n")
            out.write(json.dumps(csl_item(stored, base), ensure_ascii=False))
        out.write("\n]\n" if count else "[]\n")
        return count

    return write


def _entries(style: str, base: str, newline: str, between: str) -> Writer:
    def write(articles: Iterable[Stored], out: TextIO) -> int:
        count = 0
        for count, stored in enumerate(articles, 1):  # noqa: B007 - the count is what is given back
            out.write(cite(stored, style, base).replace("\n", newline) + between)
        return count

    return write
