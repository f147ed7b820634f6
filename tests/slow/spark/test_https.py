"""WARC files and tables may lie on a web server: they are read in parts, checked, and never written."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

pytest.importorskip("pyspark", reason="make spark installs it")
pytest.importorskip("aiohttp")

from spark_tables import database_rows
from web_store import Served, served

from archive.errors import DamageError, StorageError, UsageError
from archive.holdings import Holdings
from archive.sources import Register
from archive.spark import corpora
from archive.spark.engine import session
from archive.spark.job import reread
from archive.spark.load import load
from archive.spark.stores import open_store

pytestmark = pytest.mark.filterwarnings("default")  # Spark's own, and those of its helpers


@contextmanager
def trusting(web: Served, patch: pytest.MonkeyPatch) -> Iterator[None]:
    """The server's certificate is trusted by this process, and by the workers of sessions that begin from now on."""
    patch.setenv("SSL_CERT_FILE", str(web.certificate))
    yield


def test_warcs_are_read_from_a_web_server_in_parts(
    archive: tuple[Holdings, Register], tables: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with served(archive[0].root, tmp_path) as web:
        monkeypatch.setenv("SSL_CERT_FILE", str(web.certificate))
        reread(*archive, str(tmp_path / "out"), "local[2]", partitions=6, warcs=web.base)
        assert len(web.ranges) > 10
    manifest = "manifest.json"
    assert (tmp_path / "out" / manifest).read_bytes() == (Path(tables) / manifest).read_bytes()


def test_tables_on_a_web_server_are_loaded_and_counted_as_on_the_disk(
    archive: tuple[Holdings, Register], tables: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with served(Path(tables), tmp_path) as web, trusting(web, monkeypatch), session("local[2]") as spark:
        other = Holdings.create(tmp_path / "kho", "Thử", "mailto:thu@example.vn")
        load(other, archive[1], web.base)
        assert database_rows(other.database, "articles") == database_rows(archive[0].database, "articles")
        counted = [corpora.trends(corpora.open_corpus(spark, at), ["hội nghị"]) for at in (web.base, tables)]
        assert counted[0] == counted[1]
        assert counted[0].series[0].total > 1
        whole = [sorted(map(repr, corpora.table(spark, at, "captures").collect())) for at in (web.base, tables)]
        assert whole[0] == whole[1]


def test_nothing_is_written_to_a_web_server_and_what_is_not_there_is_named(
    archive: tuple[Holdings, Register], tables: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with served(Path(tables), tmp_path) as web:
        monkeypatch.setenv("SSL_CERT_FILE", str(web.certificate))
        store = open_store(web.base)
        with pytest.raises(UsageError, match="is read and not written"):
            store.write("a", b"x")
        with pytest.raises(UsageError, match="is read and not written"):
            reread(*archive, web.base, "local[1]", partitions=1, source=archive[0].warcs()[0].parent.name)
        with pytest.raises(StorageError, match="khong-co"):
            store.read("khong-co")
        with pytest.raises(UsageError, match="come to its end"):
            load(archive[0], archive[1], f"{web.base}/khong-co")
        base = web.base
    with pytest.raises(StorageError, match=base):
        open_store(base).read("manifest.json")


def test_a_changed_table_on_a_web_server_is_damage_also_in_a_task(
    tables: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = tmp_path / "copy"
    for path in sorted(Path(tables).rglob("*")):
        if path.is_file():
            target = copy / path.relative_to(tables)
            target.parent.mkdir(parents=True, exist_ok=True)
            changed = path.match("articles/*/*/*.parquet")
            target.write_bytes(path.read_bytes() + b"x" * changed)
    with (
        served(copy, tmp_path) as web,
        trusting(web, monkeypatch),
        pytest.raises(DamageError, match="not what the manifest says"),
        session("local[2]") as spark,
    ):
        corpora.trends(corpora.open_corpus(spark, web.base), ["hội nghị"])


def test_a_server_that_gives_whole_files_only_is_named_and_nothing_is_misread(
    archive: tuple[Holdings, Register], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    holdings, register = archive
    source = holdings.warcs()[0].parent.name
    with served(holdings.root, tmp_path, parts=False) as web:
        monkeypatch.setenv("SSL_CERT_FILE", str(web.certificate))
        with pytest.raises(StorageError, match="HTTP range requests"):
            reread(holdings, register, str(tmp_path / "out"), "local[1]", 4, source, web.base)
