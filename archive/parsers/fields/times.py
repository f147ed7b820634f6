"""When an article was published and edited: what the page shows, checked by what it tells machines."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from archive.model import Moment

META_PUBLISHED: Final = (
    "article:published_time",
    "datepublished",
    "og:article:published_time",
    "pubdate",
    "article:published",
)
META_MODIFIED: Final = ("article:modified_time", "datemodified", "og:updated_time")
_LAST_TOUCH: Final = timedelta(hours=1)  # a stamp for machines that lies closer to publication is no edit anyone saw


def is_edit(stamp: Moment, published: Moment | None) -> bool:
    """Whether a time meant for machines tells of an edit: an hour and more after publication, for every CMS prints
    one.
    """
    if published is None:
        return False
    if min(len(stamp.value), len(published.value)) < len("2020-03-05T15:25"):
        return stamp.value[:10] > published.value[:10]
    return datetime.fromisoformat(stamp.value) - datetime.fromisoformat(published.value) >= _LAST_TOUCH
