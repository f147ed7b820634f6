"""The text of a page's bytes: what the server, the page and the bytes themselves say of their encoding."""

from __future__ import annotations

import codecs
import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from typing import Final

from archive.text.folding import is_syllable, syllable_share

# The fonts and code pages of Vietnamese before Unicode, as tables: TCVN3, VNI, VISCII, windows-1258.

# TCVN3 (ABC, the `.Vn` fonts): byte A1 and on. Capitals with tones do not exist, `.VnTimeH` draws them: case is lost,
# but for words typed in capitals, whose plain letters tell.
# Equal to glibc's TCVN5712-1 where a `.Vn` font has a letter, and to viparse's table (31 documents of 1998-2009).
_TCVN3: Final = "ĂÂÊÔƠƯĐăâêôơưđ······àảãáạ·ằẳẵắ·······ặầẩẫấậè·ẻẽéẹềểễếệìỉ···ĩíịò·ỏõóọồổỗốộờởỡớợù·ủũúụừửữứựỳỷỹýỵ"
# VISCII 1.1 (RFC 1456): 80 and on, and six capitals among the controls.
_VISCII: Final = (
    "ẠẮẰẶẤẦẨẬẼẸẾỀỂỄỆỐỒỔỖỘỢỚỜỞỊỎỌỈỦŨỤỲÕắằặấầẩậẽẹếềểễệốồổỗỠƠộờởịỰỨỪỬơớƯ"
    "ÀÁÂÃẢĂẳẵÈÉÊẺÌÍĨỳĐứÒÓÔạỷừửÙÚỹỵÝỡưàáâãảăữẫèéêẻìíĩỉđựòóôõỏọụùúũủýợỮ"
)
_VISCII_LOW: Final = {0x02: "Ẳ", 0x05: "Ẵ", 0x06: "Ẫ", 0x14: "Ỷ", 0x19: "Ỹ", 0x1E: "Ỵ"}

