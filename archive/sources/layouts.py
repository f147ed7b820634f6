"""Reads and writes layouts: those of a source's own file, and those that `baotinh sources learn` puts beside it.

`<id>.layout.toml` holds the layouts that a site has taught, in the words of a source file; where there is one, it
counts instead of those of the source's file, which stays as a person wrote it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import fields
from itertools import pairwise
from pathlib import Path
from typing import Final

from archive.errors import SourceError
from archive.sources.families import FAMILIES
from archive.sources.model import Layout, LearnedFrom, Select
from archive.sources.table import Table, read_select, read_table

ENOUGH: Final = 8
"""Pages of one template below which no value is replaced by nothing, and a person is told that there are few."""
SUFFIX = ".layout.toml"
"""What the name of a file of learnt layouts ends with, behind the id of its source."""

_FIELDS = ("lead", "published", "byline", "section", "tags")
_PATTERNED = ("byline", "section")


def read_layouts(top: Table) -> tuple[Layout, ...]:
    """The `[[layout]]` tables of a file, oldest first."""
    layouts = tuple(_layout(table) for table in top.tables("layout"))
    if not layouts:
        top.fail("layout", 'is missing: write [[layout]] and family = "generic" where the family is not known')
    for number, (earlier, later) in enumerate(pairwise(layouts), 1):
        if earlier.until is None:
            top.fail(f"layout[{number}].until", "is missing: only the last layout may have no last day")
        if later.until is not None and later.until <= earlier.until:
            top.fail(
                f"layout[{number + 1}].until",
                "{until} does not lie after {earlier}: oldest layout first",
                until=later.until,
                earlier=earlier.until,
            )
    return layouts


def _layout(table: Table) -> Layout:
    layout = Layout(
        table.word("family", tuple(FAMILIES)),
        table.day("until"),
        read_select(table.table("select")),
        table.flag("month_first"),
        _names(table, "absent", _FIELDS),
        _names(table, "only", _PATTERNED),
        _patterns(table.table("patterns")),
        table.word("date_from", ("text",), "") if table.has("date_from") else "",
        table.texts("lines"),
        _learned(table.table("learned")) if table.has("learned") else None,
    )
    table.finish()
    return layout


def _names(table: Table, key: str, allowed: tuple[str, ...]) -> tuple[str, ...]:
    names = table.texts(key)
    for name in names:
        if name not in allowed:
            table.fail(key, '"{name}" is none of {allowed}', name=name, allowed=", ".join(allowed))
    return names


def _patterns(table: Table) -> tuple[tuple[str, str], ...]:
    found = []
    for key in table.keys():  # noqa: SIM118 - a Table is no dict
        table.known(key, _PATTERNED)
        for pattern in table.patterns(key):
            if pattern.groups != 1:
                table.fail(key, "'{pattern}' must have one group, which is the value", pattern=pattern.pattern)
            found.append((key, pattern.pattern))
    return tuple(sorted(found))


def _learned(table: Table) -> LearnedFrom:
    day = table.day("day")
    if day is None:
        table.fail("day", "is missing: the day of the last page that the layout was learnt from")
    support = table.table("support")
    shares = tuple((key, support.number(key, 0.0, 0.0, 1.0)) for key in support.keys())  # noqa: SIM118 - a Table is no dict
    learned = LearnedFrom(table.whole("pages", 0), day, shares, table.flag("confirmed"))
    table.finish()
    return learned


def read_learnt(path: Path) -> tuple[Layout, ...]:
    """The layouts of a file that `baotinh sources learn` has written. Raises SourceError, naming file and key."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SourceError("{path}: cannot be read: {error}", path=path, error=error) from error
    top = read_table(text, str(path))
    layouts = read_layouts(top)
    top.finish()
    return layouts


def written(layouts: Sequence[Layout], comment: str = "") -> str:
    """The TOML of layouts, as `read_learnt` reads it."""
    lines = [f"# {line}" for line in comment.splitlines()]
    for layout in layouts:
        lines += ["", "[[layout]]", *_top(layout)]
        selectors = [(one.name, getattr(layout.select, one.name)) for one in fields(Select)]
        if any(chosen for _, chosen in selectors):
            lines += ["", "[layout.select]", *(f"{name} = {_list(chosen)}" for name, chosen in selectors if chosen)]
        if layout.patterns:
            lines += ["", "[layout.patterns]", *(f"{name} = {_text(pattern)}" for name, pattern in layout.patterns)]
        if layout.learned is not None:
            lines += ["", "[layout.learned]", *_told(layout.learned)]
    return "\n".join(lines).lstrip("\n") + "\n"


def _top(layout: Layout) -> Iterator[str]:
    yield f"family = {_text(layout.family)}"
    if layout.until is not None:
        yield f"until = {layout.until.isoformat()}"
    if layout.month_first:
        yield "month_first = true"
    if layout.absent:
        yield f"absent = {_list(layout.absent)}"
    if layout.only:
        yield f"only = {_list(layout.only)}"
    if layout.date_from:
        yield f"date_from = {_text(layout.date_from)}"
    if layout.lines:
        yield f"lines = {_list(layout.lines)}"


def _told(learned: LearnedFrom) -> Iterator[str]:
    yield f"pages = {learned.pages}"
    yield f"day = {learned.day.isoformat()}"
    yield f"confirmed = {str(learned.confirmed).lower()}"
    if learned.support:
        yield f"support = {{ {', '.join(f'{name} = {share}' for name, share in learned.support)} }}"


def _list(texts: Sequence[str]) -> str:
    return f"[{', '.join(map(_text, texts))}]"


def _text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
