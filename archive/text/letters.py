"""Vietnamese letters and tones, text as one byte a letter (in which folding and tone search run as C loops), and which
runs of letters can be syllables.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from functools import lru_cache
from typing import Final

TONES = "\u0300\u0301\u0303\u0309\u0323"  # huyền, sắc, ngã, hỏi, nặng

_BARE_VOWELS = "aăâeêioôơuưy"
VOWELS = _BARE_VOWELS + "".join(unicodedata.normalize("NFC", vowel + tone) for vowel in _BARE_VOWELS for tone in TONES)
"""All 72 lower-case vowels of Vietnamese, in NFC: 12 bare ones, each with five tones."""

ACCENTED = "".join(letter for letter in VOWELS if not letter.isascii()) + "đ"
"""The 67 lower-case letters beyond ASCII (67 x 2 with capitals: facts of Unicode, checked by a test)."""

INVISIBLE = "\u00ad\u034f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff"
"""Characters that show nothing, as the inside of a regex class: soft hyphen, joiners, zero width, direction marks."""


def bare(letter: str) -> str:
    """The ASCII letter under a Vietnamese one: `ấ` gives `a`, `Đ` gives `D`.

    >>> "".join(bare(letter) for letter in "Đường")
    'Duong'
    """
    if letter in "đĐ":
        return "d" if letter == "đ" else "D"
    return unicodedata.normalize("NFD", letter)[0]


def split_tone(text: str) -> tuple[str, str]:
    """A syllable without its tone, in NFC, and the tone mark ("" for ngang; the last one where there are more).

    >>> split_tone("nghiệp") == ("nghiêp", "\\u0323")
    True
    """
    decomposed = unicodedata.normalize("NFD", text)
    marks = [mark for mark in decomposed if mark in TONES]
    rest = "".join(mark for mark in decomposed if mark not in TONES)
    return unicodedata.normalize("NFC", rest), marks[-1] if marks else ""


# Lower-case Vietnamese text as one byte a character: the code in which folding and tone search run as C loops.

_SIGNS: Final = "“”‘’–—…•·°²³\u00a0«»×±№′″"  # NBSP stands on many pages

LOWER_ALPHABET: Final = "".join(map(chr, range(128))) + ACCENTED + _SIGNS
"""The characters of the code, in the order of their bytes."""

_TABLE: Final = codecs.charmap_build(LOWER_ALPHABET.ljust(256, "\ufffe"))


def encode_lower(lowered: str) -> bytes:
    """`lowered` as one byte a character; raises UnicodeEncodeError where a character is not in `LOWER_ALPHABET`.

    >>> len(encode_lower("hội nghị")), len("hội nghị")
    (8, 8)
    """
    encoded, _ = codecs.charmap_encode(lowered, "strict", _TABLE)
    return encoded


def decode_lower(encoded: bytes, alphabet: str) -> str:
    """The text of `encoded`, read with `alphabet`: `LOWER_ALPHABET` itself or another of its length in its stead."""
    decoded, _ = codecs.charmap_decode(encoded, "strict", alphabet)
    return decoded


# Where the tone stands: old style `hòa, khỏe, thủy`, new style `hoà, khoẻ, thuỷ`, made one for matching.

# Only 15 pairs differ (82 syllables of underthesea's word list have one). No word border is asked for: `òan`
# is itself a misplacement of `oàn`. In `của`, `mía` the tone is on the first vowel in both styles.
_NEW: Final = {
    unicodedata.normalize("NFC", first + tone + second): unicodedata.normalize("NFC", first + second + tone)
    for first, second in ("oa", "oe", "uy")
    for tone in TONES
}
_OLD: Final = re.compile("[òóỏõọ][ae]|[ùúủũụ]y")

# In the one-byte code the first letters become 1 and 3, the second ones 2 and 4, all others 0: pairs are then literals.
_CLASSES: Final = ("òóỏõọ", "ae", "ùúủũụ", "y")
_MASK: Final = bytes(
    next((code for code, letters in enumerate(_CLASSES, 1) if letter in letters), 0)
    for letter in LOWER_ALPHABET.ljust(256)
)
_PAIRS: Final = (re.compile(b"\1\2"), re.compile(b"\3\4"))
_NEW_CODES: Final = {encode_lower(old): encode_lower(new) for old, new in _NEW.items()}


def uniform_tones(text: str) -> str:
    """`text` (NFC, lower case) with the tone of `oa oe uy` on the second vowel; the length stays.

    >>> uniform_tones("hòa bình, khỏe, thủy lợi, quý, của, khoá")
    'hoà bình, khoẻ, thuỷ lợi, quý, của, khoá'
    """
    try:
        encoded = encode_lower(text)
    except UnicodeEncodeError:
        return _OLD.sub(lambda pair: _NEW[pair.group()], text)
    uniform = uniform_code(encoded)
    return text if uniform is encoded else decode_lower(uniform, LOWER_ALPHABET)


def uniform_code(encoded: bytes) -> bytes:
    """The same for text in the one-byte code; `encoded` itself where nothing changes."""
    mask = encoded.translate(_MASK)
    found = [pair.start() for pairs in _PAIRS for pair in pairs.finditer(mask)]
    if not found:
        return encoded
    uniform = bytearray(encoded)
    for start in found:
        uniform[start : start + 2] = _NEW_CODES[encoded[start : start + 2]]
    return bytes(uniform)


# Which letter runs can be Vietnamese syllables: the judge over legacy encodings, look-alikes and glued words.

_ONSETS: Final = ("", *re.findall(r"\S+", "ngh ch gh gi kh ng nh ph qu th tr b c d đ g h k l m n p r s t v x"))
# The rimes in k are of the Central Highlands' names: Đắk Lắk, Krông Búk.
_RIME_LIST: Final = """
    a ac ach ai am an ang anh ao ap at au ay ăc ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây
    e ec em en eng eo ep et ê êch êm ên ênh êp êt êu
    i ia ich im in inh ip it iu iêc iêm iên iêng iêp iêt iêu y ych ynh yt yêm yên yêng yêt yêu
    o oc oi om on ong op ot ooc oong ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt
    oa oac oach oai oam oan oang oanh oao oap oat oay oăc oăm oăn oăng oăt oe oen oeo oet
    u ua uc ui um un ung up ut uôc uôi uôm uôn uông uôt uơ uê uêch uênh uân uâng uât uây
    ak ăk ok ôk uk êk
    uy uya uych uyên uyêt uynh uyn uyt uyp uyu ư ưa ưc ưi ưm ưn ưng ưt ưu ươc ươi ươm ươn ương ươp ươt ươu
