"""Puts a layout together from what was chosen for each field, and keeps of it what serves the pages better."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from archive.errors import Unreadable
from archive.model import Article
from archive.parsers.blocks.lines import Line, shape_of
from archive.parsers.document.tree import Element, clean
from archive.parsers.fields import vocabulary as words
from archive.parsers.reading import read_page, read_shortened
from archive.parsers.site.learning import fields
from archive.parsers.site.learning.body import Text, find_cuts, find_ends, find_text
from archive.parsers.site.learning.css import selector_of
from archive.parsers.site.learning.fields import Around, Choice, Zones
from archive.parsers.site.learning.labels import Labels, gathered, key_of
from archive.parsers.site.learning.skipping import find_skips
from archive.parsers.site.learning.slots import Site, Slot, laid_over, mark_cards
from archive.parsers.site.learning.template import Sheet, give_paths, opened
from archive.parsers.site.learning.training import Example, Learned, SiteEvidence, Support, TrainingPage
from archive.parsers.site.taught import fits
from archive.sources.layouts import ENOUGH
from archive.sources.model import Host, Layout, LearnedFrom, Source

_SINGLE: Final = ("headline", "published", "byline", "section", "lead", "tags")
_OPTIONAL: Final = ("byline", "section")  # fields that a site may print nowhere
_OUTSIDE: Final = ("told", "metadata", "links", "slug", "sitemap")  # labels that are not the reader's own
_MAKING: Final = (0.5, 0.9)  # of pages have headline and text where the template's stand: at first, and of these
_MOSTLY: Final = 0.7  # of pages are read as articles, or named by feeds and listings: the others are of another kind
_FOLDS: Final = 5  # in each of which a field is learnt without a part of the pages
_EXAMPLES: Final = 5
_FEW: Final = 3
_STEADY: Final = 0.7  # of pages have the same value, learnt with and without them, where nothing else tells it
_WORSE: Final = 0.02  # of agreement that a learnt field may not lose
_EVERYWHERE: Final = 0.8  # of pages
_LOST: Final = 0.08


class _Draft(NamedTuple):
    """What was found on the pages: the text, and a choice for each field that stands out."""

    site: Site
    labels: Labels
    text: Text
    choices: dict[str, Choice]


def learn(pages: Sequence[TrainingPage], evidence: SiteEvidence, base: Layout | None = None) -> Learned:
    """The layout that the pages of one site have in common, with the support of each field.

    `base` is the layout known so far: its family, and selectors that a person wrote, which stay. Pages of another
    making (listings, older templates) are left out and named. Pure: no clock, network or database.
    """
    base = base or Layout("generic")
    sheets = found = opened(pages)
    read = {id(sheet): _read(sheet.training, base) for sheet in sheets}
    titled = {key_of(one.url) for one in evidence.told if one.title}
    speaking = [sheet for sheet in sheets if read[id(sheet)] is not None or key_of(sheet.page.url) in titled]
    if len(speaking) >= _MOSTLY * len(sheets):
        sheets = speaking
    known = frozenset(titled.union(key_of(sheet.page.url) for sheet in sheets))
    draft = _of_one_making(sheets, evidence, read, known)
    if draft is None:
        return Learned(base, pages=len(sheets), enough=len(sheets) >= ENOUGH)
    before = [read[id(sheet)] for sheet in draft.site.sheets]
    steady = _held_out(draft, known, before)
    layout, after = _arbitrated(draft, base, [name for name in draft.choices if name in steady], before)
    support = _support(draft, layout, before, after)
    shares = tuple((one.field, round(one.found / len(before), 3)) for one in support if one.decided == "learnt")
    day = max(sheet.training.captured for sheet in draft.site.sheets).date()
    layout = replace(layout, learned=LearnedFrom(len(before), day, shares))
    fitting = [(one, _read(one.training, layout)) for one in draft.site.sheets if fits(one.page, layout)]
    skips = find_skips(fitting, lambda sheet, skip: _read_without(sheet.training, layout, skip))
    layout = replace(layout, select=replace(layout.select, skip=_once(layout.select.skip + skips)))
    left_out = tuple(sheet.page.url for sheet in found if sheet not in draft.site.sheets)
    return Learned(layout, support, len(before), left_out, len(before) >= ENOUGH)


def _of_one_making(
    sheets: list[Sheet], evidence: SiteEvidence, read: dict[int, Article | None], known: frozenset[str]
) -> _Draft | None:
    """What was found on the pages that have headline and text where most have them; None where none stands out."""
    draft = None
    for covered in _MAKING:
        give_paths(sheets)
        labels = gathered(sheets, evidence, [read[id(sheet)] for sheet in sheets])
        draft = _drafted(sheets, labels, known, covered)
        if draft is None:
            return None
        there = zip(sheets, draft.choices["headline"].offer.holders, draft.text.elements, strict=True)
        kept = [sheet for sheet, headline, text in there if headline and text]
        if len(kept) == len(sheets):
            return draft
        sheets = kept
    return draft


def _read(training: TrainingPage, layout: Layout) -> Article | None:
    try:
        source = _source(training, layout)
        return read_page(training.url, training.body, training.content_type, 200, training.captured, source).article
    except Unreadable:  # such a page teaches nothing
        return None


def _read_without(training: TrainingPage, layout: Layout, skip: tuple[str, ...]) -> Article | None:
    source = _source(training, replace(layout, select=replace(layout.select, skip=skip)))
    return read_shortened(training.url, training.body, training.content_type, training.captured, source)


def _source(training: TrainingPage, layout: Layout) -> Source:
    host = urlsplit(training.url).netloc
    return Source("learnt", "", "newspaper", "", "unverified", f"http://{host}/", (Host(host),), (layout,))


def _drafted(sheets: Sequence[Sheet], labels: Labels, known: frozenset[str], covered: float) -> _Draft | None:
    """All that was found; None where no headline or no text stands out."""
    site = laid_over(sheets)
    mark_cards(site, [None] * len(sheets), known)
    headline = fields.find_headline(site, labels, covered)
    if headline is None:
        return None
    mark_cards(site, [there[0] if there else None for there in headline.offer.holders], known)
    text = find_text(site, covered)
    if text is None:
        return None
    zones = Zones(site, headline, text)
    around = Around(site, labels, fields.menu_texts(site), headline.offer.values, said=[set() for _ in sheets])
    near = fields.near_slots(site, zones)
    choices: dict[str, Choice] = {}

    def choose(name: str, choice: Choice | None) -> None:
        if choice is not None:
            choices[name] = choice
            around.take(choice)

    choose("headline", headline)
    choose("published", fields.find_published(around, near))
    choose("section", fields.find_section(around, near))
    choose("byline", fields.find_byline(around, near))
    choose("tags", fields.find_tags(around, zones))
    choose("lead", fields.find_lead(around, zones, text))
    return _Draft(site, labels, text, choices)


def _held_out(draft: _Draft, known: frozenset[str], before: Sequence[Article | None]) -> set[str]:
    """The fields that pages agree on: what is learnt without a page finds on it what is learnt with it, and agrees no
    less with what the site says elsewhere than the page's own evidence does. Where too few pages are left to choose by,
    nothing is said; but most must say something.
    """
    sheets, labels = draft.site.sheets, draft.labels
    values: dict[str, dict[int, str]] = {name: {} for name in draft.choices}
    for fold in range(_FOLDS):
        others = [at for at in range(len(sheets)) if at % _FOLDS != fold]
        part = _drafted([sheets[at] for at in others], labels.of_pages(others), known, _MAKING[0])
        for name, choice in part.choices.items() if part is not None else ():
            for at in range(fold, len(sheets), _FOLDS):
                if name in values:
                    values[name][at] = fields.value_of(sheets[at], name, choice)
    read = [values_of(article) for article in before]
    steady = set()
    for name, choice in draft.choices.items():
        size = 10 if name == "published" else None
        there = sorted(values[name])
        if len(there) < _STEADY * len(sheets):
            continue
        same = sum(values[name][one][:size] == choice.offer.values[one][:size] for one in there) / len(there)
        told = labels.of_pages(there)
        held, weight = _agreement(told, name, [values[name][one] for one in there])
        own, _ = _agreement(told, name, [read[one][name] for one in there])
        if held >= own or name in _surer(draft) if weight else same >= _STEADY:
            steady.add(name)
    return steady


def _surer(draft: _Draft) -> set[str]:
    """The field that the pages show otherwise than the site's feeds tell it: a local day that they call one of UTC."""
    published = draft.choices.get("published")
    return {"published"} if published is not None and fields.is_said_in_utc(published.offer) else set()


