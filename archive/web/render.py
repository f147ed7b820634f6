"""Numbers, days and times as a reader of either language writes them."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, lru_cache, partial
from importlib.resources import files
from typing import Final
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup, escape
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from archive.messages.message import format_number, message_of, named
from archive.model import Moment
from archive.search.planner.accents import in_any_accents
from archive.text.clock import VIETNAM
from archive.web.access import access_of
from archive.web.language import LANGUAGES, Language, language_of, remember, remembered, word

_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


_UNTYPED: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]+")  # what no page may hold


def number(value: float, language: Language, places: int | None = None) -> str:
    """A number with its thousands parted; a fraction with up to two places, or with so many `places` in a column.

    >>> number(12403, "vi"), number(12403, "en"), number(0.5, "vi"), number(0.5, "vi", 2)
    ('12.403', '12,403', '0,5', '0,50')
    """
    if isinstance(value, int):
        return format_number(value, language)
    if places is not None:
        return format_number(value, language, f",.{places}f")
    return format_number(value, language).rstrip("0").rstrip(",.")


def begun(text: str) -> str:
    """A label or a note with a capital, as it begins a line of its own; a name (logDice, as_of=) stays as it is.

    >>> begun("ở đây"), begun("logDice"), begun("as_of=x"), begun("")
    ('Ở đây', 'logDice', 'as_of=x', '')
    """
    first = text.partition(" ")[0].rstrip(",")
    return text[:1].upper() + text[1:] if first.isalpha() and first.islower() else text


@lru_cache(4096)  # the months of a histogram are those of the page before
def day(when: str | date, language: Language) -> str:
    """A day, month, quarter or year ("2020-Q1") as it is written in `language`; what is none is given back as it is.

    >>> day("2020-03-05", "vi"), day("2020-03-05", "en"), day("2020-03", "vi"), day("2020-03", "en"), day("2020", "en")
    ('5/3/2020', '5 March 2020', '3/2020', 'March 2020', '2020')
    >>> day("2020-Q1", "vi"), day("2020-Q1", "en")
    ('quý 1/2020', 'Q1 2020')
    """
    iso = str(when)
    parts = iso[:10].split("-")
    if iso[4:6] == "-Q":
        return f"quý {iso[6:]}/{iso[:4]}" if language == "vi" else f"{iso[5:]} {iso[:4]}"
    if not all(part.isdigit() for part in parts) or not 1 <= int(parts[1] if len(parts) > 1 else 1) <= 12:
        return iso
    if language == "vi":
        return "/".join(str(int(part)) for part in reversed(parts))
    words = [parts[0]]
    if len(parts) > 1:
        words.insert(0, _MONTHS[int(parts[1]) - 1])
    if len(parts) > 2:
        words.insert(0, str(int(parts[2])))
    return " ".join(words)


def published(moment: Moment, language: Language) -> str:
    """When something was published, as exactly as its page says.

    >>> published(Moment("2020-03-05T15:25+07:00", "minute", "", ""), "vi")
    '15:25, 5/3/2020'
    """
    value = moment.value
    if len(value) <= 10 or moment.precision in ("day", "month", "year"):
        return day(value, language)
    return f"{value[11:16]}, {day(value, language)}"


def moment(utc: str, language: Language) -> str:
    """A time of capture (UTC, ISO 8601) on the clocks of Vietnam.

    >>> moment("2026-11-24T20:00:00.123Z", "vi")
    '03:00, 25/11/2026'
    >>> moment("9999-12-31T23:59:59Z", "vi")
    '9999-12-31T23:59:59Z'
    """
    try:
        there = datetime.fromisoformat(utc).astimezone(VIETNAM)
    except (ValueError, OverflowError):  # the last hours of the year 9999 are beyond the calendar in Vietnam
        return utc
    return f"{there:%H:%M}, {day(there.date().isoformat(), language)}"


# What the archive says of itself (errors, notes), in the reader's language.


def localised(language: Language, message: object) -> Markup:
    """`message` for a page in `language`, escaped; what has no translation stays English and is marked as such."""
    told = message_of(message)
    said = _UNTYPED.sub(" ", told.in_language(language))
    return (
        escape(said) if language == "en" or told.known(language) else Markup('<span lang="en">{}</span>').format(said)
    )


# Our own style sheet and scripts, kept by browsers as long as their address does not change.


class _Static(StaticFiles):
    async def get_response(self, path: str, scope: Scope) -> Response:
        answer = await super().get_response(path, scope)
        kept = b"v=" in scope["query_string"]  # render.static gives each content an address of its own
        answer.headers["Cache-Control"] = "public, max-age=31536000, immutable" if kept else "no-cache"
        return answer


def static_files() -> Mount:
    """The route of the files in static/."""
    return Mount("/static", _Static(packages=[("archive.web", "static")]), name="static")


# Fills the templates of the reading room: every value escaped, every text in the reader's language.


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
    templates.filters.update(number=number, begun=begun, day=day, moment=moment, published=published)
    templates.filters.update(widened=in_any_accents)
    templates.globals["static"] = static
    return templates


@cache
def static(name: str) -> str:
    """The address of the file `name` in static/, which changes when the file does: so it may be kept for ever."""
    content = files("archive.web").joinpath("static", name).read_bytes()
    return f"/static/{name}?v={hashlib.sha256(content).hexdigest()[:10]}"


@dataclass(frozen=True, slots=True)
class Frame:
    """What a page says beside its own matter: its language, who reads it, where it is in the other language.

    `token` is that of a reader who gave the password, else "".
    """

    language: Language
    archivist: bool
    token: str
    other_language: str = ""


def frame_of(request: Request) -> Frame:
    """The frame of the page that answers `request`."""
    language = language_of(request)
    address = request.url.include_query_params(lang=LANGUAGES[1 - LANGUAGES.index(language)])
    # One slash first, whatever was asked for: "//name/" and "/\\name/" would lead to another site.
    path = "/" + quote(request.scope["path"].lstrip("/"))
    return _frame(request, language, f"{path}?{address.query}")


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
            "t": partial(word, frame.language),
            "named": partial(named, frame.language),
            "said": partial(localised, frame.language),
        }
    )


def answer(
    request: Request, frame: Frame, page: str, status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    """The filled `page` as the answer, or, where the browser has it already, that it is the same."""
    made = _answer(frame, page, status, headers)
    remember(request, made)
    if status == 200:
        made.headers["ETag"] = tag = f'W/"{hashlib.sha256(made.body).hexdigest()[:20]}"'  # weak: it may go out in gzip
        if tag in (one.strip() for one in request.headers.get("if-none-match", "").split(",")):
            of_body = ("content-length", "content-type")
            return Response(status_code=304, headers={n: v for n, v in made.headers.items() if n not in of_body})
    return made


def render(
    request: Request,
    template: str,
    values: Mapping[str, object],
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> Response:
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
