"""A small archive with a reading room in front of it, for the tests of archive.web.

Its pages carry their fields as JSON, which a reader of our own takes: what parsers do is tested elsewhere.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html import escape
from pathlib import Path
from typing import Any
from unittest.mock import patch

from starlette.testclient import TestClient

from archive import parsers
from archive.corpus import ngrams
from archive.errors import Unreadable
from archive.holdings import Holdings
from archive.ingest.articles import find_names
from archive.ingest.keep import Keeper
from archive.ingest.pipeline import Ingest
from archive.model import Article, Attachment, Capture, Found, Image, Moment, Place, Reading, Teaser
from archive.search import corpora, saved
from archive.search.query_files import KeepRequest
from archive.sources import Register, parse_source
from archive.store import open_database, opened_to_write
from archive.web.app import create_room

REPLAY = "http://127.0.0.1:8002"
SITE = "http://khemay.example"
URL = f"{SITE}/tin-tuc/hop-ban-trong-rung-17.html"
SOURCE = parse_source(
    'id = "khe-may"\nname = "Huyện ủy Khe Mây"\nkind = "party"\nprovince = "bac-kan"\nstatus = "unverified"\n'
    'hosts = ["khemay.example"]\n[[layout]]\nfamily = "generic"\n',
    "khe-may.toml",
)
REGISTER = Register.of([SOURCE])
BEGAN = datetime(2026, 11, 1, tzinfo=UTC)
LEAD = "Chiều 5/3, Huyện ủy Khe Mây họp bàn việc trồng rừng sau lũ và việc đón dân về nơi ở mới."
PICTURE = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
    b"\x00\x00\x00\rIDATx\x9cc\xf8\xcf\xc0\xf0\x1f\x00\x05\x00\x01\xff\x89\x99=\x1d\x00\x00\x00\x00IEND\xaeB`\x82"
)
_JSON = '<script type="application/json">'


def capture(url: str, body: bytes, hours: float, mime: str = "text/html; charset=utf-8", **fields: Any) -> Capture:
    """A capture of `url` that began `hours` after BEGAN."""
    head = f"HTTP/1.1 200 OK\r\nContent-Type: {mime}\r\nContent-Length: {len(body)}\r\n\r\n"
    return Capture(
        url=url,
        began=BEGAN + timedelta(hours=hours),
        request=b"GET / HTTP/1.1\r\nHost: khemay.example\r\n\r\n",
        response=head.encode() + body,
        source="khe-may",
        run="run-1",
        **fields,
    )


def page(headline: str, hours: float = 0, extra: str = "", url: str = URL, **fields: Any) -> Capture:
    """The capture of an article page; `fields` are more of the article's, as `_article` takes them."""
    body = [
        "Đồng chí Lò Thị Nọi, Bí thư Huyện ủy, nói: phải rút kinh nghiệm ngay từ đợt lũ vừa qua, "
        f"{extra}{' ' if extra else ''}không để dân phải chờ.",
        "Toàn huyện đã trồng lại 41 ha rừng phòng hộ, đạt 82% kế hoạch năm./.",
    ]
    known = {"headline": headline, "body": body, "lead": LEAD, "published": "2020-03-05T15:25+07:00", **fields}
    text = "".join(f"<p>{escape(paragraph)}</p>" for paragraph in (LEAD, *known["body"]))
    html = f"<!DOCTYPE html><html lang=vi><title>{escape(headline)}</title><h1>{escape(headline)}</h1>{text}"
    html += "<img src=/anh/rung-non.png>"
    packed = json.dumps(known, ensure_ascii=False).replace("</", "<\\/")
    return capture(url, f"{html}{_JSON}{packed}</script>".encode(), hours, kind="article")


def picture(hours: float = 0) -> Capture:
    """The capture of the picture on article pages."""
    return capture(f"{SITE}/anh/rung-non.png", PICTURE, hours, "image/png", kind="image")


def gone(url: str, hours: float) -> Capture:
    """The capture of a 404 where an article stood."""
    head = b"HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\nContent-Length: 2\r\n\r\nno"
    return replace(capture(url, b"", hours, kind="article"), response=head)


def read_json(url: str, body: bytes, *_: object, kind: str = "page", look: object = None) -> Reading:
    """What `page` wrote, as a reader gives it."""
    text = body.decode()
    if _JSON not in text:
        if kind == "article":
            raise Unreadable("no_article")
        return Reading("listing")
    return Reading("article", _article(url, json.loads(text.partition(_JSON)[2].removesuffix("</script>"))))


