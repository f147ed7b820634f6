"""What was taken down leaves in no form, and a frozen corpus says years later what of it is gone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from click.testing import CliRunner
from selection import NAMES, SECRET, archive_at, choose, taken, write
from small_archive import SITE, database

from archive.cli import main
from archive.custody import events
from archive.custody.takedown import lift, takedown
from archive.custody.verify import verify
from archive.export.files import FORMS
from archive.holdings import Holdings
from archive.search import corpora
from archive.search.query_files import KeepRequest


@pytest.fixture
def holdings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Holdings:
    return archive_at(tmp_path / "data", monkeypatch)


def everything(path: Path) -> bytes:
    """All bytes of a file or folder, decompressed as far as they are compressed."""
    if path.is_dir():
        return b"".join(everything(file) for file in path.rglob("*") if file.is_file())
    if path.suffix in (".zip", ".wacz"):
        with ZipFile(path) as archive:
            return b"".join(_inside(archive.read(name)) for name in archive.namelist())
    if path.suffix == ".parquet":
        import pyarrow.parquet

        return str(pyarrow.parquet.read_table(path).to_pylist()).encode()
    return _inside(path.read_bytes())


def _inside(data: bytes) -> bytes:
    if not data.startswith(b"\x1f\x8b"):
        return data
    from isal import igzip

    return igzip.decompress(data)


@pytest.mark.parametrize("how", ["hidden", "sealed", "erased"])
def test_what_was_taken_down_leaves_in_no_form(holdings: Holdings, tmp_path: Path, how: Any) -> None:
    with database(holdings) as db:
        for form in FORMS:
            taken(holdings, db, form, tmp_path / f"before-{NAMES.get(form, f'out.{form}')}")
    takedown(holdings, f"{SITE}/bon.html", how, "quyền riêng tư", "Tòa án tỉnh")
    with database(holdings) as db:
        for form in FORMS:
            path = tmp_path / NAMES.get(form, f"out.{form}")
            assert taken(holdings, db, form, path).articles == 3
            sign = "bon.html" if form in ("warc", "wacz", "bibtex", "ris", "csl-json", "parquet") else SECRET
            assert sign.encode() in everything(path.with_name(f"before-{path.name}")), form
            assert b"bon.html" not in everything(path), form
            assert SECRET.encode() not in everything(path), form


def test_what_is_taken_down_between_choosing_and_writing_does_not_leave(holdings: Holdings, tmp_path: Path) -> None:
    with database(holdings) as db:
        chosen = choose(db, holdings.root, "hội nghị")
    takedown(holdings, f"{SITE}/bon.html", "hidden", "quyền riêng tư", "Tòa án tỉnh")
    with database(holdings) as db:
        assert write(holdings, db, chosen, "jsonl", tmp_path / "out.jsonl").articles == 3
    assert SECRET not in (tmp_path / "out.jsonl").read_text(encoding="utf-8")


def test_a_frozen_corpus_is_an_event_and_any_change_of_it_is_found(holdings: Holdings) -> None:
    with database(holdings) as db:
        frozen = corpora.freeze(db, holdings.root, KeepRequest("hoi-nghi", "hội nghị"))
    event = events.scan(holdings.root)[0][-1]
    assert (event.type, event.object, event.outcome) == ("accession", "corpora/hoi-nghi.json", "frozen")
    assert json.loads(event.detail_json)["corpus"] == frozen.digest
    assert frozen.archive == event.prev
    path = holdings.root / event.object
    assert [finding for finding in verify(holdings).findings if finding.file == event.object] == []
    whole = path.read_bytes()
    path.write_bytes(whole.replace(b'"rule": "typed"', b'"rule": "any"'))
    assert [finding.problem for finding in verify(holdings).findings if finding.file == event.object] == ["changed"]
    path.unlink()
    assert [finding.problem for finding in verify(holdings).findings if finding.file == event.object] == ["missing"]


def test_a_corpus_says_years_later_what_of_it_was_taken_down(
    holdings: Holdings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BAOTINH_LANG", "en")
    with database(holdings) as db:
        frozen = corpora.freeze(db, holdings.root, KeepRequest("hoi-nghi", "hội nghị"))
        corpora.freeze(db, holdings.root, KeepRequest("tin", "tin"))
        gone = next(stored for stored in choose(db, holdings.root, "bốn").articles(db)).row.public_id
        assert corpora.citation(frozen, corpora.check(db, frozen)) == corpora.citation(frozen)
    assert corpora.withdrawn(holdings.root, frozen) == ()
    takedown(holdings, gone, "sealed", "quyền riêng tư", "Tòa án tỉnh")
    (one,) = corpora.withdrawn(holdings.root, frozen)
    assert (one.article, one.action) == (gone, "sealed")

    def run(*arguments: str) -> str:
        told = CliRunner().invoke(main, ["--archive", str(holdings.root), "corpus", *arguments])
        assert told.exit_code == 0, told.output
        return told.output

    assert ": 3 unchanged, 1 taken down since." in run("cite", "hoi-nghi")
    assert f"{gone}  sealed {one.at[:10]}" in run("check", "hoi-nghi")
    assert json.loads(run("check", "hoi-nghi", "--json"))["taken_down"][0]["action"] == "sealed"
    assert "hoi-nghi: taken down since it was frozen: 1" in run("compare", "hoi-nghi", "tin")
    assert "taken down" in run("show", "hoi-nghi")
    assert " unchanged" not in run("cite", "tin")
    lift(holdings, f"{SITE}/bon.html", "đã rõ", "Tòa án tỉnh")
    assert corpora.withdrawn(holdings.root, frozen) == ()
