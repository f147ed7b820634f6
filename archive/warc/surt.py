"""The key of a URL in CDXJ, in sort-friendly order of the host's labels: "vn,baobackan)/tin/hoi-nghi".

It follows what replay tools do, which is more than the CDXJ text says; each step below was read off the output of
cdxj-indexer 1.5 for the URLs in tests/test_warc_surt.py. Not to be confused with `archive.text.urls.url_key`, which
tells articles apart.
"""

from __future__ import annotations

import re
from urllib.parse import unquote_to_bytes

_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*)://", re.IGNORECASE)
_WWW = re.compile(r"www\d*\.")
_KEPT = bytes(byte for byte in range(0x21, 0x7F) if byte not in b"#%")
_ESCAPES = {bytes((byte,)): b"%%%02x" % byte for byte in range(256) if byte not in _KEPT}
_ESCAPED = re.compile(b"[^" + re.escape(_KEPT) + b"]")
_PORTS = {"http": "80", "https": "443"}
_SESSION = tuple(
    re.compile(rb"^(.*)(?:%b)(?:&(.*))?$" % name, re.DOTALL)
    for name in (
        rb"jsessionid=[0-9a-z]{32}",
        rb"phpsessid=[0-9a-z]{32}",
        rb"sid=[0-9a-z]{32}",
        rb"aspsessionid[a-z]{8}=[a-z]{24}",
        rb"cfid=[^&]+&cftoken=[^&]+",
    )
)
_ASP_SESSION = re.compile(rb"^(.*/)\((?:[0-9a-z]{24}|(?:[a-z]\([0-9a-z]{24}\))+)\)/([^?]+\.aspx.*)$", re.DOTALL)


def surt(url: str) -> str:
    """The sort key of `url`; a URL without "://" (urn:, dns:) is its own key, in lower case."""
    text = re.sub(r"[\t\r\n]", "", url).strip(" ")
    scheme = _SCHEME.match(text)
    if scheme is None:
        return text.lower()
    rest = text[scheme.end() :].partition("#")[0]
    authority = re.split(r"[/?]", rest, maxsplit=1)[0]
    path, mark, query = rest[len(authority) :].partition("?")
    key = _host(authority, scheme[1].lower()) + ")" + _path(path)
    arguments = _query(query) if mark else ""
    return f"{key}?{arguments}" if arguments else key


def _host(authority: str, scheme: str) -> str:
    address = authority.rpartition("@")[2]
    host, _, port = address.partition("]")[2].partition(":") if address.startswith("[") else address.partition(":")
    if address.startswith("["):
        labels = [address[1:].partition("]")[0].lower()]
    else:
        labels = [label for label in _ascii(host).split(".") if label]
        labels = _WWW.sub("", ".".join(labels), count=1).split(".")[::-1]
    number = port.lstrip("0")
    return ",".join(labels) + (f":{number}" if number and number != _PORTS.get(scheme) else "")


def _ascii(host: str) -> str:
    try:
        return host.encode("idna").decode().lower() if not host.isascii() else host.lower()
    except UnicodeError:
        return _escape(host.encode("utf-8", "replace")).lower()


def _path(path: str) -> str:
    kept: list[bytes] = []
    for segment in _unescape(path).split(b"/"):
        if segment == b".." and kept and kept[-1] != b"..":
            kept.pop()
        elif segment not in {b"", b"."}:
            kept.append(segment)
    folded = (b"/" + b"/".join(kept)).lower()  # ASCII letters only: the two bytes of "Đ" stay
    session = _ASP_SESSION.match(folded)
    return _escape(session[1] + session[2] if session else folded)


def _query(query: str) -> str:
    arguments: bytes = _unescape(query).lower()
    for session in _SESSION:
        found = session.match(arguments)
        if found:
            arguments = found[1] + (found[2] or b"")
    ordered: list[bytes] = sorted(arguments.split(b"&"), key=_name_first)
    return _escape(b"&".join(ordered))


def _name_first(argument: bytes) -> tuple[bytes, bytes, bytes]:
    return argument.partition(b"=")


def _unescape(text: str) -> bytes:
    # again and again, for escapes that were escaped
    data = text.encode("utf-8", "surrogateescape")
    while (plain := unquote_to_bytes(data)) != data:
        data = plain
    return data


def _escape(data: bytes) -> str:
    return _ESCAPED.sub(lambda found: _ESCAPES[found[0]], data).decode()
