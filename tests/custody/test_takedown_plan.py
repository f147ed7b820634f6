"""What a takedown touches is shown before it is done, and what it leaves goes with it only where that is asked for."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

from click.testing import CliRunner
from one_capture import BEGAN, capture
from takedown_archive import NAMED, OTHER, PAGES, SITE, WHO, ask, made_at, read_in

from archive.cli import main
from archive.custody.takedown import plan
from archive.custody.withheld import rules
from archive.holdings import Holdings
from archive.warc.writer import Writer

COPY = f"{SITE}/dang-lai/ky-luat-5.html"


def run(holdings: Holdings, *words: str, code: int = 0) -> str:
    result = CliRunner().invoke(main, ["--lang", "en", "--archive", str(holdings.root), *words])
    assert result.exit_code == code, result.output
    return result.output


def copied(tmp_path: Path) -> Holdings:
    """The archive with the text of the page under another address too."""
    holdings = made_at(tmp_path / "data")
    with Writer(holdings.root, "tinh-uy-mau", "20261202T000000Z-tinh-uy-mau-0002") as writer:
        writer.append(capture(url=COPY, response=PAGES[NAMED], began=BEGAN + timedelta(days=5)))
        writer.append(capture(url=NAMED, response=PAGES[NAMED], began=BEGAN + timedelta(days=6)))
    read_in(holdings)
    return holdings


def test_the_same_text_elsewhere_is_named_and_goes_only_where_asked(tmp_path: Path) -> None:
    holdings = copied(tmp_path)
    assert [one.url for one in plan(holdings, NAMED, "hidden").copies] == [COPY]
    told = run(holdings, "takedown", NAMED, "--plan")
    assert f"stays, unless --with copies: {plan(holdings, COPY, 'hidden').articles[0].id}" in told
    assert rules(holdings.root) == ()
    words = ["--yes", "--reason", "x", "--authority", WHO]
    run(holdings, "takedown", NAMED, "--with", "copies", *words)
    assert ask(holdings, f"SELECT url FROM articles WHERE url IN ('{NAMED}', '{COPY}')") == []


def test_a_list_is_taken_down_whole_or_not_at_all(tmp_path: Path) -> None:
    holdings = made_at(tmp_path / "data")
    listed = tmp_path / "danh-sach.txt"
    listed.write_text(f"# theo công văn 12\n{NAMED}\n\n{SITE}/go-nham.html\n")
    words = ["takedown", "--from", str(listed), "--yes", "--json", "--reason", "x", "--authority", WHO]
    assert f"{SITE}/go-nham.html: nothing of it is held" in run(holdings, *words, code=3)
    assert rules(holdings.root) == ()
    listed.write_text(f"{NAMED}\n{OTHER}\n")
    result = CliRunner().invoke(main, ["--lang", "en", "--archive", str(holdings.root), *words])
    assert [one["articles"] for one in json.loads(result.stdout)] == [1, 1]
