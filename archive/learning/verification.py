"""A person's word on five articles of a source: what is shown, what is said, and whether reading bears it out."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from archive.disk import make_folder, replace_file
from archive.errors import Unreadable, UsageError
from archive.model import Article
from archive.parsers import given, read_page
from archive.parsers.blocks.lines import Line
from archive.parsers.blocks.walk import read_lines
from archive.parsers.document.page import open_page
from archive.parsers.site.learning import TrainingPage
from archive.parsers.site.learning.training import Told
from archive.sources import Layout, Source
from archive.text.normalise import normalise

FIVE: Final = 5
"""Articles that a person is shown of a source."""

FIELDS: Final = ("headline", "lead", "published", "byline", "section", "tags", "body", "captions")
"""What of an article a person is asked about."""

TEXTS: Final = ("headline", "lead", "published", "byline", "section", "tags")
"""Fields whose right value a person can give; a wrong body or caption is for a selector in the source's file."""

_PRINTED: Final = ("lead", "published", "byline", "section", "tags")  # what a site may print nowhere
_LEAST_ABSENT: Final = 2  # pages on which a person says so
_SKIPPED: Final = 3  # lines in a row that became nothing, of which all are shown


@dataclass(frozen=True, slots=True)
class Shown:
    """A page that is held, and the article that is read on it."""

    page: TrainingPage
    article: Article


@dataclass(frozen=True, slots=True)
class Answer:
    """What a person says of a page: that it is no article, or which fields are `wrong` and what they are instead, None
    where the page has no such thing.
    """

    url: str
    is_article: bool = True
    wrong: tuple[tuple[str, str | None], ...] = ()

    @property
    def is_right(self) -> bool:
        """Whether all is right as it was shown."""
        return self.is_article and not self.wrong


@dataclass(frozen=True, slots=True)
class Unsettled:
    """A field that is not read as a person says; `wanted` is None where there is none, `read` "" where none is read."""

    url: str
    field: str
    read: str
    wanted: str | None


def shown(source: Source, pages: Sequence[TrainingPage], most: int = FIVE) -> tuple[Shown, ...]:
    """At most so many of `pages` that are read as articles, spread evenly over them."""
    found = [one for page in pages if (one := look(source, page)) is not None]
    step = max(1.0, len(found) / most)
    return tuple(found[int(at * step)] for at in range(min(most, len(found))))


def look(source: Source, page: TrainingPage) -> Shown | None:
    """The article on `page` as `source` has it read; None where there is none."""
    try:
        if page.content_type == given.MIME:
            return Shown(page, given.read_given(page.url, page.body, page.captured))
        reading = read_page(page.url, page.body, page.content_type, 200, page.captured, source)
    except Unreadable:
        return None
    return Shown(page, reading.article) if reading.article is not None else None


def value_of(article: Article, name: str) -> str:
    """A field as one text, "" where the article has none: tags parted by commas, paragraphs by lines."""
    match name:
        case "tags":
            return ", ".join(article.tags)
        case "body":
            return "\n".join(article.body)
        case "captions":
            return "\n".join(article.captions)
    found = getattr(article, name)
    return found.value if found is not None else ""


def beside(one: Shown) -> Iterator[tuple[str, str]]:
    """The lines of a page in order, each with the field that it became, "" where it became none; of a longer run of
    such lines the first stand for all, and the last text says how many are left out.
    """
    labels = _Labels(one.article)
    skipped: list[str] = []
    for text in _texts(one.page):
        label = labels.of(text)
        if not label:
            skipped.append(text)
            continue
        yield from _run(skipped)
        skipped = []
        yield label, text
    yield from _run(skipped)


def _texts(page: TrainingPage) -> Iterator[str]:
    """The lines of a page, or the texts of data in their order."""
    if "json" in page.content_type:
        pending = [json.loads(page.body.decode("utf-8-sig", "replace"))]
        while pending:
            value = pending.pop(0)
            pending[:0] = value.values() if isinstance(value, dict) else value if isinstance(value, list) else []
            if isinstance(value, str | int | float) and not isinstance(value, bool):
                lines = (normalise(line) for line in given.plain_text(str(value)).splitlines())
                yield from (line for line in lines if line)
        return
    root = open_page(page.url, page.body, page.content_type, page.captured).root
    yield from (line.text for line in read_lines(root) if isinstance(line, Line))


