"""Rows 10, 16, 17, 18, 21 and 22 of the fault matrix from the wire to the database: what must be true afterwards."""

from __future__ import annotations

import asyncio
import csv
import gzip
import io
import json
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from crawling import SOURCE, Answer, Crawled, answer_of, article, crawl, crawl_served, html
from faulty_site import captured, one, raw
from legacy_bytes import in_encoding
from raw_server import raw_server

from archive.cli import main
from archive.custody.verify import verify
from archive.holdings import Holdings
from archive.model import Place
from archive.warc.reader import read

HEADLINE = "Hội nghị tổng kết công tác xây dựng Đảng ở các xã, phường"
TEXT = "Bà Trần Thị Ấm, Bí thư Đảng ủy xã Tân Bình, cho biết đường về thôn đã được mở rộng."
GOOD = article(HEADLINE, TEXT)


def page(body: bytes, *fields: str) -> Answer:
    head = "\r\n".join(["HTTP/1.1 200 OK", *fields, f"Content-Length: {len(body)}"])
    return raw(head.encode() + b"\r\n\r\n" + body)


def stored(done: Crawled) -> tuple[str, str, dict[str, Any]]:
    """Headline, body and the whole JSON of the one article."""
    ((headline, body, told),) = done.archived(
        "SELECT headline, body, article_json FROM articles JOIN revisions ON revisions.article = articles.id"
    )
    return headline, body, json.loads(told)


def wire(done: Crawled) -> bytes:
    """The answer for the article as its WARC record holds it."""
    ((file, offset, length, record),) = captured(done, "file, offset, length, record_id")
    return read(done.archive, Place(file, offset, length, record)).capture.response


# Row 10

SQUEEZED = gzip.compress(GOOD)
FLIPPED = SQUEEZED[:-8] + bytes([SQUEEZED[-8] ^ 1]) + SQUEEZED[-7:]


