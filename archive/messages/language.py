"""The language spoken now, and what is said in it."""

from __future__ import annotations

import os

from archive.messages.message import LANGUAGES, Message, format_number, message_of, named

__all__ = ["LANGUAGES", "choose", "coded", "language", "number", "spoken", "tr"]

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


def tr(msgid: str, /, **values: object) -> str:
    """The sentence `msgid` in the language spoken now, its gaps filled in."""
    return Message(msgid, **values).in_language(language())


def spoken(said: object) -> str:
    """What the archive says (a message, an error) in the language spoken now."""
    return message_of(said).in_language(language())


def number(value: float, places: int = 2) -> str:
    """A number with its thousands parted, a fraction with so many places, as the language spoken now writes it."""
    return format_number(value, language(), "" if isinstance(value, int) else f",.{places}f")


def coded(code: str) -> str:
    """What the archive keeps under a short word ("unread: no_article"), as the language spoken now says it.

    In English it is that word itself: options take it (`frontier list --reason no_article`).
    """
    return code if language() == "en" else named(language(), code)
