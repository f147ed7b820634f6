"""What the documents take from the code; cog calls these functions, `make docs` runs cog."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from contextlib import closing
from dataclasses import MISSING, fields
from pathlib import Path
from typing import Any

import click
import sqlite_utils

import archive.errors
from archive.cli import main
from archive.cli.command import EXIT_CODES
from archive.messages.language import choose
from archive.settings import About, Keep, Notify, Settings
from archive.sources.families import FAMILIES
from archive.sources.model import DateArchive, Discover, Expect, Host, JsonMapping, Layout, Politeness, Quota, Source
from archive.store.database import create
from crawler.frontier.limits import CrawlOptions
from docs.meanings import meaning

ROOT = Path(__file__).parent.parent
VIEWS = ("revisions", "teasers", "article_teasers")
"""Views that stand for tables: their columns are described as those of tables."""
_COLUMN = re.compile(
    r"^ +(?P<name>[a-z_]+) (?P<type>INTEGER|TEXT|REAL|BLOB|ANY)"
    r"(?P<rest>(?: NOT NULL)? AS \(.*\)|[^,-]*),? *(?:-- (?P<comment>.*))?$"
)


def schema() -> dict[str, str]:
    """The tables of archive.sqlite and the statements that make them, without those SQLite keeps for itself."""
    with closing(sqlite_utils.Database(memory=True)) as db:
        create(db)
        rows = db.execute(
            "SELECT name, sql FROM sqlite_master WHERE type IN ('table', 'view') ORDER BY rowid"
        ).fetchall()
    virtual = [name for name, sql in rows if sql.startswith("CREATE VIRTUAL")]
    shadows = tuple(f"{name}_{part}" for name in virtual for part in ("data", "idx", "docsize", "config", "content"))
    return {name: sql for name, sql in rows if not name.startswith(("sqlite_", "_")) and name not in shadows}


def columns(table: str) -> str:
    """The columns of `table` as a Markdown table; for a search index or a view, the statement that makes it."""
    sql = schema()[table]
    if sql.startswith(("CREATE VIRTUAL", "CREATE VIEW")):
        told = _printed(_of_view(table)) + "\n" if table in VIEWS else ""
        return f"{told}```sql\n{sql.strip()};\n```\n"
    return _printed(described(table))


def _printed(rows: Iterator[tuple[str, str, str]]) -> str:
    told = [f"| `{name}` | {kind} | {comment} |" for name, kind, comment in rows]
    return "\n".join(["| column | type | |", "|---|---|---|", *told]) + "\n"


def _of_view(view: str) -> Iterator[tuple[str, str, str]]:
    with closing(sqlite_utils.Database(memory=True)) as db:
        create(db)
        for _, name, kind, *_ in db.execute(f"PRAGMA table_info({view})").fetchall():
            yield name, kind.lower() or "text", meaning(view, name)


def described(table: str) -> Iterator[tuple[str, str, str]]:
    """Name, type and meaning of each column of `table`: the schema's comment, else docs/meanings.py."""
    for line in schema()[table].splitlines():
        match = _COLUMN.match(line)
        if match is None:
            continue
        text = match["comment"] or meaning(table, match["name"])
        points = re.search(r"REFERENCES (\w+)", match["rest"])
        if points:
            text = f"row of {points[1]}; {text}".rstrip("; ")
        if "NOT NULL" not in match["rest"] and "PRIMARY KEY" not in match["rest"] and "NULL" not in text:
            text = f"{text}; NULL where unknown".lstrip("; ")
        yield match["name"], match["type"].lower(), text.replace("|", "\\|")


def commands() -> dict[str, click.Command]:
    """Every command of `baotinh` by its full name ("sources check"), groups before their members."""
    return dict(_commands(main, ""))


def _commands(group: click.Group, prefix: str) -> Iterator[tuple[str, click.Command]]:
    context = click.Context(group, info_name="baotinh")
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if command is None or command.hidden:
            continue
        yield prefix + name, command
        if isinstance(command, click.Group):
            yield from _commands(command, f"{prefix}{name} ")


def reference(language: str = "en") -> str:
    """A section for each command: what `baotinh NAME --help` prints, on a page of 100 characters."""
    choose(language)
    return "\n".join(f"## {name}\n\n```text\n{_help(name)}\n```\n" for name in commands())


def _help(name: str) -> str:
    parent = click.Context(click.Group(), info_name=" ".join(["baotinh", *name.split()[:-1]]))
    command = commands()[name]
    context = click.Context(
        command, info_name=name.split()[-1], parent=parent, max_content_width=100, terminal_width=100
    )
    return command.get_help(context).rstrip()


def errors() -> str:
    """The tree of errors and exit codes, as archive.errors draws it."""
    lines = (archive.errors.__doc__ or "").splitlines()
    return "\n".join(line[4:] for line in lines if line.startswith("    ")) + "\n"


def exit_codes() -> str:
    """The exit codes of the program as a Markdown table, in the words of its help pages."""
    rows = [f"| {code} | {words} |" for code, words in EXIT_CODES.items()]
    return "\n".join(["| exit code | |", "|---|---|", *rows]) + "\n"


def settings_file() -> str:
    """crawler/settings.py, whose comments give each setting its reason."""
    return f"```python\n{(ROOT / 'crawler' / 'settings.py').read_text(encoding='utf-8').strip()}\n```\n"


def crawler_settings() -> list[str]:
    """The names of the settings in crawler/settings.py."""
    tree = ast.parse((ROOT / "crawler" / "settings.py").read_text(encoding="utf-8"))
    targets = [target for node in tree.body if isinstance(node, ast.Assign) for target in node.targets]
    targets += [node.target for node in tree.body if isinstance(node, ast.AnnAssign)]
    return [target.id for target in targets if isinstance(target, ast.Name)]


def orders_of_a_run() -> list[str]:
    """The names of the settings that are the orders of one run."""
    return [f"BAOTINH_{one.name.upper()}" for one in fields(CrawlOptions) if one.name != "archive"]


def archive_settings() -> dict[str, object]:
    """Each key of archive.toml ("operator", "keep.images") and its default, None where it must be given."""
    top = _fields(Settings, "", ("keep", "about", "notify"))
    tables = (*top, *_fields(Keep, "keep.", ()), *_fields(About, "about.", ()), *_fields(Notify, "notify.", ()))
    return dict(tables)


def _fields(kind: type[Any], prefix: str, without: tuple[str, ...]) -> Iterator[tuple[str, object]]:
    for field in fields(kind):
        if field.name not in without:
            yield prefix + field.name, None if field.default is MISSING else field.default


def source_keys() -> list[str]:
    """Every key that a source file may hold, tables joined by dots: "discover.feeds"."""
    tables: dict[str, type[Any]] = {
        "host": Host,
        "layout": Layout,
        "discover": Discover,
        "discover.backfill": DateArchive,
        "politeness": Politeness,
        "expect": Expect,
        "json": JsonMapping,
        "quota": Quota,
    }
    inner = {"layouts", "discover", "politeness", "expect", "quota", "mappings", "file"}
    top = [field.name for field in fields(Source) if field.name not in inner]
    return top + [
        f"{table}.{field.name}" for table, kind in tables.items() for field in fields(kind) if field.name != "backfill"
    ]


def families() -> str:
    """The CMS families a layout may name, as a Markdown table; with what its rows were taken from, where it has any."""
    rows = [f"| `{name}` | {family.signs} | {family.evidence} |" for name, family in FAMILIES.items()]
    return "\n".join(["| family | what tells it | its selectors are from |", "|---|---|---|", *rows]) + "\n"
