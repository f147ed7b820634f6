"""A pace for each client: so many requests a second, some in advance; who asks faster is told when to come back."""

from __future__ import annotations

import ipaddress
import math
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

_MOST_CLIENTS = 10_000
IN_ADVANCE = 100.0
"""Requests that a client may send at once before its pace counts."""


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
