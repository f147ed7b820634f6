"""What all tests of crawls share: the programs that they begin are forked."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from forked import forking


@pytest.fixture(autouse=True, scope="package")
def forked() -> Iterator[None]:
    """Crawls and their readers are forked from a process that has imported Scrapy and the parsers."""
    if os.environ.get("BAOTINH_TESTS_FORK") == "0":
        yield
    else:
        with forking():
            yield
