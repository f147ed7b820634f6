"""A source file drafted from what a probe has found: valid, commented, and marked as what nobody has checked. Pure."""

from __future__ import annotations

import json
import re
import unicodedata
from urllib.parse import urlsplit

from archive.cli.words import coded, spoken, tr
from archive.places.mentions import mentions
from archive.sources import FAMILIES
from crawler.probing import Met, Sample
from crawler.scope import on_this_machine

LEAST_DELAY = 2
_PARTY = re.compile(r"đảng\s+bộ|đảng\s+ủy|(?:tỉnh|thành|quận|huyện|thị)\s+(?:ủy|uỷ)|ban\s+tuyên\s+giáo", re.IGNORECASE)
_PAPER = re.compile(r"^báo\b|báo\s+điện\s+tử|phát\s+thanh", re.IGNORECASE)
_GOVERNMENT = re.compile(r"ủy\s+ban\s+nhân\s+dân|uỷ\s+ban\s+nhân\s+dân|ubnd|^(?:cổng|sở)\b", re.IGNORECASE)


def source_id(met: Met) -> str:
    """A name for the source out of its host: "baotinh.example" gives "baotinh-example"."""
    bare = met.host.removeprefix("www.")
    return re.sub(r"[^a-z0-9]+", "-", bare).strip("-")


def kind_of(met: Met) -> str:
    """What the site is, by what its title calls itself, else by its host."""
    if _PARTY.search(met.title):
        return "party"
    if _PAPER.search(met.title):
        return "newspaper"
    return "government" if ".gov.vn" in met.host or _GOVERNMENT.search(met.title) else "newspaper"


def province_of(met: Met) -> str:
    """The id of the province that the title names, itself or by a district of it; "" where that leaves a doubt."""
    found = {one.place.province for one in mentions(met.title) if not one.ambiguous}
    return found.pop() if len(found) == 1 else ""


def draft(met: Met, name: str = "", province: str = "", kind: str = "", chosen: str = "") -> str:
    """The TOML of a source file, its id `chosen` or made from its host.

    `province` and `kind` are guessed where they are not given; where the title leaves the province in doubt a "?"
    stands in its place, and the file is not valid yet.
    """
    title = unicodedata.normalize("NFC", name or met.title or met.host)
    province, kind = province or province_of(met), kind or kind_of(met)
    family = met.family if met.family in FAMILIES else "generic"
    delay = max(LEAST_DELAY, round(met.crawl_delay or 0)) if not on_this_machine(met.homepage) else 0
    lines = [
        f"# {title}: drafted by a probe of {len(met.requests)} requests. Check it, crawl a little, read what came.",
        f"# robots.txt: {met.robots}" + (f"; Crawl-delay {met.crawl_delay:g}" if met.crawl_delay else ""),
        *(f"# {note}" for note in met.notes),
        f"id       = {_text(chosen or source_id(met))}",
        f"name     = {_text(title)}",
        f"kind     = {_text(kind)}                # newspaper | party | government",
        f"province = {_text(province or '?')}                # id of one of the 63, as it was",
        'status   = "unverified"              # verified after a crawl whose articles a person has read',
        f"hosts    = [{_text(met.host)}]",
        *([f"homepage = {_text(met.homepage)}"] if met.homepage.startswith("http://") else []),
        "",
        "[[layout]]",
        f"family = {_text(family)}" + ("" if family == met.family else f"  # the probe said {met.family}"),
        "",
        "[discover]",
        'seeds    = ["/"]',
        f"feeds    = [{', '.join(_text(_path(url)) for url in met.feeds)}]",
        f"sitemaps = [{', '.join(_text(_path(url)) for url in met.sitemaps)}]",
        *([f"wordpress = [{_text(_path(met.posts))}]    # all posts, with --backfill"] if met.posts else []),
        f"article  = ['{met.article}']" if met.article else "# article = ['...']    # no pattern was found",
        "",
        "[politeness]",
        f"delay_seconds = {delay}",
        "",
    ]
    return "\n".join(lines)


def summary(met: Met) -> str:
    """What was found, and what three articles would be read as, for a person."""
    name, count = met.title or met.host, len(met.requests)
    asked = tr("{name}: {family}, {count} requests", name=name, family=met.family, count=count)
    lines = [asked, f"robots.txt: {spoken(met.robots)}"]
    lines += [tr("feed {url}", url=url) for url in met.feeds] + [tr("sitemap {url}", url=url) for url in met.sitemaps]
    lines += [tr("list of all posts {url}", url=met.posts)] if met.posts else []
    pattern = tr("articles look like {pattern}", pattern=met.article)
    lines.append(pattern if met.article else tr("no pattern tells the articles apart"))
    for sample in met.samples:
        lines += ["", sample.url, *_as_read(sample)]
    return "\n".join(lines)


def _as_read(sample: Sample) -> list[str]:
    article = sample.article
    if article is None:
        return ["  " + tr("not read: {reason}", reason=spoken(coded(sample.reason)))]
    date = article.published.value if article.published else tr("no date")
    lines = [f"  {article.headline.value}  ({date}, {article.parser})"]
    if article.lead:
        lines.append("  " + tr("lead: {lead}", lead=_cut(article.lead.value)))
    words = "{paragraphs} paragraphs, {pictures} pictures"
    size = tr(words, paragraphs=len(article.body), pictures=len(article.images))
    return [*lines, f"  {size}: {_cut(' '.join(article.body))}"]


def _cut(text: str) -> str:
    return text if len(text) <= 100 else text[:100].rsplit(" ", 1)[0] + " ..."


def _path(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)
