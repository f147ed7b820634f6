"""What Python gets: answers as frozen values that are tables too, for pandas and for the page of a notebook."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import astuple, dataclass, field, fields
from datetime import date, datetime
from html import escape
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

import sqlite_utils

from archive import cite as citing
from archive.corpus import clusters, collocates, concordance, flow, keywords, ngrams, people, plot, trends
from archive.corpus.chart import Measure
from archive.errors import UsageError
from archive.export import files
from archive.export.selection import About, Selection
from archive.messages.message import Message, format_number
from archive.search import corpora
from archive.search.answer import Answer, Beside, Facet, Hit, Marked, Understood
from archive.search.planner.offers import Offer
from archive.search.query_echo import counted, in_language
from archive.store import counts
from archive.store.clusters import Member
from archive.store.queries import StoredArticle
from archive.terminal import laid

if TYPE_CHECKING:
    import pandas  # type: ignore[import-untyped, import-not-found, unused-ignore]

    from archive.api import Archive

Kind = TypeVar("Kind")
Row = TypeVar("Row")

_MOST: Final = 20  # rows of a table in a notebook
_DATES: Final = frozenset({"day", "begins", "captured", "first", "last"})  # columns of these, also without a row
_TIMES: Final = frozenset({"published", "gone_at", "made_at", "looked_at"})  # columns of these; a mere day is none
_QUARTER: Final = {"Q1": 1, "Q2": 4, "Q3": 7, "Q4": 10}


def made(kind: Callable[..., Kind], found: Any, language: str, **more: Any) -> Kind:
    """`found` as the answer `kind`, which has its fields and more, with what it says of itself in `language`."""
    told = in_language(found, language) if hasattr(found, "notes") else found
    return kind(**{one.name: getattr(told, one.name) for one in fields(told)}, language=language, **more)


class Table:
    """A value that is a table: `to_df()` for pandas, `_repr_html_` for the page of a notebook."""

    __slots__ = ()
    language: str

    def _shown(self) -> Sequence[str]:
        """The columns that a notebook's page shows."""
        return self._head()

    def _head(self) -> Sequence[str]:
        raise NotImplementedError

    def _rows(self) -> Iterator[Sequence[Any]]:
        raise NotImplementedError

    def _number(self) -> int:
        return sum(1 for _ in self._rows())

    def _said(self) -> Iterator[str]:
        """What stands above the table: how the question was understood, its counts, its notes."""
        understood: Understood | None = getattr(self, "understood", None)
        if understood is not None:
            yield understood.echo
            if understood.accents is not None:
                yield counted(understood.accents, self.language)
        yield from getattr(self, "notes", ())

    def to_df(self) -> pandas.DataFrame:
        """The table as a pandas DataFrame; days and times are pandas's own. Raises UsageError where it is missing."""
        try:
            import pandas
        except ImportError as error:
            raise UsageError("to_df() needs pandas: 'pip install baotinh[pandas]'") from error
        frame = pandas.DataFrame(list(self._rows()), columns=list(self._head()))
        for name in frame.columns:
            if name in _TIMES:
                frame[name] = pandas.to_datetime([_moment(value) for value in frame[name]])
            elif name in _DATES or any(isinstance(value, date) for value in frame[name]):
                frame[name] = pandas.to_datetime(frame[name])
        return frame

    def __repr__(self) -> str:
        said = next(self._said(), "")
        return f"<{type(self).__name__} of {self._number()} rows{said and f': {said}'}>"

    def __str__(self) -> str:
        columns, shown = list(self._head()), self._shown()
        rows = [[str(row[columns.index(name)]) for name in shown] for row in islice(self._rows(), _MOST)]
        return "\n".join((*filter(None, self._said()), *laid(shown, rows, None)))

    def _repr_html_(self) -> str:
        said = "".join(f"<p>{escape(line)}</p>" for line in self._said() if line)
        columns, shown, left = list(self._head()), self._shown(), self._number() - _MOST
        head = "".join(f"<th>{escape(name)}</th>" for name in shown)
        cells = ([self._cell(row[columns.index(name)]) for name in shown] for row in islice(self._rows(), _MOST))
        body = "".join(f"<tr>{''.join(row)}</tr>" for row in cells)
        more = Message("and {count} more", count=format_number(left, self.language)).in_language(self.language)
        rest = f"<p>{more}</p>" if left > 0 else ""
        return f"<div>{said}<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{rest}</div>"

    def _cell(self, value: Any) -> str:
        if value is None or isinstance(value, bool):
            return f"<td>{'✓' if value else ''}</td>"
        if isinstance(value, int | float):
            places = "" if isinstance(value, int) else ",.2f"
            return f'<td style="text-align: right">{format_number(value, self.language, places)}</td>'
        return f"<td>{escape(str(value))}</td>"


