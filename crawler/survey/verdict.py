"""What a person must do about a source, by its survey: one word to sort by, and a sentence; and surveys in words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal, get_args

from archive.messages.language import coded, spoken, tr
from archive.messages.message import Message
from archive.places import province_now
from archive.sources import FAMILIES, Register, Source
from crawler.survey.model import ENOUGH, ReadArticle, Survey

SHOWN: Final = 3
"""Articles that are shown as they were read."""

_WIDTH: Final = 100


def summary(survey: Survey) -> str:
    """What was found, and what three articles would be read as, for a person."""
    if survey.state in ("forbidden", "gone", "silent") or survey.merged:
        return f"{survey.homepage}: {_said(survey.reason)}"
    name, count = survey.name or survey.host, len(survey.requests)
    lines = [tr("{name}: {family}, {count} requests", name=name, family=survey.family, count=count)]
    lines.append(f"robots.txt: {spoken(survey.robots)}")
    lines += [tr("feed {url}", url=one.url) for one in survey.feeds]
    lines += [tr("sitemap {url}", url=one.url) for one in survey.sitemaps]
    lines += [tr("list of all posts {url}", url=survey.posts)] if survey.posts else []
    if survey.article:
        message = "articles look like {pattern}: {met} of the {links} links do"
        lines.append(tr(message, pattern=" | ".join(survey.article), met=survey.met, links=survey.links))
    else:
        lines.append(tr("no pattern tells the articles apart"))
    if survey.back:
        lines.append(tr("listings reach back to {day}", day=survey.back))
    if survey.json:
        lines += [
            tr("scripts make its pages, and their data answers; a table for it is drafted:"),
            survey.json.rstrip(),
        ]
    elif survey.scripted != "no":
        lines.append(spoken(_SCRIPTED[survey.scripted]))
    lines += [spoken(note) for note in survey.notes]
    if survey.short:
        lines.append(tr("{count} articles read: {why}", count=len(survey.articles), why=survey.short))
    for article in survey.articles[:SHOWN]:
        lines += ["", article.url, *_as_read(article)]
    if len(survey.articles) < ENOUGH:
        for page in survey.unread[:SHOWN]:
            lines += ["", page.url, "  " + tr("not read: {reason}", reason=_said(page.reason))]
    return "\n".join(lines)


_SCRIPTED: Final = {
    "lists": Message("scripts make the pages that list articles: name feeds, sitemaps or listings that need none"),
    "yes": Message("scripts make the pages: a crawl gets no article without the addresses that they fetch"),
}

TODO: Final[dict[Todo, Message]] = {
    "merged": Message("close: merged"),
    "moved": Message("name its new host"),
    "forbidden": Message("ask its owner"),
    "gone": Message("find its address"),
    "silent": Message("try again"),
    "unread": Message("look why"),
    "change": Message("take the change"),
    "verify": Message("verify"),
    "nothing": Message("nothing"),
}
"""What is to be done, in a few words."""


def _said(reason: str) -> str:
    """A reason, which is a message or a short code, in the language spoken now."""
    return spoken(reason) if isinstance(reason, Message) else coded(reason)


def _as_read(article: ReadArticle) -> list[str]:
    date = article.published or tr("no date")
    lines = [f"  {article.headline}  ({date}, {article.parser})"]
    if article.lead:
        lines.append("  " + tr("lead: {lead}", lead=_cut(article.lead)))
    words = "{paragraphs} paragraphs, {pictures} pictures"
    size = tr(words, paragraphs=article.paragraphs, pictures=article.pictures)
    return [*lines, f"  {size}: {_cut(article.text)}"]


def _cut(text: str) -> str:
    return text if len(text) <= _WIDTH else text[:_WIDTH].rsplit(" ", 1)[0] + " ..."


HEAD: Final = (
    Message("to do"),
    Message("source"),
    Message("why"),
    Message("family"),
    Message("articles read"),
    Message("pattern meets"),
    Message("feeds"),
    Message("sitemaps"),
    Message("back to"),
    Message("requests"),
)
"""What stands above the columns of a table of surveys."""


def rows(found: Iterable[tuple[Survey, Source, Verdict]]) -> list[Sequence[object]]:
    """The rows of a table below HEAD, what a person must do first."""
    ordered = sorted(found, key=lambda one: (ORDER.index(one[2].todo), one[1].id))
    return [_row(*one) for one in ordered]


def _row(survey: Survey, source: Source, verdict: Verdict) -> Sequence[object]:
    own = source.layouts[-1].family
    seen = survey.family or own
    return (
        spoken(TODO[verdict.todo]),
        source.id,
        _said(verdict.told),
        own if seen == own else f"{own} > {seen}",
        len(survey.articles),
        f"{survey.own_met}/{survey.links}",
        len(survey.feeds),
        len(survey.sitemaps),
        survey.back,
        len(survey.requests),
    )


Todo = Literal["merged", "moved", "forbidden", "gone", "silent", "unread", "change", "verify", "nothing"]

ORDER: Final[tuple[Todo, ...]] = get_args(Todo)
"""What comes first in a table: what no crawl can mend, then what a look at the draft settles."""

DONE: Final[frozenset[Todo]] = frozenset(("verify", "nothing", "change"))
"""Where the survey has read what it went for."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is to be done, and why."""

    todo: Todo
    told: str


