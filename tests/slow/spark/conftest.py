"""The archive of the tests of Spark, read again by one machine, and its tables, read again by Spark."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("pyspark", reason="make spark installs it")
pytest.importorskip("pyarrow")

from grown import grown
from web_store import certified

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


@pytest.fixture(scope="session", autouse=True)
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The certificate that this process and all it begins trust: aiohttp learns whom when it is loaded, and once."""
    made = certified(tmp_path_factory.mktemp("keys"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SSL_CERT_FILE", str(made))
        yield made


@pytest.fixture(scope="session")
def tables(archive: tuple[Holdings, Register], tmp_path_factory: pytest.TempPathFactory) -> str:
    """The folder of its tables."""
    out = str(tmp_path_factory.mktemp("tables"))
    assert reread(*archive, out, "local[2]", partitions=3).rows["captures"] > 100
    return out
