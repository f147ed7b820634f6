"""Writes as HTML the texts that block editors (Editor.js, and what is like it) keep as lists of typed blocks."""

from __future__ import annotations

from html import escape
from typing import Final

_MOST_BLOCKS: Final = 5_000
_TEXTS: Final = ("text", "html", "content", "value")
_LISTS: Final = ("items", "children")
_PICTURES: Final = ("url", "src", "file")
_CAPTIONS: Final = ("caption", "desc")


def html_of(value: object) -> str:
    """The HTML of a body kept as blocks, `{"blocks": [{"type": "paragraph", "data": {"text": ...}}]}`; "" for none.

    Editor.js keeps its texts as HTML, so these are taken as they are; addresses and captions are escaped.
    """
    blocks = value.get("blocks") if isinstance(value, dict) else value
    if not isinstance(blocks, list) or not 0 < len(blocks) <= _MOST_BLOCKS:
        return ""
    if not all(isinstance(block, dict) and isinstance(block.get("type"), str) for block in blocks):
        return ""
    return "".join(_block(block) for block in blocks)


def _block(block: dict[str, object]) -> str:
    held = block.get("data") or block.get("attrs")
    data = held if isinstance(held, dict) else block
    kind = str(block["type"]).lower()
    if source := _address(data):
        caption = _first(data, _CAPTIONS)
        return f'<figure><img src="{escape(source)}"/><figcaption>{caption}</figcaption></figure>'
    text = _first(data, _TEXTS)
    entries = next((found for name in _LISTS if isinstance(found := data.get(name), list)), [])
    if entries:
        lines = [one if isinstance(one, str) else _first(one, ("content", *_TEXTS)) for one in entries if one]
        return "<ul>" + "".join(f"<li>{line}</li>" for line in lines) + "</ul>"
    if not text:
        return ""
    tag = "h3" if "head" in kind else "blockquote" if "quote" in kind else "p"
    return f"<{tag}>{text}</{tag}>"


def _address(data: dict[str, object]) -> str:
    found = next((value for name in _PICTURES if (value := data.get(name))), "")
    if isinstance(found, dict):
        found = found.get("url") or ""
    return found if isinstance(found, str) and ("/" in found) else ""


def _first(data: object, names: tuple[str, ...]) -> str:
    if not isinstance(data, dict):
        return ""
    return next((value for name in names if isinstance(value := data.get(name), str) and value), "")
