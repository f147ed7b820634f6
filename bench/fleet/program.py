"""Any program as a reader: pages go to it as lines of JSON, and what it read comes back as lines of JSON."""

from __future__ import annotations

import json
import shlex
import subprocess
from collections.abc import Iterator, Sequence
from typing import Any, Final

from bench.fleet.portals import Row

_TEXTS: Final = ("headline", "lead", "text", "date", "published", "byline", "section")
_LISTS: Final = ("paragraphs", "tags", "captions")


class ReaderError(Exception):
    """A program that cannot be scored: it did not run to its end, or says what is no row."""


def run(command: str, told: Sequence[tuple[str, Row]], seconds: float) -> dict[str, Row]:
    """What the program reads, by address. Raises ReaderError where it fails, takes longer, or gives what is no row."""
    lines = "".join(json.dumps({"url": row["url"], "html": page}, ensure_ascii=False) + "\n" for page, row in told)
    try:
        done = subprocess.run(
            shlex.split(command), input=lines.encode(), capture_output=True, check=False, timeout=seconds
        )
    except subprocess.TimeoutExpired as error:
        given = (error.stdout or b"").count(b"\n")
        slow = f"{command}: {given} of {len(told)} pages in {seconds:g} s; --seconds gives it more"
        raise ReaderError(slow) from error
    except (OSError, ValueError) as error:
        raise ReaderError(f"{command}: cannot be started: {error}") from error
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip()[-600:] or "nothing on standard error"
        raise ReaderError(f"{command} ended with {done.returncode}: {said}")
    return dict(_rows(command, done.stdout, {row["url"] for _, row in told}))


def _rows(command: str, output: bytes, asked: set[str]) -> Iterator[tuple[str, Row]]:
    for number, line in enumerate(output.splitlines(), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError as error:
            raise ReaderError(f"{command}: line {number} of its output is no JSON: {error}") from error
        if wrong := _wrong(row, asked):
            raise ReaderError(f"{command}: line {number} of its output: {wrong}")
        yield row["url"], row


def _wrong(row: Any, asked: set[str]) -> str:
    """What is wrong with a row of a reader, "" for nothing."""
    if not isinstance(row, dict) or not isinstance(row.get("url"), str):
        return "no object with a url"
    if row["url"] not in asked:
        return f"nobody asked for {row['url']}"
    for name in _TEXTS:
        if not isinstance(row.get(name), str | None):
            return f"{name} is neither text nor null"
    for name in _LISTS:
        value = row.get(name)
        if value is not None and not (isinstance(value, list) and all(isinstance(one, str) for one in value)):
            return f"{name} is neither a list of texts nor null"
    return ""
