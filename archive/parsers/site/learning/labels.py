"""What is known of the fields of each training page from elsewhere: the labels that candidates are chosen by."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Final, NamedTuple

from archive.model import Article
from archive.parsers.document.metadata import read_metadata
from archive.parsers.document.tree import clean, text_of
from archive.parsers.fields.headline import slug_words
from archive.parsers.site.learning.template import Sheet
from archive.parsers.site.learning.training import SiteEvidence
from archive.text.dates import read_date
from archive.text.folding import fold
from archive.text.slug import match

FIELDS: Final = ("headline", "lead", "published", "byline", "section", "tags")
WEIGHTS: Final = {"told": 3.0, "links": 2.0, "slug": 2.0, "metadata": 2.0, "sitemap": 0.5, "title": 1.5, "page": 1.0}
"""How much a label of each kind counts; the page's own reading is one voter."""
_FEWEST: Final = 2  # pages that a kind of label must speak of
_CONSTANT: Final = 4  # pages on which one value everywhere tells nothing
_LINK_WORDS: Final = 3


class Labels(NamedTuple):
    """For each field and kind of label a value for each page, "" where it says nothing; what the pages' slugs are."""

    values: dict[str, dict[str, list[str]]]
    slugs: list[str]

    def of(self, field: str) -> dict[str, list[str]]:
        """The labels of a field, by kind."""
        return self.values.get(field, {})

    def of_pages(self, at: Sequence[int]) -> Labels:
        """The labels of some of the pages."""
        some = {
            field: {kind: [said[one] for one in at] for kind, said in kinds.items()}
            for field, kinds in self.values.items()
        }
        return Labels(some, [self.slugs[one] for one in at])


def key_of(url: str) -> str:
    """An address as far as pages are told apart by it."""
    bare = url.partition("#")[0].partition("://")[2] or url
    return bare.rstrip("/").removeprefix("www.")


def gathered(sheets: Sequence[Sheet], evidence: SiteEvidence, before: Sequence[Article | None]) -> Labels:
    """All labels of the pages. `before` is what the reader makes of each page alone."""
    count = len(sheets)
    values: dict[str, dict[str, list[str]]] = {field: defaultdict(lambda: [""] * count) for field in FIELDS}
    at = {key_of(sheet.page.url): number for number, sheet in enumerate(sheets)}
    for told in evidence.told:
        number = at.get(key_of(told.url), -1)
        if number >= 0:
            said = (told.title, told.description, told.published, told.creator, told.category)
            for field, value in zip(("headline", "lead", "published", "byline", "section"), said, strict=True):
                if value and (told.by != "sitemap" or field == "published"):
                    kind = "told" if told.by != "sitemap" else "sitemap"
                    values[field][kind][number] = values[field][kind][number] or clean(value)
    for number, text in _linked(sheets, at).items():
        values["headline"]["links"][number] = text
    for number, sheet in enumerate(sheets):
        page, meta = sheet.page, read_metadata(sheet.page)
        said_by_page = {
            "headline": meta.headline or page.meta("og:title"),
            "lead": meta.description or page.meta("og:description") or page.meta("description"),
            "published": meta.published or page.meta("article:published_time"),
            "byline": meta.author or page.meta("author"),
            "section": meta.section or page.meta("article:section"),
            "tags": "|".join(page.metas("article:tag")),
        }
        for field, value in said_by_page.items():
            values[field]["metadata"][number] = value
        values["headline"]["title"][number] = page.title()
        article = before[number]
        if article is not None:
            fields = (article.lead, article.published, article.byline, article.section)
            for field, found in zip(("lead", "published", "byline", "section"), fields, strict=True):
                values[field]["page"][number] = found.value if found is not None else ""
            values["headline"]["page"][number] = article.headline.value
            values["tags"]["page"][number] = "|".join(article.tags)
    for field, kinds in values.items():
        for kind in [kind for kind, said in kinds.items() if not _tells(field, kind, said)]:
            del kinds[kind]
    return Labels({field: dict(kinds) for field, kinds in values.items()}, [slug_words(one.page) for one in sheets])


def _tells(field: str, kind: str, said: list[str]) -> bool:
    given = [value for value in said if value]
    if len(given) < _FEWEST:
        return False
    if kind in ("told", "page") and field != "headline":
        return True
    return len(given) < _CONSTANT or len(set(given)) > 1


def _linked(sheets: Sequence[Sheet], at: dict[str, int]) -> dict[int, str]:
    """What other pages call a page in links to it, where they agree."""
    texts: dict[int, Counter[str]] = defaultdict(Counter)
    for number, sheet in enumerate(sheets):
        for element in sheet.elements:
            if element.tag == "a" and (href := element.get("href")):
                target = at.get(key_of(sheet.page.absolute(href)), -1)
                if target in (-1, number):
                    continue
                text = text_of(element)
                if text.count(" ") >= _LINK_WORDS - 1:
                    texts[target][text] += 1
    return {target: counted.most_common(1)[0][0] for target, counted in texts.items()}


def agrees(field: str, kind: str, value: str, label: str) -> float:
    """How far a value agrees with a label of its page, 0 to 1."""
    if field == "published":
        return _same_time(value, label)
    if kind == "slug":
        return float(match(label, [value]) is not None)
    one, other = fold(value), fold(label)
    if one == other:
        return 1.0
    if field == "headline" and kind == "title":
        return float(other.startswith(one) or other.endswith(one)) * min(1.0, 2 * len(one) / max(len(other), 1))
    if field == "headline" and kind in ("links", "told", "metadata") and other.endswith(("...", "…")):
        return float(one.startswith(other.rstrip(".… ")))
    if field == "lead":
        cut = other.rstrip(".… ")[:60]
        return float(len(cut) > 20 and one.startswith(cut))
    if field == "section" or field == "byline":
        return 0.9 if one and other and (one in other.split(", ") or other in one.split(", ")) else 0.0
    if field == "tags":
        mine, theirs = set(one.split("|")), set(other.split("|"))
        return len(mine & theirs) / max(len(mine | theirs), 1)
    return 0.0


def _same_time(value: str, label: str) -> float:
    moment = read_date(label, "label")
    if moment is None or not value:
        return 0.0
    said = moment.value
    if value[:10] != said[:10]:
        return 0.0
    return 1.0 if value[:16] == said[:16] else 0.8
