"""One capture as the crawler hands it over, any field of it changed where a test asks."""

from __future__ import annotations

from datetime import UTC, datetime

from archive.model import Capture

RUN = "20261124T030000Z-tinh-uy-mau-3f2a"
BEGAN = datetime(2026, 11, 24, 3, 0, 0, 123000, tzinfo=UTC)
BODY = "<h1>Hội nghị rút kinh nghiệm đại hội điểm</h1><p>Sáng 20/3, Thường trực Tỉnh ủy…</p>".encode()
RESPONSE = (
    b"HTTP/1.1 200 OK\r\ncontent-TYPE:  text/html; charset=UTF-8\r\nX-Odd : 1\r\nContent-Length: %d\r\n\r\n" % len(BODY)
    + BODY
)


def capture(**changes: object) -> Capture:
    values: dict[str, object] = {
        "url": "https://tinhuy.example/tin/hoi-nghi-12.html",
        "began": BEGAN,
        "request": b"GET /tin/hoi-nghi-12.html HTTP/1.1\r\nHost: tinhuy.example\r\n\r\n",
        "response": RESPONSE,
        "source": "tinh-uy-mau",
        "kind": "article",
        "run": RUN,
        "address": "203.0.113.7",
        "protocols": ("http/1.1", "tls/1.3"),
        "via": "https://tinhuy.example/rss/",
        "notes": (("fetchTimeMs", "41"), ("tls", "chứng thư hợp lệ")),
    }
    return Capture(**{**values, **changes})  # type: ignore[arg-type]
