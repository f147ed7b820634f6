"""Lines of older scrapers come in as articles marked as secondary, each kept as it was."""

from __future__ import annotations

import json
import os
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from saved_pages import BODY, MODIFIED, URL, blocks, brought_in, ingested

from archive.custody.verify import verify
from archive.errors import NothingFound
from archive.holdings import Holdings
from archive.importers import import_path
from archive.store import open_database
from archive.warc import http
from archive.warc.reader import record_at


def line(**fields: Any) -> bytes:
    return json.dumps(fields, ensure_ascii=False).encode() + b"\n"


TEXT = [
    "Sáng 5/3, tại huyện Mẫu, hội nghị rút kinh nghiệm đại hội điểm đã khai mạc trọng thể.",
    "Các đại biểu đã thảo luận về kết quả đại hội điểm, về cách chuẩn bị văn kiện và nhân sự.",
    "Kết luận hội nghị, đồng chí Bí thư yêu cầu khắc phục ngay những hạn chế </script><b>đã chỉ ra & nêu rõ.",
]
LINE = line(url=URL, title="Khai mạc hội nghị", content=TEXT, date="2020-03-05T15:25:00+07:00", crawled_at=MODIFIED)


def lines(tmp_path: Path, *each: bytes) -> Path:
    path = tmp_path / "cu.jsonl"
    path.write_bytes(b"".join(each))
    os.utime(path, (MODIFIED, MODIFIED))
    return path


def test_a_line_becomes_an_article_marked_as_secondary_and_stays_as_it_was(holdings: Holdings, tmp_path: Path) -> None:
    (held,), skipped = brought_in(holdings, lines(tmp_path, LINE))
    record = record_at(holdings.root, held.place)
    assert (record.type, held.provenance, held.capture.kind, skipped) == ("conversion", "secondary", "article", ())
    assert blocks(holdings, record.get("warc-refers-to")) == [LINE.rstrip()]
    assert (held.capture.url, held.capture.began.timestamp()) == (URL, MODIFIED)
    (outcome,) = ingested(holdings, [held])
    assert outcome.state == "new"
    db = open_database(holdings.database, readonly=True)
    row = db.execute("SELECT headline, body, published FROM articles").fetchone()
    kept = db.execute("SELECT provenance FROM captures").fetchone()
    db.close()
    assert (row[0], row[1].split("\n\n"), row[2]) == ("Khai mạc hội nghị", TEXT, "2020-03-05T15:25:00+07:00")
    assert kept == ("secondary",)
    assert verify(holdings, "full").clean


@pytest.mark.parametrize(
    "fields",
    [
        {"body": "\n".join(TEXT)},
        {"text": "<p>" + "</p><p>".join(part.replace("</script><b>", "").replace("&", "và") for part in TEXT) + "</p>"},
        {"raw_html": f"<html><head>{BODY}"},
        {"noi_dung": TEXT, "sapo": "Sáng 5/3, hội nghị đã khai mạc.", "author": ["Nguyễn Văn Mẫu"], "tags": ["a"]},
    ],
)
def test_the_words_of_older_scrapers_are_understood(holdings: Holdings, tmp_path: Path, fields: dict[str, Any]) -> None:
    (held,), _ = brought_in(holdings, lines(tmp_path, line(link=URL, title="Khai mạc hội nghị", **fields)))
    text = http.split(held.capture.response).body.decode()
    assert "đại hội điểm" in text
    (outcome,) = ingested(holdings, [held])
    assert outcome.state == "new"
    assert dict(held.capture.notes)["date-by"] == "time of the file"


def test_lines_that_tell_of_no_page_are_named_with_their_numbers(holdings: Holdings, tmp_path: Path) -> None:
    bad = [
        line(title="x"),
        b"\n",
        b"{nonsense\n",
        b"[1]\n",
        line(url="tel:1"),
        line(url=URL),
        line(url="http://a b/", text="x"),
    ]
    held, skipped = brought_in(holdings, lines(tmp_path, LINE, *bad))
    assert len(held) == 1
    assert [sentence.split(":")[0] for sentence in skipped] == [f"line {number}" for number in (2, 4, 5, 6, 7, 8)]
    assert "neither a page nor text" in skipped[4]


def test_lines_without_a_single_page_leave_no_file(holdings: Holdings, tmp_path: Path) -> None:
    with pytest.raises(NothingFound, match="no line tells of a page; line 1: no URL"):
        list(import_path(holdings, lines(tmp_path, line(title="x"))))
    assert holdings.warcs() == ()


def test_a_line_nested_without_end_or_with_a_torn_address_is_named(holdings: Holdings, tmp_path: Path) -> None:
    path = tmp_path / "cu.jsonl"
    good = {"url": URL, "title": "Khai mạc", "text": "Sáng nay.", "scraped_at": "0001-01-01T00:00:00+14:00"}
    nested = '{"url": "http://a.example/", "text": ' + "[" * 100_000 + "]" * 100_000 + "}"
    torn = {**good, "url": "http://a.example/\u0085x"}
    path.write_text("\n".join([json.dumps(good), nested, json.dumps(torn)]), encoding="utf-8")
    held, skipped = brought_in(holdings, path)
    assert len(held) == 1
    assert len(skipped) == 2


def test_a_line_beyond_the_limit_is_named_and_its_rest_is_no_line_of_its_own(
    holdings: Holdings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("archive.importers.jsonl.LINE_LIMIT", 2000)
    held, skipped = brought_in(holdings, lines(tmp_path, LINE, line(url=URL, text="x" * 5000), LINE))
    assert (len(held), skipped) == (2, ("line 2: longer than 2000 bytes",))


def test_a_line_of_hundreds_of_megabytes_is_never_in_memory(holdings: Holdings, tmp_path: Path) -> None:
    with (tmp_path / "to.jsonl").open("wb") as file:
        file.write(LINE)
        file.truncate(300 << 20)  # a line of zeros without an end, that takes no room
    tracemalloc.start()
    try:
        _, skipped = brought_in(holdings, tmp_path / "to.jsonl")
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert skipped == (f"line 2: longer than {32 << 20} bytes",)
    assert peak < 200 << 20
