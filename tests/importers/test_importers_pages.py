"""Saved pages come in with all that is known of where they are from, and no more."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from saved_pages import BODY, MODIFIED, URL, blocks, brought_in, ingested, page

from archive.custody.verify import verify
from archive.errors import NothingFound, UsageError
from archive.holdings import Holdings
from archive.importers import import_path
from archive.importers.pages import address_of
from archive.warc import http
from archive.warc.reader import record_at

FRAME = f"<!-- saved from url=(00{len(URL):02}){URL} -->\n"
SINGLE = (
    f"<!--\n Page saved with SingleFile \n url: {URL} \n saved date: Thu Mar 05 2020 15:25:56 GMT+0700 (ICT, xyz)\n-->"
)
OLDER = (
    f"<!--\n Archive processed by SingleFile \n url: {URL} \n saved date: Thu Mar 05 2020 15:25:56 GMT+0700 (ICT)\n-->"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "đã lưu").mkdir()
    return tmp_path / "đã lưu"


@pytest.mark.parametrize(
    ("head", "method"),
    [
        (FRAME, "comment of the browser"),
        (FRAME.replace(" -->", "-->"), "comment of the browser"),
        (SINGLE, "comment of SingleFile"),
        (OLDER, "comment of SingleFile"),
        (f'<link href="{URL}" rel="canonical">', "canonical"),
        (f"<LINK REL=canonical HREF='{URL}'>", "canonical"),
        (f'<meta content="{URL}" property="og:url">', "og:url"),
        (f'<base href="{URL}">', "base"),
        (f'<meta property="og:url" content="https://khac.example/"><link rel="canonical" href="{URL}">', "canonical"),
        (f'<!-- saved from url=(0014)about:internet -->\n<link rel="canonical" href="{URL}">', "canonical"),
    ],
)
def test_a_page_says_where_it_is_from(head: str, method: str) -> None:
    found = address_of(f"<!DOCTYPE html>\n{head}<html><body>x".encode())
    assert (found.url, found.url_by) == (URL, method)


@pytest.mark.parametrize(
    "head",
    [
        "",
        "<!-- saved from url=(0014)about:internet -->",
        '<link rel="canonical" href="/tin/khai-mac-1.html">',
        '<link rel="canonical" href="javascript:alert(1)">',
        '<link rel="canonical" href="http:///x">',
        '<meta property="og:url" content="http://a.example/ x">',
        "<!-- saved from url=(00xx)http://a.example/ -->",
    ],
)
def test_an_address_that_is_none_is_not_taken(head: str) -> None:
    assert address_of(f"<!DOCTYPE html>\n{head}<html><body>x".encode()).url == ""


def test_the_number_in_the_comment_ends_the_url() -> None:
    text = f"<!-- saved from url=(00{len(URL):02}){URL}rubbish-->".encode()
    assert address_of(text).url == URL


def test_the_date_of_single_file_is_read_with_its_zone() -> None:
    found = address_of(f"<!DOCTYPE html>\n{SINGLE}<html>".encode())
    assert (found.kept, found.kept_by) == (datetime(2020, 3, 5, 8, 25, 56, tzinfo=UTC), "comment of SingleFile")


def test_a_saved_page_is_kept_byte_for_byte_as_a_resource(holdings: Holdings, folder: Path) -> None:
    path = page(folder, "hội nghị.html", FRAME)
    (held,), skipped = brought_in(holdings, folder)
    record = record_at(holdings.root, held.place)
    assert (record.type, record.block, skipped) == ("resource", path.read_bytes(), ())
    assert (held.capture.url, held.provenance, held.capture.began.timestamp()) == (URL, "browser-saved", MODIFIED)
    assert http.split(held.capture.response).body == path.read_bytes()
    assert dict(held.capture.notes) == {
        "saved-as": "hội nghị.html",
        "url-by": "comment of the browser",
        "date-by": "time of the file",
    }
    (outcome,) = ingested(holdings, [held])
    assert outcome.state == "new"
    assert verify(holdings, "full").clean


def test_one_page_alone_can_be_brought_in(holdings: Holdings, folder: Path) -> None:
    page(folder, "khac.html", FRAME)
    (held,), _ = brought_in(holdings, page(folder, "mot.html", SINGLE))
    assert (held.capture.url, dict(held.capture.notes)["date-by"]) == (URL, "comment of SingleFile")


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_list_beside_the_pages_comes_before_what_they_say(holdings: Holdings, folder: Path, delimiter: str) -> None:
    page(folder, "a/mot.html", FRAME)
    page(folder, "hai.html")
    rows = [("\ufeffURL", "File", "Date"), (URL + "?1", "a/mot.html", "2019-01-02T03:04"), (URL + "?2", "hai.html", "")]
    (folder / "urls.csv").write_text("\n".join(delimiter.join(row) for row in rows) + "\n", encoding="utf-8")
    held, skipped = brought_in(holdings, folder)
    told = {one.capture.url: (dict(one.capture.notes)["date-by"], one.capture.began) for one in held}
    assert told[URL + "?1"] == ("list", datetime(2019, 1, 1, 20, 4, tzinfo=UTC))
    assert told[URL + "?2"][0] == "time of the file"
    assert skipped == ()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a,b\n1,2\n", "must name the columns file and url"),
        ("file,url,date\na.html,http://a.example/,hôm qua\n", "line 2: 'hôm qua' is no date"),
    ],
)
def test_a_list_that_cannot_be_read_is_named(holdings: Holdings, folder: Path, text: str, message: str) -> None:
    page(folder, "a.html")
    (folder / "urls.csv").write_text(text)
    with pytest.raises(UsageError, match=message):
        list(import_path(holdings, folder))


def test_a_page_without_any_address_is_kept_under_its_digest_and_says_so(holdings: Holdings, folder: Path) -> None:
    page(folder, "khong-ro.html")
    (held,), _ = brought_in(holdings, folder)
    assert held.capture.url == f"urn:baotinh:{held.payload_digest}"
    assert dict(held.capture.notes)["url-by"] == "none known"
    (outcome,) = ingested(holdings, [held])
    assert outcome.state in {"new", "kept", "unread"}
    assert verify(holdings, "full").clean


def test_what_lies_beside_a_saved_page_is_counted_and_not_taken_for_pages(holdings: Holdings, folder: Path) -> None:
    page(folder, "mot.html", FRAME)
    page(folder, "mot_files/khung.html")
    (folder / "mot_files" / "anh.jpg").write_bytes(b"\xff\xd8")
    (folder / "ghi-chu.txt").write_text("x")
    (folder / "rong.html").write_bytes(b" \n")
    held, skipped = brought_in(holdings, folder)
    assert [one.capture.url for one in held] == [URL]
    assert sorted(skipped) == [
        "ghi-chu.txt: no HTML page by its name",
        "mot_files/: 2 files saved beside a page",
        "rong.html: empty",
    ]


def test_a_page_that_is_no_html_is_kept_and_counted_as_unread(holdings: Holdings, folder: Path) -> None:
    path = folder / "anh.html"
    path.write_bytes(b"\xff\xd8\xff\xe0" + bytes(range(256)) * 20)
    (held,), _ = brought_in(holdings, folder)
    (outcome,) = ingested(holdings, [held])
    assert http.split(held.capture.response).body == path.read_bytes()
    assert (outcome.state, outcome.reason) == ("unread", "not_html")


MHTML = f"""From: <Saved by Blink>
Snapshot-Content-Location: {URL}
Subject: x
Date: Thu, 5 Mar 2020 08:25:56 +0000
MIME-Version: 1.0
Content-Type: multipart/related; type="text/html"; boundary="--Mau--"

