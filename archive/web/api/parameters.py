"""The parameters of the API, read strictly: programs are told what is wrong, where readers are met halfway."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from starlette.datastructures import QueryParams

from archive.errors import UsageError

Kind = Literal["string", "integer", "boolean", "day"]


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter: what it means, what it may be, and its default (None where there is none).

    `options` are the only values of a string, `pattern` tells programs what others it may have (a regular expression;
    who reads the value says what is wrong); `low` and `high` bound a number, or how often a `many` may be given.
    """

    name: str
    description: str
    kind: Kind = "string"
    options: Sequence[str] = ()
    pattern: str = ""
    default: Any = None
    low: int = 0
    high: int = 0
    required: bool = False
    many: bool = False
    in_path: bool = False

    def schema(self) -> dict[str, Any]:
        """Its JSON schema."""
        schema: dict[str, Any] = {"type": "string" if self.kind == "day" else self.kind}
        if self.kind == "day":
            schema["format"] = "date"
        if self.kind == "integer":
            schema |= {"minimum": self.low, "maximum": self.high}
        if self.options:
            schema["enum"] = list(self.options)
        if self.pattern:
            schema["pattern"] = self.pattern
        if self.default is not None:
            schema["default"] = self.default
        if not self.many:
            return schema
        most = {"maxItems": self.high} if self.high else {}
        return {"type": "array", "items": schema, "minItems": int(self.required), **most}

    def read(self, values: Sequence[str]) -> Any:
        """What the address gives; raises UsageError naming the parameter where that is not what it may be."""
        if not values:
            if self.required:
                raise UsageError(f"{self.name} is missing: {self.description}")
            return () if self.many else self.default
        if self.many:
            return tuple(self._one(value) for value in values)
        if len(values) > 1:
            raise UsageError(f"{self.name} is given more than once")
        return self._one(values[0])

    def _one(self, value: str) -> Any:
        match self.kind:
            case "integer":
                if not (value.isascii() and value.isdigit() and self.low <= int(value[:9]) <= self.high):
                    raise UsageError(f"{self.name}={value}: a number from {self.low} to {self.high} is wanted")
                return int(value)
            case "boolean":
                if value not in ("true", "false"):
                    raise UsageError(f"{self.name}={value}: true or false is wanted")
                return value == "true"
            case "day":
                try:
                    return date.fromisoformat(value)
                except ValueError as error:
                    raise UsageError(f"{self.name}={value}: a day like 2020-03-31 is wanted") from error
            case "string":
                if self.options and value not in self.options:
                    raise UsageError(f"{self.name}={value}: one of {', '.join(self.options)} is wanted")
                return value


def read(parameters: Sequence[Parameter], query: QueryParams, path: Mapping[str, str]) -> dict[str, Any]:
    """The values of all `parameters`; raises UsageError for one that is wrong, or that is not known."""
    known = [parameter.name for parameter in parameters]
    unknown = [name for name in query if name not in known]
    if unknown:
        raise UsageError(f"there is no parameter {unknown[0]}: {', '.join(known) or 'none is known'}")
    return {one.name: one.read([path[one.name]] if one.in_path else query.getlist(one.name)) for one in parameters}
