"""Explains an empty answer: which part finds nothing, what the archive has instead, which days it covers."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from difflib import get_close_matches
from typing import Final

import sqlite_utils

from archive.errors import QueryError
from archive.messages.message import Message
from archive.search.grammar.parser import parse, words_of
from archive.search.grammar.tree import And, Filter, Near, Node, Not, Or, Query, Term, Word, filters, terms, written
from archive.search.index.docid_sets import docid_range
from archive.search.index.docids import day_of
from archive.search.index.vocabulary import articles_with, commonest, words_with_prefix
from archive.search.planner.executor import count, find
from archive.search.planner.filters import sections, values_meant
from archive.search.planner.plan import plan
from archive.text.folding import tokens

# Reads Vietnamese typed with its keys showing (Telex `tinhr uyr`, VNI `d9u7o7ng2`), when the input method was off.

_VOWELS: Final = "aăâeêioôơuưy"
_TELEX_TONES: Final = {"s": "\u0301", "f": "\u0300", "r": "\u0309", "x": "\u0303", "j": "\u0323"}
_VNI_TONES: Final = {"1": "\u0301", "2": "\u0300", "3": "\u0309", "4": "\u0303", "5": "\u0323"}
_TELEX_SHAPES: Final = {"aa": "â", "aw": "ă", "ee": "ê", "oo": "ô", "ow": "ơ", "uw": "ư", "dd": "đ"}
_VNI_SHAPES: Final = {"a6": "â", "a8": "ă", "e6": "ê", "o6": "ô", "o7": "ơ", "u7": "ư", "d9": "đ"}
_LONGEST: Final = 17  # keys: a syllable has eight letters, each may have one for its shape, and there is one tone
_SYLLABLE: Final = re.compile(
    "(?:ngh|ng|nh|ch|gh|gi|kh|ph|qu|th|tr|[bcdđghklmnpqrstvx])?[aăâeêioôơuưy]{1,3}(?:ch|ng|nh|[cmnpt])?"
)


def decode_keys(word: str) -> str | None:
    """The syllable that the keys of `word` (lower case) would have given; None where they give none.

    >>> [decode_keys(keys) for keys in ("tinhr", "uyr", "dduwowngf", "hooij", "d9u7o7ng2", "kho1a", "duong", "covid")]
    ['tỉnh', 'uỷ', 'đường', 'hội', 'đường', 'khoá', None, None]
    """
    if len(word) > _LONGEST:
        return None
    for tones, shapes in ((_TELEX_TONES, _TELEX_SHAPES), (_VNI_TONES, _VNI_SHAPES)):
        syllable = _decoded(word, tones, shapes)
        if syllable is not None:
            return syllable
    return None


def _decoded(word: str, tones: dict[str, str], shapes: dict[str, str]) -> str | None:
    letters: list[str] = []
    tone = ""
    for key in word:
        shape = next((at for at in range(len(letters) - 1, -1, -1) if f"{letters[at]}{key}" in shapes), None)
        if shape is not None and (key == "w" or key.isdigit() or shape >= len(letters) - 2):
            letters[shape] = shapes[f"{letters[shape]}{key}"]
            if key in "w7" and shape and letters[shape] == "ơ" and letters[shape - 1] == "u":
                letters[shape - 1] = "ư"  # uow is ươ
        elif key in tones and any(letter in _VOWELS for letter in letters) and not tone:
            tone = tones[key]
        else:
            letters.append(key)
    bare = "".join(letters)
    if (bare == word and not tone) or _SYLLABLE.fullmatch(bare) is None:
        return None
    return _toned(bare, tone)


def _toned(syllable: str, tone: str) -> str:
    """`syllable` with its tone where the new style has it: on a letter with a shape, else the last vowel of a closed
    syllable, else the middle of three, the second of `oa oe uy`, the first of other two.
    """
    start = 2 if re.match("qu.|gi[aăâeêoôơuư]", syllable) else 0
    vowels = [at for at, letter in enumerate(syllable) if letter in _VOWELS and at >= start]
    shaped = [at for at in vowels if syllable[at] in "ăâêôơư"]
    if shaped:
        place = shaped[-1]
    elif len(vowels) == 1:
        place = vowels[0]
    elif syllable[-1] not in _VOWELS:
        place = vowels[-1]
    elif len(vowels) > 2 or syllable[vowels[0] : vowels[1] + 1] in ("oa", "oe", "uy"):
        place = vowels[1]
    else:
        place = vowels[0]
    return unicodedata.normalize("NFC", f"{syllable[: place + 1]}{tone}{syllable[place + 1 :]}")


_MOST = 3  # suggestions
_ALIKE = 0.7  # of 1: how like its name is the source or section that is meant
_SMALL = re.compile(r"(?<!\S)(?:or|and|not)(?!\S)")
_NEAREST = 5  # words of the archive looked at for one that it does not have


def explain(
    db: sqlite_utils.Database, query: Query, count_of: Callable[[Node], int]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Why `query` finds nothing, as sentences, and up to three queries near it that find something.

    `count_of` says how much another query finds where this one looked: in a corpus, in the texts of a day.
    """
    low, high = docid_range(db.conn)
    if not high:
        return (Message("the archive holds no article yet"),), ()
    notes = [*_absent_words(db, query.root), *_absent_limits(db, query.root)]
    if any(limit.kind == "day" for limit in filters(query.root)):
        notes.append(
            Message(
                "the archive covers {first} to {last}", first=day_of(low).isoformat(), last=day_of(high).isoformat()
            )
        )
    corrected = _corrected(db, query.root)
    found = _finding(
        count_of, query.root, (*_operators(query), corrected, _any_accents(corrected), _loosened(corrected))
    )
    return tuple(notes), found or _finding(count_of, query.root, (*_fewer(corrected), *_held_only(db, corrected)))


