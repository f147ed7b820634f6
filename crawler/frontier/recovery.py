"""After a crash: what was fetched and kept is taken up where it lies, and only what was lost is fetched again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from archive.model import Held
from archive.warc.members import folder_of, locate
from archive.warc.recover import Recovered, recover
from archive.warc.scan import scan
from crawler.frontier.rows import Row, Rows

_CLAIMED = """
SELECT urls.id, url, kind, priority, depth, hops, via, published, attempts, coalesce(etag, ''),
       coalesce(last_modified, ''), coalesce(times, 0), claims.run
FROM claims JOIN urls ON urls.id = claims.url_id LEFT JOIN visits ON visits.url_id = urls.id WHERE claims.source = ?
"""


@dataclass(frozen=True, slots=True)
class Survivor:
    """A capture found in a file that a dead run left, and the row that still waits for it, where there is one."""

    held: Held
    row: Row | None


def mend(root: Path) -> tuple[Recovered, ...]:
    """Closes the WARC files that dead processes left open, torn ends laid aside."""
    return recover(root)


def survivors(rows: Rows, root: Path, source: str, mended: tuple[Recovered, ...]) -> Iterator[Survivor]:
    """Every capture in the files that dead runs of `source` were writing; of each URL the last one bears its row.

    The caller holds the source's lock, so every claim on one of its URLs is a dead run's; and a claim is committed
    before its request goes out, so there is no capture of a page without one. What has none, as a robots.txt, is
    remembered as `unfiled`.
    """
    claims = {values[1]: (values[-1], Row(*values[:-1])) for values in rows.read(_CLAIMED, (source,))}
    folder = folder_of(source)
    files = {done.file for done in mended if done.file.startswith(f"{folder}/") and done.captures}
    unfiled = rows.read("SELECT run FROM unfiled WHERE source = ?", (source,)).fetchall()
    for run in {run for run, _ in claims.values()} | {run for (run,) in unfiled}:
        written = sorted((root / folder).glob(f"*{run}*.warc.gz"))
        files |= {path.relative_to(root).as_posix() for path in written[-2:]}  # older ones were settled long before
    for file in sorted(files):
        found = list(scan(locate(root, file), file))
        last = {held.capture.url: number for number, held in enumerate(found)}
        for number, held in enumerate(found):
            run, row = claims.get(held.capture.url, ("", None))
            waits = held.capture.run == run and last[held.capture.url] == number
            yield Survivor(held, row if waits else None)
