"""Machines that run something else than the driver are named, with what is different and what to do."""

from __future__ import annotations

from dataclasses import replace

import pytest

from archive.cluster.spark import job
from archive.cluster.spark.job import check_java, differences, here, named
from archive.errors import ArchiveError, DamageError, UsageError

TASK = """Job aborted due to stage failure: Task 0 in stage 3.0 failed 4 times, most recent failure:
org.apache.spark.api.python.PythonException: Traceback (most recent call last):
  File "/opt/x.py", line 1, in f
{}

\tat org.apache.spark.api.python.BasePythonRunner.handlePythonException(PythonRunner.scala:1)
"""


def test_a_machine_with_the_same_programs_and_parsers_may_take_part() -> None:
    here().check()
    replace(here(), machine="driver").check()


def test_every_program_of_another_version_is_named() -> None:
    other = replace(here(), programs=tuple((name, "9.9") for name, _ in here().programs))
    told = differences(here(), other)
    for name, ours in here().programs:
        assert f"{name} 9.9, not {ours}" in told
    with pytest.raises(UsageError, match=r"other versions than the driver on driver \(Python 3\.\d+, not 9\.9"):
        replace(other, machine="driver").check()


def test_parsers_of_another_version_are_named_though_the_program_has_the_same_one() -> None:
    ours = next(one for one in here().parsers if one.startswith("nukeviet/"))
    newer = here().parsers - {ours} | {"nukeviet/99"}
    assert differences(here(), replace(here(), parsers=newer)) == f"parsers nukeviet/99, not {ours}"
    with pytest.raises(UsageError, match=f"parsers {ours}, not nukeviet/99"):
        replace(here(), parsers=newer).check()


def test_java_may_differ_in_its_last_numbers_only() -> None:
    check_java("17.0.21", "17.0.2")
    with pytest.raises(UsageError, match=r"a worker runs Java 21\.0\.5, the driver Java 17"):
        check_java("17.0.21", "21.0.5")


@pytest.mark.parametrize(
    ("text", "kind", "told"),
    [
        (TASK.format("archive.errors.DamageError: s3://a/b.parquet: the file was changed"), DamageError, "s3://a/b"),
        (TASK.format("archive.errors.UsageError: host-2 runs other versions"), UsageError, "host-2 runs other"),
        (TASK.format("archive.errors.CrawlError: x"), ArchiveError, "x"),
        (
            TASK.format(
                "[PYTHON_VERSION_MISMATCH] Python in worker has different version: 3.12 than that in driver: 3.11"
            ),
            UsageError,
            "another Python: Python in worker has different version: 3.12",
        ),
        (TASK.format("ModuleNotFoundError: No module named 'archive.cluster.spark'"), UsageError, "have no baotinh"),
        ("All masters are unresponsive! Giving up.", UsageError, "spark://a:7077: no Spark master answers"),
        (
            TASK.format("sqlite3.IntegrityError: UNIQUE constraint"),
            ArchiveError,
            "failed: sqlite3.IntegrityError: UNIQUE",
        ),
        ("java.lang.OutOfMemoryError: Java heap space\n  at x", ArchiveError, "job has failed: java.lang.OutOfMemory"),
    ],
)
def test_what_goes_wrong_on_a_cluster_is_one_line(text: str, kind: type[Exception], told: str) -> None:
    error = named(text, "spark://a:7077")
    assert type(error) is kind
    assert told in str(error)
    assert "\n" not in str(error)


def test_a_program_that_is_not_installed_is_told_as_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    assert job._installed("không-có") == ("không-có", "missing")
