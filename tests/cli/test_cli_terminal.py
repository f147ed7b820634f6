"""No text of a page, address, query or file name acts on the terminal it is shown on; files get it as it is."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from command_line import ROOT, SOURCE
from hypothesis import given
from hypothesis import strategies as st
from small_archive import capture, keep, new_holdings, page, read_json
from terminal import shown_on_terminal

from archive import parsers
from archive.holdings import Holdings
from archive.ingest.pipeline import Ingest
from archive.sources import Register, parse_source
from archive.terminal import harmless

CRAFTED = "Hội nghị \x1b]0;đổi tên\x07\x1b[2J\x9b31m\u202egpj.exe \x1b[31mđỏ\x1b[0m"
LONG = f"https://baotinh.example/{'a' * 400}/tin-1.html"


@pytest.fixture
def holdings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Holdings:
    """One article whose parser let everything through: what stands before the terminal must not rely on it."""
    monkeypatch.setattr(parsers, "read_page", read_json)
    made = new_holdings(tmp_path / "data")
    with Ingest(made, Register.of([parse_source(SOURCE, "bao-tinh.toml")])) as ingest:
        for place in keep(made, [capture("/a-1.html", page(CRAFTED, f"Đoạn {CRAFTED}."))]):
            ingest.read(place)
    return made


def on_terminal(holdings: Holdings, *words: str | bytes, **more: str) -> bytes:
    """Everything that a real process writes to a terminal of its own."""
    command = [sys.executable, "-c", "from archive.cli import main; main()", "--archive", str(holdings.root), *words]
    environment = {**os.environ, "BAOTINH_LANG": "en", "TERM": "xterm", "PYTHONIOENCODING": "utf-8", **more}
    return shown_on_terminal(command, ROOT, environment)[0]


def test_a_match_is_coloured_on_a_terminal_or_stands_in_brackets_where_colours_are_unwanted(holdings: Holdings) -> None:
    coloured = on_terminal(holdings, "search", "hội").decode()
    assert "  Đoạn \x1b[33m\x1b[1mHội\x1b[0m nghị" in coloured
    assert "[22m" not in coloured
    plain = on_terminal(holdings, "search", "đoạn", NO_COLOR="1").decode()
    assert "  [Đoạn] Hội nghị" in plain
    assert (
        "\x1b" not in plain + on_terminal(holdings, "show", "https://baotinh.example/a-1.html", NO_COLOR="1").decode()
    )


@pytest.mark.parametrize(
    "words",
    [
        ("search", "hội nghị"),
        ("search", "--json", "hội nghị"),
        ("show", "https://baotinh.example/a-1.html"),
        ("cite", "https://baotinh.example/a-1.html"),
        ("show", "https://baotinh.example/\x1b[2J"),
        ("search", '"\x1b[2J\u202e'),
        ("ingest", "không có \x1b[2J\r.warc.gz"),
        ("ingest", b"kh\xff.warc.gz"),
        ("sources", "show", "\x1b[2J"),
        ("\x1b[2J",),
    ],
)
def test_nothing_that_acts_on_a_terminal_reaches_it(holdings: Holdings, words: tuple[str | bytes, ...]) -> None:
    shown = on_terminal(holdings, *words).replace(b"\r\n", b"\n").decode()
    for colour in ("\x1b[1m", "\x1b[33m", "\x1b[0m"):
        shown = shown.replace(colour, "")
    assert shown.replace("\n", "").isprintable(), shown
    assert "Traceback" not in shown
    assert shown


def piped(holdings: Holdings, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from archive.cli import main; main()", "--archive", str(holdings.root), *words]
    return subprocess.run(command, cwd=ROOT, capture_output=True, check=False, text=True)


def test_what_a_pipe_carries_to_a_terminal_is_as_harmless(holdings: Holdings) -> None:
    """`baotinh show ... | less -R`: the pipe is no terminal, the end of it is."""
    for words in (("search", "hội nghị"), ("show", "https://baotinh.example/a-1.html")):
        told = piped(holdings, *words)
        assert "gpj.exe" in told.stdout
        assert (told.stdout + told.stderr).replace("\n", "").isprintable()


def test_a_page_cannot_colour_what_is_shown_of_it(holdings: Holdings) -> None:
    assert b"\x1b[31m" not in on_terminal(holdings, "show", "https://baotinh.example/a-1.html")


def test_a_long_address_is_shown_short_and_given_whole_to_programs(holdings: Holdings) -> None:
    with Ingest(holdings, Register.of([parse_source(SOURCE, "bao-tinh.toml")])) as ingest:
        for place in keep(holdings, [capture(LONG.removeprefix("https://baotinh.example"), page("Tin dài", "Đoạn."))]):
            ingest.read(place)
    shown = on_terminal(holdings, "show", LONG).decode()
    assert LONG not in shown
    assert f"https://baotinh.example/{'a' * 90}" in shown
    assert "…" in shown
    told = piped(holdings, "show", LONG)
    assert LONG in told.stdout
    assert LONG in json.loads(piped(holdings, "show", "--json", LONG).stdout)["url"]
    assert LONG in json.loads(on_terminal(holdings, "show", "--json", LONG))["url"]
    assert LONG in piped(holdings, "cite", LONG).stdout
    missing = piped(holdings, "show", LONG + "x").stderr
    assert "…" in missing
    assert "a" * 200 not in missing


def test_json_on_a_terminal_is_still_that_json(holdings: Holdings) -> None:
    told = on_terminal(holdings, "show", "--json", "https://baotinh.example/a-1.html").decode()
    assert json.loads(told)["headline"] == CRAFTED


def test_a_file_gets_every_byte_as_it_is(holdings: Holdings, tmp_path: Path) -> None:
    command = [sys.executable, "-c", "from archive.cli import main; main()", "--archive", str(holdings.root)]
    told = subprocess.run([*command, "export"], cwd=ROOT, capture_output=True, check=True)
    assert json.loads(told.stdout)["headline"] == CRAFTED
    name = os.fsencode(tmp_path / "g") + b"\xff.wacz"
    told = subprocess.run([*command, "package", name], cwd=ROOT, capture_output=True, check=True)
    assert told.stdout.split(b"  ")[0] == str(tmp_path / "g").encode() + rb"\udcff.wacz"  # valid UTF-8, whatever it is


@given(st.text())
def test_harmless_text_is_printable_and_what_was_harmless_stays(text: str) -> None:
    shown = harmless(text)
    assert harmless(shown) == shown
    assert not any(letter in shown for letter in "\x1b\r\x07\x9b\u202e\u2066\u2028")
    assert harmless("Hội nghị, 😀 và “ngoặc”\tcột\n") == "Hội nghị, 😀 và “ngoặc”\tcột\n"
