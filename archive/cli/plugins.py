"""Commands that other installed packages bring, by the entry points group "baotinh.commands"."""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path
from typing import Final

import click

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
