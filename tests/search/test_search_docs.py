"""What docs/search.md says of the query language is what the language does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from archive.errors import QueryError
from archive.search import facets, parse
from archive.search.grammar import lexer
from archive.search.grammar.lexer import NAMES, field_named
from archive.search.grammar.parser import MOST_LEVELS, MOST_TERMS
from archive.search.ranking.sort import MOST_RANKED

TEXT = (Path(__file__).parents[2] / "docs" / "search.md").read_text(encoding="utf-8")
TABLES = re.findall(r"^\| (`.*?) \|", TEXT, re.MULTILINE)
QUERIES = [code for cell in TABLES for code in re.findall(r"`([^`]+)`", cell) if not code.endswith(":")]


@pytest.mark.parametrize("query", QUERIES)
def test_every_example_can_be_asked(query: str) -> None:
    parse(query)


def test_every_name_of_a_field_is_documented_and_no_other() -> None:
    rows = re.findall(r"^\| `(\w+):` \| (.*?) \|", TEXT, re.MULTILINE)
    documented = {name: re.findall(r"`(\w+):`", others) for name, others in rows}
    assert {name for one in documented.items() for name in (one[0], *one[1])} == NAMES.keys()
    for name, others in documented.items():
        assert {field_named(other) for other in others} == {field_named(name)}


def test_the_mistake_shown_is_the_one_made() -> None:
    with pytest.raises(QueryError) as caught:
        parse("tieu:hội nghị")
    assert f"baotinh: {caught.value}" in TEXT
    assert f"try: {caught.value.suggestion}" in TEXT


def test_limits_and_facets_are_those_of_the_code() -> None:
    limits = (
        f"{lexer.MOST_CHARACTERS:,} characters, {MOST_TERMS} words and phrases, {MOST_LEVELS} brackets in one another"
    )
    assert limits in " ".join(TEXT.split())
    assert f"Of more than {MOST_RANKED:,} hits the newest {MOST_RANKED:,} are ranked" in " ".join(TEXT.split())
    (line,) = [line for line in TEXT.splitlines() if line.startswith("Facets count all hits")]
    assert tuple(re.findall(r"`(\w+)`", line)) == facets.NAMES