# VNI-Win: a vowel and a sign; capitals take the capital sign. Signs as code points of Latin-1.
_VNI_TONES: Final = {"ø": "\u0300", "ù": "\u0301", "õ": "\u0303", "û": "\u0309", "ï": "\u0323"}
_VNI_ROOF: Final = {"â": "", "à": "\u0300", "á": "\u0301", "ã": "\u0303", "å": "\u0309", "ä": "\u0323"}
_VNI_BOW: Final = {"ê": "", "è": "\u0300", "é": "\u0301", "ü": "\u0303", "ú": "\u0309", "ë": "\u0323"}
_VNI_ALONE: Final = {"ô": "ơ", "ö": "ư", "ñ": "đ", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ"}

# windows-1258 is windows-1252 but for these: letters of Vietnamese, and tones that stand behind their vowel.
_1258: Final = dict(zip("ÃÌÐÒÕÝÞãìðòõýþ", "Ă\u0300Đ\u0309ƠƯ\u0303ă\u0301đ\u0323ơư₫", strict=True))

NAMES: Final = ("tcvn3", "vni", "viscii", "cp1258", "vps")
"""The encodings that `convert` knows; vps only with the extra `legacy` (viparse), see `convert`."""

_FONT: Final = re.compile(
    r"""(?:font-family\s*:|face\s*=)[^;>]{0,80}?(?:["'\s,:=;]|&quot;|&\#39;)(?P<font>\.Vn[A-Z]|VNI[- ]|VPS |VISC?II)""",
    re.IGNORECASE,
)
_OF_FONT: Final = {".vn": "tcvn3", "vni": "vni", "vps": "vps", "vis": "viscii"}


def font_encoding(markup: str) -> str:
    """The encoding that a font named in `markup` stands for (`font-family: .VnTime` is tcvn3), or "".

    >>> font_encoding('<p style="font-family: .VnTime">'), font_encoding('<font face="VNI-Times">')
    ('tcvn3', 'vni')
    """
    found = _FONT.search(markup)
    if found is None:
        return ""
    return _OF_FONT[found["font"][:3].lower()]


def convert(text: str, encoding: str) -> str:
    """`text`, read as Latin-1 or windows-1252 although it is `encoding`, as Vietnamese in NFC.

    `vps` needs the extra `legacy` (viparse); without it the text comes back as it was. Raises KeyError for a name
    not in `NAMES`.

    >>> convert("tØnh ñy th¸i nguyªn, §¹i héi", "tcvn3")
    'tỉnh ủy thái nguyên, Đại hội'
    >>> convert("tænh uûy thaùi nguyeân, Ñaïi hoäi", "vni")
    'tỉnh ủy thái nguyên, Đại hội'
    >>> convert("t\\xefnh \\xfcy th\\xe1i nguy\\xean, \\xd0\\xd5i h\\xb5i", "viscii")
    'tỉnh ủy thái nguyên, Đại hội'
    >>> convert("tiÒnh uÒy thái nguyên, Ðaòi hôòi", "cp1258")
    'tỉnh ủy thái nguyên, Đại hội'
    """
    # The bytes 80 to 9F are letters in VISCII and VPS, the quotes and dashes of windows-1252 in the two others.
    if encoding == "vni":
        text = text.translate(_SIGN_OF)
        return unicodedata.normalize("NFC", _vni_pattern().sub(lambda pair: _vni()[pair.group()], text))
    if encoding == "vps":
        return _with_viparse(text.translate(_CONTROL_OF), encoding)
    if encoding == "viscii":
        return _VISCII_WORD.sub(lambda word: _viscii_word(word.group()), text).translate(_tables()[encoding])
    converted = text.translate(_SIGN_OF).translate(_tables()[encoding])
    if encoding == "cp1258":
        return unicodedata.normalize("NFC", converted)
    return _raised(converted)


_CONTROL_OF: Final = {
    ord(bytes([byte]).decode("cp1252")): chr(byte)
    for byte in range(0x80, 0xA0)
    if byte not in (0x81, 0x8D, 0x8F, 0x90, 0x9D)
}
_SIGN_OF: Final = {ord(control): chr(sign) for sign, control in _CONTROL_OF.items()}


_VISCII_WORD: Final = re.compile(r"[^\t\n\r -/:-@\[-`{-~]+")  # a no-break space and a control are letters of VISCII
_CAPITAL: Final = "[A-ZĂÂĐÊÔƠƯ]"
_CAPITALS: Final = re.compile(rf"(?<![^\W\d_])(?=[^\W\d_a-z]*{_CAPITAL}[^\W\d_a-z]*{_CAPITAL})[^\W\d_a-z]+(?![^\W\d_])")
_SMALL: Final = re.compile("[a-z]")


def _raised(text: str) -> str:
    """`text` with the letters raised that TCVN3 has as small ones only: in words, and in lines, typed in capitals."""
    raised, words = _CAPITALS.subn(lambda word: word.group().upper(), text)
    return raised.upper() if words > 1 and not _SMALL.search(raised) else raised


def _viscii_word(word: str) -> str:
    # windows-1252 shows the capital Ộ of `HỘI` as “, and text retyped in it may hold true quotes: a syllable decides.
    letters = word.translate(_CONTROL_OF)
    return letters if letters != word and is_syllable(letters.translate(_tables()["viscii"])) else word


@lru_cache(maxsize=1)
def _tables() -> dict[str, dict[int, str]]:
    return {
        "tcvn3": {0xA1 + place: letter for place, letter in enumerate(_TCVN3) if letter != "·"},
        "viscii": _VISCII_LOW | {0x80 + place: letter for place, letter in enumerate(_VISCII)},
        "cp1258": {ord(sign): letter for sign, letter in _1258.items()},
    }


@lru_cache(maxsize=1)
def _vni() -> dict[str, str]:
    pairs = {vowel + sign: vowel + tone for vowel in "aeiouy" for sign, tone in _VNI_TONES.items()}
    pairs |= {"ô" + sign: "ơ" + tone for sign, tone in _VNI_TONES.items()}
    pairs |= {"ö" + sign: "ư" + tone for sign, tone in _VNI_TONES.items()}
    pairs |= {vowel + sign: vowel + "\u0302" + tone for vowel in "aeo" for sign, tone in _VNI_ROOF.items()}
    pairs |= {"a" + sign: "a\u0306" + tone for sign, tone in _VNI_BOW.items()}
    pairs |= _VNI_ALONE
    mixed = {pair[0].upper() + pair[1:]: letter[0].upper() + letter[1:] for pair, letter in pairs.items()}
    upper = {pair.upper(): letter.upper() for pair, letter in pairs.items()}
    return mixed | upper | pairs


@lru_cache(maxsize=1)
def _vni_pattern() -> re.Pattern[str]:
    return re.compile("|".join(sorted(map(re.escape, _vni()), key=len, reverse=True)))


def _with_viparse(text: str, encoding: str) -> str:
    try:
        encodings = import_module("viparse.normalize.encodings")
        tables = import_module("viparse.normalize.tables")
    except ImportError:
        return text
    return unicodedata.normalize("NFC", str(tables.convert(text, encodings.CHARMAPS[encoding])))


_CANDIDATES: Final = ("tcvn3", "vni", "viscii", "cp1258")
_WORD: Final = re.compile(r"[^\t\n\r -@\[-`{-~]+")
_QUOTES: Final = "".join(map(chr, range(0x2000, 0x2070))) + "«»\u00a0"
_UNICODE_ONLY: Final = re.compile("[ăĂđĐơƠưƯ\u0300-\u036f\u1ea0-\u1ef9]")  # letters no Latin-1 reading can give
_ACRONYM: Final = re.compile("[A-ZĂÂĐÊÔƠƯ]{1,6}")  # `Q§` of 12/Q§-UBND
_LETTERED: Final = re.compile(r"[^\W\d_]")

# Different words with marks: two are too few, `hµi ngh¸` is hội nghị in VISCII and hài nghá in TCVN3, and ten times
# `m²` prove nothing, though `mỗ` is a syllable.
_ENOUGH: Final = 6
_ENOUGH_HINTED: Final = 1
_SHARE: Final = 0.85  # of the words with marks must be syllables afterwards; other languages stay under a half
_ALL_SHARE: Final = 0.7  # of all words: names of firms and persons from abroad stand in any article
_ASKED: Final = 2000  # words at most: more prove nothing more
_GAIN: Final = 0.3
_MARGIN: Final = 0.1


def recognise(text: str, hint: str = "") -> str:
    """The encoding ("tcvn3", "vni", "viscii", "cp1258") that `text` was in before it was read as Latin-1, or "".

    `hint` is an encoding that the markup named (`font_encoding`): one word is then enough, six otherwise. French,
    Spanish, German, Icelandic and Vietnamese in Unicode are none of them, for their words make no syllables.

    >>> recognise("tØnh ñy th¸i nguyªn tæ chøc ®¹i héi ®iÓm cÊp c¬ së"), recognise("Ñaïi hoäi Ñaûng boä tænh laàn thöù")
    ('tcvn3', 'vni')
    >>> recognise("Tỉnh ủy"), recognise("déjà vu, être à côté du château, forêt, élève"), recognise("th¸i", "tcvn3")
    ('', '', 'tcvn3')
    """
    if text.isascii() or _UNICODE_ONLY.search(text):
        return ""
    words = _WORD.findall(text)
    marked = [word for word in words if _is_marked(word)][:_ASKED]
    if len(set(marked)) < (_ENOUGH_HINTED if hint in _CANDIDATES else _ENOUGH):
        return ""
    before = _share(marked)
    shares = sorted(((_share(_converted(marked, name)), name) for name in _CANDIDATES), reverse=True)
    if hint in _CANDIDATES:
        shares = [(share, name) for share, name in shares if name == hint]
    best, name = shares[0]
    if best < _SHARE or best - before < _GAIN:
        return ""
    if len(shares) > 1 and best - shares[1][0] < _MARGIN:
        return ""
    every = [word for word in _converted(words[:_ASKED], name) if _LETTERED.search(word)]
    return name if _share(every) >= _ALL_SHARE else ""


def _is_marked(word: str) -> bool:
    """Whether `word` has marks on letters: quotes around it and signs beside figures are none."""
    return not word.isascii() and not word.strip(_QUOTES).isascii() and _LETTERED.search(word) is not None


def _converted(words: list[str], encoding: str) -> list[str]:
    return convert(" ".join(words), encoding).split(" ")


def _share(words: list[str]) -> float:
    words = [word.strip(_QUOTES) for word in words]
    good = sum(is_syllable(word) or _ACRONYM.fullmatch(word) is not None for word in words)
    return good / len(words) if words else 0.0


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
        (name for name in names if name in NAMES), ""
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