def _moment(value: Any) -> datetime | None:
    if isinstance(value, str):
        return datetime.fromisoformat(value) if "T" in value else None
    return value if isinstance(value, datetime) else None


def _plain(value: Any) -> Any:
    return value.text if isinstance(value, Marked) else value


def _fields(values: Sequence[Any], names: Sequence[str]) -> Iterator[list[Any]]:
    return ([_plain(getattr(one, name)) for name in names] for one in values)


def _names(kind: Any, *leave: str) -> list[str]:
    return [one.name for one in fields(kind) if one.name not in leave]


@dataclass(frozen=True, slots=True, repr=False)
class Listing(Table, Sequence[Row], Generic[Row]):
    """Values of one kind in order, a row each."""

    values: tuple[Row, ...]
    columns: tuple[str, ...]
    language: str = "en"

    def __len__(self) -> int:
        return len(self.values)

    def __getitem__(self, place: Any) -> Any:
        return self.values[place]

    def _head(self) -> Sequence[str]:
        return self.columns

    def _rows(self) -> Iterator[Sequence[Any]]:
        return _fields(self.values, self.columns)


@dataclass(frozen=True, slots=True, repr=False)
class Result(Table, Sequence[Hit]):
    """The hits of a query, frozen, and how it was understood and counted. A sequence of `Hit`."""

    answer: Answer
    hits: tuple[Hit, ...]
    language: str = "en"

    def __len__(self) -> int:
        return len(self.hits)

    def __getitem__(self, place: Any) -> Any:
        return self.hits[place]

    def __iter__(self) -> Iterator[Hit]:
        return iter(self.hits)

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
    def offers(self) -> tuple[Offer, ...]:
        """What else may have been meant: queries, each with exactly what it finds."""
        return self.answer.offers

    @property
    def beside(self) -> Beside | None:
        """Articles that lack a word of the query, where few have all; they are no hits."""
        return self.answer.beside

    @property
    def notes(self) -> tuple[str, ...]:
        """What was dropped, expanded, cut or taken otherwise."""
        return self.answer.notes

    def _shown(self) -> Sequence[str]:
        return ("public_id", "day", "source_name", "headline", "snippet")

    def _head(self) -> Sequence[str]:
        return _names(Hit, "title", "rowid")

    def _rows(self) -> Iterator[Sequence[Any]]:
        return _fields(self.hits, self._head())


