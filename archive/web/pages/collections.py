"""Collections: saved queries with their feeds, and frozen corpora that can be reopened, compared and cited."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import sqlite_utils
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from archive.errors import ArchiveError, UsageError
from archive.search import corpora, query_files, saved
from archive.search.corpora import Corpus, Standing
from archive.search.query_files import KeepRequest
from archive.store.queries import StoredArticle, articles_of
from archive.web.pages.archivist import archivist_only, read_own_form, render_form
from archive.web.pages.state import room_of
from archive.web.parameters import number, text
from archive.web.render import render

_PAGE: Final = 100
_KINDS: Final = ("saved", "corpus")


async def overview(request: Request) -> Response:
    """`/collections`: every saved query and every frozen corpus."""
    root = room_of(request).holdings.root

    def question(_: sqlite_utils.Database) -> tuple[tuple[saved.Saved, ...], list[Corpus]]:
        return saved.every(root), [corpora.load(root, name) for name in query_files.query_names(root, corpora.FOLDER)]

    queries, frozen = await room_of(request).asker.ask(question)
    return render(request, "collections.html", {"queries": queries, "corpora": frozen})


async def corpus(request: Request) -> Response:
    """`/collections/<name>?page=&with=`: a corpus, how it stands today, its articles, how it differs from another."""
    root = room_of(request).holdings.root
    name, other = request.path_params["name"], text(request, "with")
    here = number(request, "page", 1, 1, 100_000)
    one, standing, members, compared = await room_of(request).asker.ask(
        _of_corpus, root, name, other, here, weight="slow"
    )
    address = f"/collections/{name}?page="
    return render(
        request,
        "corpus.html",
        {
            "corpus": one,
            "standing": standing,
            "members": members,
            "citation": corpora.citation(one),
            "others": [known for known in query_files.query_names(root, corpora.FOLDER) if known != name],
            "other": other,
            "compared": compared,
            "earlier": f"{address}{here - 1}" if here > 1 else "",
            "later": f"{address}{here + 1}" if here * _PAGE < len(one.members) else "",
        },
    )


def _of_corpus(
    db: sqlite_utils.Database, root: Path, name: str, other: str, here: int
) -> tuple[Corpus, Standing, list[StoredArticle], tuple[tuple[str, ...], ...]]:
    one = corpora.load(root, name)
    shown = [member.article for member in one.members[(here - 1) * _PAGE : here * _PAGE]]
    compared = corpora.compare(one, corpora.load(root, other)) if other else ()
    return one, corpora.check(db, one), list(articles_of(db, shown)), compared


@archivist_only
async def new(request: Request) -> Response:
    """`/collections/new?q=`: the form that saves a query or freezes what it finds; only the archivist adds files."""
    room = room_of(request)
    if request.method == "GET":
        return _form(request, text(request, "q"), "", _KINDS[0])
    form = await read_own_form(request)
    query, name, kind = form.get("q", "").strip(), form.get("name", "").strip(), form.get("kind", "")
    asked = KeepRequest(name, query, form.get("any_accents") == "1", seconds=None)  # the asker's limit holds
    try:
        if kind not in _KINDS:
            raise UsageError("there is no kind '{kind}' of collection", kind=kind)
        if kind == "saved":
            saved.save(room.holdings.root, asked)
            return RedirectResponse("/collections", 303)
        await room.asker.ask(corpora.freeze, room.holdings.root, asked, weight="slow")
    except ArchiveError as problem:
        return _form(request, query, name, kind, problem)
    return RedirectResponse(f"/collections/{name}", 303)


def _form(request: Request, query: str, name: str, kind: str, problem: ArchiveError | None = None) -> Response:
    values = {"q": query, "name": name, "kind": kind, "kinds": _KINDS, "problem": problem}
    return render_form(request, "collection_new.html", values, 400 if problem else 200)
