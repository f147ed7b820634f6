"""What a machine runs, compared with what the driver runs: rows that two programs have read are no one archive's."""

from __future__ import annotations

import platform
import socket
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Final

from archive.errors import UsageError
from archive.events import SOFTWARE
from archive.parsers.site.families import parser_of
from archive.sources import FAMILIES

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
            raise UsageError(
                f"{here().machine} runs other versions than the driver on {self.machine} ({different}): "
                "all machines need the same Python and the same baotinh[spark], in the same place"
            )


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
        raise UsageError(
            f"a worker runs Java {there}, the driver Java {ours}: start all of them with one Java (JAVA_HOME)"
        )


def _installed(name: str) -> tuple[str, str]:
    try:
        return name, version(name)
    except PackageNotFoundError:
        return name, "missing"
