"""Puts a layout together from what was chosen for each field, and keeps of it what serves the pages better."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from archive.errors import ArchiveError
from archive.model import Article
from archive.parsers.blocks.lines import Line
from archive.parsers.document.tree import Element, clean
from archive.parsers.fields import vocabulary as words
from archive.parsers.reading import read_page
from archive.parsers.site.learning import fields
from archive.parsers.site.learning.body import (
    Text,
    constant_ends,
    find_captions,
    find_cuts,
    find_header_cuts,
    find_text,
)
from archive.parsers.site.learning.css import selector_of
from archive.parsers.site.learning.fields import Choice, Zones
from archive.parsers.site.learning.labels import Labels, gathered, key_of
from archive.parsers.site.learning.slots import Site, Slot, laid_over, mark_cards
from archive.parsers.site.learning.template import give_paths, of_one_making, opened
from archive.parsers.site.learning.training import Example, Learned, SiteEvidence, Support, TrainingPage
from archive.sources.model import Host, Layout, LearnedFrom, Source

ENOUGH: Final = 8
"""Pages of one template below which no value is replaced by nothing, and a person is told that there are few."""
_SINGLE: Final = ("headline", "published", "byline", "section", "lead", "tags")
_WORSE: Final = 0.02  # of agreement that a learnt field may not lose
_EXAMPLES: Final = 5
_FEW: Final = 3
_OUTSIDE: Final = ("told", "metadata", "links", "slug", "sitemap")  # labels that are not the reader's own
_OPTIONAL: Final = ("byline", "section")  # fields that a site may print nowhere
_ENDS: Final = 2  # paragraphs at either end among which a template's line stands
_ROUNDS: Final = 4
_LOST: Final = 0.08  # of pages


def learn(pages: Sequence[TrainingPage], evidence: SiteEvidence, base: Layout | None = None) -> Learned:
    """The layout that the pages of one site have in common, with the support of each field.

    `base` is the layout known so far: its family, and selectors that a person wrote, which stay. Pages of another
    making (listings, older templates) are left out and named. Pure: no clock, network or database.
    """
    base = base or Layout("generic")
    sheets = opened(pages)
    if not sheets:
        return Learned(base, enough=False)
    read = {id(sheet): _read(sheet.training, base) for sheet in sheets}
    told = {key_of(one.url) for one in evidence.told if one.title}
    give_paths(sheets)
    speaking = [(read[id(one)] is not None) + (key_of(one.page.url) in told) for one in sheets]
    sheets, others = of_one_making(sheets, speaking)
    if others:
        give_paths(sheets)
    before = [read[id(sheet)] for sheet in sheets]
    site = laid_over(sheets)
    labels = gathered(sheets, evidence, before)
    known = frozenset(key_of(sheet.page.url) for sheet in sheets) | told
    left_out = tuple(sheet.page.url for sheet in others)
    draft = _drafted(site, labels, known, base, before)
    if draft is None:
        return Learned(base, pages=len(sheets), left_out=left_out, enough=len(sheets) >= ENOUGH)
    layout, names, after = _arbitrated(draft)
    day = max(sheet.training.captured for sheet in sheets).date()
    support = _support(draft, layout, names, after)
    shares = tuple((one.field, round(one.found / len(sheets), 3)) for one in support if one.decided == "learnt")
    layout = replace(layout, learned=LearnedFrom(len(sheets), day, shares))
    return Learned(layout, support, len(sheets), left_out, len(sheets) >= ENOUGH)


def _read(training: TrainingPage, layout: Layout) -> Article | None:
    host = urlsplit(training.url).netloc
    source = Source("learnt", "", "newspaper", "", "unverified", f"http://{host}/", (Host(host),), (layout,))
    try:
        reading = read_page(training.url, training.body, training.content_type, 200, training.captured, source)
    except ArchiveError:
        return None
    return reading.article


class _Draft(NamedTuple):
    """What was found on the pages: the text, and a choice for each field that stands out."""

    site: Site
    labels: Labels
    base: Layout
    before: Sequence[Article | None]
    text: Text
    choices: dict[str, Choice]

    def layout(self, names: Sequence[str], *, cutting: bool = True, body: bool = True) -> Layout:
        """The layout with these of the fields."""
        chosen = {name: self.choices[name] for name in names}
        select, site = self.base.select, self.site
        own = {name: tuple(choice.css) for name, choice in chosen.items() if not getattr(select, name)}
        select = replace(select, **own)
        patterns = dict(self.base.patterns) | {name: one.pattern for name, one in chosen.items() if one.pattern}
        if body and not select.body:
            select = replace(select, body=_css(site, [self.text.slot]))
        if body:
            select = replace(select, captions=_once(select.captions + _css(site, find_captions(site, self.text))))
        if cutting:
            select = replace(select, cut=_once(select.cut + self._cuts(chosen)))
        absent, only = self.base.absent, self.base.only
        if len(site.sheets) >= ENOUGH:
            only = _once(only + tuple(one for one in _OPTIONAL if _stands_nowhere_else(self.labels, one, chosen)))
            absent = _once(absent + tuple(one for one in _OPTIONAL if self.is_invented(one, names, self.before)))
        published = chosen.get("published")
        return replace(
            self.base,
            select=select,
            patterns=tuple(sorted(patterns.items())),
            only=only,
            absent=absent,
            date_from=published.attribute if published is not None and published.attribute == "text" else "",
        )

    def is_invented(self, name: str, names: Sequence[str], articles: Sequence[Article | None]) -> bool:
        """Whether what the reader finds, where no slot was found, is no value of the field, and nothing tells any."""
        if name in names or set(self.labels.of(name)) - {"page"} or len(articles) < ENOUGH:
            return False
        values = [values_of(article)[name] for article in articles]
        found = [value for value in values if value]
        if len(found) < _FEW:
            return False
        if name == "section" and all(self._is_of_template(article) for article in articles):
            return True
        return _are_no_values(name, found, len(articles))

    def _is_of_template(self, article: Article | None) -> bool:
        """Whether the section read on a page is one of its tags, or a text that nearly all pages have: a button, an
        entry of the menu that the address names.
        """
        section = article.section if article is not None else None
        if article is None or section is None:
            return True
        on = sum(
            any(isinstance(item, Line) and section.value in item.text for item in sheet.lines)
            for sheet in self.site.sheets
        )
        if on >= 0.8 * len(self.site.sheets):
            return "address" in section.by or section.value not in fields.menu_texts(self.site)
        return section.value in article.tags

    def _cuts(self, chosen: dict[str, Choice]) -> tuple[str, ...]:
        kept = {element for name in ("headline", "lead") if name in chosen for element in _elements(chosen[name])}
        fields_ = {
            element for name in chosen if name not in ("headline", "lead") for element in _elements(chosen[name])
        }
        slots = find_cuts(self.site, self.text, fields_) + find_header_cuts(self.site, self.text, fields_, kept)
        slots += constant_ends(self.site, self.text)
        said = [_said(article, chosen) for article in self.before]
        return _css(self.site, [slot for slot in slots if not self._holds(slot, kept, said)])

    def _holds(self, slot: Slot, kept: set[Element], said: Sequence[set[str]]) -> bool:
        """Whether what stands in a slot holds a headline, a lead, or what the page's own evidence is read from."""
        for number, there in enumerate(self.site.elements(slot)):
            sheet = self.site.sheets[number]
            for element in there:
                if any(sheet.within(one, element) for one in kept if one in sheet.place):
                    return True
                text = self.site.text(element)
                if any(value in text for value in said[number]):
                    return True
        return False


