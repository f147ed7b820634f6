"""Damage is never laundered: a writer looks at the seal before its first write, and what it refuses stays a finding."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing, suppress
from pathlib import Path

import pytest
from click.testing import CliRunner
from isal import isal_zlib
from resting import falsify, flip
from takedown_archive import NAMED, OTHER, REGISTER, WHO, ask, made_at

from archive.cli.program import main
from archive.custody import events, seals
from archive.custody.rebuild import rebuild
from archive.custody.takedown import takedown
from archive.custody.verify import verify
from archive.errors import DamageError, UsageError
from archive.holdings import Holdings
from archive.ingest.pipeline import Ingest
from archive.store import opened_to_write

ARCHIVE, FRONTIER = seals.DATABASES


@pytest.fixture
def holdings(tmp_path: Path) -> Holdings:
    made = made_at(tmp_path / "data")
    with closing(sqlite3.connect(made.frontier)) as db:
        db.execute("CREATE TABLE urls (url TEXT)")
        db.executemany("INSERT INTO urls VALUES (?)", [(f"https://bao.example/{n}",) for n in range(2000)])
        db.commit()
    seals.Writing(made.root, FRONTIER).close()
    assert verify(made, record=False).findings == ()
    return made


def problems(holdings: Holdings) -> set[tuple[str, str]]:
    return {(one.file, one.problem) for one in verify(holdings, record=False).findings}


def run(holdings: Holdings, *words: str) -> int:
    return CliRunner().invoke(main, [*words, "--archive", str(holdings.root)]).exit_code


def contents(holdings: Holdings) -> dict[str, bytes]:
    return {
        str(path.relative_to(holdings.root)): path.read_bytes()
        for path in holdings.root.rglob("*")
        if path.is_file() and ".lock" not in path.parts and not path.name.endswith(("-shm", "-wal"))
    }


@pytest.mark.parametrize(
    "words",
    [
        ("rebuild", "index"),
        ("ingest", "more.warc.gz"),
        ("recover",),
        ("reread",),
        ("study", "clusters"),
        ("rebuild", "ngrams"),
    ],
)
def test_every_writer_refuses_a_damaged_database_before_its_first_write(
    holdings: Holdings, words: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copy(holdings.warcs()[0], tmp_path / "more.warc.gz")
    monkeypatch.chdir(tmp_path)
    flip(holdings.database, holdings.database.stat().st_size // 2)
    before = contents(holdings)
    told = CliRunner().invoke(main, [*words, "--archive", str(holdings.root)])
    assert told.exit_code == 5, told.output
    assert "baotinh rebuild" in told.output
    assert contents(holdings) == before
    assert (ARCHIVE, "changed") in problems(holdings)


@pytest.mark.parametrize("damaged", seals.DATABASES)
@pytest.mark.parametrize(
    "words",
    [
        ("package", "bag", "--bag"),
        ("package", "all.wacz"),
        ("corpus", "freeze", "xa", "tin"),
        ("rebuild", "restorer"),
    ],
)
def test_nothing_with_a_digest_of_its_own_is_made_of_a_damaged_database(
    holdings: Holdings, damaged: str, words: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    flip(holdings.root / damaged, (holdings.root / damaged).stat().st_size // 2)
    before = contents(holdings)
    told = CliRunner().invoke(main, ["--lang", "en", *words, "--archive", str(holdings.root)])
    if damaged == FRONTIER and "--bag" not in words:  # it does not go in
        assert "sealed" not in told.output
        return
    assert told.exit_code == 5, told.output
    assert ("baotinh rebuild" if damaged == ARCHIVE else "recover --accept") in told.output
    assert contents(holdings) == before
    assert [path for path in tmp_path.iterdir() if path != holdings.root] == []


@pytest.mark.parametrize("damaged", seals.DATABASES)
@pytest.mark.parametrize("targets", [(NAMED,), (NAMED, OTHER)])
def test_takedown_and_lift_refuse_damage_before_their_first_write(
    holdings: Holdings, damaged: str, targets: tuple[str, ...]
) -> None:
    for target in targets:
        takedown(holdings, target, "hidden", "x", WHO)
    flip(holdings.root / damaged, (holdings.root / damaged).stat().st_size // 2)
    before = contents(holdings)
    for more in (("--erase", "--yes"), ("--lift",)):
        words = ["takedown", *targets, *more, "--reason", "x", "--authority", WHO, "--archive", str(holdings.root)]
        told = CliRunner().invoke(main, ["--lang", "en", *words])
        assert told.exit_code == 5, told.output
        assert ("baotinh rebuild" if damaged == ARCHIVE else "recover --accept") in told.output
        assert contents(holdings) == before
    assert (damaged, "changed") in problems(holdings)


def test_a_takedown_that_was_broken_off_waits_for_the_way_out_of_damage(
    holdings: Holdings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr("archive.custody.takedown.apply.mark_done", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            takedown(holdings, NAMED, "sealed", "x", WHO)
    flip(holdings.database, holdings.database.stat().st_size // 2)
    before = contents(holdings)
    assert run(holdings, "recover") == 5
    assert contents(holdings) == before
    assert run(holdings, "rebuild") == 0
    assert run(holdings, "recover") == 0
    assert problems(holdings) == set()


def test_a_crawl_refuses_a_damaged_frontier_before_its_first_write(holdings: Holdings) -> None:
    flip(holdings.frontier, holdings.frontier.stat().st_size // 2)
    (holdings.sources / "thu.toml").write_text(SOURCE)
    before = contents(holdings)
    program = [sys.executable, "-c", "from archive.cli import main; main()", "--archive", str(holdings.root)]
    for _ in range(2):
        told = subprocess.run(
            [*program, "crawl", "thu", "--allow-loopback"], capture_output=True, text=True, check=False
        )
        assert told.returncode == 5, told.stderr
        assert "recover --accept" in told.stderr
    assert contents(holdings) == before


SOURCE = """id = "thu"
name = "Thử"
kind = "newspaper"
province = "bac-kan"
status = "verified"
homepage = "http://127.0.0.1:9/"
hosts = ["127.0.0.1:9"]

