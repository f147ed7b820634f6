"""Content taken out of use: hidden, sealed apart, or erased; the log tells all, and nothing comes back."""

import json
import os
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from archive.custody import events, manifest
from archive.custody.events import closed_events
from archive.custody.takedown.apply import LiftDone, TakedownDone, complete, lift, takedown, withhold_pages
from archive.custody.takedown.plan import Plan, plan
from archive.custody.takedown.tombstones import (
    Rewritten,
    Stretch,
    as_detail,
    begun_by,
    is_gone,
    mode_of,
    overwrite,
    stretches_of,
)
from archive.custody.withheld import Rule, Withheld, record_takedown, rules, without_www
from archive.disk import opened
from archive.errors import DamageError
from archive.holdings import Holdings
from archive.messages.message import Message
from archive.store import open_database
from archive.store.takedown import shown_under
from archive.text.urls import url_key
from archive.warc import cdxj

_BEFORE = "digests_before"


@dataclass(frozen=True, slots=True)
class History:
    """The digests that a file has had, the first one first, and every stretch of it that a takedown has touched."""

    digests: tuple[str, ...]
    stretches: tuple[Stretch, ...]

    def detail(self) -> dict[str, Any]:
        """What the event of a copy says, so that `history_of` finds all of it there too."""
        if not self.stretches:
            return {}
        return {"stretches": as_detail(self.stretches), _BEFORE: list(self.digests[:-1])}


def history_of(root: Path, file: str) -> History:
    """What the log at `root` tells of `file`."""
    digests, stretches = dict[str, None](), dict[int, Stretch]()
    for event in events.of(root, "message digest calculation", "accession", about=file):
        detail = json.loads(event.detail_json)
        named = (*detail.get(_BEFORE, ()), detail.get("replaced_digest"), detail.get("digest"))
        digests |= dict.fromkeys(one for one in named if one)
        stretches |= {one.offset: one for one in stretches_of(detail)}
    return History(tuple(digests), tuple(stretches.values()))


def is_kin(root: Path, other: Path, file: str) -> bool:
    """Whether `file` is, here and in the archive at `other`, one file that takedowns have overwritten since."""
    return bool({*history_of(root, file).digests} & {*history_of(other, file).digests})


def carry_over(holdings: Holdings, other: Path, file: str) -> bool:
    """Overwrites in our `file` what the archive at `other` has, of pages that are withheld here; whether there was any.

    What our log shows again stays as it is. A call that was broken off is completed by the same call. Raises
    DamageError where the other file is not what its manifest says, LockedError while something is taken down here,
    StorageError.
    """
    with holdings.lock("takedown"):
        return _carry(holdings.root, other, file)


def _carry(root: Path, other: Path, file: str) -> bool:
    edits, taken = dict[int, bytes](), list[Stretch]()
    withheld = Withheld.load(root)
    for one in history_of(other, file).stretches:
        gone = is_gone(other / file, one.offset, one.length) and not is_gone(root / file, one.offset, one.length)
        if gone and (not one.url or withheld.covers(_key(one))):
            taken.append(one)
            with opened(other / file, os.O_RDONLY) as descriptor:
                edits[one.offset] = os.pread(descriptor, one.length, one.offset)
    begun = _begun(root, file)
    if not edits and begun is None:
        return False
    if manifest.digest_of(other / file) != manifest.read(other)[file]:
        raise DamageError(
            "{file}: not what its manifest says; `baotinh verify` on the shard shows the damage", file=other / file
        )
    if file.startswith("warc/"):
        cdxj.change(root, file, gone={*edits})
    overwrite(root, file, edits, begun or _rule(root, file, taken), _detail(root, file, edits, taken))
    return True


def is_needed(root: Path, detail: Mapping[str, Any], rule: Rule | None) -> bool:
    """Whether what an event's `detail` says was sealed elsewhere has a use here, where `rule` is the last of its pages:
    not where it was erased, nor where it is shown again and stands in its place.
    """
    if rule is None or rule.action != "lifted":
        return rule is None or rule.action != "erased"
    path = root / str(detail["sealed_from"])
    return not path.exists() or any(is_gone(path, one.offset, one.length) for one in stretches_of(detail))


