"""Each form holds what it promises: types, digests, records byte for byte, a sound package."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import sys
from datetime import date
from pathlib import Path
from zipfile import ZipFile

import pytest
import sqlite_utils
from fastwarc.warc import ArchiveIterator
from selection import archive_at, choose, taken, write
from small_archive import REGISTER, SITE, database, new_holdings
from warcio.archiveiterator import ArchiveIterator as Warcio

from archive.custody.package import check_wacz
from archive.errors import UsageError
from archive.export import files
from archive.holdings import Holdings
from archive.importers import import_path
from archive.ingest.pipeline import Ingest
from archive.warc.reader import scan


@pytest.fixture
def holdings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Holdings:
    return archive_at(tmp_path / "data", monkeypatch)


def test_parquet_keeps_types_and_says_what_it_is(
    holdings: Holdings, db: sqlite_utils.Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import pyarrow
    import pyarrow.parquet

    monkeypatch.setattr(files, "MOST_ROWS", 3)
    path = tmp_path / "out.parquet"
    taken(holdings, db, "parquet", path)
    file = pyarrow.parquet.ParquetFile(path)
    assert [file.metadata.row_group(at).num_rows for at in range(file.metadata.num_row_groups)] == [3, 1]
    schema = file.schema_arrow
    assert schema.names == list(files.COLUMNS)
    assert schema.field("day").type == pyarrow.date32()
    assert schema.field("captured").type == pyarrow.timestamp("ms", tz="UTC")
    assert all(
        schema.field(name).metadata[b"description"].decode() == told for name, (_, told) in files.COLUMNS.items()
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

    monkeypatch.setattr(files, "MOST_TEXT", 1)
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
    write(holdings, db, chosen, "text", tmp_path / "out")
    write(holdings, db, chosen, "text", tmp_path / "out.zip")
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
    told = write(holdings, db, choose(db, holdings.root, '"hội nghị ba"'), "warc", path)
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
    (brought,) = import_path(other, tmp_path / "out.warc.gz")
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
