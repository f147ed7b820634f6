"""What a robots.txt allows, by RFC 9309: the answer it came in, its groups and rules, and what they say of an address.

Read here and not by a library, because it is the one text of a site that binds us before anything else is known of it:
each step costs time in proportion to the text, whatever it is (tests/crawler/http/test_crawler_robots_hostile.py).
"""

from __future__ import annotations

import codecs
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import quote, unquote_to_bytes, urljoin, urlsplit

from archive.errors import Unreadable
from archive.messages.message import Message
from archive.warc.http import REDIRECTS, Headers, split, values
from crawler.scope import as_fetched, escaped, without_dots

TOKEN = "baotinh"  # noqa: S105 - the product token that site owners name us by
READ_BYTES = 512_000
"""How much of a robots.txt is read: RFC 9309 section 2.5 asks for 500 KiB or more."""

HOLDS_SECONDS = 24 * 3600
"""How long an answer may be used (section 2.4)."""

GIVES_WAY_SECONDS = 30 * 24 * 3600
"""After how long an unreachable robots.txt may be taken for a missing one (section 2.3.1.4)."""

MOST_SITEMAPS = 500
"""Sitemaps that one robots.txt may name; its 500 KiB have room for 40,000."""

MOST_HOPS = 5
"""Redirects that are followed, to other authorities too (section 2.3.1.2)."""

Verdict = Literal["rules", "free", "closed"]

_DECODED_LIMIT = 4 << 20  # after gzip: eight times what is read of it
_LINE = re.compile(r"[^\r\n]+")
_PRODUCT = re.compile(r"[A-Za-z_-]+")
_PLAIN = re.compile(r"[A-Za-z0-9/_.~?=&-]*")
# Section 2.3.1.5: what can be read of a damaged file is to be used. The spellings are those that Google's parser takes.
_NAMES: dict[str, Literal["agent", "allow", "disallow", "delay", "sitemap"]] = {
    **dict.fromkeys(("user-agent", "useragent", "user agent"), "agent"),
    **dict.fromkeys(("disallow", "dissallow", "dissalow", "disalow", "diasllow", "disallaw"), "disallow"),
    **dict.fromkeys(("crawl-delay", "crawl delay"), "delay"),
    **dict.fromkeys(("sitemap", "sitemaps", "site-map"), "sitemap"),
    "allow": "allow",
}


@dataclass(frozen=True, slots=True)
class _Rule:
    """A path pattern (section 2.2.2), cut at its wildcards; `ends` where the address must end with it (`$`)."""

    allow: bool
    octets: int
    pieces: tuple[str, ...]
    ends: bool

    def matches(self, target: str) -> bool:
        first, *others = self.pieces
        if not target.startswith(first):
            return False
        at = len(first)
        if self.ends and not others:
            return at == len(target)
        last = others.pop() if self.ends else ""
        for piece in others:
            found = target.find(piece, at)
            if found < 0:
                return False
            at = found + len(piece)
        return not self.ends or (target.endswith(last) and at <= len(target) - len(last))


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
    _rules: tuple[_Rule, ...] = field(default=(), repr=False, compare=False)  # the longest first, of two Allow

    @property
    def message(self) -> Message:
        """Verdict and note as a sentence."""
        match self.verdict:
            case "rules":
                return Message("rules: {note}", note=self.note)
            case "free":
                return Message("free: {note}", note=self.note)
        return Message("closed: {note}", note=self.note)

    def allows(self, url: str) -> bool:
        """Whether `url` may be asked for. The longest rule that matches speaks, of two as long the one that allows.

        An address with escapes is asked about as it is and as a server decodes it, and closed if either is forbidden:
        `/cam%2Fa` is another path than `/cam/a` to the standard, and the same to most servers.
        """
        if self.verdict != "rules":
            return self.verdict == "free"
        parts = urlsplit(url)
        path = parts.path or "/"
        query = f"?{parts.query}" if parts.query else ""
        target = _comparable(path + query)
        if target == "/robots.txt":  # is always allowed (section 2.2.2)
            return True
        return self._permits(target) and ("%" not in path or self._permits(_comparable(_decoded_path(path) + query)))

    def _permits(self, target: str) -> bool:
        return next((rule.allow for rule in self._rules if rule.matches(target)), True)


def of(response: bytes | None, trouble: str) -> Robots:
    """The rules that a robots.txt sets which came as the bytes `response`, or did not come because of `trouble`."""
    if response is None or trouble:
        return unreachable(trouble or "no answer")
    try:
        payload = split(response, _DECODED_LIMIT)
    except Unreadable as error:
        return unreachable(error.reason)
    return read(payload.status, payload.body)


def read(status: int, body: bytes) -> Robots:
    """The rules that an answer with `status` and the decoded `body` sets.

    2xx is parsed (section 2.3.1.1), 4xx sets no rules (2.3.1.3), 429 and 5xx forbid everything (2.3.1.4; 429 asks for
    less, so it is held for the same); so does a redirect that leads nowhere. HTML is a site's error page, and binds by
    what lines of a robots.txt it has.
    """
    if status == 429 or status >= 500 or status < 200 or 300 <= status < 400:
        return Robots("closed", Message("status {status}", status=status) if status else Message("no HTTP answer"))
    if status >= 400:
        return Robots("free", Message("status {status}", status=status))
    text = _decoded(body[:READ_BYTES])
    if len(body) > READ_BYTES:
        text = text[: max(text.rfind("\n"), text.rfind("\r")) + 1]  # half a rule would be another rule
    found = parse(
        text, Message("cut at 500 KiB") if len(body) > READ_BYTES else Message("status {status}", status=status)
    )
    return Robots("free", "html") if text.lstrip()[:1] == "<" and not found._rules else found