def _said(article: Article | None, chosen: dict[str, Choice]) -> set[str]:
    """The texts on a page from which the reader has those of its fields that are not learnt."""
    if article is None:
        return set()
    found = {name: getattr(article, name) for name in ("byline", "section", "published", "lead") if name not in chosen}
    values = {clean(one.raw or one.value) for one in found.values() if one is not None}
    return {value for value in values if len(value) > 2}


def _drafted(
    site: Site, labels: Labels, known: frozenset[str], base: Layout, before: Sequence[Article | None]
) -> _Draft | None:
    """All that was found; None where no headline or no text stands out."""
    mark_cards(site, [None] * len(site.sheets), known)
    headline = fields.find_headline(site, labels)
    if headline is None:
        return None
    mark_cards(site, [there[0] if there else None for there in headline.holders], known)
    text = find_text(site)
    if text is None:
        return None
    zones = Zones(site, headline, text)
    choices: dict[str, Choice] = {"headline": headline}
    menu = fields.menu_texts(site)
    near = fields.near_slots(site, zones)
    taken = _elements(headline)

    def choose(name: str, choice: Choice | None) -> None:
        if choice is not None:
            choices[name] = choice
            taken.update(_elements(choice))

    choose("published", fields.find_published(site, labels, near))
    choose("section", fields.find_section(site, labels, near, taken, menu))
    byline = fields.find_byline(site, labels, near, taken, menu)
    choose("byline", byline or fields.find_byline_in_line(site, labels, near, taken, menu))
    choose("tags", fields.find_tags(site, labels, zones, taken, menu))
    choose("lead", fields.find_lead(site, labels, zones, text, taken))
    return _Draft(site, labels, base, before, text, choices)


