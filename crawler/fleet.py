"""Which machine crawls which source: `fleet.toml` beside archive.toml, the same on all machines.

    [machines]
    may-1 = ["bao-ca-mau", "tinh-uy-*"]
    may-2 = ["bao-thai-nguyen"]

A machine knows its name by BAOTINH_MACHINE, else by its host name. Without the file every source is everybody's.
"""

from __future__ import annotations

import os
import socket
import tomllib
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from archive.disk import refused
from archive.errors import SourceError
from archive.messages.message import toml_flaw
from archive.warc.captures import read_fields
from archive.warc.reader import Parsed, records

NAME = "fleet.toml"


@dataclass(frozen=True, slots=True)
class Fleet:
    """The machines, each with the sources that are its own: ids, or patterns with `*`."""

    file: str
    machines: tuple[tuple[str, tuple[str, ...]], ...] = ()

    def owner(self, source: str) -> str:
        """The machine that crawls `source`, "" where nobody is named; raises SourceError naming both where two are."""
        owners = [name for name, own in self.machines if any(fnmatchcase(source, pattern) for pattern in own)]
        if len(owners) > 1:
            message = "{file}: {source} is given to {one} and to {other}; one of them must leave it"
            raise SourceError(message, file=self.file, source=source, one=owners[0], other=owners[1])
        return owners[0] if owners else ""

    def check(self, source: str) -> None:
        """Raises SourceError where `source` is another machine's than this one."""
        owner = self.owner(source)
        if owner and owner != machine():
            message = (
                "{source} is crawled by {owner} ({file}), and this machine is {machine}; "
                "BAOTINH_MACHINE gives it another name"
            )
            raise SourceError(message, source=source, owner=owner, file=self.file, machine=machine())

    def check_file(self, path: Path, source: str) -> None:
        """Raises SourceError where another machine than the owner of `source` wrote the WARC file at `path`."""
        owner, writer = self.owner(source), writer_of(path)
        if owner and writer and writer != owner:
            message = (
                "{path} was crawled by {writer}, and {file} gives {source} to {owner}: one source, one "
                "machine; bring in what the one before has crawled before the source changes hands"
            )
            raise SourceError(message, path=path, writer=writer, file=self.file, source=source, owner=owner)


def read(root: Path) -> Fleet:
    """The fleet that the archive at `root` belongs to; raises SourceError naming what cannot be understood."""
    path = root / NAME
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Fleet(str(path))
    except OSError as error:
        raise refused(path, error) from error
    except ValueError as error:
        raise SourceError("{path}: not valid TOML: {error}", path=path, error=toml_flaw(error)) from error
    found = table.pop("machines", None)
    if table or not isinstance(found, dict):
        raise SourceError("{path}: must hold a table [machines] and nothing else", path=path)
    for name, own in found.items():
        if not isinstance(own, list) or not all(isinstance(one, str) and one for one in own):
            message = '{path}: machines.{name} must be a list of sources, like ["bao-ca-mau", "tinh-uy-*"]'
            raise SourceError(message, path=path, name=name)
    return Fleet(str(path), tuple((name, tuple(own)) for name, own in found.items()))


def machine() -> str:
    """The name of this machine."""
    return os.environ.get("BAOTINH_MACHINE", "") or socket.gethostname()


def about(fleet: Fleet) -> tuple[tuple[str, str], ...]:
    """What a WARC file written here says of the machine (field `hostname` of warcinfo): nothing outside a fleet."""
    return (("hostname", machine()),) if fleet.machines else ()


def writer_of(path: Path) -> str:
    """The machine that wrote the WARC file at `path`, as its warcinfo says; "" where it says nothing."""
    first = next(records(path), None)
    if not isinstance(first, Parsed) or first.record.type != "warcinfo":
        return ""
    return dict(read_fields(first.record.block)).get("hostname", "")
