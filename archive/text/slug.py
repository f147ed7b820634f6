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

# Ids by family: -a123 fck, -post123 zce, -postid123 Bắc Giang; d, i, n, ar, id, c46a1
# seen on national papers. Without an extension only a long number is an id: `may-bay-a380/` is a title.
_LETTERED: Final = r"[-_.](?:a|postid|post|d|i|n|p|ar|art|id|tid|nid)"
_LETTERED_ID: Final = re.compile(rf"(?:{_LETTERED}\d{{3,}}|[-_.](?:c\d+a|t\d+c\d+n)\d+)$", re.IGNORECASE)
_LETTERED_LONG_ID: Final = re.compile(rf"{_LETTERED}\d{{5,}}$", re.IGNORECASE)
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
_BARE_DASHES: Final = 3
_PAGES: Final = frozenset(
    ["index", "default", "home", "trang-chu", "chi-tiet", "xem-chi-tiet", "newsdetailview", "viewdetails", "detail"]
)

# DotNetNuke writes its parameters as folders: /tid/<slug>/newsid/12/cid/3, /type/detail/id/31089/task/1710.
_PARAMETERS: Final = frozenset(
    ["tid", "newsid", "cid", "id", "mid", "tabid", "catid", "itemid", "task", "type", "articletype", "articleview"]
)


def slug_of(url: str) -> str:
    """The slug in `url` as published (letters' case kept, escapes undone, NFC), or "" where there is none.

    Knows where each family keeps it: last path segment without extension and id; `op=` of NukeViet's raw form; a
    parameter without value; the folder before DotNetNuke's parameters. A year that ends a title stays.

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
    for name, value in parse_qsl(parts.query, keep_blank_values=True):
        if name == "op" and value:
            path = "/" + value
        elif not value and name.count("-") >= _BARE_DASHES:  # ?NID=12&huyen-uy-hop-mat
            path = "/" + name
    segments = [unicodedata.normalize("NFC", unquote(segment)) for segment in path.split("/") if segment]
    for position in range(len(segments) - 1, -1, -1):
        slug = _slug(segments, position)
        if slug.lower() in _PAGES:
            return ""
        if slug.lower() not in _PARAMETERS and any(letter.isalpha() for letter in slug):
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
    lettered = _LETTERED_ID if extended else _LETTERED_LONG_ID
    if lettered.search(bare):
        return lettered.sub("", bare)
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
