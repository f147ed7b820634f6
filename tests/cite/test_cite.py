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

from archive import Archive, parsers
from archive.cite import STYLES, WRITTEN, authors, cite, cited, json_ld, metadata, note, permalink, references
from archive.cli import main
from archive.errors import UsageError
from archive.store.queries import StoredArticle, find_article

FIELDS = {"title", "author", "organization", "date", "url", "urldate", "eprint", "eprinttype", "note", "langid"}


HEADLINE = normalize("NFC", "Hội nghị rút kinh nghiệm")


def signed(stored: StoredArticle, byline: str = "Thu Hà - Minh Anh") -> StoredArticle:
    """The article with a byline."""
    return replace(stored, row=replace(stored.row, byline=byline))


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
    text = cited(stored, style)
    for evidence in (
        "2024-05-01T03:00:00.000Z",
        stored.capture.payload_digest,
        stored.capture.record_id,
        f"baotinh:{stored.row.public_id}",
        f"{SITE}/tin/hoi-nghi-1.html",
        "Hội nghị rút kinh nghiệm",
    ):
        assert evidence in text


def test_a_reference_to_read_is_clean_as_its_manual_writes_it(stored: StoredArticle) -> None:
    url = stored.row.url
    assert cite(signed(stored), "apa") == f"Thu Hà & Minh Anh. (2020, March 5). {HEADLINE}. Báo Tỉnh. {url}"
    assert cite(signed(stored), "chicago") == f"Thu Hà and Minh Anh. “{HEADLINE}.” Báo Tỉnh, March 5, 2020. {url}."
    assert cite(signed(stored), "tcvn") == (
        f"Thu Hà và Minh Anh. {HEADLINE} [trực tuyến]. Báo Tỉnh, ngày 5 tháng 3 năm 2020 "
        f"[truy cập ngày 1 tháng 5 năm 2024]. Có tại: {url}"
    )


def test_three_and_more_authors_are_joined_as_each_manual_joins_them(stored: StoredArticle) -> None:
    three = signed(stored, "Thu Hà - Minh Anh - Lò Thị Mẩy")
    assert cite(three, "apa").startswith("Thu Hà, Minh Anh, & Lò Thị Mẩy. (2020")
    assert cite(three, "chicago").startswith("Thu Hà, Minh Anh, and Lò Thị Mẩy. “")
    assert cite(three, "chicago", language="vi").startswith("Thu Hà, Minh Anh và Lò Thị Mẩy. “")
    assert cite(three, "tcvn").startswith("Thu Hà, Minh Anh và Lò Thị Mẩy. Hội")


def test_in_vietnamese_the_months_are_vietnamese(stored: StoredArticle) -> None:
    assert "(2020, ngày 5 tháng 3). " in cite(stored, "apa", language="vi")
    assert "Báo Tỉnh, ngày 5 tháng 3 năm 2020. http" in cite(stored, "chicago", language="vi")
    for style in WRITTEN:
        assert "March" not in cite(stored, style, language="vi")


def test_the_proof_stands_in_a_note_apart_from_a_reference_to_read(stored: StoredArticle) -> None:
    named = f"baotinh:{stored.row.public_id}, revision 1"
    assert note(stored) == (
        f"Captured 2024-05-01T03:00:00.000Z; {named}; payload {stored.capture.payload_digest}; "
        f"record {stored.capture.record_id}."
    )
    assert note(stored, language="vi").startswith("Chụp lúc 2024-05-01T03:00:00.000Z; baotinh:")
    for style in WRITTEN:
        assert stored.capture.payload_digest not in cite(stored, style)
        assert cited(stored, style).startswith(f"{cite(stored, style)}\n")
    assert references(stored) == {style: cite(stored, style) for style in STYLES} | {"note": note(stored)}


def test_a_question_is_not_closed_twice(stored: StoredArticle) -> None:
    asking = replace(stored, row=replace(stored.row, headline="Ai trồng rừng?"))
    assert cite(asking, "apa").startswith("Ai trồng rừng? (2020, March 5). Báo Tỉnh. http")
    assert cite(asking, "chicago").startswith("“Ai trồng rừng?” Báo Tỉnh, March 5, 2020.")


