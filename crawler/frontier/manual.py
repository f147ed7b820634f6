"""What a person may change in the frontier: put URLs back to be fetched, or exclude them with a reason."""

from __future__ import annotations

import csv
import gzip
import json
import re
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from archive.disk import refused
from archive.errors import UsageError
from archive.messages.message import Message
from archive.model import PageKind
from archive.sources import Register, Source
from crawler.frontier.discovery import rank
from crawler.frontier.limits import BY_HAND
from crawler.frontier.store import Candidate, FrontierStore
from crawler.scope import as_fetched, host_of, key_of, refusal, trap

_GZIP: Final = b"\x1f\x8b"
_LOG: Final = re.compile(
    r"\d{4}-\d\d-\d\dT[\d:.]+Z\s+(?P<status>-?\d+)\s+\S+\s+(?P<url>\S+)\s+\S+\s+\S+\s+(?P<mime>\S+)"
)
"""A line of Heritrix' crawl.log: time, status, size, address, path of discovery, where it was found, media type, ..."""

_PAGES: Final = ("text/html", "application/xhtml+xml")
_COLUMNS: Final = ("url", "uri", "seed", "seed url", "link", "address", "địa chỉ", "liên kết", "đường dẫn")
_ADDRESS: Final = re.compile(r"https?://\S+", re.IGNORECASE)
_BARE: Final = re.compile(r"(?:[\w-]+\.)+[a-z]{2,}(?::\d+)?(?:/\S*)?", re.IGNORECASE)
_CELLS: Final = re.compile(r"[,;\t]")


