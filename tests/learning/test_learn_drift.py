"""A site that is built anew, and what its newest articles have in common, is told after each crawl."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from small_archive import SOURCE, capture, database, keep, new_holdings, page, read, read_json
from strange_site import Piece, html, pages, pieces, told
from strange_site import source as strange_source

from archive import parsers
from archive.cli import main
from archive.ingest.reread import reread
from archive.learning.layouts import changed_on, eras
from archive.model import Capture
from archive.parsers.site.learning import learn
from archive.sources import Register
from archive.sources.model import Layout, LearnedFrom
from archive.store.samples import Sample, sample
from crawler.checks import layout_fit, site_warnings

LEARNT = replace(SOURCE, layouts=(Layout("generic", learned=LearnedFrom(30, date(2024, 4, 1))),))
WELL = Sample(100, 3, ("Hội nghị", 2), ("Hà Vân", 30), 0, "", visited=100)


def test_a_healthy_site_has_nothing_to_be_looked_at() -> None:
    assert site_warnings(LEARNT, WELL) == ()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"unfit": 51}, "the learnt layout fits 49 of the 100 articles of this run: the site was built anew"),
        ({"headline": ("Cổng thông tin", 20)}, 'have the headline "Cổng thông tin"'),
        ({"byline": ("quantri", 90)}, 'have the byline "quantri"'),
        ({"undated": 50}, "50 of the 100 newest articles have no date"),
        ({"counters": 3, "counter": "Lượt truy cập: 48213"}, 'sections with numbers, as "Lượt truy cập: 48213"'),
    ],
)
def test_each_sign_of_a_misreading_is_named(changed: dict[str, object], said: str) -> None:
    [told] = site_warnings(LEARNT, replace(WELL, **changed))  # type: ignore[arg-type]
    assert said in told


@pytest.mark.parametrize(
    ("visited", "unfit", "told"),
    [(20, 10, False), (20, 11, True), (19, 18, False), (5, 5, True), (5, 4, False), (4, 4, False), (0, 0, False)],
)
def test_a_visit_tells_a_new_layout_by_half_of_twenty_articles_or_by_all_of_five(
    visited: int, unfit: int, told: bool
) -> None:
    assert bool(site_warnings(LEARNT, replace(WELL, visited=visited, unfit=unfit))) == told


def test_without_a_learnt_layout_there_is_no_fit() -> None:
    assert layout_fit(SOURCE, replace(WELL, unfit=100)) is None
    assert layout_fit(LEARNT, replace(WELL, unfit=25)) == 0.75
    assert layout_fit(LEARNT, replace(WELL, visited=0)) is None


@pytest.mark.parametrize(
    ("days", "changed"),
    [
        ([(9, 0), (8, 1), (3, 3), (2, 2)], 3),
        ([(9, 0), (8, 1), (3, 3)], None),  # three say too little
        ([(9, 0), (8, 1), (4, 4), (9, 0)], None),  # it came back
        ([(9, 9), (9, 9)], None),  # it never fitted
        ([(9, 0), (10, 3), (5, 5)], 3),  # the day on which it changed has both
    ],
)
def test_the_day_of_a_new_layout_is_the_first_from_which_hardly_an_article_fits(
    days: list[tuple[int, int]], changed: int | None
) -> None:
    told = [(date(2026, 3, 1 + at), count, unfit) for at, (count, unfit) in enumerate(days)]
    assert changed_on(told) == (date(2026, 3, changed) if changed else None)


def test_a_site_built_anew_has_its_old_layout_closed_and_a_new_one_drafted(tmp_path: Path) -> None:
    of, first = pieces(24), datetime(2026, 3, 1, tzinfo=UTC)
    layout = learn(pages(of[:12]), told(of)).layout
    source = replace(strange_source(layout), id="bao-tinh")
    holdings = new_holdings(tmp_path / "data")
    captures = [
        replace(capture("", html(one, of[:3], renamed=at >= 14)), url=one.url, began=first + timedelta(days=at))
        for at, one in enumerate(of)
    ]
    read(holdings, keep(holdings, captures), Register.of([source]))
    with database(holdings) as db:
        old, new = eras(db, holdings, source)
    assert (old.until, new.since, new.until) == (date(2026, 3, 14), date(2026, 3, 15), None)
    assert (old.learned.pages, new.learned.pages) == (14, 10)


def test_an_article_read_without_its_layout_has_no_revision_until_it_is_read_with_one(tmp_path: Path) -> None:
    of, first = pieces(12), datetime(2026, 3, 1, tzinfo=UTC)
    [layout], new = (
        [learn(pages(of), told(of)).layout],
        [replace(one, body=html(of[at], of[:3], renamed=True)) for at, one in enumerate(pages(of))],
    )
    held, edited = of[0], replace(of[0], paragraphs=("Bản tin đã được tòa soạn viết lại từ đầu.", *of[0].paragraphs))
    holdings = new_holdings(tmp_path / "data")

    def visit(run: str, piece: Piece, day: int, *, renamed: bool) -> Capture:
        return replace(
            capture("", html(piece, of[:3], renamed=renamed)), url=held.url, began=first + timedelta(days=day), run=run
        )

    known = Register.of([replace(strange_source(layout), id="bao-tinh")])
    read(holdings, keep(holdings, [visit("r1", held, 0, renamed=False)]), known)
    seen = [visit("r2", held, 1, renamed=True), visit("r2", edited, 2, renamed=True)]
    outcomes = read(holdings, keep(holdings, seen, "r2"), known)
    assert [(one.state, bool(one.article)) for one in outcomes] == [("kept", True)] * 2
    with database(holdings) as db:
        assert db.execute("SELECT count(*) FROM revisions").fetchone() == (1,)
        assert sample(db, "bao-tinh").fit == sample(db, "bao-tinh", "r2").fit == 0
        assert sample(db, "bao-tinh", "r1").fit == 1
    layouts = (replace(layout, until=date(2026, 3, 1)), learn(new, told(of)).layout)
    taught = Register.of([replace(strange_source(layout), id="bao-tinh", layouts=layouts)])
    reread(holdings, taught)
    with database(holdings) as db:
        states = [row[0] for row in db.execute("SELECT state FROM captures ORDER BY captured_at")]
        body = db.execute("SELECT body FROM articles").fetchone()[0]
    assert states == ["new", "same", "changed"]
    assert body.startswith("Bản tin đã được tòa soạn viết lại từ đầu.")


def test_the_sample_is_counted_in_the_archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parsers, "read_page", read_json)
    holdings = new_holdings(tmp_path / "data")
    captures = [
        capture(f"/{at}.html", page("Cùng một tên", f"Đoạn {at}.", published="2024-03-05" if at else ""), at)
        for at in range(4)
    ]
    read(holdings, keep(holdings, captures))
    with database(holdings) as db:
        found = sample(db, "bao-tinh")
    assert (found.articles, found.undated, found.visited, found.unfit) == (4, 1, 4, 0)
    assert found.headline == ("Cùng một tên", 4)
    assert found.fit == 1.0


def test_pages_that_the_layout_does_not_fit_are_counted_and_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read_unfit(*arguments: object, **more: object) -> object:
        reading = read_json(*arguments, **more)  # type: ignore[arg-type]
        assert reading.article is not None
        return replace(reading, article=replace(reading.article, rendering="unfit"))

    monkeypatch.setattr(parsers, "read_page", read_unfit)
    monkeypatch.setenv("BAOTINH_LANG", "en")
    holdings = new_holdings(tmp_path / "data")
    (holdings.sources / "bao-tinh.toml").write_text(
        'id = "bao-tinh"\nname = "Báo Tỉnh"\nkind = "newspaper"\nprovince = "bac-kan"\nstatus = "unverified"\n'
        'hosts = ["baotinh.example"]\n[[layout]]\nfamily = "generic"\n[layout.learned]\npages = 30\nday = 2024-04-01\n',
        encoding="utf-8",
    )
    read(holdings, keep(holdings, [capture("/1.html", page("Mùa chè", "Chè Thái Nguyên."))]))
    told = CliRunner().invoke(main, ["--archive", str(holdings.root), "sources", "show", "bao-tinh"])
    assert "the learnt layout fits 0% of the articles read last" in told.stderr
