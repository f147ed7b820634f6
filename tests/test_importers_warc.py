"""WARC files of other makers come in unchanged, whatever their habits, and what is passed over is named."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import shutil
import subprocess
import threading
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from backports import zstd
from one_capture import RUN, capture
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from archive import events, manifest
from archive.errors import DamageError, StorageError, UsageError
from archive.holdings import Holdings
from archive.importers import Brought, bring
from archive.ingest import Ingest
from archive.model import Held
from archive.sources import Register
from archive.verify import verify
from archive.warc import http
from archive.warc.read import read, scan
from archive.warc.write import Writer

PAGE = """<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8"><title>Khai mạc hội nghị rút kinh nghiệm</title>
<meta property="og:type" content="article"><meta property="og:title" content="Khai mạc hội nghị rút kinh nghiệm">
<meta property="article:published_time" content="2020-03-05T15:25:00+07:00"></head><body><article>
<h1>Khai mạc hội nghị rút kinh nghiệm</h1><p>Sáng 5/3, tại huyện Mẫu, hội nghị rút kinh nghiệm đã khai mạc.</p>
<p>Các đại biểu đã thảo luận về kết quả đại hội điểm của đảng bộ các xã, về cách chuẩn bị văn kiện và nhân sự.</p>
<p>Kết luận hội nghị, đồng chí Bí thư yêu cầu các chi bộ khắc phục ngay những hạn chế đã được chỉ ra, bảo đảm đúng
tiến độ đã đề ra trong kế hoạch của Ban Thường vụ.</p></article></body></html>""".encode()
URL = "http://tinhuy.example/tin/khai-mac-1.html"
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"


@pytest.fixture
def holdings(tmp_path: Path) -> Holdings:
    return Holdings.create(tmp_path / "data", "Thư viện tỉnh", "https://thuvien.example/")


def record(kind: str, block: bytes, url: str = URL, **fields: str) -> bytes:
    """A record of some other maker, WARC/1.0, without digests."""
    named = {
        "WARC-Type": kind,
        "WARC-Record-ID": f"<urn:uuid:{hashlib.md5(repr((kind, block, url, fields)).encode()).hexdigest()}>",
        "WARC-Date": "2020-03-05T08:25:56Z",
        **({"WARC-Target-URI": url} if url else {}),
        **{name.replace("_", "-"): value for name, value in fields.items()},
        "Content-Length": str(len(block)),
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in named.items() if value != "none")
    return f"WARC/1.0\r\n{head}\r\n".encode() + block + b"\r\n\r\n"


INFO = record("warcinfo", b"software: Wget/1.21.3 (linux-gnu)\r\nformat: WARC File Format 1.0\r\n", "")
RESPONSE = record("response", HEAD + b"\r\n" + PAGE)
REQUEST = record("request", b"GET /tin/khai-mac-1.html HTTP/1.1\r\nHost: tinhuy.example\r\n\r\n")


def packed(*records: bytes) -> bytes:
    return b"".join(gzip.compress(one) for one in records)


def given(folder: Path, name: str, data: bytes) -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def captures(holdings: Holdings, brought: Brought) -> list[Held]:
    held = list(scan(holdings.root / brought.file))
    for one in held:
        assert read(holdings.root, one.place).capture.response == one.capture.response
    return held


def test_a_file_with_a_member_per_record_is_taken_byte_for_byte(holdings: Holdings, tmp_path: Path) -> None:
    path = given(tmp_path, "la.warc.gz", packed(INFO, RESPONSE, REQUEST))
    (brought,) = bring(holdings, path, "tinh-uy-mau")
    assert brought == Brought("warc/tinh-uy-mau/la.warc.gz", str(path), "copied", 1)
    assert (holdings.root / brought.file).read_bytes() == path.read_bytes()
    (held,) = captures(holdings, brought)
    assert (held.capture.url, held.capture.source, held.provenance) == (URL, "tinh-uy-mau", "imported")
    assert held.capture.response == HEAD + b"\r\n" + PAGE
    assert held.capture.request.startswith(b"GET /tin/")
    assert held.payload_digest == f"sha256:{hashlib.sha256(PAGE).hexdigest()}"


UNPACKED = INFO + REQUEST + RESPONSE
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
    (brought,) = bring(holdings, given(tmp_path, name, FORMS[name]))
    assert (brought.how, brought.captures, brought.skipped) == ("packed", 1, ())
    data = (holdings.root / brought.file).read_bytes()
    assert gzip.decompress(data) == UNPACKED
    assert data.count(b"\x1f\x8b\x08") == 3
    (held,) = captures(holdings, brought)
    assert held.capture.request != b""


def test_a_zstd_file_with_its_dictionary_in_front_is_read(holdings: Holdings, tmp_path: Path) -> None:
    samples = [record("response", HEAD + b"\r\n" + PAGE + b"%d" % number) for number in range(50)]
    dictionary = zstd.train_dict(samples, 4000)
    content = dictionary.dict_content
    frame = b"\x5d\x2a\x4d\x18" + len(content).to_bytes(4, "little") + content
    data = frame + b"".join(zstd.compress(one, zstd_dict=dictionary) for one in samples)
    (brought,) = bring(holdings, given(tmp_path, "dict.warc.zst", data))
    assert (brought.captures, brought.skipped) == (50, ())
    assert gzip.decompress((holdings.root / brought.file).read_bytes()) == b"".join(samples)


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
    (brought,) = bring(holdings, given(tmp_path, "la.warc.gz", packed(INFO, QUIRKS[name])))
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
    (brought,) = bring(holdings, path)
    assert brought.captures == 1
    assert len(brought.skipped) == len(strangers)
    for word in ("dns:", "urn:pageinfo:", "metadata://", "continuation", "without its response", "la.warc.gz at"):
        assert any(word in sentence for sentence in brought.skipped), word


def test_rebuilt_heads_are_called_reconstructed(holdings: Holdings, tmp_path: Path) -> None:
    info = record("warcinfo", b"software: crau/1.0\r\n", "")
    (brought,) = bring(holdings, given(tmp_path, "la.warc.gz", packed(info, RESPONSE)))
    (held,) = captures(holdings, brought)
    assert held.provenance == "reconstructed"
    assert read(holdings.root, held.place).provenance == "reconstructed"


def test_a_1_0_revisit_is_a_revisit(holdings: Holdings, tmp_path: Path) -> None:
    profile = "http://netpreserve.org/warc/1.0/revisit/identical-payload-digest"
    again = record("revisit", HEAD + b"\r\n", WARC_Profile=profile, WARC_Refers_To="<urn:uuid:1>")
    (brought,) = bring(holdings, given(tmp_path, "la.warc.gz", packed(RESPONSE, again)))
    assert [held.revisit_of for held in captures(holdings, brought)] == [None, "urn:uuid:1"]


def test_damage_a_file_came_with_is_named_and_is_no_finding_later(holdings: Holdings, tmp_path: Path) -> None:
    data = bytearray(packed(INFO, RESPONSE, RESPONSE.replace(b"khai-mac-1", b"khai-mac-2"), RESPONSE))
    data[len(packed(INFO, RESPONSE)) + 60] ^= 8
    (brought,) = bring(holdings, given(tmp_path, "la.warc.gz", bytes(data[:-20])))
    assert (brought.captures, len(brought.skipped)) == (1, 2)
    report = verify(holdings, "full")
    assert report.clean
    assert sum("so it was when it was brought in" in note for note in report.notes) == 2
    path = holdings.root / brought.file
    path.chmod(0o644)
    path.write_bytes(path.read_bytes().replace(b"\x1f\x8b\x08", b"\x1f\x8b\x09", 1))
    assert not verify(holdings, "full").clean


@pytest.mark.parametrize("keep", [-1, -9, 700, 300])
def test_a_cut_plain_file_gives_what_stands_before_the_cut(holdings: Holdings, tmp_path: Path, keep: int) -> None:
    data = RESPONSE + RESPONSE.replace(b"khai-mac-1", b"khai-mac-2")
    (brought,) = bring(holdings, given(tmp_path, "la.warc", data[:keep]))
    assert brought.captures == (2 if keep == -1 else 1 if keep in {-9, len(RESPONSE) + 5} else 0)
    assert bool(brought.skipped) is (keep != -1)


def test_garbage_between_records_costs_only_itself(holdings: Holdings, tmp_path: Path) -> None:
    data = RESPONSE + b"garbage\r\n\r\nmore\n" + RESPONSE.replace(b"khai-mac-1", b"khai-mac-2")
    (brought,) = bring(holdings, given(tmp_path, "la.warc", data))
    assert brought.captures == 2
    assert any("no WARC record" in sentence for sentence in brought.skipped)


def test_the_event_says_where_a_file_came_from(holdings: Holdings, tmp_path: Path) -> None:
    path = given(tmp_path, "la.warc.gz", packed(INFO, RESPONSE))
    (brought,) = bring(holdings, path)
    event = events.read(holdings.root)[-1]
    detail = json.loads(event.detail_json)
    assert (event.type, event.object) == ("accession", brought.file)
    assert detail["origin"] == "la.warc.gz"
    assert detail["origin_digest"] == detail["digest"] == manifest.digest_of(path)
    assert detail["software"] == "Wget/1.21.3 (linux-gnu)"
    assert verify(holdings, "full").clean


def test_the_same_file_is_brought_in_once(holdings: Holdings, tmp_path: Path) -> None:
    path = given(tmp_path, "la.warc", UNPACKED)
    (first,) = bring(holdings, path)
    (second,) = bring(holdings, path)
    assert (second.file, second.how, second.captures) == (first.file, "known", 1)
    assert len(holdings.warcs()) == 1


def test_two_files_of_one_name_stand_side_by_side(holdings: Holdings, tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    (first,) = bring(holdings, given(tmp_path, "la.warc.gz", packed(RESPONSE)))
    (second,) = bring(holdings, given(tmp_path / "b", "la.warc.gz", packed(INFO, RESPONSE)))
    assert [first.file, second.file] == ["warc/imported/la.warc.gz", "warc/imported/la-2.warc.gz"]


def test_a_name_cannot_lead_out_of_the_archive(holdings: Holdings, tmp_path: Path) -> None:
    package = tmp_path / "x.wacz"
    with zipfile.ZipFile(package, "w") as written:
        written.writestr("datapackage.json", "{}")
        written.writestr("archive/../../../../ra-ngoai.warc.gz", packed(RESPONSE))
    for brought in bring(holdings, package):
        assert (holdings.root / brought.file).resolve().is_relative_to(holdings.warc.resolve())
    assert not list(tmp_path.glob("ra-ngoai*"))


def test_nothing_is_left_of_an_import_that_fails(
    holdings: Holdings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise StorageError("disk full")

    path = given(tmp_path, "la.warc.gz", packed(RESPONSE))
    monkeypatch.setattr("archive.warc.part.append", full)
    with pytest.raises(StorageError, match="disk full"):
        list(bring(holdings, path))
    assert [found for found in holdings.warc.rglob("*") if found.is_file()] == []
    assert manifest.read(holdings.root) == {}


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("a.bin", b"\x00\x01", "is no WARC, ARC, WACZ"),
        ("a.zip", b"PK\x03\x04 not", "is no WARC, ARC, WACZ"),
        ("a.txt", b"xin chao", "is no WARC, ARC, WACZ"),
        ("a.gz", gzip.compress(b"xin chao", mtime=0), "is no WARC, ARC, WACZ"),
        ("", b"", "is not there"),
    ],
)
def test_what_cannot_be_brought_in_is_said_in_one_line(
    holdings: Holdings, tmp_path: Path, name: str, data: bytes, message: str
) -> None:
    path = given(tmp_path, name, data) if name else tmp_path / "khong-co.warc"
    with pytest.raises(UsageError, match=message):
        list(bring(holdings, path))


def wacz(path: Path, files: dict[str, bytes], wrong: str = "") -> Path:
    resources = [
        {"path": name, "hash": "sha256:" + hashlib.sha256(data + wrong.encode()).hexdigest(), "bytes": len(data)}
        for name, data in files.items()
    ]
    with zipfile.ZipFile(path, "w") as package:
        for name, data in files.items():
            package.writestr(name, data)
        package.writestr("datapackage.json", json.dumps({"profile": "data-package", "resources": resources}))
    return path


def test_a_wacz_gives_the_warc_files_in_it(holdings: Holdings, tmp_path: Path) -> None:
    files = {"archive/a.warc.gz": packed(INFO, RESPONSE), "archive/b.warc": UNPACKED, "pages/pages.jsonl": b"{}\n"}
    package = wacz(tmp_path / "x.wacz", files)
    brought = list(bring(holdings, package))
    assert [(one.file, one.how, one.captures, one.skipped) for one in brought] == [
        ("warc/imported/a.warc.gz", "copied", 1, ()),
        ("warc/imported/b.warc.gz", "packed", 1, ()),
    ]
    assert [one.how for one in bring(holdings, package)] == ["known", "known"]
    assert not (holdings.warc / ".passing").exists()


def test_a_wacz_whose_digests_lie_is_brought_in_and_that_is_told(holdings: Holdings, tmp_path: Path) -> None:
    (brought,) = bring(holdings, wacz(tmp_path / "x.wacz", {"archive/a.warc.gz": packed(RESPONSE)}, wrong="x"))
    assert brought.captures == 1
    assert "the package says sha256:" in brought.skipped[0]


def test_a_wacz_that_is_damaged_is_named(holdings: Holdings, tmp_path: Path) -> None:
    path = wacz(tmp_path / "x.wacz", {"archive/a.warc.gz": packed(RESPONSE) * 3})
    data = bytearray(path.read_bytes())
    data[200] ^= 255
    path.write_bytes(data)
    with pytest.raises(DamageError, match="not a sound WACZ package"):
        list(bring(holdings, path))


def test_an_arc_file_becomes_warc_with_the_same_bytes(holdings: Holdings, tmp_path: Path) -> None:
    head = b"filedesc://x.arc 0.0.0.0 20050101000000 text/plain 68\n1 0 InternetArchive\nURL IP-address Archive-date "
    head += b"Content-type Archive-length\n"
    block = HEAD + b"\r\n" + PAGE
    line = f"{URL} 203.0.113.7 20050304112233 text/html {len(block)}\n".encode()
    dns = b"dns:tinhuy.example 203.0.113.7 20050304112233 text/dns 3\nabc\n"
    size = len(head.partition(b"\n")[2])
    first = head.replace(b" 68\n", b" %d\n" % size)
    path = given(
        tmp_path, "x.arc.gz", gzip.compress(first + b"\n") + gzip.compress(dns) + gzip.compress(line + block + b"\n")
    )
    (brought,) = bring(holdings, path)
    (held,) = captures(holdings, brought)
    assert (held.capture.url, held.capture.address, held.capture.response) == (URL, "203.0.113.7", block)
    assert (held.capture.began.year, held.provenance) == (2005, "imported")
    assert any("dns:tinhuy.example is no page" in sentence for sentence in brought.skipped)
    assert verify(holdings, "full").clean


class Pages(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        body = PAGE if self.path.endswith(".html") else b"<a href='/tin/khai-mac-1.html'>x</a>"
        status = 404 if self.path == "/robots.txt" else 200
        self.send_response(status)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        self.wfile.write(b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body))

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        """Keeps the test's output clean."""


