"""Says a slot in CSS: as short as selects the same elements on all training pages."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from archive.parsers.document.tree import Element
from archive.parsers.site.learning.slots import ALL, Site, Slot

_ODD: Final = re.compile(r"^\d|^-(?=\d|$)|[^\w-]")
_NAMED: Final = re.compile(r"[.#]|^h1$")  # what has no name of the page in it holds nowhere else
_MOST: Final = 80  # selectors that are tried
_LAST: Final = 6  # whole paths, where nothing on the way has a name


def selector_of(site: Site, slot: Slot) -> str:
    """The shortest selector found that selects what stands in the slot and nothing else, on each page; "" if none."""
    wanted = site.elements(slot)
    order = sorted(range(len(wanted)), key=lambda number: not wanted[number])
    forms = list(_forms(slot))
    named = [css for css in forms if _NAMED.search(css)]
    single = all(len(there) <= 1 for there in wanted)
    counted = [_counted([there[0] for there in wanted if there])] if single else []
    for css in [*named[:_MOST], *forms[-_LAST:], *counted]:
        if all(site.sheets[number].page.all(css) == wanted[number] for number in order):
            return css
    return ""


def _forms(slot: Slot) -> Iterator[str]:
    steps = [_Step(step) for step in slot.path.split("\n")]
    last, above = steps[-1], steps[:-1]
    for end in _numbered(last, slot.number):
        yield from end
        whole = end[-1]
        named = [at for at, step in enumerate(above) if step.names]
        for at in reversed(named):
            rest = [step.whole for step in above[at + 1 :]]
            for outer in above[at].short():
                if rest:
                    yield f"{outer} {whole}"
                    yield f"{outer} {' > '.join([*rest, whole])}"
                yield f"{outer} > {' > '.join([*rest, whole])}"
        yield " > ".join([*(step.whole for step in above), whole])


def _counted(elements: Sequence[Element]) -> str:
    """The way to one element of each page by the places of its ancestors among their like: from the first or the last,
    whichever is the same on all pages.
    """
    ways = [[one, *(step for step in one.iterancestors() if step.tag not in ("body", "html"))] for one in elements]
    steps = []
    for level in zip(*ways, strict=False):
        like = [
            [one for one in parent if one.tag == step.tag] for step in level if (parent := step.getparent()) is not None
        ]
        first = {one.index(step) + 1 for one, step in zip(like, level, strict=True)}
        last = {len(one) - one.index(step) for one, step in zip(like, level, strict=True)}
        forms = [(first, "nth-of-type"), (last, "nth-last-of-type")]
        place = next((f":{form}({numbers.pop()})" for numbers, form in forms if len(numbers) == 1), "")
        steps.append(level[0].tag + place)
    return " > ".join(["body", *reversed(steps)])


class _Step:
    """A step of a path as CSS can say it."""

    def __init__(self, step: str) -> None:
        self.tag, *names = step.split(" ")
        self.names = [name[0] + _ODD.sub(_escaped, name[1:]) for name in names]
        self.whole = self.tag + "".join(self.names)

    def short(self) -> list[str]:
        """By one of its names, then whole."""
        found = [name if name[0] == "#" else f"{self.tag}{name}" for name in self.names]
        return [*found, self.whole] if len(found) > 1 else [self.whole]


def _escaped(match: re.Match[str]) -> str:
    letter = match[0]
    return f"\\{ord(letter):x} " if letter.isdigit() or letter == "-" else f"\\{letter}"


def _numbered(step: _Step, number: int) -> Iterator[list[str]]:
    """The last step, from short to long, with its number among its like as CSS can say it."""
    yield step.short()  # the other elements of the path may stand in other boxes
    if not step.names:
        yield [f"{step.tag}:not([class])"]
    count = 1 if number == ALL else number + 1 if number >= 0 else -number
    end = "" if number >= 0 else "last-"
    if count == 1:
        yield [f"{one}:{end or 'first-'}child" for one in step.short()]
    yield [f"{step.tag}:nth-{end}of-type({count})"]
    yield [f"{step.whole}:nth-{end}of-type({count})"]
    yield [f"{step.whole}:nth-{end}child({count} of {step.whole})"]
