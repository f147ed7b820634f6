"""Records that other makers write against the standard are kept, named as what they are, and read once."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from takedown_archive import ask, made_at, page

from archive.cli import main
from archive.custody.verify import verify
from archive.holdings import Holdings
from archive.worker import pool as opening

DUPLICATE = "<urn:uuid:11111111-1111-1111-1111-111111111111>"


def record(kind: str, url: str, date: str, block: bytes, number: int, more: str = "", name: str = "") -> bytes:
    name = name or f"<urn:uuid:00000000-0000-0000-0000-{number:012}>"
    head = f"WARC/1.1\r\nWARC-Type: {kind}\r\nWARC-Record-ID: {name}\r\nWARC-Target-URI: {url}\r\nWARC-Date: {date}\r\n"
    head += f"{more}Content-Type: application/http;msgtype=response\r\nContent-Length: {len(block)}\r\n\r\n"
    return gzip.compress(head.encode() + block + b"\r\n\r\n")


ONE, TWO = page("Hội nghị một", "Điều một."), page("Hội nghị hai", "Điều hai.")


@pytest.fixture
def holdings(tmp_path: Path) -> Holdings:
    return Holdings.create(tmp_path / "data", "Thư viện tỉnh", "https://thuvien.example/")


def run(holdings: Holdings, *words: str, code: int = 0) -> Result:
    told = CliRunner().invoke(main, [*words, "--archive", str(holdings.root)])
    assert told.exit_code == code, told.output
    return told


def test_of_two_records_with_one_id_the_second_is_named_as_what_it_is(holdings: Holdings, tmp_path: Path) -> None:
    path = tmp_path / "hai.warc.gz"
    made = [("https://x.example/tin/mot-1.html", ONE), ("https://x.example/tin/hai-2.html", TWO)]
    path.write_bytes(b"".join(record("response", u, "2020-01-01T00:00:00Z", b, 1, name=DUPLICATE) for u, b in made))
    told = run(holdings, "ingest", str(path), code=5)
    assert "1 records bear the WARC-Record-ID of another record" in told.stderr
    assert ask(holdings, "SELECT count(*) FROM captures") == [(1,)]
    for _ in range(2):
        report = verify(holdings, "full", record=False)
        assert report.findings == ()
        assert any("bears the WARC-Record-ID of the record at 0" in note for note in report.notes)
        assert not any("baotinh ingest" in note for note in report.notes)
        assert json.loads(run(holdings, "recover", "--json").stdout)["read"] == 0
        run(holdings, "rebuild")


def test_segments_say_that_their_content_is_not_read(holdings: Holdings, tmp_path: Path) -> None:
    path, url = tmp_path / "phan.warc.gz", "https://x.example/tin/mot-1.html"
    path.write_bytes(
        record("response", url, "2020-01-01T00:00:00Z", ONE[:300], 1, "WARC-Segment-Number: 1\r\n")
        + record("continuation", url, "2020-01-01T00:00:00Z", ONE[300:], 2, "WARC-Segment-Number: 2\r\n")
    )
    told = run(holdings, "ingest", str(path))
    for number in (1, 2):
        assert f"segment {number} of a content that is kept in parts and cannot be read" in told.stderr


def test_a_page_that_cannot_be_taken_in_for_its_date_is_named_and_is_less_than_was_asked(
    holdings: Holdings, tmp_path: Path
) -> None:
    path, url = tmp_path / "ngay.warc.gz", "https://x.example/tin/{}.html"
    path.write_bytes(
        record("response", url.format("mot-1"), "2024-13-45T00:00:00Z", ONE, 1)
        + record("response", url.format("hai-2"), "2024-03-05T00:00:00Z", TWO, 2)
    )
    told = run(holdings, "ingest", str(path), code=5)
    assert "'2024-13-45T00:00:00Z' is not a WARC-Date" in told.stderr
    assert ask(holdings, "SELECT count(*) FROM captures") == [(1,)]


@pytest.mark.parametrize("cut", [False, True])
def test_an_arc_file_that_breaks_off_gives_what_stands_before_and_is_less_than_was_asked(
    holdings: Holdings, tmp_path: Path, cut: bool
) -> None:
    path = tmp_path / "xua.arc"
    whole = b"filedesc://xua.arc 0.0.0.0 20050607080910 text/plain 3\nabc\n"
    for name, body in (("mot-1", ONE), ("hai-2", TWO)):
        whole += f"https://x.example/tin/{name}.html 192.0.2.7 20050607080910 text/html {len(body)}\n".encode() + body
        whole += b"\n"
    path.write_bytes(whole[: len(whole) - 100 * cut])
    run(holdings, "ingest", str(path), code=5 * cut)
    assert ask(holdings, "SELECT count(*) FROM captures") == [(2 - cut,)]


@pytest.mark.parametrize("date", ["9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z"])
def test_a_capture_at_the_ends_of_the_calendar_is_read_as_any_other(
    holdings: Holdings, tmp_path: Path, date: str
) -> None:
    path = tmp_path / "xa.warc.gz"
    body = ONE.replace(b"2020-03-05T15:25:00+07:00", b"2 gi\xe1\xbb\x9d tr\xc6\xb0\xe1\xbb\x9bc")
    path.write_bytes(
        record("response", "https://x.example/tin/mot-1.html", date, ONE, 1)
        + record("response", "https://x.example/tin/hai-2.html", date, body, 2)
    )
    run(holdings, "ingest", str(path))
    assert ask(holdings, "SELECT count(*) FROM captures WHERE reason = 'parser_crash'") == [(0,)]
    assert ask(holdings, "SELECT count(*) FROM articles") == [(2,)]
    assert verify(holdings, "full", record=False).findings == ()
    for words in (
        ("stats",),
        ("search", "hội"),
        ("study", "trends", "hội"),
        ("rebuild", "cdxj"),
        ("rebuild",),
        ("verify", "--in-turn"),
    ):
        run(holdings, *words)


def test_after_a_rebuild_recover_reads_nothing_twice(tmp_path: Path) -> None:
    holdings = made_at(tmp_path / "data")
    copy = tmp_path / "copy.warc.gz"  # the same captures in another file
    copy.write_bytes(record("warcinfo", "urn:x:y", "2020-01-01T00:00:00Z", b"", 9) + holdings.warcs()[0].read_bytes())
    run(holdings, "ingest", str(copy))
    run(holdings, "rebuild")
    for _ in range(2):
        assert json.loads(run(holdings, "recover", "--json").stdout) == {"files": [], "read": 0, "restored": []}


def test_what_is_held_already_is_opened_no_more_and_told_in_one_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    holdings = made_at(tmp_path / "data")
    other = Holdings.create(tmp_path / "other", "a", "b")
    files = [str(path) for path in holdings.warcs()]
    first = json.loads(run(other, "ingest", *files, "--json").stdout)
    sent: list[Any] = []
    real = opening.WorkerPool.send
    monkeypatch.setattr(opening.WorkerPool, "send", lambda self, item: (sent.append(item), real(self, item)))
    copy = tmp_path / "copy.warc.gz"
    copy.write_bytes(record("warcinfo", "urn:x:y", "2020-01-01T00:00:00Z", b"", 9) + holdings.warcs()[0].read_bytes())
    told = run(other, "ingest", *files, str(copy))
    assert sent == []
    assert told.stdout == ""
    again = json.loads(run(other, "ingest", *files, "--json").stdout)
    assert again["known"] == sum(first["states"].values()) + first["known"]
    assert again["states"] == {}
