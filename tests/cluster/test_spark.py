"""What re-reading on a cluster needs and how it cuts an archive; the cluster itself is in tests/slow/spark."""

from __future__ import annotations

import builtins
import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from small_archive import capture, keep, page

from archive.cli import main
from archive.cluster.spark import job, tasks
from archive.cluster.spark import job as session
from archive.cluster.spark.load import load
from archive.cluster.spark.tables import COLUMNS, Part, open_store, read_manifest, read_rows, write_manifest, write_part
from archive.cluster.spark.tasks import file_groups, ranges
from archive.custody.manifest import digest_of
from archive.errors import DamageError, StorageError, UsageError
from archive.holdings import Holdings
from archive.ingest.pipeline import BATCH
from archive.sources import Register
from archive.warc import cdxj
from archive.warc.reader import scan


@pytest.fixture
def holdings(tmp_path: Path) -> Holdings:
    kept = Holdings.create(tmp_path / "kho", "Thử", "mailto:thu@example.vn")
    for run in ("r1", "r2"):
        keep(kept, [capture(f"/{run}/{at}", page(f"Bài {at}", "Đoạn " * at), at) for at in range(1, 30)], run)
    return kept


@pytest.mark.parametrize("indexed", [True, False])
@pytest.mark.parametrize("count", [1, 2, 7, 1000])
def test_every_capture_is_in_one_range_however_many_there_are(holdings: Holdings, count: int, indexed: bool) -> None:
    if indexed:
        cdxj.build(holdings.root)
    cut = ranges(holdings, count)
    expected = {(held.place.file, held.place.offset) for path in holdings.warcs() for held in scan(path)}
    found = [(one.file, offset) for one in cut for offset in one.offsets]
    assert set(found) == expected
    assert len(found) == len(expected)
    assert len(cut) >= min(count, len(expected)) * 0.5
    for one, following in pairwise(cut):
        assert one.file != following.file or one.end == following.offsets[0]


def test_a_capture_of_a_range_is_the_one_that_a_scan_of_its_file_gives(holdings: Holdings) -> None:
    for path in holdings.warcs():
        for held in scan(path):
            place = held.place
            assert tasks.stored_at(tasks.Spot(0, path, place.file, place.offset)) == held


def test_every_capture_of_a_source_is_filed_however_many_batches_they_make(holdings: Holdings, tmp_path: Path) -> None:
    register = Register.load()
    read = sorted(tasks.read_ranges(holdings.root, register, "", ranges(holdings, 3)))
    parts = list(file_groups(register, str(tmp_path / "tables"), read))
    expected = sorted(held.place.record_id for path in holdings.warcs() for held in scan(path))
    assert len(expected) > BATCH
    store = open_store(str(tmp_path / "tables"))
    filed = [row["record_id"] for part in parts if part.table == "captures" for row in read_rows(store, part)]
    assert sorted(filed) == expected


def program(folder: Path, says: str) -> str:
    path = folder / "java"
    path.write_text(f"#!/bin/sh\necho '{says}' >&2\n", encoding="utf-8")
    path.chmod(0o755)
    return str(path)


@pytest.mark.parametrize(
    ("says", "version"),
    [('openjdk version "17.0.21" 2026-10-20', 17), ('java version "1.8.0_402"', 8), ('openjdk version "25" 2025', 25)],
)
def test_the_version_of_java_is_read_in_its_old_and_its_new_form(tmp_path: Path, says: str, version: int) -> None:
    assert session.java_version(program(tmp_path, says)) == version


def test_a_program_that_is_no_java_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="openjdk-17-jre"):
        session.java_version(program(tmp_path, "hello"))
    with pytest.raises(UsageError, match="no-such-program"):
        session.java_version(str(tmp_path / "no-such-program"))


