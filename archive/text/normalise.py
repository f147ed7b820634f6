"""Text as the archive stores it: NFC, plain white space, nothing invisible, and otherwise as it was published."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

import ftfy
import ftfy.bad_codecs

from archive.text import folding
from archive.text.encodings import convert, recognise
from archive.text.folding import INVISIBLE, is_syllable

# Ð ð (Eth) and Ɖ ɖ (African D) for Đ đ, a caron for the breve, Ƣ ƣ (Latin OI, the horn of old fonts) for Ư ư, and
# Cyrillic letters that sit on another key of a bilingual board.
_LATIN: Final = {"Ð": "Đ", "ð": "đ", "Ɖ": "Đ", "ɖ": "đ", "Ǎ": "Ă", "ǎ": "ă", "Ƣ": "Ư", "ƣ": "ư"}
_CYRILLIC: Final = dict(zip("АВЕІКМНОРСТУХавеікмнорстух", "ABEIKMHOPCTYXabeikmhopctyx", strict=True)) | {
    "в": "b", "к": "k", "м": "m", "н": "h", "т": "t"
}  # fmt: skip
_TABLE: Final = str.maketrans(_LATIN | _CYRILLIC)
_SUSPECT: Final = re.compile(f"[{''.join(_LATIN)}\u0400-\u04ff]")
_WORD: Final = re.compile(r"(?:[^\W\d_][\u0300-\u036f]*)+")
_ACRONYM: Final = re.compile("[A-ZĐĂÂÊÔƠƯ]{1,6}")


def repair_lookalikes(text: str) -> str:
    """`text` (NFC) with look-alike letters replaced inside words that are Vietnamese once this is done.

    A word all of Cyrillic stays, and so does one that is a Vietnamese syllable in neither reading (`Guðrún`).

    >>> repair_lookalikes("Ðại hội ðồng chí, HÐND, Тhái Nguyên, ngƣời, cǎn; Guðrún, Москва")
    'Đại hội đồng chí, HĐND, Thái Nguyên, người, căn; Guðrún, Москва'
    """
    if text.isascii() or not _SUSPECT.search(text):
        return text
    return _WORD.sub(lambda found: _word(found.group()), text)


def _word(word: str) -> str:
    if not _SUSPECT.search(word) or all("\u0400" <= letter <= "\u04ff" for letter in word):
        return word
    mended = unicodedata.normalize("NFC", word.translate(_TABLE))
    return mended if is_syllable(mended) or _ACRONYM.fullmatch(mended) else word


# What the lead bytes of Vietnamese letters in UTF-8 (C3 to C6, E1 BA, E1 BB, E2 80; CC of single marks) are in Latin-1,
# windows-1252 and windows-1258, with a continuation byte behind. `XÃ”` in sound capitals fits too, so nothing is
# changed by this alone.
_CONTINUED: Final = "\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ\u0102\u0103"
_SIGN: Final = re.compile(f"[ÂÃÄÅÆÌĂ][{_CONTINUED}]|á[º»]|â€|ï»¿|(?<=[a-zđ])[ÃĂ](?: |$)")
_SURE: Final = re.compile(f"[ÂÃÄÅÆÌĂ](?![ ”’»…–—])[{_CONTINUED}]|á[º»][{_CONTINUED}]|â€|ï»¿")
_FOLLOWING: Final = re.compile(f"[{_CONTINUED}]")
_MASK: Final = bytes(
    1 if letter in "âãăì" else 3 if letter == "á" else 4 if letter == "»" else 2 if _FOLLOWING.match(letter) else 0
    for letter in folding.LOWER_ALPHABET.ljust(256, "\0")
)
# `à` whose second byte, a no-break space, became a space, fell together with the one behind it, or went at the end:
# `thÃ nh`, `vÃ o` are one syllable, `lÃ quÃ`, `nhÃ chung` two.
_SPACED: Final = re.compile(r"([ÃĂ])(?: (?=(?:n[gh]?|m|[oiyu])(?![^\W\d_])| |$)|( |$))")
_PIECE: Final = re.compile(r"[^ \t\n]+")  # a no-break space is no border: it is the second byte of `à`
_EDGE: Final = re.compile(r"^[\W\d_]+|[\W\d_]+$")
_INNER: Final = re.compile(r"[-/.,:&'’+\d–\u00a0]+")
_CASED: Final = re.compile(r"[^\W\d_][^\W\d_A-ZĐÀ-Þ]*|[^\W\d_a-zđß-ÿ]+")

_LONGEST: Final = 100_000  # characters: no paragraph has them, and 5 µs each is what mending costs
_LABELS: Final = {"latin-1": "latin-1", "sloppy-windows-1252": "windows-1252", "windows-1258": "windows-1258"}


def repair_mojibake(text: str) -> tuple[str, str]:
    """`text` with mojibake undone, and the plan that did it; `text` itself and "" where there is none.

    A text of more than 100,000 characters is left as it is: give paragraphs.

    >>> repair_mojibake("Tá»‰nh á»§y ThÃ¡i NguyÃªn")
    ('Tỉnh ủy Thái Nguyên', 'utf-8 read as windows-1252')
    >>> repair_mojibake("khai mạc Ä‘áº¡i há»™i Đảng bộ xã")
    ('khai mạc đại hội Đảng bộ xã', 'in part: utf-8 read as windows-1252')
    >>> repair_mojibake("TOÀN XÃ”")
    ('TOÀN XÃ”', '')
    """
    if len(text) > _LONGEST or not _has_sign(text):
        return text, ""
    whole, plan = _decoded(text)
    if not plan:
        whole, plan = _decoded(_SPACED.sub("\\1\u00a0\\2", text))
    if plan:
        return whole, plan
    found = [(text, ""), _by_pieces(text), _by_ftfy(text)]
    found.append(_by_ftfy(found[1][0], found[1][1]))
    return max(found, key=lambda pair: _soundness(pair[0]))


def _has_sign(text: str) -> bool:
    # One article in ten thousand has a sign: text all in the one-byte code is cleared in 20 µs, not 120.
    try:
        mask = folding.encode_lower(text.lower()).translate(_MASK)
    except UnicodeEncodeError:
        return _SIGN.search(text) is not None
    odd = b"\1\2" in mask or b"\3\4" in mask or "Ã " in text or "Ă " in text or text.endswith(("Ã", "Ă"))
    return odd and _SIGN.search(text) is not None


def _decoded(text: str) -> tuple[str, str]:
    """The best of `text` decoded as a whole, once or twice; `text` and "" where no code page makes it better."""
    best, plan, mark = text, "", _soundness(text)
    for name, result in _readings(text):
        again = [(f"{name}, {other}", twice) for other, twice in _readings(result)]
        for label, candidate in ((name, result), *again):
            if _soundness(candidate) > mark:
                best, mark = candidate, _soundness(candidate)
                plan = ", ".join(f"utf-8 read as {_LABELS[part]}" for part in label.split(", "))
    return best, plan


def _readings(text: str) -> Iterator[tuple[str, str]]:
    for name, encode in _ENCODERS.items():
        try:
            yield name, unicodedata.normalize("NFC", encode(text).decode("utf-8"))
        except UnicodeError:
            continue


def _by_pieces(text: str) -> tuple[str, str]:
    plans: list[str] = []

    def piece(match: re.Match[str]) -> str:
        found = match.group()
        if not _SIGN.search(found):
            return found
        mended, plan = _decoded(found)
        if plan:
            plans.append(plan)
        return mended

    mended = _PIECE.sub(piece, text)
    return mended, "in part: " + "; ".join(dict.fromkeys(plans)) if plans else ""


def _by_ftfy(text: str, before: str = "") -> tuple[str, str]:
    # ftfy knows what a whole decode cannot undo: `Ã` before a space that was a no-break space, a byte lost.
    mended, steps = ftfy.fix_encoding_and_explain(text)
    names = [str(step.parameter) for step in steps or ()]
    plan = "; ".join(part for part in (before, f"ftfy: {', '.join(names)}" if names else "") if part)
    return mended, plan


def _byte_1258(letter: str) -> bytes:
    # Seven bytes have no letter in windows-1258; decoders pass them on as controls.
    return bytes([ord(letter)]) if "\x80" <= letter <= "\x9f" else letter.encode("cp1258")


_ENCODERS: Final[dict[str, Callable[[str], bytes]]] = {
    "latin-1": lambda text: text.encode("latin-1"),
    "sloppy-windows-1252": lambda text: text.encode("sloppy-windows-1252"),
    "windows-1258": lambda text: b"".join(map(_byte_1258, text)),
}


def _soundness(text: str) -> int:
    """How many words with marks are syllables, less those that are not."""
    total = 0
    for piece in _PIECE.findall(text):
        if not piece.isascii():
            core = _EDGE.sub("", unicodedata.normalize("NFC", piece))
            broken = _SURE.search(piece) or not all(map(_is_sound, _INNER.split(core)))
            total += -1 if broken else int(not core.isascii())
    return total


def _is_sound(word: str) -> bool:
    return word.isascii() or (_CASED.fullmatch(word) is not None and (is_syllable(word) or word.isupper()))


@dataclass(frozen=True, slots=True)
class Repaired:
    """A text after repair, and the plan that led to it ("" where nothing was changed); keep the raw text beside it."""

    text: str
    plan: str = ""
    changed: bool = False


def repair(text: str, hint: str = "") -> Repaired:
    """`text` with mojibake undone and encodings before Unicode converted, or as it was where it is sound or hopeless.

    Goes before `normalise`, which drops the soft hyphen that is TCVN3's ư. Undone: UTF-8 read as Latin-1,
    windows-1252 or windows-1258, once or twice, also in a phrase amid sound text; TCVN3, VNI, VISCII read as Latin-1
    (`hint` as in `recognise`). A step is taken only where it makes syllables out of what were none; of ftfy only the
    encoding repair is used, none of its tidying (it straightens quotes). What a decoder replaced by U+FFFD is lost.

    >>> repair("Tá»‰nh á»§y ThÃ¡i NguyÃªn")
    Repaired(text='Tỉnh ủy Thái Nguyên', plan='utf-8 read as windows-1252', changed=True)
    >>> repair("§¹i héi §¶ng bé tØnh lÇn thø XX").text
    'Đại hội Đảng bộ tỉnh lần thứ XX'
    >>> repair("Tỉnh ủy Thái Nguyên: “Đoàn kết”").changed
    False
    """
    if text.isascii():
        return Repaired(text)
    mended, plan = repair_mojibake(text)
    if plan:
        return Repaired(mended, plan, changed=True)
    encoding = recognise(text, hint)
    if encoding:
        return Repaired(convert(text, encoding), f"{encoding} read as latin-1", changed=True)
    return Repaired(text)


_CONTROLS: Final = "\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ufffe\uffff"  # without white space
_NOISE: Final = re.compile(f"[{INVISIBLE}{_CONTROLS}]+")
# A zero-width space between two words is all that parts them; between fewer letters it is an editor's litter.
_PARTING: Final = re.compile(r"(?<=[^\W\d_]{2})\u200b+(?=[^\W\d_]{2})")

_CHANGED: Final = frozenset(map(chr, range(32))) | {"\x7f", "\u00a0"}
_PLAIN: Final = bytes(
    255 if letter in _CHANGED else place for place, letter in enumerate(folding.LOWER_ALPHABET.ljust(256, "\ufffe"))
)


def normalise(text: str) -> str:
    """`text` as stored: NFC, white space runs as one space, ends stripped, invisibles and controls gone.

    Look-alike letters (Ð, Cyrillic а, ƣ) are put right inside Vietnamese words only; spelling, tone placement,
    quotes and punctuation stay as the newspaper wrote them. Wrong encodings are `repair`'s, which goes first:
    TCVN3 writes ư as a soft hyphen. `normalise(normalise(x)) == normalise(x)`.

    >>> normalise("\\u00a0 Tỉnh\\u00adủy\\u200b  Thái\\u200bNguyên\\n")
    'Tỉnhủy Thái Nguyên'
    >>> normalise("Ho\\u0323\\u0302i nghi\\u0323; Ðại hội; m²; “khoá”…")
    'Hội nghị; Đại hội; m²; “khoá”…'
    """
    text = unicodedata.normalize("NFC", text)
    return text if _is_plain(text) else _normalised(text)


def _is_plain(text: str) -> bool:
    """Whether NFC `text` has nothing to change: most of it, and seen in a third of the time of looking for each."""
    try:
        encoded = folding.encode_lower(text.lower())
    except UnicodeEncodeError:
        return False
    return encoded.translate(_PLAIN) == encoded and b"  " not in encoded and encoded.strip(b" ") == encoded


def _normalised(text: str) -> str:
    if _NOISE.search(text):
        text = unicodedata.normalize("NFC", _NOISE.sub("", _PARTING.sub(" ", text)))
    return " ".join(repair_lookalikes(text).split())
