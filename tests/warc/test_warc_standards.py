"""Our files are WARC 1.1 to other readers too, and every byte of every kind of answer is in them."""

from __future__ import annotations

import gzip
import io
import subprocess
import sys
import zlib
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import brotli
import pytest
from backports import zstd
from fastwarc.warc import ArchiveIterator as FastIterator
from one_capture import BEGAN, RUN, capture
from warcio.archiveiterator import ArchiveIterator

from archive.model import Place
from archive.warc.captures import IDENTICAL, NOT_MODIFIED, Original
from archive.warc.reader import read, record_at, scan
from archive.warc.writer import Writer

TEXT = "<p>Đại hội điểm, hội nghị rút kinh nghiệm.</p>\n".encode() * 40
OK = b"HTTP/1.1 200 OK\r\n"
END = b"\r\n\r\n"


def chunks(body: bytes, size: int = 100, trailer: bytes = b"") -> bytes:
    parts = [body[start : start + size] for start in range(0, len(body), size)]
    return b"".join(b"%X\r\n%b\r\n" % (len(part), part) for part in parts) + b"0\r\n" + trailer + b"\r\n"


def sized(body: bytes, *fields: bytes) -> bytes:
    return OK + b"".join(field + b"\r\n" for field in fields) + b"Content-Length: %d" % len(body) + END + body


CHUNKED = OK + b"Transfer-Encoding: chunked" + END
KINDS = {
    "plain": sized(TEXT),
    "empty": sized(b""),
    "no length": OK + b"Connection: close" + END + TEXT,
    "no fields": b"HTTP/1.1 200 OK\r\n\r\n" + TEXT,
    "no reason": b"HTTP/1.1 200\r\n\r\n" + TEXT,
    "blank reason": b"HTTP/1.1 200 \r\n\r\n" + TEXT,
    "vietnamese reason": "HTTP/1.1 200 Được\r\n\r\n".encode() + TEXT,
    "http 1.0": b"HTTP/1.0 200 OK\r\n\r\n" + TEXT,
    "lower-case protocol": b"http/1.1 200 ok\r\n\r\n" + TEXT,
    "gzip": sized(gzip.compress(TEXT, mtime=1), b"Content-Encoding: gzip"),
    "deflate": sized(zlib.compress(TEXT), b"Content-Encoding: deflate"),
    "br": sized(brotli.compress(TEXT), b"Content-Encoding: br"),
    "zstd": sized(zstd.compress(TEXT), b"Content-Encoding: zstd"),
    "chunked": CHUNKED + chunks(TEXT),
    "chunked gzip": OK + b"Content-Encoding: gzip\r\nTransfer-Encoding: chunked" + END + chunks(gzip.compress(TEXT)),
    "chunked with trailer": CHUNKED + chunks(TEXT, trailer=b"X-Sum: 1\r\n"),
    "chunked with extension": CHUNKED + b"3;a=b\r\nabc\r\n0\r\n\r\n",
    "chunked, cut": CHUNKED + chunks(TEXT)[:-40],
    "chunked, broken": CHUNKED + b"3\r\nabc\r\nzz\r\ndef",
    "chunked said, not done": CHUNKED + TEXT,
    "chunked, with surplus": CHUNKED + chunks(TEXT) + b"surplus",
    "204": b"HTTP/1.1 204 No Content\r\nServer: x" + END,
    "301": b"HTTP/1.1 301 Moved\r\nLocation: /moi/\r\nContent-Length: 0" + END,
    "302 to raw vietnamese": "HTTP/1.1 302 Found\r\nLocation: /tin/đại-hội\r\nContent-Length: 0\r\n\r\n".encode(),
    "304": b'HTTP/1.1 304 Not Modified\r\nETag: "1"' + END,
    "404": b"HTTP/1.1 404 Not Found\r\nContent-Length: 3" + END + b"404",
    "500": b"HTTP/1.1 500 Oops" + END + TEXT,
    "100 before 200": b"HTTP/1.1 100 Continue" + END + sized(TEXT),
    "103 before 200": b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload" + END + sized(TEXT),
    "two interim heads": b"HTTP/1.1 102 Wait" + END + b"HTTP/1.1 103 Early Hints" + END + sized(TEXT),
    "repeated fields": sized(TEXT, b"Set-Cookie: a=1", b"Set-Cookie: b=2", b"Vary: x", b"Vary: y"),
    "odd case": sized(TEXT, b"cOnTeNt-TyPe: text/html", b"SERVER: x"),
    "odd blanks": sized(TEXT, b"X-A:  2", b"X-B:\t3 ", b"X-C:", b"X-D : 4"),
    "folded": sized(TEXT, b"X-Long: one\r\n two\r\n\tthree"),
    "bare line feeds": b"HTTP/1.1 200 OK\nContent-Type: text/html\n\n" + TEXT,
    "bytes over 127": sized(TEXT, b"X-\xe1: \xbb\x81\xff"),
    "line without colon": sized(TEXT, b"this is no field"),
    "600 fields": sized(TEXT, *(b"X-%d: %d" % (number, number) for number in range(600))),
    "long field": sized(TEXT, b"X: " + b"a" * 70_000),
    "length too small": OK + b"Content-Length: 10" + END + TEXT,
    "length too large": OK + b"Content-Length: 99999" + END + TEXT,
    "two lengths": OK + b"Content-Length: 10\r\nContent-Length: 11" + END + TEXT,
    "length is a word": OK + b"Content-Length: many" + END + TEXT,
    "cut in the head": b"HTTP/1.1 200 OK\r\nContent-Ty",
    "status line only": b"HTTP/1.1 200 OK",
    "no answer": b"",
    "not http": b"\x00\x01\x02 garbage \xff",
    "http 0.9": TEXT,
    "http 2": b"HTTP/2 200\r\ncontent-type: text/html" + END + TEXT,
    "nul bytes": sized(b"\0" * 1000),
    "five megabytes": sized(bytes(range(256)) * 20_000),
}
DIFFERS = {name for name in KINDS if name.startswith("chunked") and name != "chunked said, not done"}
"""Where warcio hashes the chunk framing and WARC 1.1 section 6.3.2 does not."""


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Place]]:
    root = tmp_path_factory.mktemp("archive")
    with Writer(root, "tinh-uy-mau", RUN, (("operator", "Thư viện tỉnh"), ("robots", "obey"))) as writer:
        places = {
            name: writer.append(capture(url=f"https://tinhuy.example/{number}", response=response))
            for number, (name, response) in enumerate(KINDS.items())
        }
    return root, places


