-- The tables of archive.sqlite. All is derived from the WARC files (`baotinh rebuild`), but what is run-local.
-- Times of captures are UTC ("2026-11-24T03:00:00.123Z"), of publication Vietnam's ("2020-03-05T15:25+07:00", cut to
-- their precision). Columns in `_json` are JSON with sorted keys. With any change of it archive.store.schema.VERSION rises.
CREATE TABLE sources (
    id TEXT PRIMARY KEY,                -- as in the register: "tinh-uy-thai-nguyen"
    name TEXT NOT NULL,
    kind TEXT NOT NULL,                 -- newspaper | party | government
    province TEXT NOT NULL,             -- one of the 63, as it was: "bac-kan"
    homepage TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE TABLE runs (                     -- run-local: not made again by rebuild
    id TEXT PRIMARY KEY,                -- "20261124T030000Z-tinh-uy-thai-nguyen-3f2a"
    source TEXT NOT NULL,
    began TEXT NOT NULL,
    ended TEXT,
    reason TEXT NOT NULL DEFAULT '',    -- finished | shutdown | budget | storage | ...
    report_json TEXT NOT NULL DEFAULT '{}'
) STRICT;
CREATE TABLE captures (
    id INTEGER PRIMARY KEY,
    record_id TEXT NOT NULL UNIQUE,     -- WARC-Record-ID of the response, "urn:uuid:..."
    source TEXT NOT NULL,
    run TEXT NOT NULL,
    address TEXT NOT NULL,              -- "https:" where `url` is that before `url_key`, else whole
    url_key TEXT NOT NULL,              -- archive.text.urls.url_key: for comparing, never fetched
    captured_at TEXT NOT NULL,
    kind TEXT NOT NULL,                 -- model.PageKind it was asked for as
    status INTEGER NOT NULL,            -- HTTP status, 0 where there was no answer
    mime TEXT NOT NULL,                 -- media type of the Content-Type header, lower case, without parameters
    file TEXT NOT NULL,                 -- "warc/<source>/<name>.warc.gz", relative to the archive
    offset INTEGER NOT NULL,
    length INTEGER NOT NULL,            -- of the compressed response record
    block ANY NOT NULL,                 -- SHA-256 as 32 bytes, another digest as its text
    payload ANY NOT NULL,               -- the same, without head and codings
    truncated TEXT NOT NULL DEFAULT '',
    revisit_of TEXT NOT NULL DEFAULT '',
    via TEXT NOT NULL DEFAULT '',
    provenance TEXT NOT NULL,           -- captured | imported | browser-saved | reconstructed | secondary
    state TEXT NOT NULL,                -- model.State
    reason TEXT NOT NULL DEFAULT '',    -- why unread; of an article, one of model.RENDERINGS
    parser TEXT NOT NULL DEFAULT '',    -- family/version that read it
    notes_json TEXT NOT NULL DEFAULT '[]',
    article INTEGER REFERENCES articles(id),    -- the article it showed, or showed to be gone
    text_digest TEXT NOT NULL DEFAULT '',       -- of the article's text as this capture showed it
    redirect_key TEXT NOT NULL DEFAULT '',      -- url_key of the address that a redirect names
    url TEXT NOT NULL AS (iif(address || substr(url_key, 1, 2) IN ('http://', 'https://'), address || url_key, address)),
    block_digest TEXT NOT NULL AS (iif(typeof(block) = 'blob', 'sha256:' || lower(hex(block)), block)),
    payload_digest TEXT NOT NULL AS (iif(typeof(payload) = 'blob', 'sha256:' || lower(hex(payload)), payload))
) STRICT;
CREATE INDEX captures_url_key ON captures (url_key, captured_at);
CREATE INDEX captures_source ON captures (source, captured_at);
CREATE INDEX captures_place ON captures (file, offset);
CREATE INDEX captures_redirect ON captures (redirect_key) WHERE redirect_key <> '';
CREATE INDEX captures_article ON captures (article, captured_at) WHERE article IS NOT NULL;
CREATE INDEX captures_revisit ON captures (revisit_of) WHERE revisit_of <> '';
CREATE TABLE articles (
    id INTEGER PRIMARY KEY,
    public_id TEXT NOT NULL UNIQUE,     -- 10 letters and digits out of url_key: the same after every rebuild
    source TEXT NOT NULL,
    url TEXT NOT NULL,                  -- the address to cite: canonical where the page names one, else as captured
    url_key TEXT NOT NULL UNIQUE,       -- identity of the article
    slug TEXT NOT NULL,                 -- as published
    headline TEXT NOT NULL,
    headline_by TEXT NOT NULL,          -- "restored ..." where made from the slug
    lead TEXT NOT NULL,
    body TEXT NOT NULL,                 -- paragraphs parted by "\n\n"
    captions TEXT NOT NULL,             -- parted by "\n\n"
    byline TEXT NOT NULL,
    source_credit TEXT NOT NULL,
    section TEXT NOT NULL,
    published TEXT,                     -- NULL where the page shows none
    published_precision TEXT,
    modified TEXT,
    day TEXT NOT NULL,                  -- YYYY-MM-DD in Vietnam: of publication, else of first capture
    day_estimated INTEGER NOT NULL,     -- 1 where `day` is not the day of publication
    province TEXT NOT NULL,             -- of the 63: the source's province at publication
    province_now TEXT NOT NULL,         -- of the 34
    words INTEGER NOT NULL,             -- syllables and numbers of lead and body, as the index cuts them
    confidence REAL NOT NULL,
    capture INTEGER NOT NULL REFERENCES captures(id),  -- of the current revision
    revision INTEGER NOT NULL,          -- number of the current revision, from 1
    first_captured TEXT NOT NULL,
    last_captured TEXT NOT NULL,        -- last capture that showed the article, changed or not
    gone_at TEXT,                       -- when it was first seen to have disappeared
    search_rowid INTEGER NOT NULL UNIQUE  -- day number << 16 | sequence: rowid in the search index
) STRICT;
CREATE INDEX articles_source ON articles (source, day);
CREATE INDEX articles_day ON articles (day);
CREATE INDEX articles_changed ON articles (capture) WHERE revision > 1;
CREATE INDEX articles_gone ON articles (gone_at) WHERE gone_at IS NOT NULL;
CREATE TABLE revision_rows (            -- revisions, without what stands elsewhere already: ask the view `revisions`
    id INTEGER PRIMARY KEY,
    article INTEGER NOT NULL REFERENCES articles(id),
    number INTEGER NOT NULL,
    capture INTEGER NOT NULL REFERENCES captures(id),
    digest TEXT NOT NULL,               -- sha256 of the normalised fields a reader sees
    parser TEXT NOT NULL,
    shared INTEGER NOT NULL,            -- 1 where texts, slug and canonical are those of its row of articles
    pointers_json TEXT NOT NULL,        -- rows of pointers, in page order
    rest_json TEXT NOT NULL,            -- the whole model.Article but its teasers and what is shared
    UNIQUE (article, number)
) STRICT;
CREATE INDEX revisions_digest ON revision_rows (digest);
CREATE TABLE pointers (                 -- what teasers say, each once, however many pages show it
    id INTEGER PRIMARY KEY,
    hash INTEGER NOT NULL UNIQUE,       -- 8 bytes of BLAKE2b of the other columns
    address TEXT NOT NULL,              -- "https:" where `url` is that before `url_key`, else whole
    url_key TEXT NOT NULL,
    headline TEXT NOT NULL,
    text TEXT NOT NULL,
    box TEXT NOT NULL,
    published TEXT NOT NULL,
    url TEXT NOT NULL AS (iif(address || substr(url_key, 1, 2) IN ('http://', 'https://'), address || url_key, address))
) STRICT;
CREATE INDEX pointers_key ON pointers (url_key);
CREATE TABLE ledger (                   -- teasers seen: one row per address, headline, text and box
    id INTEGER PRIMARY KEY,
    source TEXT NOT NULL,
    pointer INTEGER NOT NULL REFERENCES pointers(id),  -- as the first capture had it
    first_capture INTEGER NOT NULL REFERENCES captures(id),
    last_capture INTEGER NOT NULL REFERENCES captures(id),
    sightings INTEGER NOT NULL
) STRICT;
CREATE INDEX ledger_pointer ON ledger (pointer);
CREATE INDEX ledger_first ON ledger (first_capture);
CREATE INDEX ledger_last ON ledger (last_capture);
CREATE TABLE images (
    article INTEGER NOT NULL REFERENCES articles(id),
    position INTEGER NOT NULL,
    url TEXT NOT NULL,
    url_key TEXT NOT NULL,
    alt TEXT NOT NULL,
    caption TEXT NOT NULL,
    PRIMARY KEY (article, position)
) STRICT, WITHOUT ROWID;
CREATE TABLE attachments (
    article INTEGER NOT NULL REFERENCES articles(id),
    position INTEGER NOT NULL,
    url TEXT NOT NULL,
    url_key TEXT NOT NULL,
    name TEXT NOT NULL,
    PRIMARY KEY (article, position)
) STRICT, WITHOUT ROWID;
CREATE TABLE tags (
    article INTEGER NOT NULL REFERENCES articles(id),
    position INTEGER NOT NULL,
    tag TEXT NOT NULL,
    tag_key TEXT NOT NULL,              -- folded
    PRIMARY KEY (article, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX tags_key ON tags (tag_key);
CREATE TABLE events (                   -- a copy of manifest/events.jsonl, of takedowns only that there was one
    seq INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    type TEXT NOT NULL,                 -- PREMIS event types: capture, ingestion, fixity check, deaccession ...
    object TEXT NOT NULL,
    outcome TEXT NOT NULL,
    detail_json TEXT NOT NULL
) STRICT;
-- Of a word in the first column FTS5 keeps no number of the column, two bytes a word and article: so it is the body.
CREATE VIRTUAL TABLE exact USING fts5(  -- NFC, lower case, tone placement made uniform
    body, lead, headline, captions, byline,
    content='', contentless_delete=1, tokenize='ascii');
CREATE VIRTUAL TABLE folded USING fts5( -- the same texts without accents, d for đ
    body, lead, headline, captions, byline,
    content='', contentless_delete=1, tokenize='ascii');
CREATE TABLE readings (                 -- run-local: what an earlier parser read, where a later one reads otherwise
    id INTEGER PRIMARY KEY,
    article INTEGER NOT NULL REFERENCES articles(id),
    capture INTEGER NOT NULL REFERENCES captures(id),
    digest TEXT NOT NULL,
    parser TEXT NOT NULL,
    article_json TEXT NOT NULL,
    replaced_at TEXT NOT NULL
) STRICT;
CREATE INDEX readings_article ON readings (article);
CREATE TABLE mentions (                 -- the places that the current revision's text names
    article INTEGER NOT NULL REFERENCES articles(id),
    field TEXT NOT NULL,                -- headline | lead | body | captions
    start INTEGER NOT NULL,             -- in characters of that column of articles
    length INTEGER NOT NULL,
    place TEXT NOT NULL,                -- id in archive.places
    surface TEXT NOT NULL,              -- as the text has it
    ambiguous INTEGER NOT NULL,         -- 1 where the name may mean another place, or no place at all
    PRIMARY KEY (article, field, start)
) STRICT, WITHOUT ROWID;
CREATE INDEX mentions_place ON mentions (place, article);
CREATE TABLE persons (                  -- the persons whom the current revision's text names with an office
    article INTEGER NOT NULL REFERENCES articles(id),
    field TEXT NOT NULL,                -- headline | lead | body | captions
    start INTEGER NOT NULL,             -- in characters of that column of articles
    length INTEGER NOT NULL,
    name TEXT NOT NULL,                 -- as the text has it; two persons of one name are not told apart
    key TEXT NOT NULL,                  -- its words in lower case, tone placement made uniform
    folded TEXT NOT NULL,               -- the key without accents
    offices TEXT NOT NULL,              -- as the text has them, parted by "; "
    PRIMARY KEY (article, field, start)
) STRICT, WITHOUT ROWID;
CREATE INDEX persons_named ON persons (folded, key, article);
CREATE TABLE unnamed (                  -- articles whose text has changed since its places and persons were looked for
    article INTEGER PRIMARY KEY REFERENCES articles(id)
) STRICT;
-- How the index is written: a batch is one segment, and eight of a level are merged into one (archive.search.index.writer).
INSERT INTO exact(exact, rank) VALUES ('hashsize', 33554432);
INSERT INTO exact(exact, rank) VALUES ('automerge', 8);
INSERT INTO folded(folded, rank) VALUES ('hashsize', 33554432);
INSERT INTO folded(folded, rank) VALUES ('automerge', 8);
-- Searching: covering indexes, and the vocabulary of the index as tables.
CREATE INDEX articles_facts ON articles (   -- facts of a hit, read without its text: facets, limits, trends
    search_rowid, source, province, province_now, section, byline, words, revision, gone_at, first_captured);
CREATE INDEX articles_estimated ON articles (search_rowid, published_precision) WHERE day_estimated;
CREATE INDEX articles_key ON articles (id, search_rowid);
CREATE INDEX articles_by_source ON articles (source, search_rowid);
CREATE INDEX articles_by_province ON articles (province, search_rowid);
CREATE INDEX articles_by_province_now ON articles (province_now, search_rowid);
CREATE INDEX articles_by_section ON articles (section, search_rowid);
CREATE VIRTUAL TABLE exact_words USING fts5vocab(exact, row);       -- term, doc (articles), cnt (occurrences)
CREATE VIRTUAL TABLE folded_words USING fts5vocab(folded, row);
CREATE VIRTUAL TABLE exact_places USING fts5vocab(exact, instance); -- term, doc (search rowid), col, offset (word)
CREATE VIRTUAL TABLE folded_places USING fts5vocab(folded, instance);
CREATE INDEX articles_strays ON articles (  -- articles whose day was full, so that they stand under another
    search_rowid, day) WHERE (search_rowid >> 16) <> CAST(julianday(day) - 1721424.5 AS INTEGER);
-- Words and pairs of words by month, where somebody has them counted.
CREATE TABLE ngrams (                       -- run-local: made by `baotinh rebuild ngrams` from the articles of that day
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
    least INTEGER NOT NULL,                 -- n-grams found less often than this are left out
    unit TEXT NOT NULL DEFAULT 'syllable'   -- syllable | word: what was counted; a word's syllables are joined by _
) STRICT;
-- The words of texts as numbers, for counting, and where common ones stand.
CREATE TABLE numbered_words (               -- run-local: the words that numbers stand for
    number INTEGER PRIMARY KEY,             -- from 3 on
    word TEXT NOT NULL UNIQUE               -- in the form that keeps accents
) STRICT;
CREATE TABLE numbered (                     -- run-local: what lead, body, headline, captions and byline consist of
    search_rowid INTEGER PRIMARY KEY,
    width INTEGER NOT NULL,                 -- bytes of a number: 2 | 4
    counted INTEGER NOT NULL,               -- how many of the numbers are of lead and body
    numbers BLOB NOT NULL                   -- zlib: words in turn, 0 ends a text, 1 a sentence, 2 is another sign
) STRICT;
CREATE TABLE numbered_todo (                -- run-local: articles written since their words were numbered
    search_rowid INTEGER PRIMARY KEY
) STRICT;
CREATE TABLE index_state (                  -- run-local: one row, changed with every change of the index
    id INTEGER PRIMARY KEY CHECK (id = 1),
    generation INTEGER NOT NULL
) STRICT;
INSERT INTO index_state VALUES (1, 0);
CREATE TABLE common_words (                 -- run-local: the words that have bits, by a sample of the articles
    form TEXT NOT NULL,                     -- exact | folded
    word TEXT NOT NULL,
    frequent INTEGER NOT NULL,              -- its place among the frequent ones, from 1; 0 is none
    articles INTEGER NOT NULL,              -- how many there were: with twice as many all is made anew
    PRIMARY KEY (form, word)
) STRICT, WITHOUT ROWID;
CREATE TABLE word_bits (                    -- run-local: in which articles the commonest words stand
    part INTEGER NOT NULL,                  -- bit_parts.first
    form TEXT NOT NULL,                     -- exact | folded
    word TEXT NOT NULL,
    bits BLOB NOT NULL,                     -- a bit for each article of the part in turn, the high bit first
    followed BLOB,                          -- of a frequent word: the articles in which each frequent one follows it
    PRIMARY KEY (form, word, part)
) STRICT;
CREATE TABLE bit_parts (                    -- run-local: the articles that bits stand for
    first INTEGER PRIMARY KEY,              -- search rowid of the first one of the part, which goes to the next part's
    rowids BLOB NOT NULL                    -- their search rowids in order, 8 bytes each, the low byte first
) STRICT;
CREATE TABLE bits_todo (                    -- run-local: articles written or gone since the bits were made
    search_rowid INTEGER PRIMARY KEY
) STRICT;
-- Near-identical texts, and who published each first; made by `baotinh study clusters`.
CREATE TABLE same_text (                    -- run-local: made by `baotinh study clusters`, the same from the same articles
    article INTEGER PRIMARY KEY,
    first INTEGER NOT NULL,                 -- row of articles: who published this text first; below 1: not decided yet
    position TEXT NOT NULL,                 -- what is first: day, time, public id; the end of what is not exact
    keys BLOB NOT NULL,                     -- its keys in bands, 8 bytes each; empty for a text too short to compare
    stale INTEGER NOT NULL DEFAULT 0        -- 1 where text or date has changed since, or the article is gone
) STRICT;
CREATE INDEX same_text_first ON same_text (first);
CREATE INDEX same_text_open ON same_text (position) WHERE first < 1;
CREATE INDEX same_text_stale ON same_text (article) WHERE stale;
CREATE TABLE bands (                        -- run-local: texts much alike share a key (archive.text.similarity)
    key INTEGER NOT NULL,
    article INTEGER NOT NULL,
    PRIMARY KEY (key, article)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER articles_text AFTER UPDATE OF lead, body, day, published ON articles
WHEN old.lead <> new.lead OR old.body <> new.body OR old.day <> new.day OR old.published IS NOT new.published
BEGIN UPDATE same_text SET stale = 1 WHERE article = old.id; END;
CREATE TRIGGER articles_gone AFTER DELETE ON articles
BEGIN UPDATE same_text SET stale = 1 WHERE article = old.id; END;
-- What is needed to find, without reading all, everything that a takedown takes out.
CREATE TABLE pointed (                  -- articles of which some reading, current or not, points to an address
    key INTEGER NOT NULL,               -- 8 bytes of BLAKE2b of its url_key: of what was taken down no address stays
    article INTEGER NOT NULL,
    PRIMARY KEY (key, article)
) STRICT, WITHOUT ROWID;
CREATE INDEX images_key ON images (url_key);
CREATE INDEX attachments_key ON attachments (url_key);
-- Pages that are probably no articles, beside these.
CREATE TABLE unlikely (                 -- pages that read like an article and are probably none
    id INTEGER PRIMARY KEY,
    public_id TEXT NOT NULL,            -- what its article would be called
    source TEXT NOT NULL,
    url TEXT NOT NULL,
    url_key TEXT NOT NULL UNIQUE,       -- what its article's identity would be
    headline TEXT NOT NULL,
    section TEXT NOT NULL,
    published TEXT,
    day TEXT NOT NULL,                  -- of publication, else of the capture
    day_estimated INTEGER NOT NULL,
    province TEXT NOT NULL,
    province_now TEXT NOT NULL,
    capture INTEGER NOT NULL REFERENCES captures(id),  -- the latest that reads so
    parser TEXT NOT NULL,
    probability REAL NOT NULL,          -- that the page is an article or a notice
    doubt TEXT NOT NULL,                -- the sign that speaks most against it
    article_json TEXT NOT NULL          -- the whole model.Article
) STRICT;
CREATE INDEX unlikely_capture ON unlikely (capture);
CREATE TABLE unlikely_pointed (         -- to which addresses such a page points: as in `pointed`
    key INTEGER NOT NULL,
    page INTEGER NOT NULL REFERENCES unlikely(id),
    PRIMARY KEY (key, page)
) STRICT, WITHOUT ROWID;
CREATE INDEX unlikely_pointed_page ON unlikely_pointed (page);
CREATE VIRTUAL TABLE unlikely_exact USING fts5(     -- their texts, as `exact` has those of articles
    headline, lead, body, captions, byline, content='', tokenize='ascii');
CREATE VIRTUAL TABLE unlikely_folded USING fts5(
    headline, lead, body, captions, byline, content='', tokenize='ascii');
INSERT INTO unlikely_exact(unlikely_exact, rank) VALUES ('secure-delete', 1);
INSERT INTO unlikely_folded(unlikely_folded, rank) VALUES ('secure-delete', 1);
-- What is stored once, put together again.

CREATE VIEW revisions AS                -- every text that an article had, with how each field was found
    SELECT r.id, r.article, r.number, r.capture, r.digest, r.parser, iif(json_valid(r.rest_json), json_replace(
        iif(r.shared, json_replace(r.rest_json, '$.headline.value', a.headline, '$.lead.value', a.lead,
            '$.slug', a.slug, '$.canonical', a.url,
            '$.body', json(iif(a.body = '', '[]', '[' || replace(json_quote(a.body), '\n\n', '","') || ']')),
            '$.captions', json('[' || replace(json_quote(a.captions), '\n\n', '","') || ']')), r.rest_json),
        '$.teasers', (SELECT json_group_array(json('{' || iif(p.box = '', '', '"box":' || json_quote(p.box) || ',')
            || '"headline":' || json_quote(p.headline)
            || iif(p.published = '', '', ',"published":' || json_quote(p.published))
            || iif(p.text = '', '', ',"text":' || json_quote(p.text)) || ',"url":' || json_quote(p.url) || '}'))
            FROM json_each(r.pointers_json) j CROSS JOIN pointers p ON p.id = j.value)), r.rest_json) AS article_json
    FROM revision_rows r JOIN articles a ON a.id = r.article;
CREATE VIEW teasers AS                  -- the ledger: one row per distinct pointer, where it was first and last seen
    SELECT l.id, l.source, p.url, p.url_key, p.headline, p.text, p.box, l.first_capture, l.last_capture, l.sightings
    FROM ledger l JOIN pointers p ON p.id = l.pointer;
CREATE VIEW article_teasers AS          -- which teasers the current revision of an article shows, in page order
    SELECT article, row_number() OVER (PARTITION BY article ORDER BY first_at) - 1 AS position, teaser FROM (
        SELECT r.article, min(j.key) AS first_at, coalesce((SELECT id FROM ledger WHERE pointer = j.value),
            (SELECT l.id FROM pointers p JOIN pointers q ON (q.url_key, q.headline, q.text, q.box) = (p.url_key,
                p.headline, p.text, p.box) JOIN ledger l ON l.pointer = q.id WHERE p.id = j.value)) AS teaser
        FROM articles a JOIN revision_rows r ON r.article = a.id AND r.number = a.revision
        CROSS JOIN json_each(r.pointers_json) j GROUP BY 1, 3) WHERE teaser IS NOT NULL;

-- Views for plain SQL: articles, captures and revisions with their names.
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
