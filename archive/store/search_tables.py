"""What searching adds to the tables of archive.sqlite: covering indexes, and the vocabulary of the index as tables."""

from __future__ import annotations

SEARCH = r"""
CREATE INDEX articles_facts ON articles (   -- facts of a hit, read without its text: facets, limits, trends
    search_rowid, source, province, province_now, section, byline, words, revision, gone_at, first_captured);
CREATE INDEX articles_key ON articles (id, search_rowid);
CREATE INDEX articles_by_source ON articles (source, search_rowid);
CREATE INDEX articles_by_province ON articles (province, search_rowid);
CREATE INDEX articles_by_province_now ON articles (province_now, search_rowid);
CREATE INDEX articles_by_section ON articles (section, search_rowid);
CREATE VIRTUAL TABLE exact_words USING fts5vocab(exact, row);       -- term, doc (articles), cnt (occurrences)
CREATE VIRTUAL TABLE folded_words USING fts5vocab(folded, row);
CREATE VIRTUAL TABLE exact_places USING fts5vocab(exact, instance); -- term, doc (search rowid), col, offset (word)
CREATE VIRTUAL TABLE folded_places USING fts5vocab(folded, instance);
"""

COUNTS = r"""
CREATE TABLE ngrams (                       -- run-local: made by `baotinh ngrams build` from the articles of that day
    gram TEXT PRIMARY KEY,                  -- one or two words in their exact form, joined by a space
    folded TEXT NOT NULL,
    size INTEGER NOT NULL,                  -- 1 or 2
    total INTEGER NOT NULL,                 -- occurrences in leads and bodies
    months BLOB NOT NULL                    -- varints: months since the one before (the first since 0001-01), count, ...
) STRICT, WITHOUT ROWID;
CREATE INDEX ngrams_folded ON ngrams (folded);
CREATE TABLE ngram_months (                 -- run-local: the denominators of ngrams
    month TEXT NOT NULL,                    -- "2020-03"
    size INTEGER NOT NULL,
    tokens INTEGER NOT NULL,                -- all n-grams of this size in the month, also those too rare to be listed
    articles INTEGER NOT NULL,
    PRIMARY KEY (month, size)
) STRICT, WITHOUT ROWID;
CREATE TABLE ngram_state (                  -- run-local: one row once they have been counted
    id INTEGER PRIMARY KEY CHECK (id = 1),
    made_at TEXT NOT NULL,                  -- UTC
    articles INTEGER NOT NULL,
    least INTEGER NOT NULL                  -- n-grams found less often than this are left out
) STRICT;
"""
