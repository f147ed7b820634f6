"""WARC files of other makers come in unchanged, whatever their habits, and what is passed over is named."""

from __future__ import annotations

import gzip
import hashlib
import json
import zipfile
from pathlib import Path

import pytest
from backports import zstd
from other_warcs import HEAD, INFO, PAGE, REQUEST, RESPONSE, UNPACKED, URL, captures, given, packed, record

from archive.custody import events, manifest
from archive.custody.rebuild import rebuild
from archive.custody.verify import verify
from archive.errors import StorageError, UsageError
from archive.holdings import Holdings
from archive.importers import Imported, import_path
from archive.ingest.pipeline import Ingest
from archive.sources import Register
from archive.warc import http
from archive.warc.reader import read


def test_a_file_with_a_member_per_record_is_taken_byte_for_byte(holdings: Holdings, tmp_path: Path) -> None:
    path = given(tmp_path, "la.warc.gz", packed(INFO, RESPONSE, REQUEST))
    (brought,) = import_path(holdings, path, "tinh-uy-mau")
    assert brought == Imported("warc/tinh-uy-mau/la.warc.gz", str(path), "copied", 1)
    assert (holdings.root / brought.file).read_bytes() == path.read_bytes()
    (held,) = captures(holdings, brought)
    assert (held.capture.url, held.capture.source, held.provenance) == (URL, "tinh-uy-mau", "imported")
    assert held.capture.response == HEAD + b"\r\n" + PAGE
    assert held.capture.request.startswith(b"GET /tin/")
    assert held.payload_digest == f"sha256:{hashlib.sha256(PAGE).hexdigest()}"


FORMS = {
    "plain.warc": UNPACKED,
    "one-member.warc.gz": gzip.compress(UNPACKED),
    "two-members.warc.gz": gzip.compress(INFO) + gzip.compress(REQUEST + RESPONSE),
    "zstd.warc.zst": zstd.compress(INFO) + zstd.compress(REQUEST) + zstd.compress(RESPONSE),
}


@pytest.mark.parametrize("name", FORMS)
def test_other_packings_become_a_member_per_record_and_every_record_stays_as_it_was(
    holdings: Holdings, tmp_path: Path, name: str
) -> None:
    (brought,) = import_path(holdings, given(tmp_path, name, FORMS[name]))
    assert (brought.how, brought.captures, brought.skipped) == ("packed", 1, ())
    data = (holdings.root / brought.file).read_bytes()
    assert gzip.decompress(data) == UNPACKED
    assert data.count(b"\x1f\x8b\x08") == 3
    (held,) = captures(holdings, brought)
    assert held.capture.request != b""


