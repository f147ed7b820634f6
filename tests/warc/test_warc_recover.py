"""A file left open is closed as far as it is whole; nothing torn stays, and what was cut is kept aside."""

from __future__ import annotations

import os

import pytest
from dying_writer import URLS, abandoned, is_whole, urls
from one_capture import RUN, capture

from archive.custody import events, manifest
from archive.custody.recover import RECOVERED, recover
from archive.holdings import Holdings
from archive.warc.reader import read
from archive.warc.writer import Writer


def test_a_file_left_open_and_whole_is_closed_as_it_stands(holdings: Holdings) -> None:
    abandoned(holdings)
    (done,) = recover(holdings.root)
    assert (done.outcome, done.captures, done.tail) == ("closed", 4, "")
    assert urls(holdings) == URLS
    assert is_whole(holdings)
    assert recover(holdings.root) == ()


def test_cut_at_every_byte_the_file_keeps_each_whole_response_and_the_rest_lies_aside(holdings: Holdings) -> None:
    path, places = abandoned(holdings)
    data = path.read_bytes()
    for length in [*range(places[2].offset - 3, len(data), 7), len(data)]:
        folder = holdings.root / f"copy-{length}"
        torn = folder / "warc" / "tinh-uy-mau" / path.name
        torn.parent.mkdir(parents=True)
        torn.write_bytes(data[:length])
        (done,) = recover(folder)
        kept = [place for place in places if place.offset + place.length <= length]
        assert [read(folder, place).capture.url for place in kept] == URLS[: len(kept)]
        assert done.captures == len(kept)
        whole = kept and read(folder, kept[-1]).capture == capture(url=URLS[len(kept) - 1])
        assert bool(done.completed) is not bool(whole)
        aside = (folder / done.tail).read_bytes() if done.tail else b""
        assert data[:length].endswith(aside)
        assert len(aside) == done.cut_bytes
        assert (folder / done.file).read_bytes()[: length - len(aside)] == data[: length - len(aside)]
        assert is_whole(Holdings(folder, holdings.settings))


def test_a_response_without_its_metadata_is_kept_and_says_so(holdings: Holdings) -> None:
    path, places = abandoned(holdings)
    os.truncate(path, places[3].offset + places[3].length)
    (done,) = recover(holdings.root)
    held = read(holdings.root, places[3])
    assert (done.outcome, done.completed) == ("cut", places[3].record_id)
    assert (held.capture.response, held.capture.request) == (capture().response, b"")
    assert (held.capture.source, held.capture.run, held.capture.kind) == ("tinh-uy-mau", RUN, "page")
    assert held.capture.notes == (RECOVERED,)


@pytest.mark.parametrize("length", [0, 1, 100])
def test_a_file_without_a_capture_is_taken_away_with_its_bytes_kept(holdings: Holdings, length: int) -> None:
    path, _ = abandoned(holdings)
    os.truncate(path, length)
    (done,) = recover(holdings.root)
    assert done.outcome == "removed"
    assert sum(tail.stat().st_size for tail in holdings.warc.glob("*/*.tail")) == length
    assert not list(holdings.warc.glob("*/*.warc.gz*.open"))


def test_damage_before_the_end_is_reported_and_never_cut(holdings: Holdings) -> None:
    path, places = abandoned(holdings)
    data = bytearray(path.read_bytes())
    data[places[1].offset + places[1].length // 2] ^= 4
    path.write_bytes(data)
    (done,) = recover(holdings.root)
    assert [fault.offset for fault in done.faults] == [places[1].offset]
    assert (holdings.root / done.file).read_bytes() == bytes(data)
    assert urls(holdings) == [URLS[0], *URLS[2:]]


def test_a_living_writer_is_left_alone(holdings: Holdings) -> None:
    with Writer(holdings.root, "tinh-uy-mau", RUN) as writer:
        place = writer.append(capture())
        assert recover(holdings.root) == ()
        writer.append(capture())
    assert read(holdings.root, place).capture == capture()


def test_a_file_changed_after_its_manifest_line_is_named_and_not_touched(holdings: Holdings) -> None:
    path, _ = abandoned(holdings)
    file = path.relative_to(holdings.root).as_posix().removesuffix(".open")
    manifest.add(holdings.root, file, manifest.digest_of(path))
    os.truncate(path, 1000)
    (done,) = recover(holdings.root)
    assert (done.outcome, path.stat().st_size) == ("damaged", 1000)


def test_the_event_log_tells_of_every_cut(holdings: Holdings) -> None:
    path, _ = abandoned(holdings)
    with path.open("ab") as stream:
        stream.write(b"\x1f\x8b\x08torn")
    (done,) = recover(holdings.root)
    (event,) = [event for event in events.scan(holdings.root)[0] if event.outcome == "torn end cut"]
    assert (event.type, event.object) == ("modification", done.file)
    assert f'"kept_in": "{done.tail}"' in event.detail_json
