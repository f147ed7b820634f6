"""Strangers may read this database, and nothing else, for a bounded time; a crawl goes on writing beside them."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlite_utils
from search_corpus import Written, invented, stored

from archive import Archive
from archive.errors import DamageError, QueryError
from archive.search import search
from archive.search.answer import ORDERS
from archive.search.connection import open_guarded
from archive.search.facets import NAMES
from archive.search.index import writer
from archive.store import open_database


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("guard") / "archive.sqlite"
    stored(invented(300), open_database(path)).close()
    return path


@pytest.fixture(scope="module")
def guarded(path: Path) -> Iterator[sqlite_utils.Database]:
    db = open_guarded(path)
    yield db
    db.close()


@pytest.mark.parametrize("order", ORDERS)
def test_every_kind_of_search_passes_the_guard(guarded: sqlite_utils.Database, order: str) -> None:
    for query in (
        '"hội nghi" đường OR nghi*',
        "xyz bao:omega",
        'muc:"kinh te" the:x diadanh:y trangthai:sua ngay:2019',
    ):
        search(guarded, query, facets=NAMES, order=order)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "statement",
    [
        "ATTACH '{folder}/other.db' AS other",
        "VACUUM INTO '{folder}/copy.db'",
        "INSERT INTO sources VALUES ('a', 'b', 'c', 'd', '')",
        "DELETE FROM exact",
        "INSERT INTO exact(exact) VALUES ('delete-all')",
        "DROP TABLE articles",
        "CREATE TEMP TABLE x (y)",
        "PRAGMA query_only = 0",
        "PRAGMA writable_schema = 1",
        "SELECT load_extension('x')",
        "SELECT zeroblob(900000000)",
        "SELECT hex(randomblob(1000))",
        "SELECT * FROM articles WHERE headline LIKE '%a%'",
        "SELECT 1 FROM articles WHERE headline GLOB '*a*'",
        "SELECT fts5(1)",
    ],
)
def test_what_is_not_reading_is_refused(guarded: sqlite_utils.Database, path: Path, statement: str) -> None:
    before = sorted(path.parent.iterdir())
    with pytest.raises(sqlite3.DatabaseError, match=r"not authorized|authorization denied"):
        guarded.conn.execute(statement.format(folder=path.parent)).fetchall()
    assert sorted(path.parent.iterdir()) == before


def test_no_value_grows_beyond_its_limit(guarded: sqlite_utils.Database) -> None:
    bomb = "SELECT length(group_concat(a.body || b.body)) FROM articles a, articles b"
    with pytest.raises((sqlite3.OperationalError, sqlite3.DataError), match="too big"):
        guarded.conn.execute(bomb).fetchall()


def test_a_slow_query_is_stopped_in_time(path: Path) -> None:
    db = open_guarded(path)
    db.conn.execute("SELECT 1").fetchone()
    with pytest.raises(QueryError, match="took longer than 0 s"):
        search(db, "hội nghị đường OR hoi", order="best", facets=["source"], seconds=0.0)
    assert search(db, "hội").total  # the connection is as good as before
    db.close()


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE exact_data SET block = zeroblob(30) WHERE id > 10",
        "UPDATE folded_data SET block = zeroblob(30) WHERE id > 10",
        "UPDATE exact_data SET block = x'' WHERE id = 1",
        "DELETE FROM exact_data WHERE id = 10",
        "DELETE FROM exact_data",
        "DELETE FROM exact_config",
        "DELETE FROM exact_docsize",
        "DROP TABLE exact_idx",
        "DROP TABLE exact_data",
        "DROP TABLE folded_docsize",
    ],
)
def test_a_damaged_index_is_said_and_made_again(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "archive.sqlite"
    db = stored(invented(60), open_database(path))
    whole = [hit.public_id for hit in search(db, "hội", 100).hits]
    db.conn.execute(damage)
    db.conn.commit()
    db.close()
    db = open_database(path)
    with pytest.raises(DamageError, match="baotinh rebuild index"):
        [search(db, query, 100, order="best") for query in ("hội", "hoi")]  # asks both tables
    assert writer.rebuild(db) == 60
    db.close()
    db = open_database(path)
    assert [hit.public_id for hit in search(db, "hội", 100).hits] == whole
    assert db.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    db.close()
    with Archive.open(path) as archive:
        assert archive.search("hội").total == len(whole)


def test_readers_see_whole_batches_while_a_crawl_writes(tmp_path: Path) -> None:
    path = tmp_path / "archive.sqlite"
    db = stored(invented(20), open_database(path))
    wrong: list[str] = []
    answers = [0] * 8
    done = threading.Event()

    def read(number: int) -> None:
        reader = open_guarded(path)
        while not done.is_set() or not answers[number]:
            answer = search(reader, "lôlô", 50, facets=["source", "tier"], order=ORDERS[number % 4])
            folded = search(reader, "lolo", 1).total
            counts = {answer.total, answer.total_exact, len(answer.hits) if (answer.total or 0) <= 50 else answer.total}
            counts.update(sum(value.count for value in facet.values) for facet in answer.facets)
            if len(counts) != 1 or (answer.total or 0) % 10 or (folded or 0) % 10:
                wrong.append(f"{counts} {folded}")
            answers[number] += 1
        reader.close()

    readers = [threading.Thread(target=read, args=(number,)) for number in range(8)]
    for reader in readers:
        reader.start()
    for batch in range(12):
        stored(
            [Written(1000 + batch * 10 + n, "Tin", "", f"lôlô {n}", day=f"2021-01-{batch + 1:02}") for n in range(10)],
            db,
        )
    done.set()
    for reader in readers:
        reader.join()
    assert wrong == []
    assert min(answers) > 0
    assert search(db, "lôlô").total == 120
    db.close()
