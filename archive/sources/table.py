"""Strict reading of a TOML table: every value has the type asked for, no key is left unread, selectors and hosts are
checked.
"""

from __future__ import annotations

import ipaddress
import re
import tomllib
from collections.abc import Callable, Iterable
from dataclasses import fields
from datetime import date, datetime
from difflib import get_close_matches
from functools import cache
from typing import Any, Final, Literal, Never, TypeVar
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser, SelectolaxError

from archive.errors import SourceError
from archive.messages.message import Message, message_of, toml_flaw
from archive.sources.model import Host, Select, bare_host

Value = TypeVar("Value")
_MOST_PARTS = 32  # of a key, "a.b.c": tomllib copies a key at each of its dots
_ENDLESS_KEY = re.compile(rf"(?<![^\s.])(?:[^\s.]++[ \t]*+\.[ \t]*+){{{_MOST_PARTS}}}")

_UNKNOWN: Final = {"key": "unknown key", "name": "unknown name"}
_UNKNOWN_NEAR: Final = {
    "key": 'unknown key; did you mean "{near}"?',
    "name": 'unknown name; did you mean "{near}"?',
}


def nearest(wrong: str, known: Iterable[str], near_enough: float = 0.6) -> str:
    """The nearest of `known`, "" where none is as near as that (1: the same)."""
    return next(iter(get_close_matches(wrong, list(known), n=1, cutoff=near_enough)), "")


