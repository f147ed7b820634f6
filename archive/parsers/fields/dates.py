"""Finds the line that dates an article: beside the headline, made of a date and little else."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from archive.model import Moment
from archive.parsers.blocks.lines import Items, Line, parted
from archive.parsers.blocks.zones import Zones, place_of
from archive.parsers.document.address import leads_home
from archive.parsers.document.page import Page
from archive.parsers.document.tree import Element, longer_than, text_of
from archive.parsers.fields import vocabulary as words
from archive.text.dates import read_date

_DATE_LITTER: Final = re.compile(
    r"\d+|[^\w\s]|\b(?:thứ|một|hai|ba|tư|năm|sáu|bảy|tám|chín|mười|chủ|nhật|ngày|tháng|giờ|phút|được|đăng|tạo|tin|cập|lúc|gmt|am|pm|sa|ch|utc|xuất|bản|update|updated|date|time|"
    r"lượt|xem|view|views|post|posted|created|on|th?\d{1,2}|cn|(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?|h|a|at|published|"
    r"jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b",
    re.IGNORECASE,
)
_MOST_LINKS: Final = 30  # of a date line, with sections, tags and counters
_LONGEST_DATE_LINE: Final = 16  # words outside links
NEVER: Final = "1970-01-01"
"""What programs write where an article has no date: the day on which their clocks begin."""
_DIGIT: Final = re.compile(r"\d")
_LONGEST_ROW: Final = 40  # words outside links of a row of labels: date, counters, minutes of reading
_FEWEST_LABELS: Final = 2
_LONGEST_LABEL: Final = 8  # words of one of them
_SPARE_DATE_WORDS: Final = 5  # words of a date line that say something else: a section, a byline
_GLUED: Final = re.compile(r"(\d{4})(\d{1,2}:\d{2})")  # date and hour in elements of their own, without a space
_CLOCK: Final = 3  # items above the headline; further up the day of capture is the clock in the page's head
_WHOLE: Final = re.compile(r"\d{1,2}[-/.]\d{1,2}[-/.]\d{4}")
_LINK_WORDS: Final = 5  # of "Để lại một bình luận", the longest link beside a date that is no headline
_HEADLINE_WORDS: Final = 4  # of a link that is another article's headline
_ALL_LINKED: Final = 0.9
_FEWEST_DIGITS: Final = 4  # of a date; "1" is a counter of comments
_HOUR: Final = re.compile(
    r"\W*\d{1,2}\s*[:h]\s*\d{2}(?:\s*[:']\s*\d{0,2})?\W*(?:am|pm|sa|ch|sáng|trưa|chiều|tối)?\W*", re.IGNORECASE
)  # a line that is only a clock's
_EDIT: Final = re.compile(
    r"\W*(?:(?:được\s+)?(?:cập\s+nhật|chỉnh\s+sửa|sửa(?:\s+đổi)?)|(?:last\s+)?(?:updated?|modified|edited))\b",
    re.IGNORECASE,
)
_EDIT_COST: Final = 10  # lines by which a time of publication may stand further off than that of an edit
_OF_DOCUMENT: Final = re.compile(r"\b(?:ban\s+hành|hiệu\s+lực|ngày\s+ký)\b", re.IGNORECASE)
_SPAN: Final = re.compile(
    r"(?:\W*thời\s+(?:gian|hạn)[^:]{0,20}:)?\W*từ\s.*\sđến\s|\W*thời\s+hạn[^:]{0,20}:", re.IGNORECASE
)
_MIDNIGHT: Final = re.compile(r"[T ]00:00(?::00)?")
_LAST: Final = 3  # lines at the end of the text, where a page that has no date above it may print one
_FOOTER: Final = 3  # items behind the text in which a theme may print date and author
_DAY: Final = len("2025-02-03")
_BEFORE: Final = 12  # items before the headline among which its date and section are looked for


def find_moment(zones: Zones) -> tuple[Moment | None, int]:
    """The date line nearest to the headline, and its position; (None, -1) where the page shows none."""
    page, items, headline, start, end = zones.page, zones.items, zones.headline, zones.start, zones.end
    best: tuple[float, Moment, int] | None = None
    anchor = headline if headline >= 0 else start
    for position in [
        *range(max(0, anchor - _BEFORE), min(start + 3, len(items))),
        *range(max(start + 3, end - _LAST), min(end + 4, len(items))),
    ]:
        item = items[position]
        if not isinstance(item, Line) or position == headline:
            continue
        if position >= end and words.COMMENTS.fullmatch(item.text):
            break
        moment = date_of(page, item)
        if moment is None or (position >= end and (_dates_another(page, items, position) or _leads_away(page, item))):
            continue
        if start + 3 <= position < end and not _is_alone(_unlinked(item)):
            continue
        moment = _with_hour(page, items, position, moment)
        cost = (
            abs(position - anchor)
            + (0 if moment.precision in ("minute", "second") else 2)
            + (4 if position < anchor else 0)
            + (_EDIT_COST if is_of_edit(item) or _OF_DOCUMENT.search(item.text) else 0)
        )
        if is_today(page, moment):
            if anchor - position > _CLOCK:
                continue
            cost += 20
        if best is None or cost < best[0]:
            best = (cost, moment, position)
    return (best[1], best[2]) if best else (None, -1)


def moment_in(page: Page, box: Items) -> tuple[Moment | None, Line | None]:
    """The date in the article's own header or footer, and its line: asked where none stands beside the headline."""
    for position, item in enumerate(box[:_FOOTER]):
        if isinstance(item, Line) and words.COMMENTS.fullmatch(item.text):
            break
        moment = date_of(page, item) if isinstance(item, Line) else None
        if moment is not None and isinstance(item, Line):
            others = _leads_away(page, item) or (position and _dates_another(page, box, position))
            return (None, None) if others else (moment, item)
    return None, None


