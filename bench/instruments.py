"""What the generic reader takes for text of what sites build into it: `python -m bench.instruments ../shared [NAME]`.

Into recorded pages whose truth is known, disguised so that no name helps, each instrument of `instruments.html` is put
above, amid and below the text: players, letter sizes, sharing, polls, boxes of other articles. Printed is in how many
pages a field is then no longer what it is without the instrument.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from lxml import etree, html

from bench.disguises import DISGUISES, PARSER, Tree
from bench.readers import Recorded, ours_generic
from bench.reading import pages_of, rows_of, scorer_of

_MARKUP: Final = Path(__file__).with_name("instruments.html")
_PLACES: Final = ("above", "amid", "below")
_FIELDS: Final = ("headline", "lead", "paragraphs", "captions", "byline", "published", "section", "tags")
_LONG: Final = 60  # letters of a paragraph beside which an instrument is put


def instruments() -> dict[str, str]:
    """The markup of each instrument by its name."""
    tree = html.document_fromstring(_MARKUP.read_bytes(), parser=PARSER)
    return {
        one.get("id") or "": "".join(html.tostring(child, encoding="unicode") for child in one)
        for one in tree.iter("template")
    }


def with_instrument(page: Recorded, truth: dict[str, Any], markup: str, place: str) -> Recorded | None:
    """`page` with an instrument in its text, or None where no paragraph stands in an element of its own."""
    long = [" ".join(text.split()) for text in truth["paragraphs"] if len(text) > _LONG]
    if len(long) < len(_PLACES):
        return None
    wanted = {"above": long[0], "amid": long[len(long) // 2], "below": long[-1]}[place]
    tree = html.document_fromstring(page.body, parser=PARSER)
    for element in tree.iter("p"):
        if " ".join("".join(map(str, element.itertext())).split()) == wanted:
            instrument: Tree = html.fragment_fromstring(markup)
            holder: Tree = element.getparent()
            instrument.tail, element.tail = (element.tail, None) if place != "above" else (None, element.tail)
            holder.insert(holder.index(element) + (place != "above"), instrument)
            body = etree.tostring(tree, method="html", encoding="utf-8", doctype="<!DOCTYPE html>")
            return Recorded(page.url, body, page.content_type)
    return None


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.instruments", description=__doc__.partition("\n")[0])
    parser.add_argument("shared", type=Path)
    parser.add_argument("names", nargs="*", metavar="NAME", help="some of those in bench/instruments.html")
    parser.add_argument("--pages", type=int, default=6, help="pages of each set")
    options = parser.parse_args()
    known = instruments()
    if unknown := set(options.names) - set(known):
        parser.error(f"no instrument is called {', '.join(sorted(unknown))}")
    sets = [path.parent for path in sorted(options.shared.glob("data/**/truth.jsonl"))]
    if not sets:
        print(f"{options.shared}: no data/**/truth.jsonl below it", file=sys.stderr)
        return 2
    pages = [pair for folder in sets for pair in _pairs(options.shared, folder, options.pages)]
    wrong = sum(_print(name, known[name], pages) for name in options.names or known)
    print(f"{wrong} of {len(options.names or known)} instruments change what is read")
    return 0


def _pairs(shared: Path, folder: Path, number: int) -> Iterator[tuple[Recorded, dict[str, Any]]]:
    """Pages of a set in disguise, spread over it, each with its truth."""
    address = scorer_of(shared).address
    truth = {address(row["url"], row["url"]): row for row in rows_of(folder / "truth.jsonl")}
    pages = pages_of(folder)
    for page in pages[:: max(1, len(pages) // number)][:number]:
        yield DISGUISES["both"].put_on(page), truth[address(page.url, page.url)]


def _print(name: str, markup: str, pages: list[tuple[Recorded, dict[str, Any]]]) -> bool:
    """Prints a line for an instrument that changes what is read, and says whether it does."""
    tried, changed = 0, dict.fromkeys(_PLACES, 0)
    fields: dict[str, None] = {}
    for page, truth in pages:
        plain = ours_generic(page)
        for place in _PLACES:
            found = with_instrument(page, truth, markup, place)
            if found is None or plain is None:
                continue
            tried += 1
            read = ours_generic(found) or {}
            if differing := [field for field in _FIELDS if read.get(field) != plain[field]]:
                changed[place] += 1
                fields |= dict.fromkeys(differing)
    if not fields:
        return False
    counts = ", ".join(f"{place} {count}" for place, count in changed.items())
    print(f"{name:<20}of {tried}: {counts:<32}{' '.join(fields)}", flush=True)
    return True


if __name__ == "__main__":
    raise SystemExit(main())
