"""An article known from its AMP or print version alone is an article, until its own page is there: never two."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import permutations
from pathlib import Path

import pytest
from small_archive import REGISTER, SITE, capture, database, keep, new_holdings, page, read, read_json, tables

from archive import parsers
from archive.custody.rebuild import rebuild
from archive.holdings import Holdings
from archive.ingest.pipeline import Ingest
from archive.ingest.reread import reread
from archive.model import Capture
from archive.store.lookups import Sight, counted_sights

OWN = "/tin/hoi-nghi-1.html"
CANONICAL = f"{SITE}{OWN}"


def _rendered(kind: str, *body: str) -> bytes:
    return page("Hội nghị", *body, canonical=CANONICAL, rendering=kind)


AMP = _rendered("amp", "Một hai ba, bản AMP.")
PRINTED = _rendered("print", "Một hai ba, bản in.")
WHOLE = page("Hội nghị", "Một hai ba.", "Bốn năm sáu.")
CAPTURES = {
    "amp": capture("/amp/hoi-nghi-1.html", AMP, 0),
    "print": capture("/print/hoi-nghi-1.html", PRINTED, 1),
    "own": capture(OWN, WHOLE, 2),
    "later amp": capture("/amp/hoi-nghi-1.html", _rendered("amp", "Một hai ba bốn, bản AMP."), 3),
}


@pytest.fixture(autouse=True)
def _pages_are_json(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parsers, "read_page", read_json)


@pytest.fixture
def holdings(tmp_path: Path) -> Iterator[Holdings]:
    return new_holdings(tmp_path / "data")


def _told(holdings: Holdings) -> tuple[list[tuple[object, ...]], dict[str, tuple[str, str]]]:
    """The articles (address, text, revision, first and last sight), and each capture's state and reason by path."""
    with database(holdings) as db:
        articles = db.execute("SELECT url, body, revision, first_captured, last_captured FROM articles").fetchall()
        states = db.execute("SELECT url, state, reason FROM captures ORDER BY captured_at").fetchall()
    return articles, {url.removeprefix(SITE): (state, reason) for url, state, reason in states}


def _at(minute: int) -> str:
    return f"2024-05-01T03:0{minute}:00.000Z"


def test_an_article_known_from_amp_alone_stands_under_its_own_address(holdings: Holdings) -> None:
    read(holdings, keep(holdings, [CAPTURES["amp"]]))
    articles, states = _told(holdings)
    assert articles == [(CANONICAL, "Một hai ba, bản AMP.", 1, _at(0), _at(0))]
    assert states == {"/amp/hoi-nghi-1.html": ("new", "amp")}


@pytest.mark.parametrize("order", [*permutations(("amp", "own", "later amp"))])
def test_the_own_page_takes_the_place_of_the_others_in_whatever_order_they_come(
    holdings: Holdings, order: tuple[str, ...]
) -> None:
    read(holdings, keep(holdings, [CAPTURES[name] for name in order]))
    articles, _ = _told(holdings)
    assert articles == [(CANONICAL, "Một hai ba.\n\nBốn năm sáu.", 1, _at(2), _at(2))]
    with database(holdings) as db:
        states = db.execute("SELECT state, reason FROM captures ORDER BY captured_at").fetchall()
        revisions = db.execute("SELECT number FROM revisions").fetchall()
    assert states == [("kept", "amp"), ("new", ""), ("kept", "amp")]
    assert revisions == [(1,)]


def test_print_counts_only_where_there_is_no_amp(holdings: Holdings) -> None:
    read(holdings, keep(holdings, [CAPTURES["print"]]))
    assert _told(holdings)[0][0][1] == "Một hai ba, bản in."
    read(holdings, keep(holdings, [CAPTURES["amp"]], "r2"))
    articles, states = _told(holdings)
    assert articles == [(CANONICAL, "Một hai ba, bản AMP.", 1, _at(0), _at(0))]
    assert states["/print/hoi-nghi-1.html"] == ("kept", "print")


