"""What a search asks for, of one archive or of several: said once, read by both."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import wraps
from typing import Concatenate, Final, ParamSpec, TypeVar

from archive.errors import UsageError
from archive.search import facets as faceting
from archive.search.answer import ORDERS, Answer, Order
from archive.search.corpora import Corpus
from archive.search.grammar.tree import Query
from archive.search.planner import accents

MOST_HITS: Final = 500  # on a page
SECONDS: Final = 10.0

Fields = ParamSpec("Fields")
Where = TypeVar("Where")


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """A search: at most `limit` hits of `query`, from after `cursor`, in one of ORDERS.

    `facets` names what the hits are to be counted by (`facets.NAMES`). With `counts` False only the page is looked
    for: the fastest way to the first hits of a large archive. `within` limits the search to a frozen corpus. `as_of`
    searches the archive as it stood at the end of that day in Vietnam; `earlier` the texts that articles no longer
    have. `once` shows each text once, by its first publisher where that is found: near-identical texts as `baotinh
    clusters` last found them; the counts stay those of articles, and `Answer.texts` counts the texts. `unlikely`
    searches the pages that are probably no articles (`classify.LIKELY`), which every other search leaves out.
    `any_accents` takes accents typed as if none were (`planner.accents`). `seconds` limits its time.

    Raises UsageError for a bad limit, order or facet.
    """

    query: str | Query
    limit: int = 20
    cursor: str | None = None
    order: Order = "newest"
    facets: Sequence[str] = ()
    counts: bool = True
    within: Corpus | None = None
    as_of: date | None = None
    earlier: bool = False
    once: bool = False
    unlikely: bool = False
    any_accents: bool = False
    seconds: float | None = SECONDS

    def __post_init__(self) -> None:
        if not 1 <= self.limit <= MOST_HITS:
            raise UsageError("a page holds 1 to {most_hits} hits, not {limit}", most_hits=MOST_HITS, limit=self.limit)
        if self.order not in ORDERS:
            raise UsageError("there is no order '{order}': {orders}", order=self.order, orders=", ".join(ORDERS))
        faceting.check(self.facets)
        if self.unlikely and (self.facets or self.within or self.as_of or self.earlier or self.once):
            raise UsageError("pages unlikely to be articles are in no corpus, facet or history: search them alone")

    def read(self) -> Query:
        """The query, understood; raises QueryError."""
        return accents.read(self.query, self.any_accents)


def with_parameters(
    answer: Callable[[Where, SearchRequest], Answer], asked: Callable[Fields, SearchRequest]
) -> Callable[Concatenate[Where, Fields], Answer]:
    """`answer` with the fields of `asked` as parameters of its own: `search(db, "hội", order="best")`."""

    @wraps(answer)
    def search(where: Where, /, *values: Fields.args, **named: Fields.kwargs) -> Answer:
        return answer(where, asked(*values, **named))

    return search
