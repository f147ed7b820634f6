"""`make everything`: no suite is forgotten, dies unseen, or leaves out without a reason what it is for."""

from __future__ import annotations

from pathlib import Path

import pytest

from release import everything
from release.everything import Outcome, allowed, run, suites, table

ROOT = Path(__file__).parents[2]


def made(folder: Path, tests: str) -> Outcome:
    """What comes of a suite of these `tests`, where a reason that speaks of a disk is allowed."""
    (folder / "test_it.py").write_text("import os, pytest\n" + tests)
    return run("it", folder, {"no disk.*": "there is none"}, {"BAOTINH_SAID": "yes"})


def test_every_folder_of_slow_tests_is_a_suite() -> None:
    folders = {path.name for path in (ROOT / "tests" / "slow").iterdir() if list(path.glob("test_*.py"))}
    assert {*suites()} == folders >= {"faults", "browser", "standards"}


def test_a_suite_runs_whole_with_its_variables_and_its_allowed_skips(tmp_path: Path) -> None:
    tests = (
        "def test_a(): assert os.environ['BAOTINH_SAID'] == 'yes'\ndef test_b(): pytest.skip('no disk: it is full')\n"
    )
    told = made(tmp_path, tests)
    assert (told.passed, told.failed, told.skipped, told.unexcused, told.good) == (1, 0, 1, (), True)


@pytest.mark.parametrize(
    ("tests", "why"),
    [
        ("def test_a(): pass\ndef test_b(): pytest.skip('nginx is not installed')\n", "test_b: nginx is not installed"),
        ("pytest.importorskip('no_such_module')\n", "no_such_module"),
        ("def test_a(): assert 0\n", "FAILED"),
        ("def test_a(): os._exit(3)\n", "ended with code 3 and left no report"),
        ("import no_such_module\n", "FAILED"),
        ("", "pytest ended with code 5"),
        ("def test_a(): pytest.skip('no disk')\n", "nothing in it ran"),
    ],
)
def test_a_suite_that_shows_nothing_or_leaves_something_out_is_no_good_and_told_why(
    tmp_path: Path, tests: str, why: str
) -> None:
    told = made(tmp_path, tests)
    assert not told.good
    assert why in table([told])


def test_the_command_fails_with_one_suite_and_runs_the_others(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def told(suite: str, *_: object) -> Outcome:
        return Outcome(suite, 3, int(suite == "cluster"), 0, 1.0)

    monkeypatch.setattr(everything, "run", told)
    assert everything.main(["cluster", "search"]) == 1
    assert everything.main(["search"]) == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines() if "3" in line] == [
        "cluster",
        "search",
        "search",
    ]
    assert everything.main(["khong-co"]) == 2


def test_every_reason_for_a_skip_says_why_it_may_be() -> None:
    assert all(len(because.split()) > 5 for because in allowed().values())
