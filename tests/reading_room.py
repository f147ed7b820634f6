"""A small archive with a reading room and replay in front of it, for the tests of archive.web."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from archive.holdings import Holdings
from archive.ingest import Ingest, Keeper
from archive.model import Capture, Place
from archive.sources import Register, parse_source

SITE = "http://khemay.example"
URL = f"{SITE}/tin-tuc/hop-ban-trong-rung-17.html"
SOURCE = parse_source(
    'id = "khe-may"\nname = "Huyện ủy Khe Mây"\nkind = "party"\nprovince = "bac-kan"\nstatus = "unverified"\n'
    'hosts = ["khemay.example"]\n[[layout]]\nfamily = "nukeviet"\n',
    "khe-may.toml",
)
REGISTER = Register.of([SOURCE])
BEGAN = datetime(2026, 11, 1, tzinfo=UTC)

PAGE = """<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8"><meta name="generator" content="NukeViet v4.5">
<title>{headline}</title></head><body><h1 class="title" itemprop="headline">{headline}</h1>
<span class="h5">Thứ năm - {day} 15:25</span><div class="hometext">Chiều 5/3, Huyện ủy Khe Mây họp bàn việc
trồng rừng sau lũ và việc đón dân về nơi ở mới.</div>
<div id="news-bodyhtml" class="bodytext"><p>Đồng chí Lò Thị Nọi, Bí thư Huyện ủy,
nói: phải rút kinh nghiệm <b>ngay</b> từ đợt lũ vừa qua, {extra} không để dân phải chờ.</p>
<p>Toàn huyện đã trồng lại
41 ha rừng phòng hộ, đạt 82% kế hoạch năm./.</p>
<figure><img src="/anh/rung-non.png" alt="Rừng non"><figcaption>Rừng non ở Nà Lạn.</figcaption></figure>
</div></body></html>"""
PICTURE = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
    b"\x00\x00\x00\rIDATx\x9cc\xf8\xcf\xc0\xf0\x1f\x00\x05\x00\x01\xff\x89\x99=\x1d\x00\x00\x00\x00IEND\xaeB`\x82"
)


def capture(url: str, body: bytes, hours: float, mime: str = "text/html; charset=utf-8", **fields: object) -> Capture:
    """A capture of `url` that began `hours` after BEGAN."""
    head = f"HTTP/1.1 200 OK\r\nContent-Type: {mime}\r\nContent-Length: {len(body)}\r\n\r\n"
    return Capture(
        url=url,
        began=BEGAN + timedelta(hours=hours),
        request=b"GET / HTTP/1.1\r\nHost: khemay.example\r\n\r\n",
        response=head.encode() + body,
        source="khe-may",
        run="run-1",
        **fields,  # type: ignore[arg-type]
    )


def page(
    headline: str, hours: float = 0, extra: str = "", url: str = URL, day: str = "05/03/2020", **fields: object
) -> Capture:
    """The capture of an article page."""
    return capture(url, PAGE.format(headline=headline, extra=extra, day=day).encode(), hours, kind="article", **fields)


def picture(hours: float = 0) -> Capture:
    """The capture of the picture on every article page."""
    return capture(f"{SITE}/anh/rung-non.png", PICTURE, hours, "image/png", kind="image")


def archive_of(folder: Path, captures: Iterable[Capture]) -> Holdings:
    """An archive in `folder` that has kept and read `captures`."""
    holdings = Holdings.create(folder, "Thư viện tỉnh", "mailto:kho@khemay.example")
    add(holdings, captures)
    return holdings


def add(holdings: Holdings, captures: Iterable[Capture], run: str = "run-1") -> list[Place]:
    """Keeps and reads `captures`, and gives where they lie."""
    with Keeper(holdings, "khe-may", run) as keeper:
        places = [keeper.keep(one) for one in captures]
    with Ingest(holdings, REGISTER) as ingest:
        for place in places:
            ingest.read(place)
    return places