def test_without_pyspark_the_command_says_what_to_install(
    holdings: Holdings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    known = builtins.__import__

    def without(name: str, *rest: Any) -> Any:
        if name.startswith("pyspark"):
            raise ImportError(name=name)
        return known(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    monkeypatch.setattr("sys.modules", {**__import__("sys").modules, "pyarrow": pytest})
    with pytest.raises(SystemExit) as ended:
        main(["reread", "--engine", "spark", "-o", "tables", "--archive", str(holdings.root)])
    assert ended.value.code == 2
    assert "pip install baotinh[spark]" in capsys.readouterr().err


@pytest.mark.parametrize(
    "master", ["spork://x:1", "local[0]", "spark://10.0.0.1", "spark://a:1,b", "http://10.0.0.1:7077"]
)
def test_what_is_no_master_is_named_before_java_is_started(master: str) -> None:
    said = re.escape(master) + ": no master of Spark: write spark://host:7077"
    with pytest.raises(UsageError, match=said), session.session(master):
        pass


@pytest.mark.parametrize(
    ("out", "warcs", "kind", "told"),
    [
        ("made", "", UsageError, "there are tables already; choose another place"),
        ("https://127.0.0.1:9/tables", "", UsageError, "is read and not written"),
        ("/proc/tables", "", StorageError, "choose an archive path that can be written"),
        ("other", "/no/where", StorageError, "No such file or directory"),
        ("other", "gopher://kho", UsageError, "Protocol not known"),
    ],
)
def test_places_that_will_not_do_are_named_before_anything_is_read(
    holdings: Holdings, tmp_path: Path, out: str, warcs: str, kind: type[Exception], told: str
) -> None:
    pytest.importorskip("fsspec")
    write_manifest(open_store(str(tmp_path / "made")), [], {})
    out = out if "/" in out else str(tmp_path / out)
    with pytest.raises(kind, match=told):
        job.reread(holdings, Register.load(), out, "local[1]", warcs=warcs)
    assert not (tmp_path / "other").exists()


def test_what_only_one_machine_can_do_is_refused_with_spark(
    holdings: Holdings, capsys: pytest.CaptureFixture[str]
) -> None:
    for options in (["--dry-run", "-o", "t"], ["--since", "2024-01-01", "-o", "t"], []):
        with pytest.raises(SystemExit) as ended:
            main(["reread", "--engine", "spark", *options, "--archive", str(holdings.root)])
        assert ended.value.code == 2
        assert "--engine spark takes" in capsys.readouterr().err


def test_a_place_that_will_do_is_made_with_the_first_table(tmp_path: Path) -> None:
    store = open_store(str(tmp_path / "t"))
    store.check_writable()
    assert not (tmp_path / "t").exists()
    store.write("a/b", b"0123456789")
    store.check_writable()
    assert store.has("a/b")


def test_a_folder_of_tables_gives_back_what_was_written_and_names_what_is_not_there(tmp_path: Path) -> None:
    store = open_store(str(tmp_path / "t"))
    store.write("a/b", b"0123456789")
    assert (store.read("a/b", 2, 5), store.read("a/b", 7), store.has("a/b"), store.has("a/c")) == (
        b"234",
        b"789",
        True,
        False,
    )
    with pytest.raises(StorageError, match="a/c"):
        store.read("a/c")
    with pytest.raises(UsageError, match="come to its end"):
        read_manifest(store)
    store.write("manifest.json", b"[]")
    with pytest.raises(DamageError, match="not the manifest"):
        read_manifest(store)
    with pytest.raises(UsageError, match="nothing://"):
        open_store("nothing://x")


@pytest.mark.parametrize(
    "text",
    ["[1]", '{"files": [1]}', "[" * 100_000, '{"files": {"captures/../../x": {"rows": 1, "digest": ""}}}'],
)
def test_a_crafted_manifest_of_tables_is_named_in_one_line(tmp_path: Path, text: str) -> None:
    (tmp_path / "manifest.json").write_text(text, encoding="utf-8")
    with pytest.raises(DamageError, match=r"manifest\.json"):
        read_manifest(open_store(str(tmp_path)))


def test_crafted_tables_are_refused_and_the_database_stands(holdings: Holdings, tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    store = open_store(str(tmp_path / "bảng"))
    nothing = tuple(None for _ in COLUMNS["captures"])
    alone = tuple(None for _ in COLUMNS["articles"])
    good = write_part(store, "captures", "a", "2020-01", [nothing])
    junk = "captures/source=a/month=2020-02/part.parquet"
    store.write(junk, b"PAR1junkPAR1")
    parts = {
        "nothing was loaded": [good],
        "and rows of captures": [Part(good.path, 2, good.digest)],
        "no Parquet file": [Part(junk, 1, digest_of(Path(store.base) / junk))],
        "are not those of a re-reading": [
            write_part(store, "articles", "a", "2020-01", [alone]),
            write_part(store, "revisions", "a", "2020-01", [(None, 1, "r", "d", "p", "{}")]),
        ],
    }
    held = holdings.database.read_bytes() if holdings.database.exists() else b""
    for message, listed in parts.items():
        write_manifest(store, listed, {})
        with pytest.raises((DamageError, StorageError), match=message):
            load(holdings, Register.load(), store.base)
    assert (holdings.database.read_bytes() if holdings.database.exists() else b"") == held
    assert [one.name for one in holdings.root.iterdir() if ".new" in one.name] == []
