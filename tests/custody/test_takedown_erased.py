"""Nothing of the text of an erased page stands anywhere in the archive's folder, whatever crashes have left there."""

from __future__ import annotations

import gzip
import json
import os
import shutil
import sys
import zlib
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from one_capture import BEGAN, capture
from other_warcs import HEAD, INFO, record
from takedown_archive import NAMED, OTHER, REGISTER, SITE, WHO, page, read_in

from archive.corpus import clusters
from archive.custody.rebuild import rebuild
from archive.custody.recover import recover
from archive.custody.takedown import takedown
from archive.custody.verify import verify
from archive.holdings import Holdings
from archive.importers import import_path
from archive.learning.restorer import train
from archive.model import StoredCapture
from archive.restorer import FILE as RESTORER
from archive.store import open_database
from archive.warc import cdxj
from archive.warc.reader import scan
from archive.warc.writer import Writer
from archive.worker.process import write_fault

WORD = "Zyxqvutka"
SECRET = page("Kỷ luật một cán bộ", f"Ông {WORD} đã nhận quyết định.")
PLAIN = page("Hội nghị rút kinh nghiệm", "Đại hội điểm đã thành công.")


def unpacked(data: bytes) -> Iterator[bytes]:
    """`data`, and whatever can be unpacked of it from each place where something packed may begin."""
    yield data
    for mark, bits in ((b"\x1f\x8b\x08", 31), (b"\x78\xda", 15)):
        at = data.find(mark)
        while at >= 0:
            stream, found = zlib.decompressobj(bits), b""
            try:
                for start in range(at, len(data), 16):
                    found += stream.decompress(data[start : start + 16])
            except zlib.error:
                pass
            yield found
            at = data.find(mark, at + 1)


def holding(root: Path, word: str = WORD) -> list[str]:
    """The files below `root` in which `word` stands; a part of it, for indexes leave out how a word begins."""
    part = word[2:].lower().encode()
    files = (path for path in sorted(root.rglob("*")) if path.is_file())
    return [
        path.relative_to(root).as_posix()
        for path in files
        if any(part in piece.lower() for piece in unpacked(path.read_bytes()))
    ]


def kept(holdings: Holdings, run: str, *pages: tuple[str, bytes]) -> None:
    with Writer(holdings.root, "tinh-uy-mau", run) as writer:
        for number, (url, response) in enumerate(pages):
            writer.append(capture(url=url, response=response, began=BEGAN + timedelta(minutes=number)))


def torn(holdings: Holdings) -> None:
    """A capture of the page that a crash has torn: half a response at the end of a file left open."""
    writer = Writer(holdings.root, "tinh-uy-mau", "20261203T000000Z-tinh-uy-mau-0003")
    writer.append(capture(url=OTHER, response=PLAIN, began=BEGAN + timedelta(days=3)))
    place = writer.append(capture(url=NAMED, response=SECRET, began=BEGAN + timedelta(days=3)))
    (path,) = holdings.warc.glob("*/*.open")
    os.truncate(path, place.offset + place.length - 40)
    os.close(writer._descriptor)


def brought(holdings: Holdings, folder: Path) -> None:
    """A file of another maker with the page, damaged at its end, and with what the maker noted of the page."""
    text = record("resource", f"Ông {WORD}".encode(), f"urn:text:{NAMED}", Content_Type="text/plain")
    damaged = bytearray(gzip.compress(record("response", HEAD + b"\r\n" + SECRET, NAMED), mtime=0))
    damaged[-6] ^= 1  # of its checksum: all of it can be unpacked
    other = gzip.compress(record("response", PLAIN, f"{SITE}/tin/khac-4.html"))
    path = folder / "khac.warc.gz"
    path.write_bytes(gzip.compress(INFO) + gzip.compress(text) + bytes(damaged) + other + bytes(damaged)[:300])
    list(import_path(holdings, path, source="tinh-uy-mau"))


@pytest.fixture
def holdings(tmp_path: Path) -> Holdings:
    """An archive with the page in every file in which an archive that has seen much may hold it."""
    made = Holdings.create(tmp_path / "data", "Thư viện tỉnh", "https://thuvien.example/")
    kept(made, "20261201T000000Z-tinh-uy-mau-0001", (NAMED, SECRET), (OTHER, PLAIN))
    brought(made, tmp_path)
    torn(made)
    recover(made.root)
    read_in(made)
    train(made)
    cdxj.build(made.root)
    with closing(open_database(made.database)) as db:
        clusters.update(db)
        db.execute("ANALYZE")
    shutil.copy(made.database, made.root / "archive.sqlite.new")
    shutil.copy(made.root / RESTORER, (made.root / RESTORER).with_name(f".{Path(RESTORER).name}.part"))
    part = next(made.warc.glob("*/*0001*.gz"))
    shutil.copy(part, part.with_name(f"{part.name}.part"))
    made.passing.mkdir()
    shutil.copy(part, made.passing / "a.warc.gz")
    folder = made.sources / "mau.golden"
    folder.mkdir()
    for name, text in (("1.html", SECRET), ("1.json", json.dumps({"url": NAMED}).encode()), ("2.html.new", SECRET)):
        (folder / name).write_bytes(text)
    try:
        int(f"Ông {WORD}")
    except ValueError:
        write_fault(made.root)
    return made


def test_the_word_stands_everywhere_before(holdings: Holdings) -> None:
    suffixes = {Path(file).name.rpartition(".")[2] for file in holding(holdings.root)}
    assert suffixes == {"gz", "sqlite", "new", "tail", "part", "html", "log", "bin"}


@pytest.mark.parametrize("how", ["erased", "sealed"])
def test_the_word_stands_nowhere_afterwards(holdings: Holdings, how: str) -> None:
    takedown(holdings, NAMED, how, "dữ liệu cá nhân", WHO)  # type: ignore[arg-type]
    left = holding(holdings.root)
    assert all(file.startswith("sealed/") for file in left)
    assert bool(left) is (how == "sealed")
    assert {(holdings.root / file).stat().st_mode & 0o777 for file in left} <= {0o400}
    rebuild(holdings, REGISTER)
    assert verify(holdings, "full").findings == ()
    takedown(holdings, NAMED, "erased", "dữ liệu cá nhân", WHO)
    assert holding(holdings.root) == []
    assert verify(holdings, "full").findings == ()
    assert {held.capture.url for path in holdings.warcs() for held in scan(path)} == {OTHER, f"{SITE}/tin/khac-4.html"}


def test_what_was_sealed_of_other_pages_is_not_read_when_one_is_erased(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = Holdings.create(tmp_path / "data", "Thư viện tỉnh", "https://thuvien.example/")
    kept(made, "20261201T000000Z-tinh-uy-mau-0001", (NAMED, SECRET), (OTHER, PLAIN))
    read_in(made)
    takedown(made, NAMED, "sealed", "x", WHO)
    read: list[str] = []

    def noting(path: Path, *others: Any) -> Iterator[StoredCapture]:
        read.append(path.relative_to(made.root).parts[0])
        return scan(path, *others)

    monkeypatch.setattr(sys.modules["archive.custody.takedown.plan"], "scan", noting)  # the package has a function plan
    takedown(made, OTHER, "erased", "x", WHO)
    assert read == []
    takedown(made, NAMED, "erased", "x", WHO)
    assert "sealed" in read
