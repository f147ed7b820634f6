"""Text made ready for matching: the two forms that are indexed, aligned with the text as it is stored.

Index and query go through this one door, so that both are cut into the same words: runs of letters and digits. FTS5's
`ascii` takes everything beyond ASCII for a letter, so it is given nothing there but words and spaces; it takes 30 us an
article less than `unicode61` (of 100, measured).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Final, NamedTuple

from archive.text import folding
from archive.text.folding import INVISIBLE, aligned_fold, uniform_tones

# Not after the usual short forms (TP. TX. TT. Th.S BS. ĐT.) and initials; "1.234" has no space after its point.
SHORT: Final = ("tp", "tx", "tt", "th", "ths", "bs", "đt")
"""Short forms behind which a sentence goes on, as behind any one letter."""

SIGNS: Final = ".!?…"
"""What ends a sentence."""

# The sign is looked for first, what stands before it then: the other way round takes five times as long.
_SIGN: Final = f"[{SIGNS}]"
_END: Final = re.compile(
    _SIGN + "".join(rf"(?<!\b{short}{_SIGN})" for short in (*SHORT, r"\w")) + _SIGN + r"{0,19}(?=[\s”\"])|\n+"
)


def sentences(text: str) -> Iterator[list[str]]:
    """The words of each sentence of `text`, in their exact form.

    >>> list(sentences("Ở TP. Thái Nguyên. Hòa bình!"))
    [['ở', 'tp', 'thái', 'nguyên'], ['hoà', 'bình']]
    """
    exact = prepare(text).exact
    start = 0
    for end in ends(exact):
        if found := words(exact[start:end]):
            yield found
        start = end


def ends(exact: str) -> list[int]:
    """Where the sentences of a prepared form end, the last at its end."""
    return [*(match.end() for match in _END.finditer(exact)), len(exact)]


WORD: Final = re.compile(r"[^\W_]+")
"""One word of a prepared form."""

_INVISIBLE: Final = re.compile(f"[{INVISIBLE}\U000e0100-\U000e01ef]")
_FOREIGN: Final = re.compile(f"[^\\w{re.escape(folding.LOWER_ALPHABET)}]")


# In the one-byte code, everything between words becomes a space.
_SPACED: Final = bytes(
    code if code < len(folding.LOWER_ALPHABET) and WORD.match(folding.LOWER_ALPHABET[code]) else 0x20
    for code in range(256)
)


class Prepared:
    """One text in its forms, all of one length: `lowered`, `exact` with uniform tone placement, `folded`.

    `text` is the text in NFC. The two latter forms are made when they are first asked for, out of `encoded` where the
    text is one of the code with capitals.
    """

    __slots__ = ("_encoded", "_exact", "_folded", "_offsets", "lowered", "text")

    def __init__(
        self, text: str, lowered: str, offsets: tuple[int, ...] | None = None, encoded: bytes | None = None
    ) -> None:
        self.text = text
        self.lowered = lowered
        self._offsets = offsets
        self._encoded = encoded
        self._exact: str | None = None
        self._folded: str | None = None

    @property
    def exact(self) -> str:
        """Lower case, accents kept, the tone of `oa oe uy` on the second vowel."""
        if self._exact is None:
            self._exact = uniform_tones(self.lowered) if self._encoded is None else folding.exact(self._encoded)
        return self._exact

    @property
    def folded(self) -> str:
        """Lower case without accents, d for đ."""
        if self._folded is None:
            self._folded = aligned_fold(self.lowered) if self._encoded is None else folding.folded(self._encoded)
        return self._folded

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where characters start..end of the forms stand in `text`."""
        if self._offsets is None:
            return start, end
        return self._offsets[start], self._offsets[end - 1] + 1


def prepare(text: str) -> Prepared:
    """`text`, ready for matching.

    >>> ready = prepare("Hòa Bình, co\u00advid Ⅻ")
    >>> ready.exact, ready.folded
    ('hoà bình, covid xii', 'hoa binh, covid xii')
    >>> [ready.text[slice(*ready.span(*word.span()))] for word in WORD.finditer(ready.folded)][2:]
    ['co\\xadvid', 'Ⅻ']
    """
    try:
        encoded = folding.encode_cased(text)
    except UnicodeEncodeError:
        pass
    else:
        return Prepared(text, text.lower(), encoded=encoded)
    text = unicodedata.normalize("NFC", text)
    lowered = text.lower()
    try:
        folding.encode_lower(lowered)
    except UnicodeEncodeError:
        return _prepare_odd(text)
    # No. is one sign that folds to letters; it has no letter in the other forms.
    return Prepared(text, lowered) if "№" not in lowered else _prepare_odd(text)


