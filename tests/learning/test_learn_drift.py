"""A site that is built anew, and what its newest articles have in common, is told after each crawl."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from small_archive import SOURCE, capture, database, keep, new_holdings, page, read, read_json
from strange_site import html, pages, pieces, told

from archive import parsers
from archive.cli import main
from archive.learning.layouts import changed_on
from archive.parsers.site.learning import learn
from archive.sources.model import UNFIT, Layout, LearnedFrom
from archive.store.samples import Sample, sample
from crawler.checks import layout_fit, site_warnings

LEARNT = replace(SOURCE, layouts=(Layout("generic", learned=LearnedFrom(30, date(2024, 4, 1))),))
WELL = Sample(100, 3, 0, ("Hội nghị", 2), ("Hà Vân", 30), 0, "")


def test_a_healthy_site_has_nothing_to_be_looked_at() -> None:
    assert site_warnings(LEARNT, WELL) == ()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"unfit": 51}, "the learnt layout fits 49 of the 100 newest articles: the site was built anew"),
        ({"headline": ("Cổng thông tin", 20)}, 'have the headline "Cổng thông tin"'),
        ({"byline": ("quantri", 90)}, 'have the byline "quantri"'),
        ({"undated": 50}, "50 of the 100 newest articles have no date"),
        ({"counters": 3, "counter": "Lượt truy cập: 48213"}, 'sections with numbers, as "Lượt truy cập: 48213"'),
    ],
)
def test_each_sign_of_a_misreading_is_named(changed: dict[str, object], said: str) -> None:
    [told] = site_warnings(LEARNT, replace(WELL, **changed))  # type: ignore[arg-type]
    assert said in told


def test_half_of_twenty_pages_still_fit() -> None:
    assert (
        site_warnings(LEARNT, replace(WELL, articles=20, undated=0, headline=("", 0), byline=("", 0), unfit=10)) == ()
    )


def test_fewer_than_twenty_articles_say_nothing() -> None:
    assert site_warnings(LEARNT, replace(WELL, articles=19, unfit=19)) == ()


def test_without_a_learnt_layout_there_is_no_fit() -> None:
    assert layout_fit(SOURCE, replace(WELL, unfit=100)) is None
    assert layout_fit(LEARNT, replace(WELL, unfit=25)) == 0.75


def test_the_day_on_which_a_site_was_built_anew_is_found_from_its_pages() -> None:
    of = pieces(24)
    layout = learn(pages(of[:12]), told(of)).layout
    first = datetime(2026, 3, 1, tzinfo=UTC)
    held = [
        replace(one, captured=first + timedelta(days=at), body=html(of[at], of[:3], renamed=at >= 18))
        for at, one in enumerate(pages(of))
    ]
    assert changed_on(held, layout) == date(2026, 3, 19)
    assert changed_on(held[:18], layout) is None
    assert changed_on(held, Layout("generic")) is None


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
    assert (found.articles, found.undated, found.unfit, found.headline) == (4, 1, 0, ("Cùng một tên", 4))
    assert found.fit == 1.0


def test_pages_that_the_layout_does_not_fit_are_counted_and_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read_unfit(*arguments: object, **more: object) -> object:
        reading = read_json(*arguments, **more)  # type: ignore[arg-type]
        assert reading.article is not None
        return replace(reading, article=replace(reading.article, notes=(UNFIT,)))

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
    assert "the learnt layout fits 0% of the newest articles" in told.stderr
