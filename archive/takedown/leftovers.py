"""What crashes have left beside the records, and may hold the text of what is sealed or erased."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Set
from contextlib import suppress

from archive import events
from archive.barred import Rule, plain
from archive.disk import make_folder, sync_folder
from archive.errors import LockedError
from archive.holdings import Holdings
from archive.opening.process import LOG
from archive.rebuild import discard
from archive.takedown.places import SEALED, names
from archive.takedown.stretches import mode_of
from archive.warc.part import PART, remove_left
from archive.warc.recover import TAIL


def clear(holdings: Holdings, url_keys: Set[str], rule: Rule) -> None:
    """Removes what nobody will name any more, the log of faults, and the torn ends of the pages with `url_keys`.

    Where the rule is to seal, a torn end is kept as the records are. What a living process is making is left alone.
    """
    root = holdings.root
    (root / LOG).unlink(missing_ok=True)  # an error may quote what it failed at
    with suppress(LockedError), holdings.lock("unpacking"):
        shutil.rmtree(holdings.passing, ignore_errors=True)
    with suppress(LockedError):
        discard(holdings)
    for folder in (holdings.warc, root / SEALED):
        for path in sorted(folder.rglob(f"*{PART}")):
            with suppress(LockedError):
                remove_left(path)
        for path in sorted(folder.rglob(f"*{TAIL}")):
            if names(path.read_bytes(), {plain(key) for key in url_keys}):
                _take_out(holdings, path.relative_to(root).as_posix(), rule)


def _take_out(holdings: Holdings, tail: str, rule: Rule) -> None:
    path, sealed = holdings.root / tail, f"{SEALED}/{tail.removeprefix('warc/')}"
    if rule.action == "sealed" and tail == sealed:
        return
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    detail: dict[str, object] = {"digest": f"sha256:{digest}", "takedown": rule.seq}
    events.append(holdings.root, "deletion", tail, rule.action, detail)
    if rule.action == "sealed":
        events.append(holdings.root, "modification", sealed, "sealed", {"kept_in": sealed, "sha256": digest})
        target = holdings.root / sealed
        make_folder(target.parent)
        path.chmod(mode_of(sealed))
        path.rename(target)
        sync_folder(target.parent)
    else:
        path.unlink()
    sync_folder(path.parent)
