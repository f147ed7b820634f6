"""What a search asks for, of one archive or of several: said once, read by both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Final

from archive.errors import UsageError
from archive.search import corpora
from archive.search import facets as faceting
from archive.search.answer import ORDERS, Order
from archive.search.corpora import Corpus
from archive.search.grammar.tree import Query
from archive.search.planner import accents
from archive.search.query_files import NAME
from archive.search.question import ANY_ACCENTS, QUERY, Question, option

MOST_HITS: Final = 500  # on a page
SECONDS: Final = 10.0


@dataclass(frozen=True, slots=True)
class SearchRequest(Question):
    """A search: at most `limit` hits of `query`, from after `cursor`, in one of ORDERS.

    `facets` names what the hits are to be counted by (`facets.NAMES`), those of provinces and sources also in at most
    so many `parts` of the time that all hits span. With `counts` False only the page is looked
    for: the fastest way to the first hits of a large archive. `corpus` names a frozen corpus
    that limits the search, `within` is that corpus (`loaded`). `as_of`
    searches the archive as it stood at the end of that day in Vietnam; `earlier` the texts that articles no longer
    have. `once` shows each text once, by its first publisher where that is found: near-identical texts as `baotinh
    clusters` last found them; the counts stay those of articles, and `Answer.texts` counts the texts. `unlikely`
    searches the pages that are probably no articles (`classify.LIKELY`), which every other search leaves out.
    `any_accents` takes accents typed as if none were (`planner.accents`). `seconds` limits its time.

    Raises UsageError for a bad limit, order or facet.
    """

    query: str | Query = QUERY
    limit: int = option("How many hits to show.", 20, bounds=(1, MOST_HITS), short="n")
    cursor: str | None = option("Where the page before ended, as it said.", None)
    order: Order = option("How hits are sorted.", "best", choices=ORDERS)
    facets: Sequence[str] = option(
        "Count all hits by this; may be repeated.", (), name="facet", choices=faceting.NAMES, many=True
    )
    parts: int = 0
    counts: bool = True
    corpus: str = option("Search only within this frozen corpus.", "", pattern=f"^({NAME})?$", metavar="NAME")
    within: Corpus | None = None
    as_of: date | None = option("Search the archive as it stood at the end of this day.", None, kind="day")
    earlier: bool = option("Search the texts that articles no longer have.", False)
    once: bool = option("Show a text that several newspapers have once, by who was first.", False)
    unlikely: bool = option("Search the pages that are probably no articles, left out otherwise.", False)
    any_accents: bool = ANY_ACCENTS
    seconds: float | None = SECONDS

    def __post_init__(self) -> None:
        Question.__post_init__(self)
        if self.unlikely and (self.facets or self.within or self.as_of or self.earlier or self.once):
            raise UsageError("pages unlikely to be articles are in no corpus, facet or history: search them alone")

    def loaded(self, root: Path | None) -> SearchRequest:
        """The same within its corpus, which lies in the archive at `root`; raises NothingFound, DamageError."""
        if not self.corpus:
            return self
        if root is None:
            raise UsageError("a frozen corpus lies in one archive: search that one")
        return replace(self, within=corpora.load(root, self.corpus))

    def read(self) -> Query:
        """The query, understood; raises QueryError."""
        return accents.read(self.query, self.any_accents)
