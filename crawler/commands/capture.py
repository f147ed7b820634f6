"""`baotinh capture`: single pages by hand, on the road of every crawl."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import click

from archive.cli.command import archive_option, command, json_option, question
from archive.cli.opening import for_writing, valid_register_of
from archive.cli.output import print_json
from archive.errors import CrawlError, SourceError, UsageError
from archive.holdings import Holdings
from archive.messages.language import tr
from archive.search.question import option as declared
from archive.sources import Host, Layout, Politeness, Register, Source, bare_host
from archive.sources.model import IMPORTED
from archive.store import open_database
from archive.store.captures import by_record, timemap
from archive.store.lookups import headline_of
from archive.text.urls import url_key
from crawler.commands.crawl import exit_code_of, loopback_option
from crawler.scope import as_fetched, authority, host_of, on_this_machine

_HOPS = 5  # redirects in a row that a crawl follows


@dataclass(frozen=True, slots=True)
class CaptureArguments:
    """Which pages to capture."""

    urls: tuple[str, ...] = declared("", argument=-1, many=True, metavar="URL...")
    browser: bool = declared("Have the pages rendered by Chromium first, where scripts make them.", False)
    verbose: bool = declared("Show the log instead of the live view.", False)


@dataclass(frozen=True, slots=True)
class Captured:
    """What came of an address: how it ended, and the capture that is held of it ("" and 0 where there is none)."""

    url: str
    source: str
    state: str  # done | failed | excluded | todo
    reason: str
    status: int = 0
    captured_at: str = ""
    file: str = ""
    offset: int = 0
    record: str = ""
    headline: str = ""
    led_to: str = ""

    @property
    def whole(self) -> bool:
        """Whether the page is held as it was asked for."""
        return self.state == "done" and bool(self.record)

    def line(self) -> str:
        """The same in a line."""
        where = f"{self.url} -> {self.led_to}" if self.led_to else self.url
        if not self.whole:
            why = tr(self.reason) if self.reason else tr("it waits for the next crawl of its source")
            return tr("{url}: not captured: {why}", url=where, why=why)
        held = tr(
            "{url}: {status}, {file} at {offset}", url=where, status=self.status, file=self.file, offset=self.offset
        )
        return f"{held}: {self.headline}" if self.headline else held


@command(
    "capture",
    examples=(
        "baotinh capture https://baocamau.vn/hoi-nghi-tong-ket-a1234.html",
        "baotinh capture https://thuvien.example/thong-bao --json",
    ),
    codes=(0, 2, 4, 6),
)
@question(CaptureArguments)
@loopback_option
@json_option
@archive_option
def capture(asked: CaptureArguments, allow_loopback: bool, as_json: bool, root: Path) -> int:
    """Captures each URL now, with the pictures, style sheets and attachments that its page needs: to patch a hole.

    It goes the way of every crawl: robots.txt first, the pace of its source, the frontier, the WARC files, the reader.
    A page that is held already is captured once more, whole. A host of no source of the register is allowed: its pages
    stand under the name of the host. No trap rule keeps an address out, and links are left for a crawl to follow.

    With --browser (`pip install baotinh[browser]`) Chromium runs the scripts of a page in a process of its own. It
    reaches nothing by itself: what it asks for is asked by this crawl, with robots.txt and pace, and each answer is a
    capture; the page as it stands in the end is kept beside them, and read.

    Each URL is a line: where its capture lies, and the headline where it was read as an article. Exit code 6 says that
    one was not captured. A crawl of the same source that runs now must end first (Ctrl-C; the next one goes on).
    """
    from crawler.rendering import executable
    from crawler.running import run  # Scrapy takes half a second to import, and `baotinh --help` does without

    if asked.browser:
        executable()
    holdings = for_writing(root)
    register = valid_register_of(holdings)
    wanted = _by_source(register, asked.urls, loopback=allow_loopback)
    settings: dict[str, object] = {
        "ARCHIVE": str(root),
        "BAOTINH_ONLY": "\n".join(f"{source.id} {url}" for source, urls in wanted for url in urls),
        "BAOTINH_BROWSER": asked.browser,
        "BAOTINH_ALLOW_LOOPBACK": allow_loopback,
        "LOG_ENABLED": asked.verbose,
    }
    made = [(one.report, one.error) for one in run([source for source, _ in wanted], settings)]
    results = [_looked_up(holdings, register, source, url) for source, urls in wanted for url in urls]
    if as_json:
        print_json(results)
    else:
        for one in results:
            click.echo(one.line())
    code = exit_code_of([one for one in made if one[0] is None or one[0].reason != "by_hand"])
    missing = [one for one in results if not one.whole]
    if missing and not code:
        message = "{count} of {all} addresses were not captured; `baotinh frontier why {url}` tells more"
        raise CrawlError(message, count=len(missing), all=len(results), url=missing[0].url)
    return code


def _by_source(register: Register, urls: Iterable[str], *, loopback: bool) -> list[tuple[Source, list[str]]]:
    """The URLs as they go over the wire, by the source that holds their host; what none holds stands with the imported.

    Raises UsageError for what is no URL, SourceError for a source that must not be touched, or whose file is not valid.
    """
    found: dict[str, tuple[Source | None, list[str]]] = {}
    for url in urls:
        try:
            wire = as_fetched(url)
        except ValueError as error:
            raise UsageError("{url}: not an absolute http or https URL", url=url) from error
        if not loopback and on_this_machine(wire):
            raise UsageError("{url} lies on this machine; --allow-loopback lets it be captured", url=url)
        source = register.owner(host_of(wire))
        if source is not None and source.status == "excluded":
            message = "{id}: not to be touched ({file}): {why}"
            raise SourceError(message, id=source.id, file=source.file, why=source.reason)
        found.setdefault(source.id if source else IMPORTED, (source, []))[1].append(wire)
    return [(source or _unregistered(wires), list(dict.fromkeys(wires))) for source, wires in found.values()]


def _unregistered(urls: Sequence[str]) -> Source:
    """What is asked for beside the register: these hosts, with the manners that every source has."""
    hosts = tuple(Host(name) for name in dict.fromkeys(host_of(url) for url in urls))
    delay = 0.0 if all(on_this_machine(url) for url in urls) else Politeness().delay_seconds
    return Source(
        id=IMPORTED,
        name=", ".join(bare_host(host.name) for host in hosts),
        kind="other",
        province="",
        status="unverified",
        homepage=f"{authority(urls[0])}/",
        hosts=hosts,
        layouts=(Layout("generic"),),
        politeness=Politeness(delay_seconds=delay),
    )


def _looked_up(holdings: Holdings, register: Register, source: Source, url: str) -> Captured:
    """What the frontier and the database say of `url`, or of where it has led."""
    from crawler.frontier import explain

    with explain.open_readonly(holdings.frontier) as connection:
        known, target = explain.explain(connection, url, register), url
        for _ in range(_HOPS):
            leads = [line.detail for line in known.history if line.event == "redirected"]
            if known.reason != "redirected" or not leads:
                break
            target = leads[-1]
            known = explain.explain(connection, target, register)
    name = bare_host(host_of(target)) if source.id == IMPORTED else source.id
    led = target if target != url else ""
    with closing(open_database(holdings.database, readonly=True)) as db:
        held = by_record(db, known.record) if known.record else None
        made = [one for one in timemap(db, url_key(target)) if one.article is not None]
        held = made[-1] if made and held is not None and held.article is None else held  # as a browser has rendered it
        if held is None:
            return Captured(url, name, known.state, known.reason, led_to=led)
        headline = "" if held.article is None else headline_of(db, held.article)
    place = held.place
    return Captured(
        url=url,
        source=name,
        state=known.state,
        reason=known.reason,
        status=held.status,
        captured_at=held.captured_at,
        file=place.file,
        offset=place.offset,
        record=place.record_id,
        headline=headline,
        led_to=led,
    )
