"""What an address asks for, read leniently: what is missing or wrong becomes the default."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar
from urllib.parse import parse_qsl

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request

from archive.search.question import options_of, unlimited

Choice = TypeVar("Choice", bound=str)
Made = TypeVar("Made")


def question(request: Request, asked: Callable[..., Made], **more: Any) -> Made:
    """What the dataclass `asked` declares (`archive.search.question`), read leniently; the asker's time limit holds."""
    values = request.query_params
    options = [one for one in options_of(asked) if one.http and one.field not in more]
    return unlimited(asked, {one.field: one.lenient(values.getlist(one.name)) for one in options} | more)


def text(request: Request, name: str) -> str:
    """The text `name` of the address, "" where it has none."""
    return request.query_params.get(name, "").strip()


def choice(request: Request, name: str, options: Sequence[Choice]) -> Choice:
    """The one of `options` that the address names, the first where it names none."""
    asked = request.query_params.get(name)
    return next((option for option in options if option == asked), options[0])


def number(request: Request, name: str, default: int, low: int, high: int) -> int:
    """The number `name` of the address, brought into low..high."""
    asked = request.query_params.get(name, "")
    return min(max(int(asked), low), high) if asked.isascii() and asked.isdigit() and len(asked) < 10 else default


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
        raise HTTPException(415, "a form sends application/x-www-form-urlencoded")
    body = b""
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > _MOST_BYTES:
                raise HTTPException(413, f"a form sends at most {_MOST_BYTES} bytes")
    except ClientDisconnect as error:
        raise HTTPException(408, "the form did not come to an end") from error
    try:
        return parse_qsl(body.decode(), keep_blank_values=True, strict_parsing=True, max_num_fields=_MOST_FIELDS)
    except ValueError as error:
        raise HTTPException(400, "this is no form") from error