@pytest.mark.parametrize(
    ("published", "apa", "chicago"),
    [
        (None, "(n.d.)", "Báo Tỉnh, accessed May 1, 2024. http"),
        ("2020", "(2020)", "Báo Tỉnh, 2020. http"),
        ("2020-03", "(2020, March)", "Báo Tỉnh, March 2020. http"),
    ],
)
def test_no_more_of_a_date_is_written_than_is_known(
    stored: StoredArticle, published: str | None, apa: str, chicago: str
) -> None:
    partly = replace(stored, row=replace(stored.row, published=published))
    assert apa in cite(partly, "apa")
    assert chicago in cite(partly, "chicago")
    assert "ngày 5" not in cite(partly, "tcvn")


def test_a_headline_restored_from_the_slug_stands_in_square_brackets(stored: StoredArticle) -> None:
    restored = replace(stored, row=replace(stored.row, headline_by="restored by words of the page"))
    assert "[Hội nghị rút kinh nghiệm]" in cite(restored, "apa")
    assert "[Hội nghị rút kinh nghiệm]" not in cite(stored, "apa")


def test_an_author_comes_first_with_his_name_in_its_own_order(stored: StoredArticle) -> None:
    mine = signed(stored, "Nguyễn Văn Mười")
    assert cite(mine, "apa").startswith("Nguyễn Văn Mười. (2020, March 5). Hội nghị")
    assert "author       = {{Nguyễn Văn Mười}}" in cite(mine, "bibtex")


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
    mine = signed(replace(stored, row=replace(stored.row, headline="Một { và {")), "Lò Thị Mẩy - Nguyễn Văn Mười")
    data = parse_string(cite(mine, "bibtex", "https://kho.example") + "\n" + cite(stored, "bibtex"), "bibtex")
    (name, entry), *_ = data.entries.items()
    assert name.endswith(stored.row.public_id)
    assert entry.type == "online"
    assert [str(person) for person in entry.persons["author"]] == ["{Lò Thị Mẩy}", "{Nguyễn Văn Mười}"]
    assert entry.fields["title"] == r"{Một \textbraceleft{} và \textbraceleft{}}"
    assert (entry.fields["date"], entry.fields["urldate"]) == ("2020-03-05", "2024-05-01")
    assert entry.fields["eprint"] == stored.row.public_id
    assert entry.fields["url"] == stored.row.url


def test_an_independent_program_reads_the_ris_record_back(stored: StoredArticle) -> None:
    mine = signed(stored, "Thu Hà, Minh Anh")
    (entry,) = rispy.loads(cite(mine, "ris"))
    assert entry["type_of_reference"] == "ELEC"
    assert entry["authors"] == ["Thu Hà", "Minh Anh"]
    assert entry["title"] == normalize("NFC", "Hội nghị rút kinh nghiệm")
    assert (entry["year"], entry["date"], entry["access_date"]) == ("2020", "2020/03/05/", "2024/05/01/")
    assert entry["accession_number"] == stored.row.public_id
    assert entry["urls"] == [stored.row.url]
    assert stored.capture.payload_digest in entry["notes"][0]


def test_csl_json_holds_one_page_with_both_its_dates(stored: StoredArticle) -> None:
    mine = signed(stored, "Nguyễn Văn Mười")
    (item,) = json.loads(cite(mine, "csl-json", "https://kho.example"))
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


def taken_by_zotero(tags: tuple[tuple[str, str], ...]) -> dict[str, object]:
    """What Zotero's translator "Embedded Metadata" makes of tags: its rules, as read in it (2015 to 2026).

    The kind is `z.itemType`, else `DC.type` where Zotero knows it, else a journal's article for `citation_title`; each
    `z.*` is a field; `citation_*` overwrite Dublin Core. A name with a comma is surname and given name, apart there;
    another one ends with its surname.
    """
    held = [*tags]
    first = dict(reversed(held))
    item: dict[str, object] = {name[2:]: value for name, value in first.items() if name.startswith("z.")}
    item.setdefault("itemType", first.get("DC.type", "journalArticle"))
    for field, *names in (
        ("title", "citation_title", "DC.title"),
        ("date", "citation_publication_date", "DC.date"),
        ("publicationTitle", "citation_journal_title", "DC.source"),
        ("url", "citation_public_url"),
        ("language", "citation_language", "DC.language"),
        ("abstractNote", "DC.description"),
    ):
        item[field] = next((first[name] for name in names if name in first), "")
    creators = []
    for one in [value for name, value in held if name == "citation_author"]:
        cleaned = one.strip(" ,")
        surname, _, given = cleaned.partition(", ") if "," in one else cleaned.rpartition(" ")[::-1]
        creators.append((surname, given))
    return item | {"creators": creators}


