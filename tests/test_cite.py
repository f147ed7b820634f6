"""References lead back to the preserved page, and say what is supplied by the archive."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from small_archive import SITE, capture, database, keep, new_holdings, page, read, read_json

from archive import parsers
from archive.cite import STYLES, cite, permalink
from archive.store.reads import Stored, find_article


@pytest.fixture
def stored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stored:
    monkeypatch.setattr(parsers, "read_page", read_json)
    holdings = new_holdings(tmp_path / "data")
    body = page("Hội nghị rút kinh nghiệm", "Một.", published="2020-03-05T15:25+07:00")
    read(holdings, keep(holdings, [capture("/tin/hoi-nghi-1.html", body)]))
    with database(holdings) as db:
        return find_article(db, f"{SITE}/tin/hoi-nghi-1.html")


@pytest.mark.parametrize("style", STYLES)
def test_every_style_names_capture_time_digest_record_and_permalink(stored: Stored, style: str) -> None:
    text = cite(stored, style)
    for evidence in (
        "2024-05-01T03:00:00.000Z",
        stored.capture.payload_digest,
        stored.capture.record_id,
        f"baotinh:{stored.row.public_id}",
        f"{SITE}/tin/hoi-nghi-1.html",
        "Hội nghị rút kinh nghiệm",
    ):
        assert evidence in text


def test_three_styles_write_the_day_in_their_own_order(stored: Stored) -> None:
    assert "(2020, March 5)" in cite(stored, "apa")
    assert "Báo Tỉnh, March 5, 2020." in cite(stored, "chicago")
    assert "date         = {2020-03-05}" in cite(stored, "bibtex")


@pytest.mark.parametrize(
    ("published", "apa", "chicago"),
    [(None, "(n.d.)", "n.d."), ("2020", "(2020)", "2020."), ("2020-03", "(2020, March)", "March 2020.")],
)
def test_no_more_of_a_date_is_written_than_is_known(
    stored: Stored, published: str | None, apa: str, chicago: str
) -> None:
    partly = replace(stored, row=replace(stored.row, published=published))
    assert apa in cite(partly, "apa")
    assert chicago in cite(partly, "chicago")


def test_a_headline_restored_from_the_slug_stands_in_square_brackets(stored: Stored) -> None:
    restored = replace(stored, row=replace(stored.row, headline_by="restored by words of the page"))
    assert "[Hội nghị rút kinh nghiệm]" in cite(restored, "apa")
    assert "[Hội nghị rút kinh nghiệm]" not in cite(stored, "apa")


def test_an_author_comes_first_with_his_name_in_its_own_order(stored: Stored) -> None:
    signed = replace(stored, row=replace(stored.row, byline="Nguyễn Văn Mười"))
    assert cite(signed, "apa").startswith("Nguyễn Văn Mười. (2020, March 5). Hội nghị")
    assert "author       = {{Nguyễn Văn Mười}}" in cite(signed, "bibtex")


def test_what_bibtex_takes_for_its_own_signs_is_escaped(stored: Stored) -> None:
    odd = replace(stored, row=replace(stored.row, headline="Lãi 5% & 100$ {a}_b"))
    assert r"Lãi 5\% \& 100\$ \{a\}\_b" in cite(odd, "bibtex")


def test_a_reading_room_gives_the_permalink_its_address(stored: Stored) -> None:
    assert permalink(stored, "https://kho.example/") == f"https://kho.example/article/{stored.row.public_id}"
