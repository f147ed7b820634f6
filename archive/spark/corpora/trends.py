"""Queries over time, counted by the parts of a corpus and added up as the shards of an archive are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from archive.search import trends as over_time
from archive.search.query import Query
from archive.search.trends import Trends, Unit
from archive.spark.corpora.corpus import Corpus


def trends(
    corpus: Corpus, queries: Sequence[str | Query], *, unit: Unit = "month", exact: bool = False, matches: bool = False
) -> Trends:
    """Up to five `queries` over time, as `archive.search.trends.trends` gives them of one database.

    With `matches` every match in the texts is counted, of however many articles. Raises QueryError, UsageError.
    """
    return over_time.trends(cast(Any, corpus), queries, unit=unit, exact=exact, matches=matches, seconds=None)