class Table:
    """One table of a file. The getters note which keys they were asked for, so that `finish` knows the others.

    All errors are SourceError and name file and key: `bao-x.toml: layout[2].select.headline: ...`.
    """

    def __init__(self, file: str, data: dict[str, Any], path: str = "") -> None:
        self._file = file
        self._data = data
        self._path = path
        self._asked: set[str] = set()

    def fail(self, key: str, problem: str, /, **values: object) -> Never:
        """Raises SourceError about `key` of this table: `problem` is a sentence with `values` in its gaps."""
        where = f"{self._path}.{key}" if self._path and key else self._path or key
        told = Message(problem, **values) if values else message_of(problem)
        if where:
            raise SourceError("{file}: {key}: {problem}", file=self._file, key=where, problem=told)
        raise SourceError("{file}: {problem}", file=self._file, problem=told)

    def has(self, key: str) -> bool:
        """Whether the file gives `key`."""
        self._asked.add(key)
        return key in self._data

    def text(self, key: str, default: str | None = None) -> str:
        """The string of `key`, white space at its ends removed; without a default it must be there and not be empty."""
        if not self.has(key):
            if default is None:
                self.fail(key, "is missing")
            return default
        value = self._data[key]
        if not isinstance(value, str):
            self.fail(key, "must be a string, not {kind}", kind=_kind(value))
        if not value.strip() and default is None:
            self.fail(key, "must not be empty")
        return value.strip()

    def word(self, key: str, allowed: tuple[str, ...], default: str | None = None) -> str:
        """The string of `key`, one of `allowed`."""
        value = self.text(key, default)
        if value not in allowed:
            told = '"{value}" is none of {allowed}' if len(allowed) < 10 else '"{value}" is not known'
            found = Message(told, value=value, allowed=", ".join(allowed))
            if near := nearest(value, allowed):
                self.fail(key, '{found}; did you mean "{near}"?', found=found, near=near)
            self.fail(key, found)
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """The strings of `key`: a list, or one string alone; none where the key is not given."""
        if not self.has(key):
            return ()
        value = self._data[key]
        items = [value] if isinstance(value, str) else value
        if not isinstance(items, list):
            self.fail(key, "must be a string or a list of strings, not {kind}", kind=_kind(value))
        for item in items:
            if not isinstance(item, str) or not item.strip():
                self.fail(key, "must hold strings that are not empty, not {item}", item=repr(item))
        doubled = next((item for item in items if items.count(item) > 1), None)
        if doubled is not None:
            self.fail(key, 'holds "{doubled}" twice', doubled=doubled)
        return tuple(item.strip() for item in items)

    def patterns(self, key: str) -> tuple[re.Pattern[str], ...]:
        """The regular expressions of `key`."""
        return tuple(self._compiled(key, expression) for expression in self.texts(key))

    def pattern(self, key: str) -> re.Pattern[str] | None:
        """The one regular expression of `key`, or None."""
        return self._compiled(key, self.text(key)) if self.has(key) else None

    def number(self, key: str, default: float, least: float, most: float) -> float:
        """The number of `key`, within the bounds."""
        value = self._data[key] if self.has(key) else default
        if isinstance(value, bool) or not isinstance(value, int | float):
            self.fail(key, "must be a number, not {kind}", kind=_kind(value))
        if not least <= value <= most:
            self.fail(key, "{value:g} is not between {least:g} and {most:g}", value=value, least=least, most=most)
        return float(value)

    def whole(self, key: str, default: int, least: int = 0, most: int = 1_000_000_000) -> int:
        """The whole number of `key`, within the bounds."""
        value = self._data[key] if self.has(key) else default
        if isinstance(value, bool) or not isinstance(value, int):
            self.fail(key, "must be a whole number, not {kind}", kind=_kind(value))
        if not least <= value <= most:
            self.fail(key, "{value} is not between {least} and {most}", value=value, least=least, most=most)
        return value

    def flag(self, key: str, default: bool = False) -> bool:
        """The truth value of `key`."""
        value = self._data[key] if self.has(key) else default
        if not isinstance(value, bool):
            self.fail(key, "must be true or false, not {kind}", kind=_kind(value))
        return value

    def day(self, key: str) -> date | None:
        """The date of `key` (written without quotes), or None."""
        if not self.has(key):
            return None
        value = self._data[key]
        if isinstance(value, datetime) or not isinstance(value, date):
            self.fail(key, "must be a date without quotes, like 2025-06-30, not {kind}", kind=_kind(value))
        return value

    def raw(self, key: str) -> object:
        """The value of `key` as the file has it, or None."""
        return self._data[key] if self.has(key) else None

    def table(self, key: str) -> Table:
        """The table of `key`; an empty one where it is not given."""
        value = self._data[key] if self.has(key) else {}
        if not isinstance(value, dict):
            self.fail(key, "must be a table [{key}], not {kind}", key=key, kind=_kind(value))
        return Table(self._file, value, f"{self._path}.{key}" if self._path else key)

    def tables(self, key: str) -> tuple[Table, ...]:
        """The tables of `key`, written `[[key]]`."""
        value = self._data[key] if self.has(key) else []
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            self.fail(
                key,
                "must be written [[{path}]], as a list of tables",
                path=f"{self._path}.{key}" if self._path else key,
            )
        path = f"{self._path}.{key}" if self._path else key
        return tuple(Table(self._file, item, f"{path}[{number}]") for number, item in enumerate(value, 1))

    def keys(self) -> tuple[str, ...]:
        """The keys the file gives; for tables whose keys are names and not words of the format."""
        self._asked.update(self._data)
        return tuple(self._data)

    def checked(self, key: str, make: Callable[[], Value]) -> Value:
        """What `make` gives; its ValueError becomes an error about `key`."""
        try:
            return make()
        except ValueError as error:
            self.fail(key, str(error))

    def known(self, key: str, allowed: Iterable[str]) -> None:
        """Raises SourceError where `key` is none of the names `allowed` in this table."""
        names = tuple(allowed)
        if key not in names:
            self._unknown(key, "name", names)

    def finish(self) -> None:
        """Raises SourceError for the first key that no getter asked for."""
        for key in self._data:
            if key not in self._asked:
                self._unknown(key, "key", self._asked)

    def _unknown(self, key: str, what: Literal["name", "key"], known: Iterable[str]) -> Never:
        if near := nearest(key, known):
            self.fail(key, _UNKNOWN_NEAR[what], near=near)
        self.fail(key, _UNKNOWN[what])

    def _compiled(self, key: str, expression: str) -> re.Pattern[str]:
        try:
            return re.compile(expression)
        except re.error as error:
            self.fail(key, "'{expression}' is not a regular expression: {error}", expression=expression, error=error)


_KINDS: Final = {
    bool: Message("true/false"),
    int: Message("a number"),
    float: Message("a number"),
    str: Message("a string"),
    list: Message("a list"),
    dict: Message("a table"),
}


