"""The archive for programs and notebooks: open it, ask, and take the answer away.

from archive import Archive

with Archive.open("data") as archive:
    answer = archive.search('"đại hội điểm" tinh:"Thái Nguyên" ngay:2020')
    print(answer.understood.echo, answer.total)
    frame = archive.search("rút kinh nghiệm", limit=None).to_df()
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from functools import wraps
from inspect import Parameter, signature
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

import sqlite_utils

from archive.cite.question import cite
from archive.cluster.pattern import is_several
from archive.cluster.shards import Shards
from archive.corpus import trends
from archive.corpus.clusters import same_texts as clusters
from archive.corpus.collocates import collocates
from archive.corpus.concordance import concordance
from archive.corpus.keywords import keywords
from archive.corpus.ngrams import grams as ngrams
from archive.corpus.people import people
from archive.corpus.trends import Trends, TrendsRequest
from archive.errors import UsageError
from archive.export.files import Exported, ExportRequest, write_export
from archive.export.selection import select
from archive.holdings import Holdings
from archive.search import corpora, engine, saved
from archive.search.answer import Answer, Facet, Hit, Understood
from archive.search.backend import Backend, ask_article, one_database
from archive.search.connection import open_guarded
from archive.search.query_files import KeepRequest
from archive.search.question import parameters_of
from archive.search.request import MOST_HITS, SearchRequest
from archive.store.counts import Stats
from archive.store.counts import stats as counts
from archive.store.queries import StoredArticle, stored_article

if TYPE_CHECKING:
    import pandas  # type: ignore[import-untyped, import-not-found, unused-ignore]

Options = ParamSpec("Options")
Found = TypeVar("Found")
Method = TypeVar("Method", bound=Callable[..., Any])
_SELF = Parameter("self", Parameter.POSITIONAL_ONLY)


@dataclass(frozen=True, slots=True)
class Result:
    """The hits of a query, frozen, and how it was understood and counted. A sequence of `Hit`."""

    answer: Answer
    hits: tuple[Hit, ...]

    def __len__(self) -> int:
        return len(self.hits)

    def __iter__(self) -> Iterator[Hit]:
        return iter(self.hits)

    def __getitem__(self, position: int) -> Hit:
        return self.hits[position]

    @property
    def understood(self) -> Understood:
        """How the query was understood, with the counts of its terms."""
        return self.answer.understood

    @property
    def total(self) -> int | None:
        """How many hits there are in all."""
        return self.answer.total

    @property
    def total_exact(self) -> int | None:
        """How many articles match as typed; None where no accent was typed."""
        return self.answer.total_exact

    @property
    def facets(self) -> dict[str, Facet]:
        """The facets asked for, by name."""
        return {facet.name: facet for facet in self.answer.facets}

    @property
    def notes(self) -> tuple[str, ...]:
        """What was dropped, expanded, cut or taken otherwise."""
        return self.answer.notes

    def to_df(self) -> pandas.DataFrame:
        """The hits as a pandas DataFrame, a row a hit, with the fields of `Hit` as columns.

        `snippet` and `title` are plain text; `day` and `published` stay text, for a day may be all that is known.
        Raises UsageError where pandas is not installed.
        """
        rows = [asdict(hit) | {"snippet": hit.snippet.text, "title": hit.title.text} for hit in self.hits]
        return _frame(rows)


def _method(function: Callable[Concatenate[Backend, Options], Found]) -> Callable[Concatenate[Archive, Options], Found]:
    """`function` as a method of Archive, with the parameters and the documentation that it has."""

    @wraps(function)
    def method(self: Archive, /, *values: Options.args, **named: Options.kwargs) -> Found:
        return function(self._held, *values, **named)

    _, *rest = signature(function).parameters.values()
    method.__signature__ = signature(function).replace(parameters=[_SELF, *rest])  # type: ignore[attr-defined]
    return method


def _signed(asked: type[Any]) -> Callable[[Method], Method]:
    """Gives a method with `**options` the parameters that what the dataclass `asked` declares has, for who looks."""

    def sign(method: Method) -> Method:
        own = [one for one in signature(method).parameters.values() if one.kind is not Parameter.VAR_KEYWORD]
        named = {one.name for one in own}
        others = [one for one in parameters_of(asked) if one.name not in named]
        options = [one.replace(kind=Parameter.KEYWORD_ONLY) for one in others if one.name != "query"]
        method.__signature__ = signature(method).replace(parameters=[*own, *options])  # type: ignore[attr-defined]
        return method

    return sign


def stats(held: Backend) -> Stats:
    """Counts over the whole archive; raises UsageError for several."""
    return counts(one_database(held))


class Archive:
    """An archive opened for reading, or several as one. Nothing it does can write to it, but for `freeze`, a file of
    its own.
    """

    def __init__(self, held: sqlite_utils.Database | Shards, root: Path | None) -> None:
        self._held = held
        self._root = root

    @property
    def db(self) -> sqlite_utils.Database:
        """The database, guarded (`archive.search.connection`): for SQL of your own. Several archives have none."""
        if isinstance(self._held, Shards):
            raise UsageError("several archives opened as one have no database in common: open one of them")
        return self._held

    @classmethod
    def open(cls, path: Path | str) -> Archive:
        """The archive at `path`: its folder, or the file archive.sqlite alone; several as one for a pattern of these.

        `Archive.open("archive-*.sqlite")` asks all of them, in processes of their own (`archive.cluster`).

        Raises UsageError where there is no archive, NothingFound where it has no database yet, StorageError,
        SchemaError where its schema is another one.
        """
        if is_several(path):
            return cls(Shards.open(path), None)
        path = Path(path)
        if path.is_file():
            return cls(open_guarded(path), None)
        holdings = Holdings.open(path)
        return cls(open_guarded(holdings.database), holdings.root)

    @_signed(SearchRequest)
    def search(self, query: str, limit: int | None = 20, **options: Any) -> Result:
        """The hits of `query`: the first `limit`, or all with None; `corpus` names a frozen corpus to search within.

        The other options are those of `archive.search.request.SearchRequest`: `facets` is what is counted besides
        ("province", "source", "section", ...), `as_of` asks the archive as it stood at the end of that day,
        `any_accents` takes accents typed as if none were ... Raises QueryError, UsageError, DamageError.
        """
        most = MOST_HITS if limit is None else min(limit, MOST_HITS)
        asked = SearchRequest(query, most, **options).loaded(self._root)
        first = last = engine.answer(self._held, asked)
        found = list(first.hits)
        while last.cursor is not None and (limit is None or len(found) < limit):
            last = engine.answer(self._held, replace(asked, cursor=last.cursor, counts=False, facets=()))
            found.extend(last.hits)
        return Result(first, tuple(found[:limit]))

    concordance = _method(concordance)
    collocates = _method(collocates)
    keywords = _method(keywords)
    ngrams = _method(ngrams)
    clusters = _method(clusters)
    cite = _method(cite)
    stats = _method(stats)
    people = _method(people)

    @_signed(TrendsRequest)
    def trends(self, *queries: str, **options: Any) -> Trends:
        """Up to five queries over time, each in turn; the options are those of `TrendsRequest`.

        Raises QueryError, UsageError, DamageError.
        """
        return trends.answer(self._held, TrendsRequest(queries, **options))

    def article(self, reference: str) -> StoredArticle:
        """The article with this public id or address; raises NothingFound."""
        return ask_article(self._held, reference, stored_article)

    @_signed(ExportRequest)
    def export(self, query: str, path: Path | str, form: str = "jsonl", **options: Any) -> Exported:
        """What was written to `path`: the articles of `query` ("" for all) in one of `archive.export.files.FORMS`.

        The other options are those of `ExportRequest`. Raises QueryError, NothingFound, UsageError where `path` exists
        and `force` is not set, StorageError.
        """
        asked = ExportRequest(query, path=Path(path), form=form, **options)
        root = None if isinstance(self._held, Shards) else self._folder()
        chosen = select(self._held, root, asked)
        return write_export(None if root is None else Holdings.open(root), self._held, chosen, asked)

    @_signed(KeepRequest)
    def freeze(self, name: str, query: str, **options: Any) -> corpora.Corpus:
        """Freezes what `query` finds as the corpus `name`, in the place of an earlier one only with `force`."""
        return corpora.freeze(self.db, self._folder(), KeepRequest(name, query, **options))

    @_signed(KeepRequest)
    def save(self, name: str, query: str, **options: Any) -> saved.Saved:
        """Saves `query` under `name`, nothing of it seen yet; an earlier one makes place only with `force`."""
        return saved.save(self._folder(), KeepRequest(name, query, **options))

    def corpus(self, name: str) -> corpora.Corpus:
        """The frozen corpus `name`; raises NothingFound, DamageError."""
        return corpora.load(self._folder(), name)

    def saved(self) -> tuple[saved.Saved, ...]:
        """The saved queries of the archive."""
        return saved.every(self._folder())

    def close(self) -> None:
        """Closes the database, or ends the processes of several."""
        self._held.close()

    def __enter__(self) -> Archive:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _folder(self) -> Path:
        if self._root is None:
            if isinstance(self._held, Shards):
                raise UsageError("corpora and saved queries lie in one archive each: open that one")
            raise UsageError("corpora, saved queries and exports need the folder: open that, not the database alone")
        return self._root


def _frame(rows: list[dict[str, Any]]) -> pandas.DataFrame:
    try:
        import pandas
    except ImportError as error:
        raise UsageError("to_df() needs pandas: 'pip install baotinh[pandas]'") from error
    return pandas.DataFrame(rows)
