"""Parts of a body: one byte range of it, as players of sound and video and readers of PDF ask for."""

from __future__ import annotations

import re

from starlette.requests import Request
from starlette.responses import Response

_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})\Z")  # no body has more digits, and Python refuses to read thousands


def ranged(request: Request, answer: Response) -> Response:
    """`answer` cut to the range that `request` asks for (RFC 9110, section 14), as 206 or 416; else as it is.

    Only whole answers with status 200 have ranges. Several ranges in one request are answered by the whole.
    """
    if answer.status_code != 200 or request.method not in ("GET", "HEAD"):
        return answer
    answer.headers["Accept-Ranges"] = "bytes"
    match = _RANGE.match(request.headers.get("range", ""))
    if match is None or "if-range" in request.headers:
        return answer
    body = bytes(answer.body)
    span = span_of(match[1], match[2], len(body))
    headers = {name: value for name, value in answer.headers.items() if name != "content-length"}
    if span is None:
        return Response(status_code=416, headers={**headers, "Content-Range": f"bytes */{len(body)}"})
    first, last = span
    headers["Content-Range"] = f"bytes {first}-{last}/{len(body)}"
    return Response(body[first : last + 1], 206, headers)


def span_of(first: str, last: str, size: int) -> tuple[int, int] | None:
    """First and last byte of "first-last" in a body of `size`; None where nothing of it is there.

    >>> span_of("0", "4", 10), span_of("7", "", 10), span_of("", "3", 10), span_of("10", "", 10), span_of("5", "2", 10)
    ((0, 4), (7, 9), (7, 9), None, None)
    """
    if not first:
        wanted = min(int(last), size) if last else 0
        return (size - wanted, size - 1) if wanted else None
    begin, end = int(first), min(int(last), size - 1) if last else size - 1
    return (begin, end) if begin <= end else None
