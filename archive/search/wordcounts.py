"""In how many articles common words stand: counted after a run, good for as long as nothing is written.

The echo of a query counts each of its words, in two forms; for a common one that is 4 ms at 100,000 articles, and
takes longer than the answer itself.
"""

from __future__ import annotations

import sqlite_utils

from archive.search import bits
from archive.search.match import Table
from archive.store.database import writing

_LEAST_SHARE = 200  # words in less than a 200th of the articles are counted when asked for
_LEAST = 10_000  # articles from which counting pays; below, a query counts its words in 0.4 ms each
_GROWTH = 5  # the index is read whole when it has grown by a fifth: 0.2 ms an article written
_COMMON: dict[Table, str] = {
    "exact": "SELECT term, doc FROM exact_words WHERE doc >= ?",
    "folded": "SELECT term, doc FROM folded_words WHERE doc >= ?",
}
_GENERATION = "SELECT generation FROM index_state"


def changed(db: sqlite_utils.Database) -> None:
    """Notes that the index is another one now, in the caller's transaction."""
    db.conn.execute("UPDATE index_state SET generation = generation + 1")


def worth(db: sqlite_utils.Database) -> bool:
    """Whether the words are worth counting: never yet, or a fifth of the articles has been written since.

    So many may be one large run's, or those of all the small ones since.
    """
    articles = _articles(db)
    if articles < _LEAST:
        return False
    counted = db.execute("SELECT articles FROM word_state").fetchone()
    if counted is None or (articles - counted[0]) * _GROWTH >= articles:
        return True
    todo = db.execute("SELECT count(*) FROM bits_todo").fetchone()[0]
    return bool(todo * _GROWTH >= articles)


def count_words(db: sqlite_utils.Database) -> bool:
    """Counts the common words anew where the index has changed; whether it did.

    Reads the whole vocabulary and the lists of the commonest words, of which it makes bits: 13 s at 100,000 articles.
    Others may write meanwhile; then it is for nothing.
    """
    generation = db.execute(_GENERATION).fetchone()[0]
    if db.execute("SELECT generation FROM word_state").fetchone() == (generation,):
        return False
    articles = _articles(db)
    least = articles // _LEAST_SHARE + 1
    counted = [(form, word, count) for form, by in _COMMON.items() for word, count in db.execute(by, (least,))]
    bits.make(db, [(form, word) for form, word, count in counted if count * bits.SHARE >= articles])
    with writing(db):
        if db.execute(_GENERATION).fetchone()[0] != generation:
            return False
        db.execute("DELETE FROM word_counts")
        db.conn.executemany("INSERT INTO word_counts VALUES (?, ?, ?)", counted)
        db.execute("INSERT OR REPLACE INTO word_state VALUES (1, ?, ?)", (generation, articles))
        bits.keep(db)
    return True


def _articles(db: sqlite_utils.Database) -> int:
    return int(db.execute("SELECT count(*) FROM articles INDEXED BY articles_facts").fetchone()[0])


def known(db: sqlite_utils.Database) -> dict[tuple[str, str], int]:
    """The counts by form and word, as far as they hold of the index as it is; else none."""
    rows = db.conn.execute(
        "SELECT form, word, articles FROM word_counts "
        "WHERE EXISTS (SELECT 1 FROM word_state w JOIN index_state i ON w.generation = i.generation)"
    )
    return {(form, word): articles for form, word, articles in rows}
