"""Fills the templates of the reading room: every value escaped, every text in the reader's language."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cache, partial
from importlib.resources import files
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from starlette.requests import Request
from starlette.responses import HTMLResponse

from archive.web import shown
from archive.web.access import access_of
from archive.web.language import LANGUAGES, Language, language_of, remember, remembered, word
from archive.web.said import said


@cache
def environment() -> Environment:
    """The templates, compiled once."""
    templates = Environment(
        loader=PackageLoader("archive.web"),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    templates.filters.update(number=shown.number, day=shown.day, moment=shown.moment, published=shown.published)
    templates.globals["static"] = static
    return templates


@cache
def static(name: str) -> str:
    """The address of the file `name` in static/, which changes when the file does: so it may be kept for ever."""
    content = files("archive.web").joinpath("static", name).read_bytes()
    return f"/static/{name}?v={hashlib.sha256(content).hexdigest()[:10]}"


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
    address = request.url.include_query_params(lang=other)
    # One slash first, whatever was asked for: "//name/" and "/\\name/" would lead to another site.
    path = "/" + quote(request.scope["path"].lstrip("/"))
    answer = _filled(request, template, language, {**values, "other_language": f"{path}?{address.query}"})
    remember(request, answer)
    answer.status_code = status
    answer.headers.update(headers or {})
    return answer


def render_beside(request: Request, template: str, values: Mapping[str, object]) -> HTMLResponse:
    """As `render`, for pages of replay, in whose addresses `?lang=` belongs to the preserved page."""
    return _filled(request, template, remembered(request), values)


def _filled(request: Request, template: str, language: Language, values: Mapping[str, object]) -> HTMLResponse:
    page = environment().get_template(template)
    text = page.render(
        {
            **values,
            "request": request,
            "archivist": access_of(request).is_archivist(request),
            "signed_in": access_of(request).own_token(request),
            "lang": language,
            "t": partial(word, language),
            "said": partial(said, language),
        }
    )
    headers = {"Content-Language": language, "Cache-Control": "private, no-cache", "Vary": "Accept-Language, Cookie"}
    return HTMLResponse(text, headers=headers)
