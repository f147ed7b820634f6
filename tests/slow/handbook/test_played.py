"""The handbook is a script: what it tells people to type works from its first command to its last, and prints what it
shows, in both languages.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from docs.shown import HANDBOOKS, Shell, played

DOCS = Path(__file__).parents[3] / "docs"


@pytest.mark.parametrize("name", HANDBOOKS)
def test_every_command_of_the_handbook_prints_what_stands_there(name: str) -> None:
    told = (DOCS / name).read_text(encoding="utf-8")
    printed = played(told, Shell(HANDBOOKS[name]))
    assert printed.splitlines() == told.splitlines(), f"python -m docs.shown {name} writes it anew"
