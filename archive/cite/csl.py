"""References as CSL-JSON, the input of citeproc, Pandoc and Zotero."""

from __future__ import annotations

import json
from typing import Any

from archive.cite.parts import authors, evidence, key, known_date, permalink, title
from archive.store.reads import Stored


def csl_json(stored: Stored, base: str) -> str:
    """The article as a list of one item: CSL-JSON knows no item alone."""
    return json.dumps([csl_item(stored, base)], ensure_ascii=False, indent=2)


def csl_item(stored: Stored, base: str) -> dict[str, Any]:
    """The article as a `webpage` of CSL 1.0.2.

    `issued` is as exact as the day is known, `accessed` the day (UTC) of the capture; names are `literal`, so that no
    style turns them around.
    """
    known, names = known_date(stored), authors(stored)
    accessed = [int(part) for part in stored.capture.captured_at[:10].split("-")]
    item: dict[str, Any] = {
        "id": key(stored),
        "type": "webpage",
        "title": title(stored),
        "author": [{"literal": name} for name in names],
        "container-title": stored.source_name,
        "issued": {"date-parts": [list(known)]},
        "accessed": {"date-parts": [accessed]},
        "URL": stored.row.url,
        "archive": "baotinh",
        "archive_location": permalink(stored, base),
        "number": stored.row.public_id,
        "language": "vi",
        "note": evidence(stored, base),
    }
    if not names:
        del item["author"]
    if not known:
        del item["issued"]
    return item
