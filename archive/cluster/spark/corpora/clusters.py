"""Near-identical texts across a corpus, by the bands and the rule of one machine (`archive.corpus.clusters`).

Texts that share a key are compared on the workers. Who follows whom is decided pair by pair in order of time, so the
pairs that are alike stream through the driver, which holds the followers and nothing else. Nobody follows who follows:
so first the texts are compared with the earliest of their keys, and whoever is like one that follows nobody is compared
with no later text. A text printed n times over costs n pairs, not n squared.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import astuple
from itertools import groupby
from typing import Any, Final

import sqlite_utils

from archive.cluster.spark.corpora.corpus import Corpus
from archive.cluster.spark.tables import parquet
from archive.corpus.clusters import are_alike, position
from archive.ingest.pipeline import BATCH
from archive.store import clusters as held
from archive.store.clusters import Cluster, Member
from archive.text import similarity

_MEMBER: Final = (
    "struct<id:string, source:string, province:string, published:string, day:string, day_estimated:boolean, "
    "headline:string, source_credit:string, url:string>"
)
_TEXTS: Final = f"position string, member {_MEMBER}, text string, keys array<long>, shingles array<long>"
_PAIRS: Final = "later string, earlier string"
_ROUNDS: Final = 3  # of comparing with the earliest: one decides nearly all of a large cluster


def clusters(corpus: Corpus, source: str = "", within: bool = False) -> Any:
    """A DataFrame of every cluster of at least two sources (with `within` also of one), the most widely printed first.

    Its columns are those of `archive.store.clusters.Cluster`, the first publisher the first of the members. With
    `source` those in which that source takes part.
    """
    from pyspark import StorageLevel  # type: ignore[import-not-found, unused-ignore]
    from pyspark.sql import functions as sql  # type: ignore[import-not-found, unused-ignore]

    texts = corpus.rows(_texts, _TEXTS).persist(StorageLevel.DISK_ONLY)
    # What is the same to the word as an earlier text follows whom that follows, or follows that.
    earliest = texts.where("size(keys) > 0").groupBy("text")
    once = earliest.agg(
        *(sql.min("position").alias("once"), sql.min_by("keys", "position").alias("keys")),
        sql.min_by("shingles", "position").alias("shingles"),
    )
    followed = _followed(_pairs_of(once))
    first = corpus.spark.createDataFrame(list(followed.items()), "once string, first string")
    placed = texts.join(once.select("text", "once"), "text", "left").join(first, "once", "left")
    grouped = placed.groupBy(sql.coalesce("first", "once", "position").alias("first"))
    found = grouped.agg(
        sql.count("*").alias("articles"),
        sql.count_distinct("member.source").alias("sources"),
        sql.count_distinct(sql.nullif("member.province", sql.lit(""))).alias("provinces"),
        sql.sort_array(sql.collect_list(sql.struct("position", "member"))).alias("placed"),
        sql.max(sql.col("member.source") == source).alias("has"),
    ).where(f"articles > 1 AND ({str(within).lower()} OR sources > 1)")
    if source:
        found = found.where("has")
    ordered = found.orderBy(sql.desc("sources"), sql.desc("articles"), "first").selectExpr(
        "articles", "sources", "provinces", "transform(placed, one -> one.member) AS members"
    )
    shown = ordered.persist(StorageLevel.DISK_ONLY)
    shown.count()
    texts.unpersist()
    return shown


def cluster_of(row: Any) -> Cluster:
    """A row of `clusters` as the store gives a cluster."""
    members = tuple(Member(*one) for one in row["members"])
    return Cluster(row["articles"], row["sources"], row["provinces"], members)


def _texts(db: sqlite_utils.Database) -> Iterator[tuple[Any, ...]]:
    after = 0
    while articles := held.pending(db, after, BATCH):
        members = held.members(db, [one.article for one in articles])
        for one in articles:
            shingles = sorted(similarity.shingles(f"{one.lead}\n{one.body}"))
            digest = hashlib.sha256(repr(shingles).encode()).hexdigest()
            keys = similarity.minhash_keys(frozenset(shingles))
            yield position(one), astuple(members[one.article]), digest, list(keys), shingles
        after = articles[-1].article


def _pairs_of(once: Any) -> Iterator[tuple[str, str]]:
    """The pairs of texts that share a key and are one by the rule, in order of time; none with an earlier follower."""
    from pyspark import StorageLevel  # type: ignore[import-not-found, unused-ignore]

    kept = [once.selectExpr("once", "explode(keys) AS key").persist(StorageLevel.DISK_ONLY)]
    bands = leading = kept[0]
    for _ in range(_ROUNDS):
        following = _followers(leading, once).persist(StorageLevel.DISK_ONLY)
        kept.append(following)
        if following.isEmpty():
            break
        leading = leading.join(following, "once", "left_anti").persist(StorageLevel.DISK_ONLY)
        kept.append(leading)
    pairs = bands.withColumnRenamed("once", "later").join(leading.withColumnRenamed("once", "earlier"), "key")
    for row in _alike(pairs.where("later > earlier"), once).orderBy("later", "earlier").toLocalIterator():
        yield row["later"], row["earlier"]
    for frame in kept:
        frame.unpersist()


def _followers(bands: Any, once: Any) -> Any:
    """The texts that are like one which is the earliest under each of its keys, and so follows nobody."""
    from pyspark.sql import functions as sql  # type: ignore[import-not-found, unused-ignore]

    led = bands.join(bands.groupBy("key").agg(sql.min("once").alias("earlier")), "key")
    firsts = led.groupBy("once").agg(sql.bool_and(sql.expr("once = earlier")).alias("first")).where("first")
    pairs = led.where("once > earlier").selectExpr("once AS later", "earlier")
    pairs = pairs.join(firsts.selectExpr("once AS earlier"), "earlier", "left_semi")
    return _alike(pairs, once).selectExpr("later AS once").distinct()


def _alike(pairs: Any, once: Any) -> Any:
    """Those of `pairs` that are one text by the rule, each once."""
    pairs = pairs.select("later", "earlier").distinct()
    for name in ("later", "earlier"):
        pairs = pairs.join(once.selectExpr(f"once AS {name}", f"shingles AS of_{name}"), name)
    return pairs.select("later", "earlier", "of_later", "of_earlier").mapInArrow(_compared, _PAIRS)


def _compared(batches: Iterable[Any]) -> Iterator[Any]:
    for batch in batches:
        kept = [
            (row["later"], row["earlier"])
            for row in batch.to_pylist()
            if are_alike(frozenset(row["of_later"]), frozenset(row["of_earlier"]))
        ]
        columns = ([pair[at] for pair in kept] for at in (0, 1))
        pyarrow = parquet()
        yield pyarrow.RecordBatch.from_arrays(
            [pyarrow.array(one, type=pyarrow.string()) for one in columns], names=["later", "earlier"]
        )


def _followed(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Whom each text follows: the earliest that is like it and follows nobody. `pairs` come in order of time.

    >>> _followed([("b", "a"), ("c", "b"), ("d", "b"), ("d", "c")])
    {'b': 'a', 'd': 'c'}
    """
    follows: dict[str, str] = {}
    for later, earlier in groupby(pairs, key=lambda pair: pair[0]):
        first = next((one for _, one in earlier if one not in follows), None)
        if first is not None:
            follows[later] = first
    return follows
