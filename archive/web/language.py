"""The languages a reader can choose, how the choice is remembered, and the words of the pages in both."""

from __future__ import annotations

from typing import Final, Literal

from starlette.requests import Request
from starlette.responses import Response

from archive.messages.message import fill, labels

Language = Literal["vi", "en"]
LANGUAGES: Final[tuple[Language, ...]] = ("vi", "en")
COOKIE: Final = "lang"
_A_YEAR = 365 * 24 * 3600


def language_of(request: Request) -> Language:
    """The language to answer in: `?lang=`, then what is remembered or the browser asks for."""
    return _known(request.query_params.get("lang")) or remembered(request)


def remembered(request: Request) -> Language:
    """The language of the cookie, else the one that Accept-Language prefers; Vietnamese where nothing is said.

    Replay asks this one: in its addresses the query belongs to the preserved page.
    """
    return _known(request.cookies.get(COOKIE)) or _accepted(request.headers.get("accept-language", "")) or "vi"


def asked_by_program(request: Request) -> Language:
    """The language of a sentence in an answer for programs: what Accept-Language asks for, else English."""
    return _accepted(request.headers.get("accept-language", "")) or "en"


def remember(request: Request, answer: Response) -> None:
    """Sets the cookie where the reader has just chosen with `?lang=`."""
    chosen = _known(request.query_params.get("lang"))
    if chosen and request.cookies.get(COOKIE) != chosen:
        answer.set_cookie(COOKIE, chosen, max_age=_A_YEAR, httponly=True, samesite="lax")


def word(language: Language, key: str, **values: object) -> str:
    """The label `key` in `language`, its gaps filled from `values`; raises KeyError for an unknown key.

    `{sources:source|sources}` is the number with its noun: "1 source", "12 sources".
    """
    return fill(labels(language)[key], values, language)


def _known(code: str | None) -> Language | None:
    return next((language for language in LANGUAGES if language == code), None)


def _accepted(header: str) -> Language | None:
    """The best of our languages in an Accept-Language header (RFC 9110, 12.5.4).

    >>> _accepted("fr, en;q=0.5, vi;q=0.8"), _accepted("en-GB"), _accepted("*;q=0.1"), _accepted("vi;q=x")
    ('vi', 'en', None, None)
    """
    best: tuple[float, Language] | None = None
    for part in header.split(","):
        tag, _, weight = part.strip().partition(";")
        language = _known(tag.strip().lower().partition("-")[0])
        try:
            quality = float(weight.strip().removeprefix("q=")) if weight else 1.0
        except ValueError:
            continue
        if language and quality > 0 and (best is None or quality > best[0]):
            best = quality, language
    return best[1] if best else None
