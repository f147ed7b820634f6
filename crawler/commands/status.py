"""`baotinh status`: what is new, what is silent, what needs a person."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import click

from archive.cli.command import archive_option, command, json_option, question
from archive.cli.opening import register_of
from archive.cli.output import print_json
from archive.holdings import Holdings
from archive.search.question import option as declared
from archive.store import open_database
from archive.store.counts import last_new, new_since
from archive.store.runs import latest


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
    its [expect] lets one expect. A source needs you where its last crawl says so, or its last survey found it
    otherwise than its file. Nothing is fetched.

    Exit code 6 says that a source is silent or needs you. What nobody has verified yet is counted apart.
    """
    from crawler.status import Known, since_of, standing, told
    from crawler.survey.kept import kept
    from crawler.survey.verdict import verdict_of

    holdings = Holdings.open(root)
    register = register_of(holdings)
    now = datetime.now(UTC)
    since = since_of(asked.days, now)
    surveys = {one.id: found for one in register.all() if (found := kept(root, one.id)) is not None}
    verdicts = {name: verdict_of(found, register.get(name), register) for name, found in surveys.items()}
    known = Known({}, {}, {}, verdicts)
    if holdings.database.exists():
        db = open_database(holdings.database, readonly=True)
        try:
            known = Known(new_since(db, since), last_new(db), latest(db), verdicts)
        finally:
            db.close()
    stands = standing(register.all(), known, since, now)
    if as_json:
        print_json(asdict(stands))
    else:
        for line in told(stands):
            click.echo(line)
    return 0 if stands.is_well else 6
