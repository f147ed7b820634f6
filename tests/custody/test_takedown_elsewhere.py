"""A page that was taken down and comes in again under an address nobody knew: what it shows tells that it is barred."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from dying import Dies
from one_capture import BEGAN, capture
from takedown_archive import (
    NAMED,
    OTHER,
    REGISTER,
    SECRET,
    SITE,
    WHO,
    ask,
    made_at,
    natural,
    page,
    read_in,
    traces,
    urls,
)

from archive.custody.rebuild import rebuild
from archive.custody.takedown import adopt, apply, complete, lift, takedown
from archive.custody.takedown.plan import How
from archive.custody.verify import verify
from archive.custody.withheld import Withheld, pending, rules
from archive.errors import LockedError
from archive.holdings import Holdings
from archive.text.urls import url_key
from archive.warc.writer import Writer

ELSEWHERE = f"{SITE}/moi/ky-luat-9.html"
AGAIN = capture(
    url=ELSEWHERE, response=page("Kỷ luật một cán bộ", SECRET, canonical=NAMED), began=BEGAN + timedelta(days=9)
)
RUN = "20261203T000000Z-tinh-uy-mau-0003"


@pytest.fixture
def holdings(tmp_path: Path) -> Holdings:
    """An archive whose page was erased, and came in again."""
    made = made_at(tmp_path / "data")
    takedown(made, OTHER, "erased", "nó trích trang kia", WHO)
    takedown(made, NAMED, "erased", "dữ liệu cá nhân", WHO)
    with Writer(made.root, "tinh-uy-mau", RUN) as writer:
        writer.append(AGAIN)
    read_in(made)
    return made


def test_what_shows_a_barred_page_has_no_row_and_verification_does_not_miss_one(holdings: Holdings) -> None:
    assert ask(holdings, "SELECT url FROM captures WHERE url LIKE '%ky-luat-9%'") == []
    assert verify(holdings, "full").findings == ()


def test_a_capture_that_nobody_has_read_is_still_missed(holdings: Holdings) -> None:
    with Writer(holdings.root, "tinh-uy-mau", RUN) as writer:
        writer.append(capture(url=f"{SITE}/khac.html", response=page("Tin khác", "Các trường đã sẵn sàng.")))
    (finding,) = verify(holdings, "full").findings
    assert f"the capture of {SITE}/khac.html" in finding.detail


def test_erasing_it_again_finds_it_by_what_it_shows_and_bars_its_address_too(holdings: Holdings) -> None:
    assert ELSEWHERE in urls(holdings)
    assert not Withheld.load(holdings.root).covers(url_key(ELSEWHERE))
    takedown(holdings, NAMED, "erased", "dữ liệu cá nhân", WHO)
    assert ELSEWHERE not in urls(holdings)
    assert traces(holdings, SECRET.encode()) == []
    assert Withheld.load(holdings.root).covers(url_key(ELSEWHERE))
    assert rules(holdings.root)[-1].urls == (ELSEWHERE,)
    rebuild(holdings, REGISTER)
    assert verify(holdings, "full").findings == ()


BEFORE = page("Khánh thành nhà văn hóa xã Mẫu", "Nhà văn hóa xã Mẫu đã được đưa vào sử dụng.")


@pytest.fixture
def reused(tmp_path: Path) -> Holdings:
    """An archive whose page was hidden, and came in again at the address of another article, which is held too."""
    made = made_at(tmp_path / "data")
    takedown(made, OTHER, "erased", "nó trích trang kia", WHO)
    takedown(made, NAMED, "hidden", "đang xem xét", WHO)
    with Writer(made.root, "tinh-uy-mau", RUN) as writer:
        writer.append(capture(url=ELSEWHERE, response=BEFORE, began=BEGAN + timedelta(days=8)))
        writer.append(AGAIN)
    read_in(made)
    return made


@pytest.mark.parametrize("how", ["sealed", "erased"])
def test_what_stands_at_an_address_found_by_reading_goes_with_it(reused: Holdings, how: How) -> None:
    shown = "SELECT headline FROM articles WHERE url LIKE '%ky-luat-9%'"
    assert ask(reused, shown) == [("Khánh thành nhà văn hóa xã Mẫu",)]
    takedown(reused, NAMED, how, "dữ liệu cá nhân", WHO)
    assert ask(reused, shown) == []
    assert ELSEWHERE not in urls(reused)
    assert Withheld.load(reused.root).covers(url_key(ELSEWHERE))
    assert pending(reused.root) == ()
    assert verify(reused, "full").findings == ()
    before = natural(reused)
    rebuild(reused, REGISTER)
    assert natural(reused) == before


def test_an_erasure_that_dies_before_the_addresses_it_found_is_ended_by_the_next(
    reused: Holdings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as dying:
        dying.setattr(apply, "mark_done", dies)
        with pytest.raises(Dies):
            takedown(reused, NAMED, "erased", "dữ liệu cá nhân", WHO)
    assert len(pending(reused.root)) == 2
    complete(reused)
    assert pending(reused.root) == ()
    assert ELSEWHERE not in urls(reused)
    assert verify(reused, "full").findings == ()


def test_without_a_database_everything_is_read(holdings: Holdings) -> None:
    holdings.database.unlink()
    takedown(holdings, NAMED, "erased", "dữ liệu cá nhân", WHO)
    assert urls(holdings) == {f"{SITE}/tin/khac-3.html"}


def test_a_file_being_written_that_shows_it_stops_the_erasure(holdings: Holdings) -> None:
    before = rules(holdings.root)
    with Writer(holdings.root, "tinh-uy-mau", RUN) as writer:
        writer.append(AGAIN)
        with pytest.raises(LockedError, match="stop the crawl"):
            takedown(holdings, NAMED, "erased", "x", WHO)
    assert rules(holdings.root) == before


def test_lifting_brings_back_what_was_sealed_at_every_address(holdings: Holdings) -> None:
    takedown(holdings, NAMED, "sealed", "đang xem xét", WHO)
    assert ELSEWHERE not in urls(holdings)
    lift(holdings, NAMED, "đã xem xét", WHO)
    assert ELSEWHERE in urls(holdings)
    assert not Withheld.load(holdings.root).covers(url_key(ELSEWHERE))
    rebuild(holdings, REGISTER)
    assert ask(holdings, "SELECT url FROM captures WHERE url LIKE '%ky-luat-9%'") == [(ELSEWHERE,)]
    assert verify(holdings, "full").findings == ()


def test_an_adoption_broken_off_is_ended_by_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ours, theirs = made_at(tmp_path / "ours"), made_at(tmp_path / "theirs")
    takedown(theirs, NAMED, "hidden", "dữ liệu cá nhân", WHO)
    with monkeypatch.context() as dying:
        dying.setattr(apply, "opened_to_change", dies)
        with pytest.raises(Dies):
            adopt(ours, theirs.root, shown_too=True)
    assert Withheld.load(ours.root).covers(url_key(NAMED))
    assert len(ask(ours, "SELECT * FROM articles")) == 3
    adopt(ours, theirs.root, shown_too=True)
    assert len(ask(ours, "SELECT * FROM articles")) == 2
    assert [rule.action for rule in rules(ours.root)] == ["hidden"]


def dies(*_: object) -> None:
    raise Dies
