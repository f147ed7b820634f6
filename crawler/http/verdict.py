"""What an answer means for its URL: done, to be read, to be asked again, leading elsewhere, or given up. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urljoin

from archive.warc.http import REDIRECTS, values
from crawler.http.capture import Fetched
from crawler.scope import as_fetched

Fate = Literal["read", "same", "again", "redirect", "failed"]

MOST_ATTEMPTS = 3
MOST_HOPS = 5
"""Redirects followed in a row: RFC 9309 asks for five with robots.txt, browsers stop at twenty."""

_PASSING = frozenset((206, 408, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524))
"""52x: a proxy without its server. 206: a part of the page, which nobody has asked for."""
_CONDITION = re.compile(rb"^If-(?:None-Match|Modified-Since):", re.MULTILINE)
_LASTING_ERRORS = frozenset(("length",))


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of a URL: `reason` is a short stable word, `target` set with "redirect", `wait` (s) with "again"."""

    fate: Fate
    reason: str = ""
    target: str = ""
    wait: float = 0.0


def classify(fetched: Fetched, url: str, attempt: int, hops: int, base: float) -> Verdict:
    """The verdict on `url`, asked for the `attempt`th time, `hops` redirects from where it was found.

    A fragment is never done: what was cut is asked for again and then failed, however much of it is kept. Waits double
    from `base` seconds.
    """
    reason = fetched.error or (f"http_{fetched.status}" if fetched.status else "not_http")
    if fetched.error == "stale":
        return Verdict("again", "stale")
    if fetched.error in _LASTING_ERRORS:
        return Verdict("failed", reason)
    same = fetched.status == 304
    if same and (fetched.capture is None or _CONDITION.search(fetched.capture.request) is not None):
        return Verdict("same", "not_modified")
    if fetched.error or fetched.status in _PASSING or same:  # 304 to no condition: the same as nothing that is held
        wait = base * 2.0 ** (attempt - 1)
        return Verdict("again", reason, wait=wait) if attempt < MOST_ATTEMPTS else Verdict("failed", reason)
    if fetched.status in REDIRECTS:
        return _redirect(fetched, url, hops, reason)
    return Verdict("read") if 200 <= fetched.status < 300 else Verdict("failed", reason)


def _redirect(fetched: Fetched, url: str, hops: int, reason: str) -> Verdict:
    where = values(fetched.headers, "location")
    if not where or not where[0]:
        return Verdict("failed", f"{reason}_without_location")
    if hops >= MOST_HOPS:
        return Verdict("failed", "redirects")
    try:
        target = urljoin(url, where[0])
        return Verdict("redirect", reason, target=as_fetched(target))
    except ValueError:
        return Verdict("redirect", reason, target=where[0])
