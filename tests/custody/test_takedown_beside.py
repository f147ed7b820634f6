"""A takedown beside crawls and re-readings: what they had in hand when it came is not written after it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlite_utils
from resting import without_database
from takedown_archive import NAMED, REGISTER, WHO, ask, made_at

from archive.custody.rebuild import rebuild
from archive.custody.takedown import takedown
from archive.custody.verify import verify
from archive.custody.withheld import record_takedown
from archive.errors import DamageError
from archive.holdings import Holdings
from archive.ingest import reread as rereading
from archive.ingest.pipeline import Ingest
from archive.ingest.reread import read_again, reread
from archive.store import takedown as removal
from archive.store import writing
from archive.warc.reader import scan

KEY = "//tinhuy.example/tin/ong-tran-van-mau-1.html"
ROWS = """SELECT url FROM captures WHERE url LIKE '%tran-van-mau%'
    UNION SELECT url FROM articles WHERE url LIKE '%tran-van-mau%'"""


@pytest.fixture
def holdings(tmp_path: Path) -> Holdings:
    return made_at(tmp_path / "data")


def test_a_page_that_was_read_before_the_takedown_and_waited_for_it_is_not_filed(
    holdings: Holdings, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_database(holdings)
    held = next(one for path in holdings.warcs() for one in scan(path) if one.capture.url == NAMED)
    with Ingest(holdings, REGISTER) as ingest:
        given = ingest._db.execute

        def execute(sql: str, *values: Any) -> object:
            if sql == "BEGIN IMMEDIATE" and not ask(holdings, "SELECT * FROM captures"):
                record_takedown(holdings.root, "hidden", (NAMED,), {KEY}, "x", WHO)
            return given(sql, *values)

        monkeypatch.setattr(ingest._db, "execute", execute)
        assert ingest.take(held).reason == "takedown"
    assert ask(holdings, ROWS) == []


def test_a_page_that_cost_a_reader_its_life_is_barred_as_any_other(holdings: Holdings) -> None:
    held = next(one for path in holdings.warcs() for one in scan(path) if one.capture.url == NAMED)
    takedown(holdings, NAMED, "hidden", "x", WHO)
    with Ingest(holdings, REGISTER) as ingest:
        assert ingest.refuse_stored(held, "time_limit").reason == "takedown"
    assert ask(holdings, ROWS) == []
    assert verify(holdings, "full", record=False).findings == ()


def test_a_page_filed_while_the_takedown_waited_goes_too(holdings: Holdings, monkeypatch: pytest.MonkeyPatch) -> None:
    @contextmanager
    def waited(db: sqlite_utils.Database) -> Iterator[None]:
        names = [row[1] for row in db.execute("PRAGMA table_info(captures)") if row[1] not in {"id", "record_id"}]
        columns = ", ".join(f'"{name}"' for name in names)
        one_more = f"SELECT 'urn:one-more', {columns} FROM captures WHERE url = ? LIMIT 1"
        db.execute(f"INSERT INTO captures (record_id, {columns}) {one_more}", (NAMED,))
        db.conn.commit()
        with writing(db):
            yield

    with monkeypatch.context() as late:
        late.setattr(removal, "writing", waited)
        takedown(holdings, NAMED, "hidden", "x", WHO)
    assert ask(holdings, ROWS) == []


def test_an_article_taken_down_while_it_was_read_again_is_not_written_again(
    holdings: Holdings, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = list[object]()

    def late(*values: Any) -> object:
        again = read_again(*values)
        if not taken:
            taken.append(takedown(holdings, NAMED, "hidden", "x", WHO))
        return again

    monkeypatch.setattr(rereading, "read_again", late)
    assert reread(holdings, REGISTER, workers=1).lost == 0
    assert ask(holdings, ROWS) == []
    assert len(ask(holdings, "SELECT * FROM articles")) == 2
    assert "Trần Văn Mẫu" not in str(ask(holdings, "SELECT article_json FROM revisions"))
    assert verify(holdings, "full", record=False).findings == ()


def test_a_program_that_could_not_open_the_database_does_not_hold_it(holdings: Holdings) -> None:
    holdings.database.write_bytes(b"SQLite format 3\0" + b"x" * 5000)
    with pytest.raises(DamageError, match="baotinh rebuild"):
        Ingest(holdings, REGISTER)
    assert rebuild(holdings, REGISTER).captures == 8
