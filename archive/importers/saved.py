"""Folders of saved HTML pages, and single ones: each page a resource record, its address from wherever it is known."""

from __future__ import annotations

import email
import email.policy
import email.utils
import hashlib
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from archive import events
from archive.errors import NothingFound, StorageError, UsageError
from archive.holdings import Holdings
from archive.importers.brought import Brought
from archive.importers.kinds import PAGES
from archive.importers.page_address import Address, address_of
from archive.importers.sidecar import NAMES, Told, read_sidecar
from archive.manifest import digest_of
from archive.warc.record import one_line
from archive.warc.records import Saved, digest
from archive.warc.write import Writer

PAGE_LIMIT = 32 << 20
"""Bytes of one saved page."""

_MESSAGES = frozenset({".mhtml", ".mht"})


def bring_folder(holdings: Holdings, path: Path, source: str, origin_digest: str) -> Iterator[Brought]:
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
            raise UsageError(f"{path}: a folder of WARC files; name the files themselves, e.g. {path}/*.warc.gz")
        raise NothingFound(f"{path}: no saved page in it{more if skipped else ''}")
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
        yield Brought(file, str(path), "written", captures, tuple(skipped))
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
    for file in sorted(found for found in path.rglob("*") if found.is_file()):
        name = file.relative_to(path).as_posix()
        if file.is_symlink() and not file.resolve().is_relative_to(path.resolve()):
            skipped.append(f"{name}: a link to a file that is not in the folder")
            continue
        parts = [part for part in file.relative_to(path).parts[:-1] if part.endswith(("_files", ".files", "_tệp"))]
        if parts:
            beside[parts[0]] += 1  # pictures and scripts that a browser saved with the page, and frames among them
        elif file.suffix.lower() in PAGES:
            yield file
        elif name not in NAMES:
            skipped.append(f"{name}: no HTML page by its name")
    skipped += [f"{folder}/: {count} files saved beside a page" for folder, count in sorted(beside.items())]


def _saved(path: Path, name: str, body: bytes, told: Told | None) -> Saved:
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
        raise StorageError(f"{path}: {error.strerror}") from error
