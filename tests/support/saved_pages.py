"""Saved pages as people have them, and what comes of bringing them in."""

from __future__ import annotations

import os
from pathlib import Path

from archive.holdings import Holdings
from archive.importers import import_path
from archive.ingest.pipeline import Ingest
from archive.model import Outcome, StoredCapture
from archive.sources import Register
from archive.warc.reader import read, scan

URL = "http://tinhuy.example/tin/khai-mac-1.html"
BODY = """<meta property="article:published_time" content="2020-03-05T15:25:00+07:00">
<meta property="og:type" content="article"><title>Khai mạc hội nghị rút kinh nghiệm</title></head><body>
<article><h1>Khai mạc hội nghị rút kinh nghiệm</h1>
<p>Sáng 5/3, tại huyện Mẫu, hội nghị rút kinh nghiệm đại hội điểm đã khai mạc trọng thể.</p>
<p>Các đại biểu đã thảo luận về kết quả đại hội điểm của đảng bộ các xã, về cách chuẩn bị văn kiện và nhân sự.</p>
<p>Kết luận hội nghị, đồng chí Bí thư yêu cầu các chi bộ khắc phục ngay những hạn chế đã được chỉ ra, bảo đảm đúng
tiến độ đã đề ra trong kế hoạch của Ban Thường vụ.</p></article></body></html>"""
MODIFIED = 1_583_396_756  # 2020-03-05T08:25:56Z


def page(folder: Path, name: str, head: str = "", body: str = BODY) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(f"<!DOCTYPE html>\n{head}<html><head><meta charset='utf-8'>{body}".encode())
    os.utime(path, (MODIFIED, MODIFIED))
    return path


def brought_in(holdings: Holdings, path: Path) -> tuple[list[StoredCapture], tuple[str, ...]]:
    brought = list(import_path(holdings, path))
    held = [one for each in brought if each.file for one in scan(holdings.root / each.file)]
    assert [read(holdings.root, one.place) for one in held] == held
    return held, tuple(sentence for each in brought for sentence in each.skipped)


def ingested(holdings: Holdings, held: list[StoredCapture]) -> list[Outcome]:
    with Ingest(holdings, Register.load()) as ingest:
        return [ingest.take(one) for one in held]


def blocks(holdings: Holdings, record_id: str) -> list[bytes]:
    from archive.warc.reader import Parsed, records

    found = [item for path in holdings.warcs() for item in records(path) if isinstance(item, Parsed)]
    return [item.record.block for item in found if f"<{item.record.id}>" == record_id]
