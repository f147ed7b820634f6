"""How much one page says that another does not: the words of raw HTML as shingles, without a parser. Pure."""

from __future__ import annotations

import re
import zlib
from array import array
from html import unescape

SHINGLE = 3
MOST_WORDS = 20_000
"""Words looked at: pages that say "nothing is here" have a few hundred, with menus and all."""

_TITLE = re.compile(r"<title[^<>]{0,200}>([^<]{0,400})", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+|\d+")


def title_of(text: str) -> str:
    """The title of an HTML page, white space collapsed and each number as 0; "" where there is none.

    >>> title_of("<title>Lỗi 404 -\\n Cổng thông tin</title>")
    'Lỗi 0 - Cổng thông tin'
    """
    found = _TITLE.search(text[:50_000])
    return re.sub(r"\d+", "0", " ".join(unescape(found[1]).split())) if found else ""


def shingles(text: str) -> frozenset[int]:
    """The runs of three words in the text of an HTML page, each as a number of 32 bits; every number counts as 0.

    Linear in the length of `text`, whatever it holds: tags, scripts and styles are passed over by looking for `<`.

    >>> len(shingles("<p>Trang này <b>không có</b></p><script>var a = 1</script>"))
    2
    """
    words: list[str] = []
    hidden = ""
    for piece in text.split("<"):
        tag, closed, rest = piece.partition(">")
        name = tag[:8].lower()
        if hidden:
            hidden = "" if name.startswith(hidden) else hidden
        elif name.startswith(("script", "style")):
            hidden = "/script" if name.startswith("script") else "/style"
        if not hidden and closed:
            words += ["0" if word.isdigit() else word for word in _WORD.findall(unescape(rest).lower())]
            if len(words) > MOST_WORDS:
                break
    every = range(max(0, min(len(words), MOST_WORDS) - SHINGLE + 1))
    return frozenset(zlib.crc32(" ".join(words[at : at + SHINGLE]).encode("utf-8", "replace")) for at in every)


def packed(found: frozenset[int]) -> bytes:
    """Shingles as bytes, four for each, in order."""
    return array("I", sorted(found)).tobytes()


def unpacked(data: bytes) -> frozenset[int]:
    """The shingles in what `packed` gave."""
    numbers = array("I")
    numbers.frombytes(data)
    return frozenset(numbers)
