"""Lists of addresses that other tools and people have made: what is to be crawled, or was once.

Read are: texts with an address a line, CSV, the seeds of Browsertrix (YAML or JSON: a crawl's configuration or a
workflow), its pages (pages.jsonl), Heritrix' seeds.txt and crawl.log; each also compressed with gzip.
"""

from __future__ import annotations

import csv
import gzip
import json
import re
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

from archive.disk import refused
from archive.errors import UsageError
from archive.messages.message import Message

_GZIP: Final = b"\x1f\x8b"
_LOG: Final = re.compile(
    r"\d{4}-\d\d-\d\dT[\d:.]+Z\s+(?P<status>-?\d+)\s+\S+\s+(?P<url>\S+)\s+\S+\s+\S+\s+(?P<mime>\S+)"
)
"""A line of Heritrix' crawl.log: time, status, size, address, path of discovery, where it was found, media type, ..."""

_PAGES: Final = ("text/html", "application/xhtml+xml")
_COLUMNS: Final = ("url", "uri", "seed", "seed url", "link", "address", "địa chỉ", "liên kết", "đường dẫn")
_ADDRESS: Final = re.compile(r"https?://\S+", re.IGNORECASE)
_BARE: Final = re.compile(r"(?:[\w-]+\.)+[a-z]{2,}(?::\d+)?(?:/\S*)?", re.IGNORECASE)
_CELLS: Final = re.compile(r"[,;\t]")


def read_seeds(path: Path) -> tuple[str, ...]:
    """What the list at `path` names, each once, in its order: addresses, and as it stands what is none.

    Raises UsageError where it names none, or is not what its form should be, StorageError where it cannot be read.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise refused(path, error) from error
    try:
        text = (gzip.decompress(data) if data[:2] == _GZIP else data).decode("utf-8-sig")
        found = tuple(dict.fromkeys(filter(None, map(_address, _named(path, text)))))
    except (ValueError, EOFError, OSError, zlib.error, csv.Error) as error:
        raise UsageError("{path}: cannot be read as a list of addresses: {error}", path=path, error=error) from error
    if not any(map(_ADDRESS.fullmatch, found)):
        raise UsageError(
            "{path}: names no address; a list is a text with one a line, CSV with a column url, the seeds or "
            "pages.jsonl of Browsertrix, or seeds.txt or crawl.log of Heritrix",
            path=path,
        )
    return found


def _named(path: Path, text: str) -> Iterator[str]:
    """What a list says, line by line or entry by entry, by the form that it has."""
    name = path.name.lower().removesuffix(".gz")
    lines = text.splitlines()
    first = next((line.strip() for line in lines if line.strip()), "")
    if first[:1] in ("{", "["):
        return _of_json(text, lines, first)
    if name.endswith((".yaml", ".yml")) or re.match(r"(?:seeds|urls?|crawls)\s*:", first):
        return _of_yaml(text)
    if _LOG.match(first):
        return _of_log(lines)
    if name.endswith((".csv", ".tsv")) or (_CELLS.search(first) and "://" not in first):
        return _of_csv(lines, first)
    return (line.split()[0] for line in lines if line.strip() and not line.lstrip().startswith(("#", "+", "-")))


def _of_json(text: str, lines: Iterable[str], first: str) -> Iterator[str]:
    try:
        told = json.loads(first)
    except ValueError:
        told = None
    if isinstance(told, dict) and ("format" in told or "url" in told):  # pages.jsonl: a head, then a page a line
        return (str(json.loads(line).get("url", "")) for line in lines if line.strip())
    return _seeds(json.loads(text))


def _of_yaml(text: str) -> Iterator[str]:
    import yaml  # for this form alone: 30 ms

    try:
        return _seeds(yaml.safe_load(text))
    except yaml.YAMLError as error:
        raise ValueError(" ".join(str(error).split())) from error


def _seeds(told: Any) -> Iterator[str]:
    """The seeds of a configuration of Browsertrix, or of a workflow of its service, where they lie in `config`."""
    if isinstance(told, dict):
        told = told.get("config", told)
        told = told.get("seeds", told.get("url", told.get("urls"))) if isinstance(told, dict) else None
    for one in told if isinstance(told, list) else [told]:
        yield str(one.get("url", "")) if isinstance(one, dict) else one if isinstance(one, str) else ""


def _of_log(lines: Iterable[str]) -> Iterator[str]:
    """The pages that Heritrix has met; pictures and the like are found on them again."""
    for line in lines:
        found = _LOG.match(line)
        if found and found["mime"].lower() in _PAGES and found["status"][0] in "23":
            yield found["url"]


def _of_csv(lines: Iterable[str], first: str) -> Iterator[str]:
    mark = max(",;\t", key=first.count)
    rows = [row for row in csv.reader(lines, delimiter=mark) if row]
    head = [cell.strip().lower() for cell in rows[0]]
    column = next((head.index(name) for name in _COLUMNS if name in head), None)
    if column is not None:
        del rows[0]
    else:
        places = (place for row in rows[:20] for place, cell in enumerate(row) if _ADDRESS.match(cell.strip()))
        column = next(places, None)
        if column is None:
            raise ValueError(Message("no column url, and none that holds addresses"))
    return (row[column] for row in rows if len(row) > column)


def _address(said: str) -> str:
    """An address as it is asked for: Heritrix takes one without a scheme for http. What is none is given back."""
    said = said.strip().strip("\"'")
    return f"http://{said}" if _BARE.fullmatch(said) else said
