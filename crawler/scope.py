"""Which URLs and which network addresses may be touched, each refusal with the name of its rule."""

from __future__ import annotations

import ipaddress
import re
from datetime import UTC, date, datetime, timedelta
from urllib.parse import SplitResult, quote, urlsplit, urlunsplit

from archive.messages.message import Message
from archive.sources import Source
from archive.text.urls import url_key

MOST_SEGMENTS = 8
LONGEST_URL = 2000
_USUAL_PORT = {"http": 80, "https": 443}
_OUTSIDE_URL = re.compile(r"[\x00-\x20\x7f\\<>\"{}^`]")
_CLEAN = re.compile(  # nine links of ten: nothing to do but to see that
    r"https?://[a-z0-9.-]+(?::(?!80/|443/)(?:[1-9]\d{0,3}|[1-5]\d{4}))?/(?!\.|.*/\.)[!\x22\x24\x26-\x7e]*"
)
_NOT_ASCII = re.compile(r"[^\x21-\x7e]+")
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")

# Evidence for each trap: URL habits of NukeViet, WordPress, Liferay and DotNetNuke, which these sources run on.
_TRAPS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(pattern, re.IGNORECASE))
    for name, pattern in (
        ("session", r"[?&;/](?:phpsessid|jsessionid|sid|sessionid|aspsessionid\w*)=|/\(s\([a-z0-9]{20,}\)\)"),
        (
            "print",
            r"/(?:print|in-bai|ban-in)(?:/|$|\?)|[?&](?:print|in|ban-?in)=(?:1|true|y)|p_p_state=pop_up|ban-in-\d",
        ),
        ("share", r"[?&](?:share|replytocom|fb_comment_id)=|/(?:sendmail|savefile|share|gui-mail)(?:/|$|\?)|[?&]pdf=1"),
        ("login", r"/(?:users?|login|dang-nhap|register|dang-ky|wp-login\.php|wp-admin|account|admin)(?:/|$|\?)"),
        ("search", r"(?:/(?:seek|search|tim-kiem)(?:/|$|\?)|[?&](?:q|s|keyword|tu-?khoa|search)=)"),
        ("sort", r"[?&](?:sort|orderby|order|sortby|filter|view|display|delta|mode)="),
        ("calendar", r"[?&](?:cal|calendar|thang|ngay)=.*\d"),
        ("portlet", r"[?&]p_p_(?:lifecycle=[12]|auth=)"),
        ("comments", r"/comments/feed(?:/|$)|[?&]feed=comments"),
    )
)
_OWN_FEED = re.compile(r"/(?:feed|rss)/?$")
_DAY_IN_PATH = re.compile(r"/((?:19|20)\d\d)(?:/|-)?(0?[1-9]|1[0-2])(?:(?:/|-)(0?[1-9]|[12]\d|3[01]))?(?=/|$)")
_UNICAST = ipaddress.ip_network("2000::/3")  # all of IPv6 that is routed: no NAT64, no IPv4 in another dress
_LEADING_ELSEWHERE = tuple(map(ipaddress.ip_network, ("2002::/16", "2001::/23", "3fff::/20", "192.88.99.0/24")))
_FIRST_YEAR = 1997  # Vietnam went on line on 19 November 1997: an archive page of before is made up by a calendar


def as_fetched(url: str) -> str:
    """The canonical form of `url`: the one that every rule is held against, and that goes over the wire.

    RFC 3986: scheme and host in lower case (6.2.2.1), escapes in capitals, those of letters, digits, `-._~` undone
    (6.2.2.2), `.` and `..` resolved (5.2.4), the usual port left out (6.2.3). So what a server takes for `/cam/a` is
    judged as `/cam/a`. Order of arguments and slashes in a row stay, for some old sites depend on them; what HTTP
    cannot carry is escaped. The canonical form of a canonical form is itself. Raises ValueError for what is no URL.

    >>> as_fetched("HTTP://Baotinh.Example:80/tin/%2e%2e/c%61m/./%e1%bb%a7y?b=2&a=1#top")
    'http://baotinh.example/cam/%E1%BB%A7y?b=2&a=1'
    """
    if _CLEAN.fullmatch(url):
        return url
    parts = urlsplit(url.strip())
    host = parts.hostname or ""
    host = host if host.isascii() else host.encode("idna").decode()
    if not host or parts.scheme not in _USUAL_PORT:
        raise ValueError(Message("{url}: not an absolute http or https URL", url=url))
    host = f"[{host}]" if ":" in host else host
    port = f":{parts.port}" if parts.port not in (None, _USUAL_PORT[parts.scheme]) else ""
    user = f"{parts.netloc.rpartition('@')[0]}@" if "@" in parts.netloc else ""
    path = without_dots(escaped(parts.path))
    return urlunsplit((parts.scheme, user + host + port, path, escaped(parts.query), ""))


