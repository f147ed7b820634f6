"""The [json] table of a source file: where a site that scripts make gives its articles as data, which is what.

Paths are names joined by dots, numbers in lists: `data.items`, `categories.0.name`; a name goes through each part of a
list. Addresses hold paths in braces, which are filled in from an item's values: `/bai-viet/{slug}.html`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final
from urllib.parse import quote, unquote, urljoin, urlsplit

from archive.sources.model import Host, JsonMapping
from archive.sources.table import Table, read_address

FIELDS: Final = (
    "headline", "lead", "text", "published", "modified", "byline", "source_credit", "section", "tags", "images",
    "captions", "attachments",
)  # fmt: skip
_GAP: Final = re.compile(r"\{([\w.-]+)\}")
_PATH: Final = re.compile(r"[\w-]+(?:\.[\w-]+)*")


def read_mappings(top: Table, homepage: str, hosts: tuple[Host, ...]) -> tuple[JsonMapping, ...]:
    """The mappings of a source file: [json], or [[json]] for each time, the oldest first."""
    if not isinstance(top.raw("json"), list):
        return (_read_json(top.table("json"), homepage, hosts),) if top.has("json") else ()
    tables = top.tables("json")
    found = tuple(_read_json(table, homepage, hosts) for table in tables)
    for table, one, after in zip(tables, found, (*found[1:], None), strict=False):
        if (one.until is None) == (after is not None):
            table.fail("until", "each [[json]] but the last one has its last day, in order")
        if after is not None and one.until and after.until and one.until >= after.until:
            table.fail("until", "each [[json]] but the last one has its last day, in order")
    return found


def _read_json(table: Table, homepage: str, hosts: tuple[Host, ...]) -> JsonMapping:
    """The mapping in `table`, its addresses made absolute and held to `hosts`."""

    def address(key: str) -> str:
        said = table.text(key, "")
        if not said or said.startswith("{"):
            return said  # the whole address is a value of the item
        return read_address(table, key, said, homepage, hosts)

    def paths(of: Table, key: str, found: tuple[str, ...]) -> tuple[str, ...]:
        for path in found:
            if not is_path(path):
                of.fail(key, '"{path}" is no path: names joined by dots, like data.title', path=path)
        return found

    fields = table.table("fields")
    mapping = JsonMapping(
        lists=tuple(read_address(table, "lists", one, homepage, hosts) for one in table.texts("lists")),
        items="".join(paths(table, "items", tuple(filter(None, [table.text("items", "")])))),
        article=address("article"),
        detail=address("detail"),
        root="".join(paths(table, "root", tuple(filter(None, [table.text("root", "")])))),
        until=table.day("until"),
        fields=tuple((name, found) for name in FIELDS if (found := paths(fields, name, fields.texts(name)))),
    )
    table.finish()
    fields.finish()
    if not mapping.lists:
        table.fail("lists", "is missing: the address of a list of articles as JSON")
    for key, pattern in (("article", mapping.article), ("detail", mapping.detail)):
        if (pattern or key == "article") and not _GAP.search(pattern):
            table.fail(key, "must hold a path in braces, like {example}", example='"/bai-viet/{slug}"')
    if "headline" not in dict(mapping.fields):
        fields.fail("headline", "is missing: the path of the headline in an item")
    return mapping


def is_path(said: str) -> bool:
    """Whether `said` is a path: names joined by dots."""
    return bool(_PATH.fullmatch(said))


def value_at(value: Any, path: str) -> Any:
    """What stands at `path` in `value`, None where nothing does.

    >>> value_at({"data": {"items": [{"name": "a"}, {"name": "b"}]}}, "data.items.name")
    ['a', 'b']
    >>> value_at({"data": [{"name": "a"}]}, "data.0.name"), value_at({"a": 1}, "a.b"), value_at([1], "")
    ('a', None, [1])
    """
    for name in filter(None, path.split(".")):
        if isinstance(value, list) and name.isdecimal():
            value = value[int(name)] if int(name) < len(value) else None
        elif isinstance(value, list):
            value = [one[name] for one in value if isinstance(one, dict) and name in one] or None
        else:
            value = value.get(name) if isinstance(value, dict) else None
    return value


def items_of(told: Any, mapping: JsonMapping) -> list[dict[str, Any]]:
    """The items of a list of articles; none where it holds no list there."""
    found = value_at(told, mapping.items)
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def fields_of(item: Any, mapping: JsonMapping) -> tuple[dict[str, str], dict[str, Any]]:
    """The path that gave each field of an article, and its value as it stands there."""
    keys: dict[str, str] = {}
    values: dict[str, Any] = {}
    for name, paths in mapping.fields:
        for path in paths:
            value = value_at(item, path)
            if value not in (None, "", [], {}):
                keys[name], values[name] = path, value
                break
    return keys, values


def filled(pattern: str, item: Any, base: str) -> str:
    """The address that `pattern` makes of an item's values, against `base`; "" where one of them is missing."""
    missing = False

    def value(found: re.Match[str]) -> str:
        nonlocal missing
        told = value_at(item, found[1])
        missing = missing or not isinstance(told, str | int) or told in ("", None) or isinstance(told, bool)
        return str(told) if found[0] == pattern else quote(str(told), safe="/%~!$'()*,;:@")

    text = _GAP.sub(value, pattern)
    return "" if missing else urljoin(base, text)


def told_by(pattern: str, url: str) -> dict[str, Any] | None:
    """The values by which `pattern` makes `url`; None where it does not make it.

    >>> told_by("https://baothu.example/api/tin/{slug}?v=1", "https://baothu.example/api/tin/mua-che?v=1")
    {'slug': 'mua-che'}
    """
    found = _compiled(pattern).fullmatch(url) if pattern else None
    if found is None:
        return None
    values: dict[str, Any] = {}
    for number, path in enumerate(_GAP.findall(pattern), 1):
        inner = values
        *above, last = path.split(".")
        for name in above:
            inner = inner.setdefault(name, {})
        inner[last] = unquote(found[number])
    return values


def is_list(mapping: JsonMapping, url: str) -> bool:
    """Whether `url` is one of the lists, on whatever page."""
    return any(_compiled(one).fullmatch(url) for one in mapping.lists)


def pattern_of(pattern: str) -> re.Pattern[str]:
    """What finds the addresses that `pattern` makes by their path and query, as `[discover] article` does."""
    parts = urlsplit(pattern)
    target = f"{parts.path}?{parts.query}" if parts.query else parts.path
    return re.compile(f"^{_expression(target)}$")


@lru_cache(256)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(_expression(pattern))


def _expression(pattern: str) -> str:
    """Each gap is a part of a path, and what lies at the end of a path may hold slashes."""
    pieces = _GAP.split(pattern)
    texts, gaps = pieces[::2], pieces[1::2]
    made = re.escape(texts[0])
    for text in texts[1:]:
        made += ("([^?&#]+)" if not text or text.startswith((".", "?")) else "([^/?&#]+)") + re.escape(text)
    return made if gaps else re.escape(pattern)


def addresses_in(value: Any) -> list[str]:
    """The addresses in a value: a text, or a list of texts or of objects that have one."""
    if isinstance(value, str):
        return [value] if value else []
    if isinstance(value, list):
        return [text for one in value for text in addresses_in(one)]
    if isinstance(value, dict):
        return addresses_in(next((value[name] for name in ("url", "src", "link", "href") if value.get(name)), None))
    return []


def with_values(mine: Mapping[str, Any], item: Any) -> dict[str, Any]:
    """The values of an item, and those of its address where it has none itself."""
    return {**mine, **(item if isinstance(item, dict) else {})}
