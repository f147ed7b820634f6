"""Selections are written whole or not at all, and over nothing that no export made."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import asdict
from pathlib import Path

import pytest
import sqlite_utils
from selection import NAMES, archive_at, choose, taken, write

from archive.errors import NothingFound, StorageError, UsageError
from archive.export.files import FORMS
from archive.export.formats import FORMATS
from archive.holdings import Holdings


@pytest.fixture
def holdings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Holdings:
    return archive_at(tmp_path / "data", monkeypatch)


@pytest.mark.parametrize("form", FORMS)
def test_every_form_is_written_whole_and_says_what_it_is(
    holdings: Holdings, db: sqlite_utils.Database, tmp_path: Path, form: str
) -> None:
    path = tmp_path / NAMES.get(form, f"out.{form}")
    told = taken(holdings, db, form, path)
    assert (told.articles, told.form, told.path) == (4, form, str(path))
    assert told.about.query == "hội nghị"
    assert told.about.archive.startswith("sha256:")
    listed = path / "manifest.json" if form == "text" else path
    assert told.digest == f"sha256:{hashlib.sha256(listed.read_bytes()).hexdigest()}"
    assert told.bytes == sum(file.stat().st_size for file in [path, *path.rglob("*")] if file.is_file())
    beside = [f"{path.name}-metadata.json"] if form in FORMATS else []
    assert {one.name for one in tmp_path.iterdir()} == {"data", path.name, *beside}


@pytest.mark.parametrize("form", FORMATS)
def test_a_form_that_cannot_say_what_it_is_has_the_question_the_rule_and_both_counts_beside_it(
    holdings: Holdings, db: sqlite_utils.Database, tmp_path: Path, form: str
) -> None:
    told = taken(holdings, db, form, tmp_path / "mang-di")
    value = json.loads((tmp_path / "mang-di-metadata.json").read_text(encoding="utf-8"))
    (note,) = value["notes"]
    assert told.metadata == str(tmp_path / "mang-di-metadata.json")
    assert (value["url"], note["format"], note["articles"], note["query"]) == ("mang-di", form, 4, "hội nghị")
    assert note["sha256"] == hashlib.sha256((tmp_path / "mang-di").read_bytes()).hexdigest()
    assert note["accents"] == asdict(choose(db, holdings.root, "hội nghị").about.accents)  # type: ignore[arg-type]
    assert note["accents"]["rule"] == "typed"
    assert "accents as typed: 4 articles; in any accents:" in value["dc:description"]
    assert note["archive"] == told.about.archive


def test_the_description_of_a_csv_names_its_columns_as_csvw_wants_them(
    holdings: Holdings, db: sqlite_utils.Database, tmp_path: Path
) -> None:
    taken(holdings, db, "csv", tmp_path / "bai.csv")
    value = json.loads((tmp_path / "bai.csv-metadata.json").read_text(encoding="utf-8"))
    head = (tmp_path / "bai.csv").read_text(encoding="utf-8").splitlines()[0].split(",")
    assert value["@context"][0] == "http://www.w3.org/ns/csvw"
    assert [column["titles"] for column in value["tableSchema"]["columns"]] == head
    assert value["tableSchema"]["primaryKey"] in head


def test_a_description_of_another_export_is_written_over_only_by_force(
    holdings: Holdings, db: sqlite_utils.Database, tmp_path: Path
) -> None:
    (tmp_path / "bai.csv-metadata.json").write_text("mine")
    with pytest.raises(UsageError, match=r"bai\.csv-metadata\.json exists"):
        taken(holdings, db, "csv", tmp_path / "bai.csv")
    assert not (tmp_path / "bai.csv").exists()


@pytest.mark.parametrize("form", FORMS)
def test_what_stands_there_is_written_over_only_by_force(
    holdings: Holdings, db: sqlite_utils.Database, tmp_path: Path, form: str
) -> None:
    path = tmp_path / NAMES.get(form, f"out.{form}")
    chosen = choose(db, holdings.root, "hội nghị")
    if form == "text":
        (path / "texts").mkdir(parents=True)
        (path / "texts" / "mine.txt").write_text("of an earlier export")
    held = path / "manifest.json" if form == "text" else path
    held.write_text("mine")
    with pytest.raises(UsageError, match="--force"):
        write(holdings, db, chosen, form, path)
    assert held.read_text() == "mine"
    assert write(holdings, db, chosen, form, path, force=True).articles == 4
    assert held.read_bytes() != b"mine"
    assert not (path / "texts" / "mine.txt").exists()


@pytest.mark.parametrize("failure", [KeyboardInterrupt(), OSError(28, "No space left on device")])
@pytest.mark.parametrize("form", [form for form in FORMS if form not in ("warc", "wacz")])
def test_an_export_stopped_midway_leaves_the_old_and_no_half(
    holdings: Holdings, db: sqlite_utils.Database, tmp_path: Path, form: str, failure: BaseException
) -> None:
    path = tmp_path / f"out.{form}.zip"
    path.write_text("mine")
    seen = []

    def stop() -> None:
        seen.append(1)
        if len(seen) == 3:
            raise failure

    chosen = choose(db, holdings.root, "hội nghị")
    with pytest.raises((KeyboardInterrupt, StorageError)):
        write(holdings, db, chosen, form, path, force=True, advance=stop)
    assert path.read_text() == "mine"
    assert sorted(one.name for one in tmp_path.iterdir()) == ["data", path.name]


@pytest.mark.parametrize("form", ["warc", "wacz"])
def test_records_stopped_midway_leave_no_half_either(
    holdings: Holdings, db: sqlite_utils.Database, tmp_path: Path, form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("archive.export.files.chosen", stop)
    monkeypatch.setattr("archive.custody.package.wacz.chosen", stop)
    with pytest.raises(KeyboardInterrupt):
        taken(holdings, db, form, tmp_path / NAMES[form])
    assert [one.name for one in tmp_path.iterdir()] == ["data"]


def test_a_folder_that_cannot_take_its_place_leaves_the_old_one(
    holdings: Holdings, db: sqlite_utils.Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "out"
    taken(holdings, db, "text", path)
    before = sorted(file.name for file in path.rglob("*"))
    rename = Path.rename

    def refused(self: Path, target: Path) -> Path:
        if self.name.endswith(".part"):
            raise OSError(5, "Input/output error")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", refused)
    with pytest.raises(StorageError, match="Input/output"):
        write(holdings, db, choose(db, holdings.root, "khác"), "text", path, force=True)
    assert sorted(file.name for file in path.rglob("*")) == before
    assert sorted(one.name for one in tmp_path.iterdir()) == ["data", "out"]


def test_nothing_chosen_writes_nothing(holdings: Holdings, db: sqlite_utils.Database, tmp_path: Path) -> None:
    chosen = choose(db, holdings.root, "không-có-từ-này")
    for form in FORMS:
        with pytest.raises(NothingFound):
            write(holdings, db, chosen, form, tmp_path / "out.warc.gz")
    assert [one.name for one in tmp_path.iterdir()] == ["data"]


@pytest.mark.parametrize("form", ["jsonl", "text"])
def test_a_folder_that_no_export_made_is_not_deleted_even_by_force(
    holdings: Holdings, db: sqlite_utils.Database, tmp_path: Path, form: str
) -> None:
    folder = tmp_path / "luận văn"
    folder.mkdir()
    (folder / "chương một.txt").write_text("Ba năm công sức.", encoding="utf-8")
    (tmp_path / "lối tắt").symlink_to(folder)
    chosen = choose(db, holdings.root, "")
    for name in ("luận văn", "lối tắt"):
        with pytest.raises(UsageError, match="no export made"):
            write(holdings, db, chosen, form, tmp_path / name, force=True)
    assert (folder / "chương một.txt").read_text(encoding="utf-8") == "Ba năm công sức."
    assert {one.name for one in tmp_path.iterdir()} == {"data", "luận văn", "lối tắt"}


def test_a_folder_of_texts_is_written_over_by_force(
    holdings: Holdings, db: sqlite_utils.Database, tmp_path: Path
) -> None:
    chosen = choose(db, holdings.root, "")
    folder = tmp_path / "kho"
    folder.mkdir()
    write(holdings, db, chosen, "text", folder, force=True)  # an empty one is nobody's
    write(holdings, db, chosen, "text", folder, force=True)
    assert {one.name for one in folder.iterdir()} == {"manifest.json", "metadata.csv", "texts"}


@pytest.mark.parametrize("name", ["", ".", "/", "ống"])
def test_what_is_no_file_is_not_written_over(
    holdings: Holdings, db: sqlite_utils.Database, tmp_path: Path, name: str
) -> None:
    os.mkfifo(tmp_path / "ống")
    path = tmp_path / name if name == "ống" else Path(name)
    with pytest.raises(UsageError, match="no file"):
        write(holdings, db, choose(db, holdings.root, ""), "jsonl", path, force=True)
    assert (tmp_path / "ống").is_fifo()
