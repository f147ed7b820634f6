"""What a catalogue harvests: a time and a set, and where a list that is given in parts goes on."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from archive.web.oai.xml import Refusal

_LAST: Final = "9999-12-31T23:59:59Z"
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_SECOND: Final = re.compile(rf"{_DAY.pattern}T[0-9]{{2}}:[0-9]{{2}}:[0-9]{{2}}Z")
_MOST_LETTERS: Final = 500  # of a token: ours have 200
_MOST: Final = (1 << 63) - 1  # of a row


@dataclass(frozen=True, slots=True)
class Span:
    """What is harvested: since, until (UTC, to the millisecond), a set (source id), and where its list goes on.

    That is after the row `after`, `given` records of its `whole` list having been given.
    """

    since: str
    until: str
    source: str = ""
    after: int = 0
    given: int = 0
    whole: int = 0

    def token(self, after: int, given: int, whole: int) -> str:
        """The resumption token that goes on after the row `after`."""
        packed = json.dumps([self.since, self.until, self.source, after, given, whole]).encode()
        return base64.urlsafe_b64encode(packed).decode()


def span_of(asked: Mapping[str, str]) -> Span:
    """The span that a request asks for, or goes on with; raises Refusal."""
    if "resumptionToken" in asked:
        return _resumed(asked["resumptionToken"])
    since, until = (asked.get(name) for name in ("from", "until"))
    if since is not None and until is not None and len(since) != len(until):
        raise Refusal("badArgument", "from and until have one granularity")
    first = "" if since is None else _moment(since, "T00:00:00Z")
    last = _LAST if until is None else _moment(until, "T23:59:59Z")
    if first > last:
        raise Refusal("badArgument", "from lies after until")
    # Captures are told to the millisecond: a second begins with its first and reaches to its last.
    return Span(first.replace("Z", ".000Z"), last.replace("Z", ".999Z"), asked.get("set", ""))


def _moment(text: str, rest: str) -> str:
    """A day or a second of OAI-PMH as a second; raises Refusal for anything else.

    >>> _moment("2020-03-05", "T00:00:00Z")
    '2020-03-05T00:00:00Z'
    """
    try:
        if _DAY.fullmatch(text):
            text += rest
        if _SECOND.fullmatch(text):
            datetime.fromisoformat(text)
            return text
    except ValueError:  # the 31st of April
        pass
    raise Refusal("badArgument", f"{text} is no date: 2020-03-05 or 2020-03-05T00:00:00Z is wanted")


def _resumed(token: str) -> Span:
    try:
        if len(token) <= _MOST_LETTERS:
            since, until, source, *rest = json.loads(base64.b64decode(token, b"-_", validate=True))
            after, given, whole = rest
            texts = all(isinstance(text, str) for text in (since, until, source))
            if texts and all(type(number) is int and 0 <= number <= _MOST for number in rest):
                return Span(since, until, source, after, given, whole)
    except (ValueError, TypeError, RecursionError):  # neither base64, nor JSON, nor so many values
        pass
    raise Refusal("badResumptionToken", "this is no token of ours")
