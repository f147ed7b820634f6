"""The parameters of the API, read strictly: programs are told what is wrong, where readers are met halfway."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal

import sqlite_utils
from starlette.datastructures import QueryParams

from archive.corpus import collocates, keywords, trends
from archive.corpus.collocates import Collocates
from archive.corpus.concordance import SORTS, Concordance
from archive.corpus.keywords import Keywords
from archive.custody.certificate import Certificate
from archive.errors import UsageError
from archive.search import facets
from archive.search.answer import ORDERS, Answer
from archive.search.request import MOST_HITS
from archive.store.counts import Stats
from archive.web.api import questions, values
from archive.web.api.questions import Asked
from archive.web.asking.asker import Weight

Kind = Literal["string", "integer", "boolean", "day"]


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter: what it means, what it may be, and its default (None where there is none).

    `options` are the only values of a string, `pattern` tells programs what others it may have (a regular expression;
    who reads the value says what is wrong); `low` and `high` bound a number, or how often a `many` may be given.
    """

    name: str
    description: str
    kind: Kind = "string"
    options: Sequence[str] = ()
    pattern: str = ""
    default: Any = None
    low: int = 0
    high: int = 0
    required: bool = False
    many: bool = False
    in_path: bool = False

    def schema(self) -> dict[str, Any]:
        """Its JSON schema."""
        schema: dict[str, Any] = {"type": "string" if self.kind == "day" else self.kind}
        if self.kind == "day":
            schema["format"] = "date"
        if self.kind == "integer":
            schema |= {"minimum": self.low, "maximum": self.high}
        if self.options:
            schema["enum"] = list(self.options)
        if self.pattern:
            schema["pattern"] = self.pattern
        if self.default is not None:
            schema["default"] = self.default
        if not self.many:
            return schema
        most = {"maxItems": self.high} if self.high else {}
        return {"type": "array", "items": schema, "minItems": int(self.required), **most}

    def read(self, values: Sequence[str]) -> Any:
        """What the address gives; raises UsageError naming the parameter where that is not what it may be."""
        if not values:
            if self.required:
                raise UsageError("{name} is missing: {description}", name=self.name, description=self.description)
            return () if self.many else self.default
        if self.many:
            return tuple(self._one(value) for value in values)
        if len(values) > 1:
            raise UsageError("{name} is given more than once", name=self.name)
        return self._one(values[0])

    def _one(self, value: str) -> Any:
        match self.kind:
            case "integer":
                if not (value.isascii() and value.isdigit() and self.low <= int(value[:9]) <= self.high):
                    raise UsageError(
                        "{name}={value}: a number from {low} to {high} is wanted",
                        name=self.name,
                        value=value,
                        low=self.low,
                        high=self.high,
                    )
                return int(value)
            case "boolean":
                if value not in ("true", "false"):
                    raise UsageError("{name}={value}: true or false is wanted", name=self.name, value=value)
                return value == "true"
            case "day":
                try:
                    return date.fromisoformat(value)
                except ValueError as error:
                    raise UsageError(
                        "{name}={value}: a day like 2020-03-31 is wanted", name=self.name, value=value
                    ) from error
            case "string":
                if self.options and value not in self.options:
                    raise UsageError(
                        "{name}={value}: one of {options} is wanted",
                        name=self.name,
                        value=value,
                        options=", ".join(self.options),
                    )
                return value


def read(parameters: Sequence[Parameter], query: QueryParams, path: Mapping[str, str]) -> dict[str, Any]:
    """The values of all `parameters`; raises UsageError for one that is wrong, or that is not known."""
    known = [parameter.name for parameter in parameters]
    unknown = [name for name in query if name not in known]
    if unknown:
        raise UsageError(
            "there is no parameter {unknown}: {known}", unknown=unknown[0], known=", ".join(known) or "none is known"
        )
    return {one.name: one.read([path[one.name]] if one.in_path else query.getlist(one.name)) for one in parameters}


# Every operation of the API: its address, its parameters, its question, and the type of its answer.

