"""Any bit of an archive at rest that is not what it was is found, and its file named."""

from __future__ import annotations

import errno
import json
import os
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from one_capture import capture
from whole_archive import check, copied, files_of, flips, made_at, name, problems, warc

from archive.cli import main
from archive.custody import events, manifest
from archive.custody.verify import scrub, verify
from archive.errors import StorageError
from archive.holdings import Holdings
from archive.search import saved
from archive.warc.reader import scan
from archive.warc.record import digest_holds
from archive.warc.writer import Writer


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Holdings:
    return made_at(tmp_path_factory.mktemp("made") / "data")


@pytest.fixture
def holdings(made: Holdings, tmp_path: Path) -> Holdings:
    return copied(made, tmp_path / "data")


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
    path.write_text(json.dumps(plain | {"exact": False}))
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
    told = CliRunner().invoke(main, ["--archive", str(holdings.root), "--lang", "vi", "verify"])
    assert "hãy đưa tệp từ nơi khác vào bằng `baotinh ingest`" in told.stdout


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


def test_the_result_is_an_event_that_says_who_looked_and_how(holdings: Holdings) -> None:
    verify(holdings)
    clean = events.scan(holdings.root)[0][-1]
    warc(holdings).unlink()
    verify(holdings, "full")
    found = events.scan(holdings.root)[0][-1]
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


def test_a_scrub_is_not_put_off_by_a_check_that_a_wrong_clock_dated_in_the_future(holdings: Holdings) -> None:
    assert len(list(scrub(holdings, now=datetime.now(UTC) - timedelta(days=400)))) == len(manifest.read(holdings.root))


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
    assert digest_holds(digest, b"") is verdict


def test_a_medium_that_cannot_be_written_to_is_looked_at_all_the_same(
    holdings: Holdings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise StorageError("manifest/events.jsonl: Read-only file system") from OSError(errno.EROFS, "")

    monkeypatch.setattr(events, "append", refuse)
    report = verify(holdings)
    assert (report.findings, report.unlogged) == ((), "")
    assert report.notes[-1] == "manifest/events.jsonl: Read-only file system; this result is not in the log"


def test_a_line_of_the_manifest_that_was_lost_or_damaged_is_written_again_where_file_and_log_agree(
    holdings: Holdings,
) -> None:
    whole = manifest.read(holdings.root)
    first, second, *_ = (line + "\n" for line in (holdings.root / manifest.NAME).read_text("utf-8").splitlines())
    (holdings.root / manifest.NAME).write_text("0" * 64 + first[64:] + "z" + second[1:], "utf-8")
    assert check(holdings).findings
    assert CliRunner().invoke(main, ["recover", "--archive", str(holdings.root)]).exit_code == 0
    assert (manifest.read(holdings.root), check(holdings).findings) == (whole, ())


def test_no_line_of_the_manifest_is_written_for_a_file_that_is_not_what_was_closed(holdings: Holdings) -> None:
    path = holdings.warcs()[0]
    path.chmod(0o644)
    path.write_bytes(path.read_bytes()[:-1] + b"\x01")
    (holdings.root / manifest.NAME).unlink()
    CliRunner().invoke(main, ["recover", "--archive", str(holdings.root)])
    assert name(holdings, path) not in manifest.read(holdings.root)
    assert check(holdings).findings
