"""The words of the interface in Vietnamese, by the English ones that stand in the code."""

from __future__ import annotations

from typing import Final

WORDS: Final[dict[str, str]] = {}
