"""How many modules a reader of the code passes on the three main roads, and how often a search asks the database.

The numbers are what stands today: a change that makes one smaller writes it here, and none makes one larger unseen.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from crawling import article
from roads import modules
from search_corpus import invented, stored
from small_archive import capture, keep, new_holdings
from takedown_archive import NAMED, REGISTER, made_at

from archive.custody.takedown import takedown
from archive.ingest.pipeline import Ingest
from archive.search.engine import search
from archive.text import folding

PAGE = article("Hội nghị sơ kết quý I", "Sáng 5/3, Đảng ủy xã Bản Lầu tổ chức hội nghị.", "/tin/chao-2.html")


def test_only_modules_of_which_a_function_runs_are_on_a_road() -> None:
    assert modules(lambda: folding.encode_lower("hội")) == ["archive/text/folding.py"]
    assert modules(lambda: None) == []


def test_a_page_passes_no_more_modules_from_its_place_to_its_row(tmp_path: Path) -> None:
    holdings = new_holdings(tmp_path / "kho")
    (place,) = keep(holdings, [capture("/tin/hoi-nghi-1.html", PAGE)])
    with Ingest(holdings, REGISTER) as ingest:

        def road() -> None:
            ingest.read(place)
            assert [outcome.state for outcome in ingest.commit()] == ["new"]

        _is_at_most(81, road)


def test_a_takedown_passes_no_more_modules(tmp_path: Path) -> None:
    holdings = made_at(tmp_path / "kho")
    _is_at_most(22, lambda: takedown(holdings, NAMED, "hidden", "theo yêu cầu", "Giám đốc thư viện"))


def test_a_search_passes_no_more_modules_and_asks_no_more_often() -> None:
    pytest.importorskip("numpy")
    db = stored(invented(60, seed=3))
    asked: list[str] = []
    db.conn.set_trace_callback(asked.append)
    _is_at_most(25, lambda: search(db, "hội nghị"))
    db.conn.set_trace_callback(None)
    ours = [statement for statement in asked if not statement.startswith("--")]  # "--": FTS5's own, within a question
    assert len([statement for statement in ours if statement != "PRAGMA data_version"]) <= 21


def _is_at_most(number: int, road: Callable[[], object]) -> None:
    passed = modules(road)
    assert len(passed) <= number, "\n".join(passed)
