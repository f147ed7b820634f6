"""`baotinh init`: makes an empty archive."""

from __future__ import annotations

import re
from pathlib import Path

import click

from archive.cli.command import archive_option, command, option
from archive.cli.output import say
from archive.errors import UsageError
from archive.holdings import Holdings
from archive.store import opened_to_write

_CONTACT = re.compile(r"https?://[^\s/][^\s/.]*\.[^\s]+|(mailto:)?[^\s@:/]+@[^\s@/]+\.[^\s@/.]+")


def _contact(_: click.Context, __: click.Parameter, value: str) -> str:
    """`value`, where a site owner can write or go there."""
    if not _CONTACT.fullmatch(value):
        raise UsageError(
            'contact "{value}": not an e-mail address, nor an address that begins with https://', value=value
        )
    return value


@command(
    "init",
    examples=["baotinh init --operator 'Thư viện tỉnh' --contact mailto:luu-tru@thuvien.example"],
)
@click.argument("path", required=False, type=click.Path(path_type=Path))
@option("--operator", required=True, help="Who runs the archive: the name that answers for it.")
@option(
    "--contact",
    required=True,
    callback=_contact,
    help="URL or e-mail address that site owners find in the user agent.",
)
@archive_option
def init(path: Path | None, operator: str, contact: str, root: Path) -> None:
    """Make an empty archive: a folder with settings, a register for your own sources, and a database.

    Without PATH it is made where --archive or BAOTINH_ARCHIVE says, else in ./data.
    """
    holdings = Holdings.create(path or root, operator, contact)
    with opened_to_write(holdings.database):
        pass  # it is there now, empty and sealed
    say("made the archive {path}; settings are in {settings}", path=holdings.root, settings="archive.toml")
    say("next: put a source into {folder}, or take one of 'baotinh sources', and crawl it", folder=holdings.sources)