@pytest.mark.fault(10)
@pytest.mark.parametrize(
    ("coding", "body"),
    [
        ("gzip", SQUEEZED[:-6]),
        ("gzip", SQUEEZED[: len(SQUEEZED) // 2]),
        ("gzip", FLIPPED),
        ("gzip", GOOD),
        ("deflate", SQUEEZED),
    ],
    ids=["cut in the trailer", "cut in the middle", "wrong checksum", "not gzip", "gzip called deflate"],
)
def test_a_coding_that_does_not_hold_is_unread_by_its_name_and_the_wire_is_kept(
    tmp_path: Path, coding: str, body: bytes
) -> None:
    answer = page(body, "Content-Type: text/html; charset=utf-8", f"Content-Encoding: {coding}")
    done = crawl(tmp_path, one(answer))
    assert captured(done, "state, reason") == [("unread", "content_coding")]
    assert wire(done) == answer.data
    assert done.archived("SELECT count(*) FROM articles") == [(0,)]


# Rows 17 and 18


@pytest.mark.fault(17)
@pytest.mark.parametrize(
    ("declared", "meta"),
    [
        ("windows-1258", "utf-8"),
        ("iso-8859-1", "iso-8859-1"),
        ("utf-8", "windows-1252"),
        ("", "tcvn-5712"),
        ("utf-16", "utf-8"),
        ("khong-co", "khong-co"),
    ],
)
def test_utf8_is_read_as_utf8_whatever_header_and_meta_say(tmp_path: Path, declared: str, meta: str) -> None:
    body = GOOD.replace(b'charset="utf-8"', f'charset="{meta}"'.encode())
    kind = f"text/html; charset={declared}" if declared else "text/html"
    done = crawl(tmp_path, one(page(body, f"Content-Type: {kind}")))
    headline, text, _ = stored(done)
    assert headline == HEADLINE
    assert TEXT in text
    assert wire(done).endswith(body)


@pytest.mark.fault(17)
def test_what_is_truly_windows_1258_is_read_by_its_header(tmp_path: Path) -> None:
    body = unicodedata.normalize("NFD", GOOD.decode()).replace("utf-8", "windows-1258")
    for letters in ("ă", "â", "ê", "ô", "ơ", "ư", "Ă", "Â", "Ê", "Ô", "Ơ", "Ư"):
        body = body.replace(unicodedata.normalize("NFD", letters), letters)
    sent = body.replace("\u0323\u0302", "\u0302\u0323").encode("cp1258", "xmlcharrefreplace")
    headline, text, _ = stored(crawl(tmp_path, one(page(sent, "Content-Type: text/html; charset=windows-1258"))))
    assert (headline, TEXT in text) == (HEADLINE, True)


@pytest.mark.fault(18)
@pytest.mark.parametrize("how", ["mojibake", "nfd", "tcvn3", "vni"])
def test_a_broken_text_is_repaired_beside_the_original_and_the_method_is_named(tmp_path: Path, how: str) -> None:
    whole = GOOD.decode().replace("Ấ", "ấ")
    broken = {
        "mojibake": lambda: whole.encode().decode("latin-1"),
        "nfd": lambda: unicodedata.normalize("NFD", whole),
    }.get(how, lambda: in_encoding(whole, how))()
    done = crawl(tmp_path, one(page(broken.encode(), "Content-Type: text/html; charset=utf-8")))
    headline, text, told = stored(done)
    assert headline == HEADLINE
    assert TEXT.replace("Ấ", "ấ") in text
    assert wire(done).endswith(broken.encode()), "what the site served is never corrected"
    if how != "nfd":
        assert any({"mojibake": "latin-1"}.get(how, how) in note for note in told["notes"]), told["notes"]


# Row 21


@pytest.mark.fault(21)
def test_nul_controls_and_bad_utf8_are_stored_searched_and_exported(tmp_path: Path) -> None:
    damage = b"T\xc3\xa2n\x00 B\xc3\xacnh \x01\x08\x1b[31m\xff\xed\xa0\x80 \xc3"
    dirty = article(HEADLINE, " ".join([TEXT] * 9)).replace("Tân Bình".encode(), damage, 1)
    done = crawl(tmp_path, one(page(dirty, "Content-Type: text/html; charset=utf-8")))
    _, text, _ = stored(done)
    assert "Trần Thị Ấm" in text
    assert not [letter for letter in text if ord(letter) < 32 and letter != "\n"]
    text.encode()  # no lone surrogate
    assert verify(Holdings.open(tmp_path), "full").findings == ()

    def said(*arguments: str) -> str:
        run = CliRunner().invoke(main, ["--archive", str(tmp_path), *arguments])
        assert run.exit_code == 0, run.stderr
        return run.stdout

    assert len(json.loads(said("search", '"trần thị ấm"', "--json"))) > 0
    for line in said("export", "--format", "jsonl").splitlines():
        json.loads(line)
    rows = list(csv.DictReader(io.StringIO(said("export", "--format", "csv"))))
    assert [row["headline"] for row in rows] == [HEADLINE]


# Row 22

SITEMAPS = SOURCE.replace('seeds = ["/"]', 'seeds = ["/"]\nsitemaps = ["/sitemap-0.xml.gz"]')
SPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


def crawl_sitemaps(archive: Path, made: Callable[[str, str], bytes | None], **orders: object) -> Crawled:
    """A crawl of a site with one article, whose sitemaps are `made(path, base)`."""

    async def go() -> Crawled:
        def script(path: str) -> Answer:
            body = made(path, server.url)
            if body is not None:
                return page(
                    body, "Content-Type: application/gzip" if path.endswith(".gz") else "Content-Type: text/xml"
                )
            return answer_of({"/": html("Trang chủ", "/tin/bai-1.html"), "/tin/bai-1.html": GOOD}.get(path))

        async with raw_server(script) as server:
            return await crawl_served(archive, server, SITEMAPS, **orders)

    return asyncio.run(go())


def listed(element: str, *addresses: str) -> str:
    """A urlset or sitemapindex of `addresses`."""
    inner = {"urlset": "url", "sitemapindex": "sitemap"}[element]
    named = "".join(f"<{inner}><loc>{address}</loc></{inner}>" for address in addresses)
    return f"<{element} {SPACE}>{named}</{element}>"


@pytest.mark.fault(22)
def test_a_sitemap_of_more_urls_than_the_standard_allows_is_read_as_far_as_it_allows(tmp_path: Path) -> None:
    def many(path: str, base: str) -> bytes | None:
        urls = (f"{base}/tin/bai-{n}.html" for n in range(60_000))
        return gzip.compress(listed("urlset", *urls).encode(), 1) if path == "/sitemap-0.xml.gz" else None

    done = crawl_sitemaps(tmp_path, many, BAOTINH_LIMIT=1)
    assert done.rows("SELECT count(*) FROM urls WHERE kind = 'article'") == [(50_000,)]


@pytest.mark.fault(22)
def test_a_sitemap_that_unpacks_without_end_is_unread_and_the_crawl_goes_on(tmp_path: Path) -> None:
    bomb = gzip.compress(b"<urlset>" + b" " * 300_000_000, 1)
    done = crawl_sitemaps(tmp_path, lambda path, _: bomb if path == "/sitemap-0.xml.gz" else None)
    assert done.archived("SELECT state, reason FROM captures WHERE kind = 'sitemap'") == [("unread", "too_large")]
    assert done.state_of("/tin/bai-1.html") == ("done", "")


@pytest.mark.fault(22)
def test_entities_that_multiply_expand_to_nothing(tmp_path: Path) -> None:
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    evil = f'<?xml version="1.0"?><!DOCTYPE u [<!ENTITY l0 "/tin/bai-">{laughs}]>' + listed("urlset", "&l11;")
    done = crawl_sitemaps(tmp_path, lambda path, _: gzip.compress(evil.encode()) if path.endswith(".gz") else None)
    assert set(done.paths) == {"/robots.txt", "/", "/sitemap-0.xml.gz", "/tin/bai-1.html"}
    assert done.report.reason == "finished"


@pytest.mark.fault(22)
def test_indexes_that_name_themselves_each_other_and_ever_new_ones_come_to_an_end(tmp_path: Path) -> None:
    def endless(path: str, base: str) -> bytes | None:
        if "sitemap-" not in path:
            return None
        number = int(path.removeprefix("/sitemap-").partition(".")[0])
        named = (f"{base}/sitemap-{n}.xml.gz" for n in (0, number, number + 1))
        return gzip.compress(listed("sitemapindex", *named).encode())

    done = crawl_sitemaps(tmp_path, endless)
    assert done.report.reason == "finished"
    assert len(done.paths) == len(set(done.paths)) < 10
    assert done.report.tally.excluded == {"trap:sitemaps": 1}
