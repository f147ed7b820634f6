"""The archive of the tests of Spark, read again by one machine, and its tables, read again by Spark."""

from __future__ import annotations

import pytest

pytest.importorskip("pyspark", reason="make spark installs it")
pytest.importorskip("pyarrow")

from grown import grown

from archive.cluster.spark.job import reread
from archive.holdings import Holdings
from archive.ingest import reread as here
from archive.sources import Register


@pytest.fixture(scope="session")
def archive(tmp_path_factory: pytest.TempPathFactory) -> tuple[Holdings, Register]:
    """The grown archive after a re-reading on one machine."""
    holdings, register = grown(tmp_path_factory.mktemp("archive") / "kho", copies=2)
    here.reread(holdings, register, workers=1)
    return holdings, register


@pytest.fixture(scope="session")
def tables(archive: tuple[Holdings, Register], tmp_path_factory: pytest.TempPathFactory) -> str:
    """The folder of its tables."""
    out = str(tmp_path_factory.mktemp("tables"))
    assert reread(*archive, out, "local[2]", partitions=3).rows["captures"] > 100
    return out
