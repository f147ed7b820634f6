"""A value of a source file is changed, and everything else in it stays as a person wrote it."""

from __future__ import annotations

import tomllib

import pytest

from archive.errors import SourceError
from archive.sources.edit import literal, literals, text, texts, with_value

FILE = """# Báo Thử. Evidence: none.
id       = "thu"   # the id
status   = "unverified"   # nobody has looked
hosts    = ["thu.example"]

[[layout]]  # until the redesign
family = "fck"
until  = 2020-01-01

[[layout]]
family = "nukeviet"

[discover]
# what an article is
article = [
    '-a\\d+\\.html$',   # of the old site
    '-\\d+\\.html$',
]
seeds = ["/"]

# how often
[politeness]
delay_seconds = 2
"""


@pytest.mark.parametrize(
    ("key", "value", "table"),
    [
        ("status", '"verified"', ""),
        ("verified_on", "2026-12-02", ""),
        ("family", '"onecms"', "[layout]"),
        ("article", "['x$']", "discover"),
        ("feeds", '["/rss"]', "discover"),
        ("articles_per_month", "[1, 2]", "expect"),
        ("delay_seconds", "5", "politeness"),
    ],
)
def test_one_value_is_changed_and_every_other_stays(key: str, value: str, table: str) -> None:
    was, now = tomllib.loads(FILE), tomllib.loads(with_value(FILE, key, value, table))
    wanted = tomllib.loads(f"x = {value}")["x"]
    place = now["layout"][-1] if table == "[layout]" else now[table] if table else now
    assert place.pop(key) == wanted
    before = was["layout"][-1] if table == "[layout]" else was.setdefault(table, {}) if table else was
    before.pop(key, None)
    assert now == was


def test_comments_and_order_stay_and_a_comment_on_the_old_value_goes() -> None:
    now = with_value(with_value(FILE, "status", '"verified"'), "article", "['x$']", "discover")
    kept = [line for line in FILE.splitlines() if line.startswith("#") or "the id" in line or "redesign" in line]
    assert [line for line in now.splitlines() if line in kept] == kept
    assert "nobody has looked" not in now
    assert "old site" not in now
    assert 'status   = "verified"' in now


def test_a_new_key_stands_in_its_own_table_and_not_below_the_comment_of_the_next() -> None:
    now = with_value(FILE, "feeds", '["/rss"]', "discover")
    assert now.index('seeds = ["/"]') < now.index("feeds =") < now.index("# how often")


def test_a_value_that_is_no_toml_is_refused_with_the_file_named() -> None:
    with pytest.raises(SourceError, match=r"^thu\.toml: not valid TOML"):
        with_value(FILE, "status", "nothing at all", file="thu.toml")


@pytest.mark.parametrize("value", [r"-\d+\.html$", "it's", 'a"b\\c', "dòng\tmới", "x\x7fy"])
def test_texts_and_patterns_come_back_as_they_were(value: str) -> None:
    for written in (text(value), literal(value)):
        assert tomllib.loads(f"x = {written}") == {"x": value}
    for written in (texts([value, "b"]), literals([value, "b"])):
        assert tomllib.loads(f"x = {written}") == {"x": [value, "b"]}