def _article(url: str, known: dict[str, Any]) -> Article:
    published = known["published"]
    return Article(
        url=url,
        headline=Found(known["headline"], "json headline", known.get("raw")),
        body=tuple(known["body"]),
        body_by="json body",
        parser="json/1",
        lead=Found(known["lead"], "json lead", confidence=0.9),
        byline=Found(known["byline"], "json byline") if "byline" in known else None,
        section=Found(known["section"], "json section") if "section" in known else None,
        captions=tuple(known.get("captions", ())),
        published=Moment(published, "minute" if len(published) > 10 else "month", "json published", published)
        if published
        else None,
        tags=tuple(known.get("tags", ())),
        images=tuple(Image(*image) for image in known.get("images", ())),
        attachments=tuple(Attachment(*file) for file in known.get("files", ())),
        teasers=tuple(Teaser(*teaser) for teaser in known.get("teasers", ())),
        notes=tuple(known.get("notes", ())),
        setting=known.get("setting", ""),
    )


def archive_of(folder: Path, captures: Iterable[Capture]) -> Holdings:
    """An archive in `folder` that has kept and read `captures`."""
    holdings = Holdings.create(folder, "Thư viện tỉnh", "mailto:kho@khemay.example")
    add(holdings, captures)
    return holdings


def add(holdings: Holdings, captures: Iterable[Capture], run: str = "run-1") -> list[Place]:
    """Keeps and reads `captures`, and gives where they lie."""
    with Keeper(holdings, "khe-may", run) as keeper:
        places = [keeper.keep(one) for one in captures]
    with patch.object(parsers, "read_page", read_json), Ingest(holdings, REGISTER) as ingest:
        for place in places:
            ingest.read(place)
    db = open_database(holdings.database)
    try:
        find_names(db)
    finally:
        db.close()
    return places


def library(folder: Path) -> Holdings:
    """An archive of six articles in five months: one edited, one gone, one with markup in its headline, pictures."""
    marked = "Họp bàn trồng rừng <script>alert(1)</script>"
    rich = {
        "images": [(f"{SITE}/anh/rung-non.png", "Rừng non", "Rừng non ở Nà Lạn."), (f"{SITE}/anh/mat.png", "", "Suối")],
        "captions": ["Rừng non ở Nà Lạn.", "Suối", "Chú thích không có ảnh"],
        "byline": "Lò Thị Nọi",
        "section": "Tin tức",
        "tags": ["trồng rừng"],
        "files": [(f"{SITE}/tep/ke-hoach.pdf", "Kế hoạch 41")],
        "teasers": [(f"{SITE}/tin-tuc/tong-ket-vu-che-18.html", "Tổng kết vụ chè xuân", "Ngày 12/6, …", "related")],
        "notes": ["two dates: 2020-03-05, 2020-03-06"],
    }
    return archive_of(
        folder,
        [
            page(marked, 0, **rich),
            picture(0.1),
            page(marked, 24, "nhất là ở Pác Lạn,", **rich),
            _later("Tổng kết vụ chè xuân", 1, "chè búp", "tong-ket-vu-che-18", "2020-06-12T08:00+07:00"),
            _later("Đường mới về bản", 2, "đường bê tông", "duong-moi-19", "2021-01-02T08:00+07:00"),
            _later("Hội nghị huyện ủy", 3, "hội nghị", "hoi-nghi-20", "2020-06"),
            _later("Phòng chống lụt bão", 4, "lụt bão", "lut-bao-21", "2023-11-30T08:00+07:00"),
            gone(f"{SITE}/tin-tuc/lut-bao-21.html", 48),
            _later("Khai giảng năm học mới", 5, "học sinh", "khai-giang-22", "2025-09-05T08:00+07:00"),
            capture(f"{SITE}/robots.txt", b"User-agent: *\nDisallow: /noi-bo/\n", 0, "text/plain", kind="robots"),
            capture(f"{SITE}/tin-tuc/hong-23.html", b"<p>Loi", 6, kind="article"),
        ],
    )


def with_collections(folder: Path) -> Holdings:
    """The library, with two frozen corpora and a saved query."""
    holdings = library(folder)
    with opened_to_write(holdings.database) as db:
        ngrams.build(db)
    with closing(open_database(holdings.database, readonly=True)) as db:
        corpora.freeze(db, holdings.root, KeepRequest("nam-2020", "huyện ngay:2020"))
        corpora.freeze(db, holdings.root, KeepRequest("ca-kho", "huyện"))
    saved.save(holdings.root, KeepRequest("che", "chè OR trà"))
    return holdings


def _later(headline: str, hours: float, extra: str, slug: str, published: str) -> Capture:
    return page(headline, hours, extra, f"{SITE}/tin-tuc/{slug}.html", published=published, section="Xã hội")


def opened(holdings: Holdings, **options: Any) -> TestClient:
    """A client of the reading room of `holdings`, with replay at another origin."""
    app = create_room(holdings, REGISTER, hosts=("testserver",), replay=REPLAY, **options)
    app.state.room.jobs.patience = None  # tests ask once, however slow the machine is
    return TestClient(app, follow_redirects=False, client=("127.0.0.1", 50_000))


def identity(client: TestClient, query: str) -> str:
    """The public id of the first article that `query` finds."""
    return client.get("/", params={"q": query}).text.partition('href="/article/')[2][:10]