def test_an_article_that_was_changed_has_the_revisions_of_its_own_page_alone(holdings: Holdings) -> None:
    changed = capture(OWN, page("Hội nghị", "Một hai ba.", "Bảy tám."), 4)
    read(holdings, keep(holdings, [CAPTURES["own"], CAPTURES["later amp"], changed]))
    with database(holdings) as db:
        told = db.execute(
            "SELECT r.number, c.url FROM revisions r JOIN captures c ON c.id = r.capture ORDER BY r.number"
        ).fetchall()
    assert told == [(1, CANONICAL), (2, CANONICAL)]


def test_an_amp_version_that_disappears_takes_no_article_with_it(holdings: Holdings) -> None:
    gone = capture("/amp/hoi-nghi-1.html", b"404", 5, 404)
    read(holdings, keep(holdings, [CAPTURES["amp"], CAPTURES["own"], gone]))
    with database(holdings) as db:
        assert db.execute("SELECT gone_at FROM articles").fetchall() == [(None,)]


@pytest.mark.parametrize("captures", [["amp"], ["amp", "own"], ["print", "later amp"], list(CAPTURES)])
def test_a_rebuild_and_a_second_reading_give_the_same_rows(holdings: Holdings, captures: list[str]) -> None:
    read(holdings, keep(holdings, [CAPTURES[name] for name in reversed(captures)]))
    with database(holdings) as db:
        before = tables(db)
    rebuild(holdings, REGISTER)
    with database(holdings) as db:
        assert tables(db) == before
    reread(holdings, REGISTER)
    with database(holdings) as db:
        assert {name: rows for name, rows in tables(db).items() if name != "events"} == {
            name: rows for name, rows in before.items() if name != "events"
        }


def test_two_archives_of_which_one_holds_the_own_page_come_together_as_one_article(tmp_path: Path) -> None:
    told = []
    for first, second in (("amp", "own"), ("own", "amp")):
        holdings = new_holdings(tmp_path / f"{first}-first")
        for run, name in ((first, first), (second, second)):
            read(holdings, keep(holdings, [CAPTURES[name]], run))
        told.append(_told(holdings))
    assert told[0] == told[1]
    assert len(told[0][0]) == 1


@pytest.mark.parametrize(
    ("text", "state"), [(("Bản AMP.",), "changed"), (("Một hai ba.", "Bốn năm sáu."), "same")], ids=["another", "equal"]
)
def test_a_page_read_anew_as_a_rendering_is_one_from_then_on(
    holdings: Holdings, monkeypatch: pytest.MonkeyPatch, text: tuple[str, ...], state: str
) -> None:
    both: list[Capture] = [
        CAPTURES["own"],
        capture("/amp/hoi-nghi-1.html", page("Hội nghị", *text, canonical=CANONICAL), 3),
    ]
    with Ingest(holdings, REGISTER) as ingest:
        states = [ingest.read(place).state for place in keep(holdings, both)]
    assert states == ["new", state]

    def knows_amp(url: str, body: bytes, *rest: object, **named: object) -> object:
        return read_json(url, body.replace(b'"canonical"', b'"rendering": "amp", "canonical"'), *rest, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(parsers, "read_page", knows_amp)
    reread(holdings, REGISTER)
    articles, told = _told(holdings)
    assert [text for _, text, *_ in articles] == ["Một hai ba.\n\nBốn năm sáu."]
    assert told["/amp/hoi-nghi-1.html"] == ("kept", "amp")


def test_a_host_for_amp_alone_is_the_site_s_own_where_no_register_knows_it(holdings: Holdings) -> None:
    at = "https://amp.baotinh.example/hoi-nghi-1.html"
    read(holdings, keep(holdings, [replace(CAPTURES["amp"], url=at, source="khac"), CAPTURES["own"]]))
    articles, states = _told(holdings)
    assert [(url, text) for url, text, *_ in articles] == [(CANONICAL, "Một hai ba.\n\nBốn năm sáu.")]
    assert states[at] == ("kept", "amp")


def test_of_sights_those_of_the_first_choice_there_is_count() -> None:
    own, amp, printed = (
        Sight(f"2024-01-0{day}", "r", "x", day, kind) for day, kind in ((1, ""), (2, "amp"), (3, "print"))
    )
    assert counted_sights([printed, amp, own]) == (own,)
    assert counted_sights([printed, amp]) == (amp,)
    assert counted_sights([printed]) == (printed,)
    assert counted_sights([]) == ()
