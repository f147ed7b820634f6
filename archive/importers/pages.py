"""Folders of saved HTML pages, and single ones: each page a resource record, its address from wherever it is known."""

from __future__ import annotations

import csv
import email
import email.policy
import email.utils
import hashlib
import html
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from archive.custody import events
from archive.custody.manifest import digest_of
from archive.errors import NothingFound, StorageError, UsageError
from archive.holdings import Holdings
from archive.importers.intake import PAGES, Imported, passed_over
from archive.messages.message import Message, reason_of
from archive.text.clock import VIETNAM
from archive.warc.captures import Saved, digest
from archive.warc.record import one_line
from archive.warc.writer import Writer

_LOOKED_AT = 1 << 18
_SAVED_FROM = re.compile(rb"<!--\s*saved from url=\((\d{4})\)([^\s>]+)", re.IGNORECASE)
_SINGLE_FILE = re.compile(
    rb"<!--\s*(?:Page saved with SingleFile|Archive processed by SingleFile)\s+url:\s*(\S+)"
    rb"\s+saved date:\s*([^\r\n]+?)\s*(?:\r?\n|-->)"
)
_TAG = re.compile(rb"<(link|meta|base)\b([^>]{0,2000})>", re.IGNORECASE)
_ATTRIBUTE = re.compile(rb"""(?<![a-zA-Z:-])([a-zA-Z:-]++)\s*+=\s*+(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""")


@dataclass(frozen=True, slots=True)
class Address:
    """What a saved page says of itself; "" and None where it says nothing. `url_by`, `kept_by` name the method."""

    url: str = ""
    url_by: str = ""
    kept: datetime | None = None
    kept_by: str = ""


def address_of(page: bytes) -> Address:
    """The address in `page`: a browser's or SingleFile's comment first, then canonical link, og:url, base."""
    head = page[:_LOOKED_AT]
    if found := _SINGLE_FILE.search(head):
        url = found[1].decode("utf-8", "replace")
        moment = _javascript_date(found[2].decode("utf-8", "replace"))
        if _is_web(url):
            return Address(url, "comment of SingleFile", moment, "comment of SingleFile" if moment else "")
    if found := _SAVED_FROM.search(head):
        # The number is the length of the URL, so that whatever stands behind it is not taken for a part of it.
        url = html.unescape(found[2][: int(found[1])].decode("utf-8", "replace"))
        if _is_web(url):
            return Address(url, "comment of the browser")
    named = _named(head)
    for name in ("canonical", "og:url", "base"):
        if _is_web(named.get(name, "")):
            return Address(named[name], name)
    return Address()


def _named(head: bytes) -> dict[str, str]:
    found: dict[str, str] = {}
    for tag in _TAG.finditer(head):
        attributes = {
            one[1].decode("ascii").lower(): html.unescape(
                (one[2] or one[3] or one[4] or b"").decode("utf-8", "replace")
            )
            for one in _ATTRIBUTE.finditer(tag[2])
        }
        kind = tag[1].lower()
        if kind == b"link" and "canonical" in attributes.get("rel", "").lower().split():
            found.setdefault("canonical", attributes.get("href", "").strip())
        elif kind == b"meta" and attributes.get("property", attributes.get("name", "")).lower() == "og:url":
            found.setdefault("og:url", attributes.get("content", "").strip())
        elif kind == b"base":
            found.setdefault("base", attributes.get("href", "").strip())
    return found


