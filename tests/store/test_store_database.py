"""Opening archive.sqlite: for one writer, for readers, and when it is not what it should be."""

from __future__ import annotations

import os
import sqlite3
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace

import pytest

from archive.errors import DamageError, NothingFound, SchemaError, StorageError
from archive.store import open_database, writing
from archive.store.database import translated
from archive.store.writes import put_run


def test_a_new_database_has_every_table_and_opens_in_plain_sqlite(tmp_path: Path) -> None:
    open_database(tmp_path / "archive.sqlite").close()
    with sqlite3.connect(tmp_path / "archive.sqlite") as plain:
        tables = {row[0] for row in plain.execute("SELECT name FROM sqlite_schema")}
        assert plain.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    plain.close()
    assert {
        "sources",
        "captures",
        "articles",
        "revisions",
        "teasers",
        "mentions",
        "persons",
        "readings",
        "exact",
    } <= tables


def test_a_database_that_cannot_be_made_whole_is_not_there_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(db: object) -> None:
        db.execute("CREATE TABLE articles (id)")  # type: ignore[attr-defined]
        raise sqlite3.OperationalError("database or disk is full")

    with monkeypatch.context() as patched:
        patched.setattr("archive.store.database.create", stopped)
        with pytest.raises(StorageError, match=r"archive\.sqlite"):
            open_database(tmp_path / "archive.sqlite")
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == []
    open_database(tmp_path / "archive.sqlite").close()


def test_opening_again_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite"
    open_database(path).close()
    before = path.read_bytes()
    open_database(path).close()
    assert path.read_bytes() == before


def test_a_reader_cannot_write(tmp_path: Path) -> None:
    open_database(tmp_path / "a.sqlite").close()
    db = open_database(tmp_path / "a.sqlite", readonly=True)
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        db.execute("DELETE FROM runs")
    db.close()


def test_a_reader_of_a_missing_database_is_told_which_command_makes_one(tmp_path: Path) -> None:
    with pytest.raises(NothingFound, match="baotinh init"):
        open_database(tmp_path / "none.sqlite", readonly=True)
    assert not (tmp_path / "none.sqlite").exists()


@pytest.mark.parametrize("readonly", [True, False])
@pytest.mark.parametrize("version", [0, 99])
def test_a_database_of_another_schema_is_refused_by_name(tmp_path: Path, readonly: bool, version: int) -> None:
    path = tmp_path / "a.sqlite"
    open_database(path).close()
    with sqlite3.connect(path) as db:
        db.execute(f"PRAGMA user_version = {version}")
    db.close()
    with pytest.raises(SchemaError, match=rf"a\.sqlite: .* schema {version}, .* 'baotinh rebuild' makes it anew"):
        open_database(path, readonly=readonly)


@pytest.mark.parametrize("readonly", [True, False])
def test_a_file_that_is_no_database_is_damage_that_names_rebuild(tmp_path: Path, readonly: bool) -> None:
    path = tmp_path / "a.sqlite"
    path.write_bytes(b"<html>not a database</html>" * 200)
    with pytest.raises(DamageError, match="baotinh rebuild"):
        open_database(path, readonly=readonly)


def test_a_folder_that_cannot_be_written_is_a_storage_error_naming_the_path(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match=r"missing/a\.sqlite"):
        open_database(tmp_path / "missing" / "a.sqlite")


def test_a_transaction_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    db = open_database(tmp_path / "a.sqlite")

    def half_a_batch() -> None:
        with writing(db):
            put_run(db, "r", "s", "2024-01-01T00:00:00.000Z")
            db.execute("INSERT INTO nowhere VALUES (1)")

    with pytest.raises(StorageError, match="no such table"):
        half_a_batch()
    assert db.execute("SELECT count(*) FROM runs").fetchone() == (0,)
    db.close()


def test_a_full_disk_is_one_clear_line_and_the_database_stays_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite"
    db = open_database(path)
    pages = db.execute("PRAGMA page_count").fetchone()[0]
    db.execute(f"PRAGMA max_page_count = {pages + 1}")

    def a_hundred_runs() -> None:
        with writing(db):
            for number in range(100):
                put_run(db, f"r{number}", "s" * 1000, "2024-01-01T00:00:00.000Z")

    with pytest.raises(StorageError, match="disk is full"):
        a_hundred_runs()
    assert db.execute("SELECT count(*) FROM runs").fetchone() == (0,)
    assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    db.close()


def test_a_reader_opens_a_copy_on_a_medium_that_cannot_be_written() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        open_database(folder / "a.sqlite").close()
        folder.chmod(0o555)
        child = os.fork()
        if child == 0:  # as somebody who may not write there: root may everywhere
            if os.geteuid() == 0:
                os.setuid(65534)
            os._exit(_opens_and_counts(folder / "a.sqlite"))
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        folder.chmod(0o755)


def _opens_and_counts(path: Path) -> int:
    try:
        return int(open_database(path, readonly=True).execute("SELECT count(*) FROM articles").fetchone()[0])
    except BaseException:  # noqa: BLE001 - the child must never return into pytest
        return 9


def test_a_schema_whose_words_are_no_text_is_damage_not_a_fault_of_ours(tmp_path: Path) -> None:
    path = tmp_path / "archive.sqlite"
    open_database(path).close()
    data = path.read_bytes()
    at = data.index(b"ATE TABLE captures")
    path.write_bytes(data[:at] + b"\xac" + data[at + 1 :])  # SQLite quotes it in its message
    with pytest.raises(DamageError, match="baotinh rebuild"):
        open_database(path, readonly=True)


def test_processes_that_open_a_new_database_at_once_make_it_once(tmp_path: Path) -> None:
    def opened(number: int) -> None:
        open_database(tmp_path / f"{number // 6}.sqlite").close()

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(opened, range(48)))
    db = open_database(tmp_path / "0.sqlite", readonly=True)
    assert db.execute("SELECT count(*) FROM runs").fetchone() == (0,)
    db.close()


def test_a_folder_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(StorageError):
        open_database(tmp_path / "none" / "archive.sqlite")
    assert not (tmp_path / "none").exists()


def test_what_sqlite_calls_an_error_of_the_disk_is_a_full_one_where_there_is_no_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorcode = sqlite3.SQLITE_IOERR_SHMSIZE
    path = tmp_path / "a.sqlite"
    assert str(translated(error, path)).startswith(f"{path}: the file system refused to read or write it (disk I/O")
    assert "ulimit -f" in str(translated(error, path))
    monkeypatch.setattr("shutil.disk_usage", lambda _: SimpleNamespace(free=32_000))
    assert str(translated(error, path)).startswith(f"{path}: the disk is full; make room")
