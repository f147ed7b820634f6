"""Queries, words and pairs of words by month, counted by the parts of a corpus and added up."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final, cast

from archive.cluster.spark.corpora.corpus import Corpus
from archive.corpus import ngrams as counting
from archive.corpus import trends as over_time
from archive.corpus.ngrams import LEAST, SIZES, Grams, month_name
from archive.corpus.trends import Trends, TrendsRequest
from archive.search.question import with_parameters
from archive.text.clock import utc_seconds
from archive.text.folding import aligned_fold


def answer(corpus: Corpus, asked: TrendsRequest) -> Trends:
    """Queries over time, as `archive.corpus.trends` gives them of one database.

    With `matches` every match in the texts is counted, of however many articles. Raises QueryError, UsageError.
    """
    return over_time.answer(cast(Any, corpus), replace(asked, seconds=None))


trends = with_parameters("trends", answer, TrendsRequest)
"""`answer`, with the fields of `TrendsRequest` as its parameters."""


# Words and pairs of words by month, counted by the parts of a corpus as `baotinh ngrams` counts them.

_GRAMS: Final = "gram string, folded string, size int, month string, count long"
_MONTHS: Final = "month string, size int, tokens long, articles long"


@dataclass(frozen=True, slots=True)
class Ngrams:
    """Two DataFrames: `grams` (gram, folded, size, month, count) and `months` (month, size, tokens, articles)."""

    grams: Any
    months: Any
    least: int

    def of(self, phrase: str, any_accents: bool = False) -> Grams:
        """The word or pair `phrase` over time, as `archive.corpus.ngrams.grams` gives it; raises UsageError."""
        gram = counting.asked_for(phrase)
        of_months: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for row in self.grams.where(self.grams["folded"] == gram.folded).collect():
            of_months[row["gram"]][row["month"]] += row["count"]
        held = {
            row["month"]: (row["tokens"], row["articles"])
            for row in self.months.where(self.months["size"] == gram.size).orderBy("month").collect()
        }
        now = utc_seconds(datetime.now(UTC))
        return gram.over_time(of_months, any_accents, held, now, self.least)


def ngrams(corpus: Corpus, least: int = LEAST) -> Ngrams:
    """The words and pairs of all leads and bodies by month; those found less than `least` times are left out.

    `months` counts all of them.
    """
    from pyspark import StorageLevel  # type: ignore[import-not-found, unused-ignore]
    from pyspark.sql import Window  # type: ignore[import-not-found, unused-ignore]
    from pyspark.sql import functions as sql

    counted = corpus.counted(counting.months).persist(StorageLevel.DISK_ONLY)  # the texts are cut into words once
    every = corpus.spark.createDataFrame(counted.flatMap(_grams), _GRAMS).groupBy("gram", "folded", "size", "month")
    months = corpus.spark.createDataFrame(counted.flatMap(_months), _MONTHS).groupBy("month", "size")
    total = sql.sum("count").over(Window.partitionBy("gram", "folded"))
    grams = every.agg(sql.sum("count").alias("count")).withColumn("total", total)
    return Ngrams(
        grams.where(sql.col("total") >= least).drop("total"),
        months.agg(sql.sum("tokens").alias("tokens"), sql.sum("articles").alias("articles")),
        least,
    )


def _grams(counted: tuple[int, int, Counter[str]]) -> Iterator[tuple[str, str, int, str, int]]:
    month, _, counts = counted
    for gram, count in counts.items():
        yield gram, aligned_fold(gram), gram.count(" ") + 1, month_name(month), count


def _months(counted: tuple[int, int, Counter[str]]) -> Iterator[tuple[str, int, int, int]]:
    month, articles, counts = counted
    for size in SIZES:
        yield month_name(month), size, counting.tokens(counts, size), articles