_WORD: Final = r"\w"
_MONTH: Final = "^([0-9]{4}-(0[1-9]|1[0-2]))?$"
_NAME: Final = "^[a-z0-9][a-z0-9-]{0,63}$"
_QUERY: Final = Parameter(
    "q", 'query in the archive\'s language: words, "phrases", OR, -not, fields', pattern=_WORD, required=True
)
_ANY: Final = Parameter("any_accents", "take accents typed as if none were", "boolean", default=False)
_SEED: Final = Parameter("seed", "of the random sample, where one is drawn", "integer", default=1, low=0, high=999_999)
_ID: Final = Parameter("id", "an article's public id, ten letters and digits", required=True, in_path=True)


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation. `answer` is the type of what `question` gives: it describes the answer."""

    path: str
    name: str
    summary: str
    question: Callable[[sqlite_utils.Database, Asked], Any]
    answer: Any
    parameters: tuple[Parameter, ...] = ()
    weight: Weight = "quick"


OPERATIONS: Final = (
    Operation(
        "/api/search",
        "search",
        "Articles that a query finds, with counts, facets and the passage that matches",
        questions.find,
        Answer,
        (
            _QUERY,
            Parameter("limit", "hits on a page", "integer", default=20, low=1, high=MOST_HITS),
            Parameter("cursor", "where the page before ended, as its answer said"),
            Parameter("order", "how hits are sorted", options=ORDERS, default=ORDERS[0]),
            Parameter("facet", "what hits are counted by", options=facets.NAMES, many=True),
            Parameter("as_of", "search the archive as it stood at the end of this day in Vietnam", "day"),
            Parameter("earlier", "search only texts that articles no longer have", "boolean", default=False),
            Parameter("unlikely", "search only pages that are probably no articles", "boolean", default=False),
            _ANY,
            Parameter("corpus", "search only within this frozen corpus", pattern=f"{_NAME}|^$"),
        ),
        "page",
    ),
    Operation(
        "/api/articles/{id}", "article", "One article, whole, with its provenance", questions.article, None, (_ID,)
    ),
    Operation(
        "/api/articles/{id}/revisions",
        "revisions",
        "The revisions of an article",
        questions.revisions,
        tuple[values.Revision, ...],
        (_ID,),
    ),
    Operation(
        "/api/lookup",
        "lookup",
        "What the archive knows of an address: its article, its captures",
        questions.lookup,
        values.Held,
        (Parameter("url", "the address of a page", required=True),),
    ),
    Operation(
        "/api/concordance",
        "concordance",
        "Every match of a query in its context",
        questions.lines,
        Concordance,
        (
            _QUERY,
            Parameter("width", "characters of context on each side", "integer", default=60, low=10, high=200),
            Parameter("sort", "how lines are sorted", options=SORTS, default=SORTS[0]),
            Parameter("one_each", "one line an article", "boolean", default=False),
            _ANY,
            Parameter("limit", "lines", "integer", default=1000, low=1, high=5000),
            _SEED,
        ),
        "slow",
    ),
    Operation(
        "/api/trends",
        "trends",
        "Up to five queries over time, beside what the archive holds",
        questions.over_time,
        values.TrendAnswer,
        (
            Parameter(
                "q",
                "a query; up to five may be given",
                pattern=_WORD,
                high=trends.MOST_QUERIES,
                required=True,
                many=True,
            ),
            Parameter("unit", "how time is parted", options=trends.UNITS, default="month"),
            _ANY,
            Parameter("matches", "count every match in the texts too", "boolean", default=False),
        ),
        "slow",
    ),
    Operation(
        "/api/collocates",
        "collocates",
        "Words near what a query finds, with logDice, log-likelihood and mutual information",
        questions.near,
        Collocates,
        (
            _QUERY,
            Parameter("window", "words on each side", "integer", default=5, low=1, high=collocates.MOST_WINDOW),
            Parameter("by", "the measure they are sorted by", options=collocates.MEASURES, default="log_dice"),
            Parameter("least", "found near it so often at least", "integer", default=5, low=1, high=10_000),
            Parameter("limit", "words", "integer", default=50, low=1, high=500),
            _ANY,
            _SEED,
        ),
        "slow",
    ),
    Operation(
        "/api/keywords",
        "keywords",
        "Words that set the articles of a query apart from others",
        questions.keys,
        Keywords,
        (
            _QUERY,
            Parameter("against", "the other articles, as a query; all others where it is not given"),
            Parameter("by", "the measure they are sorted by", options=keywords.MEASURES, default="keyness"),
            Parameter("unit", "what is counted", options=("syllable", "pair"), default="syllable"),
            Parameter("least", "found here so often at least", "integer", default=5, low=1, high=10_000),
            Parameter("limit", "words", "integer", default=50, low=1, high=500),
            _ANY,
            _SEED,
        ),
        "slow",
    ),
    Operation(
        "/api/sources",
        "sources",
        "Every source of the register, and what is held of it",
        questions.sources,
        tuple[values.SourceSummary, ...],
    ),
    Operation(
        "/api/sources/{id}/certificate",
        "certificate",
        "How complete the holdings of a source are",
        questions.stated,
        Certificate,
        (
            Parameter("id", "the source's id in the register", required=True, in_path=True),
            Parameter("month", "one month only, as 2020-03", pattern=_MONTH, default=""),
        ),
        "slow",
    ),
    Operation("/api/stats", "stats", "Counts over the whole archive", questions.counts, Stats, (), "slow"),
    Operation(
        "/api/collections", "collections", "Saved queries and frozen corpora", questions.collections, values.Collections
    ),
    Operation(
        "/api/collections/{name}",
        "corpus",
        "A frozen corpus: its articles, and what the archive holds of them today",
        questions.corpus,
        values.CorpusAnswer,
        (Parameter("name", "the corpus's name", pattern=_NAME, required=True, in_path=True),),
        "slow",
    ),
)
