"""Answers are taken apart as a browser would, decoded under limits, and never guessed at."""

from __future__ import annotations

import gzip
import tracemalloc
import zlib
from functools import partial

import brotli
import pytest
from backports import zstd
from growth import MOST, growth
from hypothesis import given
from hypothesis import strategies as st

from archive.errors import Unreadable
from archive.warc import http

PAGE = "<p>Hội nghị rút kinh nghiệm, đơn vị Thái Nguyên</p>".encode() * 20


def answer(body: bytes, *fields: bytes, status: bytes = b"HTTP/1.1 200 OK") -> bytes:
    return b"\r\n".join((status, *fields, b"", b"")) + body


def chunked(body: bytes, size: int = 7, trailer: bytes = b"") -> bytes:
    parts = [body[start : start + size] for start in range(0, len(body), size)]
    return b"".join(b"%x;ext=1\r\n%b\r\n" % (len(part), part) for part in parts) + b"0\r\n" + trailer + b"\r\n"


def raw_deflate(data: bytes) -> bytes:
    stream = zlib.compressobj(wbits=-15)
    return stream.compress(data) + stream.flush()


CODED = {
    b"gzip": gzip.compress(PAGE),
    b"x-gzip": gzip.compress(PAGE),
    b"GZip": gzip.compress(PAGE[:100]) + gzip.compress(PAGE[100:]),
    b"deflate": zlib.compress(PAGE),
    b"Deflate": raw_deflate(PAGE),
    b"br": brotli.compress(PAGE),
    b"zstd": zstd.compress(PAGE),
    b"br, gzip": gzip.compress(brotli.compress(PAGE)),
    b"identity": PAGE,
    b"utf-8": PAGE,
    b"": PAGE,
}


@pytest.mark.parametrize("coding", CODED)
@pytest.mark.parametrize("framed", [True, False])
def test_every_coding_gives_back_the_page(coding: bytes, framed: bool) -> None:
    body = chunked(CODED[coding]) if framed else CODED[coding]
    frame = b"Transfer-Encoding: chunked" if framed else b"Content-Length: %d" % len(body)
    payload = http.split(answer(body, frame, b"Content-Encoding: " + coding, b"Content-Type: text/html"))
    assert payload.body == PAGE
    assert (payload.status, payload.mime) == (200, "text/html")


@pytest.mark.fault(10)
@pytest.mark.parametrize("coding", [b"gzip", b"deflate", b"br", b"zstd"])
@pytest.mark.parametrize("keep", [1, 10, -9, -6, -1])
def test_a_cut_body_is_never_read_as_a_whole_one(coding: bytes, keep: int) -> None:
    with pytest.raises(Unreadable) as error:
        http.split(answer(CODED[coding][:keep], b"Content-Encoding: " + coding))
    assert error.value.reason == "content_coding"


@pytest.mark.parametrize("coding", [b"gzip", b"deflate", b"br", b"zstd"])
def test_a_body_that_is_not_what_its_coding_says_is_unreadable(coding: bytes) -> None:
    with pytest.raises(Unreadable) as error:
        http.split(answer(PAGE, b"Content-Encoding: " + coding))
    assert error.value.reason == "content_coding"


def test_a_flipped_bit_in_the_gzip_trailer_is_found() -> None:
    body = bytearray(CODED[b"gzip"])
    body[-6] ^= 1
    with pytest.raises(Unreadable):
        http.split(answer(bytes(body), b"Content-Encoding: gzip"))


@pytest.mark.parametrize("coding", [b"compress", b"dcb"])
def test_a_coding_without_decoder_is_unreadable_and_named(coding: bytes) -> None:
    with pytest.raises(Unreadable, match="no decoder"):
        http.split(answer(PAGE, b"Content-Encoding: " + coding))


BOMB = bytes(120 << 20)
BOMBS = {
    b"gzip": gzip.compress(BOMB),
    b"deflate": zlib.compress(BOMB),
    b"br": brotli.compress(BOMB, quality=1),
    b"zstd": zstd.compress(BOMB),
}


