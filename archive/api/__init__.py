"""The archive for programs and notebooks: open it, ask, and take the answer away.

from archive import Archive

with Archive.open("data") as archive:
    found = archive.search('"đại hội điểm" tinh:"Thái Nguyên" ngay:2020')
    print(found.understood.echo, found.total)
    frame = archive.search("rút kinh nghiệm", limit=None).to_df()
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from difflib import get_close_matches
from functools import wraps
from inspect import Parameter, signature
from pathlib import Path
from types import TracebackType
from typing import Any, Concatenate, Literal, ParamSpec, TypeVar, cast

import sqlite_utils

from archive.api import answers
from archive.api.answers import Corpus, Exported, Listing, Result, Text, Texts, Trends, made
from archive.cite import CiteRequest
from archive.cite import answer as cited
from archive.corpus import trends
from archive.corpus.chart import MEASURES, OF_MATCHES, Measure
from archive.corpus.clusters import same_texts
from archive.corpus.collocates import collocates
from archive.corpus.concordance import concordance
from archive.corpus.flow import flow
from archive.corpus.keywords import keywords
from archive.corpus.ngrams import grams
from archive.corpus.people import people
from archive.corpus.trends import Coverage, TrendsRequest
from archive.errors import UsageError
from archive.export.files import ExportRequest, write_export
from archive.export.selection import SelectionRequest, select
from archive.holdings import Holdings
from archive.messages.message import LANGUAGES
from archive.search import corpora, engine, query_files, saved
from archive.search.answer import Hit
from archive.search.backend import ask_article
from archive.search.connection import open_guarded
from archive.search.query_echo import in_language
from archive.search.query_files import KeepRequest
from archive.search.question import parameters_of
from archive.search.request import MOST_HITS, SearchRequest
from archive.store.counts import stats as counts
from archive.store.queries import stored_article

Options = ParamSpec("Options")
Found = TypeVar("Found")
Method = TypeVar("Method", bound=Callable[..., Any])
Language = Literal["en", "vi"]
_SELF = Parameter("self", Parameter.POSITIONAL_ONLY)


def _method(
    function: Callable[Concatenate[Any, Options], Any], kind: Callable[..., Found]
) -> Callable[Concatenate[Archive, Options], Found]:
    """`function` as a method of Archive, with its parameters and its documentation, that answers with a `kind`."""

    _, *rest = signature(function).parameters.values()
    known = [one.name for one in rest]

    @wraps(function)
    def method(self: Archive, /, *values: Options.args, **named: Options.kwargs) -> Found:
        _check_options(function.__name__, named, known)
        return made(kind, function(self.db, *values, **named), self.language)

    method.__signature__ = signature(function).replace(parameters=[_SELF, *rest])  # type: ignore[attr-defined]
    return method


def _signed(asked: type[Any]) -> Callable[[Method], Method]:
    """Gives a method with `**options` the parameters that what the dataclass `asked` declares has, for who looks."""

    def sign(method: Method) -> Method:
        own = [one for one in signature(method).parameters.values() if one.kind is not Parameter.VAR_KEYWORD]
        named = {one.name for one in own}
        others = [one for one in parameters_of(asked) if one.name not in named]
        options = [one.replace(kind=Parameter.KEYWORD_ONLY) for one in others if one.name != "query"]
        known = [one.name for one in (*own[1:], *options)]

        @wraps(method)
        def checked(*values: Any, **given: Any) -> Any:
            _check_options(method.__name__, given, known)
            return method(*values, **given)

        checked.__signature__ = signature(method).replace(parameters=[*own, *options])  # type: ignore[attr-defined]
        return cast(Method, checked)

    return sign


def _reference(article: str | Hit | Text) -> str:
    return article if isinstance(article, str) else article.public_id


def _check_options(function: str, given: Iterable[str], known: Iterable[str]) -> None:
    """Raises UsageError for an option that is none, and names the near ones."""
    known = list(known)
    for name in given:
        if name not in known:
            near = get_close_matches(name, known, 1, 0.75) or known
            raise UsageError(
                "{function}() has no option {name}: {known}", function=function, name=name, known=", ".join(near)
            )


class Archive:
    """An archive opened for reading. Nothing it does can write to it, but for `freeze` and `save`,
    files of their own. What answers say of themselves is said in `language`.
    """

    def __init__(self, held: sqlite_utils.Database, root: Path | None, language: Language = "en") -> None:
        if language not in LANGUAGES:
            told = "{name}={value}: one of {options} is wanted"
            raise UsageError(told, name="language", value=language, options=", ".join(LANGUAGES))
        self._open: sqlite_utils.Database | None = held
        self._root = root
        self.language: Language = language

    @property
    def db(self) -> sqlite_utils.Database:
        """The database, guarded (`archive.search.connection`): for SQL of your own."""
        if self._open is None:
            raise UsageError("the archive was closed: open it again")
        return self._open

    @property
    def folder(self) -> Path:
        """The archive's folder; raises UsageError where a database was opened alone."""
        if self._root is None:
            raise UsageError("corpora, saved queries and exports need the folder: open that, not the database alone")
        return self._root

    @classmethod
    def open(cls, path: Path | str, language: Language = "en") -> Archive:
        """The archive at `path`: its folder, or the file archive.sqlite alone.

        Raises UsageError where there is no archive, NothingFound where it has no database yet, StorageError,
        SchemaError where its schema is another one.
        """
        path = Path(path)
        if path.is_file():
            return cls(open_guarded(path), None, language)
        holdings = Holdings.open(path)
        return cls(open_guarded(holdings.database), holdings.root, language)

    @_signed(SearchRequest)
    def search(self, query: str, limit: int | None = 20, **options: Any) -> Result:
        """The hits of `query`: the first `limit`, or all with None; `corpus` names a frozen corpus to search within.

        The other options are those of `archive.search.request.SearchRequest`: `facets` is what is counted besides
        ("province", "source", "section", ...), `as_of` asks the archive as it stood at the end of that day,
        `any_accents` takes accents typed as if none were ... Raises QueryError, UsageError, DamageError.
        """
        most = MOST_HITS if limit is None else min(limit, MOST_HITS)
        asked = SearchRequest(query, most, **options).loaded(self._root)
        first = last = engine.answer(self.db, asked)
        found = list(first.hits)
        while last.cursor is not None and (limit is None or len(found) < limit):
            last = engine.answer(self.db, replace(asked, cursor=last.cursor, counts=False, facets=()))
            found.extend(last.hits)
        return Result(in_language(first, self.language), tuple(found[:limit]), self.language)

    @_signed(SelectionRequest)
    def texts(self, query: str = "", limit: int | None = None, **options: Any) -> Texts:
        """The articles of `query` ("" for all), whole, the first `limit` or all: read one by one while you iterate.

        The other options are those of `baotinh export`. Raises QueryError, NothingFound for an unknown corpus,
        UsageError, DamageError.
        """
        if limit is not None and limit < 1:
            told = "{name}={value}: a number from 1 on is wanted, or None for all"
            raise UsageError(told, name="limit", value=limit)
        chosen = select(self.db, self.folder, SelectionRequest(query, **options))
        return Texts(chosen[:limit], self.db, self.language)

    concordance = _method(concordance, answers.Concordance)
    collocates = _method(collocates, answers.Collocates)
    keywords = _method(keywords, answers.Keywords)
    ngrams = _method(grams, answers.Grams)
    clusters = _method(same_texts, answers.Clusters)
    people = _method(people, answers.People)
    flow = _method(flow, answers.Flow)

    @_signed(TrendsRequest)
    def trends(self, *queries: str | Sequence[str], measure: Measure = "per_thousand", **options: Any) -> Trends:
        """Up to five queries over time, one after the other or as a list; `measure` (`archive.corpus.chart`) is drawn.

        The options are those of `TrendsRequest`; measures of matches count these. Raises QueryError, UsageError,
        DamageError.
        """
        if measure not in MEASURES:
            told = "{name}={value}: one of {options} is wanted"
            raise UsageError(told, name="measure", value=measure, options=", ".join(MEASURES))
        every = [text for one in queries for text in ([one] if isinstance(one, str) else one)]
        counted = {"matches": True} if measure in OF_MATCHES else {}
        found = trends.answer(self.db, TrendsRequest(every, **options | counted))
        return made(Trends, found, self.language, measure=measure)

    def coverage(self, unit: Literal["day", "month", "quarter", "year"] = "month") -> Listing[Coverage]:
        """What the archive holds of each period, without a gap: look at it before anything is counted."""
        found = trends.answer(self.db, TrendsRequest(("ngay:1900..",), unit=unit)).coverage
        return Listing(found, ("period", "articles", "estimated", "words", "sources"), self.language)

    def stats(self) -> answers.Stats:
        """Counts over the whole archive."""
        return made(answers.Stats, counts(self.db), self.language)

    def article(self, article: str | Hit | Text) -> Text:
        """The article with this public id or address, or of a hit; raises NothingFound."""
        return Text.of(ask_article(self.db, _reference(article), stored_article))

    def cite(
        self, article: str | Hit | Text, style: str = "apa", language: Language | None = None, base: str = ""
    ) -> answers.Citation:
        """The article with this public id or address, or of a hit, as a reference, one of `archive.cite.STYLES`.

        Printed, one to read has the note below it that proves it. Raises NothingFound, UsageError for another style.
        """
        asked = CiteRequest(_reference(article), style, language or self.language, base)
        return made(answers.Citation, cited(self.db, asked), asked.language)

    @_signed(ExportRequest)
    def export(self, query: str, path: Path | str, form: str = "jsonl", **options: Any) -> Exported:
        """What was written to `path`: the articles of `query` ("" for all) in one of `archive.export.files.FORMS`.

        The other options are those of `ExportRequest`. Raises QueryError, NothingFound, UsageError where `path` exists
        and `force` is not set, StorageError.
        """
        asked = ExportRequest(query, path=Path(path), form=form, **options)
        chosen = select(self.db, self.folder, asked)
        written = write_export(Holdings.open(self.folder), self.db, chosen, asked)
        return made(Exported, written, self.language)

    @_signed(KeepRequest)
    def freeze(self, name: str, query: str, **options: Any) -> Corpus:
        """Freezes what `query` finds as the corpus `name`, in the place of an earlier one only with `force`."""
        frozen = corpora.freeze(self.db, self.folder, KeepRequest(name, query, **options))
        return made(Corpus, frozen, self.language, held=self)

    def corpus(self, name: str) -> Corpus:
        """The frozen corpus `name`; raises NothingFound, DamageError."""
        return made(Corpus, corpora.load(self.folder, name), self.language, held=self)

    def corpora(self) -> Listing[Corpus]:
        """The frozen corpora of the archive, by name."""
        names = query_files.query_names(self.folder, corpora.FOLDER)
        return Listing(tuple(map(self.corpus, names)), ("name", "made_at", "query", "digest"), self.language)

    @_signed(KeepRequest)
    def save(self, name: str, query: str, **options: Any) -> saved.Saved:
        """Saves `query` under `name`, nothing of it seen yet; an earlier one makes place only with `force`."""
        return saved.save(self.folder, KeepRequest(name, query, **options))

    def saved(self) -> Listing[saved.Saved]:
        """The saved queries of the archive."""
        return Listing(saved.every(self.folder), ("name", "query", "made_at", "looked_at"), self.language)

    def close(self) -> None:
        """Closes the database."""
        if self._open is not None:
            self._open.close()
        self._open = None

    def __enter__(self) -> Archive:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