@pytest.fixture
def site() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}/"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.skipif(shutil.which("wget") is None, reason="wget is not installed")
@pytest.mark.parametrize("compressed", [True, False])
def test_what_wget_recorded_is_read_into_the_article_it_is(
    holdings: Holdings, tmp_path: Path, site: str, compressed: bool
) -> None:
    command = ["wget", "-q", "-r", "-l", "2", f"--warc-file={tmp_path / 'wget'}", "-P", str(tmp_path / "wget-files")]
    subprocess.run([*command, *([] if compressed else ["--no-warc-compression"]), site], check=False)
    (path,) = tmp_path.glob("wget.warc*")
    (brought,) = bring(holdings, path)
    assert brought.how == ("copied" if compressed else "packed")
    held = captures(holdings, brought)
    assert [one.capture.url.removeprefix(site) for one in held] == ["", "robots.txt", "tin/khai-mac-1.html"]
    assert all(one.capture.request for one in held)
    assert all("metadata://gnu.org" in sentence for sentence in brought.skipped)
    with Ingest(holdings, Register.load()) as ingest:
        states = [ingest.take(one).state for one in held]
    assert states[-1] == "new"
    assert verify(holdings, "full").clean


# warcio 1.8.1 leaves the temporary file that it takes digests from to the garbage collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_what_warcio_wrote_is_read(holdings: Holdings, tmp_path: Path) -> None:
    data = io.BytesIO()
    writer = WARCWriter(data, gzip=True)
    head = StatusAndHeaders("200 OK", [("Content-Type", "text/html")], protocol="HTTP/1.1")
    response = writer.create_warc_record(URL, "response", payload=io.BytesIO(PAGE), http_headers=head)
    asked = StatusAndHeaders("GET / HTTP/1.1", [("Host", "tinhuy.example")], is_http_request=True)
    request = writer.create_warc_record(URL, "request", http_headers=asked)
    writer.write_record(writer.create_warcinfo_record("x.warc.gz", {"software": "warcio"}))
    writer.write_request_response_pair(request, response)
    writer.write_record(writer.create_revisit_record(URL, "sha1:AAAA", URL, "2020-03-05T08:25:56Z", head))
    (brought,) = bring(holdings, given(tmp_path, "x.warc.gz", data.getvalue()))
    first, second = captures(holdings, brought)
    assert http.split(first.capture.response).body == PAGE
    assert first.capture.request.startswith(b"GET / HTTP/1.1")
    assert (second.revisit_of, second.payload_digest) == (None, "sha1:AAAA")


