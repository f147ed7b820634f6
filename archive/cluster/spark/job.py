"""Re-reading on Spark: ranges of records are read everywhere, each source is filed once, the tables are Parquet."""

from __future__ import annotations

import logging
import os
import platform
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import warnings
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Final

from archive import errors
from archive.cluster.spark.tables import MANIFEST, Part, open_store, write_manifest
from archive.cluster.spark.tasks import Range, addresses, file_groups, groups, ranges, read_ranges
from archive.custody import events
from archive.custody.events import SOFTWARE
from archive.errors import UsageError
from archive.holdings import Holdings
from archive.parsers.site.families import parser_of
from archive.processes import SAFE_PATH
from archive.sources import FAMILIES, Register
from archive.warc.members import OPEN

_JAVA: Final = "java_method('java.lang.System', 'getProperty', 'java.version')"


@dataclass(frozen=True, slots=True)
class Versions:
    """What one machine runs: the names of programs with their versions, and the parsers ("nukeviet/1")."""

    machine: str
    programs: tuple[tuple[str, str], ...]
    parsers: frozenset[str]

    def check(self) -> None:
        """Raises UsageError, naming this machine and each difference, where it runs something else than `self`."""
        different = differences(self, here())
        if different:
            message = (
                "{here} runs other versions than the driver on {driver} ({different}): all machines "
                "need the same Python and the same baotinh[spark], in the same place"
            )
            raise UsageError(message, here=here().machine, driver=self.machine, different=different)


@cache
def here() -> Versions:
    """What this machine runs."""
    python = ".".join(platform.python_version_tuple()[:2])
    programs = (("Python", python), ("baotinh", SOFTWARE.partition("/")[2]), *map(_installed, ("pyspark", "pyarrow")))
    parsers = frozenset(map(parser_of, FAMILIES.values()))
    return Versions(socket.gethostname(), programs, parsers)


def differences(driver: Versions, worker: Versions) -> str:
    """What a worker runs otherwise than the driver, in one line; "" where there is nothing."""
    told = [
        f"{name} {there}, not {ours}"
        for (name, ours), (_, there) in zip(driver.programs, worker.programs, strict=True)
        if ours != there
    ]
    missing, other = sorted(driver.parsers - worker.parsers), sorted(worker.parsers - driver.parsers)
    if missing or other:
        told.append(f"parsers {', '.join(other) or 'missing'}, not {', '.join(missing) or 'there'}")
    return "; ".join(told)


def check_workers(spark: Any) -> None:
    """Asks the workers that are there what they run; raises UsageError where one differs from the driver.

    Machines that join later are asked by the tasks that read.
    """
    context = spark.sparkContext
    tasks = 2 * context.defaultParallelism
    expected = here()
    context.parallelize(range(tasks), tasks).foreachPartition(lambda _: expected.check())
    ours = context._jvm.java.lang.System.getProperty("java.version")
    for row in spark.range(0, tasks, 1, tasks).selectExpr(f"{_JAVA} AS java").distinct().collect():
        check_java(ours, row["java"])


def check_java(ours: str, there: str) -> None:
    """Raises UsageError where a worker's Java is of another generation than the driver's ("17.0.21" and "21.0.5")."""
    if ours.split(".")[0] != there.split(".")[0]:
        message = "a worker runs Java {there}, the driver Java {ours}: start all of them with one Java (JAVA_HOME)"
        raise UsageError(message, there=there, ours=ours)


def _installed(name: str) -> tuple[str, str]:
    try:
        return name, version(name)
    except PackageNotFoundError:
        return name, "missing"


SPARK: Final = (4, 0)
"""The oldest Spark; tested with 4.3."""

JAVA: Final = 17
"""The oldest Java that Spark 4 runs on (spark.apache.org/docs/4.0.0, "Downloading")."""

_MASTER: Final = re.compile(
    r"local(\[(\*|[1-9]\d*)(,\s*\d+)?\])?|spark://[^/\s,]+:\d+(,[^/\s,]+:\d+)*|yarn|k8s://\S+", re.ASCII
)
_TOLD: Final = ("FSSPEC_", "SSL_CERT_")
_IN_PYTHON: Final = "Traceback (most recent call last)"
_RAISED: Final = {
    one.__name__: one for one in (UsageError, errors.NothingFound, errors.StorageError, errors.DamageError)
}
"""What tasks raise, whose message reaches the driver as a text."""


def check() -> None:
    """Raises UsageError, saying what to install, where Spark or Java is missing or too old."""
    try:
        import pandas  # type: ignore[import-untyped, import-not-found, unused-ignore]  # noqa: F401 - Spark wants it
        import pyarrow  # type: ignore[import-untyped, import-not-found, unused-ignore]  # noqa: F401
        import pyspark  # type: ignore[import-not-found, unused-ignore]
    except ImportError as error:
        raise UsageError(
            "Spark needs {error}: 'pip install baotinh[spark]' installs what it needs", error=error.name
        ) from error
    if tuple(map(int, pyspark.__version__.split(".")[:2])) < SPARK:
        message = "Spark {version} is too old: {major}.{minor} or later is needed"
        raise UsageError(message, version=pyspark.__version__, major=SPARK[0], minor=SPARK[1])
    found = java_version(_java())
    if found < JAVA:
        message = "Java {found} is too old for Spark: {java} or later is needed (apt-get install openjdk-17-jre)"
        raise UsageError(message, found=found, java=JAVA)


