"""`baotinh sources verify`: a person looks at five articles of a source beside their pages, and it is verified."""

from __future__ import annotations

import re
import shutil
import sys
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import click

from archive.cli.command import archive_option, command, question
from archive.cli.opening import for_writing, valid_register_of
from archive.cli.output import say
from archive.errors import CrawlError, NothingFound, UsageError
from archive.holdings import Holdings
from archive.learning import golden
from archive.learning import verification as word
from archive.learning.five import Five, Measured, Verdict, choose, own_file, replacing, verify, write_own
from archive.learning.surveys import FOLDER
from archive.messages.language import spoken, tr
from archive.messages.message import Message
from archive.search.question import option as declared
from archive.sources import Register, Source
from archive.sources.layouts import ENOUGH
from archive.store import open_database
from archive.store.samples import DATA, HTML, holds_articles
from archive.terminal import styled
from archive.text.folding import fold
from crawler.commands.crawl import chosen, loopback_option

_LABEL: Final = 13  # columns: "chú thích ảnh" fits
_PAGE_LINES: Final = 60


@dataclass(frozen=True, slots=True)
class VerifyOptions:
    """Which sources a person verifies, and how they are asked."""

    sources: tuple[str, ...] = declared("", (), argument=-1, many=True, metavar="ID...")
    by: str = declared("Who verifies, as it will stand in the file.", "", metavar="NAME")
    answers: str = declared(
        'A file of answers (JSON; "-" is standard input) in place of questions.', "", metavar="FILE"
    )
    limit: int = declared(
        "Ask each site for so many pages first, where fewer than eight articles are held; 0 for none.",
        60,
        bounds=(0, 5000),
        metavar="N",
    )


@command(
    "verify",
    examples=[
        "baotinh sources verify ca-mau-bao",
        "baotinh sources verify ca-mau-bao ca-mau-dang --answers answers.json --by 'Nguyễn Thị Lan'",
    ],
    codes=(0, 2, 4, 6),
)
@question(VerifyOptions)
@loopback_option
@archive_option
def verify_sources(asked: VerifyOptions, allow_loopback: bool, root: Path) -> int:
    """Have a person look at five articles of each source beside their pages, and mark the source as verified.

    A change of its file that a survey has drafted is offered first. Then the site is asked for a sample of pages, its
    layout is learnt, and five articles are shown: the lines of each page, with the field that each line became. All is
    right, or the person names the fields that are wrong and what they should be; the layout is learnt again with
    that, and the source is verified if everything is read then as the person says.

    Whoever stops in the middle is asked for the rest when the command is given again.

    Written are: status, verified_on and verified_by, what is normal under [expect] as it was measured, the layout, and
    the five articles as golden pages. A shipped source gets a file of its own in sources/, which counts instead.

    Answers by script are JSON: {"by": NAME, "sources": {ID: {"draft": true, "articles": {"*": true}}}}. Instead of true
    a page (its address, or * for all others) has false, which says that it is no article, or what its fields should be.

    Exit code 6 says that a source is not verified: too few articles, or not read as the person says.
    """
    if not asked.sources:
        raise UsageError("name the sources to verify")
    holdings = for_writing(root)
    script = _script(asked.answers)
    by = asked.by or (script.by if script else "") or (_prompt(tr("your name")) if script is None else "")
    if not by:
        raise UsageError("say who verifies: --by NAME")
    sources = chosen(valid_register_of(holdings), asked.sources, loopback=allow_loopback)
    for source in sources:
        _offer_draft(holdings, source, script)
    _sample(holdings, asked, loopback=allow_loopback)
    failed = []
    for source in chosen(Register.valid(holdings.sources), asked.sources, loopback=allow_loopback):
        why = _verify(holdings, source, script, by)
        if why:
            failed.append(source.id)
            say("{source}: not verified: {why}", source=source.id, why=why)
    if failed:
        raise CrawlError("not verified: {sources}", sources=", ".join(failed))
    return 0


