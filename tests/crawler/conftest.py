"""What all tests of crawls share: the programs that they begin are forked."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from forked import forker, forking


@pytest.fixture(scope="session")
def forking_process() -> Iterator[str]:
    """The address of a process that has imported Scrapy and the parsers; "" where none is wanted."""
    if os.environ.get("BAOTINH_TESTS_FORK") == "0":
        yield ""
    else:
        with forker() as address:
            yield address


@pytest.fixture(autouse=True, scope="module")
def forked(forking_process: str) -> Iterator[None]:
    """Crawls and their readers are forked from it: module by module, for other folders begin theirs as ever."""
    if forking_process:
        with forking(forking_process):
            yield
    else:
        yield
