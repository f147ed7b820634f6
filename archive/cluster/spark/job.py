"""Re-reading on Spark: ranges of records are read everywhere, each source is filed once, the tables are Parquet."""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from archive.cluster.spark.session import Versions, here, session
from archive.cluster.spark.stores import open_store
from archive.cluster.spark.tables import MANIFEST, Part, write_manifest
from archive.cluster.spark.tasks import Range, addresses, file_groups, groups, ranges, read_ranges
from archive.custody import events
from archive.errors import UsageError
from archive.holdings import Holdings
from archive.sources import Register
from archive.warc.members import OPEN


@dataclass(frozen=True, slots=True)
class Reread:
    """What the job has written: rows by table, and in how many ranges the captures were read."""

    rows: dict[str, int]
    files: int
    ranges: int


def reread(
    holdings: Holdings,
    register: Register,
    out: str,
    master: str = "",
    partitions: int = 0,
    source: str = "",
    warcs: str = "",
    settings: Mapping[str, str] | None = None,
) -> Reread:
    """Reads all captures (of `source`, where given) with today's parsers and writes the tables to `out`.

    The archive itself is on a path that all workers see; its WARC files may lie at the address `warcs` instead, and the
    tables go to the path or address `out`. `partitions` ranges are read (0: four per core of the cluster), which
    changes nothing in the tables. Raises UsageError where Spark cannot run or tables are there already, StorageError.
    """
    _check_places(holdings, out, warcs)
    with session(master, settings) as spark:
        from pyspark import StorageLevel  # type: ignore[import-not-found, unused-ignore]

        context = spark.sparkContext
        parts_wanted = partitions or 4 * context.defaultParallelism
        cut = ranges(holdings, parts_wanted, source)
        root = holdings.root.resolve()
        slices = max(1, min(parts_wanted, len(cut)))
        pages = context.parallelize(cut, slices).mapPartitions(partial(_read, here(), root, register, warcs))
        pages.persist(StorageLevel.DISK_ONLY)  # read once, looked at twice
        shared = pages.values().flatMap(addresses).reduceByKey(_union).values().filter(_several).distinct().collect()
        filed = pages.map(partial(_grouped, groups(shared))).repartitionAndSortWithinPartitions(
            max(1, context.defaultParallelism), partitionFunc=_by_group
        )
        parts: list[Part] = filed.mapPartitions(partial(file_groups, register, out)).collect()
    held = {part.source for part in parts}
    detail = {
        "archive": events.head(holdings.root),
        "captures": sum(len(one.offsets) for one in cut),
        "sources": {one.id: one.name for one in register.sources if one.id in held},
    }
    write_manifest(open_store(out), parts, detail)
    rows: Counter[str] = Counter()
    for part in parts:
        rows[part.path.partition("/")[0]] += part.rows
    return Reread(dict(sorted(rows.items())), len(parts), len(cut))


def _check_places(holdings: Holdings, out: str, warcs: str) -> None:
    """Raises UsageError or StorageError where the tables cannot go to `out`, or the WARC files are not at `warcs`."""
    first = next(iter(holdings.warcs()), None)
    if warcs and first is not None:
        open_store(warcs).read(first.relative_to(holdings.root).as_posix().removesuffix(OPEN), 0, 1)
    store = open_store(out)
    store.check_writable()
    if store.has(MANIFEST):
        raise UsageError("{out}: there are tables already; choose another place, or remove them", out=out)


def _read(
    expected: Versions, root: Path, register: Register, warcs: str, ranges_: Iterable[Range]
) -> Iterator[tuple[tuple[str, str, str], bytes]]:
    expected.check()  # whenever this machine has joined
    return read_ranges(root, register, warcs, ranges_)


def _grouped(
    group_of: Mapping[str, str], one: tuple[tuple[str, str, str], bytes]
) -> tuple[tuple[str, str, str], bytes]:
    (source, captured_at, record_id), packed = one
    return (group_of.get(source, source), captured_at, record_id), packed


def _union(one: frozenset[str], other: frozenset[str]) -> frozenset[str]:
    return one | other


def _several(sources: frozenset[str]) -> bool:
    return len(sources) > 1


def _by_group(key: tuple[str, str, str]) -> int:
    return zlib.crc32(key[0].encode())  # the same on every machine, as hash() is not
