"""`baotinh sources learn`: a source's layout learnt from the pages held, shown as a table that a person confirms."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from archive.cli.command import archive_option, command, json_option, option
from archive.cli.opening import reading, register_of
from archive.cli.output import print_json, print_table, say
from archive.errors import NothingFound
from archive.holdings import Holdings
from archive.learning import layouts
from archive.messages.language import number, tr
from archive.parsers.site.learning import Support
from archive.sources.layouts import ENOUGH, written

_WIDTH = 60


@command(
    "learn",
    examples=[
        "baotinh sources learn thai-nguyen-dang --dry-run",
        "baotinh sources learn thai-nguyen-dang",
        "baotinh sources learn thai-nguyen-dang --confirm",
    ],
    codes=(0, 2, 3, 4, 5),
)
@click.argument("source_id", metavar="SOURCE")
@option("--pages", default=layouts.PAGES, type=click.IntRange(1, 400), show_default=True, help="Pages of each layout.")
@option("--confirm", is_flag=True, help="Say that you have looked at the table and it is right.")
@option("--dry-run", is_flag=True, help="Show the table and write nothing.")
@json_option
@archive_option
def learn(source_id: str, pages: int, confirm: bool, dry_run: bool, as_json: bool, root: Path) -> None:
    """Learn how a site lays out its pages, from the captures held: no traffic, and the same result each time.

    Pages of one layout are laid over each other, and what stands where is compared with what the site's feeds,
    listings, sitemaps and metadata say. Field by field the better is kept: a place on the page, or the page's own
    evidence. The table shows each field with its selector and values from five pages, doubts first.

    What was learnt is written beside the archive's sources, as <id>.layout.toml, and counts from then on, with less
    confidence until you have looked at the table and say --confirm. 'baotinh reread --source SOURCE' reads what is
    held with it; removing the file unlearns it.
    """
    holdings = Holdings.open(root)
    source = register_of(holdings).get(source_id)
    with reading(root) as db:
        found = layouts.eras(db, holdings, source, pages)
    if not any(era.learned.support for era in found):
        held = sum(era.learned.pages for era in found)
        told = "{source}: nothing could be learnt from the {count} article pages held; about {enough} are needed"
        raise NothingFound(told, source=source_id, count=number(held), enough=ENOUGH)
    if as_json:
        print_json([_plain(era) for era in found])
    else:
        for era in found:
            _print(era, several=len(found) > 1)
    if not layouts.is_enough(found):
        say(
            "fewer than {enough} pages of a layout are held: nothing is said to be absent; crawl more and learn again",
            enough=ENOUGH,
        )
    if dry_run:
        say("nothing was written")
        return
    path = layouts.keep(holdings, source, found, confirmed=confirm)
    say(
        "{file} written; what is held is read with it by: baotinh reread --source {source}", file=path, source=source_id
    )
    if not confirm:
        say("look at the table, then say: baotinh sources learn {source} --confirm", source=source_id)


def _print(era: layouts.Era, *, several: bool) -> None:
    learned = era.learned
    if several:
        say("layout until {day}", day=era.until.isoformat() if era.until is not None else tr("today"))
    say("pages learnt from: {count}; of another making: {other}", count=learned.pages, other=len(learned.left_out))
    rows = [
        (
            tr(one.field),
            tr(one.decided),
            " | ".join(one.selectors),
            one.found,
            f"{one.agreeing}/{one.told}" if one.told else "",
            tr(one.doubt) if one.doubt else "",
        )
        for one in learned.support
    ]
    if rows:
        print_table(rows, [tr(name) for name in ("field", "decided", "selector", "found", "agreeing", "doubt")])
    for one in learned.support:
        _print_examples(one)


def _print_examples(support: Support) -> None:
    rows = [
        (_cut(example.value) or "–", _cut(example.before) if example.before != example.value else "", example.url)
        for example in support.examples
    ]
    if any(value != "–" or before for value, before, _ in rows):
        click.echo(f"\n{tr(support.field)}")
        print_table(rows, [tr(name) for name in ("value", "before", "page")])


def _cut(text: str) -> str:
    return text if len(text) <= _WIDTH else f"{text[: _WIDTH - 1]}…"


def _plain(era: layouts.Era) -> dict[str, Any]:
    return {
        "until": era.until.isoformat() if era.until is not None else None,
        "pages": era.learned.pages,
        "left_out": list(era.learned.left_out),
        "layout": written([era.learned.layout]),
        "fields": [asdict(one) for one in era.learned.support],
    }
