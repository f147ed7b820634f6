"""An archive at rest with every kind of file in it, and what is to be known of a verification of it."""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

from one_capture import BEGAN, RESPONSE, RUN, capture

from archive.custody import events, manifest, seals
from archive.custody.recover import recover
from archive.custody.verify import Report, verify
from archive.holdings import Holdings
from archive.ingest.pipeline import Ingest
from archive.search import saved
from archive.search.query_files import KeepRequest
from archive.sources import Register
from archive.warc import cdxj
from archive.warc.reader import scan
from archive.warc.writer import Writer

SOURCE = """id = "tinh-uy-mau"
name = "Tỉnh ủy Mẫu"
kind = "party"
province = "bac-kan"
status = "verified"
homepage = "https://tinhuy.example/"
hosts = ["tinhuy.example"]

[[layout]]
family = "generic"
"""


def made_at(root: Path) -> Holdings:
    """The archive, in a new folder `root`: three WARCs, a torn end, index, databases, own sources."""
    holdings = Holdings.create(root, "Thư viện tỉnh", "https://thuvien.example/")
    (holdings.sources / "tinh-uy-mau.toml").write_text(SOURCE)
    for folder in ("corpora", "models"):
        (holdings.root / folder).mkdir()
    model = holdings.root / "models" / "restorer.bin"
    model.write_bytes(bytes(range(256)))
    learnt = {"digest": manifest.digest_of(model)}
    events.append(holdings.root, "modification", "models/restorer.bin", "trained", learnt)
    (holdings.root / "corpora" / "hoi-nghi.json").write_text('{"name": "hoi-nghi", "articles": []}')
    holdings.record_settings()
    saved.save(holdings.root, KeepRequest("hoi-nghi", '"hội nghị" tinh:"Bắc Kạn"'))
    with Writer(holdings.root, "tinh-uy-mau", RUN, roll_at=3000) as writer:
        for number in range(5):
            moment = BEGAN + timedelta(hours=number)
            writer.append(capture(url=f"https://tinhuy.example/tin/{number}.html", began=moment))
    dying = Writer(holdings.root, "bao-mau", "20261125T030000Z-bao-mau-1111")
    dying.append(capture(url="https://bao.example/1", source="bao-mau"))
    dying.sync()
    with (holdings.root / (dying._file + ".open")).open("ab") as stream:
        stream.write(RESPONSE)
    os.close(dying._descriptor)
    recover(holdings.root)
    cdxj.build(holdings.root)
    with Ingest(holdings, Register.load()) as ingest:
        for path in holdings.warcs():
            for held in scan(path):
                ingest.take(held)
    with closing(sqlite3.connect(holdings.frontier)) as frontier:
        frontier.execute("CREATE TABLE todo (url TEXT)")
        frontier.executemany("INSERT INTO todo VALUES (?)", [(f"https://bao.example/{n}",) for n in range(300)])
        frontier.commit()
    for file in ("archive.sqlite", "frontier.sqlite"):
        assert seals.seal(holdings.root, file)
    return holdings


def copied(holdings: Holdings, root: Path) -> Holdings:
    """A copy to be damaged."""
    shutil.copytree(holdings.root, root)
    return Holdings(root, holdings.settings)


def files_of(holdings: Holdings) -> list[Path]:
    return sorted(path for path in holdings.root.rglob("*") if path.is_file() and ".lock" not in path.parts)


def check(holdings: Holdings, level: str = "quick") -> Report:
    return verify(holdings, level, record=False)  # type: ignore[arg-type]


def problems(report: Report) -> set[tuple[str, str]]:
    return {(finding.file, finding.problem) for finding in report.findings}


def warc(holdings: Holdings) -> Path:
    return sorted(holdings.warc.glob("tinh-uy-mau/*.warc.gz"))[0]


def name(holdings: Holdings, path: Path) -> str:
    return path.relative_to(holdings.root).as_posix()


def flips(holdings: Holdings, each: int, seed: int) -> Iterator[tuple[Path, int]]:
    """`each` random bits of every file, one flipped at a time while the caller looks."""
    chance = random.Random(seed)
    for path in files_of(holdings):
        data = path.read_bytes()
        path.chmod(0o644)
        for _ in range(each):
            bit = chance.randrange(len(data) * 8)
            flipped = bytearray(data)
            flipped[bit // 8] ^= 1 << bit % 8
            path.write_bytes(flipped)
            yield path, bit
        path.write_bytes(data)
