"""Turns rowids into hits: the facts of each article, its headline and the passage that matches."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Mapping, Sequence
from datetime import date
from itertools import islice
from typing import Any
from unicodedata import normalize

from archive.search.answer import Hit, Marked
from archive.search.grammar.matcher import Span, Tier, near, occurrences
from archive.search.grammar.tree import COLUMNS, And, Column, Filter, Near, Node, Not, Or, Term
from archive.search.planner.past import OldText
from archive.text.analyzer import Prepared, prepare

# The passage of an article that shows best why it matches, with the matches marked.

_SPACES = re.compile(r"\s+")
LENGTH = 220  # characters: two lines and a half of a terminal
_BEFORE = 60  # of them before the first match
_BEGINNING = 1500
_ENOUGH = 400  # matches looked at in one text


def spans(ready: Prepared, node: Node, tier: Tier, column: Column) -> list[Span]:
    """The places in `ready.text`, the text of `column`, that what is asked for matches: in order, none over another."""
    return _merged([span for found in _found(ready, node, tier, column) for span in found])


def _found(ready: Prepared, node: Node, tier: Tier, column: Column) -> list[list[Span]]:
    """The places of each thing asked for, in the order of the query."""
    found = []
    for part in asked(node, column):
        places = near(ready, part, tier) if isinstance(part, Near) else occurrences(ready, part, tier)
        found.append([ready.span(start, end) for start, end in islice(places, _ENOUGH)])
    return found


def marked(text: str, node: Node, tier: Tier, column: Column) -> Marked:
    """The whole of `text`, a text of `column`, with its matches marked."""
    ready = prepare(text)
    return Marked(ready.text, tuple(spans(ready, node, tier, column)))


def snippet(texts: dict[Column, str], node: Node, tier: Tier) -> Marked:
    """The passage with most matches of the body, or of lead, captions, byline if none is there; else the beginning."""
    for column in ("body", "lead", "captions", "byline"):
        if not asked(node, column):
            continue
        text = normalize("NFC", texts[column])
        # A long article's beginning will do, where it holds all that is asked for.
        beginning = text[: text.rfind(" ", 0, _BEGINNING) + 1] if len(text) > _BEGINNING else ""
        for piece in (beginning, text):
            found = _found(prepare(piece), node, tier, column) if piece else []
            if found and (all(found) if piece is beginning else any(found)):
                return _densest(text, _merged([span for places in found for span in places]))
    text = texts["lead"] or texts["body"] or texts["captions"]
    return _passage(text, [], 0)


def asked(node: Node, column: Column) -> list[Term | Near]:
    """The terms and groups of terms that `node` asks for in the text of `column`."""
    match node:
        case Term():
            return [node] if node.column in (None, column) else []
        case Near():
            return [node] if node.terms[0].column in (None, column) else []
        case And() | Or():
            return [one for part in node.parts for one in asked(part, column)]
        case Not() | Filter():
            return []


def _merged(found: Sequence[Span]) -> list[Span]:
    merged: list[Span] = []
    for start, end in sorted(found):
        if merged and start < merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return merged


def _densest(text: str, places: Sequence[Span]) -> Marked:
    """The first passage with most matches, and how many characters of it match."""
    most, chosen, last = 0, 0, 0
    for first, (start, _) in enumerate(places):
        while last < len(places) and places[last][1] - start <= LENGTH - _BEFORE:
            last += 1
        weight = sum(end - begin for begin, end in places[first:last])
        if weight > most:
            most, chosen = weight, first
    return _passage(text, places, places[chosen][0])


def _passage(text: str, places: Sequence[Span], around: int) -> Marked:
    start = max(0, around - _BEFORE)
    if start:
        start = text.find(" ", start, around) + 1 or start  # begin with a whole word
    end = (
        len(text)
        if start + LENGTH >= len(text)
        else (text.rfind(" ", around + 1, start + LENGTH) + 1 or start + LENGTH)
    )
    before, after = "… " if start else "", " …" if end < len(text) else ""
    shift = len(before) - start
    marks = tuple((a + shift, b + shift) for a, b in places if a >= start and b <= end)
    passage = text[start:end].rstrip() if after else text[start:end]
    return _on_one_line(Marked(f"{before}{passage}{after}", marks))


def _on_one_line(passage: Marked) -> Marked:
    if "\n" not in passage.text and "  " not in passage.text:
        return passage
    text, marks = "", []
    for piece, matches in passage.pieces():
        flat = _SPACES.sub(" ", piece)
        if matches:
            marks.append((len(text), len(text) + len(flat)))
        text += flat
    return Marked(text, tuple(marks))


_FACTS = (
    *("rowid", "public_id", "source", "source_name", "day", "published", "province", "province_now", "url"),
    *("revision", "day_estimated", "gone_at"),
)
_ROWS = """SELECT a.search_rowid, a.public_id, a.source, coalesce(s.name, a.source), a.day, a.published, a.province,
        a.province_now, a.url, a.revision, a.day_estimated, a.gone_at, a.headline, a.lead, a.body, a.captions, a.byline
    FROM articles a LEFT JOIN sources s ON s.id = a.source
    WHERE a.search_rowid IN (SELECT value FROM json_each(?))"""


def hits(
    conn: sqlite3.Connection, node: Node, found: Sequence[tuple[int, Tier]], old: Mapping[tuple[int, Tier], OldText]
) -> tuple[Hit, ...]:
    """The hits for rowids and their tiers, in the order given; those in `old` as that text has them."""
    rows = {row[0]: row for row in conn.execute(_ROWS, (json.dumps([rowid for rowid, _ in found]),))}
    return tuple(_hit(rows[rowid], node, tier, old.get((rowid, tier))) for rowid, tier in found if rowid in rows)


def _hit(row: Sequence[Any], node: Node, tier: Tier, old: OldText | None) -> Hit:
    facts = dict(zip(_FACTS, row, strict=False))
    texts: dict[Column, str] = dict(zip(COLUMNS, row[len(_FACTS) :], strict=True))
    if old is not None:
        texts, facts["revision"] = old.texts, old.revision
    facts["day"] = date.fromisoformat(facts["day"])
    facts["day_estimated"] = bool(facts["day_estimated"])
    return Hit(
        **facts,
        headline=texts["headline"],
        snippet=snippet(texts, node, tier),
        tier=tier,
        title=marked(texts["headline"], node, tier, "headline"),
    )
