"""The routes of the API: each operation answered as JSON, errors as problems (RFC 9457), and the page about it all."""

from __future__ import annotations

import json
import types
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from functools import cache
from typing import Any, Final, Literal, Union, get_args, get_origin, get_type_hints

import sqlite_utils
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from archive import cite as citing
from archive.cite import CiteRequest
from archive.corpus import clusters, collocates, concordance, flow, keywords, ngrams, people, trends
from archive.corpus.clusters import ClustersRequest
from archive.corpus.collocates import CollocatesRequest
from archive.corpus.concordance import ConcordanceRequest
from archive.corpus.flow import FlowRequest
from archive.corpus.keywords import KeywordsRequest
from archive.corpus.ngrams import NgramsRequest
from archive.corpus.people import PeopleRequest
from archive.corpus.trends import TrendsRequest
from archive.custody.certificate import Certificate
from archive.custody.events import SOFTWARE
from archive.custody.withheld import withheld_error
from archive.errors import ArchiveError, UsageError
from archive.messages.message import Message
from archive.search.answer import Answer
from archive.search.query_files import NAME
from archive.search.question import Option, options_of
from archive.search.request import SearchRequest
from archive.store.counts import Stats
from archive.text.urls import url_key
from archive.web.api import questions
from archive.web.api.questions import Asked
from archive.web.asking import Weight
from archive.web.pages.state import base_of, room_of
from archive.web.problems import problem, status_of
from archive.web.render import render


def of_question(asked: type[Any]) -> tuple[Option, ...]:
    """The parameters of what the dataclass `asked` declares."""
    return tuple(one for one in options_of(asked) if one.http)


def read(parameters: Sequence[Option], query: QueryParams, path: Mapping[str, str]) -> dict[str, Any]:
    """The values of all `parameters`; raises UsageError for one that is wrong, or that is not known."""
    known = [parameter.name for parameter in parameters]
    unknown = [name for name in query if name not in known]
    if unknown:
        raise UsageError(
            "there is no parameter {unknown}: {known}", unknown=unknown[0], known=", ".join(known) or "none is known"
        )
    return {one.name: one.read([path[one.name]] if one.in_path else query.getlist(one.name)) for one in parameters}


# Every operation of the API: its address, its parameters, its question, and the type of its answer.

