"""Asks one URL over HTTP/1.1 and keeps both directions of the wire, byte for byte.

Scrapy's own handler gives back a response put together anew; here the bytes are the response, and are only looked at to
see where they end (`Answer`).
"""

from __future__ import annotations

import asyncio
import hashlib
import re
import socket
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal, cast
from urllib.parse import urlsplit

from archive.messages.message import Message, reason_of
from archive.model import Truncation
from archive.text.numbers import parse_digits
from archive.warc.http import HEAD_LIMIT, Headers, parse_headers, values
from crawler.scope import may_connect

Phase = Literal["head", "length", "chunk size", "chunk", "chunk end", "trailer", "until close", "whole", "surplus"]

_HEAD_END = re.compile(rb"\r?\n\r?\n")
_STATUS = re.compile(rb"HTTP/(\d)(?:\.(\d))?[ \t]+(\d{3})(?=[ \t\r\n])", re.IGNORECASE)
_CHUNK_SIZE = re.compile(rb"[ \t]*([0-9A-Fa-f]{1,16})[ \t]*(?:;.*)?")
_LAST_CHUNK = b"0\r\n\r\n"
_HTML_END = re.compile(rb"</(?:html|body)\b", re.IGNORECASE)
_NO_BODY = frozenset((204, 304))
_LINE_LIMIT = 16 << 10  # of a chunk-size or trailer line


@dataclass(slots=True)
class Answer:
    """One answer while it arrives: `data` is the wire, 1xx heads and surplus bytes included.

    `status` is 0 until a final HTTP head has come, and for good where the peer does not speak HTTP. `defects` names, in
    short stable words, each rule of HTTP the answer broke.
    """

    data: bytearray = field(default_factory=bytearray)
    status: int = 0
    headers: Headers = ()
    phase: Phase = "head"
    reusable: bool = False  # whether the connection may carry another request after this answer
    defects: list[str] = field(default_factory=list)
    _position: int = 0  # up to where `data` is understood
    _start: int = 0  # where the head being read begins
    _need: int = 0  # bytes of body or chunk still to come

    @property
    def whole(self) -> bool:
        """Whether the answer has ended by its own framing."""
        return self.phase in ("whole", "surplus")

    @property
    def surplus(self) -> int:
        """How many bytes came after the end of the answer."""
        return len(self.data) - self._position if self.whole else 0

    def feed(self, data: bytes) -> bool:
        """Takes bytes of the wire, however they are cut; gives back whether the answer is whole."""
        self.data += data
        while self._step():
            pass
        if self.phase == "whole" and self.surplus:
            self.phase = "surplus"
            self.reusable = False
            self.defects.append("surplus")
        return self.whole

    def end(self) -> bool:
        """Says that the peer has closed; gives back whether the answer is whole all the same.

        Where the connection's end is the answer's, a page without the end of HTML is suspected of being cut; where
        chunks have become unreadable, only a last chunk says that all of it has come.
        """
        self.reusable = False
        if self.phase == "until close" and ("bad chunk" not in self.defects or self.data.endswith(_LAST_CHUNK)):
            self.phase = "whole"
            if self._ends_early():
                self.defects.append("no end of html")
            self._position = len(self.data)
        elif self.phase == "trailer" and self._position == len(self.data):
            self.defects.append("no final blank line")
            self.phase = "whole"
        return self.whole

    def _step(self) -> bool:
        """Reads one more part of the answer; False where it takes more bytes, or none."""
        match self.phase:
            case "head":
                return self._head()
            case "length" | "chunk":
                return self._body()
            case "chunk size" | "chunk end" | "trailer":
                return self._line()
            case _:
                return False

    def _head(self) -> bool:
        status = _STATUS.match(self.data, self._start)
        if status is None:
            # Not HTTP, or not yet: the whole first line must be there before that can be said.
            if len(self.data) - self._start > _LINE_LIMIT or b"\n" in self.data[self._start :]:
                self._lose("not http")
            return False
        # Back by three, for the end of a head may lie on the border of two reads.
        found = _HEAD_END.search(self.data, max(status.end(), self._position - 3))
        if found is None:
            self._position = len(self.data)
            if len(self.data) - self._start > HEAD_LIMIT:
                self.status = int(status[3])
                self._lose("endless head")
            return False
        head = bytes(self.data[status.end() : found.end()])
        self._position = found.end()
        code = int(status[3])
        if 100 <= code < 200 and code != 101:
            self._start = self._position
            if self._start > HEAD_LIMIT:
                self._lose("endless head")
            return True
        self.status = code
        self.headers = parse_headers(head.partition(b"\n")[2])
        self._frame(code, modern=(status[1], status[2]) >= (b"1", b"1"))
        return True

    def _frame(self, status: int, *, modern: bool) -> None:
        """Decides how the body ends (RFC 9112 section 6.3) and whether the connection lives on."""
        wishes = ",".join(values(self.headers, "connection")).lower()
        self.reusable = (modern and "close" not in wishes) or "keep-alive" in wishes
        coding = ",".join(values(self.headers, "transfer-encoding")).lower()
        lengths = {part.strip() for value in values(self.headers, "content-length") for part in value.split(",")}
        if status in _NO_BODY:
            self.phase = "whole"
        elif coding:
            self.phase = "chunk size" if coding.split(",")[-1].strip() == "chunked" else "until close"
        elif not lengths or status == 101:
            self.phase = "until close"
        elif len(lengths) == 1 and (length := parse_digits(lengths.pop())) is not None:
            self._need = length
            self.phase = "length" if self._need else "whole"
        else:
            self._lose("bad length")
        self.reusable = self.reusable and self.phase != "until close"

    def _body(self) -> bool:
        taken = min(self._need, len(self.data) - self._position)
        self._need -= taken
        self._position += taken
        if self._need:
            return False
        self.phase = "whole" if self.phase == "length" else "chunk end"
        return self.phase != "whole"

    def _line(self) -> bool:
        end = self.data.find(b"\n", self._position)
        if end < 0:
            if len(self.data) - self._position > _LINE_LIMIT:
                self._lose("bad chunk")
            return False
        line = bytes(self.data[self._position : end]).rstrip(b"\r")
        if self.phase == "trailer":
            self._position = end + 1
            self.phase = "trailer" if line else "whole"
            return bool(line)
        if self.phase == "chunk end" and not line:
            self._position = end + 1
            self.phase = "chunk size"
            return True
        size = _CHUNK_SIZE.fullmatch(line)
        if self.phase == "chunk end" or size is None:
            self._lose("bad chunk")
            return False
        self._position = end + 1
        self._need = int(size[1], 16)
        self.phase = "chunk" if self._need else "trailer"
        return True

    def _ends_early(self) -> bool:
        """Whether this is a page of HTML, in no coding that would show it, whose end is missing."""
        if "html" not in ",".join(values(self.headers, "content-type")).lower() or self.status in _NO_BODY:
            return False
        coded = values(self.headers, "content-encoding")
        return not coded and _HTML_END.search(self.data, self._position) is None

    def _lose(self, defect: str) -> None:
        """Gives the framing up: whatever comes until the connection closes belongs to the answer."""
        self.defects.append(defect)
        self.phase = "until close"
        self.reusable = False


