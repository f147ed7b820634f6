"""A citation as a question: which article, in which style and language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from archive import cite as citing
from archive.search.backend import Backend, ask_article
from archive.search.question import Question, option
from archive.store.queries import stored_article


@dataclass(frozen=True, slots=True)
class CiteRequest(Question):
    """An article to be cited."""

    article: str = option("an article's public id, or its address", name="id", argument=1, in_path=True)
    style: str = option("Form of the reference.", "apa", choices=citing.STYLES)
    language: Literal["en", "vi"] = option("Language of months and note.", "en", choices=("en", "vi"), command=False)
    base: str = option("Address of the reading room, for the permalinks of references.", "", metavar="URL", http=False)


@dataclass(frozen=True, slots=True)
class Citation:
    """A reference to an article, by its public id, and the note with what proves it; printed as both."""

    article: str
    style: str
    reference: str
    note: str

    def __str__(self) -> str:
        return f"{self.reference}\n{self.note}" if self.style in citing.WRITTEN else self.reference


def answer(held: Backend, asked: CiteRequest) -> Citation:
    """The reference to an article; raises NothingFound."""
    stored = ask_article(held, asked.article, stored_article)
    reference = citing.cite(stored, asked.style, asked.base, asked.language)
    beside = "vi" if asked.style == "tcvn" else asked.language
    return Citation(stored.row.public_id, asked.style, reference, citing.note(stored, asked.base, beside))
