"""Where an archive keeps what surveys of its sources have found: they quote articles, so a takedown reaches them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from archive.custody.withheld import without_www
from archive.text.urls import url_key

FOLDER: Final = "surveys"
"""The folder of surveys: `<source>.json` is what was found, `<source>.diff` a change of its file drafted from that."""


def forget(root: Path, url_keys: Iterable[str]) -> tuple[Path, ...]:
    """Removes the surveys of the archive at `root` that met a page at one of `url_keys`; their JSON files.

    A survey is made again by asking the site again, so it goes whole.
    """
    keys = {without_www(key) for key in url_keys}
    removed: list[Path] = []
    for file in sorted((root / FOLDER).glob("*.json")):
        try:
            told = json.loads(file.read_text(encoding="utf-8"))
            met = {without_www(url_key(url)) for url in (*told["requests"], *(one["url"] for one in told["articles"]))}
        except (OSError, ValueError, KeyError, TypeError):
            met = keys  # not to be read by us: whatever it quotes goes
        if not keys.isdisjoint(met):
            file.with_suffix(".diff").unlink(missing_ok=True)
            file.unlink(missing_ok=True)
            removed.append(file)
    return tuple(removed)
