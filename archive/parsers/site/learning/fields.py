"""Chooses for each field of a template the slot in which it stands, by what is told of the pages and how it varies."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from dataclasses import field as made
from typing import Final

from archive.parsers.document.tree import Element
from archive.parsers.fields import vocabulary as words
from archive.parsers.site.learning.body import Text
from archive.parsers.site.learning.css import selector_of
from archive.parsers.site.learning.labels import WEIGHTS, Labels, agrees, is_slugged, key_of
from archive.parsers.site.learning.slots import ALL, Site, Slot
from archive.text.dates import read_date, weekday

_HEADINGS: Final = {"h1": 0.4, "h2": 0.3, "h3": 0.15, "h4": 0.1}
_COVERED: Final = 0.9  # of pages have the headline
_FIGURES: Final = re.compile(r"\d")
_FIGURED: Final = re.compile(r"\d\D+\d|\d{4}")
_DATE_TEXT: Final = 120  # letters of an element that holds a date
_NAME_WORDS: Final = 8
_SECTION_WORDS: Final = 7
_NEAR: Final = 30  # elements before the headline and behind the text among which its fields stand
_SPOKEN: Final = 4  # pages whose descriptions speak of a lead
_LABEL: Final = re.compile(r"[:|]\s*$")
_LINE: Final = 200  # letters of a line that tells of an article
_SIGNS: Final = r"(?:\s+[|·•/–—-]\s+|\s*[|·•]\s*|,\s+)"
_PARTED: Final = re.compile(_SIGNS)
_AUTHOR_LINK: Final = re.compile(r"/(?:authors?|tac-gia|user|profile)s?[/-]|[?&]author=", re.IGNORECASE)


@dataclass(slots=True)
class Choice:
    """A field's slots in the order to try, what stands there on each page, and how that was decided.

    `pattern` takes the value out of a longer text, `attribute` says where a date is: "text", "datetime" or "".
    """

    field: str
    slots: list[Slot]
    values: list[str]
    score: float
    pattern: str = ""
    attribute: str = ""
    holders: list[list[Element]] = made(default_factory=list)
    css: list[str] = made(default_factory=list)

    @property
    def found(self) -> int:
        """Pages on which there is a value."""
        return sum(map(bool, self.values))


def agreement(labels: Labels, field_: str, values: Sequence[str], kinds: Sequence[str] = ()) -> tuple[float, float]:
    """How far values agree with the labels of a field, and how much weight these labels have together.

    A value where labels say something and none stands there counts as disagreeing.
    """
    total = weight = 0.0
    for kind, said in labels.of(field_).items():
        if kinds and kind not in kinds:
            continue
        pairs = [(value, label) for value, label in zip(values, said, strict=True) if label]
        if pairs:
            heavy = WEIGHTS.get(kind, 0.5) * len(pairs) / len(values)
            total += heavy * sum(agrees(field_, kind, *pair) if pair[0] else 0.0 for pair in pairs) / len(pairs)
            weight += heavy
    if field_ == "headline":
        slugged = [slug.count("-") >= 2 for slug in labels.slugs]
        if any(slugged) and (not kinds or "slug" in kinds):
            heavy = WEIGHTS["slug"] * sum(slugged) / len(values)
            hits = sum(
                is_slugged(slug, value) for slug, value, ok in zip(labels.slugs, values, slugged, strict=True) if ok
            )
            total += heavy * hits / sum(slugged)
            weight += heavy
    return (total / weight if weight else 0.0), weight


def find_headline(site: Site, labels: Labels) -> Choice | None:
    """The slot of the headline: a text of its own on nearly every page, which address, links and metadata repeat."""
    count = len(site.sheets)
    best: Choice | None = None
    for slot in site.singles():
        there = site.elements(slot)
        values = [site.text(one[0]) if one else "" for one in there]
        given = [value for value in values if value]
        if len(given) < _COVERED * count or len(set(given)) < 0.8 * len(given):
            continue
        lengths = sorted(value.count(" ") + 1 for value in given)
        if not 3 <= lengths[len(lengths) // 2] <= 30 or lengths[-1] > 60:
            continue
        first = next(one[0] for one in there if one)
        if any(_leads_away(site, number, one[0]) for number, one in enumerate(there) if one):
            continue
        agreed, weight = agreement(labels, "headline", values)
        if not weight or agreed < 0.5:
            continue
        depth = slot.path.count("\n") * 0.002
        score = agreed + 0.25 * _HEADINGS.get(first.tag, 0.0) + depth - (0.05 if slot.number not in (ALL, 0) else 0.0)
        if (best is None or score > best.score) and (css := selector_of(site, slot)):
            best = Choice("headline", [slot], values, score, holders=there, css=[css])
    return best


def _leads_away(site: Site, number: int, element: Element) -> bool:
    sheet = site.sheets[number]
    own = key_of(sheet.page.url)
    links = [*element.iterancestors("a"), *element.iter("a")]
    return any(
        (href := link.get("href")) and key_of(sheet.page.absolute(href)) != own and href[:1] != "#" for link in links
    )


class Zones:
    """For each page, where its header begins, its text begins and ends, and what behind it still belongs to it."""

    def __init__(self, site: Site, headline: Choice, text: Text) -> None:
        self.site = site
        self.headline: list[int] = []
        self.start: list[int] = []
        self.end: list[int] = []
        self.body: list[tuple[int, int]] = []
        for number, sheet in enumerate(site.sheets):
            there, boxes = headline.holders[number], text.elements[number]
            at = sheet.place[there[0]] if there else -1
            lines = [item.element for item in sheet.lines if id(item) in text.unique[number]]
            inside = [sheet.place[one] for one in lines if any(sheet.within(one, box) for box in boxes)]
            inside = [place for place in inside if place > at] or inside
            self.headline.append(at)
            self.body.append((sheet.place[boxes[0]], sheet.end[boxes[-1]]) if boxes else (-1, -1))
            self.start.append(min(inside, default=at + 1))
            self.end.append(max(inside, default=at + 1))

    def distance(self, number: int, element: Element) -> float:
        """How far an element lies from its page's headline or text: 0 between them, larger further off."""
        sheet = self.site.sheets[number]
        place = sheet.place.get(element, -1)
        head, start, end = self.headline[number], self.start[number], self.end[number]
        if place < 0 or place in self.site.cards[number]:
            return 1e6
        if head < 0:
            head = start
        if head <= place <= start or start <= place <= head:
            return 0.0
        if place < min(head, start):
            return float(min(head, start) - place)
        if place > end:
            return float(place - end)
        return (
            1.0 if len(sheet.path[element].split("\n")[-1].split(" ")) > 1 else 1e6
        )  # in the text: only what has a name


