"""Records and files of other makers, written by hand, and what comes of bringing them in."""

from __future__ import annotations

import gzip
import hashlib
from pathlib import Path

from archive.holdings import Holdings
from archive.importers import Imported
from archive.model import StoredCapture
from archive.warc.reader import read, scan

PAGE = """<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8"><title>Khai mạc hội nghị rút kinh nghiệm</title>
<meta property="og:type" content="article"><meta property="og:title" content="Khai mạc hội nghị rút kinh nghiệm">
<meta property="article:published_time" content="2020-03-05T15:25:00+07:00"></head><body><article>
<h1>Khai mạc hội nghị rút kinh nghiệm</h1><p>Sáng 5/3, tại huyện Mẫu, hội nghị rút kinh nghiệm đã khai mạc.</p>
<p>Các đại biểu đã thảo luận về kết quả đại hội điểm của đảng bộ các xã, về cách chuẩn bị văn kiện và nhân sự.</p>
<p>Kết luận hội nghị, đồng chí Bí thư yêu cầu các chi bộ khắc phục ngay những hạn chế đã được chỉ ra, bảo đảm đúng
tiến độ đã đề ra trong kế hoạch của Ban Thường vụ.</p></article></body></html>""".encode()
URL = "http://tinhuy.example/tin/khai-mac-1.html"
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"


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


def captures(holdings: Holdings, brought: Imported) -> list[StoredCapture]:
    held = list(scan(holdings.root / brought.file))
    for one in held:
        assert read(holdings.root, one.place).capture.response == one.capture.response
    return held


UNPACKED = INFO + REQUEST + RESPONSE
