"""What the archive knows of how a capture came about: what robots.txt said on that day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Final, TypeAlias
from urllib.parse import urlencode, urlsplit

import sqlite_utils
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from archive import places
from archive.cite import SCHEMAS, STYLES, WRITTEN, json_ld, metadata, references
from archive.custody.withheld import withheld_error
from archive.errors import DamageError, NothingFound, QueryError, StorageError, UsageError, Withdrawn
from archive.messages.message import Message, message_of
from archive.model import Article, Place
from archive.search.backend import ask_article
from archive.store import queries
from archive.store.captures import Memento, by_record, nearest, pictures
from archive.store.clusters import Cluster, cluster_of
from archive.store.rows import PARTED, CaptureRow, RevisionRow, TeaserRow, secondary
from archive.store.runs import run
from archive.text.clock import in_vietnam, utc_seconds
from archive.text.difference import Change, field_changes
from archive.text.urls import url_key
from archive.warc.reader import record_at
from archive.warc.record import digest_faults
from archive.web.asking import BusyError
from archive.web.language import language_of
from archive.web.pages.downloads import NAMES
from archive.web.pages.hits import Neighbours, address_of, marks_of, neighbours
from archive.web.pages.search import Asked, asked_of
from archive.web.pages.state import Room, base_of, room_of
from archive.web.parameters import choice, flag, number, text
from archive.web.render import render
from archive.web.replay import memento as rfc7089
from archive.web.replay.memento import WIDTH, timeline


@dataclass(frozen=True, slots=True)
class Robots:
    """The robots.txt that spoke for a capture: what the crawler took from it ("" where no run tells); its capture."""

    decision: str
    memento: Memento | None


def robots_of(db: sqlite_utils.Database, capture: CaptureRow) -> Robots | None:
    """What robots.txt said of the site when `capture` was taken; None where neither a run nor a capture tells."""
    parts = urlsplit(capture.url)
    memento = nearest(db, url_key(f"{parts.scheme}://{parts.netloc}/robots.txt"), capture.captured_at)
    told = run(db, capture.run) if capture.run else None
    decisions = told.report.get("decisions", ()) if told else ()
    decision = next((detail for host, what, detail in decisions if what == "robots" and host == parts.netloc), "")
    return Robots(decision, memento) if decision or memento else None


# The article page: the text as read, its pictures from the archive, where each field came from, how to cite it.

WITHDRAWN: Final = Message("this page has been withdrawn from use")
_LAST_MOMENT = "9999-12-31T23:59:59Z"


@dataclass(frozen=True, slots=True)
class _Shown:
    stored: queries.StoredArticle
    article: Article  # of the revision asked for
    capture: CaptureRow
    number: int
    captures: tuple[CaptureRow, ...]
    revisions: tuple[RevisionRow, ...]
    taken: dict[int, CaptureRow]  # the captures of the revisions, by row id
    teasers: tuple[TeaserRow, ...]
    held: frozenset[str]  # the keys of what they point to that is in the archive
    pointers: tuple[TeaserRow, ...]
    pictures: dict[str, Memento]
    cluster: Cluster | None
    robots: Robots | None


async def page(request: Request) -> Response:
    """`/article/<id>?revision=`: the article in its current revision, or in an earlier one."""
    room = room_of(request)
    reference = request.path_params["reference"]
    revision = number(request, "revision", 0, 0, 1_000_000)
    shown = await room.asker.ask(ask_article, reference, _shown, revision)
    stored, row = shown.stored, shown.stored.row
    try:
        asked = asked_of(request)
    except UsageError:  # the article is shown whatever stands beside it
        asked = Asked("")
    marks = marks_of(shown.article, asked.query)
    base, language = base_of(request), language_of(request)
    return render(
        request,
        "article.html",
        {
            "row": row,
            "article": shown.article,
            "asked": asked,
            "marks": marks,
            "beside": await _beside(room, asked, row.public_id),
            "hit_address": partial(address_of, asked),
            "early": _captured_before(shown),
            "checked": await _checked(room, shown.capture) if flag(request, "check") else None,
            "capture": shown.capture,
            "number": shown.number,
            "source_name": stored.source_name,
            "captures": shown.captures,
            "timeline": timeline(_with(shown.captures, shown.capture), shown.capture.record_id),
            "width": WIDTH,
            "revisions": [(revision.number, shown.taken[revision.capture]) for revision in shown.revisions],
            "teasers": _related(shown.teasers, shown.held),
            "pointers": shown.pointers,
            "cluster": shown.cluster,
            "province_name": lambda identity: places.province(identity).name,
            "pictures": _pictures(room, shown),
            "robots": shown.robots,
            "fields": found_fields(shown.article),
            "references": references(stored, base, language),
            "written": tuple(WRITTEN),
            "for_programs": [style for style in STYLES if style not in WRITTEN],
            "schemas": SCHEMAS,
            "metadata": metadata(stored, base, language),
            "json_ld": json_ld(stored, base, language),
            "province": places.province(row.province) if row.province else None,
            "province_now": places.province_now(row.province_now) if row.province_now else None,
            "replay": room.preserved(shown.capture),
            "made_from": secondary(shown.capture),
            "replay_of": room.preserved,
            "downloads": list(NAMES.items()),
        },
        headers=_memento_links(room, shown.capture),
    )


async def lookup(request: Request) -> Response:
    """`/lookup?url=`: leads to the article captured at an address, else tells what is known of the address."""
    room = room_of(request)
    url = text(request, "url")
    if not url:
        return render(request, "lookup.html", {"url": "", "why": "", "replay": ""})
    if room.covers(url_key(url)):
        raise withheld_error(room.holdings.root, url) or Withdrawn(WITHDRAWN)
    public_id, why, memento = await room.asker.ask(_looked_up, url)
    if public_id:
        return RedirectResponse(f"/article/{public_id}", 302)
    replay = room.preserved(memento) if memento else ""
    return render(request, "lookup.html", {"url": url, "why": why, "replay": replay}, 404)


async def of_capture(request: Request) -> Response:
    """`/capture/<record id>`: leads to the article that this capture shows."""
    url = await room_of(request).asker.ask(_captured, request.path_params["record_id"])
    return RedirectResponse(f"/lookup?{urlencode({'url': url})}", 302)


def _looked_up(db: sqlite_utils.Database, url: str) -> tuple[str, str, Memento | None]:
    """The public id of the article captured at `url`; else why there is none, and the last capture of it."""
    try:
        return ask_article(db, url, queries.stored_article).row.public_id, "", None
    except NothingFound as nothing:
        return "", nothing.message, nearest(db, url_key(url), _LAST_MOMENT)


def _captured(db: sqlite_utils.Database, record_id: str) -> str:
    """The address of the capture `record_id`, from which an article was read."""
    memento = by_record(db, record_id)
    if memento is not None and memento.article is not None:
        return memento.url
    raise NothingFound("{record_id}: no article was read from this capture", record_id=record_id)


def found_fields(article: Article) -> list[tuple[str, str, str, float, str]]:
    """How each field was found: its name, the method, the string as the page has it, the confidence, and a note."""
    rows = []
    for name in ("headline", "lead", "published", "modified", "byline", "source_credit", "section"):
        found = getattr(article, name)
        if found is not None:
            raw = found.raw if found.raw is not None else found.value
            rows.append((name, found.by, raw, found.confidence, getattr(found, "note", "")))
    rows.append(("body", article.body_by, "", article.confidence, ""))
    return rows


def _shown(db: sqlite_utils.Database, stored: queries.StoredArticle, number: int) -> _Shown:
    revisions = queries.revisions(db, stored.row.id)
    taken = {revision.capture: queries.capture(db, revision.capture) for revision in revisions}
    article, capture, current = stored.article, stored.capture, stored.row.revision
    if number and number != current:
        revision = next((one for one in revisions if one.number == number), None)
        if revision is None:
            raise NothingFound("{public_id}: has no revision {number}", public_id=stored.row.public_id, number=number)
        article, capture = revision.article, taken[revision.capture]
    return _Shown(
        stored,
        article,
        capture,
        number or current,
        queries.captures_of(db, stored.row.id),
        revisions,
        taken,
        teasers := queries.teasers_of(db, stored.row.id),
        queries.held_of(db, (teaser.url_key for teaser in teasers)),
        queries.pointers_to(db, stored.row.id),
        pictures(db, (url_key(image.url) for image in article.images), capture.captured_at),
        cluster_of(db, stored.row.id),
        robots_of(db, capture),
    )


def _pictures(room: Room, shown: _Shown) -> list[tuple[str, str]]:
    """Of each picture its address in replay, "" where it is not held or replay does not run, and what it shows."""
    held = [(image, shown.pictures.get(url_key(image.url))) for image in shown.article.images]
    return [(room.preserved(one, "id_") if one else "", image.caption or image.alt) for image, one in held]


def _with(captures: Sequence[CaptureRow], shown: CaptureRow) -> Sequence[CaptureRow]:
    """The captures of an article with the one shown: that of a page which is probably no article is none of them."""
    return captures if shown in captures else sorted((*captures, shown), key=lambda one: one.captured_at)


async def _beside(room: Room, asked: Asked, public_id: str) -> Neighbours | None:
    """The hits beside the article, where a query led to it."""
    if not asked.query:
        return None
    root = room.holdings.root if asked.corpus else None
    try:
        return await room.asker.ask(neighbours, root, asked, public_id, weight="page", keep=not asked.corpus)
    except (QueryError, UsageError, BusyError):  # the article is shown all the same
        return None


def _captured_before(shown: _Shown) -> bool:
    """Whether the page was captured on a day before the one it bears."""
    published = shown.article.published
    taken = in_vietnam(datetime.fromisoformat(shown.capture.captured_at)).date().isoformat()
    return published is not None and published.value[:10] > taken[: len(published.value[:10])]


@dataclass(frozen=True, slots=True)
class Checked:
    """What came of reading a record again: when (UTC), and what is not as recorded, "" for nothing."""

    at: str
    fault: str | Message


async def _checked(room: Room, capture: CaptureRow) -> Checked:
    """Reads the record of `capture` again and holds it against its digests."""
    return await room.asker.ask(_read_again, room.holdings.root, capture, weight="slow")


def _read_again(_: sqlite_utils.Database, root: Path, capture: CaptureRow) -> Checked:
    now = utc_seconds(datetime.now(UTC))
    try:
        record = record_at(root, Place(capture.file, capture.offset, capture.length, capture.record_id))
    except (DamageError, StorageError) as error:
        return Checked(now, message_of(error))
    faults = [*digest_faults(record, ours=capture.provenance == "captured")]
    if record.get("warc-payload-digest") not in ("", capture.payload_digest):
        faults.append(f"{record.id}: the database has {capture.payload_digest}")
    return Checked(now, "; ".join(faults))


def _related(teasers: Sequence[TeaserRow], held: frozenset[str]) -> list[tuple[bool, list[TeaserRow]]]:
    """The articles a page points to, each once: those that the archive holds, then the others."""
    once = {teaser.url_key: teaser for teaser in reversed(teasers)}
    inside = [teaser for teaser in reversed(once.values()) if teaser.url_key in held]
    outside = [teaser for teaser in reversed(once.values()) if teaser.url_key not in held]
    return [(kept, rows) for kept, rows in ((True, inside), (False, outside)) if rows]


def _memento_links(room: Room, capture: CaptureRow) -> dict[str, str]:
    """The Link header of RFC 7089: where the captures of this article's address are to be had by time."""
    if not room.replay:
        return {}
    address, moment = rfc7089.in_header(room.preserved(capture)), rfc7089.http_date(capture.captured_at)
    prefix = room.tickets.prefix() if room.tickets else ""
    links = rfc7089.link_header(room.replay + prefix, capture.url)
    return {"Link": f'{links}, <{address}>; rel="memento"; datetime="{moment}"'}


