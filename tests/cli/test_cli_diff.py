"""`baotinh diff`: what changed between two revisions, for people and for programs."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from small_archive import SITE, capture, keep, new_holdings, page, read, read_json

from archive import parsers
from archive.cli import main
from archive.holdings import Holdings
from archive.messages.language import choose

ONE = f"{SITE}/che-2.html"
TWO = f"{SITE}/hoi-nghi-1.html"


@pytest.fixture
def holdings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Holdings]:
    monkeypatch.setattr(parsers, "read_page", read_json)
    monkeypatch.setenv("BAOTINH_LANG", "en")
    holdings = new_holdings(tmp_path / "data")
    captures = [
        capture("/hoi-nghi-1.html", page("Hội nghị rút kinh nghiệm", "Đại hội điểm <b>cấp cơ sở</b>.")),
        capture("/che-2.html", page("Mùa chè", "Chè Thái Nguyên."), 1),
        capture("/hoi-nghi-1.html", page("Hội nghị rút kinh nghiệm", "Đại hội điểm cấp huyện."), 2),
        capture("/hoi-nghi-1.html", page("Hội nghị tổng kết", "Đại hội điểm cấp huyện, ngày 5/3."), 3),
    ]
    read(holdings, keep(holdings, captures))
    yield holdings
    choose("")


def run(holdings: Holdings, *arguments: str, **options: object) -> Result:
    return CliRunner().invoke(main, ["--archive", str(holdings.root), "diff", *arguments], **options)  # type: ignore[arg-type]


def test_the_last_two_revisions_are_compared_word_by_word(holdings: Holdings) -> None:
    told = run(holdings, TWO).stdout
    assert "Hội nghị [-rút-]{+tổng+} [-kinh nghiệm-]{+kết+}" in told
    assert "cấp [-huyện.-]{+huyện, ngày 5/3.+}" in told
    assert "the headline has changed" in told
    assert "the lead has changed" not in told
    assert "\x1b[" not in told


def test_on_a_terminal_changes_are_coloured(holdings: Holdings) -> None:
    told = run(holdings, TWO, color=True).stdout
    assert "\x1b[31m[-huyện.-]\x1b[0m\x1b[32m{+huyện, ngày 5/3.+}" in told


def test_any_two_revisions_may_be_named(holdings: Holdings) -> None:
    told = run(holdings, TWO, "--from", "1", "--to", "2").stdout
    assert "headline" not in told
    assert "revision 1 of" in told
    back = json.loads(run(holdings, TWO, "--from", "3", "--to", "1", "--json").stdout)
    assert (back["from"]["revision"], back["to"]["revision"]) == (3, 1)


def test_programs_get_each_change_and_whether_headline_or_lead_changed(holdings: Holdings) -> None:
    told = json.loads(run(holdings, TWO, "--json").stdout)
    assert (told["headline_changed"], told["lead_changed"]) == (True, False)
    assert {"change": "added", "text": "tổng"} in told["fields"]["headline"]
    rebuilt = "".join(piece["text"] for piece in told["fields"]["body"] if piece["change"] != "removed")
    assert rebuilt == unicodedata.normalize("NFC", "Đại hội điểm cấp huyện, ngày 5/3.")


@pytest.mark.parametrize(
    ("arguments", "code", "line"),
    [
        ((ONE,), 3, "has one revision"),
        ((TWO, "--from", "7"), 2, "no revision 7: there are 1, 2, 3"),
        (("aaaaaaaaaa",), 3, "no article has the id"),
    ],
)
def test_what_cannot_be_compared_is_one_line(
    holdings: Holdings, arguments: tuple[str, ...], code: int, line: str
) -> None:
    told = run(holdings, *arguments)
    assert told.exit_code == code
    assert line in told.stderr


def test_it_is_said_in_vietnamese_too(holdings: Holdings) -> None:
    assert "tiêu đề đã thay đổi" in run(holdings, TWO, "--lang", "vi").stdout
