"""What finding near-identical texts adds to the tables of archive.sqlite; all of it is made by `baotinh clusters`."""

from __future__ import annotations

CLUSTERS = r"""
CREATE TABLE same_text (                    -- run-local: made by `baotinh clusters`, the same from the same articles
    article INTEGER PRIMARY KEY,
    first INTEGER NOT NULL,                 -- row of articles: who published this text first; below 1: not decided yet
    position TEXT NOT NULL,                 -- what is first: day, time, public id; the end of what is not exact
    keys BLOB NOT NULL,                     -- its keys in bands, 8 bytes each; empty for a text too short to compare
    stale INTEGER NOT NULL DEFAULT 0        -- 1 where text or date has changed since, or the article is gone
) STRICT;
CREATE INDEX same_text_first ON same_text (first);
CREATE INDEX same_text_open ON same_text (position) WHERE first < 1;
CREATE INDEX same_text_stale ON same_text (article) WHERE stale;
CREATE TABLE bands (                        -- run-local: texts that are much alike share a key (archive.text.sketch)
    key INTEGER NOT NULL,
    article INTEGER NOT NULL,
    PRIMARY KEY (key, article)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER articles_text AFTER UPDATE OF lead, body, day, published ON articles
WHEN old.lead <> new.lead OR old.body <> new.body OR old.day <> new.day OR old.published IS NOT new.published
BEGIN UPDATE same_text SET stale = 1 WHERE article = old.id; END;
CREATE TRIGGER articles_gone AFTER DELETE ON articles
BEGIN UPDATE same_text SET stale = 1 WHERE article = old.id; END;
"""