def _operators(query: Query) -> Iterator[Node]:
    """`query` with the operators meant by "or", "and" and "not", which are words in small letters."""
    meant_so = _SMALL.sub(lambda word: word[0].upper(), query.text)
    if meant_so != query.text:
        with suppress(QueryError):
            yield parse(meant_so).root


def _finding(count_of: Callable[[Node], int], asked: Node, others: Iterable[Node]) -> tuple[str, ...]:
    """The first of `others` that find something, as queries."""
    finding: dict[str, None] = {}
    for other in others:
        if len(finding) < _MOST and other != asked and count_of(other):
            finding[written(other)] = None
    return tuple(finding)


def _absent_words(db: sqlite_utils.Database, root: Node) -> Iterator[str]:
    for term in terms(root, wanted_only=True):
        for word in term.words:
            if not _held(db, term, word):
                yield Message("no article holds '{exact}', in any accents", exact=word.exact)
        if term.form == "exact" and count(db, plan(replace(term, form="folded"), "folded")):
            yield Message("'{text}' is found in other accents only", text=term.text)


_LACKING: Final = {
    "source": "the archive has no source '{label}'",
    "section": "the archive has no section '{label}'",
    "tag": "the archive has no tag '{label}'",
    "place": "the archive has no place '{label}'",
    "person": "no article names '{label}' with an office",
}


def lacking(limit: Filter) -> Message:
    """The sentence that the archive has nothing called as `limit` says."""
    return Message(_LACKING.get(limit.kind, "the archive has no {kind} '{label}'"), kind=limit.kind, label=limit.label)


def unknown_limits(db: sqlite_utils.Database, root: Node) -> Iterator[str]:
    """A sentence for each source and section of the query that the archive does not have."""
    for limit in filters(root):
        if not values_meant(db.conn, limit):
            yield lacking(limit)


def _absent_limits(db: sqlite_utils.Database, root: Node) -> Iterator[str]:
    yield from unknown_limits(db, root)
    for limit in filters(root):
        if limit.kind != "day" and values_meant(db.conn, limit) and not len(find(db, limit)):
            yield Message("no article has {written}", written=written(limit))


def _held(db: sqlite_utils.Database, term: Term, word: Word) -> bool:
    if term.prefix and word == term.words[-1]:
        return next(words_with_prefix(db, "folded", word.folded), None) is not None
    return articles_with(db, "folded", word.folded) > 0


def _any_accents(node: Node) -> Node:
    return _changed(node, lambda term: replace(term, form="folded") if term.form == "exact" else term)


def _corrected(db: sqlite_utils.Database, root: Node) -> Node:
    """`root` with words of the archive in place of those that no article holds.

    Where there are such, accents that the archive has nowhere are mended with them.
    """
    corrected = _changed(root, lambda term: _spelled(term, lambda word: _held_or_nearest(db, term, word)))
    if corrected != root:
        corrected = _changed(corrected, lambda term: _spelled(term, lambda word: _accented(db, word)))
    return _changed(corrected, lambda term: term, lambda limit: _named(db, limit))


