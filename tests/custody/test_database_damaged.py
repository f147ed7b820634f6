"""A database that is damaged, or was replaced a moment ago, stops nothing that does not need it, and no rebuild."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path

import pytest
from one_capture import capture
from takedown_archive import NAMED, REGISTER, ask, made_at

from archive.custody import events, seals
from archive.custody import rebuild as rebuilding
from archive.custody.package import check_wacz, write_bag
from archive.custody.rebuild import rebuild
from archive.custody.verify import verify
from archive.errors import DamageError, StorageError
from archive.holdings import Holdings
from archive.ingest.keep import Originals
from archive.ingest.pipeline import Ingest
from archive.ingest.reread import reread
from archive.store import opened_to_write


@pytest.fixture
def holdings(tmp_path: Path) -> Holdings:
    return made_at(tmp_path / "data")


def damage(holdings: Holdings, name: str) -> None:
    """Overwrites the page that the table or index `name` begins on."""
    with closing(sqlite3.connect(holdings.database)) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (root,) = db.execute("SELECT rootpage FROM sqlite_schema WHERE name = ?", (name,)).fetchone()
        (size,) = db.execute("PRAGMA page_size").fetchone()
    data = bytearray(holdings.database.read_bytes())
    data[(root - 1) * size : root * size] = b"\x55" * size
    holdings.database.write_bytes(data)


def test_a_program_that_met_a_damaged_database_can_rebuild_it(holdings: Holdings) -> None:
    holdings.database.write_bytes(b"SQLite format 3\0" + b"x" * 5000)
    with pytest.raises(DamageError, match="baotinh rebuild"):
        reread(holdings, REGISTER)
    assert rebuild(holdings, REGISTER).captures == 8  # and is not told that somebody writes to it


def test_what_sqlite_refuses_a_writer_is_told_in_the_archives_words_and_leaves_the_file_sealed(
    holdings: Holdings,
) -> None:
    with pytest.raises(StorageError, match=r"archive\.sqlite: no such table"), opened_to_write(holdings.database) as db:
        db.execute("SELECT * FROM nichts")
    assert seals.is_sealed(holdings.root, holdings.database.name)


def test_a_crawl_keeps_its_pages_in_full_where_the_database_is_damaged(holdings: Holdings) -> None:
    digest = str(ask(holdings, "SELECT payload_digest FROM captures ORDER BY captured_at DESC")[0][0])
    (url,) = ask(holdings, "SELECT url FROM captures ORDER BY captured_at DESC")[0]
    originals, again = Originals(holdings), capture(url=str(url), kind="article")
    assert originals.find(again, digest) is not None
    originals.close()
    damage(holdings, "captures_url_key")
    assert originals.find(again, digest) is None
    originals.close()


def test_killed_a_moment_after_the_new_database_took_its_place_the_old_ones_seal_says_nothing(
    holdings: Holdings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened_to_write(holdings.database) as db:
        db.execute("DELETE FROM captures WHERE url = ?", (NAMED,))
    swap = rebuilding._swap

    def killed(*paths: Path) -> None:
        swap(*paths)
        raise KeyboardInterrupt

    monkeypatch.setattr(rebuilding, "_swap", killed)
    with pytest.raises(KeyboardInterrupt):
        rebuild(holdings, REGISTER)
    assert {finding.problem for finding in verify(holdings, record=False).findings} == {"unsealed"}
    with opened_to_write(holdings.database):
        pass
    assert verify(holdings, record=False).findings == ()


def test_a_log_with_two_events_of_one_number_is_for_verify_to_tell_and_stops_no_ingest(holdings: Holdings) -> None:
    for _ in range(2):
        events.append(holdings.root, "validation", "archive", "clean")
    log = holdings.root / "manifest/events.jsonl"
    *lines, last = log.read_text().splitlines()
    forged = json.dumps(json.loads(lines[-1]) | {"outcome": "forged"})
    log.write_text("\n".join((*lines, forged, last)) + "\n")
    with opened_to_write(holdings.database) as db:
        db.execute("DELETE FROM events")
    with Ingest(holdings, REGISTER):
        pass
    told = sum(not seals.is_seal_event(event) for event in events.scan(holdings.root)[0] if event.outcome != "forged")
    assert ask(holdings, "SELECT count(*), sum(outcome = 'forged') FROM events") == [(told, 0)]
    assert [finding.problem for finding in verify(holdings, record=False).findings] != []


def test_no_bag_is_made_of_a_damaged_database_and_one_line_says_so(holdings: Holdings, tmp_path: Path) -> None:
    damage(holdings, "captures")
    with pytest.raises(DamageError, match="baotinh rebuild"):
        write_bag(holdings, tmp_path / "bag")
    assert list(tmp_path.glob("bag*")) == []


def test_a_bag_is_made_in_a_folder_of_any_name(tmp_path: Path) -> None:
    holdings = made_at(tmp_path / "50% of #1?")
    assert write_bag(holdings, tmp_path / "bag").files > 3


@pytest.mark.parametrize(
    "about", ['{"resources": 5}', "[]", '{"resources": [5]}', '{"resources": [{"path": []}]}', "[" * 99999]
)
def test_a_package_whose_list_is_none_is_named_in_one_line(tmp_path: Path, about: str) -> None:
    path = tmp_path / "x.wacz"
    digest = f"sha256:{hashlib.sha256(about.encode()).hexdigest()}"
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("datapackage.json", about)
        package.writestr("datapackage-digest.json", json.dumps({"hash": digest}))
    with pytest.raises(DamageError, match="not a sound WACZ package"):
        check_wacz(path)
