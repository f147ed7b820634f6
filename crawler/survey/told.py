"""Surveys in words: one in some lines, several as a table that begins with what a person must do."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from archive.messages.language import coded, spoken, tr
from archive.messages.message import Message
from archive.sources import Source
from crawler.survey.model import ENOUGH, ReadArticle, Survey
from crawler.survey.verdict import ORDER, Todo, Verdict

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
