"""The flow of copies: who prints whom, as a drawing, as a table, and as a graph for other programs."""

from __future__ import annotations

from collections.abc import Callable
from importlib.resources import files
from typing import Final
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from archive.corpus import flow_graph
from archive.corpus.flow import BASES, HEAD, Flow, FlowRequest, lag
from archive.corpus.flow import answer as who_prints_whom
from archive.errors import NothingFound
from archive.search.backend import Backend
from archive.web.access import access_of
from archive.web.language import language_of, word
from archive.web.pages.exports import csv_answer
from archive.web.pages.tool import told, tool_page
from archive.web.parameters import question, text
from archive.web.render import fill, frame_of

_TYPES: Final = {"graphml": "application/graphml+xml", "dot": "text/vnd.graphviz"}


async def page(request: Request) -> Response:
    """`/flow?q=&source=&basis=&least=`: a drawing, the numbers beneath it, and ways to take them away."""
    asked = _asked(request)
    sent = {name: value for name, value in request.query_params.items() if value}
    values: dict[str, object] = {
        "asked": asked,
        "query": asked.query,
        "placeholder": word(language_of(request), "flow.all"),
        "bases": BASES,
        "forms": {form: f"/flow.{form}?{urlencode(sent)}" for form in ("csv", "svg", *_TYPES)},
    }
    return await tool_page(request, "flow.html", values, _answer(request), asked, _drawn)


def _drawn(found: Flow) -> dict[str, object]:
    drawn = flow_graph.drawing(found)
    named = {edge.source: edge.source_name for edge in found.edges}
    named |= {edge.origin: edge.origin_name for edge in found.edges if edge.held}
    sources = sorted(named.items(), key=lambda one: one[1])
    return {
        "sources": sources,
        "drawn": drawn,
        "canvas": flow_graph,
        "lag": lag,
        "alone": False,
        "nothing": not found.edges,
    }


async def as_csv(request: Request) -> Response:
    """`/flow.csv`: a line for each pair of sources."""
    found = await _found(request)
    return csv_answer("flow.csv", HEAD, ([getattr(edge, name) for name in HEAD] for edge in found.edges))


async def as_svg(request: Request) -> Response:
    """`/flow.svg`: the drawing alone, to be printed or put into a text."""
    style = files("archive.web").joinpath("static", "chart.css").read_text(encoding="utf-8")
    drawn = {"drawn": flow_graph.drawing(await _found(request)), "canvas": flow_graph, "alone": True, "style": style}
    named = {"Content-Disposition": 'attachment; filename="flow.svg"'}
    page = fill("flow_drawing.html", frame_of(request), drawn)
    return Response(page, media_type="image/svg+xml", headers=named)


async def as_graphml(request: Request) -> Response:
    """`/flow.graphml`: the graph, for Gephi and others."""
    return await _graph(request, "graphml")


async def as_dot(request: Request) -> Response:
    """`/flow.dot`: the graph, for Graphviz."""
    return await _graph(request, "dot")


async def _graph(request: Request, form: str) -> Response:
    named = {"Content-Disposition": f'attachment; filename="flow.{form}"'}
    return Response(flow_graph.written(await _found(request), form), media_type=_TYPES[form], headers=named)


async def _found(request: Request) -> Flow:
    found: Flow = await told(request, _answer(request), _asked(request))
    return found


def _answer(request: Request) -> Callable[[Backend, FlowRequest], Flow]:
    return who_prints_whom if access_of(request).is_archivist(request) else _told_to_readers


def _told_to_readers(held: Backend, asked: FlowRequest) -> Flow:
    try:
        return who_prints_whom(held, asked)
    except NothingFound as error:  # it names a command, which a reader cannot run
        raise NothingFound("the texts of this archive have not been compared with each other yet") from error


def _asked(request: Request) -> FlowRequest:
    return question(request, FlowRequest, query=text(request, "q"))
