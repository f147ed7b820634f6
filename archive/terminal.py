"""What is written to people, made harmless in one place, and tables as lines that fit a terminal: no letter of a page,
file name or address moves a cursor.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
import sys
import textwrap
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final, TextIO

import click

_OURS: Final = f"\x1b[{secrets.randbelow(10**12)};"
_HARMFUL: Final = re.compile(
    re.escape(_OURS) + "([0-9]+)m"
    "|[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)
_LONG_URL: Final = re.compile(r"(?i:https?://)[^\s\"'<>\\]{200,}")
_HEAD, _TAIL = 120, 40  # characters that are shown of one


def harmless(text: str) -> str:
    r"""`text` with what would act on a terminal written out.

    >>> harmless("a\x1b]0;title\x07 b\rc\u202egnp.exe \x1b[1mbold\x1b[0m")
    'a\\u001b]0;title\\u0007 b\\u000dc\\u202egnp.exe \\u001b[1mbold\\u001b[0m'
    >>> harmless(styled("hội nghị", bold=True)) == "\x1b[1mhội nghị\x1b[0m"
    True
    """
    return _HARMFUL.sub(lambda found: f"\x1b[{found[1]}m" if found[1] else f"\\u{ord(found[0]):04x}", text)


def styled(text: str, *, bold: bool = False, fg: str | None = None) -> str:
    """`text` in a colour, as `click.style` gives it, with codes that pass the guard."""
    codes = click.style("", bold=bold or None, fg=fg, reset=False)
    return codes.replace("\x1b[", _OURS) + text + f"{_OURS}0m"


def shortened(text: str) -> str:
    """`text` with the middle of each long URL left out.

    >>> shortened(f"as http://bao.example/{'a' * 300}/tin.html; and more")[100:]
    'aaaaaaaaaaaaaaaaaaaaaaa…aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/tin.html; and more'
    """
    return _LONG_URL.sub(lambda url: f"{url[0][:_HEAD]}…{url[0][-_TAIL:]}", text)


class Guarded:
    """A stream of text through which only harmless text passes, URLs `short` or not; in all else the stream itself."""

    def __init__(self, stream: TextIO, short: bool = True) -> None:
        self.raw = stream
        self._short = short

    def write(self, text: str) -> int:
        """Writes `text`, made harmless."""
        self.raw.write(harmless(shortened(text) if self._short else text))
        return len(text)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.raw, name)


def put(text: str, *, err: bool = False) -> None:
    """Writes data, whole: on a terminal and on standard error harmless, as JSON and TOML read it back."""
    below = raw(sys.stderr if err else sys.stdout)
    below.write(harmless(text) if err or below.isatty() else text)
    below.flush()


def colourless() -> bool:
    """Whether the person wants no colours (no-color.org)."""
    return bool(os.environ.get("NO_COLOR"))


def coloured() -> bool:
    """Whether standard output is a terminal that may be shown colours."""
    return sys.stdout.isatty() and not colourless()


def columns() -> int | None:
    """How wide the terminal is that standard output goes to; None where it goes to a file or a program."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def raw(stream: Any) -> TextIO:
    """The stream below, for progress that moves the cursor itself: its words go through `harmless` first."""
    return stream.raw if isinstance(stream, Guarded) else stream


@contextmanager
def guarded() -> Iterator[None]:
    """Guards both streams while the block runs; a file name that is no UTF-8 is written out, as in JSON: `\\udcff`."""
    out, err = sys.stdout, sys.stderr
    if not out.isatty() and (reconfigure := getattr(out, "reconfigure", None)):
        reconfigure(errors="backslashreplace")
    sys.stdout, sys.stderr = Guarded(out, out.isatty()), Guarded(err)
    try:
        yield
    finally:
        sys.stdout, sys.stderr = out, err


_GAP: Final = 2  # columns between two cells
_NARROW: Final = 8  # columns that a head keeps at least where it is folded


def laid(head: Sequence[str], body: Sequence[Sequence[str]], columns: int | None = None) -> Iterator[str]:
    """The lines of a table `columns` wide; of any width where that is None, as files and programs get it.

    Where it is wider, heads of numbers are folded, then the widest texts go below their row, each with its name.

    >>> list(laid(["N", "address"], [["1", "a/b"], ["12", "c"]]))
    [' N  address', ' 1  a/b', '12  c']
    >>> list(laid(["articles held", "address"], [["1", "bao.example/hoi-nghi"]], 24))
    ['articles', '    held', '       1', '  address: bao.example/hoi-nghi']
    """
    numbers = [_numeric([row[at] for row in body]) for at in range(len(head))]
    widths = [max(map(width, column)) for column in zip(head, *body, strict=True)]
    heads = [[name] for name in head]
    if columns is not None and not _fits(widths, columns):
        for at in (at for at, number in enumerate(numbers) if number):
            cells = max((width(row[at]) for row in body), default=0)
            heads[at] = textwrap.wrap(head[at], max(cells, _NARROW), break_on_hyphens=False) or [""]
            widths[at] = max(cells, *map(width, heads[at]))
    hung = _hung(widths, numbers, columns)
    kept = [at for at in range(len(head)) if at not in hung]
    for line in range(max((len(heads[at]) for at in kept), default=0)):
        yield _line(
            [_piece(heads[at], line, max(len(heads[one]) for one in kept)) for at in kept], kept, widths, numbers
        )
    for row in body:
        yield _line([row[at] for at in kept], kept, widths, numbers)
        yield from (f"  {head[at]}: {row[at]}" if head[at] else f"  {row[at]}" for at in sorted(hung) if row[at])


def width(text: str) -> int:
    """How many columns of a terminal `text` takes: none for a mark above a letter, two for a wide letter.

    >>> width("đường"), width("ma\u0300u"), width("漢")
    (5, 3, 2)
    """
    if text.isascii():
        return len(text)
    wide = sum(unicodedata.east_asian_width(letter) in "WF" for letter in text)
    return len(text) + wide - sum(map(bool, map(unicodedata.combining, text)))


def _fits(widths: Sequence[int], columns: int) -> bool:
    return sum(widths) + _GAP * (len(widths) - 1) <= columns


def _hung(widths: Sequence[int], numbers: Sequence[bool], columns: int | None) -> set[int]:
    """Which columns go below: the widest texts, the last of equal ones, the first column only after all others."""
    hung: set[int] = set()
    order = sorted(range(len(widths)), key=lambda at: (numbers[at], at == 0, -widths[at], -at))
    while columns is not None and len(hung) < len(order) - 1:
        if _fits([width for at, width in enumerate(widths) if at not in hung], columns):
            break
        hung.add(order[len(hung)])
    return hung


def _piece(pieces: Sequence[str], line: int, lines: int) -> str:
    """The line of a folded head, which stands at the bottom of the `lines` of all heads."""
    above = lines - len(pieces)
    return pieces[line - above] if line >= above else ""


def _line(cells: Sequence[str], kept: Sequence[int], widths: Sequence[int], numbers: Sequence[bool]) -> str:
    padded = []
    for at, cell in zip(kept, cells, strict=True):
        blank = " " * (widths[at] - width(cell))
        padded.append(blank + cell if numbers[at] else cell + blank)
    return (" " * _GAP).join(padded).rstrip()


def _numeric(cells: Sequence[str]) -> bool:
    """Whether a column holds numbers: each cell, as either language writes them, but for empty ones."""
    return any(cells) and all(cell.lstrip("-").translate(_NO_MARKS).isdigit() for cell in cells if cell)


_NO_MARKS: Final = str.maketrans("", "", ",.")
