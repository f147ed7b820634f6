"""Which of several places a name means: by the day, by the unit named right after it, by the provinces of the text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final, NamedTuple

from archive.places.provinces import MERGERS, now, province_now
from archive.places.units import Place
from archive.text.fold import exact_form


@dataclass(frozen=True, slots=True)
class Mention:
    """A place that a text names: `text[start:end]` is `surface`, the name without the word that says its kind.

    `ambiguous` where the name may mean another place (one of `others`, the likeliest first, as far as the table
    knows) or no place at all. `place` is then the likeliest.
    """

    place: Place
    start: int
    end: int
    surface: str
    ambiguous: bool
    others: tuple[Place, ...] = ()


class Raw(NamedTuple):
    """A name found and not yet resolved. `marked`: a word says what it is; `doubtful`: it may be no place at all."""

    start: int
    end: int
    found: tuple[Place, ...]
    marked: bool
    doubtful: bool = False
    tied: bool = False  # the unit named right after it, or before it, goes with one of `found`


# "xã Tân Khánh, huyện Phú Bình", "Tân Khánh (Phú Bình)", "Tân Khánh thuộc huyện Phú Bình", "Đại Từ - Thái Nguyên".
_PARENT_GAP: Final = re.compile(
    exact_form(
        r",? (?:thuộc |của )?(?:(?:tỉnh|thành phố|tp\.?|huyện|h\.|thị xã|tx\.?|quận|q\.) ?)?|"
        r" \((?:(?:tỉnh|thành phố|tp\.?|huyện|h\.|thị xã|tx\.?|quận|q\.) ?)?|, (?:tp\.|h\.|tx\.|q\.)| [-–] "
    )
)


def resolve(raws: Sequence[Raw], text: str, exact: str, home: str, day: date) -> tuple[Mention, ...]:
    """The mentions of `raws` (in order of offsets), each with the likeliest place.

    `exact` is the exact form of `text`; `home` the id of the province whose press it is, or empty. Bare names of
    districts are kept only where something else in the text, or `home`, speaks for their province.
    """
    if not raws:
        return ()
    names = [raw if len(raw.found) == 1 else _of_day(raw, day) for raw in raws]
    for at in range(len(names) - 2, -1, -1):
        names[at] = _tie(names[at], raws[at], names[at + 1], exact, day)
    homes = _expanded([home], day) if home else frozenset[str]()
    context = homes | _expanded([raw.found[0].id for raw in names if raw.found[0].level == "province"], day)
    districts = frozenset[str]()
    for level in ("district", "commune"):
        for at, raw in enumerate(names):
            if raw.found[0].level == level and not raw.tied:
                names[at] = _narrow(_recalled(raw, raws[at], context, day), districts, homes, context)
        districts = frozenset(
            [raw.found[0].id for raw in names if raw.found[0].level == "district" and not raw.found[1:]]
        )
    return tuple([_mention(raw, text, context, day) for raw in names if _kept(raw, context)])


def _of_day(raw: Raw, day: date) -> Raw:
    return raw._replace(found=tuple([one for one in raw.found if one.stood_on(day)]) or raw.found)


def _older(raw: Raw, ids: frozenset[str], day: date) -> tuple[Place, ...]:
    """The places of `raw` in `ids` that were no more on `day`: after the mergers the press goes on to name them."""
    return tuple([one for one in _inside(raw.found, ids) if one.until is not None and one.until < day])


def _inside(found: tuple[Place, ...], ids: frozenset[str]) -> list[Place]:
    return [one for one in found if not ids.isdisjoint(one.within)]


def _recalled(raw: Raw, every: Raw, context: frozenset[str], day: date) -> Raw:
    """`raw`, with the older places of `every` in the provinces spoken of first where none that stands is there."""
    if _inside(raw.found, context):
        return raw
    return raw._replace(found=(*_older(every, context, day), *raw.found))


def _tie(raw: Raw, every: Raw, following: Raw, exact: str, day: date) -> Raw:
    """`raw` held to the unit named right after it, where one of its places, or an older one of `every`, lies there."""
    if raw.found[0].level == "province" or following.start - raw.end > 20:
        return raw
    if not _PARENT_GAP.fullmatch(exact, raw.end, following.start):
        return raw
    above = _expanded((one.id for one in following.found), day)
    inside = tuple(_inside(raw.found, above)) or _older(every, above, day)
    return raw._replace(found=inside, tied=True) if inside else raw


def _narrow(raw: Raw, districts: frozenset[str], homes: frozenset[str], context: frozenset[str]) -> Raw:
    """`raw` with those of its places that lie in a district the text names, at home, in a province the text names."""
    found = raw.found
    for ids in (districts, homes, context):
        if len(found) > 1:
            found = tuple(one for one in found if not ids.isdisjoint(one.within)) or found
    return raw._replace(found=found)


def _expanded(ids: Iterable[str], day: date) -> frozenset[str]:
    """`ids` with, for provinces, the unit of today, and after the mergers what that is made of."""
    return frozenset[str]().union(*[_wide(one, day >= MERGERS) for one in ids])


@lru_cache(maxsize=4096)
def _wide(place_id: str, merged: bool) -> frozenset[str]:
    if "/" in place_id:
        return frozenset((place_id,))
    parts = province_now(place_id).parts if merged else ()
    return frozenset((place_id, now(place_id), *parts))


def _kept(raw: Raw, context: frozenset[str]) -> bool:
    if raw.marked or raw.tied or raw.found[0].level == "province":
        return True
    return any(not context.isdisjoint(one.within) for one in raw.found)


def _mention(raw: Raw, text: str, context: frozenset[str], day: date) -> Mention:
    place, *others = raw.found
    sure = not raw.doubtful and not others
    if sure and not raw.tied:
        # Communes merged away before 2025 are not all in the table: another one of that name elsewhere proves little.
        sure = place.level != "commune" or not context or not context.isdisjoint(place.within)
        # A bare name of a district, after all have gone, may be the commune that inherited it.
        sure = sure and (place.level != "district" or raw.marked or place.stood_on(day))
    return Mention(place, raw.start, raw.end, text[raw.start : raw.end], not sure, tuple(others))
