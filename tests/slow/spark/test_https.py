"""WARC files and tables may lie on a web server: they are read in parts, checked, and never written."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

pytest.importorskip("pyspark", reason="make spark installs it")

from spark_tables import database_rows
from web_store import Served, served

from archive.cluster.spark.job import reread
from archive.cluster.spark.tables import open_store
from archive.errors import StorageError, UsageError
from archive.holdings import Holdings
from archive.sources import Register

pytestmark = pytest.mark.filterwarnings("default")  # Spark's own, and those of its helpers


def run(web: Served, *arguments: str, code: int = 0) -> str:
    """What a command prints, its errors where it ends with another code; aiohttp learns whom to trust when it loads."""
    environment = os.environ | {
        "SSL_CERT_FILE": str(web.certificate),
        "BAOTINH_LANG": "en",
        "SPARK_LOCAL_IP": "127.0.0.1",
    }
    program = str(Path(sys.executable).with_name("baotinh"))
    done = subprocess.run([program, *arguments], env=environment, capture_output=True, text=True)
    assert done.returncode == code, done.stderr
    return done.stderr if code else done.stdout


def test_warcs_are_read_from_a_web_server_in_parts(
    archive: tuple[Holdings, Register], tables: str, certificate: Path, tmp_path: Path
) -> None:
    with served(archive[0].root, certificate) as web:
        reread(*archive, str(tmp_path / "out"), "local[2]", partitions=6, warcs=web.base)
        assert len(web.ranges) > 10
    manifest = "manifest.json"
    assert (tmp_path / "out" / manifest).read_bytes() == (Path(tables) / manifest).read_bytes()


def test_tables_on_a_web_server_are_loaded_as_those_on_the_disk(
    archive: tuple[Holdings, Register], tables: str, certificate: Path, tmp_path: Path
) -> None:
    other = Holdings.create(tmp_path / "kho", "Thử", "mailto:thu@example.vn")
    shutil.copytree(archive[0].sources, other.sources, dirs_exist_ok=True)
    with served(Path(tables), certificate) as web:
        run(web, "rebuild", "--from", web.base, "--archive", str(other.root))
    assert database_rows(other.database, "articles") == database_rows(archive[0].database, "articles")


def test_nothing_is_written_to_a_web_server_and_what_is_wrong_with_it_is_named(
    archive: tuple[Holdings, Register], tables: str, certificate: Path, tmp_path: Path
) -> None:
    with pytest.raises(UsageError, match="is read and not written"):
        open_store("https://localhost:1").write("a", b"x")
    load = ("--archive", str(archive[0].root), "rebuild", "--from")
    copy = shutil.copytree(tables, tmp_path / "copy")
    for path in copy.glob("captures/*/*/*.parquet"):
        path.write_bytes(path.read_bytes() + b"x")
    with served(copy, certificate) as web:
        assert "come to its end" in run(web, *load, f"{web.base}/khong-co", code=2)
        assert "not what the manifest says" in run(web, *load, web.base, code=5)
        stranger = replace(web, certificate=Path("/dev/null"))
        assert "certificate" in run(stranger, *load, web.base, code=4)
    assert web.base in run(web, *load, web.base, code=4)


def test_a_server_that_gives_whole_files_only_is_named_and_nothing_is_misread(
    archive: tuple[Holdings, Register], certificate: Path, tmp_path: Path
) -> None:
    holdings, register = archive
    source = holdings.warcs()[0].parent.name
    refused = pytest.raises(StorageError, match="HTTP range requests")
    with served(holdings.root, certificate, parts=False) as web, refused:
        reread(holdings, register, str(tmp_path / "out"), "local[1]", 4, source, web.base)
