"""`baotinh status`: what is new, what is silent, what needs a person."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import click

from archive.cli.command import archive_option, command, json_option, question
from archive.cli.opening import register_of
from archive.cli.output import print_json
from archive.custody.status import Need, Status
from archive.custody.status import status as standing
from archive.holdings import Holdings
from archive.messages.language import number, spoken, tr
from archive.messages.message import Message
from archive.search.question import option as declared
from archive.sources import Register, Source
from archive.store import open_database
from crawler.survey.kept import kept
from crawler.survey.verdict import verdict_of

_NAMED = 20  # of one kind


@dataclass(frozen=True, slots=True)
class StatusOptions:
    """Of how long it is told."""

    days: float = declared("Count what is new in the last N days.", 1.0, bounds=(0.01, 3660), metavar="N")


@command("status", examples=["baotinh status", "baotinh status --days 7"], codes=(0, 2, 4, 6))
@question(StatusOptions)
@json_option
@archive_option
def status(asked: StatusOptions, as_json: bool, root: Path) -> int:
    """Say what is new, what is silent and what needs you: three lines when all is well.

    Silent is a verified source that was not crawled for two days, or brought nothing new for three times as long as
    its [expect] lets one expect. A source needs you where its last crawl says so, its learnt layout fits no more, or
    its last survey found it otherwise than its file; so do files not checked in time. Nothing is fetched.

    Exit code 6 says that a source is silent or something needs you. What nobody has verified yet is counted apart; the
    reading room's page for the archivist lists that and all else that can wait its turn.
    """
    holdings = Holdings.open(root)
    register = register_of(holdings)
    surveyed = [need for one in register.all() if (need := _surveyed(root, one, register)) is not None]
    if holdings.database.exists():
        with closing(open_database(holdings.database, readonly=True)) as db:
            found = standing(db, holdings, register, asked.days, surveyed)
    else:
        found = standing(None, holdings, register, asked.days, surveyed)
    unverified = sum(one.status == "unverified" for one in register.all())
    if as_json:
        print_json(found)
    else:
        for line in _told(found, unverified):
            click.echo(line)
    return 0 if found.is_well else 6


def _surveyed(root: Path, source: Source, register: Register) -> Need | None:
    survey = kept(root, source.id) if source.status == "verified" else None
    verdict = None if survey is None else verdict_of(survey, source, register)
    if verdict is None or verdict.todo in ("verify", "nothing"):
        return None
    return Need("survey", source.id, 1, Message("{source}: {why}", source=source.id, why=verdict.told))


def _told(found: Status, unverified: int) -> Iterator[str]:
    """The lines that a person reads."""
    news, silent, needs = found.lines()
    yield spoken(news)
    for head, lines in (
        (silent, [f"{one.source}: {spoken(one.why)}" for one in found.silent]),
        (needs, [spoken(one.told) for one in found.needs]),
    ):
        yield spoken(head)
        yield from (f"  {line}" for line in lines[:_NAMED])
        if len(lines) > _NAMED:
            yield "  " + tr("and {count} more; --json has all", count=number(len(lines) - _NAMED))
    if unverified:
        yield tr(
            "To be verified: {count:source|sources}; `baotinh survey --all` says what each waits for", count=unverified
        )
