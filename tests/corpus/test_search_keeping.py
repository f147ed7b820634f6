"""Earlier texts, frozen corpora, saved queries, feeds, and the archive as a Python object."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import FrozenInstanceError, replace
from datetime import UTC, date, datetime
from pathlib import Path
from unicodedata import normalize
from xml.etree import ElementTree

import pytest
import sqlite_utils
from search_corpus import Written, invented, revise, stored

from archive import Archive
from archive.errors import DamageError, NothingFound, QueryError, UsageError
from archive.holdings import Holdings
from archive.search import corpora, saved, search
from archive.search import saved as atom
from archive.search.query_files import KeepRequest
from archive.search.ranking.sort import all_hits
from archive.store import open_database

ATOM = "{http://www.w3.org/2005/Atom}"


OLD = Written(1, "Tin xã", "", "Hội nghị cũ.", day="2020-03-05")
STEADY = Written(2, "Tin huyện", "", "Hội nghị huyện.", day="2020-03-06")
LATE = Written(3, "Tin tỉnh", "", "Hội nghị tỉnh.", day="2022-01-01")


@pytest.fixture
def db() -> sqlite_utils.Database:
    db = stored([OLD, STEADY, LATE])
    for article, at in ((STEADY, "2020-03-06T20:00:00.000Z"), (LATE, "2022-01-01T20:00:00.000Z")):
        revise(db, article, (at, article.body))
    first, second = ("2020-03-05T20:00:00.000Z", "Hội nghị đường thủy."), ("2021-06-01T16:59:59.999Z", "Họp bàn.")
    revise(db, OLD, first, second, ("2021-06-01T17:00:00.000Z", "Đại hội bàn."))
    return db


def found(db: sqlite_utils.Database, query: str, **options: object) -> list[str]:
    return [hit.headline for hit in search(db, query, **options).hits]  # type: ignore[arg-type]


def test_today_finds_only_the_texts_of_today(db: sqlite_utils.Database) -> None:
    assert found(db, "đường") == []
    assert found(db, '"hội bàn"') == ["Tin xã"]


@pytest.mark.parametrize(
    ("day", "query", "expected"),
    [
        ("2020-03-05", "hội", []),
        ("2020-03-06", "đường", ["Tin xã"]),
        ("2020-03-06", "duong", ["Tin xã"]),
        ("2020-03-06", "đương", ["Tin xã"]),
        ("2020-03-06", "hội nghị -thủy", []),
        ("2021-05-31", "hội", ["Tin huyện", "Tin xã"]),
        ("2021-06-01", "họp OR đường", ["Tin xã"]),
        ("2021-06-01", '"hội bàn"', []),
        ("2021-06-02", '"hội bàn"', ["Tin xã"]),
        ("2021-06-02", "hội", ["Tin huyện", "Tin xã"]),
        ("2022-01-02", "hội tinh:bac-kan", ["Tin tỉnh", "Tin huyện", "Tin xã"]),
        ("2021-05-31", "đường bao:beta", []),
    ],
)
def test_as_of_a_day_finds_the_texts_of_that_day(
    db: sqlite_utils.Database, day: str, query: str, expected: list[str]
) -> None:
    assert found(db, query, as_of=date.fromisoformat(day)) == expected


def test_a_hit_as_of_a_day_shows_that_days_revision(db: sqlite_utils.Database) -> None:
    answer = search(db, "đường", as_of=date(2020, 12, 31))
    assert answer.hits[0].revision == 1
    assert answer.hits[0].snippet.between("[", "]") == "Hội nghị [đường] thủy."
    assert (answer.total_exact, answer.total) == (1, 1)


def test_a_day_before_the_first_capture_is_said_to_hold_nothing(db: sqlite_utils.Database) -> None:
    before, then = (search(db, "hội", as_of=date.fromisoformat(day)) for day in ("2020-03-05", "2020-03-06"))
    said = "nothing was captured by 2020-03-05: the first capture is of 2020-03-06"
    assert (said in before.notes, said in then.notes) == (True, False)
    assert all_hits(db, None, as_of=date(2020, 3, 5)).notes == (said,)
    assert search(stored([]), "hội", as_of=date(2020, 3, 5)).notes == ("the archive holds no article yet",)


def test_what_is_suggested_is_found_where_the_query_looked(db: sqlite_utils.Database) -> None:
    assert search(db, "hội ngay:1999").suggestions == ("hội",)
    assert search(db, "đường ngay:1999").suggestions == ()  # no text of today has it
    assert search(db, "họi ngay:1999", as_of=date(2021, 1, 1)).suggestions == ("họi",)
    assert search(db, "tỉnh ngay:1999", as_of=date(2021, 1, 1)).suggestions == ()  # the text with it came later


def test_texts_that_were_changed_can_be_searched(db: sqlite_utils.Database) -> None:
    answer = search(db, "đường OR họp", earlier=True)
    assert [(hit.headline, hit.revision) for hit in answer.hits] == [("Tin xã", 2)]
    assert found(db, "hội nghị", earlier=True) == ["Tin xã"]
    assert found(db, '"đại hội"', earlier=True) == []


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "archive"
    holdings = Holdings.create(root, "Thư viện tỉnh", "mailto:thu-vien@example.org")
    db = stored([OLD, STEADY, LATE, *invented(30)], open_database(holdings.database))
    for article in (OLD, STEADY, LATE):
        revise(db, article, ("2020-03-05T20:00:00.000Z", article.body))
    db.close()
    return root


@pytest.fixture
def writer(root: Path) -> Iterator[sqlite_utils.Database]:
    db = open_database(root / "archive.sqlite")
    yield db
    db.close()


def test_a_frozen_corpus_says_what_became_of_it(root: Path, writer: sqlite_utils.Database) -> None:
    corpus = corpora.freeze(writer, root, KeepRequest("hoi-nghi", '"hội nghị" "tin"'))
    assert corpora.load(root, "hoi-nghi") == corpus
    assert {member.article for member in corpus.members} == {OLD.public_id, STEADY.public_id, LATE.public_id}
    assert corpora.check(writer, corpus) == corpora.Standing(3, (), (), ())
    revise(writer, OLD, ("2020-03-05T20:00:00.000Z", OLD.body), ("2023-01-01T00:00:00.000Z", "Khác."))
    revise(writer, LATE, ("2020-03-05T20:00:00.000Z", "Đọc lại khác."))
    writer.execute("UPDATE articles SET public_id = 'khac' WHERE public_id = ?", (STEADY.public_id,))
    writer.conn.commit()
    standing = corpora.check(writer, corpora.load(root, "hoi-nghi"))
    assert standing == corpora.Standing(0, (OLD.public_id,), (LATE.public_id,), (STEADY.public_id,))


def test_one_digest_is_one_set_of_texts(root: Path, writer: sqlite_utils.Database) -> None:
    one = corpora.freeze(writer, root, KeepRequest("mot", '"hội nghị" tin'))
    same = corpora.freeze(writer, root, KeepRequest("hai", 'tin "hội nghị"'))
    less = corpora.freeze(writer, root, KeepRequest("ba", '"hội nghị" tin ngay:2020'))
    assert one.digest == same.digest != less.digest
    assert corpora.compare(one, less) == (tuple(sorted({OLD.public_id, STEADY.public_id})), (LATE.public_id,), ())
    assert corpora.citation(less).startswith("ba: corpus of 2 articles, query ")
    assert less.digest in corpora.citation(less)


def test_a_corpus_is_not_overwritten_nor_believed_when_changed(root: Path, writer: sqlite_utils.Database) -> None:
    corpora.freeze(writer, root, KeepRequest("mot", "tin"))
    with pytest.raises(UsageError, match="there already"):
        corpora.freeze(writer, root, KeepRequest("mot", "hội"))
    corpora.freeze(writer, root, KeepRequest("mot", "huyện", force=True))
    path = root / "corpora" / "mot.json"
    changed = json.loads(path.read_text())
    changed["articles"].append(["aaaaaaaaaa", 1, "sha256:0"])
    path.write_text(json.dumps(changed))
    with pytest.raises(DamageError, match="was changed"):
        corpora.load(root, "mot")
    path.write_text("{")
    with pytest.raises(DamageError, match="not the JSON"):
        corpora.load(root, "mot")
    for name in ("../mot", "Một", "", "a" * 65):
        with pytest.raises(UsageError, match="is no name"):
            corpora.load(root, name)
    with pytest.raises(NothingFound, match=r"no corpus 'khong' \(known: mot\)"):
        corpora.load(root, "khong")
    with pytest.raises(NothingFound, match="nothing to freeze"):
        corpora.freeze(writer, root, KeepRequest("khong", "khôngcógì"))


def test_a_saved_query_gives_each_article_as_news_once(root: Path, writer: sqlite_utils.Database) -> None:
    saved.save(root, KeepRequest("hoi", "hội nghị tin"))
    news = saved.look(writer, saved.load(root, "hoi"))
    assert (news.new, news.total) == (3, 3)
    assert [hit.headline for hit in news.hits] == ["Tin tỉnh", "Tin huyện", "Tin xã"]
    saved.mark(root, news)
    assert saved.look(writer, saved.load(root, "hoi")).new == 0
    stored([Written(90, "Tin mới đến", "", "Hội nghị xưa.", day="1999-01-01")], writer)
    news = saved.look(writer, saved.load(root, "hoi"))
    assert [hit.headline for hit in news.hits] == ["Tin mới đến"]
    assert saved.look(writer, saved.load(root, "hoi"), limit=0).hits == ()
    saved.mark(root, news)
    assert [(one.name, len(one.seen)) for one in saved.every(root)] == [("hoi", 4)]
    saved.forget(root, "hoi")
    assert saved.every(root) == ()
    with pytest.raises(QueryError):
        saved.save(root, KeepRequest("xau", "("))


def test_news_make_a_feed_that_a_reader_can_read(root: Path, writer: sqlite_utils.Database) -> None:
    stored([Written(91, "A & <b>\x01", "", "Hội nghị", day="2023-01-02", published="2023-01-02T08:30+07:00")], writer)
    hits = search(writer, "hội nghị", 50).hits
    document = atom.atom_feed(
        "hội",
        "urn:baotinh:query:hoi",
        "http://x/f.atom",
        hits,
        lambda hit: f"http://x/{hit.public_id}",
        datetime(2023, 1, 3, tzinfo=UTC),
    )
    feed = ElementTree.fromstring(document)
    entries = feed.findall(f"{ATOM}entry")
    assert len(entries) == len(hits)
    assert entries[0].findtext(f"{ATOM}title") == "A & <b>"
    assert entries[0].findtext(f"{ATOM}published") == "2023-01-02T01:30:00Z"
    for parent in (feed, *entries):
        assert all(parent.findtext(f"{ATOM}{name}") for name in ("title", "id", "updated"))
    assert len({entry.findtext(f"{ATOM}id") for entry in entries}) == len(entries)


def test_an_archive_answers_in_python(root: Path) -> None:
    with Archive.open(root) as archive:
        result = archive.search(normalize("NFD", "hội nghị"), limit=2, facets=["source"])
        assert len(result) == 2
        assert result.total is not None
        assert result.total > 2
        assert result.total_exact is not None
        assert sum(value.count for value in result.facets["source"].values) == result.total
        assert result.understood.query == "hội nghị"
        with pytest.raises(FrozenInstanceError):
            result[0].headline = "khác"  # type: ignore[misc]
        everything = archive.search("hoi", limit=None)
        assert len({hit.public_id for hit in everything}) == everything.total
        assert archive.concordance("hội", width=10).found > 0
        assert archive.trends("hội", "đường", unit="year").unit == "year"
        assert archive.collocates("hội", least=1).node > 0
        assert archive.keywords("hội", least=1).tokens_here > 0
        corpus = archive.freeze("tin", '"tin"')
        assert archive.search("hội", corpus="tin", limit=None).total == 3
        assert archive.corpus("tin") == replace(corpus)
        assert not archive.saved()
        assert archive.article(OLD.public_id).headline == OLD.headline
    with Archive.open(root / "archive.sqlite") as alone:
        assert alone.search("hoi").total == everything.total
        with pytest.raises(UsageError, match="open that"):
            alone.corpus("tin")
    with pytest.raises(UsageError, match="no archive"):
        Archive.open(root / "warc")


def test_a_query_is_exported_from_python_on_a_guarded_connection(root: Path, tmp_path: Path) -> None:
    with Archive.open(root) as archive:
        archive.freeze("tin", '"tin"')
        for form in ("jsonl", "csv", "text", "bibtex"):
            told = archive.export("", tmp_path / form, form, corpus="tin")
            assert (told.articles, told.about.corpus) == (3, "tin")
        with pytest.raises(UsageError, match="form=docx"):
            archive.export("hội", tmp_path / "x", "docx")
        with pytest.raises(UsageError, match="--force"):
            archive.export("hội", tmp_path / "csv", "csv")
    with Archive.open(root / "archive.sqlite") as alone, pytest.raises(UsageError, match="open that"):
        alone.export("hội", tmp_path / "y")


def test_hits_become_a_data_frame(root: Path) -> None:
    import pandas

    with Archive.open(root) as archive:
        frame = archive.search("hội nghị tin").to_df()
    assert isinstance(frame, pandas.DataFrame)
    assert list(frame["headline"]) == ["Tin tỉnh", "Tin huyện", "Tin xã"]
    assert frame["snippet"][0] == "Hội nghị tỉnh."
    assert {"public_id", "day", "source", "province", "province_now", "tier", "url"} <= set(frame.columns)
