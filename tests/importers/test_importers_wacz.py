"""WACZ packages give the WARC files in them, and those that are none are named."""

from __future__ import annotations

import hashlib
import json
import shutil
import zipfile
from pathlib import Path

import pytest
from other_warcs import INFO, RESPONSE, UNPACKED, packed

from archive.custody.rebuild import rebuild
from archive.errors import DamageError, LockedError, StorageError
from archive.holdings import Holdings
from archive.importers import import_path
from archive.sources import Register


def wacz(path: Path, files: dict[str, bytes], wrong: str = "") -> Path:
    resources = [
        {"path": name, "hash": "sha256:" + hashlib.sha256(data + wrong.encode()).hexdigest(), "bytes": len(data)}
        for name, data in files.items()
    ]
    with zipfile.ZipFile(path, "w") as package:
        for name, data in files.items():
            package.writestr(name, data)
        package.writestr("datapackage.json", json.dumps({"profile": "data-package", "resources": resources}))
    return path


def test_a_wacz_gives_the_warc_files_in_it(holdings: Holdings, tmp_path: Path) -> None:
    files = {"archive/a.warc.gz": packed(INFO, RESPONSE), "archive/b.warc": UNPACKED, "pages/pages.jsonl": b"{}\n"}
    package = wacz(tmp_path / "x.wacz", files)
    brought = list(import_path(holdings, package))
    assert [(one.file, one.how, one.captures, one.skipped) for one in brought] == [
        ("warc/imported/a.warc.gz", "copied", 1, ()),
        ("warc/imported/b.warc.gz", "packed", 1, ()),
    ]
    assert [one.how for one in import_path(holdings, package)] == ["known", "known"]
    assert not holdings.passing.exists()


def test_a_wacz_broken_off_after_one_file_is_brought_in_to_its_end_the_next_time(
    holdings: Holdings, tmp_path: Path
) -> None:
    files = {f"archive/{name}.warc.gz": packed(INFO, RESPONSE, INFO[: len(name)]) for name in ("a", "bb", "ccc")}
    package = wacz(tmp_path / "x.wacz", files)
    broken_off = import_path(holdings, package)
    next(broken_off)
    del broken_off
    assert [(one.how, one.file) for one in import_path(holdings, package)] == [
        ("known", "warc/imported/a.warc.gz"),
        ("copied", "warc/imported/bb.warc.gz"),
        ("copied", "warc/imported/ccc.warc.gz"),
    ]


def test_what_a_crash_leaves_of_a_wacz_being_unpacked_is_no_file_of_the_archive(
    holdings: Holdings, tmp_path: Path
) -> None:
    package = wacz(tmp_path / "x.wacz", {"archive/a.warc.gz": packed(INFO, RESPONSE)})
    unpacking = import_path(holdings, package)
    next(unpacking)
    assert [path.name for path in holdings.passing.iterdir()] == ["a.warc.gz"]
    assert [path.name for path in holdings.warcs()] == ["a.warc.gz"]
    assert rebuild(holdings, Register.load()).files == 1
    with pytest.raises(LockedError, match="unpacking"):  # the folder is one for all
        list(import_path(holdings, wacz(tmp_path / "y.wacz", {"archive/b.warc.gz": packed(RESPONSE)})))


def test_a_wacz_whose_digests_lie_is_brought_in_and_that_is_told(holdings: Holdings, tmp_path: Path) -> None:
    (brought,) = import_path(holdings, wacz(tmp_path / "x.wacz", {"archive/a.warc.gz": packed(RESPONSE)}, wrong="x"))
    assert brought.captures == 1
    assert "the package says sha256:" in brought.skipped[0]


def test_a_wacz_that_is_damaged_is_named(holdings: Holdings, tmp_path: Path) -> None:
    path = wacz(tmp_path / "x.wacz", {"archive/a.warc.gz": packed(RESPONSE) * 3})
    data = bytearray(path.read_bytes())
    data[200] ^= 255
    path.write_bytes(data)
    with pytest.raises(DamageError, match="not a sound WACZ package"):
        list(import_path(holdings, path))


@pytest.mark.parametrize("listed", ["[1]", '{"resources": null}', '{"resources": [1]}', "[" * 100_000, "\x00"])
def test_a_wacz_whose_list_is_none_is_named_in_one_line(holdings: Holdings, tmp_path: Path, listed: str) -> None:
    path = tmp_path / "x.wacz"
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("datapackage.json", listed)
        package.writestr("archive/a.warc.gz", packed(RESPONSE))
    with pytest.raises(DamageError, match="not a sound WACZ package"):
        list(import_path(holdings, path))
    assert [found for found in holdings.warc.rglob("*") if found.is_file()] == []


@pytest.mark.parametrize(("at", "value"), [(6, 1), (8, 99)])
def test_a_wacz_that_is_encrypted_or_packed_by_an_unknown_method_is_named(
    holdings: Holdings, tmp_path: Path, at: int, value: int
) -> None:
    path = wacz(tmp_path / "x.wacz", {"archive/a.warc.gz": packed(RESPONSE)})
    data = bytearray(path.read_bytes())
    data[at] = value
    data[data.index(b"PK\x01\x02") + at + 2] = value
    path.write_bytes(data)
    with pytest.raises(DamageError, match="not a sound WACZ package"):
        list(import_path(holdings, path))


def test_a_zip_file_whose_directory_is_torn_is_named(holdings: Holdings, tmp_path: Path) -> None:
    path = wacz(tmp_path / "x.wacz", {"archive/a.warc.gz": packed(RESPONSE)})
    path.write_bytes(path.read_bytes().replace(b"PK\x01\x02", b"XX\x01\x02"))
    with pytest.raises(DamageError, match="not a sound ZIP file"):
        list(import_path(holdings, path))


def test_a_wacz_that_unpacks_to_more_than_the_disk_holds_is_not_begun(
    holdings: Holdings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = wacz(tmp_path / "x.wacz", {"archive/a.warc.gz": packed(RESPONSE)})
    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(2000, 1000, 1000))
    with pytest.raises(StorageError, match="unpacks to"):
        list(import_path(holdings, path))
    assert not holdings.passing.exists()