def _agreement(labels: Labels, name: str, values: Sequence[str]) -> tuple[float, float]:
    """How far values agree with what is told of the pages; days, for hours are not always told."""
    size = 10 if name == "published" else None
    return fields.agreement(labels, name, [value[:size] for value in values], _OUTSIDE)


def _arbitrated(
    draft: _Draft, base: Layout, names: list[str], before: Sequence[Article | None]
) -> tuple[Layout, Sequence[Article | None]]:
    """The layout without what serves the pages less than their own evidence: fields that agree less with what is told
    of them, cuts that take from fields that stay, a container with which fewer pages are read; and what is read with
    the layout.
    """
    old = [values_of(one) for one in before]
    tries: list[tuple[Sequence[str], bool, bool]] = [((), True, True), ((), False, True), ((), False, False)]
    tries += [*(((name,), False, False) for name in reversed(names)), (names, False, False)]
    while True:
        without, cutting, body = tries[0]  # fields, with or without cuts and the container
        asked = [name for name in names if name not in without]
        layout = _layout(draft, base, asked, before, cutting, body)
        after = [_read(sheet.training, layout) for sheet in draft.site.sheets]
        new = [values_of(one) for one in after]
        worse = [
            name
            for name in asked
            if name not in _surer(draft)
            and _agreement(draft.labels, name, [one[name] for one in new])[0]
            < _agreement(draft.labels, name, [one[name] for one in old])[0] - _WORSE
        ]
        if worse:
            names = [name for name in names if name not in worse]
        elif len(tries) == 1 or not _loses(asked, layout, old, new):
            break
        else:
            tries.pop(0)
    names = asked
    lined = replace(layout, lines=_once(layout.lines + _template_lines(after)))
    if lined != layout:
        again = [_read(sheet.training, lined) for sheet in draft.site.sheets]
        if not _loses((), lined, [values_of(one) for one in after], [values_of(one) for one in again]):
            layout, after = lined, again
    invented = tuple(
        name for name in _OPTIONAL if name not in names and _is_invented(draft, name, after, range(len(after)))
    )
    layout = replace(layout, absent=_once(layout.absent + invented))
    return layout, [_without(one, invented) for one in after]


