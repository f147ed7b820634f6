"""Programs begun beside this one run our modules, and none that lies in the folder somebody stands in."""

from __future__ import annotations

import ast
import asyncio
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from small_archive import capture, keep, new_holdings, page

from archive.custody import verify as whole
from archive.holdings import Holdings
from archive.model import Place
from archive.processes import begin, python, search_path
from archive.web.tasks import explain
from archive.worker.pool import MODULE
from crawler.border import COMMAND, Reader

ROOT = Path(__file__).parents[2]
TAKEN = (
    "click",
    "lxml",
    "json",
    "isal",
    "sqlite_utils",
    "multiprocessing",
    "concurrent",
    "scrapy",
    "archive",
    "crawler",
)


@pytest.fixture
def trap(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], list[str]]:
    """A current folder full of modules that leave a file when they are loaded; gives the names of those that were."""
    folder = tmp_path / "folder"
    folder.mkdir()
    for name in TAKEN:
        (folder / f"{name}.py").write_text(f"open({str(folder)!r} + '/{name}.loaded', 'w').close()\n")
    monkeypatch.chdir(folder)
    return lambda: sorted(path.stem for path in folder.glob("*.loaded"))


@pytest.fixture
def places(tmp_path: Path) -> tuple[Holdings, list[Place]]:
    holdings = new_holdings(tmp_path / "data")
    captures = [capture(f"/{number}", page("Hội nghị", "Một.", "Hai."), run) for run, number in enumerate((1, 2))]
    return holdings, [keep(holdings, [one], f"r{number}")[0] for number, one in enumerate(captures)]


def test_the_trap_is_one(trap: Callable[[], list[str]]) -> None:
    """Without -P a module of the current folder is run: what these tests are about."""
    subprocess.run([sys.executable, "-c", "import click"], check=True)
    assert trap() == ["click"]


@pytest.mark.parametrize("module", ["crawler", "crawler.reader", "archive.worker.process"])
def test_a_program_loads_nothing_from_the_current_folder(module: str, trap: Callable[[], list[str]]) -> None:
    subprocess.run(python(module, "--help"), check=False, capture_output=True)
    assert trap() == []


def test_a_page_is_explained_without_it(places: tuple[Holdings, list[Place]], trap: Callable[[], list[str]]) -> None:
    holdings, kept = places
    assert explain(holdings.root, kept[0]).reason != "time_limit"
    assert trap() == []


def test_a_program_with_a_pipe_runs_without_it(trap: Callable[[], list[str]]) -> None:
    begin(MODULE).end()
    assert trap() == []


def test_pages_are_read_without_it(
    places: tuple[Holdings, list[Place]], trap: Callable[[], list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A crawl tells its reader where modules are: not the current folder, though `python -m` had put it there."""
    monkeypatch.syspath_prepend(str(Path.cwd()))
    holdings, kept = places
    outcomes: list[str] = []

    async def read() -> None:
        reader = Reader(holdings.root, lambda outcome, links: outcomes.append(outcome.state), lambda error: None)
        await reader.start()
        reader.read(kept)
        assert await reader.end(300)

    asyncio.run(read())
    assert len(outcomes) == 2
    assert trap() == []


def test_an_archive_is_verified_without_it(
    places: tuple[Holdings, list[Place]], trap: Callable[[], list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(whole, "_WORTH_A_PROCESS", 0)
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    assert whole.verify(places[0], "full", record=False).files == 2
    assert trap() == []


def test_our_own_folder_is_passed_on_where_the_program_runs_from_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", ["", str(ROOT), "/opt/somewhere"])
    monkeypatch.chdir(ROOT)
    assert search_path() == f"{ROOT}:/opt/somewhere"
    monkeypatch.chdir("/")
    assert search_path() == f"{ROOT}:/opt/somewhere"


def test_every_command_with_python_is_made_in_one_place() -> None:
    """`sys.executable` stands where -P is put behind it."""
    named = {
        path.relative_to(ROOT).as_posix()
        for package in ("archive", "crawler")
        for path in (ROOT / package).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr == "executable" and ast.unparse(node) == "sys.executable"
    }
    assert named == {"archive/processes.py"}
    assert COMMAND[1] == "-P"
