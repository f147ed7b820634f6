"""From what was read to what is fetched next: links, the next page of a listing, sitemaps, date
archives and numbered pages over as many runs as it takes; not addresses that lead to an article known already.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from itertools import islice
from typing import NamedTuple, cast
from urllib.parse import urlsplit

from archive.messages.message import Message
from archive.model import Link, Outcome, PageKind
from archive.settings import Keep
from archive.sources import Source, bare_host
from archive.sources.discover import backfilled, first_page, further_pages, posts_page
from archive.sources.model import Backfill, NumberedPages
from archive.warc.http import Headers, values
from crawler.frontier.discovery import Origin, look, page_number, rank
from crawler.frontier.limits import BY_HAND, CrawlOptions, vietnam_today
from crawler.frontier.recrawl import LISTINGS, ReportedChanges, remember_listing_end, requeue_known
from crawler.frontier.store import Candidate, FrontierStore, Row, digest_of
from crawler.report import Tally
from crawler.scope import as_fetched, host_of, key_of

_BEGUN = (Message("not begun: --backfill walks it"), Message("to be continued"))
STRIDE = 8
"""Addresses taken at a time: few, so that one which has run dry is noticed soon."""


class Backfills:
    """The backfills of a source, each with its position, which outlives the run. One ends where it has run dry."""

    def __init__(self, rows: FrontierStore, source: Source, today: date) -> None:
        self._rows = rows
        self._source = source
        self._today = today
        self._of: dict[str, int] = {}  # addresses on their way, and the backfill each belongs to

    def feed(self) -> list[Candidate]:
        """The next addresses of the first backfill that has any; [] where all have ended."""
        for number, backfill in enumerate(self._source.discover.backfill):
            began, position, dry, pages, _ = self._row(backfill) or self._begin(backfill)
            if dry >= backfill.stop_after or number in self._of.values():
                continue
            end = min(position + STRIDE, max(0, pages - 1) if pages else position + STRIDE)
            urls = list(islice(backfilled(backfill, began), position, end)) if end > position else []
            if not urls:
                continue
            self._rows.write(
                "UPDATE backfills SET position = ? WHERE source = ? AND pattern = ?",
                (position + len(urls), self._source.id, backfill.pattern),
            )
            kind: PageKind = "page" if isinstance(backfill, NumberedPages) and not backfill.lists else "listing"
            priority = rank("listing", "", 0, 1 + position, self._today)
            found = [Candidate(as_fetched(url), kind, priority) for url in urls]
            self._of |= {candidate.url: number for candidate in found}
            return found
        return []

    def visited(self, url: str, *, news: bool) -> None:
        """An address was read, and brought `news` or none."""
        number = self._of.pop(url, None)
        if number is not None:
            self._rows.write(
                "UPDATE backfills SET dry = CASE WHEN ? THEN 0 ELSE dry + 1 END WHERE source = ? AND pattern = ?",
                (news, self._source.id, self._source.discover.backfill[number].pattern),
            )

    def learn(self, url: str, headers: Headers) -> None:
        """Takes what a WordPress says of the length of its list: pages and posts in all."""
        for posts in self._source.discover.wordpress:
            told = [values(headers, name) for name in ("x-wp-totalpages", "x-wp-total")]
            if url.startswith(posts) and all(found and found[0].isdecimal() for found in told):
                self._rows.write(
                    "INSERT INTO backfills (source, pattern, began, position, dry, pages, items)"
                    " VALUES (?, ?, ?, 0, 0, ?, ?)"
                    " ON CONFLICT (source, pattern) DO UPDATE SET pages = excluded.pages, items = excluded.items",
                    (
                        self._source.id,
                        posts_page(posts),
                        self._today.isoformat(),
                        *(int(found[0][:9]) for found in told),
                    ),
                )

    def progress(self) -> tuple[str, ...]:
        """How far each backfill has come, in words; nothing of those not begun."""
        lines = []
        for backfill in self._source.discover.backfill:
            if (row := self._row(backfill)) is None:
                continue
            began, position, dry, pages, items = row
            whole = pages - 1 if pages else _length(backfill, began)
            end = Message("ended") if whole and whole <= position else _BEGUN[position > 0]
            end = Message("run dry") if dry >= backfill.stop_after else end
            told = {"pattern": backfill.pattern, "row": position, "whole": whole or "?", "end": end}
            left = self._left(whole - position, pages, items)
            lines.append(Message("backfill {pattern}: {row} of {whole} addresses, {end}{left}", left=left, **told))
        return tuple(lines)

    def _left(self, addresses: int, pages: int, items: int) -> str:
        """What is left of a backfill, as far as its length is known, and how long it takes at the source's own pace."""
        if addresses <= 0:
            return ""
        articles = round(items * addresses / pages) if pages else 0
        requests = addresses + articles
        hours = requests * self._source.politeness.delay_seconds / 3600
        told = (
            Message("about {articles:,} articles", articles=articles)
            if articles
            else Message("{addresses:,} addresses and what they list", addresses=addresses)
        )
        message = "; {told} left, {hours:.1f} h or more at {delay:g} s a request"
        return Message(message, told=told, hours=hours, delay=self._source.politeness.delay_seconds)

    def _row(self, backfill: Backfill) -> tuple[date, int, int, int, int] | None:
        """Since when a backfill goes on, how far it has come, how long dry, and its pages and items, where told."""
        found = self._rows.read(
            "SELECT began, position, dry, pages, items FROM backfills WHERE source = ? AND pattern = ?",
            (self._source.id, backfill.pattern),
        ).fetchone()
        return (date.fromisoformat(found[0]), *found[1:]) if found else None

    def _begin(self, backfill: Backfill) -> tuple[date, int, int, int, int]:
        values = self._source.id, backfill.pattern, self._today.isoformat()
        self._rows.write("INSERT INTO backfills (source, pattern, began, position, dry) VALUES (?, ?, ?, 0, 0)", values)
        return self._today, 0, 0, 0, 0


