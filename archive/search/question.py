"""A question declared once, as a frozen dataclass: what it may be asked with, in which bounds, and what that means.

The options of its command, the parameters of the API with their OpenAPI, the signature in Python and the fields that
the room reads out of an address are all made from the declaration. What a command alone is told (`baotinh serve`) is
declared in the same way.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, dataclass, field, fields, replace
from datetime import date
from functools import wraps
from inspect import Parameter, signature
from typing import Any, Concatenate, Final, Literal, ParamSpec, TypeVar

from archive.errors import UsageError

Kind = Literal["string", "integer", "number", "boolean", "day", "path"]
Where = TypeVar("Where")
Result = TypeVar("Result")
Asked = TypeVar("Asked")
Fields = ParamSpec("Fields")

_KINDS: Final[dict[type, Kind]] = {bool: "boolean", int: "integer", float: "number", str: "string"}
_MOST_DIGITS: Final = 9


@dataclass(frozen=True, slots=True)
class Option:
    """One thing that a question may be asked with; `name` is what it is called outside, `field` in the dataclass.

    `choices` are the only values of a string, `pattern` tells programs what others it may have (a regular expression;
    who reads the value says what is wrong); `low` and `high` bound a number (a `high` of 0 does not), or how often a
    `many` may be given. On the command line it is an option, `short` its letter, or an `argument`: one word (1), or all
    that follow (-1); `metavar` stands there for its value. `command` and `http` say whether it can be asked there.
    """

    name: str
    help: str
    kind: Kind = "string"
    choices: Sequence[str] = ()
    pattern: str = ""
    default: Any = None
    low: float = 0
    high: float = 0
    required: bool = False
    many: bool = False
    in_path: bool = False
    short: str = ""
    argument: int = 0
    metavar: str = ""
    command: bool = True
    http: bool = True
    field: str = ""

    def schema(self) -> dict[str, Any]:
        """Its JSON schema."""
        schema: dict[str, Any] = {"type": "string" if self.kind == "day" else self.kind}
        if self.kind == "day":
            schema["format"] = "date"
        if self.kind in ("integer", "number"):
            schema |= {"minimum": self.low, "maximum": self.high}
        if self.choices:
            schema["enum"] = list(self.choices)
        if self.pattern:
            schema["pattern"] = self.pattern
        if self.default is not None and not self.many:
            schema["default"] = self.default
        if not self.many:
            return schema
        most = {"maxItems": self.high} if self.high else {}
        return {"type": "array", "items": schema, "minItems": int(self.required), **most}

    def read(self, values: Sequence[str]) -> Any:
        """What the address gives; raises UsageError naming the option where that is not what it may be."""
        if not values:
            if self.required:
                raise UsageError("{name} is missing: {help}", name=self.name, help=self.help)
            return () if self.many else self.default
        if self.many:
            self._check_number(values)
            return tuple(self._one(value) for value in values)
        if len(values) > 1:
            raise UsageError("{name} is given more than once", name=self.name)
        return self._one(values[0])

    def check(self, value: Any) -> None:
        """Raises UsageError where `value` is not what it may be."""
        for one in value if self.many else (value,):
            self._choose(one)
        if self.many:
            self._check_number(value)
        elif self.high and isinstance(value, int | float) and not self.low <= value <= self.high:
            raise self._beyond(value)

    def _check_number(self, values: Sequence[Any]) -> None:
        if self.high and not self.low <= len(values) <= self.high:
            raise UsageError(
                "{name}: {low} to {high} of these are wanted, not {number}",
                name=self.name,
                low=self.low,
                high=self.high,
                number=len(values),
            )

    def _beyond(self, value: object) -> UsageError:
        return UsageError(
            "{name}={value}: a number from {low} to {high} is wanted",
            name=self.name,
            value=value,
            low=self.low,
            high=self.high,
        )

    def _choose(self, value: Any) -> None:
        if self.choices and value is not None and value not in self.choices:
            raise UsageError(
                "{name}={value}: one of {options} is wanted",
                name=self.name,
                value=value,
                options=", ".join(self.choices),
            )

    def _one(self, value: str) -> Any:
        match self.kind:
            case "integer":
                if not (value.isascii() and value.isdigit() and self.low <= int(value[:_MOST_DIGITS]) <= self.high):
                    raise self._beyond(value)
                return int(value)
            case "number":
                try:
                    number = float(value)
                except ValueError as error:
                    raise self._beyond(value) from error
                if not self.low <= number <= self.high:
                    raise self._beyond(value)
                return number
            case "boolean":
                if value not in ("true", "false"):
                    raise UsageError("{name}={value}: true or false is wanted", name=self.name, value=value)
                return value == "true"
            case "day":
                try:
                    return date.fromisoformat(value)
                except ValueError as error:
                    raise UsageError(
                        "{name}={value}: a day like 2020-03-31 is wanted", name=self.name, value=value
                    ) from error
            case _:
                self._choose(value)
                return value


def option(
    help: str,  # noqa: A002
    default: Any = MISSING,
    *,
    bounds: tuple[float, float] = (0, 0),
    name: str = "",
    kind: Kind = "string",
    **more: Any,
) -> Any:
    """A field of a question, what it means, and what else `Option` says of it; without a default it must be given."""
    if default is not MISSING and type(default) in _KINDS:
        kind = _KINDS[type(default)]
    if default is MISSING:
        more["required"] = True
    declared = Option(name, help, kind, low=bounds[0], high=bounds[1], **more)
    return field(default=default, metadata={"option": declared})


# Fields that many questions have, always by the name that they have here.
QUERY: Final = option(
    'query in the archive\'s language: words, "phrases", OR, -not, fields', name="q", pattern=r"\w", argument=-1
)
ANY_ACCENTS: Final = option("Take accents typed as if none were: bão finds báo and bảo too.", False)
SEED: Final = option("Which sample is drawn where too many articles match.", 1, bounds=(0, 999_999))
LEAST: Final = option("Leave out what is found less often.", 5, bounds=(1, 10_000))
SHOWN: Final = option("How many words to show.", 50, bounds=(1, 10_000), short="n")


def options_of(question: Any) -> tuple[Option, ...]:
    """What the dataclass `question` may be asked with, in the order of its fields."""
    found = []
    for one in fields(question):
        declared = one.metadata.get("option")
        if declared is not None:
            default = None if one.default is MISSING else one.default
            found.append(replace(declared, name=declared.name or one.name, field=one.name, default=default))
    return tuple(found)


def unlimited(question: Callable[..., Asked], values: Mapping[str, Any]) -> Asked:
    """The `question` with these values of its fields and no limit of time: that of whoever asks it holds."""
    limited = any(one.name == "seconds" for one in fields(question))  # type: ignore[arg-type]  # it is a dataclass
    return question(**values, **({"seconds": None} if limited else {}))


class Question:
    """The base of a question: its values are checked when it is made. Raises UsageError naming the field.

    A day may be given as a text (2020-03-31), one of many alone, a limit as None: as many as there may be.
    """

    __slots__ = ()

    def __post_init__(self) -> None:
        for one in options_of(self.__class__):
            value = getattr(self, one.field)
            if one.kind == "day" and isinstance(value, str):
                value = one.read([value])
            elif one.field == "limit" and value is None:
                value = int(one.high)
            elif one.many and isinstance(value, str):
                value = (value,)
            replace(one, name=one.field).check(value)
            object.__setattr__(self, one.field, value)


def with_parameters(
    name: str, answer: Callable[[Where, Asked], Result], asked: Callable[Fields, Asked]
) -> Callable[Concatenate[Where, Fields], Result]:
    """`answer` as the function `name`, with the fields of `asked` as parameters: `search(db, "hội", order="best")`."""

    @wraps(answer)
    def ask(where: Where, /, *values: Fields.args, **named: Fields.kwargs) -> Result:
        return answer(where, asked(*values, **named))

    ask.__name__ = ask.__qualname__ = name
    first = Parameter("held", Parameter.POSITIONAL_ONLY)
    shown = signature(answer).replace(parameters=[first, *parameters_of(asked)])
    ask.__signature__ = shown  # type: ignore[attr-defined]
    return ask


def parameters_of(asked: Callable[..., Any]) -> list[Parameter]:
    """The parameters that a function has which asks what the dataclass `asked` declares."""
    return list(signature(asked).parameters.values())
