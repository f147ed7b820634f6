"""UTF-8 that was read in a code page of one byte a letter, read as UTF-8 after all."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from typing import Final

import ftfy
import ftfy.bad_codecs

from archive.text import onebyte
from archive.text.syllables import is_syllable

# What the lead bytes of Vietnamese letters in UTF-8 (C3 to C6, E1 BA, E1 BB, E2 80; CC of single marks) are in Latin-1,
# windows-1252 and windows-1258, with a continuation byte behind. `XÃ”` in sound capitals fits too, so nothing is
# changed by this alone.
_CONTINUED: Final = "\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ\u0102\u0103"
_SIGN: Final = re.compile(f"[ÂÃÄÅÆÌĂ][{_CONTINUED}]|á[º»]|â€|ï»¿|(?<=[a-zđ])[ÃĂ](?: |$)")
_SURE: Final = re.compile(f"[ÂÃÄÅÆÌĂ](?![ ”’»…–—])[{_CONTINUED}]|á[º»][{_CONTINUED}]|â€|ï»¿")
_FOLLOWING: Final = re.compile(f"[{_CONTINUED}]")
_MASK: Final = bytes(
    1 if letter in "âãăì" else 3 if letter == "á" else 4 if letter == "»" else 2 if _FOLLOWING.match(letter) else 0
    for letter in onebyte.ALPHABET.ljust(256, "\0")
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


def mend(text: str) -> tuple[str, str]:
    """`text` with mojibake undone, and the plan that did it; `text` itself and "" where there is none.

    A text of more than 100,000 characters is left as it is: give paragraphs.

    >>> mend("Tá»‰nh á»§y ThÃ¡i NguyÃªn")
    ('Tỉnh ủy Thái Nguyên', 'utf-8 read as windows-1252')
    >>> mend("khai mạc Ä‘áº¡i há»™i Đảng bộ xã")
    ('khai mạc đại hội Đảng bộ xã', 'in part: utf-8 read as windows-1252')
    >>> mend("TOÀN XÃ”")
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
        mask = onebyte.encode(text.lower()).translate(_MASK)
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
