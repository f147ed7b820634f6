"""The download handler: Scrapy asks, `connection` fetches, and what was on the wire becomes a `Capture`; and how we
introduce ourselves.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, cast

from scrapy import Request
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
)
from scrapy.http import Headers as ScrapyHeaders
from scrapy.http import Response
from scrapy.responsetypes import responsetypes

from archive.custody.events import SOFTWARE
from archive.model import TOLD_PUBLISHED, Capture, PageKind
from archive.warc.http import Headers, entity, part
from crawler import robots
from crawler.http.connection import Client, Exchange
from crawler.robots import Robots

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from crawler.spider import SourceSpider


def introduction(contact: str) -> dict[str, str]:
    """The fields that name us: User-Agent, and From where `contact` (of archive.toml) is an address of mail.

    >>> introduction("mailto:luu-tru@thuvien.example")["From"], introduction("https://thuvien.example/").keys()
    ('luu-tru@thuvien.example', dict_keys(['User-Agent']))
    """
    fields = {"User-Agent": f"{SOFTWARE} (+{contact})"}
    if "@" in contact and "/" not in contact:
        fields["From"] = contact.removeprefix("mailto:")
    return fields


# The download handler: Scrapy asks, `connection` fetches, and what was on the wire becomes a `Capture`.

ERRORS: dict[str, type[Exception]] = {
    "dns": CannotResolveHostError,
    "address": CannotResolveHostError,
    "refused": DownloadConnectionRefusedError,
    "timeout": DownloadTimeoutError,
}


@dataclass(frozen=True, slots=True)
class Errand:
    """What a fetch is for: the circumstances that its capture records."""

    url: str  # as it goes over the wire
    source: str
    run: str
    kind: PageKind = "page"
    via: str = ""
    depth: int = 0
    attempt: int = 1
    conditions: tuple[tuple[str, str], ...] = ()  # further request headers: If-None-Match, If-Modified-Since
    published: str = ""  # as a feed, sitemap, listing or API says, ISO 8601


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came of an errand. `capture` is None where no request was sent; `status` is 0 where no HTTP answer came.

    `error` is "" where a whole answer came, else a short stable word: dns, address, refused, connect, tls, timeout,
    stale, disconnect, length, time.
    """

    capture: Capture | None
    status: int
    headers: Headers
    error: str
    detail: str
    seconds: float
    rules: Robots | None = None  # of a robots.txt


@dataclass(frozen=True, slots=True)
class Bounds:
    """How large an answer may be, on the wire, and how long it may take."""

    bytes: int
    seconds: float


class CaptureHandler:
    """Scrapy's door to the wire, for http and https: `request.meta["errand"]` in, `request.meta["fetched"]` out."""

    lazy = False

    def __init__(self, crawler: Crawler, client: Client) -> None:
        settings = crawler.settings
        self.client = client
        page = Bounds(settings.getint("DOWNLOAD_MAXSIZE"), settings.getfloat("DOWNLOAD_TIMEOUT"))
        self._page = page
        slow = settings.getfloat("BAOTINH_ATTACHMENT_TIMEOUT", page.seconds)
        seconds: dict[PageKind, float] = {
            "image": page.seconds, "requisite": page.seconds, "attachment": slow, "media": slow
        }  # fmt: skip
        self._bounds: dict[PageKind, Bounds] = {
            kind: Bounds(settings.getint(f"BAOTINH_{kind.upper()}_MAXSIZE", page.bytes), limit)
            for kind, limit in seconds.items()
        }
        fields = [*settings.getdict("DEFAULT_REQUEST_HEADERS").items(), ("User-Agent", settings["USER_AGENT"])]
        self._fields = header_lines((str(name), str(value)) for name, value in fields if value is not None)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> CaptureHandler:
        """The handler of `crawler`, made by Scrapy once for each scheme; both share the spider's client."""
        spider, settings = cast("SourceSpider", crawler.spider), crawler.settings
        if spider.client is None:
            spider.client = Client(
                loopback=settings.getbool("BAOTINH_ALLOW_LOOPBACK"),
                verify=settings.getbool("DOWNLOAD_VERIFY_CERTIFICATES"),
            )
        return cls(crawler, spider.client)

    async def download_request(self, request: Request) -> Response:
        """A Response with the status alone, for Scrapy; everything else is in `request.meta["fetched"]`.

        Raises Scrapy's download errors where no answer came, after `fetched` has been set.
        """
        errand: Errand = request.meta["errand"]
        bounds = self._bounds.get(errand.kind, self._page)
        exchange = await self.client.fetch(
            errand.url,
            lambda target, host: request_bytes(target, host, self._fields, errand.conditions),
            bounds.bytes,
            bounds.seconds,
        )
        fetched = fetched_of(errand, exchange)
        if errand.kind == "robots":  # read in a thread: half a megabyte of a stranger's text must hold up no one
            trouble = "" if fetched.error == "length" else fetched.detail or fetched.error
            response = fetched.capture.response if fetched.capture is not None else None
            fetched = replace(fetched, rules=await asyncio.to_thread(robots.of, response, trouble))
        request.meta["fetched"] = fetched
        if not fetched.status and fetched.error:
            raise ERRORS.get(fetched.error, DownloadFailedError)(fetched.detail or fetched.error)
        if request.meta.get("callback"):
            return response_of(request, bytes(exchange.answer.data), fetched.error)
        return Response(request.url, fetched.status, flags=[fetched.error] if fetched.error else None)

    async def close(self) -> None:
        """Closes the idle connections."""
        self.client.close()