def numbers(root: Path, other: Path) -> Mapping[int, Rule]:
    """By the number of each takedown in the log at `other` the last one here of one of its pages."""
    ours = {without_www(key): rule for rule in rules(root) for key in rule.url_keys}
    found = (
        (theirs.seq, [ours[key] for key in map(without_www, theirs.url_keys) if key in ours]) for theirs in rules(other)
    )
    return {seq: max(same, key=lambda rule: rule.seq) for seq, same in found if same}


def _key(one: Stretch) -> str:
    return url_key(one.url[max(one.url.find("http"), 0) :])  # "urn:text:https://..." of other tools


def _begun(root: Path, file: str) -> Rule | None:
    """The rule under which overwriting `file` was broken off."""
    last, recorded = closed_events(root).get(file, {}), manifest.read(root)[file]
    if last.get("replaced_digest") != recorded or last["digest"] == recorded:
        return None
    return next((rule for rule in rules(root) if rule.seq == last.get("takedown") and not rule.planned), None)


def _rule(root: Path, file: str, taken: list[Stretch]) -> Rule:
    """The rule that bars what was `taken`: the last one, or its like where that has changed this file before."""
    keys = {without_www(_key(one)) for one in taken if one.url}
    last = [rule for rule in rules(root) if not keys or keys & {*map(without_www, rule.url_keys)}][-1]
    if last.action != "lifted" and not last.planned and file not in begun_by(root, last):
        return last
    return record_takedown(root, "hidden", last.urls, last.url_keys, last.reason, last.authority, last.digests)


def _detail(root: Path, file: str, edits: Mapping[int, bytes], taken: list[Stretch]) -> dict[str, Any]:
    before = closed_events(root).get(file, {})
    zeroed = {offset for offset, data in edits.items() if not any(data)}
    return {
        "captures": int(before.get("captures", 0)) - sum(one.capture for one in taken),
        "faults": sorted({*before.get("faults", ())} - edits.keys() | zeroed),
        "stretches": as_detail(taken),
    }


def adopt(holdings: Holdings, other: Path, *, shown_too: bool) -> tuple[str, ...]:
    """Hides here what the log of the archive at `other` bars, and gives a sentence for each.

    What our own log has decided of a page already, its lifting included, stays as it is; without `shown_too` also a
    page that is shown here already, for a log that somebody else has written hides nothing of ours. Raises DamageError
    for a takedown in that log that no program of ours has written.
    """
    ours = {key for rule in rules(holdings.root) for key in rule.url_keys}
    withheld, notes = Withheld.load(other), []
    for rule in rules(other):
        if rule.action == "lifted" or not withheld.any_of(rule.url_keys):
            continue
        if ours & {*rule.url_keys}:
            _end(holdings, rule)
        else:
            ours |= {*rule.url_keys}
            named = (*rule.urls, *rule.url_keys)[0]
            if shown_too or not _is_shown(holdings, rule):
                _hide(holdings, rule)
                message = "{named} is {action} in {other}: hidden here; seal or erase it here too"
                notes.append(Message(message, named=named, action=rule.action, other=other))
            else:
                message = "{named} is {action} in {other}, and shown here: take it down here, or not"
                notes.append(Message(message, named=named, action=rule.action, other=other))
    return tuple(notes)


def _is_shown(holdings: Holdings, rule: Rule) -> bool:
    if not holdings.database.exists():
        return False
    with closing(open_database(holdings.database, readonly=True)) as db:
        return bool(shown_under(db, rule.url_keys).articles)


def _end(holdings: Holdings, rule: Rule) -> None:
    """Takes out what our log bars and a process that died in between has left in the database."""
    if Withheld.load(holdings.root).any_of(rule.url_keys) and _is_shown(holdings, rule):
        withhold_pages(holdings, rule.url_keys)


def _hide(holdings: Holdings, rule: Rule) -> None:
    with holdings.lock("takedown"):
        record_takedown(holdings.root, "hidden", rule.urls, rule.url_keys, rule.reason, rule.authority, rule.digests)
        withhold_pages(holdings, rule.url_keys)


__all__ = [
    "LiftDone",
    "Plan",
    "Rewritten",
    "TakedownDone",
    "adopt",
    "carry_over",
    "complete",
    "history_of",
    "is_kin",
    "is_needed",
    "lift",
    "mode_of",
    "numbers",
    "plan",
    "takedown",
]
