"""Tables to take away as CSV, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Final

from starlette.responses import Response

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
_BOM: Final = "\ufeff"  # without it Excel takes UTF-8 for the code page of its country


def sheet(name: str, head: Sequence[str], rows: Iterable[Sequence[object]]) -> Response:
    """The rows below `head` as the file `name`.

    RFC 4180; a text that a spreadsheet would take for a formula gets an apostrophe in front (CWE-1236): quoting does
    not stop formulas.
    """
    out = io.StringIO()
    out.write(_BOM)
    table = csv.writer(out)
    table.writerow(head)
    for row in rows:
        table.writerow([safe(cell) for cell in row])
    named = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(out.getvalue(), media_type="text/csv; charset=utf-8", headers=named)


def safe(cell: object) -> object:
    """`cell` as it may stand in a spreadsheet; numbers stay numbers.

    >>> safe("=1+1"), safe(-1), safe(None), safe("chè")
    ("'=1+1", -1, '', 'chè')
    """
    if cell is None:
        return ""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell
