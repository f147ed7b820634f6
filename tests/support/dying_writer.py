"""A file whose writer has died, and whether what is left of it is whole."""

from __future__ import annotations

import os
from pathlib import Path

from one_capture import RUN, capture

from archive.custody import events, manifest
from archive.holdings import Holdings
from archive.model import Place
from archive.warc.members import Fault, members
from archive.warc.reader import scan
from archive.warc.writer import Writer

URLS = [f"https://tinhuy.example/tin/{number}.html" for number in range(4)]


def abandoned(holdings: Holdings) -> tuple[Path, list[Place]]:
    """A file of four captures whose writer has died: its descriptor is closed and nothing else was done."""
    writer = Writer(holdings.root, "tinh-uy-mau", RUN)
    places = [writer.append(capture(url=url)) for url in URLS]
    os.close(writer._descriptor)
    (path,) = holdings.warc.glob("*/*.open")
    return path, places


def urls(holdings: Holdings) -> list[str]:
    return [held.capture.url for path in sorted(holdings.warc.glob("*/*.warc.gz")) for held in scan(path)]


def is_whole(holdings: Holdings) -> bool:
    """Whether every file is closed, readable to its end, and as its manifest and its event say."""
    files = sorted(path.relative_to(holdings.root).as_posix() for path in holdings.warc.glob("*/*.warc.gz"))
    digests = manifest.read(holdings.root)
    closed = {event.object for event in events.scan(holdings.root)[0] if event.outcome == "closed"}
    return (
        not list(holdings.warc.glob("*/*.open"))
        and files == sorted(set(digests) & closed)
        and all(manifest.digest_of(holdings.root / file) == digests[file] for file in files)
        and not any(isinstance(member, Fault) for file in files for member in members(holdings.root / file))
    )