def test_our_own_file_brought_into_another_archive_is_the_same_captures(holdings: Holdings, tmp_path: Path) -> None:
    with Writer(tmp_path / "other", "tinh-uy-mau", RUN) as writer:
        place = writer.append(capture())
    path = tmp_path / "other" / place.file
    (brought,) = bring(holdings, path)
    (held,) = captures(holdings, brought)
    assert (held.capture, held.provenance) == (capture(), "captured")
    assert held.place.record_id == place.record_id


@pytest.mark.parametrize("listed", ["[1]", '{"resources": null}', '{"resources": [1]}', "[" * 100_000, "\x00"])
def test_a_wacz_whose_list_is_none_is_named_in_one_line(holdings: Holdings, tmp_path: Path, listed: str) -> None:
    path = tmp_path / "x.wacz"
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("datapackage.json", listed)
        package.writestr("archive/a.warc.gz", packed(RESPONSE))
    with pytest.raises(DamageError, match="not a sound WACZ package"):
        list(bring(holdings, path))
    assert [found for found in holdings.warc.rglob("*") if found.is_file()] == []


@pytest.mark.parametrize(("at", "value"), [(6, 1), (8, 99)])
def test_a_wacz_that_is_encrypted_or_packed_by_an_unknown_method_is_named(
    holdings: Holdings, tmp_path: Path, at: int, value: int
) -> None:
    path = wacz(tmp_path / "x.wacz", {"archive/a.warc.gz": packed(RESPONSE)})
    data = bytearray(path.read_bytes())
    data[at] = value
    data[data.index(b"PK\x01\x02") + at + 2] = value
    path.write_bytes(data)
    with pytest.raises(DamageError, match="not a sound WACZ package"):
        list(bring(holdings, path))


