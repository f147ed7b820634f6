"""The slug of an address, as published: the title that a CMS wrote into the URL, without the id around it."""

from __future__ import annotations

import re
import unicodedata
from typing import Final
from urllib.parse import parse_qsl, unquote, urlsplit

from archive.text.fold import tokens
from archive.text.slug_makers import make_slug
from archive.text.slug_match import Match, match, rank

__all__ = ["Match", "make_slug", "match", "rank", "slug_of", "to_words"]

_EXTENSION: Final = re.compile(r"\.(?:html?|s?html|aspx?|php|jsp|bbg|vnp|tpo|ldo|vov|epi|amp|chn)$", re.IGNORECASE)

# Ids by family (facts/platforms.md, section 1): -a123 fck, -post123 zce, -postid123 Bắc Giang, d, i, n, ar, id and
# c46a123 seen on national papers. With a letter the id may be of any length.
_LETTERED_ID: Final = re.compile(
    r"[-_.](?:a|postid|post|d|i|n|p|ar|art|id|tid|nid|c\d+a|t\d+c\d+n)\d{2,}$", re.IGNORECASE
)
_LONG_ID: Final = re.compile(r"[-_.,]\d{9,20}$")  # 17 and 18 digits VCCorp, 10 thanhuytphcm.vn
_SHORT_ID: Final = re.compile(r"[-_.]\d{1,8}$")
_HEX_ID: Final = re.compile(r"-(?=[0-9a-f]*\d)[0-9a-f]{7}$")  # under /YYYYMM/: the yyyymm-hex newspapers
_CODE_ID: Final = re.compile(r"-(?=\w*\d)(?=\w*[A-Za-z])[A-Za-z0-9]{9}$")  # baosonla.vn: nine letters and digits
_MONTH: Final = re.compile(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])$")
# A year at the end belongs to the title where the slug has no id behind it: `...-nam-2019/`, `...-2020-2025.html`,
# and so does a date run together by pathauto or the dropping ASP.NET idiom: `tu-172019/` for 1/7/2019.
_TITLE_YEAR: Final = re.compile(r"(?:nam|ky|(?:19|20)\d\d|thang-\d{1,2})[-_](?:19|20)\d\d$", re.IGNORECASE)
_RUN_DATE: Final = re.compile(r"[-_]\d{1,4}(?:19|20)\d\d$")
_LEADING_ID: Final = re.compile(r"^\d+-(?=\D)")  # Joomla: 123-slug, told by the folder before it
_PAGES: Final = frozenset(
    ["index", "default", "home", "trang-chu", "chi-tiet", "xem-chi-tiet", "newsdetailview", "viewdetails", "detail"]
)


def slug_of(url: str) -> str:
    """The slug in `url` as published (letters' case kept, escapes undone, NFC), or "" where there is none.

    Knows where each family keeps it: last path segment without extension and id; `op=` of NukeViet's raw form; the
    segment before a Liferay id. A year that ends a title stays.

    >>> slug_of("https://baotn.example/xay-dung-dang/hoi-nghi-nhiem-ky-2020-2025-1234.html")
    'hoi-nghi-nhiem-ky-2020-2025'
    >>> slug_of("http://baotn.example/index.php?language=vi&nv=news&op=kinh-te/mua-che-moi-77.html")
    'mua-che-moi'
    >>> slug_of("http://huyen.example/ke-hoach-nam-2019/"), slug_of("http://huyen.example/Default.aspx?ItemID=5")
    ('ke-hoach-nam-2019', '')
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    path = parts.path
    operation = [value for name, value in parse_qsl(parts.query) if name == "op"]
    if operation:
        path = "/" + operation[-1]
    segments = [unicodedata.normalize("NFC", unquote(segment)) for segment in path.split("/") if segment]
    for position in range(len(segments) - 1, -1, -1):
        slug = _slug(segments, position)
        if slug.lower() in _PAGES:
            return ""
        if any(letter.isalpha() for letter in slug):
            return slug
    return ""


def to_words(slug: str) -> str:
    """The slug with spaces for dashes, folded: the header line of a seed record.

    >>> to_words("Tinh-uy-Thai-Nguyen-to-chuc-hoi-nghi")
    'tinh uy thai nguyen to chuc hoi nghi'
    """
    return " ".join(tokens(slug))


def _slug(segments: list[str], position: int) -> str:
    segment = segments[position]
    bare = _EXTENSION.sub("", segment)
    extended = bare != segment
    folder = segments[position - 1] if position else ""
    if (folder == "article" or _LEADING_ID.match(folder)) and _LEADING_ID.match(bare):
        return _LEADING_ID.sub("", bare)
    if _LETTERED_ID.search(bare):
        return _LETTERED_ID.sub("", bare)
    if _LONG_ID.search(bare):
        return _LONG_ID.sub("", bare)
    if _MONTH.match(folder) and _HEX_ID.search(bare):
        return _HEX_ID.sub("", bare)
    if _TITLE_YEAR.search(bare):
        return bare
    if extended and _SHORT_ID.search(bare):
        return _SHORT_ID.sub("", bare)
    if extended and _CODE_ID.search(bare):
        return _CODE_ID.sub("", bare)
    if re.search(r"[-_][1-9]\d{4,7}$", bare) and not _RUN_DATE.search(bare):
        return _SHORT_ID.sub("", bare)
    return bare
