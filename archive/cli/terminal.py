"""What is written to people, made harmless in one place: no letter of a page, file name or address moves a cursor.

Control characters (ESC, carriage return, C1), marks that turn the direction of writing and separators of lines are
shown as `\\u001b`; in JSON that is the same text. Colours pass as this program itself writes them: begun and ended.
Standard error is guarded always. Standard output is on a terminal; a file or a program gets every byte as it is.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TextIO

_HARMFUL = re.compile(
    r"(?P<ours>(?:\x1b\[(?:1|3[1-3])m)+[^\x1b\n]*\x1b\[0m)"
    "|[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)


def harmless(text: str) -> str:
    r"""`text` with what would act on a terminal written out.

    >>> harmless("a\x1b]0;title\x07 b\rc\u202egnp.exe")
    'a\\u001b]0;title\\u0007 b\\u000dc\\u202egnp.exe'
    >>> harmless("\x1b[1mhội nghị\x1b[0m \x1b[1mnever ended") == "\x1b[1mhội nghị\x1b[0m \\u001b[1mnever ended"
    True
    """
    return _HARMFUL.sub(_shown, text)


def _shown(match: re.Match[str]) -> str:
    if match["ours"] is None:
        return f"\\u{ord(match[0]):04x}"
    return re.sub(r"[^\x1b]+(?=\x1b\[0m)", lambda inside: harmless(inside[0]), match[0])


class Guarded:
    """A stream of text through which only harmless text passes; in all else the stream itself."""

    def __init__(self, stream: TextIO) -> None:
        self.raw = stream

    def write(self, text: str) -> int:
        """Writes `text`, made harmless."""
        self.raw.write(harmless(text))
        return len(text)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.raw, name)


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
    """Guards both streams while the block runs; a file name that is no UTF-8 is written to files as its own bytes."""
    out, err = sys.stdout, sys.stderr
    if out.isatty():
        sys.stdout = Guarded(out)
    elif reconfigure := getattr(out, "reconfigure", None):
        reconfigure(errors="surrogateescape")
    sys.stderr = Guarded(err)
    try:
        yield
    finally:
        sys.stdout, sys.stderr = out, err
