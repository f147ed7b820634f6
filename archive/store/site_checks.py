"""What the newest articles of a source have in common that articles should not: signs that a site was built anew."""

from __future__ import annotations

from dataclasses import dataclass

import sqlite_utils

from archive.sources.model import UNFIT

NEWEST = 100
"""Articles of a source that are looked at, those captured first last."""

_SAMPLE = """
WITH newest AS (SELECT id, headline, byline, section, day_estimated, revision FROM articles
    WHERE source = ? ORDER BY first_captured DESC, id DESC LIMIT ?)
SELECT count(*), coalesce(sum(day_estimated), 0), (SELECT coalesce(sum(instr(r.article_json, ?) > 0), 0)
        FROM newest n JOIN revisions r ON r.article = n.id AND r.number = n.revision),
    (SELECT count(DISTINCT section) FROM newest WHERE section GLOB '*[0-9][0-9][0-9]*'),
    (SELECT coalesce(max(section), '') FROM newest WHERE section GLOB '*[0-9][0-9][0-9]*')
FROM newest
"""
_COMMONEST = """
SELECT {0}, count(*) FROM (SELECT {0} FROM articles WHERE source = ? ORDER BY first_captured DESC, id DESC LIMIT ?)
WHERE {0} <> '' GROUP BY {0} ORDER BY count(*) DESC, {0} LIMIT 1
"""


@dataclass(frozen=True, slots=True)
class Sample:
    """The newest articles of a source: how many, undated ones, those that a learnt layout did not fit, the commonest
    headline and byline with their counts, different sections with a number in them and one of these.
    """

    articles: int
    undated: int
    unfit: int
    headline: tuple[str, int]
    byline: tuple[str, int]
    counters: int
    counter: str

    @property
    def fit(self) -> float:
        """The share of articles whose pages have all that their layout requires."""
        return 1 - self.unfit / self.articles if self.articles else 1.0


def sample(db: sqlite_utils.Database, source: str, most: int = NEWEST) -> Sample:
    """The newest articles of `source`, at most so many."""
    articles, undated, unfit, counters, counter = db.execute(_SAMPLE, (source, most, UNFIT)).fetchone()
    commonest = [
        db.execute(_COMMONEST.format(column), (source, most)).fetchone() or ("", 0) for column in ("headline", "byline")
    ]
    return Sample(articles, undated, unfit, tuple(commonest[0]), tuple(commonest[1]), counters, counter)
