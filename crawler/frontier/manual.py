"""What a person may change in the frontier: put URLs back to be fetched, or exclude them with a reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from archive.errors import UsageError
from archive.model import PageKind
from archive.sources import Register, Source
from crawler.frontier.discovery import rank
from crawler.frontier.limits import BY_HAND
from crawler.frontier.store import Candidate, FrontierStore, digest_of
from crawler.scope import as_fetched, host_of, key_of, refusal, trap

_REASON = "hand"
"""How a reason given by a person begins: "hand: the owner asked for it"."""


def requeue(rows: FrontierStore, register: Register, urls: Iterable[str]) -> int:
    """Puts each of `urls` back, or adds it where it is not known; gives back how many will be fetched.

    Raises UsageError, before anything is changed, for a URL that no source holds or that a rule forbids.
    """
    wanted = [_candidate(register, url) for url in urls]
    for source, candidate in wanted:
        rows.add([candidate], source)
        rows.write(
            "UPDATE urls SET state = 'todo', reason = '', not_before = 0, attempts = 0 WHERE key = ?",
            (digest_of(key_of(candidate.url, register.get(source))),),
        )
        _note(rows, candidate.url, register.get(source), "requeued", "by hand")
    rows.commit()
    return len(wanted)


def requeue_all(rows: FrontierStore, source: str, state: str, reason: str) -> int:
    """Puts back every URL of `source` that is `failed` or `excluded` for `reason` ("": any); gives back how many."""
    if state not in ("failed", "excluded"):
        raise UsageError("{state}: only what is failed or excluded can be put back as a whole", state=state)
    changed = rows.write(
        "UPDATE urls SET state = 'todo', reason = '', not_before = 0, attempts = 0"
        " WHERE source = ? AND state = ? AND ? IN ('', reason)",
        (source, state, reason),
    ).rowcount
    rows.commit()
    return changed


def exclude(rows: FrontierStore, register: Register, urls: Iterable[str], reason: str) -> int:
    """Excludes each of `urls`, known or not, for `reason`; gives back how many. Raises UsageError as `requeue` does."""
    said = f"{_REASON}: {reason}"
    number = 0
    for url in urls:
        source = _source(register, as_fetched(url))
        candidate = Candidate(
            as_fetched(url), "page", 0, excluded=said, key=key_of(as_fetched(url), register.get(source))
        )
        rows.add([candidate], source)
        rows.write(
            "UPDATE urls SET state = 'excluded', reason = ? WHERE key = ?",
            (said, digest_of(key_of(candidate.url, register.get(source)))),
        )
        _note(rows, candidate.url, register.get(source), "excluded", said)
        number += 1
    rows.commit()
    return number


@dataclass(slots=True)
class Placed:
    """What became of a list of addresses: how many were new and known to each source, and what was left out, why."""

    new: Counter[str] = field(default_factory=Counter)
    known: Counter[str] = field(default_factory=Counter)
    left_out: dict[str, list[str]] = field(default_factory=dict)  # addresses by reason

    def leave_out(self, reason: str, url: str) -> None:
        """Counts an address that is not asked for."""
        self.left_out.setdefault(reason, []).append(url)


def place(rows: FrontierStore, owned: Iterable[tuple[str, Source]], listed: str, placed: Placed) -> None:
    """Adds the addresses of the list `listed`, each with its source, for the next crawl; counts them in `placed`.

    What is known stays as it is, and is asked for again when it is due. They stand as if found on a page: only what
    the source file names is looked at in every crawl.
    """
    today = datetime.now(UTC).date()
    for wire, source in owned:
        if forbidden := refusal(wire, source) or trap(wire, source):
            placed.leave_out(forbidden, wire)
            continue
        kind = _kind(source, wire)
        candidate = Candidate(wire, kind, rank(kind, "", 1, 1, today), 1, key=key_of(wire, source))
        if rows.add([candidate], source.id):
            placed.new[source.id] += 1
            _note(rows, wire, source, "listed", listed)
        else:
            placed.known[source.id] += 1
    rows.commit()


def wanted_by_hand(rows: FrontierStore, source: Source, urls: Iterable[str], callback: str = "") -> list[str]:
    """Puts each of `urls`, known or not, before all else of `source`; gives them back as they go over the wire.

    The answers go to the spider's `callback`, where one is named. A person has named them: no trap keeps them out, and
    robots.txt, scope and takedowns are asked when they are taken.
    """
    wires = [as_fetched(url) for url in urls]
    today = datetime.now(UTC).date()
    for wire in wires:
        kind, key = _kind(source, wire), key_of(wire, source)
        priority = BY_HAND + rank(kind, "", 0, 1, today)
        rows.add([Candidate(wire, kind, priority, key=key)], source.id)
        rows.write(
            "UPDATE urls SET state = 'todo', reason = '', not_before = 0, attempts = 0, url = ?, authority = ?,"
            " priority = ?, source = ? WHERE key = ?",
            (wire, rows.authority(wire, source.id), priority, source.id, digest_of(key)),
        )
        if callback:
            rows.call_back(Candidate(wire, kind, priority, key=key), callback)
        else:
            rows.write("DELETE FROM callbacks WHERE key = ? AND name = 'served'", (digest_of(key),))
        _note(rows, wire, source, "requeued", "captured by hand")
    return wires


def rank_as_found(rows: FrontierStore, source: Source) -> None:
    """Takes back what `wanted_by_hand` has put before all else: what is left waits as if a crawl had found it."""
    rows.write(
        "UPDATE urls SET priority = priority - ? WHERE source = ? AND priority >= ?", (BY_HAND, source.id, BY_HAND)
    )


def source_of(register: Register, url: str) -> str:
    """The id of the source that holds the host of `url`; raises UsageError where none does."""
    try:
        return _source(register, as_fetched(url))
    except ValueError as error:
        raise UsageError("{url}: not an absolute http or https URL", url=url) from error


def _candidate(register: Register, url: str) -> tuple[str, Candidate]:
    try:
        wire = as_fetched(url)
    except ValueError as error:
        raise UsageError("{url}: not an absolute http or https URL", url=url) from error
    source_id = _source(register, wire)
    source = register.get(source_id)
    forbidden = refusal(wire, source) or trap(wire, source)
    if forbidden:
        raise UsageError("{url}: a rule forbids it: {forbidden}", url=url, forbidden=forbidden)
    kind = _kind(source, wire)
    key, today = key_of(wire, source), datetime.now(UTC).date()
    return source_id, Candidate(wire, kind, rank(kind, "", 0, 1, today), key=key)


def _kind(source: Source, wire: str) -> PageKind:
    return "article" if source.discover.is_article(wire) else "listing" if source.discover.is_listing(wire) else "page"


def _source(register: Register, wire: str) -> str:
    source = register.for_host(host_of(wire))
    if source is None:
        raise UsageError("{wire}: no source of the register holds the host {host_of}", wire=wire, host_of=host_of(wire))
    return source.id


def _note(rows: FrontierStore, url: str, source: Source, event: str, detail: str) -> None:
    row = rows.read("SELECT id FROM urls WHERE key = ?", (digest_of(key_of(url, source)),)).fetchone()
    if row is not None:
        rows.note(row[0], "", event, detail)
