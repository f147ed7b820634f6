"""The end of the log: what was cut off is not covered up by the next event."""

from __future__ import annotations

from pathlib import Path

import pytest
from command_line import run
from takedown_archive import NAMED, made_at

from archive.custody import events
from archive.custody.verify import verify
from archive.errors import DamageError
from archive.holdings import Holdings


@pytest.fixture
def holdings(tmp_path: Path) -> Holdings:
    made = Holdings.create(tmp_path / "data", "a", "b")
    for number in range(4):
        events.append(made.root, "validation", f"x{number}", "clean")
    assert verify(made, record=False).findings == ()
    return made


@pytest.fixture
def made(tmp_path: Path) -> Holdings:
    return made_at(tmp_path / "made")


def contents(holdings: Holdings) -> dict[str, bytes]:
    """Every file of the archive but its locks and what SQLite keeps beside a database."""
    return {
        path.relative_to(holdings.root).as_posix(): path.read_bytes()
        for path in sorted(holdings.root.rglob("*"))
        if path.is_file() and ".lock" not in path.parts and not path.name.endswith(("-shm", "-wal"))
    }


def chain(holdings: Holdings) -> list[str]:
    return [one.detail for one in verify(holdings, record=False).findings if one.problem == "chain"]


def lose(holdings: Holdings, lines: int) -> None:
    """Cuts so many lines off the end of the log."""
    log = holdings.root / events.NAME
    log.write_bytes(b"".join(log.read_bytes().splitlines(keepends=True)[:-lines]))


def refused(holdings: Holdings) -> None:
    """Asserts that nothing is written to the log as it is."""
    files = [holdings.root / events.NAME, holdings.root / events.HEAD]
    before = [path.read_bytes() if path.exists() else None for path in files]
    with pytest.raises(DamageError, match="baotinh recover --accept"):
        events.append(holdings.root, "validation", "archive", "clean")
    assert [path.read_bytes() if path.exists() else None for path in files] == before


@pytest.mark.parametrize("lost", [1, 2, 4])
@pytest.mark.parametrize("torn", [b"", b'{"at": "2026-'])
def test_lines_cut_off_are_refused_and_stay_missed_whatever_is_written_after(
    holdings: Holdings, lost: int, torn: bytes
) -> None:
    lose(holdings, lost)
    with (holdings.root / events.NAME).open("ab") as log:
        log.write(torn)
    refused(holdings)
    assert chain(holdings)
    assert events.accept(holdings.root, "bản sao cũ hơn")
    for _ in range(3):
        assert 1 <= len(chain(holdings)) <= 2  # the gap, not each line behind it
        assert events.accept(holdings.root, "lần nữa") == ""
        events.append(holdings.root, "validation", "archive", "clean")


def test_a_last_line_that_was_changed_is_refused_and_stays_missed(holdings: Holdings) -> None:
    log = holdings.root / events.NAME
    log.write_bytes(log.read_bytes().replace(b'"x3"', b'"y3"'))
    refused(holdings)
    events.accept(holdings.root, "đã so với bản in")
    events.append(holdings.root, "validation", "archive", "clean")
    assert chain(holdings)


@pytest.mark.parametrize("content", [None, b"", b"99 sha256:0 0\n"])
def test_a_head_taken_away_with_the_last_lines_is_not_made_again_in_silence(
    holdings: Holdings, content: bytes | None
) -> None:
    lose(holdings, 2)
    head = holdings.root / events.HEAD
    head.unlink() if content is None else head.write_bytes(content)
    refused(holdings)
    events.accept(holdings.root, "không còn bản nào")
    events.append(holdings.root, "validation", "archive", "clean")
    assert any("lines may be lost" in one for one in chain(holdings))


def test_a_verification_of_a_log_without_its_end_is_told_and_not_written(holdings: Holdings) -> None:
    lose(holdings, 2)
    report = verify(holdings)
    assert any(one.problem == "chain" for one in report.findings)
    assert any("is not in the log" in note for note in report.notes)
    refused(holdings)


@pytest.mark.parametrize(
    "words",
    [
        ["recover"], ["rebuild", "index"], ["reread"], ["rebuild"], ["rebuild", "cdxj"],
        ["rebuild", "restorer"], ["rebuild", "ngrams"],
        ["study", "clusters"], ["corpus", "freeze", "x", "hội"], ["ingest", "{warc}"], ["package", "{out}"],
        ["takedown", NAMED, "--yes", "--reason", "x", "--authority", "y"],
        ["takedown", NAMED, "--lift", "--reason", "x", "--authority", "y"],
    ],
    ids=lambda words: words[0] + words[-1][2:4],
)  # fmt: skip
def test_no_command_writes_beside_a_log_without_its_end(made: Holdings, tmp_path: Path, words: list[str]) -> None:
    lose(made, 2)
    before, out = contents(made), tmp_path / "x.wacz"
    told = run(made, *(word.format(warc=made.warcs()[0], out=out) for word in words))
    if words == ["rebuild", "cdxj"]:  # it writes nothing that cannot be made again, and no event
        assert told.exit_code == 0
    else:
        assert told.exit_code == DamageError.exit_code, told.stderr
        assert "baotinh recover --accept" in told.stderr
        assert (contents(made), out.exists()) == (before, False)
    assert run(made, "verify").exit_code == DamageError.exit_code


def test_a_log_taken_as_it_is_lets_writers_through_and_is_told_for_good(made: Holdings) -> None:
    lose(made, 2)
    assert run(made, "recover", "--accept").exit_code == 2
    assert run(made, "recover", "--accept", "--reason", "bản sao cũ").exit_code == 0
    assert run(made, "recover").exit_code == 0
    assert run(made, "rebuild", "index").exit_code == 0
    told = run(made, "verify")
    assert told.exit_code == DamageError.exit_code
    assert "manifest/events.jsonl was damaged and taken as it is" in told.stdout + told.stderr


def test_a_death_between_line_and_head_is_no_loss(holdings: Holdings) -> None:
    head = holdings.root / events.HEAD
    before = head.read_bytes()
    events.append(holdings.root, "validation", "archive", "clean")
    head.write_bytes(before)
    real = events.replace_file
    with pytest.MonkeyPatch.context() as patched:
        calls: list[Path] = []

        def dying(path: Path, data: bytes, mode: int = 0o644) -> None:
            calls.append(path)
            if len(calls) == 2:  # the head of the next line: once more
                raise KeyboardInterrupt
            real(path, data, mode)

        patched.setattr(events, "replace_file", dying)
        with pytest.raises(KeyboardInterrupt):
            events.append(holdings.root, "validation", "archive", "clean")
    events.append(holdings.root, "validation", "archive", "clean")
    assert verify(holdings, record=False).findings == ()
