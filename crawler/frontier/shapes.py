"""How each host of a source says that nothing is there: asked once a week, remembered, and what is like it marked."""

from __future__ import annotations

import time
from dataclasses import replace

from archive.sources import Source
from archive.text.likeness import packed, unpacked
from crawler.absence import NOTE, Shape, first_address, like, second_address, shape_of
from crawler.capture import Fetched
from crawler.frontier.rows import Candidate, Row, Rows
from crawler.scope import authority, refusal, trap

PROBES = 2
PRIORITY = 990_000
"""Before everything else of a host: pages are judged by what its probes have shown."""


class Shapes:
    """What is known of the hosts of `source`, during one run."""

    def __init__(self, rows: Rows, source: Source) -> None:
        self._rows = rows
        self._source = source
        self._known: dict[str, tuple[Shape, ...]] = {}

    def probes(self) -> list[Candidate]:
        """The addresses that cannot exist, to be asked for: one for each host, and one made like an article of its.

        Each comes due again by itself, as other rows do.
        """
        sites = self._rows.read("SELECT id, name FROM authorities WHERE source = ?", (self._source.id,)).fetchall()
        home = authority(self._source.homepage)
        found = [first_address(home)] if home not in {name for _, name in sites} else []
        for number, site in sites:
            told = self._rows.read(
                "SELECT url FROM urls WHERE authority = ? AND kind = 'article' AND state = 'done' AND reason = ''"
                " ORDER BY id DESC LIMIT 1",
                (number,),
            ).fetchone()
            asked = self._rows.read("SELECT count(*) FROM urls WHERE authority = ? AND kind = 'probe'", (number,))
            if asked.fetchone()[0] < PROBES and (told or site == home):
                found += [first_address(site), second_address(told[0]) if told else ""]
        return [
            Candidate(url, "probe", PRIORITY)
            for url in found
            if url and not refusal(url, self._source) and not trap(url, self._source)
        ]

    def learn(self, row: Row, fetched: Fetched, record: str) -> None:
        """Takes the answer to a probe."""
        if not fetched.status or fetched.status in (304, 429) or fetched.status >= 500:
            return
        shape, site = shape_of(fetched, row.url, record), authority(row.url)
        number = int(row.url != first_address(site))
        self._rows.write(
            "INSERT OR REPLACE INTO shapes (authority, number, source, at, status, target, title, shingles, record)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                site, number, self._source.id, int(time.time()), shape.status, shape.target, shape.title,
                packed(shape.shingles), record,
            ),
        )  # fmt: skip
        self._known.pop(site, None)

    def marked(self, row: Row | None, fetched: Fetched) -> Fetched:
        """`fetched`, its capture with a note where the answer is like that for an address that cannot exist."""
        if row is None or fetched.capture is None or row.kind not in ("article", "page") or not row.depth:
            return fetched
        shape = like(fetched, row.url, self._of(authority(row.url)))
        if shape is None:
            return fetched
        capture = replace(fetched.capture, notes=(*fetched.capture.notes, (NOTE, shape.record)))
        return replace(fetched, capture=capture)

    def _of(self, site: str) -> tuple[Shape, ...]:
        if site not in self._known:
            found = self._rows.read(
                "SELECT status, target, title, shingles, record FROM shapes WHERE authority = ? ORDER BY number",
                (site,),
            )
            self._known[site] = tuple(
                Shape(status, target, title, unpacked(data), record) for status, target, title, data, record in found
            )
        return self._known[site]


def is_marked(fetched: Fetched) -> bool:
    """Whether the capture of `fetched` was found to be like a probe's."""
    return fetched.capture is not None and any(name == NOTE for name, _ in fetched.capture.notes)
