"""The measures of corpus linguistics, and the intervals of shares and rates, each with its source; docs/search.md
writes them out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from math import exp, lgamma, log, log2, sqrt
from typing import Final, TypeAlias

Table: TypeAlias = Sequence[Sequence[int]]
Interval: TypeAlias = tuple[float, float]


def log_dice(together: int, first: int, second: int) -> float:
    """How strongly two words go together: 14 + log2(2f / (f1 + f2)), at most 14, whatever the size of the corpus.

    Source: P. Rychlý, "A Lexicographer-Friendly Association Score", 2008; Sketch Engine's documentation.

    >>> log_dice(100, 100, 100), round(log_dice(10, 1000, 200), 2)
    (14.0, 8.09)
    """
    return 14 + log2(2 * together / (first + second)) if together else float("-inf")


def mutual_information(together: int, first: int, second: int, tokens: int, window: int) -> float:
    """log2(f / E) with E = f1 x f2 x window / N: prefers rare words, so ask for f >= 5.

    Source: WordSmith Tools' manual, "Formulae"; Church and Hanks, 1990.
    """
    expected = first * second * window / tokens if tokens else 0.0
    return log2(together / expected) if together and expected else float("-inf")


def log_likelihood(together: int, first: int, second: int, tokens: int, window: int) -> float:
    """G2 = 2 x sum of O ln(O / E) over the 2 x 2 table of a pair, where a word has `window` places around each node.

    Source: T. Dunning, 1993; WordSmith Tools' manual, "Formulae", after Oakes. Negative where the two meet less often
    than by chance.
    """
    around = min(first * window, tokens)
    table = (
        (together, around - together),
        (max(0, second - together), max(0, tokens - around - second + together)),
    )
    g2 = _g2(table)
    return g2 if together * tokens >= around * second else -g2


def keyness(a: int, b: int, c: int, d: int) -> float:
    """G2 of a word found a times in c words of one corpus and b times in d words of another.

    E1 = c(a+b)/(c+d), E2 = d(a+b)/(c+d), G2 = 2(a ln(a/E1) + b ln(b/E2)); negative where the first has fewer.
    Source: P. Rayson and R. Garside, "Comparing Corpora using Frequency Profiling", 2000.

    >>> round(keyness(20, 10, 1000, 1000), 3), round(keyness(10, 20, 1000, 1000), 3)
    (3.398, -3.398)
    """
    if not c or not d:
        return 0.0
    first, second = c * (a + b) / (c + d), d * (a + b) / (c + d)
    g2 = 2 * (_part(a, first) + _part(b, second))
    return g2 if a * d >= b * c else -g2


def simple_maths(a: int, b: int, c: int, d: int, n: float = 1.0) -> float:
    """How many times more often: (per million in the first + n) / (per million in the second + n).

    A larger n favours common words. Source: A. Kilgarriff, "Simple maths for keywords", 2009.
    """
    return ((1e6 * a / c if c else 0.0) + n) / ((1e6 * b / d if d else 0.0) + n)


def log_ratio(a: int, b: int, c: int, d: int) -> float:
    """How often the rate of a word doubles from the second corpus to the first; 0.5 stands for a count of 0.

    Source: A. Hardie, "Log Ratio: an informal introduction", 2014.

    >>> log_ratio(40, 10, 1000, 1000), log_ratio(8, 0, 1000, 1000)
    (2.0, 4.0)
    """
    return log2((a or 0.5) * d / ((b or 0.5) * c)) if c and d else 0.0


def text_keyness(tables: Iterable[tuple[int, int, int, int]]) -> float:
    """G2 of texts: of each (a, b, c, d), a of c texts hold the word here and b of d there; the values are added.

    A word of one long story counts once. With a table for each source it is asked whether the word sets the one side
    apart within each source, and what a source has on every page does not. Negative where there are more there.
    Source: J. Egbert and D. Biber, "Incorporating text dispersion into keyword analyses", 2019; the 2 x 2 table and
    the sum over strata as of any likelihood ratio (A. Agresti, "Categorical Data Analysis").

    >>> round(text_keyness([(10, 5, 20, 20)]), 3), text_keyness([(5, 50, 5, 50), (0, 0, 9, 9)])
    (2.706, 0.0)
    """
    total = 0.0
    for a, b, c, d in tables:
        g2 = _g2(((a, b), (c - a, d - b)))
        total += g2 if a * d >= b * c else -g2
    return total


def dispersion(parts: Iterable[tuple[int, int]]) -> float:
    """Gries' DP of a word found v times in each part of n words: 0 evenly, near 1 in one small part alone.

    Half the sum of |v/f - n/N|. Source: S. Th. Gries, "Dispersions and adjusted frequencies in corpora", 2008.

    >>> dispersion([(1, 9), (2, 10), (3, 10), (4, 10), (5, 11)])
    0.18
    """
    held = list(parts)
    found, words = sum(v for v, _ in held), sum(n for _, n in held)
    return round(sum(abs(v / found - n / words) for v, n in held) / 2, 12) if found and words else 0.0


def _part(observed: float, expected: float) -> float:
    return observed * log(observed / expected) if observed and expected else 0.0


def _g2(table: Table) -> float:
    rows = [sum(row) for row in table]
    columns = [sum(column) for column in zip(*table, strict=True)]
    total = sum(rows)
    return 2 * sum(_part(table[i][j], rows[i] * columns[j] / total) for i in range(2) for j in range(2) if total)


# Intervals, 95 of 100: how far a share or rate may be off by the luck of small numbers.

_Z: Final = 1.959963984540054  # of the normal distribution, 2.5 of 100 on either side
_TAIL: Final = 0.025
_EXACT: Final = 1000  # events; above, the approximation is off by less than one in 100,000
_STEPS: Final = 50


def wilson(found: int, of: int) -> Interval:
    """The interval of the share found / of. Source: E. B. Wilson, 1927; R. G. Newcombe, 1998, method 3.

    >>> [round(one, 4) for one in wilson(81, 263)], [round(one, 4) for one in wilson(0, 20)]
    ([0.2553, 0.3662], [0.0, 0.1611])
    """
    if not of:
        return 0.0, 1.0
    share, square = found / of, _Z * _Z
    middle, half = share + square / (2 * of), _Z * sqrt((share * (1 - share) + square / (4 * of)) / of)
    low, high = (middle - half) / (1 + square / of), (middle + half) / (1 + square / of)
    return (low if found else 0.0), (high if found < of else 1.0)


@lru_cache(maxsize=4096)
def poisson(events: int) -> Interval:
    """The interval of the expected number where `events` were counted. Source: F. Garwood, 1936 (exact); above 1,000
    events Byar's approximation (N. E. Breslow and N. E. Day, 1987).

    >>> [round(one, 3) for one in poisson(10)], [round(one, 3) for one in poisson(0)]
    ([4.795, 18.39], [0.0, 3.689])
    """
    low, high = _byar(events), _byar(events + 1, 1)
    if events > _EXACT:
        return low, high
    return (_solved(events - 1, 1 - _TAIL, low) if events else 0.0), _solved(events, _TAIL, high)


def _byar(events: int, sign: int = -1) -> float:
    return events * max(0.0, 1 - 1 / (9 * events) + sign * _Z / (3 * sqrt(events))) ** 3 if events else 0.0


def _solved(most: int, chance: float, near: float) -> float:
    """The mean of which a Poisson number is at most `most` with this `chance`: by Newton's steps from `near`."""
    mean = max(near, 1e-3)
    for _ in range(_STEPS):
        term = exp(most * log(mean) - mean - lgamma(most + 1))  # of `most` itself; the others follow from it
        total, one = 0.0, term
        for number in range(most, -1, -1):
            total += one
            one *= number / mean
        step = (total - chance) / term
        mean = max(mean + step, mean / 2)
        if abs(step) < 1e-9 * mean:
            break
    return mean
