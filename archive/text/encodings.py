"""The text of a page's bytes: what the server, the page and the bytes themselves say of their encoding."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from typing import Final

_BOMS: Final = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_META: Final = re.compile(
    rb"<meta[^>]{0,300}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]{2,40})"
    rb"|<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9_.:-]{2,40})",
    re.IGNORECASE,
)
_META_WITHIN: Final = 4096  # the HTML standard looks at 1,024 bytes; portals put scripts before the meta
_CHARSET: Final = re.compile(r"charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]+)", re.IGNORECASE)
_MULTIBYTE: Final = re.compile(rb"[\xc2-\xf4][\x80-\xbf]")
# As browsers do (encoding.spec.whatwg.org, labels): these names mean windows-1252.
_AS_1252: Final = frozenset(["iso8859-1", "ascii", "latin-1"])


@dataclass(frozen=True, slots=True)
class Decoded:
    """The text of a body, the encoding it was read with, and what was odd about it ("" where all agreed)."""

    text: str
    encoding: str
    note: str = ""


def decode(body: bytes, declared: str | None = None) -> Decoded:
    """The text of `body`; `declared` is the HTTP charset, or the whole Content-Type header.

    A byte order mark wins; then bytes that are valid UTF-8 are UTF-8 whatever was declared, for no Vietnamese text of
    another encoding is so by chance; then the declared charset, HTTP before meta.

    >>> decode("Tỉnh ủy".encode(), "text/html; charset=windows-1258")
    Decoded(text='Tỉnh ủy', encoding='utf-8', note='declared cp1258, is utf-8')
    >>> decode("Tinh ủy".encode("utf-16"))
    Decoded(text='Tinh ủy', encoding='utf-16-le', note='')
    """
    for mark, name in _BOMS:
        if body.startswith(mark):
            return Decoded(body[len(mark) :].decode(name, "replace"), name)
    names = [name for name in (_named(declared), _named(_meta(body))) if name]
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        return _not_utf8(body, names, error)
    others = [name for name in names[:1] if name not in ("utf-8", "ascii") and not text.isascii()]
    return Decoded(text.lstrip("\ufeff"), "utf-8", f"declared {others[0]}, is utf-8" if others else "")


def _not_utf8(body: bytes, names: list[str], error: UnicodeDecodeError) -> Decoded:
    pairs = len(_MULTIBYTE.findall(body))
    text = body.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    if pairs > 20 * broken:  # a page cut inside a letter, or one foreign field pasted in
        return Decoded(text, "utf-8", f"{broken} places are not utf-8")
    for name in names:
        if name not in ("utf-8", *_AS_1252):
            return Decoded(body.decode(name, "replace"), name)
    return Decoded(body.decode("cp1252", "replace"), "cp1252", "" if names else "no charset declared")


def _meta(body: bytes) -> str:
    found = _META.search(body[:_META_WITHIN])
    return (found.group(1) or found.group(2)).decode("ascii") if found else ""


def _named(declared: str | None) -> str:
    """Python's name of a charset or a Content-Type's charset, "" for none or one it does not know."""
    if not declared:
        return ""
    found = _CHARSET.search(declared)
    label = found.group(1) if found else declared.strip()
    try:
        return codecs.lookup(label).name
    except LookupError:
        return ""
