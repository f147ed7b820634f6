"""The flow of copies as a graph: GraphML and DOT for other programs, and a drawing that needs none."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final, Literal, TypeAlias

from archive.corpus.flow import Edge, Flow, Node
from archive.errors import UsageError
from archive.messages.message import format_number

Words: TypeAlias = Callable[..., str]
"""Says a text in a reader's language, its {fields} filled in."""

_NO_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_OF_NODES: Final = (("name", "string"), ("held", "boolean"), ("articles", "int"), ("copies", "int"), ("copied", "int"))
_OF_EDGES: Final = (
    *(("articles", "int"), ("known", "int"), ("here", "int"), ("unsure", "int"), ("share", "double")),
    *(("timed", "int"), ("median_hours", "double"), ("first", "string"), ("last", "string")),
)


def written(found: Flow, form: str, tr: Words = str.format, language: str = "en") -> str:
    """The graph in one of `FORMS`; raises UsageError for another one."""
    match form:
        case "graphml":
            return graphml(found)
        case "dot":
            return dot(found)
        case "svg":
            return svg(found, tr, language)
    raise UsageError("{form}: a graph is written as {forms}", form=form, forms=", ".join(FORMS))


FORMS: Final = ("graphml", "dot", "svg")


def graphml(found: Flow) -> str:
    """The graph as GraphML (Brandes and others, 2002), which Gephi, yEd, networkx and igraph read.

    An arrow leads from the origin to who printed it; `articles` is its weight.
    """
    out = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">',
    ]
    for what, keys in (("node", _OF_NODES), ("edge", _OF_EDGES)):
        out += [f'<key id="{what}_{name}" for="{what}" attr.name="{name}" attr.type="{kind}"/>' for name, kind in keys]
    out.append('<graph edgedefault="directed">')
    for node in found.nodes:
        out.append(f'<node id="{_xml(_key(node.id, node.held))}">{_data("node", node, _OF_NODES)}</node>')
    for edge in found.edges:
        ends = f'source="{_xml(_key(edge.origin, edge.held))}" target="{_xml(_key(edge.source, True))}"'
        out.append(f"<edge {ends}>{_data('edge', edge, _OF_EDGES)}</edge>")
    return "\n".join([*out, "</graph>", "</graphml>", ""])


def _data(what: str, of: Node | Edge, keys: Sequence[tuple[str, str]]) -> str:
    values = [(name, getattr(of, name)) for name, _ in keys]
    told = ((name, str(value).lower() if isinstance(value, bool) else value) for name, value in values)
    return "".join(f'<data key="{what}_{name}">{_xml(str(value))}</data>' for name, value in told if value is not None)


def _xml(text: str) -> str:
    return escape(_NO_XML.sub("\ufffd", text))


def _key(source: str, held: bool) -> str:
    """The id of a node: that of a source, or of a name that is no source here."""
    return source if held else f"name:{source}"


def dot(found: Flow) -> str:
    """The graph in the language of Graphviz; what is no source here has a dashed border."""
    out = ["digraph flow {", "  rankdir=LR;", "  node [shape=box];"]
    for node in found.nodes:
        style = "" if node.held else ", style=dashed"
        out.append(f"  {_dot(_key(node.id, node.held))} [label={_dot(node.name)}{style}];")
    for edge in found.edges:
        ends = f"{_dot(_key(edge.origin, edge.held))} -> {_dot(_key(edge.source, True))}"
        out.append(f'  {ends} [label="{edge.articles}", weight={edge.articles}, known={edge.known}];')
    return "\n".join([*out, "}", ""])


def _dot(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)  # quotes and backslashes as DOT wants them


# A drawing in two columns: origins to the left, who printed them to the right, and bands as wide as their articles.

WIDTH: Final = 960
LEFT: Final = 300  # where the bands begin
RIGHT: Final = 660
_BAR: Final = 10
_GAP: Final = 8
_TALL: Final = 460  # of all bands together
_LEAST: Final = 16.0  # height of a node, as its name has
_MOST_EDGES: Final = 40
_LONGEST: Final = 38
_COLOURS: Final = {"known": "#0072b2", "here": "#d55e00"}


@dataclass(frozen=True, slots=True)
class Bar:
    """A source in one of the columns: its rectangle, its name, its articles in these bands."""

    side: Literal["left", "right"]
    x: float
    y: float
    height: float
    name: str
    id: str
    held: bool
    articles: int

    @property
    def middle(self) -> float:
        """Where its name stands."""
        return round(self.y + self.height / 2 + 4, 1)

    @property
    def label(self) -> str:
        """Its name, cut where it is too long."""
        return self.name if len(self.name) <= _LONGEST else self.name[: _LONGEST - 1] + "…"


