"""Text made ready for matching: the two forms that are indexed, aligned with the text as it is stored.

Index and query go through this one door, so that both are cut into the same words. A word is a run of letters and
digits; FTS5's `unicode61` agrees with that on everything but combining marks and signs of later Unicode versions,
which are blanked here before it sees them (measured over U+0080..U+1FFFF with SQLite 3.46).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from archive.text.fold import aligned_fold, exact_form
from archive.text.letters import ACCENTED, INVISIBLE

WORD: Final = re.compile(r"[^\W_]+")
"""One word of a prepared form."""

_PLAIN_SIGNS = "“”‘’–—…•·°²³\u00a0«»×±′"
_ODD: Final = re.compile(f"[^\\x00-\\x7f{ACCENTED}{_PLAIN_SIGNS}]")
_INVISIBLE: Final = re.compile(f"[{INVISIBLE}\U000e0100-\U000e01ef]")
_NO_WORD: Final = re.compile(f"[^\\w\\x00-\\x7f{_PLAIN_SIGNS}]")


@dataclass(frozen=True, slots=True)
class Prepared:
    """One text in its two forms, both of one length: `exact` respects accents, `folded` does not.

    `text` is the text in NFC; `offsets[i]` is where character i of the forms stands in it, None where i itself is it.
    """

    text: str
    exact: str
    folded: str
    offsets: tuple[int, ...] | None = None

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where characters start..end of the forms stand in `text`."""
        if self.offsets is None:
            return start, end
        return self.offsets[start], self.offsets[end - 1] + 1


def prepare(text: str) -> Prepared:
    """`text` and its two forms.

    >>> ready = prepare("Hoà Bình, co\u00advid Ⅻ")
    >>> ready.exact, ready.folded
    ('hoà bình, covid xii', 'hoa binh, covid xii')
    >>> [ready.text[slice(*ready.span(*word.span()))] for word in WORD.finditer(ready.folded)][2:]
    ['co\\xadvid', 'Ⅻ']
    """
    text = unicodedata.normalize("NFC", text)
    exact = exact_form(text)
    if _ODD.search(exact) is None:
        return Prepared(text, exact, aligned_fold(exact))
    return _prepare_odd(text)


def forms(text: str) -> tuple[str, str]:
    """The exact and the folded form of `text`, as the index wants them."""
    ready = prepare(text)
    return ready.exact, ready.folded


def _prepare_odd(text: str) -> Prepared:
    """The same for a text with characters beyond those of Vietnamese news: invisible, compatible, foreign ones."""
    pieces: list[str] = []
    offsets: list[int] = []
    for position, letter in enumerate(text):
        if _INVISIBLE.match(letter):
            continue
        # Roman numerals (Ⅻ), ligatures (ﬁ) and wide letters (ＴＰ) are read as the letters they stand for.
        plain = unicodedata.normalize("NFKC", letter) if unicodedata.category(letter) in ("Nl", "Ll", "Lu") else letter
        pieces.append(plain)
        offsets.extend([position] * len(plain))
    exact = _NO_WORD.sub(" ", exact_form("".join(pieces)))
    return Prepared(text, exact, _NO_WORD.sub(" ", aligned_fold(exact)), tuple(offsets))
