"""How the generic reader holds on pages robbed of what it goes by: `python -m bench.disguises ../shared [NAME ...]`.

Each recorded page whose truth is known is read again in disguise: classes and ids renamed, metadata and microdata left
out, HTML5's elements made div, paragraphs framed or parted by br, the slug taken from the address, the headline's tag
and the title taken away. A site that nobody has seen is such a page. Scored as `bench.reading` scores; times of edits
and pictures that metadata alone tells are lost with it, so that `whole` falls where the fields named here do not.
"""

from __future__ import annotations

import argparse
import random
import sys
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit

from lxml import etree, html

from bench.readers import Recorded, ours_generic
from bench.reading import COLUMNS, leave_undated, pages_of, rows_of, scorer_of, shares

Tree = Any  # lxml.html's elements: their types are not published
PARSER: Final = html.HTMLParser(encoding="utf-8")
_BOXES: Final = 3
_SAID: Final = ("itemprop", "itemtype", "itemscope", "property", "role", "datetime", "rel")


def renamed(tree: Tree) -> None:
    """Every class and id by a name that says nothing, one for each, and the same on all pages of a site."""
    for element in tree.iter(etree.Element):
        for attribute in ("class", "id"):
            if words := element.get(attribute, "").split():
                element.set(attribute, " ".join(map(_nameless, words)))


def _nameless(word: str) -> str:
    return "".join(random.Random(word).choices("bdfgklmnrs", k=7))


def unsaid(tree: Tree) -> None:
    """Without metadata, JSON-LD and microdata."""
    for element in list(tree.iter("meta", "link")):
        if (element.get("property") or element.get("name") or "viewport") != "viewport" or element.tag == "link":
            element.getparent().remove(element)
    for element in list(tree.iter("script")):
        if "ld+json" in element.get("type", ""):
            element.getparent().remove(element)
    for element in tree.iter(etree.Element):
        for attribute in _SAID:
            element.attrib.pop(attribute, None)


def undivided(tree: Tree) -> None:
    """HTML5's elements as div."""
    for element in tree.iter("article", "section", "header", "footer", "nav", "aside", "main", "figure", "figcaption"):
        element.tag = "div"


def framed(tree: Tree) -> None:
    """Every paragraph in two frames of its own."""
    for paragraph in list(tree.iter("p")):
        parent, tail = paragraph.getparent(), paragraph.tail
        place, frame = parent.index(paragraph), etree.Element("div")
        paragraph.tail = None
        parent.remove(paragraph)
        etree.SubElement(frame, "div").append(paragraph)
        frame.tail = tail
        parent.insert(place, frame)


def broken(tree: Tree) -> None:
    """Paragraphs parted by br alone."""
    for paragraph in list(tree.iter("p")):
        parent = paragraph.getparent()
        if parent.tag in ("blockquote", "td", "li", "figure"):
            continue
        place, first, second = parent.index(paragraph), etree.Element("br"), etree.Element("br")
        second.tail, paragraph.tail = paragraph.tail, None
        parent.insert(place + 1, first)
        parent.insert(place + 2, second)
        paragraph.drop_tag()


def unheaded(tree: Tree) -> None:
    """The headline no heading."""
    for element in tree.iter("h1"):
        element.tag = "div"


def untitled(tree: Tree) -> None:
    """The title the site's own."""
    for element in list(tree.iter("title")):
        element.text = "Trang chủ"


def boxed(tree: Tree) -> None:
    """The paragraphs of the text in three boxes, a banner between two."""
    holders = tree.iter("div", "article", "section", "td", "main")
    text = max(holders, key=lambda one: sum(len(p.text_content()) for p in one.findall("p")), default=None)
    if text is None or len(text.findall("p")) < _BOXES:
        return
    children = list(text)
    size = -(-len(children) // _BOXES)
    for at in range(0, len(children), size):
        if at:
            etree.SubElement(etree.SubElement(text, "div"), "a", href="/quang-cao").text = "Quảng cáo"
        etree.SubElement(text, "div").extend(children[at : at + size])


def clocked(tree: Tree) -> None:
    """The day of the visit at the head of the page."""
    if (body := tree.find("body")) is not None:
        clock = etree.Element("div")
        clock.text = "Thứ Ba, 24/11/2026"
        body.insert(0, clock)


class Disguise(NamedTuple):
    """What is done to a page, one after the other, and whether its address loses its slug."""

    changes: tuple[Callable[[Tree], None], ...]
    numbered: bool = False

    def put_on(self, page: Recorded) -> Recorded:
        """`page` in disguise."""
        tree = html.document_fromstring(page.body, parser=PARSER)
        for change in self.changes:
            change(tree)
        body = etree.tostring(tree, method="html", encoding="utf-8", doctype="<!DOCTYPE html>")
        number = zlib.crc32(page.url.encode())
        url = f"http://{urlsplit(page.url).netloc}/chi-tiet.aspx?id={number}" if self.numbered else page.url
        return Recorded(url, body, "text/html; charset=utf-8")


_BARE: Final = (renamed, unsaid)
DISGUISES: Final[dict[str, Disguise]] = {
    "none": Disguise(()),
    "renamed": Disguise((renamed,)),
    "unsaid": Disguise((unsaid,)),
    "both": Disguise(_BARE),
    "undivided": Disguise((*_BARE, undivided)),
    "framed": Disguise((renamed, framed)),
    "broken": Disguise((renamed, broken)),
    "boxed": Disguise((renamed, boxed)),
    "clocked": Disguise((*_BARE, clocked)),
    "numbered": Disguise(_BARE, numbered=True),
    "unheaded": Disguise((*_BARE, unheaded), numbered=True),
    "untitled": Disguise((*_BARE, unheaded, untitled), numbered=True),
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.disguises", description=__doc__.partition("\n")[0])
    parser.add_argument("shared", type=Path)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"some of {', '.join(DISGUISES)}")
    options = parser.parse_args()
    if unknown := set(options.names) - set(DISGUISES):
        parser.error(f"no disguise is called {', '.join(sorted(unknown))}")
    sets = {path.parent.name: path.parent for path in sorted(options.shared.glob("data/**/truth.jsonl"))}
    if not sets:
        print(f"{options.shared}: no data/**/truth.jsonl below it", file=sys.stderr)
        return 2
    scorer = scorer_of(options.shared)
    print(f"{'set':<15}{'disguise':<14}" + "".join(f"{name:>11}" for name in COLUMNS))
    for name, folder in sets.items():
        truth = {scorer.address(row["url"], row["url"]): row for row in rows_of(folder / "truth.jsonl")}
        pages = pages_of(folder)
        for kind in options.names or DISGUISES:
            read = {scorer.address(page.url, page.url): _read(page, DISGUISES[kind]) for page in pages}
            found = {url: row for url, row in read.items() if row is not None}
            leave_undated(truth, found)
            dated = sum(row.get("published") is not None for row in truth.values())
            columns = "".join(f"{share:>11.3f}" for share in shares(scorer.score(truth, found), dated))
            print(f"{name:<15}{kind:<14}{columns}", flush=True)
    return 0


def _read(page: Recorded, disguise: Disguise) -> dict[str, Any] | None:
    row = ours_generic(disguise.put_on(page))
    return row | {"url": page.url} if row is not None else None


if __name__ == "__main__":
    raise SystemExit(main())
