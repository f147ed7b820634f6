"""Fills the templates of the reading room: every value escaped, every text in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, partial

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from starlette.requests import Request
from starlette.responses import HTMLResponse

from archive.web.language import LANGUAGES, language_of, word


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("archive.web"),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["number"] = lambda value, language: (
        f"{value:,}".replace(",", ".") if language == "vi" else f"{value:,}"
    )
    return environment


def render(
    request: Request,
    template: str,
    values: Mapping[str, object],
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> HTMLResponse:
    """The page `template` for `request`; in it `t(key)` is the text of a key, `lang` the language."""
    language = language_of(request)
    other = LANGUAGES[1 - LANGUAGES.index(language)]
    page = _environment().get_template(template)
    text = page.render(
        {
            **values,
            "request": request,
            "lang": language,
            "t": partial(word, language),
            "other_language": request.url.include_query_params(lang=other).path
            + "?"
            + request.url.include_query_params(lang=other).query,
        }
    )
    answer = HTMLResponse(text, status, dict(headers or {}))
    answer.headers["Content-Language"] = language
    return answer