def _length(backfill: Backfill, began: date) -> int:
    """How many addresses a backfill has in all, 0 where it has no end."""
    if isinstance(backfill, NumberedPages) and backfill.last is None:
        return 0
    return sum(1 for _ in backfilled(backfill, began))


_LAST_PART = re.compile(r"/([^/]+-\d+)(?:\.html?|/)?$")


def alias_of(url: str, source: Source) -> str:
    """What `url` has in common with every other address of the same article; "" where that is not known."""
    if source.layouts[-1].family != "nukeviet":
        return ""
    parts = urlsplit(url)
    found = _LAST_PART.search(parts.path)
    return f"{bare_host(host_of(url))}/{found[1]}" if found and not parts.query else ""


class Aliases:
    """The names by which the articles of `source` are known in the frontier, and the address each was first met at."""

    def __init__(self, rows: FrontierStore, source: Source) -> None:
        self._rows = rows
        self._source = source

    def is_known(self, found: Candidate) -> bool:
        """Whether the article that `found` leads to is held, or to be asked for, at another address.

        Remembers `found` as the article's address where it is the first, or the one before it has failed.
        """
        alias = alias_of(found.url, self._source) if found.kind == "article" and not found.excluded else ""
        if not alias:
            return False
        own = digest_of(found.key)
        first = self._rows.read("SELECT named FROM aliases WHERE alias = ?", (digest_of(alias),)).fetchone()
        if first is not None and first[0] != own:
            known = self._rows.read("SELECT state FROM urls WHERE key = ?", first).fetchone()
            if known is None or cast(str, known[0]) in ("todo", "done"):  # None: named by the same page
                return True
        if first is None or first[0] != own:
            self._remember(alias, own)
        return False

    def leads_to(self, url: str, key: str) -> None:
        """Remembers `url`, to which an article's address has led, as that article's."""
        alias = alias_of(url, self._source)
        if alias:
            self._remember(alias, digest_of(key))

    def _remember(self, alias: str, named: bytes) -> None:
        self._rows.write("INSERT OR REPLACE INTO aliases (alias, named) VALUES (?, ?)", (digest_of(alias), named))


