"""What is written to people, made harmless in one place: no letter of a page, file name or address moves a cursor.

Control characters (ESC, carriage return, C1), marks that turn the direction of writing and separators of lines are
shown as `\\u001b`; in JSON that is the same text. Only colours that `styled` gave pass: their codes carry a number that
no page can know. Both streams are guarded wherever they lead, for what a pipe carries is shown on a terminal in the
end (`| less -R`, cron's mail); data alone (`put`: JSON, CSV, citations, exports) goes to a file or a program with every
letter as it is, in valid UTF-8. Long URLs are cut in their middle, but in data and in lists that a program takes from
standard output.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final, TextIO

import click

_OURS: Final = f"\x1b[{secrets.randbelow(10**12)};"
_HARMFUL: Final = re.compile(
    re.escape(_OURS) + "([0-9]+)m"
    "|[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)
_LONG_URL: Final = re.compile(r"(?i:https?://)[^\s\"'<>\\]{200,}")
_HEAD, _TAIL = 120, 40  # characters that are shown of one


def harmless(text: str) -> str:
    r"""`text` with what would act on a terminal written out.

    >>> harmless("a\x1b]0;title\x07 b\rc\u202egnp.exe \x1b[1mbold\x1b[0m")
    'a\\u001b]0;title\\u0007 b\\u000dc\\u202egnp.exe \\u001b[1mbold\\u001b[0m'
    >>> harmless(styled("hội nghị", bold=True)) == "\x1b[1mhội nghị\x1b[0m"
    True
    """
    return _HARMFUL.sub(lambda found: f"\x1b[{found[1]}m" if found[1] else f"\\u{ord(found[0]):04x}", text)


def styled(text: str, *, bold: bool = False, fg: str | None = None) -> str:
    """`text` in a colour, as `click.style` gives it, with codes that pass the guard."""
    codes = click.style("", bold=bold or None, fg=fg, reset=False)
    return codes.replace("\x1b[", _OURS) + text + f"{_OURS}0m"


def shortened(text: str) -> str:
    """`text` with the middle of each long URL left out.

    >>> shortened(f"as http://bao.example/{'a' * 300}/tin.html; and more")[100:]
    'aaaaaaaaaaaaaaaaaaaaaaa…aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/tin.html; and more'
    """
    return _LONG_URL.sub(lambda url: f"{url[0][:_HEAD]}…{url[0][-_TAIL:]}", text)


class Guarded:
    """A stream of text through which only harmless text passes, URLs `short` or not; in all else the stream itself."""

    def __init__(self, stream: TextIO, short: bool = True) -> None:
        self.raw = stream
        self._short = short

    def write(self, text: str) -> int:
        """Writes `text`, made harmless."""
        self.raw.write(harmless(shortened(text) if self._short else text))
        return len(text)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.raw, name)


def put(text: str, *, err: bool = False) -> None:
    """Writes data, whole: on a terminal and on standard error harmless, as JSON and TOML read it back."""
    below = raw(sys.stderr if err else sys.stdout)
    below.write(harmless(text) if err or below.isatty() else text)
    below.flush()


def colourless() -> bool:
    """Whether the person wants no colours (no-color.org)."""
    return bool(os.environ.get("NO_COLOR"))


def coloured() -> bool:
    """Whether standard output is a terminal that may be shown colours."""
    return sys.stdout.isatty() and not colourless()


def columns() -> int | None:
    """How wide the terminal is that standard output goes to; None where it goes to a file or a program."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def raw(stream: Any) -> TextIO:
    """The stream below, for progress that moves the cursor itself: its words go through `harmless` first."""
    return stream.raw if isinstance(stream, Guarded) else stream


@contextmanager
def guarded() -> Iterator[None]:
    """Guards both streams while the block runs; a file name that is no UTF-8 is written out, as in JSON: `\\udcff`."""
    out, err = sys.stdout, sys.stderr
    if not out.isatty() and (reconfigure := getattr(out, "reconfigure", None)):
        reconfigure(errors="backslashreplace")
    sys.stdout, sys.stderr = Guarded(out, out.isatty()), Guarded(err)
    try:
        yield
    finally:
        sys.stdout, sys.stderr = out, err
