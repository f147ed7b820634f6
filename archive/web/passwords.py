"""Password hashes: scrypt with a salt of its own each, as one line of text."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os

from archive.errors import UsageError

_COST, _BLOCK, _PARALLEL = 1 << 15, 8, 1  # 32 MB and some 80 ms a try
_MEMORY = 1 << 26
_NO_HASH = "this is no password hash: make one with 'baotinh serve --new-password'"


def make_hash(password: str) -> str:
    """A line to keep in place of `password`: "scrypt$cost$block$parallel$salt$hash".

    Raises UsageError for a password under 12 characters.
    """
    if len(password) < 12:
        raise UsageError("a password needs 12 characters or more")
    salt = os.urandom(16)
    digest = _scrypt(password, salt, _COST, _BLOCK, _PARALLEL)
    return f"scrypt${_COST}${_BLOCK}${_PARALLEL}${_text(salt)}${_text(digest)}"


def check_hash(line: str) -> None:
    """Raises UsageError where `line` is no hash that `make_hash` could have made."""
    _parts(line)


def fits(password: str, line: str) -> bool:
    """Whether `password` is the one behind the hash `line`."""
    cost, block, parallel, salt, digest = _parts(line)
    return hmac.compare_digest(_scrypt(password, salt, cost, block, parallel), digest)


def _parts(line: str) -> tuple[int, int, int, bytes, bytes]:
    try:
        name, cost, block, parallel, salt, digest = line.strip().split("$")
        parts = int(cost), int(block), int(parallel), base64.b64decode(salt), base64.b64decode(digest)
    except ValueError as error:
        raise UsageError(_NO_HASH) from error
    if name != "scrypt" or len(parts[4]) != 32 or parts[0] > _COST or parts[1] > _BLOCK:
        raise UsageError(_NO_HASH)
    return parts


def _scrypt(password: str, salt: bytes, cost: int, block: int, parallel: int) -> bytes:
    return hashlib.scrypt(password.encode(), salt=salt, n=cost, r=block, p=parallel, maxmem=_MEMORY, dklen=32)


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()
