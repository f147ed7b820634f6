"""`baotinh read`: how one page is read, field by field: the tool with which one writes a new parser."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import click

from archive import restorer
from archive.cli.command import archive_option, command, json_option, option
from archive.cli.opening import reading, register_of
from archive.cli.output import print_json, print_table, say
from archive.custody.withheld import Withheld
from archive.errors import NothingFound, Unreadable, UsageError
from archive.holdings import SETTINGS, Holdings
from archive.ingest.reread import without_withheld
from archive.messages.language import coded, number, tr
from archive.model import Article, Capture, Found, Moment, Place, Reading, StoredCapture
from archive.sources import Register
from archive.store import queries
from archive.store.rows import CaptureRow
from archive.warc.reader import read as read_record
from archive.worker.page import parse_capture

_FIELDS = ("headline", "lead", "published", "modified", "byline", "source_credit", "section")
_LISTS = ("body", "captions", "tags", "images", "attachments", "teasers", "notes")
_WIDTH = 100


@command(
    "read",
    examples=[
        "baotinh read https://baotinh.example/tin/hoi-nghi-1.html --explain",
        "baotinh read trang.html --url https://baotinh.example/tin/hoi-nghi-1.html --explain",
    ],
    codes=(0, 2, 3, 4, 5),
)
@click.argument("page")
@option("--explain", is_flag=True, help="Show method, selector, confidence and raw string of each field.")
@option("--url", default="", help="The address that a FILE was saved from.")
@option("--source", default="", metavar="ID", help="Read a FILE as a page of this source.")
@json_option
@archive_option
def read(page: str, explain: bool, url: str, source: str, as_json: bool, root: Path) -> None:
    """Read a page with today's parsers and show what comes out; nothing is stored.

    PAGE is a saved HTML file, an address in the archive (its last answer with status 200), or an article's id.
    """
    path = Path(page)
    try:
        told = _read_file(path, url, source, root) if path.is_file() else _read_held(page, root)
    except Unreadable as error:
        raise NothingFound("{page}: cannot be read: {reason}", page=page, reason=error) from error
    if as_json:
        print_json(told)
        return
    say("{page}: read as {kind}, {links} links", page=page, kind=coded(told.kind), links=len(told.links))
    for note in told.notes:
        click.echo(note, err=True)
    if told.article is None:
        _print_teasers(told)
        raise NothingFound("{page}: no article ({reason})", page=page, reason=coded(told.reason or told.kind))
    if explain:
        _explain(told.article)
    else:
        _print(told.article)


def _register(root: Path) -> Register:
    return register_of(Holdings.open(root) if (root / SETTINGS).is_file() else None)


def _read_file(path: Path, url: str, source_id: str, root: Path) -> Reading:
    register, learnt = _register(root), restorer.loader(root)
    source = register.get(source_id) if source_id else None
    address = url or (source.homepage if source else path.absolute().as_uri())
    saved = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    response = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + path.read_bytes()
    capture = Capture(address, saved, b"", response, source.id if source else "")
    return _reading(StoredCapture(capture, Place(str(path), 0, 0, ""), "", ""), register, Withheld(frozenset()), learnt)


def _read_held(page: str, root: Path) -> Reading:
    if Path(page).is_dir():
        raise UsageError("{page} is a folder: name one page in it, or bring in all with 'baotinh ingest'", page=page)
    holdings = Holdings.open(root)
    with reading(root) as db:
        try:
            capture = queries.find_article(db, page).capture
        except NothingFound:
            whole = [row for row in queries.captures_at(db, page) if row.status == 200 and not row.revisit_of]
            if not whole and page.endswith((".html", ".htm")) and "://" not in page:
                raise NothingFound("{page}: there is no such file", page=page) from None
            if not whole:
                raise
            capture = whole[-1]
    return _reading(_held(holdings, capture), register_of(holdings), Withheld.load(root), restorer.loader(root))


def _reading(held: StoredCapture, register: Register, withheld: Withheld, learnt: restorer.Loader) -> Reading:
    opened = without_withheld(parse_capture(held, register, learnt), withheld)
    if opened.reading is None:
        raise Unreadable(opened.reason or f"status_{opened.status}", opened.crash)
    return opened.reading


def _held(holdings: Holdings, capture: CaptureRow) -> StoredCapture:
    return read_record(holdings.root, Place(capture.file, capture.offset, capture.length, capture.record_id))


def _explain(article: Article) -> None:
    rows = []
    for name in _FIELDS:
        found: Found | Moment | None = getattr(article, name)
        if found is None:
            rows.append((tr(name), "–", "", "", ""))
            continue
        raw = found.raw if found.raw is not None and found.raw != found.value else ""
        rows.append((tr(name), _cut(found.value), found.by, number(found.confidence), _cut(raw)))
        if isinstance(found, Moment) and found.note:
            rows.append(("", found.note, "", "", ""))
    print_table(rows, [tr(name) for name in ("field", "value", "found by", "sure", "raw")])
    sure = number(article.confidence)
    click.echo(f"\n{tr('parser')}: {article.parser}   {tr('body by')}: {article.body_by}   {tr('sure')}: {sure}")
    click.echo(f"slug: {article.slug}   {tr('canonical')}: {article.canonical}")
    for name in _LISTS:
        values = getattr(article, name)
        click.echo(f"\n{tr(name)} ({len(values)})")
        for value in values:
            text = value if isinstance(value, str) else "  ".join(str(part) for part in asdict(value).values() if part)
            click.echo(f"  {_cut(text)}")


def _print(article: Article) -> None:
    for name in _FIELDS:
        found = getattr(article, name)
        if found is not None:
            click.echo(f"{tr(name)}: {found.value}")
    for paragraph in article.body:
        click.echo(f"\n{paragraph}")
    for caption in article.captions:
        click.echo(f"\n[{tr('caption')}] {caption}")


def _print_teasers(told: Reading) -> None:
    for teaser in told.teasers:
        click.echo(f"{teaser.headline}  {teaser.url}")


def _cut(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= _WIDTH else flat[: _WIDTH - 1] + "…"
