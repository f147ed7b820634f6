-- frontier.sqlite: what is still to fetch, and what became of each URL. Times are seconds since 1970.

CREATE TABLE urls (
    id INTEGER PRIMARY KEY,              -- in order of discovery
    key BLOB NOT NULL,                   -- 16 bytes of BLAKE2b of the URL's key: its identity
    source TEXT NOT NULL,
    authority INTEGER NOT NULL REFERENCES authorities(id),
    url TEXT NOT NULL,                   -- as it goes over the wire
    kind TEXT NOT NULL,                  -- archive.model.PageKind
    priority INTEGER NOT NULL,           -- higher first
    depth INTEGER NOT NULL,              -- links followed from a seed
    hops INTEGER NOT NULL,               -- redirects in a row that led here
    via TEXT NOT NULL,                   -- URL it was found on
    published TEXT NOT NULL,             -- as feed or sitemap say, ISO 8601, or ''
    found_at INTEGER NOT NULL,
    state TEXT NOT NULL,                 -- todo | done | failed | excluded; claimed is todo with a row in `claims`
    reason TEXT NOT NULL,                -- of failed and excluded; of done where it is not plain
    attempts INTEGER NOT NULL,           -- of this visit
    not_before REAL NOT NULL,            -- 0: at once
    run TEXT NOT NULL,                   -- that settled it last
    record TEXT NOT NULL                 -- WARC record id of its last capture
) STRICT;
CREATE UNIQUE INDEX urls_key ON urls (key);
CREATE INDEX urls_ready ON urls (authority, priority DESC, id) WHERE state = 'todo' AND not_before = 0;
CREATE INDEX urls_waiting ON urls (not_before) WHERE state = 'todo' AND not_before > 0;
CREATE TABLE claims (                    -- what a run has in hand: a few hundred rows, so that a claim costs one page
    url_id INTEGER PRIMARY KEY REFERENCES urls(id),
    source TEXT NOT NULL,
    run TEXT NOT NULL,
    at INTEGER NOT NULL
) STRICT;
CREATE TABLE visits (                    -- what was met at a URL, and when to come back
    url_id INTEGER PRIMARY KEY REFERENCES urls(id),
    source TEXT NOT NULL,
    first_at INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    times INTEGER NOT NULL,
    changes INTEGER NOT NULL,
    status INTEGER NOT NULL,
    etag TEXT NOT NULL,
    last_modified TEXT NOT NULL,
    every INTEGER NOT NULL,              -- seconds between two visits; 0: in each run
    due INTEGER NOT NULL,                -- time of the next visit
    gone_at INTEGER NOT NULL             -- first of the visits in a row that found it gone; 0: it is there
) STRICT;
CREATE INDEX visits_due ON visits (source, due);
CREATE TABLE history (                   -- what happened to each URL
    id INTEGER PRIMARY KEY,
    url_id INTEGER NOT NULL,
    at INTEGER NOT NULL,
    run TEXT NOT NULL,
    event TEXT NOT NULL,                 -- fetched | redirected | failed | excluded | again | requeued | interrupted
    detail TEXT NOT NULL
) STRICT;
CREATE INDEX history_url ON history (url_id);
CREATE TABLE authorities (               -- "https://host": what one robots.txt speaks for
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    source TEXT NOT NULL,
    robots_at INTEGER NOT NULL,          -- 0: never asked
    robots_verdict TEXT NOT NULL,        -- rules | free | closed
    robots_note TEXT NOT NULL,
    robots_text TEXT NOT NULL,
    robots_record TEXT NOT NULL,         -- WARC record id of the answer
    closed_since INTEGER NOT NULL,       -- 0: not closed
    not_before INTEGER NOT NULL          -- of the host: Retry-After outlives the run
) STRICT;
CREATE TABLE decisions (                 -- how hosts were treated, and why
    id INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    run TEXT NOT NULL,
    source TEXT NOT NULL,
    host TEXT NOT NULL,
    decision TEXT NOT NULL,
    detail TEXT NOT NULL
) STRICT;
CREATE INDEX decisions_run ON decisions (run);
CREATE TABLE backfills (                     -- how far the backfills of a source have come
    source TEXT NOT NULL,
    pattern TEXT NOT NULL,
    began TEXT NOT NULL,                 -- the day from which dates are walked backwards
    position INTEGER NOT NULL,           -- addresses taken so far
    dry INTEGER NOT NULL,                -- how many of them in a row have brought nothing
    pages INTEGER NOT NULL DEFAULT 0,    -- of a list that says how long it is, 0 where it does not
    items INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (source, pattern)
) STRICT, WITHOUT ROWID;
CREATE TABLE days (                      -- requests of a source on a day in Vietnam, for daily budgets
    source TEXT NOT NULL,
    day TEXT NOT NULL,
    requests INTEGER NOT NULL,
    PRIMARY KEY (source, day)
) STRICT, WITHOUT ROWID;
CREATE TABLE listing_visits (                    -- what listings, feeds and sitemaps brought, of each the last few visits
    id INTEGER PRIMARY KEY,
    source TEXT NOT NULL,
    url TEXT NOT NULL,
    at INTEGER NOT NULL,
    run TEXT NOT NULL,
    listed INTEGER NOT NULL,             -- articles it points to
    fresh INTEGER NOT NULL,              -- of these, met here for the first time
    mark TEXT NOT NULL,                  -- why nothing was read (http_404, redirected ...); '=': not changed
    UNIQUE (source, url, run)
) STRICT;
CREATE TABLE absences (                    -- how a host answers for addresses that cannot exist
    authority TEXT NOT NULL,
    number INTEGER NOT NULL,             -- of the request: two say how much one answer differs from the next
    source TEXT NOT NULL,
    at INTEGER NOT NULL,
    status INTEGER NOT NULL,
    target TEXT NOT NULL,                -- where it redirects to
    title TEXT NOT NULL,
    shingles BLOB NOT NULL,              -- 4 bytes each: archive.text.similarity
    record TEXT NOT NULL,                -- WARC record id of the answer
    PRIMARY KEY (authority, number)
) STRICT, WITHOUT ROWID;
CREATE TABLE unfiled (                   -- runs that kept more than their reader had filed at their end
    source TEXT NOT NULL,
    run TEXT NOT NULL,
    PRIMARY KEY (source, run)
) STRICT, WITHOUT ROWID;
CREATE TABLE headlines (                 -- what a listing or feed said of a URL at the last visit
    place INTEGER NOT NULL,              -- the row of the listing or feed
    url_id INTEGER NOT NULL,
    said BLOB NOT NULL,                  -- 8 bytes of BLAKE2b of the headline
    PRIMARY KEY (place, url_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE aliases (                   -- what addresses of one article have in common
    alias BLOB PRIMARY KEY,              -- 16 bytes of BLAKE2b
    named BLOB NOT NULL                  -- key of the URL it is asked for at
) STRICT, WITHOUT ROWID;
CREATE TABLE callbacks (                 -- addresses that a spider of its own reads itself
    key BLOB PRIMARY KEY,                -- 16 bytes of BLAKE2b, as in urls
    name TEXT NOT NULL                   -- of the spider's method
) STRICT, WITHOUT ROWID;
CREATE TABLE items (                     -- what a spider of its own has made of answers
    key BLOB PRIMARY KEY,                -- of the article's address
    said BLOB NOT NULL                   -- 16 bytes of BLAKE2b of the item: the same one is kept once
) STRICT, WITHOUT ROWID;