@pytest.mark.fault(9)
@pytest.mark.parametrize("coding", BOMBS)
def test_a_bomb_is_refused_before_it_grows(coding: bytes) -> None:
    response = answer(BOMBS[coding], b"Content-Encoding: " + coding)
    tracemalloc.start()
    with pytest.raises(Unreadable) as error:
        http.split(response, limit=8 << 20)
    grown = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert error.value.reason == "too_large"
    assert grown < 40 << 20


def test_a_bomb_of_many_small_members_is_refused_too() -> None:
    with pytest.raises(Unreadable, match="too_large"):
        http.split(answer(gzip.compress(bytes(1 << 20)) * 20, b"Content-Encoding: gzip"), limit=8 << 20)


def test_more_codings_than_a_page_can_need_are_refused() -> None:
    with pytest.raises(Unreadable, match="4 codings"):
        http.split(answer(PAGE, b"Content-Encoding: gzip, gzip, gzip, gzip"))


def test_a_plain_body_above_the_limit_is_too_large() -> None:
    with pytest.raises(Unreadable, match="too_large"):
        http.split(answer(PAGE), limit=10)


def test_bytes_behind_the_last_gzip_member_are_passed_over() -> None:
    assert http.split(answer(CODED[b"gzip"] + b"\0\0\0", b"Content-Encoding: gzip")).body == PAGE


@pytest.mark.parametrize(
    ("field", "mime", "charset"),
    [
        (b"Content-Type: text/html; charset=UTF-8", "text/html", "utf-8"),
        (b"content-type: Text/HTML;charset='windows-1258'", "text/html", "windows-1258"),
        (b'Content-Type: text/html; x=1; Charset = "tcvn"', "text/html", "tcvn"),
        (b"Content-Type: text/html;", "text/html", ""),
        (b"Content-Type: ;charset=utf-8", "", ""),
        (b"Content-Type: image/jpeg\r\nContent-Type: text/plain", "text/plain", ""),
        (b"X: 1", "", ""),
    ],
)
def test_media_type_and_charset_are_what_the_header_says(field: bytes, mime: str, charset: str) -> None:
    payload = http.split(answer(PAGE, field))
    assert (payload.mime, payload.charset) == (mime, charset)


def test_header_names_order_and_repetition_stay_as_sent() -> None:
    payload = http.split(answer(b"", b"X-b: 1", b"x-A:  2", b"X-b: 3", b"no colon", b"Fold: a\r\n  b", b"X: "))
    assert payload.headers == (("X-b", "1"), ("x-A", "2"), ("X-b", "3"), ("Fold", "a b"), ("X", ""))


def test_a_raw_vietnamese_header_is_read_as_utf8_and_other_bytes_as_latin1() -> None:
    payload = http.split(answer(b"", "Location: /tin/hội-nghị".encode(), b"X: \xe9"))
    assert payload.headers == (("Location", "/tin/hội-nghị"), ("X", "é"))