----Mau--
Content-Type: text/html
Content-Transfer-Encoding: base64
Content-Location: {URL}

%s
----Mau--
Content-Type: image/png
Content-Transfer-Encoding: base64
Content-Location: {URL}.png

iVBORw0KGgo=
----Mau----
"""


def test_an_mhtml_page_is_read_and_the_whole_file_stays(holdings: Holdings, folder: Path) -> None:
    import base64

    text = f"<!DOCTYPE html><html><head><meta charset='utf-8'>{BODY}".encode()
    data = (MHTML % base64.encodebytes(text).decode()).replace("\n", "\r\n").encode()
    (folder / "mot.mhtml").write_bytes(data)
    (held,), _ = brought_in(holdings, folder)
    assert http.split(held.capture.response).body == text
    assert (held.capture.url, held.capture.began.timestamp()) == (URL, MODIFIED)
    origin = record_at(holdings.root, held.place).get("warc-refers-to")
    assert data in blocks(holdings, origin)
    (outcome,) = ingested(holdings, [held])
    assert outcome.state == "new"


def test_a_folder_is_brought_in_once_and_again_when_it_has_grown(holdings: Holdings, folder: Path) -> None:
    page(folder, "mot.html", FRAME)
    first = list(import_path(holdings, folder))
    assert [(one.how, one.captures) for one in import_path(holdings, folder)] == [("known", 1)]
    page(folder, "hai.html", SINGLE)
    second = list(import_path(holdings, folder))
    assert (second[0].how, second[0].captures) == ("written", 2)
    assert second[0].file != first[0].file


def test_a_folder_without_a_single_page_is_named(holdings: Holdings, folder: Path) -> None:
    (folder / "ghi-chu.txt").write_text("x")
    with pytest.raises(NothingFound, match=r"no saved page in it; passed over: ghi-chu.txt"):
        list(import_path(holdings, folder))


def test_a_link_out_of_the_folder_is_named_and_not_followed(holdings: Holdings, folder: Path) -> None:
    page(folder, "trang.html")
    outside = page(folder.parent, "riêng tư.html", body="<title>Riêng tư</title><p>Không ai được thấy.</p>")
    (folder / "lối ra.html").symlink_to(outside)
    (folder / "trong nhà.html").symlink_to(folder / "trang.html")
    held, skipped = brought_in(holdings, folder)
    assert len(held) == 2
    assert "lối ra.html: a link to a file that is not in the folder" in skipped


def test_a_pipe_and_a_link_to_a_folder_are_named_and_not_waited_for(holdings: Holdings, folder: Path) -> None:
    page(folder, "trang.html")
    os.mkfifo(folder / "ống.html")
    (folder / "thư mục").symlink_to(folder.parent)
    held, skipped = brought_in(holdings, folder)
    assert len(held) == 1
    assert {*skipped} >= {"ống.html: a pipe or a device, no file", "thư mục: a link to a folder"}
    with pytest.raises(UsageError, match=r"ống.html: a pipe or a device, no file"):
        list(import_path(holdings, folder / "ống.html"))


def test_a_page_without_end_is_passed_over_unread(holdings: Holdings, folder: Path) -> None:
    page(folder, "trang.html")
    with (folder / "rỗng.html").open("wb") as file:
        file.truncate(64 << 20)
    held, skipped = brought_in(holdings, folder)
    assert len(held) == 1
    assert any("rỗng.html: above" in sentence for sentence in skipped)


@pytest.mark.parametrize(
    "row",
    ["trang.html,http://a.example/x,0001-01-01", "trang.html,http://a.example/\0x,", f"trang.html,{'a' * 200_000},"],
)
def test_a_list_made_to_break_the_import_is_named_with_its_line(holdings: Holdings, folder: Path, row: str) -> None:
    page(folder, "trang.html")
    (folder / "urls.csv").write_text(f"file,url,date\n{row}\n", encoding="utf-8")
    with pytest.raises(UsageError, match="line 2"):
        list(import_path(holdings, folder))
