"""An article to take away: as JSON, plain text, a reference, or the WARC records of its capture."""

from __future__ import annotations

import json
import uuid
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from archive.cite import cite, cited, permalink
from archive.export import as_object
from archive.model import Place
from archive.search.backend import ask_article
from archive.store.queries import StoredArticle, stored_article
from archive.text.clock import utc_seconds
from archive.warc.captures import same_fetch, warcinfo_record
from archive.warc.members import Fault, locate, members
from archive.warc.reader import record_at
from archive.warc.record import GZIP_MAGIC, compress, parse
from archive.warc.writer import LEVEL
from archive.web.pages.state import Room, base_of, room_of

_MOST_BESIDE: Final = 4  # records behind a response that may belong to it: request, metadata
REFERENCES: Final = {
    "bib": ("bibtex", "application/x-bibtex; charset=utf-8"),
    "ris": ("ris", "application/x-research-info-systems; charset=utf-8"),
    "csl.json": ("csl-json", "application/vnd.citationstyles.csl+json"),
}
"""Every form of a reference by the end of its address: the style of `archive.cite` and the media type."""


def page(form: str) -> Callable[[Request], Awaitable[Response]]:
    """`/article/<id>.<form>`: answers with the article in `form`, one of FORMS."""

    async def answer(request: Request) -> Response:
        room = room_of(request)
        reference, base = request.path_params["reference"], base_of(request)
        stored = await room.asker.ask(ask_article, reference, stored_article)
        body, media_type = FORMS[form](stored, room, base)
        named = {"Content-Disposition": f'attachment; filename="{reference}.{form}"'}
        return Response(body, media_type=media_type, headers=named)

    return answer


def _json(stored: StoredArticle, _: Room, base: str) -> tuple[bytes, str]:
    value = {**as_object(stored), "permalink": permalink(stored, base)}
    return json.dumps(value, ensure_ascii=False, indent=1).encode(), "application/json"


def _text(stored: StoredArticle, _: Room, base: str) -> tuple[bytes, str]:
    row, article = stored.row, stored.article
    head = [row.headline, " · ".join(part for part in (stored.source_name, row.published or "", row.byline) if part)]
    blocks = [*head, row.lead, *article.body, *article.captions, cited(stored, "tcvn", base)]
    return ("\n\n".join(block for block in blocks if block) + "\n").encode(), "text/plain; charset=utf-8"


def _reference(style: str, media_type: str) -> Callable[[StoredArticle, Room, str], tuple[bytes, str]]:
    return lambda stored, _, base: (f"{cite(stored, style, base)}\n".encode(), media_type)


def _warc(stored: StoredArticle, room: Room, _: str) -> tuple[bytes, str]:
    capture = stored.capture
    return warc_of(
        room.holdings.root, Place(capture.file, capture.offset, capture.length, capture.record_id), stored.row.public_id
    ), "application/warc"


def warc_of(root: Path, place: Place, name: str) -> bytes:
    """A WARC file of the capture at `place` alone: our warcinfo, then its records byte for byte as they lie there."""
    answer = record_at(root, place)
    path = locate(root, place.file)
    kept: list[bytes] = []
    with path.open("rb") as file:
        packed = file.read(2) == GZIP_MAGIC
        for number, member in enumerate(members(path, place.offset)):
            if isinstance(member, Fault) or number > _MOST_BESIDE:
                break
            record = parse(member.data)
            if number and not same_fetch(record, answer):
                break
            file.seek(member.offset)
            kept.append(file.read(member.length))
    now = utc_seconds(datetime.now(UTC))
    about = (("description", f"one capture, copied from {place.file} at {place.offset}"),)
    info = warcinfo_record(f"urn:uuid:{uuid.uuid4()}", f"{name}.warc.gz", now, about)
    return b"".join([compress(info, LEVEL), *(part if packed else compress(part, LEVEL) for part in kept)])


FORMS: Final[dict[str, Callable[[StoredArticle, Room, str], tuple[bytes, str]]]] = {
    **{form: _reference(*reference) for form, reference in REFERENCES.items()},  # csl.json is looked for before json
    "json": _json,
    "txt": _text,
    "warc.gz": _warc,
}
"""Every form an article can be had in, by the end of its address."""

NAMES: Final = {
    "json": "JSON",
    "txt": "TXT",
    "bib": "BibTeX",
    "ris": "RIS",
    "csl.json": "CSL-JSON",
    "warc.gz": "WARC",
}
"""What readers call each form."""
