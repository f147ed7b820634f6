"""`baotinh status`: what is new, what is silent, what needs a person."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import click

from archive.cli.command import archive_option, command, json_option, question
from archive.cli.output import print_json, say
from archive.custody.status import Need, Status
from archive.custody.status import status as standing
from archive.disk import replace_file
from archive.errors import DeliveryError
from archive.holdings import Holdings
from archive.messages.language import spoken, tr
from archive.messages.message import Message
from archive.search.question import option as declared
from archive.sources import Register, Source
from archive.store import open_database
from crawler.survey.model import kept
from crawler.survey.verdict import verdict_of


@dataclass(frozen=True, slots=True)
class StatusOptions:
    """Of how long it is told, and to whom."""

    days: float = declared("Count what is new in the last N days.", 1.0, bounds=(0.01, 3660), metavar="N")
    send: bool = declared("Send it as the report of the day, unless that was done: [notify] in archive.toml.", False)
    test: bool = declared("Send a trial report now, which counts for no day.", False)
    metrics: Path | None = declared(
        "Write it for Prometheus besides (a file for node_exporter's textfile collector).",
        None,
        kind="path",
        metavar="FILE",
    )


@command(
    "status",
    examples=["baotinh status", "baotinh status --days 7", "baotinh status --test"],
    codes=(0, 1, 2, 4, 6),
)
@question(StatusOptions)
@json_option
@archive_option
def status(asked: StatusOptions, as_json: bool, root: Path) -> int:
    """Say what is new, what is silent and what needs you: three lines when all is well.

    Silent is a verified source that was not crawled for three days, or brought nothing new for three times as long as
    its [expect] lets one expect. A source needs you where its last crawl says so, its learnt layout fits no more, or
    its last survey found it otherwise than its file; so do a source's file that is not valid, files not checked in
    time, and a full disk. Nothing is fetched.

    A source whose crawls a person has paused or slowed down is told so on a line of its own, and is not silent.

    Exit code 6 says that a source is silent or something needs you. What nobody has verified yet is counted apart; the
    reading room's page for the archivist lists that and all else that can wait its turn.

    With --send the same lines go by mail or to a webhook, as [notify] of archive.toml says: once for each day of
    Vietnam's calendar, however often it is called and whatever is killed. `baotinh watch` does so by itself. Exit code
    0 says that the report of the day is sent; one that cannot be sent is told by the next status, and tried again.
    """
    holdings = Holdings.open(root)
    register = Register.valid(holdings.sources)
    now = datetime.now(UTC)
    files = [Need("file", "", 1, error.message) for error in register.broken]
    surveyed = files + [need for one in register.all() if (need := _surveyed(root, one, register)) is not None]
    if holdings.database.exists():
        with closing(open_database(holdings.database, readonly=True)) as db:
            found = standing(db, holdings, register, asked.days, surveyed, now)
    else:
        found = standing(None, holdings, register, asked.days, surveyed, now)
    if asked.metrics is not None:
        replace_file(asked.metrics, found.metrics().encode())
    if asked.send or asked.test:
        return _send(holdings, found, now, trial=asked.test)
    if as_json:
        print_json(found)
        return 0 if found.is_well else 6
    for line in found.report():
        click.echo(spoken(line))
    if unverified := sum(one.status == "unverified" for one in register.all()):
        message = "To be verified: {count:source|sources}; `baotinh sources survey --all` says what each waits for"
        click.echo(tr(message, count=unverified))
    return 0 if found.is_well else 6


def _send(holdings: Holdings, found: Status, now: datetime, *, trial: bool) -> int:
    from archive.custody.daily import send_daily, send_test  # smtplib and ssl, 40 ms

    notify = holdings.settings.notify
    where = notify.mail_to or tr("the webhook")
    if trial:
        send_test(holdings, found, now)
        say("a trial report is sent to {where}", where=where)
        return 0
    try:
        done = send_daily(holdings, found, now)
    except DeliveryError as error:
        message = "the report could not be sent to {where}: {why}; the next `baotinh status --send` tries again"
        if error.unclear:
            message = "the report may not have arrived at {where}: {why}; it is not sent twice"
        raise DeliveryError(message, where=where, why=error, unclear=error.unclear) from error
    if trouble := done.trouble():
        raise DeliveryError(trouble)
    say("the report of {day} is sent to {where}, at {at}", day=done.day, where=where, at=done.at)
    return 0


def _surveyed(root: Path, source: Source, register: Register) -> Need | None:
    survey = kept(root, source.id) if source.status == "verified" else None
    if survey is None or survey.state == "silent":  # whether it answers now, its last crawl tells
        return None
    verdict = verdict_of(survey, source, register)
    if verdict.todo in ("verify", "nothing"):
        return None
    return Need("survey", source.id, 1, Message("{source}: {why}", source=source.id, why=verdict.told))