@dataclass(frozen=True, slots=True)
class Text:
    """An article, whole, as the archive holds it. `day` is that of Vietnam, `published` with the time where the page
    tells one; `captured` is when the page was fetched (UTC), `stored` all that is known beside.
    """

    public_id: str
    url: str
    source: str
    source_name: str
    province: str
    province_now: str
    section: str
    day: date
    day_estimated: bool
    published: datetime | None
    headline: str
    lead: str
    body: str
    captions: str
    byline: str
    words: int
    revision: int
    captured: datetime
    stored: StoredArticle = field(repr=False)

    @classmethod
    def of(cls, stored: StoredArticle) -> Text:
        """The article of a row."""
        row = stored.row
        return cls(
            row.public_id,
            row.url,
            row.source,
            stored.source_name,
            row.province,
            row.province_now,
            row.section,
            date.fromisoformat(row.day),
            bool(row.day_estimated),
            datetime.fromisoformat(row.published) if row.published and "T" in row.published else None,
            row.headline,
            row.lead,
            row.body,
            row.captions,
            row.byline,
            row.words,
            row.revision,
            datetime.fromisoformat(stored.capture.captured_at),
            stored,
        )

    @property
    def text(self) -> str:
        """Headline, lead and body, a paragraph a line."""
        return "\n".join(filter(None, (self.headline, self.lead, self.body)))

    def _repr_html_(self) -> str:
        paragraphs = "".join(f"<p>{escape(line)}</p>" for line in self.text.splitlines()[1:] if line)
        where = " · ".join(filter(None, (self.source_name, str(self.day), self.byline, self.public_id)))
        return f'<div lang="vi"><h3>{escape(self.headline)}</h3><p>{escape(where)}</p>{paragraphs}</div>'


_TEXT: Final = tuple(_names(Text, "stored"))


@dataclass(frozen=True, slots=True, repr=False)
class Texts(Table):
    """The articles of a question, whole: read one by one, as often as they are asked for."""

    selection: Selection
    held: sqlite_utils.Database = field(repr=False)
    language: str = "en"

    def __len__(self) -> int:
        return len(self.selection)

    def __iter__(self) -> Iterator[Text]:
        return map(Text.of, self.selection.articles(self.held))

    def _number(self) -> int:
        return len(self)

    @property
    def about(self) -> About:
        """What was asked of which archive, and when, with the rule of accents and both counts."""
        return self.selection.about

    def _said(self) -> Iterator[str]:
        yield self.about.sentence().in_language(self.language)
        yield from self.selection.notes

    def _head(self) -> Sequence[str]:
        return _TEXT

    def _rows(self) -> Iterator[Sequence[Any]]:
        return ([getattr(one, name) for name in _TEXT] for one in self)

    def _shown(self) -> Sequence[str]:
        return ("public_id", "day", "source_name", "headline", "words")


@dataclass(frozen=True, slots=True, repr=False)
class Concordance(Table, concordance.Concordance):
    """The lines of a query: `lines`, and a row each."""

    language: str = "en"

    def _head(self) -> Sequence[str]:
        return concordance.HEAD

    def _rows(self) -> Iterator[Sequence[Any]]:
        return map(astuple, self.lines)

    def _repr_html_(self) -> str:
        rows = "".join(
            f'<tr><td>{line.day}</td><td style="text-align: right">{escape(line.left)}</td>'
            f"<td><b>{escape(line.match)}</b></td>"
            f'<td style="text-align: left">{escape(line.right)}</td><td>{escape(line.source_name)}</td></tr>'
            for line in self.lines[:_MOST]
        )
        said = "".join(f"<p>{escape(line)}</p>" for line in self._said() if line)
        return f'<div>{said}<table lang="vi">{rows}</table></div>'


@dataclass(frozen=True, slots=True, repr=False)
class Collocates(Table, collocates.Collocates):
    """The words near what a query finds: `words`, and a row each."""

    language: str = "en"

    def _head(self) -> Sequence[str]:
        return collocates.HEAD

    def _rows(self) -> Iterator[Sequence[Any]]:
        return map(astuple, self.words)


@dataclass(frozen=True, slots=True, repr=False)
class Keywords(Table, keywords.Keywords):
    """The words that set articles apart: `words`, and a row each."""

    language: str = "en"

    def _head(self) -> Sequence[str]:
        return keywords.HEAD

    def _rows(self) -> Iterator[Sequence[Any]]:
        return map(astuple, self.words)


@dataclass(frozen=True, slots=True, repr=False)
class People(Table, people.People):
    """Whom articles name with an office: `people`, and a row for each office of each, with its first and last day."""

    language: str = "en"

    def _head(self) -> Sequence[str]:
        return people.HEAD

    def _rows(self) -> Iterator[Sequence[Any]]:
        for name, office, first, last, articles in people.offices(self):
            yield (name, office, begin(first), begin(last), articles)


