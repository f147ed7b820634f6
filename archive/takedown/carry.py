"""A WARC file that two archives hold and one of them has overwritten in a takedown: the other overwrites it too.

The bytes themselves are carried over, so both files are the same again, in whatever order archives are merged. Whether
a file of ours is one that the other archive has overwritten, the digests tell that both logs name.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from archive import events, manifest
from archive.barred import Barred, Rule, bar, plain, rules
from archive.disk import opened
from archive.errors import DamageError
from archive.holdings import Holdings
from archive.takedown.stretches import Stretch, begun_by, is_gone, overwrite, stretches_of, told
from archive.text.urls import url_key
from archive.verify.fixity import closed_events
from archive.warc import index

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
        return {"stretches": told(self.stretches), _BEFORE: list(self.digests[:-1])}


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


def carry(holdings: Holdings, other: Path, file: str) -> bool:
    """Overwrites in our `file` what the archive at `other` has, of pages that are barred here; whether there was any.

    What our log shows again stays as it is. A call that was broken off is completed by the same call. Raises
    DamageError where the other file is not what its manifest says, LockedError while something is taken down here,
    StorageError.
    """
    with holdings.lock("takedown"):
        return _carry(holdings.root, other, file)


def _carry(root: Path, other: Path, file: str) -> bool:
    edits, taken = dict[int, bytes](), list[Stretch]()
    barred = Barred.load(root)
    for one in history_of(other, file).stretches:
        gone = is_gone(other / file, one.offset, one.length) and not is_gone(root / file, one.offset, one.length)
        if gone and (not one.url or barred.bars(_key(one))):
            taken.append(one)
            with opened(other / file, os.O_RDONLY) as descriptor:
                edits[one.offset] = os.pread(descriptor, one.length, one.offset)
    begun = _begun(root, file)
    if not edits and begun is None:
        return False
    if manifest.digest_of(other / file) != manifest.read(other)[file]:
        raise DamageError(f"{other / file}: not what its manifest says; `baotinh verify` on the shard shows the damage")
    if file.startswith("warc/"):
        index.change(root, file, gone={*edits})
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
    ours = {plain(key): rule for rule in rules(root) for key in rule.url_keys}
    found = ((theirs.seq, [ours[key] for key in map(plain, theirs.url_keys) if key in ours]) for theirs in rules(other))
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
    keys = {plain(_key(one)) for one in taken if one.url}
    last = [rule for rule in rules(root) if not keys or keys & {*map(plain, rule.url_keys)}][-1]
    if last.action != "lifted" and not last.planned and file not in begun_by(root, last):
        return last
    return bar(root, "hidden", last.urls, last.url_keys, last.reason, last.authority, last.digests)


def _detail(root: Path, file: str, edits: Mapping[int, bytes], taken: list[Stretch]) -> dict[str, Any]:
    before = closed_events(root).get(file, {})
    zeroed = {offset for offset, data in edits.items() if not any(data)}
    return {
        "captures": int(before.get("captures", 0)) - sum(one.capture for one in taken),
        "faults": sorted({*before.get("faults", ())} - edits.keys() | zeroed),
        "stretches": told(taken),
    }
