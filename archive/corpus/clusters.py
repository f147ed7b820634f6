"""Finds near-identical texts across the archive and says who published each first; after a run, never in a crawl.

An article follows the earliest article whose text it has, if that one follows nobody itself: every member of a cluster
is near to its first, so a chain of small changes never joins what is unlike. Which articles share a text depends on
the articles alone, not on the order in which they came in or were compared.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

import sqlite_utils

from archive.search.question import Question, option, with_parameters
from archive.store import clusters, writing
from archive.store.clusters import Cluster, Open, Pending
from archive.text import similarity

ALIKE = 0.4
"""Jaccard index of four-syllable shingles from which two texts are one: every tenth syllable may differ (that leaves
.5), half of another article may not stand in it (that leaves .33); unrelated articles have .02 at most."""

CONTAINED = 0.8
"""Share of the shorter text's shingles that the longer one has: a wire story cut to its first paragraphs."""

_BATCH = 200  # articles in a transaction: another writer waits no longer than that takes


def update(db: sqlite_utils.Database, tell: Callable[[int], None] = lambda _articles: None) -> int:
    """Compares every article that is new or changed since the last time; gives how many were compared.

    A transaction per 200 articles: stopped at any time, the next call goes on. `tell` hears how many a step took in.
    Raises StorageError.
    """
    while rows := clusters.stale(db, _BATCH):
        with writing(db):
            for article, _, keys in rows:
                clusters.remove(db, article, keys)
    after = 0
    while articles := clusters.pending(db, after, _BATCH):
        sketched = [(one, similarity.minhash_keys(similarity.shingles(f"{one.lead}\n{one.body}"))) for one in articles]
        with writing(db):
            for one, keys in sketched:
                clusters.add(db, one.article, position(one), keys)
        after = articles[-1].article
        tell(len(articles))
    shingles = lru_cache(maxsize=1024)(lambda article: similarity.shingles(clusters.text_of(db, article)))
    count = 0
    while rows_open := clusters.open_ones(db, _BATCH):
        with writing(db):
            count += _decide_all(db, rows_open, shingles)
    return count


def position(article: Pending) -> str:
    """Where `article` stands among those with its text: by time of publication, ties by its public id.

    What is known less exactly comes at the end of what it may be: a day without a time behind the day's others.

    >>> position(Pending(1, "abc", "2020-03-05", "2020-03-05T15:25+07:00", "", ""))
    '2020-03-05T15:25+07:00 abc'
    >>> position(Pending(1, "abc", "2020-03-01", "2020-03", "", ""))
    '2020-03~ abc'
    >>> position(Pending(1, "abc", "2026-11-25", None, "", ""))
    '2026-11-25~ abc'
    """
    at = article.published or article.day
    return f"{at if 'T' in at else at + '~'} {article.public_id}"


def _decide_all(db: sqlite_utils.Database, rows: list[Open], shingles: Callable[[int], frozenset[int]]) -> int:
    for count, one in enumerate(rows, 1):
        first = _first(db, one, shingles)
        clusters.decide(db, one, first)
        if first == one.article and one.was != one.article:
            clusters.reopen_later(db, one)
        elif first != one.article and one.was == one.article:
            clusters.reopen_followers(db, one.article)
        else:
            continue
        if count < len(rows) and clusters.open_ones(db, 1)[0] != rows[count]:
            return count  # what was reopened stands before the rest of these
    return len(rows)


def _first(db: sqlite_utils.Database, one: Open, shingles: Callable[[int], frozenset[int]]) -> int:
    if not one.keys:
        return one.article
    own = shingles(one.article)
    for candidate in clusters.earlier_firsts(db, one):
        if are_alike(own, shingles(candidate)):
            return candidate
    return one.article


def are_alike(one: frozenset[int], other: frozenset[int]) -> bool:
    """Whether two texts (their shingles) are one."""
    jaccard, contained = similarity.likeness(one, other)
    return jaccard >= ALIKE or contained >= CONTAINED


@dataclass(frozen=True, slots=True)
class ClustersRequest(Question):
    """Texts that several newspapers have."""

    source: str = option("Only clusters in which this source takes part.", "", metavar="ID")
    within: bool = option("Also texts that one source alone has published more than once.", False)
    limit: int = option("So many clusters; 0 for all.", 100, bounds=(0, 1_000_000))


@dataclass(frozen=True, slots=True)
class Clusters:
    """What was last found: `articles` compared, the `texts` they have, and those that several have."""

    articles: int
    texts: int
    clusters: tuple[Cluster, ...]


def answer(db: sqlite_utils.Database, asked: ClustersRequest) -> Clusters:
    """The clusters that are asked for, the most widely printed first."""
    found = clusters.clusters(db, asked.source, asked.within)
    shown = tuple(islice(found, asked.limit) if asked.limit else found)
    return Clusters(*clusters.counts(db), shown)


same_texts = with_parameters("clusters", answer, ClustersRequest)
"""`answer`, with the fields of `ClustersRequest` as its parameters."""
