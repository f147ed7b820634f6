"""Keeps pages for the archivist, and the forms on them for those pages alone."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from functools import wraps
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from archive.web.forms import read_form
from archive.web.render import render
from archive.web.room.sign_in import with_session
from archive.web.room.state import room_of

Page = Callable[[Request], Awaitable[Response]]


def archivist_only(page: Page) -> Page:
    """`page`, for who is archivist; another reader is asked for the password, or told that there is none to give."""

    @wraps(page)
    async def guarded(request: Request) -> Response:
        access = room_of(request).access
        if access.is_archivist(request):
            return await page(request)
        if access.rules.password_hash and request.method == "GET":
            target = request.url.path + (f"?{request.url.query}" if request.url.query else "")
            return RedirectResponse(f"/sign-in?next={quote(target, safe='')}", 303)
        return render(request, "problem.html", {"title": "problem", "key": "archivist.only", "message": ""}, 403)

    return guarded


def render_form(request: Request, template: str, values: Mapping[str, object], status: int = 200) -> Response:
    """A page with a form: in it `token` is what the form must carry; its session begins here where there is none."""
    access = room_of(request).access
    held = access.session_of(request)
    session = held or access.begin()
    answer = render(request, template, {**values, "token": access.token(session)}, status)
    return answer if held else with_session(request, answer, session)


async def read_own_form(request: Request) -> dict[str, str]:
    """The fields of a form that one of our own pages has sent; raises HTTPException 403 for any other."""
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise HTTPException(403, "this form was sent by another site")
    form = await read_form(request)
    if not room_of(request).access.may_send(request, form.get("token", "")):
        raise HTTPException(403, "this form has grown old: open its page again")
    return form