def lone_moment(zones: Zones) -> Moment | None:
    """The one date that time elements above the text tell, wherever they stand; None where they tell several days or
    date another article.
    """
    page, text = zones.page, zones.items[zones.start] if zones.start < len(zones.items) else None
    above = zones.whole[: place_of(zones.whole, text, 0)]
    moments = [
        moment
        for at, item in enumerate(above)
        if isinstance(item, Line) and next(item.element.iter("time"), None) is not None
        if (moment := date_of(page, item)) is not None and not (at and _dates_another(page, above, at))
    ]
    days = {moment.value[:_DAY] for moment in moments}
    return replace(moments[0], confidence=0.6) if len(days) == 1 and not is_today(page, moments[0]) else None


def _with_hour(page: Page, items: Items, position: int, day: Moment) -> Moment:
    """The date of a line with the hour that stands in the next line, alone."""
    line, below = items[position], items[position + 1] if position + 1 < len(items) else None
    if day.precision != "day" or not (
        isinstance(line, Line) and isinstance(below, Line) and _HOUR.fullmatch(below.text)
    ):
        return day
    exact = read_date(f"{line.text} {below.text}", f"generic {line.element.tag}", page.captured, page.month_first)
    return exact if exact is not None and exact.value.startswith(day.value) else day


def find_second_moment(zones: Zones, dated: int, published: Moment | None) -> Moment | None:
    """The time of the last edit where the page shows one beside the time of publication."""
    page, items, headline = zones.page, zones.items, zones.headline
    for position in (dated + 1, dated + 2, dated - 1):
        item = items[position] if 0 <= position < len(items) and dated >= 0 and position != headline else None
        moment = date_of(page, item) if isinstance(item, Line) else None
        if moment is None or published is None or (position < headline and is_today(page, moment)):
            continue
        if moment.value > published.value:
            return moment
    return None


def is_of_edit(line: Line | None) -> bool:
    """Whether a date line calls its date that of an edit: "Last edited 03/12/2026 09:26"."""
    return line is not None and _EDIT.match(line.text) is not None


def is_today(page: Page, moment: Moment) -> bool:
    """Whether a date is the day of capture: it may be the clock that portals show in their head."""
    return moment.value[:10] == page.captured.astimezone().date().isoformat()


def _dates_another(page: Page, items: Items, position: int) -> bool:
    """Whether a date behind the text stands right below a link with a headline: it is that article's."""
    before = items[position - 1]
    if not isinstance(before, Line) or before.linked <= 0.5 or before.length < _HEADLINE_WORDS:
        return False
    return not all(leads_home(page, link.href) for link in before.links)


