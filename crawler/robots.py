"""What a robots.txt allows, by RFC 9309: the answer it came in read as the standard says, rules matched by Protego."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, field
from typing import Literal

from protego import Protego

TOKEN = "baotinh"  # noqa: S105 - the product token that site owners name us by
READ_BYTES = 512_000
"""How much of a robots.txt is read: RFC 9309 section 2.5 asks for 500 KiB or more. 40,000 rules take 0.2 s to parse."""

HOLDS_SECONDS = 24 * 3600
"""How long an answer may be used (section 2.4)."""

GIVES_WAY_SECONDS = 30 * 24 * 3600
"""After how long an unreachable robots.txt may be taken for a missing one (section 2.3.1.4)."""

Verdict = Literal["rules", "free", "closed"]

_GROUP = re.compile(r"^(\s*user-?agent\s*:\s*)([^#\r\n]*)", re.IGNORECASE | re.MULTILINE)
_PRODUCT = re.compile(r"[A-Za-z_-]+")


@dataclass(frozen=True, slots=True)
class Robots:
    """The rules of one authority. `free`: nothing is forbidden; `closed`: everything is, until it can be asked again.

    `note` says in short words how that came about ("status 404", "html", "unreachable: timeout"); `crawl_delay` is in
    seconds, None where none is asked for.
    """

    verdict: Verdict
    note: str
    crawl_delay: float | None = None
    sitemaps: tuple[str, ...] = ()
    text: str = ""
    _rules: Protego | None = field(default=None, repr=False, compare=False)

    def allows(self, url: str) -> bool:
        """Whether `url` may be asked for."""
        if self._rules is None:
            return self.verdict == "free"
        return bool(self._rules.can_fetch(url, TOKEN))


def read(status: int, body: bytes) -> Robots:
    """The rules that an answer with `status` and the decoded `body` sets.

    2xx is parsed (section 2.3.1.1), 3xx without end and 4xx set no rules (2.3.1.2, 2.3.1.3), 429 and 5xx forbid
    everything (2.3.1.4; 429 asks for less, so it is held for the same). HTML with status 200 is a site's error page.
    """
    if status == 429 or status >= 500 or status < 200:
        return Robots("closed", f"status {status}" if status else "no HTTP answer")
    if not 200 <= status < 300:
        return Robots("free", f"status {status}")
    text = _decoded(body[:READ_BYTES])
    if len(body) > READ_BYTES:
        text = text[: text.rfind("\n") + 1]  # half a rule would be another rule
    if text.lstrip()[:1] == "<":
        return Robots("free", "html")
    return parse(text, "cut at 500 KiB" if len(body) > READ_BYTES else f"status {status}")


def parse(text: str, note: str = "") -> Robots:
    """The rules in `text`, a robots.txt as text."""
    rules = Protego.parse(_GROUP.sub(_as_ours_or_not, text))
    delay = rules.crawl_delay(TOKEN)
    return Robots("rules", note, delay, tuple(rules.sitemaps), text, rules)


def unreachable(reason: str) -> Robots:
    """Forbids everything, as no answer came (section 2.3.1.4)."""
    return Robots("closed", f"unreachable: {reason}")


def _decoded(body: bytes) -> str:
    """`body` as text: UTF-8 (section 2.3), or the UTF-16 that a Windows editor calls Unicode; without mark and NULs."""
    encoding = "utf-8"
    if body.count(0) > len(body) // 4:  # every second byte is NUL
        encoding = "utf-16-be" if body.startswith((b"\0", codecs.BOM_UTF16_BE)) else "utf-16-le"
    return body.decode(encoding, "replace").removeprefix("\ufeff").replace("\0", "")


def _as_ours_or_not(line: re.Match[str]) -> str:
    # Protego compares by substring: a group `bao` would bind us, and `baotinhbot`, a stranger, would be taken for us.
    # Section 2.2.1 compares the product token, without case: so each group is named for us, for all, or for no one.
    name = line[2].strip()
    product = _PRODUCT.match(name)
    if product is not None and product[0].lower() == TOKEN:
        return line[1] + TOKEN
    return line[1] + ("*" if name.startswith("*") else "another-crawler")
