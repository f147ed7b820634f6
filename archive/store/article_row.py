"""An article as one flat row: the columns that researchers sort, count and search by."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from typing import Final

from archive.model import Article, Found, Moment
from archive.places import then_and_now
from archive.sources.model import Source
from archive.store.rows import ArticleRow

PARTED: Final = "\n\n"
"""What stands between two paragraphs, and between two captions, in their columns."""

_VIETNAM: Final = timezone(timedelta(hours=7))  # without change since 1975 (tz database)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an article stands in the archive: its numbers, its captures in time, its place in the search index.

    `search_rowid` is 0 for an article that has no rows yet.
    """

    id: int
    public_id: str
    url_key: str
    source_id: str
    capture: int
    revision: int
    first_captured: str
    last_captured: str
    search_rowid: int
    gone_at: str | None = None


def article_row(article: Article, source: Source | None, standing: Standing) -> ArticleRow:
    """The row of `article`, read from its current revision; `source` is None where the register does not know it.

    Its province is the unit that stood on the day of the article: Thái Nguyên for Bắc Kạn since 1 July 2025.
    """
    day, estimated = day_of(article.published, standing.first_captured)
    then, today = then_and_now(source.province, date.fromisoformat(day)) if source and source.province else (None, None)
    headline, lead, body, captions, byline = columns(article)
    return ArticleRow(
        id=standing.id,
        public_id=standing.public_id,
        source=standing.source_id,
        url=article.canonical or article.url,
        url_key=standing.url_key,
        slug=article.slug,
        headline=headline,
        headline_by=article.headline.by,
        lead=lead,
        body=body,
        captions=captions,
        byline=byline,
        source_credit=_text(article.source_credit),
        section=_text(article.section),
        published=article.published.value if article.published else None,
        published_precision=article.published.precision if article.published else None,
        modified=article.modified.value if article.modified else None,
        day=day,
        day_estimated=int(estimated),
        province=then.id if then else "",
        province_now=today.id if today else "",
        words=sum(text.count(" ") + 1 for text in (lead, *article.body) if text),  # white space is collapsed already
        confidence=article.confidence,
        capture=standing.capture,
        revision=standing.revision,
        first_captured=standing.first_captured,
        last_captured=standing.last_captured,
        gone_at=standing.gone_at,
        search_rowid=standing.search_rowid,
    )


def columns(article: Article) -> tuple[str, str, str, str, str]:
    """Headline, lead, body, captions and byline as they stand in the row of an article, and are indexed."""
    body, captions = PARTED.join(article.body), PARTED.join(article.captions)
    return article.headline.value, _text(article.lead), body, captions, _text(article.byline)


def day_of(published: Moment | None, first_captured: str) -> tuple[str, bool]:
    """The day an article is filed under (Vietnam's calendar), and whether it is estimated.

    The day of publication; the first day where only month or year is known; else the day of the first capture (UTC
    text). A date that no calendar has counts as none.

    >>> day_of(Moment("2020-03", "month", "", ""), "2026-11-24T20:00:00.000Z"), day_of(None, "2026-11-24T20:00:00.000Z")
    (('2020-03-01', True), ('2026-11-25', True))
    >>> day_of(None, "9999-12-31T23:59:59Z")
    ('9999-12-31', True)
    """
    if published is not None:
        shown = published.value[:10]
        whole = shown + "-01-01"[len(shown) - 4 :] if len(shown) in (4, 7) else shown
        try:
            return date.fromisoformat(whole).isoformat(), whole != shown
        except ValueError:
            pass  # the raw string stays in the article's JSON
    try:
        return datetime.fromisoformat(first_captured).astimezone(_VIETNAM).date().isoformat(), True
    except OverflowError:  # who made the WARC file says the last hours of the year 9999: Vietnam has no such day
        return first_captured[:10], True


def _text(found: Found | None) -> str:
    return found.value if found else ""
