"""A takedown is taken back whole: sealed records return byte for byte, and erased ones are told of."""

from __future__ import annotations

from pathlib import Path

import pytest
from command_line import run
from dying import gets_through
from resting import flip
from takedown_archive import NAMED, OTHER, REGISTER, SECRET, SITE, WHO, ask, made_at, natural, traces

from archive.custody import events, manifest
from archive.custody.rebuild import rebuild
from archive.custody.takedown import lift, takedown
from archive.custody.verify import verify
from archive.custody.withheld import rules
from archive.errors import DamageError, NothingFound, UsageError
from archive.holdings import Holdings


@pytest.fixture
def holdings(tmp_path: Path) -> Holdings:
    return made_at(tmp_path / "data")


def test_lifting_brings_sealed_records_back_byte_for_byte(holdings: Holdings) -> None:
    before, digests = _rows(holdings), manifest.read(holdings.root)
    taken = takedown(holdings, NAMED, "sealed", "đang xem xét", WHO)
    sealed = {one.sealed for one in taken.rewritten}
    lifted = lift(holdings, NAMED.replace("https", "http"), "đã xem xét", WHO)
    assert {one.sealed for one in lifted.returned} == sealed
    assert manifest.read(holdings.root) == digests
    assert {file: manifest.digest_of(holdings.root / file) for file in digests} == digests
    assert not any((holdings.root / file).exists() for file in sealed)
    assert _rows(holdings) == before
    assert verify(holdings, "full").findings == ()
    rebuild(holdings, REGISTER)
    assert _rows(holdings) == before
    assert verify(holdings, "full").clean
    assert {event.outcome for event in events.of(holdings.root, "deaccession")} == {"sealed", "lifted"}


def _rows(holdings: Holdings) -> dict[object, tuple[object, ...]]:
    return {row[0]: row for row in natural(holdings)["captures"]}


def test_a_lifting_broken_off_is_ended_by_the_same_call(holdings: Holdings, monkeypatch: pytest.MonkeyPatch) -> None:
    takedown(holdings, NAMED, "sealed", "x", WHO)
    for step in range(1, 500):
        if gets_through(monkeypatch, step * 7, lambda: lift(holdings, NAMED, "y", WHO)):
            break
    assert step > 3
    rebuild(holdings, REGISTER)
    assert len(ask(holdings, "SELECT * FROM articles")) == 3
    assert verify(holdings, "full").clean


def test_what_was_sealed_and_then_erased_stands_nowhere(holdings: Holdings) -> None:
    takedown(holdings, OTHER, "erased", "x", WHO)  # it quotes the headline
    takedown(holdings, NAMED, "sealed", "x", WHO)
    assert any(file.startswith("sealed/") for file in traces(holdings, SECRET.encode()))
    takedown(holdings, NAMED, "erased", "x", WHO)
    rebuild(holdings, REGISTER)
    assert traces(holdings, SECRET.encode()) == []
    assert verify(holdings, "full").clean
    lifted = lift(holdings, NAMED, "y", WHO)
    assert (lifted.returned, lifted.erased) == ((), True)


@pytest.mark.parametrize("target", ["khong-co", f"{SITE}/khong-co.html", NAMED])
def test_what_was_never_taken_down_cannot_be_taken_back(holdings: Holdings, target: str) -> None:
    with pytest.raises(NothingFound, match=f"no takedown of {target} is known"):
        lift(holdings, target, "x", WHO)
    takedown(holdings, NAMED, "hidden", "x", WHO)
    with pytest.raises(UsageError, match="names its reason"):
        lift(holdings, NAMED, "", WHO)
    assert lift(holdings, NAMED, "x", WHO).seq == lift(holdings, NAMED, "again", WHO).seq
    assert [rule.action for rule in rules(holdings.root)] == ["hidden", "lifted"]


@pytest.mark.parametrize("url", [OTHER, NAMED], ids=["a page that pointed to it", "the page itself"])
def test_a_record_damaged_meanwhile_is_named_and_no_page_is_called_unread_for_it(holdings: Holdings, url: str) -> None:
    articles = "SELECT public_id, headline, body FROM articles ORDER BY 1"
    before = ask(holdings, articles)
    file, offset, length = ask(holdings, f'SELECT file, "offset", length FROM captures WHERE url = "{url}"')[0]
    takedown(holdings, NAMED, "hidden", "x", WHO)
    (holdings.root / str(file)).chmod(0o644)
    flip(holdings.root / str(file), int(str(offset)) + int(str(length)) // 2)
    done = run(holdings, "takedown", NAMED, "--lift", "--reason", "y", "--authority", WHO, BAOTINH_LANG="en")
    assert done.exit_code == DamageError.exit_code
    assert f"{file}: the record at byte {offset} cannot be read" in done.stderr
    assert not any(one.problem == "takedown" for one in verify(holdings).findings)
    assert ask(holdings, "SELECT * FROM captures WHERE reason = 'damaged'") == []
    assert [row[:2] for row in ask(holdings, articles)] == [row[:2] for row in before]


def test_lifting_brings_back_the_boxes_of_pages_filed_while_it_held(holdings: Holdings) -> None:
    before = natural(holdings)
    takedown(holdings, NAMED, "hidden", "đang xem xét", WHO)
    rebuild(holdings, REGISTER)
    assert not ask(holdings, f"SELECT 1 FROM teasers WHERE url = '{NAMED}'")
    lift(holdings, NAMED, "đã xem xét", WHO)
    assert verify(holdings, "full").findings == ()
    assert natural(holdings)["revisions"] == before["revisions"]
