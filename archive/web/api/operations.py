"""The parameters of the API, read strictly: programs are told what is wrong, where readers are met halfway."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, get_type_hints

import sqlite_utils
from starlette.datastructures import QueryParams

from archive import cite as citing
from archive.cite import CiteRequest
from archive.corpus import clusters, collocates, concordance, flow, keywords, ngrams, people, trends
from archive.corpus.clusters import ClustersRequest
from archive.corpus.collocates import CollocatesRequest
from archive.corpus.concordance import ConcordanceRequest
from archive.corpus.flow import FlowRequest
from archive.corpus.keywords import KeywordsRequest
from archive.corpus.ngrams import NgramsRequest
from archive.corpus.people import PeopleRequest
from archive.corpus.trends import TrendsRequest
from archive.custody.certificate import Certificate
from archive.errors import UsageError
from archive.search.answer import Answer
from archive.search.query_files import NAME
from archive.search.question import Option, options_of
from archive.search.request import SearchRequest
from archive.store.counts import Stats
from archive.web.api import questions, values
from archive.web.api.questions import Asked
from archive.web.asking.asker import Weight


def of_question(asked: type[Any]) -> tuple[Option, ...]:
    """The parameters of what the dataclass `asked` declares."""
    return tuple(one for one in options_of(asked) if one.http)


def read(parameters: Sequence[Option], query: QueryParams, path: Mapping[str, str]) -> dict[str, Any]:
    """The values of all `parameters`; raises UsageError for one that is wrong, or that is not known."""
    known = [parameter.name for parameter in parameters]
    unknown = [name for name in query if name not in known]
    if unknown:
        raise UsageError(
            "there is no parameter {unknown}: {known}", unknown=unknown[0], known=", ".join(known) or "none is known"
        )
    return {one.name: one.read([path[one.name]] if one.in_path else query.getlist(one.name)) for one in parameters}


# Every operation of the API: its address, its parameters, its question, and the type of its answer.

_MONTH: Final = "^([0-9]{4}-(0[1-9]|1[0-2]))?$"
_ID: Final = Option("id", "an article's public id, ten letters and digits", required=True, in_path=True)


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation. `answer` is the type of what `question` gives: it describes the answer."""

    path: str
    name: str
    summary: str
    question: Callable[[sqlite_utils.Database, Asked], Any]
    answer: Any
    parameters: tuple[Option, ...] = ()
    weight: Weight = "quick"


def _declared(
    name: str,
    summary: str,
    question: type[Any],
    answer: Callable[[Any, Any], Any],
    weight: Weight = "slow",
    path: str = "",
) -> Operation:
    """The operation that asks what a dataclass declares."""
    asking, answered = questions.Declared(question, answer), get_type_hints(answer)["return"]
    return Operation(path or f"/api/{name}", name, summary, asking, answered, of_question(question), weight)


OPERATIONS: Final = (
    Operation(
        "/api/search",
        "search",
        "Articles that a query finds, with counts, facets and the passage that matches",
        questions.find,
        Answer,
        of_question(SearchRequest),
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
    _declared(
        "citation", "A reference to an article", CiteRequest, citing.answer, "quick", "/api/articles/{id}/citation"
    ),
    Operation(
        "/api/lookup",
        "lookup",
        "What the archive knows of an address: its article, its captures",
        questions.lookup,
        values.Held,
        (Option("url", "the address of a page", required=True),),
    ),
    _declared("concordance", "Every match of a query in its context", ConcordanceRequest, concordance.answer),
    _declared("trends", "Up to five queries over time, beside what the archive holds", TrendsRequest, trends.answer),
    _declared(
        "collocates",
        "Words near what a query finds, with logDice, log-likelihood and mutual information",
        CollocatesRequest,
        collocates.answer,
    ),
    _declared("keywords", "Words that set the articles of a query apart", KeywordsRequest, keywords.answer),
    _declared("ngrams", "A word or a pair of words by month", NgramsRequest, ngrams.answer),
    _declared("clusters", "Texts that several newspapers have", ClustersRequest, clusters.answer),
    _declared("people", "Whom articles name with an office, as what, from when to when", PeopleRequest, people.answer),
    _declared("flow", "Who prints whose texts, when and how fast", FlowRequest, flow.answer),
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
            Option("id", "the source's id in the register", required=True, in_path=True),
            Option("month", "one month only, as 2020-03", pattern=_MONTH, default=""),
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
        (Option("name", "the corpus's name", pattern=f"^{NAME}$", required=True, in_path=True),),
        "slow",
    ),
)
