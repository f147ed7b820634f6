"""Addresses that lead to an article which has another one already: they are not asked for.

NukeViet serves an article under any section and module its address names, and leads on to the right one with a 301:
what counts is the last part, alias and number (NukeViet 4.5, modules/news/funcs/detail.php).
"""

from __future__ import annotations

import re
from typing import cast
from urllib.parse import urlsplit

from archive.sources import Source, bare_host
from crawler.frontier.rows import Candidate, Rows, digest_of
from crawler.scope import host_of

_LAST_PART = re.compile(r"/([^/]+-\d+)(?:\.html?|/)?$")


def alias_of(url: str, source: Source) -> str:
    """What `url` has in common with every other address of the same article; "" where that is not known."""
    if source.layouts[-1].family != "nukeviet":
        return ""
    parts = urlsplit(url)
    found = _LAST_PART.search(parts.path)
    return f"{bare_host(host_of(url))}/{found[1]}" if found and not parts.query else ""


class Aliases:
    """The names by which the articles of `source` are known in the frontier, and the address each was first met at."""

    def __init__(self, rows: Rows, source: Source) -> None:
        self._rows = rows
        self._source = source

    def is_known(self, found: Candidate) -> bool:
        """Whether the article that `found` leads to is held, or to be asked for, at another address.

        Remembers `found` as the article's address where it is the first, or the one before it has failed.
        """
        alias = alias_of(found.url, self._source) if found.kind == "article" and not found.excluded else ""
        if not alias:
            return False
        own = digest_of(found.key)
        first = self._rows.read("SELECT named FROM aliases WHERE alias = ?", (digest_of(alias),)).fetchone()
        if first is not None and first[0] != own:
            known = self._rows.read("SELECT state FROM urls WHERE key = ?", first).fetchone()
            if known is None or cast(str, known[0]) in ("todo", "done"):  # None: named by the same page
                return True
        if first is None or first[0] != own:
            self._remember(alias, own)
        return False

    def leads_to(self, url: str, key: str) -> None:
        """Remembers `url`, to which an article's address has led, as that article's."""
        alias = alias_of(url, self._source)
        if alias:
            self._remember(alias, digest_of(key))

    def _remember(self, alias: str, named: bytes) -> None:
        self._rows.write("INSERT OR REPLACE INTO aliases (alias, named) VALUES (?, ?)", (digest_of(alias), named))
