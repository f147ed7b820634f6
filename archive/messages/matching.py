"""The Vietnamese of a sentence that the archive says in English, whatever stands in its gaps or before its colon."""

from __future__ import annotations

import itertools
import re
from functools import cache
from typing import Final

from archive.messages import crawling, keeping, searching
from archive.text.numbers import vietnamese_number

_LONGEST: Final = 1000  # characters of a sentence: gaps cost the square of it
_COLONS: Final = 8  # before the sentence itself; texts of others, with any number of them, stand in its gaps


def in_vietnamese(sentence: str) -> str | None:
    """`sentence` in Vietnamese, what changes in it taken over; None where it has no translation.

    >>> in_vietnamese("a bracket is not closed")
    'thiếu dấu ngoặc đóng'
    >>> in_vietnamese("/kho/x.warc.gz: No space left on device")
    '/kho/x.warc.gz: đĩa đã đầy'
    >>> in_vietnamese("the query has 20,000 characters, 10,000 are the most")
    'truy vấn dài 20.000 ký tự, nhiều nhất là 10.000'
    >>> in_vietnamese("2.5 s between requests")
    '2,5 giây giữa hai yêu cầu'
    """
    if len(sentence) > _LONGEST:
        return None
    colons = itertools.islice(re.finditer(": ", sentence), _COLONS)
    for start in (0, *(colon.end() for colon in colons)):  # what stands before it is a file, an address or a key
        for pattern, measured, vietnamese in _patterns():
            match = pattern.fullmatch(sentence, start)
            if match:
                gaps = zip(match.groups(), measured, strict=True)
                told = vietnamese.format(
                    *(in_vietnamese(part) or vietnamese_number(part, fraction) for part, fraction in gaps)
                )
                return sentence[:start] + told
    return None


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], tuple[bool, ...], str], ...]:
    # The longest first: "no article has {}" fits "no article has the id x" too, and would leave half of it English.
    every = (*searching.SENTENCES, *keeping.SENTENCES, *crawling.SENTENCES, *crawling.REPORT_SENTENCES)
    ordered = sorted(every, key=lambda pair: -len(pair[0]))
    return tuple((_pattern(english), _measured(english), vietnamese) for english, vietnamese in ordered)


def _measured(english: str) -> tuple[bool, ...]:
    """Of each {} whether a unit of time follows: 1.5 is a number there, and may be a version elsewhere.

    >>> _measured("status {}, {} s, then {} s between requests")
    (False, True, True)
    """
    return tuple(re.match(r" [sh]\b", after) is not None for after in english.split("{}")[1:])


def _pattern(english: str) -> re.Pattern[str]:
    """The sentence with something else in place of each {}: a text of any length.

    >>> _pattern("there is no year {}").fullmatch("there is no year 0")[1]
    '0'
    """
    return re.compile("(.+?)".join(map(re.escape, english.split("{}"))), re.DOTALL)
