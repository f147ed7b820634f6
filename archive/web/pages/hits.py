"""An article as a hit of the query that led to it: its matches marked, and the hits before and after it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Final

import sqlite_utils

from archive.errors import QueryError
from archive.model import Article
from archive.search import corpora
from archive.search.engine import search
from archive.search.grammar.matcher import Tier
from archive.search.grammar.parser import parse
from archive.search.grammar.tree import Column, Node
from archive.search.ranking.hits import marked
from archive.web.pages.body import Block, Pieces, blocks
from archive.web.pages.search import Asked

PAGE: Final = 20
"""Hits on a page."""


@dataclass(frozen=True, slots=True)
class Marks:
    """The texts of an article with its matches numbered through, and their number."""

    headline: Pieces
    lead: Pieces
    body: tuple[Block, ...]
    captions: tuple[Pieces, ...]  # that belong to no picture
    number: int


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Where an article stands among the hits, from 1; ids of those before and after it, "" for none on this page."""

    place: int
    before: str
    after: str
    later: str  # the cursor of the page of hits that follows, where this is the last of its own


def marks_of(article: Article, query: str) -> Marks:
    """What `query` matches in `article`: as typed where it does, else in any accents."""
    try:
        root = parse(query).root if query else None
    except QueryError:
        root = None
    exact = _marks(article, root, "exact")
    return exact if exact.number or root is None else _marks(article, root, "folded")


def address_of(asked: Asked, public_id: str, cursor: str = "") -> str:
    """The address of the article `public_id` as a hit of `asked`, on the page of hits at `cursor`."""
    return f"/article/{public_id}?{asked.address(cursor=cursor).partition('?')[2]}"


def neighbours(db: sqlite_utils.Database, root: Path, asked: Asked, public_id: str) -> Neighbours | None:
    """The hits beside `public_id` on its page of hits; None where it is not among them.

    A corpus, where one is asked for, lies in the archive at `root`. Raises QueryError for what is no query.
    """
    found = search(
        db,
        parse(asked.query),
        PAGE,
        asked.cursor or None,
        asked.order,
        as_of=asked.moment,
        earlier=asked.earlier,
        unlikely=asked.unlikely,
        seconds=None,  # the asker's limit holds
        within=corpora.load(root, asked.corpus) if asked.corpus else None,
    )
    ids = [hit.public_id for hit in found.hits]
    if public_id not in ids:
        return None
    at = ids.index(public_id)
    last = at + 1 == len(ids)
    return Neighbours(
        at + 1, ids[at - 1] if at else "", "" if last else ids[at + 1], (found.cursor or "") if last else ""
    )


def _marks(article: Article, root: Node | None, tier: Tier) -> Marks:
    numbers = count(1)
    captions: dict[str, Pieces] = {}

    def piece(text: str, column: Column) -> Pieces:
        found = _pieces(text, root, tier, column, numbers)
        if column == "captions":
            captions[text] = found
        return found

    headline = piece(article.headline.value, "headline")
    lead = piece(article.lead.value if article.lead else "", "lead")
    body = blocks(article, piece)
    bare = tuple(piece(text, "captions") for text in dict.fromkeys(article.captions) if text not in captions)
    return Marks(headline, lead, body, bare, next(numbers) - 1)


def _pieces(text: str, root: Node | None, tier: Tier, column: Column, numbers: Iterator[int]) -> Pieces:
    if root is None:
        return ((text, 0),)
    return tuple(
        (piece, next(numbers) if matches else 0) for piece, matches in marked(text, root, tier, column).pieces()
    )
