"""What several archives export is what one of all their articles does; what one alone can do is refused in a line."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from selection import choose
from two_years import two_years

from archive import Archive
from archive.cli import main
from archive.cluster.shards import Shards
from archive.errors import UsageError
from archive.export.selection import SelectionRequest, select
from archive.search.connection import open_guarded

pytestmark = pytest.mark.usefixtures("shards_here")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return two_years(tmp_path_factory.mktemp("exports"))


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"query": "rừng", "order": "newest"},
        {"query": "họp -xã", "order": "source"},
        {"query": "rừng", "any_accents": True},
        {"since": date(2020, 3, 1), "until": date(2021, 2, 28)},
        {"source": "khe-may", "query": "ngay:2021"},
        {"as_of": date(2026, 11, 10)},
        {"query": "khác", "as_of": date(2026, 11, 3)},
    ],
    ids=str,
)
def test_the_same_texts_leave_in_the_same_order(folder: Path, options: dict[str, Any]) -> None:
    db = open_guarded(folder / "tat-ca" / "archive.sqlite")
    expected = choose(db, folder / "tat-ca", **options)
    with Shards.open(folder / "kho-*") as shards:
        chosen = select(shards, None, SelectionRequest(**options))
        articles = [(stored.row.public_id, stored.article) for stored in chosen.articles(shards)]
    assert articles == [(stored.row.public_id, stored.article) for stored in expected.articles(db)]
    assert len(chosen) == len(expected)
    assert (chosen.about.query, chosen.about.accents) == (expected.about.query, expected.about.accents)
    assert len(chosen.about.archive.split()) == 2  # both logs are named


@pytest.mark.parametrize("form", ["jsonl", "csv", "text", "bibtex"])
def test_files_are_written_by_the_library_and_the_command(folder: Path, tmp_path: Path, form: str) -> None:
    with Archive.open(folder / "kho-*") as archive:
        taken = archive.export("rừng", tmp_path / "a.zip", form)
    assert taken.articles == 8
    with pytest.raises(SystemExit) as ended:
        main(["export", "--archive", str(folder / "kho-*"), "--format", form, "-o", str(tmp_path / "b.zip"), "rừng"])
    assert not ended.value.code
    if form != "text":  # a ZIP file has times in it
        assert (tmp_path / "b.zip").read_bytes() == (tmp_path / "a.zip").read_bytes()
    if form == "jsonl":
        assert len({json.loads(line)["id"] for line in (tmp_path / "b.zip").read_text().splitlines()}) == 8


def test_what_is_of_one_archive_is_not_exported_of_several(folder: Path, tmp_path: Path) -> None:
    with Archive.open(folder / "kho-*") as archive:
        for form in ("warc", "wacz"):
            with pytest.raises(UsageError, match="each archive's own"):
                archive.export("rừng", tmp_path / "out", form)
        with pytest.raises(UsageError, match="lies in one archive"):
            archive.export("rừng", tmp_path / "out", corpus="tin")
        with pytest.raises(UsageError, match="not by rank"):
            archive.export("rừng", tmp_path / "out", order="best")
        with pytest.raises(UsageError, match="lie in one archive each"):
            archive.saved()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "command",
    [
        ["saved", "list"],
        ["corpus", "list"],
        ["stats"],
        ["diff", "aaaaaaaaaa"],
        ["study", "clusters", "--list"],
        ["verify"],
        ["rebuild", "ngrams"],
        ["takedown", "aaaaaaaaaa", "--reason", "x", "--authority", "y"],
        ["recover"],
        ["reread"],
    ],
    ids=lambda words: words[0],
)
def test_what_works_on_one_archive_says_so_in_one_line(
    folder: Path, command: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--lang", "en", *command, "--archive", str(folder / "kho-*")])
    said = capsys.readouterr().err.splitlines()
    assert ended.value.code == 2
    assert len(said) == 1
    assert "works on one archive" in said[0]
    assert command[0] in said[0]


def test_a_folder_with_a_star_in_its_name_is_one_archive(folder: Path, tmp_path: Path) -> None:
    strange = tmp_path / "kho*[1]"
    strange.symlink_to(folder / "kho-2020")
    with Archive.open(strange) as archive:
        assert archive.search("rừng").total == 4
