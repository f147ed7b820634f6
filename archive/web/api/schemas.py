"""JSON schemas of our frozen values, made from their types: what the API describes is what it answers."""

from __future__ import annotations

import types
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

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
