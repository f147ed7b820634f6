"""`baotinh teasers`: the articles that other pages point to, and those the archive knows in no other way."""

from __future__ import annotations

from pathlib import Path

from archive.cli.command import archive_option, command, json_option, option
from archive.cli.opening import of_source, reading
from archive.cli.output import print_json_lines, print_table
from archive.cli.words import tr
from archive.errors import NothingFound
from archive.store import pointers


@command(
    "teasers",
    examples=["baotinh teasers --missing", "baotinh teasers --missing --source thai-nguyen-dang --json"],
    codes=(0, 2, 3, 4, 5),
)
@option("--missing", is_flag=True, help="Only articles known from teasers alone: lost, or not fetched yet.")
@option("--source", default="", metavar="ID", help="Only teasers seen on this source.")
@json_option
@archive_option
def teasers(missing: bool, source: str, as_json: bool, root: Path) -> None:
    """List the articles that teasers on other pages point to, seen last first. JSON is one object a line.

    Each with when and on which page it was seen first and last, and the id of the article where the archive has it.
    """
    with reading(root) as db, of_source(source, root):
        found = pointers.missing(db, source) if missing else pointers.teasers(db, source)
        first = next(found, None)
        if first is None:
            raise NothingFound(tr("no teaser of that kind"))
        if as_json:
            print_json_lines([first])
            print_json_lines(found)
        else:
            rows = [
                (one.first_seen[:10], one.last_seen[:10], one.sightings, one.source, one.article, one.headline, one.url)
                for one in (first, *found)
            ]
            head = [tr("seen first"), tr("seen last"), tr("times"), tr("source"), tr("article"), tr("headline"), "url"]
            print_table(rows, head)
