"""Who may do what: everyone reads, the archivist also sees crawls and takes down; sessions and their tokens.

Sessions live in memory and end with the program. A session's cookie is HttpOnly and SameSite=Strict; every form that
changes something carries a token bound to it besides, so that no other page can send it.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from starlette.requests import HTTPConnection

from archive.web import passwords

COOKIE = "archivist"
_HOURS = 12
_MOST_SESSIONS = 1000


@dataclass(frozen=True, slots=True)
class Rules:
    """What the operator decided. `password_hash` is "" where nobody can sign in.

    `local` says that the room answers to this machine alone, where the archivist needs no password; `members_only`
    that every page asks for it.
    """

    password_hash: str = ""
    local: bool = False
    members_only: bool = False


@dataclass(slots=True)
class Session:
    """One browser's session: until when it holds, and whether its reader gave the password."""

    until: float
    signed_in: bool


@dataclass(slots=True)
class Access:
    """The rules, and the sessions of now."""

    rules: Rules = field(default_factory=Rules)
    clock: Callable[[], float] = time.monotonic
    _sessions: dict[str, Session] = field(default_factory=dict)
    _known: set[bytes] = field(default_factory=set)
    _secret: bytes = field(default_factory=lambda: secrets.token_bytes(32))

    def sign_in(self, password: str) -> str | None:
        """The id of a new session where `password` is right, else None. Takes some 80 ms, so not in the event loop."""
        if not self.rules.password_hash or not passwords.fits(password, self.rules.password_hash):
            return None
        return self.begin(signed_in=True)

    def begin(self, signed_in: bool = False) -> str:
        """The id of a new session: a reader on this machine needs one too, for the tokens of forms."""
        now = self.clock()
        for identity in [one for one, session in self._sessions.items() if session.until < now]:
            del self._sessions[identity]
        while len(self._sessions) >= _MOST_SESSIONS:
            del self._sessions[next(iter(self._sessions))]
        identity = secrets.token_urlsafe(32)
        self._sessions[identity] = Session(now + _HOURS * 3600, signed_in)
        return identity

    def end(self, request: HTTPConnection) -> None:
        """Ends the session of `request`, where it has one."""
        self._sessions.pop(request.cookies.get(COOKIE, ""), None)

    def session_of(self, request: HTTPConnection) -> str | None:
        """The id of the session that `request` belongs to; None where it has none or it has ended."""
        identity = request.cookies.get(COOKIE, "")
        session = self._sessions.get(identity)
        return identity if session and session.until >= self.clock() else None

    def is_signed_in(self, request: HTTPConnection) -> bool:
        """Whether the reader of `request` gave the password."""
        identity = self.session_of(request)
        return identity is not None and self._sessions[identity].signed_in

    def knows(self, password: str) -> bool:
        """Whether a program gave the right password; tried once in full (80 ms), then known by its digest."""
        digest = hmac.new(self._secret, password.encode(), hashlib.sha256).digest()
        if (
            digest not in self._known
            and self.rules.password_hash
            and passwords.fits(password, self.rules.password_hash)
        ):
            self._known.add(digest)
        return digest in self._known

    def own_token(self, request: HTTPConnection) -> str:
        """The token of the session of `request` where its reader gave the password, else ""."""
        identity = self.session_of(request)
        return self.token(identity) if identity and self._sessions[identity].signed_in else ""

    def is_archivist(self, request: HTTPConnection) -> bool:
        """Whether `request` may see crawls and take down: signed in, or at this machine where that is enough."""
        return self.is_signed_in(request) or (self.rules.local and is_local(request))

    def token(self, identity: str) -> str:
        """The token that forms of the session `identity` carry."""
        return hmac.new(self._secret, identity.encode(), hashlib.sha256).hexdigest()

    def may_send(self, request: HTTPConnection, token: str) -> bool:
        """Whether a form of `request` comes from our own page: its token is that of the session in its cookie."""
        identity = self.session_of(request)
        return identity is not None and hmac.compare_digest(token.encode(), self.token(identity).encode())


def is_local(request: HTTPConnection) -> bool:
    """Whether `request` comes straight from this machine: a loopback peer, and no proxy speaks for another."""
    if any(name in request.headers for name in ("forwarded", "x-forwarded-for", "x-real-ip", "via")):
        return False
    try:
        return request.client is not None and ipaddress.ip_address(request.client.host).is_loopback
    except ValueError:
        return False


def access_of(request: HTTPConnection) -> Access:
    """The access of the room that answers `request`; one that lets nobody in where there is no room (replay)."""
    return getattr(getattr(request.app.state, "room", None), "access", None) or Access()
