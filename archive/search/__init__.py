"""Finds articles: query language, index, ranking, concordance, series."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from archive.search.answer import Answer, Facet, FacetCount, Hit, Marked, Order, TermCount, Understood
    from archive.search.engine import search
    from archive.search.grammar.parser import parse
    from archive.search.grammar.tree import Query

_HOMES = {
    "Answer": "answer",
    "Facet": "answer",
    "FacetCount": "answer",
    "Hit": "answer",
    "Marked": "answer",
    "Order": "answer",
    "Query": "grammar.tree",
    "TermCount": "answer",
    "Understood": "answer",
    "parse": "grammar.parser",
    "search": "engine",
}
__all__ = [
    "Answer",
    "Facet",
    "FacetCount",
    "Hit",
    "Marked",
    "Order",
    "Query",
    "TermCount",
    "Understood",
    "parse",
    "search",
]


def __getattr__(name: str) -> object:
    # Who only writes the index (a crawl) does not load what reads it.
    if name not in _HOMES:
        raise AttributeError(f"module 'archive.search' has no attribute '{name}'")
    return getattr(import_module(f"archive.search.{_HOMES[name]}"), name)
