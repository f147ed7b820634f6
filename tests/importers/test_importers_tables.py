"""`baotinh import`: what others have in tables and texts comes in as it stands, and says that it is secondary."""

from __future__ import annotations

import gzip
import json
import os
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from saved_pages import BODY, MODIFIED, URL, blocks, ingested

from archive.cite import STYLES, cite, cited, json_ld, metadata
from archive.custody.manifest import digest_of
from archive.custody.verify import verify
from archive.errors import NothingFound, UsageError
from archive.export.formats import CSV_COLUMNS, csv_row
from archive.holdings import Holdings
from archive.importers import import_path
from archive.importers.fields import NAMES, read_choice
from archive.importers.table import Choice, Report, bring, look
from archive.model import StoredCapture
from archive.store import open_database
from archive.store.queries import StoredArticle, as_object, find_article
from archive.store.rows import secondary
from archive.warc.reader import record_at, scan

PLAIN = Choice()
TEXT = [
    "Lưu bài viết thành công",
    "Sáng 5/3, tại huyện Mẫu, hội nghị rút kinh nghiệm đại hội điểm đã khai mạc trọng thể.",
    "Kết luận hội nghị, đồng chí Bí thư yêu cầu khắc phục ngay những hạn chế </script> đã chỉ ra & nêu rõ.",
]
ITEM = {"url": URL, "title": "Khai mạc hội nghị", "content": TEXT, "date": "2020-03-05T15:25:00+07:00"}


def line(**fields: Any) -> bytes:
    return json.dumps(fields, ensure_ascii=False).encode() + b"\n"


def file(tmp_path: Path, data: bytes | str, name: str = "cu.jsonl") -> Path:
    path = tmp_path / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    os.utime(path, (MODIFIED, MODIFIED))
    return path


def brought(holdings: Holdings, path: Path, choice: Choice = PLAIN) -> tuple[Report, list[StoredCapture]]:
    report = bring(holdings, path, choice)
    assert report.imported
    return report, list(scan(holdings.root / report.imported.file))


def stored(holdings: Holdings, path: Path, choice: Choice = PLAIN) -> list[StoredArticle]:
    _, held = brought(holdings, path, choice)
    assert [outcome.state for outcome in ingested(holdings, held)] == ["new"] * len(held)
    db = open_database(holdings.database, readonly=True)
    try:
        return [find_article(db, one.capture.url) for one in held]
    finally:
        db.close()


def test_given_fields_are_the_reading_and_nothing_judges_them(holdings: Holdings, tmp_path: Path) -> None:
    one = {
        **ITEM,
        "sapo": "Hội nghị  đã khai mạc.",
        "author": ["Nguyễn Văn Mẫu", "Thu Hà"],
        "tags": "đại hội, huyện Mẫu",
        "captions": ["Quang cảnh hội nghị."],
        "credit": "Báo Mẫu",
        "category": "Xây dựng Đảng",
        "images": [{"url": "http://tinhuy.example/1.jpg", "caption": "Quang cảnh"}],
    }
    (found,) = stored(holdings, file(tmp_path, line(**one)))
    article = found.article
    assert article.body == tuple(TEXT)
    assert (article.headline.value, article.headline.by) == ("Khai mạc hội nghị", "title")
    assert article.lead
    assert article.lead.value == "Hội nghị đã khai mạc."
    assert article.byline
    assert article.byline.value == "Nguyễn Văn Mẫu, Thu Hà"
    assert article.source_credit
    assert article.source_credit.value == "Báo Mẫu"
    assert article.section
    assert article.section.value == "Xây dựng Đảng"
    assert (article.tags, article.captions) == (("đại hội", "huyện Mẫu"), ("Quang cảnh hội nghị.",))
    assert [(image.url, image.caption) for image in article.images] == [("http://tinhuy.example/1.jpg", "Quang cảnh")]
    assert article.published
    assert article.published.value == "2020-03-05T15:25:00+07:00"
    assert (article.probability, article.parser) == (1.0, "given/1")


def test_a_row_stays_as_it_was_beside_what_it_gives(holdings: Holdings, tmp_path: Path) -> None:
    row = line(**ITEM, khac="giữ nguyên")
    path = file(tmp_path, row)
    report, (held,) = brought(holdings, path)
    record = record_at(holdings.root, held.place)
    assert (record.type, held.provenance) == ("conversion", "secondary")
    assert blocks(holdings, record.get("warc-refers-to")) == [row.rstrip()]
    assert (held.capture.url, held.capture.began.timestamp(), report.digest) == (URL, MODIFIED, digest_of(path))
    ingested(holdings, [held])
    assert verify(holdings, "full").clean


