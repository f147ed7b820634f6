"""The program `baotinh`: its commands, found without loading them, and those of other installed packages."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import import_module
from keyword import iskeyword
from pathlib import Path
from typing import Any, Final, NoReturn

import click

from archive.cli.command import Group, Hinting, Spoken, language_option, option
from archive.disk import refused
from archive.errors import ArchiveError, QueryError
from archive.messages.language import choose, spoken, tr
from archive.terminal import colourless, guarded

GROUP: Final = "baotinh.commands"


@cache
def names() -> frozenset[str]:
    """The names of the commands that installed packages bring.

    Read from their entry_points.txt (packaging.python.org, "Entry points specification"), as importing
    importlib.metadata takes 40 ms, a third of what `baotinh --help` may.
    """
    found: set[str] = set()
    for folder in dict.fromkeys(sys.path):
        for file in Path(folder or ".").glob("*.dist-info/entry_points.txt"):
            section = ""
            for line in file.read_text(encoding="utf-8").splitlines():
                if line.startswith("["):
                    section = line.strip("[] ")
                elif section == GROUP and "=" in line:
                    found.add(line.partition("=")[0].strip())
    return frozenset(found)


def load(name: str) -> click.Command | None:
    """The command `name` of an installed package; None where there is none."""
    if name not in names():
        return None
    from importlib.metadata import entry_points

    return next((point.load() for point in entry_points(group=GROUP, name=name)), None)


class Gathering(Group):
    """A group whose commands are imported when one of them is run, from the modules of `homes`, beside those that other
    packages bring as entry points named "sources.<command>".
    """

    def __init__(self, *args: Any, homes: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._homes = {name: module for module, members in homes.items() for name in members.split()}

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command `cmd_name`, loaded."""
        if cmd_name in self._homes:
            found: click.Command = getattr(import_module(self._homes[cmd_name]), cmd_name)
            return found
        return super().get_command(ctx, cmd_name) or load(f"{self.name}.{cmd_name}")

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of all its commands."""
        before = f"{self.name}."
        brought = [name.removeprefix(before) for name in names() if name.startswith(before)]
        return [*self.commands, *self._homes, *sorted(brought)]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Writes the list of its commands, which are all loaded for that."""
        every = {name: self.get_command(ctx, name) for name in self.list_commands(ctx)}
        self.commands = {name: found for name, found in every.items() if found is not None}
        super().format_commands(ctx, formatter)


ROLES: Final = {
    "Crawl": {
        "sources": "The register of sources: add, survey, check, learn, verify.",
        "crawl": "Crawl sources of the register politely.",
        "capture": "Capture single pages by hand.",
        "watch": "Crawl every source when it is due.",
        "runs": "List the crawls, or show the report of one.",
        "status": "Say what is new, what is silent and what needs you.",
        "frontier": "Show what is left to fetch, and why.",
    },
    "Keep": {
        "init": "Make an empty archive.",
        "ingest": "Take in WARC files or folders of saved pages.",
        "import": "Bring in articles from JSON, CSV, Parquet or texts.",
        "merge": "Bring in archives of other machines.",
        "reread": "Read stored pages again with today's parsers.",
        "verify": "Check that nothing stored has changed.",
        "recover": "Close the files that a killed process left open.",
        "rebuild": "Make the database, an index, n-grams or the restorer again.",
        "takedown": "Hide, seal or erase content, for good.",
    },
    "Read": {
        "read": "Show how a page is read, field by field.",
        "show": "Show an article and where it comes from.",
        "diff": "Show what changed in an article, word by word.",
    },
    "Search": {
        "search": "Search in Vietnamese, with or without accents.",
        "saved": "Save queries and see what is new.",
        "stats": "Count what the archive holds.",
    },
    "Study": {
        "study": "Count over time, words in context, people, reprints.",
        "corpus": "Freeze, reopen, compare and cite a corpus.",
    },
    "Share": {
        "cite": "Cite an article with its capture and digest.",
        "export": "Write articles as CSV, JSON, Parquet, text, BibTeX, WARC.",
        "package": "Pack the archive or chosen articles as WACZ or BagIt.",
        "serve": "Serve the reading room to browsers.",
    },
}
"""Every command with its short help, by what it is for."""

COMMANDS: Final = {name: told for role in ROLES.values() for name, told in role.items()}

_MODULES: Final = {
    "keep": "recover takedown",
    "keep.ingest": "init ingest import",
    "keep.rebuild": "rebuild reread",
    "keep.verify": "verify",
    "read": "read sources",
    "read.show": "show diff",
    "search": "stats",
    "search.search": "search saved",
    "study": "study corpus",
    "share.export": "export cite",
    "share": "package serve",
}
"""Where the commands stand: in a module of their own name in a package, or together in one module."""

_LONGEST_HINT: Final = 200  # characters of a query that is worth trying
_ELSEWHERE: Final = frozenset(
    {"capture", "crawl", "frontier", "merge", "runs", "status", "watch"}
)  # come as entry points: the archive knows no crawler