IDLE_SECONDS = 4.0
"""How long a connection waits for its next request: less than the 5 s after which Apache closes it by default."""

CONNECT_SECONDS = 20.0


class FetchError(Exception):
    """No answer came; `reason` is a short stable word: dns, address, refused, connect, tls, timeout."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason
        self.detail = detail


@dataclass(slots=True)
class Exchange:
    """One request and what came of it; `truncated` says why the answer is not whole, `error` why there is none."""

    began: datetime
    request: bytes = b""  # empty where no connection came about
    answer: Answer = field(default_factory=Answer)
    address: str = ""
    protocols: tuple[str, ...] = ()
    verdict: str = ""  # on the certificate: "verified", or what is wrong with it
    certificate: str = ""  # "sha256:<hex>" of the peer's certificate
    truncated: Truncation | None = None
    error: str = ""
    detail: str = ""
    seconds: float = 0.0
    stale: bool = False  # the connection was used before and had died: the server never saw the request


class Connection(asyncio.Protocol):
    """One connection to a server: sends a request, collects the answer, and may be used again after it."""

    def __init__(self) -> None:
        self.transport: asyncio.Transport | None = None
        self.used = False
        self._answer: Answer | None = None
        self._limit = 0
        self._done: asyncio.Future[Truncation | None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Asyncio says: connected."""
        self.transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        """Asyncio says: bytes have come."""
        if self._answer is None or self._done is None or self._done.done():
            self.drop()
            return
        room = self._limit - len(self._answer.data)
        whole = self._answer.feed(data[:room] if len(data) > room else data)
        if whole:
            self._done.set_result(None)
        elif len(data) >= room:
            self._done.set_result("length")

    def connection_lost(self, error: Exception | None) -> None:
        """Asyncio says: closed, by whomever."""
        self.transport = None
        if self._answer is not None and self._done is not None and not self._done.done():
            self._done.set_result(None if error is None and self._answer.end() else "disconnect")

    def ask(self, request: bytes, answer: Answer, limit: int) -> asyncio.Future[Truncation | None]:
        """Sends `request`; the future's result says why `answer` is not whole, None where it is.

        At `limit` bytes the answer is cut.
        """
        self._answer, self._limit = answer, limit
        self._done = asyncio.get_running_loop().create_future()
        if self.transport is None:
            self._done.set_result("disconnect")
        else:
            self.transport.write(request)
        return self._done

    def cut(self, why: Truncation) -> None:
        """Ends the answer here and now."""
        if self._done is not None and not self._done.done():
            self._done.set_result(why)

    def drop(self) -> None:
        """Closes at once; what has not come will not be read."""
        if self.transport is not None:
            self.transport.abort()
            self.transport = None


