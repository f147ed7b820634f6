"""The second process: what a page may cost it, and what becomes of the pages around one that kills it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest
from reading_process import Sabotage, in_filing, in_reading, kept, read_all, read_by

from archive.errors import ArchiveError
from archive.model import Link, Outcome, Place
from archive.store import open_database
from crawler.border import Reader
from crawler.reader import Told


def in_writing(*victims: Place) -> str:
    """Sabotage of the process that files: it dies at the end of a batch in which one of `victims` was filed."""
    return dedent(f"""
        commit = reader.Ingest.commit
        def fatal(self):
            if any(one.record_id in {[one.record_id for one in victims]!r} and one.state == "new"
                   for one in self._outcomes):
                os.abort()
            return commit(self)
        reader.Ingest.commit = fatal
    """)


def states_of(outcomes: list[Outcome]) -> dict[str, tuple[str, str]]:
    return {outcome.record_id: (outcome.state, outcome.reason) for outcome in outcomes}


@pytest.mark.parametrize(
    ("sabotage", "deaths"), [(in_reading, 0), (in_filing, 2)]
)  # who files dies twice: only the second says at which page
def test_a_page_that_kills_its_process_is_unread_and_all_others_are_read(
    tmp_path: Path, sabotage: Sabotage, deaths: int
) -> None:
    places = kept(tmp_path / "a", 9)
    outcomes, errors, crashes = read_all(tmp_path / "a", places, sabotage(places[4], "os.abort()"))
    states = states_of(outcomes)
    assert states.pop(places[4].record_id) == ("unread", "parser_crash")
    assert set(states.values()) == {("new", "")}
    assert (len(states), errors, crashes) == (8, [], deaths)


def test_pages_that_kill_who_writes_their_batch_are_found_one_by_one(tmp_path: Path) -> None:
    places = kept(tmp_path / "a", 6)
    outcomes, errors, crashes = read_all(tmp_path / "a", places, in_writing(*places[:2]))
    unread = [one.record_id for one in outcomes if one.state == "unread"]
    assert unread == [place.record_id for place in places[:2]]
    assert (len(outcomes), errors, crashes) == (6, [], 3)


def test_the_row_of_a_run_is_written_whichever_reader_dies_before_it(tmp_path: Path) -> None:
    places = kept(tmp_path / "a", 3)
    read_all(
        tmp_path / "a", places, in_filing(places[1], "os.abort()"), {"run": "run-1", "source": "thu", "began": "x"}
    )
    db = open_database(tmp_path / "a" / "archive.sqlite")
    assert [row["id"] for row in db["runs"].rows] == ["run-1"]
    db.close()


def test_a_reader_told_to_end_when_another_has_just_died_reads_everything_first(tmp_path: Path) -> None:
    places = kept(tmp_path / "a", 2)
    outcomes: list[Outcome] = []

    async def go() -> bool:
        reader = Reader(tmp_path / "a", lambda outcome, links: outcomes.append(outcome), lambda error: None)
        await reader.start()
        reader.read(places)
        assert reader._process is not None
        reader._process.kill()
        await asyncio.wait_for(_until(lambda: reader.crashes == 1, 0), 600)
        return await reader.end(60)

    assert asyncio.run(go())
    assert len(outcomes) == 2


def test_a_process_that_is_killed_once_costs_no_page(tmp_path: Path) -> None:
    places = kept(tmp_path / "a", 5)
    mark = str(tmp_path / "killed")
    once = f"os.path.exists({mark!r}) or (open({mark!r}, 'x'), os.kill(os.getpid(), 9))"
    outcomes, errors, crashes = read_all(tmp_path / "a", places, in_reading(places[2], once))
    assert Path(mark).exists()
    assert set(states_of(outcomes).values()) == {("new", "")}
    assert (len(outcomes), errors, crashes) == (5, [], 0)


@pytest.mark.parametrize("sabotage", [in_reading, in_filing])
def test_a_fault_of_ours_is_written_down_for_maintainers_and_costs_one_page(tmp_path: Path, sabotage: Sabotage) -> None:
    places = kept(tmp_path / "a", 3)
    outcomes, errors, _ = read_all(tmp_path / "a", places, sabotage(places[1], "None.parser"))
    states = states_of(outcomes)
    assert states[places[1].record_id] == ("unread", "parser_crash")
    assert (len(states), errors) == (3, [])
    assert "'NoneType' object has no attribute 'parser'" in (tmp_path / "a" / "reader.log").read_text()


def test_a_page_that_eats_the_memory_is_unread_and_its_process_lives(tmp_path: Path) -> None:
    places = kept(tmp_path / "a", 3)
    outcomes, _, crashes = read_all(tmp_path / "a", places, in_filing(places[1], "bytearray(8 << 30)"))
    assert states_of(outcomes)[places[1].record_id] == ("unread", "too_large")
    assert crashes == 0


def test_processes_that_cannot_begin_end_the_crawl_with_one_line(tmp_path: Path) -> None:
    places = kept(tmp_path / "a", 2)
    outcomes, errors, _ = read_all(tmp_path / "a", places, read_by("no_such_module"))
    assert outcomes == []
    assert [str(error) for error in errors] == ["no_such_module: it ended with code 1 before it could read"]


def test_a_damaged_record_is_unread_and_stops_nothing(tmp_path: Path) -> None:
    places = kept(tmp_path / "a", 3)
    wrong = Place(places[1].file, places[1].offset + 7, places[1].length, places[1].record_id)
    outcomes, errors, _ = read_all(tmp_path / "a", [places[0], wrong, places[2]])
    states = {outcome.record_id: (outcome.state, outcome.reason) for outcome in outcomes}
    assert states[wrong.record_id] == ("unread", "damaged")
    assert len(states) == 3
    assert errors == []


def test_each_link_is_told_once_until_it_is_forgotten() -> None:
    told = Told(most=2)
    links = [Link(f"http://thu.example/{n}", "page") for n in range(3)]
    assert told.news((links[0], links[1], links[0])) == [links[0], links[1]]
    assert told.news((links[0],)) == []
    assert told.news((links[2],)) == [links[2]]
    assert told.news((links[0],)) == [links[0]]  # the oldest was forgotten


def test_a_link_told_to_one_source_is_told_to_another_whose_page_has_it_too(tmp_path: Path) -> None:
    links = ("http://khac.example/tin/bai-7.html", "http://khac.example/tin/bai-8.html")
    places = kept(tmp_path, 2, *links) + kept(tmp_path, 2, *links, source="khac")
    outcomes, errors, _ = read_all(tmp_path, places)
    told = [{link.url for link in outcome.links} & {*links} for outcome in outcomes]
    assert not errors
    assert told == [{*links}, set(), {*links}, set()]


def test_a_fault_in_taking_an_outcome_ends_the_crawl_with_one_line_and_never_hangs(tmp_path: Path) -> None:
    places = kept(tmp_path, 2)
    errors: list[ArchiveError] = []

    def fault(outcome: Outcome, links: int) -> None:
        raise LookupError(outcome.record_id)

    async def go() -> bool:
        reader = Reader(tmp_path, fault, errors.append)
        await reader.start()
        reader.read(places)
        return await reader.end(60)

    assert not asyncio.run(go())
    assert [type(error) for error in errors] == [ArchiveError]
    assert "LookupError" in str(errors[0])


def test_a_line_cut_while_the_reader_lives_is_taken_up_by_another(tmp_path: Path) -> None:
    places = kept(tmp_path, 2)
    outcomes: list[Outcome] = []

    async def go() -> int:
        reader = Reader(tmp_path, lambda outcome, links: outcomes.append(outcome), lambda error: None)
        await reader.start()
        assert reader._channel is not None
        assert reader._channel.transport is not None
        reader._channel.transport.abort()
        reader.read(places)
        await asyncio.wait_for(_until(lambda: len(outcomes) == 2), 600)
        await reader.end(60)
        return reader.crashes

    assert asyncio.run(go()) == 1


async def _until(true: Callable[[], bool], pause: float = 0.01) -> None:
    while not true():
        await asyncio.sleep(pause)