def parse(text: str, note: str = "") -> Robots:
    """The rules in `text`, a robots.txt as text: of the groups that name us, or where none does of those for all."""
    groups: dict[str, list[_Rule]] = {}
    delays: dict[str, float] = {}
    sitemaps: list[str] = []
    bound: set[str] = set()  # whom the group that is being read binds: us, all
    in_rules = False
    for name, value in _records(text):
        if name == "agent":
            bound = set() if in_rules else bound
            in_rules = False
            if whom := _whom(value):
                bound.add(whom)
                groups.setdefault(whom, [])
        elif name == "sitemap":
            sitemaps.append(value)
        else:
            in_rules = True
            for whom in bound if value else ():
                if name == "delay":
                    delays[whom] = max(delays.get(whom, 0.0), _seconds(value))
                else:
                    groups[whom].append(_rule(value, allow=name == "allow"))
    named = tuple(dict.fromkeys(filter(None, sitemaps)))[:MOST_SITEMAPS]
    ours = TOKEN if TOKEN in groups else "*"
    rules = sorted(groups.get(ours, ()), key=lambda rule: (-rule.octets, not rule.allow))
    return Robots("rules", note, delays.get(ours) or None, named, text, tuple(rules))


def unreachable(reason: str) -> Robots:
    """Forbids everything, as no answer came (section 2.3.1.4)."""
    return Robots("closed", Message("unreachable: {reason}", reason=reason))


def leads_to(url: str, status: int, headers: Headers) -> str:
    """Where an answer with `status` says that the robots.txt at `url` lies, "" where it is no redirect.

    Raises ValueError for what is no address of a web server: a scheme, a user's name, a port that other services have.
    """
    if status not in REDIRECTS:
        return ""
    target = as_fetched(urljoin(url, next(iter(values(headers, "location")), "")))
    parts = urlsplit(target)
    if "@" in parts.netloc or (parts.port or 80) not in (80, 443, *range(1024, 65536)):
        raise ValueError(target)
    return target


def _records(text: str) -> Iterator[tuple[str, str]]:
    """The lines that mean something: what they are, and their value. A colon may be missing."""
    for line in _LINE.findall(text):
        content = line.partition("#")[0].strip()
        name, _, value = content.partition(":")
        known = _NAMES.get(name.strip().lower())
        if known is None and content:
            name, _, value = content.replace("\t", " ").partition(" ")
            known = _NAMES.get(name.lower())
        if known is not None:
            yield known, value.strip()


def _whom(agent: str) -> str:
    """Whom a group for `agent` binds: TOKEN, "*", or "" for strangers.

    Section 2.2.1 compares the product token, without case and as a whole: neither `bao` nor `baotinhbot` is us.
    """
    product = _PRODUCT.match(agent)
    if product is not None and product[0].lower() == TOKEN:
        return TOKEN
    return "*" if agent.startswith("*") else ""


def _rule(pattern: str, *, allow: bool) -> _Rule:
    ends = pattern.endswith("$")
    pattern = pattern.removesuffix("$")
    if not pattern.startswith(("/", "*")):
        pattern = f"/{pattern}"  # "Disallow: cam/" can mean nothing else
    pieces = tuple(re.sub(r"\*+", "*", _comparable(pattern, "*")).split("*"))
    return _Rule(allow, sum(map(len, pieces)) + len(pieces) - 1 + ends, pieces, ends)


def _comparable(path: str, bare: str = "") -> str:
    """One form for all that section 2.2.2 takes for equal: bare are letters, digits, `-._~`, `/?=&` and `bare`."""
    if _PLAIN.fullmatch(path):
        return path
    path, mark, query = quote(escaped(path), safe=f"/?=&%{bare}").partition("?")
    return path + mark + query.replace("%2F", "/")


def _decoded_path(path: str) -> str:
    """`path` as a server that decodes it once sees it; what stands for a `%` stays escaped, for it begins nothing."""
    return without_dots(quote(unquote_to_bytes(path), safe="/?=&"))


def _seconds(value: str) -> float:
    try:
        seconds = float(value)
    except ValueError:
        return 0.0
    return seconds if math.isfinite(seconds) and seconds > 0 else 0.0


def _decoded(body: bytes) -> str:
    """`body` as text: UTF-8 (section 2.3), or the UTF-16 that a Windows editor calls Unicode; without mark and NULs."""
    encoding = "utf-8"
    if body.count(0) > len(body) // 4:  # every second byte is NUL
        encoding = "utf-16-be" if body.startswith((b"\0", codecs.BOM_UTF16_BE)) else "utf-16-le"
    return body.decode(encoding, "replace").removeprefix("\ufeff").replace("\0", "")