def the_file(root: Path) -> Path:
    (path,) = root.glob("warc/*/*.warc.gz")
    return path


def raw_blocks(root: Path) -> Iterator[tuple[Any, bytes]]:
    with the_file(root).open("rb") as stream:
        for record in ArchiveIterator(stream, no_record_parse=True):
            yield record.rec_headers, record.raw_stream.read()


@pytest.mark.parametrize("name", KINDS)
def test_the_wire_comes_back_byte_for_byte(written: tuple[Path, dict[str, Place]], name: str) -> None:
    root, places = written
    held = read(root, places[name])
    assert held.capture.response == KINDS[name]
    assert held.capture.request == capture().request


def test_more_than_40_kinds_of_answer_are_tried() -> None:
    assert len(KINDS) > 40


def test_another_reader_gets_the_same_blocks(written: tuple[Path, dict[str, Place]]) -> None:
    root, places = written
    blocks = {headers.get_header("WARC-Record-ID"): block for headers, block in raw_blocks(root)}
    for name, response in KINDS.items():
        block = blocks[f"<{places[name].record_id}>"]
        assert block == response or "interim" in name or "before" in name or "surplus" in name or "small" in name
        assert block in response


def test_warcio_check_objects_to_the_payloads_of_chunked_bodies_and_to_nothing_else(tmp_path: Path) -> None:
    # Without the br body: at that, warcio 1.8.1 beside brotli 1.2 ends in a traceback of its own ('unused_data').
    with Writer(tmp_path, "tinh-uy-mau", RUN) as writer:
        places = {name: writer.append(capture(response=KINDS[name])) for name in KINDS if name != "br"}
    program = str(Path(sys.executable).with_name("warcio"))
    checked = subprocess.run([program, "check", str(the_file(tmp_path))], capture_output=True, text=True, check=False)
    assert checked.stderr == ""
    lines = [line for line in checked.stdout.splitlines() if line.startswith("    ")]
    assert all("payload digest failed" in line for line in lines)
    offsets = {int(line.split()[1]) for line in checked.stdout.splitlines() if line.startswith("  offset")}
    names = {name for name, place in places.items() if place.offset in offsets}
    assert (names, len(lines)) == (DIFFERS, len(DIFFERS))


def test_fastwarc_confirms_every_block_digest(written: tuple[Path, dict[str, Place]]) -> None:
    root, _ = written
    with the_file(root).open("rb") as stream:
        verdicts = [record.verify_block_digest() for record in FastIterator(stream, parse_http=False)]
    assert len(verdicts) == 1 + 3 * len(KINDS)
    assert all(verdicts)


def test_every_record_has_what_the_standard_demands(written: tuple[Path, dict[str, Place]]) -> None:
    root, _ = written
    warcinfo = ""
    seen: set[str] = set()
    for headers, block in raw_blocks(root):
        names = [name for name, _ in headers.headers]
        assert headers.protocol == "WARC/1.1"
        assert {"WARC-Type", "WARC-Record-ID", "WARC-Date", "Content-Length", "WARC-Block-Digest"} <= set(names)
        repeated = {name for name in names if names.count(name) > 1}
        assert repeated <= {"WARC-Concurrent-To", "WARC-Protocol"}
        assert int(headers.get_header("Content-Length")) == len(block)
        assert headers.get_header("WARC-Record-ID") not in seen
        seen.add(headers.get_header("WARC-Record-ID"))
        kind = headers.get_header("WARC-Type")
        warcinfo = headers.get_header("WARC-Record-ID") if kind == "warcinfo" else warcinfo
        assert headers.get_header("WARC-Warcinfo-ID") == (None if kind == "warcinfo" else warcinfo)
        assert ("WARC-Target-URI" in names) is (kind != "warcinfo")
        assert headers.get_header("WARC-Date").endswith("Z")
        if kind in {"warcinfo", "metadata", "request"}:
            assert "WARC-Payload-Digest" not in names


