"""Captures go to disk whole, come back equal, and closed files are sealed."""

from __future__ import annotations

import stat
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from one_capture import BEGAN, RUN, capture

from archive.custody import events, manifest
from archive.holdings import Holdings
from archive.model import Capture
from archive.warc.captures import OWN
from archive.warc.reader import read, scan
from archive.warc.writer import Writer

LINE = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\n\0"), max_size=40)
NAME = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=12).filter(lambda name: name not in OWN)
HEADS = st.sampled_from(
    [
        b"",
        b"garbage, not HTTP at all",
        b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n",
        b"HTTP/1.1 200 OK\nX: 1\n folded\n\n",
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: <a>\r\n\r\nHTTP/1.1 200 OK\r\n\r\n",
        b"HTTP/1.1 103 Early Hints\r\n\r\nrubbish",
        b"HTTP/1.0 200\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
        b"HTTP/1.1 304 Not Modified\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nno colon\r\nX-\xff: \xfe\r\n",
    ]
)
CAPTURES = st.builds(
    Capture,
    url=LINE.map(lambda rest: "https://tinhuy.example/" + rest),
    began=st.datetimes(min_value=datetime(1995, 1, 1), max_value=datetime(2100, 1, 1), timezones=st.just(UTC)),
    request=st.binary(max_size=200),
    response=st.builds(bytes.__add__, HEADS, st.binary(max_size=600)),
    source=st.just("tinh-uy-mau"),
    kind=st.sampled_from(["article", "listing", "feed", "sitemap", "robots", "image", "attachment", "page"]),
    run=LINE,
    address=st.sampled_from(["", "203.0.113.7", "2001:db8::7"]),
    protocols=st.sampled_from([(), ("http/1.1",), ("http/1.1", "tls/1.3")]),
    truncated=st.sampled_from([None, "length", "time", "disconnect", "unspecified"]),
    via=LINE,
    notes=st.lists(st.tuples(NAME, LINE), max_size=4).map(tuple),
)


@given(taken=CAPTURES)
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_capture_read_back_is_the_capture_that_was_appended(tmp_path: Path, taken: Capture) -> None:
    with Writer(tmp_path, "tinh-uy-mau", RUN) as writer:
        place = writer.append(taken)
        held = read(tmp_path, place)
        assert held.capture == taken
        assert list(scan(next(tmp_path.glob("warc/*/*.open")))) == [held]


def test_a_place_holds_before_and_after_the_file_is_closed(holdings: Holdings) -> None:
    writer = Writer(holdings.root, "tinh-uy-mau", RUN)
    places = [writer.append(capture(url=f"https://tinhuy.example/{number}")) for number in range(5)]
    writer.sync()
    before = [read(holdings.root, place) for place in places]
    writer.close()
    assert [read(holdings.root, place) for place in places] == before
    assert not list(holdings.warc.glob("*/*.open"))


def test_a_closed_file_is_read_only_in_the_manifest_and_in_the_log(holdings: Holdings) -> None:
    with Writer(holdings.root, "tinh-uy-mau", RUN) as writer:
        place = writer.append(capture())
    path = holdings.root / place.file
    assert stat.S_IMODE(path.stat().st_mode) == 0o444
    assert manifest.read(holdings.root) == {place.file: manifest.digest_of(path)}
    checked = subprocess.run(["sha256sum", "-c", manifest.NAME], cwd=holdings.root, capture_output=True, check=False)
    assert (checked.returncode, checked.stderr) == (0, b"")
    last = events.scan(holdings.root)[0][-1]
    assert (last.type, last.object, last.outcome) == ("message digest calculation", place.file, "closed")


def test_a_file_rolls_at_its_size_and_every_capture_is_found_again(holdings: Holdings) -> None:
    with Writer(holdings.root, "tinh-uy-mau", RUN, roll_at=3000) as writer:
        places = [writer.append(capture(began=BEGAN + timedelta(seconds=number))) for number in range(9)]
    assert len({place.file for place in places}) > 2
    assert [read(holdings.root, place).capture.began.second for place in places] == list(range(9))


def test_a_second_writer_of_the_same_run_takes_another_file(holdings: Holdings) -> None:
    with Writer(holdings.root, "tinh-uy-mau", RUN) as first, Writer(holdings.root, "tinh-uy-mau", RUN) as second:
        assert first.append(capture()).file != second.append(capture()).file


def test_a_writer_without_captures_leaves_no_file(holdings: Holdings) -> None:
    Writer(holdings.root, "tinh-uy-mau", RUN).close()
    assert list(holdings.warc.iterdir()) == []


@pytest.mark.parametrize("note", [("source", "x"), ("a\r\nb", "x"), ("a", "x\r\ninjected: y"), ("", "x"), ("a:b", "x")])
def test_a_note_cannot_forge_another_field(tmp_path: Path, note: tuple[str, str]) -> None:
    with Writer(tmp_path, "tinh-uy-mau", RUN) as writer, pytest.raises(ValueError):
        writer.append(capture(notes=(note,)))


def test_a_url_cannot_forge_another_header(tmp_path: Path) -> None:
    with Writer(tmp_path, "tinh-uy-mau", RUN) as writer, pytest.raises(ValueError):
        writer.append(capture(url="https://tinhuy.example/\r\nWARC-Type: resource"))