def test_every_answer_says_which_row_of_whose_file_it_was_and_none_says_captured(
    holdings: Holdings, tmp_path: Path
) -> None:
    path = file(tmp_path, line(title="x") + line(**ITEM))
    (found,) = stored(holdings, path, Choice(owner="Thư viện Mẫu"))
    said = f"row 2 of cu.jsonl (Thư viện Mẫu), {digest_of(path)}"
    assert str(secondary(found.capture)) == said
    for style in STYLES:
        reference = cited(found, style, "https://phong.example", "en").replace("dòng 2 của", "row 2 of")
        assert said in reference.replace("\\_", "_")
        for capturing in ("Captured", "Chụp lúc", "truy cập", "urldate", "accessed", "Y2  -", "payload sha256"):
            assert capturing not in reference
    assert ("z.extra", json_ld(found, "", "en")["isBasedOn"]["description"]) in metadata(found, "", "en")
    assert said in json_ld(found, "", "en")["isBasedOn"]["description"]
    assert "archivedAt" not in json_ld(found, "", "en")
    made_from = {"file": "cu.jsonl", "digest": digest_of(path), "row": "2", "owner": "Thư viện Mẫu"}
    assert as_object(found)["provenance"]["made_from"] == made_from
    row = dict(zip(CSV_COLUMNS, csv_row(found), strict=True))
    assert (row["origin"], row["made_from"]) == ("secondary", said)


def test_a_page_that_is_captured_counts_before_the_secondary_record(holdings: Holdings, tmp_path: Path) -> None:
    (before,) = stored(holdings, file(tmp_path, line(**ITEM)))
    page = tmp_path / "trang.html"
    page.write_text(f"<!DOCTYPE html><!-- saved from url=({len(URL):04}){URL} --><html><head>{BODY}", encoding="utf-8")
    os.utime(page, (MODIFIED - 9, MODIFIED - 9))  # earlier, and yet it is what the site showed
    ingested(holdings, [one for each in import_path(holdings, page) for one in scan(holdings.root / each.file)])
    db = open_database(holdings.database, readonly=True)
    after = find_article(db, URL)
    db.close()
    assert before.capture.provenance == "secondary"
    assert (after.row.public_id, after.capture.provenance) == (before.row.public_id, "browser-saved")


def test_a_file_brought_in_twice_or_killed_between_brings_nothing_twice(holdings: Holdings, tmp_path: Path) -> None:
    path = file(tmp_path, line(**ITEM) + line(**{**ITEM, "url": f"{URL}?2"}))
    first, held = brought(holdings, path)  # and killed before a row was filed
    again, same = brought(holdings, path)
    assert first.imported
    assert again.imported
    assert (again.imported.how, again.imported.file, same) == ("known", first.imported.file, held)
    assert len(holdings.warcs()) == 1
    assert [one.state for one in ingested(holdings, held)] == ["new", "new"]


def test_a_file_that_fails_on_the_way_leaves_nothing(holdings: Holdings, tmp_path: Path) -> None:
    path = file(tmp_path, line(**ITEM))
    with pytest.raises(UsageError, match=r"--map text=content\.txt: no row has this key; there are url, title"):
        bring(holdings, path, Choice(read_choice(["text=content.txt"])))
    with pytest.raises(NothingFound, match=r"no row gives an article: no text \(1, first 1\); say with --map"):
        bring(holdings, file(tmp_path, line(title="x"), "b.jsonl"), PLAIN)
    assert holdings.warcs() == ()
    assert not any(holdings.root.rglob("*.part"))


def test_what_is_left_out_is_summed_by_reason_with_the_first_row(tmp_path: Path) -> None:
    bad = [line(title="x"), b"\n", b"{nonsense\n", b"[1]\n", line(url=URL), line(title="y"), b"{nonsense\n"]
    report = look(file(tmp_path, line(**ITEM) + b"".join(bad)), PLAIN)
    told = {reason: (one.rows, one.first) for reason, one in report.left_out.items()}
    assert (report.rows, report.articles) == (7, 1)
    assert told == {"no text": (3, "2"), "no JSON": (2, "4"), "no JSON object": (1, "5")}