def _is_web(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme.lower() in {"http", "https"} and bool(parts.netloc) and not re.search(r"[\s\x00-\x1f]", url)


def _javascript_date(text: str) -> datetime | None:
    # "Tue Nov 24 2026 10:00:00 GMT+0700 (Indochina Time)", as Date.toString() writes it in English
    try:
        if text.rstrip().endswith(")"):
            text = text[: text.rfind("(")]
        return datetime.strptime(text.rstrip(), "%a %b %d %Y %H:%M:%S GMT%z").astimezone(UTC)
    except (ValueError, OverflowError):
        return None


NAMES = ("urls.csv", "urls.tsv")


@dataclass(frozen=True, slots=True)
class SidecarRow:
    """What the list says of one file: its URL and, where given, when it was saved (aware)."""

    url: str
    kept: datetime | None


def read_sidecar(folder: Path) -> dict[str, SidecarRow]:
    """What `folder`/urls.csv says, by file name as written there; {} where there is no such list.

    Comma, semicolon or tab part the columns; a date without zone is Vietnam's. Raises UsageError naming list and line.
    """
    path = next((folder / name for name in NAMES if (folder / name).is_file()), None)
    if path is None:
        return {}
    try:
        text = path.read_text(encoding="utf-8-sig")
    except ValueError as error:
        raise UsageError("{path}: not UTF-8", path=path) from error
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    rows = csv.DictReader(text.splitlines(), delimiter=delimiter)
    try:
        return _told(path, rows)
    except csv.Error as error:
        raise UsageError(
            "{path}: line {line_num}: {error}", path=path, line_num=rows.line_num + 1, error=error
        ) from error


def _told(path: Path, rows: csv.DictReader[str]) -> dict[str, SidecarRow]:
    names = {name.strip().lower(): name for name in rows.fieldnames or ()}
    if "file" not in names or "url" not in names:
        raise UsageError("{path}: its first line must name the columns file and url (and date, if known)", path=path)
    return {
        (row[names["file"]] or "").strip(): SidecarRow(
            _address(path, number, (row[names["url"]] or "").strip()),
            _moment(path, number, (row.get(names.get("date", "")) or "").strip()),
        )
        for number, row in enumerate(rows, start=2)
    }


def _moment(path: Path, number: int, text: str) -> datetime | None:
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=VIETNAM)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        told = "{path}: line {number}: {text} is no date such as 2026-11-24T10:00+07:00"
        raise UsageError(told, path=path, number=number, text=repr(text)) from error


def _address(path: Path, number: int, url: str) -> str:
    if url and not (url.isprintable() and url.startswith(("http://", "https://"))):
        told = "{path}: line {number}: {url} is no URL such as https://baotinh.example/tin/1.html"
        raise UsageError(told, path=path, number=number, url=repr(url))
    return url


PAGE_LIMIT = 32 << 20
"""Bytes of one saved page."""

_MESSAGES = frozenset({".mhtml", ".mht"})


def bring_folder(holdings: Holdings, path: Path, source: str, origin_digest: str) -> Iterator[Imported]:
    """The WARC file written from the saved pages below `path`, or from the one page at `path`.

    Raises NothingFound where there is no page.
    """
    folder = path if path.is_dir() else path.parent
    told = read_sidecar(folder)
    skipped: list[str] = []
    pages = list(_pages(path, skipped))
    whole = origin_digest or folder_digest(path)
    if not pages:
        more = f"; passed over: {skipped[0]}" + (f" and {len(skipped) - 1} more" if len(skipped) > 1 else "")
        if any(path.rglob("*.warc*")):
            raise UsageError(
                "{path}: a folder of WARC files; name the files themselves, e.g. {path}/*.warc.gz", path=path
            )
        raise NothingFound("{path}: no saved page in it{more}", path=path, more=more if skipped else "")
    run = f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{source}-saved"
    files: list[str] = []
    with Writer(holdings.root, source, run, (("operator", holdings.settings.operator),)) as writer:
        for page in pages:
            name = page.relative_to(folder).as_posix()
            with page.open("rb") as stream:
                body = stream.read(PAGE_LIMIT + 1)
            if not body.strip() or len(body) > PAGE_LIMIT:
                skipped.append(f"{name}: {'empty' if len(body) <= PAGE_LIMIT else f'above {PAGE_LIMIT} bytes'}")
                continue
            files.append(writer.append_saved(_saved(page, name, body, told.get(name))).file)
    for file, captures in Counter(files).items():
        detail = {"how": "written", "origin": path.name, "origin_digest": whole, "captures": captures}
        events.append(holdings.root, "ingestion", file, "written from saved pages", detail)
        yield Imported(file, str(path), "written", captures, tuple(skipped))
        skipped.clear()


