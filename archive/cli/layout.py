"""A table as lines: columns aligned where they fit, and what is too wide for a terminal hung below its row."""

from __future__ import annotations

import textwrap
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Final

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