def test_a_dry_run_says_which_key_serves_which_field_and_what_is_dropped(tmp_path: Path) -> None:
    rows = [{**ITEM, "id": 7, "content.text": "Khác", "source": {"name": "Báo"}}, {**ITEM, "id": 8}]
    report = look(file(tmp_path, b"".join(line(**row) for row in rows)), Choice(read_choice(["section=id"])))
    uses = {(use.key, use.field): (use.rows, str(use.reason or "")) for use in report.uses}
    assert uses == {
        ("url", "url"): (2, ""),
        ("title", "headline"): (2, ""),
        ("content", "text"): (2, ""),
        ("date", "published"): (2, ""),
        ("source.name", "source_credit"): (1, ""),
        ("id", "section"): (2, ""),
        ("content.text", ""): (1, "another key serves it"),
    }
    assert next(use for use in report.uses if use.key == "date").example == ITEM["date"]


@pytest.mark.parametrize(
    ("choice", "item", "expected"),
    [
        ("text=p.doan", {"p": [{"doan": "Một."}, {"doan": "Hai."}]}, ("Một.", "Hai.")),
        ("text=a.b.1", {"a.b": ["Một.", "Hai."]}, ("Hai.",)),
        ("text=than", {"than": "<p>Một <b>hai</b>.</p><script>x()</script><p>Ba&nbsp;bốn</p>"}, ("Một hai.", "Ba bốn")),
    ],
)
def test_a_chosen_key_leads_through_dots_and_lists(
    holdings: Holdings, tmp_path: Path, choice: str, item: dict[str, Any], expected: tuple[str, ...]
) -> None:
    path = file(tmp_path, line(url=URL, title="Tin", **item))
    (found,) = stored(holdings, path, Choice(read_choice([choice])))
    assert found.article.body == expected


def test_a_field_that_is_given_to_no_key_is_left_out(holdings: Holdings, tmp_path: Path) -> None:
    (found,) = stored(holdings, file(tmp_path, line(**ITEM, tags=["a"])), Choice(read_choice(["tags="])))
    assert found.article.tags == ()
    for wrong in ("text", "nothing=x", "=x"):
        with pytest.raises(UsageError, match="write FIELD=KEY"):
            read_choice([wrong])


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (1583396756, "2020-03-05T15:25:56+07:00"),
        ("1583396756000", "2020-03-05T15:25:56+07:00"),
        (1583396756.0, "2020-03-05T15:25:56+07:00"),
        ("05/03/2020", "2020-03-05"),
        ("15:25 05/03/2020", "2020-03-05T15:25+07:00"),
        ("2020-03-05 15:25:56", "2020-03-05T15:25:56+07:00"),
        ("2020-03-05, 08:25:56+00:00", "2020-03-05T15:25:56+07:00"),
        ("Thứ năm, 5/3/2020", "2020-03-05"),
        ("hôm nào đó", None),
    ],
)
def test_days_are_understood_however_they_are_written(
    holdings: Holdings, tmp_path: Path, given: object, expected: str | None
) -> None:
    path = file(tmp_path, line(**{**ITEM, "date": given}))
    report = look(path, PLAIN)
    (found,) = stored(holdings, path)
    assert found.row.published == expected
    assert ("a day of publication that is no date" in report.remarks) == (expected is None)


ROW = 'http://tinhuy.example/tin/1.html;"Khai mạc ""hội nghị""";"Đoạn một; có dấu.\nĐoạn hai."\n'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a_csv_with_semicolons_and_quoted_line_breaks_is_read(
    holdings: Holdings, tmp_path: Path, encoding: str, newline: str
) -> None:
    table = ("url;Tiêu đề;Nội dung\n" + ROW + ROW.replace("/1.html", "/2.html")).replace("\n", newline)
    first, second = stored(holdings, file(tmp_path, table.encode(encoding), "bai.csv"))
    assert (first.row.headline, first.article.body) == ('Khai mạc "hội nghị"', ("Đoạn một; có dấu.", "Đoạn hai."))
    found = [secondary(one.capture) for one in (first, second)]
    assert [one.row for one in found if one] == ["2", "4"]