def _template_lines(articles: Sequence[Article | None]) -> tuple[str, ...]:
    """The paragraphs and captions that nearly all pages are read to have, but for their figures."""
    if len(articles) < ENOUGH:
        return ()
    told = [{*one.body, *one.captions} if one is not None else set() for one in articles]
    counted = Counter(shape for texts in told for shape in {shape_of(text) for text in texts})
    return tuple(sorted(shape for shape, count in counted.items() if count >= _EVERYWHERE * len(articles)))


def _without(article: Article | None, names: Sequence[str]) -> Article | None:
    if article is None:
        return None
    article = replace(article, byline=None) if "byline" in names else article
    return replace(article, section=None) if "section" in names else article


def _layout(
    draft: _Draft, base: Layout, names: Sequence[str], before: Sequence[Article | None], cutting: bool, body: bool
) -> Layout:
    """The layout with these of the fields, with or without what is cut, and the container of the text."""
    site, chosen = draft.site, {name: draft.choices[name] for name in names}
    own = {name: (choice.css,) for name, choice in chosen.items() if not getattr(base.select, name)}
    select = replace(base.select, **own)
    if body:
        select = replace(select, body=select.body or _css(site, [draft.text.slot]))
    if cutting:
        cut, related = _cuts(draft, chosen, before)
        select = replace(select, cut=_once(select.cut + cut), related=_once(select.related + related))
    only: tuple[str, ...] = ()
    if len(before) >= ENOUGH:
        only = tuple(
            name
            for name in _OPTIONAL
            if name in chosen
            and _is_invented(
                draft, name, before, [at for at, value in enumerate(chosen[name].offer.values) if not value]
            )
        )
    patterns = dict(base.patterns) | {name: one.offer.pattern for name, one in chosen.items() if one.offer.pattern}
    published = chosen.get("published")
    return replace(
        base,
        select=select,
        patterns=tuple(sorted(patterns.items())),
        only=_once(base.only + only),
        date_from="text" if published is not None and published.offer.attribute == "text" else "",
    )


def _is_invented(draft: _Draft, name: str, articles: Sequence[Article | None], at: Sequence[int]) -> bool:
    """Whether what the reader finds on these pages is no value of the field, and nothing tells one: the same on nearly
    all, an entry of the menu, a tag, no name.
    """
    count = len(articles)
    if count < ENOUGH or (set(draft.labels.of(name)) - {"page"} and name not in draft.choices):
        return False
    here = [article for number in at if (article := articles[number]) is not None]
    found = [value for article in here if (value := values_of(article)[name])]
    if not found or len(found) < min(_FEW, len(at)):
        return False
    if len(found) >= 0.9 * count and len(set(found)) == 1:
        return True
    if name == "byline":
        return sum(not words.is_name(one) for one in found) >= 0.8 * len(found)
    if len(found) >= ENOUGH and len(set(found)) > 0.9 * len(found):
        return True
    return all(_is_of_template(draft.site, article) for article in here)


def _is_of_template(site: Site, article: Article) -> bool:
    """Whether the section read on a page is one of several tags, or a text that nearly all pages have: a button, an
    entry of the menu that the address names. An only tag may be the section, read twice (Drupal 7).
    """
    section, byline = article.section, article.byline
    if section is None or (byline is not None and section.value == byline.value):
        return True
    if section.value in article.tags and len(article.tags) > 1:
        return True
    on = sum(any(isinstance(one, Line) and section.value in one.text for one in sheet.lines) for sheet in site.sheets)
    return on >= _EVERYWHERE * len(site.sheets) and (
        "address" in section.by or section.value not in fields.menu_texts(site)
    )


