"""Looks over a site after a crawl: what stands on many articles alike is a misreading, or a site built anew. Pure."""

from __future__ import annotations

from typing import Final

from archive.sources import Source
from archive.store.site_checks import Sample

ENOUGH: Final = 20
"""Articles from which a share says something."""

LEAST_FIT: Final = 0.5
"""The share of fitting pages below which the layout has changed: a template of one's own has 1.00, others .01."""

_REPEATED: Final = 0.2  # of articles with one headline
_ONE_HAND: Final = 0.9  # of articles with one byline
_UNDATED: Final = 0.5


def fit_of(source: Source, found: Sample) -> float | None:
    """The share of the newest articles that the learnt layout of a source fits; None where none is learnt or held."""
    return round(found.fit, 3) if source.layouts[-1].learned is not None and found.articles else None


def looked_over(source: Source, found: Sample) -> tuple[str, ...]:
    """A sentence for each thing that a person should look at in the newest articles of a source."""
    told = []
    count = found.articles
    if count < ENOUGH:
        return ()
    if source.layouts[-1].learned is not None and found.fit < LEAST_FIT:
        told.append(
            f"the learnt layout fits {count - found.unfit} of the {count} newest articles: the site was built anew;"
            f" learn it again: baotinh learn {source.id}"
        )
    headline, times = found.headline
    if times >= max(3, _REPEATED * count):
        told.append(f'{times} of the {count} newest articles have the headline "{headline}"')
    byline, times = found.byline
    if times >= _ONE_HAND * count:
        told.append(f'{times} of the {count} newest articles have the byline "{byline}": an account, or a label')
    if found.undated >= _UNDATED * count:
        told.append(f"{found.undated} of the {count} newest articles have no date: baotinh learn {source.id} may help")
    if found.counters >= 3:
        told.append(f'sections with numbers, as "{found.counter}": a counter or a date is read as the section')
    return tuple(told)
