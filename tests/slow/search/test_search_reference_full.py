"""More than 5,000 random queries over more than 500 articles find what a plain reading of every text finds."""

from __future__ import annotations

import pytest
from reference_differences import differences
from search_corpus import invented, stored
from search_reference import Reference

from archive.search.index import bitmaps, numbered


@pytest.mark.parametrize("seed", range(13))
def test_no_random_query_differs_from_the_reference_at_length(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("archive.search.index.numbered._LEAST", 100)
    monkeypatch.setattr("archive.search.index.bitmaps._LEAST", 100)
    monkeypatch.setattr("archive.search.index.bitmaps.PART", 200)
    reference = Reference(invented(520, seed=seed))
    known = (0, 520, 450, 430)[seed % 4]  # how many articles a run has left settled; the others are written since
    db = stored(reference.articles[:known])
    if known:
        assert numbered.catch_up(db) == known
        assert bitmaps.catch_up(db) == (known + 199) // 200
    stored(reference.articles[known:], db)
    if seed % 4 == 3:
        assert numbered.catch_up(db) == 520 - known
        assert bitmaps.catch_up(db) >= 3  # days come in no order: in every part there is something new
    assert differences(db, reference, seed=seed + 100, queries=400) == []
