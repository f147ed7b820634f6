"""Any bit of an archive at rest that is not what it was is found, and its file named."""

from __future__ import annotations

import json
import os
import random
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from test_warc_write import BEGAN, RESPONSE, RUN, capture

from archive import events, manifest, seals
from archive.holdings import Holdings
from archive.ingest import Ingest
from archive.search import saved
from archive.sources import Register
from archive.store import open_database
from archive.verify import Report, scrub, verify
from archive.warc import index
from archive.warc.digests import holds
from archive.warc.read import scan
from archive.warc.recover import recover
from archive.warc.write import Writer

SOURCE = """id = "tinh-uy-mau"
name = "Tỉnh ủy Mẫu"
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Holdings:
    """An archive at rest with every kind of file in it: three WARCs, a torn end, index, databases, own sources."""
    holdings = Holdings.create(tmp_path_factory.mktemp("made") / "data", "Thư viện tỉnh", "https://thuvien.example/")
    (holdings.sources / "tinh-uy-mau.toml").write_text(SOURCE)
    for folder in ("corpora", "models"):
        (holdings.root / folder).mkdir()
    model = holdings.root / "models" / "restorer.bin"
    model.write_bytes(bytes(range(256)))
    learnt = {"digest": manifest.digest_of(model)}
    events.append(holdings.root, "modification", "models/restorer.bin", "trained", learnt)
    (holdings.root / "corpora" / "hoi-nghi.json").write_text('{"name": "hoi-nghi", "articles": []}')
    holdings.record_settings()
    saved.save(holdings.root, "hoi-nghi", '"hội nghị" tinh:"Bắc Kạn"')
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
    index.build(holdings.root)
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


@pytest.fixture
def holdings(made: Holdings, tmp_path: Path) -> Holdings:
    shutil.copytree(made.root, tmp_path / "data")
    return Holdings(tmp_path / "data", made.settings)


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


@pytest.mark.parametrize("level", ["quick", "full"])
def test_an_archive_at_rest_is_clean(holdings: Holdings, level: str) -> None:
    report = check(holdings, level)
    assert (report.findings, report.notes) == ((), ())
    assert report.files == len(manifest.read(holdings.root))
    assert report.bytes == sum(path.stat().st_size for path in holdings.warcs())
    assert report.records == (0 if level == "quick" else 6 * 3 + report.files)


def test_there_is_a_file_of_every_kind(made: Holdings) -> None:
    names = {path.name if path.parent == made.root else path.parent.name for path in files_of(made)}
    assert names == {"archive.toml", "archive.sqlite", "frontier.sqlite"} | {
        "sources", "corpora", "queries", "models", "manifest", "seals", "index", "tinh-uy-mau", "bao-mau"
    }  # fmt: skip
    assert any(path.name.endswith(".tail") for path in files_of(made))


def test_every_flipped_bit_is_found_and_its_file_named(holdings: Holdings) -> None:
    missed = []
    for path, bit in flips(holdings, each=6, seed=2026):
        named = {finding.file for finding in check(holdings).findings}
        if name(holdings, path) not in named:
            missed.append((name(holdings, path), bit, named))
    assert missed == []
    assert check(holdings).clean


def test_a_flip_inside_a_record_is_named_with_the_offset_of_its_record(holdings: Holdings) -> None:
    path = warc(holdings)
    place = [held.place for held in scan(path)][1]
    path.chmod(0o644)
    data = bytearray(path.read_bytes())
    data[place.offset + place.length // 2] ^= 16
    path.write_bytes(data)
    for level in ("quick", "full"):
        found = [finding for finding in check(holdings, level).findings if finding.file == place.file]
        assert [(finding.problem, finding.offset) for finding in found] == [("unreadable", place.offset)]


def test_a_flip_outside_of_every_record_is_found_by_the_digest_of_the_file(holdings: Holdings) -> None:
    path = warc(holdings)
    path.chmod(0o644)
    data = bytearray(path.read_bytes())
    data[4] ^= 1  # the time in the head of the first gzip member
    path.write_bytes(data)
    (finding,) = check(holdings).findings
    assert (finding.file, finding.problem) == (name(holdings, path), "changed")
    assert "between their contents" in finding.detail


def test_a_saved_query_of_an_older_program_is_no_damage(holdings: Holdings) -> None:
    path = holdings.root / "queries" / "hoi-nghi.json"
    plain = {name: value for name, value in json.loads(path.read_text()).items() if name != "file_digest"}
    path.write_text(json.dumps(plain))
    assert check(holdings).clean
    assert saved.load(holdings.root, "hoi-nghi").query
    path.write_text(json.dumps(plain | {"quary": ""}))
    assert problems(check(holdings)) == {("queries/hoi-nghi.json", "changed")}


def test_a_file_that_is_gone_is_missed(holdings: Holdings) -> None:
    path = warc(holdings)
    path.unlink()
    assert (name(holdings, path), "missing") in problems(check(holdings))


def test_a_file_gone_with_its_manifest_line_is_missed_by_the_log(holdings: Holdings) -> None:
    path = warc(holdings)
    path.unlink()
    lines = (holdings.root / manifest.NAME).read_text().splitlines(keepends=True)
    (holdings.root / manifest.NAME).write_text("".join(line for line in lines if path.name not in line))
    assert (name(holdings, path), "missing") in problems(check(holdings))


def test_a_forged_file_with_a_forged_manifest_line_is_found_by_the_log(holdings: Holdings) -> None:
    path = warc(holdings)
    was = manifest.digest_of(path)
    shutil.copy(next(other for other in holdings.warcs() if other != path), path)
    listing = holdings.root / manifest.NAME
    listing.write_text(listing.read_text().replace(was[7:], manifest.digest_of(path)[7:]))
    assert (events.NAME, "changed") in problems(check(holdings))


def test_a_closed_file_nobody_knows_is_named(holdings: Holdings) -> None:
    stranger = holdings.warc / "tinh-uy-mau" / "la.warc.gz"
    shutil.copy(warc(holdings), stranger)
    assert problems(check(holdings)) == {(name(holdings, stranger), "unlisted")}


def test_a_file_left_open_is_named_and_one_being_written_is_not(holdings: Holdings) -> None:
    writer = Writer(holdings.root, "tinh-uy-mau", "20261126T000000Z-tinh-uy-mau-aaaa")
    place = writer.append(capture())
    report = check(holdings)
    assert report.clean
    assert any(place.file in note for note in report.notes)
    os.close(writer._descriptor)
    assert (place.file, "open") in problems(check(holdings))


def test_the_operators_own_change_of_settings_is_told_until_it_is_recorded(holdings: Holdings) -> None:
    path = holdings.root / "archive.toml"
    path.write_text(path.read_text().replace("scrub_days = 90", "scrub_days = 30"))
    assert problems(check(holdings)) == {("archive.toml", "changed")}
    (event,) = holdings.record_settings()
    assert "scrub_days = 30" in event.detail_json
    assert holdings.record_settings() == ()
    assert check(holdings).clean


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("UPDATE captures SET url = 'https://khac.example/' WHERE id = 2", "url 'https://khac.example/'"),
        ("UPDATE captures SET captured_at = '1999' WHERE id = 2", "captured_at '1999'"),
        ("UPDATE captures SET status = 404 WHERE id = 2", "status 404, WARC 200"),
        ("UPDATE captures SET payload_digest = 'sha256:0' WHERE id = 2", "payload_digest 'sha256:0'"),
        ('UPDATE captures SET "offset" = "offset" + 1 WHERE id = 2', "no response begins at"),
        ("PRAGMA foreign_keys = OFF; DELETE FROM captures WHERE id = 2", "has no row; `baotinh ingest` reads it"),
    ],
)
def test_a_row_that_differs_from_its_record_is_named_even_without_a_seal(
    holdings: Holdings, change: str, told: str
) -> None:
    seals.seal_path(holdings.root, "archive.sqlite").unlink()
    with closing(sqlite3.connect(holdings.database)) as db:
        db.executescript(change)
    found = [finding for finding in check(holdings, "full").findings if finding.problem == "row"]
    assert found
    assert any(told in finding.detail for finding in found)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE captures SET file = 'warc/x/khong-co.warc.gz' WHERE id = 2",
        'UPDATE captures SET "offset" = 999999999 WHERE id = 2',
    ],
)
def test_a_row_that_points_nowhere_is_found_by_the_quick_look_too(holdings: Holdings, change: str) -> None:
    seals.seal_path(holdings.root, "archive.sqlite").unlink()
    with closing(sqlite3.connect(holdings.database)) as db:
        db.executescript(change)
    assert ("archive.sqlite", "row") in problems(check(holdings))


def test_a_database_that_is_none_is_named_and_the_rest_is_still_looked_at(holdings: Holdings) -> None:
    holdings.database.write_bytes(b"not a database at all" * 500)
    report = check(holdings, "full")
    assert ("archive.sqlite", "database") in problems(report)
    assert report.records > 10


def test_an_archive_without_database_or_index_is_clean(holdings: Holdings) -> None:
    for path in (holdings.database, seals.seal_path(holdings.root, "archive.sqlite")):
        path.unlink()
    shutil.rmtree(holdings.root / "index")
    report = check(holdings, "full")
    assert report.clean
    assert any("baotinh rebuild" in note for note in report.notes)


def test_an_index_that_lies_consistently_is_found_by_the_full_look(holdings: Holdings) -> None:
    part = sorted(holdings.root.glob("index/tinh-uy-mau/*.cdxj"))[0]
    sums = holdings.root / index.SUMS
    was = manifest.digest_of(part)
    part.write_bytes(part.read_bytes().replace(b'"status": "200"', b'"status": "404"'))
    lines = sums.read_bytes().partition(index.OWN_DIGEST)[0]
    sums.write_bytes(index.with_own_digest(lines.replace(was[7:].encode(), manifest.digest_of(part)[7:].encode())))
    assert check(holdings).clean
    assert problems(check(holdings, "full")) == {(name(holdings, part), "index")}


def test_the_result_is_an_event_that_says_who_looked_and_how(holdings: Holdings) -> None:
    verify(holdings)
    clean = events.read(holdings.root)[-1]
    warc(holdings).unlink()
    verify(holdings, "full")
    found = events.read(holdings.root)[-1]
    assert (clean.type, clean.object, clean.outcome) == ("fixity check", "archive", "clean")
    assert (found.outcome, found.operator) == ("2 findings", "Thư viện tỉnh")
    assert '"level": "full"' in found.detail_json
    assert "missing" in found.detail_json


def test_a_scrub_reads_the_longest_unread_first_and_goes_on_where_it_stopped(holdings: Holdings) -> None:
    later = datetime.now(UTC) + timedelta(days=100)
    files = list(manifest.read(holdings.root))
    pauses: list[float] = []
    first = list(scrub(holdings, now=later, limit_bytes=1, bytes_per_second=1000, pause=pauses.append))
    rest = list(scrub(holdings, now=later))
    assert [scrubbed.file for scrubbed in (*first, *rest)] == [*files, files[0]]
    assert all(scrubbed.findings == () for scrubbed in (*first, *rest))
    assert 0 < pauses[0] <= first[0].bytes / 1000
    assert list(scrub(holdings)) == []


def test_a_scrub_finds_what_has_changed(holdings: Holdings) -> None:
    path = warc(holdings)
    path.chmod(0o644)
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)
    found = {
        scrubbed.file: scrubbed.findings for scrubbed in scrub(holdings, now=datetime.now(UTC) + timedelta(days=91))
    }
    assert [finding.problem for finding in found.pop(name(holdings, path))] == ["unreadable"]
    assert set(found.values()) == {()}


def test_a_writer_breaks_the_seal_and_the_last_one_sets_it_again(holdings: Holdings) -> None:
    first, second = (seals.Writing(holdings.root, "frontier.sqlite") for _ in range(2))
    assert not seals.is_sealed(holdings.root, "frontier.sqlite")
    with closing(sqlite3.connect(holdings.frontier)) as db:
        db.execute("DELETE FROM todo")
        db.commit()
    first.close()
    assert not seals.is_sealed(holdings.root, "frontier.sqlite")
    assert any("frontier.sqlite is not sealed" in note for note in check(holdings).notes)
    second.close()
    second.close()
    assert check(holdings).notes == ()


@pytest.mark.parametrize(
    ("digest", "verdict"),
    [
        ("sha1:VGMT4NSHA2AWVOR6EVYXQUGCNSONBWE5", False),
        ("sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ", True),
        ("sha1:da39a3ee5e6b4b0d3255bfef95601890afd80709", True),
        ("sha256:E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855", True),
        ("md5:d41d8cd98f00b204e9800998ecf8427e", True),
        ("blake9:00", None),
        ("sha256:", None),
        ("", None),
    ],
)
def test_digests_of_all_makers_are_understood(digest: str, verdict: bool | None) -> None:
    assert holds(digest, b"") is verdict


def test_whoever_opens_a_database_to_write_breaks_its_seal_and_a_reader_does_not(holdings: Holdings) -> None:
    open_database(holdings.database, readonly=True).close()
    assert seals.is_sealed(holdings.root, "archive.sqlite")
    open_database(holdings.database).close()
    assert not seals.is_sealed(holdings.root, "archive.sqlite")
    assert check(holdings).clean
