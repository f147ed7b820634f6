"""The slug that each CMS family makes of a title: rules read in its source, named beside each."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Callable
from typing import Final
from urllib.parse import quote

from archive.text.letters import bare

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


def _nukeviet(title: str) -> str:
    # change_alias(), includes/utf8/utf8_functions.php:265 in 4.5: five tone marks go, the shape marks of NFD stay.
    return _nukeviet_3(_FIVE_TONES.sub("", title))


def _nukeviet_3(title: str) -> str:
    return _by_letters(_eth(_unescaped(title)))


def _by_letters(title: str) -> str:
    """Letters by a table of precomposed ones, anything else a dash: so a title in NFD falls apart."""
    return _dashed("".join(map(_latin, title)))


def _wordpress(title: str) -> str:
    return _wordpress_plain(unicodedata.normalize("NFC", title))


def _wordpress_plain(title: str) -> str:
    text = re.sub("&.+?;", "", "".join(map(_latin, title))).lower()
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


def _joomla(title: str) -> str:
    return _dashed(title.lower().translate(_JOOMLA))


def _joomla_vi(title: str) -> str:
    return _dashed(re.sub("[/,?%'\"“”‘’]", "", _folded(title)))


def _liferay(title: str) -> str:
    # FriendlyURLNormalizerImpl of 7.0: đ has no decomposition, so it is a dash, also at the ends.
    return re.sub("[^a-z0-9_]+", "-", _MARKS.sub("", unicodedata.normalize("NFD", title.lower())))


def _django(title: str) -> str:
    text = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode("ascii").lower()
    return re.sub(r"[-\s]+", "-", re.sub(r"[^\w\s-]", "", text)).strip("-_")


def _aspnet_drop(title: str) -> str:
    return _DASHES.sub("-", re.sub(r"\s+", "-", re.sub(r"[^a-z0-9\s-]", "", _folded(title)))).strip("-")


def _plain(title: str) -> str:
    return _dashed(_folded(title))


def _python_slugify(title: str) -> str:
    return _dashed(re.sub(r"(?<=\d),(?=\d)|['’]", "", _folded(html.unescape(title))))


def _npm_slugify(title: str) -> str:
    text = unicodedata.normalize("NFC", title).lower().replace("đ", "dj").replace("&", "and").replace("%", "percent")
    text = re.sub("[–—]", "-", "".join(map(_latin, text)))
    return re.sub(r"[-\s]+", "-", re.sub(r"[^a-z0-9\s-]", "", text)).strip("-")


def _sindresorhus(title: str) -> str:
    return _dashed(_folded(title.replace("&", " and ")))


def _speakingurl(title: str) -> str:
    return _by_letters(title.replace("&", " and "))


def _speakingurl_vn(title: str) -> str:
    return _by_letters(title.replace("&", " va "))


def _github(title: str) -> str:
    return re.sub(r"[^\w\s\u0300-\u036f-]", "", title.lower()).replace(" ", "-")


_MAKERS: Final[dict[str, Callable[[str], str]]] = {
    "nukeviet": _nukeviet,
    "nukeviet-3": _nukeviet_3,
    "wordpress": _wordpress,
    "wordpress-without-intl": _wordpress_plain,
    "drupal": _drupal,
    "joomla": _joomla,
    "joomla-vi": _joomla_vi,
    "liferay": _liferay,
    "django": _django,
    "aspnet-drop": _aspnet_drop,
    "aspnet-dash": _by_letters,
    "unidecode": _plain,
    "python-slugify": _python_slugify,
    "npm-slugify": _npm_slugify,
    "npm-sindresorhus": _sindresorhus,
    "npm-speakingurl": _speakingurl,
    "npm-speakingurl-vn": _speakingurl_vn,
    "npm-github-slugger": _github,
}
FAMILIES: Final = tuple(_MAKERS)
"""Every family that `make_slug` knows. Most newspaper CMSs are plain: aspnet-drop, aspnet-dash, unidecode."""


def _latin(letter: str) -> str:
    decomposed = unicodedata.normalize("NFD", letter)
    return bare(letter) if len(decomposed) > 1 or letter in "đĐ" else letter


def _eth(title: str) -> str:
    return title.replace("Ð", "Dh").replace("ð", "dh")


def _unescaped(title: str) -> str:
    return re.sub("&(?:amp|quot|lt|gt|#0?39|#x?[0-9A-Fa-f]{2,5});", " ", title)


def _folded(title: str) -> str:
    return _MARKS.sub("", unicodedata.normalize("NFKD", title.lower())).replace("đ", "d").replace("ð", "d")


def _dashed(text: str) -> str:
    return _OTHERS.sub("-", text.lower()).strip("-")