def test_texts_in_tcvn3_are_read_as_they_were_meant(holdings: Holdings, tmp_path: Path) -> None:
    text = "tØnh ñy th¸i nguyªn tæ chøc ®¹i héi ®iÓm cÊp c¬ së, §¹i héi §¶ng bé lÇn thø XX"
    whole = f'url,title,text\n{URL},Héi nghÞ tØnh ñy,"{text}"\n'.encode("latin-1")
    within = line(url=f"{URL}?2", title="Héi nghÞ tØnh ñy", text=text)  # broken before it became UTF-8
    for path in (file(tmp_path, whole, "cu.csv"), file(tmp_path, within)):
        (found,) = stored(holdings, path)
        assert found.row.headline == "Hội nghị tỉnh ủy"
        assert found.article.body[0].startswith("tỉnh ủy thái nguyên tổ chức đại hội điểm")


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.json", json.dumps([ITEM], ensure_ascii=False, indent=1)),
        ("b.json", json.dumps({"total": 1, "data": [ITEM]}, ensure_ascii=False)),
        ("c.json", json.dumps(ITEM, ensure_ascii=False, indent=2)),
        ("d.jsonl", "\ufeff" + json.dumps(ITEM, ensure_ascii=False) + "\r\n"),
        ("e.jsonl.gz", gzip.compress(line(**ITEM))),
        ("f.json.gz", gzip.compress(json.dumps([ITEM]).encode())),
    ],
)
def test_json_comes_as_lines_arrays_objects_and_packed(
    holdings: Holdings, tmp_path: Path, name: str, data: bytes | str
) -> None:
    (found,) = stored(holdings, file(tmp_path, data, name))
    assert (found.row.headline, found.article.body) == ("Khai mạc hội nghị", tuple(TEXT))


