"""What an address asks for, read leniently: what is missing or wrong becomes the default."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from starlette.requests import Request

Choice = TypeVar("Choice", bound=str)


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
