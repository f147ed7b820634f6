"""The end of the log: what was cut off is not covered up by the next event."""

from __future__ import annotations

from pathlib import Path

import pytest

from archive.custody import events
from archive.custody.verify import verify
from archive.holdings import Holdings


@pytest.fixture
def holdings(tmp_path: Path) -> Holdings:
    made = Holdings.create(tmp_path / "data", "a", "b")
    for number in range(4):
        events.append(made.root, "validation", f"x{number}", "clean")
    assert verify(made, record=False).findings == ()
    return made


def chain(holdings: Holdings) -> list[str]:
    return [one.detail for one in verify(holdings, record=False).findings if one.problem == "chain"]


@pytest.mark.parametrize("lost", [1, 2, 4])
def test_lines_cut_off_stay_missed_whatever_is_written_after(holdings: Holdings, lost: int) -> None:
    log = holdings.root / events.NAME
    log.write_bytes(b"".join(log.read_bytes().splitlines(keepends=True)[:-lost]))
    for _ in range(3):
        assert chain(holdings)
        events.append(holdings.root, "validation", "archive", "clean")
    assert 1 <= len(chain(holdings)) <= 2  # the gap, not each line behind it


def test_a_last_line_that_was_changed_stays_missed(holdings: Holdings) -> None:
    log = holdings.root / events.NAME
    log.write_bytes(log.read_bytes().replace(b'"x3"', b'"y3"'))
    for _ in range(2):
        assert chain(holdings)
        events.append(holdings.root, "validation", "archive", "clean")
    assert chain(holdings)


@pytest.mark.parametrize("content", [None, b"", b"99 sha256:0 0\n"])
def test_a_head_taken_away_with_the_last_lines_is_not_made_again_in_silence(
    holdings: Holdings, content: bytes | None
) -> None:
    log, head = holdings.root / events.NAME, holdings.root / events.HEAD
    log.write_bytes(b"".join(log.read_bytes().splitlines(keepends=True)[:-2]))
    head.unlink() if content is None else head.write_bytes(content)
    for _ in range(2):
        assert chain(holdings)
        events.append(holdings.root, "validation", "archive", "clean")
    assert any("lines may be lost" in one for one in chain(holdings))


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
