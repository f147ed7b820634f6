"""Draws the grammar of queries as a railroad, as the module of the parser states it: for documents and reading room."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from typing import TypeAlias

from archive.search.grammar import parser

_RULE = re.compile(r"^    ([a-z]+) += (.+)$", re.MULTILINE)
_TOKEN = re.compile(r""""[^"]"|'"'|[A-Z]+(?:/n)?|[a-z]+|[][{}()|]""")
_LETTER, _HALF, _GAP, _ROW, _EDGE = 8.5, 14, 12, 12, 96  # pixels


@dataclass(frozen=True, slots=True)
class Word:
    """What is typed (`typed`), or the name of another rule or of words."""

    text: str
    typed: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One after another; nothing at all where it is empty."""

    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """One of several."""

    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Loop:
    """Once or more, with `back` between two."""

    item: Item
    back: Item


Item: TypeAlias = Word | Row | Either | Loop


def rules(text: str = parser.__doc__ or "") -> dict[str, Item]:
    """The rules that `text` states, each a line `name = ...`: `[ ]` may be left out, `{ }` come any number of times."""
    return {name: _either(iter(_TOKEN.findall(rule)), "") for name, rule in _RULE.findall(text)}


def _either(tokens: Iterator[str], end: str) -> Item:
    choices: list[list[Item]] = [[]]
    for token in tokens:
        row = choices[-1]
        if token == end:
            break
        match token:
            case "|":
                choices.append([])
            case "(":
                row.append(_either(tokens, ")"))
            case "[":
                inner = _either(tokens, "]")
                row.append(Either((Row(()), *(inner.items if isinstance(inner, Either) else (inner,)))))
            case "{":
                inner = _either(tokens, "}")
                # "a { b a }" is a, once or more, with b between two.
                if not isinstance(inner, Row) or inner.items[-1:] != tuple(row[-1:]):
                    raise ValueError("what is repeated ends with what stands before it")
                row.append(Loop(row.pop(), _row(inner.items[:-1])))
            case _:
                row.append(Word(token.strip("\"'") or '"', not token.islower()))
    made = tuple(_row(tuple(row)) for row in choices)
    return made[0] if len(made) == 1 else Either(made)


def _row(items: tuple[Item, ...]) -> Item:
    return items[0] if len(items) == 1 else Row(items)


@dataclass(frozen=True, slots=True)
class _Drawn:
    """Shapes whose line comes in at (0, 0) and goes out at (`width`, 0); so far they reach up and down."""

    shapes: str
    width: float
    up: float = _HALF
    down: float = _HALF

    def at(self, x: float, y: float) -> str:
        return f'<g transform="translate({x:g} {y:g})">{self.shapes}</g>'


def svg() -> str:
    """The picture of all rules, one below another."""
    parts, y, width = [], 8.0, 0.0
    for name, rule in rules().items():
        drawn = _draw(rule)
        y += drawn.up
        parts.append(f'<text x="8" y="{y + 5:g}" font-weight="bold">{name}</text>{_line(_EDGE - 16, y, _EDGE, y)}')
        parts.append(drawn.at(_EDGE, y) + _line(_EDGE + drawn.width, y, _EDGE + drawn.width + 16, y))
        parts.append(
            f'<circle cx="{_EDGE - 16}" cy="{y:g}" r="4"/><circle cx="{_EDGE + drawn.width + 16:g}" cy="{y:g}" r="4"/>'
        )
        y += drawn.down + 20
        width = max(width, _EDGE + drawn.width + 28)
    title = "; ".join(f"{name} = {rule}" for name, rule in _RULE.findall(parser.__doc__ or ""))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {y:g}" width="{width:g}" height="{y:g}" '
        f'role="img" font-family="ui-monospace, monospace" font-size="14"><title>{escape(title)}</title>'
        f'<rect width="{width:g}" height="{y:g}" fill="#fff"/><g fill="#222" stroke="none">{"".join(parts)}</g></svg>\n'
    )


def _draw(item: Item) -> _Drawn:
    match item:
        case Word():
            return _word(item)
        case Row():
            return _in_a_row([_draw(one) for one in item.items])
        case Either():
            return _beneath([_draw(one) for one in item.items])
        case Loop():
            return _around(_draw(item.item), _draw(item.back))


def _word(word: Word) -> _Drawn:
    width = len(word.text) * _LETTER + 20
    corner, fill = (_HALF, "#e8f1fa") if word.typed else (2, "#fff")
    box = (
        f'<rect x="0" y="-{_HALF}" width="{width:g}" height="{2 * _HALF}" rx="{corner}" fill="{fill}" stroke="#222"/>'
        f'<text x="{width / 2:g}" y="5" text-anchor="middle">{escape(word.text)}</text>'
    )
    return _Drawn(box, width)


def _in_a_row(drawn: list[_Drawn]) -> _Drawn:
    shapes, x = "", 0.0
    for at, one in enumerate(drawn):
        if at:
            shapes += _line(x, 0, x + _GAP, 0)
            x += _GAP
        shapes += one.at(x, 0)
        x += one.width
    return _Drawn(shapes, x, max((one.up for one in drawn), default=4), max((one.down for one in drawn), default=4))


def _beneath(drawn: list[_Drawn]) -> _Drawn:
    inner = max(one.width for one in drawn)
    shapes, y = "", 0.0
    for at, one in enumerate(drawn):
        y += drawn[at - 1].down + _ROW + one.up if at else 0
        left = 2 * _GAP
        shapes += one.at(left, y) + _line(left + one.width, y, left + inner, y)
        shapes += _curve(0, 0, left, y) + _curve(left + inner, y, inner + 2 * left, 0)
    return _Drawn(shapes, inner + 4 * _GAP, drawn[0].up, y + drawn[-1].down)


def _around(item: _Drawn, back: _Drawn) -> _Drawn:
    inner = max(item.width, back.width)
    y, left, right = item.down + _ROW + back.up, 2 * _GAP, 2 * _GAP + inner
    start = left + (inner - back.width) / 2
    shapes = _line(0, 0, left, 0) + item.at(left, 0) + _line(left + item.width, 0, right + left, 0)
    shapes += _line(left, y, start, y) + back.at(start, y) + _line(start + back.width, y, right, y)
    for x, side in ((left, -1), (right, 1)):
        far = x + side * _GAP
        shapes += _path(f"M{x:g} 0 Q{far:g} 0 {far:g} {_GAP} V{y - _GAP:g} Q{far:g} {y:g} {x:g} {y:g}")
    return _Drawn(shapes, inner + 4 * _GAP, item.up, y + back.down)


def _line(x: float, y: float, to_x: float, to_y: float) -> str:
    return _path(f"M{x:g} {y:g} L{to_x:g} {to_y:g}") if (x, y) != (to_x, to_y) else ""


def _curve(x: float, y: float, to_x: float, to_y: float) -> str:
    if y == to_y:
        return _line(x, y, to_x, to_y)
    middle, step = (x + to_x) / 2, _GAP if to_y > y else -_GAP
    down = f"Q{middle:g} {y:g} {middle:g} {y + step:g} V{to_y - step:g}"
    return _path(f"M{x:g} {y:g} {down} Q{middle:g} {to_y:g} {to_x:g} {to_y:g}")


def _path(shape: str) -> str:
    return f'<path d="{shape}" fill="none" stroke="#222"/>'