class Client:
    """Fetches URLs and remembers, for each server, an idle connection and what its certificate was found to be.

    `loopback` allows addresses of this machine. Raises nothing by itself: an `Exchange` says what happened.
    """

    def __init__(self, *, loopback: bool = False, verify: bool = False, idle: float = IDLE_SECONDS) -> None:
        self.loopback = loopback
        self.verify = verify
        self._idle_seconds = idle
        self._idle: dict[tuple[str, str, int], list[Connection]] = {}
        self._busy: set[Connection] = set()
        self._verdicts: dict[tuple[str, int], str] = {}
        self._contexts: dict[bool, ssl.SSLContext] = {}

    async def fetch(self, url: str, head: Callable[[str, str], bytes], limit: int, seconds: float) -> Exchange:
        """What came of asking for `url` (as it goes over the wire).

        `head(target, host)` makes the request's bytes. At `limit` bytes the answer is cut with `truncated` "length",
        after `seconds` (connecting included) with "time".
        """
        exchange = Exchange(began=datetime.now(UTC))
        clock = time.monotonic()
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        key = (parts.scheme, parts.hostname or "", port)
        try:
            connection = self._reusable(key) or await self._connect(key, min(seconds, CONNECT_SECONDS))
        except FetchError as error:
            exchange.error, exchange.detail = error.reason, error.detail
            exchange.seconds = time.monotonic() - clock
            return exchange
        self._describe(exchange, connection, key)
        target = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
        exchange.request = head(target, parts.netloc.rpartition("@")[2])
        self._busy.add(connection)
        loop = asyncio.get_running_loop()
        alarm = loop.call_later(max(0.0, seconds - (time.monotonic() - clock)), connection.cut, "time")
        try:
            exchange.truncated = await connection.ask(exchange.request, exchange.answer, limit)
        except asyncio.CancelledError:
            connection.drop()
            raise
        finally:
            alarm.cancel()
            self._busy.discard(connection)
        exchange.seconds = time.monotonic() - clock
        exchange.stale = connection.used and exchange.truncated == "disconnect" and not exchange.answer.data
        self._put_back(key, connection, exchange.answer)
        return exchange

    def cut_all(self) -> None:
        """Ends every answer that is still arriving, as truncated by time: for a stop that will not wait."""
        for connection in list(self._busy):
            connection.cut("time")

    def close(self) -> None:
        """Closes all idle connections."""
        for connections in self._idle.values():
            for connection in connections:
                connection.drop()
        self._idle.clear()

    def _reusable(self, key: tuple[str, str, int]) -> Connection | None:
        idle = self._idle.get(key, [])
        while idle:
            connection = idle.pop()
            if connection.transport is not None and not connection.transport.is_closing():
                return connection
        return None

    def _put_back(self, key: tuple[str, str, int], connection: Connection, answer: Answer) -> None:
        if not answer.reusable or not answer.whole or connection.transport is None:
            connection.drop()
            return
        connection.used = True
        idle = self._idle.setdefault(key, [])
        idle.append(connection)
        asyncio.get_running_loop().call_later(self._idle_seconds, self._expire, idle, connection)

    def _expire(self, idle: list[Connection], connection: Connection) -> None:
        if connection in idle:
            idle.remove(connection)
            connection.drop()

    def _describe(self, exchange: Exchange, connection: Connection, key: tuple[str, str, int]) -> None:
        if connection.transport is None:
            return
        exchange.address = connection.transport.get_extra_info("peername")[0]
        exchange.protocols = ("http/1.1",)
        tls: ssl.SSLObject | None = connection.transport.get_extra_info("ssl_object")
        if tls is not None:
            exchange.protocols = ("http/1.1", (tls.version() or "tls").lower().replace("tlsv", "tls/"))
            exchange.verdict = self._verdicts.get(key[1:], "")
            exchange.certificate = "sha256:" + hashlib.sha256(tls.getpeercert(binary_form=True) or b"").hexdigest()

    async def _connect(self, key: tuple[str, str, int], seconds: float) -> Connection:
        scheme, host, port = key
        try:
            async with asyncio.timeout(seconds):
                addresses = await self._addresses(host, port)
                if scheme == "http":
                    return await self._open(addresses, host, port, None)
                return await self._open_tls(addresses, host, port)
        except TimeoutError as error:
            raise FetchError(
                "timeout", Message("no connection to {host} within {seconds:.0f} s", host=host, seconds=seconds)
            ) from error
        except ConnectionRefusedError as error:
            raise FetchError("refused", Message("{host}:{port} refuses connections", host=host, port=port)) from error
        except ssl.SSLError as error:
            raise FetchError("tls", f"{host}: {_plain(error)}") from error
        except OSError as error:
            raise FetchError("connect", Message("{host}: {reason}", host=host, reason=reason_of(error))) from error

    async def _addresses(self, host: str, port: int) -> list[str]:
        """The addresses of `host` that may be connected to; exactly these are used, so no second look-up can differ."""
        try:
            found = await asyncio.get_running_loop().getaddrinfo(host, port, type=1)
        except (OSError, UnicodeError) as error:
            told = Message("{host} has no address", host=host)
            if isinstance(error, socket.gaierror) and error.errno == socket.EAI_AGAIN:  # nobody was there to be asked
                told = Message("no name server answers for {host}; is this machine on the network?", host=host)
            raise FetchError("dns", told) from error
        addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
        allowed = [address for address in addresses if may_connect(address, loopback=self.loopback)]
        if not allowed:
            message = "{host} lies at {address}, which is not a public address"
            if any(may_connect(address, loopback=True) for address in addresses):
                message = "{host} lies at {address}, which is not a public address; --allow-loopback allows it"
            raise FetchError("address", Message(message, host=host, address=addresses[0]))
        # IPv4 first: few provincial hosts are reached any other way.
        return sorted(allowed, key=lambda address: ":" in address)

    async def _open(self, addresses: list[str], host: str, port: int, context: ssl.SSLContext | None) -> Connection:
        loop = asyncio.get_running_loop()
        failure = OSError(f"no address of {host} answers")
        for address in addresses:
            try:
                _, connection = await loop.create_connection(
                    Connection, address, port, ssl=context, server_hostname=host if context else None
                )
            except ssl.SSLError:
                raise
            except OSError as error:
                failure = error
            else:
                return connection
        raise failure

    async def _open_tls(self, addresses: list[str], host: str, port: int) -> Connection:
        """A TLS connection, verified where that can be; the verdict is remembered and stands in every capture."""
        known = self._verdicts.get((host, port))
        if known in (None, "verified"):
            try:
                connection = await self._open(addresses, host, port, self._context(strict=True))
            except ssl.SSLError as error:
                if self.verify:
                    raise
                self._verdicts[host, port] = _plain(error)
            else:
                self._verdicts[host, port] = "verified"
                return connection
        return await self._open(addresses, host, port, self._context(strict=False))

    def _context(self, *, strict: bool) -> ssl.SSLContext:
        if strict not in self._contexts:
            context = ssl.create_default_context()
            if not strict:
                # Old servers of small towns: what they serve is public and worth keeping; the capture says how it came.
                context.check_hostname = False
                context.verify_mode = ssl.CERT_NONE
                context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
                context.set_ciphers("ALL:@SECLEVEL=0")
                context.options |= 0x4  # SSL_OP_LEGACY_SERVER_CONNECT, which has a name only from Python 3.12 on
            self._contexts[strict] = context
        return self._contexts[strict]


def _plain(error: ssl.SSLError) -> str:
    message = getattr(error, "verify_message", "") or error.reason or str(error)
    return message.lower().replace("_", " ")
