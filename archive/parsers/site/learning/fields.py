"""Chooses for each field of a template the place where it stands: by what is told of the pages, and by how it varies.

One loop for all fields: what may stand in a place is offered, a function for the field judges it, the best is kept.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from archive.parsers.blocks.lines import Line
from archive.parsers.document.tree import Element, text_of
from archive.parsers.fields import vocabulary as words
from archive.parsers.site.learning.body import Text
from archive.parsers.site.learning.css import selector_of
from archive.parsers.site.learning.labels import WEIGHTS, Labels, agrees, key_of
from archive.parsers.site.learning.parts import LINE, part_of, patterns
from archive.parsers.site.learning.slots import ALL, Site, Slot
from archive.parsers.site.learning.template import Sheet
from archive.text.dates import read_date

OUTSIDE: Final = ("told", "metadata")  # labels that neither the reader nor an address gives
_HEADINGS: Final = {"h1": 0.1, "h2": 0.075, "h3": 0.04, "h4": 0.025}
_BLOCKS: Final = frozenset(
    ("div", "p", "li", "td", "th", "tr", "table", "ul", "ol", "dl", "dt", "dd", "h1", "h2", "h3")
)
_FIGURES: Final = re.compile(r"\d")
_DATE_TEXT: Final = 200  # letters of a line that holds a date
_INSIDE: Final = 0.5  # the distance of what stands in the text
_NEAR: Final = 30  # elements about headline and text among which the fields stand
_SURE: Final = 0.8
_ITEM: Final = 60  # letters of an item in a row
_SECTION_WORDS: Final = 7
_LEAD_WORDS: Final = (8, 130)
_LONGER: Final = 0.002  # worth less for each letter of the element around a value
_AUTHOR_LINK: Final = re.compile(r"/(?:authors?|tac-gia|user|profile)s?[/-]|[?&]author=|/@", re.IGNORECASE)
_SECTION_LINK: Final = re.compile(r"/(?:categor(?:y|ies)|chuyen-muc|danh-muc|sections?|topics?)/", re.IGNORECASE)
_DATE_WORD: Final = re.compile(
    r"^(?:thứ|tháng|posted|published)\b|\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*$", re.IGNORECASE
)
_AUTHOR_LABEL: Final = re.compile(r"(?:tác giả|người|bởi|by|viết|bài|author|✍)\W*\s*(?:của\s*)?$", re.IGNORECASE)


class Offer(NamedTuple):
    """What stands in a slot on each page ("" where nothing does), taken out of its text by a pattern or an attribute,
    and how far from headline and text it stands.
    """

    slot: Slot
    holders: list[list[Element]]
    values: list[str]
    far: float = 0.0
    pattern: str = ""
    attribute: str = ""

    @property
    def given(self) -> list[str]:
        """The values there are."""
        return [value for value in self.values if value]


class Choice(NamedTuple):
    """The offer chosen for a field, and its selector."""

    offer: Offer
    css: str


@dataclass(slots=True)
class Around:
    """What is known of a site's pages when a field is looked for: labels, menus, what earlier fields took."""

    site: Site
    labels: Labels
    menu: frozenset[str]
    headlines: Sequence[str] = ()
    taken: set[Element] = field(default_factory=set)
    said: list[set[str]] = field(default_factory=list)  # for each page: the values of fields found so far

    def agreement(self, name: str, values: Sequence[str], kinds: Sequence[str] = OUTSIDE) -> tuple[float, float]:
        """How far values agree with the labels of a field, and what these labels weigh together."""
        return agreement(self.labels, name, values, kinds)

    def voted(self, name: str, values: Sequence[str]) -> float:
        """The share of found values that the page's reader finds, too."""
        said = self.labels.of(name).get("page", [""] * len(values))
        pairs = [(value, label) for value, label in zip(values, said, strict=True) if value]
        return sum(value == label for value, label in pairs) / len(pairs) if pairs else 0.0

    def take(self, choice: Choice) -> None:
        """Notes that what was chosen is no other field's."""
        if not choice.offer.pattern:
            self.taken.update(element for there in choice.offer.holders for element in there)
        for said, value in zip(self.said, choice.offer.values, strict=True):
            said.update([value] if value else [])