class Program(Spoken, Hinting):
    """A group whose commands are imported when they are run: `baotinh --help` loads none of them."""

    groups = ("study", "sources")

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of all commands: ours, and those of installed packages."""
        brought = names()
        ours = [name for name in COMMANDS if name not in _ELSEWHERE or name in brought]
        return ours + sorted(
            name for name in brought - COMMANDS.keys() if "." not in name
        )  # "sources.verify" is of a group

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command `cmd_name`, loaded."""
        if cmd_name in COMMANDS and cmd_name not in _ELSEWHERE:
            name = cmd_name.replace("-", "_") + ("_" if iskeyword(cmd_name) else "")
            home = next(home for home, commands in _MODULES.items() if cmd_name in commands.split())
            module = home if "." in home else f"{home}.{name}"
            loaded: click.Command = getattr(import_module(f"archive.cli.{module}"), name)
            return loaded
        return load(cmd_name)

    def invoke(self, ctx: click.Context) -> Any:
        """Runs the command; a reader that has heard enough (`| head`) ends it as done."""
        if colourless():
            ctx.color = False
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # Python flushes once more at exit
            return 0
        return result

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Writes the commands by role, without loading one."""
        here = self.list_commands(ctx)
        roles = {**ROLES, "Other packages": {name: "" for name in here if name not in COMMANDS}}
        for role, commands in roles.items():
            rows = [(name, tr(told)) for name, told in commands.items() if name in here]
            if rows:
                with formatter.section(tr(role)):
                    formatter.write_dl(rows)

    def main(self, args: Sequence[str] | None = None, prog_name: str | None = None, **extra: Any) -> NoReturn:  # type: ignore[override]
        """Runs a command line and ends the process with its exit code; never with a traceback for people."""
        choose("")
        _let_click_speak()
        extra.pop("standalone_mode", None)
        with guarded():
            code = self._run(args, prog_name or "baotinh", extra)
        sys.exit(code if isinstance(code, int) else 0)

    def _run(self, args: Sequence[str] | None, name: str, extra: dict[str, Any]) -> Any:
        try:
            return super().main(args=args, prog_name=name, standalone_mode=False, **extra)
        except click.exceptions.NoArgsIsHelpError as error:
            click.echo(error.format_message(), err=True)
            return 2
        except click.ClickException as error:
            return _complain(_usage(error), 2)
        except ArchiveError as error:
            return _complain(_told(error), error.exit_code)
        except (KeyboardInterrupt, click.Abort):
            return _complain(tr("stopped; what was stored stays stored, and the same command goes on from there"), 130)
        except OSError as error:
            return _complain(_told(refused(error.filename or "", error)), 4)
        except UnicodeEncodeError as error:
            return _complain(tr("{name}: its name is no UTF-8; rename it first", name=_word(error)), 2)
        except _database_errors() as error:
            told = _named(error)
            return _complain(spoken(told), told.exit_code)


def _word(error: UnicodeEncodeError) -> str:
    # of a whole list or line the one name that it is about
    text, at = str(error.object), error.start
    start = max(text.rfind(end, 0, at) for end in (" ", "\n", '"')) + 1
    return re.split(r'["\s]', text[start:], maxsplit=1)[0]


def _database_errors() -> tuple[type[Exception], ...]:
    sqlite = sys.modules.get("sqlite3")  # not loaded, not raised
    return (sqlite.DatabaseError,) if sqlite else ()


def _named(error: Exception) -> ArchiveError:
    from archive.store.database import translated

    return translated(error, Path("archive.sqlite"))  # type: ignore[arg-type]  # a DatabaseError: see _database_errors


def _complain(line: str, code: int) -> int:
    click.echo(f"baotinh: {line}", err=True)
    return code


def _told(error: ArchiveError) -> str:
    if isinstance(error, QueryError):
        query, position = error.excerpt()
        if not query.strip():
            return spoken(error)
        short = error.suggestion and len(error.suggestion) <= _LONGEST_HINT
        hint = "\n    " + tr("try: {query}", query=error.suggestion) if short else ""
        return f"{spoken(error)}\n    {query}\n    {'':{position}}^{hint}"
    return spoken(error)


def _usage(error: click.ClickException) -> str:
    context = getattr(error, "ctx", None)
    path = context.command_path if context else "baotinh"
    message = error.format_message()
    end = "" if message.endswith(("?", ".", "!")) else "."
    if isinstance(error, click.NoSuchOption) and context and _is_word(error.option_name, context.command):
        end += " " + tr("A word to leave out stands inside the quotation marks of the query: 'chè -bão'.")
    return tr("{message} See '{path} --help'.", message=message + end, path=path)


def _is_word(name: str, command: click.Command) -> bool:
    """Whether the option `name`, which `command` does not have, may be the first letter of a word to leave out."""
    asks = any(isinstance(one, click.Argument) and one.human_readable_name.startswith("QUER") for one in command.params)
    return asks and len(name) == 2  # "-b"


def _let_click_speak() -> None:
    """Has click say what it says of a command line in the language spoken now: it asks gettext by these names."""
    for part in (click.core, click.exceptions, click.parser, click.types):
        part._ = tr  # type: ignore[attr-defined]
        part.ngettext = _counted  # type: ignore[attr-defined]


def _counted(one: str, many: str, number: int) -> str:
    return tr(one if number == 1 else many)


def _version(context: click.Context, _parameter: click.Parameter, value: bool) -> None:
    if value:
        from archive.custody.events import SOFTWARE

        click.echo(SOFTWARE.replace("/", " "))
        context.exit()


@click.group("baotinh", cls=Program, params=[language_option()], context_settings={"max_content_width": 110})
@option("--version", is_flag=True, is_eager=True, expose_value=False, callback=_version, help="Show the version.")
@option(
    "--archive",
    "root",
    type=click.Path(path_type=Path),
    metavar="PATH",
    help="The archive's folder (or BAOTINH_ARCHIVE; ./data if neither is given).",
)
def main(root: Path | None) -> None:
    """Keeps, reads and searches Vietnam's provincial press.

    Data goes to standard output, talk to standard error; the exit code says what happened.
    """
