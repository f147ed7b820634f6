"""A session of Spark, and whether what it needs is here: Python, Java, pyspark, pyarrow (the extra "spark")."""

from __future__ import annotations

import logging
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from archive import errors
from archive.errors import UsageError
from archive.processes import SAFE_PATH
from archive.spark.versions import check_workers, here

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
        raise UsageError(f"Spark needs {error.name}: 'pip install baotinh[spark]' installs what it needs") from error
    if tuple(map(int, pyspark.__version__.split(".")[:2])) < SPARK:
        raise UsageError(f"Spark {pyspark.__version__} is too old: {SPARK[0]}.{SPARK[1]} or later is needed")
    found = java_version(_java())
    if found < JAVA:
        raise UsageError(
            f"Java {found} is too old for Spark: {JAVA} or later is needed (apt-get install openjdk-17-jre)"
        )


def java_version(program: str) -> int:
    """The version of the Java at `program`: 17 of "17.0.21", 8 of "1.8.0"; raises UsageError where there is none."""
    try:
        told = subprocess.run([program, "-version"], capture_output=True, text=True, check=True).stderr  # noqa: S603
        first, second = re.findall(r'version "(\d+)(?:\.(\d+))?', told)[0]
    except (OSError, subprocess.CalledProcessError, IndexError) as error:
        raise UsageError(
            f"Spark needs Java {JAVA} or later, which '{program}' is not: install openjdk-17-jre, or set JAVA_HOME"
        ) from error
    return int(second) if first == "1" else int(first)


@contextmanager
def session(master: str = "", settings: Mapping[str, str] | None = None) -> Iterator[Any]:
    """A SparkSession on `master` ("spark://host:7077"; all cores of this machine if not given), ended with the block.

    Workers run this Python at this path, so a cluster's machines share the environment or have it in the same place.
    """
    if master and not _MASTER.fullmatch(master):
        raise UsageError(f"{master}: no master of Spark: write spark://host:7077, local[4], yarn or k8s://...")
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
        return UsageError(f"the workers run another Python: {mismatch[0].partition('] ')[2]}")
    if re.search(r"No module named '(?:archive|pyarrow|sqlite_utils)", error):
        return UsageError("the workers have no baotinh, or another one: 'pip install baotinh[spark]' on every machine")
    if "stopped SparkContext" in error or "unresponsive" in error:
        ours = dict(here().programs)["pyspark"]
        return UsageError(f"{master}: no Spark master answers there, or it is another Spark than {ours}")
    told = re.findall(r"^[\w.]+(?:Error|Exception): .+", error, re.MULTILINE) or error.strip().splitlines()
    return errors.ArchiveError(f"Spark's job has failed: {told[-1] if _IN_PYTHON in error else told[0]}")


def _java() -> str:
    home = os.environ.get("JAVA_HOME")
    return str(Path(home) / "bin" / "java") if home else shutil.which("java") or "java"
