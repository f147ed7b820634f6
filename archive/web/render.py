"""Fills the templates of the reading room: every value escaped, every text in the reader's language."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache, partial
from importlib.resources import files
from typing import Final
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from starlette.requests import Request
from starlette.responses import HTMLResponse

from archive.search.answer import Marked
from archive.web import shown
from archive.web.access import access_of
from archive.web.language import LANGUAGES, Language, language_of, named, remember, remembered, word
from archive.web.said import said

_MARKED: Final = 5  # different words of a passage that a browser is asked to mark


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
    templates.filters["fragment"] = fragment
    templates.globals["static"] = static
    return templates


def fragment(passage: Marked) -> str:
    """The end of an address that makes a browser mark on the page what matches in `passage`, and go there.

    >>> fragment(Marked("Hội nghị tỉnh, hội nghị xã", ((0, 8), (15, 23))))
    '#:~:text=h%E1%BB%99i%20ngh%E1%BB%8B'
    >>> fragment(Marked("Hội nghị", ()))
    ''
    """
    words = dict.fromkeys(piece.lower() for piece, matches in passage.pieces() if matches)
    texts = ["text=" + quote(word, safe="").replace("-", "%2D") for word in list(words)[:_MARKED]]
    return "#:~:" + "&".join(texts) if texts else ""


@cache
def static(name: str) -> str:
    """The address of the file `name` in static/, which changes when the file does: so it may be kept for ever."""
    content = files("archive.web").joinpath("static", name).read_bytes()
    return f"/static/{name}?v={hashlib.sha256(content).hexdigest()[:10]}"


@dataclass(frozen=True, slots=True)
class Frame:
    """What a page says beside its own matter: its language, who reads it, where it is in the other language.

    `token` is that of a reader who gave the password, else "". Of `several` archives, `absent` names those not asked.
    """

    language: Language
    archivist: bool
    token: str
    other_language: str = ""
    several: bool = False
    absent: tuple[str, ...] = ()


def frame_of(request: Request) -> Frame:
    """The frame of the page that answers `request`."""
    language = language_of(request)
    address = request.url.include_query_params(lang=LANGUAGES[1 - LANGUAGES.index(language)])
    # One slash first, whatever was asked for: "//name/" and "/\\name/" would lead to another site.
    path = "/" + quote(request.scope["path"].lstrip("/"))
    frame, room = _frame(request, language, f"{path}?{address.query}"), getattr(request.app.state, "room", None)
    return frame if room is None else replace(frame, several=room.archive is None, absent=room.absent())


def fill(template: str, frame: Frame, values: Mapping[str, object]) -> str:
    """The page `template`; in it `t(key)` is the text of a key, `named(code)` what a code means."""
    page = environment().get_template(template)
    return page.render(
        {
            **values,
            "archivist": frame.archivist,
            "signed_in": frame.token,
            "lang": frame.language,
            "other_language": frame.other_language,
            "several": frame.several,
            "absent": frame.absent,
            "t": partial(word, frame.language),
            "named": partial(named, frame.language),
            "said": partial(said, frame.language),
        }
    )


def answer(
    request: Request, frame: Frame, page: str, status: int = 200, headers: Mapping[str, str] | None = None
) -> HTMLResponse:
    """The filled `page` as the answer to `request`."""
    made = _answer(frame, page, status, headers)
    remember(request, made)
    return made


def render(
    request: Request,
    template: str,
    values: Mapping[str, object],
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> HTMLResponse:
    """The page `template`, filled, as the answer to `request`."""
    frame = frame_of(request)
    return answer(request, frame, fill(template, frame, values), status, headers)


def render_beside(request: Request, template: str, values: Mapping[str, object]) -> HTMLResponse:
    """As `render`, for pages of replay, in whose addresses `?lang=` belongs to the preserved page."""
    frame = _frame(request, remembered(request))
    return _answer(frame, fill(template, frame, values))


def _frame(request: Request, language: Language, other_language: str = "") -> Frame:
    access = access_of(request)
    return Frame(language, access.is_archivist(request), access.own_token(request), other_language)


def _answer(frame: Frame, page: str, status: int = 200, headers: Mapping[str, str] | None = None) -> HTMLResponse:
    ours = {
        "Content-Language": frame.language,
        "Cache-Control": "private, no-cache",
        "Vary": "Accept-Language, Cookie",
    }
    return HTMLResponse(page, status, {**ours, **(headers or {})})
