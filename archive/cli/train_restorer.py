"""`baotinh train-restorer`: accents for slugs, learnt from the archive itself."""

from __future__ import annotations

from pathlib import Path

from archive import training
from archive.cli.command import archive_option, command, json_option
from archive.cli.opening import for_writing
from archive.cli.output import print_json, progress, say
from archive.cli.words import number


@command(
    "train-restorer", examples=["baotinh train-restorer", "baotinh reread --restored --dry-run"], codes=(0, 2, 3, 4, 5)
)
@json_option
@archive_option
def train_restorer(as_json: bool, root: Path) -> None:
    """Learn from all headlines, leads and bodies of the archive which accents go with which syllables.

    Pages that show their slug alone get their headline from it: those read from now on, and with 'baotinh reread
    --restored' those read before. Such a headline is marked, and names the model. The model replaces the last one;
    train again when the archive has grown, or after something was erased from it.
    """
    with progress("learning from articles") as shown:
        trained = training.train(for_writing(root), shown.advance)
    if as_json:
        print_json(trained)
    say(
        "model {name} of {articles} articles: {forms} forms, {bytes} bytes in {file}; made from slugs: {restored}",
        name=trained.name,
        articles=number(trained.articles),
        forms=number(trained.forms),
        bytes=number(trained.bytes),
        file=trained.file,
        restored=number(trained.restored),
    )
