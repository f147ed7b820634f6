"""What wget, warcio, ARC and ZSTD files and our own writer hold comes in as it was recorded."""

from __future__ import annotations

import gzip
import io
import shutil
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from backports import zstd
from one_capture import RUN, capture
from other_warcs import HEAD, PAGE, URL, captures, given, record
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from archive.custody.rebuild import rebuild
from archive.custody.verify import verify
from archive.errors import DamageError
from archive.holdings import Holdings
from archive.importers import import_path
from archive.ingest.pipeline import Ingest
from archive.sources import Register
from archive.warc import http
from archive.warc.writer import Writer


def test_a_zstd_file_with_its_dictionary_in_front_is_read(holdings: Holdings, tmp_path: Path) -> None:
    samples = [record("response", HEAD + b"\r\n" + PAGE + b"%d" % number) for number in range(50)]
    dictionary = zstd.train_dict(samples, 4000)
    content = dictionary.dict_content
    frame = b"\x5d\x2a\x4d\x18" + len(content).to_bytes(4, "little") + content
    data = frame + b"".join(zstd.compress(one, zstd_dict=dictionary) for one in samples)
    (brought,) = import_path(holdings, given(tmp_path, "dict.warc.zst", data))
    assert (brought.captures, brought.skipped) == (50, ())
    assert gzip.decompress((holdings.root / brought.file).read_bytes()) == b"".join(samples)


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
    (brought,) = import_path(holdings, path)
    (held,) = captures(holdings, brought)
    assert (held.capture.url, held.capture.address, held.capture.response) == (URL, "203.0.113.7", block)
    assert (held.capture.began.year, held.provenance) == (2005, "imported")
    assert any("dns:tinhuy.example is no page" in sentence for sentence in brought.skipped)
    rebuild(holdings, Register.load())
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
    (brought,) = import_path(holdings, path)
    assert brought.how == ("copied" if compressed else "packed")
    held = captures(holdings, brought)
    assert [one.capture.url.removeprefix(site) for one in held] == ["", "robots.txt", "tin/khai-mac-1.html"]
    assert all(one.capture.request for one in held)
    assert all("metadata://gnu.org" in sentence for sentence in brought.skipped)
    with Ingest(holdings, Register.load()) as ingest:
        states = [ingest.take(one).state for one in held]
    assert states[-1] == "new"
    rebuild(holdings, Register.load())
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
    (brought,) = import_path(holdings, given(tmp_path, "x.warc.gz", data.getvalue()))
    first, second = captures(holdings, brought)
    assert http.split(first.capture.response).body == PAGE
    assert first.capture.request.startswith(b"GET / HTTP/1.1")
    assert (second.revisit_of, second.payload_digest) == (None, "sha1:AAAA")


def test_our_own_file_brought_into_another_archive_is_the_same_captures(holdings: Holdings, tmp_path: Path) -> None:
    with Writer(tmp_path / "other", "tinh-uy-mau", RUN) as writer:
        place = writer.append(capture())
    path = tmp_path / "other" / place.file
    (brought,) = import_path(holdings, path)
    (held,) = captures(holdings, brought)
    assert (held.capture, held.provenance) == (capture(), "captured")
    assert held.place.record_id == place.record_id


@pytest.mark.parametrize(
    "line",
    ["http://a.example/ 1.2.3.4 20200101000000 text/html -1", "99999", "http://a.example/\x00x a 20200101000000 b 3"],
)
def test_an_arc_file_with_a_line_that_lies_is_named_and_gives_no_page(
    holdings: Holdings, tmp_path: Path, line: str
) -> None:
    head = b"filedesc://x.arc 0.0.0.0 20050101000000 text/plain 3\nabc\n"
    (brought,) = import_path(holdings, given(tmp_path, "x.arc", head + line.encode() + b"\nabc\n"))
    assert brought.captures == 0
    assert len(brought.skipped) == 1


def test_a_damaged_zstd_file_is_named(holdings: Holdings, tmp_path: Path) -> None:
    (brought,) = import_path(holdings, given(tmp_path, "x.warc.zst", b"\x28\xb5\x2f\xfd" + b"\xff" * 100))
    assert brought.captures == 0
    assert any("breaks off" in sentence for sentence in brought.skipped)
    dictionary = b"\x5d\x2a\x4d\x18\x14\x00\x00\x00" + b"q" * 20 + b"\x28\xb5\x2f\xfdzzz"
    with pytest.raises(DamageError, match="its dictionary is damaged"):
        list(import_path(holdings, given(tmp_path, "y.warc.zst", dictionary)))
