"""The API described for programs: an OpenAPI 3.1 document, made from the operations and the types of their answers."""

from __future__ import annotations

from functools import cache
from typing import Any

from archive.events import SOFTWARE
from archive.web.api.operations import OPERATIONS, Operation
from archive.web.api.schemas import Schemas, schema_of

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
    "description": "An article as `baotinh export --format jsonl` writes it, its permalink, and its address in replay.",
    "required": ["id", "url", "headline", "paragraphs", "provenance", "permalink", "replay"],
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
                "description": parameter.description,
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
