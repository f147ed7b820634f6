"""`baotinh study`: the commands that count, one for each question of a corpus linguist or a historian."""

from __future__ import annotations

import click

from archive.cli.program import Gathering


@click.group(
    "study",
    cls=Gathering,
    homes={
        "archive.cli.study.trends": "trends",
        "archive.cli.study.words": "concordance collocates keywords ngrams",
        "archive.cli.study.clusters": "people clusters flow",
    },
    examples=["baotinh study trends 'chuyển đổi số'", "baotinh study concordance '\"rút kinh nghiệm\"'"],
    codes=(0, 2, 3, 4, 5),
)
def study() -> None:
    """Count queries over time, show words in their context, and follow people and texts from paper to paper."""
