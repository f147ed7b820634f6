"""When an article was published and edited: what the page shows, checked by what it tells machines."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from archive.model import Moment
from archive.parsers.document.page import Page
from archive.parsers.fields.selected import shown_time
from archive.text.dates import choose, read_date

META_PUBLISHED: Final = (
    "article:published_time",
    "datepublished",
    "og:article:published_time",
    "pubdate",
    "article:published",
)
META_MODIFIED: Final = ("article:modified_time", "datemodified", "og:updated_time")
_LAST_TOUCH: Final = timedelta(hours=1)  # a stamp for machines that lies closer to publication is no edit anyone saw


def published_of(page: Page, alternatives: tuple[str, ...], more: tuple[Moment | None, ...] = ()) -> Moment | None:
    """The time of publication: what the page shows, with what its metadata says as a check."""
    moments = [shown_time(page, alternatives), *more]
    moments += [
        read_date(value, f"meta {name}", page.captured) for name in META_PUBLISHED for value in page.metas(name)[:1]
    ]
    known = [moment for moment in moments if moment is not None]
    return choose(known, page.captured) if known else None


def modified_of(
    page: Page, alternatives: tuple[str, ...], published: Moment | None, stamped: tuple[str, ...] = ()
) -> Moment | None:
    """The time of the last edit, where it lies after publication: many a CMS prints one for articles never edited."""
    shown = shown_time(page, alternatives)
    if shown is not None and later(shown, published):
        return shown
    stamps = [shown_time(page, stamped)]
    stamps += [
        read_date(value, f"meta {name}", page.captured) for name in META_MODIFIED for value in page.metas(name)[:1]
    ]
    return next((moment for moment in stamps if moment is not None and is_edit(moment, published)), None)


def is_edit(stamp: Moment, published: Moment | None) -> bool:
    """Whether a time meant for machines tells of an edit: an hour and more after publication, for every CMS prints
    one.
    """
    if published is None:
        return False
    if min(len(stamp.value), len(published.value)) < len("2020-03-05T15:25"):
        return stamp.value[:10] > published.value[:10]
    return datetime.fromisoformat(stamp.value) - datetime.fromisoformat(published.value) >= _LAST_TOUCH


def later(moment: Moment, than: Moment | None) -> bool:
    """Whether `moment` lies after `than` by a minute and more, as far as both are exact."""
    if than is None:
        return True
    size = min(len(moment.value.split("+")[0]), len(than.value.split("+")[0]), 16)
    return moment.value[:size] > than.value[:size]
