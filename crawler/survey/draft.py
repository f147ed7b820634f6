"""Drafts source files from surveys: a new one, or the change of one that is there, as a diff."""

from __future__ import annotations

import difflib
import re
import unicodedata
from typing import Final, get_args
from urllib.parse import urlsplit

from archive.sources import FAMILIES, Source
from archive.sources.edit import literals, text, texts, with_value
from archive.sources.model import Kind
from crawler.scope import host_of, on_this_machine
from crawler.survey.data import path_of
from crawler.survey.model import Survey
from crawler.survey.verdict import answering, changed, family_seen

LEAST_DELAY: Final = 2
_ELSEWHERE: Final = re.compile(r"https?://[^\s\"{}]+")


def source_id(survey: Survey) -> str:
    """A name for the source out of its host: "baotinh.example" gives "baotinh-example"."""
    return re.sub(r"[^a-z0-9]+", "-", survey.host.removeprefix("www.")).strip("-")


def draft(survey: Survey, name: str = "", province: str = "", kind: str = "", chosen: str = "") -> str:
    """The TOML of a new source, its id `chosen` or made from its host; what is not given is as the survey saw it.

    Where the province is in doubt a "?" stands in its place, and the file is not valid yet.
    """
    place = province or survey.province or "?"
    title = unicodedata.normalize("NFC", name or survey.name or survey.host)
    family = survey.family if survey.family in FAMILIES else "generic"
    delay = max(LEAST_DELAY, round(survey.crawl_delay or 0)) if not on_this_machine(survey.homepage) else 0
    lines = [
        f"# {title}: drafted by a survey of {len(survey.requests)} requests, {len(survey.articles)} articles read.",
        f"# robots.txt: {survey.robots}" + (f"; Crawl-delay {survey.crawl_delay:g}" if survey.crawl_delay else ""),
        *(f"# {note}" for note in survey.notes),
        f"id       = {text(chosen or source_id(survey))}",
        f"name     = {text(title)}",
        f"kind     = {text(kind or survey.kind)}                # {' | '.join(get_args(Kind))}",
        f"province = {text(place)}                # id of one of the 63, as it was; none: the whole country",
        'status   = "unverified"              # `baotinh sources verify` asks a person about five articles',
        f"hosts    = {texts(dict.fromkeys([survey.host, *data_hosts(survey)]))}",
        *([f"homepage = {text(survey.homepage)}"] if survey.homepage.startswith("http://") else []),
        "",
        "[[layout]]",
        f"family = {text(family)}",
        "",
        "[discover]",
        'seeds    = ["/"]',
        f"feeds    = {texts(path_of(one.url) for one in survey.feeds)}",
        f"sitemaps = {texts(path_of(one.url) for one in survey.sitemaps)}",
        *([f"wordpress = [{text(path_of(survey.posts))}]    # all posts, with --backfill"] if survey.posts else []),
        f"article  = {literals(survey.article)}" if survey.article else "# article = ['...']    # no pattern was found",
        "",
        *([survey.json] if survey.json else []),
        "[politeness]",
        f"delay_seconds = {delay}",
        "",
    ]
    return "\n".join(lines)


def amended(survey: Survey, source: Source, was: str) -> str:
    """The text `was` of a source's file as the survey would have it; `was` itself where nothing speaks against it."""
    file, day = source.file, survey.at[:10]
    if survey.merged:
        reason = f"merged into {survey.merged}: {source.homepage} leads to {survey.to}, seen on {day}"
        return with_value(with_value(was, "status", '"closed"', file=file), "reason", text(reason), file=file)
    if survey.state == "forbidden":
        reason = f"robots.txt forbids it, seen on {day}"
        return with_value(with_value(was, "status", '"excluded"', file=file), "reason", text(reason), file=file)
    if survey.state in ("gone", "silent"):
        return was
    if survey.state == "moved":
        host = host_of(survey.to)
        if not source.covers(host):
            was = was.rstrip("\n") + f"\n\n[[host]]\nname  = {text(host)}\nsince = {day}\n"
        was = with_value(was, "homepage", text(survey.homepage), file=file)
    keys = changed(survey, source)
    if "homepage" in keys and survey.state != "moved":
        was = with_value(was, "homepage", text(survey.homepage), file=file)
    if "family" in keys:
        was = with_value(was, "family", text(family_seen(survey, source)), "[layout]", file)
    if "article" in keys:
        was = with_value(was, "article", literals(survey.article), "discover", file)
    for key in ("feeds", "sitemaps"):
        if key in keys:
            urls = (_short(url, survey.homepage) for url in answering(survey, source, key))
            was = with_value(was, key, texts(urls), "discover", file)
    if "json" in keys:
        others = [f"\n[[host]]\nname = {text(host)}\n" for host in data_hosts(survey) if not source.covers(host)]
        was = was.rstrip("\n") + "\n" + "".join(others) + f"\n{survey.json}"
    if "wordpress" in keys:
        was = with_value(was, "wordpress", texts([path_of(survey.posts)]), "discover", file)
    return was


def data_hosts(survey: Survey) -> list[str]:
    """The hosts beside its own at which the site's data lies."""
    return list(dict.fromkeys(host_of(url) for url in _ELSEWHERE.findall(survey.json)))


def difference(was: str, now: str, old: str, new: str) -> str:
    """The unified diff of two texts of a file, as `patch` and `git apply` take it; "" where they are the same."""
    lines = difflib.unified_diff(was.splitlines(keepends=True), now.splitlines(keepends=True), old, new)
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


def _short(url: str, homepage: str) -> str:
    return path_of(url) if urlsplit(url)[:2] == urlsplit(homepage)[:2] else url
