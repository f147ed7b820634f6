"""The records of some captures are found in one reading of a file, whoever wrote it and in whatever order."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from resting import flip

from archive.errors import DamageError
from archive.warc.groups import chosen, copied, groups_of
from archive.warc.members import Fault
from archive.warc.reader import records
from archive.warc.record import Fields, build, compress


def record(kind: str, name: str, more: Fields = (), url: str = "") -> bytes:
    """A record of this kind whose id is `name`."""
    head = (("WARC-Type", kind), ("WARC-Record-ID", f"<{name}>"), ("WARC-Date", f"2026-01-01T00:00:{len(name):02}Z"))
    return compress(build((*head, ("WARC-Target-URI", url or f"http://a.example/{name}"), *more), name.encode() * 9), 1)


def capture(number: int, chance: random.Random) -> list[bytes]:
    """The records of one capture, tied in one of the ways that programs tie them, in one of their orders."""
    name, url = f"urn:r{number}", f"http://a.example/{number}"
    match chance.randrange(4):
        case 0:  # ours: the answer comes first
            tie: Fields = (("WARC-Concurrent-To", f"<{name}>"),)
            return [record("response", name), record("request", f"{name}q", tie), record("metadata", f"{name}m", tie)]
        case 1:  # wget: the request comes first
            tie = (("WARC-Concurrent-To", f"<{name}>"),)
            return [record("request", f"{name}q", tie), record("response", name)]
        case 2:  # the answer names its request
            tie = (("WARC-Concurrent-To", f"<{name}q>"),)
            return [record("request", f"{name}q"), record("response", name, tie)]
        case _:  # a page made from a line of a file
            made = record("conversion", name, (("WARC-Refers-To", f"<{name}l>"),), url)
            return [record("resource", f"{name}l", (), f"urn:x:{number}"), made]


@pytest.mark.parametrize("seed", range(20))
def test_one_reading_finds_what_two_find(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    path = tmp_path / "one.warc.gz"
    groups = [capture(number, chance) for number in range(12)]
    if seed % 2:  # somebody has sorted the file otherwise
        single = [one for group in groups for one in group]
        chance.shuffle(single)
        groups = [single]
    path.write_bytes(record("warcinfo", "urn:info") + b"".join(one for group in groups for one in group))
    wanted = {f"urn:r{number}" for number in range(12) if chance.random() < 0.4}
    twice = groups_of(path, wanted)
    found = [one for one in records(path) if not isinstance(one, Fault)]
    expected = [one for one in found if one.record.type == "warcinfo" or twice.holds(one.record)]
    once, places = chosen(path, wanted)
    assert once == twice
    assert places == [(one.offset, one.length) for one in expected]
    whole = path.read_bytes()
    assert b"".join(copied(path, places)) == b"".join(whole[one.offset : one.offset + one.length] for one in expected)


def three(path: Path) -> list[tuple[int, int]]:
    """Three captures in the order of our own files, and where each record lies."""
    parts = [record("warcinfo", "urn:info")]
    for number in range(3):
        name = f"urn:r{number}"
        tie: Fields = (("WARC-Concurrent-To", f"<{name}>"),)
        parts += [record("response", name), record("request", f"{name}q", tie), record("metadata", f"{name}m", tie)]
    path.write_bytes(b"".join(parts))
    return [(one.offset, one.length) for one in records(path) if not isinstance(one, Fault)]


@pytest.mark.parametrize(("at", "what"), [(4, "answer"), (5, "request"), (6, "metadata")])
def test_no_record_of_a_capture_wanted_is_left_out_in_silence(tmp_path: Path, at: int, what: str) -> None:
    path = tmp_path / "one.warc.gz"
    offset, length = three(path)[at]
    flip(path, offset + length // 2)
    with pytest.raises(DamageError, match=f"the record at byte {offset} cannot be read"):
        chosen(path, {"urn:r1"})
    assert chosen(path, {"urn:r1"}, {offset})[0].captures == 1 if what != "answer" else True


@pytest.mark.parametrize("at", [1, 3, 7, 9])
def test_damage_of_a_capture_that_nobody_wants_refuses_nothing(tmp_path: Path, at: int) -> None:
    path = tmp_path / "one.warc.gz"
    places = three(path)
    flip(path, places[at][0] + places[at][1] // 2)
    assert chosen(path, {"urn:r1"})[1] == [places[0], *places[4:7]]


def test_an_answer_that_is_not_in_the_file_is_missed_though_every_record_reads(tmp_path: Path) -> None:
    path = tmp_path / "one.warc.gz"
    three(path)
    with pytest.raises(DamageError, match="1 of the records that the database names are not in it"):
        chosen(path, {"urn:r1", "urn:khac"})
