"""References for BibTeX: @online entries of biblatex, safe in any field."""

from __future__ import annotations

import re
from typing import Final

from archive.cite.parts import authors, evidence, key, known_date, title
from archive.store.reads import Stored

# BibTeX counts braces even behind a backslash, so one alone would swallow the entries that follow: they are named.
_SPECIAL: Final = re.compile(r"([\\{}#$%&_^~])")
_NAMED: Final = {
    "\\": r"\textbackslash{}",
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
}
_IN_ADDRESS: Final = str.maketrans({"{": "%7B", "}": "%7D", "\\": "%5C"})  # `url` is verbatim: no command works there


def bibtex(stored: Stored, base: str) -> str:
    """The article as an @online entry: `date` as exact as it is known, `urldate` the day (UTC) of the capture.

    `eprint` is the article's id in this archive, `note` the evidence. Names and title stand in braces of their own, so
    that no style turns a Vietnamese name around or lowers a capital.
    """
    row = stored.row
    fields = {
        "title": f"{{{_escaped(title(stored))}}}",
        "author": " and ".join(f"{{{_escaped(name)}}}" for name in authors(stored)),
        "organization": _escaped(stored.source_name),
        "date": "-".join(f"{part:02}" for part in known_date(stored)),
        "url": row.url.translate(_IN_ADDRESS),
        "urldate": stored.capture.captured_at[:10],
        "eprint": row.public_id,
        "eprinttype": "baotinh",
        "note": _escaped(evidence(stored, base)),
        "langid": "vietnamese",
    }
    lines = [f"  {name:<12} = {{{value}}}," for name, value in fields.items() if value]
    return "\n".join((f"@online{{{key(stored)},", *lines, "}"))


def _escaped(text: str) -> str:
    return _SPECIAL.sub(lambda found: _NAMED.get(found[1], "\\" + found[1]), text)
