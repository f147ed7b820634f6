"""What an address asks for: what is missing is the default, what is wrong is told."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, TypeVar
from urllib.parse import parse_qsl, unquote, urlencode

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request

from archive.errors import UsageError
from archive.messages.message import Message
from archive.search.question import Option, options_of, unlimited

_BEYOND_ASCII: Final = re.compile("(?:%[89A-F][0-9A-F])+")
_OF_HITS: Final = Message("the tools read articles as they are: earlier texts and probable non-articles are among hits")


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """A frozen corpus, the archive as of a day (ISO), the texts that articles no longer have, pages that are probably
    no articles.
    """

    corpus: str = ""
    as_of: str = ""
    earlier: bool = False
    unlikely: bool = False

    @property
    def moment(self) -> date | None:
        """The day of `as_of`."""
        return date.fromisoformat(self.as_of) if self.as_of else None

    @property
    def kept(self) -> dict[str, str]:
        """What of this is asked for, as an address says it.

        >>> Beside(as_of="2020-03-05", earlier=True).kept
        {'as_of': '2020-03-05', 'earlier': '1'}
        """
        mine = {name: getattr(self, name) for name in Beside.__slots__}
        return {name: "1" if value is True else value for name, value in mine.items() if value}

    @property
    def notes(self) -> tuple[Message, ...]:
        """What of this the tools do not do."""
        return (_OF_HITS,) if self.earlier or self.unlikely else ()

    def link(self, path: str, **asked: str | Sequence[str]) -> str:
        """The address `path` of a page or a file that is `asked` so, under what is kept; a "" takes a part away.

        >>> Beside(corpus="lu").link("/trends.csv", q=["bão", "lũ"], unit=""), Beside(corpus="lu").link("/", corpus="")
        ('/trends.csv?q=b%C3%A3o&q=l%C5%A9&corpus=lu', '/')
        """
        values = {name: value for name, value in {**asked, **self._missing(asked)}.items() if value}
        return f"{path}?{urlencode(values, doseq=True)}" if values else path

    def _missing(self, asked: Mapping[str, object]) -> dict[str, str]:
        return {name: value for name, value in self.kept.items() if name not in asked}


def readable(address: str) -> str:
    """`address` with letters beyond ASCII as they are: a browser quotes them itself, and a page that repeats its query
    a hundred times is a tenth smaller.

    >>> readable("/?q=m%C6%B0a+%26+l%C5%A9")
    '/?q=mưa+%26+lũ'
    """
    return _BEYOND_ASCII.sub(lambda found: unquote(found[0]), address)


def beside_of(request: Request) -> Beside:
    """What the address of `request` gives. Raises UsageError for what is no day."""
    return Beside(
        corpus=text(request, "corpus"),
        as_of=_day(text(request, "as_of")),
        earlier=flag(request, "earlier"),
        unlikely=flag(request, "unlikely"),
    )


def _day(typed: str) -> str:
    try:
        return date.fromisoformat(typed).isoformat() if typed else ""
    except ValueError as error:
        raise UsageError("as_of={day}: no day of the calendar; write it like 2020-03-05", day=typed) from error


Choice = TypeVar("Choice", bound=str)
Made = TypeVar("Made")
_UNTYPED: Final = re.compile(r"[\x00-\x1f\x7f-\x9f]+")


def question(request: Request, asked: Callable[..., Made], **more: Any) -> Made:
    """What the dataclass `asked` declares (`archive.search.question`), as the address gives it; the asker's time limit
    holds. Raises UsageError naming what is wrong.
    """
    options = [one for one in options_of(asked) if one.http and one.field not in more]
    return unlimited(asked, {one.field: _read(one, texts(request, one.name)) for one in options} | more)


def _read(option: Option, values: list[str]) -> Any:
    if option.kind == "boolean":  # a box that is ticked
        return values[-1:] == ["1"]
    return option.read(values if option.many else values[-1:])


def texts(request: Request, name: str) -> list[str]:
    """All texts `name` of the address that say something; what no keyboard types (control characters) is a space."""
    values = (_UNTYPED.sub(" ", value).strip() for value in request.query_params.getlist(name))
    return [value for value in values if value]


def text(request: Request, name: str) -> str:
    """The last text `name` of the address, "" where it has none."""
    return (texts(request, name) or [""])[-1]


def choice(request: Request, name: str, options: Sequence[Choice]) -> Choice:
    """The one of `options` that the address names, the first where it names none. Raises UsageError for another."""
    asked = text(request, name) or options[0]
    Option(name, "", choices=options).check(asked)
    return next(option for option in options if option == asked)


def number(request: Request, name: str, default: int, low: int, high: int) -> int:
    """The number `name` of the address. Raises UsageError where it is none from `low` to `high`."""
    asked = text(request, name)
    return int(Option(name, "", "integer", low=low, high=high).read([asked])) if asked else default


def flag(request: Request, name: str) -> bool:
    """Whether the address sets `name` (to "1")."""
    return request.query_params.get(name) == "1"


# What a form sends: a few short texts, read under a limit.

_MOST_BYTES = 64 * 1024
_MOST_FIELDS = 100


async def read_form(request: Request) -> dict[str, str]:
    """The fields of a URL-encoded form, the last of each name; raises HTTPException for anything else."""
    return dict(await read_pairs(request))


async def read_pairs(request: Request) -> list[tuple[str, str]]:
    """All fields of a URL-encoded form, in order; raises HTTPException for anything else."""
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/x-www-form-urlencoded":
        raise HTTPException(415, Message("a form sends application/x-www-form-urlencoded"))
    body = b""
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > _MOST_BYTES:
                raise HTTPException(413, Message("a form sends at most {bytes:,} bytes", bytes=_MOST_BYTES))
    except ClientDisconnect as error:
        raise HTTPException(408, Message("the form did not come to an end")) from error
    try:
        return parse_qsl(body.decode(), keep_blank_values=True, strict_parsing=True, max_num_fields=_MOST_FIELDS)
    except ValueError as error:
        raise HTTPException(400, Message("this is no form")) from error
