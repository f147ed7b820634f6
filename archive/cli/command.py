"""What every command of `baotinh` has in common: help in two languages with examples and exit codes, and --archive."""

from __future__ import annotations

import inspect
import math
import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from functools import wraps
from pathlib import Path
from typing import Any, Final, TypeAlias

import click

from archive.messages.language import choose, tr
from archive.messages.message import LANGUAGES
from archive.search.question import Option as Declared
from archive.search.question import options_of

EXIT_CODES: Final = {
    0: "done",
    1: "something else went wrong; the message names it",
    2: "an option, a value or a file that cannot be used as given",
    3: "understood, and the archive holds no answer",
    4: "the archive cannot be read or written",
    5: "stored bytes are not what they were",
    6: "a crawl that needs a person",
    130: "stopped by Ctrl-C; what was stored stays stored",
}
"""Every exit code and what it says; archive.errors draws the errors behind 1-6."""

Decorator: TypeAlias = Callable[[Callable[..., Any]], Callable[..., Any]]

_NAMED: Final = 9  # commands of a group named where none is near


class Option(click.Option):
    """An option whose help is shown in the language spoken now."""

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """Names and help of the option."""
        record = super().get_help_record(ctx)
        if record is None or not self.help:
            return record
        told = record[1].replace(self.help, tr(self.help), 1)
        return record[0], told.replace("[default", f"[{tr('default')}").replace("[required", f"[{tr('required')}")


class Spoken(click.Command):
    """A command whose help is shown in the language spoken now."""

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Writes how the command is called."""
        formatter.write_usage(ctx.command_path, " ".join(self.collect_usage_pieces(ctx)), tr("Usage: "))

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Writes what the command does."""
        write_paragraphs(formatter, self.help or "")

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Writes the options, and for a group its commands."""
        options = [one for one in self.get_params(ctx) if isinstance(one, click.Option)]  # arguments stand in the usage
        records = [record for option in options if (record := option.get_help_record(ctx))]
        with formatter.section(tr("Options")):
            formatter.write_dl(records)
        if isinstance(self, click.Group):
            self.format_commands(ctx, formatter)

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """The option --help."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = tr("Show this message.")
        return option


