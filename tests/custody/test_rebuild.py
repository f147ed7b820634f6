"""The database made again from the WARC files alone holds the rows it held before, and is never half a one."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from small_archive import (
    FIRST_DAY,
    REGISTER,
    SITE,
    capture,
    database,
    keep,
    new_holdings,
    page,
    read,
    read_json,
    search_rows,
    tables,
)

from archive import parsers
from archive.custody.rebuild import rebuild
from archive.errors import LockedError
from archive.holdings import Holdings
from archive.ingest.pipeline import Ingest
from archive.store import open_database, writing
from archive.store.writes import put_run
from archive.warc.captures import Original
from archive.warc.record import timestamp
from archive.warc.writer import Writer

TEASERS = [[f"{SITE}/khac-9.html", "Tin khác", "Ngày 5/3 ...", "related"]]
A = page("Hội nghị ở Bắc Kạn", "Tại huyện Na Rì, một hai ba.", tags=["na rì"], teasers=TEASERS)
B = page("Hội nghị ở Bắc Kạn", "Tại huyện Na Rì, một hai bốn.", teasers=TEASERS)


@pytest.fixture
def holdings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Holdings]:
    """An archive after three crawls: edits, a disappearance, unread pages, an unchanged page as a revisit record."""
    monkeypatch.setattr(parsers, "read_page", read_json)
    holdings = new_holdings(tmp_path / "data")
    first = [capture("/a-1.html", A), capture("/b-2.html", B, 1), capture("/robots.txt", b"", 2, kind="robots")]
    second = [capture("/a-1.html", B, 10), capture("/hong.html", b"<html>", 11), capture("/b-2.html", b"", 12, 404)]
    third = [capture("/a-1.html", A, 20), capture("/", page("", teasers=TEASERS), 21)]
    later = [place for run, captures in (("r2", second), ("r3", third)) for place in keep(holdings, captures, run)]
    read(holdings, later)  # the first crawl came in last
    places = keep(holdings, first, "r1")
    read(holdings, places)
    with Writer(holdings.root, "bao-tinh", "r4") as writer:
        original = Original(places[1].record_id, f"{SITE}/b-2.html", timestamp(FIRST_DAY), "")
        unchanged = writer.append(capture("/b-2.html", b"", 30, 304), lambda _capture, _digest: original)
    read(holdings, [unchanged])
    return holdings


def test_every_table_comes_out_as_it_was(holdings: Holdings) -> None:
    with database(holdings) as db:
        before = tables(db)
        assert len(before["revisions"]) == 4
        assert before["mentions"]
    told = rebuild(holdings, REGISTER)
    assert (told.files, told.captures, told.articles, told.unread, told.faults) == (4, 9, 2, 1, ())
    with database(holdings) as db:
        after = tables(db)
    for name, rows in before.items():
        assert after[name] == rows, name


def test_a_missing_database_is_made_from_nothing_but_warc_files(holdings: Holdings) -> None:
    with database(holdings) as db:
        before = tables(db)
    for path in holdings.root.glob("archive.sqlite*"):
        path.unlink()
    rebuild(holdings, REGISTER)
    with database(holdings) as db:
        assert tables(db) == before


def test_what_only_runs_know_is_carried_over(holdings: Holdings) -> None:
    db = open_database(holdings.database)
    with writing(db):
        put_run(db, "r1", "bao-tinh", "2024-05-01T03:00:00.000Z", report={"pages": 3})
    db.close()
    rebuild(holdings, REGISTER)
    with database(holdings) as rebuilt:
        assert rebuilt.execute("SELECT id, report_json FROM runs").fetchall() == [("r1", '{"pages": 3}')]


def test_the_old_database_stands_when_a_rebuild_is_broken_off(
    holdings: Holdings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    before = holdings.database.read_bytes()
    monkeypatch.setattr(parsers, "read_page", stopped)
    with pytest.raises(KeyboardInterrupt):
        rebuild(holdings, REGISTER)
    assert holdings.database.read_bytes() == before
    assert not list(holdings.root.glob("archive.sqlite.new*"))


def test_no_rebuild_begins_while_another_process_writes(holdings: Holdings) -> None:
    with Ingest(holdings, REGISTER), pytest.raises(LockedError, match="wait for its end"):
        rebuild(holdings, REGISTER)


def test_a_reader_that_has_the_old_database_open_goes_on_reading_it(holdings: Holdings) -> None:
    with database(holdings) as db:
        rebuild(holdings, REGISTER)
        assert len(search_rows(db, "folded", "hoi")) == 2
    with database(holdings) as db:
        assert len(search_rows(db, "folded", "hoi")) == 2


def test_a_log_left_by_a_killed_writer_is_not_taken_for_the_new_databases(holdings: Holdings) -> None:
    child = os.fork()
    if child == 0:
        db = open_database(holdings.database)
        db.execute("UPDATE articles SET headline = 'rác'")
        os._exit(0)  # as by kill -9: its -wal stays behind
    os.waitpid(child, 0)
    assert holdings.database.with_name("archive.sqlite-wal").stat().st_size > 0
    rebuild(holdings, REGISTER)
    with database(holdings) as db:
        assert db.execute("SELECT DISTINCT headline FROM articles").fetchall() == [("Hội nghị ở Bắc Kạn",)]
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_a_damaged_stretch_is_named_and_costs_one_capture(holdings: Holdings) -> None:
    path = sorted(holdings.root.glob("warc/bao-tinh/*r1*.warc.gz"))[0]
    path.chmod(0o644)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0xFF
    path.write_bytes(data)
    told = rebuild(holdings, REGISTER)
    assert path.name in told.faults[0]
    assert told.captures in {7, 8, 9}
