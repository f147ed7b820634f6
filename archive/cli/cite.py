"""`baotinh cite`: an article as a reference that leads back to the preserved page."""

from __future__ import annotations

from pathlib import Path

import click

from archive import cite as citing
from archive.cli.command import archives_option, command, json_option, option
from archive.cli.opening import asking
from archive.cli.output import print_json
from archive.cli.terminal import put
from archive.search.held import of_article
from archive.store.reads import itself


@command(
    "cite",
    examples=["baotinh cite ldookmj3dk", "baotinh cite ldookmj3dk --style bibtex >> luan-van.bib"],
    codes=(0, 2, 3, 4, 5),
)
@click.argument("article")
@option("--style", default="apa", show_default=True, type=click.Choice(citing.STYLES), help="Form of the reference.")
@json_option
@archives_option
def cite(article: str, style: str, as_json: bool, root: Path) -> None:
    """Cite an article, named by its id or address: with capture time, the record's digest and a permalink."""
    with asking(root) as held:
        stored = of_article(held, article, itself)
    if as_json:
        print_json({name: citing.cite(stored, name) for name in citing.STYLES})
    else:
        put(citing.cite(stored, style) + "\n")
