"""Reading by processes of their own: the same rows as in this one, whatever a page does to its process."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from crawling import article
from elsewhere import dying, telling
from resting import without_database

from archive.custody.rebuild import rebuild
from archive.errors import ArchiveError
from archive.holdings import Holdings
from archive.ingest.keep import Keeper
from archive.ingest.pipeline import Ingest, read_file
from archive.model import Capture, Outcome, Place
from archive.processes import Beside, begin
from archive.sources import Register
from archive.store import open_database
from archive.warc.reader import scan
from archive.worker.pool import MODULE, WorkerPool, parse_stored, per_core

REGISTER = Register.of([])
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
BEGAN = datetime(2026, 3, 5, 8, tzinfo=UTC)


def kept(holdings: Holdings, count: int, words: int = 1) -> list[Place]:
    """So many pages of a party portal in one WARC file, one of them no HTML."""
    with Keeper(holdings, "thu", "run-1") as keeper:
        return [
            keeper.keep(
                Capture(
                    f"http://thu.example/tin/bai-{number}.html",
                    BEGAN + timedelta(minutes=number),
                    b"GET / HTTP/1.1\r\n\r\n",
                    HEAD
                    + (article(f"Bài số {number}", f"Nội dung {number} của bài. " * words) if number != 2 else b"?"),
                    "thu",
                    "article",
                    "run-1",
                )
            )
            for number in range(count)
        ]


def outcomes(holdings: Holdings, readers: WorkerPool) -> list[Outcome]:
    """What becomes of all captures, the database made anew."""
    if holdings.database.exists():
        without_database(holdings)
    with readers, Ingest(holdings, REGISTER) as ingest:
        return [
            one
            for path in holdings.warcs()
            for batch in read_file(ingest, readers, holdings.root, path, print)
            for one in batch
        ]


@pytest.mark.parametrize("processes", [1, 2])
def test_other_processes_read_what_this_one_reads(holdings: Holdings, processes: int) -> None:
    kept(holdings, 30)
    here = outcomes(holdings, WorkerPool(holdings.root, REGISTER, 0, parse_stored))
    assert [one.state for one in here[:4]] == ["new", "new", "unread", "new"]
    assert outcomes(holdings, WorkerPool(holdings.root, REGISTER, processes, parse_stored)) == here


def test_large_pages_and_large_answers_cross_in_the_pipe_and_do_not_wait_for_each_other(holdings: Holdings) -> None:
    kept(holdings, 40, words=8_000)  # 250 KB each, more than a pipe holds
    found = outcomes(holdings, WorkerPool(holdings.root, REGISTER, 1, parse_stored))
    assert [one.state for one in found[:4]] == ["new", "new", "unread", "new"]
    assert len(found) == 40


def test_a_rebuild_reads_on_every_core(holdings: Holdings, monkeypatch: pytest.MonkeyPatch) -> None:
    kept(holdings, 12)
    rebuild(holdings, REGISTER)
    here = rebuild(holdings, REGISTER)
    begun: list[str] = []

    def counted(module: str) -> Beside:
        begun.append(module)
        return begin(module)

    monkeypatch.setattr("archive.worker.pool.begin", counted)
    monkeypatch.setattr("archive.worker.pool.cores", lambda: 3)
    assert rebuild(holdings, REGISTER) == here
    assert len(begun) == 3


@pytest.mark.usefixtures("findable")
@pytest.mark.parametrize("processes", [1, 2])
def test_pages_that_kill_their_process_are_unread_in_their_place(holdings: Holdings, processes: int) -> None:
    kept(holdings, 12)
    found = outcomes(holdings, WorkerPool(holdings.root, REGISTER, processes, dying))
    assert [at for at, one in enumerate(found) if one.reason == "parser_crash"] == [4, 5, 9]
    assert [at for at, one in enumerate(found) if one.state == "new"] == [0, 1, 3, 6, 7, 8, 10, 11]


@pytest.mark.usefixtures("findable")
def test_a_process_shares_neither_input_nor_the_signals_of_the_terminal(holdings: Holdings) -> None:
    with WorkerPool(holdings.root, REGISTER, 1, telling) as readers:
        readers.send("this")
        with pytest.raises(ArchiveError, match=r"^/dev/null, True$"):
            readers.take()


def test_a_process_hung_up_on_before_it_was_told_what_to_do_ends_in_silence(capfd: pytest.CaptureFixture[str]) -> None:
    assert begin(MODULE).end() == 0
    assert capfd.readouterr() == ("", "")


def test_a_file_that_is_gone_ends_reading_with_its_name(holdings: Holdings) -> None:
    (place, *_) = kept(holdings, 1)
    with WorkerPool(holdings.root, REGISTER, 1) as readers:
        readers.send(Place("warc/thu/none.warc.gz", place.offset, place.length, place.record_id))
        with pytest.raises(Exception, match=r"none\.warc\.gz"):
            readers.take()


def test_nothing_is_begun_before_there_is_something_to_read(holdings: Holdings) -> None:
    with per_core(holdings.root, REGISTER) as readers:
        assert len(readers) == 0
        assert list(readers.read([])) == []


def test_what_an_older_parser_read_is_read_again_by_another_process_too(
    holdings: Holdings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_page_is_opened_here(*_: object) -> None:
        pytest.fail("the process that files has opened a page")

    monkeypatch.setattr("archive.worker.pool.cores", lambda: 2)
    monkeypatch.setattr("archive.worker.page.parse_capture", no_page_is_opened_here)
    kept(holdings, 1)
    outcomes(holdings, per_core(holdings.root, REGISTER))
    with closing(open_database(holdings.database)) as db:
        db.execute("UPDATE captures SET text_digest = 'another', parser = 'generic/0'")
        db.execute("UPDATE revision_rows SET digest = 'another', parser = 'generic/0'")
    with Keeper(holdings, "thu", "run-2") as keeper:
        (held,) = (one for path in holdings.warcs() for one in scan(path))
        again = replace(held.capture, began=BEGAN + timedelta(days=1), run="run-2")
        place = keeper.keep(replace(again, response=again.response + b"<!-- other bytes -->"))
    with WorkerPool(holdings.root, REGISTER, 1) as readers, Ingest(holdings, REGISTER) as ingest:
        (answer,) = readers.read([place])
        assert answer.stored is not None
        assert answer.page is not None
        assert ingest.file(answer.stored, answer.page).state == "same"
    with closing(open_database(holdings.database)) as db:
        assert db.execute("SELECT parser FROM readings").fetchall() == [("generic/0",)]
