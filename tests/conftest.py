"""Fixtures that many modules share: an archive with nothing in it yet, the database and the room of any archive."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import sqlite_utils
from forked import forker, forking
from hypothesis import HealthCheck, settings
from small_archive import database

from archive.holdings import Holdings
from archive.messages.language import choose
from archive.web import asking

if TYPE_CHECKING:
    from starlette.testclient import TestClient

# Examples are judged by what they find: on a busy machine making one may take seconds.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")


def pytest_configure() -> None:
    """Programs that tests begin find modules compiled, also where none are written beside the sources."""
    if sys.dont_write_bytecode:
        os.environ["PYTHONDONTWRITEBYTECODE"] = ""
        os.environ.setdefault("PYTHONPYCACHEPREFIX", str(Path(__file__).parents[1] / "build" / "bytecode"))


@pytest.fixture(autouse=True, scope="session")
def interrupted() -> None:
    """Ctrl-C ends what tests begin: a suite that a shell runs in the background is deaf to it, and its children too."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def forking_process() -> Iterator[str]:
    """The address of a process that has imported what programs of ours need; "" where none is wanted."""
    if os.environ.get("BAOTINH_TESTS_FORK") == "0":
        yield ""
    else:
        with forker() as address:
            yield address


@pytest.fixture(autouse=True, scope="module")
def forked(request: pytest.FixtureRequest) -> Iterator[None]:
    """Programs of ours that tests begin are forked from it; the slow suites begin real ones."""
    address = "" if "slow" in request.path.parts else request.getfixturevalue("forking_process")
    with forking(address) if address else nullcontext():
        yield


@pytest.fixture(autouse=True)
def unspoken() -> Iterator[None]:
    """A test that chooses a language chooses it for itself."""
    yield
    choose("")


@pytest.fixture(autouse=True)
def read_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages are read by this process, where a test may put another parser in place, but where it asks for others."""
    monkeypatch.setattr("archive.worker.pool.cores", lambda: 0)


@pytest.fixture
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands speak English, until the next one chooses its language."""
    monkeypatch.setenv("BAOTINH_LANG", "en")


@pytest.fixture(scope="session", autouse=True)
def patient() -> Iterator[None]:
    """Questions have the time they need on a machine at work for others too; a test of limits sets its own."""
    with pytest.MonkeyPatch.context() as patch:
        for weight in asking.SECONDS:
            patch.setitem(asking.SECONDS, weight, 3600.0)
        yield


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for who reads a database and goes on: where a test reads in this very thread, waiting is in vain."""
    monkeypatch.setattr("archive.custody.seals.BUSY_SECONDS", 0.01)


@pytest.fixture
def findable(monkeypatch: pytest.MonkeyPatch) -> None:
    """Other processes find the modules of tests, as `elsewhere`."""
    folders = str(Path(__file__).parent / "support"), os.environ.get("PYTHONPATH")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, folders)))


@pytest.fixture
def holdings(tmp_path: Path) -> Holdings:
    """A new archive; modules that need one with something in it say so with a fixture of the same name."""
    return Holdings.create(tmp_path / "data", "Thư viện tỉnh", "https://thuvien.example/")


@pytest.fixture
def db(holdings: Holdings) -> Iterator[sqlite_utils.Database]:
    """The database of `holdings`, open to write."""
    with database(holdings) as opened:
        yield opened


@pytest.fixture
def client(holdings: Holdings) -> Iterator[TestClient]:
    """A reader in the reading room of `holdings`."""
    from reading_room import opened  # a second that only tests of the room wait for

    with opened(holdings) as reader:
        yield reader
