"""A thousand flipped bits over every kind of file, one at a time: all found, each with the name of its file."""

from __future__ import annotations

from pathlib import Path

from whole_archive import check, flips, made_at, name


def test_a_thousand_flipped_bits_are_found_and_named(tmp_path: Path) -> None:
    holdings = made_at(tmp_path / "data")
    tried, missed = 0, []
    for path, bit in flips(holdings, each=75, seed=7):
        tried += 1
        named = {finding.file for finding in check(holdings).findings}
        if name(holdings, path) not in named:
            missed.append((name(holdings, path), bit, named))
    print(f"flips found and named: {tried - len(missed)} of {tried}")
    assert tried >= 1000
    assert missed == []