def _script(file: str) -> word.Script | None:
    if not file:
        return None
    if file == "-":
        return word.read_script(sys.stdin.read(), "-")
    return word.script_of(Path(file))


def _offer_draft(holdings: Holdings, source: Source, script: word.Script | None) -> None:
    """Offers the change of the source's file that its last survey speaks for."""
    from crawler.survey.draft import amended, difference
    from crawler.survey.model import kept

    survey = kept(holdings.root, source.id)
    if survey is None or survey.merged or survey.state not in ("alive", "moved"):
        return
    was = Path(source.file).read_text(encoding="utf-8")
    now = amended(survey, source, was)
    if now == was:
        return
    file = own_file(holdings, source)
    click.echo(difference(was, now, source.file, str(file)))
    if script is not None:
        taken = script.takes_draft(source.id)
    else:
        taken = _prompt(tr("{source}: take this change? (y/n)", source=source.id)) in _YES
    if taken:
        write_own(holdings, source, replacing(source, file, now))
        say("{file} written", file=file)


_YES: Final = frozenset(("y", "yes", "c", "có", "co", "đ", "đúng", "dung"))
_NO_ARTICLE: Final = frozenset(("n", "no", "k", "không", "khong"))


def _sample(holdings: Holdings, asked: VerifyOptions, *, loopback: bool) -> None:
    """Crawls a sample of the sources of which too few articles are held."""
    from crawler.running import run

    register = Register.valid(holdings.sources)
    wanted = [register.get(name) for name in dict.fromkeys(asked.sources)]
    few = [source for source in wanted if not _holds_enough(holdings, source)]
    if not few or not asked.limit:
        return
    settings: dict[str, object] = {
        "ARCHIVE": str(holdings.root),
        "BAOTINH_LIMIT": asked.limit,
        "BAOTINH_ALLOW_LOOPBACK": loopback,
        "LOG_ENABLED": False,
    }
    results = run(few, settings)
    for result in results:
        if result.report is not None:
            click.echo(result.report.as_text(), err=True)
        if result.error is not None:
            raise result.error
    if any(result.report is not None and result.report.reason == "shutdown" for result in results):
        raise click.Abort


def _holds_enough(holdings: Holdings, source: Source) -> bool:
    mimes = DATA if source.json is not None and source.json.holds_articles else HTML
    return holds_articles(holdings.database, source.id, ENOUGH, mimes)


def _verify(holdings: Holdings, source: Source, script: word.Script | None, by: str) -> str:
    """Verifies one source; why it is not, "" where it is."""
    if not holdings.database.exists():
        return Message("nothing is held of it; crawl it first")
    db = open_database(holdings.database, readonly=True)
    try:
        five = choose(db, holdings, source)
        before = word.Remembered(holdings.root / FOLDER / f"{source.id}.answers.json")
        if script is None:
            answers = _asked(five, before)
        else:
            answers = [script.answer(source.id, one.page.url) for one in five.shown]
        verdict = verify(db, holdings, five, answers, by)
        before.forget(keep_right=bool(verdict.unsettled))
    except NothingFound as error:
        return error.message
    finally:
        db.close()
    return _told(verdict.unsettled) if verdict.unsettled else _settled(source, verdict)


def _told(left: Sequence[word.Unsettled]) -> Message:
    for one in left:
        wanted = one.wanted or tr("none")
        say(
            "{url}: {field} is read as {read}, and is {wanted}",
            url=one.url,
            field=tr(one.field),
            read=textwrap.shorten(one.read, 80, placeholder="…") or tr("none"),
            wanted=textwrap.shorten(wanted, 80, placeholder="…"),
        )
    message = "{count} fields are read otherwise; give a selector under [layout.select] of its file, and verify again"
    return Message(message, count=len(left))


def _settled(source: Source, done: Verdict) -> str:
    folder = golden.folder_of(replace(source, file=str(done.file)))
    say("{folder}: golden pages: {count}", folder=folder, count=done.golden)
    say("{file} written: verified; {month}", file=done.file, month=spoken(_month(done.measured)))
    if done.learnt:
        say("what is held is read with its layout by: baotinh reread --source {source}", source=source.id)
    return ""


