"""Every command has help in two languages, and everything said in English can be said in Vietnamese."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from command_line import archive_at, run

from archive.cli import main
from archive.cli.command import EXIT_CODES, Command
from archive.cli.program import COMMANDS
from archive.holdings import Holdings
from archive.messages.language import choose, language
from archive.messages.message import translations
from archive.sources import Register


@pytest.fixture
def holdings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Holdings]:
    yield archive_at(tmp_path / "data", monkeypatch)
    choose("")


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_has_help_with_an_example_and_its_exit_codes_in_both_languages(name: str) -> None:
    if name not in main.list_commands(click.Context(main)):
        pytest.skip("brought by the crawler, which is not installed here")
    for speech, heading in (("en", "Exit codes"), ("vi", "Mã thoát")):
        told = CliRunner().invoke(main, ["--lang", speech, name, "--help"])
        assert told.exit_code == 0
        assert heading in told.stdout
        assert "baotinh " in told.stdout


def commands() -> Iterator[Command]:
    """Every command of the archive, and every subcommand."""
    for name in COMMANDS:
        loaded = main.get_command(click.Context(main), name)
        for one in [*getattr(loaded, "commands", {}).values(), loaded]:
            if isinstance(one, Command):
                yield one


def test_every_command_names_only_documented_exit_codes_and_has_an_example() -> None:
    for one in commands():
        assert set(one.codes) <= EXIT_CODES.keys(), one.name
        assert one.examples, one.name


def test_no_help_keeps_english_words_in_vietnamese() -> None:
    texts = {word for word in translations("vi") if " " in word}
    for name in main.list_commands(click.Context(main)):
        told = " ".join(CliRunner().invoke(main, ["--lang", "vi", name, "--help"]).stdout.split())
        assert not [text for text in texts if f" {text} " in told], name
        assert "[default" not in told, name
        assert "[required" not in told, name


@pytest.mark.parametrize(
    ("environment", "spoken_now"),
    [
        ({"LANG": "vi_VN.UTF-8"}, "vi"),
        ({"LANG": "en_GB.UTF-8"}, "en"),
        ({"LANG": "vi_VN.UTF-8", "LC_ALL": "C"}, "en"),
        ({"LANG": "en_GB.UTF-8", "BAOTINH_LANG": "vi"}, "vi"),
        ({}, "en"),
    ],
)
def test_the_language_is_the_asked_one_else_the_locales(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], spoken_now: str
) -> None:
    for name in ("BAOTINH_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    choose("")
    assert language() == spoken_now


def test_an_error_is_told_in_the_language_asked_for(holdings: Holdings) -> None:
    told = run(holdings, "--lang", "vi", "serch")
    assert "không có lệnh" in told.stderr
    assert "không có lệnh" in run(holdings, "serch", BAOTINH_LANG="vi").stderr


def test_an_example_names_sources_that_are_in_the_register() -> None:
    words = {word for one in commands() for example in one.examples for word in example.split()}
    named = {word for word in words if re.fullmatch(r"[a-z]+(-[a-z]+)*-(bao|dang|gov)|(bao|tinh-uy)-[a-z-]+", word)}
    assert named
    assert named <= {source.id for source in Register.load().all()}
