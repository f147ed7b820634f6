"""What a site is learnt from, and what comes out: pages of one host, what it says of them elsewhere, a layout."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from archive.sources.model import Layout


@dataclass(frozen=True, slots=True)
class TrainingPage:
    """A page as it was captured: its address, its bytes, their type, when it was asked for (aware)."""

    url: str
    body: bytes
    content_type: str
    captured: datetime


@dataclass(frozen=True, slots=True)
class Told:
    """What the site says of an address elsewhere than on its page; `by` is "feed", "listing", "sitemap" or "api".

    `published` is ISO 8601; what is not said is "".
    """

    url: str
    title: str = ""
    published: str = ""
    description: str = ""
    category: str = ""
    creator: str = ""
    by: str = "feed"


@dataclass(frozen=True, slots=True)
class SiteEvidence:
    """All that feeds, listings, sitemaps and API say."""

    told: tuple[Told, ...] = ()


@dataclass(frozen=True, slots=True)
class Example:
    """What a field is on one page, as it is read with the layout and without it."""

    url: str
    value: str
    before: str = ""


@dataclass(frozen=True, slots=True)
class Support:
    """How a field was decided: its selectors, pages on which they find a value, pages where that agrees with what the
    site says elsewhere (of how many), and examples. `doubt` says why a person should look; "" where nothing speaks
    against it. `decided` is "learnt", "absent" (the site prints none) or "kept" (the page's own evidence
    is as good or better).
    """

    field: str
    decided: str
    selectors: tuple[str, ...] = ()
    found: int = 0
    agreeing: int = 0
    told: int = 0
    doubt: str = ""
    examples: tuple[Example, ...] = ()

    @property
    def share(self) -> float:
        """The share of agreement where anything is told."""
        return self.agreeing / self.told if self.told else 0.0


@dataclass(frozen=True, slots=True)
class Learned:
    """The layout, the table a person confirms (doubts first), how many pages it is from, and pages of other making."""

    layout: Layout
    support: tuple[Support, ...] = ()
    pages: int = 0
    left_out: tuple[str, ...] = field(default=())
    enough: bool = True