def near_slots(site: Site, zones: Zones, most: float = _NEAR) -> list[tuple[Slot, list[list[Element]], float]]:
    """The slots about headline and text, what stands there, and how far off in the mean."""
    found = []
    for slot in site.singles():
        there = site.elements(slot)
        far = [zones.distance(number, one[0]) for number, one in enumerate(there) if one]
        if not far or sum(one > most for one in far) > 0.1 * len(far):
            continue
        found.append((slot, there, sum(min(one, most) for one in far) / len(far)))
    return found


Near = list[tuple[Slot, list[list[Element]], float]]


def find_published(site: Site, labels: Labels, near: Near) -> Choice | None:
    """The slot of the date of publication, as text or attribute."""
    count = len(site.sheets)
    best: Choice | None = None
    for slot, there, far in near:
        if not any(one and _may_date(site, one[0]) for one in there):
            continue
        for attribute in ("text", "datetime"):
            values = [_date(site, number, one[0], attribute) if one else "" for number, one in enumerate(there)]
            given = [value for value in values if value]
            if len(given) < max(2, 0.5 * count):
                continue
            clock = sum(
                value[:10] == site.sheets[number].page.captured.date().isoformat()
                for number, value in enumerate(values)
            )
            agreed, weight = agreement(labels, "published", values, ("told", "metadata", "sitemap"))
            if weight and agreed < 0.5:
                continue
            if not weight and (len({value[:10] for value in given}) == 1 or clock > 0.8 * len(given)):
                continue
            voted, _ = agreement(labels, "published", values, ("page",))
            exact = sum(len(value) > 10 for value in given) / len(given)
            score = len(given) / count + 1.5 * agreed + 0.3 * voted + 0.2 * exact - 0.02 * far
            score += 0.05 if attribute == "text" and exact else 0.0
            size = sum(len(site.text(one[0])) for one in there if one) / len(given)
            score -= 0.002 * size
            if (best is None or score > best.score) and (css := selector_of(site, slot)):
                best = Choice("published", [slot], values, score, attribute=attribute, holders=there, css=[css])
    if best is not None:
        _add_other_places(site, best, near)
    return best


