"""How the paragraphs of a body were set on their page, and where its pictures stood among them: a letter each."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

from archive.parsers.blocks.lines import HEADINGS, Line
from archive.parsers.document.page import Page
from archive.parsers.document.tree import Element, text_of
from archive.parsers.fields.body import Body
from archive.parsers.fields.captions import full_size


def setting_of(page: Page, body: Body, paragraphs: Sequence[str]) -> str:
    """`Article.setting` of the `paragraphs` that are left of `body`; "" where there is nothing but paragraphs."""
    letters: list[str] = []
    pictures = {image.url: number for number, image in enumerate(body.images)}
    at = 0
    for item in body.items:
        if not isinstance(item, Line):
            if (number := pictures.pop(page.absolute(full_size(item)), None)) is not None:
                letters.append(f"i{number}")
        elif at < len(paragraphs) and item.text == paragraphs[at]:
            letters.append(_letter(item))
            at += 1
    if at < len(paragraphs):  # one that is no line of the page's: then none is told wrongly
        return ""
    return "" if set(letters) == {"p"} else "".join(letters)


def _letter(line: Line) -> str:
    if line.tag == "tr":
        return _row(line)
    if line.tag in HEADINGS:
        return "h"
    if line.group and (item := _item(line)) is not None:
        parent = item.getparent()
        return "n" if parent is not None and parent.tag == "ol" else "l"
    if line.quoted:
        return "q"
    return "b" if line.bold else "p"


def _item(line: Line) -> Element | None:
    """The item of a list that a line stands in, where no table is nearer."""
    nearest = next((one for one in (line.element, *line.element.iterancestors()) if one.tag in ("li", "table")), None)
    return nearest if nearest is not None and nearest.tag == "li" else None


def _row(line: Line) -> str:
    """A row with the places at which its cells behind the first begin: "r5.12"; without them where they are unsure."""
    cells = [cell for cell in line.element if cell.tag in ("td", "th")]
    letter = "R" if cells and all(cell.tag == "th" for cell in cells) else "r"
    texts = [text_of(cell) for cell in cells]
    if " ".join(filter(None, texts)) != line.text:
        return letter
    begins = accumulate(len(text) + 1 if text else 0 for text in texts)
    return letter + ".".join(str(min(begin, len(line.text))) for begin in list(begins)[:-1])