_MONTH: Final = "^([0-9]{4}-(0[1-9]|1[0-2]))?$"
_ID: Final = Option("id", "an article's public id, ten letters and digits", required=True, in_path=True)


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation. `answer` is the type of what `question` gives: it describes the answer."""

    path: str
    name: str
    summary: str
    question: Callable[[sqlite_utils.Database, Asked], Any]
    answer: Any
    parameters: tuple[Option, ...] = ()
    weight: Weight = "quick"


def _declared(
    name: str,
    summary: str,
    question: type[Any],
    answer: Callable[[Any, Any], Any],
    weight: Weight = "slow",
    path: str = "",
) -> Operation:
    """The operation that asks what a dataclass declares."""
    asking, answered = questions.Declared(question, answer), get_type_hints(answer)["return"]
    return Operation(path or f"/api/{name}", name, summary, asking, answered, of_question(question), weight)


OPERATIONS: Final = (
    Operation(
        "/api/search",
        "search",
        "Articles that a query finds, with counts, facets and the passage that matches",
        questions.find,
        Answer,
        of_question(SearchRequest),
        "page",
    ),
    Operation(
        "/api/articles/{id}", "article", "One article, whole, with its provenance", questions.article, None, (_ID,)
    ),
    Operation(
        "/api/articles/{id}/revisions",
        "revisions",
        "The revisions of an article",
        questions.revisions,
        tuple[questions.Revision, ...],
        (_ID,),
    ),
    _declared(
        "citation", "A reference to an article", CiteRequest, citing.answer, "quick", "/api/articles/{id}/citation"
    ),
    Operation(
        "/api/lookup",
        "lookup",
        "What the archive knows of an address: its article, its captures",
        questions.lookup,
        questions.Held,
        (Option("url", "the address of a page", required=True),),
    ),
    _declared("concordance", "Every match of a query in its context", ConcordanceRequest, concordance.answer),
    _declared("trends", "Up to five queries over time, beside what the archive holds", TrendsRequest, trends.answer),
    _declared(
        "collocates",
        "Words near what a query finds, with logDice, log-likelihood and mutual information",
        CollocatesRequest,
        collocates.answer,
    ),
    _declared("keywords", "Words that set the articles of a query apart", KeywordsRequest, keywords.answer),
    _declared("ngrams", "A word or a pair of words by month", NgramsRequest, ngrams.answer),
    _declared("clusters", "Texts that several newspapers have", ClustersRequest, clusters.answer),
    _declared("people", "Whom articles name with an office, as what, from when to when", PeopleRequest, people.answer),
    _declared("flow", "Who prints whose texts, when and how fast", FlowRequest, flow.answer),
    Operation(
        "/api/sources",
        "sources",
        "Every source of the register, and what is held of it",
        questions.sources,
        tuple[questions.SourceSummary, ...],
    ),
    Operation(
        "/api/sources/{id}/certificate",
        "certificate",
        "How complete the holdings of a source are",
        questions.stated,
        Certificate,
        (
            Option("id", "the source's id in the register", required=True, in_path=True),
            Option("month", "one month only, as 2020-03", pattern=_MONTH, default=""),
        ),
        "slow",
    ),
    Operation("/api/stats", "stats", "Counts over the whole archive", questions.counts, Stats, (), "slow"),
    Operation(
        "/api/collections",
        "collections",
        "Saved queries and frozen corpora",
        questions.collections,
        questions.Collections,
    ),
    Operation(
        "/api/collections/{name}",
        "corpus",
        "A frozen corpus: its articles, and what the archive holds of them today",
        questions.corpus,
        questions.CorpusAnswer,
        (Option("name", "the corpus's name", pattern=f"^{NAME}$", required=True, in_path=True),),
        "slow",
    ),
)


Schemas = dict[str, dict[str, Any]]


def schema_of(kind: Any, found: Schemas) -> dict[str, Any]:
    """The JSON schema of a type; the dataclasses in it are added to `found` by name and referred to."""
    origin, arguments = get_origin(kind), get_args(kind)
    if is_dataclass(kind) and isinstance(kind, type):
        return _dataclass(kind, found)
    if origin is Literal:
        return {"enum": list(arguments)}
    if origin in (Union, types.UnionType):
        return {"anyOf": [schema_of(argument, found) for argument in arguments]}
    if origin in (tuple, list, Sequence):
        if origin is tuple and Ellipsis not in arguments:
            parts = [schema_of(argument, found) for argument in arguments]
            return {"type": "array", "prefixItems": parts, "minItems": len(parts), "maxItems": len(parts)}
        return {"type": "array", "items": schema_of(arguments[0], found)}
    if origin in (dict, Mapping):
        return {"type": "object", "additionalProperties": schema_of(arguments[1], found)}
    return _SIMPLE[kind]


def plain(value: Any) -> Any:
    """`value` as JSON can hold it."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [plain(part) for part in value]
    return value.isoformat() if isinstance(value, date) else value


_SIMPLE: dict[Any, dict[str, Any]] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
    type(None): {"type": "null"},
    date: {"type": "string", "format": "date"},
    Any: {},
}


def _dataclass(kind: type, found: Schemas) -> dict[str, Any]:
    name = kind.__name__
    if name not in found:
        found[name] = {}  # first, for values that hold themselves
        hints = get_type_hints(kind)
        names = [field.name for field in fields(kind)]
        found[name] = {
            "type": "object",
            "description": " ".join((kind.__doc__ or "").split()),
            "properties": {field: schema_of(hints[field], found) for field in names},
            "required": names,
            "additionalProperties": False,
        }
    return {"$ref": f"#/components/schemas/{name}"}