def _add_other_places(site: Site, best: Choice, near: Near) -> None:
    """Slots for the pages on which a date stands elsewhere in the same box: an optional field stands before it."""
    path = best.slots[0].path
    for slot, there, _ in near:
        if slot.path != path or slot in best.slots:
            continue
        missing = [number for number, value in enumerate(best.values) if not value]
        filled = {
            number: value
            for number in missing
            if there[number] and (value := _date(site, number, there[number][0], best.attribute))
        }
        if len(filled) >= 2 and (css := selector_of(site, slot)):
            best.slots.append(slot)
            best.css.append(css)
            for number, value in filled.items():
                best.values[number] = value
                best.holders[number] = there[number]


def _may_date(site: Site, element: Element) -> bool:
    if element.get("datetime"):
        return True
    text = site.text(element)
    return len(text) <= _DATE_TEXT and _FIGURED.search(text) is not None


def _date(site: Site, number: int, element: Element, attribute: str) -> str:
    sheet = site.sheets[number]
    if attribute == "datetime":
        raw = element.get("datetime") or ""
    else:
        raw = site.text(element)
        if len(raw) > _DATE_TEXT or not _FIGURED.search(raw):
            return ""
    moment = read_date(raw, "learnt", sheet.page.captured) if raw else None
    return moment.value if moment is not None and moment.precision not in ("year", "month") else ""


def find_section(site: Site, labels: Labels, near: Near, taken: set[Element], menu: frozenset[str]) -> Choice | None:
    """The slot of the section: a short text of few values, which the menu has, or feeds and metadata say."""
    count = len(site.sheets)
    best: Choice | None = None
    for slot, there, far in near:
        texts = [site.text(one[0]) if one else "" for one in there]
        if any(one and one[0] in taken for one in there):
            continue
        label, values = without_label(texts)
        given = [value for value in values if value]
        if len(given) < max(3, 0.3 * count):
            continue
        if any(value.count(" ") >= _SECTION_WORDS for value in given) or sum(
            map(bool, map(_FIGURES.search, given))
        ) > 0.1 * len(given):
            continue
        kinds = len(set(given))
        if kinds == 1 or (count >= 8 and kinds > 0.7 * len(given)):
            continue
        agreed, weight = agreement(labels, "section", values, ("told", "metadata"))
        voted, _ = agreement(labels, "section", values, ("page",))
        in_menu = sum(value in menu for value in given) / len(given)
        linked = sum(bool(one) and _is_link(one[0]) for one in there) / len(given)
        if any(one and any(_AUTHOR_LINK.search(link.get("href") or "") for link in one[0].iter("a")) for one in there):
            continue
        evidence = 1.5 * agreed + 0.8 * in_menu + 0.4 * voted
        if evidence < 0.5 or (weight > 0.5 and agreed < 0.4 and in_menu < 0.8):
            continue
        score = evidence + 0.4 * len(given) / count + 0.1 * linked - 0.01 * far - (0.1 if label and not linked else 0.0)
        if (best is None or score > best.score) and (css := selector_of(site, slot)):
            best = Choice("section", [slot], values, score, pattern=_pattern(label), holders=there, css=[css])
    return best