def _stands_nowhere_else(labels: Labels, name: str, choices: dict[str, Choice]) -> bool:
    """Whether what the reader finds on pages whose slot is empty is no value of the field."""
    if name not in choices:
        return False
    said = labels.of(name).get("page", [])
    other = [one for one, value in zip(said, choices[name].values, strict=False) if one and not value]
    return _are_no_values(name, other, len(choices[name].values))


def _are_no_values(name: str, found: Sequence[str], count: int) -> bool:
    """Whether texts are the same on nearly all pages, or differ on each as no section does, or are no names."""
    if len(found) >= 0.9 * count and len(set(found)) == 1:
        return True
    if name == "section":
        return len(found) >= ENOUGH and len(set(found)) > 0.9 * len(found)
    return bool(found) and sum(not words.is_name(one) for one in found) >= 0.8 * len(found)


def _elements(choice: Choice) -> set[Element]:
    return {element for there in choice.holders for element in there}


def _css(site: Site, slots: Sequence[Slot]) -> tuple[str, ...]:
    return tuple(css for slot in slots if (css := selector_of(site, slot)))


def _once(selectors: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(selectors))


def values_of(article: Article | None) -> dict[str, str]:
    """The single fields of an article as the labels name them, "" where it has none."""
    if article is None:
        return dict.fromkeys(_SINGLE, "")
    found = {
        name: one.value if (one := getattr(article, name)) is not None else ""
        for name in ("headline", "published", "byline", "section", "lead")
    }
    return {**found, "tags": "|".join(article.tags)}


def _arbitrated(draft: _Draft) -> tuple[Layout, list[str], Sequence[Article | None]]:
    """The layout without what serves the pages less than their own evidence: fields that agree less with what is told
    of them, cuts that take from fields that stay, a container with which fewer pages are read. The names of the fields
    that were learnt, and what is read with the layout.
    """
    sheets, before = draft.site.sheets, draft.before
    names, cutting, body = list(draft.choices), True, True
    old = [values_of(one) for one in before]
    layout, after = draft.base, before
    for _ in range(_ROUNDS):
        layout = draft.layout(names, cutting=cutting, body=body)
        after = [_read(sheet.training, layout) for sheet in sheets]
        new = [values_of(one) for one in after]
        worse = [name for name in names if _is_worse(draft.labels, name, old, new)]
        loses = _loses(names, layout, old, new)
        if not worse and not loses:
            break
        names = [name for name in names if name not in worse]
        if loses and cutting and layout.select.cut != draft.base.select.cut:
            cutting = False
        elif loses:
            body = False
    lines = _lines(after)
    if lines:
        layout = replace(layout, lines=_once(layout.lines + lines))
    invented = tuple(name for name in _OPTIONAL if draft.is_invented(name, names, after))
    if set(invented) - set(layout.absent):
        layout = replace(layout, absent=_once(layout.absent + invented))
        after = [_without(one, invented) for one in after]
    return layout, names, after


