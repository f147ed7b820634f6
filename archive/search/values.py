"""What a single piece of a query stands for: a word, a phrase, a begun word, or a limit with its value."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from archive.errors import QueryError, UsageError
from archive.places import province, province_now
from archive.search.fields import STATES, DayError, Field, read_days
from archive.search.lexer import Token
from archive.search.prepare import WORD, prepare
from archive.search.query import And, Column, Filter, FilterKind, Form, Node, Term, Word
from archive.text.fold import fold

SHORTEST_PREFIX: Final = 3  # n* costs 795 ms at 100,000 articles, ng* 337, ngu* 41, nghi* 11 (measured)
_FORMS: Final[dict[str, Form]] = {"": "typed", "=": "exact", "~": "folded"}
_SLUG: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+){3,}")  # tinh-uy-thai-nguyen: four syllables and more
_LONGEST_NAME: Final = 5  # words of a province's name written without quotes: "Bà Rịa - Vũng Tàu"


def words_of(text: str) -> tuple[Word, ...]:
    """The words of `text`, in order, each in both forms."""
    ready = prepare(text)
    return tuple(Word(match[0], ready.folded[match.start() : match.end()]) for match in WORD.finditer(ready.exact))


def read_term(query: str, token: Token, mark: str, column: Column | None, notes: list[str]) -> Node | None:
    """The term that `token` stands for; None, with a note, where it holds neither letter nor digit.

    What is written together is a phrase (`57-NQ/TW`, `covid-19`), but a slug of four syllables or more is read as so
    many words, for a slug can lack some of its headline's.
    """
    prefix = token.text.endswith("*")
    words = words_of(token.text)
    if not words:
        notes.append(f"'{token.text}' holds no letter or digit and was left out")
        return None
    text = query[token.start : token.end]
    if prefix and len(words[-1].folded) < SHORTEST_PREFIX:
        whole = f"{query[: token.end - 1]}{query[token.end :]}"
        raise QueryError(f"a begun word needs {SHORTEST_PREFIX} letters before *", query, token.start, whole)
    if token.kind == "chunk" and not mark and not prefix and _SLUG.fullmatch(token.text):
        notes.append(f"'{token.text}' is read as {len(words)} words; write it in quotes to find them in a row")
        return And(tuple(Term((word,), word.exact, token.start, token.end, column=column) for word in words))
    if "*" in token.text.rstrip("*"):
        notes.append(f"'{token.text}': * works at the end of a word only")
    return Term(words, text, token.start, token.end, _FORMS[mark], prefix, column)


def read_filter(
    query: str, field: Field, token: Token, following: Sequence[Token], notes: list[str]
) -> tuple[Filter, int]:
    """The limit that `token` gives to `field`, and how many of the `following` tokens belong to its value.

    A province's name may be written without quotes (`tinh:Bắc Giang`). Raises QueryError for a province or a day that
    does not exist.
    """
    if field == "province" or field == "province_now":
        return _province(query, field, token, following, notes)
    if field == "day":
        return _days(query, token), 0
    value = token.text.strip()
    if field == "state":
        state = STATES.get(fold(value))
        if state is None:
            message = f"'{value}' is no state: sua (changed), go (gone from its site) or con (still there)"
            raise QueryError(message, query, token.start)
        return Filter("state", state, value, token.start, token.end), 0
    if not words_of(value):
        raise QueryError("a limit without a letter or digit", query, token.start)
    return Filter(_kind(field), value, value, token.start, token.end), 0


def _kind(field: Field) -> FilterKind:
    if field in ("source", "section", "tag", "place"):
        return field
    raise AssertionError(field)


def _province(
    query: str, field: FilterKind, token: Token, following: Sequence[Token], notes: list[str]
) -> tuple[Filter, int]:
    read = province if field == "province" else province_now
    more = 0
    if token.kind == "chunk":
        while more < min(len(following), _LONGEST_NAME) and following[more].kind in ("chunk", "minus"):
            more += 1
    for used in range(more, -1, -1):
        end = following[used - 1].end if used else token.end
        spelling = query[token.start : end] if used else token.text
        try:
            unit = read(spelling.strip())
        except UsageError as error:
            if used:
                continue
            raise _unknown_province(query, token, error) from error
        if field == "province" and len(province_now(unit.now).parts) > 1 and unit.id == unit.now:
            others = len(province_now(unit.now).parts) - 1
            notes.append(
                f'tinh: takes {unit.name} as it was until 30 June 2025; tinh34:"{unit.name}" adds {others} more'
            )
        return Filter(field, unit.id, unit.name, token.start, end), used
    raise AssertionError(token)


def _unknown_province(query: str, token: Token, error: UsageError) -> QueryError:
    nearest = re.search(r'did you mean "([^"]+)"', str(error))
    better = f'{query[: token.start]}"{nearest[1]}"{query[token.end :]}' if nearest else None
    return QueryError(str(error), query, token.start, better)


def _days(query: str, token: Token) -> Filter:
    text = token.text.strip()
    try:
        first, last = read_days(text)
    except DayError as error:
        begins, dots, ends = text.partition("..")
        swapped = f"{query[: token.start]}{ends}..{begins}{query[token.end :]}" if "before" in str(error) else None
        raise QueryError(f"{error}", query, token.start, swapped if dots else None) from error
    return Filter("day", text, text, token.start, token.end, first, last)
