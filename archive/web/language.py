"""The languages a reader can choose, and the words of the pages in both."""

from __future__ import annotations

from typing import Final, Literal

from starlette.requests import Request

from archive.web.words import WORDS

Language = Literal["vi", "en"]
LANGUAGES: Final[tuple[Language, ...]] = ("vi", "en")
COOKIE: Final = "lang"


def language_of(request: Request) -> Language:
    """The language to answer in: `?lang=`, then the cookie, then Accept-Language; Vietnamese where nothing is said."""
    for asked in (request.query_params.get("lang"), request.cookies.get(COOKIE)):
        for language in LANGUAGES:
            if asked == language:
                return language
    for part in request.headers.get("accept-language", "").split(","):
        code = part.partition(";")[0].strip().lower()[:2]
        for language in LANGUAGES:
            if code == language:
                return language
    return "vi"


def word(language: Language, key: str, **values: object) -> str:
    """The text `key` in `language`, its `{names}` filled from `values`; raises KeyError for an unknown key."""
    text = WORDS[key][LANGUAGES.index(language)]
    return text.format(**values) if values else text
