"""20,000 random queries and more end in an answer or in one clear error."""

from __future__ import annotations

import pytest
from internal_errors import internal_errors
from search_corpus import invented, stored


@pytest.mark.parametrize("seed", range(10))
def test_no_random_query_ends_in_an_internal_error_at_length(seed: int) -> None:
    assert internal_errors(stored(invented(30, seed=seed)), seed=seed + 50, queries=2100) == []
