"""What a search gives back, as frozen values."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from archive.search.grammar.matcher import Tier
from archive.search.planner.accents import Accents
from archive.search.planner.offers import Offer

Order = Literal["best", "newest", "oldest", "source"]
"""How hits are sorted within a tier: by relevance (`ranking.relevance`), newest or oldest first, by source and day."""

ORDERS: tuple[Order, ...] = ("best", "newest", "oldest", "source")


@dataclass(frozen=True, slots=True)
class Marked:
    """A text with the places that match: `marks` are (start, end) in characters, in order, none over another."""

    text: str
    marks: tuple[tuple[int, int], ...] = ()

    def pieces(self) -> Iterator[tuple[str, bool]]:
        """The text piece by piece, each with whether it matches: for escaping and colouring.

        >>> list(Marked("Hội nghị tỉnh", ((0, 8),)).pieces())
        [('Hội nghị', True), (' tỉnh', False)]
        """
        position = 0
        for start, end in self.marks:
            if start > position:
                yield self.text[position:start], False
            yield self.text[start:end], True
            position = end
        if position < len(self.text):
            yield self.text[position:], False

    def between(self, before: str, after: str) -> str:
        """The text with `before` and `after` around what matches.

        >>> Marked("Hội nghị tỉnh", ((0, 8),)).between("[", "]")
        '[Hội nghị] tỉnh'
        """
        return "".join(f"{before}{piece}{after}" if matches else piece for piece, matches in self.pieces())


@dataclass(frozen=True, slots=True)
class Hit:
    """An article that matches. `day` is that of Vietnam, `published` as exact as the page is, or None.

    `province` is the unit of its source at publication (one of the 63), `province_now` today's (one of the 34), both
    ids; `snippet` the passage of its text with most matches, `title` the headline with its own marked.
    """

    public_id: str
    headline: str
    source: str
    source_name: str
    day: date
    published: str | None
    province: str
    province_now: str
    snippet: Marked
    tier: Tier
    url: str
    title: Marked
    rowid: int = 0
    revision: int = 1
    copies: int = 0  # hits with the same text that it stands for, where each text is shown once
    day_estimated: bool = False
    gone_at: str | None = None
    probability: float | None = None  # of a page that is probably no article: that it is one
    doubt: str = ""  # what speaks most against it


@dataclass(frozen=True, slots=True)
class TermCount:
    """A term of the query as it was understood: how many articles hold it exactly as typed, and in any accents."""

    text: str
    form: Literal["exact", "folded"]  # which of the two the query asks for first
    exact: int | None  # None where no accent was typed
    folded: int
    excluded: bool = False


@dataclass(frozen=True, slots=True)
class Understood:
    """The query as it was understood: in standard form, and its terms from left to right with their counts.

    `accents` is the rule by which accents were taken, with both counts, where they were asked for.
    """

    query: str
    terms: tuple[TermCount, ...]
    echo: str
    accents: Accents | None = None


@dataclass(frozen=True, slots=True)
class FacetCount:
    """How many hits share a value; `label` is the value as a reader knows it.

    `over` are the same hits over time, in equal parts of what all hits span, where asked for (provinces, sources).
    """

    value: str
    label: str
    count: int
    over: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Facet:
    """One way to part the hits: its values with most hits first, or in order of time; `others` the hits left out."""

    name: str  # province | province_now | source | section | month | year | byline | place | tier
    values: tuple[FacetCount, ...]
    others: int = 0


@dataclass(frozen=True, slots=True)
class Beside:
    """Articles shown beside few hits: the best that hold one at least of the words asked for, by `query`.

    `articles` counts all that this finds; `left_out` are words that tell least, or stand in no article.
    """

    query: str
    articles: int
    left_out: tuple[str, ...]
    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to a query.

    The hits are what was meant (`planner.accents`): `total_exact` counts these, and is None where no accent was typed;
    `total_folded` counts what matches in any accents. Both are None where counts were not asked for. Where nothing is
    found as typed, `total_exact` is 0 and the hits are those in other accents, which the notes say.
    `offers` are the other queries that may have been meant, with what each finds, and the one that is answered: none
    where there is but one, or counts were not asked for.
    `beside` are articles that lack a word, where few have all: no hits, and never counted as such.
    `cursor` asks for the next page, None on the last. `notes` say what was dropped, expanded, cut or taken otherwise.
    """

    understood: Understood
    total_exact: int | None
    total_folded: int | None
    hits: tuple[Hit, ...]
    cursor: str | None = None
    notes: tuple[str, ...] = ()
    order: Order = "best"
    facets: tuple[Facet, ...] = field(default=())
    suggestions: tuple[str, ...] = ()
    texts: int | None = None  # different texts among the hits, where each is shown once
    offers: tuple[Offer, ...] = ()
    beside: Beside | None = None
    unlikely: int | None = None  # pages that match and are left out, being probably no articles; None: not counted

    @property
    def total(self) -> int | None:
        """The number of hits on all pages."""
        return self.total_exact or self.total_folded
