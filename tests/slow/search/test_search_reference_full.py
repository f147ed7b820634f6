"""More than 5,000 random queries over more than 500 articles find what a plain reading of every text finds."""

from __future__ import annotations

import pytest
from search_corpus import invented, stored
from search_reference import Reference
from test_search_reference import differences

from archive.search import pairs, wordcounts


@pytest.mark.parametrize("seed", range(13))
def test_no_random_query_differs_from_the_reference_at_length(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    reference = Reference(invented(520, seed=seed))
    db = stored(reference.articles)
    if seed % 2:  # as after a run: pairs noted, words counted, their bits made
        monkeypatch.setattr("archive.search.pairs._LEAST", 100)
        assert pairs.catch_up(db) == len(reference.articles)
        assert wordcounts.count_words(db)
    assert differences(db, reference, seed=seed + 100, queries=400) == []