[[layout]]
family = "generic"
"""


def test_a_rebuild_is_the_way_out_of_a_damaged_database(holdings: Holdings) -> None:
    flip(holdings.database, holdings.database.stat().st_size // 2)
    rebuild(holdings, REGISTER)
    assert verify(holdings, "full", record=False).findings == ()
    assert run(holdings, "rebuild", "index") == 0


def test_damage_that_the_writers_look_does_not_see_is_not_sealed_over(
    holdings: Holdings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(isal_zlib, "crc32", lambda data: 7)  # somebody has made bytes of the same CRC
    assert seals.seal(holdings.root, ARCHIVE)
    flip(holdings.database, holdings.database.stat().st_size // 2)
    with opened_to_write(holdings.database):
        pass
    assert (ARCHIVE, "changed") in problems(holdings)


@pytest.mark.parametrize("file", seals.DATABASES)
def test_text_falsified_beside_a_deleted_seal_is_found_and_not_written_over(holdings: Holdings, file: str) -> None:
    table = "articles" if file == ARCHIVE else "urls"
    falsify(holdings.root / file, f"UPDATE {table} SET url = 'https://khac.example/' WHERE rowid = 1")
    seals.seal_path(holdings.root, file).unlink()
    assert (file, "changed") in problems(holdings)
    with pytest.raises(DamageError, match="seal was taken away"):
        seals.Writing(holdings.root, file)
    assert (file, "changed") in problems(holdings)


@pytest.mark.parametrize("file", seals.DATABASES)
def test_a_database_and_its_seal_rolled_back_together_are_found(holdings: Holdings, file: str, tmp_path: Path) -> None:
    seal = seals.seal_path(holdings.root, file)
    for path in (holdings.root / file, seal):
        shutil.copy(path, tmp_path / path.name)
    hold = seals.Writing(holdings.root, file)
    falsify(holdings.root / file, "CREATE TABLE since (a)")
    hold.close()
    assert verify(holdings, record=False).findings == ()
    for path in (holdings.root / file, seal):
        shutil.copy(tmp_path / path.name, path)
    assert any("of another day" in one.detail for one in verify(holdings, record=False).findings)
    with pytest.raises(DamageError, match="of another day"):
        seals.Writing(holdings.root, file)


def test_a_write_ahead_log_put_beside_a_sealed_database_is_found(holdings: Holdings, tmp_path: Path) -> None:
    copy = tmp_path / "copy.sqlite"
    shutil.copy(holdings.database, copy)
    with closing(sqlite3.connect(copy)) as db:
        db.execute("PRAGMA wal_autocheckpoint = 0")
        db.execute("UPDATE articles SET body = 'khác'")
        db.commit()
        shutil.copy(f"{copy}-wal", f"{holdings.database}-wal")
    with pytest.raises(DamageError, match="no writer has left it"):
        seals.Writing(holdings.root, ARCHIVE)
    assert (f"{ARCHIVE}-wal", "changed") in problems(holdings)


def test_a_frontier_that_is_gone_is_missed_and_no_new_one_takes_its_place(holdings: Holdings) -> None:
    for path in (holdings.frontier, seals.seal_path(holdings.root, FRONTIER)):
        path.unlink()
    assert problems(holdings) == {(FRONTIER, "missing")}
    with pytest.raises(DamageError, match="not there"):
        seals.Writing(holdings.root, FRONTIER)


def test_a_writer_that_was_killed_leaves_a_finding_and_recover_ends_it(holdings: Holdings) -> None:
    child = os.fork()
    if not child:
        with suppress(BaseException):
            seals.Writing(holdings.root, ARCHIVE)
            seals.Writing(holdings.root, FRONTIER)
        os._exit(9)
    os.waitpid(child, 0)
    assert problems(holdings) == {(ARCHIVE, "unsealed"), (FRONTIER, "unsealed")}
    assert run(holdings, "verify") == 5
    assert run(holdings, "recover") == 0
    assert problems(holdings) == set()


@pytest.mark.parametrize("dies", ["rename", "unlink", "replace"])
def test_killed_at_any_step_of_opening_or_sealing_nothing_is_called_damage(
    holdings: Holdings, monkeypatch: pytest.MonkeyPatch, dies: str
) -> None:
    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    hold = None
    with monkeypatch.context() as patched, suppress(KeyboardInterrupt):
        patched.setattr(Path, dies, killed)
        hold = seals.Writing(holdings.root, ARCHIVE)
        falsify(holdings.database, "CREATE TABLE mine (a)")
        hold.close()
    if hold is not None:
        hold.close()
    assert problems(holdings) <= {(ARCHIVE, "unsealed")}
    assert run(holdings, "recover") == 0
    assert problems(holdings) == set()


def test_what_cannot_be_made_again_is_taken_as_it_is_with_a_reason_that_stays(holdings: Holdings) -> None:
    with pytest.raises(UsageError, match="nothing to accept"):
        seals.accept(holdings.root, FRONTIER, "x")
    falsify(holdings.frontier, "UPDATE urls SET url = 'https://khac.example/' WHERE rowid = 1")
    with pytest.raises(UsageError, match="--reason"):
        seals.accept(holdings.root, FRONTIER, " ")
    assert run(holdings, "recover", "--accept", "--reason", "đĩa hỏng, không có bản sao") == 0
    told = next(event for event in events.scan(holdings.root)[0] if event.outcome == "accepted as it is")
    assert json.loads(told.detail_json)["reason"] == "đĩa hỏng, không có bản sao"
    report = verify(holdings, record=False)
    assert report.findings == ()
    assert any("taken as it is" in note for note in report.notes)


def test_the_log_tells_each_opening_and_sealing_and_the_database_does_not(holdings: Holdings) -> None:
    before = events.scan(holdings.root)[0][-1].seq
    with Ingest(holdings, REGISTER):
        pass
    told = [(one.object, one.outcome) for one in events.scan(holdings.root)[0] if one.seq > before]
    assert told == [(ARCHIVE, "opened"), (ARCHIVE, "sealed")]
    assert ask(holdings, "SELECT count(*) FROM events WHERE outcome = 'sealed'") == [(0,)]


def test_one_command_looks_once_and_seals_once_however_often_it_opens(holdings: Holdings) -> None:
    before = events.scan(holdings.root)[0][-1].seq
    with seals.hold(holdings.root):
        for _ in range(3):
            with opened_to_write(holdings.database) as db:
                db.execute("SELECT 1")
    told = sorted((one.object, one.outcome) for one in events.scan(holdings.root)[0] if one.seq > before)
    assert told == [(ARCHIVE, "opened"), (ARCHIVE, "sealed"), (FRONTIER, "opened"), (FRONTIER, "sealed")]
