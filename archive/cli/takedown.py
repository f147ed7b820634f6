"""`baotinh takedown`: content hidden, sealed or erased, and what of it is in force."""

from __future__ import annotations

from pathlib import Path

import click

from archive import rebuild as rebuilding
from archive.barred import rules
from archive.cli.command import archive_option, command, json_option, option
from archive.cli.opening import register_of
from archive.cli.output import print_json, progress, say
from archive.cli.words import tr
from archive.errors import UsageError
from archive.holdings import Holdings
from archive.takedown import Lifted, Taken, lift
from archive.takedown import takedown as taking


@command(
    "takedown",
    examples=[
        "baotinh takedown https://baotinh.example/tin/1.html --reason 'dữ liệu cá nhân' --authority 'công văn 12'",
        "baotinh takedown k3v9q2m7xa --erase --reason '…' --authority '…'",
        "baotinh takedown --list",
    ],
    codes=(0, 2, 3, 4, 5),
)
@click.argument("target", required=False)
@option("--seal", "how", flag_value="sealed", help="Move the records to sealed/, for those allowed there.")
@option("--erase", "how", flag_value="erased", help="Erase the records; a tombstone says what was there, and when.")
@option(
    "--lift",
    "how",
    flag_value="lifted",
    help="Take an earlier takedown back; sealed records return, erased ones cannot.",
)
@option("--reason", default="", help="Why; it goes into the log.")
@option("--authority", default="", help="Who ordered it; it goes into the log.")
@option("--yes", is_flag=True, help="Do not ask before erasing.")
@option("--list", "listing", is_flag=True, help="List all takedowns instead.")
@json_option
@archive_option
def takedown(
    target: str | None,
    how: str | None,
    reason: str,
    authority: str,
    yes: bool,
    listing: bool,
    as_json: bool,
    root: Path,
) -> None:
    """Take TARGET (a URL or an article's id) out of search, reading room, exports and packages, for good.

    Without --seal or --erase it is hidden: the records stay as they are. Whatever is chosen holds after every rebuild,
    crawl and import, until --lift takes it back. The database is made again at the end.
    """
    holdings = Holdings.open(root)
    if listing:
        _list(holdings, as_json)
        return
    if not target:
        raise UsageError(tr("takedown needs a URL or an article's id, or --list"))
    if not (reason.strip() and authority.strip()):
        raise UsageError(tr("takedown needs --reason and --authority: the log keeps both"))
    if how == "erased" and not yes:
        click.confirm(
            tr("erase {target} from the WARC files? This cannot be undone", target=target), abort=True, err=True
        )
    told: Lifted | Taken
    if how == "lifted":
        told = lift(holdings, target, reason, authority)
    else:
        told = taking(holdings, target, how or "hidden", reason, authority)  # type: ignore[arg-type]  # from flags alone
    with progress("reading captures") as shown:
        rebuilding.rebuild(holdings, register_of(holdings), tell=lambda file, count: shown.advance(count, note=file))
    if as_json:
        print_json(told)
    elif isinstance(told, Lifted):
        _lifted(target, told)
    else:
        _taken(told)


def _lifted(target: str, told: Lifted) -> None:
    say("the takedown of {target} is taken back", target=target)
    for one in told.returned:
        click.echo(f"{one.old} -> {one.file}")
    if told.erased:
        say("what was erased does not come back; the next crawl asks the site for it again")


def _taken(told: Taken) -> None:
    say(
        "{how}: {articles} articles, {captures} captures",
        how=told.rule.action,
        articles=told.articles,
        captures=told.captures,
    )
    for one in told.rewritten:
        click.echo(f"{one.old} -> {one.file}{f', {one.sealed}' if one.sealed else ''}")
    if told.restorer_removed:
        say("the restorer counted words of it and is removed; `baotinh train-restorer` makes it again")
    for path in told.packages:
        say("packed before, and not changed by this: {path}", path=path)


def _list(holdings: Holdings, as_json: bool) -> None:
    found = rules(holdings.root)
    if as_json:
        print_json(found)
    for rule in () if as_json else found:
        click.echo(
            f"{rule.at[:10]}  {rule.action}  {rule.urls[0] if rule.urls else ''}  {rule.reason}  ({rule.authority})"
        )
