"""The fonts and code pages of Vietnamese before Unicode, as tables: TCVN3, VNI, VISCII, windows-1258."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from importlib import import_module
from typing import Final

from archive.text.syllables import is_syllable

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
        return _WORD.sub(lambda word: _viscii_word(word.group()), text).translate(_tables()[encoding])
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


_WORD: Final = re.compile(r"[^\t\n\r -/:-@\[-`{-~]+")  # a no-break space and a control are letters of VISCII
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