def agreement(labels: Labels, name: str, values: Sequence[str], kinds: Sequence[str]) -> tuple[float, float]:
    """How far values agree with the labels of a field, and how much weight these labels have together.

    A value where labels say something and none stands there counts as disagreeing.
    """
    total = weight = 0.0
    for kind in kinds:
        said = labels.slugs if kind == "slug" else labels.of(name).get(kind)
        pairs = [(value, label) for value, label in zip(values, said or (), strict=False) if label]
        if kind == "slug":
            pairs = [pair for pair in pairs if name == "headline" and pair[1].count("-") >= 2]
        if pairs:
            heavy = WEIGHTS[kind] * len(pairs) / len(values)
            total += heavy * sum(agrees(name, kind, *pair) for pair in pairs if pair[0]) / len(pairs)
            weight += heavy
    return (total / weight if weight else 0.0), weight


def chosen(site: Site, offers: Iterable[Offer], judge: Callable[[Offer], float]) -> Choice | None:
    """The offer that the judge likes best, of those that can be said in CSS; it likes none that it gives nothing."""
    judged = ((judge(offer), -number, offer) for number, offer in enumerate(offers))
    for _, _, offer in sorted((one for one in judged if one[0] > 0), reverse=True, key=lambda one: one[:2]):
        if css := selector_of(site, offer.slot):
            return Choice(offer, css)
    return None


def value_of(sheet: Sheet, name: str, choice: Choice) -> str:
    """What a choice finds on a page that it need not be from."""
    there = sheet.page.all(choice.css)
    if name == "tags":
        return "|".join(text_of(one).strip(" ,;#") for one in there)
    if not there:
        return ""
    if name == "published":
        return _date(sheet, there[0], text_of(there[0]), choice.offer.attribute)
    value = part_of(text_of(there[0]), choice.offer.pattern)
    return _name_in(value) if name == "byline" else value


def _name_in(text: str) -> str:
    match = words.AUTHOR.match(text)
    return match["name"].strip() if match else text


