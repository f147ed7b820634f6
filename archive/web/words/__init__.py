"""Every text of the reading room, in Vietnamese and in English, by its key."""

from __future__ import annotations

from typing import Final

from archive.web.words import analysis, api, article, codes, collections, crawls, frame, replay, search, sources

WORDS: Final[dict[str, tuple[str, str]]] = {
    **frame.WORDS,
    **search.WORDS,
    **article.WORDS,
    **analysis.WORDS,
    **sources.WORDS,
    **replay.WORDS,
    **crawls.WORDS,
    **codes.WORDS,
    **api.WORDS,
    **collections.WORDS,
}
"""Key -> (Vietnamese, English)."""
