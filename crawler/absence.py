"""Tells pages that stand for "nothing is here" by how a host answers for addresses that cannot exist. Pure."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from archive.errors import Unreadable
from archive.text.likeness import shingles, title_of
from archive.text.urls import url_key
from archive.warc.http import split, values
from crawler.capture import Fetched
from crawler.scope import authority

NOTE = "soft-404"
"""Name of the note in a capture's metadata record that holds the record id of the probe it is like."""

_LIMIT = 2 << 20  # of a page after gzip: what says that nothing is there is small
_SAYS_SO = re.compile(
    r"không tìm thấy|không tồn tại|không có trang|not found|\blỗi\b|error|^0$|\b0\b.{0,60}trang", re.IGNORECASE
)
_NOVEL = (
    5  # shingles that a page may have beyond the probe's: its own address, perhaps; a headline and a date have more
)
_MISSING = 0.2
_ALIKE = 0.5
_WORDS = "khong-co-trang-nay"
_MARK = re.compile(r"[-_.][a-z]{0,6}$")  # before the number: "-post", "-a", "-"
_NUMBER = re.compile(r"(?s:(?:.*\D)?)(\d+)\D*\Z")  # the last one


@dataclass(frozen=True, slots=True)
class Shape:
    """How a host answered for an address that cannot exist. `target` is where it redirects to, without the query."""

    status: int
    target: str
    title: str
    shingles: frozenset[int]
    record: str  # WARC record id of the answer


def shape_of(fetched: Fetched, url: str, record: str) -> Shape:
    """The shape of an answer to `url`; of one that is no page, or cannot be decoded, status and target alone."""
    text = _text(fetched) if fetched.status == 200 else ""
    return Shape(fetched.status, _target(fetched, url), title_of(text), shingles(text), record)


def like(fetched: Fetched, url: str, shapes: tuple[Shape, ...]) -> Shape | None:
    """The one of `shapes` that the answer to `url` is like, None where it is a page of its own.

    A redirect is like one that leads to the same place. A page is like one with the same title that has nothing more to
    say; where the title itself says that nothing was found, half of the text may differ.
    """
    if 300 <= fetched.status < 400:
        target = _target(fetched, url)
        return next((one for one in shapes if target and one.target == target and one.status < 400), None)
    pages = [one for one in shapes if one.status == 200 and one.shingles]
    if fetched.status != 200 or fetched.error or not pages:
        return None
    text = _text(fetched)
    title = title_of(text)
    pages = [one for one in pages if one.title == title]
    if not pages:
        return None
    found = shingles(text)
    varies = len(pages[0].shingles ^ pages[-1].shingles)
    return next((one for one in pages if _alike(found, one, varies)), None)


def first_address(site: str) -> str:
    """An address below `site` ("https://host") that cannot exist, always the same for one site."""
    return f"{site}/{_WORDS}-{_word(site)}.html"


def second_address(article: str) -> str:
    """An address that cannot exist, made like that of `article`: other words and another number; "" without a number.

    A site whose CMS knows an address by its number may answer otherwise there than for a name it has never heard; one
    that knows it by its words alone would answer with the article itself, were they left.
    """
    site = authority(article)
    parts = urlsplit(article)
    folder, _, name = parts.path.rpartition("/")
    other = f"9{int(_word(site), 16) % 10**8:08}"
    if found := _NUMBER.match(parts.query):
        query = f"{parts.query[: found.start(1)]}{other}{parts.query[found.end(1) :]}"
        return f"{site}{parts.path}?{query}"
    if found := _NUMBER.match(name):
        before = _MARK.search(name[: found.start(1)][-8:])
        return f"{site}{folder}/{_WORDS}{before[0] if before else '-'}{other}{name[found.end(1) :]}"
    return ""


def leads_home(url: str, target: str) -> bool:
    """Whether `target` is the home page of the site that `url` is another page of."""
    try:
        home = urlsplit(target)
    except ValueError:
        return False  # no address at all
    return home.path in ("", "/") and not home.query and urlsplit(url).path not in ("", "/")


def _alike(found: frozenset[int], shape: Shape, varies: int) -> bool:
    shared = len(found & shape.shingles)
    if shape.title and _SAYS_SO.search(shape.title):
        return shared >= _ALIKE * len(found | shape.shingles)
    return len(found) - shared <= _NOVEL + varies and shared >= (1 - _MISSING) * len(shape.shingles)


def _text(fetched: Fetched) -> str:
    if fetched.capture is None:
        return ""
    try:
        return split(fetched.capture.response, _LIMIT).body.decode("utf-8", "replace")
    except Unreadable:
        return ""


def _target(fetched: Fetched, url: str) -> str:
    where = values(fetched.headers, "location") if 300 <= fetched.status < 400 else []
    if not where:
        return ""
    try:
        return url_key(urljoin(url, where[0])).partition("?")[0]
    except ValueError:
        return ""


def _word(site: str) -> str:
    return hashlib.blake2b(site.encode(), digest_size=6).hexdigest()