def test_zotero_takes_a_newspaper_article_with_each_author_source_day_and_archive(stored: StoredArticle) -> None:
    item = taken_by_zotero(metadata(signed(stored, "Lò Thị Mẩy - Nguyễn Văn Mười"), "https://kho.example", "en"))
    assert item["itemType"] == "newspaperArticle"
    assert item["creators"] == [("Lò Thị Mẩy", ""), ("Nguyễn Văn Mười", "")]
    assert (item["title"], item["publicationTitle"], item["date"]) == (HEADLINE, "Báo Tỉnh", "2020/03/05")
    assert (item["url"], item["language"]) == (stored.row.url, "vi")
    assert (item["archive"], item["archiveLocation"]) == (
        "baotinh",
        f"https://kho.example/article/{stored.row.public_id}",
    )
    assert stored.capture.payload_digest in str(item["extra"])


def test_a_byline_that_is_no_list_of_names_stays_one_author_for_zotero(stored: StoredArticle) -> None:
    item = taken_by_zotero(metadata(signed(stored, "Bài, ảnh: Thu Hà"), "", "vi"))
    assert item["creators"] == [("Bài - ảnh: Thu Hà", "")]
    assert ("DC.creator", "Bài, ảnh: Thu Hà") in metadata(signed(stored, "Bài, ảnh: Thu Hà"), "", "vi")


def test_schema_org_has_the_article_its_newspaper_and_the_archived_page(stored: StoredArticle) -> None:
    value = json_ld(signed(stored), "https://kho.example", "en")
    assert (value["@context"], value["@type"], value["inLanguage"]) == ("https://schema.org", "NewsArticle", "vi")
    assert [one["name"] for one in value["author"]] == ["Thu Hà", "Minh Anh"]
    assert (value["isPartOf"]["name"], value["publisher"]["name"]) == ("Báo Tỉnh", "Báo Tỉnh")
    assert value["datePublished"] == "2020-03-05T15:25+07:00"
    assert value["url"] == stored.row.url
    assert value["archivedAt"]["url"] == f"https://kho.example/article/{stored.row.public_id}"
    assert (value["archivedAt"]["dateCreated"], value["archivedAt"]["identifier"]) == (
        "2024-05-01T03:00:00.000Z",
        stored.capture.record_id,
    )


def test_what_is_not_known_is_in_no_tag(stored: StoredArticle) -> None:
    bare = replace(stored, row=replace(stored.row, published=None, byline="", lead=""))
    tags = metadata(bare, "", "en")
    assert not {"citation_author", "citation_publication_date", "DC.creator", "DC.date"} & {name for name, _ in tags}
    assert all(content for _, content in tags)
    assert not {"author", "datePublished"} & json_ld(bare, "", "en").keys()


def test_python_and_the_command_line_cite_alike(
    stored: StoredArticle, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    named, root = stored.row.public_id, str(tmp_path / "data")
    with Archive.open(root) as archive:
        assert str(archive.cite(named, "tcvn")) == cited(stored, "tcvn")
        assert str(archive.cite(named, "apa", language="vi")) == cited(stored, "apa", language="vi")
        with pytest.raises(UsageError, match="style=mla: one of tcvn, apa, chicago"):
            archive.cite(named, "mla")
    for language in ("vi", "en"):
        with pytest.raises(SystemExit):
            main(["--lang", language, "--archive", root, "cite", named, "--style", "apa"])
        assert capsys.readouterr().out == f"{cited(stored, 'apa', language=language)}\n"