def find_headline(site: Site, labels: Labels, covered: float) -> Choice | None:
    """The headline: a text of its own on nearly every page, which address, links and metadata repeat."""

    def judge(offer: Offer) -> float:
        given = offer.given
        if len(given) < covered * len(site.sheets) or len(set(given)) < 0.8 * len(given):
            return 0.0
        lengths = sorted(value.count(" ") + 1 for value in given)
        if not 3 <= lengths[len(lengths) // 2] <= 30 or lengths[-1] > 60:
            return 0.0
        agreed, weight = agreement(labels, "headline", offer.values, tuple(WEIGHTS))
        away = any(_leads_away(site, number, one[0]) for number, one in enumerate(offer.holders) if one)
        if away and agreed < _SURE:
            return 0.0
        tag = next(one[0].tag for one in offer.holders if one)
        place = 0.002 * offer.slot.path.count("\n") - 0.05 * (offer.slot.number not in (ALL, 0))
        common = 0.5 * len(given) / len(site.sheets)
        return agreed + common + _HEADINGS.get(tag, 0.0) + place if weight and agreed >= 0.5 else 0.0

    offers = (Offer(slot, there, _texts(site, there)) for slot, there in _singles(site))
    return chosen(site, offers, judge)


def _singles(site: Site) -> Iterator[tuple[Slot, list[list[Element]]]]:
    return ((slot, site.elements(slot)) for slot in site.singles())


def _texts(site: Site, there: Sequence[Sequence[Element]]) -> list[str]:
    return [site.text(one[0]) if one else "" for one in there]


def _leads_away(site: Site, number: int, element: Element) -> bool:
    sheet = site.sheets[number]
    own = key_of(sheet.page.url)
    links = [*element.iterancestors("a"), *element.iter("a")]
    return any(
        (href := link.get("href")) and key_of(sheet.page.absolute(href)) != own and href[:1] != "#" for link in links
    )


class Zones:
    """For each page, where its header begins, its text begins and ends."""

    def __init__(self, site: Site, headline: Choice, text: Text) -> None:
        self.site = site
        self.headline: list[int] = []
        self.start: list[int] = []
        self.end: list[int] = []
        self.body: list[tuple[int, int]] = []
        self.paths: set[str] = set()  # of the text's own lines
        for number, sheet in enumerate(site.sheets):
            there, boxes = headline.offer.holders[number], text.elements[number]
            at = sheet.place[there[0]] if there else -1
            lines = [item.element for item in sheet.lines if id(item) in text.unique[number]]
            lines = [one for one in lines if any(sheet.within(one, box) for box in boxes)]
            self.paths.update(sheet.path[one] for one in lines if len(site.text(one)) > LINE / 2)
            inside = [sheet.place[one] for one in lines]
            inside = [place for place in inside if place > at] or inside
            self.headline.append(at)
            self.body.append((sheet.place[boxes[0]], sheet.end[boxes[-1]]) if boxes else (-1, -1))
            self.start.append(min(inside, default=at + 1))
            running = [sheet.place[one] for one in lines if len(site.text(one)) > LINE / 4]
            self.end.append(max(running or inside, default=at + 1))

    def distance(self, number: int, element: Element) -> float:
        """How far an element lies from its page's headline or text: 0 between them, larger further off."""
        sheet = self.site.sheets[number]
        place = sheet.place.get(element, -1)
        head, start, end = self.headline[number], self.start[number], self.end[number]
        if place < 0 or place in self.site.cards[number]:
            return 1e6
        head = start if head < 0 else head
        if min(head, start) <= place <= max(head, start) and place != start:
            return 0.0
        if place < min(head, start):
            return float(min(head, start) - place)
        if place >= min(end, behind := self.body[number][1]):
            return 1.0 + place - (behind if place >= behind else end)
        return _INSIDE if " " in sheet.path[element].rpartition("\n")[2] else 1e6  # in the text: only what has a name

    def is_text(self, path: str) -> bool:
        """Whether a path is that of the text's paragraphs, or of what is set in them."""
        return any(path == one or path.startswith(f"{one}\n") for one in self.paths)


def near_slots(site: Site, zones: Zones) -> list[tuple[Slot, list[list[Element]], float]]:
    """The slots about headline and text, what stands there, and how far off in the mean."""
    found = []
    for slot, there in _singles(site):
        far = [zones.distance(number, one[0]) for number, one in enumerate(there) if one]
        if far and sum(one > _NEAR for one in far) <= max(1, 0.1 * len(far)) and not zones.is_text(slot.path):
            found.append((slot, there, sum(min(one, _NEAR) for one in far) / len(far)))
    return found


Near = list[tuple[Slot, list[list[Element]], float]]


def find_published(around: Around, near: Near) -> Choice | None:
    """The date of publication, as text or attribute."""
    site = around.site
    count = len(site.sheets)

    def judge(offer: Offer) -> float:
        given = offer.given
        if len(given) < max(2, 0.5 * count):
            return 0.0
        today = sum(value[:10] == sheet.page.captured.date().isoformat() for value, sheet in _dated(site, offer))
        agreed, weight = around.agreement("published", offer.values, (*OUTSIDE, "sitemap"))
        if not weight and _is_in_row(site, offer):
            return 0.0
        local = is_said_in_utc(offer)
        if (
            agreed < 0.5 and not local
            if weight
            else len({value[:10] for value in given}) == 1 or today > 0.8 * len(given)
        ):
            return 0.0
        exact = sum(len(value) > 10 for value in given) / len(given)
        score = len(given) / count + 1.5 * agreed + 0.3 * around.voted("published", offer.values) + 0.2 * exact
        score += 0.25 * (offer.attribute == "text") + 1.5 * local  # an attribute may be of an edit
        return score - 0.02 * offer.far - _LONGER * _size(site, offer)

    offers = [
        Offer(slot, there, values, far, attribute=attribute)
        for slot, there, far in near
        for attribute in ("text", "datetime")
        if any(
            values := [
                _date(sheet, one[0], site.text(one[0]), attribute) if one else ""
                for sheet, one in zip(site.sheets, there, strict=True)
            ]
        )
    ]
    return chosen(site, offers, judge)


def is_said_in_utc(offer: Offer) -> bool:
    """Whether a text shows the very day that an attribute writes, whatever its zone: a local time said to be UTC."""
    pairs = [
        (value[:10], raw[:10])
        for one, value in zip(offer.holders, offer.values, strict=True)
        if one and value and (raw := one[0].get("datetime") or "")[-1:] in ("Z", "0")
    ]
    return offer.attribute == "text" and bool(pairs) and all(shown == raw for shown, raw in pairs)


def _dated(site: Site, offer: Offer) -> Iterable[tuple[str, Sheet]]:
    return zip(offer.values, site.sheets, strict=True)


def _size(site: Site, offer: Offer) -> float:
    """The mean length of the elements around the values."""
    sizes = [
        min(len(site.text(one[0])), 100)
        for one, value in zip(offer.holders, offer.values, strict=True)
        if one and value
    ]
    return sum(sizes) / max(1, len(sizes))


def _date(sheet: Sheet, element: Element, text: str, attribute: str) -> str:
    raw = text if attribute == "text" else element.get("datetime") or ""
    if len(raw) > _DATE_TEXT or not _FIGURES.search(raw):
        return ""
    moment = read_date(raw, "learnt", sheet.page.captured)
    return moment.value if moment is not None and moment.precision not in ("year", "month") else ""


def _in_lines(around: Around, near: Near, read: Callable[[str], str]) -> Iterator[Offer]:
    """Each short text about the article, and each part of one, as far as a value can be read from it."""
    site = around.site
    for slot, there, far in near:
        texts = _texts(site, there)
        given = [text for text in texts if text]
        if (
            not given
            or max(map(len, given)) > LINE
            or any(_holds_cards(site, number, one) for number, one in enumerate(there))
        ):
            continue
        taken = any(one and one[0] in around.taken for one in there)  # by the date, beside which others may stand
        for pattern in patterns(texts):
            if taken and not pattern:
                continue
            if pattern and (far == _INSIDE or any(_is_box(one[0]) for one in there if one)):
                break
            parts = [part_of(text, pattern) for text in texts]
            values = [read(part) if part else "" for part in parts]
            fit = sum(map(bool, values))
            if fit >= 2 and fit >= (0.9 if pattern else 0.75) * sum(map(bool, parts)):
                yield Offer(slot, there, values, far, pattern)


def _holds_cards(site: Site, number: int, there: Sequence[Element]) -> bool:
    sheet, cards = site.sheets[number], site.cards[number]
    return any(not cards.isdisjoint(range(sheet.place[one], sheet.end[one])) for one in there[:1])


def _is_box(element: Element) -> bool:
    """Whether an element holds several blocks: its text is no line."""
    return sum(one.tag in _BLOCKS for one in element) > 1 or any(one.tag in _BLOCKS for two in element for one in two)


def find_section(around: Around, near: Near) -> Choice | None:
    """The section: a short text of few values, which the menu has, or feeds and metadata say."""
    site = around.site
    count = len(site.sheets)

    def read(text: str) -> str:
        short = text.count(" ") < _SECTION_WORDS and not _FIGURES.search(text) and text[:1].isalpha()
        return text if short else ""

    def judge(offer: Offer) -> float:
        given = offer.given
        kinds = len(set(given))
        if len(given) < max(3, 0.5 * count) or kinds == 1:
            return 0.0
        links = [_link_in(one[0], value) for one, value in zip(offer.holders, offer.values, strict=True) if one]
        if any(link is not None and _AUTHOR_LINK.search(link.get("href") or "") for link in links):
            return 0.0
        agreed, weight = around.agreement("section", offer.values)
        menu = sum(value in around.menu for value in given) / len(given)
        linked = sum(link is not None for link in links) / len(given)
        called = sum(link is not None and bool(_SECTION_LINK.search(link.get("href") or "")) for link in links)
        in_row = _is_in_row(site, offer) and (not called or _are_called(site, offer))
        if max(agreed, menu) < _SURE and (in_row or (count >= 8 and not called and kinds > 0.7 * len(given))):
            return 0.0
        evidence = 1.5 * agreed + 0.8 * menu + 0.4 * around.voted("section", offer.values) + 0.6 * called / len(given)
        if evidence < 0.5 or (weight > 0.5 and agreed < 0.4 and menu < 0.8):
            return 0.0
        score = evidence + 0.4 * len(given) / count + 0.1 * linked - 0.01 * offer.far - 0.1 * bool(offer.pattern)
        return score - _LONGER * _size(site, offer)

    return chosen(site, _in_lines(around, near, read), judge)


def _is_in_row(site: Site, offer: Offer) -> bool:
    """Whether a slot is one of a row of like elements, more on one page than on another: tags, comments, cards."""
    if offer.slot.number == ALL:
        return False
    rows = [sheet.at.get(offer.slot.path, []) for sheet in site.sheets]
    others = sorted(len(site.text(one)) for row in rows for one in row[1:])
    return len({len(row) for row in rows}) > 1 and bool(others) and others[len(others) // 2] <= _ITEM


def _are_called(site: Site, offer: Offer) -> bool:
    """Whether the others of a row lead to a section's page, too, by their addresses: tags called categories."""
    rows = (sheet.at.get(offer.slot.path, []) for sheet in site.sheets)
    links = (link for row in rows for one in row[1:] if (link := _link_in(one, site.text(one))) is not None)
    return any(_SECTION_LINK.search(link.get("href") or "") for link in links)


def _link_in(element: Element, text: str) -> Element | None:
    """The link that a text is in an element."""
    links = [element, *element.iterancestors("a"), *element.iter("a")]
    return next((one for one in links if one.tag == "a" and text in " ".join(one.itertext())), None)


def find_byline(around: Around, near: Near) -> Choice | None:
    """The byline: names, some of them on several pages, alone or as a part of a line."""
    site = around.site
    count = len(site.sheets)

    def read(text: str) -> str:
        name = _name_in(text)
        return name if words.is_name(name) and not words.is_account(name) and name not in around.menu else ""

    def judge(offer: Offer) -> float:
        given = offer.given
        kinds = len(set(given))
        if len(given) < max(3, 0.3 * count) or kinds < 2:
            return 0.0
        if any(value in said for value, said in zip(offer.values, around.said, strict=True)):
            return 0.0
        pairs = zip(offer.values, around.headlines, strict=True)
        if sum(bool(value) and value in headline for value, headline in pairs) > 0.5 * len(given):
            return 0.0
        agreed, weight = around.agreement("byline", offer.values)
        voted = around.voted("byline", offer.values)
        links = [_link_in(one[0], value) for one, value in zip(offer.holders, offer.values, strict=True) if one]
        linked = sum(link is not None and bool(_AUTHOR_LINK.search(link.get("href") or "")) for link in links)
        full = sum(map(words.is_full_name, given)) / len(given)
        label = offer.pattern.startswith("(?:^|\\s)") and _AUTHOR_LABEL.search(_label_of(offer.pattern)) is not None
        certain = agreed > 0.5 or voted > 0.5 or label or linked > 0.5 * len(given)
        if not (label or agreed > 0.5) and (_is_in_row(site, offer) or any(map(_DATE_WORD.search, given))):
            return 0.0
        if not certain and (kinds > 0.9 * max(len(given), 8) or full < 0.75 or (weight > 0.5 and agreed < 0.3)):
            return 0.0
        score = 1.5 * agreed + 0.8 * voted + 0.5 * full + 0.3 * linked / len(given) + 0.2 * label
        score += 0.3 * (1 - kinds / len(given)) + 0.4 * len(given) / count - 0.1 * bool(offer.pattern)
        return score - 0.01 * offer.far - _LONGER * _size(site, offer)

    return chosen(site, _in_lines(around, near, read), judge)


def _label_of(pattern: str) -> str:
    return pattern.removeprefix("(?:^|\\s)").partition("\\s*(")[0].replace("\\ ", " ").replace("\\", "")


def menu_texts(site: Site) -> frozenset[str]:
    """The texts of links that stand on nearly all pages: entries of menus."""
    counted: Counter[str] = Counter()
    for sheet in site.sheets:
        links = (one for one in sheet.elements if one.tag == "a" and (one.get("href") or "#")[0] != "#")
        counted.update({text for one in links if (text := site.text(one))})
    return frozenset(text for text, count in counted.items() if count >= 0.8 * len(site.sheets))


def find_tags(around: Around, zones: Zones) -> Choice | None:
    """The tags: links of one folder in one box, in number and text of the page's own."""
    site = around.site
    count = len(site.sheets)

    def offers() -> Iterator[Offer]:
        paths: Counter[str] = Counter(path for sheet in site.sheets for path in sheet.at)
        for path, pages in paths.items():
            if path.rpartition("\n")[2].split(" ")[0] != "a" or pages < max(2, 0.15 * count):
                continue
            there = site.elements(Slot(path))
            if not any(
                one in around.taken or zones.distance(number, one) > _NEAR + 20
                for number, all_ in enumerate(there)
                for one in all_[:2]
            ):
                texts = ([site.text(one).strip(" ,;#") for one in all_] for all_ in there)
                yield Offer(Slot(path), there, ["|".join(all_) for all_ in texts])

    def judge(offer: Offer) -> float:
        tags = [value.split("|") for value in offer.given]
        flat = [tag for all_ in tags for tag in all_ if tag]
        if len(set(flat)) < 3 or any(tag.count(" ") > 7 for tag in flat):
            return 0.0
        if sum(tag in around.menu for tag in flat) > 0.3 * len(flat):
            return 0.0
        folders = Counter(_folder(one.get("href") or "") for all_ in offer.holders for one in all_)
        folder, most = folders.most_common(1)[0]
        agreed, weight = around.agreement("tags", offer.values, ("metadata",))
        if most < 0.8 * len(flat) or not folder or (weight > 0.3 and agreed < 0.3):
            return 0.0
        many = sum(len(all_) > 1 for all_ in tags) / len(tags)
        voted, _ = around.agreement("tags", offer.values, ("page",))
        score = agreed + 0.5 * voted + 0.4 * many + 0.3 * len(set(flat)) / len(flat)
        return score if score > 0.5 and (many >= 0.3 or voted > 0.5 or agreed > 0.5) else 0.0

    return chosen(site, offers(), judge)


def _folder(href: str) -> str:
    folder = href.rstrip("/").rpartition("/")[0]
    return folder.rpartition("?")[0] or folder


def find_lead(around: Around, zones: Zones, text: Text) -> Choice | None:
    """The lead: one text of some length between headline and text, or first in it in an element with a name of its own.

    Where the editors mark it in the text itself, the page's own evidence tells it.
    """
    site = around.site
    count = len(site.sheets)

    def fits(number: int, element: Element, slot: Slot) -> bool:
        sheet = site.sheets[number]
        place, (low, high) = sheet.place[element], zones.body[number]
        if place in site.cards[number] or place <= zones.headline[number] or element in around.taken:
            return False
        if any(child in around.taken or child.tag == "a" for child in element.iter()):
            return False
        whole = site.text(element)
        if not any(
            id(one) in text.unique[number] and isinstance(one, Line) and one.text == whole for one in sheet.lines
        ):
            return False
        named = slot.number == ALL and " " in slot.path.rpartition("\n")[2]
        return place < low or (low < place < high and place <= zones.start[number] + 2 and named)

    def judge(offer: Offer) -> float:
        given = offer.given
        least, most = _LEAD_WORDS
        if len(given) < max(3, 0.25 * count) or len(set(given)) < 0.95 * len(given):
            return 0.0
        if sum(least <= value.count(" ") + 1 <= most for value in given) < 0.95 * len(given):
            return 0.0
        if any(value in said for value, said in zip(offer.values, around.said, strict=True) if value):
            return 0.0
        if not all(fits(number, one[0], offer.slot) for number, one in enumerate(offer.holders) if one):
            return 0.0
        told = [
            agrees("lead", "told", value, label)
            for kind in OUTSIDE
            for value, label in zip(offer.values, around.labels.of("lead").get(kind, ()), strict=False)
            if value and label
        ]
        agreed = sum(told) / len(told) if told else 0.0
        if len(told) >= 4 and agreed < 0.5:
            return 0.0
        return 0.1 + 0.5 * len(given) / count + 0.5 * agreed + 0.5 * around.voted("lead", offer.values)

    return chosen(site, (Offer(slot, there, _texts(site, there)) for slot, there in _singles(site)), judge)