def read_seeds(path: Path) -> tuple[str, ...]:
    """What the list at `path` names, each once, in its order: addresses, and as it stands what is none.

    Raises UsageError where it names none, or is not what its form should be, StorageError where it cannot be read.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise refused(path, error) from error
    try:
        text = (gzip.decompress(data) if data[:2] == _GZIP else data).decode("utf-8-sig")
        found = tuple(dict.fromkeys(filter(None, map(_address, _named(path, text)))))
    except (ValueError, EOFError, OSError, zlib.error, csv.Error) as error:
        raise UsageError("{path}: cannot be read as a list of addresses: {error}", path=path, error=error) from error
    if not any(map(_ADDRESS.fullmatch, found)):
        raise UsageError(
            "{path}: names no address; a list is a text with one a line, CSV with a column url, the seeds or "
            "pages.jsonl of Browsertrix, or seeds.txt or crawl.log of Heritrix",
            path=path,
        )
    return found


def _named(path: Path, text: str) -> Iterator[str]:
    """What a list says, line by line or entry by entry, by the form that it has."""
    name = path.name.lower().removesuffix(".gz")
    lines = text.splitlines()
    first = next((line.strip() for line in lines if line.strip()), "")
    if first[:1] in ("{", "["):
        return _of_json(text, lines, first)
    if name.endswith((".yaml", ".yml")) or re.match(r"(?:seeds|urls?|crawls)\s*:", first):
        return _of_yaml(text)
    if _LOG.match(first):
        return _of_log(lines)
    if name.endswith((".csv", ".tsv")) or (_CELLS.search(first) and "://" not in first):
        return _of_csv(lines, first)
    return (line.split()[0] for line in lines if line.strip() and not line.lstrip().startswith(("#", "+", "-")))


def _of_json(text: str, lines: Iterable[str], first: str) -> Iterator[str]:
    try:
        told = json.loads(first)
    except ValueError:
        told = None
    if isinstance(told, dict) and ("format" in told or "url" in told):  # pages.jsonl: a head, then a page a line
        return (str(json.loads(line).get("url", "")) for line in lines if line.strip())
    return _seeds(json.loads(text))


def _of_yaml(text: str) -> Iterator[str]:
    import yaml  # for this form alone: 30 ms

    try:
        return _seeds(yaml.safe_load(text))
    except yaml.YAMLError as error:
        raise ValueError(" ".join(str(error).split())) from error


def _seeds(told: Any) -> Iterator[str]:
    """The seeds of a configuration of Browsertrix, or of a workflow of its service, where they lie in `config`."""
    if isinstance(told, dict):
        told = told.get("config", told)
        told = told.get("seeds", told.get("url", told.get("urls"))) if isinstance(told, dict) else None
    for one in told if isinstance(told, list) else [told]:
        yield str(one.get("url", "")) if isinstance(one, dict) else one if isinstance(one, str) else ""


def _of_log(lines: Iterable[str]) -> Iterator[str]:
    """The pages that Heritrix has met; pictures and the like are found on them again."""
    for line in lines:
        found = _LOG.match(line)
        if found and found["mime"].lower() in _PAGES and found["status"][0] in "23":
            yield found["url"]


def _of_csv(lines: Iterable[str], first: str) -> Iterator[str]:
    mark = max(",;\t", key=first.count)
    rows = [row for row in csv.reader(lines, delimiter=mark) if row]
    head = [cell.strip().lower() for cell in rows[0]]
    column = next((head.index(name) for name in _COLUMNS if name in head), None)
    if column is not None:
        del rows[0]
    else:
        places = (place for row in rows[:20] for place, cell in enumerate(row) if _ADDRESS.match(cell.strip()))
        column = next(places, None)
        if column is None:
            raise ValueError(Message("no column url, and none that holds addresses"))
    return (row[column] for row in rows if len(row) > column)


def _address(said: str) -> str:
    """An address as it is asked for: Heritrix takes one without a scheme for http. What is none is given back."""
    said = said.strip().strip("\"'")
    return f"http://{said}" if _BARE.fullmatch(said) else said


def requeue(rows: FrontierStore, register: Register, urls: Iterable[str]) -> int:
    """Puts each of `urls` back, or adds it where it is not known; gives back how many will be fetched.

    Raises UsageError, before anything is changed, for a URL that no source holds or that a rule forbids.
    """
    wanted = [_found(register, url) for url in urls]
    for source, one in wanted:
        if forbidden := refusal(one.url, source) or trap(one.url, source):
            raise UsageError("{url}: a rule forbids it: {forbidden}", url=one.url, forbidden=forbidden)
    for source, one in wanted:
        rows.add([one], source.id)
        rows.reopen("key = ?", (one.digest,))
        _note(rows, one, "requeued", "by hand")
    rows.commit()
    return len(wanted)


def requeue_all(rows: FrontierStore, source: str, state: str, reason: str) -> int:
    """Puts back every URL of `source` that is `failed` or `excluded` for `reason` ("": any); gives back how many."""
    changed = rows.reopen("source = ? AND state = ? AND ? IN ('', reason)", (source, state, reason))
    rows.commit()
    return changed


def exclude(rows: FrontierStore, register: Register, urls: Iterable[str], reason: str) -> int:
    """Excludes each of `urls`, known or not, for `reason`; gives back how many. Raises UsageError as `requeue` does."""
    said, wanted = f"hand: {reason}", [_found(register, url) for url in urls]
    for source, one in wanted:
        rows.add([replace(one, kind="page", priority=0, excluded=said)], source.id)
        rows.write("UPDATE urls SET state = 'excluded', reason = ? WHERE key = ?", (said, one.digest))
        _note(rows, one, "excluded", said)
    rows.commit()
    return len(wanted)


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
    for wire, source in owned:
        if forbidden := refusal(wire, source) or trap(wire, source):
            placed.leave_out(forbidden, wire)
            continue
        candidate = _candidate(source, wire, depth=1)
        if rows.add([candidate], source.id):
            placed.new[source.id] += 1
            _note(rows, candidate, "listed", listed)
        else:
            placed.known[source.id] += 1
    rows.commit()


def wanted_by_hand(rows: FrontierStore, source: Source, urls: Iterable[str], callback: str) -> list[str]:
    """Puts each of `urls`, known or not, before all else of `source`; gives them back as they go over the wire.

    The answers go to the spider's `callback`, where one is named. A person has named them: no trap keeps them out, and
    robots.txt, scope and takedowns are asked when they are taken.
    """
    wires = [as_fetched(url) for url in urls]
    for wire in wires:
        found = _candidate(source, wire)
        one = replace(found, priority=BY_HAND + found.priority)
        rows.add([one], source.id)
        values = wire, rows.authority(wire, source.id), one.priority, source.id, one.digest
        rows.reopen("key = ?", values, ", url = ?, authority = ?, priority = ?, source = ?")
        if callback:
            rows.call_back(one, callback)
        else:
            rows.write("DELETE FROM callbacks WHERE key = ? AND name = 'served'", (one.digest,))
        _note(rows, one, "requeued", "captured by hand")
    return wires


def rank_as_found(rows: FrontierStore, source: Source) -> None:
    """Takes back what `wanted_by_hand` has put before all else: what is left waits as if a crawl had found it."""
    rows.write(
        "UPDATE urls SET priority = priority - ? WHERE source = ? AND priority >= ?", (BY_HAND, source.id, BY_HAND)
    )


def source_of(register: Register, url: str) -> str:
    """The id of the source that holds the host of `url`; raises UsageError where none does."""
    return _found(register, url)[0].id


def _found(register: Register, url: str) -> tuple[Source, Candidate]:
    try:
        wire = as_fetched(url)
    except ValueError as error:
        raise UsageError("{url}: not an absolute http or https URL", url=url) from error
    source = register.owner(host_of(wire))
    if source is None:
        raise UsageError("{wire}: no source of the register holds the host {host_of}", wire=wire, host_of=host_of(wire))
    return source, _candidate(source, wire)


def _candidate(source: Source, wire: str, depth: int = 0) -> Candidate:
    is_listing = source.discover.is_listing(wire)
    kind: PageKind = "article" if source.discover.is_article(wire) else "listing" if is_listing else "page"
    priority = rank(kind, "", depth, 1, datetime.now(UTC).date())
    return Candidate(wire, kind, priority, depth, key=key_of(wire, source))


def _note(rows: FrontierStore, one: Candidate, event: str, detail: str) -> None:
    (number,) = rows.read("SELECT id FROM urls WHERE key = ?", (one.digest,)).fetchone()
    rows.note(number, "", event, detail)