def _run(lines: list[str]) -> Iterator[tuple[str, str]]:
    if len(lines) <= _SKIPPED:
        yield from (("", line) for line in lines)
    elif lines:
        yield "", lines[0]
        yield "", f"… {len(lines) - 2}"
        yield "", lines[-1]


class _Labels:
    """Which field a line became: each field but the text once, at the first line that has it."""

    def __init__(self, article: Article) -> None:
        self._left = {name: value_of(article, name) for name in ("headline", "lead", "section")}
        self._parts = {
            "published": article.published.raw if article.published else "",
            "byline": (article.byline.raw or article.byline.value) if article.byline else "",
        }
        self._body, self._captions = {*article.body}, {*article.captions}
        self._tags = {*article.tags}

    def of(self, text: str) -> str:
        """The field that the line `text` became, "" for none."""
        for name, value in self._left.items():
            if value and text == value:
                del self._left[name]
                return name
        if text in self._body or any(text in paragraph for paragraph in self._body if len(text) > len(paragraph) / 3):
            return "body"
        if text in self._captions:
            return "captions"
        for name, value in self._parts.items():
            if value and value in text:
                del self._parts[name]
                return name
        return "tags" if text in self._tags else ""


def told_of(answers: Iterable[Answer], articles: Mapping[str, Article]) -> tuple[Told, ...]:
    """What a person says of pages, as learning takes it: what was right as it was read, and what was wrong as it is."""
    found = []
    for answer in answers:
        if not answer.is_article or answer.url not in articles:
            continue
        values = {name: value_of(articles[answer.url], name) for name in TEXTS} | {
            name: value or "" for name, value in answer.wrong if name in TEXTS
        }
        found.append(
            Told(
                answer.url,
                values["headline"],
                values["published"],
                values["lead"],
                values["section"],
                values["byline"],
                by="person",
            )
        )
    return tuple(found)


def without_absent(layout: Layout, answers: Sequence[Answer], articles: Mapping[str, Article]) -> Layout:
    """`layout` with the fields absent that a person finds on none of the pages shown."""
    absent = []
    for name in _PRINTED:
        none = sum(1 for answer in answers if (name, None) in answer.wrong)
        some = any(value_of(articles[one.url], name) and name not in dict(one.wrong) for one in answers)
        some = some or any(dict(one.wrong).get(name) for one in answers)
        if none >= _LEAST_ABSENT and not some:
            absent.append(name)
    return replace(layout, absent=tuple(dict.fromkeys((*layout.absent, *absent)))) if absent else layout


def unsettled(source: Source, before: Sequence[Shown], answers: Sequence[Answer]) -> tuple[Unsettled, ...]:
    """What is not read as a person says, on the pages that they were shown."""
    found: list[Unsettled] = []
    said = {answer.url: answer for answer in answers}
    for one in before:
        answer = said[one.page.url]
        again = look(source, one.page)
        if not answer.is_article or again is None:
            found += [Unsettled(one.page.url, "headline", value_of(one.article, "headline"), None)]
            continue
        wrong = dict(answer.wrong)
        for name in FIELDS:
            wanted = wrong[name] if name in wrong else value_of(one.article, name)
            now = value_of(again.article, name)
            settled = same(name, now, wanted or "") and not (name in wrong and name not in TEXTS)
            if not settled:
                found.append(Unsettled(one.page.url, name, now, wanted))
    return tuple(found)


def same(name: str, now: str, wanted: str) -> bool:
    """Whether a field that is read as `now` is what a person wants: a day is enough of a time, tags in any order."""
    if name == "published":  # a person may say the day, or the time without its zone
        return now == wanted or (bool(wanted) and now.startswith(wanted.replace(" ", "T")))
    if name == "tags":
        return _parts(now) == _parts(wanted)
    return normalise(now) == normalise(wanted)


