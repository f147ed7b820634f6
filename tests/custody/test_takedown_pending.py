"""A takedown or a lifting whose process died is named by `verify`, and the next command that writes ends it."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner
from dying import gets_through
from takedown_archive import NAMED, OTHER, SECRET, SITE, WHO, ask, made_at, natural, traces, urls

from archive.cli import main
from archive.custody import manifest
from archive.custody.takedown import complete, lift, takedown
from archive.custody.verify import verify
from archive.custody.withheld import Withheld, pending, rules
from archive.holdings import Holdings
from archive.text.urls import url_key


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Holdings:
    holdings = made_at(tmp_path_factory.mktemp("made") / "data")
    takedown(holdings, OTHER, "erased", "nó trích trang kia", WHO)
    return holdings


@pytest.fixture
def holdings(made: Holdings, tmp_path: Path) -> Holdings:
    return copied(made, tmp_path / "data")


def copied(holdings: Holdings, path: Path) -> Holdings:
    shutil.copytree(holdings.root, path)
    return Holdings(path, holdings.settings)


def broken_off(holdings: Holdings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Leaves a takedown of the page that seals it, broken off after its beginning."""
    step = 20
    while not pending(holdings.root):
        assert not gets_through(monkeypatch, step, lambda: takedown(holdings, NAMED, "sealed", "x", WHO))
        step += 1


def run(holdings: Holdings, *words: str, code: int = 0) -> str:
    result = CliRunner().invoke(main, ["--lang", "en", "--archive", str(holdings.root), *words])
    assert result.exit_code == code, result.output
    return result.output


@pytest.mark.parametrize(("how", "stride"), [("hidden", 4), ("sealed", 19), ("erased", 17)])
def test_killed_anywhere_it_is_named_and_the_next_writer_ends_it(
    made: Holdings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: str, stride: int
) -> None:
    started = 0
    for step in range(1, 2000, stride):
        copy = copied(made, tmp_path / f"{step}")
        through = gets_through(monkeypatch, step, lambda copy=copy: takedown(copy, NAMED, how, "x", WHO))  # type: ignore[misc]
        begun = len(rules(copy.root)) == 2
        named = [finding for finding in verify(copy, record=False).findings if finding.problem == "pending"]
        assert bool(named) is (begun and bool(pending(copy.root)))
        assert through is False or not named
        started += bool(named)
        complete(copy)
        assert pending(copy.root) == ()
        assert verify(copy, "full", record=False).findings == (), step
        assert Withheld.load(copy.root).covers(url_key(NAMED)) is begun
        if begun:
            assert ask(copy, "SELECT count(*) FROM articles") == [(1,)]
            assert (NAMED in urls(copy)) is (how == "hidden")
            assert (traces(copy, SECRET.encode()) == []) is (how == "erased")
        shutil.rmtree(copy.root)
        if through:
            break
    else:
        pytest.fail("the takedown never got through")
    assert started > 2