def _is_link(element: Element) -> bool:
    return element.tag == "a" or next(element.iter("a"), None) is not None


def find_byline(site: Site, labels: Labels, near: Near, taken: set[Element], menu: frozenset[str]) -> Choice | None:
    """The slot of the byline: short texts shaped like names, some of them on several pages."""
    count = len(site.sheets)
    best: Choice | None = None
    for slot, there, far in near:
        texts = [site.text(one[0]) if one else "" for one in there]
        if any(one and one[0] in taken for one in there):
            continue
        label, values = without_label(texts)
        given = [value for value in values if value]
        if len(given) < max(2, 0.2 * count) or len(set(given)) < 2:
            continue
        if sum(value.count(" ") >= _NAME_WORDS for value in given) > 0.05 * len(given):
            continue
        stripped = [_without_word(value) for value in values]
        names = sum(bool(value) and words.is_name(value) and not words.is_account(value) for value in stripped) / len(
            given
        )
        if sum(value in menu for value in given) > 0.3 * len(given):
            continue
        agreed, _ = agreement(labels, "byline", stripped, ("told", "metadata"))
        voted = _voted(labels, stripped)
        author = sum(
            bool(one) and any(_AUTHOR_LINK.search(link.get("href") or "") for link in one[0].iter("a")) for one in there
        )
        evidence = 1.5 * agreed + 0.8 * voted + 0.5 * names + 0.3 * (author / len(given)) + (0.2 if label else 0.0)
        if names < 0.6 and agreed < 0.6:
            continue
        if len(set(given)) > 0.95 * len(given) and len(given) >= 8 and agreed < 0.5 and voted < 0.5:
            continue
        evidence += 0.3 * (1 - len(set(given)) / len(given))
        score = evidence + 0.2 * len(given) / count - 0.01 * far - 0.003 * sum(map(len, given)) / len(given)
        if score > 0.6 and (best is None or score > best.score) and (css := selector_of(site, slot)):
            best = Choice("byline", [slot], stripped, score, pattern=_pattern(label), holders=there, css=[css])
    return best


def find_byline_in_line(
    site: Site, labels: Labels, near: Near, taken: set[Element], menu: frozenset[str]
) -> Choice | None:
    """The byline as a part of a line that tells of the article: behind a label, or at one place between the signs that
    part it ("Hà Vân | 05/03/2026 | 312 lượt xem").
    """
    count = len(site.sheets)
    best: Choice | None = None
    for slot, there, far in near:
        texts = [site.text(one[0]) if one else "" for one in there]
        given = [text for text in texts if text]
        strict = any(one and one[0] in taken for one in there)  # the line of the date: what else may be a name there
        if len(given) < max(3, 0.2 * count) or max(map(len, given)) > _LINE or len(set(given)) < 0.5 * len(given):
            continue
        parts = [_PARTED.split(text) if text else [] for text in texts]
        for values, pattern in _in_lines(parts):
            found = [value for value in values if value]
            if len(found) < max(3, 0.2 * count) or len(set(found)) < 2 or len(set(found)) > 0.95 * max(len(found), 8):
                continue
            names = sum(words.is_name(value) and not words.is_account(value) for value in found) / len(found)
            if names < 0.9 or any(value in menu or value.count(" ") >= _NAME_WORDS for value in found):
                continue
            if any(weekday(value.lower()) is not None for value in found):
                continue
            if strict and not all(map(words.is_full_name, found)):
                continue
            agreed, _ = agreement(labels, "byline", values, ("told", "metadata"))
            score = names + agreed + len(found) / count - 0.01 * far - 0.002 * sum(map(len, given)) / len(given)
            if (best is None or score > best.score) and (css := selector_of(site, slot)):
                best = Choice("byline", [slot], values, score, pattern=pattern, holders=there, css=[css])
    return best


