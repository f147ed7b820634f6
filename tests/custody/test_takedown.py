"""What is taken down is found nowhere any more, and neither rebuild nor crawl nor import brings it back."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest
from dying import Dies
from one_capture import BEGAN, RUN, capture
from takedown_archive import NAMED, PAGES, REGISTER, SECRET, SITE, WHO, ask, made_at, natural, page, traces, urls

from archive.custody import manifest
from archive.custody.rebuild import rebuild
from archive.custody.takedown import apply, complete, lift, takedown
from archive.custody.verify import verify
from archive.custody.withheld import Withheld, pending, rules
from archive.errors import LingeringError, LockedError, NothingFound, UsageError
from archive.holdings import Holdings
from archive.importers import import_path
from archive.ingest.pipeline import Ingest
from archive.learning.restorer import train
from archive.restorer import FILE as RESTORER
from archive.restorer import load
from archive.text.urls import url_key
from archive.warc.reader import scan
from archive.warc.writer import Writer


@pytest.fixture
def holdings(tmp_path: Path) -> Holdings:
    return made_at(tmp_path / "data")


def test_the_page_is_there_before(holdings: Holdings) -> None:
    assert len(ask(holdings, "SELECT * FROM articles")) == 3
    assert ask(holdings, "SELECT count(*) FROM teasers WHERE url LIKE '%tran-van-mau%'") != [(0,)]
    assert ask(holdings, "SELECT doc FROM exact_words WHERE term = 'mẫu'") != []
    assert "archive.sqlite" in traces(holdings, SECRET.encode())
    assert verify(holdings, "full").clean


@pytest.mark.parametrize("how", ["hidden", "sealed", "erased"])
@pytest.mark.parametrize("target", [NAMED, NAMED.replace("https", "http"), NAMED + "?utm_source=zalo", "id"])
def test_what_is_taken_down_leaves_the_database_at_once(holdings: Holdings, how: str, target: str) -> None:
    name = ask(holdings, "SELECT public_id FROM articles WHERE url LIKE '%tran-van-mau%'")[0][0]
    taken = takedown(holdings, str(name) if target == "id" else target, how, "dữ liệu cá nhân", WHO)  # type: ignore[arg-type]
    assert (taken.articles, taken.captures) == (1, 4)
    assert len(ask(holdings, "SELECT * FROM articles")) == 2
    assert ask(holdings, "SELECT count(*) FROM captures") == [(4,)]
    assert ask(holdings, "SELECT doc FROM exact_words WHERE term = 'mẫu'") == []
    assert ask(holdings, "SELECT count(*) FROM teasers WHERE url LIKE '%tran-van-mau%'") == [(0,)]
    assert "archive.sqlite" not in traces(holdings, SECRET.encode())
    assert "archive.sqlite" not in traces(holdings, b"tran-van-mau")


@pytest.mark.parametrize("how", ["hidden", "sealed", "erased"])
def test_a_rebuild_does_not_bring_it_back_and_changes_nothing_else(holdings: Holdings, how: str) -> None:
    before = natural(holdings)
    takedown(holdings, NAMED, how, "dữ liệu cá nhân", WHO)  # type: ignore[arg-type]
    rebuild(holdings, REGISTER)
    once = natural(holdings)
    rebuild(holdings, REGISTER)
    assert natural(holdings) == once
    assert {row[0] for row in once["articles"]} < {row[0] for row in before["articles"]}
    assert len(once["captures"]) == 4
    assert "archive.sqlite" not in traces(holdings, SECRET.encode())
    report = verify(holdings, "full")
    assert report.findings == ()


def test_hidden_records_stay_where_they_are_and_can_come_back(holdings: Holdings) -> None:
    files = manifest.read(holdings.root)
    before = natural(holdings)
    taken = takedown(holdings, NAMED, "hidden", "đang xem xét", WHO)
    assert (manifest.read(holdings.root), taken.rewritten) == (files, ())
    lift(holdings, NAMED, "đã xem xét", WHO)
    rebuild(holdings, REGISTER)
    assert natural(holdings) == before
    assert [rule.action for rule in rules(holdings.root)] == ["hidden", "lifted"]


@pytest.mark.parametrize(("how", "gone"), [("hidden", False), ("sealed", True), ("erased", True)])
def test_a_model_that_counted_the_words_goes_with_them(holdings: Holdings, how: str, gone: bool) -> None:
    train(holdings)
    assert traces(holdings, "nhận quyết".encode())
    taken = takedown(holdings, NAMED, how, "dữ liệu cá nhân", WHO)  # type: ignore[arg-type]
    assert taken.restorer_removed == gone
    assert (holdings.root / RESTORER).exists() != gone
    rebuild(holdings, REGISTER)
    assert verify(holdings, "full").clean
    train(holdings)
    assert verify(holdings, "full").clean
    assert load(holdings.root) is not None


@pytest.mark.usefixtures("impatient")
def test_a_model_trained_while_the_takedown_came_is_not_kept(holdings: Holdings) -> None:
    taken: list[object] = []

    def late() -> None:
        if not taken:
            taken.append(1)
            with suppress(LingeringError):  # the training reads the database: the end waits for its
                takedown(holdings, NAMED, "erased", "dữ liệu cá nhân", WHO)

    with pytest.raises(LockedError, match="a takedown came while it was trained"):
        train(holdings, late)
    assert not (holdings.root / RESTORER).exists()
    assert [rule.action for rule in pending(holdings.root)] == ["erased"]
    complete(holdings)
    assert pending(holdings.root) == ()
    assert "archive.sqlite-wal" not in traces(holdings, SECRET.encode())


def test_search_forgets_before_the_first_record_is_looked_for(
    holdings: Holdings, monkeypatch: pytest.MonkeyPatch
) -> None:
    counts = []

    def watched(*values: object) -> None:
        counts.append(ask(holdings, "SELECT count(*) FROM articles"))
        raise Dies

    monkeypatch.setattr(apply, "overwrite", watched)
    name = str(ask(holdings, "SELECT public_id FROM articles WHERE url LIKE '%tran-van-mau%'")[0][0])
    with pytest.raises(Dies):
        takedown(holdings, name, "erased", "dữ liệu cá nhân", WHO)
    assert counts == [[(2,)]]
    monkeypatch.undo()
    assert takedown(holdings, name, "erased", "dữ liệu cá nhân", WHO).captures == 4
    assert not {NAMED, f"{SITE}/in/ong-tran-van-mau-1.html"} & urls(holdings)


def test_a_later_crawl_and_a_later_import_do_not_bring_it_back(holdings: Holdings, tmp_path: Path) -> None:
    takedown(holdings, NAMED, "hidden", "dữ liệu cá nhân", WHO)
    with Writer(tmp_path / "other", "tinh-uy-mau", RUN) as writer:
        later = BEGAN + timedelta(days=9)
        place = writer.append(capture(url=NAMED.replace("//", "//www."), response=PAGES[NAMED], began=later))
        moved = page("Kỷ luật một cán bộ", SECRET, canonical=NAMED)
        writer.append(capture(url=f"{SITE}/moi/1.html", response=moved, began=later))
    assert len(list(import_path(holdings, tmp_path / "other" / place.file))) == 1
    with Ingest(holdings, REGISTER) as ingest:
        outcomes = [ingest.take(held) for path in holdings.warcs() for held in scan(path)]
    assert sum((outcome.state, outcome.reason) == ("kept", "takedown") for outcome in outcomes) == 6
    assert len(ask(holdings, "SELECT * FROM articles")) == 2
    assert not any("tran-van-mau" in link.url for outcome in outcomes for link in outcome.links)


@pytest.mark.parametrize(("reason", "authority"), [("", WHO), ("x", " ")])
def test_a_takedown_names_its_reason_and_who_ordered_it(holdings: Holdings, reason: str, authority: str) -> None:
    with pytest.raises(UsageError, match="names its reason and who ordered it"):
        takedown(holdings, NAMED, "hidden", reason, authority)


def test_an_unknown_article_is_named(holdings: Holdings) -> None:
    with pytest.raises(NothingFound):
        takedown(holdings, "zzzzzzzzzz", "hidden", "x", WHO)


def test_a_url_never_captured_is_barred_for_the_future(holdings: Holdings) -> None:
    with pytest.raises(NothingFound, match=r"nothing of it is held.*--in-advance"):
        takedown(holdings, f"{SITE}/chua-co.html", "hidden", "x", WHO)
    taken = takedown(holdings, f"{SITE}/chua-co.html", "hidden", "x", WHO, in_advance=True)
    assert (taken.articles, taken.captures) == (0, 0)
    assert Withheld.load(holdings.root).covers(url_key("http://www.tinhuy.example/chua-co.html"))
