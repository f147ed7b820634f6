"""`baotinh sources certificate`: how complete the holdings of a source are."""

from __future__ import annotations

from pathlib import Path

import click

from archive.cli.command import archive_option, command, json_option, option
from archive.cli.opening import register_of
from archive.cli.output import print_json
from archive.custody import certificate as stating
from archive.custody.certificate import Certificate, Gap
from archive.holdings import Holdings
from archive.messages.language import coded, number, tr


@command(
    "certificate",
    examples=[
        "baotinh sources certificate thai-nguyen-dang",
        "baotinh sources certificate thai-nguyen-dang --month 2020-03 --json",
    ],
    codes=(0, 2, 3, 4, 5),
)
@click.argument("source")
@option("--month", default="", metavar="YYYY-MM", help="Only this month.")
@json_option
@archive_option
def certificate(source: str, month: str, as_json: bool, root: Path) -> None:
    """State what is known of SOURCE, what of it is held, what failed or was excluded and why, and the gaps in time.

    Known is what a feed, sitemap, listing or teaser has named, or the crawler has asked for. Nothing else is claimed.
    """
    holdings = Holdings.open(root)
    register_of(holdings).get(source)
    told = stating.certificate(holdings, source, month)
    if as_json:
        print_json(told)
    else:
        click.echo("\n".join(_lines(told)))


def _lines(told: Certificate) -> list[str]:
    whole = not (told.since or told.until)
    span = tr("all of its time") if whole else f"{told.since or '…'} – {told.until or '…'}"
    lines = [
        tr("Statement of completeness: {source}, {span}", source=told.source, span=span),
        f"  {told.operator}, {told.made_at}, {told.software}",
        "",
        tr("articles held: {count}", count=number(told.articles)),
        *(f"  {month}  {number(count)}" for month, count in told.articles_by_month),
        tr("captures, by what became of them:"),
        *(f"  {coded(state)}  {number(count)}" for state, count in told.captures),
    ]
    if told.addresses:
        lines.append(tr("addresses the crawler knows, by how they ended:"))
        lines += [
            f"  {coded(kind)}  {coded(state)}{f' ({coded(reason)})' if reason else ''}  {number(count)}"
            for kind, state, reason, count in told.addresses
        ]
        lines.append(tr("articles were found on:"))
        lines += [f"  {coded(origin)}  {number(count)}" for origin, count in told.origins]
    everywhere, missing = told.pointed_to
    lines.append(
        tr("teasers point to {all} addresses; {missing} are not held", all=number(everywhere), missing=number(missing))
    )
    lines += [f"  {url}" for url in told.missing]
    lines.append(tr("gaps: {count}", count=number(len(told.gaps))))
    lines += [f"  {_stretch(gap)}  {tr(gap.kind)}" for gap in told.gaps]
    lines += [
        tr("addresses withheld by takedowns, in the whole archive: {count}", count=number(told.withheld)),
        tr("last fixity check: {check}", check=coded(told.last_fixity) or "–"),
        tr("head of the log: {head}", head=told.log_head),
    ]
    return lines


def _stretch(gap: Gap) -> str:
    return gap.first if gap.first == gap.last else f"{gap.first} – {gap.last}"
