"""Which page of a site to ask for next: what most likely is an article, by what addresses of its make turned out to be.

A dead link costs a request; so does a menu's page where articles are wanted. Each address has a make (its depth, its
ending, its number, how long its slug is), and what was met of one make speaks for the others.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Final, Literal
from urllib.parse import urlsplit

from archive.model import Link
from archive.text.slug import slug_of
from archive.text.urls import url_key

Told = Literal["file", "feed", "sitemap", "page"]
Became = Literal["article", "other", "dead"]

_PRIOR: Final[dict[Told, float]] = {"file": 0.9, "feed": 0.9, "sitemap": 0.6, "page": 0.5}
_UNTOLD: Final = 0.12  # a page whose address says nothing
_WEIGHT: Final = 1.5  # of the prior, in pages met
_LONG_WORDS: Final = (2, 5)  # of a slug: sections, offices, articles
_NUMBER: Final = re.compile(r"\d{3,}|[0-9a-f]{7,}")
_ENDING: Final = re.compile(r"\.(\w{2,5})$")
_YEARS: Final = re.compile(r"/(?:19|20)\d\d(?:/|\d\d/)")
_PAGED: Final = re.compile(r"/page[-/]\d+|[?&](?:page|p|trang|paged|_cur)=\d+|/trang-\d+", re.IGNORECASE)

Make = tuple[int, str, bool, int, bool]


def make_of(url: str) -> Make:
    """What addresses made alike have in common: depth, ending, a number, length of the slug, a year in a folder."""
    parts = urlsplit(url)
    path = parts.path.rstrip("/")
    ending = _ENDING.search(path)
    words = len([word for word in slug_of(url).split("-") if word])
    length = sum(words > bound for bound in _LONG_WORDS)
    last = path.rpartition("/")[2]
    numbered = bool(_NUMBER.search(f"{last}?{parts.query}"))
    return path.count("/"), ending[1].lower() if ending else "", numbered, length, bool(_YEARS.search(path))


@dataclass(frozen=True, slots=True)
class Lead:
    """An address that was met: `prior` is how likely its looks make it an article."""

    url: str
    prior: float
    order: int


@dataclass(slots=True)
class Leads:
    """The addresses of a site that were met and not asked for, and what became of those that were."""

    wanted: Callable[[str], bool]  # whether an address may be asked for at all
    _leads: dict[str, Lead] = field(default_factory=dict)
    _met: dict[str, Became] = field(default_factory=dict)
    _makes: dict[Make, Counter[Became]] = field(default_factory=dict)

    def add(self, links: Iterable[Link], told: Told = "page") -> None:
        """Remembers `links`, as `told` by the source's file, a feed, a sitemap or a page."""
        for link in links:
            if link.kind not in ("article", "page", "listing"):
                continue
            likely = told != "page" or link.kind == "article"
            prior = _PRIOR[told] if likely else _UNTOLD if link.kind == "page" else 0.0
            key = url_key(link.url)
            known = self._leads.get(key)
            if key in self._met or (known is not None and known.prior >= prior) or not self.wanted(link.url):
                continue
            self._leads[key] = Lead(link.url, prior, known.order if known is not None else len(self._leads))

    def became(self, url: str, what: Became) -> None:
        """Says what the page at `url` turned out to be."""
        key = url_key(url)
        self._leads.pop(key, None)
        if key not in self._met:
            self._makes.setdefault(make_of(url), Counter())[what] += 1
        self._met[key] = what

    def likelihood(self, lead: Lead) -> float:
        """How likely `lead` is an article, by its looks and by what was met of its make."""
        met = self._makes.get(make_of(lead.url), Counter[Became]())
        return (met["article"] + _WEIGHT * lead.prior) / (met.total() + _WEIGHT)

    def article(self, least: float = 0.0) -> str:
        """The likeliest article; "" where none is as likely as `least`."""
        best = max(self._leads.values(), key=lambda lead: (self.likelihood(lead), -lead.order), default=None)
        return best.url if best is not None and self.likelihood(best) >= max(least, 1e-9) else ""

    def listing(self) -> str:
        """The likeliest list of articles: a short address near the root, no page number, the first that was met."""

        def rank(lead: Lead) -> tuple[bool, float, int]:
            depth, _, numbered, length, _ = make_of(lead.url)
            met = self._makes.get(make_of(lead.url), Counter[Became]())
            dead = met["dead"] / (met.total() + 1)
            return bool(_PAGED.search(lead.url)), dead + 0.2 * length + 0.3 * numbered + 0.1 * depth, lead.order

        best = min(self._leads.values(), key=rank, default=None)
        return best.url if best is not None else ""

    def last_page(self, listing: str) -> str:
        """The last page of `listing` that was linked, by its number; "" where it has none."""
        base = urlsplit(listing).path.rstrip("/")
        paged = [
            (int(re.findall(r"\d+", found[0])[-1]), lead.url)
            for lead in self._leads.values()
            if (found := _PAGED.search(lead.url)) and urlsplit(lead.url).path.startswith(base)
        ]
        return max(paged)[1] if paged else ""
