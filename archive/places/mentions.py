"""Which places a text names, and where, each as sure as the text makes it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from archive.places.names import names
from archive.places.nfc import composed
from archive.places.provinces import MERGERS, province
from archive.places.resolve import Mention, resolve
from archive.places.scan import accented_names, plain_names
from archive.text.fold import exact_form

_BEFORE: Final = MERGERS - timedelta(days=1)


def mentions(text: str, home: str = "", day: date | None = None, exact: str = "") -> tuple[Mention, ...]:
    """The provinces, districts and communes that `text` names, in order, with offsets into `text` as given.

    `home` is the id of the province whose press the text is from: it speaks for its own districts and communes
    where several have one name. `day` is the day of the text, which tells old units from new; without it units count
    as they were before 1 July 2025. A name that stays open between places is `ambiguous`. `exact` is the exact form of
    `text` where that is in NFC and the form made already.

    Provinces and districts count with their accents and capitals, or behind a word like "tỉnh", "UBND", "huyện";
    communes always need such a word, and so does every name in a text without accents that is not in capitals.
    Raises UsageError for an unknown `home`.
    """
    plain, positions = (text, None) if exact else composed(text)
    exact = exact or exact_form(plain)
    raws = plain_names(plain, exact, names()) if plain.isascii() else accented_names(plain, exact, names())
    found = resolve(raws, plain, exact, province(home).id if home else "", day or _BEFORE)
    if positions is None:
        return found
    return tuple(_moved(one, text, positions[one.start], positions[one.end]) for one in found)


def _moved(one: Mention, text: str, start: int, end: int) -> Mention:
    return replace(one, start=start, end=end, surface=text[start:end])
