"""Tables to take away as CSV, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from starlette.responses import Response

from archive.export.spreadsheet import BOM, safe_cell


def sheet(name: str, head: Sequence[str], rows: Iterable[Sequence[object]]) -> Response:
    """The rows below `head` as the file `name`.

    RFC 4180, safe to open in a spreadsheet (`safe_cell`), with the byte order mark that Excel wants.
    """
    out = io.StringIO()
    out.write(BOM)
    table = csv.writer(out)
    table.writerow(head)
    for row in rows:
        table.writerow([safe_cell(cell) for cell in row])
    named = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(out.getvalue(), media_type="text/csv; charset=utf-8", headers=named)
