"""The words of the interface in two languages: English stands where it is used, Vietnamese in vietnamese.py."""

from __future__ import annotations

import os
from typing import Final

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


def tr(text: str, **fields: object) -> str:
    """`text` in the language spoken now, its `{fields}` filled in; English where there is no translation."""
    if language() == "vi":
        from archive.cli.vietnamese import WORDS  # loaded where it is spoken

        text = WORDS.get(text, text)
    return text.format(**fields) if fields else text
