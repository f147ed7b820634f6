"""How large the database is beside its text: `python -m bench.size [SHARED] [--pages 1000]`.

Generated pages, and the recorded NukeViet site in SHARED, are kept, read and filed into new archives. Printed is how
many times the text of their articles (headline, lead, body, captions, byline) the database takes over an empty one, and
each table and index that takes a fiftieth of the text or more. Of the recorded site is left out what a crawl never asks
for: print and save versions, searches, sessions (`crawler.scope.trap`).
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from archive.holdings import Holdings
from archive.ingest.keep import Keeper
from archive.ingest.pipeline import Ingest
from archive.model import Capture
from archive.sources import Register, Source, parse_source
from archive.store import open_database
from bench.readers import NOW
from bench.reread import SOURCE, capture_of, recorded
from crawler.scope import trap

_HOST = "127.0.0.1:18080"
_RECORDED = parse_source(
    'id = "recorded"\nname = "Recorded"\nkind = "party"\nprovince = "thai-nguyen"\nstatus = "unverified"\n'
    f'hosts = ["{_HOST}"]\n[[layout]]\nfamily = "nukeviet"\n',
    "recorded.toml",
)
_TEXT = "SELECT sum(length(CAST(headline || lead || body || captions || byline AS BLOB))), count(*) FROM articles"
_SHOWN = 0.02


def main() -> int:
    """Prints the sizes."""
    parser = argparse.ArgumentParser(prog="python -m bench.size", description=__doc__.partition("\n")[0])
    parser.add_argument("shared", type=Path, nargs="?", help="the folder with the recorded sites")
    parser.add_argument("--pages", type=int, default=1000, help="generated pages")
    options = parser.parse_args()
    _measure("generated pages", SOURCE, map(capture_of, recorded(options.pages)))
    if options.shared:
        _measure("the recorded NukeViet site", _RECORDED, _site(options.shared / "data/cms/nukeviet-4.5"))
    return 0


def _measure(name: str, source: Source, captures: Iterable[Capture]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        holdings = Holdings.create(Path(folder) / "archive", "Bench", "mailto:bench@bench.example")
        empty = sizes(holdings.database)
        with Keeper(holdings, source.id, "run") as keeper:
            places = [keeper.keep(capture) for capture in captures]
        with Ingest(holdings, Register.of([source])) as ingest:
            for place in places:
                ingest.read(place)
                if ingest.due:
                    ingest.commit()
        full = sizes(holdings.database) - empty
        with closing(open_database(holdings.database, readonly=True)) as db:
            text, articles = db.execute(_TEXT).fetchone()
    print(f"{name}: {len(places)} captures, {articles} articles, {text / 1e6:.2f} MB of text")
    print(f"  database / text: {full.total() / text:.2f}")
    print("  " + ", ".join(f"{table} {size / text:.2f}" for table, size in full.most_common() if size > text * _SHOWN))


def sizes(path: Path) -> Counter[str]:
    """Bytes of the pages of each table and index of the database at `path`, which is made where there is none."""
    with closing(open_database(path)) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return Counter(dict(db.execute("SELECT name, sum(pgsize) FROM dbstat WHERE aggregate = TRUE GROUP BY name")))


def _site(folder: Path) -> Iterator[Capture]:
    """The recorded answers that a crawl would have kept, in the order they were recorded."""
    with (folder / "index.jsonl").open(encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            row = json.loads(line)
            url = f"http://{_HOST}{row['url']}"
            if not row["url"].startswith("/") or trap(url, _RECORDED, NOW.date()):
                continue
            body = (folder / row["file"]).read_bytes()
            headers = row["headers"] | {"content-length": str(len(body))}
            dropped = ("content-encoding", "transfer-encoding")  # the bodies were recorded without
            lines_of = "".join(f"{name}: {value}\r\n" for name, value in headers.items() if name not in dropped)
            head = f"HTTP/1.1 {row['status']} OK\r\n{lines_of}\r\n".encode()
            request = f"GET {row['url']} HTTP/1.1\r\nHost: {_HOST}\r\n\r\n".encode()
            yield replace(Capture(url, NOW, request, head + body, _RECORDED.id), began=NOW + timedelta(seconds=number))


if __name__ == "__main__":
    raise SystemExit(main())
