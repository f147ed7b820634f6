"""`baotinh verify`: whether what is stored is what was stored."""

from __future__ import annotations

from pathlib import Path

import click

from archive.cli.command import archive_option, command, json_option, option
from archive.cli.keep.recover import tell
from archive.cli.opening import register_of
from archive.cli.output import print_json, progress, say
from archive.custody import certificate as stating
from archive.custody.certificate import Certificate, Gap
from archive.custody.recover import recover as close_files
from archive.custody.verify import Finding, Scrubbed
from archive.custody.verify import scrub as scrubbing
from archive.custody.verify import verify as verifying
from archive.errors import DamageError, StorageError, UsageError
from archive.holdings import Holdings
from archive.messages.language import coded, number, spoken, tr


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


_MEGABYTE = 10**6


@command(
    "verify",
    examples=["baotinh verify", "baotinh verify --full --json", "baotinh verify --in-turn --rate 20 --limit 50000"],
    codes=(0, 2, 4, 5),
)
@option("--full", is_flag=True, help="Open every record besides, and compare database and index with it.")
@option("--in-turn", is_flag=True, help="Only closed WARC files, the one longest unread first, every record in them.")
@option("--rate", type=click.FloatRange(min=0.1), metavar="MB", help="In turn: megabytes a second at most.")
@option("--limit", type=click.IntRange(min=1), metavar="MB", help="In turn: stop after so many megabytes.")
@json_option
@archive_option
def verify(full: bool, in_turn: bool, rate: float | None, limit: int | None, as_json: bool, root: Path) -> None:
    """Check that nothing stored has changed: every file against its recorded digest, the log, the database.

    Files that a killed process left open are closed first; what was torn at their end is cut, kept beside and named.
    Damage is named and never repaired. The result goes into the log.

    In turn is for archives too large to be read in one go: due is what was not checked within `scrub_days` of
    archive.toml. Broken off at any time, the next call goes on.
    """
    if in_turn and full:
        raise UsageError("--full checks all at once: say it without --in-turn")
    if not in_turn and (rate or limit):
        raise UsageError("--rate and --limit are for --in-turn")
    if in_turn:
        _in_turn(Holdings.open(root), rate or 0, limit or 0, as_json)
    else:
        _whole(Holdings.open(root), full, as_json)


def _whole(holdings: Holdings, full: bool, as_json: bool) -> None:
    try:
        for done in close_files(holdings.root):
            tell(done)
    except StorageError as error:  # a disk that is full or cannot be written to can be read all the same
        say("{error}; files left open stay as they are", error=error)
    with progress("reading bytes") as shown:
        seen = 0

        def advance(done_bytes: int, _total: int) -> None:
            nonlocal seen
            shown.advance(done_bytes - seen)
            seen = done_bytes

        report = verifying(holdings, "full" if full else "quick", advance)
    if as_json:
        print_json(report)
    else:
        for finding in report.findings:
            click.echo(_line(finding))
        for note in report.notes:
            click.echo(spoken(note), err=True)
        counted = {"files": number(report.files), "bytes": number(report.bytes), "count": len(report.findings)}
        if full:
            said = "files: {files}, bytes: {bytes}, records: {records}; findings: {count}"
            say(said, records=number(report.records), **counted)
        else:
            say("files: {files}, bytes: {bytes}; findings: {count}; --full opens every record besides", **counted)
    if not report.clean:
        if report.unlogged:
            say("{error}", error=report.unlogged)
        raise DamageError("not as recorded: {count}", count=number(len(report.findings)))
    if report.unlogged:
        raise StorageError(report.unlogged)


def _line(finding: Finding) -> str:
    at = f" at {finding.offset}" if finding.offset is not None else ""
    return f"{finding.file}{at}: {finding.problem}: {spoken(finding.detail)}"


def _in_turn(holdings: Holdings, rate: float, limit: int, as_json: bool) -> None:
    done: list[Scrubbed] = []
    with progress("reading bytes") as shown:
        for one in scrubbing(
            holdings,
            bytes_per_second=rate * _MEGABYTE,
            limit_bytes=limit * _MEGABYTE or None,
        ):
            done.append(one)
            shown.advance(one.bytes, note=one.file)
            for finding in one.findings:
                click.echo(
                    f"{one.file} at {finding.offset or 0}: {finding.problem}: {spoken(finding.detail)}", err=as_json
                )
    if as_json:
        print_json(done)
    found = sum(len(one.findings) for one in done)
    total = sum(one.bytes for one in done)
    counted = {"files": number(len(done)), "bytes": number(total), "count": number(found)}
    say("{files} files, {bytes} bytes read: {count} findings", **counted)
    if found:
        raise DamageError("not as recorded: {count}", count=number(found))
