"""The log of events after a death at any system call: whole, its head no further behind than one line."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest
from dying import gets_through

from archive.custody import events
from archive.holdings import Holdings


@pytest.mark.parametrize("torn", [False, True])
def test_death_at_system_call_n_of_an_entry_leaves_a_log_that_verify_calls_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, torn: bool
) -> None:
    for step in range(1, 100):
        root = Holdings.create(tmp_path / f"data-{step}", "Thư viện tỉnh", "https://thuvien.example/").root
        log = root / events.NAME
        log.write_bytes(log.read_bytes() + (b'{"at": "2026' if torn else b""))
        entry = partial(events.append, root, "validation", "x", "y")
        passed = gets_through(monkeypatch, step, entry, torn=True)
        assert [one for one in events.walk(root) if isinstance(one, str) and not one.endswith("torn")] == [], step
        events.append(root, "validation", "x", "after")
        assert events.scan(root)[1] == ()
        aside = [path.read_bytes() for path in log.parent.glob("*.torn-*")]
        assert (b'{"at": "2026' in aside) is torn
        if passed:
            assert step > 5
            return
    pytest.fail("the entry never got through")