def _in_lines(lines: Sequence[list[str]]) -> Iterator[tuple[list[str], str]]:
    """The values of each part of lines, and the pattern that takes them: those behind a label first."""
    heads = Counter(head for line in lines for head in {_head(part) for part in line if part.count(" ") >= 1})
    many = 0.5 * sum(map(bool, lines))
    for head, pages in heads.items():
        if head and pages >= max(3, 0.2 * len(lines)) and (_LABEL.search(head) or pages >= many):
            values = [next((part[len(head) :].strip() for part in line if _head(part) == head), "") for line in lines]
            more, values = without_label(values)
            head = f"{head} {more}".strip()
            yield values, f"(?:^|{_SIGNS}){re.escape(head)}\\s*(.+?)(?:{_SIGNS}|$)"
    for at in range(min(4, max(map(len, lines), default=0))):
        values = [line[at] if len(line) > max(at, 1) else "" for line in lines]
        yield values, f"^(?:.+?{_SIGNS}){{{at}}}(.+?){_SIGNS}"


def _head(part: str) -> str:
    """What a part begins with: up to a colon, else its first word."""
    label = part.partition(":")[0] + ":" if ":" in part else part.partition(" ")[0]
    return label if len(label) < len(part) else ""


def _voted(labels: Labels, values: Sequence[str]) -> float:
    """The share of found bylines that the reader has found, too."""
    said = labels.of("byline").get("page", [""] * len(values))
    pairs = [(value, label) for value, label in zip(values, said, strict=True) if value]
    return sum(value == label for value, label in pairs) / len(pairs) if pairs else 0.0


def _without_word(value: str) -> str:
    match = words.AUTHOR.match(value)
    return match["name"].strip() if match else value


def without_label(texts: Sequence[str]) -> tuple[str, list[str]]:
    """What all texts begin with, whole words, and what is left of them: "Người đăng: ", or "" where there is no label.

    A word that is no label by its form counts only where five different texts begin with it.
    """
    given = sorted({text for text in texts if text})
    if len(given) < 2:
        return "", list(texts)
    parts = [text.split(" ") for text in given]
    size = 0
    while all(len(one) > size + 1 for one in parts) and len({one[size] for one in parts}) == 1:
        size += 1
    label = " ".join(parts[0][:size])
    if not label:
        return "", list(texts)
    if not _LABEL.search(label) and (
        len(given) < 4 or (words.is_name(label) and len(given) < 8 and label[:1].isupper() and label[:2] not in ("By",))
    ):
        return "", list(texts)
    return label, [text[len(label) :].strip() if text else "" for text in texts]


def _pattern(label: str) -> str:
    return f"^{re.escape(label).replace(chr(92) + ' ', ' ')}\\s*(.+)$" if label else ""


def menu_texts(site: Site) -> frozenset[str]:
    """The texts of links that stand on nearly all pages: entries of menus."""
    counted: Counter[str] = Counter()
    for sheet in site.sheets:
        counted.update(
            {
                site.text(element)
                for element in sheet.elements
                if element.tag == "a" and (element.get("href") or "#")[0] != "#" and site.text(element)
            }
        )
    return frozenset(text for text, count in counted.items() if count >= 0.8 * len(site.sheets))


