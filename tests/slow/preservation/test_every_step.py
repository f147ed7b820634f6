"""A takedown that dies at system call n, for every n, is ended by the same call again."""

from __future__ import annotations

from pathlib import Path

import pytest
from takedown_archive import broken_off, made_at


def test_a_takedown_broken_off_at_every_step_is_ended_by_the_same_call(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken_off(tmp_path, made_at(tmp_path / "data"), monkeypatch, stride=1)
