"""Whatever is typed, the answer is an answer or one clear error, never an error of SQLite."""

from __future__ import annotations

import pytest
import sqlite_utils
from internal_errors import internal_errors
from search_corpus import invented, stored

from archive.search import search
from archive.search.grammar.parser import MOST_LEVELS


@pytest.fixture(scope="module")
def db() -> sqlite_utils.Database:
    return stored(invented(30))


def test_no_random_query_ends_in_an_internal_error(db: sqlite_utils.Database) -> None:
    assert internal_errors(db, seed=1, queries=700) == []


def test_brackets_as_deep_as_allowed_are_not_too_deep_for_the_index(db: sqlite_utils.Database) -> None:
    deep = "x"
    for _ in range(MOST_LEVELS):
        deep = f"(a OR b {deep})"
    assert search(db, deep).total == 0


def test_as_many_terms_as_allowed_are_not_too_many_for_the_index(db: sqlite_utils.Database) -> None:
    words = [f"x{number}" for number in range(63)]
    for query in (" ".join(words), " OR ".join(words), "hội -" + " -".join(words), " NEAR/2 ".join(words[:40])):
        assert search(db, query).total is not None
