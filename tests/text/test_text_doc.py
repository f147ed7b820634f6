"""The examples of docs/text.md are true."""

from __future__ import annotations

import doctest
from pathlib import Path

DOCUMENT = Path(__file__).parents[2] / "docs" / "text.md"


def test_the_examples_of_the_document_are_true() -> None:
    results = doctest.testfile(str(DOCUMENT), module_relative=False, encoding="utf-8")
    assert results.attempted > 10
    assert results.failed == 0
