"""Every public function that can be given text, found by itself and called with texts that are made to hurt.

Found are functions of every module, methods and properties of every class that can be made; arguments are made out of
their annotations, values of dataclasses field by field. What needs a value that nobody told how to make (MAKERS) is
not called.
"""

from __future__ import annotations

import collections.abc as abc
import dataclasses
import importlib
import inspect
import io
import itertools
import pkgutil
import re
import re._parser as parser  # type: ignore[import-not-found]  # how a pattern is made up is told nowhere else
import sqlite3
import tempfile
import types
import typing
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta, tzinfo
from datetime import time as datetime_time
from enum import Enum
from functools import cache, partial
from pathlib import Path
from typing import Any, Final

import sqlite_utils
from growth import growth
from lxml import etree, html
from search_corpus import invented, stored
from small_archive import REGISTER, SOURCE
from starlette.datastructures import QueryParams
from starlette.requests import HTTPConnection, Request

from archive.errors import QueryError
from archive.holdings import Holdings
from archive.places import PROVINCES
from archive.places.provinces import Place
from archive.search.backend import Scope
from archive.search.grammar.lexer import MOST_CHARACTERS
from archive.search.grammar.parser import parse
from archive.search.grammar.tree import Node, Query, Term, terms
from archive.search.planner.plan import Match, Plan, match_of, plan
from archive.sources import FAMILIES, Register
from archive.sources.families import Family
from archive.sources.model import Layout, Select, Source
from archive.sources.table import Table
from archive.text.urls import LONGEST

Element = etree._Element


FEW: Final = (
    *(" ", "\n", "a", "a ", "1", "1 ", "- ", "A ", "ế ", ",", ".", "/", "(", '"', "&amp;", "=", "<", "<a ", "<p>a</p>"),
    *("http://a.vn/ ", "a: 1\r\n"),
)
"""What stands many times over in any text of others: blanks, letters, figures, marks, markup, addresses, headers."""

MANY: Final = (
    *(
        "\t",
        "-",
        " - ",
        "1/",
        "1:",
        ". ",
        ", ",
        ";",
        ": ",
        "_",
        "*",
        "| ",
        ")",
        "[",
        "]",
        "{",
        "}",
        "'",
        "\\",
        '\\"',
        "“",
    ),
    *("//", "../", "/./", "?", "a=1&", "&", "%", "%20", "#", "@", ">", "<!--", "<p>", "<b>", "</p>", "<br>", "<p "),
    *("<script", "<![CDATA[", '<a href="/a">a</a>', "a=' ", "e\u0302\u0301", "Ã©", "á»", "Nguyễn Văn A ", "1/1/2024 "),
    *(
        "ngày 1 tháng 1 ",
        "08:00 ",
        "tháng ",
        "TP. ",
        "xã ",
        "(Ảnh: ",
        "a OR ",
        "(a ",
        "a NEAR/2 ",
        '"a" ',
        "-a ",
        "a:",
        "a.",
    ),
    *(
        "www.",
        "\r\n",
        "\r\n ",
        "a;",
        "\x00",
        "\x1b[",
        "\u200b",
        '{"a":',
        "[[",
        '{"a":1},',
        "var a=1;",
        "*a",
        "a,",
        "1-1,",
    ),
    *("Disallow: /a*\n", "@import 'a';", "a{b:url(c)}", "url(", "/*"),
)
"""More of it, of every kind."""

FILES_OF_OTHERS: Final = (
    "archive.importers",
    "archive.warc.members",
    "archive.warc.reader",
    "archive.sources.load",
)
"""Modules in which a path is that of a file which others made."""

PACKAGES: Final = ("archive", "crawler")

AT: Final = datetime(2024, 3, 5, 8, 0, tzinfo=UTC)


class Unmade(Exception):
    """No value of this type can be made out of a text."""


