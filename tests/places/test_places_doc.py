from __future__ import annotations

import doctest
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize("name", ["places.md"])
def test_the_examples_in_the_documentation_are_true(name: str) -> None:
    results = doctest.testfile(str(DOCS / name), module_relative=False)
    assert results.attempted > 0
    assert results.failed == 0