def _parts(tags: str) -> set[str]:
    return {normalise(tag) for tag in tags.split(",") if tag.strip()}


class Remembered:
    """What a person has said of pages, in `file`, until everything is said: each answer holds while its page is read as
    it was when it was given.
    """

    def __init__(self, file: Path) -> None:
        self._file = file

    def of(self, one: Shown) -> Answer | None:
        """What was said of `one`, None where nothing was, or it is read otherwise now."""
        said = self._all().get(one.page.url)
        if not isinstance(said, dict) or said.get("read") != _read(one):
            return None
        return Answer(one.page.url, bool(said["is_article"]), tuple((name, value) for name, value in said["wrong"]))

    def keep(self, one: Shown, answer: Answer) -> None:
        """Remembers `answer`. Raises StorageError."""
        said = {"read": _read(one), "is_article": answer.is_article, "wrong": answer.wrong}
        self._write(self._all() | {one.page.url: said})

    def forget(self, *, keep_right: bool = False) -> None:
        """Forgets all answers, or those that correct something."""
        right = {url: said for url, said in self._all().items() if said["is_article"] and not said["wrong"]}
        left = right if keep_right else {}
        if left:
            self._write(left)
        else:
            self._file.unlink(missing_ok=True)

    def _all(self) -> dict[str, Any]:
        try:
            return dict(json.loads(self._file.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            return {}

    def _write(self, said: Mapping[str, Any]) -> None:
        make_folder(self._file.parent)
        replace_file(self._file, json.dumps(said, ensure_ascii=False).encode())


def _read(one: Shown) -> str:
    values = "\0".join(value_of(one.article, name) for name in FIELDS)
    return hashlib.sha256(values.encode()).hexdigest()


# What a script answers: {"by": "...", "sources": {ID: {"draft": true, "articles": {URL or "*": true | false | {...}}}}}


@dataclass(frozen=True, slots=True)
class Script:
    """The answers of a file. `by` is who gives them."""

    file: str
    by: str
    _sources: Mapping[str, Any]

    def takes_draft(self, source: str) -> bool:
        """Whether the change that a survey has drafted is to be taken."""
        return bool(self._sources.get(source, {}).get("draft", False))

    def answer(self, source: str, url: str) -> Answer:
        """What is said of a page. Raises UsageError where nothing is, or a field is not known."""
        articles = self._sources.get(source, {}).get("articles", {})
        said = articles.get(url, articles.get("*")) if isinstance(articles, dict) else None
        if isinstance(said, bool):
            return Answer(url, said)
        if not isinstance(said, dict):
            told = '{file}: no answer for {url} of {source}; give true, false or the fields that are wrong, "*" for all'
            raise UsageError(told, file=self.file, url=url, source=source)
        return Answer(url, True, tuple(corrected(name, value) for name, value in said.items()))


def corrected(name: str, value: object) -> tuple[str, str | None]:
    """A field with its right value, None where there is none. Raises UsageError for a field that nobody is asked."""
    if name not in FIELDS:
        raise UsageError("{name}: no field; there are {fields}", name=name, fields=", ".join(FIELDS))
    if isinstance(value, list):
        value = ", ".join(map(str, value))
    text = normalise(str(value)) if value is not None and name in TEXTS else ""
    return name, text or None


def read_script(text: str, file: str) -> Script:
    """The answers that the JSON `text` holds; `file` is what errors call it. Raises UsageError."""
    try:
        told = json.loads(text)
        return Script(file, str(told.get("by", "")), dict(told["sources"]))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        told_so = '{file}: no answers; they are {{"by": NAME, "sources": {{ID: {{"articles": {{"*": true}}}}}}}}'
        raise UsageError(told_so, file=file) from error


def script_of(path: Path) -> Script:
    """The answers in a file. Raises UsageError where it cannot be read."""
    try:
        return read_script(path.read_text(encoding="utf-8"), str(path))
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError("{path}: cannot be read: {error}", path=path, error=error) from error
