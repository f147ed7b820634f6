"""Sealed and erased records leave their files, all others stay byte for byte, and dying midway changes no outcome."""

from __future__ import annotations

import gzip
import json
from datetime import timedelta
from pathlib import Path

import pytest
from one_capture import BEGAN, RUN, capture
from takedown_archive import NAMED, OTHER, PAGES, REGISTER, SECRET, SITE, WHO, broken_off, made_at, traces, urls

from archive.custody import events, manifest
from archive.custody.rebuild import rebuild
from archive.custody.takedown import takedown
from archive.custody.verify import verify
from archive.custody.withheld import rules
from archive.errors import LockedError
from archive.holdings import Holdings
from archive.warc import cdxj
from archive.warc.captures import Original
from archive.warc.reader import scan
from archive.warc.writer import Writer


@pytest.fixture
def holdings(tmp_path: Path) -> Holdings:
    return made_at(tmp_path / "data")


def test_erased_content_stands_in_no_file_any_more(holdings: Holdings) -> None:
    assert len(traces(holdings, SECRET.encode())) > 2
    taken = takedown(holdings, NAMED, "erased", "dữ liệu cá nhân", WHO)
    rebuild(holdings, REGISTER)
    assert [one.sealed for one in taken.rewritten] == [""] * len(taken.rewritten)
    left = set(traces(holdings, SECRET.encode()))
    # The page that points to it still quotes its headline: that is another page's content, and is not shown.
    assert left <= {path.relative_to(holdings.root).as_posix() for path in holdings.warcs()}
    assert all(OTHER in urls(holdings) for _ in left)
    takedown(holdings, OTHER, "erased", "dữ liệu cá nhân", WHO)
    rebuild(holdings, REGISTER)
    assert traces(holdings, SECRET.encode()) == []
    assert verify(holdings, "full").clean


def test_every_other_record_stays_byte_for_byte_with_a_tombstone_in_the_gap(holdings: Holdings) -> None:
    def members() -> dict[str, bytes]:
        found = {}
        for path in holdings.warcs():
            data = path.read_bytes()
            for held in scan(path):
                place = held.place
                found[place.record_id] = data[place.offset : place.offset + place.length]
        return found

    before = members()
    lengths = {path: path.stat().st_size for path in holdings.warcs()}
    taken = takedown(holdings, NAMED, "erased", "dữ liệu cá nhân", WHO)
    assert {path: path.stat().st_size for path in holdings.warcs()} == lengths
    after = members()
    assert len(before) - len(after) == 4
    assert all(after[name] == before[name] for name in after)
    stones = []
    for one in taken.rewritten:
        text = gzip.decompress((holdings.root / one.file).read_bytes()).decode("utf-8", "replace")
        stones += [block for block in text.split("WARC/1.1\r\n") if "\r\nremoved: erased" in block]
    assert len(stones) == 4
    assert all("reason: dữ liệu cá nhân" in stone and f"authority: {WHO}" in stone for stone in stones)
    assert sum(f"WARC-Target-URI: {NAMED}\r\n" in stone for stone in stones) == 2
    assert all("removed-block-digest: sha256:" in stone for stone in stones)


def test_sealed_records_lie_apart_for_those_who_may_read_them(holdings: Holdings) -> None:
    before = {held.capture.url: held.capture.response for path in holdings.warcs() for held in scan(path)}
    taken = takedown(holdings, NAMED, "sealed", "dữ liệu cá nhân", WHO)
    rebuild(holdings, REGISTER)
    sealed = [holdings.root / one.sealed for one in taken.rewritten]
    kept = [held for path in sealed for held in scan(path)]
    assert {held.capture.url for held in kept} == {url for url in before if "tran-van-mau" in url}
    assert all(held.capture.run == RUN for held in kept)
    assert {path.stat().st_mode & 0o777 for path in sealed} == {0o400}
    assert all(one.sealed in manifest.read(holdings.root) for one in taken.rewritten)
    assert verify(holdings, "full").clean
    sealed[0].chmod(0o600)
    sealed[0].write_bytes(sealed[0].read_bytes()[:-1])
    assert not verify(holdings).clean


def test_the_log_tells_who_took_what_down_and_both_digests(holdings: Holdings) -> None:
    digests = manifest.read(holdings.root)
    taken = takedown(holdings, NAMED, "erased", "dữ liệu cá nhân", WHO)
    log = events.scan(holdings.root)[0]
    (rule,) = [event for event in log if event.type == "deaccession"]
    detail = json.loads(rule.detail_json)
    assert (rule.object, rule.outcome, detail["reason"], detail["authority"]) == (
        NAMED,
        "erased",
        "dữ liệu cá nhân",
        WHO,
    )
    for one in taken.rewritten:
        *_, new = [json.loads(event.detail_json) for event in log if event.object == one.file]
        assert (new["replaced_digest"], new["takedown"]) == (digests[one.file], taken.rule.seq)
        assert new["digest"] == manifest.read(holdings.root)[one.file] == manifest.digest_of(holdings.root / one.file)


def test_the_index_follows(holdings: Holdings) -> None:
    takedown(holdings, NAMED, "erased", "dữ liệu cá nhân", WHO)
    assert cdxj.find_entries(holdings.root / cdxj.MERGED, NAMED) == ()
    for entry in cdxj.find_entries(holdings.root / cdxj.MERGED, OTHER):
        assert (holdings.root / entry.filename).exists()


def test_a_revisit_of_what_is_erased_goes_with_it(holdings: Holdings) -> None:
    first = next(held for path in holdings.warcs() for held in scan(path) if held.capture.url == NAMED)
    known = Original(first.place.record_id, NAMED, "2026-11-24T03:00:00.123Z", first.payload_digest)
    with Writer(holdings.root, "tinh-uy-mau", "20261201T000000Z-tinh-uy-mau-0001", known=lambda *_: known) as writer:
        writer.append(
            capture(url=f"{SITE}/ban-sao.html", response=first.capture.response, began=BEGAN + timedelta(days=3))
        )
    taken = takedown(holdings, NAMED, "erased", "dữ liệu cá nhân", WHO)
    assert taken.captures == 5
    assert f"{SITE}/ban-sao.html" not in urls(holdings)
    rebuild(holdings, REGISTER)
    assert verify(holdings, "full").clean


def test_a_takedown_broken_off_is_ended_by_the_same_call(
    tmp_path: Path, holdings: Holdings, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken_off(tmp_path, holdings, monkeypatch, stride=31)  # every step: tests/slow/preservation


def test_a_file_being_written_stops_an_erasure_before_it_begins(holdings: Holdings) -> None:
    with Writer(holdings.root, "tinh-uy-mau", "20261202T000000Z-tinh-uy-mau-0002") as writer:
        writer.append(capture(url=NAMED, response=PAGES[NAMED], began=BEGAN + timedelta(days=5)))
        with pytest.raises(LockedError, match="is being written and holds what is to be taken out; stop the crawl"):
            takedown(holdings, NAMED, "erased", "x", WHO)
        assert rules(holdings.root) == ()
