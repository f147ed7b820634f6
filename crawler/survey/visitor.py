"""Asks a site for a few pages as a polite guest: its robots.txt first, one request after the other, and never many."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urljoin, urlsplit

from archive.errors import CrawlError, Unreadable, UsageError
from archive.messages.message import Message
from archive.sources import bare_host
from archive.warc.http import REDIRECTS, Payload, split, values
from crawler import robots
from crawler.http.capture import header_lines, introduction, request_bytes
from crawler.http.connection import Client
from crawler.robots import Robots
from crawler.scope import as_fetched, authority, host_of, on_this_machine
from crawler.settings import DEFAULT_REQUEST_HEADERS

MOST_REQUESTS: Final = 30
"""Requests that one survey may cost a site, robots.txt and redirects included."""

DELAY_SECONDS: Final = 2.0
_LONGEST_DELAY: Final = 30.0
_LIMIT: Final = 16_000_000
_SECONDS: Final = 30.0


class SpentError(CrawlError):
    """All requests that a survey may cost are made."""


class ElsewhereError(CrawlError):
    """A page leads to another site, `target`."""

    def __init__(self, url: str, target: str) -> None:
        super().__init__(Message("{url} leads to another site, {target}", url=url, target=target))
        self.target = target


class ForbiddenError(CrawlError):
    """robots.txt forbids a page."""


@dataclass(slots=True)
class Visitor:
    """A visit to one site, by the name and contact in `fields`: what was asked, and what is allowed.

    `delay` seconds lie between two requests, more where robots.txt asks for it; no page is asked for before the
    robots.txt of its host has been read, and none that it forbids.
    """

    client: Client
    fields: bytes
    delay: float
    most: int = MOST_REQUESTS
    obeys: bool = True
    asked: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    rules: dict[str, Robots] = field(default_factory=dict)  # by authority

    @property
    def left(self) -> int:
        """How many requests may still be made."""
        return self.most - len(self.asked)

    async def page(self, url: str, *, away: bool = False) -> tuple[str, Payload]:
        """The page at `url`, redirects followed, and the address it was found at.

        With `away` redirects to other hosts are followed too. Raises ForbiddenError, SpentError, ElsewhereError, and
        CrawlError where no answer comes.
        """
        try:
            url = as_fetched(url)
        except ValueError as error:
            raise CrawlError("{error}", error=error) from error
        for _ in range(5):
            if not await self.may(url):
                note = self.rules[authority(url)].note
                message = "{url}: robots.txt forbids it ({note}); write to the site's owner first"
                raise ForbiddenError(Message(message, url=url, note=note))
            payload = await self._ask(url)
            where = values(payload.headers, "location")
            if payload.status not in REDIRECTS or not where:
                return url, payload
            try:
                target = as_fetched(urljoin(url, where[0]))
            except ValueError as error:
                message = "{url} leads to what is no web address: {where}"
                raise CrawlError(message, url=url, where=where[0][:200]) from error
            if not away and not is_same_site(target, url):
                raise ElsewhereError(url, target)
            url = target
        raise CrawlError("{url}: redirects without end", url=url)

    async def may(self, url: str) -> bool:
        """Whether robots.txt allows `url`; it is read first where it has not been."""
        site = authority(url)
        if site not in self.rules:
            self.rules[site] = await self._rules(site)
            wish = self.rules[site].crawl_delay or 0.0
            self.delay = max(self.delay, min(wish, _LONGEST_DELAY))
        return not self.obeys or self.rules[site].allows(url)

    def allowed(self, url: str) -> bool:
        """Whether a page of a host whose robots.txt was read is allowed; no request is made."""
        rules = self.rules.get(authority(url))
        return not self.obeys or (rules is not None and rules.allows(url))

    async def _rules(self, site: str) -> Robots:
        """The rules of `site`, wherever it says that they lie; forbidden is everything where they cannot be had."""
        url = f"{site}/robots.txt"
        for _ in range(robots.MOST_HOPS + 1):
            payload = await self._ask(url)
            try:
                target = robots.leads_to(url, payload.status, payload.headers)
            except ValueError:
                return Robots("closed", Message("leads to what is no web address"))
            if not target:
                return await asyncio.to_thread(robots.read, payload.status, payload.body)
            if authority(target) != site and target != f"{authority(target)}/robots.txt":
                return Robots("closed", Message("leads to a page of another site, {target}", target=target))
            url = target
        return Robots("closed", Message("{most_hops} redirects and no end", most_hops=robots.MOST_HOPS))

    async def _ask(self, url: str) -> Payload:
        """The answer to one request, the delay after the one before kept."""
        if self.left <= 0:
            raise SpentError(Message("{count} requests are spent", count=self.most))
        if self.asked and self.delay:
            await asyncio.sleep(self.delay)
        self.asked.append(url)
        exchange = await self.client.fetch(url, lambda t, h: request_bytes(t, h, self.fields), _LIMIT, _SECONDS)
        if exchange.error:
            message = "{url}: {reason}; check the address, or try again later"
            if exchange.error == "address":
                message = "{url}: {reason}"
            raise CrawlError(message, url=url, reason=exchange.detail or exchange.error)
        if exchange.verdict not in ("", "verified"):
            self._note(Message("certificate: {verdict}", verdict=exchange.verdict))
        try:
            return split(bytes(exchange.answer.data), _LIMIT)
        except Unreadable as error:
            raise CrawlError("{url}: the answer cannot be read: {reason}", url=url, reason=error.reason) from error

    def _note(self, note: str) -> None:
        if note not in self.notes:
            self.notes.append(note)


def visitor(start: str, contact: str, *, loopback: bool, delay: float = DELAY_SECONDS, obeys: bool = True) -> Visitor:
    """A visitor of the site at `start`, who can be reached at `contact`; on this machine nobody is made to wait."""
    fields = header_lines({**DEFAULT_REQUEST_HEADERS, **introduction(contact)}.items())
    pause = 0.0 if loopback and on_this_machine(start) else max(delay, DELAY_SECONDS)
    return Visitor(Client(loopback=loopback), fields, pause, obeys=obeys)


def address_of(url: str) -> str:
    """`url` as it is asked for, https where it names no scheme. Raises UsageError for what is no web address."""
    try:
        start = as_fetched(url if "://" in url else f"https://{url}")
    except ValueError as error:
        raise UsageError("{url}: not an absolute http or https URL", url=url) from error
    if "@" in urlsplit(start).netloc:
        raise UsageError("{url}: give the address without user name and password; a crawl sends none", url=url)
    return start


def is_same_site(one: str, other: str) -> bool:
    """Whether two addresses are of one host; `www.` in front changes nothing."""
    return bare_host(host_of(one)) == bare_host(host_of(other))
