"""Answers of servers as they stand on the wire: whole, closed by the connection, and cut."""

from __future__ import annotations

import gzip
import random
import zlib

from backports import zstd

PAGE = "<html><body><h1>Hội nghị rút kinh nghiệm</h1><p>Ngày 5-3, tại xã Tân Bình.</p></body></html>".encode()
FIELDS = b"User-Agent: baotinh/test\r\nAccept-Encoding: gzip\r\n"


def ok(body: bytes, *fields: str, status: str = "200 OK") -> bytes:
    head = [f"HTTP/1.1 {status}", *fields, f"Content-Length: {len(body)}"]
    return "\r\n".join(head).encode() + b"\r\n\r\n" + body


def chunked(*chunks: bytes, trailer: bytes = b"", extension: bytes = b"") -> bytes:
    body = b"".join(b"%x%s\r\n%s\r\n" % (len(chunk), extension, chunk) for chunk in chunks)
    return b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + body + b"0\r\n" + trailer + b"\r\n"


def deflated(data: bytes) -> bytes:
    return zlib.compress(data)


BIG = bytes(random.Random(5).randbytes(5_000_000))
# Answers that end by their own framing.
WHOLE: dict[str, bytes] = {
    "plain": ok(PAGE, "Content-Type: text/html; charset=utf-8"),
    "empty": ok(b""),
    "204": b"HTTP/1.1 204 No Content\r\nX-A: 1\r\n\r\n",
    "304": b'HTTP/1.1 304 Not Modified\r\nETag: "a"\r\nContent-Length: 500\r\n\r\n',
    "404": ok(PAGE, status="404 Not Found"),
    "500": ok(PAGE, status="500 Internal Server Error"),
    "redirect": ok(b"", "Location: /tin-tuc/", status="301 Moved Permanently"),
    "chunked": chunked(PAGE, PAGE),
    "chunked with trailer": chunked(PAGE, trailer=b"X-Checksum: 1\r\nX-B: 2\r\n"),
    "chunked with extension": chunked(PAGE, extension=b";name=value"),
    "chunked in single bytes": chunked(*(PAGE[i : i + 1] for i in range(60))),
    "chunked and empty": chunked(),
    "capitals and zeros": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n00A\r\n0123456789\r\n0\r\n\r\n",
    "bare LF chunks": b"HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n5\nhello\n0\n\n",
    "gzip": ok(gzip.compress(PAGE), "Content-Encoding: gzip"),
    "gzip chunked": chunked(gzip.compress(PAGE)),
    "deflate": ok(deflated(PAGE), "Content-Encoding: deflate"),
    "br": ok(bytes.fromhex("0b028068690a03"), "Content-Encoding: br"),
    "zstd": ok(zstd.compress(PAGE), "Content-Encoding: zstd"),
    "103 and 200": b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n" + ok(PAGE),
    "100, 103 and 200": b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\n" + ok(PAGE),
    "repeated fields": ok(PAGE, "Set-Cookie: a=1", "Set-Cookie: b=2", "X-A: 1", "X-A: 2"),
    "odd case and blanks": ok(PAGE, "cOnTeNt-TyPe:text/html", "x-A:    2   "),
    "folded field": ok(PAGE, "X-Long: a\r\n  b\r\n\tc"),
    "line without colon": ok(PAGE, "this is no field"),
    "blank before the colon": ok(PAGE, "X-A : 1"),
    "field of 20 KB": ok(PAGE, "X-Long: " + "a" * 20_000),
    "600 fields": ok(PAGE, *(f"X-{n}: {n}" for n in range(600))),
    "fields in Latin-1 and UTF-8": b"HTTP/1.1 200 OK\r\nX-A: caf\xe9\r\nX-B: b\xc3\xa1o\r\nContent-Length: 2\r\n\r\nhi",
    "no reason": b"HTTP/1.1 200\r\nContent-Length: 2\r\n\r\nhi",
    "odd reason": b"HTTP/1.1 200 R\xe9ponse  correcte \r\nContent-Length: 2\r\n\r\nhi",
    "lower case protocol": b"http/1.1 200 ok\r\nContent-Length: 2\r\n\r\nhi",
    "bare LF": b"HTTP/1.1 200 OK\nContent-Length: 2\n\nhi",
    "length twice": b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nhi",
    "status 299": ok(PAGE, status="299 Own"),
    "5 MB": ok(BIG),
    "NUL bytes": ok(b"\x00" * 3000),
    "HTTP 1.0 with keep-alive": b"HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nhi",
}
# Answers that end when the connection does, and are whole.
CLOSED: dict[str, bytes] = {
    "no length": b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + PAGE,
    "HTTP 1.0": b"HTTP/1.0 200 OK\r\n\r\n" + PAGE,
    "two lengths": b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 9\r\n\r\n" + PAGE,
    "length in words": b"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n" + PAGE,
    "negative length": b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n" + PAGE,
    "length of thousands of digits": b"HTTP/1.1 200 OK\r\nContent-Length: " + b"9" * 5000 + b"\r\n\r\n" + PAGE,
    "identity coding": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: identity\r\n\r\n" + PAGE,
    "garbage": b"\x16\x03\x01\x00 this is not HTTP at all\r\n\r\n" + PAGE,
    "bad status line": b"HTTP/1.1 two hundred\r\n\r\n" + PAGE,
    "ICY": b"ICY 200 OK\r\n\r\n" + PAGE,
    "bad chunk size": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n" + PAGE + b"\r\n0\r\n\r\n",
    "chunk longer than it says": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhello\r\n0\r\n\r\n",
}
# Answers that are cut.
CUT: dict[str, bytes] = {
    "bad chunk size, no last chunk": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n" + PAGE,
    "cut body": b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + PAGE[:100],
    "cut chunk": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n64\r\n" + PAGE[:40],
    "cut before the last chunk": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
    "cut head": b"HTTP/1.1 200 OK\r\nContent-Ty",
    "cut status line": b"HTTP/1.1 20",
    "nothing": b"",
}
