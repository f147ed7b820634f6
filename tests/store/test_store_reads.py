"""What is read back: articles by day and address, what points to them, and nothing sorted in memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import sqlite_utils
from small_archive import SITE, capture, database, keep, new_holdings, page, read, read_json

from archive import parsers
from archive.errors import NothingFound
from archive.model import Article, Attachment, Capture, Found, Image, Moment, Teaser
from archive.store import queries, teasers
from archive.store.rows import decode_article, encode_article, text_digest


def pointing(*paths: str) -> bytes:
    """A listing with a teaser for each path."""
    return page("", teasers=[[f"{SITE}{path}", f"Tin {path}", "…", "listing"] for path in paths])


def redirect(path: str, to: str, minute: int) -> Capture:
    """A capture of an address that leads elsewhere."""
    moved = capture(path, b"", minute, 301)
    return replace(moved, response=moved.response.replace(b"\r\n\r\n", f"\r\nLocation: {to}\r\n\r\n".encode(), 1))


@pytest.fixture
def db(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[sqlite_utils.Database]:
    monkeypatch.setattr(parsers, "read_page", read_json)
    holdings = new_holdings(tmp_path / "data")
    days = ["2020-03-07", "2020-03-05", "2020-03-06"]
    bodies = [page(f"Bài {day}", "Một.", published=f"{day}T08:00+07:00") for day in days]
    captures = [capture(f"/bai-{at}.html", body, at) for at, body in enumerate(bodies)]
    captures += [
        capture("/alias/bai-1.html", page("Bài 2020-03-05", "Một.", canonical=f"{SITE}/bai-1.html"), 5),
        redirect("/cu/bai-1.html", "/bai-1.html", 6),
        capture("/", pointing("/bai-1.html", "/alias/bai-1.html", "/cu/bai-1.html", "/mat-9.html", "/hong-8.html"), 7),
        capture("/hong-8.html", b"<html>", 8),
        capture("/mat-9.html", b"", 9, 404),
    ]
    read(holdings, keep(holdings, captures))
    with database(holdings) as opened:
        yield opened


@pytest.mark.parametrize(
    "address", [f"{SITE}/bai-1.html", f"{SITE}/alias/bai-1.html", "http://baotinh.example/bai-1.html#x"]
)
def test_an_article_is_found_under_every_address_that_has_shown_it(db: sqlite_utils.Database, address: str) -> None:
    stored = queries.find_article(db, address)
    assert stored.row.headline == "Bài 2020-03-05"
    assert queries.find_article(db, stored.row.public_id) == stored


@pytest.mark.parametrize(
    ("reference", "why"),
    [
        (f"{SITE}/hong-8.html", "unread .no_article."),
        (f"{SITE}/mat-9.html", "status 404"),
        (f"{SITE}/nie.html", "not in this archive"),
        ("aaaaaaaaaa", "no article has the id"),
    ],
)
def test_what_is_no_article_says_what_is_known_of_it(db: sqlite_utils.Database, reference: str, why: str) -> None:
    with pytest.raises(NothingFound, match=why):
        queries.find_article(db, reference)


def test_pointers_reach_an_article_through_other_addresses_and_redirects(db: sqlite_utils.Database) -> None:
    article = queries.find_article(db, f"{SITE}/bai-1.html").row.id
    found = {teaser.headline for teaser in queries.pointers_to(db, article)}
    assert found == {"Tin /bai-1.html", "Tin /alias/bai-1.html", "Tin /cu/bai-1.html"}


def test_only_what_no_capture_reached_is_missing(db: sqlite_utils.Database) -> None:
    assert [row.url for row in teasers.missing(db)] == [f"{SITE}/mat-9.html"]
    assert len(list(teasers.teasers(db))) == 5


def test_an_article_is_written_and_read_back_equal() -> None:
    article = Article(
        url=f"{SITE}/a",
        headline=Found("Hội nghị", by="h1", raw="HỘI NGHỊ", confidence=0.5),
        body=("Một “hai”.", "Ba\t"),
        body_by="x",
        parser="x/1",
        lead=Found("", by="y"),
        captions=("Ảnh: PV",),
        published=Moment("2020-03", "month", "text", "Tháng 3/2020", note="hai ngày"),
        tags=("chè",),
        images=(Image("a.jpg", caption="c"), Image("b.jpg")),
        attachments=(Attachment("x.pdf", "Tờ trình"),),
        teasers=(Teaser("u", "h", box="older"),),
        notes=("mojibake repaired",),
    )
    assert decode_article(encode_article(article)) == article
    assert encode_article(article) == encode_article(decode_article(encode_article(article)))


def test_the_digest_follows_the_text_that_is_read_and_nothing_else() -> None:
    article = Article("u", Found("H", by="a"), ("B",), "x", "x/1")
    same = [
        replace(article, tags=("t",), published=Moment("2020", "year", "", "")),
        replace(article, parser="x/2", teasers=(Teaser("u", "h"),), headline=Found("H", by="other", confidence=0.1)),
        replace(article, url="other", images=(Image("a.jpg"),)),
    ]
    other = [
        replace(article, headline=Found("H.", by="a")),
        replace(article, body=("B", "C")),
        replace(article, captions=("B",)),
        replace(article, lead=Found("B", by="")),
        replace(article, byline=Found("B", by="")),
        replace(article, source_credit=Found("B", by="")),
    ]
    assert {text_digest(one) for one in same} == {text_digest(article)}
    assert len({text_digest(one) for one in [article, *other]}) == 7


def test_a_pointer_keeps_where_it_was_seen_first_and_last_and_its_article_once_captured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parsers, "read_page", read_json)
    holdings = new_holdings(tmp_path / "data")

    def pointing(headline: str) -> bytes:
        return page("Tin khác", "Một.", teasers=[(f"{SITE}/che-2.html", headline, "", "related")])

    first, last = capture("/a-1.html", pointing("Mùa chè"), 1), capture("/b-2.html", pointing("Mùa chè mới"), 2)
    read(holdings, keep(holdings, [last, first]))
    with database(holdings) as db:
        (one,) = teasers.missing(db)
    assert (one.headline, one.first_seen_on, one.last_seen_on) == ("Mùa chè mới", first.url, last.url)
    assert (one.first_seen, one.last_seen) == ("2024-05-01T03:01:00.000Z", "2024-05-01T03:02:00.000Z")
    assert (one.sightings, one.article) == (2, "")
    read(holdings, keep(holdings, [capture("/che-2.html", page("Mùa chè", "Hai."), 3)], "r2"))
    with database(holdings) as db:
        assert list(teasers.missing(db)) == []
        (joined,) = teasers.teasers(db)
        assert queries.find_article(db, joined.article).row.headline == "Mùa chè"
