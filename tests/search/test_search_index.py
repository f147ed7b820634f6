"""The index holds each article once, in both forms, under a rowid that sorts by time."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from unicodedata import normalize

import pytest
import sqlite_utils
from hypothesis import given
from hypothesis import strategies as st
from search_corpus import Written, stored

from archive.search import search
from archive.search.index import bitmaps, docids, numbered, writer
from archive.search.index.writer import IndexRow
from archive.store.database import create
from archive.text.analyzer import forms, prepare, words
from archive.text.folding import exact_form


@pytest.fixture
def db() -> sqlite_utils.Database:
    database = sqlite_utils.Database(memory=True)
    create(database)
    return database


def found(db: sqlite_utils.Database, table: str, match: str) -> list[int]:
    return [row[0] for row in db.execute(f"SELECT rowid FROM {table} WHERE {table} MATCH ?", (match,))]


def test_a_row_is_found_with_and_without_accents(db: sqlite_utils.Database) -> None:
    writer.write(db, [IndexRow(7, "Hội nghị rút kinh nghiệm", "", "Đường về bản.")])
    assert found(db, "exact", '"đường"') == [7]
    assert found(db, "exact", '"duong"') == []
    assert found(db, "folded", '"duong"') == [7]


def test_writing_a_row_again_leaves_nothing_of_its_older_text(db: sqlite_utils.Database) -> None:
    writer.write(db, [IndexRow(7, "cũ", "", "")])
    writer.write(db, [IndexRow(7, "giữa", "", ""), IndexRow(7, "mới", "", "")])
    writer.write(db, [IndexRow(7, "sau cùng", "", "")])
    assert [found(db, "exact", f'"{word}"') for word in ("cũ", "giữa", "mới", "cùng")] == [[], [], [], [7]]
    writer.delete(db, [7, 8])
    assert found(db, "folded", '"cung"') == []


def test_a_batch_opens_no_transaction_of_its_own(db: sqlite_utils.Database) -> None:
    db.execute("BEGIN")
    writer.write(db, [IndexRow(1, "một", "", "")])
    assert db.conn.in_transaction
    db.conn.rollback()
    assert found(db, "exact", '"một"') == []


@pytest.mark.parametrize("text", ["Hội nghị", normalize("NFD", "Hội nghị"), "H\u200bội nghị", "HỘI NGHỊ"])
def test_decomposed_and_invisible_characters_do_not_hide_a_word(db: sqlite_utils.Database, text: str) -> None:
    writer.write(db, [IndexRow(1, text, "", "")])
    assert found(db, "exact", '"hội nghị"') == [1]


def test_later_in_time_is_higher_in_rowid(db: sqlite_utils.Database) -> None:
    times = ["", "2020-03-05", "2020-03-05T00:00+07:00", "2020-03-05T15:25+07:00", "2020-03-05T23:59:59+07:00"]
    rowids = [docids.docid_for(db, "2020-03-05", published) for published in times]
    assert rowids[0] == rowids[1]
    assert sorted(set(rowids)) == rowids[1:]
    assert {writer.day_of(rowid) for rowid in rowids} == {date(2020, 3, 5)}
    assert docids.docid_for(db, "2020-03-06") > rowids[-1]
    low, high = docids.docids_of_days(date(2020, 3, 5), date(2020, 3, 5))
    assert all(low <= rowid <= high for rowid in rowids)


def test_sqlite_reads_the_same_day_from_a_rowid(db: sqlite_utils.Database) -> None:
    rowid = docids.docid_for(db, "2024-02-29", "2024-02-29T08:00+07:00")
    assert db.execute("SELECT date((? >> 16) + 1721424.5)", (rowid,)).fetchone()[0] == "2024-02-29"


def kept(db: sqlite_utils.Database, patch: pytest.MonkeyPatch) -> int:
    """Makes the numbers and bits of what is in `db`; the number of parts made."""
    patch.setattr("archive.search.index.numbered._LEAST", 1)
    patch.setattr("archive.search.index.bitmaps._LEAST", 3)
    numbered.catch_up(db)
    return bitmaps.catch_up(db)


odd_text = st.text(st.sampled_from("hộinghịHoàòaxãđ²½⑴ͺ会ﬁ\u0301\u200b№ .,-_5\n"), max_size=40)


@given(texts=st.lists(st.lists(odd_text, min_size=5, max_size=5), min_size=3, max_size=12))
def test_words_and_neighbours_in_the_bits_are_those_of_the_texts(texts: list[list[str]]) -> None:
    numpy = pytest.importorskip("numpy")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("archive.search.index.bitmaps.PART", 5)
        db = stored([Written(at, one[0] or "Tin", *one[1:]) for at, one in enumerate(texts)])
        kept(db, patch)
        columns = "SELECT search_rowid, headline, lead, body, captions, byline FROM articles ORDER BY 1"
        articles = db.execute(columns).fetchall()
        for form in ("exact", "folded"):
            cut = {row: [words(getattr(made, form)) for made in map(prepare, map(str, of))] for row, *of in articles}
            held = {row: {word for text in of for word in text} for row, of in cut.items()}
            beside = {row: {pair for text in of for pair in pairwise(text)} for row, of in cut.items()}
            chosen = db.execute("SELECT word, frequent FROM common_words WHERE form = ?", (form,)).fetchall()
            assert {word for word, _ in chosen} == set().union(*held.values())
            for first, rowids in db.execute("SELECT first, rowids FROM bit_parts").fetchall():
                part = numpy.frombuffer(rowids, dtype="<i8").tolist()
                rows = "SELECT word, bits, followed FROM word_bits WHERE part = ? AND form = ?"
                for word, bits, followed in db.execute(rows, (first, form)).fetchall():
                    marked = numpy.unpackbits(numpy.frombuffer(bits, numpy.uint8))[: len(part)].tolist()
                    assert marked == [word in held[row] for row in part]
                    for other, place in chosen:
                        found = [part[at] for at in bitmaps.articles_followed(followed, place)]
                        assert found == [row for row in part if (word, other) in beside[row]]
        db.close()


@pytest.mark.parametrize("gap", [1, 254, 255, 256, 510, 600])
def test_a_list_of_neighbours_passes_over_any_number_of_articles(gap: int) -> None:
    numpy = pytest.importorskip("numpy")
    articles = numpy.arange(gap - 1, 3 * gap, gap, dtype=numpy.uint32)
    of_third = 2 * bitmaps.PART + articles  # the first word, followed by the third
    of_second = (bitmaps.FREQUENT + 1) * bitmaps.PART + articles[1:]
    lists = bitmaps._followed(numpy.concatenate([of_third, of_second]))
    assert bitmaps.articles_followed(lists[0], 3).tolist() == articles.tolist()
    assert bitmaps.articles_followed(lists[1], 2).tolist() == articles[1:].tolist()
    assert bitmaps.articles_followed(lists[0], 2).tolist() == []
    assert len(lists[0]) < 4 * bitmaps.FREQUENT + 4 * (gap // 255 + 1)


every_letter = st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from("ộãĐ²№ﬁ̃\u200b“–_. \0"), max_size=12)


@given(text=every_letter)
def test_fts5_cuts_a_text_into_the_words_of_the_prepared_text(text: str) -> None:
    db = sqlite_utils.Database(memory=True)
    create(db)
    writer.write(db, [IndexRow(7, "", "", text)])
    ready = prepare(text)
    for table, form in (("exact", ready.exact), ("folded", ready.folded)):
        cut = [row[0] for row in db.execute(f"SELECT term FROM {table}_places ORDER BY offset")]
        assert cut == words(form)
    db.close()


def test_bits_know_what_has_changed_since_they_were_made(
    db: sqlite_utils.Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("numpy")
    stored([Written(number, "Tin", "", f"Hội nghị xã, số {number}") for number in range(80)], db)
    assert db.execute("SELECT count(*) FROM bits_todo").fetchone()[0] == 0  # nobody has made any
    monkeypatch.setattr("archive.search.index.bitmaps.FREQUENT", 4)
    assert kept(db, monkeypatch) == 1
    made = dict(db.execute("SELECT word, bits FROM word_bits WHERE form = 'exact'").fetchall())
    assert set(made) == {"tin", "hội", "nghị", "xã", "số"}  # no number stands in a tenth of the articles
    assert made["hội"] == b"\xff" * 10 + bytes(6)
    first, second = (row[0] for row in db.execute("SELECT search_rowid FROM articles ORDER BY id LIMIT 2"))
    db.execute("UPDATE articles SET body = 'Khác' WHERE search_rowid = ?", (first,))
    writer.write(db, [IndexRow(first, "Tin", "", "Khác")])
    writer.delete(db, [second])
    db.conn.commit()
    assert [row[0] for row in db.execute("SELECT search_rowid FROM bits_todo")] == [first, second]
    assert (search(db, "hội").total, search(db, "tin").total, search(db, "tin -hội").total) == (78, 79, 1)
    db.execute("DELETE FROM tags")
    db.execute("DELETE FROM articles WHERE search_rowid = ?", (second,))
    db.conn.commit()
    assert bitmaps.catch_up(db) == 0  # the numbers come first
    assert kept(db, monkeypatch) == 1
    assert kept(db, monkeypatch) == db.execute("SELECT count(*) FROM bits_todo").fetchone()[0] == 0
    assert db.execute("SELECT length(rowids) FROM bit_parts").fetchone()[0] == 79 * 8
    changed = db.execute("SELECT bits FROM word_bits WHERE form = 'exact' AND word = 'hội'").fetchone()[0]
    assert changed == b"\x7f" + b"\xff" * 8 + b"\xfe" + bytes(6)
    assert (search(db, "hội").total, search(db, "tin").total, search(db, "tin -hội").total) == (78, 79, 1)
    assert (search(db, '"hội nghị"').total, search(db, '"nghị hội"').total) == (78, 0)
    writer.rebuild(db)
    assert db.execute("SELECT (SELECT count(*) FROM word_bits) + (SELECT count(*) FROM bits_todo)").fetchone()[0] == 0


def test_parts_grow_split_and_follow_what_is_written_anywhere(
    db: sqlite_utils.Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("numpy")
    monkeypatch.setattr("archive.search.index.bitmaps.PART", 10)
    days = [f"2020-{month:02d}-{day:02d}" for month in range(1, 13) for day in range(1, 28)]

    def add(first: int, chosen: list[str]) -> None:
        stored([Written(first + at, "Tin", "", "Hội nghị", day=day) for at, day in enumerate(chosen)], db)

    def parts() -> list[int]:
        kept(db, monkeypatch)
        articles = {row[0] for row in db.execute("SELECT search_rowid FROM articles")}
        rows = db.execute("SELECT first, rowids FROM bit_parts ORDER BY 1").fetchall()
        held = [int.from_bytes(of[at : at + 8], "little") for _, of in rows for at in range(0, len(of), 8)]
        assert held == sorted(articles)
        assert [first for first, _ in rows] == [int.from_bytes(of[:8], "little") for _, of in rows]
        assert db.execute("SELECT count(*) FROM bits_todo").fetchone()[0] == 0
        assert search(db, '"hội nghị"').total == search(db, "hoi").total == len(articles)
        return [len(of) // 8 for _, of in rows]

    add(0, days[100:125])
    assert parts() == [10, 10, 5]
    add(25, days[200:203])
    assert parts() == [10, 10, 8]  # the last one grows
    add(28, days[203:206])
    assert parts() == [10, 10, 10, 1]
    add(31, days[110:112])
    assert parts() == [10, 10, 2, 10, 1]  # one that is full is parted
    add(33, days[:3])
    assert parts() == [3, 10, 10, 2, 10, 1]


def test_plain_sqlite_joins_the_index_with_the_views(db: sqlite_utils.Database) -> None:
    stored([Written(1, "Hội nghị", "", "Đường.", source="tinh-uy-gamma"), Written(2, "Khác", "", "")], db)
    rows = db.execute(
        "SELECT v.headline, v.source_name, v.file, v.province_now FROM exact JOIN articles_view v "
        "ON v.search_rowid = exact.rowid WHERE exact MATCH '\"hội nghị\"' ORDER BY exact.rowid DESC"
    ).fetchall()
    assert rows == [("Hội nghị", "Tỉnh ủy Gam Ma", "warc/x.warc.gz", "bac-ninh")]
    assert db.execute("SELECT count(*) FROM captures_view").fetchone()[0] == 2
    assert db.execute("SELECT count(*) FROM revisions_view").fetchone()[0] == 0


def test_settling_changes_nothing_that_is_found(db: sqlite_utils.Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("archive.search.index.numbered._LEAST", 3)
    monkeypatch.setattr("archive.search.index.bitmaps._LEAST", 3)
    for number in range(5):
        stored([Written(number, "Tin", "", f"Hội nghị {number}")], db)
    before = found(db, "exact", '"hội nghị"')
    writer.settle(db)
    assert found(db, "exact", '"hội nghị"') == before
    assert db.execute("SELECT count(*) FROM numbered").fetchone()[0] == 5
    writer.settle(db, seconds=0.0)


def test_a_rebuilt_index_is_written_as_a_new_one(db: sqlite_utils.Database) -> None:
    before = [db.execute(f"SELECT k, v FROM {table}_config ORDER BY k").fetchall() for table in ("exact", "folded")]
    assert {("automerge", 8), ("hashsize", 33554432)} <= set(before[0]) & set(before[1])
    writer.rebuild(db)
    after = [db.execute(f"SELECT k, v FROM {table}_config ORDER BY k").fetchall() for table in ("exact", "folded")]
    assert after == before


def test_common_words_are_told_anew_once_the_archive_has_doubled(
    db: sqlite_utils.Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("numpy")
    monkeypatch.setattr("archive.search.index.bitmaps.FREQUENT", 2)
    stored([Written(number, "Tin", "", "Hội nghị") for number in range(12)], db)
    assert kept(db, monkeypatch) == 1
    stored([Written(number, "Tin", "", "Đường") for number in range(12, 23)], db)
    writer.settle(db, written=11)
    common = "SELECT word FROM common_words WHERE form = 'folded' ORDER BY word"
    assert [word for (word,) in db.execute(common)] == ["hoi", "nghi", "tin"]
    stored([Written(23, "Tin", "", "Đường")], db)
    writer.settle(db, written=1)
    assert [word for (word,) in db.execute(common)] == ["duong", "hoi", "nghi", "tin"]
    assert db.execute("SELECT count(*) FROM bits_todo").fetchone()[0] == 0


@given(st.text(alphabet="abđộế àÀ.,-_№ﬁ½\u0301", max_size=30))
def test_the_forms_of_the_index_have_the_words_of_the_prepared_text(text: str) -> None:
    made, ready = forms(text), prepare(text)
    assert words(made.exact) == words(ready.exact)
    assert words(made.folded) == words(ready.folded)
    assert made.spaced.split() == words(ready.exact)  # what FTS5's `ascii` makes of it, too
    if made.plain:
        assert made.exact == exact_form(text)
