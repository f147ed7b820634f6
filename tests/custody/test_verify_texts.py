"""A full verification compares stored texts with a reading of their records, whatever the seals say."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from resting import falsify
from takedown_archive import NAMED, REGISTER, WHO, ask, made_at

from archive.custody import events, seals
from archive.custody.takedown import takedown
from archive.custody.verify import files, verify
from archive.holdings import Holdings
from archive.ingest.reread import reread
from archive.store.rows import decode_article, text_digest


@pytest.fixture
def holdings(tmp_path: Path) -> Holdings:
    return made_at(tmp_path / "data")


def sealed_anew(holdings: Holdings) -> None:
    """As if the falsifier had had the program seal what he made."""
    assert seals.seal(holdings.root, holdings.database.name)


def found(holdings: Holdings) -> list[str]:
    return [one.detail for one in verify(holdings, "full", record=False).findings if one.problem == "text"]


def test_what_was_stored_as_it_was_read_is_clean(holdings: Holdings) -> None:
    report = verify(holdings, "full", record=False)
    assert (report.findings, report.notes) == ((), ())


@pytest.mark.parametrize(
    ("sql", "told"),
    [
        ("UPDATE articles SET body = 'Không có gì xảy ra.' WHERE id = 1", "not that of its digests"),
        ("UPDATE articles SET headline = headline || '!' WHERE id = 1", "not that of its digests"),
        ("UPDATE articles SET byline = 'Ai đó' WHERE id = 1", "the article's row has another byline"),
        ("UPDATE articles SET published = '1999-01-01' WHERE id = 1", "another published"),
        ("UPDATE revision_rows SET rest_json = 'x'", "what is stored is no article"),
        ("UPDATE revision_rows SET digest = 'sha256:0'", "not that of its digests"),
        ("DELETE FROM exact WHERE rowid = (SELECT min(search_rowid) FROM articles)", "not in the search index"),
    ],
)
def test_a_text_that_contradicts_its_own_rows_is_found(holdings: Holdings, sql: str, told: str) -> None:
    falsify(holdings.database, sql)
    sealed_anew(holdings)
    assert any(told in sentence for sentence in found(holdings))


def consistently(holdings: Holdings, change: Callable[[str], str]) -> None:
    """Falsifies the text of one article in all its rows, digests and all."""
    with closing(sqlite3.connect(holdings.database)) as db:
        query = "SELECT r.id, r.capture, r.article, article_json FROM revisions r JOIN articles a ON a.id = r.article"
        for row, _capture, article, text in db.execute(f"{query} WHERE a.url = ?", (NAMED,)).fetchall():
            was = decode_article(text)
            now = replace(was, body=tuple(map(change, was.body)))
            digest = text_digest(now)
            words = sum(one.count(" ") + 1 for one in (now.lead.value if now.lead else "", *now.body) if one)
            db.execute("UPDATE revision_rows SET digest = ? WHERE id = ?", (digest, row))
            db.execute("UPDATE captures SET text_digest = ? WHERE article = ? AND text_digest <> ''", (digest, article))
            body = "\n\n".join(now.body)
            db.execute("UPDATE articles SET body = ?, words = ? WHERE id = ?", (body, words, article))
        db.commit()
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def test_a_text_falsified_with_all_its_digests_is_not_what_its_record_shows(holdings: Holdings) -> None:
    consistently(holdings, lambda text: text.replace("kỷ luật", "khen thưởng"))
    sealed_anew(holdings)
    assert any("shows another text than is stored" in one and NAMED in one for one in found(holdings))
    reread(holdings, REGISTER)
    assert found(holdings) == []


def test_a_field_that_no_digest_covers_is_compared_too(holdings: Holdings) -> None:
    falsify(holdings.database, "UPDATE revision_rows SET rest_json = replace(rest_json, '2020-03-05', '2021-03-05')")
    falsify(holdings.database, "UPDATE articles SET published = replace(published, '2020', '2021'), day = '2021-03-05'")
    sealed_anew(holdings)
    assert any("has another published than its record shows" in one for one in found(holdings))


@pytest.mark.parametrize(
    ("sql", "told"),
    [
        ("UPDATE captures SET article = 2 WHERE article = 1", "and it is filed under"),
        ("UPDATE articles SET source = 'khac' WHERE id = 1", "its source is khac"),
    ],
)
def test_a_capture_filed_elsewhere_than_its_record_says_is_found(holdings: Holdings, sql: str, told: str) -> None:
    falsify(holdings.database, sql)
    sealed_anew(holdings)
    assert any(told in sentence for sentence in found(holdings))


def test_an_earlier_parsers_reading_is_told_and_is_no_damage(holdings: Holdings) -> None:
    falsify(holdings.database, "UPDATE captures SET parser = 'fallback/0' WHERE parser <> ''")
    sealed_anew(holdings)
    report = verify(holdings, "full", record=False)
    assert report.findings == ()
    assert any("`baotinh reread` settles it" in note for note in report.notes)


def test_what_is_taken_down_is_no_difference(holdings: Holdings) -> None:
    takedown(holdings, NAMED, "hidden", "x", WHO)
    assert found(holdings) == []


def test_of_a_large_archive_each_full_verification_reads_the_next_share(
    holdings: Holdings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "MOST", 3)
    read: list[str] = []
    real = files.read_again

    def noting(readers, root, rows):  # type: ignore[no-untyped-def]
        read.extend(row.record_id for row in rows)
        return real(readers, root, rows)

    monkeypatch.setattr(files, "read_again", noting)
    with closing(sqlite3.connect(holdings.database)) as db:
        every = {row[0] for row in db.execute("SELECT record_id FROM captures WHERE revisit_of = ''")}
        count = db.execute("SELECT count(*) FROM captures").fetchone()[0]
    for _ in range(-(-count // 3)):
        assert any(f"3 of {count} captures" in note for note in verify(holdings, "full").notes)
    assert set(read) == every


def test_what_was_read_before_a_layout_was_learnt_is_told_and_is_no_damage(holdings: Holdings) -> None:
    ((source,),) = ask(holdings, "SELECT DISTINCT source FROM captures")
    consistently(holdings, lambda text: text.replace("quyết định", "giấy khen"))
    sealed_anew(holdings)
    assert found(holdings)  # read by another layout or falsified: nothing tells them apart but the day it was learnt
    (holdings.sources / f"{source}.layout.toml").write_text("# học từ các trang đã lưu")
    assert [*files._learnt_since(holdings.root)] == [source]
    events.append(holdings.root, "migration", holdings.database.name, "read again")
    os.utime(holdings.sources / f"{source}.layout.toml", (0, 0))
    assert files._learnt_since(holdings.root) == {}