def test_a_lifting_killed_anywhere_is_named_and_ended(
    made: Holdings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sealed = copied(made, tmp_path / "sealed")
    digests, rows = manifest.read(sealed.root), natural(sealed)["captures"]
    takedown(sealed, NAMED, "sealed", "x", WHO)
    started = 0
    for step in range(1, 2000, 17):
        copy = copied(sealed, tmp_path / f"{step}")
        through = gets_through(monkeypatch, step, lambda copy=copy: lift(copy, NAMED, "y", WHO))  # type: ignore[misc]
        begun = len(rules(copy.root)) == 3
        started += any(finding.problem == "pending" for finding in verify(copy, record=False).findings)
        complete(copy)
        assert pending(copy.root) == ()
        assert verify(copy, "full", record=False).findings == (), step
        if begun:
            assert (manifest.read(copy.root), natural(copy)["captures"]) == (digests, rows)
        shutil.rmtree(copy.root)
        if through:
            break
    else:
        pytest.fail("the lifting never got through")
    assert started > 2


@pytest.mark.parametrize(
    "words", [["recover"], ["rebuild", "index"], ["rebuild"], ["rebuild", "cdxj"], ["takedown", "--in-advance"]]
)
def test_verify_ends_with_5_and_the_next_command_that_writes_says_what_it_ended(
    holdings: Holdings, monkeypatch: pytest.MonkeyPatch, words: list[str]
) -> None:
    step = 20
    while not (
        pending(holdings.root) or gets_through(monkeypatch, step, lambda: takedown(holdings, NAMED, "sealed", "x", WHO))
    ):
        step += 1
    told = run(holdings, "verify", code=5)
    assert "pending: a takedown that was broken off" in told
    assert NAMED in told
    assert "[broken off]" in run(holdings, "takedown", "--list")
    if words[0] == "takedown":
        words = [*words, f"{SITE}/khac.html", "--yes", "--reason", "x", "--authority", WHO]
    assert f"a takedown that was broken off is at its end now: {NAMED} (sealed)" in run(holdings, *words)
    assert NAMED not in urls(holdings)
    run(holdings, "verify", "--full")


def test_one_that_a_living_process_is_at_is_no_finding(holdings: Holdings, monkeypatch: pytest.MonkeyPatch) -> None:
    step = 20
    while not (
        pending(holdings.root) or gets_through(monkeypatch, step, lambda: takedown(holdings, NAMED, "sealed", "x", WHO))
    ):
        step += 1
    with holdings.lock("takedown"):
        report = verify(holdings, record=False)
        assert not [finding for finding in report.findings if finding.problem == "pending"]
        assert any("a takedown is under way" in note for note in report.notes)
        assert complete(holdings) == ()
    assert [rule.action for rule in complete(holdings)] == ["sealed"]


def test_a_file_damaged_before_is_still_named_after_the_takedown(holdings: Holdings) -> None:
    path = next(path for path in holdings.warcs() if b"khac-3" not in path.name.encode())
    data = bytearray(path.read_bytes())
    data[40] ^= 1
    path.chmod(0o644)
    path.write_bytes(bytes(data))
    path.chmod(0o444)
    takedown(holdings, NAMED, "erased", "x", WHO)
    file = path.relative_to(holdings.root).as_posix()
    assert any(file in finding.file or file in finding.detail for finding in verify(holdings, record=False).findings)


def test_damage_that_comes_after_the_look_at_the_seal_is_not_sealed_over(
    holdings: Holdings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("archive.custody.seals.refuse_damage", lambda _root: None)
    data = bytearray(holdings.database.read_bytes())
    at = data.find("Các trường đã sẵn sàng".encode())
    data[at] ^= 0x20
    holdings.database.write_bytes(bytes(data))
    assert [finding.file for finding in verify(holdings, record=False).findings] == ["archive.sqlite"]
    takedown(holdings, NAMED, "erased", "x", WHO)
    assert "archive.sqlite" in [finding.file for finding in verify(holdings, record=False).findings]


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("targets", [(NAMED,), (NAMED, f"{SITE}/tin/khac-3.html")])
def test_who_reads_the_database_leaves_it_pending_and_named(holdings: Holdings, targets: tuple[str, ...]) -> None:
    words = ("takedown", *targets, "--erase", "--yes", "--reason", "x", "--authority", WHO)
    with closing(sqlite3.connect(holdings.database, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM articles").fetchone()
        told = run(holdings, *words, code=4)
        assert "archive.sqlite: what was taken out still stands in its log, for another process reads it" in told
        assert "baotinh recover" in told
        assert NAMED not in urls(holdings)
        assert "pending" in {finding.problem for finding in verify(holdings, record=False).findings}
    assert "is at its end now" in run(holdings, "recover")
    for target in targets[1:]:
        run(holdings, "takedown", target, *words[len(targets) + 1 :])
    assert pending(holdings.root) == ()
    run(holdings, "verify", "--full")
    assert traces(holdings, SECRET.encode()) == []
