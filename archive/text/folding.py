"""Vietnamese letters and tones, and the one key function: text without case, accents and đ, so that both sides meet."""

from __future__ import annotations

import codecs
import re
import unicodedata
from functools import lru_cache
from typing import Final

# Vietnamese letters and tones, text as one byte a letter (in which folding and tone search run as C loops), and
# which runs of letters can be syllables.

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


_TONE_SIGNS: Final = "“”‘’–—…•·°²³\u00a0«»×±№′″"  # NBSP stands on many pages

LOWER_ALPHABET: Final = "".join(map(chr, range(128))) + ACCENTED + _TONE_SIGNS
"""The characters of the code, in the order of their bytes."""

_ONE_BYTE: Final = codecs.charmap_build(LOWER_ALPHABET.ljust(256, "\ufffe"))


def encode_lower(lowered: str) -> bytes:
    """`lowered` as one byte a character; raises UnicodeEncodeError where a character is not in `LOWER_ALPHABET`.

    >>> len(encode_lower("hội nghị")), len("hội nghị")
    (8, 8)
    """
    encoded, _ = codecs.charmap_encode(lowered, "strict", _ONE_BYTE)
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


_INVISIBLE: Final = re.compile(f"[{INVISIBLE}\U000e0100-\U000e01ef]")
_MARKS: Final = re.compile("[\u0300-\u036f]+")
_D: Final = str.maketrans(dict.fromkeys("đĐðÐɖƉ", "d"))
_TOKEN: Final = re.compile("[a-z0-9]+")


def fold(text: str) -> str:
    """`text` for comparing: invisibles dropped, NFKD, marks dropped, đ as d, casefolded.

    `fold(fold(x)) == fold(x)`, and NFC, NFD, old and new tone placement fold alike. The length may change
    (`…` becomes three dots): `aligned_fold` is the one for offsets.

    >>> fold("Tỉnh ủy Thái Nguyên"), fold("ĐẠI HỘI"), fold("12/QĐ-UBND"), fold("K’Bang"), fold("Straße m² ½")
    ('tinh uy thai nguyen', 'dai hoi', '12/qd-ubnd', 'k’bang', 'strasse m2 1⁄2')
    """
    try:
        folded = _fast(unicodedata.normalize("NFC", text).lower())
    except UnicodeEncodeError:
        return fold_by_rule(text)
    return folded.replace("…", "...").replace("№", "no").replace("″", "′′")


def fold_by_rule(text: str) -> str:
    """The same as `fold`, step by step as its rule is written: some times slower, for any script."""
    previous = None
    while text != previous:  # casefold can bring back what NFKD or đ would change: twice is enough in Unicode 16
        previous = text
        text = _MARKS.sub("", unicodedata.normalize("NFKD", _INVISIBLE.sub("", text)))
        if not text.isascii() and max(text) >= "\u0370":
            text = "".join(letter for letter in text if letter < "\u0370" or unicodedata.category(letter) != "Mn")
        text = text.translate(_D).casefold()
    return text


def exact_form(text: str) -> str:
    """`text` in NFC, lower case, with uniform tone placement: the key that respects accents.

    As long as `text` in NFC, so that offsets hold for both.

    >>> exact_form("Hòa Bình, HOÀ BÌNH")
    'hoà bình, hoà bình'
    """
    # İ is the one character that lower() makes longer.
    return uniform_tones(unicodedata.normalize("NFC", text).replace("İ", "i").lower())


def aligned_fold(exact: str) -> str:
    """The fold of an `exact_form`, character by character and of the same length: for offsets into the text.

    A character whose fold is empty becomes a space, one whose fold is longer is cut to its first.

    >>> aligned_fold(exact_form("Hội nghị… ½ đầu")), len("Hội nghị… ½ đầu")
    ('hoi nghi. 1 dau', 15)
    """
    try:
        return _fast(exact).replace("…", ".").replace("№", "n").replace("″", "′")
    except UnicodeEncodeError:
        return "".join(fold_by_rule(letter)[:1] or " " for letter in exact)


def tokens(text: str) -> list[str]:
    """The folded tokens of `text`: runs of `a-z0-9`, in order.

    >>> tokens("12/QĐ-UBND: 1.234,5 tỷ"), tokens("K’Bang")
    (['12', 'qd', 'ubnd', '1', '234', '5', 'ty'], ['k', 'bang'])
    """
    return _TOKEN.findall(fold(text))


def _target(letter: str) -> str:
    return letter if letter in "…№″" else (bare(letter) if letter in ACCENTED else fold_by_rule(letter))


_FOLDED: Final = "".join(_target(letter) for letter in LOWER_ALPHABET)


def _fast(lowered: str) -> str:
    """The fold of NFC lower-case text in the one-byte code; raises UnicodeEncodeError for any other character."""
    return decode_lower(encode_lower(lowered), _FOLDED)


_ASCII: Final = "\0\t\n\r" + "".join(map(chr, range(32, 127)))  # charmap_build is slow where \0 is not the first
_SIGNS: Final = LOWER_ALPHABET[128 + len(ACCENTED) :].replace("№", "")  # № folds to letters

ALPHABET: Final = _ASCII + ACCENTED + ACCENTED.upper() + _SIGNS
"""The characters of the code, in the order of their bytes. All are NFC, and none composes with another."""

_TABLE: Final = codecs.charmap_build(ALPHABET.ljust(256, "\ufffe"))


def table(code_of: dict[str, int]) -> bytes:
    """A table for `bytes.translate` on encoded text: the code of each character of `ALPHABET` in `code_of`, else 0."""
    return bytes(code_of.get(letter, 0) for letter in ALPHABET.ljust(256, "\ufffe"))


_PLACES: Final = {letter: place for place, letter in enumerate(LOWER_ALPHABET)}
_LOWER: Final = table({letter: _PLACES[letter.lower()] for letter in ALPHABET})
_FOLDED_CODES: Final = table(
    {letter: ord(plain) if (plain := aligned_fold(letter.lower())).isascii() else 0x20 for letter in ALPHABET}
)


def encode_cased(text: str) -> bytes:
    """`text` as one byte a character; raises UnicodeEncodeError where a character is not in `ALPHABET`.

    A text that can be encoded is in NFC, and as long in lower case.
    """
    encoded, _ = codecs.charmap_encode(text, "strict", _TABLE)
    return encoded


def exact(encoded: bytes) -> str:
    """The `exact_form` of the text that was encoded.

    >>> exact(encode_cased("“HÒA BÌNH”, Thủy"))
    '“hoà bình”, thuỷ'
    """
    return decode_lower(exact_code(encoded), LOWER_ALPHABET)


def exact_code(encoded: bytes) -> bytes:
    """The same in the one-byte code of lower case."""
    return uniform_code(encoded.translate(_LOWER))


def folded(encoded: bytes) -> str:
    """The text that was encoded, folded and as long, its signs beyond ASCII spaces.

    >>> folded(encode_cased("“Đường” 5 m²"))
    ' duong  5 m2'
    """
    return encoded.translate(_FOLDED_CODES).decode("ascii")
