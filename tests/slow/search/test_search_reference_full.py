"""More than 5,000 random queries over more than 500 articles find what a plain reading of every text finds."""

from __future__ import annotations

import pytest
from search_corpus import invented, stored
from search_reference import Reference
from test_search_reference import differences


@pytest.mark.parametrize("seed", range(13))
def test_no_random_query_differs_from_the_reference_at_length(seed: int) -> None:
    reference = Reference(invented(520, seed=seed))
    assert differences(stored(reference.articles), reference, seed=seed + 100, queries=400) == []
