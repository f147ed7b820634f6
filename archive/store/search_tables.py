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
