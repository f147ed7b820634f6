"""Reads a query into its tree, or says where it cannot be read and what would work.

    query = all { OR all }
    all   = item { [ AND ] item }
    item  = [ "-" | NOT ] ( near | [ field ":" ] "(" query ")" )
    near  = text { NEAR/n text }
    text  = [ field ":" ] value
    value = [ "=" | "~" ] ( word | '"' words '"' ) [ "*" ]

Two things written side by side are both asked for. HOẶC, VÀ, KHÔNG, GẦN/n are OR, AND, NOT, NEAR/n. Operators are
capitals: `or` is a word. `release.railroad` draws these rules.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from archive.errors import QueryError, UsageError
from archive.messages.message import Message
from archive.places import province, province_now
from archive.search.grammar.lexer import STATES, DayError, Field, Token, cut, field_named, normalised, read_days
from archive.search.grammar.tree import (
    COLUMNS,
    And,
    Column,
    Filter,
    FilterKind,
    Form,
    Near,
    Node,
    Not,
    Or,
    Query,
    Term,
    Word,
)
from archive.text.analyzer import WORD, prepare
from archive.text.folding import fold

# What a single piece of a query stands for: a word, a phrase, a begun word, or a limit with its value.

SHORTEST_PREFIX: Final = 3  # n* costs 795 ms at 100,000 articles, ng* 337, ngu* 41, nghi* 11 (measured)
_FORMS: Final[dict[str, Form]] = {"": "typed", "=": "exact", "~": "folded"}
_SLUG: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+){3,}")  # tinh-uy-thai-nguyen: four syllables and more
_NUMBER: Final = re.compile(  # thousands with dots, or with commas, or a fraction behind a comma: 12.500,5
    r"(?<![\w.,/-])(?:\d{1,3}(?:\.\d{3})+(?:,\d+)?|\d{1,3}(?:,\d{3})+|\d+,\d+)(?![\w/-]|[.,]\w)"
)
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
        notes.append(Message("'{text}' holds no letter or digit and was left out", text=token.text))
        return None
    text = query[token.start : token.end]
    if prefix and len(words[-1].folded) < SHORTEST_PREFIX:
        whole = f"{query[: token.end - 1]}{query[token.end :]}"
        raise QueryError(
            Message("a begun word needs {shortest_prefix} letters before *", shortest_prefix=SHORTEST_PREFIX),
            query,
            token.start,
            whole,
        )
    if token.kind == "chunk" and not mark and not prefix and _SLUG.fullmatch(token.text):
        notes.append(
            Message(
                "'{text}' is read as {words} words; write it in quotes to find them in a row",
                text=token.text,
                words=len(words),
            )
        )
        return And(tuple(Term((word,), word.exact, token.start, token.end, column=column) for word in words))
    if "*" in token.text.rstrip("*"):
        notes.append(Message("'{text}': * works at the end of a word only", text=token.text))
    lost = "".join(
        sorted({letter for letter in token.text if letter in "#%@&" or unicodedata.category(letter)[0] == "S"})
    )
    if lost:
        found = " ".join(word.exact for word in words)
        notes.append(
            Message("'{text}' is looked for as '{found}': {lost} is in no index", text=text, found=found, lost=lost)
        )
    words = _with_numbers(token.text, words)
    return Term(words, text, token.start, token.end, _FORMS[mark], prefix, column)


def _with_numbers(text: str, words: tuple[Word, ...]) -> tuple[Word, ...]:
    """`words` of `text`, with those `joined` that go on with a number typed with dots or commas in it.

    >>> [word.joined for word in _with_numbers("hơn 1.000 hộ", words_of("hơn 1.000 hộ"))]
    [False, False, True, False]
    >>> [any(word.joined for word in _with_numbers(text, words_of(text))) for text in ("1,5", "5/3/2020", "1.00")]
    [True, False, False]
    """
    joined: set[int] = set()
    for number in _NUMBER.finditer(text):
        first = len(words_of(text[: number.start()]))
        joined.update(range(first + 1, first + len(words_of(number[0]))))
    return tuple(replace(word, joined=True) if at in joined else word for at, word in enumerate(words))


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
            message = Message(
                "'{value}' is no state: sua (changed), go (gone from its site) or con (still there)", value=value
            )
            raise QueryError(message, query, token.start)
        return Filter("state", state, value, token.start, token.end), 0
    if not words_of(value):
        raise QueryError(Message("a limit without a letter or digit"), query, token.start)
    return Filter(_kind(field), value, value, token.start, token.end), 0


NO_PROVINCE = ("none", "toan quoc")
"""What is typed for the province of articles that have none: of national papers, and of hosts that no source claims."""


def _kind(field: Field) -> FilterKind:
    if field in ("source", "section", "tag", "place", "person"):
        return field
    raise AssertionError(field)


def _province(
    query: str, field: FilterKind, token: Token, following: Sequence[Token], notes: list[str]
) -> tuple[Filter, int]:
    if fold(token.text.strip()) in NO_PROVINCE:
        return Filter(field, "", NO_PROVINCE[0], token.start, token.end), 0
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
                Message(
                    'tinh: takes {unit} as it was until 30 June 2025; tinh34:"{unit}" adds {others} more',
                    unit=unit.name,
                    others=others,
                )
            )
        return Filter(field, unit.id, unit.name, token.start, end), used
    raise AssertionError(token)


def _unknown_province(query: str, token: Token, error: UsageError) -> QueryError:
    nearest = error.message.values.get("near")
    better = f'{query[: token.start]}"{nearest}"{query[token.end :]}' if nearest else None
    return QueryError(error.message, query, token.start, better)


def _days(query: str, token: Token) -> Filter:
    text = token.text.strip()
    try:
        first, last = read_days(text)
    except DayError as error:
        begins, dots, ends = text.partition("..")
        swapped = f"{query[: token.start]}{ends}..{begins}{query[token.end :]}" if "before" in str(error) else None
        raise QueryError(error.message, query, token.start, swapped if dots else None) from error
    return Filter("day", text, text, token.start, token.end, first, last)


def _one_sided(operator: Token, *, left: bool) -> Message:
    name = "NEAR" if operator.kind == "near" else operator.text
    if left:
        return Message("{operator} has no word on its left", operator=name)
    return Message("{operator} has no word on its right", operator=name)


MOST_LEVELS = 16  # FTS5's parser fails at 36 levels of OR in AND (measured)
MOST_TERMS = 64
_NEAR = re.compile(r"(?:NEAR|GẦN)(?:/\d*)?")


def parse(text: str) -> Query:
    """`text` understood.

    Raises QueryError (with position, and a query that works where there is one) for what cannot be: nothing to search
    for, brackets or quotes without their other half, an operator without its words, an exclusion alone, an unknown
    field or province, an impossible day, and more than 1,000 characters, 64 terms or 16 levels of brackets.

    >>> parse('"hội nghị" OR đường -bản').root.parts[1].parts[1]
    Not(part=Term(words=(Word(exact='bản', folded='ban'),), text='bản', start=21, end=24, form='typed', \
prefix=False, column=None))
    """
    query = normalised(text)
    if not query.strip():
        raise QueryError(Message("the query is empty: type a word"), query, 0)
    try:
        parser = _Parser(query)
        root = parser.whole()
    except QueryError as error:
        if error.suggestion is not None and not _works(error.suggestion):
            error.suggestion = None
        raise
    return Query(query, root, tuple(dict.fromkeys(parser.notes)))


def _works(query: str) -> bool:
    try:
        _Parser(query).whole()
    except QueryError:
        return False
    return True


class _Parser:
    """Walks over the tokens once, from left to right."""

    def __init__(self, query: str) -> None:
        self.query = query
        self.tokens = cut(query)
        self.position = 0
        self.level = 0
        self.terms = 0
        self.notes: list[str] = []

    @property
    def token(self) -> Token:
        return self.tokens[self.position]

    def take(self) -> Token:
        token = self.token
        self.position += 1
        return token

    def wrong(self, message: str, token: Token, better: str | None = None) -> QueryError:
        return QueryError(message, self.query, token.start, better)

    def without(self, *dropped: Token) -> str | None:
        """The query without some tokens, as a suggestion."""
        text = self.query
        for token in sorted(dropped, key=lambda one: -one.start):
            text = f"{text[: token.start]} {text[token.end :]}"
        return " ".join(text.split()) or None

    def whole(self) -> Node:
        node = self.any(None)
        if self.token.kind == "close":
            raise self.wrong(Message("a closing bracket has no opening one"), self.token, self.without(self.token))
        if node is None:
            raise QueryError(Message("there is no word in the query: only marks"), self.query, 0)
        return node

    def any(self, field: Field | None) -> Node | None:
        parts: list[Node] = []
        while True:
            part = self.all(field)
            if part is not None:
                parts.append(part)
            if self.token.kind != "or":
                break
            operator = self.take()
            if part is None or self.token.kind in ("end", "close", "or"):
                raise self.wrong(_one_sided(operator, left=part is None), operator, self.without(operator))
        return _one(parts, Or)

    def all(self, field: Field | None) -> Node | None:
        parts: list[Node] = []
        began = self.token
        while self.token.kind not in ("or", "close", "end"):
            if self.token.kind == "and":
                self.conjunction(began)
            part = self.exclusion(field) if self.token.kind in ("minus", "not") else self.near(field)
            if part is not None:
                parts.append(part)
        if parts and all(isinstance(part, Not) for part in parts):
            raise self.wrong(Message("the query only excludes: add a word or a field to search for"), began)
        return _one(parts, And)

    def conjunction(self, began: Token) -> None:
        operator = self.take()
        if operator is began or self.token.kind in ("end", "close", "or", "and"):
            raise self.wrong(_one_sided(operator, left=operator is began), operator, self.without(operator))

    def exclusion(self, field: Field | None) -> Node | None:
        operator = self.take()
        if self.token.kind in ("minus", "not"):
            raise self.wrong(Message("two exclusions in a row"), operator, self.without(operator, self.token))
        if self.token.kind in ("end", "close", "or", "and", "near"):
            raise self.wrong(
                Message("{text} has no word to exclude", text=operator.text), operator, self.without(operator)
            )
        part = self.near(field)
        return None if part is None else Not(part)

    def near(self, field: Field | None) -> Node | None:
        first = self.token
        if first.kind == "near":
            raise self.wrong(_one_sided(first, left=True), first, self.without(first))
        part = self.part(field)
        if self.token.kind != "near":
            return part
        terms, distance = [part], 0
        while self.token.kind == "near":
            operator = self.take()
            if distance and int(operator.text) != distance:
                same = f"{self.query[: operator.start]}NEAR/{distance}{self.query[operator.end :]}"
                raise self.wrong(Message("all NEAR in a row take one distance"), operator, same)
            distance = int(operator.text)
            if self.token.kind not in ("chunk", "quoted", "mark", "field"):
                raise self.wrong(_one_sided(operator, left=False), operator, self.without(operator))
            terms.append(self.part(field))
        words = [term for term in terms if isinstance(term, Term)]
        if len(words) < len(terms) or len({term.column for term in words}) > 1:
            better = self.query[: first.start] + _NEAR.sub("AND", self.query[first.start :])
            raise self.wrong(
                Message("NEAR joins words and phrases of the same text, no brackets or limits"), first, better
            )
        return Near(tuple(words), distance)

    def part(self, field: Field | None) -> Node | None:
        token = self.take()
        if token.kind == "field":
            return self.field(token, field)
        if token.kind == "open":
            return self.group(token, field)
        if token.kind == "close":  # "field:)" and the like; whole() and group() take all others
            raise self.wrong(Message("a closing bracket has no opening one"), token, self.without(token))
        return self.value(token, field)

    def group(self, opened: Token, field: Field | None) -> Node | None:
        self.level += 1
        if self.level > MOST_LEVELS:
            raise self.wrong(
                Message("more than {most_levels} brackets in one another", most_levels=MOST_LEVELS), opened
            )
        node = self.any(field)
        if self.token.kind != "close":
            raise self.wrong(Message("a bracket is not closed"), opened, self.query + ")")
        self.take()
        self.level -= 1
        return node

    def field(self, token: Token, outer: Field | None) -> Node | None:
        if outer is not None:
            raise self.wrong(Message("a field stands inside another field's brackets"), token, self.without(token))
        if self.token.kind not in ("chunk", "quoted", "mark", "open"):
            raise self.wrong(Message("{text}: has no value", text=token.text), token, self.without(token))
        return self.part(field_named(token.text))

    def value(self, token: Token, field: Field | None) -> Node | None:
        self.count(1, token)
        if field is None or field in COLUMNS:
            return self.term(token, field)
        if token.kind == "mark":
            raise self.wrong(
                Message("= and ~ stand before words of the text, not before a limit"), token, self.without(token)
            )
        limit, used = read_filter(self.query, field, token, self.tokens[self.position :], self.notes)
        self.position += used
        return limit

    def count(self, terms: int, token: Token) -> None:
        self.terms += terms
        if self.terms > MOST_TERMS:
            raise self.wrong(
                Message("more than {most_terms} words and phrases", most_terms=MOST_TERMS),
                token,
                self.query[: token.start].strip(),
            )

    def term(self, token: Token, field: Field | None) -> Node | None:
        mark = ""
        if token.kind == "mark":
            mark, token = token.text, self.take()
            if token.kind not in ("chunk", "quoted"):
                raise self.wrong(Message("{mark} has no word after it", mark=mark), token, None)
        column = next((column for column in COLUMNS if column == field), None)
        node = read_term(self.query, token, mark, column, self.notes)
        if isinstance(node, And):
            self.count(len(node.parts) - 1, token)
        return node


def _one(parts: list[Node], kind: type[And] | type[Or]) -> Node | None:
    if not parts:
        return None
    return parts[0] if len(parts) == 1 else kind(tuple(parts))
