"""From what was read to what is fetched next: links, the next page of a listing, the sitemaps a robots.txt names."""

from __future__ import annotations

from collections.abc import Iterable

from archive.model import Link, Outcome, PageKind
from archive.settings import Keep
from archive.sources import Source
from archive.sources.starts import further_pages
from crawler.discovery import Origin, look, page_number, rank
from crawler.frontier.limits import vietnam_today
from crawler.frontier.rows import Candidate, Row, Rows
from crawler.frontier.visits import leave_off, revive
from crawler.frontier.walks import Walks
from crawler.orders import Orders
from crawler.report import Tally
from crawler.scope import as_fetched


class Following:
    """Adds what pages lead to as rows of one run, and counts it."""

    def __init__(
        self, rows: Rows, source: Source, run: str, orders: Orders, keep: Keep, tally: Tally, walks: Walks
    ) -> None:
        self._rows = rows
        self._source = source
        self._run = run
        self._orders = orders
        self._keep = keep
        self._tally = tally
        self._walks = walks

    def follow(self, row: Row, outcome: Outcome) -> list[Candidate]:
        """What is new to fetch after `row` was read.

        A listing's next page is worth a request only while pages bring news: so a second crawl ends at the first page
        without any, and a backfill goes on.
        """
        origin = Origin(row.url, row.kind, row.depth, page_number(row.url))
        candidates = self._look(outcome.links, origin)
        deeper = [found for found in candidates if found.kind == "listing" and page_number(found.url) > 1]
        new = self._rows.add([found for found in candidates if found not in deeper], self._source.id)
        news = any(found.kind in ("article", "page") and not found.excluded for found in new)
        deeper += self._next_page(row)
        if news or self._orders.backfill or row.kind != "listing":
            new += self._rows.add(deeper, self._source.id)
            new += [found for found in deeper if news and not found.excluded and revive(self._rows, found, self._run)]
        elif deeper:
            leave_off(self._rows, row)
        self._walks.walked(row.url, news=news or bool(outcome.article))
        self._rename(row, outcome, news)
        return self._counted(new)

    def sitemaps(self, urls: Iterable[str], robots: str) -> list[Candidate]:
        """What is new to fetch of the sitemaps that a robots.txt names."""
        found = self._look([Link(url, "sitemap") for url in urls], Origin(robots, "robots", 0))
        return self._counted(self._rows.add(found, self._source.id))

    def backfill(self) -> list[Candidate]:
        """The next addresses of the source's date archives and numbered pages, where a backfill was asked for."""
        if not self._orders.backfill:
            return []
        found = self._walks.feed()
        for candidate in found:
            revive(self._rows, candidate, self._run)
        return self._counted(self._rows.add(found, self._source.id))

    def _look(self, links: Iterable[Link], origin: Origin) -> tuple[Candidate, ...]:
        finding = look(links, origin, self._source, self._keep, vietnam_today(), self._orders.since)
        for reason, number in finding.passed_over:
            self._tally.passed_over[reason] += number
        return finding.candidates

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
            after = (
                0 if row.url == as_fetched(listing) else pages.index(row.url) + 1 if row.url in pages else len(pages)
            )
            if after < len(pages):
                priority = rank("listing", "", row.depth, page_number(pages[after]), vietnam_today())
                return [Candidate(pages[after], "listing", priority, row.depth, via=row.url)]
        return []

    def _rename(self, row: Row, outcome: Outcome, news: bool) -> None:
        """A page of unknown kind is known once it has been read."""
        if row.kind == "page" and (outcome.article or news):
            kind: PageKind = "article" if outcome.article else "listing"
            self._rows.write("UPDATE urls SET kind = ? WHERE id = ?", (kind, row.id))
