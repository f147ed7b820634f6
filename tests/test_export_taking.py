"""Selections are written whole or not at all, hold what was chosen in the revision chosen, and nothing taken down."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
import sqlite_utils
from click.testing import CliRunner
from fastwarc.warc import ArchiveIterator
from search_corpus import invented, stored
from small_archive import REGISTER, SITE, capture, database, keep, new_holdings, page, read, read_json
from warcio.archiveiterator import ArchiveIterator as Warcio

from archive import events, parsers
from archive.cli import main
from archive.errors import NothingFound, StorageError, UsageError
from archive.export import parquet
from archive.export.chosen import Chosen, choose
from archive.export.taking import FORMS, Taken, take
from archive.holdings import Holdings
from archive.importers import bring
from archive.ingest import Ingest
from archive.package import check_wacz
from archive.search import corpora, search
from archive.search.answer import ORDERS
from archive.search.grammar import parse
from archive.search.whole import whole
from archive.takedown import lift, takedown
from archive.verify import verify
from archive.warc.read import scan

NAMES = {"warc": "out.warc.gz", "text": "out", "wacz": "out.wacz"}
SECRET = "Ông Mẫu nhận kỷ luật"


@pytest.fixture
def holdings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Holdings:
    """Articles of 2020, 2021 (later changed), 2022 (fetched twice, unchanged), one to be taken down, and another."""
    monkeypatch.setattr(parsers, "read_page", read_json)
    holdings = new_holdings(tmp_path / "data")
    pages = [
        ("/mot.html", page("Hội nghị một", "Đoạn một.", "Đoạn hai.", published="2020-03-05T15:25+07:00"), 1),
        ("/hai.html", page("Hội nghị hai", "Bản đầu.", published="2021-03-05T15:25+07:00"), 2),
        ("/ba.html", page("Hội nghị ba", "Thông báo.", published="2022-03-05T15:25+07:00"), 3),
        ("/bon.html", page("Hội nghị bốn", SECRET, published="2023-03-05T15:25+07:00"), 4),
        ("/khac.html", page("Tin khác", "Mưa.", published="2020-03-06T15:25+07:00"), 5),
    ]
    read(holdings, keep(holdings, [capture(path, body, at) for path, body, at in pages]))
    later = 60 * 24 * 400
    again = [
        capture("/hai.html", page("Hội nghị hai", "Bản sau.", published="2021-03-05T15:25+07:00"), later),
        capture("/ba.html", pages[2][1], later + 1, kind="article"),
    ]
    read(holdings, keep(holdings, again, run="r2"))
    return holdings


@pytest.fixture
def db(holdings: Holdings) -> Iterator[sqlite_utils.Database]:
    with database(holdings) as opened:
        yield opened


def taken(holdings: Holdings, db: sqlite_utils.Database, form: str, path: Path, **options: Any) -> Taken:
    chosen = choose(db, holdings.root, "hội nghị", **options)
    return take(holdings, db, chosen, form, path)


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


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
    assert {one.name for one in tmp_path.iterdir()} == {"data", path.name}


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
        take(holdings, db, chosen, form, path)
    assert held.read_text() == "mine"
    assert take(holdings, db, chosen, form, path, force=True).articles == 4
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
        take(holdings, db, chosen, form, path, force=True, advance=stop)
    assert path.read_text() == "mine"
    assert sorted(one.name for one in tmp_path.iterdir()) == ["data", path.name]


@pytest.mark.parametrize("form", ["warc", "wacz"])
def test_records_stopped_midway_leave_no_half_either(
    holdings: Holdings, db: sqlite_utils.Database, tmp_path: Path, form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("archive.export.warc.groups_of", stop)
    monkeypatch.setattr("archive.package.wacz.groups_of", stop)
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
        take(holdings, db, choose(db, holdings.root, "khác"), "text", path, force=True)
    assert sorted(file.name for file in path.rglob("*")) == before
    assert sorted(one.name for one in tmp_path.iterdir()) == ["data", "out"]


def test_nothing_chosen_writes_nothing(holdings: Holdings, db: sqlite_utils.Database, tmp_path: Path) -> None:
    chosen = choose(db, holdings.root, "không-có-từ-này")
    for form in FORMS:
        with pytest.raises(NothingFound):
            take(holdings, db, chosen, form, tmp_path / "out.warc.gz")
    assert [one.name for one in tmp_path.iterdir()] == ["data"]


def test_as_of_a_day_the_texts_of_that_day_leave(holdings: Holdings, db: sqlite_utils.Database, tmp_path: Path) -> None:
    taken(holdings, db, "jsonl", tmp_path / "then.jsonl", as_of=date(2024, 12, 31))
    taken(holdings, db, "jsonl", tmp_path / "now.jsonl")
    then, now = ({line["headline"]: line for line in lines(tmp_path / f"{name}.jsonl")} for name in ("then", "now"))
    assert then["Hội nghị hai"]["paragraphs"] == ["Bản đầu."]
    assert then["Hội nghị hai"]["revision"] == 1
    assert then["Hội nghị hai"]["province"] == "bac-kan"
    assert then["Hội nghị hai"]["provenance"]["captured_at"].startswith("2024-05-01")
    assert now["Hội nghị hai"]["paragraphs"] == ["Bản sau."]
    assert choose(db, holdings.root, "hội nghị", as_of=date(2024, 4, 30)).rowids.tolist() == []
    with pytest.raises(UsageError, match="every capture"):
        taken(holdings, db, "warc", tmp_path / "then.warc.gz", as_of=date(2024, 12, 31))


def test_source_days_and_order_choose_as_asked(holdings: Holdings, db: sqlite_utils.Database) -> None:
    def headlines(**options: Any) -> list[str]:
        return [stored.row.headline for stored in choose(db, holdings.root, **options).articles(db)]

    assert headlines(order="newest")[0] == "Hội nghị bốn"
    assert headlines()[0] == "Hội nghị một"
    assert headlines(since=date(2020, 3, 6), until=date(2021, 12, 31)) == ["Tin khác", "Hội nghị hai"]
    assert headlines(source="bao-tinh", query="mưa") == ["Tin khác"]
    assert headlines(source="bao") == []
    assert choose(db, holdings.root, "mưa", since=date(2020, 1, 1)).about.query == "mưa ngay:2020-01-01.."
    with pytest.raises(UsageError, match="no order"):
        headlines(order="random")


def test_a_frozen_corpus_leaves_with_its_texts_and_says_what_is_gone(holdings: Holdings, tmp_path: Path) -> None:
    with database(holdings) as db:
        corpora.freeze(db, holdings.root, "hoi-nghi", "hội nghị")
    later = capture("/mot.html", page("Hội nghị một", "Sửa lại.", published="2020-03-05T15:25+07:00"), 60 * 24 * 500)
    read(holdings, keep(holdings, [later], run="r3"))
    with database(holdings) as db:
        gone = next(stored for stored in choose(db, holdings.root, "bốn").articles(db)).row.public_id
    takedown(holdings, gone, "hidden", "quyền riêng tư", "Tòa án tỉnh")
    with database(holdings) as db:
        chosen = choose(db, holdings.root, corpus="hoi-nghi")
        told = take(holdings, db, chosen, "jsonl", tmp_path / "out.jsonl")
        assert (told.missing, told.altered, told.about.corpus) == ((gone,), (), "hoi-nghi")
        shown = {line["headline"]: line["paragraphs"] for line in lines(tmp_path / "out.jsonl")}
        assert shown == {
            "Hội nghị một": ["Đoạn một.", "Đoạn hai."],
            "Hội nghị hai": ["Bản sau."],
            "Hội nghị ba": ["Thông báo."],
        }
        assert [stored.row.headline for stored in choose(db, holdings.root, "hai", corpus="hoi-nghi").articles(db)] == [
            "Hội nghị hai"
        ]
        with pytest.raises(UsageError, match="its own texts"):
            choose(db, holdings.root, corpus="hoi-nghi", as_of=date(2024, 6, 1))
        with pytest.raises(NothingFound, match="no corpus"):
            choose(db, holdings.root, corpus="khac")


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
        assert take(holdings, db, chosen, "jsonl", tmp_path / "out.jsonl").articles == 3
    assert SECRET not in (tmp_path / "out.jsonl").read_text(encoding="utf-8")


def test_parquet_keeps_types_and_says_what_it_is(
    holdings: Holdings, db: sqlite_utils.Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import pyarrow
    import pyarrow.parquet

    monkeypatch.setattr(parquet, "MOST_ROWS", 3)
    path = tmp_path / "out.parquet"
    taken(holdings, db, "parquet", path)
    file = pyarrow.parquet.ParquetFile(path)
    assert [file.metadata.row_group(at).num_rows for at in range(file.metadata.num_row_groups)] == [3, 1]
    schema = file.schema_arrow
    assert schema.names == list(parquet.COLUMNS)
    assert schema.field("day").type == pyarrow.date32()
    assert schema.field("captured").type == pyarrow.timestamp("ms", tz="UTC")
    assert all(
        schema.field(name).metadata[b"description"].decode() == told for name, (_, told) in parquet.COLUMNS.items()
    )
    assert json.loads(schema.metadata[b"baotinh"])["query"] == "hội nghị"
    rows = file.read().to_pylist()
    assert rows[0]["paragraphs"] == ["Đoạn một.", "Đoạn hai."]
    assert rows[0]["day"] == date(2020, 3, 5)
    assert rows[0]["captured"].isoformat() == "2024-05-01T03:01:00+00:00"
    assert rows[0]["gone_at"] is None
    assert rows[1]["revision"] == 2


def test_a_row_group_is_bounded_by_its_text_too(
    holdings: Holdings, db: sqlite_utils.Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import pyarrow.parquet

    monkeypatch.setattr(parquet, "MOST_TEXT", 1)
    taken(holdings, db, "parquet", tmp_path / "out.parquet")
    assert pyarrow.parquet.ParquetFile(tmp_path / "out.parquet").metadata.num_row_groups == 4


def test_parquet_without_its_library_says_what_to_install(
    holdings: Holdings, db: sqlite_utils.Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(UsageError, match=r"baotinh\[parquet\]"):
        taken(holdings, db, "parquet", tmp_path / "out.parquet")
    assert [one.name for one in tmp_path.iterdir()] == ["data"]


def test_a_text_corpus_can_be_checked_from_its_manifest_down(
    holdings: Holdings, db: sqlite_utils.Database, tmp_path: Path
) -> None:
    chosen = choose(db, holdings.root, "hội nghị")
    take(holdings, db, chosen, "text", tmp_path / "out")
    take(holdings, db, chosen, "text", tmp_path / "out.zip")
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text(encoding="utf-8"))
    listed = (tmp_path / "out" / "metadata.csv").read_bytes()
    assert manifest["metadata"] == f"sha256:{hashlib.sha256(listed).hexdigest()}"
    assert (manifest["query"], manifest["articles"]) == ("hội nghị", 4)
    rows = list(csv.DictReader(io.StringIO(listed.decode(), newline="")))
    for row in rows:
        assert hashlib.sha256((tmp_path / "out" / row["file"]).read_bytes()).hexdigest() == row["sha256"]
    assert rows[0]["file"].startswith("texts/2020/2020-03-05-bao-tinh-")
    text = (tmp_path / "out" / rows[0]["file"]).read_text(encoding="utf-8")
    assert text == "Hội nghị một\n\nĐoạn một.\n\nĐoạn hai.\n"
    with ZipFile(tmp_path / "out.zip") as packed:
        assert {name: packed.read(name) for name in packed.namelist()} == {
            file.relative_to(tmp_path / "out").as_posix(): file.read_bytes()
            for file in (tmp_path / "out").rglob("*")
            if file.is_file()
        }


def test_records_are_copied_byte_for_byte_with_request_metadata_and_originals(
    holdings: Holdings, db: sqlite_utils.Database, tmp_path: Path
) -> None:
    path = tmp_path / "ba.warc.gz"
    told = take(holdings, db, choose(db, holdings.root, '"hội nghị ba"'), "warc", path)
    assert told.articles == 1
    held = {file: file.read_bytes() for file in holdings.warcs()}
    ours = list(db.query("SELECT record_id, file, offset, length, revisit_of FROM captures WHERE url LIKE '%/ba.html'"))
    assert [bool(row["revisit_of"]) for row in ours] == [False, True]
    data = path.read_bytes()
    for row in ours:
        assert held[holdings.root / row["file"]][row["offset"] : row["offset"] + row["length"]] in data
    with path.open("rb") as stream:
        read_back = [
            (record.rec_type, record.rec_headers.get_header("WARC-Target-URI"), record.raw_stream.read())
            for record in Warcio(stream, check_digests="raise")
        ]
    kinds = [kind for kind, _, _ in read_back]
    assert sorted(kinds) == sorted(["warcinfo"] * 3 + ["response", "revisit"] + ["request"] * 2 + ["metadata"] * 2)
    assert {address for kind, address, _ in read_back if kind != "warcinfo"} == {f"{SITE}/ba.html"}
    assert b"hoi" not in read_back[0][2]
    assert "selection: " in read_back[0][2].decode()
    assert told.about.archive in read_back[0][2].decode()
    with path.open("rb") as stream:
        assert all(record.verify_block_digest() for record in ArchiveIterator(stream, parse_http=False))


def test_a_selection_of_records_makes_another_archive_with_the_same_articles(
    holdings: Holdings, db: sqlite_utils.Database, tmp_path: Path
) -> None:
    taken(holdings, db, "warc", tmp_path / "out.warc.gz")
    other = new_holdings(tmp_path / "other")
    (brought,) = bring(other, tmp_path / "out.warc.gz")
    with Ingest(other, REGISTER) as ingest:
        for held in scan(other.root / brought.file):
            ingest.read(held.place)
    columns = "public_id, headline, body, day, revision"
    wanted = sorted(db.execute(f"SELECT {columns} FROM articles WHERE headline LIKE 'Hội nghị%'").fetchall())
    with database(other) as opened:
        assert sorted(opened.execute(f"SELECT {columns} FROM articles").fetchall()) == wanted


def test_a_name_that_hides_the_compression_is_refused(
    holdings: Holdings, db: sqlite_utils.Database, tmp_path: Path
) -> None:
    with pytest.raises(UsageError, match=r"\.warc\.gz"):
        taken(holdings, db, "warc", tmp_path / "out.warc")
    assert [one.name for one in tmp_path.iterdir()] == ["data"]


def test_the_package_of_a_selection_is_sound(holdings: Holdings, db: sqlite_utils.Database, tmp_path: Path) -> None:
    taken(holdings, db, "wacz", tmp_path / "out.wacz")
    assert check_wacz(tmp_path / "out.wacz") == ()


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("query", ["hội nghị", "hoi -đường", 'tinh:bac-kan "hội hội" OR xã', "ngay:2019", "nghi*"])
def test_the_whole_of_a_query_is_all_its_pages_in_their_order(order: Any, query: str) -> None:
    db = stored(invented(300, seed=8))
    paged: list[int] = []
    cursor = None
    while True:
        answer = search(db, query, 37, cursor, order, counts=False)
        paged += [hit.rowid for hit in answer.hits]
        if (cursor := answer.cursor) is None:
            break
    found = whole(db, parse(query).root, order)
    assert found.rowids.tolist() == paged
    strict = whole(db, parse(query).root, order, exact=True).rowids.tolist()
    assert strict == paged[: len(strict)]


def test_what_is_not_ranked_any_more_still_leaves(monkeypatch: pytest.MonkeyPatch) -> None:
    db = stored(invented(200, seed=9))
    monkeypatch.setattr("archive.search.ranking.MOST_RANKED", 10)
    found = whole(db, parse("hoi").root, "best")
    assert sorted(found.rowids) == sorted(whole(db, parse("hoi").root).rowids)
    assert len(found.rowids) > 10
    assert "ranked are 10 of" in found.notes[0]


def test_a_selection_costs_eight_bytes_an_article(holdings: Holdings, db: sqlite_utils.Database) -> None:
    chosen = choose(db, holdings.root)
    assert isinstance(chosen, Chosen)
    assert chosen.rowids.itemsize * len(chosen) == 8 * 5
    assert chosen.revisions == {}


def test_a_frozen_corpus_is_an_event_and_any_change_of_it_is_found(holdings: Holdings) -> None:
    with database(holdings) as db:
        frozen = corpora.freeze(db, holdings.root, "hoi-nghi", "hội nghị")
    event = events.read(holdings.root)[-1]
    assert (event.type, event.object, event.outcome) == ("accession", "corpora/hoi-nghi.json", "frozen")
    assert json.loads(event.detail_json)["corpus"] == frozen.digest
    assert frozen.archive == event.prev
    path = holdings.root / event.object
    assert [finding for finding in verify(holdings).findings if finding.file == event.object] == []
    whole = path.read_bytes()
    path.write_bytes(whole.replace(b'"exact": false', b'"exact": true '))
    assert [finding.problem for finding in verify(holdings).findings if finding.file == event.object] == ["changed"]
    path.unlink()
    assert [finding.problem for finding in verify(holdings).findings if finding.file == event.object] == ["missing"]


def test_a_corpus_says_years_later_what_of_it_was_taken_down(
    holdings: Holdings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BAOTINH_LANG", "en")
    with database(holdings) as db:
        frozen = corpora.freeze(db, holdings.root, "hoi-nghi", "hội nghị")
        corpora.freeze(db, holdings.root, "tin", "tin")
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
            take(holdings, db, chosen, form, tmp_path / name, force=True)
    assert (folder / "chương một.txt").read_text(encoding="utf-8") == "Ba năm công sức."
    assert {one.name for one in tmp_path.iterdir()} == {"data", "luận văn", "lối tắt"}


def test_a_folder_of_texts_is_written_over_by_force(
    holdings: Holdings, db: sqlite_utils.Database, tmp_path: Path
) -> None:
    chosen = choose(db, holdings.root, "")
    folder = tmp_path / "kho"
    folder.mkdir()
    take(holdings, db, chosen, "text", folder, force=True)  # an empty one is nobody's
    take(holdings, db, chosen, "text", folder, force=True)
    assert {one.name for one in folder.iterdir()} == {"manifest.json", "metadata.csv", "texts"}


@pytest.mark.parametrize("name", ["", ".", "/", "ống"])
def test_what_is_no_file_is_not_written_over(
    holdings: Holdings, db: sqlite_utils.Database, tmp_path: Path, name: str
) -> None:
    os.mkfifo(tmp_path / "ống")
    path = tmp_path / name if name == "ống" else Path(name)
    with pytest.raises(UsageError, match="no file"):
        take(holdings, db, choose(db, holdings.root, ""), "jsonl", path, force=True)
    assert (tmp_path / "ống").is_fifo()
