"""`baotinh takedown`: content hidden, sealed or erased, after what it touches was shown; and what of it is in force."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path

import click

from archive.cli.command import archive_option, command, json_option, option, question
from archive.cli.opening import for_writing
from archive.cli.output import print_json, say
from archive.custody import seals
from archive.custody.takedown import LiftDone, Plan, TakedownDone, lift
from archive.custody.takedown import plan as planning
from archive.custody.takedown import takedown as taking
from archive.custody.takedown.plan import MORE, How, refuse_empty
from archive.custody.withheld import pending, rules
from archive.errors import DamageError, NothingFound, UsageError
from archive.holdings import Holdings
from archive.messages.language import coded, number, tr
from archive.search.question import option as declared
from archive.warc.groups import WAY_OUT

_SHOWN = 10  # of a list in a plan; --json has all


@dataclass(frozen=True, slots=True)
class TakedownOptions:
    """What is taken down, why, and what with it."""

    targets: tuple[str, ...] = declared("", (), argument=-1, many=True, metavar="[TARGET]...")
    reason: str = declared("Why; it goes into the log.", "")
    authority: str = declared("Who ordered it; it goes into the log.", "")
    more: str = declared(
        "Also take with it: copies (the same text elsewhere), pictures (that no other article shows), or both.",
        "",
        name="with",
        metavar="WHAT",
    )
    listed: Path | None = declared(
        "Targets of a file, one a line; - for stdin.", None, name="from", kind="path", metavar="FILE"
    )
    in_advance: bool = declared("Bar what is not held yet, too.", False)
    plan: bool = declared("Only show what it would touch, and what it would leave.", False)
    yes: bool = declared("Do not ask.", False)
    listing: bool = declared("List all takedowns instead.", False, name="list")


@command(
    "takedown",
    examples=[
        "baotinh takedown https://baotinh.example/tin/1.html --reason 'dữ liệu cá nhân' --authority 'công văn 12'",
        "baotinh takedown k3v9q2m7xa --erase --with pictures,copies --reason '…' --authority '…'",
        "baotinh takedown --from danh-sach.txt --seal --yes --reason '…' --authority '…'",
        "baotinh takedown --list",
    ],
    codes=(0, 2, 3, 4, 5),
)
@option("--seal", "how", flag_value="sealed", help="Move the records to sealed/, for those allowed there.")
@option("--erase", "how", flag_value="erased", help="Erase the records; a tombstone says what was there, and when.")
@option(
    "--lift",
    "how",
    flag_value="lifted",
    help="Take an earlier takedown back; sealed records return, erased ones cannot.",
)
@question(TakedownOptions)
@json_option
@archive_option
def takedown(asked: TakedownOptions, how: str | None, as_json: bool, root: Path) -> None:
    """Take TARGET (a URL or an article's id) out of search, reading room, exports and packages, for good.

    What that touches, and what it leaves, is shown first. Without --seal or --erase it is hidden: the records stay as
    they are. Whatever is chosen holds after every rebuild, crawl and import, until --lift takes it back. Broken off at
    any moment, the next command that writes, or `baotinh recover`, brings it to its end.
    """
    if asked.listing:
        _list(Holdings.open(root), as_json)
        return
    targets = (*asked.targets, *(_lines(asked.listed) if asked.listed else ()))
    if not targets:
        raise UsageError("takedown needs a URL or an article's id, --from, or --list")
    if not asked.plan and not (asked.reason.strip() and asked.authority.strip()):
        raise UsageError("takedown needs --reason and --authority: the log keeps both")
    if how == "lifted":
        _lift(for_writing(root), targets, asked.reason, asked.authority, as_json)
        return
    chosen: How = "erased" if how == "erased" else "sealed" if how == "sealed" else "hidden"
    more = _more(asked.more)
    holdings = Holdings.open(root) if asked.plan else for_writing(root)
    plans = _planned(holdings, targets, chosen, more, asked.in_advance)
    if asked.plan and as_json:
        print_json(plans)
        return
    for one in plans:
        _show(one)
    if asked.plan:
        return
    if not asked.yes:
        _confirm(plans, chosen)
    done = []
    with _together(holdings, targets):
        for target in targets:
            done.append(
                taking(holdings, target, chosen, asked.reason, asked.authority, more=more, in_advance=asked.in_advance)
            )
            if not as_json:
                _taken(done[-1])
    if as_json:
        print_json(done if asked.listed or len(done) > 1 else done[0])


def _together(holdings: Holdings, targets: Sequence[str]) -> AbstractContextManager[None]:
    """Of several takedowns the databases are looked at and sealed once; one alone seals only what it changes."""
    return seals.hold(holdings.root) if len(targets) > 1 else nullcontext()


def _more(text: str) -> tuple[str, ...]:
    words = tuple(word.strip() for word in text.split(",") if word.strip())
    if unknown := [word for word in words if word not in MORE]:
        raise UsageError("--with takes {known}, not {word}", known=", ".join(MORE), word=unknown[0])
    return words


def _lines(path: Path) -> tuple[str, ...]:
    try:
        text = sys.stdin.read() if str(path) == "-" else path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError("{file}: cannot be read ({error})", file=path, error=error) from error
    lines = [line.strip() for line in text.splitlines()]
    return tuple(dict.fromkeys(line for line in lines if line and not line.startswith("#")))


def _planned(
    holdings: Holdings, targets: Sequence[str], how: How, more: tuple[str, ...], in_advance: bool
) -> list[Plan]:
    """The plans of all targets; raises NothingFound naming those that name nothing, before anything is done."""
    plans, missing = list[Plan](), list[str]()
    for target in targets:
        try:
            plans.append(planning(holdings, target, how, more))
            refuse_empty(plans[-1], in_advance)
        except NothingFound as error:
            missing.append(error.message)
    if missing:
        for line in missing[:-1]:
            click.echo(line, err=True)
        raise NothingFound(missing[-1])
    return plans


def _confirm(plans: Sequence[Plan], how: How) -> None:
    captures = sum(len(one.places) for one in plans)
    words = {"count": number(len(plans)), "captures": number(captures), "how": coded(how)}
    question = tr("{how}: {count} targets, {captures} captures. Do it?", **words)
    if how == "erased":
        question = tr(
            "erase {captures} captures of {count} targets from the WARC files? This cannot be undone", **words
        )
    try:
        click.confirm(question, abort=True, err=True)
    except click.Abort:
        say("nothing was done: it was not confirmed; scripts say --yes")
        raise


def _show(one: Plan) -> None:
    say("{target}, {how}:", target=one.target, how=coded(one.how))
    _lines_of("article", [f"{article.id}  {article.headline}  {article.url}" for article in one.articles])
    _lines_of("print or AMP copy", one.amp_print)
    _lines_of("address", [url for url in one.urls if url not in one.amp_print])
    files = sorted({file for file, *_ in one.places})
    say("  captures: {count}, in {files} WARC files", count=number(len(one.places)), files=number(len(files)))
    if one.pointers:
        say("  boxes on other pages that point to it: {count}; they lose that line here", count=number(one.pointers))
    if one.restorer:
        say("  the restorer counted words of it: its model goes")
    for name, found in (
        ("copies", [f"{article.id}  {article.source}  {article.url}" for article in one.copies]),
        ("pictures", [f"{url} ({number(times)})" for url, times in one.pictures]),
    ):
        told = "with it goes, of {what}" if name in one.added else "stays, unless --with {what}"
        _lines_of(told, found, what=name)
    _lines_of("stays, for other articles show it too", one.shared)
    _lines_of("stays: the crawler keeps its ETag", one.validators)
    _lines_of("stays: the saved query names it", one.queries)
    _lines_of("stays: the frozen corpus names it", one.corpora)
    _lines_of("stays, packed before", one.packages)


def _lines_of(label: str, values: Sequence[str], **words: str) -> None:
    for value in values[:_SHOWN]:
        click.echo(f"  {tr(label, **words)}: {value}", err=True)
    if len(values) > _SHOWN:
        click.echo(f"  {tr(label, **words)}: {tr('and {count} more', count=number(len(values) - _SHOWN))}", err=True)


def _lift(holdings: Holdings, targets: Sequence[str], reason: str, authority: str, as_json: bool) -> None:
    done = []
    with _together(holdings, targets):
        for target in targets:
            done.append(lift(holdings, target, reason, authority))
            if not as_json:
                _lifted(target, done[-1])
    if as_json:
        print_json(done if len(done) > 1 else done[0])
    if damaged := [line for one in done for line in one.damaged]:
        for line in damaged:
            click.echo(line, err=True)
        raise DamageError(
            "the rest is done; records that cannot be read: {count}. {way}", count=number(len(damaged)),
               way=tr(WAY_OUT)
        )  # fmt: skip


def _lifted(target: str, told: LiftDone) -> None:
    say("the takedown of {target} is taken back: {captures} captures", target=target, captures=number(told.captures))
    for one in told.returned:
        click.echo(f"{one.sealed} -> {one.file}")
    if told.erased:
        say("what was erased does not come back; the next crawl asks the site for it again")


def _taken(told: TakedownDone) -> None:
    say(
        "{how}: {articles} articles, {captures} captures",
        how=coded(told.rule.action),
        articles=told.articles,
        captures=told.captures,
    )
    for one in told.rewritten:
        click.echo(f"{one.file}{f' -> {one.sealed}' if one.sealed else ''}")
    if told.restorer_removed:
        say("the restorer counted words of it and is removed; `baotinh rebuild restorer` makes it again")
    for path in told.packages:
        say("packed before, and not changed by this: {path}", path=path)


def _list(holdings: Holdings, as_json: bool) -> None:
    found = rules(holdings.root)
    if as_json:
        print_json(found)
    open_still = {rule.seq for rule in pending(holdings.root)}
    for rule in () if as_json else found:
        mark = f"  [{tr('broken off')}]" if rule.seq in open_still else ""
        url = rule.urls[0] if rule.urls else ""
        click.echo(f"{rule.at[:10]}  {coded(rule.action)}  {url}  {rule.reason}  ({rule.authority}){mark}")
