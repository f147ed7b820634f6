"""References lead back to the preserved page, and say what is supplied by the archive."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from unicodedata import normalize

import pytest
import rispy
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pybtex.database import parse_string
from small_archive import SITE, capture, database, keep, new_holdings, page, read, read_json

from archive import parsers
from archive.cite import STYLES, authors, cite, permalink
from archive.store.queries import StoredArticle, find_article

FIELDS = {"title", "author", "organization", "date", "url", "urldate", "eprint", "eprinttype", "note", "langid"}


@pytest.fixture
def stored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> StoredArticle:
    monkeypatch.setattr(parsers, "read_page", read_json)
    holdings = new_holdings(tmp_path / "data")
    body = page("Hội nghị rút kinh nghiệm", "Một.", published="2020-03-05T15:25+07:00")
    read(holdings, keep(holdings, [capture("/tin/hoi-nghi-1.html", body)]))
    with database(holdings) as db:
        return find_article(db, f"{SITE}/tin/hoi-nghi-1.html")


@pytest.mark.parametrize("style", STYLES)
def test_every_style_names_capture_time_digest_record_and_permalink(stored: StoredArticle, style: str) -> None:
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


def test_three_styles_write_the_day_in_their_own_order(stored: StoredArticle) -> None:
    assert "(2020, March 5)" in cite(stored, "apa")
    assert "Báo Tỉnh, March 5, 2020." in cite(stored, "chicago")
    assert "date         = {2020-03-05}" in cite(stored, "bibtex")


@pytest.mark.parametrize(
    ("published", "apa", "chicago"),
    [(None, "(n.d.)", "n.d."), ("2020", "(2020)", "2020."), ("2020-03", "(2020, March)", "March 2020.")],
)
def test_no_more_of_a_date_is_written_than_is_known(
    stored: StoredArticle, published: str | None, apa: str, chicago: str
) -> None:
    partly = replace(stored, row=replace(stored.row, published=published))
    assert apa in cite(partly, "apa")
    assert chicago in cite(partly, "chicago")


def test_a_headline_restored_from_the_slug_stands_in_square_brackets(stored: StoredArticle) -> None:
    restored = replace(stored, row=replace(stored.row, headline_by="restored by words of the page"))
    assert "[Hội nghị rút kinh nghiệm]" in cite(restored, "apa")
    assert "[Hội nghị rút kinh nghiệm]" not in cite(stored, "apa")


def test_an_author_comes_first_with_his_name_in_its_own_order(stored: StoredArticle) -> None:
    signed = replace(stored, row=replace(stored.row, byline="Nguyễn Văn Mười"))
    assert cite(signed, "apa").startswith("Nguyễn Văn Mười. (2020, March 5). Hội nghị")
    assert "author       = {{Nguyễn Văn Mười}}" in cite(signed, "bibtex")


def test_what_bibtex_takes_for_its_own_signs_is_escaped(stored: StoredArticle) -> None:
    odd = replace(stored, row=replace(stored.row, headline="Lãi 5% & 100$ {a}_b"))
    assert r"Lãi 5\% \& 100\$ \textbraceleft{}a\textbraceright{}\_b" in cite(odd, "bibtex")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=30))
def test_no_headline_breaks_out_of_its_bibtex_entry(stored: StoredArticle, text: str) -> None:
    odd = replace(stored, row=replace(stored.row, headline=text, byline=text, url=f"{SITE}/{text}"))
    other = replace(stored, row=replace(stored.row, public_id="khackhackh"))
    entries = parse_string(f"{cite(odd, 'bibtex')}\n{cite(other, 'bibtex')}", "bibtex").entries
    assert [name[-10:] for name in entries] == [stored.row.public_id, "khackhackh"]
    assert [field for entry in entries.values() for field in entry.fields if field not in FIELDS] == []


def test_an_independent_program_reads_the_bibtex_entry_back(stored: StoredArticle) -> None:
    signed = replace(stored, row=replace(stored.row, byline="Lò Thị Mẩy - Nguyễn Văn Mười", headline="Một { và {"))
    data = parse_string(cite(signed, "bibtex", "https://kho.example") + "\n" + cite(stored, "bibtex"), "bibtex")
    (name, entry), *_ = data.entries.items()
    assert name.endswith(stored.row.public_id)
    assert entry.type == "online"
    assert [str(person) for person in entry.persons["author"]] == ["{Lò Thị Mẩy}", "{Nguyễn Văn Mười}"]
    assert entry.fields["title"] == r"{Một \textbraceleft{} và \textbraceleft{}}"
    assert (entry.fields["date"], entry.fields["urldate"]) == ("2020-03-05", "2024-05-01")
    assert entry.fields["eprint"] == stored.row.public_id
    assert entry.fields["url"] == stored.row.url


def test_an_independent_program_reads_the_ris_record_back(stored: StoredArticle) -> None:
    signed = replace(stored, row=replace(stored.row, byline="Thu Hà, Minh Anh"))
    (entry,) = rispy.loads(cite(signed, "ris"))
    assert entry["type_of_reference"] == "ELEC"
    assert entry["authors"] == ["Thu Hà", "Minh Anh"]
    assert entry["title"] == normalize("NFC", "Hội nghị rút kinh nghiệm")
    assert (entry["year"], entry["date"], entry["access_date"]) == ("2020", "2020/03/05/", "2024/05/01/")
    assert entry["accession_number"] == stored.row.public_id
    assert entry["urls"] == [stored.row.url]
    assert stored.capture.payload_digest in entry["notes"][0]


def test_csl_json_holds_one_page_with_both_its_dates(stored: StoredArticle) -> None:
    signed = replace(stored, row=replace(stored.row, byline="Nguyễn Văn Mười"))
    (item,) = json.loads(cite(signed, "csl-json", "https://kho.example"))
    assert item["type"] == "webpage"
    assert item["author"] == [{"literal": "Nguyễn Văn Mười"}]
    assert item["issued"] == {"date-parts": [[2020, 3, 5]]}
    assert item["accessed"] == {"date-parts": [[2024, 5, 1]]}
    assert item["archive_location"] == f"https://kho.example/article/{stored.row.public_id}"
    assert "author" not in json.loads(cite(stored, "csl-json"))[0]


@pytest.mark.parametrize(
    ("published", "bibtex", "ris", "csl"),
    [
        (None, None, None, None),
        ("2020", "2020", "2020///", [[2020]]),
        ("2020-03", "2020-03", "2020/03//", [[2020, 3]]),
        ("2020-03-05T15+07:00", "2020-03-05", "2020/03/05/", [[2020, 3, 5]]),
    ],
)
def test_a_bibliography_knows_no_more_of_a_date_than_the_page(
    stored: StoredArticle, published: str | None, bibtex: str | None, ris: str | None, csl: list[list[int]] | None
) -> None:
    partly = replace(stored, row=replace(stored.row, published=published))
    (entry,) = parse_string(cite(partly, "bibtex"), "bibtex").entries.values()
    assert entry.fields.get("date") == bibtex
    assert rispy.loads(cite(partly, "ris"))[0].get("date") == ris
    assert json.loads(cite(partly, "csl-json"))[0].get("issued", {}).get("date-parts") == csl


@pytest.mark.parametrize(
    ("byline", "names"),
    [
        ("Thu Hà - Minh Anh", ("Thu Hà", "Minh Anh")),
        ("Đặng Văn Ô, Lý Thị Ư và Âu Cơ", ("Đặng Văn Ô", "Lý Thị Ư", "Âu Cơ")),
        ("Bài, ảnh: Thu Hà", ("Bài, ảnh: Thu Hà",)),
        ("Thu Hà (tổng hợp, biên tập)", ("Thu Hà (tổng hợp, biên tập)",)),
        ("PV, CTV", ("PV", "CTV")),
        ("", ()),
    ],
)
def test_a_byline_is_parted_only_between_names(stored: StoredArticle, byline: str, names: tuple[str, ...]) -> None:
    assert authors(replace(stored, row=replace(stored.row, byline=byline))) == names


def test_a_reading_room_gives_the_permalink_its_address(stored: StoredArticle) -> None:
    assert permalink(stored, "https://kho.example/") == f"https://kho.example/article/{stored.row.public_id}"
