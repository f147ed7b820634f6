"""Pages that say "nothing is here" with status 200, known by how a host answers for addresses that cannot exist; asked
once a week and remembered.
"""

from __future__ import annotations

import hashlib
import re
import time
from dataclasses import dataclass, replace
from urllib.parse import urljoin, urlsplit

from archive.errors import Unreadable
from archive.sources import Source
from archive.text.similarity import pack_shingles, page_shingles, page_title, unpack_shingles
from archive.text.urls import url_key
from archive.warc.http import split, values
from crawler.frontier.store import Candidate, FrontierStore, Row
from crawler.http.capture import Fetched
from crawler.scope import authority, refusal, trap

NOTE = "soft-404"
"""Name of the note in a capture's metadata record that holds the record id of the probe it is like."""

_LIMIT = 2 << 20  # of a page after gzip: what says that nothing is there is small
_SAYS_SO = re.compile(
    r"không tìm thấy|không tồn tại|không có trang|not found|\blỗi\b|error|^0$|\b0\b.{0,60}trang", re.IGNORECASE
)
_NOVEL = (
    5  # shingles that a page may have beyond the probe's: its own address, perhaps; a headline and a date have more
)
_MISSING = 0.2
_ALIKE = 0.5
_WORDS = "khong-co-trang-nay"
_MARK = re.compile(r"[-_.][a-z]{0,6}$")  # before the number: "-post", "-a", "-"
_NUMBER = re.compile(r"(?s:(?:.*\D)?)(\d+)\D*\Z")  # the last one


@dataclass(frozen=True, slots=True)
class AbsenceAnswer:
    """How a host answered for an address that cannot exist. `target` is where it redirects to, without the query."""

    status: int
    target: str
    title: str
    shingles: frozenset[int]
    record: str  # WARC record id of the answer


def absence_answer(fetched: Fetched, url: str, record: str) -> AbsenceAnswer:
    """What an answer to `url`; of one that is no page, or cannot be decoded, status and target alone."""
    text = _text(fetched) if fetched.status == 200 else ""
    return AbsenceAnswer(fetched.status, _target(fetched, url), page_title(text), page_shingles(text), record)


def like(fetched: Fetched, url: str, absences: tuple[AbsenceAnswer, ...]) -> AbsenceAnswer | None:
    """The one of `absences` that the answer to `url` is like, None where it is a page of its own.

    A redirect is like one that leads to the same place. A page is like one with the same title that has nothing more to
    say; where the title itself says that nothing was found, half of the text may differ.
    """
    if 300 <= fetched.status < 400:
        target = _target(fetched, url)
        return next((one for one in absences if target and one.target == target and one.status < 400), None)
    pages = [one for one in absences if one.status == 200 and one.shingles]
    if fetched.status != 200 or fetched.error or not pages:
        return None
    text = _text(fetched)
    title = page_title(text)
    pages = [one for one in pages if one.title == title]
    if not pages:
        return None
    found = page_shingles(text)
    varies = len(pages[0].shingles ^ pages[-1].shingles)
    return next((one for one in pages if _alike(found, one, varies)), None)


def first_probe_address(site: str) -> str:
    """An address below `site` ("https://host") that cannot exist, always the same for one site."""
    return f"{site}/{_WORDS}-{_word(site)}.html"


def second_probe_address(article: str) -> str:
    """An address that cannot exist, made like that of `article`: other words and another number; "" without a number.

    A site whose CMS knows an address by its number may answer otherwise there than for a name it has never heard; one
    that knows it by its words alone would answer with the article itself, were they left.
    """
    site = authority(article)
    parts = urlsplit(article)
    folder, _, name = parts.path.rpartition("/")
    other = f"9{int(_word(site), 16) % 10**8:08}"
    if found := _NUMBER.match(parts.query):
        query = f"{parts.query[: found.start(1)]}{other}{parts.query[found.end(1) :]}"
        return f"{site}{parts.path}?{query}"
    if found := _NUMBER.match(name):
        before = _MARK.search(name[: found.start(1)][-8:])
        return f"{site}{folder}/{_WORDS}{before[0] if before else '-'}{other}{name[found.end(1) :]}"
    return ""


def leads_home(url: str, target: str) -> bool:
    """Whether `target` is the home page of the site that `url` is another page of."""
    try:
        home = urlsplit(target)
    except ValueError:
        return False  # no address at all
    return home.path in ("", "/") and not home.query and urlsplit(url).path not in ("", "/")


