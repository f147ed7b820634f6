"""JSON schemas of our frozen values, made from their types: what the API describes is what it answers."""

from __future__ import annotations

import types
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date
from functools import cache
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from archive.custody.events import SOFTWARE
from archive.web.api.operations import OPERATIONS, Operation

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
