"""Data on standard output, talk on standard error, and progress for whatever takes longer than two seconds."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, is_dataclass
from datetime import date
from typing import Any

import click

from archive.messages.language import number, tr
from archive.terminal import columns, harmless, laid, put, raw

_QUIET_SECONDS = 2.0
_LINE_SECONDS = 10.0  # between two lines where standard error is no terminal


def print_json(value: object) -> None:
    """Prints `value` (dataclasses, lists, texts) as JSON, indented."""
    put(json.dumps(_plain(value), ensure_ascii=False, indent=2, default=_iso) + "\n")


def print_json_lines(values: Iterable[object]) -> None:
    """Prints each value as one line of JSON."""
    for value in values:
        put(json.dumps(_plain(value), ensure_ascii=False, default=_iso) + "\n")


def print_table(rows: Iterable[Sequence[object]], head: Sequence[str]) -> None:
    """Prints rows below their head, columns aligned, numbers to the right; on a terminal no wider than that."""
    for line in laid(head, [[_cell(value) for value in row] for row in rows], columns()):
        click.echo(line)


def say(text: str, **fields: object) -> None:
    """Says a sentence to the person, on standard error, in their language."""
    click.echo(tr(text, **fields), err=True)


class Progress:
    """Counts on standard error while something long goes on: one live line on a terminal, a line now and then else."""

    def __init__(self, label: str, total: int | None = None) -> None:
        self._label = tr(label)
        self._total = total
        self._count = 0
        self._began = self._said = time.monotonic()
        self._live = sys.stderr.isatty()
        self._shown = False

    def advance(self, count: int = 1, note: str = "") -> None:
        """Counts `count` more; `note` is what to say beside the numbers."""
        self._count += count
        now = time.monotonic()
        if now - self._began < _QUIET_SECONDS or now - self._said < (0.1 if self._live else _LINE_SECONDS):
            return
        self._said = now
        rate = self._count / (now - self._began)
        of = f"/{number(self._total)}" if self._total else ""
        line = f"{self._label} {number(self._count)}{of}  {number(rate, 0)}/s  {note}".rstrip()
        if self._live:
            self._redraw(harmless(line))
        else:
            click.echo(line, err=True)
        self._shown = True

    def close(self) -> None:
        """Leaves the line."""
        if self._live and self._shown:
            self._redraw("")

    @staticmethod
    def _redraw(line: str) -> None:
        click.echo(f"\r\033[K{line}", file=raw(sys.stderr), nl=False)


@contextmanager
def progress(label: str, total: int | None = None) -> Iterator[Progress]:
    """A Progress that leaves its line when the block ends."""
    shown = Progress(label, total)
    try:
        yield shown
    finally:
        shown.close()


def _iso(value: date) -> str:
    return value.isoformat()


def _plain(value: object) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    if isinstance(value, dict):
        return {key: _plain(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(part) for part in value]
    return value


def _cell(value: object) -> str:
    if value is None:
        return ""
    return number(value) if isinstance(value, int | float) and not isinstance(value, bool) else str(value)
