"""The handbook in both languages tells the same; `tests/slow/handbook` types all of it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from docs.shown import HANDBOOKS, Shell, commands_of, played

DOCS = Path(__file__).parents[2] / "docs"
TEXTS = {name: (DOCS / name).read_text(encoding="utf-8") for name in HANDBOOKS}


def test_both_handbooks_tell_the_same_commands() -> None:
    english, vietnamese = (
        [re.sub("BAOTINH_LANG=..", "", command) for command in commands_of(text)] for text in TEXTS.values()
    )
    assert english == vietnamese
    told = {word for command in english for word in command.split()}
    assert {"init", "new", "verify", "crawl", "watch", "status", "package", "takedown", "serve"} <= told


def test_both_handbooks_have_the_same_parts_and_tables() -> None:
    english, vietnamese = (re.findall(r"^(?:## \d+\.|\|)", text, re.MULTILINE) for text in TEXTS.values())
    assert english == vietnamese


def test_a_document_that_says_otherwise_than_the_program_is_found() -> None:
    block = "```console\n$ baotinh sources check nowhere.toml\nall is well\n```\n"
    with pytest.raises(RuntimeError, match="exit code 2, not 0"):
        played(block, Shell())
    assert "all is well" not in played(f"<!-- exit: 2 -->\n{block}", Shell())


def test_a_command_that_goes_on_is_stopped_and_the_next_one_begins() -> None:
    block = "```console\n$ while true; do echo here; sleep 0.1; done\n1\n2\n^C\n$ echo done\n```\n"
    assert played(block, Shell()).splitlines()[2:] == ["here", "here", "^C", "$ echo done", "done", "```"]


def test_what_the_archive_can_not_tell_is_said_point_by_point_in_both_languages() -> None:
    english, vietnamese = (
        re.findall(r"^\*\*.+?\*\*", (DOCS / page).read_text(encoding="utf-8"), re.MULTILINE)
        for page in ("limits.md", "vi/gioi-han.md")
    )
    assert len(english) == len(vietnamese) > 10
    for page in ("limits.md", "vi/gioi-han.md"):
        assert {"day_estimated", "province_now", "ambiguous", "13"} <= set(
            re.findall(r"\w+", (DOCS / page).read_text(encoding="utf-8"))
        )
