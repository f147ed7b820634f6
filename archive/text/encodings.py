"""The text of a page's bytes: what the server, the page and the bytes themselves say of their encoding."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from archive.text.legacy import NAMES as LEGACY
from archive.text.legacy import convert, font_encoding
from archive.text.legacy_signs import recognise
from archive.text.syllables import syllable_share

_BOMS: Final = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_UNMARKED: Final = (
    (re.compile(rb"(?:\s\x00)*<\x00[!?A-Za-z]\x00"), "utf-16-le"),
    (re.compile(rb"(?:\x00\s)*\x00<\x00[!?A-Za-z]"), "utf-16-be"),
)
_META: Final = re.compile(
    rb"<meta[^<>]{0,300}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]{2,40})"
    rb"|<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9_.:-]{2,40})",
    re.IGNORECASE,
)
_FONTS_WITHIN: Final = 200_000  # characters of markup in which a font is looked for
_META_WITHIN: Final = 4096  # the HTML standard looks at 1,024 bytes; portals put scripts before the meta
_CHARSET: Final = re.compile(r"charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]+)", re.IGNORECASE)
_MULTIBYTE: Final = re.compile(rb"[\xc2-\xf4][\x80-\xbf]")
_FAITH: Final = 4  # broken letters to a whole one at which a declared UTF-8 is not believed; in windows-1258 all break
# As browsers do (encoding.spec.whatwg.org, labels): these names mean windows-1252.
_AS_1252: Final = frozenset(["iso8859-1", "ascii", "latin-1"])

_NO_CHARSETS: Final = frozenset(["utf-7", "idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined"])
_LEGACY_LABELS: Final = {
    "viscii": "viscii", "csviscii": "viscii", "x-viet-viscii": "viscii", "tcvn": "tcvn3", "tcvn3": "tcvn3",
    "tcvn-5712": "tcvn3", "x-viet-tcvn5712": "tcvn3", "x-viet-vni": "vni", "vni": "vni", "x-viet-vps": "vps",
}  # fmt: skip
# Every part of it ends at the next `<`: two million of these are passed over in linear time.
_MARKUP: Final = re.compile(r"<(?:script|style)\b[^<>]*>[^<]*|<[^<>]*>|&#?\w{1,31};", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Decoded:
    """The text of a body, the encoding it was read with, and what was odd about it ("" where all agreed)."""

    text: str
    encoding: str
    note: str = ""


def decode(body: bytes, declared: str | None = None) -> Decoded:
    """The text of `body`; `declared` is the HTTP charset, or the whole Content-Type header.

    A byte order mark wins, and NULs where UTF-16 has them; then bytes that are valid UTF-8 are UTF-8 whatever was
    declared, for no Vietnamese text of another encoding is so by chance; then what the words prove to be TCVN3, VNI or
    VISCII, which pages never declare; then the declared charset, HTTP before meta; then windows-1258 or 1252, whichever
    gives syllables. Never raises.

    >>> decode("Tỉnh ủy".encode(), "text/html; charset=windows-1258")
    Decoded(text='Tỉnh ủy', encoding='utf-8', note='declared cp1258, is utf-8')
    >>> decode("Tỉnh ủy".encode("utf-16")).encoding
    'utf-16-le'
    >>> decode("<p>tØnh ñy, §¹i héi §¶ng bé lÇn thø XX</p>".encode("latin-1"), "iso-8859-1")
    Decoded(text='<p>tỉnh ủy, Đại hội Đảng bộ lần thứ XX</p>', encoding='tcvn3', note='declared iso8859-1, is tcvn3')
    """
    for mark, name in _BOMS:
        if body.startswith(mark):
            return Decoded(body[len(mark) :].decode(name, "replace"), name)
    first = _unmarked(body) or _named(declared) or _named(_meta(body))
    if first.startswith("utf-16") and body.count(0) > len(body) // 5:
        return Decoded(body.decode(first, "replace"), first)
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        return _not_utf8(body, [name for name in (_named(declared), _named(_meta(body))) if name])
    return Decoded(text, "utf-8", "" if text.isascii() else _odd([first] if first else [], "utf-8"))


def _unmarked(body: bytes) -> str:
    """The UTF-16 that a page begins in without a byte order mark, told by the NULs beside its first letters, or ""."""
    return next((name for start, name in _UNMARKED if start.match(body)), "")


def _not_utf8(body: bytes, names: list[str]) -> Decoded:
    text = body.decode("utf-8", "replace")
    broken, whole = text.count("\ufffd"), len(_MULTIBYTE.findall(body))
    mended = Decoded(text, "utf-8", f"{broken} places are not utf-8")
    if whole > 20 * broken:  # a page cut inside a letter, or one foreign field pasted in
        return mended
    markup = body.decode("latin-1")
    words = _visible(markup)
    legacy = recognise(words, font_encoding(markup[:_FONTS_WITHIN])) or next(
        (name for name in names if name in LEGACY), ""
    )
    if legacy:
        return Decoded(convert(markup, legacy), legacy, _odd(names, legacy))
    trusted = [name for name in names if name not in ("utf-8", *_AS_1252)]
    if trusted:
        return Decoded(body.decode(trusted[0], "replace"), trusted[0], _odd(names, trusted[0]))
    if whole > (broken / _FAITH if "utf-8" in names else broken):
        return mended
    shares = {name: syllable_share(_visible(body.decode(name, "replace")))[0] for name in ("cp1258", "cp1252")}
    best = "cp1258" if shares["cp1258"] > shares["cp1252"] else "cp1252"
    return Decoded(body.decode(best, "replace"), best, _odd(names, best) or "no charset declared")


def _visible(markup: str) -> str:
    return _MARKUP.sub(" ", markup)


def _odd(names: list[str], found: str) -> str:
    if not names or names[0] == found or (found == "cp1252" and names[0] in _AS_1252):
        return ""
    return f"declared {names[0]}, is {found}"


def _meta(body: bytes) -> str:
    found = _META.search(body[:_META_WITHIN])
    return (found.group(1) or found.group(2)).decode("ascii") if found else ""


@lru_cache(maxsize=256)
def _named(declared: str | None) -> str:
    """Python's name of a charset or a Content-Type's charset, "" for none or one that is not known or not of text."""
    if not declared:
        return ""
    found = _CHARSET.search(declared)
    label = (found.group(1) if found else declared.strip()).lower()
    if label in _LEGACY_LABELS:
        return _LEGACY_LABELS[label]
    try:
        name = codecs.lookup(label).name
        bytes(1).decode(name, "replace")  # raises LookupError for codecs that are no charset: hex, zlib
    except (LookupError, ValueError):  # ValueError: a NUL in the label, a codec that knows no replacing
        return ""
    return "" if name in _NO_CHARSETS else name
