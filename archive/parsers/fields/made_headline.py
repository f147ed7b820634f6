"""A headline made from a slug: with accents from the texts of its page, and from names that are known everywhere."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Final

from archive.model import Article
from archive.text.folding import exact_form, fold, tokens
from archive.text.restore import Model, Restored, restore

_APOSTROPHE: Final = re.compile(r"\b([b-df-hj-np-tv-z]) (?=[a-z])")
_LONGEST: Final = 4  # words of an office
_BODIES: Final = (
    *("Tỉnh ủy", "Thành ủy", "Huyện ủy", "Thị ủy", "Quận ủy", "Đảng ủy", "Đảng bộ"),
    *("UBND", "HĐND", "Ủy ban nhân dân", "Hội đồng nhân dân"),
)


def made_headline(slug: str, article: Article, more: Sequence[str], model: Model | None = None) -> Restored:
    """The title that `slug` was made from: `article`'s texts, its teasers, `more` and known names are the evidence."""
    return restore(slug, [text for text in (*texts_of(article), *more, *known_names(slug)) if text], model)


def texts_of(article: Article) -> list[str]:
    """What stands on the page of `article` but for its headline."""
    teasers = [text for teaser in article.teasers for text in (teaser.headline, teaser.text)]
    return [article.lead.value if article.lead else "", *article.body, *article.captions, *teasers]


def known_names(slug: str) -> list[str]:
    """The places and offices that `slug` may name, whatever its page says: "thái độ" is no evidence for Thái Nguyên.

    A figure stands before each, since the first word of a sentence tells nothing of its capital.

    >>> known_names("bi-thu-tinh-uy-thai-nguyen-tham-hoa-binh")
    ['1 tỉnh Thái Nguyên', '1 tỉnh Hòa Bình', '1 Bí thư', '1 Tỉnh ủy']
    """
    from archive.places import mentions  # 30 ms that a page in a thousand needs

    words = tokens(slug)
    # In capitals, since without accents a province is known by these; "dak-r-lap" is Đắk R'lấp.
    named = mentions(_APOSTROPHE.sub(r"\1", " ".join(words)).title())
    places = [one.place for one in named if not one.ambiguous or one.place.level == "province"]
    names = [f"1 {place.kind} {place.name.removeprefix(place.kind.capitalize())}" for place in places]
    return [*dict.fromkeys(names), *dict.fromkeys(f"1 {office}" for office in _offices_in(words))]


def _offices_in(words: Sequence[str]) -> Iterator[str]:
    offices = _offices()
    for at in range(len(words)):
        yield from (
            offices[key] for size in range(1, _LONGEST + 1) if (key := " ".join(words[at : at + size])) in offices
        )


@cache
def _offices() -> dict[str, str]:
    """Offices and bodies by their folded names; one that another office folds to as well is left out."""
    from archive.people import offices_table

    names = [name for name in (*offices_table()["ranks"], *_BODIES) if " " in name or name.isupper()]
    forms: dict[str, dict[str, str]] = {}
    for name in names:
        forms.setdefault(fold(name), {}).setdefault(exact_form(name), name)
    return {key: next(iter(found.values())) for key, found in forms.items() if len(found) == 1}