def _leads_away(page: Page, line: Line) -> bool:
    """Whether a date behind the text is a link to another page: that is dated then."""
    return line.linked > 0.5 and not any(page.absolute(link.href).partition("#")[0] == page.url for link in line.links)


def _is_date(text: str) -> bool:
    """Whether a link's text is a date and nothing else: many themes link the date to the article or its month."""
    digits = sum(character.isdecimal() for character in text)
    return digits >= _FEWEST_DIGITS and not _beside_date(text)


def _is_alone(text: str) -> bool:
    """Whether a line of the text is a date, or one with the newsroom: "Ban Biên tập | 12/09/2024"."""
    return _is_date(text) or words.is_newsroom(_beside_date(text))


def _beside_date(text: str) -> str:
    """What a text says beside a date."""
    return " ".join(_DATE_LITTER.sub(" ", text).split())


def _unlinked(line: Line) -> str:
    """The text of a line without that of its links: beside a date they name author and section."""
    text = line.text
    for link in line.links if line.linked < _ALL_LINKED else ():
        text = text.replace(link.text, " ", 1)
    return text


def _names_article(page: Page, line: Line) -> bool:
    """Whether a link of the line has a headline's length: then the date beside it is that article's, unless the link
    is the site's name and leads to its front page.
    """
    return any(len(link.text.split()) > _LINK_WORDS and not leads_home(page, link.href) for link in line.links)


def _is_row(line: Line) -> bool:
    """Whether a line is made of several short elements with nothing but marks between: a theme's row of labels."""
    element = line.element
    if line.tag == "p" or len(element) < _FEWEST_LABELS or any(map(str.isalnum, element.text or "")):
        return False
    return all(
        not any(map(str.isalnum, child.tail or "")) and (not longer_than(child, _LONGEST_LABEL) or _is_list(child))
        for child in element
    )


def _is_list(element: Element) -> bool:
    """Whether a label is a list of short ones parted by commas: tags without links, as miyadaiku's theme has them."""
    if longer_than(element, _LONGEST_ROW) or len(element):
        return False
    parts = element.text.split(",")
    return len(parts) >= _FEWEST_LABELS and all(len(part.split()) <= _LONGEST_LABEL for part in parts)


def date_of(page: Page, line: Line) -> Moment | None:
    """The date that a line is made of, or None where the line says more than a date and a few words."""
    if len(line.links) > _MOST_LINKS or _SPAN.match(line.text) or line.text.endswith(":"):
        return None
    linked = sum(len(link.text.split()) for link in line.links)
    if line.length - linked > _LONGEST_ROW or not _DIGIT.search(line.text):
        return None
    row = _is_row(line)
    if line.length - linked > _LONGEST_DATE_LINE and not row:
        return None
    # A line without an element of its own stands in that of the whole article, with the times of its cards.
    times = (element for element in line.element.iter("time") if text_of(element) in line.text)
    stamp = next((value for element in times if (value := element.get("datetime"))), "")
    dated = [link.text for link in line.links if _is_date(link.text)]
    text = parted(line) if row else line.text
    for link in line.links:
        if link.text not in dated and _DATE_LITTER.sub(" ", link.text).split():  # month, day and hour may be links
            text = text.replace(link.text, " ", 1)
    if line.linked > 0.6 and not dated and not stamp and (_names_article(page, line) or not _WHOLE.search(text)):
        return None
    if not row and len(_DATE_LITTER.sub(" ", text).split()) > _SPARE_DATE_WORDS:
        return None
    text = _GLUED.sub(r"\1 \2", text)
    moment = read_date(stamp, "generic time[datetime]", page.captured) if stamp else None
    if moment is not None and _MIDNIGHT.search(stamp):  # a day alone, as a machine writes it
        shown = read_date(text, f"generic {line.element.tag}", page.captured, page.month_first)
        moment = shown if shown is not None and shown.precision == "day" else moment
    for said in (text, line.text) if row else (text,):
        moment = moment or read_date(said, f"generic {line.element.tag}", page.captured, page.month_first)
    if moment is None or moment.precision in ("year", "month") or moment.value.startswith(NEVER):
        return None
    return moment
