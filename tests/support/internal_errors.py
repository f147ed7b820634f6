"""Queries that end in an error of the program's own."""

from __future__ import annotations

import random

import sqlite_utils
from search_corpus import SYLLABLES

from archive.errors import QueryError
from archive.search import search

PIECES = (
    *SYLLABLES[:20],
    *('"', "“", "”", "(", ")", "-", "–", "=", "~", "*", ":", "|", "^", "{", "}", "+", ",", ".", "..", "/", "'", "''"),
    *(
        " ",
        " ",
        " ",
        "\t",
        "\n",
        "\0",
        "\u00a0",
        "\u200b",
        "\u0301",
        "đ",
        "Ð",
        "中",
        "🙂",
        "\ud7ff",
        "%",
        "_",
        ";",
        "--",
    ),
    *("AND", "OR", "NOT", "NEAR", "NEAR/3", "NEAR(", "HOẶC", "VÀ", "KHÔNG", "GẦN/2", "rowid", "rank", "exact", "body"),
    *("tieude:", "tinh:", "tinh34:", "bao:", "muc:", "the:", "ngay:", "diadanh:", "trangthai:", "x:", "headline :"),
    *("2020", "2020-02-30", "2020..", "..2019", "bac-kan", "Thái Nguyên", "ngu*", "a*", "1e9", "0", "999999999999999"),
    *(
        "{headline}: a",
        '"a" * "b"',
        "a AND",
        'x" OR "y',
        "'; DROP TABLE articles; --",
        "MATCH",
        "fts5('x')",
        "\\",
        "\\0",
    ),
)


def internal_errors(db: sqlite_utils.Database, seed: int, queries: int) -> list[str]:
    """The random queries that end otherwise than they may, each with its error."""
    chance = random.Random(seed)
    wrong = []
    for _ in range(queries):
        if chance.random() < 0.15:
            query = "".join(
                chr(chance.choice((chance.randrange(1, 128), chance.randrange(1, 0x3000)))) for _ in range(12)
            )
        else:
            joint = chance.choice(("", " "))
            query = joint.join(chance.choice(PIECES) for _ in range(chance.randrange(1, 14)))
        try:
            search(db, query, 3, order=chance.choice(("newest", "best", "oldest", "source")), facets=("tier", "month"))
        except QueryError as error:
            if "\n" in str(error) or not 0 <= error.position <= len(error.query):
                wrong.append(f"{query!r}: {error}")
            if error.suggestion is not None:
                search(db, error.suggestion, 1)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is what this test looks for
            wrong.append(f"{query!r}: {error!r}")
    return wrong