def test_a_zip_file_whose_directory_is_torn_is_named(holdings: Holdings, tmp_path: Path) -> None:
    path = wacz(tmp_path / "x.wacz", {"archive/a.warc.gz": packed(RESPONSE)})
    path.write_bytes(path.read_bytes().replace(b"PK\x01\x02", b"XX\x01\x02"))
    with pytest.raises(DamageError, match="not a sound ZIP file"):
        list(bring(holdings, path))


def test_a_wacz_that_unpacks_to_more_than_the_disk_holds_is_not_begun(
    holdings: Holdings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = wacz(tmp_path / "x.wacz", {"archive/a.warc.gz": packed(RESPONSE)})
    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(2000, 1000, 1000))
    with pytest.raises(StorageError, match="unpacks to"):
        list(bring(holdings, path))
    assert not (holdings.warc / ".passing").exists()


@pytest.mark.parametrize(
    "line",
    ["http://a.example/ 1.2.3.4 20200101000000 text/html -1", "99999", "http://a.example/\x00x a 20200101000000 b 3"],
)
def test_an_arc_file_with_a_line_that_lies_is_named_and_gives_no_page(
    holdings: Holdings, tmp_path: Path, line: str
) -> None:
    head = b"filedesc://x.arc 0.0.0.0 20050101000000 text/plain 3\nabc\n"
    (brought,) = bring(holdings, given(tmp_path, "x.arc", head + line.encode() + b"\nabc\n"))
    assert brought.captures == 0
    assert len(brought.skipped) == 1


def test_a_damaged_zstd_file_is_named(holdings: Holdings, tmp_path: Path) -> None:
    (brought,) = bring(holdings, given(tmp_path, "x.warc.zst", b"\x28\xb5\x2f\xfd" + b"\xff" * 100))
    assert brought.captures == 0
    assert any("breaks off" in sentence for sentence in brought.skipped)
    dictionary = b"\x5d\x2a\x4d\x18\x14\x00\x00\x00" + b"q" * 20 + b"\x28\xb5\x2f\xfdzzz"
    with pytest.raises(DamageError, match="its dictionary is damaged"):
        list(bring(holdings, given(tmp_path, "y.warc.zst", dictionary)))
