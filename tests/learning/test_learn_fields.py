"""What a site teaches: many pages of one template say where a field stands, which one page alone cannot."""

from __future__ import annotations

from dataclasses import replace

import pytest
from strange_site import CAPTURED, HOST, html, listing, pages, pieces, read, seen, told, truth

from archive.parsers.site.learning import Learned, SiteEvidence, TrainingPage, learn
from archive.sources.model import UNFIT, Layout, Select

GENERIC = Layout("generic")


@pytest.fixture(scope="module")
def learned() -> Learned:
    of = pieces(12)
    return learn(pages(of), told(of))


def test_a_strange_template_is_read_right_in_every_field_on_pages_it_was_not_learnt_from(learned: Learned) -> None:
    others = pieces(6, first=40)
    assert [seen(read(page, learned.layout)) for page in pages(others)] == [truth(piece) for piece in others]


def test_one_page_alone_does_not_tell_this_template() -> None:
    of = pieces(6, first=40)
    assert not any(seen(read(page, GENERIC)) == truth(piece) for piece, page in zip(of, pages(of), strict=True))


def test_a_learnt_field_says_so_and_is_less_sure_than_a_confirmed_one(learned: Learned) -> None:
    page = pages(pieces(1, first=50))[0]
    layout = learned.layout
    assert layout.learned is not None
    confirmed = replace(layout, learned=replace(layout.learned, confirmed=True))
    articles = [read(page, one) for one in (layout, confirmed)]
    before, after = (article.byline for article in articles if article is not None)
    assert before is not None
    assert after is not None
    assert before.by.startswith("learnt ")
    assert before.confidence < after.confidence


def test_a_listing_among_the_pages_is_left_out_and_named() -> None:
    of = pieces(12)
    found = learn([*pages(of), listing(of)], told(of))
    assert found.left_out == (f"{HOST}/muc/moi",)
    assert found.layout.select.headline


def test_a_page_that_says_nothing_is_there_teaches_nothing_and_stops_nothing(learned: Learned) -> None:
    of = pieces(12)
    gone = "<html><head><title>404</title></head><body><h1>Không tìm thấy trang</h1></body></html>".encode()
    found = learn([*pages(of), replace(pages(of)[0], url=f"{HOST}/tin/da-go-99.html", body=gone)], told(of))
    assert found.layout.select == learned.layout.select


def test_learning_is_repeatable(learned: Learned) -> None:
    of = pieces(12)
    assert learn(pages(of), told(of)).layout == learned.layout


def test_the_clock_of_the_site_is_no_date_although_every_page_has_it(learned: Learned) -> None:
    row = next(one for one in learned.support if one.field == "published")
    assert row.decided == "learnt"
    assert all(example.value != CAPTURED.date().isoformat() for example in row.examples)


def test_with_fewer_than_eight_pages_nothing_is_said_to_be_absent() -> None:
    of = pieces(5)
    found = learn(pages(of), told(of))
    assert not found.enough
    assert found.layout.absent == ()
    assert found.layout.only == ()


def test_a_field_in_which_labels_contradict_the_place_is_left_to_the_page() -> None:
    of = pieces(12)
    wrong = SiteEvidence(tuple(replace(one, published="2025-02-02") for one in told(of).told))
    row = next(one for one in learn(pages(of), wrong).support if one.field == "published")
    assert row.decided == "kept"


def test_a_selector_that_a_person_wrote_stays() -> None:
    of = pieces(12)
    base = Layout("generic", select=Select(headline=("div.pqx > div.hbd",)))
    assert learn(pages(of), told(of), base).layout.select.headline == ("div.pqx > div.hbd",)


def test_the_table_has_five_values_and_doubts_come_first(learned: Learned) -> None:
    doubts = [bool(one.doubt) for one in learned.support]
    assert doubts == sorted(doubts, reverse=True)
    assert all(len(one.examples) == 5 for one in learned.support)


def test_pages_that_are_none_teach_nothing() -> None:
    broken = TrainingPage(f"{HOST}/x", b"%PDF-1.7", "text/html", CAPTURED)
    assert learn([broken], SiteEvidence()).layout == GENERIC


def test_a_site_built_anew_is_read_by_its_evidence_not_by_its_old_layout(learned: Learned) -> None:
    of = pieces(4, first=60)
    page = TrainingPage(of[0].url, html(of[0], of[1:], renamed=True), "text/html; charset=utf-8", CAPTURED)
    article = read(page, learned.layout, "article")
    assert article is not None
    assert seen(article) == seen(read(page, GENERIC, "article"))
    assert UNFIT in article.notes
    assert article.confidence <= 0.6
