"""Files and answers made to cost time or to stop a run: each costs what its length does, and one record at most."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from growth import MOST, growth
from other_warcs import INFO, PAGE, RESPONSE, URL, given, packed, record

from archive.custody.rebuild import rebuild
from archive.errors import DamageError
from archive.holdings import Holdings
from archive.importers import import_path
from archive.ingest.pipeline import Ingest
from archive.sources import Register
from archive.warc import http
from archive.warc import http as coding
from archive.warc.members import Fault, Member, members
from archive.warc.reader import read, scan
from archive.warc.record import parse, read_timestamp

REGISTER = Register.load()


SIZES = (12_500, 25_000, 50_000, 100_000)


def test_a_head_folded_without_end_costs_what_its_length_does() -> None:
    def folded(lines: int) -> Callable[[], object]:  # 600,000 took 6 s, twice as many 25
        return partial(http.parse_headers, b"X: a\r\n" + b" b\r\n" * lines)

    assert growth(folded, SIZES) <= MOST
    assert [(name, len(value)) for name, value in http.parse_headers(b"X: a\r\n" + b" b\r\n" * 1000)] == [("X", 2001)]


def test_folded_lines_are_joined_by_one_blank_and_empty_ones_add_none() -> None:
    assert http.parse_headers(b"A:\r\n b\r\n \r\n\tc \r\nD: e") == (("A", "b c"), ("D", "e"))
    data = b"WARC/1.0\r\nA: b\r\n  c\r\nContent-Length: 0\r\n\r\n\r\n\r\n"
    assert parse(data).fields == (("a", "b c"), ("content-length", "0"))


def test_gzip_members_without_end_cost_what_their_length_does() -> None:
    empty, last = gzip.compress(b""), gzip.compress(PAGE)
    assert growth(lambda count: partial(coding.decode, empty * count + last, ["gzip"], 1 << 20), SIZES) <= MOST
    assert coding.decode(empty * 50_000 + last, ["gzip"], 1 << 20) == PAGE  # took 12 s


@pytest.mark.parametrize("size", [0, 1, 1000, 1023, 1024, 1025, 70_000])
def test_members_of_every_size_are_put_together(size: int) -> None:
    noise = bytes(hash((size, at)) % 256 for at in range(size))
    body = b"".join(gzip.compress(one) for one in (noise, PAGE, noise))
    assert coding.decode(body + b"rest", ["gzip"], 1 << 20) == noise + PAGE + noise


def test_what_only_begins_like_members_costs_what_its_length_does(tmp_path: Path) -> None:
    def looked(count: int) -> Callable[[], list[Member | Fault]]:  # 400,000 took 6.4 s
        path = given(tmp_path, f"{count}.warc.gz", packed(INFO) + b"\x1f\x8b\x08" * count + packed(RESPONSE))
        return lambda: list(members(path))

    assert growth(looked, SIZES) <= MOST
    first, fault, last = looked(100_000)()
    assert isinstance(first, Member)
    assert isinstance(fault, Fault)
    assert (fault.length, isinstance(last, Member)) == (300_000, True)


@pytest.mark.parametrize("gap", [(1 << 20) - 40, (1 << 20) - 2, 1 << 20, (1 << 20) + 3, 3 << 20])
def test_the_member_behind_a_damaged_stretch_is_found_wherever_it_begins(tmp_path: Path, gap: int) -> None:
    start = len(packed(INFO))
    path = given(tmp_path, "a.warc.gz", packed(INFO) + bytes(gap) + packed(RESPONSE))
    assert [(item.offset, item.length) for item in members(path)][1:] == [
        (start, gap),
        (start + gap, len(packed(RESPONSE))),
    ]


@pytest.mark.parametrize("date", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"])
def test_a_date_that_is_none_in_utc_costs_one_record(holdings: Holdings, tmp_path: Path, date: str) -> None:
    with pytest.raises(DamageError, match="is not a WARC-Date"):
        read_timestamp(date)
    odd = record("response", b"HTTP/1.1 200 OK\r\n\r\nx", "http://tinhuy.example/tin/2.html", WARC_Date=date)
    (one,) = import_path(holdings, given(tmp_path, "a.warc.gz", packed(INFO, odd, RESPONSE)))
    assert (one.captures, any(date in sentence for sentence in one.skipped)) == (1, True)
    assert rebuild(holdings, REGISTER).captures == 1


@pytest.mark.parametrize("first", ["damaged", "a page"])
def test_a_first_record_that_tells_nothing_of_the_others_costs_none_of_them(
    holdings: Holdings, tmp_path: Path, first: str
) -> None:
    page = record("response", b"HTTP/1.1 200 OK\r\nsoftware: crau\r\n\r\nsoftware: crau\r\n", "http://a.example/1")
    data = packed(INFO if first == "damaged" else page, RESPONSE)
    (one,) = import_path(holdings, given(tmp_path, "a.warc.gz", data))
    path = holdings.root / one.file
    if first == "damaged":
        path.chmod(0o644)
        path.write_bytes(data[:20] + b"\xff" + data[21:])
    found = {held.capture.url: held for held in scan(path)}
    assert read(holdings.root, found[URL].place).provenance == found[URL].provenance == "imported"
    with Ingest(holdings, REGISTER) as ingest:
        assert ingest.read(found[URL].place).state == "new"
