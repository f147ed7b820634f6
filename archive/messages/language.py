"""The words of the interface in two languages: English stands where it is used, Vietnamese in vietnamese.txt."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import Final

from archive.text import numbers

LANGUAGES: Final = ("en", "vi")

_chosen = ""


def choose(language: str) -> None:
    """Makes `language` ("en", "vi"; "" for what the environment says) the one of `tr` from now on."""
    global _chosen
    _chosen = language


def language() -> str:
    """The language spoken now: the chosen one, else BAOTINH_LANG, else Vietnamese where the locale is Vietnamese."""
    if _chosen:
        return _chosen
    asked = os.environ.get("BAOTINH_LANG", "")
    locale = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
    return "vi" if (asked or locale).lower().startswith("vi") else "en"


@cache
def vietnamese() -> dict[str, str]:
    """The Vietnamese of every English text, as vietnamese.txt has them: pairs of lines, empty lines between."""
    content = Path(__file__).with_name("vietnamese.txt").read_text(encoding="utf-8")
    lines = [line for line in content.split("\n") if line.strip() and not line.startswith("#")]
    return dict(zip(lines[::2], lines[1::2], strict=True))


def tr(text: str, **fields: object) -> str:
    """`text` in the language spoken now, its `{fields}` filled in; English where there is no translation."""
    if language() == "vi":
        text = vietnamese().get(text, text)
    return text.format(**fields) if fields else text


def number(value: float, places: int = 2) -> str:
    """A number with its thousands parted, a fraction with so many places, as the language spoken now writes it."""
    return numbers.format_number(value, language(), "" if isinstance(value, int) else f",.{places}f")


def coded(code: str) -> str:
    """What the archive keeps under a short word ("unread: no_article"), as the language spoken now says it."""
    if language() != "vi":
        return code
    from archive.messages.codes import WORDS

    return ": ".join(WORDS.get(f"code.{part}", (part, ""))[0] for part in code.split(": "))


def spoken(message: object) -> str:
    """What the archive says (an error, a note) in the language spoken now, as the reading room says it."""
    if language() != "vi":
        return str(message)
    from archive.messages.matching import in_vietnamese

    return in_vietnamese(str(message)) or str(message)