def test_the_first_record_names_the_file_and_its_rules(written: tuple[Path, dict[str, Place]]) -> None:
    root, _ = written
    headers, block = next(raw_blocks(root))
    assert headers.get_header("WARC-Filename") == the_file(root).name
    fields = dict(line.split(": ", 1) for line in block.decode().splitlines())
    assert fields["format"] == "WARC File Format 1.1"
    assert fields["isPartOf"] == RUN
    assert fields["operator"] == "Thư viện tỉnh"
    assert fields["software"].startswith("baotinh/")


def test_each_member_can_be_opened_alone(written: tuple[Path, dict[str, Place]]) -> None:
    root, places = written
    data = the_file(root).read_bytes()
    for place in places.values():
        member = gzip.decompress(data[place.offset : place.offset + place.length])
        assert member.startswith(b"WARC/1.1\r\nWARC-Type: response\r\n")
        assert len(list(ArchiveIterator(io.BytesIO(member)))) == 1


def original(root: Path, place: Place) -> Original:
    held, record = read(root, place), record_at(root, place)
    return Original(place.record_id, held.capture.url, record.get("warc-date"), held.payload_digest)


def test_an_equal_payload_becomes_a_revisit_that_points_to_the_first(tmp_path: Path) -> None:
    with Writer(tmp_path, "tinh-uy-mau", RUN) as first:
        place = first.append(capture(response=KINDS["plain"]))
    known = original(tmp_path, place)
    later = capture(response=KINDS["odd case"], began=BEGAN + timedelta(days=1), url="https://tinhuy.example/khac")
    asked: list[str] = []

    def find(_: object, digest: str) -> Original:
        asked.append(digest)
        return known

    with Writer(tmp_path, "tinh-uy-mau", RUN, known=find) as second:
        again = second.append(later)
    record, held = record_at(tmp_path, again), read(tmp_path, again)
    assert asked == [known.payload_digest]
    assert (record.type, record.get("warc-profile")) == ("revisit", IDENTICAL)
    assert record.get("warc-refers-to") == f"<{place.record_id}>"
    assert record.get("warc-refers-to-target-uri") == known.url
    assert record.get("warc-refers-to-date") == known.date == "2026-11-24T03:00:00.123Z"
    assert record.get("warc-truncated") == "length"
    assert held.revisit_of == place.record_id
    assert held.payload_digest == known.payload_digest
    assert held.capture.response == KINDS["odd case"].partition(END)[0] + END
    assert held.capture.truncated is None
    assert held.capture.notes == later.notes


def test_a_304_becomes_a_revisit_with_all_that_was_sent(tmp_path: Path) -> None:
    known = Original("urn:uuid:1", "https://tinhuy.example/", "2026-11-24T03:00:00Z", "sha256:" + "0" * 64)
    with Writer(tmp_path, "tinh-uy-mau", RUN, known=lambda _, digest: None if digest else known) as writer:
        place = writer.append(capture(response=KINDS["304"]))
        plain = writer.append(capture(response=KINDS["plain"]))
    record, held = record_at(tmp_path, place), read(tmp_path, place)
    assert (record.type, record.get("warc-profile")) == ("revisit", NOT_MODIFIED)
    assert "warc-truncated" not in dict(record.fields)
    assert (held.capture, held.revisit_of) == (capture(response=KINDS["304"]), "urn:uuid:1")
    assert read(tmp_path, plain).revisit_of is None


@pytest.mark.parametrize(
    ("response", "truncated"),
    [(KINDS["plain"], "disconnect"), (KINDS["length too small"], None), (KINDS["http 0.9"], None), (b"", None)],
)
def test_what_is_cut_or_odd_is_kept_in_full(tmp_path: Path, response: bytes, truncated: str | None) -> None:
    def find(_: object, digest: str) -> Original:
        return Original("urn:uuid:1", "https://tinhuy.example/", "2026-11-24T03:00:00Z", digest)

    taken = capture(response=response, truncated=truncated)
    with Writer(tmp_path, "tinh-uy-mau", RUN, known=find) as writer:
        place = writer.append(taken)
    assert (read(tmp_path, place).capture, record_at(tmp_path, place).type) == (taken, "response")


def test_a_digest_that_only_the_finder_believes_in_makes_no_revisit(tmp_path: Path) -> None:
    other = Original("urn:uuid:1", "https://tinhuy.example/", "2026-11-24T03:00:00Z", "sha256:" + "0" * 64)
    with Writer(tmp_path, "tinh-uy-mau", RUN, known=lambda *_: other) as writer:
        writer.append(capture())
    assert [held.capture for held in scan(the_file(tmp_path))] == [capture()]