def words(form: str) -> list[str]:
    """The words of a prepared form, or of a piece of one, in order: as `WORD` finds them, eight times as fast.

    >>> words("57-nq/tw: hội nghị, m²")
    ['57', 'nq', 'tw', 'hội', 'nghị', 'm²']
    """
    try:
        encoded = folding.encode_lower(form)
    except UnicodeEncodeError:
        return WORD.findall(form)
    return folding.decode_lower(encoded.translate(_SPACED), folding.LOWER_ALPHABET).split()


_COUNTED: Final = folding.table({letter: ord("a" if WORD.match(letter) else " ") for letter in folding.ALPHABET})


def count_words(text: str) -> int:
    """How many words `text` has: as many as the index has of it.

    >>> count_words("57-NQ/TW – hội nghị, m²"), count_words("ﬁlm Ⅻ")
    (6, 2)
    """
    try:
        return len(folding.encode_cased(text).translate(_COUNTED).split())
    except UnicodeEncodeError:
        return len(words(prepare(text).exact))


class Forms(NamedTuple):
    """The two forms of a text; `plain` where the text is in NFC and `exact` its `exact_form`.

    `folded` is indexed, and of the exact form `spaced`: the same with a space for everything between words.
    """

    exact: str
    spaced: str
    folded: str
    plain: bool


_EMPTY: Final = Forms("", "", "", plain=True)


def forms(text: str) -> Forms:
    """The exact and the folded form of `text`, as the index wants them.

    >>> forms("“Hòa”, m²")
    Forms(exact='“hoà”, m²', spaced=' hoà   m²', folded=' hoa , m2', plain=True)
    >>> forms("ﬁlm, 会")
    Forms(exact='film, 会', spaced='film 会', folded='film 会', plain=False)
    """
    if not text:
        return _EMPTY
    try:
        encoded = folding.encode_cased(text)
    except UnicodeEncodeError:
        ready = prepare(text)
        spaced, folded = (" ".join(words(form)) for form in (ready.exact, ready.folded))
        return Forms(ready.exact, spaced, folded, plain=False)
    coded = folding.exact_code(encoded)
    exact, spaced = (folding.decode_lower(code, folding.LOWER_ALPHABET) for code in (coded, coded.translate(_SPACED)))
    return Forms(exact, spaced, folding.folded(encoded), plain=True)


def _prepare_odd(text: str) -> Prepared:
    """The same for a text with characters beyond those of Vietnamese news: invisible, compatible, foreign ones."""
    pieces: list[str] = []
    offsets: list[int] = []
    for run in _RUNS.finditer(text):
        start, end = run.span()
        if run.lastindex:
            pieces.append(run[0])
            offsets.extend(range(start, end))
        else:
            plain = _plain(run[0])
            pieces.append(plain)
            offsets.extend([start] * len(plain))
    lowered = "".join(pieces).replace("İ", "i").lower()
    return Prepared(text, _FOREIGN.sub(" ", lowered).replace("№", " "), tuple(offsets))


@lru_cache(maxsize=4096)
def _plain(letter: str) -> str:
    """What is read for a character: nothing for an invisible one; for Roman numerals (Ⅻ), ligatures (ﬁ) and wide
    letters (ＴＰ) what they stand for; a space for one whose fold is a sign (⑴): both forms have the same words.
    """
    if _INVISIBLE.match(letter):
        return ""
    if WORD.match(letter) and not WORD.match(aligned_fold(letter.lower())):
        return " "
    return unicodedata.normalize("NFKC", letter) if unicodedata.category(letter) in ("Nl", "Ll", "Lu") else letter


_ITSELF: Final = re.escape("".join(letter for letter in folding.ALPHABET if _plain(letter) == letter))
_RUNS: Final = re.compile(f"([{_ITSELF}]+)|(?s:.)")  # of characters read as they are, or one other