def test_parquet_is_read_and_lacking_pyarrow_named(
    holdings: Holdings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    parquet.write_table(pyarrow.Table.from_pylist([ITEM]), tmp_path / "a.parquet")
    (found,) = stored(holdings, tmp_path / "a.parquet")
    assert (found.article.body, found.row.published) == (tuple(TEXT), ITEM["date"])
    monkeypatch.setitem(__import__("sys").modules, "pyarrow", None)
    with pytest.raises(UsageError, match=r"pip install baotinh\[parquet\]"):
        look(tmp_path / "a.parquet", PLAIN)


def test_a_folder_of_texts_gives_an_article_a_file(holdings: Holdings, tmp_path: Path) -> None:
    folder = tmp_path / "bai"
    (folder / "1998").mkdir(parents=True)
    file(folder, "Khai mạc hội nghị\n\nSáng nay.\nChiều nay.\n", "1998/1.txt")
    file(folder, json.dumps(ITEM), "2.json")
    file(folder, "", "3.txt")
    report = look(folder, PLAIN)
    assert (report.articles, report.left_out["no text"].first) == (2, "3.txt")
    first, _ = stored(holdings, folder)
    assert (first.row.headline, first.article.body) == ("Khai mạc hội nghị", ("Sáng nay.", "Chiều nay."))
    made_from = secondary(first.capture)
    assert made_from
    assert (made_from.file, made_from.row) == ("bai", "1998/1.txt")
    assert first.row.source == "imported"


def test_links_out_of_a_folder_and_pipes_are_left_out_with_their_reason(tmp_path: Path) -> None:
    folder = tmp_path / "bai"
    folder.mkdir()
    file(folder, "Khai mạc hội nghị\n\nSáng nay.\n", "1.txt")
    (folder / "2.txt").symlink_to(file(tmp_path, "Riêng tư", "rieng.txt"))
    os.mkfifo(folder / "3.txt")
    report = look(folder, PLAIN)
    assert report.articles == 1
    assert {str(reason): one.first for reason, one in report.left_out.items()} == {
        "a link to a file that is not in the folder": "2.txt",
        "a pipe or a device, no file": "3.txt",
    }
    with pytest.raises(UsageError, match=r"3.txt: a pipe or a device, no file"):
        look(folder / "3.txt", PLAIN)


def test_user_and_password_of_an_address_are_no_part_of_the_host(holdings: Holdings, tmp_path: Path) -> None:
    (found,) = stored(holdings, file(tmp_path, line(**{**ITEM, "url": "https://ai:mat@www.bao.example/1.html"})))
    assert found.row.source == "bao.example"


def test_rows_stand_under_their_host_and_are_found_there(holdings: Holdings, tmp_path: Path) -> None:
    (found,) = stored(holdings, file(tmp_path, line(**{**ITEM, "url": "https://www.bao.example/1.html"})))
    assert (found.row.source, found.source_name, found.row.province) == ("bao.example", "bao.example", "")
    db = open_database(holdings.database, readonly=True)
    named = db.execute("SELECT id, kind, province FROM sources").fetchall()
    db.close()
    assert named == [("bao.example", "other", "")]


def test_a_row_that_has_only_the_html_of_its_page_is_read_as_that_page(holdings: Holdings, tmp_path: Path) -> None:
    (found,) = stored(holdings, file(tmp_path, line(url=URL, title="x", raw_html=f"<html><head>{BODY}")))
    assert found.row.headline == "Khai mạc hội nghị rút kinh nghiệm"
    assert found.capture.provenance == "secondary"


def test_a_row_without_a_headline_is_called_by_its_first_words(holdings: Holdings, tmp_path: Path) -> None:
    (found,) = stored(holdings, file(tmp_path, line(text="Sáng nay hội nghị khai mạc.")))
    assert (found.row.headline, found.row.url[:19]) == ("Sáng nay hội nghị khai mạc.", "urn:baotinh:sha256:")
    assert "[Sáng nay hội nghị khai mạc]" in cite(found, "apa")


def test_no_name_of_a_key_serves_two_fields() -> None:
    names = [name for said in NAMES.values() for name in said.split()]
    assert sorted(names) == sorted(set(names))


def test_ingest_names_the_command_that_takes_tables(holdings: Holdings, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="`baotinh import` brings them in"):
        list(import_path(holdings, file(tmp_path, line(**ITEM))))


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.bin", b"\x00\x01\x02", "neither JSON Lines, JSON, CSV nor Parquet"),
        ("a.xlsx", b"PK\x03\x04xxxx", "save the sheet as CSV"),
        ("a.csv", b"", "is empty"),
        ("a.csv", b"url,url\n1,2\n", "name each column once"),
        ("a.json", b"[1, 2", "no JSON"),
        ("a.warc", b"WARC/1.1\r\n", "`baotinh ingest` takes them in"),
    ],
)
def test_what_is_no_table_is_refused_in_one_line(tmp_path: Path, name: str, data: bytes, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        look(file(tmp_path, data, name), PLAIN)


def test_a_row_nested_without_end_or_with_a_torn_address_is_counted(tmp_path: Path) -> None:
    nested = b'{"url": "http://a.example/", "text": ' + b"[" * 100_000 + b"]" * 100_000 + b"}\n"
    torn = line(**{**ITEM, "url": "http://a.example/\u0085x", "scraped_at": "0001-01-01T00:00:00+14:00"})
    report = look(file(tmp_path, line(**ITEM) + nested + torn), PLAIN)
    assert (report.articles, report.left_out["no JSON"].first) == (2, "2")
    assert report.remarks["an address that is none"].first == "3"


def test_a_line_of_hundreds_of_megabytes_is_never_in_memory(tmp_path: Path) -> None:
    with (tmp_path / "to.jsonl").open("wb") as out:
        out.write(line(**ITEM))
        out.truncate(300 << 20)  # a line of zeros without an end, that takes no room
    tracemalloc.start()
    try:
        report = look(tmp_path / "to.jsonl", PLAIN)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert {reason: one.first for reason, one in report.left_out.items()} == {f"longer than {32 << 20:,} bytes": "2"}
    assert peak < 200 << 20


def test_a_line_of_excels_own_in_front_of_a_csv_is_no_heading(holdings: Holdings, tmp_path: Path) -> None:
    table = "sep=;\r\nĐường dẫn;Tiêu đề;Nội dung\r\ntinhuy.example/tin/1.html;Khai mạc;Sáng nay, chiều nay.\r\n"
    report, (held,) = brought(holdings, file(tmp_path, table, "bai.csv"))
    assert (report.articles, held.capture.url) == (1, "http://tinhuy.example/tin/1.html")
    assert dict(held.capture.notes)["made-from-row"] == "3"


def test_what_the_api_of_wordpress_gives_is_understood_and_its_numbers_are_no_names(
    holdings: Holdings, tmp_path: Path
) -> None:
    post = {
        "date": "2020-03-05T15:25:00",
        "link": URL,
        "title": {"rendered": "Khai m&#7841;c &#8220;h&#7897;i ngh&#7883;&#8221;"},
        "content": {"rendered": "\n<p>Sáng nay.</p>\n\n<p>Chiều nay.</p>\n", "protected": False},
        "excerpt": {"rendered": "<p>Tóm tắt&hellip;</p>\n"},
        "categories": [4, 5],
        "tags": [1],
    }
    path = file(tmp_path, json.dumps([post]), "posts.json")
    (found,) = stored(holdings, path)
    assert (found.row.headline, found.row.lead) == ("Khai mạc “hội nghị”", "Tóm tắt…")
    assert (found.article.body, found.article.tags, found.row.section) == (("Sáng nay.", "Chiều nay."), (), "")
    dropped = {use.key: use.reason for use in look(path, PLAIN).uses if use.reason}
    assert dropped["tags"] == dropped["categories"] == "numbers and no names"