@pytest.mark.parametrize(
    ("response", "status", "reason", "body"),
    [
        (b"HTTP/1.1 200 OK\n\nabc", 200, "OK", b"abc"),
        (b"HTTP/1.0 404\r\n\r\nabc", 404, "", b"abc"),
        (b"http/1.1 200 ok\r\nA: b\r\n\r\n", 200, "ok", b""),
        (b"HTTP/2 200\r\nA: b\r\n\r\nabc", 200, "", b"abc"),
        (b"HTTP/1.1 200 OK\r\nA: b", 200, "OK", b""),
        (b"HTTP/1.1 204 No Content\r\n\r\n", 204, "No Content", b""),
        (b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 500 Oops\r\n\r\nabc", 500, "Oops", b"abc"),
        (b"HTTP/1.1 101 Switching Protocols\r\n\r\nabc", 101, "Switching Protocols", b"abc"),
        (b"", 0, "", b""),
        (b"<html>abc", 0, "", b"<html>abc"),
        (b"HTTP/1.1 2000 OK\r\n\r\nabc", 0, "", b"HTTP/1.1 2000 OK\r\n\r\nabc"),
    ],
)
def test_odd_answers_are_read_as_what_they_are(response: bytes, status: int, reason: str, body: bytes) -> None:
    payload = http.split(response)
    assert (payload.status, payload.reason, payload.body) == (status, reason, body)


@pytest.mark.parametrize(
    ("body", "fields", "message", "surplus"),
    [
        (b"abcdef", (b"Content-Length: 3",), b"abc", b"def"),
        (b"abc", (b"Content-Length: 9",), b"abc", b""),
        (b"abc", (b"Content-Length: 0",), b"abc", b""),
        (b"abc", (b"Content-Length: x",), b"abc", b""),
        (b"abc", (b"Content-Length: " + b"9" * 5000,), b"abc", b""),
        (b"abc", (b"Content-Length: 1", b"Content-Length: 2"), b"abc", b""),
        (b"abc", (b"Content-Length: 2", b"Content-Length: 2"), b"ab", b"c"),
        (chunked(b"abc") + b"more", (b"Transfer-Encoding: chunked", b"Content-Length: 1"), b"abc", b"more"),
        (chunked(b"abc", trailer=b"X: 1\r\n") + b"more", (b"Transfer-Encoding: chunked",), b"abc", b"more"),
        (chunked(b"abc", trailer=b"X: 1\r\n")[:-3], (b"Transfer-Encoding: chunked",), b"abc", b""),
        (b"5\r\nab", (b"Transfer-Encoding: chunked",), b"ab", b""),
        (b"2\r\nab\r\nZZ\r\n", (b"Transfer-Encoding: chunked",), b"ab", b""),
        (b"2\nab\n0\n\n", (b"Transfer-Encoding: chunked",), b"ab", b""),
        (b"<p>not chunked at all</p>", (b"Transfer-Encoding: chunked",), b"<p>not chunked at all</p>", b""),
        (b"", (b"Transfer-Encoding: chunked",), b"", b""),
    ],
)
def test_the_message_ends_where_its_frame_says(
    body: bytes, fields: tuple[bytes, ...], message: bytes, surplus: bytes
) -> None:
    wire = http.part(answer(body, *fields))
    assert (http.entity(wire), wire.surplus) == (message, surplus)


@given(
    st.lists(st.sampled_from([b"HTTP/1.1 200 OK\r\n", b"A: b\r\n", b"\r\n", b"\n", b"3\r\nabc\r\n", b"0\r\n", b"x"]))
)
def test_the_parts_of_an_answer_are_the_answer(pieces: list[bytes]) -> None:
    response = b"HTTP/1.1 103 Early\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"".join(pieces)
    for bytes_of_wire in (response, b"".join(pieces)):
        wire = http.part(bytes_of_wire)
        assert wire.interim + wire.head + wire.body + wire.surplus == bytes_of_wire


@given(st.binary(max_size=300), st.integers(1, 50))
def test_chunking_can_be_undone(body: bytes, size: int) -> None:
    framed = chunked(body, size)
    assert http.dechunk(framed + b"rest") == (body, len(framed), True)


@pytest.mark.parametrize(
    "flood",
    [
        b"HTTP/1.1 200 OK\r\n" + b"X-1: y\r\n" * 4_000_000,
        b"HTTP/1.1 200 OK\r\n" + b"X-1: y\r\n" * 4_000_000 + b"\r\n<p>T\xc3\xa2n B\xc3\xacnh",
        b"HTTP/1.1 102 Processing\r\n\r\n" * 1_200_000,
    ],
    ids=["a head without end", "a head of 32 MB", "1xx without end"],
)
def test_a_flood_of_heads_costs_little_and_no_byte_is_lost(flood: bytes) -> None:
    assert growth(lambda size: partial(http.part, flood[:size]), [len(flood) >> step for step in (5, 4, 3, 2)]) <= MOST
    wire = http.part(flood)
    assert wire.interim + wire.head + wire.body + wire.surplus == flood
    assert len(wire.headers) < 40_000
    assert len(wire.interim) < 300_000
