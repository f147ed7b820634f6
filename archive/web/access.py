"""Who may do what in the room: the archivist's password, sessions, form tokens, rooms for members, replay tickets."""

from __future__ import annotations

import base64
import hashlib
import hmac
import ipaddress
import os
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import quote

from anyio import CapacityLimiter
from anyio.to_thread import run_sync
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse, RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from archive.errors import UsageError
from archive.messages.message import Message

_COST, _BLOCK, _PARALLEL = 1 << 15, 8, 1  # 32 MB and some 80 ms a try
_MEMORY = 1 << 26
_NO_HASH = Message("this is no password hash: make one with 'baotinh serve --new-password'")


def make_hash(password: str) -> str:
    """A line to keep in place of `password`: "scrypt$cost$block$parallel$salt$hash".

    Raises UsageError for a password under 12 characters.
    """
    if len(password) < 12:
        raise UsageError("a password needs 12 characters or more")
    salt = os.urandom(16)
    digest = _scrypt(password, salt, _COST, _BLOCK, _PARALLEL)
    return f"scrypt${_COST}${_BLOCK}${_PARALLEL}${_text(salt)}${_text(digest)}"


def check_hash(line: str) -> None:
    """Raises UsageError where `line` is no hash that `make_hash` could have made."""
    _parts(line)


def fits(password: str, line: str) -> bool:
    """Whether `password` is the one behind the hash `line`."""
    cost, block, parallel, salt, digest = _parts(line)
    return hmac.compare_digest(_scrypt(password, salt, cost, block, parallel), digest)


def _parts(line: str) -> tuple[int, int, int, bytes, bytes]:
    try:
        name, cost, block, parallel, salt, digest = line.strip().split("$")
        parts = int(cost), int(block), int(parallel), base64.b64decode(salt), base64.b64decode(digest)
    except ValueError as error:
        raise UsageError(_NO_HASH) from error
    if name != "scrypt" or len(parts[4]) != 32 or parts[0] > _COST or parts[1] > _BLOCK:
        raise UsageError(_NO_HASH)
    return parts


def _scrypt(password: str, salt: bytes, cost: int, block: int, parallel: int) -> bytes:
    return hashlib.scrypt(password.encode(), salt=salt, n=cost, r=block, p=parallel, maxmem=_MEMORY, dklen=32)


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


# Who may do what: everyone reads, the archivist also sees crawls and takes down; sessions and their tokens.

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
    """One browser's session: until when it holds, whether its reader gave the password, their name where they said it
    for the log, and the form that was sent last.
    """

    until: float
    signed_in: bool
    name: str = ""
    drafts: dict[str, dict[str, str]] = field(default_factory=dict)


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
        if not self.rules.password_hash or not fits(password, self.rules.password_hash):
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
        if digest not in self._known and self.rules.password_hash and fits(password, self.rules.password_hash):
            self._known.add(digest)
        return digest in self._known

    def own_token(self, request: HTTPConnection) -> str:
        """The token of the session of `request` where its reader gave the password, else ""."""
        identity = self.session_of(request)
        return self.token(identity) if identity and self._sessions[identity].signed_in else ""

    def is_archivist(self, request: HTTPConnection) -> bool:
        """Whether `request` may see crawls and take down: signed in, or at this machine where that is enough."""
        return self.is_signed_in(request) or (self.rules.local and is_local(request))

    def name_of(self, request: HTTPConnection) -> str:
        """Who the archivist of this session said they are, "" for nobody."""
        identity = self.session_of(request)
        return self._sessions[identity].name if identity else ""

    def remember_name(self, request: HTTPConnection, name: str) -> None:
        """Keeps who acts for the next form of the session."""
        if identity := self.session_of(request):
            self._sessions[identity].name = name

    def draft_of(self, request: HTTPConnection, form: str) -> dict[str, str]:
        """What this session sent last in the form of this name, {} for nothing."""
        identity = self.session_of(request)
        return self._sessions[identity].drafts.get(form, {}) if identity else {}

    def remember_draft(self, request: HTTPConnection, form: str, sent: dict[str, str]) -> None:
        """Keeps what was sent, so that the form can be mended where it was refused; {} for nothing any more."""
        if identity := self.session_of(request):
            self._sessions[identity].drafts = {form: sent}

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


