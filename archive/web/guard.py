"""What stands before every page that is served: which Host may be asked, and the headers that keep a browser safe."""

from __future__ import annotations

from collections.abc import Iterable

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

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
