"""Every command closes the databases that it opened: Python 3.13 warns of those that it does not."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from reading_room import library

COMMANDS = (
    "stats",
    "search rút",
    "search rút --json",
    "study concordance rút",
    "study trends rút",
    "study collocates rút --least 1",
    "study keywords chè",
    "stats --teasers",
    "sources list",
    "corpus list",
    "verify",
    "rebuild index",
)


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return library(tmp_path_factory.mktemp("kho") / "kho").root


@pytest.mark.skipif(sys.version_info < (3, 13), reason="Python before 3.13 says nothing of an open connection")
@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_leaves_no_database_open(root: Path, command: str) -> None:
    program = str(Path(sys.executable).with_name("baotinh"))
    told = subprocess.run(
        [program, "--lang", "en", *command.split()],
        env={**os.environ, "BAOTINH_ARCHIVE": str(root), "PYTHONWARNINGS": "always::ResourceWarning"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode in (0, 3), told.stderr
    assert "unclosed" not in told.stderr
