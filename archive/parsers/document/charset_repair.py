"""Puts right, in the tree and before anything is read, texts that the site served in the wrong encoding."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from itertools import islice
from typing import Final

from archive.parsers.document.tree import Element, clean, storable
from archive.text.encodings import NAMES, convert, font_encoding, recognise
from archive.text.normalise import repair

# What UTF-8 looks like where it was read as Latin-1 or windows-1252 ("á»‡ áº¡ Ä‘ Æ° â€œ Ã¡"): a rare letter to look
# for, and what may stand from so many places before it to so many behind it.
_SIGNS: Final = (
    ("»", -1, 1, frozenset(("á»",))),
    ("º", -1, 1, frozenset(("áº",))),
    ("€", -1, 1, frozenset(("â€",))),
    ("Ä", 0, 2, frozenset(("Ä‘", "Ä\x91", "Ä\x90"))),
    ("Æ", 0, 2, frozenset(("Æ°",))),
    ("Ã", 0, 2, frozenset(f"Ã{chr(code)}" for code in range(0x80, 0xC0))),
    # `đ` of TCVN3, of VISCII and windows-1258, and a falling tone of VNI: an old article within a site of today
    ("®", 0, 2, frozenset(f"®{letter}" for letter in "aeiou¸µ¶·¹«¬ª©Ç¾¨¡ÊÌÎÒÓÔÕÖ×ØÞãäåæçèéëîïñòöøû")),
    ("ð", 0, 2, frozenset(f"ð{letter}" for letter in "aeiouàáâêôõúóÕãåäß×°¤¥¦§©ªþµ¯·ñüø¨«¬®¡¸ïìíÞÌÒ")),
    ("ø", -1, 1, frozenset(f"{vowel}ø" for vowel in "aeioöôu")),
)
_ENTITY: Final = (
    r"(?:#\d{2,5}|#x[0-9a-f]{2,4}|[aeiouy](?:grave|acute|circ|tilde)|quot|nbsp|[lr][sd]quo|[mn]dash|hellip|amp);"
)
_ESCAPED_TWICE: Final = re.compile(f"&amp;{_ENTITY}", re.IGNORECASE)
_STILL_ESCAPED: Final = re.compile(f"&{_ENTITY}", re.IGNORECASE)
_VIETNAMESE: Final = re.compile("[\u1ea0-\u1ef9]")  # letters that no other language has
_FREQUENT: Final = "ạếộ"
_FONT: Final = re.compile(r"V(?:NI-|(?<=\.V)n)")  # begins with one letter: a fifth of looking for "VNI-" and ".Vn"
_QUOTES: Final = re.compile("[\xa0«»\u2000-\u206f]")
_ENOUGH: Final = 6  # marks: recognise() asks for so many words with one
_TRIED: Final = 100  # words with marks: another language's are known by them, .4 ms less than by 300
_ASCII: Final = bytes(range(128))
_SILENT: Final = frozenset(("script", "style", "noscript", "template"))
_ATTRIBUTES: Final = ("content", "alt", "title", "data-content")
_NO_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")  # what libxml2 takes in no text
_WHITE: Final = re.compile(r"[ \t\r\n]+")  # all else may be a letter: the soft hyphen is TCVN3's `ư`

_Text = tuple[Element, str, str]  # the element, the place in it, and the text


def suspicion(text: str) -> str:
    """ "signs" where a page bears signs of a wrong encoding, "marks" where it has letters with marks and none that only
    Vietnamese has, else "".

    Of a page in another language what is not ASCII is looked at apart, a fiftieth of it: 0.1 ms instead of 1.4.
    """
    vietnamese = any(letter in text for letter in _FREQUENT)
    marked = text if vietnamese else text.encode("utf-8", "ignore").translate(None, _ASCII).decode()
    for letter, start, stop, signs in _SIGNS:
        at = text.find(letter) if letter in marked else -1
        while at != -1:
            if text[at + start : at + stop] in signs:
                return "signs"
            at = text.find(letter, at + 1)
    if _FONT.search(text) or _ESCAPED_TWICE.search(text):
        return "signs"
    foreign = not vietnamese and _VIETNAMESE.search(marked) is None and len(_QUOTES.sub("", marked)) >= _ENOUGH
    return "marks" if foreign else ""


def mend(root: Element, suspicion: str = "signs") -> tuple[dict[str, str], tuple[str, ...]]:
    """Repairs the texts of a suspect page in place: what each mended text was, and the plans that were followed.

    Texts set in a legacy font (`<font face=".VnTime">`) are read in its encoding; where a whole page is in one without
    saying so, all its texts together must show it, and where one of its texts does, an old article's within a site of
    today, the short ones beside it are read alike. Mojibake, and entities escaped twice (`H&amp;agrave;`), are undone
    wherever they stand.
    """
    raws: dict[str, str] = {}
    if suspicion == "marks":  # the first words tell another language: 4 ms saved of 5
        words = (
            word for _, _, text in _texts(root) if not text.isascii() for word in text.split() if not word.isascii()
        )
        if not recognise(" ".join(islice(words, _TRIED))):
            return raws, ()
    texts = list(_texts(root))
    whole = recognise(" ".join(text for _, _, text in texts))
    left, plans = _mend_all(texts, whole, raws)
    told = "" if whole else next((name for name in NAMES if _plan_of(name) in plans), "")
    if told:
        plans |= _mend_all(left, told, raws)[1]
    return raws, tuple(f"mended: {plan}" for plan in plans)


def _mend_all(texts: list[_Text], hint: str, raws: dict[str, str]) -> tuple[list[_Text], dict[str, None]]:
    """Mends those of `texts` that need it, adding to `raws`: the others, and the plans that were followed."""
    left: list[_Text] = []
    plans: dict[str, None] = {}
    for element, place, text in texts:
        font = hint or _font_around(element if place != "tail" else element.getparent())
        mended, plan = _mended(text, font)
        if plan:
            mended = _NO_XML.sub("", mended)
            raws[clean(mended)] = _WHITE.sub(" ", text).strip(" ")
            plans[plan] = None
            _put(element, place, mended)
        else:
            left.append((element, place, text))
    return left, plans


def _plan_of(encoding: str) -> str:
    return f"{encoding} read as latin-1"


def _mended(text: str, hint: str) -> tuple[str, str]:
    if not _STILL_ESCAPED.search(text):
        return _decoded(text, hint)
    while (plain := _STILL_ESCAPED.sub(lambda entity: html.unescape(entity.group()), text)) != text:
        text = plain
    mended, plan = _decoded(text, hint)
    return mended, f"entities escaped twice{plan and '; '}{plan}"


def _decoded(text: str, hint: str) -> tuple[str, str]:
    encoding = recognise(text, hint) if hint else ""
    if encoding:
        return convert(text, encoding), _plan_of(encoding)
    repaired = repair(text, hint)
    return repaired.text, repaired.plan


def _texts(root: Element) -> Iterator[_Text]:
    """Every text with accents, or with entities, that a reader may see: its element, the place in it, and the text."""
    for element in root.iter():
        if element.text and element.tag not in _SILENT and _may_need_mending(element.text):
            yield element, "text", element.text
        if element.tail and _may_need_mending(element.tail):
            yield element, "tail", element.tail
        attributes = element.attributes
        for name in _ATTRIBUTES if attributes else ():
            value = attributes.get(name)
            if value and _may_need_mending(value):
                yield element, name, value


def _may_need_mending(text: str) -> bool:
    return not text.isascii() or "&" in text


def _put(element: Element, place: str, text: str) -> None:
    text = storable(text)
    if place == "text":
        element.text = text
    elif place == "tail":
        element.tail = text
    else:
        element.set(place, text)


def _font_around(element: Element | None) -> str:
    """The encoding of the nearest font named around an element, or ""."""
    step = element
    while step is not None:
        for name in ("face", "style"):
            value = step.get(name)
            if value and (encoding := font_encoding(f"<font {name}={value}>")):
                return encoding
        step = step.getparent()
    return ""
