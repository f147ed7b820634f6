"""What waits for the archivist and can be done from here: sources verified, failures put back, takedowns ended."""

from __future__ import annotations

import asyncio
import os
import subprocess
from collections.abc import Awaitable
from typing import Final
from urllib.parse import quote

from anyio.to_thread import run_sync
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from archive.custody.takedown import complete
from archive.errors import ArchiveError, LockedError, NothingFound, StorageError, UsageError
from archive.learning import verification as word
from archive.learning.five import Verdict
from archive.messages.message import Message
from archive.processes import python
from archive.web.language import language_of
from archive.web.pages.archivist import archivist_only, read_own_form, render_form
from archive.web.pages.state import Room, room_of
from archive.web.problems import status_of
from archive.web.render import render
from archive.web.tasks import Asked, Look, Said, look, verify
from archive.web.waiting import ticket_of

UNTOLD: Final = ("body", "captions")
"""Fields of which a person can only say that they are wrong."""

_PATIENCE: Final = 30  # seconds for a command that waits for no site
_LONGEST_NAME: Final = 100
_FAILED: Final = {2: UsageError, 3: NothingFound, 4: LockedError}  # by the exit codes of commands


@archivist_only
async def five(request: Request) -> Response:
    """`/crawls/verify/<source>`: five articles beside their pages; sent, what a person says of them is tried."""
    room, source = room_of(request), request.path_params["source_id"]
    root = room.holdings.root
    room.source(source)
    if request.method == "GET":
        looks = await room.jobs.result(("looks", source), lambda: look(root, source), ticket_of(request))
        return _form(request, source, looks)
    form = await read_own_form(request)
    room.access.remember_draft(request, source, form)
    try:
        asked = Asked(source, _said(form), _by(request, form))
    except UsageError as problem:
        return render_form(request, "done.html", {"told": (), "problem": problem, "back": request.url.path}, 400)
    room.jobs.send_off(("verdict", source), lambda: _verified(room, asked))
    return RedirectResponse(f"/crawls/verify/{source}/outcome", 303)


@archivist_only
async def outcome(request: Request) -> Response:
    """`/crawls/verify/<source>/outcome`: what came of a person's word."""
    room, source = room_of(request), request.path_params["source_id"]

    async def nothing() -> Verdict:
        raise NothingFound("{source}: nothing is being verified", source=source)

    back = f"/crawls/verify/{quote(source, safe='')}"
    try:
        verdict: Verdict = await room.jobs.result(("verdict", source), nothing, ticket_of(request))
    except ArchiveError as problem:
        values = {"told": (), "problem": problem, "back": back}
        return render(request, "done.html", values, status_of(problem))
    if not verdict.unsettled:
        room.access.remember_draft(request, source, {})
    values = {"verdict": verdict, "source": source, "name": room.name_of(source), "back": back}
    return render(request, "verified.html", values)


@archivist_only
async def requeue(request: Request) -> Response:
    """`/crawls/requeue`: addresses of a source that could not be fetched are put back, by the command for it."""
    form = await read_own_form(request)
    return await _done(request, _requeued(request, form))


@archivist_only
async def end_takedowns(request: Request) -> Response:
    """`/crawls/takedown/end`: takedowns that were broken off are brought to their end."""
    await read_own_form(request)
    holdings = room_of(request).holdings

    async def ended() -> list[Message]:
        rules = await run_sync(complete, holdings)
        told = "a takedown that was broken off is at its end now: {url} ({how})"
        return [Message(told, url=(*one.urls, *one.url_keys)[0], how=one.action) for one in rules]

    return await _done(request, ended())


async def _verified(room: Room, asked: Asked) -> Verdict:
    verdict = await verify(room.holdings.root, asked)
    if not verdict.unsettled:
        await asyncio.to_thread(room.reload)
    return verdict


async def _requeued(request: Request, form: dict[str, str]) -> list[Message]:
    """What the command says: the list of addresses is the crawler's, which the archive does not know."""
    root, by = room_of(request).holdings.root, _by(request, form)
    asked = ("--source", form.get("source", ""), "--state", "failed", "--by", by)
    command = python("archive.cli", "--archive", str(root), "frontier", "requeue", *asked)

    def run() -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "BAOTINH_LANG": language_of(request)}
        return subprocess.run(  # noqa: S603 - our own command, its arguments in a list
            command, env=environment, text=True, capture_output=True, stdin=subprocess.DEVNULL, timeout=_PATIENCE
        )

    try:
        done = await run_sync(run)
    except subprocess.TimeoutExpired as error:
        raise StorageError("the command took longer than {seconds} s and was ended", seconds=_PATIENCE) from error
    lines = (done.stdout if done.returncode == 0 else done.stderr).strip().splitlines()
    if done.returncode:
        raise _FAILED.get(done.returncode, StorageError)(Message("{line}", line=lines[-1] if lines else "?"))
    return [Message("{line}", line=line) for line in lines]


async def _done(request: Request, work: Awaitable[list[Message]]) -> Response:
    values: dict[str, object] = {"told": (), "problem": None, "back": "/crawls"}
    try:
        return render(request, "done.html", {**values, "told": await work})
    except ArchiveError as problem:
        return render(request, "done.html", {**values, "problem": problem}, status_of(problem))


def _form(request: Request, source: str, looks: tuple[Look, ...]) -> Response:
    room = room_of(request)
    pictures = [room.preserved_at(one.url, one.captured_at, "mp_") for one in looks]
    values = {
        "looks": tuple(zip(looks, pictures, strict=True)),
        "draft": room.access.draft_of(request, source),
        "source": source,
        "name": room.name_of(source),
        "untold": UNTOLD,
        "by": room.access.name_of(request),
    }
    return render_form(request, "verify.html", values)


def _said(form: dict[str, str]) -> tuple[Said, ...]:
    """What the form says of each page. Raises UsageError where one of the five is not judged."""
    found = []
    for at in range(1, word.FIVE + 1):
        url, judged = form.get(f"url_{at}", ""), form.get(f"said_{at}", "")
        if not url or judged not in ("right", "none"):
            raise UsageError("say of each of the five articles whether it is read rightly")
        values = tuple((name, form.get(f"{name}_{at}", "").strip()) for name in word.TEXTS)
        wrong = tuple(name for name in UNTOLD if form.get(f"{name}_{at}") == "wrong")
        found.append(Said(url, judged == "right", values, wrong))
    return tuple(found)


def _by(request: Request, form: dict[str, str]) -> str:
    """Who acts, as the log keeps it; remembered for the session. Raises UsageError where nobody says."""
    by = " ".join(form.get("by", "").split())[:_LONGEST_NAME]
    if not by:
        raise UsageError("say who does this: the log keeps it")
    room_of(request).access.remember_name(request, by)
    return by
