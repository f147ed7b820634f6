"""The slug of an address, as published: the title that a CMS wrote into the URL, without the id around it."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from archive.text.folding import bare, fold, tokens

# The slug that each CMS family makes of a title: rules read in its source, named beside each.

_MARKS: Final = re.compile("[\u0300-\u036f]")
_FIVE_TONES: Final = re.compile("[\u0300\u0301\u0303\u0309\u0323]")
_OTHERS: Final = re.compile("[^a-z0-9]+")
_DASHES: Final = re.compile("-+")
# Pathauto's default ignore words: English function words, applied after transliteration, so tổ, thế, ôn, án go too.
_PATHAUTO: Final = re.compile(
    r"\b(?:a|an|as|at|before|but|by|for|from|is|in|into|like|of|off|on|onto|per|since|than|the|this|that|to|up|via|with)\b"
)
# Joomla's own transliteration (libraries/src/Language/Transliterate.php) has these of our letters; others are dashes.
_JOOMLA: Final = {ord(letter): bare(letter) for letter in "àáãâăèéêìíĩòóõôơùúũưỳýđ"} | {0xF0: "dh"}
# sanitize_title_with_dashes(), wp-includes/formatting.php: what becomes a dash, what vanishes.
_WORDPRESS_DASHES: Final = re.compile("[\u00a0\u2013\u2014.]|/")
_WORDPRESS_DROPS: Final = re.compile(
    "[\u00a1\u00bf\u00ab\u00bb\u2039\u203a\u2018-\u201e\u2022\u2026\u00a9\u00ae\u00b0\u2122\u00b4\u02ca\u00ad\u200b-\u200f]"
)


def make_slug(title: str, family: str) -> str:
    """The slug, in lower case, that a site of `family` makes of `title` as its editor typed it, NFC or NFD.

    NukeViet keeps capitals unless the site sets lower. Editors may type another, and a duplicate may get `-2`. Raises
    KeyError for a family not in `FAMILIES`.

    >>> make_slug("Ông Đặng Văn A & bà B (12/QĐ-UBND), đạt 95,5%", "nukeviet")
    'ong-dang-van-a-ba-b-12-qd-ubnd-dat-95-5'
    >>> make_slug("Đại hội điểm cấp cơ sở", "liferay"), make_slug("Đại hội điểm cấp cơ sở", "joomla")
    ('-ai-hoi-iem-cap-co-so', 'd-i-h-i-di-m-c-p-co-s')
    """
    return _MAKERS[family](title)


def _nukeviet_3(title: str) -> str:
    return _by_letters(
        re.sub("&(?:amp|quot|lt|gt|#0?39|#x?[0-9A-Fa-f]{2,5});", " ", title).replace("Ð", "Dh").replace("ð", "dh")
    )


def _by_letters(title: str) -> str:
    """Letters by a table of precomposed ones, anything else a dash: so a title in NFD falls apart."""
    return _dashed("".join(map(_latin, title)))


def _without_entities(line: str) -> str:
    # behind the last semicolon no entity ends, and each ampersand would look for it
    head, end, rest = line.rpartition(";")
    return re.sub("&.+?;", "", head + end) + rest


def _wordpress_plain(title: str) -> str:
    text = "\n".join(map(_without_entities, "".join(map(_latin, title)).split("\n"))).lower()
    kept = ""
    size = 0
    for letter in text:  # utf8_uri_encode(): cut at 200 bytes of percent-encoded text, inside a word if need be
        size += len(quote(letter, safe=letter if letter.isascii() else ""))
        if size > 200:
            break
        kept += letter
    kept = _WORDPRESS_DROPS.sub("", _WORDPRESS_DASHES.sub("-", kept)).replace("×", "x")
    kept = "".join(letter if letter.isascii() else quote(letter).lower() for letter in kept)
    return _DASHES.sub("-", re.sub(r"\s+", "-", re.sub(r"[^%a-z0-9 _-]|%(?![0-9a-f]{2})", "", kept))).strip("-")


def _drupal(title: str) -> str:
    text = re.sub(r"[^\w\s-]", "", "".join(map(_latin, unicodedata.normalize("NFC", title))).lower().replace("_", ""))
    slug = _dashed(_PATHAUTO.sub("", text))
    return slug if len(slug) <= 100 else slug[:101].rpartition("-")[0]


def _django(title: str) -> str:
    text = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode("ascii").lower()
    return re.sub(r"[-\s]+", "-", re.sub(r"[^\w\s-]", "", text)).strip("-_")


def _aspnet_drop(title: str) -> str:
    return _DASHES.sub("-", re.sub(r"\s+", "-", re.sub(r"[^a-z0-9\s-]", "", _folded(title)))).strip("-")


def _npm_slugify(title: str) -> str:
    text = unicodedata.normalize("NFC", title).lower().replace("đ", "dj").replace("&", "and").replace("%", "percent")
    text = re.sub("[–—]", "-", "".join(map(_latin, text)))
    return re.sub(r"[-\s]+", "-", re.sub(r"[^a-z0-9\s-]", "", text)).strip("-")


_MAKERS: Final[dict[str, Callable[[str], str]]] = {
    # change_alias(), includes/utf8/utf8_functions.php:265 in 4.5: five tone marks go, the shape marks of NFD stay.
    "nukeviet": lambda title: _nukeviet_3(_FIVE_TONES.sub("", title)),
    "nukeviet-3": _nukeviet_3,
    "wordpress": lambda title: _wordpress_plain(unicodedata.normalize("NFC", title)),
    "wordpress-without-intl": _wordpress_plain,
    "drupal": _drupal,
    "joomla": lambda title: _dashed(title.lower().translate(_JOOMLA)),
    "joomla-vi": lambda title: _dashed(re.sub("[/,?%'\"“”‘’]", "", _folded(title))),
    # FriendlyURLNormalizerImpl of 7.0: đ has no decomposition, so it is a dash, also at the ends.
    "liferay": lambda title: re.sub("[^a-z0-9_]+", "-", _MARKS.sub("", unicodedata.normalize("NFD", title.lower()))),
    "django": _django,
    "aspnet-drop": _aspnet_drop,
    "aspnet-dash": _by_letters,
    "unidecode": lambda title: _dashed(_folded(title)),
    "python-slugify": lambda title: _dashed(re.sub(r"(?<=\d),(?=\d)|['’]", "", _folded(html.unescape(title)))),
    "npm-slugify": _npm_slugify,
    "npm-sindresorhus": lambda title: _dashed(_folded(title.replace("&", " and "))),
    "npm-speakingurl": lambda title: _by_letters(title.replace("&", " and ")),
    "npm-speakingurl-vn": lambda title: _by_letters(title.replace("&", " va ")),
    "npm-github-slugger": lambda title: re.sub(r"[^\w\s\u0300-\u036f-]", "", title.lower()).replace(" ", "-"),
}
FAMILIES: Final = tuple(_MAKERS)
"""Every family that `make_slug` knows. Most newspaper CMSs are plain: aspnet-drop, aspnet-dash, unidecode."""


def _latin(letter: str) -> str:
    decomposed = unicodedata.normalize("NFD", letter)
    return bare(letter) if len(decomposed) > 1 or letter in "đĐ" else letter


def _folded(title: str) -> str:
    return _MARKS.sub("", unicodedata.normalize("NFKD", title.lower())).replace("đ", "d").replace("ð", "d")


def _dashed(text: str) -> str:
    return _OTHERS.sub("-", text.lower()).strip("-")


_POWERS: Final = str.maketrans("", "", "²³")  # `m³/giây` is `m-giay` in most slugs
_WORD: Final = re.compile(r"[^\W_]+")
_NUMBER: Final = re.compile(r"\d+")
_TAIL: Final = re.compile(r"[-_]\d+$")  # a WordPress duplicate, or an id that `slug_of` could not tell from the title
_NOT_KEPT: Final = re.compile("[^a-z0-9]+")
# `vi`, `xi` and the single letters are syllables too, and count only behind a word that asks for an ordinal.
_ROMAN: Final = re.compile("(?=[ivx]{2})(?!(?:vi|xi)$)x{0,3}(?:ix|iv|v?i{0,3})$")
_ORDINAL_AFTER: Final = frozenset(["thu", "khoa", "quy", "cap", "hang", "loai", "dot", "ky"])
_LONGEST: Final = 2000  # letters of a headline, or of an address: likeness costs the square of them
_ORDINAL: Final = re.compile("(?:[ivx]+|nhat|nhi|hai|ba|tu|bon|nam|sau|bay|tam|chin|muoi)$")

_CUT_FROM: Final = 6  # tokens that a cut slug or headline must still have
_SURE: Final = 0.9
_ALIKE: Final = 0.96  # one letter mistyped or left out
_LIKELY: Final = 0.8
_FEW: Final = 8  # tokens: a short slug is like many short headlines (`ket-qua-tiep-cong-dan`, `Thủ tục tiếp công dân`)
_MAKEABLE: Final = 55.0  # likeness under which no maker's rule can explain the slug: Joomla's lost letters leave 60
_LEAD: Final = 0.12  # by which a likely one must be ahead of the next


@dataclass(frozen=True, slots=True)
class Match:
    """The headline that a slug was made from, its place among the candidates, and how well it fits (0..1).

    1: some CMS makes exactly this slug of it; from 0.95: one of the two is cut; less: changed after publication.
    """

    headline: str
    index: int
    score: float


def match(slug: str, headlines: Sequence[str], at_least: float = _LIKELY) -> Match | None:
    """The one of `headlines` that `slug` (as `slug_of` gives it, or a seed's header line) was made from, or None.

    Numbers, years, Roman numerals and ordinals must agree: `nhiem ky 2020 2025` is never `nhiệm kỳ 2025 - 2030`,
    however alike the rest; only at a cut end may some be missing. Under 0.9 the best must be clearly ahead of the
    next. Ask for `at_least` 1 where the candidates are not of the slug's own page.

    >>> match("dai-hoi-lan-thu-xix-nhiem-ky-2020-2025", ["Đại hội lần thứ XX, nhiệm kỳ 2025 - 2030"])
    >>> match("dai-hoi-lan-thu-xix-nhiem-ky-2020-2025", ["Tin mới", "Đại hội lần thứ XIX, nhiệm kỳ 2020 - 2025"]).index
    1
    """
    words = tokens(unquote(slug))
    for index, headline in enumerate(headlines):
        if words and tokens(headline) == words:  # nine pages of ten: no need to rank the others
            return Match(headline, index, 1.0)
    ranked = rank(slug, headlines)
    if not ranked or ranked[0].score < at_least:
        return None
    best = ranked[0]
    if tokens(best.headline) == words:
        return best
    others = [each.score for each in ranked[1:] if tokens(each.headline) != tokens(best.headline)]
    lead = best.score - max(others, default=0.0)
    # Two that a cut slug fits equally are not told apart by guessing.
    return best if lead >= _LEAD or (best.score >= _SURE and lead > 0) else None


def rank(slug: str, headlines: Sequence[str]) -> list[Match]:
    """All of `headlines` as matches, the likeliest first; those whose numbers contradict the slug score 0.

    >>> [found.score for found in rank("hoi-nghi-so-ket-nam-2024", ["Hội nghị sơ kết năm 2024", "Hội nghị năm 2025"])]
    [1.0, 0.0]
    """
    slug = unquote(slug)
    words = tokens(slug)
    if not words:
        return []
    wanted = ("".join(words), "".join(tokens(_TAIL.sub("", slug))))
    found = [Match(headline, index, _score(words, wanted, headline)) for index, headline in enumerate(headlines)]
    # Of two headlines that make the same slug, the one with the same borders between its words goes first.
    return sorted(found, key=lambda each: (-each.score, tokens(each.headline) != words, each.index))


def _score(words: list[str], slug: tuple[str, str], headline: str) -> float:
    """How well a headline fits the `words` of a slug, given these as one, whole and without a number at their end."""
    wanted, tailless = slug
    others = tokens(headline.translate(_POWERS))
    plain = "".join(others)
    if not plain or wanted == plain:
        return 1.0 if plain else 0.0
    if max(len(wanted), len(plain)) > _LONGEST:
        return 0.0
    line, other = " ".join(words), " ".join(others)
    likeness = fuzz.ratio(line, other)
    variants = frozenset([plain])
    if likeness > _MAKEABLE:
        variants |= _squashed_slugs(headline)
        if wanted in variants:
            return 1.0
        if tailless in variants:
            return 0.99
    if not _marks_agree(words, others):
        return 0.0
    if min(len(words), len(others)) >= _CUT_FROM:
        if any(variant.startswith(wanted) for variant in variants):
            return 0.97  # the slug is cut, at a border of words or inside one
        if wanted.startswith(plain) and not others[-1].isdigit():
            return 0.95  # the headline is cut: a teaser's
    best = max(likeness, 0.97 * fuzz.token_sort_ratio(line, other), 0.69 * fuzz.token_set_ratio(line, other)) * 0.01
    doubtful = len(words) < _FEW or (best >= _LIKELY and _other_name(words, headline))
    return round(min(best, 0.79 if doubtful and best < _ALIKE else 0.94), 3)


def _other_name(words: list[str], headline: str) -> bool:
    """Whether a name of `headline` stands where the slug has another: `xã Quảng Tâm` is not `xã Thuận Hà`."""
    spelled = [word for run in headline.split() for word in _WORD.findall(run)]
    folded = ["".join(tokens(word)) for word in spelled]
    return any(
        step.tag == "replace" and any(word[0].isupper() for word in spelled[max(step.dest_start, 1) : step.dest_end])
        for step in Levenshtein.opcodes(words, folded)
    )


@lru_cache(maxsize=2048)
def _squashed_slugs(headline: str) -> frozenset[str]:
    return frozenset(_NOT_KEPT.sub("", fold(make_slug(headline, family))) for family in FAMILIES)


def _marks_agree(words: list[str], others: list[str]) -> bool:
    """Whether numbers and ordinals are the same, or one side's are the beginning of the other's."""
    if sorted(_ordinals(words)) != sorted(_ordinals(others)) and not _begins(_ordinals(words), _ordinals(others)):
        return False
    ours, theirs = (_NUMBER.findall(" ".join(side)) for side in (words, others))
    # 1.234,5 is `1-234-5`, `1234-5` or `12345`: the figures in a row decide where the borders differ.
    return sorted(ours) == sorted(theirs) or "".join(ours) == "".join(theirs) or _begins(ours, theirs)


def _begins(one: list[str], other: list[str]) -> bool:
    shorter, longer = sorted((one, other), key=len)
    return longer[: len(shorter)] == shorter


def _ordinals(words: list[str]) -> list[str]:
    return [
        word
        for before, word in zip(["", *words], words, strict=False)
        if _ROMAN.match(word) or (before in _ORDINAL_AFTER and _ORDINAL.match(word))
    ]


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


@lru_cache(maxsize=8192)  # the same boxes stand on page after page: 4 % of reading a page with forty teasers
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
