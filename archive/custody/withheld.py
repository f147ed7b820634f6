"""What may not be shown any more: the takedowns in the event log, in force after every rebuild, crawl and import.

There is no other list: the log is append-only, its lines hang together by digests, and it is never made again.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

from archive.custody import events
from archive.errors import DamageError, NothingFound, Withdrawn
from archive.text.urls import public_id, url_key

Action = Literal["hidden", "sealed", "erased", "lifted"]

TYPE = "deaccession"
DONE = "takedown"
"""What the event names that says that a takedown has come to its end."""

REASON = "takedown"
"""Why a capture that is withheld has no article: its recorded reason."""


_WHERE = "captures"


@dataclass(frozen=True, slots=True)
class Rule:
    """One takedown: the event that made it, and the URL keys it bars. `lifted` takes an earlier one back.

    `digests` are those of what was served when the article was captured. `captures` are those that had rows: file,
    offset, length, record id. `planned`: written before anything was done, so that its end is an event too (`DONE`).
    """

    seq: int
    at: str
    action: Action
    urls: tuple[str, ...]
    url_keys: tuple[str, ...]
    reason: str
    authority: str
    digests: tuple[str, ...] = ()
    captures: tuple[tuple[str, int, int, str], ...] = ()
    planned: bool = False


@dataclass(frozen=True, slots=True)
class Withheld:
    """The URL keys that are withheld now, and the digests of what was served of articles there."""

    keys: frozenset[str]
    digests: frozenset[str] = frozenset()

    @classmethod
    def load(cls, root: Path) -> Withheld:
        """What the log at `root` bars now, as far as it can be read; costs a stat while the log is unchanged."""
        try:
            state = _log(root).stat()
        except FileNotFoundError:
            return cls(frozenset())
        return _load(root, state.st_size, state.st_mtime_ns)

    def covers(self, url_key: str) -> bool:
        """Whether the page with this `url_key` (archive.text.urls) may not be shown; `www.` makes no difference."""
        return bool(self.keys) and without_www(url_key) in self.keys

    def any_of(self, url_keys: Iterable[str]) -> bool:
        """Whether one of `url_keys` is withheld."""
        return any(map(self.covers, url_keys))


NOTHING = Withheld(frozenset())


@lru_cache(maxsize=64)
def _log(root: Path) -> Path:  # asked for with every page, and joining paths takes ten times the stat
    return root / events.NAME


@lru_cache(maxsize=64)
def _load(root: Path, _size: int, _mtime: int) -> Withheld:
    in_force: dict[str, frozenset[str]] = {}  # by key the digests
    for rule in rules(root):
        for key in map(without_www, rule.url_keys):
            if rule.action == "lifted":
                in_force.pop(key, None)
            else:
                in_force[key] = in_force.get(key, frozenset()) | {*rule.digests}
    return Withheld(frozenset(in_force), frozenset().union(*in_force.values()))


def rules(root: Path) -> tuple[Rule, ...]:
    """Every takedown in the log, oldest first, those taken back among them.

    Raises DamageError for one that is no list of pages: what it bars is not known, so nothing can be shown.
    """
    found: list[Rule] = []
    for event in events.of(root, TYPE):
        detail = json.loads(event.detail_json)
        if not _is_takedown(detail):
            message = "{name}: event {seq} is no takedown that this program has written"
            raise DamageError(message, name=root / events.NAME, seq=event.seq)
        found.append(
            Rule(
                event.seq,
                event.at,
                event.outcome,  # type: ignore[arg-type]  # written by `bar` alone
                tuple(detail.get("urls", ())),
                tuple(detail.get("url_keys", ())),
                str(detail.get("reason", "")),
                str(detail.get("authority", "")),
                tuple(detail.get("payload_digests", ())),
                tuple(
                    (str(file), int(at), int(length), str(name)) for file, at, length, name in detail.get(_WHERE, ())
                ),
                _WHERE in detail,
            )
        )
    return tuple(found)


def takedown_of(root: Path, target: str) -> Rule | None:
    """The takedown in force of `target`: a URL, or the public id of an article; None where there is none."""
    last: Rule | None = None
    key = without_www(url_key(target)) if "/" in target else ""
    for rule in rules(root):
        if any(without_www(one) == key or public_id(one) == target for one in rule.url_keys):
            last = rule
    return None if last is None or last.action == "lifted" else last


def withheld_error(root: Path, target: str) -> NothingFound | None:
    """The error that says since when, and by whose authority, `target` is taken down; None where it is not."""
    rule = takedown_of(root, target)
    if rule is None:
        return None
    return Withdrawn(
        "{target}: taken down on {at}, by authority of {split}",
        target=target,
        at=rule.at[:10],
        split=" ".join(rule.authority.split()),
    )


def pending(root: Path) -> tuple[Rule, ...]:
    """The takedowns and liftings that were begun and not brought to their end, oldest first."""
    done = {
        json.loads(event.detail_json).get("takedown")
        for event in events.of(root, "modification")
        if event.object == DONE
    }
    return tuple(rule for rule in rules(root) if rule.planned and rule.seq not in done)


def mark_done(root: Path, rule: Rule) -> None:
    """Writes into the log that all of `rule` is done."""
    events.append(root, "modification", DONE, "completed", {"takedown": rule.seq})


def _is_takedown(detail: object) -> bool:
    if not isinstance(detail, dict):
        return False
    lists = [detail.get(name, []) for name in ("urls", "url_keys", "payload_digests")]
    return all(isinstance(one, list) and all(isinstance(value, str) for value in one) for one in lists)


def record_takedown(
    root: Path,
    action: Action,
    urls: Iterable[str],
    url_keys: Iterable[str],
    reason: str,
    authority: str,
    digests: Iterable[str] = (),
    captures: Iterable[tuple[str, int, int, str]] | None = None,
) -> Rule:
    """Writes a takedown into the log, durably; in force from now on. With `captures` it is a planned one (`Rule`)."""
    urls, keys, served = tuple(urls), tuple(sorted(set(url_keys))), tuple(sorted(set(digests)))
    detail: dict[str, object] = {"authority": authority, "payload_digests": served, "reason": reason}
    detail |= {"url_keys": keys, "urls": urls}
    planned, places = captures is not None, tuple(captures or ())
    if planned:
        detail[_WHERE] = places
    event = events.append(root, TYPE, urls[0] if urls else keys[0], action, detail)
    return Rule(event.seq, event.at, action, urls, keys, reason, authority, served, places, planned)


def www_forms(url_key: str) -> tuple[str, str]:
    """The two keys between which `Barred.covers` makes no difference: `url_key` without `www.`, and with it."""
    key = without_www(url_key)
    return key, f"//www.{key.removeprefix('//')}"


def without_www(url_key: str) -> str:
    """`url_key` without `www.`."""
    return "//" + url_key.removeprefix("//www.") if url_key.startswith("//www.") else url_key