def java_version(program: str) -> int:
    """The version of the Java at `program`: 17 of "17.0.21", 8 of "1.8.0"; raises UsageError where there is none."""
    try:
        told = subprocess.run([program, "-version"], capture_output=True, text=True, check=True).stderr  # noqa: S603
        first, second = re.findall(r'version "(\d+)(?:\.(\d+))?', told)[0]
    except (OSError, subprocess.CalledProcessError, IndexError) as error:
        message = "Spark needs Java {java} or later, which '{program}' is not: install openjdk-17-jre, or set JAVA_HOME"
        raise UsageError(message, java=JAVA, program=program) from error
    return int(second) if first == "1" else int(first)


@contextmanager
def session(master: str = "", settings: Mapping[str, str] | None = None) -> Iterator[Any]:
    """A SparkSession on `master` ("spark://host:7077"; all cores of this machine if not given), ended with the block.

    Workers run this Python at this path, so a cluster's machines share the environment or have it in the same place.
    """
    if master and not _MASTER.fullmatch(master):
        raise UsageError(
            "{master}: no master of Spark: write spark://host:7077, local[4], yarn or k8s://...", master=master
        )
    check()
    from pyspark.sql import SparkSession  # type: ignore[import-not-found, unused-ignore]

    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    os.environ[SAFE_PATH] = "1"  # its workers stand where this program does
    builder = SparkSession.builder.appName("baotinh").master(master or "local[*]")
    # pandas has nothing to do here but to be there.
    warnings.filterwarnings("ignore", "PySpark does not yet fully support pandas", FutureWarning)
    defaults = {
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.sql.session.timeZone": "UTC",
        "spark.log.level": "FATAL",  # what fails is told in one line, see `named`
    }
    # Where a store is, who may read it and whom to trust is told to every worker (fsspec reads it from there).
    told = {f"spark.executorEnv.{name}": value for name, value in os.environ.items() if name.startswith(_TOLD)}
    told[f"spark.executorEnv.{SAFE_PATH}"] = "1"
    for name, value in (defaults | told | dict(settings or {})).items():
        builder = builder.config(name, value)
    with _errors_named(master), _py4j_silent():
        spark = builder.getOrCreate()
        if threading.current_thread() is threading.main_thread():  # Spark's own handler calls into what it interrupts
            signal.signal(signal.SIGINT, signal.default_int_handler)
        try:
            if master and not master.startswith("local"):
                check_workers(spark)
            yield spark
        finally:
            spark.stop()


@contextmanager
def _py4j_silent() -> Iterator[None]:
    """Keeps from the log the tracebacks in which py4j tells of a connection that Ctrl-C has broken off."""

    def told(record: logging.LogRecord) -> bool:
        return "py4j" not in record.pathname

    logging.getLogger().addFilter(told)
    try:
        yield
    finally:
        logging.getLogger().removeFilter(told)


@contextmanager
def _errors_named(master: str) -> Iterator[None]:
    """Makes of Spark's errors the archive's own: what a task has raised, or what is wrong with the cluster."""
    from py4j.protocol import Py4JError  # type: ignore[import-not-found, unused-ignore]
    from pyspark.errors import PySparkException  # type: ignore[import-not-found, unused-ignore]

    try:
        yield
    except (PySparkException, Py4JError) as error:
        raise named(str(error), master) from error


def named(error: str, master: str) -> errors.ArchiveError:
    """The archive's error for one of Spark's, of which `error` is the text with the traceback of a task in it."""
    raised = re.findall(r"archive\.errors\.(\w+): (.+)", error)
    if raised:
        name, message = raised[-1]
        return _RAISED.get(name, errors.ArchiveError)(message)
    mismatch = re.search(r"PYTHON_VERSION_MISMATCH\][^\n]*", error)
    if mismatch:
        return UsageError("the workers run another Python: {mismatch}", mismatch=mismatch[0].partition("] ")[2])
    if re.search(r"No module named '(?:archive|pyarrow|sqlite_utils)", error):
        return UsageError("the workers have no baotinh, or another one: 'pip install baotinh[spark]' on every machine")
    if "stopped SparkContext" in error or "unresponsive" in error:
        ours = dict(here().programs)["pyspark"]
        return UsageError(
            "{master}: no Spark master answers there, or it is another Spark than {ours}", master=master, ours=ours
        )
    told = re.findall(r"^[\w.]+(?:Error|Exception): .+", error, re.MULTILINE) or error.strip().splitlines()
    return errors.ArchiveError("Spark's job has failed: {error}", error=told[-1] if _IN_PYTHON in error else told[0])


def _java() -> str:
    home = os.environ.get("JAVA_HOME")
    return str(Path(home) / "bin" / "java") if home else shutil.which("java") or "java"


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
