"""Takedowns that another archive has ordered, in force here too when its records come in."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from archive.barred import Barred, Rule, bar, rules
from archive.holdings import Holdings
from archive.store import open_database
from archive.store.removal import shown_under
from archive.takedown.apply import withhold_pages


def adopt(holdings: Holdings, other: Path, *, shown_too: bool) -> tuple[str, ...]:
    """Hides here what the log of the archive at `other` bars, and gives a sentence for each.

    What our own log has decided of a page already, its lifting included, stays as it is; without `shown_too` also a
    page that is shown here already, for a log that somebody else has written hides nothing of ours. Raises DamageError
    for a takedown in that log that no program of ours has written.
    """
    ours = {key for rule in rules(holdings.root) for key in rule.url_keys}
    barred, notes = Barred.load(other), []
    for rule in rules(other):
        if rule.action == "lifted" or not barred.any_of(rule.url_keys):
            continue
        if ours & {*rule.url_keys}:
            _end(holdings, rule)
        else:
            ours |= {*rule.url_keys}
            named = (*rule.urls, *rule.url_keys)[0]
            if shown_too or not _is_shown(holdings, rule):
                _hide(holdings, rule)
                notes.append(f"{named} is {rule.action} in {other}: hidden here; seal or erase it here too")
            else:
                notes.append(f"{named} is {rule.action} in {other}, and shown here: take it down here, or not")
    return tuple(notes)


def _is_shown(holdings: Holdings, rule: Rule) -> bool:
    if not holdings.database.exists():
        return False
    with closing(open_database(holdings.database, readonly=True)) as db:
        return bool(shown_under(db, rule.url_keys).articles)


def _end(holdings: Holdings, rule: Rule) -> None:
    """Takes out what our log bars and a process that died in between has left in the database."""
    if Barred.load(holdings.root).any_of(rule.url_keys) and _is_shown(holdings, rule):
        withhold_pages(holdings, rule.url_keys)


def _hide(holdings: Holdings, rule: Rule) -> None:
    with holdings.lock("takedown"):
        bar(holdings.root, "hidden", rule.urls, rule.url_keys, rule.reason, rule.authority, rule.digests)
        withhold_pages(holdings, rule.url_keys)