def folder_digest(path: Path) -> str:
    """A digest of all names and bytes below `path`, so that a folder brought in twice is known."""
    total = hashlib.sha256()
    for file in sorted(found for found in path.rglob("*") if found.is_file()):
        total.update(f"{digest_of(file)}  {file.relative_to(path).as_posix()}\n".encode("utf-8", "surrogateescape"))
    return f"sha256:{total.hexdigest()}"


def _pages(path: Path, skipped: list[str]) -> Iterator[Path]:
    if path.is_file():
        yield path
        return
    beside: Counter[str] = Counter()
    for file in sorted(found for found in path.rglob("*") if found.is_symlink() or not found.is_dir()):
        name = file.relative_to(path).as_posix()
        if reason := passed_over(path, file):
            skipped.append(Message("{name}: {reason}", name=name, reason=reason))
            continue
        parts = [part for part in file.relative_to(path).parts[:-1] if part.endswith(("_files", ".files", "_tệp"))]
        if parts:
            beside[parts[0]] += 1  # pictures and scripts that a browser saved with the page, and frames among them
        elif file.suffix.lower() in PAGES:
            yield file
        elif name not in NAMES:
            skipped.append(Message("{name}: no HTML page by its name", name=name))
    skipped += [
        Message("{folder}/: {count} files saved beside a page", folder=folder, count=count)
        for folder, count in sorted(beside.items())
    ]


def _saved(path: Path, name: str, body: bytes, told: SidecarRow | None) -> Saved:
    message = path.suffix.lower() in _MESSAGES
    page, found = _unpack(body) if message else (body, address_of(body))
    url, url_by = (told.url, "list") if told and told.url else (found.url, found.url_by)
    if not url:
        url, url_by = f"urn:baotinh:{digest(body)}", "none known"
    kept, kept_by = (told.kept, "list") if told and told.kept else (found.kept, found.kept_by)
    if kept is None:
        # never the clock of today: the file's own time says at least that the page is not younger
        kept, kept_by = datetime.fromtimestamp(int(_time_of(path)), UTC), "time of the file"
    notes = (("saved-as", one_line(name)), ("url-by", url_by), ("date-by", kept_by))
    origin = (body, "multipart/related") if message else (b"", "")
    return Saved(url, kept, "text/html", page, "browser-saved", "page", notes, *origin)


def _unpack(body: bytes) -> tuple[bytes, Address]:
    # MHTML is MIME: the first text/html part is the page, its Content-Location the address
    try:
        message = email.message_from_bytes(body, policy=email.policy.compat32)
        part = next((part for part in message.walk() if part.get_content_type() == "text/html"), None)
    except RecursionError:  # parts in parts without end: no browser's
        return body, address_of(body)
    payload = part.get_payload(decode=True) if part is not None else None
    page = payload if isinstance(payload, bytes) else body
    found = address_of(page)
    told = message.get("Snapshot-Content-Location") or (part.get("Content-Location", "") if part else "")
    url = "".join(str(told).split())  # a long one may be folded
    if url.startswith(("http://", "https://")) and url.isprintable():
        found = Address(url, "MHTML", found.kept, found.kept_by)
    try:
        kept = email.utils.parsedate_to_datetime(str(message.get("Date", ""))).astimezone(UTC)
    except (ValueError, OverflowError):
        return page, found
    return page, Address(found.url, found.url_by, kept, "MHTML")


def _time_of(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError as error:
        raise StorageError("{path}: {reason}", path=path, reason=reason_of(error)) from error