@dataclass(frozen=True, slots=True, repr=False)
class Flow(Table, flow.Flow):
    """Who prints whom: `edges` and `nodes`, and a row for each edge, its first and last day as dates."""

    language: str = "en"

    def _shown(self) -> Sequence[str]:
        return ("origin_name", "source_name", "articles", "known", "here", "median_hours", "first", "last")

    def _head(self) -> Sequence[str]:
        return flow.HEAD

    def _rows(self) -> Iterator[Sequence[Any]]:
        for one in self.edges:
            row = zip(flow.HEAD, astuple(one), strict=True)
            yield tuple(begin(value) if name in ("first", "last") else value for name, value in row)


def begin(period: str) -> date:
    """The first day of a period: a day, a month, a quarter or a year.

    >>> begin("2020-03-05"), begin("2020-03"), begin("2020-Q2"), begin("2020")
    (datetime.date(2020, 3, 5), datetime.date(2020, 3, 1), datetime.date(2020, 4, 1), datetime.date(2020, 1, 1))
    """
    year, *rest = period.split("-")
    month, day = [*rest, "1", "1"][:2]
    return date(int(year), _QUARTER.get(month) or int(month), int(day))


@dataclass(frozen=True, slots=True, repr=False)
class Trends(Table, trends.Trends):
    """Queries over time: a row a query and period, `begins` its first day. In a notebook it is drawn, by `measure`."""

    language: str = "en"
    measure: Measure = "per_thousand"

    def svg(self, measure: Measure | None = None) -> str:
        """The drawing, one of `archive.corpus.chart.MEASURES`; by the measure asked for if not given."""
        return plot.svg(self, measure or self.measure, self._tr, self.language)

    def text(self, measure: Measure | None = None, width: int = 72) -> str:
        """The same in letters, for a terminal."""
        return plot.terminal(self, measure or self.measure, width, self._tr, self.language)

    def _tr(self, text: str, **values: object) -> str:
        return Message(text, **values).in_language(self.language)

    def _said(self) -> Iterator[str]:
        for one in self.series:
            yield f"{one.query}: {counted(one.accents, self.language)}"
        yield from self.notes

    def _head(self) -> Sequence[str]:
        return ("begins", *trends.HEAD)

    def _rows(self) -> Iterator[Sequence[Any]]:
        return ((begin(str(row[0])), *row) for row in trends.rows(self))

    def _repr_html_(self) -> str:
        said = "".join(f"<p>{escape(line)}</p>" for line in self._said())
        return f"<div>{said}{self.svg()}</div>"


@dataclass(frozen=True, slots=True, repr=False)
class Grams(Table, ngrams.Grams):
    """A word or pair by month: `months`, and a row each, `begins` its first day."""

    language: str = "en"

    def _head(self) -> Sequence[str]:
        return ("begins", *ngrams.HEAD)

    def _rows(self) -> Iterator[Sequence[Any]]:
        return ((begin(str(row[0])), *row) for row in ngrams.table(self))


@dataclass(frozen=True, slots=True, repr=False)
class Clusters(Table, clusters.Clusters):
    """Texts that several newspapers have: `clusters`, and a row for each article, the first publisher's first."""

    language: str = "en"

    def _head(self) -> Sequence[str]:
        return ("cluster", "articles", "sources", "provinces", "public_id", *_names(Member, "id"))

    def _rows(self) -> Iterator[Sequence[Any]]:
        for number, one in enumerate(self.clusters, 1):
            for member in one.members:
                facts = {name: getattr(member, name) for name in _names(Member)}
                facts["day"] = date.fromisoformat(member.day)
                yield (number, one.articles, one.sources, one.provinces, *facts.values())


