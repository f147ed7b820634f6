"""Articles as JSON Lines: all that the archive knows of each, one object a line."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TextIO

from archive.store.article_object import as_object
from archive.store.reads import Stored


def write_jsonl(articles: Iterable[Stored], out: TextIO) -> int:
    """Writes each article as one line of JSON (see `as_object`); gives their number."""
    count = 0
    for count, stored in enumerate(articles, 1):  # noqa: B007 - the count is what is given back
        out.write(json.dumps(as_object(stored), ensure_ascii=False) + "\n")
    return count