QUIRKS = {
    "url in angle brackets": record("response", HEAD + b"\r\n" + PAGE, f"<{URL}>"),
    "no date zone": record("response", HEAD + b"\r\n" + PAGE, WARC_Date="2020-03-05T08:25:56"),
    "14-digit date": record("response", HEAD + b"\r\n" + PAGE, WARC_Date="20200305082556"),
    "http 2 head": record("response", b"HTTP/2 200\r\ncontent-type: text/html\r\n:status: 200\r\n\r\n" + PAGE),
    "dechunked, header left": record("response", HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + PAGE),
    "decoded, header renamed": record("response", HEAD + b"x-orig-content-encoding: gzip\r\n\r\n" + PAGE),
    "digest of chunk framing": record(
        "response",
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n%x\r\n%b\r\n0\r\n\r\n" % (len(PAGE), PAGE),
        WARC_Payload_Digest="sha1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    ),
    "a resource": record("resource", PAGE, Content_Type="text/html"),
    "lower-case field names": RESPONSE.replace(b"WARC-Type", b"warc-type").replace(
        b"Content-Length", b"content-length"
    ),
    "no blank after colon": RESPONSE.replace(b"WARC-Type: ", b"WARC-Type:").replace(
        b"Content-Length: ", b"Content-Length:"
    ),
    "folded field": RESPONSE.replace(b"WARC-Type: response", b"WARC-Type: response\r\nX-Note: one\r\n two"),
    "latin-1 head": RESPONSE.replace(b"WARC-Type: response", b"WARC-Type: response\r\nX-Note: \xe9"),
    "no record id": RESPONSE.replace(b"WARC-Record-ID", b"X-Record-ID"),
}


@pytest.mark.parametrize("name", QUIRKS)
def test_a_record_with_this_quirk_is_read(holdings: Holdings, tmp_path: Path, name: str) -> None:
    (brought,) = import_path(holdings, given(tmp_path, "la.warc.gz", packed(INFO, QUIRKS[name])))
    assert (brought.captures, brought.skipped) == (1, ())
    (held,) = captures(holdings, brought)
    payload = http.split(held.capture.response)
    assert (payload.status, payload.mime, payload.body) == (200, "text/html", PAGE)
    assert (held.capture.url, held.capture.began.isoformat()) == (URL, "2020-03-05T08:25:56+00:00")


def test_what_is_no_page_is_passed_over_and_named(holdings: Holdings, tmp_path: Path) -> None:
    strangers = [
        record("response", b"20200305082556\ntinhuy.example. 300 IN A 203.0.113.7\n", "dns:tinhuy.example"),
        record("resource", b"{}", "urn:pageinfo:http://tinhuy.example/"),
        record("metadata", b"wget --warc-file", "metadata://gnu.org/software/wget/warc/wget_arguments.txt"),
        record("response", HEAD, WARC_Segment_Number="1"),
        record("continuation", b"x"),
        record("request", b"GET / HTTP/1.1\r\n\r\n", "http://tinhuy.example/khong-tra-loi"),
    ]
    path = given(tmp_path, "la.warc.gz", packed(INFO, *strangers, RESPONSE))
    (brought,) = import_path(holdings, path)
    assert brought.captures == 1
    assert len(brought.skipped) == len(strangers)
    for word in ("dns:", "urn:pageinfo:", "metadata://", "continuation", "without its response", "la.warc.gz at"):
        assert any(word in sentence for sentence in brought.skipped), word


def test_rebuilt_heads_are_called_reconstructed(holdings: Holdings, tmp_path: Path) -> None:
    info = record("warcinfo", b"software: crau/1.0\r\n", "")
    (brought,) = import_path(holdings, given(tmp_path, "la.warc.gz", packed(info, RESPONSE)))
    (held,) = captures(holdings, brought)
    assert held.provenance == "reconstructed"
    assert read(holdings.root, held.place).provenance == "reconstructed"


def test_a_1_0_revisit_is_a_revisit(holdings: Holdings, tmp_path: Path) -> None:
    profile = "http://netpreserve.org/warc/1.0/revisit/identical-payload-digest"
    again = record("revisit", HEAD + b"\r\n", WARC_Profile=profile, WARC_Refers_To="<urn:uuid:1>")
    (brought,) = import_path(holdings, given(tmp_path, "la.warc.gz", packed(RESPONSE, again)))
    assert [held.revisit_of for held in captures(holdings, brought)] == [None, "urn:uuid:1"]


def test_damage_a_file_came_with_is_named_and_is_no_finding_later(holdings: Holdings, tmp_path: Path) -> None:
    data = bytearray(packed(INFO, RESPONSE, RESPONSE.replace(b"khai-mac-1", b"khai-mac-2"), RESPONSE))
    data[len(packed(INFO, RESPONSE)) + 60] ^= 8
    (brought,) = import_path(holdings, given(tmp_path, "la.warc.gz", bytes(data[:-20])))
    assert (brought.captures, len(brought.skipped)) == (1, 2)
    rebuild(holdings, Register.load())
    report = verify(holdings, "full")
    assert report.clean
    assert sum("so it was when it was brought in" in note for note in report.notes) == 2
    path = holdings.root / brought.file
    path.chmod(0o644)
    path.write_bytes(path.read_bytes().replace(b"\x1f\x8b\x08", b"\x1f\x8b\x09", 1))
    assert not verify(holdings, "full").clean


@pytest.mark.parametrize("name", ["la.warc.gz", "la.warc"])
def test_a_length_of_thousands_of_digits_is_damage(holdings: Holdings, tmp_path: Path, name: str) -> None:
    wrong = RESPONSE.replace(b"Content-Length: ", b"Content-Length: " + b"9" * 5000, 1)
    (brought,) = import_path(holdings, given(tmp_path, name, gzip.compress(wrong) if name.endswith("gz") else wrong))
    assert (brought.captures, len(brought.skipped)) == (0, 1)


@pytest.mark.parametrize("keep", [-1, -9, 700, 300])
def test_a_cut_plain_file_gives_what_stands_before_the_cut(holdings: Holdings, tmp_path: Path, keep: int) -> None:
    data = RESPONSE + RESPONSE.replace(b"khai-mac-1", b"khai-mac-2")
    (brought,) = import_path(holdings, given(tmp_path, "la.warc", data[:keep]))
    assert brought.captures == (2 if keep == -1 else 1 if keep in {-9, len(RESPONSE) + 5} else 0)
    assert bool(brought.skipped) is (keep != -1)


def test_garbage_between_records_costs_only_itself(holdings: Holdings, tmp_path: Path) -> None:
    data = RESPONSE + b"garbage\r\n\r\nmore\n" + RESPONSE.replace(b"khai-mac-1", b"khai-mac-2")
    (brought,) = import_path(holdings, given(tmp_path, "la.warc", data))
    assert brought.captures == 2
    assert any("no WARC record" in sentence for sentence in brought.skipped)


def test_the_event_says_where_a_file_came_from(holdings: Holdings, tmp_path: Path) -> None:
    path = given(tmp_path, "la.warc.gz", packed(INFO, RESPONSE))
    (brought,) = import_path(holdings, path)
    event = events.scan(holdings.root)[0][-1]
    detail = json.loads(event.detail_json)
    assert (event.type, event.object) == ("accession", brought.file)
    assert detail["origin"] == "la.warc.gz"
    assert detail["origin_digest"] == detail["digest"] == manifest.digest_of(path)
    assert detail["software"] == "Wget/1.21.3 (linux-gnu)"
    rebuild(holdings, Register.load())
    assert verify(holdings, "full").clean


def test_the_same_file_is_brought_in_once(holdings: Holdings, tmp_path: Path) -> None:
    path = given(tmp_path, "la.warc", UNPACKED)
    (first,) = import_path(holdings, path)
    (second,) = import_path(holdings, path)
    assert (second.file, second.how, second.captures) == (first.file, "known", 1)
    assert len(holdings.warcs()) == 1


def test_two_files_of_one_name_stand_side_by_side(holdings: Holdings, tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    (first,) = import_path(holdings, given(tmp_path, "la.warc.gz", packed(RESPONSE)))
    (second,) = import_path(holdings, given(tmp_path / "b", "la.warc.gz", packed(INFO, RESPONSE)))
    assert [first.file, second.file] == ["warc/imported/la.warc.gz", "warc/imported/la-2.warc.gz"]


def test_a_name_cannot_lead_out_of_the_archive(holdings: Holdings, tmp_path: Path) -> None:
    package = tmp_path / "x.wacz"
    with zipfile.ZipFile(package, "w") as written:
        written.writestr("datapackage.json", "{}")
        written.writestr("archive/../../../../ra-ngoai.warc.gz", packed(RESPONSE))
    for brought in import_path(holdings, package):
        assert (holdings.root / brought.file).resolve().is_relative_to(holdings.warc.resolve())
    assert not list(tmp_path.glob("ra-ngoai*"))


def test_nothing_is_left_of_an_import_that_fails(
    holdings: Holdings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise StorageError("disk full")

    path = given(tmp_path, "la.warc.gz", packed(RESPONSE))
    monkeypatch.setattr("archive.warc.writer.append", full)
    with pytest.raises(StorageError, match="disk full"):
        list(import_path(holdings, path))
    assert [found for found in holdings.warc.rglob("*") if found.is_file()] == []
    assert manifest.read(holdings.root) == {}


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("a.bin", b"\x00\x01", "is no WARC, ARC, WACZ"),
        ("a.zip", b"PK\x03\x04 not", "is no WARC, ARC, WACZ"),
        ("a.txt", b"xin chao", "is no WARC, ARC, WACZ"),
        ("a.gz", gzip.compress(b"xin chao", mtime=0), "is no WARC, ARC, WACZ"),
        ("rong.warc.gz", b"", "is empty"),
        ("", b"", "is not there"),
    ],
)
def test_what_cannot_be_brought_in_is_said_in_one_line(
    holdings: Holdings, tmp_path: Path, name: str, data: bytes, message: str
) -> None:
    path = given(tmp_path, name, data) if name else tmp_path / "khong-co.warc"
    with pytest.raises(UsageError, match=message):
        list(import_path(holdings, path))


def test_a_folder_of_warc_files_says_how_they_are_named(holdings: Holdings, tmp_path: Path) -> None:
    given(tmp_path, "la.warc.gz", packed(RESPONSE))
    with pytest.raises(UsageError, match=r"a folder of WARC files; name the files themselves, e\.g\. .*/\*\.warc\.gz"):
        list(import_path(holdings, tmp_path))


@pytest.mark.parametrize("chunks", [True, False])
def test_an_answer_whose_head_says_chunked_is_read_whether_it_is_or_not(
    holdings: Holdings, tmp_path: Path, chunks: bool
) -> None:
    body = b"%x\r\n%s\r\n0\r\n\r\n" % (len(PAGE), PAGE) if chunks else PAGE
    answer = record("response", HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + body)
    (brought,) = import_path(holdings, given(tmp_path, "la.warc.gz", packed(answer)))
    with Ingest(holdings, Register.load()) as ingest:
        assert [ingest.take(held).state for held in captures(holdings, brought)] == ["new"]


def test_a_browser_crawlers_file_gives_pages_without_requests_and_names_what_is_no_page(
    holdings: Holdings, tmp_path: Path
) -> None:
    data = packed(
        record("warcinfo", b"software: Browsertrix-Crawler 1.2 (with warcio.js 2.4)\r\n", ""),
        record("response", HEAD + b"\r\n" + PAGE, WARC_Page_ID="abc", WARC_Resource_Type="document"),
        record("resource", b"{}", f"urn:pageinfo:{URL}", Content_Type="application/json"),
        record("resource", b"\x89PNG", f"urn:view:{URL}", Content_Type="image/png"),
        record("metadata", b"outlink: http://tinhuy.example/\r\n", Content_Type="application/warc-fields"),
        record("resource", PAGE, f"{URL}?in=1", Content_Type="text/html"),
    )
    (brought,) = import_path(holdings, given(tmp_path, "la.warc.gz", data))
    assert [(one.capture.url, one.capture.request) for one in captures(holdings, brought)] == [
        (URL, b""),
        (f"{URL}?in=1", b""),
    ]
    assert [sentence.split(": ", 1)[1] for sentence in brought.skipped] == [
        f"a resource record of urn:pageinfo:{URL}",
        f"a resource record of urn:view:{URL}",
    ]
    rebuild(holdings, Register.load())
    assert verify(holdings, "full").clean
