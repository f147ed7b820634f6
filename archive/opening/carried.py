"""What a capture was opened as, as bytes that travel between processes: marshal writes and reads them.

Pickle asks each frozen dataclass for its state in Python and sets it field by field, which costs several times as much.
What stays behind is the wire: who files a page has no use for its bytes.
"""

from __future__ import annotations

import marshal
from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from datetime import datetime
from functools import cache
from operator import attrgetter
from typing import Any, Final, NamedTuple, get_args, get_type_hints

from archive.model import Capture, Held
from archive.opening.page import Page
from archive.sources import Register

_LEFT: Final[dict[type, dict[str, object]]] = {Capture: {"request": b"", "response": b""}, Page: {"source": None}}
"""Fields that are not carried, and what stands in their place."""


def dumps(held: Held, page: Page) -> bytes:
    """`page`, opened from `held`, without the bytes of the wire."""
    return marshal.dumps((page.source is not None, _way(Held).pack(held), _way(Page).pack(page)))


def loads(data: bytes, register: Register) -> tuple[Held, Page]:
    """What `dumps` wrote; the page's source is that of `register`. For nothing but what our own processes wrote."""
    known, held, packed = marshal.loads(data)  # noqa: S302
    page: Page = _way(Page).unpack(packed)
    if known:
        page = replace(page, source=register.get(page.source_id))
    return _way(Held).unpack(held), page


class _Way(NamedTuple):
    """How a value becomes one that marshal knows, and how it is made of that again."""

    pack: Callable[[Any], Any]
    unpack: Callable[[Any], Any]


@cache
def _way(kind: type) -> _Way:
    """The way of a dataclass: the tuple of its fields."""
    names = [field.name for field in fields(kind)]
    values = attrgetter(*names)
    hints = get_type_hints(kind)
    left = _LEFT.get(kind, {})
    stands = [(names.index(name), value) for name, value in left.items()]
    inner = [(at, way) for at, name in enumerate(names) if name not in left and (way := _way_of(hints[name]))]
    if not inner and not stands:
        return _Way(values, lambda packed: kind(*packed))

    def pack(value: Any) -> Any:
        packed = list(values(value))
        for at, stand in stands:
            packed[at] = stand
        for at, way in inner:
            packed[at] = way.pack(packed[at])
        return packed

    def unpack(packed: Any) -> Any:
        for at, way in inner:
            packed[at] = way.unpack(packed[at])
        return kind(*packed)

    return _Way(pack, unpack)


def _way_of(hint: Any) -> _Way | None:
    """The way of a field by its type; None where marshal knows such values itself."""
    if hint is datetime:
        return _Way(datetime.isoformat, datetime.fromisoformat)
    if is_dataclass(hint):
        return _way(hint)  # type: ignore[arg-type]
    kinds = [kind for kind in get_args(hint) if is_dataclass(kind)]
    if not kinds:
        return None
    pack, unpack = _way(kinds[0])  # type: ignore[arg-type]
    if type(None) in get_args(hint):
        return _Way(
            lambda value: None if value is None else pack(value),
            lambda packed: None if packed is None else unpack(packed),
        )
    return _Way(lambda values: [*map(pack, values)], lambda packed: (*map(unpack, packed),))