def _by_hand(found: Candidate) -> Candidate:
    """What a page that is captured by hand needs to be seen goes with it; what it leads to waits for a crawl."""
    goes = found.kind in ("image", "attachment", "requisite", "media")
    return replace(found, priority=found.priority + BY_HAND) if goes else found


MOST_BARREN = 8
"""From so many links on, a page that only its address calls an article leads to no further ones: a pattern that meets
the months of a calendar without end would be followed for ever (33,821 months of the sample site in four minutes).
"""
MOST_IMPORTS = 5
"""Style sheets that import each other, one after the other: real ones go two deep."""

MOST_VERSIONS = 8
"""Addresses of one requisite that differ in their query, in one run: a sprite of icons for each colour, not more."""


class Followed(NamedTuple):
    """What a page leads to: URLs met for the first time, known ones of which it says that they have changed, and all
    that it names.
    """

    new: list[Candidate]
    changed: list[Candidate]
    named: tuple[Candidate, ...] = ()


class Following:
    """Adds what pages lead to as rows of one run, and counts it."""

    def __init__(
        self,
        rows: FrontierStore,
        source: Source,
        run: str,
        orders: CrawlOptions,
        keep: Keep,
        tally: Tally,
        backfills: Backfills,
    ) -> None:
        self._rows = rows
        self._source = source
        self._run = run
        self._orders = orders
        self._keep = keep
        self._tally = tally
        self._backfills = backfills
        self._reported_changes = ReportedChanges(rows, run)
        self.aliases = Aliases(rows, source)
        self._versions: dict[str, set[str]] = {}  # of requisites: the queries met in this run
        self._others: set[str] = set()  # hosts of other sites that pages need something from

    def follow(self, row: Row, outcome: Outcome) -> Followed:
        """What is to be fetched after `row` was read: what is new, and what it says has changed.

        A listing's next page is worth a request only while pages bring news: so a second crawl ends at the first page
        without any, and a backfill goes on.
        """
        if row.kind == "requisite" and outcome.links and self._imports(row) >= MOST_IMPORTS:
            self._tally.passed_over["trap:imports"] += len(outcome.links)
            return Followed([], [])
        origin = Origin(row.url, row.kind, row.depth, page_number(row.url))
        candidates = self._look(outcome.links, origin)
        if row.kind == "article" and outcome.reason == "no_article" and row.depth >= MOST_BARREN:
            kept = tuple(found for found in candidates if found.kind != "article")
            self._tally.passed_over["trap:barren"] += len(candidates) - len(kept)
            candidates = kept
        if self._orders.only and row.priority >= BY_HAND:
            candidates = tuple(_by_hand(found) for found in candidates)
        deeper = [found for found in candidates if found.kind == "listing" and page_number(found.url) > 1]
        new = self._rows.add([found for found in candidates if found not in deeper], self._source.id)
        news = any(found.kind in ("article", "page") and not found.excluded for found in new)
        deeper += self._next_page(row)
        if news or self._orders.backfill or row.kind != "listing":
            new += self._rows.add(deeper, self._source.id)
            new += [
                found for found in deeper if news and not found.excluded and requeue_known(self._rows, found, self._run)
            ]
        elif deeper:
            remember_listing_end(self._rows, row)
        self._backfills.visited(row.url, news=news or bool(outcome.article))
        self._rename(row, outcome, news)
        return Followed(self._counted(new), self._changed(row, candidates), candidates)

    def _changed(self, row: Row, candidates: tuple[Candidate, ...]) -> list[Candidate]:
        if row.kind not in LISTINGS or page_number(row.url) > 1:
            return []
        known = [one for one in candidates if not one.excluded and one.kind not in ("image", "requisite", "media")]
        back = {
            one.key: one
            for one in self._reported_changes.by_headline(row, known) + self._reported_changes.by_time(known)
        }
        self._tally.restated += len(back)
        return list(back.values())

    def sitemaps(self, urls: Iterable[str], robots: str) -> list[Candidate]:
        """What is new to fetch of the sitemaps that a robots.txt names."""
        found = self._look([Link(url, "sitemap") for url in urls], Origin(robots, "robots", 0))
        return self._counted(self._rows.add(found, self._source.id))

    def backfill(self) -> list[Candidate]:
        """The next addresses of the source's date archives and numbered pages, where a backfill was asked for."""
        if not self._orders.backfill:
            return []
        found = self._backfills.feed()
        for candidate in found:
            requeue_known(self._rows, candidate, self._run)
        return self._counted(self._rows.add(found, self._source.id))

    def _look(self, links: Iterable[Link], origin: Origin) -> tuple[Candidate, ...]:
        finding = look(links, origin, self._source, self._keep, vietnam_today(), self._orders.since)
        for reason, number in finding.passed_over:
            self._tally.passed_over[reason] += number
        return tuple(found for found in finding.candidates if self._counts(found))

    def _counts(self, candidate: Candidate) -> bool:
        if candidate.kind == "requisite":
            return self._host_counts(candidate) and self._settled(candidate)
        if self.aliases.is_known(candidate):
            self._tally.passed_over["alias"] += 1
            return False
        return True

    def _settled(self, candidate: Candidate) -> bool:
        """Whether a requisite has an address that stays: some sites give a style sheet a new one with every page."""
        path, mark, version = candidate.url.partition("?")
        if not mark:
            return True
        known = self._versions.setdefault(path, set())
        if version not in known and len(known) >= MOST_VERSIONS:
            self._tally.passed_over["trap:versions"] += 1
            return False
        known.add(version)
        return True

    def _host_counts(self, candidate: Candidate) -> bool:
        """Whether the host of `candidate` is the source's own, or one of the first few others needed."""
        host = host_of(candidate.url)
        if self._source.covers(host) or host in self._others:
            return True
        if not self._others:
            known = self._rows.read("SELECT name FROM authorities WHERE source = ?", (self._source.id,))
            self._others |= {name for (url,) in known if not self._source.covers(name := host_of(f"{url}/"))}
        if len(self._others) >= self._keep.requisite_hosts:
            self._tally.passed_over["keep.requisite_hosts"] += 1
            return False
        self._others.add(host)
        return True

    def _imports(self, row: Row) -> int:
        """How many requisites led to the requisite `row`, one after the other: style sheets that import each other."""
        count, via = 0, row.via
        while via and count < MOST_IMPORTS:
            found = self._rows.read(
                "SELECT kind, via FROM urls WHERE key = ?", (digest_of(key_of(via, self._source)),)
            ).fetchone()
            if found is None or found[0] != "requisite":
                break
            count, via = count + 1, found[1]
        return count

    def _counted(self, new: list[Candidate]) -> list[Candidate]:
        for found in new:
            if found.excluded:
                self._tally.ended("excluded", found.excluded, found.url)
            else:
                self._tally.found[found.kind] += 1
        return [found for found in new if not found.excluded]

    def _next_page(self, row: Row) -> list[Candidate]:
        """The page after this one of a listing whose addresses the source can count up."""
        for listing in self._source.discover.listings if row.kind == "listing" else ():
            pages = [as_fetched(page) for page in further_pages(self._source, listing)]
            if row.url == as_fetched(first_page(self._source, listing)):
                after = 0
            else:
                after = pages.index(row.url) + 1 if row.url in pages else len(pages)
            if after < len(pages):
                priority = rank("listing", "", row.depth, page_number(pages[after]), vietnam_today())
                return [Candidate(pages[after], "listing", priority, row.depth, via=row.url)]
        return []

    def _rename(self, row: Row, outcome: Outcome, news: bool) -> None:
        """A page of unknown kind is known once it has been read."""
        if row.kind == "page" and (outcome.article or news):
            kind: PageKind = "article" if outcome.article else "listing"
            self._rows.write("UPDATE urls SET kind = ? WHERE id = ?", (kind, row.id))
