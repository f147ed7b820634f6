"""What style and class attributes say of how a text is set."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, NamedTuple

from archive.parsers.document.tree import Element

CAPTION_CLASS = re.compile(
    r"caption|image_desc|img_desc|img-desc|chu-?thich|photo-?note|pic-?note|imgalt|\bfig\b", re.IGNORECASE
)
ALIGN = re.compile(r"text-align\s*:\s*([a-z]+)", re.IGNORECASE)
RIGHT = re.compile(r"text-right|align-right|text-end")
BOLD = re.compile(r"font-weight\s*:\s*(?:bold|[6-9]00)", re.IGNORECASE)
HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden")
HIDDEN_CLASSES = frozenset(
    ("hidden", "hide", "d-none", "sr-only", "screen-reader-text", "visually-hidden", "hidden-print")
)


class Setting(NamedTuple):
    """What a style or class attribute says; `align` is None where it says nothing of alignment."""

    hidden: bool
    bold: bool
    italic: bool
    caption: bool
    align: str | None


UNSET: Final = Setting(False, False, False, False, None)


def _shared(setting: Setting) -> Setting:
    """`setting`, or UNSET itself where it says nothing, as most do."""
    return UNSET if setting == UNSET else setting


@lru_cache(maxsize=4096)
def set_by_style(style: str) -> Setting:
    """What a style attribute says."""
    if not style:
        return UNSET
    match = ALIGN.search(style)
    align = (match[1] if match[1] in ("center", "right") else "") if match else None
    return _shared(Setting(bool(HIDDEN.search(style)), bool(BOLD.search(style)), "italic" in style, False, align))


def _may_be_caption(css: str) -> bool:
    """Whether one of the pattern's words may be there: .5 us instead of 3 for each new name."""
    return "fig" in css or "desc" in css or "cap" in css or "note" in css or "chu" in css or "imgalt" in css


@lru_cache(maxsize=4096)
def set_by_class(css: str) -> Setting:
    """What a class attribute says."""
    if not css:
        return UNSET
    align = "center" if "center" in css else "right" if RIGHT.search(css) else None
    hidden = not HIDDEN_CLASSES.isdisjoint(css.split())
    return _shared(
        Setting(hidden, False, False, _may_be_caption(css.lower()) and bool(CAPTION_CLASS.search(css)), align)
    )


def alignment(child: Element, tag: str, style: Setting, named: Setting, inherited: str) -> str:
    """How a block is aligned ("center", "right" or ""): by its style, attribute or class, else as what it stands in."""
    if style.align is not None:
        return style.align
    align = child.get("align")
    if align and tag not in ("table", "img"):
        return align.lower() if align.lower() in ("center", "right") else ""
    if named.align is not None:
        return named.align
    return "center" if tag == "center" else inherited
