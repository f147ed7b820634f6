"""Which letter runs can be Vietnamese syllables: the judge over legacy encodings, look-alikes and glued words."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

from archive.text.letters import ACCENTED, split_tone

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
