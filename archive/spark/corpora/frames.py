"""Parquet tables as DataFrames and DataFrames as Parquet, wherever they lie, each file checked against the manifest."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import chain
from typing import Any, Final

from archive.errors import UsageError
from archive.spark.stores import open_store
from archive.spark.tables import COLUMNS, FLOATS, INTEGERS, LISTS, Part, opened, parquet, read_manifest

DONE: Final = "_SUCCESS"
"""What stands in a folder that was written to its end, as Spark's own writers leave it."""


def table(spark: Any, address: str, name: str, columns: Sequence[str] = ()) -> Any:
    """A DataFrame of the table `name` at `address` with its source and month; of `columns` only, where given.

    Unlike `spark.read.parquet` it needs no Java library for an object store, and checks the digest of every file; it
    reads whole files, where that one skips what a condition leaves out. Raises UsageError where there is no such table.
    """
    if name not in COLUMNS:
        raise UsageError(f"there is no table '{name}': {', '.join(COLUMNS)}")
    wanted = tuple(columns) or ("source", "month", *COLUMNS[name])
    parts = read_manifest(open_store(address)).of(name)
    context = spark.sparkContext
    slices = max(1, min(len(parts), 8 * context.defaultParallelism))
    listed = context.parallelize(parts, slices).map(lambda part: (part.path, part.rows, part.digest))
    frame = spark.createDataFrame(listed, "path string, rows long, digest string")
    return frame.mapInArrow(partial(_read, address, wanted), ", ".join(f"`{one}` {_type(one)}" for one in wanted))


def save(frame: Any, address: str) -> int:
    """Writes `frame` as Parquet files into the folder at `address`, a file for each partition; gives the rows.

    Raises UsageError where something was written there before.
    """
    store = open_store(address)
    if store.has(DONE):
        raise UsageError(f"{address}: there is a table already; choose another place, or remove it")
    rows: int = sum(row["rows"] for row in frame.mapInArrow(partial(_write, address), "rows long").collect())
    store.write(DONE, b"")
    return rows


def _read(address: str, wanted: Sequence[str], batches: Iterable[Any]) -> Iterator[Any]:
    pyarrow = parquet()
    store = open_store(address)
    for listed in batches:
        for part in (Part(**row) for row in listed.to_pylist()):
            with opened(store, part) as file:
                for batch in file.iter_batches(columns=[one for one in wanted if one not in ("source", "month")]):
                    known = dict(zip(batch.schema.names, batch.columns, strict=True))
                    for name in {"source", "month"} & set(wanted):
                        known[name] = pyarrow.array([getattr(part, name)] * batch.num_rows)
                    yield pyarrow.RecordBatch.from_arrays([known[one] for one in wanted], names=list(wanted))


def _write(address: str, batches: Iterable[Any]) -> Iterator[Any]:
    from pyspark import TaskContext  # type: ignore[import-not-found, unused-ignore]

    pyarrow = parquet()
    waiting = iter(batches)
    first = next(waiting, None)
    if first is None:
        return
    rows = 0
    name = f"part-{TaskContext.get().partitionId():05}.parquet"
    with (
        open_store(address).filling(name) as path,
        pyarrow.parquet.ParquetWriter(path, first.schema, compression="zstd") as writer,
    ):
        for batch in chain([first], waiting):
            writer.write_batch(batch)
            rows += batch.num_rows
    yield pyarrow.RecordBatch.from_arrays([pyarrow.array([rows], type=pyarrow.int64())], names=["rows"])


def _type(name: str) -> str:
    return (
        "array<string>" if name in LISTS else "long" if name in INTEGERS else "double" if name in FLOATS else "string"
    )
