"""What a table is for: data, a picture with its caption, or a mere frame around the article."""

from __future__ import annotations

from archive.parsers.document.address import is_file
from archive.parsers.document.tree import Element, raw_text
from archive.text.digits import whole

SMALLEST_PICTURE = 40  # pixels; smaller ones are icons and spacers


def word_count(element: Element) -> int:
    """The number of words in an element."""
    return len(raw_text(element).split())


def has_picture(element: Element) -> bool:
    """Whether there is a picture in an element, other than an icon: by its size, or as the button of a document."""
    return any(not is_small(image) and not _is_button(image) for image in element.iter("img"))


def _is_button(image: Element) -> bool:
    return any(is_file(link.get("href") or "") for link in image.iterancestors("a"))


def is_small(image: Element) -> bool:
    """Whether a picture says that it is an icon or a spacer."""
    return any(0 < (whole(image.get(name) or "") or 0) < SMALLEST_PICTURE for name in ("width", "height"))


def holds_table(table: Element) -> bool:
    """Whether there is another table in a table: then it is a frame."""
    return next(table.iterdescendants("table"), None) is not None


def holds_data(rows: list[Element]) -> bool:
    """Whether rows hold data: two cells and more in a row, none of which holds a long text."""
    widest = 0
    for row in rows:
        cells = [cell for cell in row if cell.tag in ("td", "th")]
        widest = max(widest, len(cells))
        if len(rows) <= 2 and any(word_count(cell) > 120 for cell in cells):
            return False
    return widest >= 2 and len(rows) >= 2
