"""Options that several commands of the crawler share."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, Final

import click

from archive.cli.command import option

LONGEST_HOURS: Final = 24.0 * 366
"""Between two crawls of a source, or within one: what is longer is a slip of the pen."""


class Amount(click.FloatRange):
    """A number within bounds; FloatRange itself takes "nan" for one."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """The number that `value` writes; fails for what is none, or lies outside."""
        number: float = super().convert(value, param, ctx)
        if math.isnan(number):
            self.fail(f"{value!r} is not a number.", param, ctx)
        return number


def loopback_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """Adds --allow-loopback, which BAOTINH_ALLOW_LOOPBACK=1 gives too."""
    return option(
        "--allow-loopback",
        is_flag=True,
        envvar="BAOTINH_ALLOW_LOOPBACK",
        help="Allow sites on this machine (demonstration and tests).",
    )(function)


def minutes_option(help: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:  # noqa: A002 - as click names it
    """Adds --minutes, after which a crawl ends."""
    return option("--minutes", type=Amount(min=0.01, max=60 * LONGEST_HOURS), metavar="N", help=help)
