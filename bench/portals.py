"""How real portals and the world's press are read, plain and disguised: `python -m bench.portals ../shared [--worst]`.

Each page of data/sites and data/public whose truth is known goes straight through our reader and, for its text,
headline and day, through trafilatura; score/score_sites.py and score/score_public.py score what comes out. Then the
public pages once more without class names and metadata, and with addresses that say nothing: what a reader that goes
by names would lose.
"""

from __future__ import annotations

import argparse
import gzip
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from lxml import html

from archive.errors import ArchiveError
from archive.model import Article
from archive.parsers import read_page
from bench.disguises import PARSER, renamed, unsaid
from bench.reading import rows_of

NOW = datetime(2026, 11, 24, tzinfo=UTC)
_DAY = len("2026-11-24")
Read = Callable[[str, bytes, datetime], dict[str, Any]]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.portals", description=__doc__.partition("\n")[0])
    parser.add_argument("shared", type=Path)
    parser.add_argument("--worst", action="store_true", help="name the fields that are wrong, page by page")
    options = parser.parse_args()
    worst = ["--worst"] if options.worst else []
    _scored(options.shared, "sites", "ours", ours, worst)
    for name, read in (("ours", ours), ("ours, disguised", disguised), ("trafilatura", trafilatura)):
        _scored(options.shared, "public", name, read, ["--worst", "10"] if options.worst else [])
    return 0


def _scored(shared: Path, kind: str, name: str, read: Read, more: list[str]) -> None:
    """Reads the pages of one set and prints what the scorer beside them says."""
    folder = shared / "data" / kind
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl", encoding="utf-8") as out:
        for url, body, captured in _pages(folder):
            out.write(json.dumps({"url": url} | read(url, body, captured), ensure_ascii=False) + "\n")
        out.flush()
        print(f"\n=== data/{kind}: {name}", flush=True)
        scorer = shared / "score" / f"score_{kind}.py"
        command = [sys.executable, str(scorer), "--truth", str(folder / "truth.jsonl"), "--read", out.name]
        subprocess.run([*command, *more], check=True)


def _pages(folder: Path) -> Iterator[tuple[str, bytes, datetime]]:
    for truth in rows_of(folder / "truth.jsonl"):
        file = folder / truth["file"]
        captured = datetime.fromisoformat(truth["captured"]) if truth.get("captured") else NOW
        yield (
            truth["url"],
            gzip.decompress(file.read_bytes()),
            captured if captured.tzinfo else captured.replace(tzinfo=UTC),
        )


def ours(url: str, body: bytes, captured: datetime) -> dict[str, Any]:
    """What our reader gives; of a page that is probably no article the probability alone."""
    try:
        reading = read_page(url, body, "text/html", 200, captured)
    except ArchiveError:
        return {"probability": 0.0}
    if reading.article is None:
        return {"probability": reading.unlikely.probability if reading.unlikely is not None else 0.0}
    return _row(reading.article)


def disguised(url: str, body: bytes, captured: datetime) -> dict[str, Any]:
    """The same without class names, ids, metadata and microdata, at an address that says nothing."""
    tree = html.document_fromstring(body, parser=PARSER)
    renamed(tree)
    unsaid(tree)
    parts = urlsplit(url)
    return ours(f"{parts.scheme}://{parts.netloc}/?id=4512", html.tostring(tree, encoding="utf-8"), captured)


def trafilatura(url: str, body: bytes, captured: datetime) -> dict[str, Any]:
    """The same fields by trafilatura in its precise mode."""
    import trafilatura

    read: Any = trafilatura.bare_extraction(
        body, url=url, favor_precision=True, include_comments=False, with_metadata=True
    )
    if read is None:
        return {}
    lines = [line for line in (read.text or "").splitlines() if line.strip()]
    return {"headline": read.title, "paragraphs": lines, "byline": read.author, "published": read.date}


def _row(article: Article) -> dict[str, Any]:
    fields = ("headline", "lead", "byline", "published", "section")
    found = {name: getattr(article, name) for name in fields}
    published = article.published.value if article.published and len(article.published.value) >= _DAY else None
    return {
        **{name: one.value if one is not None else None for name, one in found.items()},
        **{f"confidence_{name}": one.confidence for name, one in found.items() if one is not None},
        "published": published,
        "paragraphs": list(article.body),
        "captions": list(article.captions),
        "attachments": [file.url for file in article.attachments],
        "confidence": article.confidence,
        "probability": article.probability,
    }


if __name__ == "__main__":
    raise SystemExit(main())
