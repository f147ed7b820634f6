"""A cluster reads an archive to the rows that one machine reads, whatever the partitions and whoever dies."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import threading
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("pyspark", reason="make spark installs it")
pytest.importorskip("pyarrow")

import deadly
from spark_tables import database_rows, parquet_rows

from archive.cluster.spark import tasks
from archive.cluster.spark.job import reread
from archive.cluster.spark.load import load
from archive.cluster.spark.tables import COLUMNS, open_store
from archive.cluster.spark.tasks import ranges
from archive.errors import DamageError, UsageError
from archive.holdings import Holdings
from archive.sources import Register
from archive.store import open_database
from bench.spark_cluster import cluster

ROOT = Path(__file__).parents[3]
pytestmark = pytest.mark.filterwarnings("default")  # Spark's own, and those of its helpers


def files_of(folder: str) -> dict[str, Any]:
    files: dict[str, Any] = json.loads(open_store(folder).read("manifest.json"))["files"]
    return files


@pytest.mark.parametrize("table", COLUMNS)
def test_the_tables_hold_the_rows_of_a_rereading_on_one_machine(
    archive: tuple[Holdings, Register], tables: str, table: str
) -> None:
    assert parquet_rows(tables, table) == database_rows(archive[0].database, table)


@pytest.mark.parametrize("partitions", [1, 5])
def test_the_number_of_partitions_changes_no_byte(
    archive: tuple[Holdings, Register], tables: str, tmp_path: Path, partitions: int
) -> None:
    told = reread(*archive, str(tmp_path / "t"), "local[2]", partitions)
    assert told.ranges >= partitions
    assert files_of(str(tmp_path / "t")) == files_of(tables)


def test_loading_gives_the_database_that_one_machine_has(
    archive: tuple[Holdings, Register], tables: str, tmp_path: Path
) -> None:
    other = Holdings.create(tmp_path / "kho", "Thử", "mailto:thu@example.vn")
    loaded = load(other, archive[1], tables)
    for table in COLUMNS:
        assert database_rows(other.database, table) == database_rows(archive[0].database, table)
    for table in ("tags", "images", "attachments", "mentions", "persons", "article_teasers"):
        with closing(open_database(other.database)) as db, closing(open_database(archive[0].database)) as one:
            assert db[table].count == one[table].count
    assert loaded.captures == len(database_rows(other.database, "captures"))


def test_loading_refuses_tables_that_hold_less_than_the_archive_and_changed_files(
    archive: tuple[Holdings, Register], tables: str, tmp_path: Path
) -> None:
    some = str(tmp_path / "some")
    source = archive[0].warcs()[0].parent.name
    reread(*archive, some, "local[1]", source=source)
    with pytest.raises(UsageError, match="not in the tables"):
        load(*archive, some)
    part = next(path for path in files_of(some) if path.startswith("captures/"))
    (Path(some) / part).write_bytes(b"changed")
    other = Holdings.create(tmp_path / "kho", "Thử", "mailto:thu@example.vn")
    with pytest.raises(DamageError, match="not what the manifest says"):
        load(other, archive[1], some)
    with pytest.raises(UsageError, match="no manifest"):
        load(other, archive[1], str(tmp_path))


def test_a_page_that_kills_its_reader_is_unread_and_the_others_are_read(
    archive: tuple[Holdings, Register], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent), prepend=os.pathsep)
    monkeypatch.setattr(tasks, "read_spot", deadly.read_spot)
    holdings, register = archive
    one = ranges(holdings, 1)[0]
    found = [tasks.unpack(packed)[1] for _, packed in tasks.read_ranges(holdings.root, register, "", [one])]
    assert [page.reason for page in found if page.reason] == ["parser_crash"]
    assert len(found) == len(one.offsets)


def test_a_cluster_that_loses_a_worker_in_mid_job_writes_the_same_tables(
    archive: tuple[Holdings, Register], tables: str, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    with cluster(tmp_path) as (master, workers):
        settings = {"spark.executor.memory": "512m", "spark.driver.host": "127.0.0.1"}
        killed = threading.Event()

        def kill() -> None:
            started = tmp_path / "w1"
            while not list(started.glob("*/*/stderr")) and not killed.wait(0.2):
                pass
            killed.wait(8)  # its first tasks are running
            os.killpg(workers[1].pid, signal.SIGKILL)

        killer = threading.Thread(target=kill)
        killer.start()
        began = time.monotonic()
        told = reread(*archive, str(out), master, 12, settings=settings)
        print(f"{told.ranges} ranges in {time.monotonic() - began:.0f} s, a worker killed")
        killed.set()
        killer.join()
        assert workers[1].poll() is not None
    assert files_of(str(out)) == files_of(tables)


def test_workers_with_other_parsers_are_refused_with_what_is_different(
    archive: tuple[Holdings, Register], tmp_path: Path
) -> None:
    other = tmp_path / "other" / "archive"
    shutil.copytree(ROOT / "archive", other, ignore=shutil.ignore_patterns("__pycache__"))
    parser = other / "parsers" / "nukeviet.py"
    parser.write_text(re.sub(r"(?m)^VERSION: Final = .*", "VERSION: Final = 99", parser.read_text()))
    with cluster(tmp_path, workers=1) as (master, _):
        settings = {"spark.executor.memory": "512m", "spark.executorEnv.PYTHONPATH": str(other.parent)}
        with pytest.raises(UsageError, match=r"other versions than .*parsers nukeviet/99, not nukeviet/\d+\)"):
            reread(*archive, str(tmp_path / "out"), master, settings=settings)
    assert not (tmp_path / "out").exists()


def test_warcs_and_tables_may_lie_in_an_object_store(
    archive: tuple[Holdings, Register], tables: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("s3fs")
    server = pytest.importorskip("moto.server").ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    try:
        host, port = server.get_host_and_port()
        for name, value in (("KEY", "test"), ("SECRET", "test"), ("ENDPOINT_URL", f"http://{host}:{port}")):
            monkeypatch.setenv(f"FSSPEC_S3_{name}", value)
        import fsspec
        from fsspec.config import conf, set_conf_env

        set_conf_env(conf)
        fsspec.filesystem("s3").mkdir("kho")
        store = open_store("s3://kho")
        holdings, register = archive
        for path in holdings.warcs():
            store.write(path.relative_to(holdings.root).as_posix(), path.read_bytes())
        reread(holdings, register, "s3://kho/tables", "local[1]", partitions=6, warcs="s3://kho")
        assert files_of("s3://kho/tables") == files_of(tables)
        other = Holdings.create(tmp_path / "kho", "Thử", "mailto:thu@example.vn")
        load(other, register, "s3://kho/tables")
        assert database_rows(other.database, "articles") == database_rows(holdings.database, "articles")
    finally:
        server.stop()
