"""When to come back to a URL: by what it is, how old it is, and whether it changed when we last looked. Pure."""

from __future__ import annotations

from archive.model import PageKind, State

HOUR, DAY = 3600, 86_400
EVERY_RUN = 0
NEVER = 10 * 365 * DAY
"""Not by itself: a deeper page of a listing is asked for again when the page before it brought something new."""

_LADDER = ((DAY, 6 * HOUR), (7 * DAY, DAY), (30 * DAY, 7 * DAY), (365 * DAY, 30 * DAY))
_SHORTEST, _LONGEST = HOUR, 365 * DAY
_SHEET = 30 * DAY  # a style sheet: what its site looks like changes seldom, and then at the same address
_FIRST_REST, _LONGEST_REST = DAY // 2, 7 * DAY
_SIDE_REST, _LONGEST_SIDE_REST = 7 * DAY, 30 * DAY
"""Of a listing or feed that was found, not named: a page of tags that stays as it is need not be asked for each day."""


def first_interval(age: float) -> int:
    """Seconds until the second visit of an article that is `age` seconds old: young ones are still being edited."""
    return next((every for limit, every in _LADDER if age < limit), _LONGEST)


def interval(
    kind: PageKind,
    deep: bool,
    state: State | None,
    status: int,
    every: int,
    age: float,
    *,
    gone: bool = False,
    seed: bool = False,
    side: bool = False,
) -> int:
    """Seconds until the next visit; EVERY_RUN for what is looked at in each run.

    `deep` is a listing's second or later page; `seed` says that the source file names it; `side` that other listings
    list what it lists; `state` is None where nothing
    was read; `every` is the interval so far, 0 at the first visit; `gone` says that the visit before found it gone
    already. An article's interval is halved after a change, and half as long again after none: few visits say little,
    so one of them may not say much.
    """
    if kind in ("listing", "feed", "sitemap", "page"):
        return NEVER if deep else EVERY_RUN if seed else _rest(status, every, side=side)
    if kind == "probe":
        return 7 * DAY
    if status in (404, 410):
        return 30 * DAY if gone else DAY
    if kind == "requisite":
        return _SHEET
    if kind in ("image", "attachment", "media"):
        return _LONGEST
    if state is None and status != 304:
        return DAY
    if not every:
        return first_interval(age)
    changed = state == "changed"
    return int(min(max(every / 2 if changed else every * 1.5, _SHORTEST), _LONGEST))


def _rest(status: int, every: int, *, side: bool) -> int:
    """Seconds for which a listing that was found is left alone when it has brought nothing: twice as long each time,
    so that its next news waits at most as long as it has been silent; one by tag, author or month from a week to a
    month, for other listings bring its news.
    """
    if status not in (200, 304, 404, 410):
        return DAY
    if side:
        return min(max(2 * every, _SIDE_REST), _LONGEST_SIDE_REST)
    return min(max(2 * every, _FIRST_REST), _LONGEST_REST)