def read_table(text: str, file: str) -> Table:
    """The top table of the TOML `text`; `file` is what errors call it. Raises SourceError where it is no TOML."""
    if _ENDLESS_KEY.search(text):
        raise SourceError(
            "{file}: not valid TOML: a key of more than {most_parts} parts", file=file, most_parts=_MOST_PARTS
        )
    try:
        return Table(file, tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise SourceError("{file}: not valid TOML: {error}", file=file, error=toml_flaw(error)) from error


def _kind(value: object) -> str:
    return _KINDS.get(type(value), Message("a date") if isinstance(value, date) else type(value).__name__)


def check_css(table: Table, key: str, selectors: tuple[str, ...]) -> None:
    """Raises SourceError about `key` of `table` for the first of `selectors` that is not CSS."""
    for selector in selectors:
        flaw = _flaw(selector)
        if flaw:
            table.fail(key, '"{selector}" is not a CSS selector: {flaw}', selector=selector, flaw=flaw)


def read_select(table: Table) -> Select:
    """The selectors of a table like [layout.select]; raises SourceError for an unknown field and for what is no CSS."""
    chosen = {field.name: table.texts(field.name) for field in fields(Select)}
    table.finish()
    for key, selectors in chosen.items():
        check_css(table, key, selectors)
    return Select(**chosen)


_PAGE: Final = LexborHTMLParser("<p>")  # as pages are asked: what it takes for a selector is one


@cache
def _flaw(selector: str) -> str:
    try:
        _PAGE.css(selector)
    except SelectolaxError as error:
        return str(error)
    return ""


_LABEL = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_HOST = re.compile(rf"(?:\*\.(?=[^.]+\.))?{_LABEL}(?:\.{_LABEL})*(?::\d{{1,5}})?")


def read_hosts(top: Table) -> tuple[Host, ...]:
    """The hosts that a source file names in `hosts` and `[[host]]`."""
    hosts = [Host(_host(top, "hosts", name)) for name in top.texts("hosts")]
    for table in top.tables("host"):
        since, until = table.day("since"), table.day("until")
        if since and until and since > until:
            table.fail("until", "{until} lies before since = {since}", until=until, since=since)
        hosts.append(Host(_host(table, "name", table.text("name")), since, until))
        table.finish()
    if not hosts:
        top.fail("hosts", 'is missing: name at least one host, like hosts = ["baoxyz.vn"]')
    for number, host in enumerate(hosts):
        if any(bare_host(host.name) == bare_host(other.name) for other in hosts[:number]):
            top.fail("hosts", '"{host}" is named twice (www. in front counts as the same host)', host=host.name)
    return tuple(hosts)


def _host(table: Table, key: str, name: str) -> str:
    lowered = name.lower()
    if not _HOST.fullmatch(lowered):
        table.fail(
            key,
            '"{name}" is not a host: no scheme, no path, only a name like "baoxyz.vn" or "127.0.0.1:8000"',
            name=name,
        )
    port = lowered.partition(":")[2]
    if port and not 0 < int(port) < 65536:
        table.fail(key, '"{name}" has no possible port', name=name)
    return lowered


def is_loopback(host: str) -> bool:
    """Whether `host` (with or without port) is this machine by its name."""
    name = host.partition(":")[0]
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return name == "localhost"


def read_homepage(top: Table, hosts: tuple[Host, ...]) -> str:
    """The homepage that a source file names, or the root of the first host in use: https, and http on loopback."""
    if top.has("homepage"):
        return read_address(top, "homepage", top.text("homepage"), "", hosts)
    named = [host for host in hosts if not host.name.startswith("*.")]
    if not named:
        top.fail("homepage", 'is missing: "{name}" is a pattern and no host; name the homepage', name=hosts[0].name)
    host = next((host for host in named if host.until is None), named[0])
    return f"{'http' if is_loopback(host.name) else 'https'}://{host.name}/"


def read_address(table: Table, key: str, address: str, homepage: str, hosts: tuple[Host, ...]) -> str:
    """`address` as an absolute URL on one of the hosts; paths are read against the homepage."""
    if address.startswith("/") and not address.startswith("//") and homepage:
        parts = urlsplit(homepage)
        return f"{parts.scheme}://{parts.netloc}{address}"
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        table.fail(key, f'"{address}" must begin with "https://", "http://"' + (' or "/"' if homepage else ""))
    if not any(host.holds(parts.netloc) for host in hosts):
        table.fail(
            key,
            '"{address}" lies on {netloc}, which is not among the hosts of this source',
            address=address,
            netloc=parts.netloc,
        )
    return address if parts.path else f"{parts.scheme}://{parts.netloc}/"