def _alike(found: frozenset[int], absence: AbsenceAnswer, varies: int) -> bool:
    shared = len(found & absence.shingles)
    if absence.title and _SAYS_SO.search(absence.title):
        return shared >= _ALIKE * len(found | absence.shingles)
    return len(found) - shared <= _NOVEL + varies and shared >= (1 - _MISSING) * len(absence.shingles)


def _text(fetched: Fetched) -> str:
    if fetched.capture is None:
        return ""
    try:
        return split(fetched.capture.response, _LIMIT).body.decode("utf-8", "replace")
    except Unreadable:
        return ""


def _target(fetched: Fetched, url: str) -> str:
    where = values(fetched.headers, "location") if 300 <= fetched.status < 400 else []
    if not where:
        return ""
    try:
        return url_key(urljoin(url, where[0])).partition("?")[0]
    except ValueError:
        return ""


def _word(site: str) -> str:
    return hashlib.blake2b(site.encode(), digest_size=6).hexdigest()


PROBES = 2
PRIORITY = 990_000
"""Before everything else of a host: pages are judged by what its probes have shown."""


class Soft404:
    """What is known of the hosts of `source`, during one run."""

    def __init__(self, rows: FrontierStore, source: Source) -> None:
        self._rows = rows
        self._source = source
        self._known: dict[str, tuple[AbsenceAnswer, ...]] = {}

    def probes(self) -> list[Candidate]:
        """The addresses that cannot exist, to be asked for: one for each host, and one made like an article of its.

        Each comes due again by itself, as other rows do.
        """
        sites = self._rows.read("SELECT id, name FROM authorities WHERE source = ?", (self._source.id,)).fetchall()
        home = authority(self._source.homepage)
        found = [first_probe_address(home)] if home not in {name for _, name in sites} else []
        for number, site in sites:
            told = self._rows.read(
                "SELECT url FROM urls WHERE authority = ? AND kind = 'article' AND state = 'done' AND reason = ''"
                " ORDER BY id DESC LIMIT 1",
                (number,),
            ).fetchone()
            asked = self._rows.read("SELECT count(*) FROM urls WHERE authority = ? AND kind = 'probe'", (number,))
            if asked.fetchone()[0] < PROBES and (told or site == home):
                found += [first_probe_address(site), second_probe_address(told[0]) if told else ""]
        return [
            Candidate(url, "probe", PRIORITY)
            for url in found
            if url and not refusal(url, self._source) and not trap(url, self._source)
        ]

    def learn(self, row: Row, fetched: Fetched, record: str) -> None:
        """Takes the answer to a probe."""
        if not fetched.status or fetched.status in (304, 429) or fetched.status >= 500:
            return
        absence, site = absence_answer(fetched, row.url, record), authority(row.url)
        number = int(row.url != first_probe_address(site))
        self._rows.write(
            "INSERT OR REPLACE INTO absences (authority, number, source, at, status, target, title, shingles, record)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                site, number, self._source.id, int(time.time()), absence.status, absence.target, absence.title,
                pack_shingles(absence.shingles), record,
            ),
        )  # fmt: skip
        self._known.pop(site, None)

    def marked(self, row: Row | None, fetched: Fetched) -> Fetched:
        """`fetched`, its capture with a note where the answer is like that for an address that cannot exist."""
        if row is None or fetched.capture is None or row.kind not in ("article", "page") or not row.depth:
            return fetched
        absence = like(fetched, row.url, self._of(authority(row.url)))
        if absence is None:
            return fetched
        capture = replace(fetched.capture, notes=(*fetched.capture.notes, (NOTE, absence.record)))
        return replace(fetched, capture=capture)

    def _of(self, site: str) -> tuple[AbsenceAnswer, ...]:
        if site not in self._known:
            found = self._rows.read(
                "SELECT status, target, title, shingles, record FROM absences WHERE authority = ? ORDER BY number",
                (site,),
            )
            self._known[site] = tuple(
                AbsenceAnswer(status, target, title, unpack_shingles(data), record)
                for status, target, title, data, record in found
            )
        return self._known[site]


def is_soft404(fetched: Fetched) -> bool:
    """Whether the capture of `fetched` was found to be like a probe's."""
    return fetched.capture is not None and any(name == NOTE for name, _ in fetched.capture.notes)