def find_tags(site: Site, labels: Labels, zones: Zones, taken: set[Element], menu: frozenset[str]) -> Choice | None:
    """The path of the tags: links of one folder in one box, in number and text of the page's own."""
    count = len(site.sheets)
    paths: Counter[str] = Counter(
        path for sheet in site.sheets for path in sheet.at if path.rpartition("\n")[2].split(" ")[0] == "a"
    )
    best: Choice | None = None
    for path, pages in paths.items():
        if pages < max(2, 0.15 * count):
            continue
        there = site.elements(Slot(path))
        if any(one in taken for all_ in there for one in all_) or any(
            zones.distance(number, one) > _NEAR + 20 for number, all_ in enumerate(there) for one in all_[:2]
        ):
            continue
        values = [[site.text(one).strip(" ,;#") for one in all_] for all_ in there]
        flat = [value for all_ in values for value in all_ if value]
        if (
            len(set(flat)) < 3
            or any(value.count(" ") > 7 for value in flat)
            or sum(value in menu for value in flat) > 0.3 * len(flat)
        ):
            continue
        folders = Counter(
            (one.get("href") or "").rstrip("/").rpartition("/")[0].rpartition("?")[0]
            or (one.get("href") or "").rstrip("/").rpartition("/")[0]
            for all_ in there
            for one in all_
        )
        folder, most = folders.most_common(1)[0]
        if most < 0.8 * len(flat) or not folder:
            continue
        many = sum(len(all_) > 1 for all_ in values) / max(1, sum(map(bool, values)))
        joined = ["|".join(all_) for all_ in values]
        agreed, weight = agreement(labels, "tags", joined, ("metadata",))
        voted, _ = agreement(labels, "tags", joined, ("page",))
        distinct = len(set(flat)) / len(flat)
        if weight > 0.3 and agreed < 0.3:
            continue
        score = agreed + 0.5 * voted + 0.4 * many + 0.3 * distinct
        fits = (many >= 0.3 or voted > 0.5 or agreed > 0.5) and score > 0.5
        if fits and (best is None or score > best.score) and (css := selector_of(site, Slot(path))):
            best = Choice("tags", [Slot(path)], joined, score, holders=there, css=[css])
    return best


def find_lead(site: Site, labels: Labels, zones: Zones, text: Text, taken: set[Element]) -> Choice | None:
    """The slot of the lead: one text of some length between headline and text, or first in it in an element that has a
    name of its own.
    """
    count = len(site.sheets)
    best: Choice | None = None
    for slot in site.singles():
        there = site.elements(slot)
        values = [site.text(one[0]) if one else "" for one in there]
        given = [value for value in values if value]
        if len(given) < max(3, 0.25 * count) or len(set(given)) < 0.95 * len(given):
            continue
        if sum(8 <= value.count(" ") + 1 <= 130 for value in given) < 0.95 * len(given):
            continue
        if any(one and (one[0] in taken or any(child in taken for child in one[0].iter())) for one in there):
            continue
        outside = 0
        fits = True
        for number, one in enumerate(there):
            if not one:
                continue
            place, (low, high) = site.sheets[number].place[one[0]], zones.body[number]
            if place in site.cards[number] or place <= zones.headline[number]:
                fits = False
            elif place < low:
                outside += 1
            elif not (low < place < high and place <= zones.start[number] + 2 and _is_named(slot)):
                fits = False
        if not fits:
            continue
        if _contradicted(labels, values):
            continue
        agreed, _ = agreement(labels, "lead", values, ("told", "metadata"))
        voted, _ = agreement(labels, "lead", values, ("page",))
        score = (
            0.5 * len(given) / count
            + 0.5 * agreed
            + 0.5 * voted
            + 0.3 * outside / len(given)
            + (0.1 if _is_named(slot) else 0.0)
        )
        if (best is None or score > best.score) and (css := selector_of(site, slot)):
            best = Choice("lead", [slot], values, score, holders=there, css=[css])
    return best


def _contradicted(labels: Labels, values: Sequence[str]) -> bool:
    """Whether descriptions of the pages begin otherwise than the texts that may be their leads, on most of them."""
    pairs = [
        pair
        for kind, said in labels.of("lead").items()
        if kind in ("told", "metadata")
        for pair in zip(values, said, strict=True)
        if all(pair)
    ]
    return len(pairs) >= _SPOKEN and sum(agrees("lead", "told", *pair) for pair in pairs) < 0.5 * len(pairs)


def _is_named(slot: Slot) -> bool:
    return slot.number == ALL and " " in slot.path.rpartition("\n")[2]