def _cuts(
    draft: _Draft, chosen: dict[str, Choice], before: Sequence[Article | None]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Selectors of what is no text (template lines, elements of learnt fields), and of the boxes of links that the
    page's own evidence reads as such. But nothing in which headline or lead stand, or what that evidence has else.
    """
    site, text = draft.site, draft.text
    kept = {element for name in ("headline", "lead") if name in chosen for element in _elements(chosen[name])}
    told = {element for name in chosen if name not in ("headline", "lead") for element in _elements(chosen[name])}
    said = [_said(article, chosen) for article in before]
    boxes = [{one.headline for one in article.teasers} - {""} if article is not None else set() for article in before]

    def holds(slot: Slot, texts: Sequence[set[str]]) -> bool:
        return any(
            any(value in site.text(element) for value in values)
            for there, values in zip(site.elements(slot), texts, strict=True)
            for element in there
        )

    def is_kept(slot: Slot) -> bool:
        return any(
            any(sheet.within(one, element) for one in kept if one in sheet.place)
            for sheet, there in zip(site.sheets, site.elements(slot), strict=True)
            for element in there
        )

    slots = [
        slot
        for slot in find_cuts(site, text, told) + find_ends(site, text, told)
        if not holds(slot, said) and not is_kept(slot)
    ]
    related = [slot for slot in slots if holds(slot, boxes)]
    return _css(site, [slot for slot in slots if slot not in related]), _css(site, related)


def _said(article: Article | None, chosen: dict[str, Choice]) -> set[str]:
    """The texts on a page from which the reader has those of its fields that are not learnt."""
    if article is None:
        return set()
    names = [name for name in ("byline", "section", "published", "lead") if name not in chosen]
    found = [one for name in names if (one := getattr(article, name)) is not None]
    return {value for one in found if len(value := clean(one.raw or one.value)) > 2}


def _elements(choice: Choice) -> set[Element]:
    return {element for there in choice.offer.holders for element in there}


def _css(site: Site, slots: Sequence[Slot]) -> tuple[str, ...]:
    return tuple(css for slot in slots if (css := selector_of(site, slot)))


def _once(selectors: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(selectors))


def values_of(article: Article | None) -> dict[str, str]:
    """The single fields of an article as the labels name them, "" where it has none, or an address put in words."""
    if article is None:
        return dict.fromkeys(_SINGLE, "")
    found = {name: one.value if (one := getattr(article, name)) is not None else "" for name in _SINGLE[:-1]}
    if article.headline.by.startswith("restored"):
        found["headline"] = ""
    return {**found, "tags": "|".join(article.tags)}


def _loses(names: Sequence[str], layout: Layout, old: Sequence[dict[str, str]], new: Sequence[dict[str, str]]) -> bool:
    """Whether pages are no longer read, or fields not learnt are found on clearly fewer pages."""
    fewest = max(1, _LOST * len(old))
    kept = ["headline", *(name for name in _SINGLE if name not in names and name not in layout.absent)]
    return any(
        sum(bool(one[name]) and not other[name] for one, other in zip(old, new, strict=True)) >= fewest for name in kept
    )


def _support(
    draft: _Draft, layout: Layout, before: Sequence[Article | None], after: Sequence[Article | None]
) -> tuple[Support, ...]:
    """The table that a person confirms, doubts first."""
    site, labels = draft.site, draft.labels
    old, new = [values_of(one) for one in before], [values_of(one) for one in after]
    rows = []
    for name in _SINGLE:
        selectors = getattr(layout.select, name)
        decided = "absent" if name in layout.absent else "learnt" if selectors else "kept"
        values = [one[name] for one in new]
        kinds = [kind for kind in _OUTSIDE if kind != "sitemap" and (kind != "slug" or name == "headline")]
        share, weight = fields.agreement(labels, name, values, kinds)
        told = sum(bool(label) for kind in kinds for label in labels.of(name).get(kind, ())) if weight else 0
        changed = [at for at in range(len(values)) if values[at] != old[at][name]]
        order = [*changed, *(at for at in range(len(values)) if at not in changed)][:_EXAMPLES]
        examples = tuple(Example(site.sheets[at].page.url, values[at], old[at][name]) for at in order)
        doubt = ""
        if decided == "learnt" and weight and share < _EVERYWHERE:
            doubt = "agrees with what the site says elsewhere on few pages"
        elif decided != "kept" and len(changed) > 0.5 * len(values) and not weight:
            doubt = "most pages read otherwise than before, and nothing else tells which is right"
        found = sum(map(bool, values))
        rows.append(Support(name, decided, selectors, found, round(share * told), told, doubt, examples))
    return tuple(sorted(rows, key=lambda row: (not row.doubt, row.decided == "kept")))
