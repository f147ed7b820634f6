"""`baotinh sources learn`: from the captures that are held to a layout that counts, without any traffic."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from small_archive import database, keep, new_holdings, read
from strange_site import HOST, Piece, pages, pieces, truth

from archive.cli import main
from archive.holdings import Holdings
from archive.model import Capture
from archive.sources import Register

SOURCE = (
    'id = "bao-tinh"\nname = "Trang lạ"\nkind = "newspaper"\nprovince = "bac-kan"\nstatus = "unverified"\n'
    'hosts = ["trangla.example"]\n[[layout]]\nfamily = "generic"\n'
    "[discover]\narticle = ['/xem']\nfeeds = ['/rss']\n"
)
COLUMNS = {
    "headline": "headline",
    "author": "byline",
    "section": "section",
    "published": "published",
    "paragraphs": "body",
    "caption": "captions",
}


def feed(of: list[Piece]) -> bytes:
    items = "".join(
        f"<item><title>{one.headline}</title><link>{one.url}</link><pubDate>{one.published}T08:00:00+07:00</pubDate>"
        f"<category>{one.section}</category><dc:creator>{one.author}</dc:creator></item>"
        for one in of
    )
    return f'<?xml version="1.0"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>{items}</channel></rss>'.encode()


def archive_of(root: Path, count: int, monkeypatch: pytest.MonkeyPatch) -> Holdings:
    monkeypatch.setenv("BAOTINH_LANG", "en")
    monkeypatch.delenv("BAOTINH_ARCHIVE", raising=False)
    holdings = new_holdings(root)
    (holdings.sources / "bao-tinh.toml").write_text(SOURCE, encoding="utf-8")
    of = pieces(count)
    captures = [
        Capture(
            one.url,
            one.captured,
            b"",
            b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + one.body,
            "bao-tinh",
            "article",
        )
        for one in pages(of)
    ]
    rss = b"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\n\r\n" + feed(of)
    captures.insert(0, Capture(f"{HOST}/rss", captures[0].began, b"", rss, "bao-tinh", "feed"))
    read(holdings, keep(holdings, captures), Register.load(holdings.sources))
    return holdings


def run(holdings: Holdings, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["--archive", str(holdings.root), *arguments])


def test_what_is_learnt_counts_when_held_pages_are_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    holdings = archive_of(tmp_path / "data", 12, monkeypatch)
    told = run(holdings, "sources", "learn", "bao-tinh")
    assert told.exit_code == 0, told.stderr
    assert (holdings.sources / "bao-tinh.layout.toml").is_file()
    assert "byline" in told.stdout
    assert "baotinh reread --source bao-tinh" in told.stderr
    assert run(holdings, "reread", "--source", "bao-tinh", "--workers", "1").exit_code == 0
    with database(holdings) as db:
        rows = {row["url"]: row for row in db["articles"].rows}
    for piece in pieces(12):
        row = rows[piece.url]
        true = truth(piece)
        was = {name: row[column] for name, column in COLUMNS.items()}
        assert was == {**{name: true[name] for name in COLUMNS}, "paragraphs": "\n\n".join(piece.paragraphs)}


def test_a_dry_run_shows_the_table_and_writes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    holdings = archive_of(tmp_path / "data", 10, monkeypatch)
    told = run(holdings, "sources", "learn", "bao-tinh", "--dry-run", "--json")
    assert told.exit_code == 0, told.stderr
    [layout] = json.loads(told.stdout)
    assert {one["field"] for one in layout["fields"] if one["decided"] == "learnt"} >= {
        "headline",
        "published",
        "byline",
    }
    assert not (holdings.sources / "bao-tinh.layout.toml").exists()


def test_a_confirmed_layout_says_so_in_its_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    holdings = archive_of(tmp_path / "data", 10, monkeypatch)
    assert run(holdings, "sources", "learn", "bao-tinh", "--confirm").exit_code == 0
    learned = Register.load(holdings.sources).get("bao-tinh").layouts[-1].learned
    assert learned is not None
    assert learned.confirmed
    assert learned.pages == 10


def test_few_pages_are_told_and_nothing_is_called_absent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    holdings = archive_of(tmp_path / "data", 5, monkeypatch)
    assert "fewer than 8 pages" in run(holdings, "sources", "learn", "bao-tinh").stderr


def test_a_source_without_pages_teaches_nothing_and_the_exit_code_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    holdings = archive_of(tmp_path / "data", 1, monkeypatch)
    told = run(holdings, "sources", "learn", "thai-nguyen-dang")
    assert told.exit_code == 3
    assert "nothing could be learnt from the 0 article pages held" in told.stderr


def test_learning_speaks_vietnamese(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    holdings = archive_of(tmp_path / "data", 10, monkeypatch)
    told = run(holdings, "--lang", "vi", "sources", "learn", "bao-tinh", "--dry-run")
    assert "đã học" in told.stdout
    assert "không ghi gì" in told.stderr


def test_what_the_feed_says_of_section_and_author_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    archive_of(tmp_path / "a", 12, monkeypatch)
    done = CliRunner().invoke(
        main, ["sources", "learn", "bao-tinh", "--dry-run", "--json", "--archive", str(tmp_path / "a")]
    )
    rows = {row["field"]: row for row in json.loads(done.stdout)[0]["fields"]}
    assert [(rows[name]["agreeing"], rows[name]["told"]) for name in ("section", "byline")] == [(12, 12), (12, 12)]