@dataclasses.dataclass(frozen=True, slots=True)
class Text:
    """`atom` over and over, `size` characters of it; a sign that fits nowhere at its end where it is `closed`."""

    atom: str
    size: int
    closed: bool = False
    many: bool = False  # lists hold the atom many times, not the text once

    def whole(self) -> str:
        """The text, which no cache has met: a number stands in it."""
        repeated = self.atom * max(1, self.size // len(self.atom))
        return f"{next(_numbers)} {repeated}" if not self.closed else f"{repeated}\x01{next(_numbers)}"


_numbers = itertools.count(10_000)


@dataclasses.dataclass(frozen=True, slots=True)
class Subject:
    """A function, or a method of a value that is made for it."""

    module: str
    name: str
    call: Callable[..., Any]
    owner: type | None  # what `call` is a method of

    def __str__(self) -> str:
        return f"{self.module}.{self.name}"

    def prepared(self, text: Text, full: bool) -> Callable[[], object]:
        """The call with arguments out of `text`; raises Unmade where one cannot be made."""
        first = make(self.owner, text, full) if self.owner else None
        return _prepared(self.call, text, full, first)

    def growths(self, atom: str) -> Iterator[tuple[str, float]]:
        """How the cost grows over `atom`, for each way to make a text of it."""
        for closed, many, full in self._ways():
            how = " ".join(word for word, holds in (("closed", closed), ("many", many), ("defaults", full)) if holds)
            try:
                yield how, growth(lambda size: self.prepared(Text(atom, size, closed, many), full))  # noqa: B023 - called here
            except Unmade:
                return

    def _ways(self) -> Iterator[tuple[bool, bool, bool]]:
        known = [*hints(inspect.unwrap(self.call)).values(), *([self.owner] if self.owner else [])]
        yield False, False, False
        yield True, False, False
        if any(map(_holds_many, known)):
            yield False, True, False
        if _has_defaults(self.call) or any(map(dataclasses.is_dataclass, known)):
            yield False, False, True


def mined(module: types.ModuleType) -> set[str]:
    """What the repeats in a module's regular expressions repeat: one text that each fits."""
    found: set[str] = set()
    for value in vars(module).values():
        patterns = value.values() if isinstance(value, dict) else value if isinstance(value, tuple | list) else (value,)
        for pattern in patterns:
            if isinstance(pattern, re.Pattern):
                text = pattern.pattern.decode("latin-1") if isinstance(pattern.pattern, bytes) else pattern.pattern
                found |= set(_repeated(parser.parse(text, pattern.flags & ~re.UNICODE & ~re.DEBUG)))
    return {text for text in found if text}


def _repeated(parts: Any) -> Iterator[str]:
    for kind, value in parts:
        match str(kind):
            case "MAX_REPEAT" | "MIN_REPEAT":
                yield _fitting(value[2])
                yield from _repeated(value[2])
            case "SUBPATTERN":
                yield from _repeated(value[3])
            case "BRANCH":
                for branch in value[1]:
                    yield from _repeated(branch)


def _fitting(parts: Any) -> str:
    return "".join(_letter(str(kind), value) for kind, value in parts)


def _letter(kind: str, value: Any) -> str:
    match kind:
        case "LITERAL" | "RANGE":
            return chr(value if isinstance(value, int) else value[0])
        case "IN":
            return next((_letter(str(kind), inner) for kind, inner in value if str(kind) != "NEGATE"), "")
        case "CATEGORY":
            return {"CATEGORY_DIGIT": "1", "CATEGORY_SPACE": " "}.get(str(value), "a")
        case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
            return _fitting(value[2]) * max(1, min(value[0], 50))
        case "SUBPATTERN":
            return _fitting(value[3])
        case "BRANCH":
            return _fitting(value[1][0])
        case "ANY" | "NOT_LITERAL":
            return "a"
    return ""


def modules(package: str) -> Iterator[types.ModuleType]:
    """Each module of a package but programs, and those whose optional packages are not installed."""
    root = importlib.import_module(package)
    yield root
    for info in pkgutil.walk_packages(getattr(root, "__path__", ()), package + "."):
        if not info.name.endswith("__main__"):
            with suppress(ModuleNotFoundError):
                yield importlib.import_module(info.name)


@cache
def _names() -> dict[str, object]:
    # what annotations name that their modules import for the type checker alone
    found: dict[str, object] = {}
    for module in itertools.chain.from_iterable(map(modules, PACKAGES)):
        found |= {name: value for name, value in vars(module).items() if inspect.isclass(value)}
    return found


@cache
def hints(function: Callable[..., Any]) -> dict[str, Any]:
    """The annotations of a function, or {} where they cannot be told."""
    try:
        return typing.get_type_hints(function)
    except (NameError, TypeError):
        with suppress(NameError, TypeError):
            return typing.get_type_hints(function, {**_names(), **getattr(function, "__globals__", {})})
    return {}


def takes_text(hint: Any) -> bool:
    """Whether a value of this type has text of any kind in it."""
    try:
        return _takes_text(hint)
    except TypeError:  # no type that can be looked up
        return False


@cache
def _takes_text(hint: Any, seen: frozenset[Any] = frozenset()) -> bool:
    """Whether a value of this type has text of any kind in it."""
    if isinstance(hint, abc.Hashable) and hint in TEXTUAL:
        return True
    if typing.get_origin(hint) is not None:
        inner = (kind for kind in typing.get_args(hint) if isinstance(kind, abc.Hashable))
        return typing.get_origin(hint) not in (typing.Literal, abc.Callable) and any(
            _takes_text(kind, seen) for kind in inner
        )
    if dataclasses.is_dataclass(hint) and hint not in seen:
        return any(_takes_text(kind, seen | {hint}) for kind in hints(hint).values())  # type: ignore[arg-type]
    return False


def make(hint: Any, text: Text, full: bool, depth: int = 0) -> Any:
    """A value of type `hint`, with the text wherever it takes some; with `full`, where it has a default too."""
    if depth > 6:
        raise Unmade(hint)
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if hint in MAKERS:
        return MAKERS[hint](text)
    if origin is typing.Literal:
        return arguments[0]
    if origin in (typing.Union, types.UnionType):
        return _first(sorted(arguments, key=lambda kind: not takes_text(kind)), text, full, depth)
    if origin in _MANY:
        return _MANY[origin](_items(origin, arguments, text, full, depth))
    if origin is abc.Callable:
        result = arguments[1] if arguments else None
        short = Text(text.atom, 16, text.closed)  # a call in a loop would make a square of it
        return lambda *given, **named: None if result in (None, type(None)) else make(result, short, full, depth + 1)
    if origin is typing.Annotated or origin is typing.Final:
        return make(arguments[0], text, full, depth)
    if inspect.isclass(hint) and issubclass(hint, Enum):
        return next(iter(hint))
    if dataclasses.is_dataclass(hint) and inspect.isclass(hint):
        return _dataclass(hint, text, full, depth)
    raise Unmade(hint)


def _first(kinds: list[Any], text: Text, full: bool, depth: int) -> Any:
    for kind in kinds:
        with suppress(Unmade):
            return make(kind, text, full, depth)
    raise Unmade(kinds)


def _items(origin: Any, arguments: tuple[Any, ...], text: Text, full: bool, depth: int) -> Any:
    if origin in (dict, abc.Mapping, abc.MutableMapping):
        count = _count(text, arguments)
        return [tuple(make(kind, _part(text, arguments), full, depth + 1) for kind in arguments) for _ in range(count)]
    if origin is tuple and arguments and arguments[-1] is not Ellipsis:
        return [make(kind, text, full, depth + 1) for kind in arguments]
    kind = arguments[0] if arguments else str
    return [make(kind, _part(text, arguments), full, depth + 1) for _ in range(_count(text, arguments))]


def _count(text: Text, arguments: tuple[Any, ...]) -> int:
    return max(1, text.size // 64) if text.many else 1


def _named(name: str, text: Text) -> Text:
    # each link of a page may be joined to its address, which is no longer than addresses are
    return dataclasses.replace(text, size=min(text.size, LONGEST)) if name.endswith("url") else text


def _part(text: Text, arguments: tuple[Any, ...]) -> Text:
    return Text(text.atom, 16, text.closed) if text.many else text


def _dataclass(hint: Any, text: Text, full: bool, depth: int) -> Any:
    known, values = hints(hint), {}
    for field in dataclasses.fields(hint):
        optional = field.default is not dataclasses.MISSING or field.default_factory is not dataclasses.MISSING
        if not field.init or (optional and not (full and takes_text(known.get(field.name)))):
            continue
        try:
            values[field.name] = make(known[field.name], _named(field.name, text), full, depth + 1)
        except (Unmade, KeyError):
            if not optional:
                raise Unmade(hint) from None
    try:
        return hint(**values)
    except Exception as error:  # a value that checks itself: it takes no such text
        raise Unmade(hint) from error


def _scope(text: Text) -> dict[str, Any]:
    said = text.whole().encode("utf-8", "surrogatepass")
    names = (
        b"accept-language",
        b"authorization",
        b"cookie",
        b"range",
        b"accept-datetime",
        b"if-none-match",
        b"forwarded",
    )
    headers = [(b"host", b"a.example"), *((name, said) for name in names)]
    shape = {"type": "http", "method": "GET", "path": "/" + text.whole(), "path_params": {"rest": text.whole()}}
    return {
        **shape,
        "query_string": said,
        "headers": headers,
        "client": ("127.0.0.1", 1),
        "server": ("a.example", 80),
        "scheme": "http",
    }


def _markup(text: Text) -> bytes:
    said = text.whole()
    quoted = said.replace('"', "&quot;")
    head = (
        f'<title>{said}</title><meta property="og:title" content="{quoted}"><meta name="keywords" content="{quoted}">'
    )
    return (
        f'<html><head>{head}</head><body class="{quoted}"><h1>{said}</h1><p>05/03/2024 08:00 {said}</p>'
        f'<div id="text" class="{quoted}"><p>{said}</p><p>{said}</p><a href="{quoted}">{said}</a></div></body></html>'
    ).encode("utf-8", "replace")


@cache
def database() -> sqlite_utils.Database:
    """A database with a few articles, in memory."""
    return stored(invented(8))


def _file(text: str) -> Path:
    path = Path(tempfile.mkdtemp(dir=Path.cwd())) / "page.html"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    return path


def _query(text: Text) -> Query:
    """A query of as many characters as the grammar takes."""
    try:
        return parse(Text(text.atom, min(text.size, MOST_CHARACTERS - 20), text.closed).whole())
    except QueryError as error:
        raise Unmade(str(error)) from None


def _term(text: Text) -> Term:
    for term in terms(_query(text).root):
        return term
    raise Unmade(text)


def _mapping(items: Any) -> dict[Any, Any]:
    return dict(items)


_MANY: Final[dict[Any, Callable[[Any], Any]]] = {
    list: list,
    tuple: tuple,
    set: set,
    frozenset: frozenset,
    dict: _mapping,
    abc.Sequence: list,
    abc.MutableSequence: list,
    abc.Collection: list,
    abc.Iterable: list,
    abc.Iterator: iter,
    abc.Set: set,
    abc.Mapping: _mapping,
    abc.MutableMapping: _mapping,
}

TEXTUAL: Final = frozenset(
    {str, bytes, typing.IO[bytes], typing.BinaryIO, typing.TextIO, Request, HTTPConnection, Element, Counter[str]}
)

MAKERS: Final[dict[Any, Callable[[Text], Any]]] = {
    str: lambda text: text.whole(),
    bytes: lambda text: text.whole().encode("utf-8", "surrogatepass"),
    bool: lambda text: False,
    int: lambda text: 1,
    float: lambda text: 1.0,
    type(None): lambda text: None,
    datetime: lambda text: AT,
    date: lambda text: AT.date(),
    timedelta: lambda text: timedelta(hours=1),
    tzinfo: lambda text: UTC,
    object: lambda text: text.whole(),
    Any: lambda text: text.whole(),
    typing.BinaryIO: lambda text: io.BytesIO(text.whole().encode("utf-8", "surrogatepass")),
    typing.IO[bytes]: lambda text: io.BytesIO(text.whole().encode("utf-8", "surrogatepass")),
    typing.TextIO: lambda text: io.StringIO(text.whole()),
    Path: lambda text: _file(text.whole()),
    datetime_time: lambda text: AT.timetz(),
    Counter[str]: lambda text: Counter(text.whole().split(" ")),
    Request: lambda text: Request(_scope(text)),
    HTTPConnection: lambda text: HTTPConnection(_scope(text)),
    QueryParams: lambda text: QueryParams(text.whole()),
    Element: lambda text: html.fromstring(_markup(text)),
    Register: lambda text: REGISTER,
    Source: lambda text: SOURCE,
    Select: lambda text: SOURCE.layouts[-1].select,  # the operator writes selectors, and `learn`: no page does
    Layout: lambda text: SOURCE.layouts[-1],
    Family: lambda text: FAMILIES["nukeviet"],
    Table: lambda text: Table("a.toml", {"a": text.whole()}),
    sqlite_utils.Database: lambda text: database(),
    sqlite3.Connection: lambda text: database().conn,
    Scope: lambda text: Scope(database()),
    Place: lambda text: PROVINCES[0],
    Query: lambda text: _query(text),
    Node: lambda text: _query(text).root,
    Term: lambda text: _term(text),
    Plan: lambda text: plan(_query(text).root, "folded"),
    Match: lambda text: match_of(_term(text), "folded"),
    re.Pattern[str]: lambda text: re.compile("a"),
}
"""How to make what no annotation tells how to make."""


def subjects(module: types.ModuleType) -> Iterator[Subject]:
    """Each public function of the module, and each method of its public classes, that can be given text."""
    for name, value in list(vars(module).items()):
        if name.startswith("_") or getattr(value, "__module__", None) != module.__name__:
            continue
        if inspect.isclass(value):
            yield from _methods(module.__name__, value)
        elif inspect.isfunction(function := inspect.unwrap(value)) and _is_given_text(module.__name__, function):
            yield Subject(module.__name__, name, function, None)


def _methods(module: str, owner: type) -> Iterator[Subject]:
    for name, value in list(vars(owner).items()):
        method = value.fget if isinstance(value, property) else getattr(value, "__func__", value)
        if name.startswith("_") or not inspect.isfunction(method):
            continue
        if isinstance(value, (staticmethod, classmethod)):
            if _is_given_text(module, method):
                yield Subject(module, f"{owner.__name__}.{name}", getattr(owner, name), None)
        elif _is_given_text(module, method) or (takes_text(owner) and not _on_files(hints(method))):
            yield Subject(module, f"{owner.__name__}.{name}", method, owner)


def _is_given_text(module: str, function: Callable[..., Any]) -> bool:
    known = {name: hint for name, hint in hints(function).items() if name != "return"}
    if _on_files(known):
        return module.startswith(FILES_OF_OTHERS) and Holdings not in known.values()
    return any(map(takes_text, known.values()))


def _on_files(known: dict[str, Any]) -> bool:
    # what is given a path works on our own files, named by text of ours
    return any(hint in (Path, Holdings) for hint in known.values() if isinstance(hint, abc.Hashable))


def _prepared(
    function: Callable[..., Any], text: Text, full: bool = False, first: object = None
) -> Callable[[], object]:
    known = hints(inspect.unwrap(function))
    positional, named = [], {}
    for parameter in inspect.signature(function).parameters.values():
        if parameter.name in ("self", "cls") and first is not None:
            positional.append(first)
            continue
        optional = parameter.default is not parameter.empty
        if optional and not (full and takes_text(known.get(parameter.name))):
            continue
        hint = known.get(parameter.name)
        if parameter.kind is parameter.VAR_KEYWORD:
            continue
        value = make(hint, _named(parameter.name, text), full)
        if parameter.kind is parameter.KEYWORD_ONLY:
            named[parameter.name] = value
        else:
            positional.append(value)
    return partial(_run, function, positional, named)


def _run(function: Callable[..., Any], positional: list[Any], named: dict[str, Any]) -> object:
    made = function(*positional, **named)
    if isinstance(made, abc.Iterator):
        return sum(1 for _ in itertools.islice(made, 100_000))
    if inspect.iscoroutine(made):
        made.close()
    return made


def _holds_many(hint: Any, seen: frozenset[Any] = frozenset()) -> bool:
    if typing.get_origin(hint) in _MANY and takes_text(hint):
        return True
    if typing.get_origin(hint) is not None:
        return any(_holds_many(kind, seen) for kind in typing.get_args(hint) if isinstance(kind, abc.Hashable))
    return (
        dataclasses.is_dataclass(hint)
        and hint not in seen
        and any(_holds_many(kind, seen | {hint}) for kind in hints(hint).values())
    )


def _has_defaults(function: Callable[..., Any]) -> bool:
    known = hints(inspect.unwrap(function))
    parameters = inspect.signature(function).parameters.values()
    return any(one.default is not one.empty and takes_text(known.get(one.name)) for one in parameters)


def _page(text: Text) -> Any:
    from archive.errors import Unreadable
    from archive.parsers.document.page import open_page

    try:
        return open_page("http://a.vn/tin-1.html", _markup(text), "text/html; charset=utf-8", AT)
    except Unreadable as error:  # the limits refuse such a page before any function sees it
        raise Unmade(str(error)) from None


with suppress(ImportError):
    from archive.parsers.document.page import Page

    MAKERS[Page] = _page
