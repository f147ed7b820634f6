"""What a site is, by what it says about itself: its name, its kind, its province, its language."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from typing import Final

from archive.places import PROVINCES_63
from archive.places.mentions import mentions
from archive.sources.model import Kind
from archive.text.folding import ACCENTED, fold

_JOINT: Final = re.compile(r"\s+[|–—·»-]\s+|\s*[|»]\s*")
_NO_NAME: Final = frozenset(
    ("trang chu", "trang nhat", "trang dau", "home", "homepage", "home page", "index", "default", "mac dinh", "tin tuc")
)
_FRONT: Final = re.compile(r"^(?:trang\s+(?:chủ|nhất|đầu)|home(?:\s?page)?)\s*[|–—·»:-]\s*", re.IGNORECASE)
_LONGEST_NAME: Final = 120
_LONGEST_TITLE: Final = 300
_COMPACT: Final = {unit.id.replace("-", ""): unit.id for unit in PROVINCES_63}
_LEAST_COMPACT: Final = 6  # letters: "hanoi" and "ninhbinh" are written together, "hue" is a syllable
_LEAST_MENTIONS: Final = 3
_CLEAR: Final = 0.6  # of the mentions that name a province


def _kinds(*rows: tuple[Kind, str]) -> tuple[tuple[Kind, re.Pattern[str]], ...]:
    return tuple((kind, re.compile(pattern, re.IGNORECASE)) for kind, pattern in rows)


# The first row that a name meets says the kind; what meets none is told by the page's imprint, then by the host.
_BY_NAME: Final = _kinds(
    ("newspaper", r"^báo\b|(?<!thông\s)\bbáo\s+(?:điện\s+tử|và\s+(?:phát|đài))"),
    ("magazine", r"^tạp\s+chí\b"),
    ("agency", r"thông\s+tấn"),
    ("broadcaster", r"\bđài\s+(?:phát\s+thanh|truyền|ptth|pt)|phát\s+thanh|truyền\s+hình"),
    (
        "party",
        r"đảng\s+bộ|đảng\s+(?:ủy|uỷ)|(?:tỉnh|thành|quận|huyện|thị)\s+(?:ủy|uỷ)\b|"
        r"ban\s+(?:tuyên\s+giáo|dân\s+vận)",
    ),
    (
        "government",
        r"(?:ủy|uỷ)\s+ban\s+nhân\s+dân|\bubnd\b|\bhđnd\b|hội\s+đồng\s+nhân\s+dân|\bsở\s|chi\s+cục|\bcục\s|"
        r"\bquỹ\s|thanh\s+tra|ban\s+quản\s+lý|văn\s+phòng|trung\s+tâm|"
        r"(?:cổng|trang)\s+(?:thông\s+tin|tin|ttđt|tttđt).*"
        r"\b(?:tỉnh|thành\s+phố|huyện|quận|thị\s+xã|thị\s+trấn|xã|phường)\b|"
        r"^(?:cổng|(?:thành\s+phố|thị\s+xã|huyện|quận|xã|phường)\s)",
    ),
)
_KEEPER: Final = r"(?:cơ\s+quan\s+(?:chủ\s+quản|quản\s+lý|quản\s+trị)|bản\s+quyền\s+thuộc(?:\s+về)?)\W*"
_BY_IMPRINT: Final = _kinds(
    ("newspaper", r"tổng\s+biên\s+tập|tòa\s+soạn|giấy\s+phép\s+(?:hoạt\s+động|xuất\s+bản)\s+báo"),
    ("party", _KEEPER + r"(?:ban\s+|văn\s+phòng\s+)?(?:tỉnh|thành|huyện)\s+(?:ủy|uỷ)"),
    (
        "government",
        _KEEPER + r"(?:(?:ủy|uỷ)\s+ban|ubnd|sở|bộ|văn\s+phòng|cục)|"
        r"giám\s+đốc\s+sở|chủ\s+tịch\s+ubnd|chánh\s+văn\s+phòng",
    ),
)


def name_of(title: str, site: str, titles: Sequence[str] = ()) -> str:
    """What a site calls itself: its own og:site_name, else the title of its first page without what is no name.

    `titles` are those of its articles: a part that ends two of them is the site's name alone.
    """
    own = _clean(site[:_LONGEST_TITLE])
    title, titles = title[:_LONGEST_TITLE], [one[-_LONGEST_TITLE:] for one in titles]
    if own and fold(own) not in _NO_NAME and len(own.split()) > 1:
        return own
    whole = _FRONT.sub("", unicodedata.normalize("NFC", " ".join(title.split())))
    parts = [part for part in _JOINT.split(whole) if fold(part).strip(" :.-") not in _NO_NAME and part.strip()]
    if not parts:
        return own
    tails = [fold(" ".join(one.split())) for one in titles]
    for first in range(len(parts)):  # the longest part of it that ends the titles of articles, too
        for last in range(len(parts), first, -1):
            name = whole[whole.index(parts[first]) : whole.rindex(parts[last - 1]) + len(parts[last - 1])]
            is_one = any(pattern.search(name) for _, pattern in _BY_NAME)  # no bare place, no slogan
            if is_one and sum(tail.endswith(fold(name)) and tail != fold(name) for tail in tails) >= 2:
                return name
    begin, end = whole.index(parts[0]), whole.rindex(parts[-1]) + len(parts[-1])
    name = whole[begin:end]
    return name if len(name) <= _LONGEST_NAME else parts[0][:_LONGEST_NAME].strip()


def _clean(site: str) -> str:
    return unicodedata.normalize("NFC", " ".join(site.split()))


def kind_of(name: str, text: str, host: str) -> Kind:
    """What a site is, by its name, else by the imprint in the `text` of its first page, else by its host."""
    for kind, pattern in _BY_NAME:
        if pattern.search(name):
            return kind
    for kind, pattern in _BY_IMPRINT:
        if pattern.search(text):
            return kind
    if ".dcs.vn" in f".{host}":
        return "party"
    return "government" if f".{host}".endswith(".gov.vn") else "newspaper" if "bao" in host else "other"


def province_of(name: str, texts: Sequence[str] = ()) -> str:
    """The id of the province (of the 63) that a site belongs to: its name's, else the one its `texts` name by far most
    often; "" where that leaves a doubt.
    """
    named = {one.place.province for one in mentions(name) if not one.ambiguous} | _compact(name)
    if named:
        return named.pop() if len(named) == 1 else ""
    counts: Counter[str] = Counter()
    for text in texts:
        counts.update(one.place.province for one in mentions(text) if not one.ambiguous)
    if not counts:
        return ""
    place, number = counts.most_common(1)[0]
    return place if number >= _LEAST_MENTIONS and number >= _CLEAR * counts.total() else ""


def _compact(name: str) -> set[str]:
    """Provinces whose name stands in one word: "ĐắkNông"."""
    words = (re.sub(r"\W", "", fold(word)) for word in name.split())
    return {_COMPACT[word] for word in words if len(word) >= _LEAST_COMPACT and word in _COMPACT}


_ACCENTED_LETTERS: Final = frozenset(ACCENTED + ACCENTED.upper())
_VIETNAMESE: Final = 0.08  # of the letters; running text has a quarter, names in an English one a hundredth
_SAMPLE: Final = 200


def language_of(texts: Sequence[str]) -> str:
    """ "vi", or "other" where hardly a letter is Vietnamese; "" where there is too little text to say."""
    letters = [letter for text in texts for letter in unicodedata.normalize("NFC", text) if letter.isalpha()]
    if len(letters) < _SAMPLE:
        return ""
    marked = sum(1 for letter in letters if letter in _ACCENTED_LETTERS)
    return "vi" if marked >= _VIETNAMESE * len(letters) else "other"
