"""`baotinh show` and `diff`: an article with its text, history and provenance; what changed between its revisions."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import click
import sqlite_utils

from archive.cli.command import archive_option, command, json_option, option
from archive.cli.opening import for_writing, reading
from archive.cli.output import print_json, print_table
from archive.errors import NothingFound, UsageError
from archive.export import as_object
from archive.holdings import Holdings
from archive.messages.language import coded, number, tr
from archive.search.backend import ask_article
from archive.store import queries
from archive.store.clusters import Cluster
from archive.store.queries import StoredArticle
from archive.store.rows import CaptureRow, RevisionRow, TeaserRow, secondary
from archive.store.unlikely import doubt_of
from archive.terminal import styled
from archive.text.difference import Change, field_changes
from archive.warc import cdxj


@command(
    "show",
    examples=[
        "baotinh show ldookmj3dk",
        "baotinh show https://baotinh.example/tin/hoi-nghi-1.html --history",
        "baotinh show https://baotinh.example/ --captures --json",
    ],
    codes=(0, 2, 3, 4, 5),
)
@click.argument("article")
@option("--history", is_flag=True, help="List revisions, captures and the teasers that point to it, not the text.")
@option("--captures", is_flag=True, help="List all captures of an address, article or not, by the CDXJ index.")
@json_option
@archive_option
def show(article: str, history: bool, captures: bool, as_json: bool, root: Path) -> None:
    """Show an article, named by its id or by an address it was found under, in whatever spelling."""
    if captures:
        _list_captures(for_writing(root), article, as_json)
        return
    with reading(root) as held:
        stored, past = ask_article(held, article, _with_history)
    if as_json:
        print_json(as_object(stored) | _as_json(past))
    elif history:
        _print_history(past)
    else:
        _print_text(stored)


def _list_captures(holdings: Holdings, url: str, as_json: bool) -> None:
    target = holdings.root / cdxj.MERGED
    if not target.exists():
        target = cdxj.build(holdings.root)
    found = cdxj.find_entries(target, url)
    if not found:
        raise NothingFound("{url}: no capture in {target}", url=url, target=target)
    if as_json:
        print_json(found)
        return
    for entry in found:
        click.echo(f"{entry.timestamp}  {entry.status}  {entry.mime}  {entry.filename} {entry.offset} {entry.length}")


@dataclass(frozen=True, slots=True)
class _History:
    """The revisions and captures of an article, and the teasers that point to it."""

    revisions: tuple[RevisionRow, ...]
    captures: tuple[CaptureRow, ...]
    pointers: tuple[TeaserRow, ...]


def _with_history(db: sqlite_utils.Database, stored: StoredArticle) -> tuple[StoredArticle, _History]:
    own = stored.row.id
    return stored, _History(queries.revisions(db, own), queries.captures_of(db, own), queries.pointers_to(db, own))


def _as_json(past: _History) -> dict[str, object]:
    times = {capture.id: capture for capture in past.captures}
    return {
        "revisions": [
            {
                "number": row.number,
                "captured_at": times[row.capture].captured_at,
                "record_id": times[row.capture].record_id,
                "digest": row.digest,
                "parser": row.parser,
                "headline": row.article.headline.value,
            }
            for row in past.revisions
        ],
        "captures": [
            {
                "captured_at": capture.captured_at,
                "url": capture.url,
                "status": capture.status,
                "state": capture.state,
                "record_id": capture.record_id,
                "file": capture.file,
                "offset": capture.offset,
            }
            for capture in past.captures
        ],
        "pointers": [
            {"headline": teaser.headline, "text": teaser.text, "box": teaser.box, "sightings": teaser.sightings}
            for teaser in past.pointers
        ],
    }


def _print_text(stored: StoredArticle) -> None:
    row, article, capture = stored.row, stored.article, stored.capture
    click.echo(styled(article.headline.value, bold=True))
    when = row.published or tr("{day}, estimated", day=row.day)
    click.echo(f"{stored.source_name} · {when}" + (f" · {row.section}" if row.section else ""))
    click.echo(row.url)
    if article.headline.by.startswith("restored"):
        sure = number(article.headline.confidence)
        click.echo(tr("headline restored from the slug, confidence {sure}: {slug}", sure=sure, slug=row.slug))
    if not row.id:
        doubt = doubt_of(article)
        click.echo(
            tr("probably no article, probability {sure}: {doubt}", sure=number(article.probability), doubt=doubt)
        )
    if row.gone_at:
        click.echo(tr("gone from its site since {day}", day=row.gone_at[:10]))
    for paragraph in (row.lead, *article.body):
        if paragraph:
            click.echo(f"\n{paragraph}")
    for caption in article.captions:
        click.echo(f"\n[{tr('caption')}] {caption}")
    for label, value in (("byline", row.byline), ("source", row.source_credit), ("tags", ", ".join(article.tags))):
        if value:
            click.echo(f"\n[{tr(label)}] {value}")
    for file in article.attachments:
        click.echo(f"\n[{tr('attachment')}] {file.name} {file.url}".rstrip())
    if stored.same_text is not None:
        _print_same_text(stored.same_text, row.public_id)
    click.echo()
    revision, at = row.revision, capture.captured_at
    click.echo(
        tr("id {id}, revision {number}, read by {parser}", id=row.public_id, number=revision, parser=article.parser)
    )
    if (made_from := secondary(capture)) is not None:
        whose = f" ({made_from.owner})" if made_from.owner else ""
        told = "secondary record, no capture of the page: made from row {row} of {file}{whose}"
        click.echo(tr(told, row=made_from.row, file=made_from.file, whose=whose))
        click.echo(made_from.digest)
        click.echo(tr("kept since {time}, {file} at {offset}", time=at, file=capture.file, offset=capture.offset))
    else:
        click.echo(tr("captured {time}, {file} at {offset}", time=at, file=capture.file, offset=capture.offset))
    click.echo(f"{capture.record_id}  {capture.payload_digest}")


def _print_same_text(found: Cluster, public_id: str) -> None:
    counts = {name: number(getattr(found, name)) for name in ("articles", "sources", "provinces")}
    click.echo("\n" + tr("this text: {articles} articles, {sources} sources, {provinces} provinces", **counts))
    for one in found.members:
        marks = [tr("first")] if one == found.first else []
        marks += [tr("this one")] if one.id == public_id else []
        when = one.published or tr("{day}, estimated", day=one.day)
        click.echo(f"  {one.id}  {when}  {one.source}  {', '.join(marks)}".rstrip())


def _print_history(past: _History) -> None:
    times = {capture.id: capture.captured_at for capture in past.captures}
    print_table(
        [(row.number, times[row.capture], row.parser, row.article.headline.value) for row in past.revisions],
        [tr("revision"), tr("captured"), tr("parser"), tr("headline")],
    )
    click.echo()
    print_table(
        [(capture.captured_at, capture.status, coded(capture.state), capture.url) for capture in past.captures],
        [tr("captured"), tr("HTTP status"), tr("state"), "url"],
    )
    if past.pointers:
        click.echo()
        print_table(
            [(teaser.sightings, teaser.box, teaser.headline) for teaser in past.pointers],
            [tr("seen"), tr("box"), tr("teaser")],
        )


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
@json_option
@archive_option
def diff(article: str, first: int | None, second: int | None, as_json: bool, root: Path) -> None:
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
    for asked in (later, earlier):
        if asked not in revisions:
            known = ", ".join(map(str, revisions))
            raise UsageError("no revision {number}: there are {known}", number=asked, known=known)
    return revisions[earlier], revisions[later]


def _print(stored: StoredArticle, before: RevisionRow, after: RevisionRow, times: list[str], fields: Fields) -> None:
    click.echo(styled(after.article.headline.value, bold=True))
    click.echo(stored.row.url)
    told = "revision {before} of {earlier} to revision {after} of {later}"
    click.echo(tr(told, before=before.number, earlier=times[0], after=after.number, later=times[1]))
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
