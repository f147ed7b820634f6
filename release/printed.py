"""Writes man page, shell completion, pictures of grammar and growth: `python -m release.printed`, in `make docs`."""

from __future__ import annotations

from pathlib import Path

import click
from click.shell_completion import get_completion_class

from archive.cli import main as program
from archive.cli.command import EXIT_CODES, Command
from archive.custody.events import SOFTWARE
from archive.messages.language import choose
from docs.growth import picture
from docs.printed import commands
from release.railroad import svg

HERE = Path(__file__).parent
DOCS = HERE.parent / "docs"
ROOM = HERE.parent / "archive" / "web"
SHELLS = ("bash", "zsh", "fish")


def files() -> dict[Path, str]:
    """Each file and what stands in it."""
    pages = {HERE / "baotinh.1": man_page()}
    pages |= dict.fromkeys((DOCS / "grammar.svg", ROOM / "static" / "grammar.svg"), svg())
    pages[DOCS / "scaling.svg"] = picture()
    return pages | {HERE / "completion" / f"baotinh.{shell}": completion(shell) for shell in SHELLS}


def completion(shell: str) -> str:
    """The script that a shell sources to complete commands and options of `baotinh`."""
    kind = get_completion_class(shell)
    if kind is None:
        raise LookupError(f"click completes nothing for {shell}")
    return kind(program, {}, "baotinh", "_BAOTINH_COMPLETE").source()


def man_page() -> str:
    """The man page in the macros of man(7)."""
    choose("en")
    lines = [
        f'.TH BAOTINH 1 "" "{SOFTWARE.replace("/", " ")}" "User Commands"',
        ".SH NAME",
        "baotinh \\- crawl, preserve, read and search Vietnam's provincial press",
        ".SH SYNOPSIS",
        ".B baotinh",
        "[\\fB\\-\\-archive\\fR \\fIPATH\\fR] \\fICOMMAND\\fR [\\fIARGUMENTS\\fR]",
        ".SH DESCRIPTION",
        _escaped(" ".join((program.help or "").split())),
        ".SH COMMANDS",
    ]
    for name, command in commands().items():
        lines += _section(name, command)
    lines.append(".SH EXIT STATUS")
    for code, words in EXIT_CODES.items():
        lines += [".TP", f".B {code}", _escaped(words)]
    lines += [
        ".SH ENVIRONMENT",
        *(".TP", ".B BAOTINH_ARCHIVE", "The archive's folder, where \\-\\-archive does not name it."),
        *(".TP", ".B BAOTINH_LANG", "Language of the interface: vi or en."),
    ]
    return "\n".join(lines) + "\n"


def _section(name: str, command: click.Command) -> list[str]:
    lines = [f".SS {_escaped(name)}"]
    context = click.Context(command, info_name=name)
    lines.append(f"\\fBbaotinh {_escaped(name)}\\fR {_escaped(' '.join(command.collect_usage_pieces(context)))}")
    for paragraph in (command.help or "").split("\n\n"):
        lines += [".PP", _escaped(" ".join(paragraph.split()))]
    for parameter in command.params:
        record = parameter.get_help_record(context)
        if record is not None and record[1] and record[0] != "--help":
            lines += [".TP", f".B {_escaped(record[0])}", _escaped(" ".join(record[1].split()))]
    for example in command.examples if isinstance(command, Command) else ():
        lines += [".PP", f"\\fI{_escaped(example)}\\fR"]
    return lines


def _escaped(text: str) -> str:
    escaped = text.replace("\\", "\\e").replace("-", "\\-")
    return "\\&" + escaped if escaped.startswith((".", "'")) else escaped


if __name__ == "__main__":
    for path, text in files().items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