def verdict_of(survey: Survey, source: Source | None, register: Register) -> Verdict:
    """What a person must do about `source` after its `survey`."""
    match survey.state:
        case "moved" if survey.merged:
            return Verdict("merged", _merged(survey, register))
        case "moved":
            called = survey.name or survey.to
            return Verdict("moved", Message("moved to {to}, which calls itself {name}", to=survey.to, name=called))
        case "forbidden":
            return Verdict("forbidden", survey.reason)
        case "gone":
            return Verdict(
                "gone", Message("answers without a page ({reason}); find its new address", reason=survey.reason)
            )
        case "silent":
            return Verdict("silent", survey.reason)
    if not survey.articles or (survey.short and len(survey.articles) < ENOUGH):
        return Verdict("unread", _unread(survey))
    changes = changed(survey, source) if source is not None else ()
    if changes:
        return Verdict("change", Message("the file differs: {keys}", keys=", ".join(changes)))
    if source is not None and source.status == "verified":
        return Verdict("nothing", Message("verified, and as its file says"))
    return Verdict("verify", Message("read and as its file says: a person has five articles to look at"))


def _merged(survey: Survey, register: Register) -> str:
    owner = register.find(survey.merged)
    if owner is None:
        return Message("leads to {to}, which is {id}", to=survey.to, id=survey.merged)
    if not owner.province:
        return Message("merged into {name} ({id})", name=owner.name, id=owner.id)
    unit = province_now(owner.province)
    return Message("merged into {name} ({id}), of {province}", name=owner.name, id=owner.id, province=unit.full_name)


def _unread(survey: Survey) -> str:
    count = len(survey.articles)
    if survey.scripted == "yes":
        return Message("{count} articles read: its pages are made by scripts", count=count)
    if survey.language == "other":
        return Message("{count} articles read, and its pages are not in Vietnamese", count=count)
    return Message("{count} articles read: {why}", count=count, why=survey.short)


def changed(survey: Survey, source: Source) -> tuple[str, ...]:
    """The keys of the source's file that the survey speaks against."""
    found = []
    if family_seen(survey, source) != source.layouts[-1].family:
        found.append("family")
    if survey.article and survey.article != tuple(pattern.pattern for pattern in source.discover.article):
        found.append("article")
    for key, own in (("feeds", source.discover.feeds), ("sitemaps", source.discover.sitemaps)):
        if answering(survey, source, key) != own:
            found.append(key)
    if survey.posts and survey.posts not in source.discover.wordpress:
        found.append("wordpress")
    if survey.json and source.json is None:
        found.append("json")
    if survey.homepage.startswith("http://") != source.homepage.startswith("http://"):
        found.append("homepage")
    return tuple(found)


def family_seen(survey: Survey, source: Source) -> str:
    """The family that the file should name: the one that the pages' marks speak for, if any can."""
    own = source.layouts[-1].family
    if survey.family not in FAMILIES or survey.family == own:
        return own
    if survey.family == "generic" and not FAMILIES[own].marks:
        return own  # a family without marks of its own cannot be seen
    return survey.family


def answering(survey: Survey, source: Source, key: str) -> tuple[str, ...]:
    """The feeds or sitemaps that the file should name: its own but those that were asked in vain, and new ones."""
    own = source.discover.feeds if key == "feeds" else source.discover.sitemaps
    found = [one.url for one in (survey.feeds if key == "feeds" else survey.sitemaps)]
    kept = [url for url in own if url in found or url not in survey.requests]
    return (*kept, *(url for url in found if url not in kept))
