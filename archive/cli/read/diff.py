"""`baotinh diff`: what changed in an article from one revision to another, word by word."""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import Final

import click

from archive.cli.command import archive_option, command, json_option, option
from archive.cli.opening import reading
from archive.cli.output import print_json
from archive.errors import NothingFound, UsageError
from archive.messages.language import tr
from archive.store import queries
from archive.store.queries import StoredArticle
from archive.store.rows import RevisionRow
from archive.terminal import styled
from archive.text.difference import Change, field_changes

_TITLES: Final = {
    "headline": "headline",
    "lead": "lead",
    "body": "text",
    "captions": "captions",
    "byline": "byline",
}
Fields = list[tuple[str, list[tuple[Change, str]]]]


@command(
    "diff",
    examples=["baotinh diff ldookmj3dk", "baotinh diff ldookmj3dk --from 1 --to 3 --json"],
    codes=(0, 2, 3, 4, 5),
)
@click.argument("article")
@option("--from", "first", type=click.IntRange(min=1), metavar="N", help="The earlier revision (the last but one).")
@option("--to", "second", type=click.IntRange(min=1), metavar="M", help="The later revision (the last).")
@option("--html", "as_html", is_flag=True, help="Print HTML with <ins> and <del>.")
@json_option
@archive_option
def diff(article: str, first: int | None, second: int | None, as_html: bool, as_json: bool, root: Path) -> None:
    """Show what changed in an article, word by word, between two of its revisions.

    Words taken out stand in [-…-], words put in in {+…+}; on a terminal they are red and green.
    """
    with reading(root) as db:
        stored = queries.find_article(db, article)
        revisions = {row.number: row for row in queries.revisions(db, stored.row.id)}
        before, after = _chosen(article, revisions, first, second)
        fields = field_changes(before.article, after.article)
        times = [queries.capture(db, row.capture).captured_at for row in (before, after)]
        if as_json:
            print_json(_as_object(stored, before, after, times, fields))
        elif as_html:
            click.echo(_as_html(fields))
        else:
            _print(stored, before, after, times, fields)


def _chosen(
    article: str, revisions: dict[int, RevisionRow], first: int | None, second: int | None
) -> tuple[RevisionRow, RevisionRow]:
    """The two revisions asked for; raises NothingFound where the article has one alone, UsageError for no such one."""
    if len(revisions) == 1 and first is None and second is None:
        raise NothingFound("{article} has one revision: its text has not changed since", article=article)
    later = max(revisions) if second is None else second
    earlier = later - 1 if first is None else first
    for number in (later, earlier):
        if number not in revisions:
            known = ", ".join(map(str, revisions))
            raise UsageError("no revision {number}: there are {known}", number=number, known=known)
    return revisions[earlier], revisions[later]


def _print(stored: StoredArticle, before: RevisionRow, after: RevisionRow, times: list[str], fields: Fields) -> None:
    click.echo(styled(after.article.headline.value, bold=True))
    click.echo(stored.row.url)
    click.echo(
        tr(
            "revision {before} of {earlier} to revision {after} of {later}",
            before=before.number,
            earlier=times[0],
            after=after.number,
            later=times[1],
        )
    )
    changed = [name for name, _ in fields]
    if "headline" in changed:
        click.echo(tr("the headline has changed"))
    if "lead" in changed:
        click.echo(tr("the lead has changed"))
    if not fields:
        click.echo(tr("the texts are the same"))
    for name, pieces in fields:
        click.echo(f"\n[{tr(_TITLES[name])}]")
        click.echo("".join(_shown(change, text) for change, text in pieces))


def _shown(change: Change, text: str) -> str:
    if change == "added":
        return styled(f"{{+{text}+}}", fg="green")
    return styled(f"[-{text}-]", fg="red") if change == "removed" else text


def _as_object(
    stored: StoredArticle, before: RevisionRow, after: RevisionRow, times: list[str], fields: Fields
) -> dict[str, object]:
    changed = {name for name, _ in fields}
    return {
        "id": stored.row.public_id,
        "url": stored.row.url,
        "from": {"revision": before.number, "captured_at": times[0], "digest": before.digest},
        "to": {"revision": after.number, "captured_at": times[1], "digest": after.digest},
        "headline_changed": "headline" in changed,
        "lead_changed": "lead" in changed,
        "fields": {name: [{"change": change, "text": text} for change, text in pieces] for name, pieces in fields},
    }


def _as_html(fields: Fields) -> str:
    tags = {"added": "ins", "removed": "del"}
    parts = []
    for name, pieces in fields:
        words = [
            f"<{tags[change]}>{escape(text)}</{tags[change]}>" if change in tags else escape(text)
            for change, text in pieces
        ]
        parts.append(f'<section class="{name}" lang="vi">{"".join(words)}</section>')
    return "\n".join(parts)