# The API described for programs: an OpenAPI 3.1 document, made from the operations and the types of their answers.

_PROBLEM = {
    "type": "object",
    "description": "RFC 9457. position and suggestion are of a query that cannot be understood.",
    "properties": {
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "position": {"type": "integer"},
        "suggestion": {"type": ["string", "null"]},
    },
    "required": ["title", "status", "detail"],
    "additionalProperties": False,
}
_ARTICLE = {
    "type": "object",
    "description": "An article as `baotinh export --format jsonl` writes it, its permalink, its address in replay, and "
    "`references`: the reference to it in each style, with the note that proves it.",
    "required": ["id", "url", "headline", "paragraphs", "provenance", "permalink", "replay", "references"],
}
_STATUSES = {
    "400": "A parameter or a query that cannot be used.",
    "404": "The archive does not hold it.",
    "451": "Withdrawn from use.",
    "429": "Asked too fast: wait as Retry-After says.",
    "503": "Too many questions at once, or one that took longer than its time: wait as Retry-After says.",
}
_RETRY_AFTER = {"description": "Seconds to wait before asking again.", "required": True, "schema": {"type": "integer"}}
_HEADERS = {status: {"headers": {"Retry-After": _RETRY_AFTER}} for status in ("429", "503")}


@cache
def document() -> dict[str, Any]:
    """The OpenAPI document."""
    found: Schemas = {"Problem": _PROBLEM, "Article": _ARTICLE}
    paths = {one.path: {"get": _operation(one, found)} for one in OPERATIONS}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "baotinh",
            "version": SOFTWARE.partition("/")[2],
            "summary": "The reading side of an archive of Vietnam's provincial press",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "paths": paths,
        "components": {"schemas": dict(sorted(found.items()))},
    }


def _operation(one: Operation, found: Schemas) -> dict[str, Any]:
    answer = schema_of(one.answer, found) if one.answer else {"$ref": "#/components/schemas/Article"}
    problem = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {
        "operationId": one.name,
        "summary": one.summary,
        "parameters": [
            {
                "name": parameter.name,
                "in": "path" if parameter.in_path else "query",
                "required": parameter.required,
                "description": parameter.help,
                "schema": parameter.schema(),
            }
            for parameter in one.parameters
        ],
        "responses": {
            "200": {"description": one.summary, "content": {"application/json": {"schema": answer}}},
            **{
                status: {"description": text, **_HEADERS.get(status, {}), "content": problem}
                for status, text in _STATUSES.items()
            },
        },
    }


def routes() -> list[BaseRoute]:
    """The routes below /api."""
    return [
        *(Route(one.path, _answer(one)) for one in OPERATIONS),
        Route("/api/openapi.json", _document),
        Route("/api", _page),
    ]


def _answer(one: Operation) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        room = room_of(request)
        try:
            values = read(one.parameters, request.query_params, request.path_params)
            if one.name == "lookup" and room.covers(url_key(values["url"])):
                told = withheld_error(room.holdings.root, values["url"])
                withdrawn = told or Message("this page has been withdrawn from use")
                return problem(request, 451, withdrawn)
            asked = Asked(room.holdings, base_of(request), values, room if one.weight == "quick" else None)
            found = await room.asker.ask(_json, one.question, asked, weight=one.weight)
        except ArchiveError as error:
            return problem(request, status_of(error), error, error)
        headers = {"Cache-Control": "private, no-cache"}
        return Response(found, headers=headers, media_type="application/json")

    return answer


def _json(db: sqlite_utils.Database, question: Callable[..., Any], asked: Asked) -> bytes:
    """The answer written out where it was found."""
    return json.dumps(plain(question(db, asked)), ensure_ascii=False, separators=(",", ":")).encode()


async def _document(_: Request) -> Response:
    return JSONResponse(document())


async def _page(request: Request) -> Response:
    return render(request, "api.html", {"operations": OPERATIONS, "base": base_of(request)})
