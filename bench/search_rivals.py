"""Other ways to ask the same: a plain FTS5 table as most people make it, and Tantivy where it is installed."""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path
from typing import Any

from archive.text.folding import fold
from bench.search_questions import Question

_LIST = "SELECT a.id, a.headline FROM plain JOIN articles a ON a.id = plain.rowid WHERE plain MATCH ?"
_COUNT = "SELECT count(*) FROM plain JOIN articles a ON a.id = plain.rowid WHERE plain MATCH ?"
_FACETS = ("a.province", "a.province_now", "a.source", "substr(a.day, 1, 7)")


def make_plain(path: Path) -> tuple[float, int]:
    """Adds the plain table to the archive at `path`; CPU seconds and bytes."""
    conn = sqlite3.connect(path)
    began = time.process_time()
    conn.execute(
        "CREATE VIRTUAL TABLE plain USING fts5(headline, lead, body, content='articles', content_rowid='id', "
        "tokenize='unicode61 remove_diacritics 2')"
    )
    conn.execute("INSERT INTO plain(plain) VALUES ('rebuild')")
    conn.execute("INSERT INTO plain(plain) VALUES ('optimize')")
    conn.commit()
    cpu = time.process_time() - began
    size: int = conn.execute("SELECT sum(pgsize) FROM dbstat WHERE aggregate = TRUE AND name LIKE 'plain%'").fetchone()[
        0
    ]
    conn.close()
    return cpu, size


def ask_plain(conn: sqlite3.Connection, question: Question, ranked: bool = False) -> int:
    """The first twenty, the count and four facets, as SQL gives them; the count."""
    limit = f" AND {question.limit}" if question.limit else ""
    order = " ORDER BY bm25(plain, 8.0, 3.0, 1.0)" if ranked else " ORDER BY a.day DESC"
    conn.execute(f"{_LIST}{limit}{order} LIMIT 20", (question.plain,)).fetchall()
    count: int = conn.execute(f"{_COUNT}{limit}", (question.plain,)).fetchone()[0]
    for facet in _FACETS:
        counted = _COUNT.replace("count(*)", f"{facet}, count(*)")
        conn.execute(f"{counted}{limit} GROUP BY 1", (question.plain,)).fetchall()
    return count


def best_plain(conn: sqlite3.Connection, query: str, order: str) -> list[int]:
    """The ids of the ten best that hold all words of `query`."""
    match = " ".join(f'"{word}"' for word in query.split())
    found = "SELECT rowid FROM plain WHERE plain MATCH ? ORDER BY {} LIMIT 10"
    return [row[0] for row in conn.execute(found.format(order), (match,))]


class Tantivy:
    """An index of the folded texts in Tantivy: the same words, its own ranking."""

    def __init__(self, conn: sqlite3.Connection) -> None:
        import tantivy

        builder = tantivy.SchemaBuilder()
        builder.add_text_field("headline")
        builder.add_text_field("body")
        builder.add_integer_field("id", stored=True)
        self._index: Any = tantivy.Index(builder.build())
        writer = self._index.writer(128_000_000, 1)
        began = time.process_time()
        for identity, headline, lead, body in conn.execute("SELECT id, headline, lead, body FROM articles"):
            document = tantivy.Document()
            document.add_integer("id", identity)
            document.add_text("headline", fold(headline))
            document.add_text("body", fold(f"{lead}\n{body}"))
            writer.add_document(document)
        writer.commit()
        writer.wait_merging_threads()
        self.cpu = time.process_time() - began
        self._index.reload()
        self._searcher = self._index.searcher()

    def ask(self, question: Question) -> int:
        """The first twenty by rank, and the count."""
        query = self._index.parse_query(fold(question.plain).replace(" and ", " AND "), ["headline", "body"])
        result: Any = self._searcher.search(query, 20, count=True)
        for _, address in result.hits:
            self._searcher.doc(address)
        return int(result.count)

    def best(self, query: str, most: int) -> list[int]:
        """The ids of the `most` best for the words of `query`."""
        asked = self._index.parse_query(fold(query), ["headline", "body"])
        return [self._searcher.doc(address)["id"][0] for _, address in self._searcher.search(asked, most).hits]