"""
_RIMES: Final = frozenset(_RIME_LIST.split())
_STOPPED: Final = re.compile("(?:c|ch|p|t)$")  # closed by a stop, a syllable bears sắc or nặng and nothing else
_LONGEST: Final = 24  # code points: nghiêng in NFD has nine; a longer run must not even reach the cache
_LETTERS: Final = re.compile(f"[a-z{ACCENTED}]+")


def is_syllable(word: str) -> bool:
    """Whether `word` (any case, NFC or NFD) has the shape of a Vietnamese syllable, tone included.

    A shape is not a word: `nghoa` has none, `bướp` has one though nobody uses it.

    >>> [is_syllable(word) for word in ("nghiêng", "Thủy", "giếng", "quyết", "gì", "QUẢNG", "hoc", "nghị")]
    [True, True, True, True, True, True, False, True]
    >>> [is_syllable(word) for word in ("street", "Đắk", "a", "hộinghị", "b")]
    [False, True, True, False, False]
    """
    return len(word) <= _LONGEST and _is_syllable(word)


@lru_cache(maxsize=16384)
def _is_syllable(word: str) -> bool:
    plain, tone = split_tone(unicodedata.normalize("NFC", word).lower())
    if len(plain) > 7:
        return False
    for onset in _ONSETS:
        if not plain.startswith(onset):
            continue
        rime = plain[len(onset) :]
        if onset == "gi" and not rime:
            rime = "i"
        if rime in _RIMES or (onset == "gi" and "i" + rime in _RIMES):
            return tone in "\u0301\u0323" and tone != "" if _STOPPED.search(rime) else True
    return False


def syllable_share(text: str) -> tuple[float, int]:
    """The share of `text`'s letter runs that are syllables (0 without any), and how many runs there are.

    >>> syllable_share("Tỉnh ủy tổ chức street")
    (0.8, 5)
    """
    words = _LETTERS.findall(unicodedata.normalize("NFC", text).lower())
    return (sum(map(is_syllable, words)) / len(words) if words else 0.0), len(words)