def _named(db: sqlite_utils.Database, limit: Filter) -> Filter:
    """`limit` with the nearest source or section where the archive has none called so."""
    if limit.kind not in ("source", "section") or values_meant(db.conn, limit):
        return limit
    known = sections(db.conn) if limit.kind == "section" else (row["id"] for row in db["sources"].rows_where())
    spelled = {" ".join(tokens(name)): name for name in known}
    near = get_close_matches(" ".join(tokens(limit.value)), spelled, n=1, cutoff=_ALIKE)
    return replace(limit, value=spelled[near[0]], label=spelled[near[0]], meant=None) if near else limit


def _spelled(term: Term, spell: Callable[[Word], Word]) -> Term:
    words = tuple(map(spell, term.words))
    return term if words == term.words else replace(term, words=words, text=" ".join(word.exact for word in words))


def _accented(db: sqlite_utils.Database, word: Word) -> Word:
    if not word.accented or articles_with(db, "exact", word.exact) or not articles_with(db, "folded", word.folded):
        return word
    return Word(commonest(db, word.folded), word.folded)


def _held_or_nearest(db: sqlite_utils.Database, term: Term, word: Word) -> Word:
    return word if _held(db, term, word) else _nearest(db, word)


def _nearest(db: sqlite_utils.Database, word: Word) -> Word:
    """What was meant by a word that no article holds: its keys read as Telex or VNI, else the nearest spelling."""
    meant = decode_keys(word.exact)
    if meant is not None and articles_with(db, "exact", meant):
        return words_of(meant)[0]
    from rapidfuzz.distance import OSA  # 7 ms of the start of `search`; most words need no help

    most = 1 if len(word.folded) <= 4 else 2
    near = sorted(
        (OSA.distance(word.folded, other), other)
        for other in words_with_prefix(db, "folded", word.folded[:1])
        if abs(len(other) - len(word.folded)) <= most and OSA.distance(word.folded, other) <= most
    )[:_NEAREST]
    if not near:
        return word
    _, _, best = min((distance, -articles_with(db, "folded", other), other) for distance, other in near)
    return Word(commonest(db, best), best)


def _changed(
    node: Node, change: Callable[[Term], Node], rename: Callable[[Filter], Filter] = lambda limit: limit
) -> Node:
    """`node` with every term that is asked for changed, and every limit by which it is asked for renamed."""
    match node:
        case Term():
            return change(node)
        case Near():
            near = [change(term) for term in node.terms]
            return Near(tuple(term for term in near if isinstance(term, Term)), node.distance)
        case And():
            return And(tuple(_changed(part, change, rename) for part in node.parts))
        case Or():
            changed = [_changed(part, change, rename) for part in node.parts]
            parts = tuple({written(part): part for part in changed}.values())
            return parts[0] if len(parts) == 1 else Or(parts)  # two may be mended into one
        case Filter():
            return rename(node)
        case Not():
            return node


def _loosened(node: Node) -> Node:
    """`node` with its phrases and its NEAR taken apart into words."""
    match node:
        case Term():
            if " " not in node.text and any(len(word.exact) == 1 for word in node.words):
                return node  # "U-23": letters anywhere are not what is meant
            alone = tuple(replace(node, words=(word,), prefix=False) for word in node.words[:-1])
            return And((*alone, replace(node, words=node.words[-1:]))) if alone else node
        case Near():
            return And(tuple(_loosened(term) for term in node.terms))
        case And():
            return And(tuple(_loosened(part) for part in node.parts))
        case Or():
            return Or(tuple(_loosened(part) for part in node.parts))
        case Not() | Filter():
            return node


def _held_only(db: sqlite_utils.Database, node: Node) -> Iterator[Node]:
    """`node` without all the words that no article holds, where others are left."""
    if not isinstance(node, And):
        return
    absent = [
        part for part in node.parts if isinstance(part, Term) and not all(_held(db, part, word) for word in part.words)
    ]
    rest = tuple(part for part in node.parts if part not in absent)
    if len(absent) > 1 and any(not isinstance(part, Not | Filter) for part in rest):
        yield rest[0] if len(rest) == 1 else And(rest)


def _fewer(node: Node) -> Iterator[Node]:
    """`node` without one of its limits, then without one thing that is excluded; what lacks a word stands beside."""
    if not isinstance(node, And):
        return
    for kind in (Filter, Not):
        for part in node.parts:
            rest = tuple(other for other in node.parts if other is not part)
            if isinstance(part, kind) and not all(isinstance(other, Not) for other in rest):
                yield rest[0] if len(rest) == 1 else And(rest)
