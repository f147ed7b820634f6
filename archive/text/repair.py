"""Text that was read in the wrong encoding, read in the right one, with the steps that led there."""

from __future__ import annotations

from dataclasses import dataclass

from archive.text.legacy import convert
from archive.text.legacy_signs import recognise
from archive.text.mojibake import mend


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
    mended, plan = mend(text)
    if plan:
        return Repaired(mended, plan, changed=True)
    encoding = recognise(text, hint)
    if encoding:
        return Repaired(convert(text, encoding), f"{encoding} read as latin-1", changed=True)
    return Repaired(text)