class Command(Spoken):
    """A command with examples and exit codes in its help."""

    def __init__(
        self, *args: Any, examples: Sequence[str] = (), codes: Sequence[int] = (0, 2, 4), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.examples = tuple(examples)
        self.codes = (*codes, 130)
        self.params.append(language_option())

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Writes examples and exit codes."""
        if self.examples:
            with formatter.section(tr("Examples")):
                for example in self.examples:
                    formatter.write(f"{'':{formatter.current_indent}}{example}\n")
        with formatter.section(tr("Exit codes")):
            formatter.write_dl([(str(code), tr(EXIT_CODES[code])) for code in self.codes])


_ALIKE = 0.7  # of difflib: "serach" is .83 like search, "reindex" .62 like trends


class Hinting(click.Group):
    """A group that answers a mistyped command with the nearest one, with where it stands in its `groups`, or with those
    it has.
    """

    groups: Sequence[str] = ()

    def _members(self, ctx: click.Context, group: str) -> list[str]:
        found = self.get_command(ctx, group)
        return found.list_commands(ctx) if isinstance(found, click.Group) else []

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Name, command and the rest of `args`."""
        name = click.utils.make_str(args[0])
        if self.get_command(ctx, name) is None and not name.startswith("-"):
            from difflib import get_close_matches

            known = self.list_commands(ctx)
            inside = next((f"{group} {name}" for group in self.groups if name in self._members(ctx, group)), "")
            if near := [inside] if inside else get_close_matches(name, known, n=1, cutoff=_ALIKE):
                told = tr('there is no command "{name}"; did you mean {near}?', name=name, near=near[0])
            elif len(known) <= _NAMED:
                told = tr('there is no command "{name}"; there are {known}', name=name, known=", ".join(known))
            else:
                told = tr('there is no command "{name}"', name=name)
            raise click.UsageError(told, ctx)
        return super().resolve_command(ctx, args)


class Group(Command, Hinting):
    """A group of subcommands, its help in the language spoken now."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Writes the list of subcommands."""
        with formatter.section(tr("Commands")):
            formatter.write_dl([(name, tr((one.help or "").split("\n\n")[0])) for name, one in self.commands.items()])


def write_paragraphs(formatter: click.HelpFormatter, text: str) -> None:
    """Writes the paragraphs of `text`, translated one by one."""
    formatter.write_paragraph()
    with formatter.indentation():
        for number, paragraph in enumerate(inspect.cleandoc(text).split("\n\n")):
            if number:
                formatter.write_paragraph()
            formatter.write_text(tr(" ".join(paragraph.split())))


def command(
    name: str, examples: Sequence[str] = (), codes: Sequence[int] = (0, 2, 4)
) -> Callable[[Callable[..., Any]], Command]:
    """Makes a function the command `name`: its docstring is the help, `codes` are the exit codes it can end with."""

    def make(function: Callable[..., Any]) -> Command:
        return click.command(name, cls=Command, examples=examples, codes=codes)(function)

    return make


def option(*names: str, help: str, **kwargs: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:  # noqa: A002
    """An option of a command, with its help in English."""
    return click.option(*names, cls=Option, help=help, **kwargs)


def question(asked: type[Any], leave: Sequence[str] = ()) -> Decorator:
    """Makes a command ask what the dataclass `asked` declares (`archive.search.question`), but for the fields to
    `leave`: as arguments and options, in the order of its fields. The function gets it as `asked`, what the command
    takes besides as it is.
    """
    declared = [one for one in options_of(asked) if one.command and one.field not in leave]

    def make(function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        def ask(**values: Any) -> Any:
            mine = {one.field: values.pop(one.field) for one in declared}
            for one in declared:
                if one.argument and one.many:  # click itself checks the others
                    replace(one, name=one.metavar.rstrip(".")).check(mine[one.field])
            texts = {one.field: " ".join(mine[one.field]) for one in declared if one.argument < 0 and not one.many}
            return function(asked=asked(**mine | texts), **values)

        made: Callable[..., Any] = ask
        for one in reversed(declared):
            made = _parameter(one)(made)
        return made

    return make


def _parameter(one: Declared) -> Decorator:
    kinds: dict[str, Any] = {
        "day": Day(),
        "integer": click.IntRange(int(one.low), int(one.high) or None),
        "number": Amount(one.low, one.high or None),
        "path": click.Path(path_type=Path),
    }
    kind, metavar = click.Choice(one.choices) if one.choices else kinds.get(one.kind), one.metavar or None
    if one.argument:
        default = {} if one.required or one.argument < 0 else {"default": one.default}
        return click.argument(
            one.field, nargs=one.argument, required=one.required, metavar=metavar, type=kind, **default
        )
    names = [f"--{one.name.replace('_', '-')}", *([f"-{one.short}"] if one.short else []), one.field]
    if one.kind == "boolean":
        return option(*names, is_flag=True, help=one.help)
    default = {} if one.many or one.default is None else {"default": one.default, "show_default": one.default != ""}
    return option(*names, type=kind, multiple=one.many, metavar=metavar, help=one.help, **default)


class Amount(click.FloatRange):
    """A number within bounds; FloatRange itself takes "nan" for one."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """The number that `value` writes; fails for what is none, or lies outside."""
        number: float = super().convert(value, param, ctx)
        if math.isnan(number):
            self.fail(f"{value!r} is not a number.", param, ctx)
        return number


class Day(click.ParamType[date]):
    """A day as YYYY-MM-DD."""

    name = "day"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """The day, checked against the calendar."""
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.fail(tr('"{value}" is no day: write it as 2020-03-31', value=value), param, ctx)


def archive_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """Adds --archive, handed over as `root`: given here, before the command, in BAOTINH_ARCHIVE, else ./data."""
    return option(
        "--archive",
        "root",
        type=click.Path(path_type=Path),
        metavar="PATH",
        callback=_root,
        help="The archive's folder (or BAOTINH_ARCHIVE; ./data if neither is given).",
    )(function)


def json_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """Adds --json, handed over as `as_json`."""
    return option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")(function)


def language_option() -> Option:
    """The option --lang, which speaks for the whole run wherever it stands."""
    return Option(
        ["--lang"],
        type=click.Choice(LANGUAGES),
        expose_value=False,
        is_eager=True,
        callback=_speak,
        help="Language of the interface: vi or en (or BAOTINH_LANG, or the locale).",
    )


def _speak(_context: click.Context, _parameter: click.Parameter, value: str | None) -> None:
    if value:
        choose(value)


def archive_root(context: click.Context) -> Path:
    """The archive's folder as given before the command, in BAOTINH_ARCHIVE, else ./data."""
    before: Path | None = context.find_root().params.get("root")
    return before or Path(os.environ.get("BAOTINH_ARCHIVE") or "data")


def _root(context: click.Context, _parameter: click.Parameter, value: Path | None) -> Path:
    return value or archive_root(context)