def response_of(request: Request, answer: bytes, error: str = "") -> Response:
    """The whole `answer`, as it came over the wire, as Scrapy's Response to `request`; `error` becomes its flag."""
    wire = part(answer)
    headers, body = ScrapyHeaders(), entity(wire)
    for name, value in wire.headers:
        headers.appendlist(name, value)
    kind = responsetypes.from_args(headers=headers, url=request.url, body=body)
    flags = [error] if error else None
    return kind(request.url, status=wire.status, headers=headers, body=body, flags=flags, request=request)


def request_bytes(target: str, host: str, fields: bytes, conditions: tuple[tuple[str, str], ...] = ()) -> bytes:
    """The bytes of a GET request; `fields` are the header lines that every request carries."""
    line = f"GET {target} HTTP/1.1\r\nHost: {host}\r\n".encode("latin-1")
    return line + fields + header_lines(conditions) + b"\r\n" if conditions else line + fields + b"\r\n"


def fetched_of(errand: Errand, exchange: Exchange) -> Fetched:
    """`exchange` as the capture that the archive keeps, and what the frontier needs to know of it."""
    answer = exchange.answer
    error = exchange.error or ("stale" if exchange.stale else exchange.truncated or "")
    capture = None
    if exchange.request and not exchange.stale:
        capture = Capture(
            url=errand.url,
            began=exchange.began,
            request=exchange.request,
            response=bytes(answer.data),
            source=errand.source,
            kind=errand.kind,
            run=errand.run,
            address=exchange.address,
            protocols=exchange.protocols,
            truncated=exchange.truncated,
            via=errand.via,
            notes=_notes(errand, exchange),
        )
    return Fetched(capture, answer.status, answer.headers, error, exchange.detail, exchange.seconds)


def _notes(errand: Errand, exchange: Exchange) -> tuple[tuple[str, str], ...]:
    notes = [("hopsFromSeed", str(errand.depth)), ("fetchTimeMs", str(round(exchange.seconds * 1000)))]
    if errand.published:
        notes.append((TOLD_PUBLISHED, errand.published))
    if errand.attempt > 1:
        notes.append(("attempt", str(errand.attempt)))
    if exchange.verdict:
        notes += [("tls-verdict", exchange.verdict), ("tls-certificate", exchange.certificate)]
    notes += [("http-defect", defect) for defect in exchange.answer.defects]
    return tuple(notes)


def header_lines(fields: Iterable[tuple[str, str]]) -> bytes:
    """`fields` as they go over the wire."""
    return "".join(f"{name}: {value}\r\n" for name, value in fields).encode("latin-1", "replace")
