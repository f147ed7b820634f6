"""What the archive knows of how a capture came about: what robots.txt said on that day."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

import sqlite_utils

from archive.store.mementos import Memento, nearest
from archive.store.rows import CaptureRow
from archive.store.runs import run
from archive.text.urls import url_key


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
