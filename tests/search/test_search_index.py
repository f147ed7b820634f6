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
from archive.search.index import bitmaps, docids, pairs, writer
from archive.search.index.neighbours import Neighbours
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


def test_pairs_follow_their_articles(db: sqlite_utils.Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("archive.search.index.pairs._LEAST", 3)
    articles = [Written(number, "Tin", "", f"Hội nghị xã, đường {number}") for number in range(4)]
    stored(articles, db)
    first, second = (row[0] for row in db.execute("SELECT search_rowid FROM articles ORDER BY id LIMIT 2"))
    assert pairs.catch_up(db) == 4
    assert len(found(db, "pairs", '"hội__nghị"')) == len(found(db, "pairs", '"hoi_nghi"')) == 4
    assert found(db, "pairs", '"tin_hoi"') == []  # from one text into the next
    db.execute("UPDATE articles SET body = 'Khác hội nghị' WHERE search_rowid = ?", (first,))
    writer.write(db, [IndexRow(first, "Tin", "", "Khác hội nghị")])
    writer.delete(db, [second])
    db.conn.commit()
    assert [row[0] for row in db.execute("SELECT search_rowid FROM pairs_todo")] == [first]
    assert pairs.catch_up(db, seconds=3600.0) == 1
    assert found(db, "pairs", '"xa_duong"') == found(db, "pairs", '"hoi_nghi"')[1:]
    db.execute("DELETE FROM tags")
    db.execute("DELETE FROM articles WHERE search_rowid = ?", (second,))
    db.conn.commit()
    assert writer.rebuild(db) == 3
    assert found(db, "pairs", '"hoi_nghi"') == []
    assert pairs.catch_up(db) == 3
    assert len(found(db, "pairs", '"hoi_nghi"')) == 3


odd_text = st.text(st.sampled_from("hộinghịHoàòaxãđ²½⑴ͺ会ﬁ\u0301\u200b№ .,-_5\n"), max_size=40)


@given(texts=st.lists(odd_text, min_size=1, max_size=3), frequent=st.sets(odd_text, max_size=8))
def test_pairs_are_the_neighbours_of_either_form_that_are_both_frequent(texts: list[str], frequent: set[str]) -> None:
    db = sqlite_utils.Database(memory=True)
    create(db)
    made = [forms(text) for text in texts]
    cut = {"exact": [words(one.exact) for one in made], "folded": [words(one.folded) for one in made]}
    chosen = {form: {word for text in of for word in text if len(word) % 2} for form, of in cut.items()}
    for text in frequent:
        chosen["exact"] |= set(words(forms(text).exact))
        chosen["folded"] |= set(words(forms(text).folded))
    rows = [(form, word) for form, of in chosen.items() for word in of]
    db.conn.executemany("INSERT INTO pair_syllables VALUES (?, ?)", rows)
    neighbours = {
        pairs.JOINT["exact" if form == "exact" else "folded"].join(pair)
        for form, of in cut.items()
        for text in of
        for pair in pairwise(text)
        if chosen[form].issuperset(pair)
    }
    assert sorted(pairs.of(db.conn, made).split()) == sorted(neighbours)
    pytest.importorskip("numpy")
    many = Neighbours(chosen)
    assert [sorted(one.split()) for one in many.pairs([made, [], made])] == [sorted(neighbours), [], sorted(neighbours)]
    db.close()


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


def test_bits_know_what_has_changed_since_they_were_made(db: sqlite_utils.Database) -> None:
    pytest.importorskip("numpy")
    stored([Written(number, "Tin", "", f"Hội nghị xã, số {number}") for number in range(80)], db)
    assert db.execute("SELECT count(*) FROM bits_todo").fetchone()[0] == 0  # nobody has made any
    bitmaps.count_words(db)
    made = dict(db.execute("SELECT word, bits FROM word_bits WHERE form = 'exact'").fetchall())
    assert set(made) == {"tin", "hội", "nghị", "xã", "số"}  # no number stands in a tenth of the articles
    assert made["hội"] == b"\xff" * 10 + bytes(6)
    first, second = (row[0] for row in db.execute("SELECT search_rowid FROM articles ORDER BY id LIMIT 2"))
    writer.write(db, [IndexRow(first, "Tin", "", "Khác")])
    writer.delete(db, [second])
    db.conn.commit()
    assert [row[0] for row in db.execute("SELECT search_rowid FROM bits_todo")] == [first, second]
    assert (search(db, "hội").total, search(db, "tin").total, search(db, "tin -hội").total) == (78, 79, 1)
    db.execute("DELETE FROM tags")
    db.execute("DELETE FROM articles WHERE search_rowid = ?", (second,))
    db.conn.commit()
    assert bitmaps.catch_up(db) == 1
    assert bitmaps.catch_up(db) == db.execute("SELECT count(*) FROM bits_todo").fetchone()[0] == 0
    assert db.execute("SELECT length(rowids) FROM bit_parts").fetchone()[0] == 79 * 8
    changed = db.execute("SELECT bits FROM word_bits WHERE form = 'exact' AND word = 'hội'").fetchone()[0]
    assert changed == b"\x7f" + b"\xff" * 8 + b"\xfe" + bytes(6)
    assert (search(db, "hội").total, search(db, "tin").total, search(db, "tin -hội").total) == (78, 79, 1)
    writer.rebuild(db)
    assert db.execute("SELECT (SELECT count(*) FROM word_bits) + (SELECT count(*) FROM bits_todo)").fetchone()[0] == 0


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
    monkeypatch.setattr("archive.search.index.pairs._LEAST", 3)
    for number in range(5):
        stored([Written(number, "Tin", "", f"Hội nghị {number}")], db)
    before = found(db, "exact", '"hội nghị"')
    writer.settle(db)
    assert found(db, "exact", '"hội nghị"') == before
    assert len(found(db, "pairs", '"hoi_nghi"')) == 5
    writer.settle(db, seconds=0.0)


def test_counts_of_common_words_hold_until_something_is_written(db: sqlite_utils.Database) -> None:
    stored([Written(number, "Tin", "", "Hội nghị") for number in range(3)], db)
    assert bitmaps.common_word_counts(db) == {}
    assert bitmaps.count_words(db)
    assert bitmaps.common_word_counts(db)["exact", "hội"] == 3
    assert search(db, "hội").understood.terms[0].exact == 3
    stored([Written(9, "Tin", "", "Hội, hơi")], db)
    assert bitmaps.common_word_counts(db) == {}
    counted = search(db, "hội").understood.terms[0]
    assert (counted.exact, counted.folded) == (4, 4)
    assert bitmaps.count_words(db)
    counted = search(db, "hội").understood.terms[0]
    assert (counted.exact, counted.folded) == (4, 4)
    writer.delete(db, [db.execute("SELECT max(search_rowid) FROM articles").fetchone()[0]])
    db.conn.commit()
    assert search(db, "hội").understood.terms[0].exact == 3


def test_a_rebuilt_index_is_written_as_a_new_one(db: sqlite_utils.Database) -> None:
    before = [db.execute(f"SELECT k, v FROM {table}_config ORDER BY k").fetchall() for table in ("exact", "folded")]
    assert {("automerge", 8), ("hashsize", 33554432)} <= set(before[0]) & set(before[1])
    writer.rebuild(db)
    after = [db.execute(f"SELECT k, v FROM {table}_config ORDER BY k").fetchall() for table in ("exact", "folded")]
    assert after == before


def test_after_a_run_pairs_and_bits_are_noted_and_words_counted_only_once_a_fifth_is_new(
    db: sqlite_utils.Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("archive.search.index.pairs._LEAST", 3)
    monkeypatch.setattr("archive.search.index.bitmaps._LEAST", 3)
    stored([Written(number, "Tin", "", "Hội nghị") for number in range(12)], db)
    writer.settle(db, written=12)
    assert len(found(db, "pairs", '"hội__nghị"')) == 12
    assert bitmaps.common_word_counts(db)["folded", "hoi"] == 12
    for number in (12, 13):
        stored([Written(number, "Tin", "", "Hội nghị")], db)
        writer.settle(db, written=1)
        assert len(found(db, "pairs", '"hội__nghị"')) == number + 1
        assert bitmaps.common_word_counts(db) == {}
        assert db.execute("SELECT count(*) FROM bits_todo").fetchone()[0] == 0
    stored([Written(14, "Tin", "", "Hội nghị")], db)
    writer.settle(db, written=1)  # a small run, but with the others a fifth of all
    assert bitmaps.common_word_counts(db)["folded", "hoi"] == 15


@given(st.text(alphabet="abđộế àÀ.,-_№ﬁ½\u0301", max_size=30))
def test_the_forms_of_the_index_have_the_words_of_the_prepared_text(text: str) -> None:
    made, ready = forms(text), prepare(text)
    assert words(made.exact) == words(ready.exact)
    assert words(made.folded) == words(ready.folded)
    assert made.spaced.split() == words(ready.exact)  # what FTS5's `ascii` makes of it, too
    if made.plain:
        assert made.exact == exact_form(text)
