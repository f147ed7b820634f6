"""What limits a search and every tool beside the query, and the links that keep it: tools make their addresses here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from urllib.parse import urlencode

from starlette.requests import Request

from archive.errors import UsageError
from archive.messages.message import Message
from archive.web.parameters import flag, text

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
