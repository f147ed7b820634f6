"""What the tables keep once: the texts of an article's current revision, and what a teaser says however often shown."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
import sqlite_utils
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small_archive import capture, database, keep, new_holdings, page, read, read_json

from archive import parsers
from archive.holdings import Holdings
from archive.model import Article, Found, Teaser
from archive.store import open_database, queries, writes
from archive.store.database import create
from archive.store.rows import RevisionRow, columns, encode_article, text_digest
from archive.store.writes import replace_revisions
from archive.text.urls import url_key

TEXT = "Hội nghị Tỉnh ủy lần thứ năm đã bế mạc chiều 5/3 tại thành phố Bắc Kạn. "
BOX = [[f"https://baotinh.example/{n}", f"Tin số {n}", "Chương trình nông thôn mới " * 5, "newer"] for n in range(30)]


@pytest.fixture(autouse=True)
def _pages_are_json(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parsers, "read_page", read_json, raising=False)


@pytest.fixture
def holdings(tmp_path: Path) -> Holdings:
    return new_holdings(tmp_path / "data")


def test_a_text_stands_in_the_file_once(holdings: Holdings) -> None:
    mark = "Thác Đầu Đẳng mùa nước lớn"
    read(holdings, keep(holdings, [capture("/a", page(f"{mark} một", f"{mark} hai", TEXT, captions=[f"{mark} ba"]))]))
    with closing(open_database(holdings.database)) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert holdings.database.read_bytes().count(mark.encode()) == 3  # and in the index word by word


def test_what_teasers_say_is_stored_once_however_many_pages_show_them(holdings: Holdings) -> None:
    pages = [capture(f"/{n}", page(f"Bài {n}", TEXT, teasers=BOX), n) for n in range(20)]
    read(holdings, keep(holdings, pages))
    with database(holdings) as db:
        assert db.execute("SELECT count(*) FROM pointers").fetchone() == (30,)
        assert db.execute("SELECT count(*), min(sightings) FROM teasers").fetchone() == (30, 20)
        assert db.execute("SELECT count(*) FROM article_teasers").fetchone() == (600,)
        for article in range(1, 21):
            (row,) = queries.revisions(db, article)
            assert row.article.teasers == tuple(Teaser(*one) for one in BOX)


def test_an_earlier_revision_keeps_its_own_text(holdings: Holdings) -> None:
    for minute, text in enumerate(("Bản một.", "Bản hai.", "Bản ba.")):
        read(holdings, keep(holdings, [capture("/a", page(f"Đầu đề {text}", text, TEXT), minute)], f"r{minute}"))
    with database(holdings) as db:
        told = [(row.article.headline.value, row.article.body[0]) for row in queries.revisions(db, 1)]
    assert told == [("Đầu đề Bản một.", "Bản một."), ("Đầu đề Bản hai.", "Bản hai."), ("Đầu đề Bản ba.", "Bản ba.")]


def test_two_spellings_of_one_address_stay_what_each_page_had(holdings: Holdings) -> None:
    spelled = ["https://baotinh.example/x", "http://baotinh.example/x"]
    pages = [
        capture(f"/{n}", page(f"Bài {n}", TEXT, teasers=[[url, "Tin", "", "newer"]]), 9 - n)
        for n, url in enumerate(spelled)
    ]
    for number, one in enumerate(pages):  # the earlier capture comes in last, and its spelling is the ledger's
        read(holdings, keep(holdings, [one], f"r{number}"))
    with database(holdings) as db:
        assert [queries.revisions(db, n)[0].article.teasers[0].url for n in (1, 2)] == spelled
        assert db.execute("SELECT url, sightings FROM teasers").fetchall() == [(spelled[1], 2)]


@pytest.fixture
def db() -> Iterator[sqlite_utils.Database]:
    opened = sqlite_utils.Database(memory=True)
    create(opened)
    yield opened
    opened.close()


text = st.text(st.sampled_from('aÂđ"\\\n\t\u0301\u2028\x7f\x00/nz '), max_size=6)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(headline=text, lead=st.none() | text, body=st.lists(text, max_size=3), captions=st.lists(text, max_size=2))
def test_whatever_was_read_comes_back_to_the_letter(
    db: sqlite_utils.Database, headline: str, lead: str | None, body: list[str], captions: list[str]
) -> None:
    article = Article(
        url="https://baotinh.example/a",
        headline=Found(headline, by="h1"),
        lead=None if lead is None else Found(lead, by="p"),
        body=tuple(body),
        body_by="div",
        parser="test/1",
        captions=tuple(captions),
        slug=headline,
        canonical=lead or "",
        teasers=(Teaser("https://baotinh.example/b", headline, "", "newer", lead or ""),) if body else (),
    )
    for table in ("revision_rows", "articles"):
        db.execute(f"DELETE FROM {table}")
    replace_revisions(db, 1, [RevisionRow(1, 1, 1, text_digest(article), "test/1", article)])
    names = ("headline", "lead", "body", "captions", "byline")
    values = dict(zip(names, columns(article), strict=True))
    values |= {"slug": article.slug, "url": article.canonical or article.url}
    for _, name, kind, needed, default, key in db.execute("PRAGMA table_info(articles)").fetchall():
        if needed and default is None and not key:
            values.setdefault(name, "" if kind == "TEXT" else 1)
    db["articles"].insert({"id": 1, **values})
    assert db.execute("SELECT article_json FROM revisions").fetchone()[0] == encode_article(article)


SHA256 = "0123456789abcdef" * 4


@pytest.mark.parametrize(
    ("url", "digest"),
    [
        ("https://baotinh.example/tin/a.html", f"sha256:{SHA256}"),
        ("http://baotinh.example/tin/a.html", f"sha256:{SHA256.upper()}"),
        ("https://baotinh.example/tin/a.html?utm_source=zalo", "sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ"),
        ("HTTPS://BAOTINH.EXAMPLE/tin/a.html", f"sha512:{SHA256}"),
        ("ftp://baotinh.example/a", f"sha256:{SHA256[1:]}"),
        ("dns:baotinh.example", f"sha256: {SHA256[2:]}"),
        ("https:", ""),
        ("http:", "sha256:"),
        ("", "md5:0"),
    ],
)
def test_an_address_and_a_digest_come_back_to_the_letter(holdings: Holdings, url: str, digest: str) -> None:
    read(holdings, keep(holdings, [capture("/a", page("Bài", TEXT, teasers=[[url, "Tin", "", "newer"]]))]))
    with closing(open_database(holdings.database)) as db:
        row = replace(next(queries.captures(db)), id=9, record_id="urn:x", url=url, url_key=url_key(url))
        row = replace(row, block_digest=digest, payload_digest=digest)
        writes.add_capture(db, row)
        assert queries.capture(db, 9) == row
        assert db.execute("SELECT url FROM teasers").fetchall() == [(url,)]


def test_a_notice_without_text_is_read_back_without_any(holdings: Holdings) -> None:
    read(holdings, keep(holdings, [capture("/a", page("Quyết định phê duyệt dự toán"))]))
    with database(holdings) as db:
        (row,) = queries.revisions(db, 1)
        assert row.article.body == ()
        assert text_digest(row.article) == row.digest