@dataclass(frozen=True, slots=True)
class Band:
    """The articles of one edge on one basis: a path, and how wide its stroke is."""

    basis: Literal["known", "here"]
    path: str
    width: float
    edge: Edge
    articles: int


@dataclass(frozen=True, slots=True)
class Drawing:
    """The first edges of a flow as shapes, in a drawing of WIDTH x `height`."""

    bars: tuple[Bar, ...]
    bands: tuple[Band, ...]
    height: float


def drawing(found: Flow) -> Drawing:
    """The shapes of the forty edges with most articles."""
    edges = [edge for edge in found.edges if edge.articles][:_MOST_EDGES]
    scale = _TALL / max(1, sum(edge.articles for edge in edges))
    left = _column([(edge.origin, edge.held, edge.origin_name, edge.articles) for edge in edges], "left", scale)
    right = _column([(edge.source, True, edge.source_name, edge.articles) for edge in edges], "right", scale)
    from_, to = ({(bar.id, bar.held): bar.y for bar in bars} for bars in (left, right))
    order = {(bar.id, bar.held): at for at, bar in enumerate(right)}
    bands: list[Band] = []
    for edge in sorted(edges, key=lambda one: order[one.source, True]):
        for basis, number in (("known", edge.known), ("here", edge.here)):
            if number:
                width = number * scale
                begin, end = from_[edge.origin, edge.held] + width / 2, to[edge.source, True] + width / 2
                from_[edge.origin, edge.held] += width
                to[edge.source, True] += width
                bands.append(Band(basis, _curve(begin, end), round(max(1.0, width), 1), edge, number))  # type: ignore[arg-type]
    height = max((bar.y + bar.height for bar in (*left, *right)), default=0.0)
    return Drawing((*left, *right), tuple(bands), round(height + _GAP, 1))


def _column(ends: Sequence[tuple[str, bool, str, int]], side: Literal["left", "right"], scale: float) -> list[Bar]:
    sums: defaultdict[tuple[str, bool, str], int] = defaultdict(int)
    for source, held, name, articles in ends:
        sums[source, held, name] += articles
    bars: list[Bar] = []
    y = float(_GAP)
    for (source, held, name), articles in sorted(sums.items(), key=lambda one: (-one[1], one[0])):
        height = max(_LEAST, articles * scale)
        x = LEFT - _BAR if side == "left" else RIGHT
        bars.append(Bar(side, x, round(y, 1), round(height, 1), name, source, held, articles))
        y += height + _GAP
    return bars


def _curve(begin: float, end: float) -> str:
    middle = (LEFT + RIGHT) // 2
    return f"M{LEFT} {begin:.1f}C{middle} {begin:.1f} {middle} {end:.1f} {RIGHT} {end:.1f}"


def svg(found: Flow, tr: Words = str.format, language: str = "en") -> str:
    """The drawing as a picture of its own."""
    drawn = drawing(found)
    height = drawn.height + 56
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" '
        'font-family="system-ui, sans-serif" font-size="12">',
        f"<title>{escape(tr('who prints whom'))}</title>",
        f'<rect width="{WIDTH}" height="{height}" fill="#fff"/>',
        '<g transform="translate(0 24)">',
        f'<text x="{LEFT}" y="-8" text-anchor="end">{escape(tr("origin"))}</text>',
        f'<text x="{RIGHT}" y="-8">{escape(tr("printed by"))}</text>',
    ]
    for band in drawn.bands:
        told = f"{band.edge.origin_name} → {band.edge.source_name}: {format_number(band.articles, language)}"
        style = f'fill="none" stroke="{_COLOURS[band.basis]}" stroke-opacity="0.45" stroke-width="{band.width}"'
        out.append(f'<path d="{band.path}" {style}><title>{_xml(told)}</title></path>')
    for bar in drawn.bars:
        fill = "#555" if bar.held else '#fff" stroke="#555" stroke-dasharray="3 2'
        out.append(f'<rect x="{bar.x}" y="{bar.y}" width="{_BAR}" height="{bar.height}" fill="{fill}"/>')
        x, anchor = (bar.x - 6, "end") if bar.side == "left" else (bar.x + _BAR + 6, "start")
        label = f"{_xml(bar.label)} ({format_number(bar.articles, language)})"
        out.append(f'<text x="{x}" y="{bar.middle}" text-anchor="{anchor}">{label}</text>')
    out.append("</g>")
    for x, basis, what in ((LEFT, "known", tr("first known")), (LEFT + 180, "here", tr("first here"))):
        out.append(f'<rect x="{x}" y="{height - 18}" width="14" height="10" fill="{_COLOURS[basis]}" opacity="0.45"/>')
        out.append(f'<text x="{x + 20}" y="{height - 9}">{escape(what)}</text>')
    return "\n".join([*out, "</svg>", ""])
