"""What a run brought, held against what its source should bring: too little, misread alike on many pages, moved to
another host. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from archive.messages.message import Message
from archive.sources import FAMILIES, Expect, Source
from archive.sources.model import ENOUGH_ARTICLES
from archive.store.counts import FieldCounts
from archive.store.samples import Sample

MONTH_DAYS = 30


@dataclass(frozen=True, slots=True)
class RunCounts:
    """What a run brought. `listed` is how many articles its fullest listing points to; `month` how many bear a day of
    the last 30, None where the source has not been crawled that long.
    """

    read: int
    listed: int
    filled: FieldCounts
    month: int | None = None


def broken_expectations(expect: Expect, brought: RunCounts) -> tuple[str, ...]:
    """A sentence for each bound of `expect` that a run which finished by itself has broken.

    A quiet day breaks none: an article that a listing still points to counts as much as one that was read.
    """
    found = []
    least = expect.min_articles_per_crawl
    if max(brought.read, brought.listed) < least:
        message = "min_articles_per_crawl is {least}: {read} articles were read, and the listings point to {listed}"
        found.append(Message(message, least=least, read=brought.read, listed=brought.listed))
    articles, counts = brought.filled.articles, dict(brought.filled.fields)
    for name, share in expect.fields if articles >= ENOUGH_ARTICLES else ():
        if name in counts and counts[name] < share * articles:
            message = "fields.{name} is {share:g}: {counts} of {articles} articles have it"
            found.append(Message(message, name=name, share=share, counts=counts[name], articles=articles))
    if expect.articles_per_month is not None and brought.month is not None:
        low, high = expect.articles_per_month
        if not low <= brought.month <= high:
            message = "articles_per_month is {low} to {high}: the last {month_days} days have {month}"
            found.append(Message(message, low=low, high=high, month_days=MONTH_DAYS, month=brought.month))
    return tuple(found)


ENOUGH_SAMPLES: Final = 20
"""Articles from which a share says something."""

LEAST_FIT: Final = 0.5
"""The share of fitting pages below which the layout has changed: a template of one's own has 1.00, others .01."""

ENOUGH_UNMET: Final = 5
"""Articles of which one at least should be as the source's file, or its learnt layout, says."""

_FOUND_BY: Final = ("headline", "lead", "published", "section")  # fields that name the selector that found them

_REPEATED: Final = 0.2  # of articles with one headline
_ONE_HAND: Final = 0.9  # of articles with one byline
_UNDATED: Final = 0.5


def layout_fit(source: Source, found: Sample) -> float | None:
    """The share of a run's articles that the learnt layout of a source fits; None where none is learnt or was read."""
    return round(found.fit, 3) if source.layouts[-1].learned is not None and found.fit is not None else None


def site_warnings(source: Source, found: Sample) -> tuple[str, ...]:
    """A sentence for each thing that a person should look at: in the articles of a run, that the site was built anew;
    in the newest articles of a source, what they have in common.
    """
    told = list(_unmet(source, found))
    fit, enough = layout_fit(source, found), ENOUGH_UNMET if found.unfit == found.visited else ENOUGH_SAMPLES
    if fit is not None and fit < LEAST_FIT and found.visited >= enough:
        message = (
            "the learnt layout fits {fit} of the {count} articles of this run: the site was built anew; "
            "learn it again: baotinh sources learn {id}"
        )
        told.append(Message(message, fit=found.visited - found.unfit, count=found.visited, id=source.id))
    count = found.articles
    if count < ENOUGH_SAMPLES:
        return tuple(told)
    headline, times = found.headline
    if times >= max(3, _REPEATED * count):
        message = '{times} of the {count} newest articles have the headline "{headline}"'
        told.append(Message(message, times=times, count=count, headline=headline))
    byline, times = found.byline
    if times >= _ONE_HAND * count:
        message = '{times} of the {count} newest articles have the byline "{byline}": an account, or a label'
        told.append(Message(message, times=times, count=count, byline=byline))
    if found.undated >= _UNDATED * count:
        message = "{undated} of the {count} newest articles have no date: baotinh sources learn {id} may help"
        told.append(Message(message, undated=found.undated, count=count, id=source.id))
    if found.counters >= 3:
        message = 'sections with numbers, as "{counter}": a counter or a date is read as the section'
        told.append(Message(message, counter=found.counter))
    return tuple(told)


def _unmet(source: Source, found: Sample) -> Iterator[Message]:
    """What the source's file says of its articles and none of them bears out: articles come all the same, for pages are
    told by their evidence, and a file of another site would never be noticed.
    """
    layout, count = source.layouts[-1], found.articles
    if count < ENOUGH_UNMET or any(map(source.discover.is_article, found.urls)):
        return
    if source.discover.article:
        message = "its article pattern meets none of the {count} newest articles, as {url}: baotinh sources survey {id}"
        yield Message(message, count=count, url=found.urls[0], id=source.id)
    family = FAMILIES[layout.family]
    selectors = [css for name in _FOUND_BY for css in getattr(family.select, name)]
    by_hand = layout.learned is not None or layout.select
    if selectors and not by_hand and not any(css in way for css in (*selectors, " selector ") for way in found.ways):
        message = (
            "nothing that is known of {family} was met on the {count} newest articles: baotinh sources survey {id}"
        )
        yield Message(message, family=family.name, count=count, id=source.id)


ENOUGH_REDIRECTS = 3
"""Redirects from which a site may have moved; fewer only where nothing else was answered."""


@dataclass(frozen=True, slots=True)
class SiteMove:
    """`redirects` of the `answers` of `host` in a run lead to `target`, outside the source; none was followed."""

    host: str
    target: str
    redirects: int
    answers: int
    url: str  # one of them
    location: str  # where that one leads
    into: str = ""  # the source of the register that is at home there, and its name
    name: str = ""

    def message(self) -> str:
        """The move in a sentence, with an example."""
        message = (
            "{host} seems to have moved to {target}: {redirects} of {answers} answers lead there, "
            "as {url} to {location}; nothing was followed"
        )
        if self.into:
            message = (
                "{host} seems to have merged into {name} ({into}): {redirects} of {answers} answers lead there, "
                "as {url} to {location}; nothing was followed"
            )
        return Message(
            message,
            host=self.host,
            target=self.target,
            into=self.into,
            name=self.name,
            redirects=self.redirects,
            answers=self.answers,
            url=self.url,
            location=self.location,
        )

    def lines(self, day: str) -> tuple[str, ...]:
        """What the source file should say, once a person has seen that it is so; `day` is YYYY-MM-DD."""
        if self.into:
            return ('status = "closed"', f'reason = "merged into {self.into}, seen on {day}"')
        return ("[[host]]", f'name  = "{self.target}"', f"since = {day}")


def site_moves(
    redirects: Mapping[tuple[str, str], int], answers: Mapping[str, int], examples: Mapping[tuple[str, str], str]
) -> tuple[SiteMove, ...]:
    """The moves in the counts of a run: redirects out of the source by host and target, answers by host.

    `examples` hold a URL and its target, parted by a blank, for each pair.
    """
    found = []
    for (host, target), number in sorted(redirects.items()):
        every = answers.get(host, 0)
        if 2 * number > every and (number >= ENOUGH_REDIRECTS or number == every):
            url, _, location = examples[host, target].partition(" ")
            found.append(SiteMove(host, target, number, every, url, location))
    return tuple(found)
