"""What stands before every page that is served: which Host may be asked, and the headers that keep a browser safe."""

from __future__ import annotations

import ipaddress
import math
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping

from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from archive.web.access import COOKIE

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
"""The names of this machine, which are always answered to."""

_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


def room_policy(replay: str = "") -> str:
    """Content security policy of the reading room: its own files only, no inline script or style, never in a frame.

    Pictures and frames may come from `replay`, the origin of the preserved pages, besides.
    """
    framed = replay or "'none'"
    return (
        f"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: {replay}; font-src 'self'; "
        f"connect-src 'self'; frame-src {framed}; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    )


def banner_policy() -> str:
    """Policy of our page around a preserved one: our own style, and the preserved page in a frame."""
    return (
        "default-src 'none'; style-src 'self'; img-src 'self' data:; frame-src 'self'; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'none'"
    )


def preserved_policy(room: str = "", *, links: bool = False) -> str:
    """Policy of what is preserved: an origin of its own, no scripts, no forms, nothing from outside the archive.

    Only our own pages may frame it: the banner beside it, and the reading room at the origin `room`. With `links`, for
    pages whose every link was rewritten, a click may open another page in place of the banner.
    """
    leads = " allow-top-navigation-by-user-activation" if links else ""
    return (
        f"sandbox{leads}; default-src 'none'; img-src 'self' data:; media-src 'self'; "
        "style-src 'self' 'unsafe-inline'; font-src 'self' data:; frame-src 'self'; base-uri 'none'; "
        f"form-action 'none'; frame-ancestors 'self' {room}"
    ).rstrip()


class HostGuard:
    """Answers only requests whose Host is expected, against DNS rebinding (measured: Datasette answers any Host)."""

    def __init__(self, app: ASGIApp, hosts: Iterable[str]) -> None:
        self._app = app
        self._hosts = frozenset(host.lower() for host in hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers 421 to a Host that is not expected, and passes all else on."""
        if scope["type"] in ("http", "websocket"):
            name = without_port(Headers(scope=scope).get("host", ""))
            if name not in self._hosts:
                answer = PlainTextResponse(
                    f"Host {name!r} is not served here; start with --allow-host to serve it.\n", status_code=421
                )
                await answer(scope, receive, send)
                return
        await self._app(scope, receive, send)


class SafeHeaders:
    """Adds the security headers to every answer; a page's own Content-Security-Policy goes before `policy`."""

    def __init__(self, app: ASGIApp, policy: str) -> None:
        self._app = app
        self._defaults = {**_ALWAYS, "Content-Security-Policy": policy}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes the request on, and adds the headers where the answer begins."""

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._defaults.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, sending if scope["type"] == "http" else send)


def without_port(host: str) -> str:
    """The name in a Host header, lower case, an IPv6 address in its brackets.

    >>> without_port("Phong.Example:8000"), without_port("[::1]:8000")
    ('phong.example', '[::1]')
    """
    if host.startswith("["):
        return host.partition("]")[0].lower() + "]"
    return host.rpartition(":")[0].lower() if ":" in host else host.lower()


# A pace for each client: so many requests a second, some in advance; who asks faster is told when to come back.

_MOST_CLIENTS = 10_000
IN_ADVANCE = 100.0
"""Requests that a client may send at once before its pace counts."""


class Compression:
    """Sends answers in gzip to who takes it; not to who is signed in, so that the length of a page tells nothing of the
    token in its forms (BREACH, CVE-2013-3587).
    """

    def __init__(self, app: ASGIApp) -> None:
        self._plain = app
        self._compressed = GZipMiddleware(app, minimum_size=1000, compresslevel=5)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hands the request on, to be answered compressed or as it is."""
        signed_in = scope["type"] == "http" and COOKIE in HTTPConnection(scope).cookies
        await (self._plain if signed_in else self._compressed)(scope, receive, send)


class Pace:
    """Answers 429 to a client that asks faster than `rate` requests a second; 0 is no limit.

    `weights` gives the prefixes of addresses that cost more than one request ("/trends": 5), or nothing at all
    ("/static/": 0). A client is an IPv4 address or an IPv6 network of 64 bits.
    """

    def __init__(
        self,
        app: ASGIApp,
        rate: float,
        weights: Mapping[str, float],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._app = app
        self._rate = rate
        self._weights = dict(weights)
        self._clock = clock
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()  # client -> (requests left, when that was)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes the request on, or answers 429 with the seconds to wait."""
        if scope["type"] == "http" and self._rate:
            wait = self._take(client_of(scope), self._weight(scope["path"]))
            if wait > 0:
                seconds = math.ceil(wait)
                answer = PlainTextResponse(
                    f"Too many requests: wait {seconds} s. / Quá nhiều yêu cầu: xin đợi {seconds} giây.\n",
                    status_code=429,
                    headers={"Retry-After": str(seconds)},
                )
                await answer(scope, receive, send)
                return
        await self._app(scope, receive, send)

    def _weight(self, path: str) -> float:
        return next((weight for prefix, weight in self._weights.items() if path.startswith(prefix)), 1.0)

    def _take(self, client: str, weight: float) -> float:
        """The seconds to wait before a request of `weight` is allowed; 0 where it is, and has been counted."""
        now = self._clock()
        left, since = self._left.pop(client, (IN_ADVANCE, now))
        left = min(IN_ADVANCE, left + (now - since) * self._rate)
        enough = left >= weight
        self._left[client] = (left - weight if enough else left, now)
        if len(self._left) > _MOST_CLIENTS:
            self._left.popitem(last=False)
        return 0.0 if enough else (weight - left) / self._rate


def client_of(scope: Scope) -> str:
    """Who asks: the address, of IPv6 the network that one household or office is given."""
    host = scope["client"][0] if scope.get("client") else ""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return str(host)
    if address.version == 6:
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)