@dataclass(frozen=True, slots=True, repr=False)
class Stats(Table, counts.Stats):
    """Counts over the whole archive, and a row for each."""

    language: str = "en"

    def _head(self) -> Sequence[str]:
        return ("what", "of", "count")

    def _rows(self) -> Iterator[Sequence[Any]]:
        for name in _names(counts.Stats, "sources"):
            value = getattr(self, name)
            yield from [(name, "", value)] if isinstance(value, int) else [(name, what, count) for what, count in value]
        yield from (("source", one.id, one.articles) for one in self.sources)


@dataclass(frozen=True, slots=True, repr=False)
class Citation(Table, citing.Citation):
    """A reference, with the note that proves it."""

    language: str = "en"

    def __str__(self) -> str:
        return citing.Citation.__str__(self)

    def _head(self) -> Sequence[str]:
        return _names(citing.Citation)

    def _rows(self) -> Iterator[Sequence[Any]]:
        yield (self.article, self.style, self.reference, self.note)

    def _repr_html_(self) -> str:
        return "".join(f"<p>{escape(line)}</p>" for line in str(self).splitlines())


@dataclass(frozen=True, slots=True, repr=False)
class Exported(Table, files.Exported):
    """An export that was written."""

    language: str = "en"

    def _head(self) -> Sequence[str]:
        return ("path", "form", "articles", "bytes", "digest", "about")

    def _rows(self) -> Iterator[Sequence[Any]]:
        about = self.about.sentence().in_language(self.language)
        yield (self.path, self.form, self.articles, self.bytes, self.digest, about)


@dataclass(frozen=True, slots=True, repr=False)
class Standing(Table, corpora.Standing):
    """What the archive holds today of a frozen corpus."""

    language: str = "en"

    def _head(self) -> Sequence[str]:
        return ("what", "articles")

    def _rows(self) -> Iterator[Sequence[Any]]:
        yield ("same", self.same)
        yield from ((name, len(getattr(self, name))) for name in ("revised", "altered", "missing"))


@dataclass(frozen=True, slots=True, repr=False)
class Corpus(Table, corpora.Corpus):
    """A frozen corpus: `members`, and a row each; it can be cited, checked, read, searched and exported."""

    held: Archive = field(repr=False, kw_only=True, compare=False)
    language: str = "en"

    def cite(self, day: date | None = None) -> str:
        """One line for a footnote: what, how many, when, by which query, under which digest; on `day` (today) what of
        it is no longer as it was.
        """
        standing, taken = self.check(), len(self.withdrawn())
        return corpora.citation(self, standing, taken, day or date.today()).in_language(self.language)

    def check(self) -> Standing:
        """What the archive holds of it today."""
        return made(Standing, corpora.check(self.held.db, self), self.language)

    def withdrawn(self) -> tuple[corpora.Withdrawn, ...]:
        """Its articles that have been taken down since."""
        return corpora.withdrawn(self.held.folder, self)

    def compare(self, other: corpora.Corpus) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
        """The articles that two corpora share with one text, those that only this has so, and those only `other`."""
        return corpora.compare(self, other)

    def texts(self, query: str = "", **options: Any) -> Texts:
        """Its articles, or those that `query` finds, each with its frozen text."""
        return self.held.texts(query, corpus=self.name, **options)

    def search(self, query: str, limit: int | None = 20, **options: Any) -> Result:
        """The hits of `query` within it."""
        return self.held.search(query, limit, corpus=self.name, **options)

    def export(self, path: Path | str, form: str = "jsonl", **options: Any) -> Exported:
        """What was written to `path`: its articles, each with its frozen text."""
        return self.held.export("", path, form, corpus=self.name, **options)

    def _said(self) -> Iterator[str]:
        yield f"{self.name}: {self.query} ({counted(self.accents, self.language)})"
        yield self.digest

    def _head(self) -> Sequence[str]:
        return ("public_id", "revision", "digest")

    def _rows(self) -> Iterator[Sequence[Any]]:
        return map(astuple, self.members)