# Asks for the password before any page, where the operator wants it so.

_TRIES = CapacityLimiter(1)  # a password costs 80 ms to try: one at a time, so that guessing stops nobody
_OPEN = ("/sign-in", "/static/", "/robots.txt", "/health")


class MembersOnly:
    """Lets through who is signed in, and programs that send the password as a bearer token; asks all others for it."""

    def __init__(self, app: ASGIApp, access: Access) -> None:
        self._app = app
        self._access = access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes the request on, or asks for the password."""
        if (
            scope["type"] != "http"
            or not self._access.rules.members_only
            or scope["path"].startswith(_OPEN)
            or self._access.is_signed_in(HTTPConnection(scope))
        ):
            await self._app(scope, receive, send)
            return
        sent = HTTPConnection(scope).headers.get("authorization", "").partition("Bearer ")[2]
        password = sent.encode("latin-1").decode(errors="replace")  # a header's bytes, which a program sends as UTF-8
        known: bool = await run_sync(lambda: self._access.knows(password), limiter=_TRIES) if password else False
        if known:
            await self._app(scope, receive, send)
            return
        if scope["method"] == "GET" and not scope["path"].startswith(("/api/", "/oai")):
            target = scope["path"] + (f"?{scope['query_string'].decode('latin-1')}" if scope["query_string"] else "")
            await RedirectResponse(f"/sign-in?next={quote(target, safe='')}", 303)(scope, receive, send)
            return
        await PlainTextResponse("Sign in first. / Xin đăng nhập trước.\n", 401)(scope, receive, send)


# Tickets to the preserved pages, where every page is for members only.

_DAY = 24 * 3600
PREFIX = "archive.prefix"
"""Where in a request's scope the ticket is found, as "/~<ticket>"; missing where there is none."""


@dataclass(frozen=True, slots=True)
class Tickets:
    """Makes and checks tickets; the secret lives as long as the program."""

    clock: Callable[[], float] = time.time
    secret: bytes = field(default_factory=lambda: secrets.token_bytes(32))

    def prefix(self) -> str:
        """The beginning of today's addresses: "/~" and a ticket that holds today and tomorrow."""
        return self._prefix(int(self.clock() // _DAY))

    def holds(self, prefix: str) -> bool:
        """Whether `prefix` has a ticket of today or of yesterday."""
        today = int(self.clock() // _DAY)
        return any(hmac.compare_digest(prefix, self._prefix(day)) for day in (today, today - 1))

    def _prefix(self, day: int) -> str:
        return f"/~{hmac.new(self.secret, str(day).encode(), hashlib.sha256).hexdigest()[:32]}"


class TicketGate:
    """Lets through only what begins with a ticket, taken off the path; with `tickets` None everything passes."""

    def __init__(self, app: ASGIApp, tickets: Tickets | None) -> None:
        self._app = app
        self._tickets = tickets

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes the request on without its ticket, or answers 403."""
        if self._tickets is None or scope["type"] != "http" or scope["path"].startswith("/static/"):
            await self._app(scope, receive, send)
            return
        first, slash, rest = scope["path"][1:].partition("/")
        prefix = f"/{first}"
        if not prefix.isascii() or not self._tickets.holds(prefix):
            answer = PlainTextResponse(
                "Preserved pages are opened from the reading room. / Trang đã lưu giữ được mở từ phòng đọc.\n", 403
            )
            await answer(scope, receive, send)
            return
        raw = scope.get("raw_path") or scope["path"].encode()
        inner = {**scope, "path": f"{slash}{rest}" or "/", "raw_path": raw[len(prefix) :] or b"/", PREFIX: prefix}
        await self._app(inner, receive, send)