# What changed in an article from each revision to the next, word by word.

_MOST_STEPS = 20
Step: TypeAlias = tuple[CaptureRow, int, int, list[tuple[str, list[tuple[Change, str]]]]]
"""The capture of a revision, the number of the one before, its own, and the fields that differ."""


async def changes_page(request: Request) -> Response:
    """`/article/<id>/changes?view=inline|side`: a step for each revision after the first."""
    stored, steps = await room_of(request).asker.ask(
        ask_article, request.path_params["reference"], _steps, weight="slow"
    )
    values = {"row": stored.row, "steps": steps, "view": choice(request, "view", ("inline", "side")), "sides": sides}
    return render(request, "changes.html", values)


def _steps(db: sqlite_utils.Database, stored: queries.StoredArticle) -> tuple[queries.StoredArticle, list[Step]]:
    revisions = queries.revisions(db, stored.row.id)[-_MOST_STEPS:]
    return stored, [_step(db, before, after) for before, after in pairwise(revisions)]


def _step(db: sqlite_utils.Database, before: RevisionRow, after: RevisionRow) -> Step:
    capture = queries.capture(db, after.capture)
    return capture, before.number, after.number, field_changes(before.article, after.article)


Side: TypeAlias = list[tuple[Change, str]]


def sides(pieces: Sequence[tuple[Change, str]]) -> list[tuple[Side, Side]]:
    """What was and what is, paragraph beside paragraph: one that only one side has stands beside nothing.

    >>> sides([("added", "Đính chính.\\n\\n"), ("same", "Lũ rút.\\n\\nDân "), ("removed", "đi"), ("added", "về")])
    [([], [('added', 'Đính chính.')]), ([('same', 'Lũ rút.')], [('same', 'Lũ rút.')]), ([('same', 'Dân '), \
('removed', 'đi')], [('same', 'Dân '), ('added', 'về')])]
    """
    rows: list[tuple[Side, Side]] = [([], [])]
    for change, piece in pieces:
        for at, part in enumerate(piece.split(PARTED)):
            before, after = rows[-1]
            if at and (change == "same" or not (before if change == "added" else after)):
                rows.append(([], []))
                before, after = rows[-1]
            elif at:
                part = PARTED + part
            if part and change != "added":
                before.append((change, part))
            if part and change != "removed":
                after.append((change, part))
    return [row for row in rows if any(row)]