def _month(measured: Measured | None) -> Message:
    if measured is None or measured.per_month is None:
        return Message("too few of its articles are dated to say how many a month brings")
    low, high = measured.per_month
    return Message("{low} to {high} articles a month", low=low, high=high)


def _asked(five: Five, before: word.Remembered) -> list[word.Answer]:
    """What a person says of the five, one after the other; what was said `before` of a page that reads as it did then
    is not asked again.
    """
    answers: list[word.Answer] = []
    for place, one in enumerate(five.shown, 1):
        answer = before.of(one)
        if answer is None:
            click.echo(f"\n[{place}/{word.FIVE}] {styled(one.page.url, bold=True)}")
            answer = _ask(one)
            before.keep(one, answer)
        else:
            click.echo(f"\n[{place}/{word.FIVE}] {one.page.url}: {tr('answered before')}")
        answers.append(answer)
    return answers


def _ask(one: word.Shown) -> word.Answer:
    for line in laid_beside(one):
        click.echo(line)
    missing = [tr(name) for name in word.FIELDS if not word.value_of(one.article, name)]
    if missing:
        click.echo(tr("none: {fields}", fields=", ".join(missing)))
    fields = ", ".join(map(tr, word.FIELDS))
    while True:
        said = _prompt(tr("right? y: all of it, n: no article, or the fields that are wrong ({fields})", fields=fields))
        if said.casefold() in _YES:
            return word.Answer(one.page.url)
        if said.casefold() in _NO_ARTICLE:
            return word.Answer(one.page.url, False)
        names, rest = fields_named(said)
        if names and not rest:
            return word.Answer(one.page.url, True, tuple(map(_correct, names)))
        say("{word}: no field; there are {fields}", word=rest or said, fields=fields)


def fields_named(said: str) -> tuple[tuple[str, ...], str]:
    """The fields whose names a person typed, in the language spoken or in English, accents or not; and what is none."""
    known = {fold(tr(name)): name for name in word.FIELDS} | {name: name for name in word.FIELDS}
    rest, names = fold(said).strip(", "), []
    while match := re.match(rf"({'|'.join(sorted(known, key=len, reverse=True))})(?:[\s,]+|$)", rest):
        names.append(known[match[1]])
        rest = rest[match.end() :]
    return tuple(dict.fromkeys(names)), rest


def _correct(name: str) -> tuple[str, str | None]:
    if name not in word.TEXTS:
        return name, None
    said = _prompt(tr("{field} is (- for none)", field=tr(name)))
    return word.corrected(name, None if said == "-" else said)


def _prompt(question: str) -> str:
    """What a person answers; raises UsageError where nobody is there to answer."""
    try:
        said: str = click.prompt(question, prompt_suffix=": ")
    except click.Abort as error:
        if sys.stdin.isatty():  # a person, who leaves
            raise
        message = "nobody answers: give answers with --answers FILE; what was not answered to the end is not written"
        raise UsageError(message) from error
    return said.strip()


def laid_beside(one: word.Shown) -> list[str]:
    """The lines of a page, each behind the field that it became, no wider than the terminal."""
    width = max(40, shutil.get_terminal_size().columns - _LABEL - 3)
    lines: list[str] = []
    for label, line in word.beside(one):
        shown = textwrap.wrap(line, width) or [""]
        if label == "body" and len(shown) > 3:
            shown = [*shown[:2], "…", shown[-1]]
        for at, piece in enumerate(shown):
            head = tr(label) if label and at == 0 else ""
            lines.append(f"{head:>{_LABEL}} │ {piece if label else styled(piece, fg='bright_black')}")
    if len(lines) > _PAGE_LINES:
        lines = [*lines[: _PAGE_LINES - 10], f"{'':>{_LABEL}} │ …", *lines[-9:]]
    return lines