def _lines(articles: Sequence[Article | None]) -> tuple[str, ...]:
    """The first and last paragraphs that nearly all texts share: the template's, set as the text is."""
    if len(articles) < ENOUGH:
        return ()
    counted: Counter[str] = Counter()
    for article in articles:
        if article is not None and len(article.body) > _ENDS:
            counted.update(set(article.body[:_ENDS] + article.body[-_ENDS:]))
    return tuple(text for text, count in counted.items() if count >= 0.8 * len(articles) and text.count(" ") >= _ENDS)


def _without(article: Article | None, names: Sequence[str]) -> Article | None:
    if article is None:
        return None
    article = replace(article, byline=None) if "byline" in names else article
    return replace(article, section=None) if "section" in names else article


def _is_worse(labels: Labels, name: str, old: Sequence[dict[str, str]], new: Sequence[dict[str, str]]) -> bool:
    size = 10 if name == "published" else None  # hours are not always told
    was, weight = fields.agreement(labels, name, [one[name][:size] for one in old], _OUTSIDE)
    now, _ = fields.agreement(labels, name, [one[name][:size] for one in new], _OUTSIDE)
    return bool(weight) and now < was - _WORSE


def _loses(names: Sequence[str], layout: Layout, old: Sequence[dict[str, str]], new: Sequence[dict[str, str]]) -> bool:
    """Whether pages are no longer read, or fields not learnt are found on clearly fewer pages."""
    fewest = max(1, _LOST * len(old))
    if sum(bool(one["headline"]) for one in old) - sum(bool(one["headline"]) for one in new) >= fewest:
        return True
    kept = [name for name in _SINGLE if name not in names and name not in layout.absent]
    return any(
        sum(bool(one[name]) and not other[name] for one, other in zip(old, new, strict=True)) >= fewest for name in kept
    )


def _support(
    draft: _Draft, layout: Layout, names: Sequence[str], after: Sequence[Article | None]
) -> tuple[Support, ...]:
    site, labels, before = draft.site, draft.labels, draft.before
    old, new = [values_of(one) for one in before], [values_of(one) for one in after]
    rows = []
    for name in _SINGLE:
        selectors = getattr(layout.select, name)
        decided = "absent" if name in layout.absent else "learnt" if name in names and selectors else "kept"
        values = [one[name] for one in new]
        said = [
            label
            for kind, told in labels.of(name).items()
            if kind in ("told", "metadata", "links")
            for label in told
            if label
        ]
        share, weight = fields.agreement(labels, name, values, ("told", "metadata", "links", "slug"))
        changed = [at for at in range(len(values)) if values[at] != old[at][name]]
        order = [*changed, *(at for at in range(len(values)) if at not in changed)][:_EXAMPLES]
        examples = tuple(Example(site.sheets[at].page.url, values[at], old[at][name]) for at in order)
        doubt = ""
        if decided == "learnt" and weight and share < 0.9:
            doubt = "agrees with what the site says elsewhere on few pages"
        elif decided != "kept" and len(changed) > 0.5 * len(values) and not weight:
            doubt = "most pages read otherwise than before, and nothing else tells which is right"
        told = len(said) if weight else 0
        rows.append(
            Support(name, decided, selectors, sum(map(bool, values)), round(share * told), told, doubt, examples)
        )
    return tuple(sorted(rows, key=lambda row: (not row.doubt, row.decided == "kept")))
