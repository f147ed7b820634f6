"""`baotinh frontier`: what is still to fetch, what happened to a URL, and why it was not fetched."""

from __future__ import annotations

from contextlib import ExitStack, closing
from dataclasses import asdict
from pathlib import Path

import click

from archive.cli.command import Group, archive_option, archive_root, command, json_option, option
from archive.cli.opening import of_source
from archive.cli.output import print_json, print_table, say
from archive.custody import events
from archive.errors import NothingFound, UsageError
from archive.holdings import Holdings
from archive.messages.language import coded, number, spoken, tr
from archive.sources import Register


@click.group(
    "frontier",
    cls=Group,
    invoke_without_command=True,
    examples=["baotinh frontier", "baotinh frontier why https://baocamau.vn/"],
    codes=(0, 2, 3, 4),
)
@click.pass_context
def frontier(context: click.Context) -> None:
    """Show what is still to fetch, and why a URL was not fetched; put URLs back, or exclude them."""
    if context.invoked_subcommand is None:
        context.invoke(show_counts, source="", as_json=False, root=archive_root(context))


@command("counts", examples=["baotinh frontier counts ca-mau-bao"], codes=(0, 2, 3, 4))
@click.argument("source", default="", metavar="[SOURCE]")
@json_option
@archive_option
def show_counts(source: str, as_json: bool, root: Path) -> None:
    """Count the URLs by state, reason and kind."""
    from crawler.frontier import explain

    with explain.open_readonly(Holdings.open(root).frontier) as connection, of_source(source, root):
        found = explain.counts(connection, source)
        if not found:
            raise NothingFound("the frontier holds no URL of that source")
    if as_json:
        print_json(found)
    else:
        head = [tr(word) for word in ("source", "state", "reason", "kind", "URLs")]
        print_table([(one.source, one.state, one.reason, one.kind, one.urls) for one in found], head)


@command(
    "list",
    examples=["baotinh frontier list --state failed", "baotinh frontier list ca-mau-bao --json"],
    codes=(0, 2, 3, 4),
)
@click.argument("source", default="", metavar="[SOURCE]")
@option("--state", type=click.Choice(["todo", "claimed", "done", "failed", "excluded"]), help="Only these.")
@option("--reason", default="", metavar="WORD", help="Only those with this reason.")
@option("--limit", default=50, type=click.IntRange(min=1), metavar="N", help="At most so many (50).")
@json_option
@archive_option
def show_list(source: str, state: str | None, reason: str, limit: int, as_json: bool, root: Path) -> None:
    """List URLs, the most urgent first."""
    from crawler.frontier import explain

    with explain.open_readonly(Holdings.open(root).frontier) as connection, of_source(source, root):
        found = explain.listed(connection, source, state or "", reason, limit)
        if not found:
            raise NothingFound("no such URL in the frontier")
    if as_json:
        print_json(found)
    else:
        rows = [(one.state, one.reason, one.kind, one.url) for one in found]
        print_table(rows, [tr(word) for word in ("state", "reason", "kind", "URL")])


@command("why", examples=["baotinh frontier why https://baotinh.example/tin/hoi-nghi-12.html"], codes=(0, 2, 3, 4))
@click.argument("url")
@json_option
@archive_option
def show_why(url: str, as_json: bool, root: Path) -> int:
    """Tell the history of a URL: how it was found, what happened to it, and what the rules say.

    The exit code is 3 where no crawl has met it; what the rules say of it is told all the same.
    """
    from crawler.frontier import explain
    from crawler.scope import as_fetched

    holdings = Holdings.open(root)
    try:
        as_fetched(url)
    except ValueError as error:
        raise UsageError("{url}: not an absolute http or https URL", url=url) from error
    with explain.open_readonly(holdings.frontier) as connection:
        told = explain.explain(connection, url, Register.valid(holdings.sources))
    if as_json:
        print_json(asdict(told))
        return 0 if told.known else NothingFound.exit_code
    if not told.known:
        raise NothingFound("{url}: no crawl has met it: {why}", url=told.url, why=told.why)
    click.echo(f"{told.url}\n{tr(told.state)}: {spoken(told.why)}")
    if told.source:
        click.echo(tr("source {source}, asked for as {kind}", source=told.source, kind=coded(told.kind) or "?"))
    for step in told.path:
        click.echo(tr("found on {url}", url=step))
    for line in told.history:
        click.echo(f"  {line.at}  {coded(line.event)}  {coded(line.detail)}  {line.run}".rstrip())
    if told.next_visit:
        click.echo(tr("next visit {time}", time=told.next_visit))
    return 0


@command(
    "requeue",
    examples=["baotinh frontier requeue URL...", "baotinh frontier requeue --source ca-mau-bao --state failed"],
)
@click.argument("urls", nargs=-1, metavar="[URL...]")
@option("--source", default="", metavar="ID", help="Put back all of this source, with --state and perhaps --reason.")
@option(
    "--state", default="failed", show_default=True, type=click.Choice(["failed", "excluded"]), help="Of a whole source."
)
@option("--reason", default="", metavar="WORD", help="Of a whole source: only those with this reason.")
@option("--by", default="", metavar="NAME", help="Who asks for it, as the archive's log keeps it.")
@archive_option
def requeue(urls: tuple[str, ...], source: str, state: str, reason: str, by: str, root: Path) -> None:
    """Put URLs back, to be fetched by the next crawl; unknown ones are added. The archive's log tells of it."""
    from crawler.frontier import manual
    from crawler.frontier.store import FrontierStore

    holdings = Holdings.open(root)
    register = Register.valid(holdings.sources)
    if bool(urls) == bool(source):
        raise UsageError("give URLs, or --source")
    owners = {register.get(source).id} if source else {manual.source_of(register, url) for url in urls}
    whole = {"source": source, "state": state, "reason": reason} if source else {"urls": list(urls)}
    with _locked(holdings, owners), closing(FrontierStore(holdings.frontier)) as rows:
        events.append(holdings.root, "modification", holdings.frontier.name, "put back", {**whole, "by": by})
        count = manual.requeue(rows, register, urls) if urls else manual.requeue_all(rows, source, state, reason)
    say("{number} URLs will be fetched by the next crawl", number=number(count))


@command("exclude", examples=["baotinh frontier exclude --reason 'the owner asked for it' URL..."])
@click.argument("urls", nargs=-1, required=True, metavar="URL...")
@option("--reason", required=True, metavar="TEXT", help="Why; it is stored and shown.")
@archive_option
def exclude(urls: tuple[str, ...], reason: str, root: Path) -> None:
    """Exclude URLs: no crawl will fetch them. What is stored of them stays stored."""
    from crawler.frontier import manual
    from crawler.frontier.store import FrontierStore

    holdings = Holdings.open(root)
    register = Register.valid(holdings.sources)
    owners = {manual.source_of(register, url) for url in urls}
    with _locked(holdings, owners), closing(FrontierStore(holdings.frontier)) as rows:
        count = manual.exclude(rows, register, urls, reason)
    say("{number} URLs excluded", number=number(count))


def _locked(holdings: Holdings, sources: set[str]) -> ExitStack:
    stack = ExitStack()
    for source in sorted(sources):
        stack.enter_context(holdings.lock(f"crawl-{source}"))
    return stack


for _one in (show_counts, show_list, show_why, requeue, exclude):
    frontier.add_command(_one)
