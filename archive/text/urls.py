"""One key for all spellings of an address: for comparing and identity, never for fetching."""

from __future__ import annotations

import base64
import hashlib
import html
import re
import unicodedata
from typing import Final
from urllib.parse import quote, urlsplit

LONGEST: Final = 8192
"""Characters of an address at most: no server takes more, and to undo or resolve longer ones can cost the square."""

# Entities are only undone with their semicolon: in `?a=1&copy=2` no copyright sign is meant.
_ENTITY: Final = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
# Nine links of ten are their own key but for the scheme: a page has hundreds, and this way costs a tenth.
_PLAIN: Final = re.compile(
    r"https?:(//[a-z0-9.-]*[a-z0-9](?::(?!80/|443/)(?:[1-9]\d{0,3}|[1-5]\d{4}))?/(?!\.|.*/\.)[A-Za-z0-9_~./-]{0,2000})\Z"
)
_BLANKS: Final = re.compile("[\x00-\x20\x7f-\xa0\u200b\u3000\ufeff]+")
_SESSION: Final = re.compile(r";(?:jsessionid|phpsessid|sid)=[^/?]*", re.IGNORECASE)
_TRACKING: Final = re.compile(
    "(?:utm_.*|fbclid|gclid|dclid|gbraid|wbraid|msclkid|yclid|zarsrc|zalo_.*|mc_[ce]id|igshid|_ga|_gl|spm|"
    "phpsessid|jsessionid|aspsessionid.*|nv_redirect|nvvithemever)",
    re.IGNORECASE,
)
_ESCAPES: Final = re.compile("(?:%[0-9a-fA-F]{2})+")
_UNRESERVED: Final = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~")
_PORTS: Final = {"http": 80, "https": 443}
_PATH_SAFE: Final = "/:@!$&'()*+,=~-._"
_QUERY_SAFE: Final = "/:@!$'()*,~-._?"


def url_key(url: str) -> str:
    """The key of `url`, written as `//host/path?query`: equal for addresses that name the same page.

    HTML entities undone, scheme left out (http and https are one site), host lower case and in punycode, default port
    dropped, `.` and `..` resolved, path and query NFC and percent-encoded in one way, parameters sorted, tracking and
    session parameters, `;jsessionid=` and fragment dropped. `www.`, a trailing slash and capitals in the path are kept:
    servers tell them apart. The key of a key is itself. Never raises: a string that is no address, or longer than
    8,192 characters, is its own key.

    >>> url_key("HTTPS://BaoTN.example:443/a/../tin-tuc/%e1%BB%a7y.html?b=2&amp;a=1&utm_source=zalo#top")
    '//baotn.example/tin-tuc/%E1%BB%A7y.html?a=1&b=2'
    >>> url_key("http://baotn.example") == url_key("https://baotn.example/")
    True
    """
    if plain := _PLAIN.match(url):
        return plain[1]
    return _key(url) if len(url) <= LONGEST else url


def public_id(key: str) -> str:
    """The ten letters and digits under which an article is cited: of its `url_key`, so the same after every rebuild.

    50 bits of BLAKE2b in lower-case base32: among ten million articles two share an id with 4 % probability.

    >>> public_id("//baotn.example/tin-tuc/hoi-nghi-12.html")
    'ldookmj3dk'
    """
    digest = hashlib.blake2b(key.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return base64.b32encode(digest).decode("ascii").lower()[:10]


def _key(url: str) -> str:
    text = _BLANKS.sub("", _unescape(url))
    try:
        parts = urlsplit(text)
        host, port = parts.hostname, parts.port
    except ValueError:
        return text
    if not host or parts.scheme not in ("", "http", "https"):
        return text
    authority = _host(host)
    if port is not None and port not in _PORTS.values():
        authority += f":{port}"
    query = _query(parts.query)
    return f"//{authority}{_path(parts.path)}" + (f"?{query}" if query else "")


def _unescape(url: str) -> str:
    previous = None
    while url != previous:  # `&amp;amp;` occurs: escaped once by the editor, once by the template
        previous, url = url, _ENTITY.sub(lambda entity: html.unescape(entity.group()), url)
    return url


def _host(host: str) -> str:
    host = unicodedata.normalize("NFC", host).lower().rstrip(".")
    if ":" in host:
        return f"[{host}]"
    try:
        return host if host.isascii() else host.encode("idna").decode("ascii")
    except UnicodeError:
        return host


def _encoded(part: str, safe: str) -> str:
    return quote(unicodedata.normalize("NFC", _ESCAPES.sub(_unquoted, part)), safe=safe + "%")


def _unquoted(escapes: re.Match[str]) -> str:
    # Only letters are undone: an escaped `/`, `&` or `%` is not a bare one, and bytes that are no UTF-8 stay bytes.
    text = bytes.fromhex(escapes.group().replace("%", "")).decode("utf-8", "surrogateescape")
    return "".join(
        letter
        if letter in _UNRESERVED or (letter > "\x9f" and not "\ud800" <= letter <= "\udfff")
        else f"%{ord(letter) & 0xFF:02X}"
        for letter in text
    )


def _path(path: str) -> str:
    kept: list[str] = []
    segments = [_encoded(segment, _PATH_SAFE) for segment in _SESSION.sub("", path).split("/")]
    for segment in segments:
        if segment == ".." and len(kept) > 1:
            kept.pop()
        elif segment not in (".", ".."):
            kept.append(segment)
    if segments[-1] in (".", ".."):
        kept.append("")
    joined = "/".join(kept)
    return joined if joined.startswith("/") else "/" + joined


def _query(query: str) -> str:
    pairs = [pair for pair in query.split("&") if pair and not _TRACKING.fullmatch(pair.partition("=")[0])]
    return "&".join(sorted("=".join(_encoded(part, _QUERY_SAFE) for part in pair.split("=", 1)) for pair in pairs))
