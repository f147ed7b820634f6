"""Sources that have captures of one address are filed together: there an article of one may go on as another's."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from archive.opening.page import identity
from archive.spark.reading import unpack


def addresses(packed: bytes) -> Iterator[tuple[str, frozenset[str]]]:
    """The addresses that a page is filed by, each with its source."""
    _, page = unpack(packed)
    keys = {page.url_key} if page.article is None else {page.url_key, identity(page.article, page)}
    return ((key, frozenset({page.source_id})) for key in keys)


def groups(shared: Iterable[Iterable[str]]) -> dict[str, str]:
    """For each source that shares an address with others the first of all that hang together so.

    >>> groups([("b", "c"), ("x", "y"), ("c", "a")])
    {'b': 'a', 'c': 'a', 'x': 'x', 'y': 'x', 'a': 'a'}
    """
    parents: dict[str, str] = {}

    def first(source: str) -> str:
        while parents.setdefault(source, source) != source:
            source = parents[source]
        return source

    for sources in shared:
        roots = [first(source) for source in sources]
        for root in roots:
            parents[root] = min(roots)
    return {source: first(source) for source in list(parents)}
