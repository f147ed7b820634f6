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
    months BLOB NOT NULL                    -- varints: months since the one before (at first 0001-01), count, ...
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

PAIRS = r"""
CREATE VIRTUAL TABLE pairs USING fts5(      -- neighbours that are both frequent: "hoi_nghi" folded, "hội__nghị" exact
    pair, content='', contentless_delete=1, detail=none,
    tokenize="unicode61 remove_diacritics 0 tokenchars '_'");
CREATE TABLE pair_syllables (               -- run-local: the frequent words of which pairs are kept, fixed once chosen
    form TEXT NOT NULL,                     -- exact | folded
    word TEXT NOT NULL,
    PRIMARY KEY (form, word)
) STRICT, WITHOUT ROWID;
CREATE TABLE pairs_todo (                   -- run-local: articles written since their pairs were noted
    search_rowid INTEGER PRIMARY KEY
) STRICT;
"""

VIEWS = r"""
CREATE VIEW articles_view AS                -- an article with the names of its source and the place of its capture
    SELECT a.public_id, a.headline, a.lead, a.body, a.captions, a.byline, a.source_credit, a.section,
        a.published, a.day, a.day_estimated, a.source, coalesce(s.name, a.source) AS source_name, s.kind AS source_kind,
        a.province, a.province_now, a.url, a.words, a.revision, a.first_captured, a.last_captured, a.gone_at,
        c.captured_at, c.file, c.offset, c.length, c.record_id, c.payload_digest, a.search_rowid
    FROM articles a JOIN captures c ON c.id = a.capture LEFT JOIN sources s ON s.id = a.source;
CREATE VIEW captures_view AS                -- a capture with the article it showed
    SELECT c.captured_at, c.url, c.status, c.mime, c.kind, c.state, c.reason, c.source,
        coalesce(s.name, c.source) AS source_name, c.run, a.public_id, a.headline, c.file, c.offset, c.length,
        c.record_id, c.block_digest, c.payload_digest, c.provenance, c.parser, c.via
    FROM captures c LEFT JOIN articles a ON a.id = c.article LEFT JOIN sources s ON s.id = c.source;
CREATE VIEW revisions_view AS               -- every text that an article had, and since when
    SELECT a.public_id, r.number, c.captured_at, r.number = a.revision AS current, r.digest, r.parser, r.article_json
    FROM revisions r JOIN articles a ON a.id = r.article JOIN captures c ON c.id = r.capture;
"""


def merging(table: str) -> tuple[str, str]:
    """How the index `table` is to be written: settings that FTS5 keeps with it, lost where the table is made anew.

    A batch is one segment, and eight segments of a level are merged into one: 340 us an article of 8 KB in batches of
    400, against 430 with FTS5's own 1 MiB and four.
    """
    return (
        f"INSERT INTO {table}({table}, rank) VALUES ('hashsize', 33554432)",  # noqa: S608 - our own name
        f"INSERT INTO {table}({table}, rank) VALUES ('automerge', 8)",  # noqa: S608
    )


STRAYS = r"""
CREATE INDEX articles_strays ON articles (  -- articles whose day was full, so that they stand under another
    search_rowid, day) WHERE (search_rowid >> 16) <> CAST(julianday(day) - 1721424.5 AS INTEGER);
"""

WORDS = r"""
CREATE TABLE index_state (                  -- run-local: one row, changed with every change of the index
    id INTEGER PRIMARY KEY CHECK (id = 1),
    generation INTEGER NOT NULL
) STRICT;
INSERT INTO index_state VALUES (1, 0);
CREATE TABLE word_counts (                  -- run-local: in how many articles common words stand
    form TEXT NOT NULL,                     -- exact | folded
    word TEXT NOT NULL,
    articles INTEGER NOT NULL,
    PRIMARY KEY (form, word)
) STRICT, WITHOUT ROWID;
CREATE TABLE word_state (                   -- run-local: one row once they have been counted
    id INTEGER PRIMARY KEY CHECK (id = 1),
    generation INTEGER NOT NULL             -- of index_state: with another one word_counts says nothing
) STRICT;
"""

BITS = r"""
CREATE TABLE word_bits (                    -- run-local: in which articles the commonest words stand
    form TEXT NOT NULL,                     -- exact | folded | pairs, as the tables of the index
    word TEXT NOT NULL,
    bits BLOB NOT NULL,                     -- a bit for each article of bits_articles in turn, the high bit first
    PRIMARY KEY (form, word)
) STRICT;
CREATE TABLE bits_articles (                -- run-local: the articles that bits stand for
    part INTEGER PRIMARY KEY,               -- number of the first article of the row, from 0
    rowids BLOB NOT NULL                    -- their search rowids in order, 8 bytes each, the low byte first
) STRICT;
CREATE TABLE bits_todo (                    -- run-local: articles written or gone since the bits were made
    search_rowid INTEGER PRIMARY KEY
) STRICT;
DELETE FROM word_state;                     -- the words are counted anew, and their bits made
"""

UNITS = r"""
ALTER TABLE ngram_state ADD COLUMN      -- syllable | word: what was counted; a word's syllables are joined by _
    unit TEXT NOT NULL DEFAULT 'syllable';
"""

PARTS = r"""
DROP TABLE word_bits;
DROP TABLE bits_articles;
DROP TABLE word_state;
DELETE FROM bits_todo;
CREATE TABLE word_bits (                    -- run-local: in which articles the commonest words stand
    part INTEGER NOT NULL,                  -- bit_parts.first
    form TEXT NOT NULL,                     -- exact | folded | pairs, as the tables of the index
    word TEXT NOT NULL,
    bits BLOB NOT NULL,                     -- a bit for each article of the part in turn, the high bit first
    PRIMARY KEY (form, word, part)
) STRICT;
CREATE TABLE bit_parts (                    -- run-local: the articles that bits stand for
    first INTEGER PRIMARY KEY,              -- search rowid of the first one of the part, which goes to the next part's
    rowids BLOB NOT NULL                    -- their search rowids in order, 8 bytes each, the low byte first
) STRICT;
CREATE TABLE word_state (                   -- run-local: one row once the words have been counted, and bits made
    id INTEGER PRIMARY KEY CHECK (id = 1),
    generation INTEGER NOT NULL,            -- of index_state: with another one word_counts says nothing
    articles INTEGER NOT NULL               -- how many there were: with a fifth more all is made anew
) STRICT;
"""