def escaped(text: str) -> str:
    """A path or query in ASCII, its escapes in capitals and none left of what needs none (RFC 3986 6.2.2)."""
    text, before = _NOT_ASCII.sub(lambda found: quote(found[0], safe=""), text), ""
    while text != before:  # `%2%65` is `%2e` once undone, and a server would go on
        before, text = text, _ESCAPE.sub(_unreserved, text)
    return text


def without_dots(path: str) -> str:
    """`path` with its segments `.` and `..` resolved (RFC 3986 5.2.4)."""
    kept: list[str] = []
    segments = path.split("/")[1:]
    for segment in segments:
        if segment == "..":
            del kept[-1:]
        elif segment != ".":
            kept.append(segment)
    if segments[-1:] in (["."], [".."]):
        kept.append("")
    return "/" + "/".join(kept)


def authority(url: str) -> str:
    """Scheme, host and port of `url`, "https://baotinh.example": what one robots.txt speaks for."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def host_of(url: str) -> str:
    """The host of `url`, with its port where that is not the usual one: as the register names hosts."""
    return _host(urlsplit(url))


def on_this_machine(url: str) -> bool:
    """Whether the host of `url` is this machine, by its name."""
    host = urlsplit(url).hostname or ""
    return host == "localhost" or host.startswith("127.")


def key_of(url: str, source: Source | None) -> str:
    """The key by which the frontier knows `url`: without the parameters that `source` drops."""
    return url_key(source.discover.without_dropped(url) if source is not None else url)


def refusal(url: str, source: Source, day: date | None = None) -> str:
    """Why `url` is no business of `source` on `day`, as "scope:rule"; "" where it is in scope.

    Rules: scheme, user (information before the host), characters, length, host (with its port).
    """
    try:
        parts = urlsplit(url)
        host = _host(parts)
    except ValueError:
        return "scope:characters"
    if parts.scheme not in _USUAL_PORT:
        return "scope:scheme"
    if "@" in parts.netloc:
        return "scope:user"
    if _OUTSIDE_URL.search(url):
        return "scope:characters"
    if len(url) > LONGEST_URL:
        return "scope:length"
    return "" if source.covers(host, day) else "scope:host"


def trap(url: str, source: Source, today: date | None = None) -> str:
    """The rule by which `url` is not worth asking for, as "trap:name" or "never"; "" where there is none.

    What the source's own rules call an article or a listing is no trap, except by `never`.
    """
    if source.discover.is_never(url):
        return "never"
    if source.discover.is_article(url) or source.discover.is_listing(url):
        return ""
    parts = urlsplit(url)
    target = f"{parts.path}?{parts.query}" if parts.query else parts.path
    for name, pattern in _TRAPS:
        if pattern.search(target):
            return f"trap:{name}"
    of = _OWN_FEED.sub("/", url)
    if of != url and source.discover.is_article(of):
        return "trap:comments"  # WordPress has one for each article, and a feed is asked for again and again
    segments = [segment for segment in parts.path.split("/") if segment]
    if len(segments) > MOST_SEGMENTS:
        return "trap:segments"
    if any(segments.count(segment) > 2 for segment in segments):
        return "trap:repeated"
    return "trap:calendar" if _out_of_time(parts.path, today or datetime.now(UTC).date()) else ""


def may_connect(address: str, *, loopback: bool = False) -> bool:
    """Whether a connection to the IP `address` is allowed: public ones only; this machine's where `loopback` says so.

    Multicast, NAT64, 6to4 and `::127.0.0.1` are public to `ipaddress.is_global` of Python 3.11; they lead elsewhere
    and are refused.
    """
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped is not None:
        ip = ip.ipv4_mapped
    if ip.is_loopback:
        return loopback
    if ip.is_multicast or not ip.is_global or (ip.version == 6 and ip not in _UNICAST):
        return False
    return not any(ip in net for net in _LEADING_ELSEWHERE if net.version == ip.version)


def _host(parts: SplitResult) -> str:
    host = (parts.hostname or "").lower()
    host = f"[{host}]" if ":" in host else host
    return host if parts.port in (None, _USUAL_PORT.get(parts.scheme)) else f"{host}:{parts.port}"


def _unreserved(escape: re.Match[str]) -> str:
    letter = chr(int(escape[1], 16))
    return letter if letter in _UNRESERVED else escape[0].upper()


def _out_of_time(path: str, today: date) -> bool:
    found = _DAY_IN_PATH.search(path)
    if found is None:
        return False
    year, month, day = int(found[1]), int(found[2]), int(found[3] or 1)
    try:
        return year < _FIRST_YEAR or date(year, month, day) > today + timedelta(days=1)
    except ValueError:
        return True
